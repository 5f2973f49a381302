//! *Wat zou helpen*: the shortest list of what would have to change for the verdict to change, found by trying it out.
//!
//! A proposal is tried on a copy of the facts by [`decide`] itself, so what is told here is never more lenient than the
//! gates. Nothing that the covenant forbids is ever proposed: no rule, no basis, no element of another list, no party
//! that could not take part. Only a person makes a proposal true; who withdrew consent, decides.

mod propose;
mod told;

use std::borrow::Cow;

use jiff::civil::Date;

use crate::facts::{Dossier, ToestemmingKind};
use crate::gates::{Aanvraag, decide};
use crate::gegeven::GegevenSet;
use crate::ids::Partij;
use crate::rulebook::Rulebook;
use crate::scan::Inventory;
use crate::verdict::Verdict;

/// One thing that would have to be otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hulp {
    /// The connection gets a mandate, or the sender sends itself.
    Mandaat,
    /// The party accedes: signs the form, and it is made known to the others (18; Bijlage 1).
    Toetreding(Partij),
    /// The case is recorded at the consultation, with its purpose.
    Casus,
    /// The party is linked to the case.
    Deelname(Partij),
    /// The lead is given to this party (S:1042).
    Regierol(Partij),
    /// The purpose is written down for the case.
    Doel,
    /// The necessity of what was given earlier is judged anew, and that is recorded.
    Herbeoordeling,
    /// The betrokkene is informed, and the participants are told when and how.
    Informering,
    /// Consent of this kind is given, in writing, to this discloser for this receiver and purpose.
    Toestemming {
        /// Which kind.
        kind: ToestemmingKind,
        /// Who may disclose on it.
        verstrekker: Partij,
        /// What it covers.
        gegevens: GegevenSet,
    },
    /// A named professional releases free text for this receiver.
    Vrijgave(GegevenSet),
    /// The party that brought it in agrees to passing it on.
    Akkoord(Partij),
    /// The date of birth is recorded, so that it is known who must consent.
    Leeftijd,
    /// Somebody records in what capacity the receiver is the betrokkene: the young person, or who has authority.
    Betrokkene,
    /// The sender states the phase that the case is in.
    NoemFase(String),
    /// The case enters the phase that the sender states.
    Fase,
    /// The sender states a purpose of the case.
    NoemDoel(String),
    /// The sender states the consultation that the case belongs to.
    NoemCasusoverleg(String),
    /// The sender states no basis, or one of theirs.
    NoemGeenGrondslag,
}

/// What a decision is made of, to try something on.
#[derive(Debug, Clone)]
struct Stand<'a> {
    dossier: Cow<'a, Dossier>,
    casusoverleg: Cow<'a, str>,
    fase: Cow<'a, str>,
    doel: Cow<'a, str>,
    grondslag: Option<&'a str>,
    afzender_bewezen: bool,
}

/// Everything that stays the same while proposals are tried.
#[derive(Clone, Copy)]
struct Trial<'a> {
    rules: &'a Rulebook,
    dossier: &'a Dossier,
    vraag: &'a Aanvraag<'a>,
    inventory: &'a Inventory,
    dag: Date,
}

/// What would be decided if all of this were so. Nothing is recorded: only a person makes it true.
#[must_use]
pub fn would(
    rules: &Rulebook,
    dossier: &Dossier,
    vraag: &Aanvraag<'_>,
    inventory: &Inventory,
    dag: Date,
    list: &[Hulp],
) -> Verdict {
    let trial = Trial {
        rules,
        dossier,
        vraag,
        inventory,
        dag,
    };
    trial.verdict(list)
}

/// In no more than so many rounds, each of which answers what the one before showed.
const ROUNDS: usize = 6;
/// Up to so many proposals, every smaller choice is tried; above it one is left out at a time.
const EXACT: usize = 8;

impl Trial<'_> {
    fn verdict(&self, list: &[Hulp]) -> Verdict {
        let v = self.vraag;
        let mut stand = Stand {
            dossier: Cow::Borrowed(self.dossier),
            casusoverleg: Cow::Borrowed(v.casusoverleg),
            fase: Cow::Borrowed(v.fase),
            doel: Cow::Borrowed(v.doel),
            grondslag: v.grondslag,
            afzender_bewezen: v.afzender_bewezen,
        };
        // A case must be there before anything can be recorded about it.
        let opens = |hulp: &&Hulp| matches!(hulp, Hulp::Casus);
        for hulp in list.iter().filter(opens).chain(list) {
            propose::apply(hulp, v, &mut stand);
        }
        let vraag = Aanvraag {
            casusoverleg: &stand.casusoverleg,
            fase: &stand.fase,
            doel: &stand.doel,
            grondslag: stand.grondslag,
            afzender_bewezen: stand.afzender_bewezen,
            ..*v
        };
        decide(self.rules, &stand.dossier, &vraag, self.inventory, self.dag)
    }

    /// How many elements pass.
    fn open(&self, verdict: &Verdict) -> u32 {
        if verdict.is_blocked() {
            return 0;
        }
        let pairs = self.inventory.bijdragen.iter().zip(&verdict.masks);
        pairs.map(|(b, mask)| b.gegevens.and(*mask).len()).sum()
    }
}

/// What would have to change for the verdict to change: for a blocked message, that it passes; for a reduced one, that
/// as much as possible of it passes. Empty when the covenant has no way, or nothing is missing. Each consent and release
/// is asked for no more than it is needed for.
#[must_use]
pub fn help(
    rules: &Rulebook,
    dossier: &Dossier,
    vraag: &Aanvraag<'_>,
    inventory: &Inventory,
    verdict: &Verdict,
) -> Vec<Hulp> {
    let trial = Trial {
        rules,
        dossier,
        vraag,
        inventory,
        dag: verdict.dag,
    };
    narrowed(&trial, fewest(&trial, verdict))
}

/// As [`help`], as words alone: what each covers is not looked for, which takes most of the time.
pub(super) fn words(
    rules: &Rulebook,
    dossier: &Dossier,
    vraag: &Aanvraag<'_>,
    inventory: &Inventory,
    verdict: &Verdict,
) -> Vec<&'static str> {
    let trial = Trial {
        rules,
        dossier,
        vraag,
        inventory,
        dag: verdict.dag,
    };
    let mut words: Vec<&str> = fewest(&trial, verdict).iter().map(Hulp::slug).collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn fewest(trial: &Trial<'_>, verdict: &Verdict) -> Vec<Hulp> {
    let first = trial.open(verdict);
    let mut best: Option<(Vec<Hulp>, u32)> = None;
    // A sender may have stated the wrong thing, or a fact may be behind: whichever needs less.
    for claims in [true, false] {
        let Some(all) = gather(trial, verdict, claims) else {
            continue;
        };
        let goal = if verdict.is_blocked() {
            1
        } else {
            trial.open(&trial.verdict(&all))
        };
        if goal <= first {
            continue;
        }
        let list = shortest(trial, all, goal);
        if best
            .as_ref()
            .is_none_or(|(b, reach)| goal > *reach || list.len() < b.len())
        {
            best = Some((list, goal));
        }
    }
    best.map(|(list, _)| list).unwrap_or_default()
}

/// Proposals for what stands in the way, and for what then shows; `None` when something stays in the way.
fn gather(trial: &Trial<'_>, verdict: &Verdict, claims: bool) -> Option<Vec<Hulp>> {
    let mut all: Vec<Hulp> = Vec::new();
    let blocked = verdict.is_blocked();
    let mut now = verdict.clone();
    for _ in 0..ROUNDS {
        if blocked && !now.is_blocked() {
            return Some(all);
        }
        let more: Vec<Hulp> = propose::against(trial, &now, claims)
            .into_iter()
            .filter(|h| !all.contains(h))
            .collect();
        if more.is_empty() {
            return (!blocked).then_some(all);
        }
        all.extend(more);
        now = trial.verdict(&all);
    }
    (!now.is_blocked()).then_some(all)
}

/// Each consent and release for no more than it is needed for: what passes without it, is not asked on a form.
fn narrowed(trial: &Trial<'_>, mut list: Vec<Hulp>) -> Vec<Hulp> {
    let reach = trial.open(&trial.verdict(&list));
    for n in 0..list.len() {
        let covered = match list.get(n) {
            Some(Hulp::Toestemming { gegevens, .. } | Hulp::Vrijgave(gegevens)) => *gegevens,
            _ => continue,
        };
        for id in covered.iter() {
            let before = list.clone();
            if let Some(Hulp::Toestemming { gegevens, .. } | Hulp::Vrijgave(gegevens)) = list.get_mut(n) {
                *gegevens = gegevens.without(std::iter::once(id).collect());
            }
            if trial.open(&trial.verdict(&list)) < reach {
                list = before;
            }
        }
    }
    list
}

/// The fewest of the proposals that reach the goal; among as many, those named first.
fn shortest(trial: &Trial<'_>, all: Vec<Hulp>, goal: u32) -> Vec<Hulp> {
    let reaches = |list: &[Hulp]| trial.open(&trial.verdict(list)) >= goal;
    let mut list = all;
    let mut n = list.len();
    while n > 0 {
        n -= 1;
        let mut without = list.clone();
        without.remove(n);
        if reaches(&without) {
            list = without;
        }
    }
    if list.len() > EXACT {
        return list;
    }
    // One at a time may end in a list that is longer than another: try all smaller ones.
    let mut choices: Vec<u32> = (0..1_u32 << list.len()).collect();
    choices.sort_by_key(|bits| bits.count_ones());
    for bits in choices {
        let some: Vec<Hulp> = (0..32_u32)
            .zip(&list)
            .filter(|(n, _)| bits >> n & 1 == 1)
            .map(|(_, h)| h.clone())
            .collect();
        if reaches(&some) {
            return some;
        }
    }
    list
}
