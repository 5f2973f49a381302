//! Messages: taking them, and what became of them.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use sluis_rules::journal::{Inhoud, Record, Stap};
use sluis_rules::verdict::Reden;

use super::{CLOUDEVENT, JSON, Segment, media, moment, traceparent};
use crate::api::{Api, Who};
use crate::auth::{Caller, Rol};
use crate::body;
use crate::doors::Receipt;
use crate::problem::Problem;
use crate::reply::json;

#[derive(Serialize)]
struct Ontvangst<'a> {
    id: &'a str,
    berichten: Vec<Effect<'a>>,
    gaten: &'a [String],
    #[serde(rename = "aantalGaten")]
    aantal_gaten: u32,
    uitleg: String,
}

#[derive(Serialize)]
struct Effect<'a> {
    effect: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ontvanger: Option<String>,
}

/// `POST /v1/hulpvragen`: a CloudEvent, or a system's own words when the wiring knows them.
pub(super) async fn hulpvragen(
    State(api): State<Arc<Api>>,
    who: Who,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    take(&api, &who, &headers, body, api.wire.is_some()).await
}

/// `POST /v1/berichten`: a CloudEvent of any kind.
pub(super) async fn berichten(
    State(api): State<Arc<Api>>,
    who: Who,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    take(&api, &who, &headers, body, false).await
}

async fn take(api: &Api, who: &Who, headers: &HeaderMap, body: Body, wire: bool) -> Result<Response, Problem> {
    who.must(Rol::Leveren)?;
    let media = media(headers).filter(|m| *m == CLOUDEVENT || (wire && *m == JSON));
    let media = media.ok_or(Problem::new("verkeerd-mediatype"))?;
    let bytes = body::read(headers, body, api.settings.max_body, api.settings.body_time).await?;
    let trace = traceparent(headers);
    let receipt = match &api.wire {
        Some(wire) if media == JSON => api.wait(wire.accept(&who.0, &bytes, trace)).await?,
        _ => api.wait(api.doors.accept_event(&who.0, &bytes, trace)).await?,
    };
    Ok(answer(&receipt))
}

fn answer(receipt: &Receipt) -> Response {
    let status = if receipt.repeat {
        StatusCode::OK
    } else {
        StatusCode::ACCEPTED
    };
    let berichten = receipt.berichten.iter();
    let wire = Ontvangst {
        id: &receipt.id,
        berichten: berichten
            .map(|(effect, p)| Effect {
                effect,
                ontvanger: p.map(|p| p.to_string()),
            })
            .collect(),
        gaten: &receipt.gaten,
        aantal_gaten: receipt.aantal_gaten,
        uitleg: format!("/v1/berichten/{}/uitleg", receipt.id),
    };
    json(status, &wire)
}

#[derive(Serialize)]
struct Geschiedenis<'a> {
    id: &'a str,
    stappen: Vec<Regel<'a>>,
}

#[derive(Serialize)]
struct Regel<'a> {
    tijd: Option<String>,
    stap: Stap,
    effect: &'a str,
    spoor: &'a str,
    inhoud: &'a Inhoud,
}

/// `GET /v1/berichten/{id}` and `…/uitleg`: the journal of an event or of one of its effects. For the operator, and for
/// whoever sent it; to anybody else, the receiver too, it does not exist: what was left out stays with the sender.
pub(super) async fn history(State(api): State<Arc<Api>>, who: Who, id: Segment) -> Result<Response, Problem> {
    if !who.0.has(Rol::Beheer) {
        who.must(Rol::Leveren)?;
    }
    let records = api.wait(api.doors.history(id.0.clone())).await?;
    if records.is_empty() || !(who.0.has(Rol::Beheer) || sent_by(&records, &who.0)) {
        return Err(Problem::new("onbekend"));
    }
    let told: Vec<Inhoud> = records
        .iter()
        .map(|r| {
            if who.0.has(Rol::Beheer) {
                r.inhoud.clone()
            } else {
                for_sender(&r.inhoud)
            }
        })
        .collect();
    let stappen = records.iter().zip(&told).map(|(r, inhoud)| Regel {
        tijd: moment(r.tijd_ms),
        stap: r.stap,
        effect: &r.effect,
        spoor: &r.trace_id,
        inhoud,
    });
    Ok(json(
        StatusCode::OK,
        &Geschiedenis {
            id: &id.0,
            stappen: stappen.collect(),
        },
    ))
}

/// Who is not linked to a case learns only that: not who is, nor how the case stands, nor whether it exists.
fn for_sender(inhoud: &Inhoud) -> Inhoud {
    let outside = Reden::AfzenderNietBijCasus.slug();
    let told = [outside, Reden::CasusOnbekend.slug()];
    if !inhoud.redenen.iter().any(|r| told.contains(&r.as_str())) {
        return inhoud.clone();
    }
    Inhoud {
        redenen: vec![outside.to_owned()],
        paden: Vec::new(),
        grondslag: String::new(),
        feiten: None,
        toelichting: String::new(),
        ..inhoud.clone()
    }
}

/// Whether every sender that the records name is a party of the caller, and one is named.
fn sent_by(records: &[Record], caller: &Caller) -> bool {
    let mut senders = records
        .iter()
        .map(|r| r.inhoud.afzender.as_str())
        .filter(|a| !a.is_empty())
        .peekable();
    senders.peek().is_some() && senders.all(|a| a.parse().is_ok_and(|p| caller.speaks_for(&p)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(redenen: &[&str], feiten: Option<u64>) -> Inhoud {
        for_sender(&Inhoud {
            redenen: redenen.iter().map(|r| (*r).to_owned()).collect(),
            feiten,
            toelichting: "helpt: deelname".into(),
            ..Inhoud::default()
        })
    }

    #[test]
    fn an_outsider_cannot_tell_an_unknown_case_from_a_closed_one() {
        let outside = told(&["casus-onbekend"], Some(0));
        assert_eq!(outside.redenen, ["afzender-niet-bij-casus"]);
        assert_eq!((outside.feiten, outside.toelichting.as_str()), (None, ""));
        let others = [
            &["afzender-niet-bij-casus"][..],
            &["afzender-niet-bij-casus", "casus-gesloten", "andere-fase"],
            &["ontvanger-niet-bij-casus", "afzender-niet-bij-casus"],
        ];
        for redenen in others {
            assert_eq!(told(redenen, Some(7)), outside);
        }
    }

    #[test]
    fn who_takes_part_is_told_why() {
        let inside = told(&["andere-fase"], Some(7));
        assert_eq!(
            (inside.redenen, inside.feiten),
            (vec!["andere-fase".to_owned()], Some(7))
        );
    }
}
