//! From plans and bases to cells.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Cel, Doorgang, OVERDRACHT, Plek, Precisie, Variant};
use crate::event::{Bericht, Kanaal};
use crate::gegeven::{Actie, GegevenId, GegevenSet, Wijze};
use crate::ids::Taak;
use crate::rulebook::{Casusoverleg, Grondslag, PlanKey, Rulebook, ToestemmingNodig};
use crate::tree::{Body, Tree};

/// What a kind of message can carry: elements as they are, and elements in one of their generalisations.
struct Carries {
    whole: GegevenSet,
    derived: Vec<(Wijze, GegevenSet)>,
}

impl Carries {
    fn of(tree: &Tree) -> Self {
        let mut out = Self {
            whole: GegevenSet::EMPTY,
            derived: Vec::new(),
        };
        for node in tree.leaves().filter_map(|id| tree.node(id)) {
            let Body::Leaf(leaf) = node.body else { continue };
            let Some(id) = leaf.gegeven else { continue };
            out.whole.insert(id);
            if let Some(wijze) = leaf.derived {
                match out.derived.iter_mut().find(|(w, _)| *w == wijze) {
                    Some((_, set)) => set.insert(id),
                    None => out.derived.push((wijze, std::iter::once(id).collect())),
                }
            }
        }
        out
    }

    fn precisie(&self, actie: Actie, id: GegevenId) -> Option<Precisie> {
        let derived = |wijze| self.derived.iter().any(|(w, set)| *w == wijze && set.contains(id));
        match actie {
            Actie::Permit if self.whole.contains(id) => Some(Precisie::Heel),
            Actie::Generalise(Wijze::Dat) if derived(Wijze::Dat) => Some(Precisie::Dat),
            Actie::Generalise(w) if derived(w) => Some(Precisie::Minder(w)),
            _ => None,
        }
    }
}

/// Where rules work: one consultation, or a handover from one to another.
pub(super) struct Tafel<'r> {
    /// The place of its plans.
    place: u8,
    /// Its name in the matrix.
    pub id: String,
    pub doelen: &'r [String],
    pub fasen: &'r [String],
    pub senders: BTreeSet<Taak>,
    /// Who may receive, and which kinds of message.
    pub receivers: BTreeMap<Taak, &'static [Bericht]>,
    /// No request is handled without consent.
    pub condition: bool,
}

/// What a task that does not sit at the table receives: the outcome only (gate 3).
const OUTCOME: &[Bericht] = &[Bericht::Verslag, Bericht::Status];

impl<'r> Tafel<'r> {
    fn of_overleg(place: u8, o: &'r Casusoverleg) -> Self {
        let outcome = o.uitkomst_naar.iter().map(|t| (*t, OUTCOME));
        let table = o.deelnemers.iter().map(|d| (d.taak, &Bericht::ALL[..]));
        Self {
            place,
            id: o.id.clone(),
            doelen: &o.doelen,
            fasen: &o.fasen,
            senders: senders(o),
            receivers: outcome.chain(table).collect(),
            condition: o.toestemming_voorwaarde,
        }
    }

    /// From who takes part in the first table, or asked it, to who sits at the second; its experts wait for a lead of
    /// which nothing is known (gate 3). Phases are those of the first, purposes those of the second (5.7).
    fn of_overdracht(place: u8, id: &str, first: &'r Casusoverleg, second: &'r Casusoverleg) -> Self {
        let table = second.deelnemers.iter().filter(|d| !d.na_regierol);
        Self {
            place,
            id: format!("{OVERDRACHT}{id}"),
            doelen: &second.doelen,
            fasen: &first.fasen,
            senders: senders(first),
            receivers: table.map(|d| (d.taak, &Bericht::ALL[..])).collect(),
            condition: first.toestemming_voorwaarde || second.toestemming_voorwaarde,
        }
    }
}

/// Every place where rules work: the consultations, then the handovers, as their plans are numbered.
pub(super) fn tafels(rules: &Rulebook) -> Vec<Tafel<'_>> {
    let mut out: Vec<Tafel<'_>> = (0u8..)
        .zip(rules.overleggen())
        .map(|(place, o)| Tafel::of_overleg(place, o))
        .collect();
    let tables = rules.overleggen().len();
    for (n, o) in rules.overdrachten().iter().enumerate() {
        let found = (rules.find_overleg(&o.van_overleg), rules.find_overleg(&o.naar_overleg));
        if let (Ok(place), (Some((_, first)), Some((_, second)))) = (u8::try_from(tables + n), found) {
            out.push(Tafel::of_overdracht(place, &o.id, first, second));
        }
    }
    out
}

fn senders(o: &Casusoverleg) -> BTreeSet<Taak> {
    let table = o.deelnemers.iter().map(|d| d.taak);
    table.chain(o.aanvragers.iter().copied()).collect()
}

/// The bases by which one task may give something to another at a consultation.
pub(super) fn bases(rules: &Rulebook, van: Taak, naar: Taak) -> Vec<&Grondslag> {
    rules
        .basis_of
        .get(&(Kanaal::Casusoverleg, van, naar))
        .into_iter()
        .flatten()
        .filter_map(|index| rules.grondslag(*index))
        .collect()
}

/// Whether what this task brings in is secret by itself (gate 10).
pub(super) const fn secret(van: Taak) -> bool {
    matches!(van, Taak::Jgz | Taak::Jeugdhulpaanbieder)
}

/// The ways in which the bases let an element go: the one that asks least, and beside one that holds only for some
/// absence the one that always holds.
fn ways<'r>(
    rules: &Rulebook,
    bases: &[&'r Grondslag],
    van: Taak,
    id: GegevenId,
    condition: bool,
) -> Vec<(bool, &'r Grondslag)> {
    let free = rules.gegevens().vrij().contains(id);
    let asks = |g: &Grondslag| {
        let by_basis = match g.toestemming {
            ToestemmingNodig::Geen => false,
            ToestemmingNodig::Bijzonder => rules.gegevens().bijzonder().contains(id),
            ToestemmingNodig::Alles => true,
        };
        by_basis || secret(van) || (free && condition)
    };
    let mut all: Vec<(bool, &Grondslag)> = bases
        .iter()
        .filter(|g| g.dekt.contains(id))
        .map(|g| (asks(g), *g))
        .collect();
    all.sort_by_key(|(consent, g)| (*consent, !g.alleen_bij.is_empty()));
    let always = all.iter().position(|(_, g)| g.alleen_bij.is_empty());
    all.truncate(always.map_or(all.len(), |n| n + 1));
    all
}

pub(super) fn of_tafel(rules: &Rulebook, o: &Tafel<'_>, cellen: &mut BTreeMap<Plek, Cel>) {
    let carries = Bericht::ALL.map(|b| (b, Carries::of(rules.tree(b))));
    let overleg: Arc<str> = o.id.as_str().into();
    let doelen: Vec<Arc<str>> = o.doelen.iter().map(|d| d.as_str().into()).collect();
    let fasen: Vec<Arc<str>> = o.fasen.iter().map(|f| f.as_str().into()).collect();
    for van in o.senders.iter().copied() {
        for (naar, berichten) in o.receivers.iter().map(|(t, b)| (*t, *b)) {
            let bases = bases(rules, van, naar);
            let covered = bases.iter().fold(GegevenSet::EMPTY, |all, g| all.or(g.dekt));
            for (id, gegeven) in rules.gegevens().iter() {
                let ways = ways(rules, &bases, van, id, o.condition);
                if ways.is_empty() {
                    continue;
                }
                let holds = |b: &Bericht| carries.iter().any(|(x, c)| x == b && c.whole.contains(id));
                let berichten: BTreeSet<Bericht> = berichten.iter().copied().filter(holds).collect();
                let name: Arc<str> = gegeven.id.as_str().into();
                for (fase, fase_name) in (0u8..).zip(&fasen) {
                    let mut varianten: Vec<Variant> = Vec::new();
                    for (bericht, carries) in carries.iter().filter(|(b, _)| berichten.contains(b)) {
                        for (doel, doel_name) in (0u8..).zip(&doelen) {
                            let key = PlanKey {
                                overleg: o.place,
                                fase,
                                doel,
                                van,
                                naar,
                                bericht: *bericht,
                            };
                            let Some(plan) = rules.plans.get(&key) else { continue };
                            // A message that can never hold what it cannot do without, never goes (gate 12).
                            let required = rules.tree(*bericht).required();
                            let open = plan.permitted.and(covered);
                            if required.iter().any(|group| group.and(open).is_empty()) {
                                continue;
                            }
                            let Some(precisie) = carries.precisie(plan.plan.action(id), id) else {
                                continue;
                            };
                            for (toestemming, basis) in &ways {
                                let doorgang = Doorgang {
                                    precisie,
                                    toestemming: *toestemming,
                                    vrijgave: gegeven.vrij,
                                    alleen_bij: basis.alleen_bij.clone(),
                                };
                                let Some(v) = variant(&mut varianten, doorgang) else {
                                    continue;
                                };
                                v.bij.entry(*bericht).or_default().insert(Arc::clone(doel_name));
                                v.grondslagen.insert(basis.id.clone());
                                if let Some(regel) = plan.rule(id).and_then(|n| rules.regel(n)) {
                                    v.regels.insert(regel.id.clone());
                                    v.artikelen.extend(regel.artikelen.iter().cloned());
                                }
                            }
                        }
                    }
                    if varianten.is_empty() {
                        continue;
                    }
                    varianten.sort_by(|a, b| widest_first(&a.doorgang, &b.doorgang));
                    let plek = Plek {
                        overleg: Arc::clone(&overleg),
                        van,
                        naar,
                        fase: Arc::clone(fase_name),
                        gegeven: Arc::clone(&name),
                    };
                    let cel = Cel {
                        varianten,
                        letter: gegeven.letter,
                        vrij: gegeven.vrij,
                        berichten: berichten.clone(),
                    };
                    cellen.insert(plek, cel);
                }
            }
        }
    }
}

fn variant(all: &mut Vec<Variant>, doorgang: Doorgang) -> Option<&mut Variant> {
    if !all.iter().any(|v| v.doorgang == doorgang) {
        all.push(Variant {
            doorgang: doorgang.clone(),
            bij: BTreeMap::new(),
            regels: BTreeSet::new(),
            artikelen: BTreeSet::new(),
            grondslagen: BTreeSet::new(),
        });
    }
    all.iter_mut().find(|v| v.doorgang == doorgang)
}

fn widest_first(a: &Doorgang, b: &Doorgang) -> std::cmp::Ordering {
    let key = |d: &Doorgang| (std::cmp::Reverse(d.precisie), d.toestemming, d.alleen_bij.clone());
    key(a).cmp(&key(b))
}
