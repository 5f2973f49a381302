//! Why a verdict is what it is: one plain sentence first, then per gate and per path, in Dutch or English.
//!
//! An explanation names paths, rules, articles, days and organisations; it has no place for a value.

mod found;
mod help;
mod over;
mod render;
mod texts;
mod told;

pub use found::name;
pub use help::{Hulp, help, would};
pub use told::{helps, known, sentence, step};

use serde::Serialize;

use crate::facts::{DoorbrekingStand, Dossier};
use crate::gates::Aanvraag;
use crate::gegeven::Actie;
use crate::journal::{Inhoud, Padgroep};
use crate::rulebook::{Rulebook, Wetsvoorstel};
use crate::scan::Inventory;
use crate::verdict::{GateOutcome, Reden, Verdict};

/// The language of an explanation: Dutch first, English second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Taal {
    /// Dutch.
    #[default]
    Nl,
    /// English.
    En,
}

/// An explanation, ready to be shown or printed as JSON.
#[derive(Debug, Clone, Serialize)]
pub struct Uitleg {
    /// One plain sentence.
    pub zin: String,
    /// `doorgelaten`, `geminimaliseerd` or `geblokkeerd`.
    pub uitkomst: &'static str,
    /// Hash of the rulebook.
    pub regelboek: String,
    /// Day of the facts.
    pub dag: String,
    /// Basis that was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grondslag: Option<String>,
    /// Bills that touch it, each with whether it was on that day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wetsvoorstellen: Vec<WetsvoorstelUitleg>,
    /// The consents that what passes rests on, by id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub toestemmingen: Vec<String>,
    /// Decisions of professionals to break their secrecy that something passes by (6.e; outside the covenant by footnote 43).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub doorbrekingen: Vec<DoorbrekingUitleg>,
    /// Per gate.
    pub poorten: Vec<PoortUitleg>,
    /// Per path, those treated alike together.
    pub paden: Vec<Padgroep>,
    /// The shortest list of what would have to change for the verdict to change; empty when the covenant has no way.
    pub wat_zou_helpen: Vec<HulpUitleg>,
    /// For the words around all this.
    #[serde(skip)]
    pub taal: Taal,
}

/// One thing that would help.
#[derive(Debug, Clone, Serialize)]
pub struct HulpUitleg {
    /// A stable word for it: the kind of fact, or what the sender would state.
    pub soort: &'static str,
    /// What would have to change.
    pub wat: String,
    /// Article.
    pub artikel: &'static str,
}

/// A decision to break a secrecy, as an explanation shows it.
#[derive(Debug, Clone, Serialize)]
pub struct DoorbrekingUitleg {
    /// Names the decision.
    pub id: String,
    /// The account of the professional who decided.
    pub professional: String,
    /// Why, as codes.
    pub redenen: Vec<&'static str>,
    /// Its last day.
    pub tot: String,
    /// A second person agreed.
    pub met_tweede: bool,
    /// Where the covenant speaks of it.
    pub artikel: &'static str,
}

/// A bill that touches a verdict: a rule or a basis waits for it, or lapses with it.
#[derive(Debug, Clone, Serialize)]
pub struct WetsvoorstelUitleg {
    /// Its id.
    pub id: String,
    /// Its name.
    pub naam: String,
    /// In force on the day.
    pub aan: bool,
}

/// What one gate required and found.
#[derive(Debug, Clone, Serialize)]
pub struct PoortUitleg {
    /// Its number in the covenant's order.
    pub nummer: u8,
    /// Its name, in the language of the explanation.
    pub poort: &'static str,
    /// `voldaan`, `faalt`, `onthoudt` or `niet van toepassing`.
    pub uitkomst: &'static str,
    /// What it requires.
    pub vereist: &'static str,
    /// What was found.
    pub gevonden: String,
    /// Article.
    pub artikel: &'static str,
    /// Reason, with its page in `schemas/redenen/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reden: Option<&'static str>,
}

/// Explains a verdict.
#[must_use]
pub fn explain(
    rules: &Rulebook,
    dossier: &Dossier,
    vraag: &Aanvraag<'_>,
    inventory: &Inventory,
    verdict: &Verdict,
    taal: Taal,
) -> Uitleg {
    let poorten = verdict
        .gates
        .iter()
        .map(|report| {
            let (uitkomst, reden) = match report.outcome {
                GateOutcome::Voldaan => ("voldaan", None),
                GateOutcome::NietVanToepassing => ("niet van toepassing", None),
                GateOutcome::Faalt(reden) => ("faalt", Some(reden)),
                GateOutcome::Onthoudt => ("onthoudt", first_withheld(verdict, report.gate)),
            };
            PoortUitleg {
                nummer: report.gate.number(),
                poort: texts::gate(report.gate, taal),
                uitkomst,
                vereist: texts::required(report.gate, taal),
                gevonden: found::found(rules, dossier, vraag, verdict, report, taal),
                artikel: reden.map_or(report.gate.artikel(), Reden::artikel),
                reden: reden.map(Reden::slug),
            }
        })
        .collect();
    Uitleg {
        zin: texts::sentence(rules, vraag, inventory, verdict, taal),
        uitkomst: verdict.uitkomst.as_str(),
        regelboek: verdict.regelboek.to_string(),
        dag: verdict.dag.to_string(),
        grondslag: verdict.grondslag.and_then(|g| rules.grondslag(g)).map(|g| match taal {
            Taal::Nl => format!("grondslag {} ({}; artikel {})", g.id, g.wet, g.artikel),
            Taal::En => format!("basis {} ({}; article {})", g.id, g.wet, g.artikel),
        }),
        wetsvoorstellen: bills(rules, verdict)
            .map(|(w, aan)| WetsvoorstelUitleg {
                id: w.id.clone(),
                naam: w.naam.clone(),
                aan,
            })
            .collect(),
        toestemmingen: verdict.toestemmingen.clone(),
        doorbrekingen: broken(dossier, verdict)
            .map(|d| DoorbrekingUitleg {
                id: d.id.clone(),
                professional: d.professional.clone(),
                redenen: d.redenen.iter().map(|r| r.as_str()).collect(),
                tot: d.tot.to_string(),
                met_tweede: d.met_tweede,
                artikel: Reden::GeheimDoorbroken.artikel(),
            })
            .collect(),
        poorten,
        paden: paths(rules, verdict, inventory),
        wat_zou_helpen: help(rules, dossier, vraag, inventory, verdict)
            .iter()
            .map(|hulp| HulpUitleg {
                soort: hulp.slug(),
                wat: hulp.tell(rules, vraag, taal),
                artikel: hulp.artikel(),
            })
            .collect(),
        taal,
    }
}

/// The bills that touch a verdict, each with whether it was on.
fn bills<'r>(rules: &'r Rulebook, verdict: &'r Verdict) -> impl Iterator<Item = (&'r Wetsvoorstel, bool)> {
    let of = |n: u8| rules.wetsvoorstellen().get(usize::from(n));
    verdict
        .wetsvoorstellen
        .iter()
        .filter_map(move |g| of(g.wetsvoorstel).map(|w| (w, g.aan)))
}

/// The decisions to break a secrecy that something passes by.
pub(crate) fn broken<'d>(dossier: &'d Dossier, verdict: &'d Verdict) -> impl Iterator<Item = &'d DoorbrekingStand> {
    let all = dossier.casus.iter().flat_map(|c| &c.doorbrekingen);
    all.filter(|d| verdict.doorbroken.besluiten.contains(&d.id))
}

/// What a record says of them: `geheim doorbroken db-1 (6.e, voetnoot 43)`.
fn broken_told(verdict: &Verdict) -> String {
    let told: Vec<String> = verdict
        .doorbroken
        .besluiten
        .iter()
        .map(|id| format!("geheim doorbroken {id} ({})", Reden::GeheimDoorbroken.artikel()))
        .collect();
    told.join(BIJ)
}

/// The bills in the few words of a record: `wetsvoorstel terugdringen-verzuim uit`.
fn bills_told(rules: &Rulebook, verdict: &Verdict) -> String {
    let told: Vec<String> = bills(rules, verdict)
        .map(|(w, aan)| format!("wetsvoorstel {} {}", w.id, if aan { "aan" } else { "uit" }))
        .collect();
    told.join(BIJ)
}

fn first_withheld(verdict: &Verdict, gate: crate::verdict::Gate) -> Option<Reden> {
    verdict.onthoudingen.iter().map(|o| o.reden).find(|r| r.gate() == gate)
}

/// A reason in one sentence.
#[must_use]
pub fn reason(reden: Reden, taal: Taal) -> &'static str {
    texts::reason(reden, taal)
}

/// Before the words of what would help, in the record of a decision that blocks.
pub const HELPT: &str = "helpt: ";

/// Between what a record says of help and what it says of bills.
pub const BIJ: &str = "; ";

/// The parts of what a record says beside its reasons, those that are there.
#[must_use]
pub fn together(parts: [&str; 2]) -> String {
    let there: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    there.join(BIJ)
}

/// What would help against a verdict that blocks, for the journal: each word once; empty when nothing would.
#[must_use]
pub fn helping(
    rules: &Rulebook,
    dossier: &Dossier,
    vraag: &Aanvraag<'_>,
    inventory: &Inventory,
    verdict: &Verdict,
) -> String {
    let words = help::words(rules, dossier, vraag, inventory, verdict);
    if words.is_empty() {
        return String::new();
    }
    format!("{HELPT}{}", words.join(", "))
}

/// Per path what was done, paths that were treated alike together. Empty for a blocked message: nothing passed.
#[must_use]
pub fn paths(rules: &Rulebook, verdict: &Verdict, inventory: &Inventory) -> Vec<Padgroep> {
    if verdict.is_blocked() {
        return Vec::new();
    }
    treated(rules, verdict, inventory)
}

/// What was withheld from a message of which nothing useful was left, and why: without it nobody could see that a
/// consent was withdrawn, say. Empty when another gate stopped the whole message.
fn withheld(rules: &Rulebook, verdict: &Verdict, inventory: &Inventory) -> Vec<Padgroep> {
    if verdict.redenen().any(|r| r != Reden::NietsBruikbaarsOver) {
        return Vec::new();
    }
    let mut out = treated(rules, verdict, inventory);
    out.retain(|group| group.actie == "weggelaten");
    out
}

fn treated(rules: &Rulebook, verdict: &Verdict, inventory: &Inventory) -> Vec<Padgroep> {
    let mut out: Vec<Padgroep> = Vec::new();
    let Some(compiled) = &verdict.plan else { return out };
    let tree = compiled.plan.tree();
    for (n, b) in (0u16..).zip(&inventory.bijdragen) {
        let mask = verdict.masks.get(usize::from(n)).copied().unwrap_or_default();
        for node in b.nodes.iter() {
            let Some(id) = tree.gegeven_of(node) else { continue };
            let rule = compiled.rule(id).and_then(|r| rules.regel(r));
            let articles = |r: &crate::rulebook::Regel| r.artikelen.join(", ");
            let (actie, regel, reden, artikel) = match (mask.contains(id), compiled.plan.action(id), rule) {
                (true, Actie::Permit, Some(r)) if verdict.opgeheven.contains(id) => {
                    let reden = if rules.gegevens().identificerend().contains(id) {
                        Reden::IndividuNodig
                    } else {
                        Reden::NoodzaakVastgelegd
                    };
                    let artikel = format!("{}, {}", articles(r), reden.artikel());
                    ("doorgelaten", r.id.as_str(), reden.slug(), artikel)
                }
                (true, Actie::Permit, Some(r)) if verdict.doorbroken.contains(usize::from(n), id) => {
                    let reden = Reden::GeheimDoorbroken;
                    let artikel = format!("{}, {}", articles(r), reden.artikel());
                    ("doorgelaten", r.id.as_str(), reden.slug(), artikel)
                }
                (true, Actie::Permit, Some(r)) => ("doorgelaten", r.id.as_str(), "", articles(r)),
                (true, Actie::Generalise(_), Some(r)) => (
                    "gegeneraliseerd",
                    r.id.as_str(),
                    Reden::MinderPrecies.slug(),
                    articles(r),
                ),
                _ => {
                    let reden = verdict.withheld(usize::from(n), id).unwrap_or(Reden::ElementNietNodig);
                    ("weggelaten", "", reden.slug(), reden.artikel().to_owned())
                }
            };
            add(&mut out, Some(n), actie, regel, reden, artikel, tree.path(node));
        }
    }
    for gap in &inventory.gaps {
        let n = gap.bijdrage.and_then(|n| u16::try_from(n).ok());
        let reden = Reden::OnbekendVeld;
        add(
            &mut out,
            n,
            "weggelaten",
            "",
            reden.slug(),
            reden.artikel().to_owned(),
            &gap.pointer,
        );
    }
    out
}

fn add(
    out: &mut Vec<Padgroep>,
    bijdrage: Option<u16>,
    actie: &str,
    regel: &str,
    reden: &str,
    artikel: String,
    pad: &str,
) {
    let alike = |g: &&mut Padgroep| g.bijdrage == bijdrage && g.actie == actie && g.regel == regel && g.reden == reden;
    match out.iter_mut().find(alike) {
        Some(group) => group.paden.push(pad.to_owned()),
        None => out.push(Padgroep {
            bijdrage,
            actie: actie.to_owned(),
            regel: regel.to_owned(),
            reden: reden.to_owned(),
            artikel,
            paden: vec![pad.to_owned()],
        }),
    }
}

/// The details of a decision for the journal.
#[must_use]
pub fn inhoud(rules: &Rulebook, verdict: &Verdict, vraag: &Aanvraag<'_>, inventory: &Inventory) -> Inhoud {
    Inhoud {
        bericht: vraag.bericht.as_str().to_owned(),
        kanaal: vraag.kanaal.as_str().to_owned(),
        casusoverleg: vraag.casusoverleg.to_owned(),
        casus: vraag.casus.to_owned(),
        fase: vraag.fase.to_owned(),
        doel: vraag.doel.to_owned(),
        afzender: vraag.afzender.to_string(),
        ontvanger: vraag.ontvanger.to_string(),
        uitkomst: verdict.uitkomst.as_str().to_owned(),
        grondslag: verdict
            .grondslag
            .and_then(|g| rules.grondslag(g))
            .map(|g| g.id.clone())
            .unwrap_or_default(),
        regelboek: verdict.regelboek.to_string(),
        feiten: Some(verdict.feiten_versie),
        redenen: verdict.redenen().map(|r| r.slug().to_owned()).collect(),
        paden: if verdict.is_blocked() {
            withheld(rules, verdict, inventory)
        } else {
            paths(rules, verdict, inventory)
        },
        toestemmingen: verdict.toestemmingen.clone(),
        toelichting: together([&bills_told(rules, verdict), &broken_told(verdict)]),
    }
}
