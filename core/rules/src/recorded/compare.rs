//! One recorded decision under two rulebooks.

use crate::facts::Dossier;
use crate::gates::decide;
use crate::gegeven::{Actie, GegevenId, GegevenSet, Wijze};
use crate::rulebook::Rulebook;
use crate::scan::Inventory;
use crate::verdict::{Reden, Verdict};

use super::Besluit;
use super::why::{Passes, Waarom, action, basis, passes, reasons, reproduced, rules_of, union, why};

/// What the other rules come to for one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Gevolg {
    /// It passed, and would be blocked.
    NieuwGeblokkeerd,
    /// It was blocked, and would pass.
    NieuwDoorgelaten,
    /// More of it would pass.
    Ruimer,
    /// Less of it would pass.
    Smaller,
    /// More of one element and less of another.
    Anders,
    /// The same would happen, by another rule or for another reason.
    Onderbouwing,
    /// The same.
    Gelijk,
    /// The record does not hold enough to come to what was decided, so nothing can be said of it.
    NietNaTeRekenen,
}

impl Gevolg {
    /// All of them, what matters most first.
    pub const ALL: [Self; 8] = [
        Self::NieuwGeblokkeerd,
        Self::NieuwDoorgelaten,
        Self::Ruimer,
        Self::Smaller,
        Self::Anders,
        Self::Onderbouwing,
        Self::Gelijk,
        Self::NietNaTeRekenen,
    ];

    /// Stable name, for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NieuwGeblokkeerd => "nieuw-geblokkeerd",
            Self::NieuwDoorgelaten => "nieuw-doorgelaten",
            Self::Ruimer => "ruimer",
            Self::Smaller => "smaller",
            Self::Anders => "anders",
            Self::Onderbouwing => "onderbouwing",
            Self::Gelijk => "gelijk",
            Self::NietNaTeRekenen => "niet-na-te-rekenen",
        }
    }

    /// Whether the rulebooks differ for this decision.
    #[must_use]
    pub const fn is_change(self) -> bool {
        !matches!(self, Self::Gelijk | Self::NietNaTeRekenen)
    }
}

/// How one decision differs. Elements are places in the newer dictionary.
pub(super) struct Uitslag {
    pub gevolg: Gevolg,
    pub gegevens: GegevenSet,
    pub oud: Vec<Waarom>,
    pub nieuw: Vec<Waarom>,
}

/// Decides under two rulebooks.
#[derive(Debug)]
pub struct Vergelijker<'r> {
    pub(super) oud: &'r Rulebook,
    pub(super) nieuw: &'r Rulebook,
    /// Place in the older dictionary → place in the newer one; `None` when both dictionaries are the same.
    moved: Option<Vec<Option<GegevenId>>>,
    /// Place of a rule in the older rulebook → place of the rule of that id in the newer one.
    rules: Vec<Option<u16>>,
}

impl<'r> Vergelijker<'r> {
    /// Prepares to compare two rulebooks.
    #[must_use]
    pub fn new(oud: &'r Rulebook, nieuw: &'r Rulebook) -> Self {
        let names = |rules: &'r Rulebook| rules.gegevens().iter().map(|(_, g)| g.id.as_str());
        let same = names(oud).eq(names(nieuw));
        let moved = (!same).then(|| names(oud).map(|name| nieuw.gegevens().find(name)).collect());
        let places: std::collections::HashMap<&str, u16> =
            (0u16..).zip(nieuw.regels()).map(|(n, r)| (r.id.as_str(), n)).collect();
        Self {
            oud,
            nieuw,
            moved,
            rules: oud
                .regels()
                .iter()
                .map(|r| places.get(r.id.as_str()).copied())
                .collect(),
        }
    }

    /// The older rulebook.
    #[must_use]
    pub const fn oud(&self) -> &'r Rulebook {
        self.oud
    }

    /// The newer rulebook.
    #[must_use]
    pub const fn nieuw(&self) -> &'r Rulebook {
        self.nieuw
    }

    /// Whether both rulebooks have the same dictionary, so that a dossier made for one serves the other.
    #[must_use]
    pub const fn same_dictionary(&self) -> bool {
        self.moved.is_none()
    }

    fn translate(&self, set: GegevenSet) -> GegevenSet {
        match &self.moved {
            None => set,
            Some(table) => set
                .iter()
                .filter_map(|id| table.get(usize::from(id.0)).copied().flatten())
                .collect(),
        }
    }

    /// Decides twice and says what differs. The dossiers hold the same facts, read with each dictionary.
    pub(super) fn vergelijk(&self, b: &Besluit, oud: &Dossier, nieuw: &Dossier) -> Uitslag {
        let vraag = b.aanvraag();
        let was = decide(self.oud, oud, &vraag, &b.inventory, b.dag);
        if !reproduced(b, &was, self.oud) {
            return Uitslag::plain(Gevolg::NietNaTeRekenen);
        }
        let moved;
        let inventory = if self.moved.is_none() {
            &b.inventory
        } else {
            moved = self.moved(&b.inventory);
            &moved
        };
        let is = decide(self.nieuw, nieuw, &vraag, inventory, b.dag);
        match (was.is_blocked(), is.is_blocked()) {
            (true, true) => self.both_blocked(&was, &is),
            (false, true) => Uitslag {
                gevolg: Gevolg::NieuwGeblokkeerd,
                gegevens: self.translate(union(&was, &b.inventory)),
                oud: rules_of(&was, &b.inventory),
                nieuw: reasons(&is),
            },
            (true, false) => Uitslag {
                gevolg: Gevolg::NieuwDoorgelaten,
                gegevens: union(&is, inventory),
                oud: reasons(&was),
                nieuw: rules_of(&is, inventory),
            },
            (false, false) => self.both_pass(&was, &is, &b.inventory, inventory),
        }
    }

    fn moved(&self, inventory: &Inventory) -> Inventory {
        let mut out = inventory.clone();
        out.raised = self.translate(out.raised);
        for b in &mut out.bijdragen {
            b.gegevens = self.translate(b.gegevens);
        }
        out
    }

    fn both_blocked(&self, was: &Verdict, is: &Verdict) -> Uitslag {
        let (oud, nieuw) = (reasons(was), reasons(is));
        if oud == nieuw {
            return Uitslag::plain(Gevolg::Gelijk);
        }
        Uitslag {
            gevolg: Gevolg::Onderbouwing,
            gegevens: GegevenSet::EMPTY,
            oud,
            nieuw,
        }
    }

    fn both_pass(&self, was: &Verdict, is: &Verdict, before: &Inventory, after: &Inventory) -> Uitslag {
        let (mut wider, mut narrower, mut otherwise) = (GegevenSet::EMPTY, GegevenSet::EMPTY, GegevenSet::EMPTY);
        for n in 0..before.bijdragen.len() {
            let (old, new) = (passes(was, before, n), passes(is, after, n));
            let moved = Passes {
                all: self.translate(old.all),
                less: self.translate(old.less),
            };
            wider = wider
                .or(new.all.without(moved.all))
                .or(moved.less.and(new.all.without(new.less)));
            narrower = narrower
                .or(moved.all.without(new.all))
                .or(new.less.and(moved.all.without(moved.less)));
            for id in old.less.iter() {
                let to = match &self.moved {
                    None => Some(id),
                    Some(table) => table.get(usize::from(id.0)).copied().flatten(),
                };
                let Some(to) = to.filter(|to| new.less.contains(*to)) else {
                    continue;
                };
                match (action(was, id), action(is, to)) {
                    (a, b) if a == b => {}
                    (Actie::Generalise(Wijze::Dat), _) => wider.insert(to),
                    (_, Actie::Generalise(Wijze::Dat)) => narrower.insert(to),
                    _ => {
                        wider.insert(to);
                        narrower.insert(to);
                    }
                }
            }
            // The same passes: is it by the same rules?
            for id in old.all.iter() {
                let rule = |v: &Verdict, id| v.plan.as_ref().and_then(|p| p.rule(id));
                let to = self.translate(std::iter::once(id).collect());
                for to in to.and(new.all).iter() {
                    let kept = rule(was, id).and_then(|n| self.rules.get(usize::from(n)).copied().flatten());
                    if kept != rule(is, to) {
                        otherwise.insert(to);
                    }
                }
            }
        }
        let changed = wider.or(narrower);
        let (gevolg, gegevens) = match (wider.is_empty(), narrower.is_empty()) {
            (true, true)
                if otherwise.is_empty()
                    && basis(was, self.oud) == basis(is, self.nieuw)
                    && self.same_reasons(was, is) =>
            {
                return Uitslag::plain(Gevolg::Gelijk);
            }
            (true, true) if otherwise.is_empty() && basis(was, self.oud) != basis(is, self.nieuw) => {
                let basis = |v: &Verdict| v.grondslag.map(Waarom::Grondslag).into_iter().collect();
                return Uitslag {
                    gevolg: Gevolg::Onderbouwing,
                    gegevens: GegevenSet::EMPTY,
                    oud: basis(was),
                    nieuw: basis(is),
                };
            }
            (true, true) => (Gevolg::Onderbouwing, otherwise),
            (false, true) => (Gevolg::Ruimer, changed),
            (true, false) => (Gevolg::Smaller, changed),
            (false, false) => (Gevolg::Anders, changed),
        };
        let back: GegevenSet = match &self.moved {
            None => gegevens,
            Some(_) => (0..=u8::MAX)
                .map(GegevenId)
                .filter(|id| !self.translate(std::iter::once(*id).collect()).and(gegevens).is_empty())
                .collect(),
        };
        Uitslag {
            gevolg,
            gegevens,
            oud: why(was, before, back),
            nieuw: why(is, after, gegevens),
        }
    }

    /// Whether what stays behind stays behind for the same reasons.
    fn same_reasons(&self, was: &Verdict, is: &Verdict) -> bool {
        let list = |v: &Verdict, translate: bool| -> Vec<(u16, Reden, GegevenSet)> {
            let set = |s| if translate { self.translate(s) } else { s };
            v.onthoudingen
                .iter()
                .map(|o| (o.bijdrage, o.reden, set(o.gegevens)))
                .filter(|(_, _, set)| !set.is_empty())
                .collect()
        };
        if self.moved.is_none() {
            return was.onthoudingen == is.onthoudingen;
        }
        list(was, true) == list(is, false)
    }
}

impl Uitslag {
    const fn plain(gevolg: Gevolg) -> Self {
        Self {
            gevolg,
            gegevens: GegevenSet::EMPTY,
            oud: Vec::new(),
            nieuw: Vec::new(),
        }
    }
}
