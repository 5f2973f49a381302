//! What differs per channel in gate 6, and the bills that touch a verdict.

use super::{Context, g07_grondslag};
use crate::event::Kanaal;
use crate::gegeven::GegevenSet;
use crate::verdict::{Geraakt, Reden};

/// Why no message about a person passes by this channel at all, if none does.
pub(super) fn closed(c: &Context<'_>) -> Option<Reden> {
    match c.vraag.kanaal {
        Kanaal::Casusoverleg => None,
        // Counts and administrative messages have types of their own; a canonical message is about a person.
        Kanaal::Aggregaat => Some(Reden::AlleenTellingen),
        Kanaal::Beheer => Some(Reden::GeenBeheerbericht),
        // A gap, visible to the FG, never a passage.
        kanaal if c.plan.is_none() && !c.rules.heeft_regels(kanaal) => Some(Reden::KanaalZonderRegels),
        Kanaal::Wettelijk if c.stroom.is_none() => Some(Reden::StroomOnbekend),
        Kanaal::Wettelijk | Kanaal::Betrokkene | Kanaal::Derde => None,
    }
}

/// Why elements that no rule lets pass are left out: by statute because the statute does not ask them, to a derde
/// because they tell who it is, else because 5.1 does not list them or nobody needs them.
pub(super) fn dropped(c: &Context<'_>, dropped: GegevenSet) -> [(GegevenSet, Reden); 3] {
    let gegevens = c.rules.gegevens();
    let (own, reden) = match c.vraag.kanaal {
        Kanaal::Wettelijk => (dropped, Reden::WetVraagtDitNiet),
        Kanaal::Derde => (dropped.and(gegevens.identificerend()), Reden::HerkenbaarVoorDerde),
        _ => (GegevenSet::EMPTY, Reden::ElementNietNodig),
    };
    let rest = dropped.without(own);
    let off_list = gegevens.off_list();
    [
        (own, reden),
        (rest.and(off_list), Reden::NietOpDeLijst),
        (rest.without(off_list), Reden::ElementNietNodig),
    ]
}

/// The bills that a rule or a basis between these two depends on, on or off.
pub(super) fn bills(c: &Context<'_>) -> Vec<Geraakt> {
    let all =
        g07_grondslag::candidates(c, c.vraag.afzender.taak).fold(c.geraakt, |all, (_, g)| all | g.schakel.raakt());
    if all == 0 {
        return Vec::new();
    }
    (0..32u8)
        .filter(|n| all >> n & 1 == 1)
        .map(|wetsvoorstel| Geraakt {
            wetsvoorstel,
            aan: c.aan >> wetsvoorstel & 1 == 1,
        })
        .collect()
}
