//! Rules for which there is no basis to disclose (4): gate 7 stops them, whatever the rule says.

use super::super::Finding;
use super::blokken::taken;
use super::nooit::alone;
use super::{Input, Tafel};
use crate::event::Kanaal;
use crate::gegeven::GegevenSet;
use crate::ids::Taak;

const HELP: &str = "leg de grondslag vast in grondslagen.toml (artikel 4), of haal dit uit de regel";

/// What the bases from one task to another cover together; none when there is no basis.
fn dekt(i: &Input<'_>, van: Taak, naar: Taak) -> Option<GegevenSet> {
    let mut found = None;
    for g in &i.files.grondslagen.grondslag {
        let has = |all: &[toml::Spanned<Taak>], t| all.iter().any(|s| *s.get_ref() == t);
        if g.kanaal != Kanaal::Casusoverleg || !has(&g.van, van) || !has(&g.naar, naar) {
            continue;
        }
        let set = g.letters.as_ref().map_or(GegevenSet::ALL, |letters| {
            let covered = i.gegevens.iter();
            let covered = covered.filter(|(_, e)| letters.iter().any(|l| *l.get_ref() == e.letter));
            covered.map(|(id, _)| id).collect()
        });
        found = Some(set.or(found.unwrap_or_default()));
    }
    found
}

pub(super) fn check(i: &Input<'_>, out: &mut Vec<Finding>) {
    let all: Vec<(Taak, Taak, Option<GegevenSet>)> = Taak::ALL
        .into_iter()
        .flat_map(|van| Taak::ALL.into_iter().map(move |naar| (van, naar)))
        .map(|(van, naar)| (van, naar, dekt(i, van, naar)))
        .collect();
    let covers = |van, naar| {
        all.iter()
            .find(|(v, n, _)| *v == van && *n == naar)
            .and_then(|(_, _, d)| *d)
    };
    for Tafel { file, blokken, .. } in &i.tafels {
        for blok in blokken {
            for van in taken(blok.van) {
                for naar in taken(blok.naar).filter(|naar| *naar != van || !alone(i, van)) {
                    let at = blok.regel.naar.iter().find(|t| *t.get_ref() == naar);
                    let at = at.map_or_else(|| blok.regel.id.span(), toml::Spanned::span);
                    let Some(set) = covers(van, naar) else {
                        let message =
                            format!("{van} heeft geen grondslag om iets aan {naar} te geven (4): dit werkt nooit");
                        out.push(Finding::warning(file, at, message, HELP));
                        continue;
                    };
                    for id in blok.gegevens.without(set).iter() {
                        let letter = i.gegevens.get(id).map_or('-', |g| g.letter);
                        let message = format!(
                            "geen grondslag van {van} naar {naar} dekt letter {letter}: `{}` gaat dan alleen als een ander het inbracht",
                            i.gegevens.name(id)
                        );
                        out.push(Finding::warning(file, blok.plek(id, i.gegevens), message, HELP));
                    }
                }
            }
        }
    }
}
