//! What is blocked, by rule × paths × connection: one line for what one act can solve.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use sluis_rules::explain;
use sluis_rules::journal::Padgroep;
use sluis_stations::Blokkade;

use crate::dashboard::Dashboard;
use crate::formulier::Velden;
use crate::kader::{Antwoord, Kader, Weigering, answered, page};
use crate::tijd;

/// So many are read and grouped: the oldest.
const MOST: usize = 1000;
/// So many lines are shown of one group.
const LINES: usize = 100;
/// The longest value of a filter.
const FILTER: usize = 1000;
/// What came in this time is new.
const NEW_MS: u64 = 24 * 60 * 60 * 1000;

/// What a group is known by: why, which paths, which connection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Sleutel {
    reden: String,
    paden: Vec<String>,
    koppeling: String,
}

/// One line of the table.
pub(crate) struct Groep {
    pub(crate) reden: String,
    pub(crate) uitleg: String,
    /// Why paths were kept back of which something was needed.
    pub(crate) oorzaken: Vec<String>,
    pub(crate) artikel: String,
    pub(crate) paden: Vec<String>,
    pub(crate) koppeling: String,
    pub(crate) aantal: usize,
    /// Of these, how many came in the last day.
    pub(crate) nieuw: usize,
    pub(crate) eerste: u64,
    pub(crate) laatste: u64,
    /// How long the oldest has been there.
    pub(crate) leeftijd: String,
    /// The address of this group alone.
    pub(crate) adres: String,
}

/// One message of a group.
pub(crate) struct Regel {
    pub(crate) effect: String,
    pub(crate) bericht: &'static str,
    pub(crate) casus: String,
    pub(crate) van: String,
    pub(crate) naar: String,
    pub(crate) sinds: u64,
    pub(crate) tot: u64,
}

#[derive(Template)]
#[template(path = "geblokkeerd.html")]
pub(crate) struct Pagina {
    pub(crate) k: Kader,
    pub(crate) groepen: Vec<Groep>,
    pub(crate) regels: Vec<Regel>,
    pub(crate) totaal: usize,
    pub(crate) vol: bool,
    pub(crate) redenen: Vec<(String, bool)>,
    pub(crate) koppelingen: Vec<(String, bool)>,
    pub(crate) gefilterd: bool,
}

/// What stands in the address.
#[derive(Default)]
struct Filter {
    reden: String,
    koppeling: String,
    paden: Option<Vec<String>>,
}

impl Filter {
    fn read(raw: Option<&str>) -> Result<Self, Weigering> {
        let velden = Velden::parse(raw.unwrap_or_default().as_bytes());
        let known = ["reden", "koppeling", "pad", "taal", "gedaan"];
        if velden.names().any(|n| !known.contains(&n)) {
            return Err(Weigering::Ongeldig);
        }
        let one = |name| {
            Some(velden.one(name))
                .filter(|v| v.len() <= FILTER)
                .ok_or(Weigering::Ongeldig)
        };
        let paden: Vec<String> = velden.all("pad").map(str::to_owned).collect();
        if paden.iter().any(|p| p.len() > FILTER) {
            return Err(Weigering::Ongeldig);
        }
        Ok(Self {
            reden: one("reden")?.to_owned(),
            koppeling: one("koppeling")?.to_owned(),
            // An empty path asks for what was stopped as a whole.
            paden: (!paden.is_empty()).then(|| paden.into_iter().filter(|p| !p.is_empty()).collect()),
        })
    }

    fn fits(&self, sleutel: &Sleutel) -> bool {
        (self.reden.is_empty() || self.reden == sleutel.reden)
            && (self.koppeling.is_empty() || self.koppeling == sleutel.koppeling)
            && self.paden.as_ref().is_none_or(|paden| *paden == sleutel.paden)
    }

    fn is_set(&self) -> bool {
        !self.reden.is_empty() || !self.koppeling.is_empty() || self.paden.is_some()
    }
}

/// The paths that a decision kept back, each once.
pub(crate) fn kept_back(groups: &[Padgroep]) -> Vec<String> {
    let all: BTreeSet<&String> = groups.iter().flat_map(|g| &g.paden).collect();
    all.into_iter().cloned().collect()
}

/// The reasons for which paths were kept back, each once.
pub(crate) fn causes(groups: &[Padgroep]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for group in groups {
        if !group.reden.is_empty() && !all.contains(&group.reden) {
            all.push(group.reden.clone());
        }
    }
    all
}

fn key(b: &Blokkade) -> Sleutel {
    Sleutel {
        reden: b.item.redenen.first().cloned().unwrap_or_default(),
        paden: kept_back(&b.paden),
        koppeling: b.item.koppeling.clone(),
    }
}

fn address(sleutel: &Sleutel) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("reden", &sleutel.reden);
    query.append_pair("koppeling", &sleutel.koppeling);
    if sleutel.paden.is_empty() {
        query.append_pair("pad", "");
    }
    for pad in &sleutel.paden {
        query.append_pair("pad", pad);
    }
    // Too long for an address: then without the paths, which shows more and hides nothing.
    let text = query.finish();
    if text.len() < FILTER {
        return format!("/geblokkeerd?{text}");
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("reden", &sleutel.reden);
    query.append_pair("koppeling", &sleutel.koppeling);
    format!("/geblokkeerd?{}", query.finish())
}

/// A reason in words, with its article; a station's own reason has neither, and its slug says it.
pub(crate) fn reason(slug: &str, k: &Kader) -> (String, String) {
    explain::known(slug).map_or_else(
        || (String::new(), String::new()),
        |r| (explain::reason(r, k.taal).to_owned(), r.artikel().to_owned()),
    )
}

fn group(k: &Kader, now_ms: u64, all: &[(Sleutel, Blokkade)]) -> Vec<Groep> {
    let mut groups: BTreeMap<&Sleutel, Vec<&Blokkade>> = BTreeMap::new();
    for (sleutel, b) in all {
        groups.entry(sleutel).or_default().push(b);
    }
    let mut out: Vec<Groep> = groups
        .into_iter()
        .map(|(sleutel, all)| {
            let times = || all.iter().map(|b| b.item.since_ms);
            let (eerste, laatste) = (times().min().unwrap_or(0), times().max().unwrap_or(0));
            let (uitleg, artikel) = reason(&sleutel.reden, k);
            Groep {
                reden: sleutel.reden.clone(),
                uitleg,
                oorzaken: all.first().map_or_else(Vec::new, |b| {
                    let words = causes(&b.paden).into_iter().map(|slug| reason(&slug, k).0);
                    words.filter(|w| !w.is_empty()).collect()
                }),
                artikel,
                paden: sleutel.paden.clone(),
                koppeling: sleutel.koppeling.clone(),
                aantal: all.len(),
                nieuw: times().filter(|at| now_ms.saturating_sub(*at) < NEW_MS).count(),
                eerste,
                laatste,
                leeftijd: tijd::ago(eerste, now_ms, k.taal),
                adres: address(sleutel),
            }
        })
        .collect();
    out.sort_by_key(|g| (std::cmp::Reverse(g.aantal), g.eerste));
    out
}

fn choices<'a>(all: impl Iterator<Item = &'a String>, chosen: &str) -> Vec<(String, bool)> {
    let each: BTreeSet<&String> = all.collect();
    each.into_iter().map(|one| (one.clone(), one == chosen)).collect()
}

/// `GET /geblokkeerd?reden=&koppeling=&pad=`.
pub(crate) async fn list(State(d): State<Arc<Dashboard>>, k: Kader, RawQuery(raw): RawQuery) -> Response {
    let answer = make(&d, &k, raw.as_deref()).await;
    answered(&k, answer)
}

async fn make(d: &Dashboard, k: &Kader, raw: Option<&str>) -> Antwoord {
    let filter = Filter::read(raw)?;
    let all = d.gateway.blocked(MOST).await?;
    let vol = all.len() == MOST;
    let keyed: Vec<(Sleutel, Blokkade)> = all.into_iter().map(|b| (key(&b), b)).collect();
    let redenen = choices(keyed.iter().map(|(s, _)| &s.reden), &filter.reden);
    let koppelingen = choices(keyed.iter().map(|(s, _)| &s.koppeling), &filter.koppeling);
    let shown: Vec<(Sleutel, Blokkade)> = keyed.into_iter().filter(|(s, _)| filter.fits(s)).collect();
    let groepen = group(k, d.gateway.nu_ms(), &shown);
    let one = |b: &Blokkade| {
        let (item, claim) = (&b.item, &b.item.event.claim);
        Regel {
            effect: item.effect.0.clone(),
            bericht: item.event.bericht.as_str(),
            casus: claim.casus.clone(),
            van: d.gateway.partijnaam(&claim.afzender),
            naar: claim.ontvanger.map(|p| d.gateway.partijnaam(&p)).unwrap_or_default(),
            sinds: item.since_ms,
            tot: item.until_ms,
        }
    };
    let pagina = Pagina {
        k: k.clone(),
        groepen,
        regels: shown.iter().take(LINES).map(|(_, b)| one(b)).collect(),
        totaal: shown.len(),
        vol,
        redenen,
        koppelingen,
        gefilterd: filter.is_set(),
    };
    Ok(page(StatusCode::OK, &pagina))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_group_finds_that_group_and_no_other() {
        let of = |paden: &[&str]| Sleutel {
            reden: "niets-bruikbaars-over".into(),
            paden: paden.iter().map(|p| (*p).to_owned()).collect(),
            koppeling: "kindkans & meer".into(),
        };
        let all = [of(&[]), of(&["/a/0"]), of(&["/a/0", "/onbekend#1a2b&c=d"])];
        for one in &all {
            let address = address(one);
            let filter = Filter::read(address.split_once('?').map(|(_, q)| q)).unwrap();
            let found: Vec<bool> = all.iter().map(|other| filter.fits(other)).collect();
            assert_eq!(
                found,
                all.iter().map(|other| other == one).collect::<Vec<_>>(),
                "{address}"
            );
        }
    }

    #[test]
    fn what_is_too_long_or_unknown_is_refused() {
        let long = format!("reden={}", "a".repeat(FILTER + 1));
        for bad in [long.as_str(), "sorteer=1", "pad=a&naam=b"] {
            assert_eq!(Filter::read(Some(bad)).err(), Some(Weigering::Ongeldig), "{bad}");
        }
        assert!(!Filter::read(Some("taal=en")).unwrap().is_set());
    }
}
