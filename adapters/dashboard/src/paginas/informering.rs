//! Recording that the betrokkene was informed beforehand (12.1), and that the others know when and how (12.2): what a
//! blocked message of a sender who did so waits for.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::civil::Date;
use sluis_rules::facts::{Feit, Informering};
use sluis_stations::Blokkade;
use sluis_stations::ports::EffectId;

use super::bericht::{done, is_effect};
use crate::dashboard::Dashboard;
use crate::formulier::Velden;
use crate::kader::{Antwoord, Kader, Weigering, answered, page};

/// The word of this help, as the explanation has it.
pub(crate) const HULP: &str = "informering";

#[derive(Template)]
#[template(path = "informering.html")]
pub(crate) struct Formulier {
    pub(crate) k: Kader,
    pub(crate) effect: String,
    pub(crate) casus: String,
    pub(crate) door: String,
    pub(crate) wijzen: Vec<&'static str>,
    pub(crate) vandaag: Date,
    pub(crate) fout: &'static str,
}

/// The blocked message, when this is among what would help it.
async fn asked(d: &Dashboard, k: &Kader, effect: &str) -> Result<Blokkade, Weigering> {
    if !is_effect(effect) {
        return Err(Weigering::Onbekend);
    }
    let id = EffectId(effect.to_owned());
    let blocked = d.gateway.blocked_one(&id).await?.ok_or(Weigering::Voorbij)?;
    let nu = d.gateway.would_decide(&id, k.taal).await?.ok_or(Weigering::Voorbij)?;
    let helps = nu.uitleg.wat_zou_helpen.iter().any(|h| h.soort == HULP);
    if helps { Ok(blocked) } else { Err(Weigering::Voorbij) }
}

fn shown(d: &Dashboard, k: &Kader, effect: &str, blocked: &Blokkade, fout: &'static str) -> Response {
    let claim = &blocked.item.event.claim;
    let formulier = Formulier {
        k: k.clone(),
        effect: effect.to_owned(),
        casus: claim.casus.clone(),
        door: d.gateway.partijnaam(&claim.afzender),
        wijzen: Informering::WIJZEN.to_vec(),
        vandaag: d.gateway.vandaag(),
        fout,
    };
    let status = if fout.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    page(status, &formulier)
}

/// `GET /berichten/{effect}/informering`.
pub(crate) async fn form(State(d): State<Arc<Dashboard>>, k: Kader, Path(effect): Path<String>) -> Response {
    let answer = asked(&d, &k, &effect).await;
    answered(&k, answer.map(|blocked| shown(&d, &k, &effect, &blocked, "")))
}

/// `POST /berichten/{effect}/informering`.
pub(crate) async fn record(
    State(d): State<Arc<Dashboard>>,
    k: Kader,
    Path(effect): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let act = async { take(&d, &k, &effect, Velden::read(&headers, body, k.csrf()).await?).await };
    answered(&k, act.await)
}

async fn take(d: &Dashboard, k: &Kader, effect: &str, velden: Velden) -> Antwoord {
    let blocked = asked(d, k, effect).await?;
    let wijze = Informering::WIJZEN.into_iter().find(|w| *w == velden.one("wijze"));
    let op = velden.one("op").parse().ok().filter(|op| *op <= d.gateway.vandaag());
    let (Some(wijze), Some(op), "ja") = (wijze, op, velden.one("bekend")) else {
        let fout = k.t(
            "Vul in hoe en wanneer, niet in de toekomst, en bevestig dat de anderen het weten.",
            "Fill in how and when, not in the future, and confirm that the others know.",
        );
        return Ok(shown(d, k, effect, &blocked, fout));
    };
    let fact = Feit::Informering(Informering {
        casus: blocked.item.event.claim.casus,
        door: blocked.item.event.claim.afzender,
        op,
        wijze: wijze.to_owned(),
        bekend_bij_deelnemers: true,
    });
    let kept = d.gateway.record_facts_by(&k.acting()?, vec![fact]).await;
    done(kept.map(|_| true), effect, HULP)
}
