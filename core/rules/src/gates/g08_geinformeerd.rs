//! Gate 8: the betrokkene was informed beforehand, and the participants know when and how (12.1, 12.2).

use super::Context;
use crate::facts::Geinformeerd;
use crate::verdict::Reden;

pub(super) fn check(c: &mut Context<'_>) {
    match c.casus.map(|casus| casus.geinformeerd) {
        Some(Geinformeerd::Ja) => {}
        Some(Geinformeerd::NietBekend) => c.fail(Reden::InformerenNietBekend),
        Some(Geinformeerd::Nee) | None => c.fail(Reden::NietGeinformeerd),
    }
}
