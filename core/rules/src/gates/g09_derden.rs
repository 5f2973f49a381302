//! Gate 9: third parties (14.1–14.3). Who has not acceded is a derde, whatever kind of organisation it is. Nothing goes
//! to a derde by the consultation. By the channel for derden: with consent that names this derde, only what the sender
//! itself brought in, and nothing that tells who it is about: a pseudonym instead, unless an individual is needed by a
//! recorded decision.

use super::{Context, g02_partijen, toestemming};
use crate::event::Kanaal;
use crate::facts::{Toegetreden, ToestemmingKind};
use crate::gegeven::GegevenSet;
use crate::ids::Taak;
use crate::verdict::Reden;

pub(super) fn check(c: &mut Context<'_>) {
    if matches!(c.vraag.kanaal, Kanaal::Derde) {
        to_derde(c);
        return;
    }
    // The betrokkene is never a derde (1.8): gates 2 and 3 say why nothing goes there.
    if c.vraag.ontvanger.taak == Taak::Betrokkene {
        return;
    }
    let outside =
        c.vraag.ontvanger.taak == Taak::Derde || g02_partijen::standing(c, &c.vraag.ontvanger) != Some(Toegetreden::Ja);
    if outside {
        c.fail(Reden::OntvangerIsDerde);
    }
}

fn to_derde(c: &mut Context<'_>) {
    let (afzender, ontvanger) = (c.vraag.afzender, c.vraag.ontvanger);
    if ontvanger.taak == Taak::Betrokkene || g02_partijen::standing(c, &ontvanger) == Some(Toegetreden::Ja) {
        c.fail(Reden::OntvangerGeenDerde);
    }
    // Who takes no part in the case brought nothing in, and decides about nothing (14.2).
    let decides = c.casus.is_some_and(|casus| casus.deelnemers.contains(&afzender));
    // What a rule lets pass, whatever other gates keep back: a consent that is there is not told to be missing.
    let permitted = c.plan.as_ref().map_or(GegevenSet::EMPTY, |p| p.permitted);
    let all = c.inventory.bijdragen.iter();
    let present = all.fold(GegevenSet::EMPTY, |all, b| all.or(b.gegevens)).and(permitted);
    let (open, why) = toestemming::covered(c, ToestemmingKind::Derde, &afzender, present);
    // Withdrawn and expired are told as what they are, in the gate for consent.
    let why = (why != Reden::ToestemmingOntbreekt).then_some(why);
    if !present.is_empty() && open.and(present).is_empty() {
        c.fail(Reden::DerdeToestemmingOntbreekt);
        if let Some(why) = why {
            c.fail(why);
        }
    }
    let generalised = c.plan.as_ref().map_or(GegevenSet::EMPTY, |p| p.generalised);
    let telling = c
        .rules
        .gegevens()
        .identificerend()
        .without(generalised)
        .without(c.opgeheven);
    // Who goes under a pseudonym needs no consent for the name or number itself: that does not go.
    let open = if open.and(present).is_empty() {
        open
    } else {
        open.or(c.hidden())
    };
    for n in 0..c.inventory.bijdragen.len() {
        let own = c.inventory.bijdragen.get(n).is_some_and(|b| b.inbrenger == afzender);
        if !own || !decides {
            c.withhold(n, GegevenSet::ALL, Reden::AlleenInbrengerBeslist);
        }
        c.withhold(n, telling, Reden::HerkenbaarVoorDerde);
        c.withhold(
            n,
            GegevenSet::ALL.without(open),
            why.unwrap_or(Reden::DerdeToestemmingOntbreekt),
        );
    }
}
