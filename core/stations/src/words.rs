//! The words of a claim: what the rules do not know is free text of the sender's, and is not kept.

use sluis_rules::event::{Claim, Kanaal};
use sluis_rules::rulebook::Rulebook;
// Stands for a word that the rules do not know. No rule has this id, so the gates block it as what it is.
use sluis_rules::register::ONBEKEND;

/// Replaces every word that the rules do not know, so that nothing a sender made up stands in the store, the journal
/// or a list. The gates still block it, with the reason that fits.
pub(crate) fn only_known(claim: &mut Claim, rulebook: &Rulebook) {
    let overleggen = rulebook.overleggen();
    let by_statute = claim.kanaal == Kanaal::Wettelijk;
    let keep = |word: &mut String, known: bool| {
        if !known {
            ONBEKEND.clone_into(word);
        }
    };
    let overleg = overleggen.iter().any(|o| o.id == claim.casusoverleg);
    keep(&mut claim.casusoverleg, overleg);
    let fase = overleggen.iter().any(|o| o.fasen.contains(&claim.fase));
    keep(&mut claim.fase, fase);
    if by_statute {
        // A statute belongs to no consultation and has no phase.
        claim.casusoverleg.clear();
        claim.fase.clear();
    }
    let doel = by_statute && rulebook.stromen().iter().any(|s| s.id == claim.doel)
        || rulebook.doelen().iter().any(|d| d.id == claim.doel)
        || overleggen.iter().any(|o| o.doelen.contains(&claim.doel));
    keep(&mut claim.doel, doel);
    if let Some(grondslag) = &mut claim.grondslag {
        let known = (0..=u16::MAX)
            .map_while(|n| rulebook.grondslag(n))
            .any(|g| g.id == *grondslag);
        keep(grondslag, known);
    }
}
