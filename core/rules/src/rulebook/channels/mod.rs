//! The channels beside the consultations: statutory flows, the betrokkene, third parties; and bills as dated switches.
//!
//! Their plans are compiled like those of the consultations, and a lookup is one hash. A bill that is switched on makes
//! a *tijdvak* from its day on, with plans of its own: the day picks the tijdvak, and nothing is weighed while deciding.

pub(super) mod check;
pub(super) mod compile;
pub(super) mod source;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::{CompiledPlan, PlanKey, Rulebook};
use crate::event::{Bericht, Kanaal};
use crate::gates::Aanvraag;
use crate::gegeven::GegevenSet;
use crate::ids::{Partij, Taak};

/// Which bills are switched on, one bit each, in the order of their file.
pub(crate) type Aan = u32;

/// Most bills a rulebook may hold: each that is on with a day of its own has all plans compiled once more.
pub(super) const MAX_BILLS: usize = 8;

/// A flow of data that a statute prescribes (digest §2). Its id stands in an event where a purpose would.
#[derive(Debug, Clone)]
pub struct Stroom {
    /// Stable id, the word a sender states as `doel`.
    pub id: String,
    /// Name.
    pub naam: String,
    /// The statute.
    pub wet: String,
    /// Where the covenant speaks of it.
    pub artikel: String,
    /// Of each group at least one element must be left, or the report is of no use (8).
    pub vereist: Vec<GegevenSet>,
    /// The statute speaks to who must keep a secret: what the sender brought in under secrecy goes too.
    pub ook_onder_geheim: bool,
}

/// Who takes part in a flow by statute, without having acceded: DUO, or a municipality outside the region.
#[derive(Debug, Clone)]
pub struct WettelijkePartij {
    /// Name.
    pub naam: String,
    /// The statute that gives it its place.
    pub wet: String,
}

/// A bill: a dated switch, off unless the rulebook says otherwise.
#[derive(Debug, Clone)]
pub struct Wetsvoorstel {
    /// Stable id, the word of `alleen_met` and `vervalt_met`.
    pub id: String,
    /// Name.
    pub naam: String,
    /// Where it is written about.
    pub artikel: String,
    /// From this day, when it is switched on.
    pub van_kracht_op: Option<Date>,
    /// Switched on.
    pub aan: bool,
}

/// When a rule or a basis holds: only with a bill, or only without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Schakel {
    /// Holds only while this bill is on.
    pub alleen_met: Option<u8>,
    /// Holds only while this bill is off.
    pub vervalt_met: Option<u8>,
}

impl Schakel {
    /// Whether it holds while these bills are on.
    pub(crate) fn geldt(self, aan: Aan) -> bool {
        self.alleen_met.is_none_or(|n| aan >> n & 1 == 1) && self.vervalt_met.is_none_or(|n| aan >> n & 1 == 0)
    }

    /// The bills it depends on.
    pub(crate) fn raakt(self) -> Aan {
        let bit = |n: Option<u8>| n.map_or(0, |n| 1 << n);
        bit(self.alleen_met) | bit(self.vervalt_met)
    }
}

/// What is looked up for one decision outside the consultations. `soort` is the place of the flow (`wettelijk`), of the
/// consultation (`betrokkene`) or of the purpose (`derde`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct KanaalKey {
    pub kanaal: Kanaal,
    pub soort: u8,
    pub van: Taak,
    pub naar: Taak,
    pub bericht: Bericht,
}

pub(crate) type Plans<K> = HashMap<K, Arc<CompiledPlan>>;

/// The plans from a day on, while these bills are on.
#[derive(Debug, Default)]
pub(crate) struct Tijdvak {
    pub vanaf: Date,
    pub aan: Aan,
    pub plans: Plans<PlanKey>,
    pub kanalen: Plans<KanaalKey>,
}

/// Everything a rulebook has beside the consultations.
#[derive(Debug, Default)]
pub(crate) struct Kanalen {
    pub stromen: Vec<Stroom>,
    pub wettelijke_partijen: HashMap<Partij, WettelijkePartij>,
    pub wetsvoorstellen: Vec<Wetsvoorstel>,
    /// Plans while no bill is on.
    pub plans: Plans<KanaalKey>,
    /// Later tijdvakken, by day; empty while every bill is off.
    pub later: Vec<Tijdvak>,
    /// The bills that some rule of a plan depends on.
    pub geraakt: HashMap<PlanKey, Aan>,
    pub kanaal_geraakt: HashMap<KanaalKey, Aan>,
}

impl Kanalen {
    fn tijdvak(&self, dag: Date) -> Option<&Tijdvak> {
        self.later.iter().rev().find(|t| t.vanaf <= dag)
    }

    /// The tijdvak of a day, if there is a day and some bill is law on it.
    pub(crate) fn on(&self, dag: Option<Date>) -> Option<&Tijdvak> {
        self.tijdvak(dag?)
    }
}

/// What a lookup found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gevonden<'r> {
    pub plan: Option<&'r Arc<CompiledPlan>>,
    /// Bills that are on that day.
    pub aan: Aan,
    /// Bills that this plan depends on.
    pub geraakt: Aan,
}

impl Rulebook {
    /// The statutory flows.
    #[must_use]
    pub fn stromen(&self) -> &[Stroom] {
        &self.kanalen.stromen
    }

    /// A statutory flow by its id.
    pub(crate) fn stroom(&self, id: &str) -> Option<(u8, &Stroom)> {
        (0u8..).zip(&self.kanalen.stromen).find(|(_, s)| s.id == id)
    }

    /// A party by statute.
    #[must_use]
    pub fn wettelijke_partij(&self, partij: &Partij) -> Option<&WettelijkePartij> {
        self.kanalen.wettelijke_partijen.get(partij)
    }

    /// All parties by statute, in order of their ids.
    #[must_use]
    pub fn wettelijke_partijen(&self) -> Vec<(&Partij, &WettelijkePartij)> {
        let mut all: Vec<_> = self.kanalen.wettelijke_partijen.iter().collect();
        all.sort_by_key(|(p, _)| **p);
        all
    }

    /// The bills.
    #[must_use]
    pub fn wetsvoorstellen(&self) -> &[Wetsvoorstel] {
        &self.kanalen.wetsvoorstellen
    }

    /// The days on which a bill that is switched on becomes law.
    pub fn tijdvakken(&self) -> impl Iterator<Item = Date> + '_ {
        self.kanalen.later.iter().map(|t| t.vanaf)
    }

    /// The plans of the channels beside the consultations, as they are on a day.
    pub(crate) fn kanaal_plans(&self, dag: Date) -> &Plans<KanaalKey> {
        self.kanalen.tijdvak(dag).map_or(&self.kanalen.plans, |t| &t.kanalen)
    }

    /// Whether a channel beside the consultations has any rule.
    pub(crate) fn heeft_regels(&self, kanaal: Kanaal) -> bool {
        let later = self.kanalen.later.iter().flat_map(|t| t.kanalen.keys());
        kanaal == Kanaal::Wettelijk && !self.kanalen.stromen.is_empty()
            || self.kanalen.plans.keys().chain(later).any(|k| k.kanaal == kanaal)
    }

    /// The plan for what is asked, with another discloser: `van` is the sender, or who brought a contribution in.
    /// `tafels`: from one consultation to another, where the case is handed over (5.7).
    pub(crate) fn zoek(
        &self,
        vraag: &Aanvraag<'_>,
        tafels: Option<(&str, &str)>,
        van: Taak,
        dag: Date,
    ) -> Gevonden<'_> {
        let k = &self.kanalen;
        let tijdvak = k.tijdvak(dag);
        let aan = tijdvak.map_or(0, |t| t.aan);
        let (plan, geraakt) = if vraag.kanaal == Kanaal::Casusoverleg {
            let plans = tijdvak.map_or(&self.plans, |t| &t.plans);
            let key = match tafels {
                None => self.plan_key(vraag, van),
                Some(tafels) => self
                    .overdracht_key(tafels, (vraag.fase, vraag.doel))
                    .map(|key| PlanKey {
                        van,
                        naar: vraag.ontvanger.taak,
                        bericht: vraag.bericht,
                        ..key
                    }),
            };
            (
                key.and_then(|key| plans.get(&key)),
                key.and_then(|key| k.geraakt.get(&key)),
            )
        } else {
            let plans = tijdvak.map_or(&k.plans, |t| &t.kanalen);
            let key = self.kanaal_key(vraag, van);
            (
                key.and_then(|key| plans.get(&key)),
                key.and_then(|key| k.kanaal_geraakt.get(&key)),
            )
        };
        Gevonden {
            plan,
            aan,
            geraakt: geraakt.copied().unwrap_or(0),
        }
    }

    fn plan_key(&self, vraag: &Aanvraag<'_>, van: Taak) -> Option<PlanKey> {
        let (overleg, o) = self.find_overleg(vraag.casusoverleg)?;
        Some(PlanKey {
            overleg,
            fase: (0u8..).zip(&o.fasen).find(|(_, f)| *f == vraag.fase)?.0,
            doel: (0u8..).zip(&o.doelen).find(|(_, d)| *d == vraag.doel)?.0,
            van,
            naar: vraag.ontvanger.taak,
            bericht: vraag.bericht,
        })
    }

    fn kanaal_key(&self, vraag: &Aanvraag<'_>, van: Taak) -> Option<KanaalKey> {
        let (soort, naar) = match vraag.kanaal {
            Kanaal::Wettelijk => (self.stroom(vraag.doel)?.0, vraag.ontvanger.taak),
            Kanaal::Betrokkene => (self.find_overleg(vraag.casusoverleg)?.0, vraag.ontvanger.taak),
            // Who has not acceded is a derde, whatever its task (1.8).
            Kanaal::Derde => (
                (0u8..).zip(&self.doelen).find(|(_, d)| d.id == vraag.doel)?.0,
                Taak::Derde,
            ),
            // No message about a person goes there: gate 6 says so.
            Kanaal::Casusoverleg | Kanaal::Aggregaat | Kanaal::Beheer => return None,
        };
        Some(KanaalKey {
            kanaal: vraag.kanaal,
            soort,
            van,
            naar,
            bericht: vraag.bericht,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_holds_only_with_or_only_without_its_bill() {
        let with = Schakel {
            alleen_met: Some(1),
            vervalt_met: None,
        };
        let without = Schakel {
            alleen_met: None,
            vervalt_met: Some(1),
        };
        assert!(!with.geldt(0) && with.geldt(0b10) && !with.geldt(0b01));
        assert!(without.geldt(0) && !without.geldt(0b10) && without.geldt(0b01));
        assert!(Schakel::default().geldt(0) && Schakel::default().geldt(u32::MAX));
        assert_eq!((with.raakt(), Schakel::default().raakt()), (0b10, 0));
    }
}
