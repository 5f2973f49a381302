//! Gate 2: the sender is who it says it is, in that task, and acceded; so is the receiver (18; S:246).

use super::Context;
use crate::event::Kanaal;
use crate::facts::{Toegetreden, accession};
use crate::ids::Partij;
use crate::verdict::Reden;

/// How far the accession of a party has come; `None`: nobody knows it.
pub(super) fn standing(c: &Context<'_>, partij: &Partij) -> Option<Toegetreden> {
    let by_fact = c
        .dossier
        .toetredingen
        .iter()
        .find(|(p, _)| p == partij)
        .map(|(_, stand)| *stand);
    let by_rules = c
        .rules
        .partij(partij)
        .map(|p| accession(p.toegetreden_op, p.bekendgemaakt_op, c.dag));
    match (by_fact, by_rules) {
        (Some(Toegetreden::Ja), _) | (_, Some(Toegetreden::Ja)) => Some(Toegetreden::Ja),
        (fact, rules) => fact.or(rules),
    }
}

pub(super) fn check(c: &mut Context<'_>) {
    if !c.vraag.afzender_bewezen {
        c.fail(Reden::AfzenderNietBewezen);
    }
    match standing(c, &c.vraag.afzender) {
        Some(Toegetreden::Ja) => {}
        Some(Toegetreden::NietBekendgemaakt) => c.fail(Reden::AfzenderNietBekendgemaakt),
        Some(Toegetreden::Nee) | None => c.fail(Reden::AfzenderGeenPartij),
    }
    if c.vraag.afzender == c.vraag.ontvanger {
        c.fail(Reden::OntvangerIsAfzender);
    }
    // Who has not acceded is a derde: that channel has its own gate.
    if matches!(c.vraag.kanaal, Kanaal::Derde) {
        return;
    }
    match standing(c, &c.vraag.ontvanger) {
        Some(Toegetreden::Ja) => {}
        Some(Toegetreden::NietBekendgemaakt) => c.fail(Reden::OntvangerNietBekendgemaakt),
        Some(Toegetreden::Nee) | None => c.fail(Reden::OntvangerGeenPartij),
    }
}
