//! Gate 9: third parties (14.1–14.3). Who has not acceded is a derde, whatever kind of organisation it is; nothing
//! goes to a derde by the consultation, and the channel for derden is closed in this version.

use super::{Context, g02_partijen};
use crate::event::Kanaal;
use crate::facts::Toegetreden;
use crate::ids::Taak;
use crate::verdict::Reden;

pub(super) fn check(c: &mut Context<'_>) {
    if matches!(c.vraag.kanaal, Kanaal::Derde) {
        c.fail(Reden::DerdenGesloten);
        return;
    }
    // The betrokkene is never a derde (1.8): gates 2 and 3 say why nothing goes there.
    if c.vraag.ontvanger.taak == Taak::Betrokkene {
        return;
    }
    let outside =
        c.vraag.ontvanger.taak == Taak::Derde || g02_partijen::standing(c, &c.vraag.ontvanger) != Some(Toegetreden::Ja);
    if outside {
        c.fail(Reden::OntvangerIsDerde);
    }
}
