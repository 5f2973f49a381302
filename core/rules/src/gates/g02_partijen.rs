//! Gate 2: the sender is who it says it is, in that task, and acceded; so is the receiver (18; S:246). By statute both
//! must be known, not acceded: accession is the covenant's, and the covenant does not stand in the way of a duty.

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

/// Whether the party is known at all, as a party of the covenant or by statute.
pub(super) fn known(c: &Context<'_>, partij: &Partij) -> bool {
    standing(c, partij).is_some() || c.rules.wettelijke_partij(partij).is_some()
}

pub(super) fn check(c: &mut Context<'_>) {
    if !c.vraag.afzender_bewezen {
        c.fail(Reden::AfzenderNietBewezen);
    }
    if matches!(c.vraag.kanaal, Kanaal::Wettelijk) {
        if !known(c, &c.vraag.afzender) {
            c.fail(Reden::AfzenderOnbekend);
        }
        if c.vraag.afzender == c.vraag.ontvanger {
            c.fail(Reden::OntvangerIsAfzender);
        }
        if !known(c, &c.vraag.ontvanger) {
            c.fail(Reden::OntvangerOnbekend);
        }
        return;
    }
    match standing(c, &c.vraag.afzender) {
        Some(Toegetreden::Ja) => {}
        Some(Toegetreden::NietBekendgemaakt) => c.fail(Reden::AfzenderNietBekendgemaakt),
        Some(Toegetreden::Nee) | None => c.fail(Reden::AfzenderGeenPartij),
    }
    if c.vraag.afzender == c.vraag.ontvanger {
        c.fail(Reden::OntvangerIsAfzender);
    }
    // Who has not acceded is a derde, and a betrokkene accedes to nothing: those channels have gates of their own.
    if matches!(c.vraag.kanaal, Kanaal::Derde | Kanaal::Betrokkene) {
        return;
    }
    match standing(c, &c.vraag.ontvanger) {
        Some(Toegetreden::Ja) => {}
        Some(Toegetreden::NietBekendgemaakt) => c.fail(Reden::OntvangerNietBekendgemaakt),
        Some(Toegetreden::Nee) | None => c.fail(Reden::OntvangerGeenPartij),
    }
}
