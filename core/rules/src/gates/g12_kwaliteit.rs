//! Gate 12: quality (8). What the message cannot do without must still be there; else nothing useful is left, and a
//! husk that only tells that there is a case does not go. A statutory flow says itself what it cannot do without; to a
//! derde a message may do without what tells who it is about.

use super::Context;
use crate::event::Kanaal;
use crate::gegeven::GegevenSet;
use crate::verdict::Reden;

pub(super) fn check(c: &mut Context<'_>) {
    let left = c
        .inventory
        .bijdragen
        .iter()
        .zip(&c.masks)
        .fold(GegevenSet::EMPTY, |all, (b, mask)| all.or(b.gegevens.and(*mask)));
    let missing = |group: &&GegevenSet| group.and(left).is_empty();
    let required = c.rules.tree(c.vraag.bericht).required();
    let telling = c.rules.gegevens().identificerend();
    let short = match c.vraag.kanaal {
        Kanaal::Wettelijk => c.stroom.is_none_or(|s| s.vereist.iter().any(|group| missing(&group))),
        Kanaal::Derde => required
            .iter()
            .filter(|group| !group.without(telling).is_empty())
            .any(|group| missing(&group)),
        _ => required.iter().any(|group| missing(&group)),
    };
    if left.is_empty() || short {
        c.fail(Reden::NietsBruikbaarsOver);
    }
}
