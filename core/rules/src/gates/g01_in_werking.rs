//! Gate 1: the covenant is in force on the day (19.1: from signing at least two years, then a year at a time; 19.3).

use super::Context;
use crate::verdict::Reden;

pub(super) fn check(c: &mut Context<'_>) {
    let convenant = c.rules.convenant();
    if c.dag < convenant.getekend_op {
        c.fail(Reden::ConvenantNogNiet);
    } else if convenant.einde().is_some_and(|einde| c.dag >= einde) {
        c.fail(Reden::ConvenantGeeindigd);
    }
}
