//! Gate 5: the case is known, open, at this consultation and in this phase (3.4, 5.6). What the sender states is a
//! claim: the facts of the case decide.

use super::Context;
use crate::facts::{CasusStand, Sluitreden};
use crate::ids::Taak;
use crate::verdict::Reden;

pub(super) fn check(c: &mut Context<'_>) {
    if c.overleg.is_none() {
        c.fail(Reden::OverlegOnbekend);
    }
    let Some(casus) = c.casus else {
        c.fail(Reden::CasusOnbekend);
        return;
    };
    if casus.casusoverleg != c.vraag.casusoverleg && c.overdracht.is_none() {
        c.fail(Reden::AnderCasusoverleg);
    }
    if casus
        .gesloten
        .is_some_and(|why| !evaluated_together(c, casus, why) && !handed_over(c, why))
    {
        c.fail(Reden::CasusGesloten);
    }
    let known = c.thuis().is_some_and(|o| o.fasen.iter().any(|f| f == c.vraag.fase));
    if !known || casus.fase.as_deref() != Some(c.vraag.fase) {
        c.fail(Reden::AndereFase);
    }
}

/// Where an arrangement ended, looking back on it with the young person or the parents is all that is left of the case
/// (S:1059, S:1174): between them and one other, never between the others, and only where the consultation has it.
fn evaluated_together(c: &Context<'_>, casus: &CasusStand, why: Sluitreden) -> bool {
    let betrokkene = [c.vraag.afzender, c.vraag.ontvanger].into_iter().any(|p| {
        p.taak == Taak::Betrokkene && (casus.deelnemers.contains(&p) || casus.betrokkenen.iter().any(|(b, _)| *b == p))
    });
    let phase = c.overleg.and_then(|o| o.na_sluiting.as_deref());
    why == Sluitreden::ArrangementBeeindigd && betrokkene && phase == Some(c.vraag.fase)
}

/// A decided handover outlives the case (5.7, beside 5.6): but after a death nothing is left to do at another table.
fn handed_over(c: &Context<'_>, why: Sluitreden) -> bool {
    c.overdracht.is_some() && why != Sluitreden::Overleden
}
