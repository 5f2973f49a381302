//! School weeks and school days: which days a school teaches, counted once so that a rule can compare numbers.
//!
//! A *school day* is Monday to Friday, no holiday of the region or of the school, no day off of the school, no national
//! holiday. A *school week* is a week from Monday with at least one school day. Both are numbered on and on, over
//! holidays and over the end of a school year: weeks 41 and 42 are neighbours whatever lies between them.

mod lezen;

use std::collections::BTreeMap;

pub use lezen::KalenderFout;

use super::dag::Dag;
use super::feestdagen::vrij_voor_scholen;
use crate::ids::Brin;
use crate::rulebook::Source;

/// One of the three regions in which school holidays are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Regio {
    /// North.
    Noord,
    /// Middle.
    Midden,
    /// South.
    Zuid,
}

/// What is known of one day.
#[derive(Clone, Copy)]
struct DagVan {
    /// School days up to and including this one.
    tot: u16,
    /// The number of its school week; in a week without school days, of the last one before it.
    week: u16,
    schooldag: bool,
}

/// The calendar of one region or school.
pub struct Kalender {
    eerste: Dag,
    dagen: Vec<DagVan>,
    /// The day of each school day's number, from number 1.
    schooldagen: Vec<Dag>,
}

/// A school day by its number, with its week: what the rules count with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Schooldag {
    pub(crate) dag: Dag,
    /// The number of the school day.
    pub(crate) nr: u32,
    /// The number of the school week.
    pub(crate) week: u16,
}

impl Kalender {
    /// The calendar from `eerste` up to and including `laatste`, by what is off.
    pub(crate) fn nieuw(eerste: Dag, laatste: Dag, vrij: impl Fn(Dag) -> bool) -> Self {
        let teaches = |dag: Dag| dag <= laatste && dag.weekdag() < 5 && !vrij(dag) && !vrij_voor_scholen(dag);
        let (mut dagen, mut schooldagen) = (Vec::new(), Vec::new());
        let (mut tot, mut week) = (0_u16, 0_u16);
        for number in eerste.0..=laatste.0 {
            let dag = Dag(number);
            if (dag == eerste || dag.weekdag() == 0) && (0..7 - dag.weekdag()).any(|n| teaches(dag.plus(n))) {
                week = week.saturating_add(1);
            }
            let schooldag = teaches(dag);
            if schooldag {
                tot = tot.saturating_add(1);
                schooldagen.push(dag);
            }
            dagen.push(DagVan { tot, week, schooldag });
        }
        Self {
            eerste,
            dagen,
            schooldagen,
        }
    }

    #[inline]
    fn van(&self, dag: Dag) -> Option<DagVan> {
        let at = usize::try_from(dag.0.checked_sub(self.eerste.0)?).ok()?;
        self.dagen.get(at).copied()
    }

    /// The first and the last day the calendar knows.
    #[must_use]
    pub fn bereik(&self) -> (Dag, Dag) {
        let days = i32::try_from(self.dagen.len()).unwrap_or(i32::MAX);
        (self.eerste, self.eerste.plus(days - 1))
    }

    /// Whether the calendar knows the day.
    #[must_use]
    pub fn kent(&self, dag: Dag) -> bool {
        self.van(dag).is_some()
    }

    /// Whether the school teaches on the day.
    #[must_use]
    pub fn is_schooldag(&self, dag: Dag) -> bool {
        self.van(dag).is_some_and(|d| d.schooldag)
    }

    /// The number of school days up to and including the day; 0 before the calendar, all of them after it.
    #[must_use]
    pub(crate) fn schooldagen_tot(&self, dag: Dag) -> u32 {
        if dag < self.eerste {
            return 0;
        }
        self.van(dag)
            .map_or(u32::try_from(self.schooldagen.len()).unwrap_or(u32::MAX), |d| {
                d.tot.into()
            })
    }

    /// The first school day on or after a day that the calendar knows.
    #[inline]
    pub(crate) fn vanaf(&self, dag: Dag) -> Option<Schooldag> {
        let day = self.van(dag)?;
        if day.schooldag {
            return Some(Schooldag {
                dag,
                nr: day.tot.into(),
                week: day.week,
            });
        }
        self.nummer(u32::from(day.tot) + 1)
    }

    /// The school day with a number.
    pub(crate) fn nummer(&self, nr: u32) -> Option<Schooldag> {
        let at = usize::try_from(nr.checked_sub(1)?).ok()?;
        let dag = *self.schooldagen.get(at)?;
        Some(Schooldag {
            dag,
            nr,
            week: self.van(dag)?.week,
        })
    }

    /// The school week of a day, or the last one before it.
    #[must_use]
    pub(crate) fn week(&self, dag: Dag) -> Option<u16> {
        Some(self.van(dag)?.week)
    }

    /// The first school day that lies four whole school weeks after another: the same weekday or later, four school
    /// weeks on. `None` when it lies beyond the calendar.
    pub(crate) fn vier_weken_na(&self, van: Schooldag) -> Option<Schooldag> {
        let place = |day: Schooldag| i64::from(day.week) * 7 + i64::from(day.dag.weekdag());
        (van.nr..=van.nr + 28)
            .map_while(|nr| self.nummer(nr))
            .find(|day| place(*day) >= place(van) + 28)
    }
}

/// The calendars of all schools.
pub struct Kalenders {
    kalenders: Vec<Kalender>,
    regios: BTreeMap<Regio, usize>,
    scholen: BTreeMap<Brin, usize>,
    /// For schools that no file names.
    anders: Option<usize>,
}

impl Kalenders {
    /// Reads the calendars from TOML texts, in any order.
    ///
    /// # Errors
    /// When a text is not as `config/kalender/README.md` describes, a period ends before it begins, school years leave a
    /// gap or overlap, or a school stands there twice.
    pub fn parse(sources: &[Source]) -> Result<Self, KalenderFout> {
        lezen::lees(sources)
    }

    /// The calendar of a school, with its branch; `None` when no file names it and nothing was said of others.
    #[must_use]
    pub fn school(&self, school: Brin) -> Option<&Kalender> {
        self.kalenders.get(self.scholen.get(&school).copied().or(self.anders)?)
    }

    /// The calendar of a region.
    #[must_use]
    pub fn regio(&self, regio: Regio) -> Option<&Kalender> {
        self.kalenders.get(*self.regios.get(&regio)?)
    }

    /// Lets every school that no file names follow a region; the caller answers for that.
    pub fn anders(&mut self, regio: Regio) {
        self.anders = self.regios.get(&regio).copied();
    }
}
