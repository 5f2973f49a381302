//! Counts for who may know how much absence there is and not whose (channel `aggregaat`): suppression stands in the place
//! of gates 3 to 5 and 7 to 11, for there is nobody in the table. What stays is whether the covenant works, whether both
//! acceded, and whether this receiver needs counts at all.

use jiff::civil::Date;

use super::{Aanvraag, Context, GATES, asked, conclude};
use crate::aggregaat::Aggregaat;
use crate::event::{Bericht, Kanaal};
use crate::facts::Dossier;
use crate::gegeven::GegevenSet;
use crate::ids::{Partij, Taak};
use crate::rulebook::Rulebook;
use crate::scan::Inventory;
use crate::verdict::{Gate, GateOutcome, GateReport, Reden, Verdict};

/// Who needs counts: they keep the whole of the region in sight, and ask who it is by their own duty (4; digest, table of
/// channels).
const ONTVANGERS: [Taak; 2] = [Taak::Samenwerkingsverband, Taak::Leerplicht];

/// Decides whether a table may go to a receiver. `afzender_bewezen`: this Sluis speaks for the sender. The table itself is
/// the proof that small numbers are hidden: nothing else makes one. Never fails: what cannot be decided is blocked.
#[must_use]
pub fn decide_telling(
    rules: &Rulebook,
    dossier: &Dossier,
    _: &Aggregaat,
    (afzender, afzender_bewezen): (Partij, bool),
    ontvanger: Partij,
    dag: Date,
) -> Verdict {
    let vraag = Aanvraag {
        kanaal: Kanaal::Aggregaat,
        casusoverleg: "",
        casus: "",
        fase: "",
        doel: "",
        grondslag: None,
        afzender,
        ontvanger,
        // Of no meaning here: no rule is looked for.
        bericht: Bericht::Status,
        afzender_bewezen,
    };
    let inventory = Inventory {
        bijdragen: Vec::new(),
        gaps: Vec::new(),
        gap_count: 0,
        raised: GegevenSet::EMPTY,
    };
    let mut c = Context {
        rules,
        dossier,
        vraag: &vraag,
        inventory: &inventory,
        dag,
        casus: None,
        overleg: None,
        overdracht: None,
        opgeheven: GegevenSet::EMPTY,
        stroom: None,
        aan: 0,
        geraakt: 0,
        plan: None,
        grondslag: None,
        masks: Vec::new(),
        onthoudingen: Vec::new(),
        gates: Vec::with_capacity(GATES.len()),
    };
    for (gate, check) in GATES {
        match gate {
            Gate::Noodzaak => {
                if !ONTVANGERS.contains(&ontvanger.taak) {
                    c.fail(Reden::TellingNietVoorOntvanger);
                }
                c.close(gate);
            }
            Gate::InWerking | Gate::Partijen => {
                check(&mut c);
                c.close(gate);
            }
            // Suppression guarded the quality too: a table that does not hold was never made.
            Gate::Kwaliteit if asked(Kanaal::Aggregaat, gate) => c.close(gate),
            _ => c.gates.push(GateReport {
                gate,
                outcome: GateOutcome::NietVanToepassing,
            }),
        }
    }
    conclude(c)
}
