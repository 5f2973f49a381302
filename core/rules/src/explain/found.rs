//! What a gate found: days, words of the rules, names of organisations.

use super::Taal;
use super::texts::reason;
use crate::event::Kanaal;
use crate::facts::{Dossier, Sluitreden};
use crate::gates::Aanvraag;
use crate::ids::Partij;
use crate::rulebook::Rulebook;
use crate::verdict::{Gate, GateOutcome, GateReport, Reden, Verdict};

/// The name of a party as an operator knows it, with its task; the task is a word of the covenant in both languages.
#[must_use]
pub fn name(rules: &Rulebook, partij: &Partij) -> String {
    let of_convenant = rules.partij(partij).map(|p| p.naam.as_str());
    let of_wet = || rules.wettelijke_partij(partij).map(|p| p.naam.as_str());
    of_convenant
        .or_else(of_wet)
        .map_or_else(|| partij.to_string(), |naam| format!("{naam} ({})", partij.taak))
}

#[allow(clippy::too_many_arguments, reason = "everything a sentence may draw on, given once")]
pub(super) fn found(
    rules: &Rulebook,
    dossier: &Dossier,
    vraag: &Aanvraag<'_>,
    verdict: &Verdict,
    report: &GateReport,
    taal: Taal,
) -> String {
    let said = outcome(rules, dossier, vraag, verdict, report, taal);
    if report.gate == Gate::Noodzaak
        && !verdict.opgeheven.is_empty()
        && !matches!(report.outcome, GateOutcome::Faalt(_))
    {
        return format!(
            "{said}; {}",
            lifted(rules, dossier, vraag, verdict, matches!(taal, Taal::Nl))
        );
    }
    if report.gate == Gate::GeheimEnToestemming && !verdict.doorbroken.besluiten.is_empty() {
        return format!(
            "{said}; {}",
            by_decision(rules, dossier, verdict, matches!(taal, Taal::Nl))
        );
    }
    said
}

/// Who decided to break their secrecy, why, until when; and that the covenant leaves it to them (6.e, footnote 43).
fn by_decision(rules: &Rulebook, dossier: &Dossier, verdict: &Verdict, nl: bool) -> String {
    let told: Vec<String> = super::broken(dossier, verdict)
        .map(|d| {
            let why: Vec<&str> = d.redenen.iter().map(|r| r.as_str()).collect();
            let (who, why, tot) = (name(rules, &d.verstrekker), why.join(", "), d.tot);
            if nl {
                format!(
                    "{who} doorbreekt zelf het beroepsgeheim (besluit {} van {}: {why}; tot en met {tot}; eigen afweging volgens artikel 6.e, door voetnoot 43 buiten het convenant)",
                    d.id, d.professional
                )
            } else {
                format!(
                    "{who} breaks its own secrecy (decision {} of {}: {why}; up to and including {tot}; its own judgement by article 6.e, outside the covenant by footnote 43)",
                    d.id, d.professional
                )
            }
        })
        .collect();
    told.join("; ")
}

/// Who recorded that what is only told to be there, is necessary whole (5.4), and why.
fn lifted(rules: &Rulebook, dossier: &Dossier, vraag: &Aanvraag<'_>, verdict: &Verdict, nl: bool) -> String {
    if vraag.kanaal == Kanaal::Derde {
        return individual(rules, dossier, vraag, verdict, nl);
    }
    let all = dossier.casus.iter().flat_map(|c| &c.noodzaken);
    let why = all
        .filter(|n| n.door == vraag.afzender && n.ontvanger == vraag.ontvanger && n.doel == vraag.doel)
        .find(|n| !n.gegevens.and(verdict.opgeheven).is_empty())
        .map_or("", |n| n.reden.as_str());
    let (count, who) = (verdict.opgeheven.len(), name(rules, &vraag.afzender));
    if nl {
        format!("{count}× geheel in plaats van alleen dát het er is: {who} legde de noodzaak vast ({why}; artikel 5.4)")
    } else {
        format!("{count}× whole instead of only that it is there: {who} recorded the necessity ({why}; article 5.4)")
    }
}

/// Who decided that a derde must know who it is about (14.3), and why.
fn individual(rules: &Rulebook, dossier: &Dossier, vraag: &Aanvraag<'_>, verdict: &Verdict, nl: bool) -> String {
    let all = dossier.casus.iter().flat_map(|c| &c.individuen);
    let why = all
        .filter(|n| n.door == vraag.afzender && n.ontvanger == vraag.ontvanger && n.doel == vraag.doel)
        .find(|n| !n.gegevens.and(verdict.opgeheven).is_empty())
        .map_or("", |n| n.reden.as_str());
    let (count, who) = (verdict.opgeheven.len(), name(rules, &vraag.afzender));
    if nl {
        format!(
            "{count}× geheel in plaats van onder een schuilnaam of minder precies: {who} legde vast dat deze derde moet weten om wie het gaat ({why}; artikel 14.3)"
        )
    } else {
        format!(
            "{count}× whole instead of under a pseudonym or less precise: {who} recorded that this third party must know who it is about ({why}; article 14.3)"
        )
    }
}

fn outcome(
    rules: &Rulebook,
    dossier: &Dossier,
    vraag: &Aanvraag<'_>,
    verdict: &Verdict,
    report: &GateReport,
    taal: Taal,
) -> String {
    let nl = matches!(taal, Taal::Nl);
    match report.outcome {
        GateOutcome::NietVanToepassing => {
            return if nl {
                "dit kanaal vraagt dit niet".into()
            } else {
                "this channel does not ask it".into()
            };
        }
        GateOutcome::Faalt(r) => {
            let detail = detail(rules, dossier, vraag, r, nl);
            return format!("{}{detail}", reason(r, taal));
        }
        GateOutcome::Onthoudt => {
            // Every reason with its own count: one reason for all of them would be untrue.
            let mut counts: Vec<(Reden, u32)> = Vec::new();
            for o in verdict.onthoudingen.iter().filter(|o| o.reden.gate() == report.gate) {
                match counts.iter_mut().find(|(r, _)| *r == o.reden) {
                    Some((_, n)) => *n += o.gegevens.len(),
                    None => counts.push((o.reden, o.gegevens.len())),
                }
            }
            let told: Vec<String> = counts
                .iter()
                .map(|(r, n)| format!("{n}× {}", reason(*r, taal)))
                .collect();
            let told = told.join("; ");
            return if nl {
                format!("blijft achter: {told}")
            } else {
                format!("stays behind: {told}")
            };
        }
        GateOutcome::Voldaan => {}
    }
    let casus = dossier.casus.as_ref();
    if let Some(said) = elsewhere(vraag.kanaal, report.gate, nl) {
        return said.into();
    }
    match (report.gate, nl) {
        (Gate::InWerking, true) => format!("getekend op {}", rules.convenant().getekend_op),
        (Gate::InWerking, false) => format!("signed on {}", rules.convenant().getekend_op),
        (Gate::Partijen, _) => format!("{} → {}", name(rules, &vraag.afzender), name(rules, &vraag.ontvanger)),
        (Gate::Deelnemers, _) if casus.is_some_and(|c| c.casusoverleg != vraag.casusoverleg) => {
            if nl {
                format!(
                    "de afzender hoort bij de casus; de ontvanger zit aan {} en staat in het besluit tot overdracht",
                    vraag.casusoverleg
                )
            } else {
                format!(
                    "the sender is of the case; the receiver sits at {} and is named in the decision to hand over",
                    vraag.casusoverleg
                )
            }
        }
        (Gate::Deelnemers, true) => format!("beide nemen deel aan {} en aan de casus", vraag.casusoverleg),
        (Gate::Deelnemers, false) => format!("both take part in {} and in the case", vraag.casusoverleg),
        (Gate::Doel, true) => format!("doel {} is vastgelegd", vraag.doel),
        (Gate::Doel, false) => format!("purpose {} was written down", vraag.doel),
        (Gate::CasusEnFase, true) => format!("de casus is open, in de fase {}", vraag.fase),
        (Gate::CasusEnFase, false) => format!("the case is open, in phase {}", vraag.fase),
        (Gate::Noodzaak, true) => "elk gegeven is nodig voor deze ontvanger".into(),
        (Gate::Noodzaak, false) => "this receiver needs every element".into(),
        (Gate::Grondslag, _) => verdict
            .grondslag
            .and_then(|g| rules.grondslag(g))
            .map_or_else(String::new, |g| format!("{} ({})", g.wet, g.id)),
        (Gate::Geinformeerd, true) => "de betrokkene is vooraf geïnformeerd, en de deelnemers weten dat".into(),
        (Gate::Geinformeerd, false) => "the betrokkene was informed beforehand, and the participants know".into(),
        (Gate::Derden, true) => "de ontvanger is geen derde".into(),
        (Gate::Derden, false) => "the receiver is not a third party".into(),
        // What was kept back before this gate asked no consent any more: nothing is said of consents that are not there.
        (Gate::GeheimEnToestemming, nl) => match (casus.map_or(0, |c| c.toestemmingen.len()), nl) {
            (0, true) => "wat hier nog over is, vraagt geen toestemming".into(),
            (0, false) => "what is left here asks no consent".into(),
            (n, true) => format!("waar toestemming nodig is, is zij er ({n} vastgelegd)"),
            (n, false) => format!("where consent is needed, it is there ({n} recorded)"),
        },
        (Gate::Herkomst, true) => "alles is ingebracht door de afzender, of met akkoord".into(),
        (Gate::Herkomst, false) => "everything was brought in by the sender, or with accord".into(),
        (Gate::Kwaliteit, true) => "wat het bericht niet kan missen, is er".into(),
        (Gate::Kwaliteit, false) => "what the message cannot do without is there".into(),
    }
}

/// A gate that passed in another channel than the consultations, where it asks something else.
const fn elsewhere(kanaal: Kanaal, gate: Gate, nl: bool) -> Option<&'static str> {
    let (dutch, english) = match (kanaal, gate) {
        (Kanaal::Wettelijk, Gate::Noodzaak) => ("de wet vraagt elk gegeven", "the statute asks every element"),
        (Kanaal::Wettelijk, Gate::GeheimEnToestemming) => (
            "een wettelijke melding vraagt geen toestemming",
            "a statutory report asks no consent",
        ),
        (Kanaal::Wettelijk, Gate::Herkomst) => (
            "niets is door een ander onder geheim ingebracht",
            "nothing was brought in by another under secrecy",
        ),
        (Kanaal::Betrokkene, Gate::Deelnemers) => (
            "de afzender hoort bij de casus, en vastgelegd is wie de ontvanger is",
            "the sender belongs to the case, and it is recorded who the receiver is",
        ),
        (Kanaal::Derde, Gate::Derden) => (
            "met toestemming, door wie het inbracht, en zonder wie het is",
            "with consent, by who brought it in, and without who it is",
        ),
        _ => return None,
    };
    Some(if nl { dutch } else { english })
}

/// What the sender stated against what the facts say.
fn detail(rules: &Rulebook, dossier: &Dossier, vraag: &Aanvraag<'_>, reden: Reden, nl: bool) -> String {
    let casus = dossier.casus.as_ref();
    let against = |stated: &str, facts: &str| {
        if nl {
            format!(" (gesteld: {stated}; volgens de feiten: {facts})")
        } else {
            format!(" (stated: {stated}; by the facts: {facts})")
        }
    };
    match reden {
        Reden::AndereFase => against(
            said(rules, vraag.fase),
            casus.and_then(|c| c.fase.as_deref()).unwrap_or("–"),
        ),
        Reden::DoelNietVanCasus => against(
            said(rules, vraag.doel),
            &casus.map_or_else(|| "–".into(), |c| c.doelen.join(", ")),
        ),
        Reden::AnderCasusoverleg => against(
            said(rules, vraag.casusoverleg),
            casus.map_or("–", |c| c.casusoverleg.as_str()),
        ),
        Reden::CasusGesloten => casus
            .and_then(|c| c.gesloten)
            .map_or_else(String::new, |why| closed(why, nl)),
        Reden::DoelNietVanOverleg | Reden::StroomOnbekend => known(rules, vraag.doel),
        Reden::AndereGrondslag => vraag
            .grondslag
            .filter(|id| (0..).map_while(|n| rules.grondslag(n)).any(|g| g.id == **id))
            .map_or_else(String::new, |id| format!(" ({id})")),
        _ => String::new(),
    }
}

/// Which ending of 5.6 it was.
fn closed(why: Sluitreden, nl: bool) -> String {
    let (dutch, english) = match why {
        Sluitreden::ArrangementBeeindigd => ("het arrangement is beëindigd", "the arrangement ended"),
        Sluitreden::JaarTerug => (
            "een jaar onafgebroken terug op school, voetnoot 48",
            "back at school for an uninterrupted year, footnote 48",
        ),
        Sluitreden::Verhuisd => ("verhuisd en hier niet ingeschreven", "moved and not enrolled here"),
        Sluitreden::Overleden => ("overleden", "deceased"),
    };
    format!(" ({})", if nl { dutch } else { english })
}

/// A word that the rules know: a purpose, a flow, a consultation or a phase. What a sender made up is its own words, and
/// they are not repeated.
fn said<'w>(rules: &Rulebook, word: &'w str) -> &'w str {
    let tables = || rules.overleggen().iter();
    let known = rules.doelen().iter().any(|d| d.id == word)
        || rules.stromen().iter().any(|s| s.id == word)
        || tables().any(|o| o.id == word || o.fasen.iter().any(|f| f == word));
    if known { word } else { "…" }
}

/// In brackets, where the rules know it.
fn known(rules: &Rulebook, doel: &str) -> String {
    match said(rules, doel) {
        "…" => String::new(),
        doel => format!(" ({doel})"),
    }
}
