//! Gate 6: this receiver needs this element for this purpose in this phase (3.4, 5.1–5.4, 7.2). First necessity, then
//! permission. What no rule names is left out; when no rule exists at all, the message stops.

use super::{Context, verborgen};
use crate::event::Kanaal;
use crate::gegeven::GegevenSet;
use crate::verdict::{Onthouding, Reden};

pub(super) fn check(c: &mut Context<'_>) {
    if !matches!(c.vraag.kanaal, Kanaal::Casusoverleg) {
        // Statutory, personal, aggregate, third-party and administrative messages have rules of their own, which this
        // rulebook does not hold: a gap, visible to the FG, never a passage.
        c.fail(Reden::KanaalZonderRegels);
        return;
    }
    if c.casus.is_some_and(|casus| !casus.herbeoordeeld) {
        c.fail(Reden::NietHerbeoordeeld);
    }
    let Some(plan) = c.plan.clone() else {
        c.fail(Reden::GeenRegel);
        return;
    };
    let off_list = c.rules.gegevens().off_list();
    let mut anything = false;
    for (n, b) in (0u16..).zip(&c.inventory.bijdragen) {
        anything |= !b.gegevens.and(plan.permitted).is_empty();
        let dropped = b.gegevens.without(plan.permitted);
        let listed = [
            (dropped.and(off_list), Reden::NietOpDeLijst),
            (dropped.without(off_list), Reden::ElementNietNodig),
        ];
        for (gegevens, reden) in listed {
            if gegevens != GegevenSet::EMPTY {
                c.onthoudingen.push(Onthouding {
                    bijdrage: n,
                    gegevens,
                    reden,
                });
            }
        }
    }
    verborgen::check(c);
    // Rules exist, but none for anything in this message.
    if !anything {
        c.fail(Reden::GeenRegel);
    }
}
