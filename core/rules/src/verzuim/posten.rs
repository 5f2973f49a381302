//! From registrations to entries that count: corrections applied, days looked up, what cannot be refused with a reason.

use serde::Serialize;

use super::dag::Dag;
use super::kalender::Kalender;
use super::registratie::{Registratie, RegistratieId, Soort};
use crate::ids::Brin;

/// Hours in a day, in quarters: more than that is a slip.
const LANGSTE_DAG: u16 = 24 * 4;
/// A period that is longer than this was given a wrong year.
const LANGSTE_PERIODE: i32 = 400;

/// Why a registration does not count. Never holds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Afwijzing {
    /// No calendar names the school.
    OnbekendeSchool,
    /// The calendar does not reach the day.
    BuitenKalender,
    /// The school does not teach on the day, or on any day of the period.
    GeenSchooldag,
    /// The day lies after the day of reckoning.
    NaPeildatum,
    /// The period ends before it begins, or lasts longer than a school year.
    Periode,
    /// Unauthorised absence without hours, or with more hours than a day has.
    Uren,
    /// The number was used before for this pupil.
    Dubbel,
    /// It replaces or takes back what is not there, or not any more.
    VervangtNiets,
}

impl Afwijzing {
    /// All reasons.
    pub const ALL: [Self; 8] = [
        Self::OnbekendeSchool,
        Self::BuitenKalender,
        Self::GeenSchooldag,
        Self::NaPeildatum,
        Self::Periode,
        Self::Uren,
        Self::Dubbel,
        Self::VervangtNiets,
    ];

    /// The reason as a word.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::OnbekendeSchool => "onbekende-school",
            Self::BuitenKalender => "buiten-kalender",
            Self::GeenSchooldag => "geen-schooldag",
            Self::NaPeildatum => "na-peildatum",
            Self::Periode => "periode",
            Self::Uren => "uren",
            Self::Dubbel => "dubbel",
            Self::VervangtNiets => "vervangt-niets",
        }
    }
}

/// A registration that was refused, by its place among those of the pupil.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Afgewezen {
    /// Its place.
    pub plaats: usize,
    /// Why.
    pub reden: Afwijzing,
}

/// A registration as the rules count it.
#[derive(Clone, Copy)]
pub(crate) struct Post {
    pub(crate) id: RegistratieId,
    pub(crate) school: Brin,
    /// The first school day of it; of a record that is not absence, its day.
    pub(crate) dag: Dag,
    /// The numbers of its first and last school day.
    pub(crate) nr: u32,
    pub(crate) nr_tot: u32,
    /// The school week of its first school day.
    pub(crate) week: u16,
    pub(crate) kwartieren: u16,
    pub(crate) soort: Soort,
    pub(crate) hele_dag: bool,
    pub(crate) vermoeden: bool,
}

impl Post {
    /// The entry of a registration, by the calendar of its school.
    #[inline]
    pub(crate) fn van(reg: &Registratie, kalender: &Kalender, peildatum: Dag) -> Result<Self, Afwijzing> {
        if reg.datum > peildatum {
            return Err(Afwijzing::NaPeildatum);
        }
        let mut laatste = reg.datum;
        if let Some(tot) = reg.tot {
            if tot < reg.datum || tot.0 - reg.datum.0 > LANGSTE_PERIODE || !reg.soort.is_periode() && tot != reg.datum {
                return Err(Afwijzing::Periode);
            }
            laatste = tot.min(peildatum);
        } else if reg.soort == Soort::Ziek {
            laatste = peildatum;
        }
        if reg.kwartieren > LANGSTE_DAG || (reg.soort == Soort::Ongeoorloofd && reg.kwartieren == 0) {
            return Err(Afwijzing::Uren);
        }
        let mut post = Self {
            id: reg.id,
            school: reg.school,
            dag: reg.datum,
            nr: 0,
            nr_tot: 0,
            week: 0,
            kwartieren: reg.kwartieren,
            soort: reg.soort,
            hele_dag: reg.hele_dag,
            vermoeden: reg.vermoeden,
        };
        if !kalender.kent(reg.datum) || !kalender.kent(laatste) {
            return Err(Afwijzing::BuitenKalender);
        }
        if !reg.soort.is_verzuim() {
            post.week = kalender.week(reg.datum).unwrap_or(0);
            return Ok(post);
        }
        match kalender.vanaf(reg.datum) {
            Some(first) if first.dag <= laatste => {
                (post.dag, post.nr, post.week) = (first.dag, first.nr, first.week);
                post.nr_tot = if laatste == first.dag {
                    first.nr
                } else {
                    kalender.schooldagen_tot(laatste)
                };
                Ok(post)
            }
            _ => Err(Afwijzing::GeenSchooldag),
        }
    }
}

/// Which registrations still stand after corrections and withdrawals, in the order in which they came.
#[derive(Default)]
pub(crate) struct Geldig {
    op_nummer: Vec<(RegistratieId, usize)>,
    pub(crate) geldt: Vec<bool>,
}

impl Geldig {
    /// Applies the corrections of one pupil; `afwijs` is told what cannot be applied.
    pub(crate) fn bereken(&mut self, regs: &[Registratie], mut afwijs: impl FnMut(usize, Afwijzing)) {
        self.geldt.clear();
        self.geldt.resize(regs.len(), true);
        let rising = regs.windows(2).all(|w| matches!(w, [a, b] if a.id < b.id));
        if rising
            && regs
                .iter()
                .all(|r| r.vervangt.is_none() && r.soort != Soort::Intrekking)
        {
            return;
        }
        self.op_nummer.clear();
        self.op_nummer.extend(regs.iter().enumerate().map(|(at, r)| (r.id, at)));
        self.op_nummer.sort_unstable();
        // Of equal numbers the first in the file stands.
        for pair in self.op_nummer.windows(2) {
            if let [(a, _), (b, at)] = pair
                && a == b
            {
                afwijs(*at, Afwijzing::Dubbel);
                if let Some(stands) = self.geldt.get_mut(*at) {
                    *stands = false;
                }
            }
        }
        for (at, reg) in regs.iter().enumerate() {
            if self.geldt.get(at) != Some(&true) || (reg.vervangt.is_none() && reg.soort != Soort::Intrekking) {
                continue;
            }
            let earlier = reg.vervangt.and_then(|id| {
                let found = self.op_nummer.partition_point(|(other, _)| *other < id);
                let (other, place) = *self.op_nummer.get(found)?;
                (other == id && place < at).then_some(place)
            });
            match earlier.and_then(|place| self.geldt.get_mut(place)) {
                Some(stands) if *stands => *stands = false,
                _ => {
                    afwijs(at, Afwijzing::VervangtNiets);
                    if let Some(stands) = self.geldt.get_mut(at) {
                        *stands = false;
                    }
                }
            }
            if reg.soort == Soort::Intrekking
                && let Some(stands) = self.geldt.get_mut(at)
            {
                *stands = false;
            }
        }
    }
}
