//! The consent register, and who received what: `/v1/toestemmingen`, `/v1/grootboek`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use sluis_rules::facts::{Einde, Feit, Toestemming, ToestemmingGeldig};
use sluis_rules::journal::Padgroep;

use super::{JSON, is_id, media, moment};
use crate::api::{Api, Who};
use crate::auth::Rol;
use crate::body;
use crate::problem::Problem;
use crate::reply::json;

#[derive(Serialize)]
struct Register<'a> {
    toestemmingen: Vec<Regel<'a>>,
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

const fn stand(stand: ToestemmingGeldig) -> &'static str {
    match stand {
        ToestemmingGeldig::Aanwezig => "geldig",
        ToestemmingGeldig::Verlopen => "verlopen",
        ToestemmingGeldig::LeeftijdOnbekend => "leeftijd-onbekend",
        ToestemmingGeldig::Onvoldoende => "verkeerde-persoon",
        ToestemmingGeldig::Ontgroeid => "te-vernieuwen",
        ToestemmingGeldig::Tegenstrijdig => "tegenstrijdig",
        ToestemmingGeldig::MensBeslist => "mens-beslist",
        ToestemmingGeldig::Ingetrokken => "ingetrokken",
    }
}

/// `casus` and `toestemming`, each at most once, each an id.
fn asked(raw: Option<&str>) -> Result<(Option<String>, Option<String>), Problem> {
    let bad = || Problem::new("zoekvraag-ongeldig");
    let (mut casus, mut toestemming) = (None, None);
    for pair in raw.unwrap_or_default().split('&').filter(|p| !p.is_empty()) {
        let (key, value) = pair.split_once('=').filter(|(_, v)| is_id(v)).ok_or_else(bad)?;
        let slot = match key {
            "casus" => &mut casus,
            "toestemming" => &mut toestemming,
            _ => return Err(bad()),
        };
        if slot.replace(value.to_owned()).is_some() {
            return Err(bad());
        }
    }
    Ok((casus, toestemming))
}

/// `GET /v1/toestemmingen?casus=`: the register of a case. Without a case: of every case, what ends within thirty days.
pub(super) async fn list(State(api): State<Arc<Api>>, who: Who, RawQuery(raw): RawQuery) -> Result<Response, Problem> {
    who.must(Rol::Beheer)?;
    let (casus, None) = asked(raw.as_deref())? else {
        return Err(Problem::new("zoekvraag-ongeldig"));
    };
    let all = api.wait(api.doors.consents(casus)).await?;
    let toestemmingen = all.iter().map(|post| Regel {
        toestemming: &post.toestemming,
        stand: stand(post.stand),
        eindigt: post.eindigt.map(|(how, _)| how),
        // The day on which it is outgrown is a birthday: the days until then would tell it.
        dagen: post
            .eindigt
            .filter(|(how, _)| *how == Einde::Verloopt)
            .map(|(_, days)| days),
    });
    let register = Register {
        toestemmingen: toestemmingen.collect(),
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

/// `GET /v1/grootboek?casus=&toestemming=`: who received what of a case, when, under which rules, on which consents.
pub(super) async fn ledger(
    State(api): State<Arc<Api>>,
    who: Who,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    who.must(Rol::Beheer)?;
    let (Some(casus), toestemming) = asked(raw.as_deref())? else {
        return Err(Problem::new("zoekvraag-ongeldig"));
    };
    let all = api.wait(api.doors.ledger(casus, toestemming)).await?;
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
    };
    Ok(json(StatusCode::OK, &grootboek))
}
