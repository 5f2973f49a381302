//! The consent register, and recording one that a blocked message waits for. What the consent covers is worked out by the
//! judge's own search for what would help; a person says who signed, when, and under which name it is kept.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::civil::Date;
use sluis_rules::facts::Hoedanigheid;
use sluis_rules::facts::{Einde, Feit, Ondertekening, Toestemming, ToestemmingGeldig, ToestemmingKind};
use sluis_stations::ports::EffectId;
use sluis_stations::{BeheerError, Blokkade, Registerpost, Voorstel};

use super::bericht::{done, is_effect};
use crate::dashboard::Dashboard;
use crate::formulier::Velden;
use crate::kader::{Antwoord, Kader, Weigering, answered, page};
use crate::sessies::random;

/// One line of the register.
pub(crate) struct Regel {
    pub(crate) id: String,
    pub(crate) casus: String,
    pub(crate) soort: &'static str,
    pub(crate) verstrekker: String,
    pub(crate) ontvangers: Vec<String>,
    pub(crate) doelen: Vec<String>,
    pub(crate) gegevens: Vec<String>,
    pub(crate) sinds: Date,
    pub(crate) tot: Option<Date>,
    pub(crate) stand: &'static str,
    pub(crate) geldt: bool,
    /// How it ends soon; without the days when they would tell a birthday.
    pub(crate) eindigt: String,
}

#[derive(Template)]
#[template(path = "toestemmingen.html")]
pub(crate) struct Lijst {
    pub(crate) k: Kader,
    pub(crate) casus: String,
    pub(crate) regels: Vec<Regel>,
    /// The case after which the next page begins; empty: this was the last.
    pub(crate) volgende: String,
}

#[derive(Template)]
#[template(path = "toestemming.html")]
pub(crate) struct Formulier {
    pub(crate) k: Kader,
    pub(crate) effect: String,
    pub(crate) casus: String,
    pub(crate) kenmerk: String,
    pub(crate) soort: &'static str,
    pub(crate) verstrekker: String,
    pub(crate) ontvanger: String,
    pub(crate) doel: String,
    pub(crate) gegevens: Vec<String>,
    pub(crate) wie: Vec<(&'static str, &'static str)>,
    pub(crate) vandaag: Date,
    pub(crate) fout: &'static str,
}

/// Who may have signed: a word for the form, and the capacities it stands for.
const SIGNED: [(&str, &str, &str, &[Hoedanigheid]); 5] = [
    (
        "ouders",
        "beide ouders met gezag",
        "both parents with authority",
        &[Hoedanigheid::OuderMetGezag, Hoedanigheid::OuderMetGezag],
    ),
    (
        "ouder",
        "de enige ouder met gezag",
        "the only parent with authority",
        &[Hoedanigheid::OuderMetGezag],
    ),
    (
        "ouders-en-jongere",
        "de jongere en beide ouders met gezag",
        "the young person and both parents with authority",
        &[
            Hoedanigheid::Jongere,
            Hoedanigheid::OuderMetGezag,
            Hoedanigheid::OuderMetGezag,
        ],
    ),
    ("jongere", "de jongere", "the young person", &[Hoedanigheid::Jongere]),
    ("voogd", "de voogd", "the guardian", &[Hoedanigheid::Voogd]),
];

fn kind(k: &Kader, kind: ToestemmingKind) -> &'static str {
    match kind {
        ToestemmingKind::Grondslag => k.t("als grondslag", "as the basis"),
        ToestemmingKind::DoorbrekingGeheim => k.t("heft het beroepsgeheim op", "lifts professional secrecy"),
        ToestemmingKind::Bijlage3Voorwaarde => k.t("voorwaarde van Bijlage 3", "condition of Bijlage 3"),
        ToestemmingKind::Derde => k.t("voor een derde", "for a third party"),
    }
}

fn stand(k: &Kader, stand: ToestemmingGeldig) -> &'static str {
    match stand {
        ToestemmingGeldig::Aanwezig => k.t("geldig", "valid"),
        ToestemmingGeldig::Verlopen => k.t("verlopen", "expired"),
        ToestemmingGeldig::LeeftijdOnbekend => k.t("leeftijd niet vastgelegd", "age not recorded"),
        ToestemmingGeldig::Onvoldoende => k.t("verkeerde persoon tekende", "the wrong person signed"),
        ToestemmingGeldig::Ontgroeid => k.t("moet vernieuwd worden", "to be renewed"),
        ToestemmingGeldig::Tegenstrijdig => k.t("tegenstrijdig: kijk dit na", "contradictory: look into it"),
        ToestemmingGeldig::MensBeslist => k.t("ouders oneens: een mens beslist", "parents disagree: a person decides"),
        ToestemmingGeldig::Ingetrokken => k.t("ingetrokken", "withdrawn"),
    }
}

fn line(d: &Dashboard, k: &Kader, post: Registerpost) -> Regel {
    let t = post.toestemming;
    let eindigt = match post.eindigt {
        None => String::new(),
        Some((Einde::Verloopt, days)) if k.nl() => format!("verloopt over {days} dagen"),
        Some((Einde::Verloopt, days)) => format!("expires in {days} days"),
        Some((Einde::Ontgroeid, _)) => k.t("moet binnenkort vernieuwd worden", "to be renewed soon").to_owned(),
    };
    Regel {
        soort: kind(k, t.kind),
        verstrekker: d.gateway.partijnaam(&t.verstrekker),
        ontvangers: t.ontvangers.iter().map(|p| d.gateway.partijnaam(p)).collect(),
        doelen: t.doelen,
        gegevens: t.gegevens,
        sinds: t.schriftelijk_op,
        tot: t.geldig_tot,
        stand: stand(k, post.stand),
        geldt: post.stand == ToestemmingGeldig::Aanwezig,
        eindigt,
        id: t.id,
        casus: t.casus,
    }
}

/// A pseudonym of a case, as it may stand in an address.
fn is_case(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.'))
}

/// At least so many lines on a page, where there are so many: a case is not split.
const A_PAGE: usize = 100;

/// `GET /toestemmingen?casus=&na=`: of one case; without, of every case what ends within thirty days.
pub(crate) async fn list(State(d): State<Arc<Dashboard>>, k: Kader, RawQuery(raw): RawQuery) -> Response {
    let act = async {
        let velden = Velden::parse(raw.unwrap_or_default().as_bytes());
        let casus = velden.one("casus").trim().to_owned();
        let na = velden.one("na").trim().to_owned();
        let (posts, volgende) = match (casus.as_str(), na.as_str()) {
            ("", "") => d.gateway.ending_soon(None, A_PAGE).await?,
            ("", na) if is_case(na) => d.gateway.ending_soon(Some(na), A_PAGE).await?,
            (casus, "") if is_case(casus) => (d.gateway.consents(casus).await?, None),
            _ => return Err(Weigering::Ongeldig),
        };
        let regels = posts.into_iter().map(|p| line(&d, &k, p)).collect();
        let lijst = Lijst {
            k: k.clone(),
            casus,
            regels,
            volgende: volgende.unwrap_or_default(),
        };
        Ok(page(StatusCode::OK, &lijst))
    };
    answered(&k, act.await)
}

/// The blocked message, and the first consent that it waits for.
async fn asked(d: &Dashboard, k: &Kader, effect: &str) -> Result<(Blokkade, Voorstel), Weigering> {
    if !is_effect(effect) {
        return Err(Weigering::Onbekend);
    }
    let id = EffectId(effect.to_owned());
    let blocked = d.gateway.blocked_one(&id).await?.ok_or(Weigering::Voorbij)?;
    let nu = d.gateway.would_decide(&id, k.taal).await?.ok_or(Weigering::Voorbij)?;
    let voorstel = nu.voorstellen.into_iter().next().ok_or(Weigering::Voorbij)?;
    Ok((blocked, voorstel))
}

/// `GET /berichten/{effect}/toestemming`.
pub(crate) async fn form(State(d): State<Arc<Dashboard>>, k: Kader, Path(effect): Path<String>) -> Response {
    let answer = shown(&d, &k, effect, None, "").await;
    answered(&k, answer)
}

async fn shown(d: &Dashboard, k: &Kader, effect: String, kenmerk: Option<&str>, fout: &'static str) -> Antwoord {
    let (blocked, voorstel) = asked(d, k, &effect).await?;
    let fresh = || random().map(|r| format!("toe-{}", letters(&r)));
    let kenmerk = match kenmerk {
        Some(kenmerk) => kenmerk.to_owned(),
        None => fresh().ok_or(Weigering::NietNu)?,
    };
    let formulier = Formulier {
        k: k.clone(),
        casus: blocked.item.event.claim.casus.clone(),
        kenmerk,
        soort: kind(k, voorstel.kind),
        verstrekker: d.gateway.partijnaam(&voorstel.verstrekker),
        ontvanger: d.gateway.partijnaam(&voorstel.ontvanger),
        doel: voorstel.doel,
        gegevens: voorstel.gegevens,
        wie: SIGNED.iter().map(|(word, nl, en, _)| (*word, k.t(nl, en))).collect(),
        vandaag: d.gateway.vandaag(),
        effect,
        fout,
    };
    let status = if fout.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    Ok(page(status, &formulier))
}

/// Eight letters of a random text: never a row of digits, which could be a person's.
fn letters(hex: &str) -> String {
    let letter = |b: u8| char::from(b'a' + char::from(b).to_digit(16).map_or(0, |n| n as u8));
    hex.bytes().take(8).map(letter).collect()
}

/// `POST /berichten/{effect}/toestemming`.
pub(crate) async fn record(
    State(d): State<Arc<Dashboard>>,
    k: Kader,
    Path(effect): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let act = async {
        let velden = Velden::read(&headers, body, k.csrf()).await?;
        let (blocked, voorstel) = asked(&d, &k, &effect).await?;
        let kenmerk = velden.one("kenmerk").to_owned();
        let signed = SIGNED.iter().find(|(word, ..)| *word == velden.one("wie"));
        let (Some((.., wie)), Ok(op)) = (signed, velden.one("op").parse::<Date>()) else {
            let fout = k.t("Vul in wie tekende, en wanneer.", "Fill in who signed, and when.");
            return shown(&d, &k, effect, Some(&kenmerk), fout).await;
        };
        let geldig_tot = match velden.one("tot") {
            "" => None,
            text => Some(text.parse::<Date>().map_err(|_| Weigering::Ongeldig)?),
        };
        let toestemming = Toestemming {
            id: kenmerk.clone(),
            casus: blocked.item.event.claim.casus,
            kind: voorstel.kind,
            verstrekker: voorstel.verstrekker,
            gegevens: voorstel.gegevens,
            doelen: vec![voorstel.doel],
            ontvangers: vec![voorstel.ontvanger],
            schriftelijk_op: op,
            geldig_tot,
            door: wie.iter().map(|wie| Ondertekening { wie: *wie, op }).collect(),
            vastgelegd_door: None,
        };
        let fact = Feit::Toestemming(toestemming);
        match d.gateway.record_facts_by(&k.acting()?, vec![fact]).await {
            Ok(_) => done(Ok(true), &effect, "toestemming"),
            Err(error) => match refused(&k, &error) {
                Some(fout) => shown(&d, &k, effect, Some(&kenmerk), fout).await,
                None => done(Err(error), &effect, ""),
            },
        }
    };
    answered(&k, act.await)
}

/// What somebody can mend in the form.
fn refused(k: &Kader, error: &BeheerError) -> Option<&'static str> {
    let veld = match error {
        BeheerError::Ongeldig { veld, .. } | BeheerError::Geweigerd { veld, .. } => *veld,
        BeheerError::Niet(_) | BeheerError::NietNu => return None,
    };
    Some(match veld {
        "id" => k.t(
            "Dit kenmerk kan niet: kleine letters, cijfers en streepjes, en nog niet gebruikt voor een andere toestemming.",
            "This reference cannot be used: small letters, digits and dashes, not used for another consent.",
        ),
        "schriftelijk_op" => k.t(
            "De dag van ondertekening kan niet in de toekomst liggen.",
            "The day of signing cannot be in the future.",
        ),
        "geldig_tot" => k.t(
            "De laatste dag ligt vóór de dag van ondertekening.",
            "The last day comes before the day of signing.",
        ),
        "door" => k.t(
            "Bij deze leeftijd moet iemand anders (mee)tekenen.",
            "At this age somebody else must sign (too).",
        ),
        _ => k.t(
            "Deze toestemming kan zo niet worden vastgelegd.",
            "This consent cannot be recorded like this.",
        ),
    })
}
