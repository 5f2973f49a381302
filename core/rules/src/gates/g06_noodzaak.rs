//! Gate 6: this receiver needs this element for this purpose in this phase (3.4, 5.1–5.4, 7.2). First necessity, then
//! permission. What no rule names is left out; when no rule exists at all, the message stops.

use super::{Context, kanaal, verborgen};
use crate::event::Kanaal;
use crate::gegeven::GegevenSet;
use crate::verdict::{Onthouding, Reden};

pub(super) fn check(c: &mut Context<'_>) {
    if let Some(reden) = kanaal::closed(c) {
        c.fail(reden);
        return;
    }
    // A statute asks of no phase.
    if !matches!(c.vraag.kanaal, Kanaal::Wettelijk) && c.casus.is_some_and(|casus| !casus.herbeoordeeld) {
        c.fail(Reden::NietHerbeoordeeld);
    }
    let Some(plan) = c.plan.clone() else {
        c.fail(Reden::GeenRegel);
        return;
    };
    let mut anything = false;
    for (n, b) in (0u16..).zip(&c.inventory.bijdragen) {
        anything |= !b.gegevens.and(plan.permitted).is_empty();
        let dropped = b.gegevens.without(plan.permitted);
        for (gegevens, reden) in kanaal::dropped(c, dropped) {
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
