//! From plans and bases to cells.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::plek::Tafel;
use super::{Cel, Doorgang, Plek, Precisie, Variant};
use crate::event::{Bericht, Kanaal};
use crate::gegeven::{Actie, GegevenId, GegevenSet, Wijze};
use crate::ids::Taak;
use crate::rulebook::{Grondslag, Rulebook, ToestemmingNodig};
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

/// One way in which an element may leave: whether consent is asked, and the basis, where one is asked.
type Way<'r> = (bool, Option<&'r Grondslag>);

/// The ways in which the bases let an element go: the one that asks least, and beside one that holds only for some
/// absence the one that always holds.
fn ways<'r>(
    rules: &Rulebook,
    t: &Tafel<'_>,
    bases: &[&'r Grondslag],
    van: Taak,
    id: GegevenId,
    hidden: bool,
) -> Vec<Way<'r>> {
    if !t.asks_basis() {
        return vec![(false, None)];
    }
    let free = rules.gegevens().vrij().contains(id);
    let asks = |g: &Grondslag| {
        let by_basis = match g.toestemming {
            ToestemmingNodig::Geen => false,
            ToestemmingNodig::Bijzonder => rules.gegevens().bijzonder().contains(id),
            ToestemmingNodig::Alles => true,
        };
        // By 14.1 nothing goes to a derde without.
        by_basis || t.secret(van) || (free && t.condition) || t.kanaal == Kanaal::Derde
    };
    let mut all: Vec<(bool, &Grondslag)> = bases
        .iter()
        .filter(|g| hidden || g.dekt.contains(id))
        .map(|g| (asks(g), *g))
        .collect();
    all.sort_by_key(|(consent, g)| (*consent, !g.alleen_bij.is_empty()));
    let always = all.iter().position(|(_, g)| g.alleen_bij.is_empty());
    all.truncate(always.map_or(all.len(), |n| n + 1));
    all.into_iter().map(|(consent, g)| (consent, Some(g))).collect()
}

/// The elements that go as a pseudonym only, by some plan between these two.
fn hidden(rules: &Rulebook, dag: Option<Date>, t: &Tafel<'_>, van: Taak, naar: Taak) -> GegevenSet {
    let mut out = GegevenSet::EMPTY;
    for (fase, doel) in (0u8..)
        .zip(&*t.fasen)
        .flat_map(|(f, _)| (0u8..).zip(&*t.doelen).map(move |(d, _)| (f, d)))
    {
        for plan in Bericht::ALL
            .iter()
            .filter_map(|b| t.plan(rules, dag, (fase, doel), (van, naar), *b))
        {
            let schuil = |id: &GegevenId| plan.plan.action(*id) == Actie::Generalise(Wijze::Schuilnaam);
            out = out.or(plan.permitted.iter().filter(schuil).collect());
        }
    }
    out
}

pub(super) fn of_tafel(rules: &Rulebook, dag: Option<Date>, o: &Tafel<'_>, cellen: &mut BTreeMap<Plek, Cel>) {
    let carries = Bericht::ALL.map(|b| (b, Carries::of(rules.tree(b))));
    let overleg: Arc<str> = o.id.as_str().into();
    let doelen: Vec<Arc<str>> = o.doelen.iter().map(|d| d.as_str().into()).collect();
    let fasen: Vec<Arc<str>> = o.fasen.iter().map(|f| f.as_str().into()).collect();
    for van in o.senders.iter().copied().filter(|van| !o.silent(*van)) {
        for (naar, berichten) in o.receivers.iter().map(|(t, b)| (*t, b)) {
            let bases = o.bases(rules, dag, van, naar);
            // What goes as a pseudonym rests on the same bases, whatever letter it stands for (14.3).
            let hidden = hidden(rules, dag, o, van, naar);
            let covered = if o.asks_basis() {
                bases.iter().fold(GegevenSet::EMPTY, |all, g| all.or(g.dekt).or(hidden))
            } else {
                GegevenSet::ALL
            };
            for (id, gegeven) in rules.gegevens().iter() {
                let ways = ways(rules, o, &bases, van, id, hidden.contains(id));
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
                            let Some(plan) = o.plan(rules, dag, (fase, doel), (van, naar), *bericht) else {
                                continue;
                            };
                            // A message that can never hold what it cannot do without, never goes (gate 12).
                            let open = plan.permitted.and(covered);
                            if o.required(rules, *bericht)
                                .iter()
                                .any(|group| group.and(open).is_empty())
                            {
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
                                    alleen_bij: basis.map(|g| g.alleen_bij.clone()).unwrap_or_default(),
                                };
                                let Some(v) = variant(&mut varianten, doorgang) else {
                                    continue;
                                };
                                v.bij.entry(*bericht).or_default().insert(Arc::clone(doel_name));
                                v.grondslagen.extend(basis.map(|g| g.id.clone()));
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
