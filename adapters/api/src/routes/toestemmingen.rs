//! The consent register, and who received what: `/v1/toestemmingen`, `/v1/grootboek`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use sluis_rules::facts::{Einde, Feit, Toestemming};
use sluis_rules::journal::Padgroep;

use super::{JSON, LIMIT, is_id, media, moment};
use crate::api::{Api, Who};
use crate::auth::Rol;
use crate::body;
use crate::problem::Problem;
use crate::reply::json;

#[derive(Serialize)]
struct Register<'a> {
    toestemmingen: Vec<Regel<'a>>,
    /// After which case the next answer begins; absent: this was the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    volgende: Option<String>,
}

#[derive(Serialize)]
struct Regel<'a> {
    #[serde(flatten)]
    toestemming: &'a Toestemming,
    stand: &'static str,
    /// How it ends within thirty days.
    #[serde(skip_serializing_if = "Option::is_none")]
    eindigt: Option<Einde>,
    /// After how many days.
    #[serde(skip_serializing_if = "Option::is_none")]
    dagen: Option<u16>,
}

#[derive(Serialize)]
struct Grootboek<'a> {
    verstrekkingen: Vec<Verstrekking<'a>>,
    /// After which effect the next answer begins; absent: this was the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    volgende: Option<&'a str>,
}

#[derive(Serialize)]
struct Verstrekking<'a> {
    effect: &'a str,
    ontvanger: &'a str,
    op: Option<String>,
    regelboek: &'a str,
    toestemmingen: &'a [String],
    paden: &'a [Padgroep],
}

/// What may be asked of the register and of the ledger.
#[derive(Default)]
struct Vraag {
    casus: Option<String>,
    toestemming: Option<String>,
    na: Option<String>,
    limit: Option<usize>,
}

impl Vraag {
    /// Each word at most once; one the interface does not know is refused, not ignored.
    fn parse(raw: Option<&str>) -> Result<Self, Problem> {
        let bad = || Problem::new("zoekvraag-ongeldig");
        let mut out = Self::default();
        for pair in raw.unwrap_or_default().split('&').filter(|p| !p.is_empty()) {
            let (key, value) = pair.split_once('=').filter(|(_, v)| is_id(v)).ok_or_else(bad)?;
            let again = match key {
                "casus" => out.casus.replace(value.to_owned()).is_some(),
                "toestemming" => out.toestemming.replace(value.to_owned()).is_some(),
                "na" => out.na.replace(value.to_owned()).is_some(),
                "limit" => {
                    let n = value.parse().ok().filter(|n| (1..=LIMIT).contains(n));
                    out.limit.replace(n.ok_or_else(bad)?).is_some()
                }
                _ => true,
            };
            if again {
                return Err(bad());
            }
        }
        Ok(out)
    }

    fn lines(&self) -> usize {
        self.limit.unwrap_or(LIMIT)
    }
}

/// `GET /v1/toestemmingen?casus=`: the register of a case. Without a case: of every case, what ends within thirty days,
/// in pages that hold whole cases (`na`, `limit`).
pub(super) async fn list(State(api): State<Arc<Api>>, who: Who, RawQuery(raw): RawQuery) -> Result<Response, Problem> {
    who.must(Rol::Beheer)?;
    let vraag = Vraag::parse(raw.as_deref())?;
    let paged = vraag.na.is_some() || vraag.limit.is_some();
    if vraag.toestemming.is_some() || (vraag.casus.is_some() && paged) {
        return Err(Problem::new("zoekvraag-ongeldig"));
    }
    let lines = vraag.lines();
    let (all, volgende) = match vraag.casus {
        Some(casus) => (api.wait(api.doors.consents(casus)).await?, None),
        None => api.wait(api.doors.ending_soon(vraag.na, lines)).await?,
    };
    let toestemmingen = all.iter().map(|post| Regel {
        toestemming: &post.toestemming,
        stand: post.woord(),
        eindigt: post.eindigt.map(|(how, _)| how),
        dagen: post.dagen(),
    });
    let register = Register {
        toestemmingen: toestemmingen.collect(),
        volgende,
    };
    Ok(json(StatusCode::OK, &register))
}

/// `POST /v1/toestemmingen`: one consent, as the fact without its `soort`. The same again is no other: the same answer.
pub(super) async fn record(
    State(api): State<Arc<Api>>,
    who: Who,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    who.must(Rol::Beheer)?;
    who.acts()?;
    if media(&headers) != Some(JSON) {
        return Err(Problem::new("verkeerd-mediatype"));
    }
    let bytes = body::read(&headers, body, api.settings.max_body, api.settings.body_time).await?;
    // The message of the parser quotes what it read: it is dropped.
    let toestemming: Toestemming = serde_json::from_slice(&bytes).map_err(|_| Problem::new("feit-ongeldig"))?;
    let recorded = api
        .wait(api.doors.record_facts(&who.0, vec![Feit::Toestemming(toestemming)]))
        .await?;
    Ok(json(
        StatusCode::CREATED,
        &serde_json::json!({ "versie": recorded.versie }),
    ))
}

/// `GET /v1/grootboek?casus=&toestemming=&na=&limit=`: who received what of a case, when, under which rules, on which consents.
pub(super) async fn ledger(
    State(api): State<Arc<Api>>,
    who: Who,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    who.must(Rol::Beheer)?;
    let vraag = Vraag::parse(raw.as_deref())?;
    let most = vraag.lines();
    let casus = vraag.casus.ok_or(Problem::new("zoekvraag-ongeldig"))?;
    let found = api.doors.ledger(casus, vraag.toestemming, vraag.na, most + 1);
    let mut all = api.wait(found).await?;
    let more = all.len() > most;
    all.truncate(most);
    let volgende = all.last().filter(|_| more).map(|last| last.effect.as_str());
    let verstrekkingen = all.iter().map(|l| Verstrekking {
        effect: l.effect.as_str(),
        ontvanger: &l.ontvanger,
        op: moment(l.tijd_ms),
        regelboek: &l.regelboek,
        toestemmingen: &l.toestemmingen,
        paden: &l.paden,
    });
    let grootboek = Grootboek {
        verstrekkingen: verstrekkingen.collect(),
        volgende,
    };
    Ok(json(StatusCode::OK, &grootboek))
}
