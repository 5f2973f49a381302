//! Gate 11: the party that brought an element in keeps control (3.4). Another party's contribution passes only with its
//! accord for this passing on, and never further than that party could have gone itself (4, 11.4, 14.2). By statute no
//! accord is asked (3.4), but what another party brought in under secrecy stays: 3.4 does not lift 11.4.

use super::{Context, g02_partijen, g07_grondslag, is_secret};
use crate::event::Kanaal;
use crate::facts::{AkkoordStand, Toegetreden};
use crate::gegeven::GegevenSet;
use crate::ids::{Partij, Taak};
use crate::verdict::Reden;

pub(super) fn check(c: &mut Context<'_>) {
    if matches!(c.vraag.kanaal, Kanaal::Wettelijk) {
        by_statute(c);
        return;
    }
    for n in 0..c.inventory.bijdragen.len() {
        let Some(b) = c.inventory.bijdragen.get(n) else {
            continue;
        };
        let inbrenger = b.inbrenger;
        // Its own, or given back to the party that brought it in: nobody's control is passed. The betrokkene keeps no
        // professional secrecy, so what says so under their name was brought in by somebody else.
        let mislabelled = inbrenger.taak == Taak::Betrokkene && is_secret(b);
        if inbrenger == c.vraag.afzender || (inbrenger == c.vraag.ontvanger && !mislabelled) {
            continue;
        }
        let linked = c.casus.is_some_and(|casus| casus.deelnemers.contains(&inbrenger));
        if !linked || g02_partijen::standing(c, &inbrenger) != Some(Toegetreden::Ja) {
            c.withhold(n, GegevenSet::ALL, Reden::InbrengerOnbekend);
            continue;
        }
        let accord = accord(c, inbrenger);
        c.withhold(n, GegevenSet::ALL.without(accord), Reden::AkkoordOntbreekt);
        if accord.is_empty() {
            continue;
        }
        // To the betrokkene the accord is enough: nobody asks who else may tell them what is about them.
        if matches!(c.vraag.kanaal, Kanaal::Betrokkene) {
            continue;
        }
        let beyond = beyond_own_reach(c, n);
        c.withhold(n, beyond.0, Reden::InbrengerMagNiet);
        c.withhold(n, beyond.1, beyond.2);
    }
}

/// What the party that brought it in agreed to, for this passing on and this purpose. An accord to the sender's own
/// further use, in which nobody receives, is none to pass on.
fn accord(c: &Context<'_>, inbrenger: Partij) -> GegevenSet {
    let v = c.vraag;
    let ours = |a: &&AkkoordStand| {
        (a.inbrenger, a.doorgever, a.ontvanger) == (inbrenger, v.afzender, v.ontvanger)
            && a.doel.as_deref().is_none_or(|doel| doel == v.doel)
    };
    let all = c.casus.into_iter().flat_map(|casus| &casus.akkoorden).filter(ours);
    all.fold(GegevenSet::EMPTY, |all, a| all.or(a.gegevens))
}

/// What the party that brought it in could not give to this receiver itself: no rule, a less precise rule, or no basis;
/// and what waits for consent, with why.
fn beyond_own_reach(c: &Context<'_>, n: usize) -> (GegevenSet, GegevenSet, Reden) {
    let nothing = (GegevenSet::ALL, GegevenSet::EMPTY, Reden::InbrengerMagNiet);
    let Some(b) = c.inventory.bijdragen.get(n) else {
        return nothing;
    };
    let own = c.plan_of(b.inbrenger.taak);
    let (Some(own), Some(plan)) = (own, &c.plan) else {
        return nothing;
    };
    let less_precise: GegevenSet = b
        .gegevens
        .iter()
        .filter(|id| own.plan.action(*id) < plan.plan.action(*id))
        .collect();
    let Some(reach) = g07_grondslag::best(c, &b.inbrenger, b.gegevens, None) else {
        return nothing;
    };
    let closed = GegevenSet::ALL
        .without(own.permitted)
        .or(less_precise)
        .or(reach.uncovered);
    (closed, reach.waiting, reach.why)
}

/// What another party brought in under secrecy may be used only for the case it was given for (11.4). A statute that
/// speaks to the sender is another purpose, and nobody recorded that it is compatible.
fn by_statute(c: &mut Context<'_>) {
    for n in 0..c.inventory.bijdragen.len() {
        let Some(b) = c.inventory.bijdragen.get(n) else {
            continue;
        };
        if b.inbrenger == c.vraag.afzender || b.inbrenger == c.vraag.ontvanger {
            continue;
        }
        if is_secret(b) {
            c.withhold(n, GegevenSet::ALL, Reden::GeheimVanAnder);
        } else if !g02_partijen::known(c, &b.inbrenger) {
            c.withhold(n, GegevenSet::ALL, Reden::InbrengerOnbekend);
        }
    }
}
