//! What stays behind because the address is secret (3.4, 5.3; gate 6 asks it). Nobody at a table needs where a hidden
//! child lives: who may know it knows it without this message. One word is enough, whoever says it: the message in any of
//! its contributions, also one that itself stays behind, or a fact of the case.

use super::Context;
use crate::gegeven::GegevenSet;
use crate::verdict::Reden;

pub(super) fn check(c: &mut Context<'_>) {
    let gegevens = c.rules.gegevens();
    let recorded = c.casus.is_some_and(|casus| casus.adres_geheim);
    let hidden = if recorded {
        gegevens.hidden()
    } else {
        gegevens.hidden_by(c.inventory.raised)
    };
    if hidden == GegevenSet::EMPTY {
        return;
    }
    for n in 0..c.inventory.bijdragen.len() {
        c.withhold(n, hidden, Reden::AdresGeheim);
    }
}
