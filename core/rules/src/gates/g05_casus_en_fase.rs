//! Gate 5: the case is known, open, at this consultation and in this phase (3.4, 5.6). What the sender states is a
//! claim: the facts of the case decide.

use super::Context;
use crate::verdict::Reden;

pub(super) fn check(c: &mut Context<'_>) {
    if c.overleg.is_none() {
        c.fail(Reden::OverlegOnbekend);
    }
    let Some(casus) = c.casus else {
        c.fail(Reden::CasusOnbekend);
        return;
    };
    if casus.casusoverleg != c.vraag.casusoverleg {
        c.fail(Reden::AnderCasusoverleg);
    }
    if casus.gesloten.is_some() {
        c.fail(Reden::CasusGesloten);
    }
    let known = c.overleg.is_some_and(|o| o.fasen.iter().any(|f| f == c.vraag.fase));
    if !known || casus.fase.as_deref() != Some(c.vraag.fase) {
        c.fail(Reden::AndereFase);
    }
}
