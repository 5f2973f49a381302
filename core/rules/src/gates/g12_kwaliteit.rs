//! Gate 12: quality (8). What the message cannot do without must still be there; else nothing useful is left, and a
//! husk that only tells that there is a case does not go.

use super::Context;
use crate::gegeven::GegevenSet;
use crate::verdict::Reden;

pub(super) fn check(c: &mut Context<'_>) {
    let left = c
        .inventory
        .bijdragen
        .iter()
        .zip(&c.masks)
        .fold(GegevenSet::EMPTY, |all, (b, mask)| all.or(b.gegevens.and(*mask)));
    let required = c.rules.tree(c.vraag.bericht).required();
    if left.is_empty() || required.iter().any(|group| group.and(left).is_empty()) {
        c.fail(Reden::NietsBruikbaarsOver);
    }
}
