//! From the files beside the consultations to drafts of plans, flows, parties by statute and bills.

use std::collections::HashMap;

use toml::Spanned;

use super::super::Finding;
use super::super::Regel;
use super::super::compile::{Compiled, Draft, Element, actie, elements, empty, put};
use super::super::load::Files;
use super::source::KanaalRegel;
use super::{Aan, KanaalKey, Kanalen, Schakel, Stroom, Wetsvoorstel, WettelijkePartij};
use crate::event::{Bericht, Kanaal};
use crate::gegeven::{Actie, GegevenSet, Gegevens};
use crate::ids::{Partij, Taak};

/// The switch of a rule or a basis; a name that no bill has was found before.
pub(in crate::rulebook) fn schakel(
    files: &Files,
    alleen_met: Option<&Spanned<String>>,
    vervalt_met: Option<&Spanned<String>>,
) -> Schakel {
    let place = |name: &Spanned<String>| {
        (0u8..)
            .zip(&files.wetsvoorstellen.wetsvoorstel)
            .find(|(_, w)| w.id.get_ref() == name.get_ref())
            .map(|(n, _)| n)
    };
    Schakel {
        alleen_met: alleen_met.and_then(place),
        vervalt_met: vervalt_met.and_then(place),
    }
}

/// A block with the file it stands in, and the places where it lays.
struct Laid<'f> {
    file: &'f str,
    kanaal: Kanaal,
    soorten: Vec<u8>,
    naar: Vec<Taak>,
    regel: &'f KanaalRegel,
}

fn blocks(files: &Files) -> Vec<Laid<'_>> {
    let mut out = Vec::new();
    let tasks = |all: &Option<Vec<Spanned<Taak>>>| all.iter().flatten().map(|t| *t.get_ref()).collect();
    for (soort, (file, stroom)) in (0u8..).zip(&files.stromen) {
        out.extend(stroom.regel.iter().map(|regel| Laid {
            file,
            kanaal: Kanaal::Wettelijk,
            soorten: vec![soort],
            naar: tasks(&regel.naar),
            regel,
        }));
    }
    let among = |wanted: &Option<Vec<Spanned<String>>>, known: &[&String]| -> Vec<u8> {
        let place = |name: &Spanned<String>| (0u8..).zip(known).find(|(_, k)| *k == &name.get_ref()).map(|(n, _)| n);
        wanted.iter().flatten().filter_map(place).collect()
    };
    let overleggen: Vec<&String> = files.overleggen.iter().map(|(_, o)| o.id.get_ref()).collect();
    let doelen: Vec<&String> = files.doelen.doel.iter().map(|d| d.id.get_ref()).collect();
    for (file, kanaal) in &files.kanalen {
        out.extend(kanaal.regel.iter().map(|regel| {
            let (soorten, naar) = match kanaal.kanaal.get_ref() {
                Kanaal::Betrokkene => (among(&regel.overleggen, &overleggen), vec![Taak::Betrokkene]),
                Kanaal::Derde => (among(&regel.doelen, &doelen), vec![Taak::Derde]),
                _ => (Vec::new(), Vec::new()),
            };
            Laid {
                file,
                kanaal: *kanaal.kanaal.get_ref(),
                soorten,
                naar,
                regel,
            }
        }));
    }
    out
}

/// Lays every rule of every channel; numbers and bills go into `out`.
pub(in crate::rulebook) fn lay_channels(
    files: &Files,
    gegevens: &Gegevens,
    aan: Aan,
    lifts: &mut Vec<bool>,
    out: &mut Compiled,
    f: &mut Vec<Finding>,
) -> HashMap<KanaalKey, Draft> {
    let mut drafts: HashMap<KanaalKey, Draft> = HashMap::new();
    for laid in blocks(files) {
        let r = laid.regel;
        let number = out.regels.len();
        lifts.push(r.opheffen.as_ref().is_some_and(|o| *o.get_ref()));
        out.regels.push(Regel {
            id: r.id.get_ref().clone(),
            artikelen: r.artikelen.clone(),
            omdat: r.omdat.clone(),
        });
        let Ok(number) = u16::try_from(number) else { continue };
        let schakel = schakel(files, r.alleen_met.as_ref(), r.vervalt_met.as_ref());
        let (action, elements) = (
            actie(*r.actie.get_ref(), r.wijze.as_ref()),
            elements(&r.gegevens, gegevens),
        );
        for key in cells(&laid) {
            if schakel.raakt() != 0 {
                *out.kanaal_geraakt.entry(key).or_default() |= schakel.raakt();
            }
            if schakel.geldt(aan) {
                let draft = drafts.entry(key).or_insert_with(|| empty(gegevens));
                contradicts(draft, &elements, action, gegevens, laid.file, f);
                put(draft, &elements, action, number, &|_| false, gegevens, laid.file, f);
            }
        }
    }
    drafts
}

/// As between the rules of a consultation: one lets it pass whole, the other only made less precise.
fn contradicts(
    draft: &Draft,
    elements: &[Element],
    action: Actie,
    gegevens: &Gegevens,
    file: &str,
    f: &mut Vec<Finding>,
) {
    for (id, span) in elements {
        let before = draft.get(usize::from(id.0)).map_or(Actie::Drop, |(actie, _)| *actie);
        if let (Actie::Permit, Actie::Generalise(_)) | (Actie::Generalise(_), Actie::Permit) = (before, action) {
            let finding = Finding::new(
                file,
                span.clone(),
                format!(
                    "`{}` gaat hier minder precies, en volgens een andere regel heel",
                    gegevens.name(*id)
                ),
                "beslis wat geldt: haal dit geval uit een van de twee regels",
            );
            if !f.contains(&finding) {
                f.push(finding);
            }
        }
    }
}

fn cells(laid: &Laid<'_>) -> Vec<KanaalKey> {
    let berichten = laid.regel.berichten.as_deref().unwrap_or(&Bericht::ALL);
    let mut out = Vec::new();
    for soort in laid.soorten.iter().copied() {
        for van in laid.regel.van.iter().map(|t| *t.get_ref()) {
            for naar in laid.naar.iter().copied() {
                out.extend(berichten.iter().copied().map(|bericht| KanaalKey {
                    kanaal: laid.kanaal,
                    soort,
                    van,
                    naar,
                    bericht,
                }));
            }
        }
    }
    out
}

/// Flows, parties by statute and bills; the plans come from the compiler.
pub(in crate::rulebook) fn kanalen(files: &Files, gegevens: &Gegevens) -> Kanalen {
    let group = |names: &Vec<Spanned<String>>| {
        let set = |all: GegevenSet, name: &Spanned<String>| all.or(gegevens.matching(name.get_ref()));
        names.iter().fold(GegevenSet::EMPTY, set)
    };
    Kanalen {
        stromen: files
            .stromen
            .iter()
            .map(|(_, s)| Stroom {
                id: s.id.get_ref().clone(),
                naam: s.naam.clone(),
                wet: s.wet.clone(),
                artikel: s.artikel.clone(),
                vereist: s.vereist.get_ref().iter().map(group).collect(),
                ook_onder_geheim: s.ook_onder_geheim.as_ref().is_some_and(|b| *b.get_ref()),
            })
            .collect(),
        wettelijke_partijen: files
            .convenant
            .wettelijk_partij
            .iter()
            .map(|p| {
                let partij = Partij {
                    oin: *p.oin.get_ref(),
                    taak: *p.taak.get_ref(),
                };
                let info = WettelijkePartij {
                    naam: p.naam.clone(),
                    wet: p.wet.clone(),
                };
                (partij, info)
            })
            .collect(),
        wetsvoorstellen: files
            .wetsvoorstellen
            .wetsvoorstel
            .iter()
            .map(|w| Wetsvoorstel {
                id: w.id.get_ref().clone(),
                naam: w.naam.clone(),
                artikel: w.artikel.clone(),
                van_kracht_op: w.van_kracht_op,
                aan: w.is_aan(),
            })
            .collect(),
        ..Kanalen::default()
    }
}

/// The days on which a bill that is on begins, each with the bills that are on from that day.
pub(in crate::rulebook) fn tijdvakken(files: &Files) -> Vec<(jiff::civil::Date, Aan)> {
    let bills = &files.wetsvoorstellen.wetsvoorstel;
    let mut days: Vec<jiff::civil::Date> = bills
        .iter()
        .filter_map(super::source::WetsvoorstelBlock::vanaf)
        .collect();
    days.sort();
    days.dedup();
    let on = |day: jiff::civil::Date| {
        (0u8..)
            .zip(bills)
            .filter(|(_, w)| w.vanaf().is_some_and(|vanaf| vanaf <= day))
            .fold(0, |aan: Aan, (n, _)| aan | 1 << n)
    };
    days.into_iter().map(|day| (day, on(day))).collect()
}
