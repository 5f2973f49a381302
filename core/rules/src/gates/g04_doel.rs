//! Gate 4: a purpose that the consultation wrote down beforehand, and that was written down for this case (3.3, 3.4).

use super::Context;
use crate::verdict::Reden;

pub(super) fn check(c: &mut Context<'_>) {
    let doel = c.vraag.doel;
    if !c.overleg.is_some_and(|o| o.doelen.iter().any(|d| d == doel)) {
        c.fail(Reden::DoelNietVanOverleg);
    }
    if !c.casus.is_some_and(|casus| casus.doelen.iter().any(|d| d == doel)) {
        c.fail(Reden::DoelNietVanCasus);
    }
}
