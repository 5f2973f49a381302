//! The twelve gates, one file each, in the covenant's order; [`decide`] evaluates all that the channel asks and records
//! every one that fails.
//!
//! Deciding is total: whatever the input, there is a verdict. A rule that cannot be evaluated blocks.

mod g01_in_werking;
mod g02_partijen;
mod g03_deelnemers;
mod g04_doel;
mod g05_casus_en_fase;
mod g06_noodzaak;
mod g07_grondslag;
mod g08_geinformeerd;
mod g09_derden;
mod g10_geheim_en_toestemming;
mod g11_herkomst;
mod g12_kwaliteit;
mod kanaal;
mod telling;
mod toestemming;
mod verborgen;

pub(crate) use g10_geheim_en_toestemming::is_secret;
pub use telling::decide_telling;

use std::sync::Arc;

use jiff::civil::Date;

use crate::event::{Bericht, Kanaal};
use crate::facts::{CasusStand, Dossier, OverdrachtStand};
use crate::gegeven::{Actie, GegevenId, GegevenSet, Wijze};
use crate::ids::{Partij, Taak};
use crate::rulebook::{Aan, Casusoverleg, CompiledPlan, Gevonden, Rulebook, Stroom};
use crate::scan::Inventory;
use crate::verdict::{Gate, GateOutcome, GateReport, Onthouding, Reden, Uitkomst, Verdict};

/// What is asked: a message of this kind, from this party to that one, with what the sender claims.
#[derive(Debug, Clone, Copy)]
pub struct Aanvraag<'a> {
    /// Channel.
    pub kanaal: Kanaal,
    /// Consultation, claimed.
    pub casusoverleg: &'a str,
    /// Case.
    pub casus: &'a str,
    /// Phase, claimed.
    pub fase: &'a str,
    /// Purpose, claimed.
    pub doel: &'a str,
    /// Basis, if claimed.
    pub grondslag: Option<&'a str>,
    /// Who discloses.
    pub afzender: Partij,
    /// Who receives.
    pub ontvanger: Partij,
    /// Kind of message.
    pub bericht: Bericht,
    /// Whether the caller proved that it may speak for the sender.
    pub afzender_bewezen: bool,
}

/// What the gates read and write while one decision is made.
struct Context<'a> {
    rules: &'a Rulebook,
    dossier: &'a Dossier,
    vraag: &'a Aanvraag<'a>,
    inventory: &'a Inventory,
    dag: Date,
    casus: Option<&'a CasusStand>,
    overleg: Option<&'a Casusoverleg>,
    /// The recorded decision, when this message hands the case over to another table (5.7).
    overdracht: Option<&'a OverdrachtStand>,
    /// The statutory flow, where the channel is that of the statutes.
    stroom: Option<&'a Stroom>,
    /// The bills in force on the day.
    aan: Aan,
    /// The bills that the rules of this plan depend on.
    geraakt: Aan,
    plan: Option<Arc<CompiledPlan>>,
    /// What passes whole by a recorded necessity (5.4).
    opgeheven: GegevenSet,
    grondslag: Option<u16>,
    masks: Vec<GegevenSet>,
    onthoudingen: Vec<Onthouding>,
    gates: Vec<GateReport>,
}

impl<'a> Context<'a> {
    /// The table of the case: for a handover the first one, whose phases, applicant and participants count for who gives.
    fn thuis(&self) -> Option<&'a Casusoverleg> {
        match self.overdracht {
            None => self.overleg,
            Some(_) => self.rules.find_overleg(&self.casus?.casusoverleg).map(|(_, o)| o),
        }
    }

    /// Whether a table that takes part in this handles no request without consent.
    fn voorwaarde(&self) -> bool {
        self.overleg.is_some_and(|o| o.toestemming_voorwaarde) || self.thuis().is_some_and(|o| o.toestemming_voorwaarde)
    }

    /// The rules for what a task gives to the receiver, in this message.
    fn plan_of(&self, van: Taak) -> Option<&'a Arc<CompiledPlan>> {
        plan_of(self.rules, self.vraag, self.casus, self.overdracht, van, self.dag).plan
    }
}

fn plan_of<'a>(
    rules: &'a Rulebook,
    v: &Aanvraag<'_>,
    casus: Option<&CasusStand>,
    overdracht: Option<&OverdrachtStand>,
    van: Taak,
    dag: Date,
) -> Gevonden<'a> {
    let tables = overdracht
        .zip(casus)
        .map(|(o, casus)| (casus.casusoverleg.as_str(), o.naar_overleg.as_str()));
    rules.zoek(v, tables, van, dag)
}

impl Context<'_> {
    /// The gate stops the message.
    fn fail(&mut self, reden: Reden) {
        self.gates.push(GateReport {
            gate: reden.gate(),
            outcome: GateOutcome::Faalt(reden),
        });
    }

    /// What goes to a derde only as a pseudonym (14.3): neither the name nor the number itself.
    fn hidden(&self) -> GegevenSet {
        let Some(plan) = self
            .plan
            .as_ref()
            .filter(|_| matches!(self.vraag.kanaal, Kanaal::Derde))
        else {
            return GegevenSet::EMPTY;
        };
        let hides = |id: &GegevenId| plan.plan.action(*id) == Actie::Generalise(Wijze::Schuilnaam);
        plan.generalised.iter().filter(hides).collect()
    }

    /// Elements of a contribution that may not pass, though the message may. Only what is there and still open counts.
    fn withhold(&mut self, bijdrage: usize, gegevens: GegevenSet, reden: Reden) {
        let present = self
            .inventory
            .bijdragen
            .get(bijdrage)
            .map_or(GegevenSet::EMPTY, |b| b.gegevens);
        let Some(mask) = self.masks.get_mut(bijdrage) else {
            return;
        };
        let hit = present.and(*mask).and(gegevens);
        *mask = mask.without(gegevens);
        if !hit.is_empty() {
            let bijdrage = u16::try_from(bijdrage).unwrap_or(u16::MAX);
            self.onthoudingen.push(Onthouding {
                bijdrage,
                gegevens: hit,
                reden,
            });
        }
    }

    /// Closes a gate: passed, or passed with something withheld, unless it failed already.
    fn close(&mut self, gate: Gate) {
        if self.gates.iter().any(|g| g.gate == gate) {
            return;
        }
        let outcome = if self.onthoudingen.iter().any(|o| o.reden.gate() == gate) {
            GateOutcome::Onthoudt
        } else {
            GateOutcome::Voldaan
        };
        self.gates.push(GateReport { gate, outcome });
    }
}

type Check = fn(&mut Context<'_>);

const GATES: [(Gate, Check); 12] = [
    (Gate::InWerking, g01_in_werking::check),
    (Gate::Partijen, g02_partijen::check),
    (Gate::Deelnemers, g03_deelnemers::check),
    (Gate::Doel, g04_doel::check),
    (Gate::CasusEnFase, g05_casus_en_fase::check),
    (Gate::Noodzaak, g06_noodzaak::check),
    (Gate::Grondslag, g07_grondslag::check),
    (Gate::Geinformeerd, g08_geinformeerd::check),
    (Gate::Derden, g09_derden::check),
    (Gate::GeheimEnToestemming, g10_geheim_en_toestemming::check),
    (Gate::Herkomst, g11_herkomst::check),
    (Gate::Kwaliteit, g12_kwaliteit::check),
];

/// The gates a channel asks. `derde` has gate 9 instead of gate 3; a statute's channel has no covenant gates in its way,
/// but free text is released (10) and another party's secret stays (11.4) there too; the betrokkene is asked for identity
/// and authority in gate 3. The gates that read a plan are always asked, because without a plan nothing passes.
#[must_use]
pub const fn asked(kanaal: Kanaal, gate: Gate) -> bool {
    match kanaal {
        Kanaal::Casusoverleg => true,
        Kanaal::Derde => !matches!(gate, Gate::Deelnemers),
        Kanaal::Wettelijk => matches!(
            gate,
            Gate::Partijen
                | Gate::Noodzaak
                | Gate::Grondslag
                | Gate::GeheimEnToestemming
                | Gate::Herkomst
                | Gate::Kwaliteit
        ),
        Kanaal::Betrokkene => matches!(
            gate,
            Gate::Partijen | Gate::Deelnemers | Gate::CasusEnFase | Gate::Noodzaak | Gate::Herkomst | Gate::Kwaliteit
        ),
        Kanaal::Aggregaat => {
            matches!(
                gate,
                Gate::InWerking | Gate::Partijen | Gate::Noodzaak | Gate::Kwaliteit
            )
        }
        Kanaal::Beheer => matches!(gate, Gate::Partijen | Gate::Noodzaak),
    }
}

/// Decides about one message for one receiver. Never fails: what cannot be decided is blocked.
#[must_use]
pub fn decide(rules: &Rulebook, dossier: &Dossier, vraag: &Aanvraag<'_>, inventory: &Inventory, dag: Date) -> Verdict {
    // A statutory flow belongs to no consultation, whatever the sender states.
    let (overleg, stroom) = match vraag.kanaal {
        Kanaal::Wettelijk => (None, rules.stroom(vraag.doel).map(|(_, s)| s)),
        _ => (rules.find_overleg(vraag.casusoverleg).map(|(_, o)| o), None),
    };
    let casus = dossier.casus.as_ref();
    let overdracht = casus
        .filter(|k| matches!(vraag.kanaal, Kanaal::Casusoverleg) && k.casusoverleg != vraag.casusoverleg)
        .and_then(|k| k.overdrachten.iter().find(|o| o.naar_overleg == vraag.casusoverleg));
    let gevonden = plan_of(rules, vraag, casus, overdracht, vraag.afzender.taak, dag);
    let (plan, opgeheven) = lift(gevonden.plan.cloned(), vraag, casus, inventory);
    let start = plan.as_ref().map_or(GegevenSet::EMPTY, |p| p.permitted);
    let mut c = Context {
        rules,
        dossier,
        vraag,
        inventory,
        dag,
        casus,
        overleg,
        overdracht,
        opgeheven,
        stroom,
        aan: gevonden.aan,
        geraakt: gevonden.geraakt,
        plan,
        grondslag: None,
        masks: vec![start; inventory.bijdragen.len()],
        onthoudingen: Vec::new(),
        gates: Vec::with_capacity(GATES.len()),
    };
    for (gate, check) in GATES {
        if asked(vraag.kanaal, gate) {
            check(&mut c);
            c.close(gate);
        } else {
            c.gates.push(GateReport {
                gate,
                outcome: GateOutcome::NietVanToepassing,
            });
        }
    }
    conclude(c)
}

/// Where a rule gives only *that there is something* and lets a recorded necessity lift it: the plan in which it passes
/// whole (5.4). Only the sender's own judgement, for this receiver and purpose, about what the sender brought in: while
/// another contribution holds the same element, it stays as it was.
fn lift(
    plan: Option<Arc<CompiledPlan>>,
    vraag: &Aanvraag<'_>,
    casus: Option<&CasusStand>,
    inventory: &Inventory,
) -> (Option<Arc<CompiledPlan>>, GegevenSet) {
    let unlifted = |plan| (plan, GegevenSet::EMPTY);
    let (Some(base), Some(casus)) = (&plan, casus) else {
        return unlifted(plan);
    };
    if base.opheffen.is_empty() {
        return unlifted(plan);
    }
    let ours = |door: Partij, ontvanger: Partij, doel: &str| {
        door == vraag.afzender && ontvanger == vraag.ontvanger && doel == vraag.doel
    };
    // A derde is told who it is on a decision of its own kind (14.3), and on no other.
    let judged = if matches!(vraag.kanaal, Kanaal::Derde) {
        let all = casus.individuen.iter().filter(|n| ours(n.door, n.ontvanger, &n.doel));
        all.fold(GegevenSet::EMPTY, |all, n| all.or(n.gegevens))
    } else {
        let all = casus.noodzaken.iter().filter(|n| ours(n.door, n.ontvanger, &n.doel));
        all.fold(GegevenSet::EMPTY, |all, n| all.or(n.gegevens))
    };
    if judged.is_empty() {
        return unlifted(plan);
    }
    let others = inventory
        .bijdragen
        .iter()
        .filter(|b| b.inbrenger != vraag.afzender)
        .fold(GegevenSet::EMPTY, |all, b| all.or(b.gegevens));
    let set = judged.and(base.opheffen).without(others);
    match base.lifted(set).cloned() {
        Some(wide) => (Some(wide), set),
        None => unlifted(plan),
    }
}

fn conclude(mut c: Context<'_>) -> Verdict {
    let blocked = c.gates.iter().any(|g| matches!(g.outcome, GateOutcome::Faalt(_)));
    let generalised = c.plan.as_ref().map_or(GegevenSet::EMPTY, |p| p.generalised);
    let whole = c.inventory.gap_count == 0
        && c.inventory
            .bijdragen
            .iter()
            .zip(&c.masks)
            .all(|(b, mask)| b.gegevens.without(*mask).is_empty() && b.gegevens.and(generalised).is_empty());
    if blocked {
        c.masks.fill(GegevenSet::EMPTY);
    }
    let wetsvoorstellen = kanaal::bills(&c);
    let (toestemmingen, doorbroken) = toestemming::rests(&c);
    Verdict {
        uitkomst: match (blocked, whole) {
            (true, _) => Uitkomst::Geblokkeerd,
            (false, true) => Uitkomst::Doorgelaten,
            (false, false) => Uitkomst::Geminimaliseerd,
        },
        regelboek: Arc::clone(&c.rules.hash),
        dag: c.dag,
        feiten_versie: c.dossier.versie,
        gates: c.gates,
        plan: c.plan,
        opgeheven: c.opgeheven,
        grondslag: c.grondslag,
        masks: c.masks,
        onthoudingen: c.onthoudingen,
        wetsvoorstellen,
        toestemmingen,
        doorbroken,
    }
}
