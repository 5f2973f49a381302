//! One message: what was stopped and why, what would be decided now, what to do, and what happened to it so far.
//!
//! The two acts on it are here: have it judged again, and refuse it for good. There is none that passes the judge.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use sluis_rules::explain::{self, HulpUitleg, PoortUitleg};
use sluis_rules::journal::{Padgroep, Record, Stap};
use sluis_stations::BeheerError;
use sluis_stations::ports::EffectId;

use super::geblokkeerd::{causes, reason};
use super::informering;
use crate::dashboard::Dashboard;
use crate::formulier::Velden;
use crate::kader::{Antwoord, Kader, Weigering, answered, onward, page};

/// Paths that were treated alike.
pub(crate) struct Groep {
    pub(crate) actie: &'static str,
    pub(crate) bijdrage: String,
    /// The rule, or the reason in words.
    pub(crate) waarom: String,
    pub(crate) artikel: String,
    pub(crate) paden: Vec<String>,
}

/// A step of the message.
pub(crate) struct Gebeurtenis {
    pub(crate) moment: u64,
    pub(crate) wat: &'static str,
    pub(crate) woorden: String,
    pub(crate) effect: String,
}

/// A reason of the last decision.
pub(crate) struct Reden {
    pub(crate) slug: String,
    pub(crate) uitleg: String,
    pub(crate) artikel: String,
}

/// What would be decided now.
pub(crate) struct Nu {
    pub(crate) zin: String,
    pub(crate) gaat: bool,
    pub(crate) poorten: Vec<PoortUitleg>,
    pub(crate) helpt: Vec<HulpUitleg>,
    pub(crate) toestemming: bool,
    pub(crate) informering: bool,
}

#[derive(Template)]
#[template(path = "bericht.html")]
pub(crate) struct Pagina {
    pub(crate) k: Kader,
    pub(crate) effect: String,
    pub(crate) kop: String,
    pub(crate) zin: String,
    pub(crate) geblokkeerd: bool,
    pub(crate) tot: u64,
    pub(crate) casus: String,
    pub(crate) koppeling: String,
    pub(crate) regelboek: String,
    pub(crate) trace: String,
    pub(crate) redenen: Vec<Reden>,
    pub(crate) groepen: Vec<Groep>,
    pub(crate) nu: Option<Nu>,
    /// What the journal says would help, when it cannot be decided again now.
    pub(crate) helpt: Vec<&'static str>,
    pub(crate) stappen: Vec<Gebeurtenis>,
    pub(crate) gedaan: &'static str,
}

/// An id as the stations make them; nothing else is looked for.
pub(crate) fn is_effect(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn treated(k: &Kader, group: &Padgroep) -> Groep {
    let actie = match group.actie.as_str() {
        "doorgelaten" => k.t("doorgelaten", "passed"),
        "gegeneraliseerd" => k.t("minder precies", "less precise"),
        _ => k.t("weggelaten", "left out"),
    };
    let waarom = match (group.regel.as_str(), group.reden.as_str()) {
        ("", reden) => match reason(reden, k).0 {
            words if words.is_empty() => reden.to_owned(),
            words => words,
        },
        (regel, _) => format!("{} {regel}", k.t("regel", "rule")),
    };
    Groep {
        actie,
        bijdrage: group.bijdrage.map_or_else(String::new, |n| (n + 1).to_string()),
        waarom,
        artikel: group.artikel.clone(),
        paden: group.paden.clone(),
    }
}

fn happened(k: &Kader, record: &Record) -> Gebeurtenis {
    let i = &record.inhoud;
    let woorden = match record.stap {
        Stap::Besluit | Stap::Schaduw if !i.uitkomst.is_empty() => {
            let hash = i.regelboek.get(..12).unwrap_or(&i.regelboek);
            format!("{} ({} {hash})", i.uitkomst, k.t("regelboek", "rulebook"))
        }
        Stap::Quarantaine => i.redenen.join(", "),
        _ => i.toelichting.clone(),
    };
    Gebeurtenis {
        moment: record.tijd_ms,
        wat: explain::step(record.stap, k.taal),
        woorden,
        effect: record.effect.clone(),
    }
}

/// What a gate requires, under a heading that says so already.
fn under_its_heading(poort: PoortUitleg) -> PoortUitleg {
    let bare = |p: &'static str| ["vereist: ", "required: "].into_iter().find_map(|w| p.strip_prefix(w));
    PoortUitleg {
        vereist: bare(poort.vereist).unwrap_or(poort.vereist),
        ..poort
    }
}

/// `GET /berichten/{effect}`.
pub(crate) async fn show(
    State(d): State<Arc<Dashboard>>,
    k: Kader,
    Path(effect): Path<String>,
    RawQuery(raw): RawQuery,
) -> Response {
    let answer = make(&d, &k, effect, raw.as_deref()).await;
    answered(&k, answer)
}

async fn make(d: &Dashboard, k: &Kader, effect: String, raw: Option<&str>) -> Antwoord {
    if !is_effect(&effect) {
        return Err(Weigering::Onbekend);
    }
    let id = EffectId(effect.clone());
    let records = d.gateway.why(&effect).await?;
    let Some(first) = records.first() else {
        return Err(Weigering::Onbekend);
    };
    let decided = records.iter().rfind(|r| !r.inhoud.uitkomst.is_empty());
    let blocked = d.gateway.blocked_one(&id).await?;
    let nu = match &blocked {
        None => None,
        Some(_) => d.gateway.would_decide(&id, k.taal).await?,
    };
    let mut slugs = match (&blocked, decided) {
        (Some(b), _) => b.item.redenen.clone(),
        (None, Some(r)) => r.inhoud.redenen.clone(),
        (None, None) => Vec::new(),
    };
    if let Some(b) = &blocked {
        slugs.extend(causes(&b.paden));
    }
    let name = |text: &str| {
        text.parse()
            .map_or_else(|_| text.to_owned(), |p| d.gateway.partijnaam(&p))
    };
    let about = &decided.unwrap_or(first).inhoud;
    let kop = match (about.ontvanger.as_str(), name(&about.afzender)) {
        ("", van) => format!("{}: {van}", about.bericht),
        (naar, van) => format!("{}: {van} → {}", about.bericht, name(naar)),
    };
    let gedaan = match Velden::parse(raw.unwrap_or_default().as_bytes()).one("gedaan") {
        "opnieuw" => k.t(
            "Het bericht wordt opnieuw beoordeeld, met de regels en feiten van nu.",
            "The message is being judged again, with the rules and facts of now.",
        ),
        "geweigerd" => k.t(
            "Het bericht is voorgoed geweigerd. De inhoud is vernietigd.",
            "The message was refused for good. Its content was destroyed.",
        ),
        "toestemming" => k.t(
            "De toestemming is vastgelegd. Sluis beoordeelt het bericht vanzelf opnieuw.",
            "The consent was recorded. Sluis judges the message again by itself.",
        ),
        informering::HULP => k.t(
            "Het informeren is vastgelegd. Sluis beoordeelt het bericht vanzelf opnieuw.",
            "The informing was recorded. Sluis judges the message again by itself.",
        ),
        _ => "",
    };
    let told = decided.map(|r| &r.inhoud);
    let pagina = Pagina {
        k: k.clone(),
        kop,
        zin: told
            .and_then(|i| explain::sentence(i, k.taal, name))
            .unwrap_or_default(),
        geblokkeerd: blocked.is_some(),
        tot: blocked.as_ref().map_or(0, |b| b.item.until_ms),
        casus: first.inhoud.casus.clone(),
        koppeling: blocked.as_ref().map(|b| b.item.koppeling.clone()).unwrap_or_default(),
        regelboek: told.map(|i| i.regelboek.clone()).unwrap_or_default(),
        trace: first.trace_id.clone(),
        redenen: slugs
            .into_iter()
            .map(|slug| {
                let (uitleg, artikel) = reason(&slug, k);
                Reden { slug, uitleg, artikel }
            })
            .collect(),
        groepen: told.map_or_else(Vec::new, |i| i.paden.iter().map(|g| treated(k, g)).collect()),
        helpt: told.map(|i| explain::helps(i, k.taal)).unwrap_or_default(),
        nu: nu.map(|nu| Nu {
            gaat: nu.uitleg.uitkomst != "geblokkeerd",
            zin: nu.uitleg.zin,
            poorten: nu.uitleg.poorten.into_iter().map(under_its_heading).collect(),
            informering: nu.uitleg.wat_zou_helpen.iter().any(|h| h.soort == informering::HULP),
            helpt: nu.uitleg.wat_zou_helpen,
            toestemming: !nu.voorstellen.is_empty(),
        }),
        stappen: records.iter().map(|r| happened(k, r)).collect(),
        effect,
        gedaan,
    };
    Ok(page(StatusCode::OK, &pagina))
}

/// What an act on a message came to.
pub(crate) fn done(outcome: Result<bool, BeheerError>, effect: &str, word: &str) -> Antwoord {
    match outcome {
        Ok(true) => Ok(onward(&format!("/berichten/{effect}?gedaan={word}"))),
        Ok(false) => Err(Weigering::Voorbij),
        Err(BeheerError::Niet(_)) => Err(Weigering::Rol),
        Err(BeheerError::NietNu) => Err(Weigering::NietNu),
        Err(BeheerError::Ongeldig { .. } | BeheerError::Geweigerd { .. }) => Err(Weigering::Ongeldig),
    }
}

/// `POST /berichten/{effect}/opnieuw-beoordelen`: the same bytes, the rules and facts of now.
pub(crate) async fn rejudge(
    State(d): State<Arc<Dashboard>>,
    k: Kader,
    Path(effect): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let act = async {
        Velden::read(&headers, body, k.csrf()).await?;
        if !is_effect(&effect) {
            return Err(Weigering::Onbekend);
        }
        let outcome = d.gateway.rejudge_by(&k.acting()?, &EffectId(effect.clone())).await;
        done(outcome, &effect, "opnieuw")
    };
    answered(&k, act.await)
}

/// `POST /berichten/{effect}/weigeren`: for good, and only when that was said twice.
pub(crate) async fn refuse(
    State(d): State<Arc<Dashboard>>,
    k: Kader,
    Path(effect): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let act = async {
        let velden = Velden::read(&headers, body, k.csrf()).await?;
        if !is_effect(&effect) {
            return Err(Weigering::Onbekend);
        }
        if velden.one("zeker") != "ja" {
            return Err(Weigering::Ongeldig);
        }
        let outcome = d.gateway.refuse_by(&k.acting()?, &EffectId(effect.clone())).await;
        done(outcome, &effect, "geweigerd")
    };
    answered(&k, act.await)
}
