//! The places where rules work: a consultation, a handover, a statutory flow, the betrokkene of a consultation, a derde.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use jiff::civil::Date;

use super::{BETROKKENE, DERDE, OVERDRACHT, WETTELIJK};
use crate::event::{Bericht, Kanaal};
use crate::gegeven::GegevenSet;
use crate::ids::Taak;
use crate::rulebook::channels::KanaalKey;
use crate::rulebook::{Casusoverleg, CompiledPlan, Grondslag, PlanKey, Rulebook, Stroom};

/// Where rules work.
pub(super) struct Tafel<'r> {
    pub kanaal: Kanaal,
    /// The place of its plans; to a derde a purpose has that place.
    place: u8,
    /// Its name in the matrix.
    pub id: String,
    pub doelen: Cow<'r, [String]>,
    pub fasen: &'r [String],
    pub senders: BTreeSet<Taak>,
    /// Who may receive, and which kinds of message.
    pub receivers: BTreeMap<Taak, BTreeSet<Bericht>>,
    /// No request is handled without consent.
    pub condition: bool,
    /// The flow, by statute.
    pub stroom: Option<&'r Stroom>,
}

/// What a task that does not sit at the table receives: the outcome only (gate 3).
const OUTCOME: [Bericht; 2] = [Bericht::Verslag, Bericht::Status];

/// A channel beside the consultations knows no phases: one that is always there.
static ALWAYS: LazyLock<[String; 1]> = LazyLock::new(|| ["altijd".to_owned()]);

impl<'r> Tafel<'r> {
    fn of_overleg(place: u8, o: &'r Casusoverleg) -> Self {
        let outcome = o.uitkomst_naar.iter().map(|t| (*t, OUTCOME.into()));
        let table = o.deelnemers.iter().map(|d| (d.taak, Bericht::ALL.into()));
        Self {
            kanaal: Kanaal::Casusoverleg,
            place,
            id: o.id.clone(),
            doelen: Cow::Borrowed(&o.doelen),
            fasen: &o.fasen,
            senders: senders(o),
            receivers: outcome.chain(table).collect(),
            condition: o.toestemming_voorwaarde,
            stroom: None,
        }
    }

    /// From who takes part in the first table, or asked it, to who sits at the second; its experts wait for a lead of
    /// which nothing is known (gate 3). Phases are those of the first, purposes those of the second (5.7).
    fn of_overdracht(place: u8, id: &str, first: &'r Casusoverleg, second: &'r Casusoverleg) -> Self {
        let table = second.deelnemers.iter().filter(|d| !d.na_regierol);
        Self {
            kanaal: Kanaal::Casusoverleg,
            place,
            id: format!("{OVERDRACHT}{id}"),
            doelen: Cow::Borrowed(&second.doelen),
            fasen: &first.fasen,
            senders: senders(first),
            receivers: table.map(|d| (d.taak, Bericht::ALL.into())).collect(),
            condition: first.toestemming_voorwaarde || second.toestemming_voorwaarde,
            stroom: None,
        }
    }

    /// Outside the consultations there is no table: who gives and receives is who some rule names.
    fn of_kanaal(rules: &Rulebook, dag: Option<Date>, kanaal: Kanaal, place: Option<u8>, id: String) -> Self {
        let mut senders = BTreeSet::new();
        let mut receivers: BTreeMap<Taak, BTreeSet<Bericht>> = BTreeMap::new();
        let here = |k: &&KanaalKey| k.kanaal == kanaal && place.is_none_or(|place| k.soort == place);
        for key in rules
            .kanalen
            .on(dag)
            .map_or(&rules.kanalen.plans, |t| &t.kanalen)
            .keys()
            .filter(here)
        {
            senders.insert(key.van);
            receivers.entry(key.naar).or_default().insert(key.bericht);
        }
        Self {
            kanaal,
            place: place.unwrap_or_default(),
            id,
            doelen: Cow::Borrowed(&[]),
            fasen: &*ALWAYS,
            senders,
            receivers,
            condition: false,
            stroom: None,
        }
    }

    /// The plan of one cell, on that day.
    pub(super) fn plan(
        &self,
        rules: &'r Rulebook,
        dag: Option<Date>,
        (fase, doel): (u8, u8),
        (van, naar): (Taak, Taak),
        bericht: Bericht,
    ) -> Option<&'r Arc<CompiledPlan>> {
        let later = rules.kanalen.on(dag);
        if self.kanaal == Kanaal::Casusoverleg {
            let key = PlanKey {
                overleg: self.place,
                fase,
                doel,
                van,
                naar,
                bericht,
            };
            return later.map_or(&rules.plans, |t| &t.plans).get(&key);
        }
        let key = KanaalKey {
            kanaal: self.kanaal,
            soort: if self.kanaal == Kanaal::Derde { doel } else { self.place },
            van,
            naar,
            bericht,
        };
        later.map_or(&rules.kanalen.plans, |t| &t.kanalen).get(&key)
    }

    /// The bases by which one task may give something to another here, on that day.
    pub(super) fn bases(&self, rules: &'r Rulebook, dag: Option<Date>, van: Taak, naar: Taak) -> Vec<&'r Grondslag> {
        let aan = rules.kanalen.on(dag).map_or(0, |t| t.aan);
        let all = rules.basis_of.get(&(self.kanaal, van, naar)).into_iter().flatten();
        all.filter_map(|index| rules.grondslag(*index))
            .filter(|g| g.schakel.geldt(aan))
            .filter(|g| {
                g.stroom
                    .as_ref()
                    .is_none_or(|id| self.stroom.is_some_and(|s| s.id == *id))
            })
            .collect()
    }

    /// Whether what this task brings in asks consent because it is secret by itself (gate 10). A statute that speaks to
    /// who must keep the secret asks none; of the betrokkene nobody keeps it.
    pub(super) fn secret(&self, van: Taak) -> bool {
        let keeps = matches!(van, Taak::Jgz | Taak::Jeugdhulpaanbieder);
        keeps && matches!(self.kanaal, Kanaal::Casusoverleg | Kanaal::Derde)
    }

    /// What this task brings in stays behind altogether: it is secret, and the statute does not speak to it.
    pub(super) fn silent(&self, van: Taak) -> bool {
        let keeps = matches!(van, Taak::Jgz | Taak::Jeugdhulpaanbieder);
        keeps && self.stroom.is_some_and(|s| !s.ook_onder_geheim)
    }

    /// A basis is asked here (gate 7): not of what is told to the betrokkene.
    pub(super) fn asks_basis(&self) -> bool {
        self.kanaal != Kanaal::Betrokkene
    }

    /// Of each group at least one element must be left, or the message does not go (gate 12).
    pub(super) fn required(&self, rules: &Rulebook, bericht: Bericht) -> Vec<GegevenSet> {
        let of_kind = rules.tree(bericht).required();
        let telling = rules.gegevens().identificerend();
        match (self.stroom, self.kanaal) {
            (Some(stroom), _) => stroom.vereist.clone(),
            (None, Kanaal::Derde) => of_kind
                .iter()
                .copied()
                .filter(|g| !g.without(telling).is_empty())
                .collect(),
            _ => of_kind.to_vec(),
        }
    }
}

/// Every place where rules work: the consultations and the handovers, as their plans are numbered; then the channels.
/// `dag`: with the bills that are law on that day, else with none.
pub(super) fn tafels(rules: &Rulebook, dag: Option<Date>) -> Vec<Tafel<'_>> {
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
    for (place, s) in (0u8..).zip(rules.stromen()) {
        let id = format!("{WETTELIJK}{}", s.id);
        out.push(Tafel {
            stroom: Some(s),
            // A flow stands in an event where a purpose would.
            doelen: Cow::Borrowed(std::slice::from_ref(&s.id)),
            ..Tafel::of_kanaal(rules, dag, Kanaal::Wettelijk, Some(place), id)
        });
    }
    for (place, o) in (0u8..).zip(rules.overleggen()) {
        let id = format!("{BETROKKENE}{}", o.id);
        out.push(Tafel {
            doelen: Cow::Borrowed(&o.doelen),
            ..Tafel::of_kanaal(rules, dag, Kanaal::Betrokkene, Some(place), id)
        });
    }
    let doelen = rules.doelen().iter().map(|d| d.id.clone()).collect();
    out.push(Tafel {
        doelen: Cow::Owned(doelen),
        ..Tafel::of_kanaal(rules, dag, Kanaal::Derde, None, DERDE.to_owned())
    });
    out
}

fn senders(o: &Casusoverleg) -> BTreeSet<Taak> {
    let table = o.deelnemers.iter().map(|d| d.taak);
    table.chain(o.aanvragers.iter().copied()).collect()
}
