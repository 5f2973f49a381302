//! Which proposal answers which reason, and what it would make of the facts.

use super::{Hulp, Stand, Trial};
use crate::event::Kanaal;
use crate::facts::{
    AkkoordStand, CasusStand, Geinformeerd, Hoedanigheid, Toegetreden, ToestemmingGeldig, ToestemmingKind,
    ToestemmingStand,
};
use crate::gates::{Aanvraag, is_secret};
use crate::gegeven::GegevenSet;
use crate::ids::{Partij, Taak};
use crate::leeftijd::Zeggenschap;
use crate::rulebook::Casusoverleg;
use crate::verdict::{Reden, Verdict};

/// What answers the reasons of a verdict. A reason that is not named here has no answer: the covenant forbids it.
pub(super) fn against(trial: &Trial<'_>, verdict: &Verdict, claims: bool) -> Vec<Hulp> {
    let mut out: Vec<Hulp> = Vec::new();
    let reasons = verdict.redenen().chain(verdict.onthoudingen.iter().map(|o| o.reden));
    for reden in reasons {
        for hulp in answer(trial, verdict, reden, claims) {
            if !out.contains(&hulp) {
                out.push(hulp);
            }
        }
    }
    out
}

fn answer(trial: &Trial<'_>, verdict: &Verdict, reden: Reden, claims: bool) -> Vec<Hulp> {
    let v = trial.vraag;
    let casus = trial.dossier.casus.as_ref();
    let table = trial.rules.find_overleg(v.casusoverleg).map(|(_, o)| o);
    let one = |hulp: Option<Hulp>| hulp.into_iter().collect();
    match reden {
        Reden::AfzenderNietBewezen => vec![Hulp::Mandaat],
        Reden::AfzenderGeenPartij | Reden::AfzenderNietBekendgemaakt => one(accede(v.afzender)),
        Reden::OntvangerGeenPartij | Reden::OntvangerNietBekendgemaakt => one(accede(v.ontvanger)),
        Reden::AfzenderNietBijCasus => one(join(table, v.afzender)),
        Reden::OntvangerNietBijCasus => one(join(table, v.ontvanger)),
        Reden::RegierolNietToegewezen => one(lead(trial, table)),
        Reden::CasusOnbekend if table.is_some_and(|o| o.doelen.iter().any(|d| d == v.doel)) => vec![Hulp::Casus],
        Reden::AnderCasusoverleg if claims => one(casus.map(|c| Hulp::NoemCasusoverleg(c.casusoverleg.clone()))),
        Reden::DoelNietVanCasus if claims => one(casus.and_then(|c| {
            let both = |d: &&String| table.is_some_and(|o| o.doelen.contains(d));
            c.doelen.iter().find(both).map(|d| Hulp::NoemDoel(d.clone()))
        })),
        Reden::DoelNietVanCasus if table.is_some_and(|o| o.doelen.iter().any(|d| d == v.doel)) => vec![Hulp::Doel],
        Reden::DoelNietVanOverleg if claims => one(casus.and_then(|c| {
            let other = |d: &&String| table.is_some_and(|o| o.doelen.contains(d)) && d.as_str() != v.doel;
            c.doelen.iter().find(other).map(|d| Hulp::NoemDoel(d.clone()))
        })),
        Reden::AndereFase if claims && casus.is_some_and(|c| c.fase.is_some()) => {
            one(casus.and_then(|c| c.fase.clone()).map(Hulp::NoemFase))
        }
        Reden::AndereFase if table.is_some_and(|o| o.fasen.iter().any(|f| f == v.fase)) => vec![Hulp::Fase],
        Reden::NietHerbeoordeeld => vec![Hulp::Herbeoordeling],
        Reden::AndereGrondslag => vec![Hulp::NoemGeenGrondslag],
        Reden::NietGeinformeerd | Reden::InformerenNietBekend => vec![Hulp::Informering],
        Reden::GrondslagToestemmingOntbreekt
        | Reden::ToestemmingOntbreekt
        | Reden::ToestemmingIngetrokken
        | Reden::ToestemmingVerlopen
        | Reden::ToestemmingOntgroeid
        | Reden::ToestemmingVerkeerdePersoon
        | Reden::ToestemmingTegenstrijdig
        | Reden::GeheimNietDoorbroken
        | Reden::VoorwaardeOntbreekt => consents(trial, verdict, table),
        Reden::LeeftijdOnbekend | Reden::OntvangerLeeftijdOnbekend => vec![Hulp::Leeftijd],
        Reden::DerdeToestemmingOntbreekt => consents(trial, verdict, None),
        Reden::HoedanigheidNietVastgelegd => vec![Hulp::Betrokkene],
        Reden::NietVrijgegeven => vec![Hulp::Vrijgave(withheld(verdict, reden))],
        Reden::AkkoordOntbreekt => accords(trial, verdict),
        _ => Vec::new(),
    }
}

/// Who may accede: an organisation with a task in the covenant (18). A derde stays one.
fn accede(partij: Partij) -> Option<Hulp> {
    let never = matches!(partij.taak, Taak::Derde | Taak::Betrokkene | Taak::Duo);
    (!never).then_some(Hulp::Toetreding(partij))
}

/// Who may be linked to a case: a task that takes part, asks, or receives the outcome.
fn join(table: Option<&Casusoverleg>, partij: Partij) -> Option<Hulp> {
    let o = table?;
    let known = o.deelnemers.iter().any(|d| d.taak == partij.taak)
        || o.aanvragers.contains(&partij.taak)
        || o.uitkomst_naar.contains(&partij.taak);
    known.then_some(Hulp::Deelname(partij))
}

fn lead(trial: &Trial<'_>, table: Option<&Casusoverleg>) -> Option<Hulp> {
    let o = table?;
    let sits = |p: &&Partij| o.deelnemers.iter().any(|d| d.taak == p.taak);
    let others = trial.dossier.casus.iter().flat_map(|c| &c.deelnemers);
    std::iter::once(&trial.vraag.afzender)
        .chain(others)
        .find(sits)
        .map(|p| Hulp::Regierol(*p))
}

fn withheld(verdict: &Verdict, reden: Reden) -> GegevenSet {
    let some = verdict.onthoudingen.iter().filter(|o| o.reden == reden);
    some.fold(GegevenSet::EMPTY, |all, o| all.or(o.gegevens))
}

/// Every kind of consent that could be the missing one; what is not needed falls away when the list is shortened.
fn consents(trial: &Trial<'_>, verdict: &Verdict, table: Option<&Casusoverleg>) -> Vec<Hulp> {
    let permitted = verdict.plan.as_ref().map_or(GegevenSet::EMPTY, |p| p.permitted);
    let all = trial.inventory.bijdragen.iter();
    let present = all.fold(GegevenSet::EMPTY, |set, b| set.or(b.gegevens)).and(permitted);
    if present.is_empty() {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut add = |kind, verstrekker, gegevens: GegevenSet| {
        if !gegevens.is_empty() {
            out.push(Hulp::Toestemming {
                kind,
                verstrekker,
                gegevens,
            });
        }
    };
    if let Some(o) = table.filter(|o| o.toestemming_voorwaarde) {
        let linked = trial.dossier.casus.iter().flat_map(|c| &c.deelnemers);
        for partij in linked.filter(|p| o.aanvragers.contains(&p.taak)) {
            add(ToestemmingKind::Bijlage3Voorwaarde, *partij, present);
        }
        add(
            ToestemmingKind::Bijlage3Voorwaarde,
            trial.vraag.afzender,
            present.and(trial.rules.gegevens().vrij()),
        );
    }
    if trial.vraag.kanaal == Kanaal::Derde {
        add(ToestemmingKind::Derde, trial.vraag.afzender, present);
    } else {
        add(ToestemmingKind::Grondslag, trial.vraag.afzender, present);
    }
    for b in &trial.inventory.bijdragen {
        if is_secret(b) {
            add(
                ToestemmingKind::DoorbrekingGeheim,
                b.inbrenger,
                b.gegevens.and(permitted),
            );
        }
    }
    if matches!(trial.vraag.afzender.taak, Taak::Jgz | Taak::Jeugdhulpaanbieder) {
        add(ToestemmingKind::DoorbrekingGeheim, trial.vraag.afzender, present);
    }
    out
}

fn accords(trial: &Trial<'_>, verdict: &Verdict) -> Vec<Hulp> {
    let some = verdict
        .onthoudingen
        .iter()
        .filter(|o| o.reden == Reden::AkkoordOntbreekt);
    some.filter_map(|o| trial.inventory.bijdragen.get(usize::from(o.bijdrage)))
        .map(|b| Hulp::Akkoord(b.inbrenger))
        .collect()
}

/// What the facts would be.
pub(super) fn apply(hulp: &Hulp, vraag: &Aanvraag<'_>, stand: &mut Stand<'_>) {
    match hulp {
        Hulp::Mandaat => stand.afzender_bewezen = true,
        Hulp::NoemFase(fase) => stand.fase = fase.clone().into(),
        Hulp::NoemDoel(doel) => stand.doel = doel.clone().into(),
        Hulp::NoemCasusoverleg(overleg) => stand.casusoverleg = overleg.clone().into(),
        Hulp::NoemGeenGrondslag => stand.grondslag = None,
        Hulp::Toetreding(partij) => {
            // In place of what was recorded: a form that was signed, but not yet made known.
            let recorded = &mut stand.dossier.to_mut().toetredingen;
            recorded.retain(|(p, _)| p != partij);
            recorded.push((*partij, Toegetreden::Ja));
        }
        Hulp::Casus => {
            let opened = CasusStand::open(vraag.casus, vraag.casusoverleg, vraag.doel);
            stand.dossier.to_mut().casus.get_or_insert(opened);
        }
        // A statutory report needs no case: its release stands under the id it states.
        Hulp::Vrijgave(gegevens) if stand.dossier.casus.is_none() => {
            stand.dossier.to_mut().vrijgaven.push((vraag.ontvanger, *gegevens));
        }
        _ => {
            let doel = stand.doel.to_string();
            if let Some(casus) = &mut stand.dossier.to_mut().casus {
                on_case(hulp, vraag, &doel, casus);
            }
        }
    }
}

fn on_case(hulp: &Hulp, vraag: &Aanvraag<'_>, doel: &str, casus: &mut CasusStand) {
    match hulp {
        Hulp::Deelname(partij) => casus.deelnemers.push(*partij),
        Hulp::Regierol(partij) => casus.regierol = Some(*partij),
        // In the capacity that receives at this age.
        Hulp::Betrokkene => {
            let hoedanigheid = if casus.zeggenschap == Some(Zeggenschap::Jongere) {
                Hoedanigheid::Jongere
            } else {
                Hoedanigheid::OuderMetGezag
            };
            casus.betrokkenen.push((vraag.ontvanger, hoedanigheid));
        }
        // If the persons who signed, or receive, are those whom that age asks.
        Hulp::Leeftijd => {
            casus.zeggenschap.get_or_insert(Zeggenschap::Beiden);
            let unknown = |t: &&mut ToestemmingStand| t.stand == ToestemmingGeldig::LeeftijdOnbekend;
            for t in casus.toestemmingen.iter_mut().filter(unknown) {
                t.stand = ToestemmingGeldig::Aanwezig;
            }
        }
        Hulp::Doel => casus.doelen.push(vraag.doel.to_owned()),
        Hulp::Herbeoordeling => casus.herbeoordeeld = true,
        Hulp::Fase => casus.fase = Some(vraag.fase.to_owned()),
        Hulp::Informering => casus.geinformeerd = Geinformeerd::Ja,
        Hulp::Vrijgave(gegevens) => casus.vrijgaven.push((vraag.ontvanger, *gegevens)),
        Hulp::Akkoord(inbrenger) => casus.akkoorden.push(AkkoordStand {
            inbrenger: *inbrenger,
            doorgever: vraag.afzender,
            ontvanger: vraag.ontvanger,
            gegevens: GegevenSet::ALL,
            doel: None,
        }),
        Hulp::Toestemming {
            kind,
            verstrekker,
            gegevens,
        } => casus.toestemmingen.push(ToestemmingStand {
            id: String::new(),
            kind: *kind,
            verstrekker: *verstrekker,
            gegevens: *gegevens,
            doelen: vec![doel.to_owned()],
            ontvangers: vec![vraag.ontvanger],
            bij_naam: true,
            stand: ToestemmingGeldig::Aanwezig,
        }),
        _ => {}
    }
}
