//! Why nothing useful was left (gate 12): what was withheld of what the message cannot do without, or that it was never there.

use crate::event::Kanaal;
use crate::gates::Aanvraag;
use crate::gegeven::GegevenSet;
use crate::rulebook::Rulebook;
use crate::scan::Inventory;
use crate::verdict::{Gate, Reden, Verdict};

/// The cause behind [`Reden::NietsBruikbaarsOver`].
pub(super) enum Over<'r> {
    /// It was there, and withheld for this.
    Onthouden(Reden),
    /// It was never in the message: names of the dictionary, one of which it needs.
    Ontbreekt(Vec<&'r str>),
}

/// Of the first group that the message cannot do without and that is gone: what somebody can answer (a basis, a secrecy,
/// a consent, an accord) before what no rule gives at all. `None`: neither is known, the message was empty.
pub(super) fn why<'r>(
    rules: &'r Rulebook,
    vraag: &Aanvraag<'_>,
    inventory: &Inventory,
    verdict: &Verdict,
) -> Option<Over<'r>> {
    let fold =
        |all: GegevenSet, (b, mask): (&crate::scan::BijdrageInventory, &GegevenSet)| all.or(b.gegevens.and(*mask));
    let left = inventory
        .bijdragen
        .iter()
        .zip(&verdict.masks)
        .fold(GegevenSet::EMPTY, fold);
    let required = match vraag.kanaal {
        Kanaal::Wettelijk => rules.stroom(vraag.doel).map_or(&[][..], |(_, s)| &s.vereist),
        _ => rules.tree(vraag.bericht).required(),
    };
    let gone = required.iter().copied().find(|group| group.and(left).is_empty());
    let group = gone.unwrap_or(GegevenSet::ALL);
    let withheld = || {
        verdict.onthoudingen.iter().filter(move |o| {
            let there = inventory.bijdragen.get(usize::from(o.bijdrage)).map(|b| b.gegevens);
            there.is_some_and(|there| !there.and(o.gegevens).and(group).is_empty())
        })
    };
    let reden = withheld()
        .map(|o| o.reden)
        .find(|r| r.gate() != Gate::Noodzaak)
        .or_else(|| withheld().map(|o| o.reden).next());
    match reden {
        Some(reden) => Some(Over::Onthouden(reden)),
        None => gone.map(|group| Over::Ontbreekt(group.iter().map(|id| rules.gegevens().name(id)).collect())),
    }
}
