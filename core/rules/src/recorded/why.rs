//! What a verdict lets pass, and by which rules and for which reasons.

use super::Besluit;
use crate::gegeven::{Actie, GegevenId, GegevenSet};
use crate::rulebook::{CompiledPlan, Rulebook};
use crate::scan::Inventory;
use crate::verdict::{Reden, Verdict};

/// Why an element passes or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Waarom {
    /// A rule, by its place in its own rulebook.
    Regel(u16),
    /// A reason.
    Reden(Reden),
    /// A basis, by its place in its own rulebook.
    Grondslag(u16),
}

/// What passes of a contribution: all that does, and what of it only less precisely.
#[derive(Clone, Copy, Default)]
pub(super) struct Passes {
    pub all: GegevenSet,
    pub less: GegevenSet,
}

/// Whether the older rules come to what the record says they came to. A record of other rules proves nothing either way.
pub(super) fn reproduced(b: &Besluit, was: &Verdict, rules: &Rulebook) -> bool {
    let Some(v) = &b.vastgelegd else { return true };
    if v.regelboek != **rules.hash() {
        return true;
    }
    if v.geblokkeerd || was.is_blocked() {
        let mut found: Vec<&str> = was.redenen().map(Reden::slug).collect();
        let mut told: Vec<&str> = v.redenen.iter().map(String::as_str).collect();
        for list in [&mut found, &mut told] {
            list.sort_unstable();
            list.dedup();
        }
        return v.geblokkeerd && was.is_blocked() && found == told;
    }
    union(was, &b.inventory) == v.doorgelaten
}

pub(super) fn basis<'r>(v: &Verdict, rules: &'r Rulebook) -> Option<&'r str> {
    v.grondslag.and_then(|n| rules.grondslag(n)).map(|g| g.id.as_str())
}

pub(super) fn action(v: &Verdict, id: GegevenId) -> Actie {
    v.plan.as_ref().map_or(Actie::Drop, |p| p.plan.action(id))
}

pub(super) fn passes(v: &Verdict, inventory: &Inventory, n: usize) -> Passes {
    let (Some(mask), Some(b), Some(plan)) = (v.masks.get(n), inventory.bijdragen.get(n), &v.plan) else {
        return Passes::default();
    };
    let plan: &CompiledPlan = plan;
    let all = b.gegevens.and(*mask);
    Passes {
        all,
        less: all.and(plan.generalised),
    }
}

pub(super) fn union(v: &Verdict, inventory: &Inventory) -> GegevenSet {
    (0..inventory.bijdragen.len()).fold(GegevenSet::EMPTY, |all, n| all.or(passes(v, inventory, n).all))
}

fn sorted(mut all: Vec<Waarom>) -> Vec<Waarom> {
    all.sort_unstable();
    all.dedup();
    all
}

pub(super) fn reasons(v: &Verdict) -> Vec<Waarom> {
    sorted(v.redenen().map(Waarom::Reden).collect())
}

pub(super) fn rules_of(v: &Verdict, inventory: &Inventory) -> Vec<Waarom> {
    why(v, inventory, union(v, inventory))
}

/// The rules by which these elements pass, and the reasons for which they do not.
pub(super) fn why(v: &Verdict, inventory: &Inventory, gegevens: GegevenSet) -> Vec<Waarom> {
    let mut out = Vec::new();
    for (n, b) in inventory.bijdragen.iter().enumerate() {
        let open = passes(v, inventory, n).all;
        for id in b.gegevens.and(gegevens).iter() {
            let rule = v.plan.as_ref().and_then(|p| p.rule(id)).filter(|_| open.contains(id));
            out.push(match rule {
                Some(rule) => Waarom::Regel(rule),
                None => Waarom::Reden(v.withheld(n, id).unwrap_or(Reden::ElementNietNodig)),
            });
        }
    }
    sorted(out)
}
