//! Gate 11: the party that brought an element in keeps control (3.4). Another party's contribution passes only with its
//! accord for this passing on, and never further than that party could have gone itself (4, 11.4, 14.2).

use super::{Context, g02_partijen, g07_grondslag};
use crate::facts::Toegetreden;
use crate::gegeven::GegevenSet;
use crate::verdict::Reden;

pub(super) fn check(c: &mut Context<'_>) {
    for n in 0..c.inventory.bijdragen.len() {
        let Some(b) = c.inventory.bijdragen.get(n) else {
            continue;
        };
        let inbrenger = b.inbrenger;
        // Its own, or given back to the party that brought it in: nobody's control is passed.
        if inbrenger == c.vraag.afzender || inbrenger == c.vraag.ontvanger {
            continue;
        }
        let linked = c.casus.is_some_and(|casus| casus.deelnemers.contains(&inbrenger));
        if !linked || g02_partijen::standing(c, &inbrenger) != Some(Toegetreden::Ja) {
            c.withhold(n, GegevenSet::ALL, Reden::InbrengerOnbekend);
            continue;
        }
        let accord = c.casus.is_some_and(|casus| {
            casus
                .akkoorden
                .contains(&(inbrenger, c.vraag.afzender, c.vraag.ontvanger))
        });
        if !accord {
            c.withhold(n, GegevenSet::ALL, Reden::AkkoordOntbreekt);
            continue;
        }
        let beyond = beyond_own_reach(c, n);
        c.withhold(n, beyond.0, Reden::InbrengerMagNiet);
        c.withhold(n, beyond.1, beyond.2);
    }
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
