//! A rule as the sets of what it names, so that two rules are compared with a few bit operations.

use super::super::source::{ActieWord, OverlegFile, RegelBlock};
use crate::event::Bericht;
use crate::gegeven::{GegevenSet, Gegevens, Wijze};
use crate::ids::Taak;
use crate::tree::Tree;
use std::sync::Arc;

/// A rule as sets. A bit of `fasen` and `doelen` is the place in the list of the consultation.
pub(super) struct Blok<'a> {
    pub regel: &'a RegelBlock,
    pub van: u32,
    pub naar: u32,
    pub fasen: u32,
    pub doelen: u32,
    pub berichten: u8,
    /// The elements it names.
    pub gegevens: GegevenSet,
    /// Of those, per kind of message, the ones that kind can hold.
    pub in_bericht: [GegevenSet; 4],
}

/// What two rules both speak of.
pub(super) struct Deel {
    pub van: u32,
    pub naar: u32,
    pub fasen: u32,
    pub doelen: u32,
    pub gegevens: GegevenSet,
}

const fn bit(taak: Taak) -> u32 {
    1 << (taak as u8)
}

/// The tasks of a set.
pub(super) fn taken(set: u32) -> impl Iterator<Item = Taak> {
    Taak::ALL.into_iter().filter(move |t| set & bit(*t) != 0)
}

/// The words of a list whose bit is set.
pub(super) fn woorden(set: u32, all: &[toml::Spanned<String>]) -> Vec<&str> {
    let marked = all.iter().take(32).enumerate().filter(|(n, _)| set >> n & 1 == 1);
    marked.map(|(_, s)| s.get_ref().as_str()).collect()
}

fn places(some: &[toml::Spanned<String>], all: &[toml::Spanned<String>]) -> u32 {
    let place = |s: &toml::Spanned<String>| all.iter().take(32).position(|a| a.get_ref() == s.get_ref());
    some.iter().filter_map(place).fold(0, |set, n| set | 1 << n)
}

impl<'a> Blok<'a> {
    pub(super) fn new(r: &'a RegelBlock, o: &OverlegFile, gegevens: &Gegevens, trees: &[Arc<Tree>; 4]) -> Self {
        let taken = |all: &[toml::Spanned<Taak>]| all.iter().fold(0, |set, t| set | bit(*t.get_ref()));
        let named = r
            .gegevens
            .iter()
            .fold(GegevenSet::EMPTY, |set, name| set.or(gegevens.matching(name.get_ref())));
        let kinds = r.berichten.as_deref().unwrap_or(&Bericht::ALL);
        let berichten = (0u8..4)
            .zip(Bericht::ALL)
            .filter(|(_, b)| kinds.contains(b))
            .fold(0, |set, (n, _)| set | 1 << n);
        let holds = |(n, tree): (u8, &Arc<Tree>)| {
            if berichten >> n & 1 == 1 {
                named.and(tree.gegevens())
            } else {
                GegevenSet::EMPTY
            }
        };
        let [a, b, c, d] = trees;
        Self {
            regel: r,
            van: taken(&r.van),
            naar: taken(&r.naar),
            fasen: places(&r.fasen, &o.fasen),
            doelen: places(&r.doelen, &o.doelen),
            berichten,
            gegevens: named,
            in_bericht: [holds((0, a)), holds((1, b)), holds((2, c)), holds((3, d))],
        }
    }

    pub(super) fn id(&self) -> &'a str {
        self.regel.id.get_ref()
    }

    /// Whole, or made less precise in this way.
    pub(super) fn wijze(&self) -> Option<Wijze> {
        match self.regel.actie.get_ref() {
            ActieWord::Toestaan => None,
            ActieWord::Generaliseren => self.regel.wijze.as_ref().map(|w| *w.get_ref()),
        }
    }

    /// Whether it lets elements pass whole.
    pub(super) fn heel(&self) -> bool {
        *self.regel.actie.get_ref() == ActieWord::Toestaan
    }

    /// What both speak of, where a message can hold it.
    pub(super) fn deel(&self, o: &Self) -> Option<Deel> {
        let gegevens = self
            .in_bericht
            .iter()
            .zip(&o.in_bericht)
            .fold(GegevenSet::EMPTY, |set, (a, b)| set.or(a.and(*b)));
        let deel = Deel {
            van: self.van & o.van,
            naar: self.naar & o.naar,
            fasen: self.fasen & o.fasen,
            doelen: self.doelen & o.doelen,
            gegevens,
        };
        let some = deel.van != 0 && deel.naar != 0 && deel.fasen != 0 && deel.doelen != 0;
        (some && !deel.gegevens.is_empty()).then_some(deel)
    }

    /// The place of the name that brings an element in.
    pub(super) fn plek(&self, id: crate::gegeven::GegevenId, gegevens: &Gegevens) -> std::ops::Range<usize> {
        let found = self.regel.gegevens.iter();
        let mut found = found.filter(|name| gegevens.matching(name.get_ref()).contains(id));
        found.next().map_or_else(|| self.regel.id.span(), toml::Spanned::span)
    }
}
