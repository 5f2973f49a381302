//! The closed vocabulary of a table: places, periods, kinds of absence. No label is a free text.

use std::fmt;

use jiff::civil::{Date, ISOWeekDate, Weekday};
use serde::{Serialize, Serializer};

use crate::ids::Brin;

/// BRIN of a school without its branch: `99ZZ`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchoolBrin([u8; 4]);

impl From<Brin> for SchoolBrin {
    fn from(brin: Brin) -> Self {
        Self(brin.school())
    }
}

impl fmt::Display for SchoolBrin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or(""))
    }
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Plaats {
    /// All schools together.
    Regio,
    /// A school, all its branches together.
    School(SchoolBrin),
    /// The schools with too few pupils to be named, together.
    KleineScholen,
    /// One branch of a school that has more.
    Vestiging(Brin),
    /// The branches of this school with too few pupils to be named, together.
    KleineVestigingen(SchoolBrin),
}

impl fmt::Display for Plaats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Regio => f.write_str("regio"),
            Self::School(brin) => write!(f, "school {brin}"),
            Self::KleineScholen => f.write_str("kleine scholen"),
            Self::Vestiging(brin) => write!(f, "vestiging {brin}"),
            Self::KleineVestigingen(brin) => write!(f, "kleine vestigingen van {brin}"),
        }
    }
}

/// A period: a column. A table has periods of one length, so that none overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Periode {
    /// The school year that begins in this year.
    Schooljaar(u16),
    /// Year and month, 1 to 12.
    Maand(u16, u8),
    /// ISO year and week, 1 to 53.
    Week(u16, u8),
}

impl Periode {
    /// First and last day; `None` when there is no such period. A school year is from 1 August to 31 July.
    #[must_use]
    pub fn dagen(self) -> Option<(Date, Date)> {
        let year = |jaar: u16| i16::try_from(jaar).ok();
        match self {
            Self::Schooljaar(begin) => {
                let first = Date::new(year(begin)?, 8, 1).ok()?;
                let last = Date::new(year(begin)?.checked_add(1)?, 7, 31).ok()?;
                Some((first, last))
            }
            Self::Maand(jaar, maand) => {
                let first = Date::new(year(jaar)?, i8::try_from(maand).ok()?, 1).ok()?;
                Some((first, first.last_of_month()))
            }
            Self::Week(jaar, week) => {
                let week = i8::try_from(week).ok()?;
                let day = |day| ISOWeekDate::new(year(jaar)?, week, day).ok().map(ISOWeekDate::date);
                Some((day(Weekday::Monday)?, day(Weekday::Sunday)?))
            }
        }
    }

    /// Whether they have a day in common.
    pub(super) fn raakt(self, other: Self) -> bool {
        match (self.dagen(), other.dagen()) {
            (Some((first, last)), Some((begin, end))) => first <= end && begin <= last,
            _ => true,
        }
    }
}

impl fmt::Display for Periode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schooljaar(begin) => write!(f, "{begin:04}-{:04}", begin.saturating_add(1)),
            Self::Maand(jaar, maand) => write!(f, "{jaar:04}-{maand:02}"),
            Self::Week(jaar, week) => write!(f, "{jaar:04}-W{week:02}"),
        }
    }
}

/// Which absence is counted (digest §8). Kinds that contain each other are tables of their own, without a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verzuimsoort {
    /// 1.16.
    Relatief,
    /// Holiday outside the school holidays.
    Luxe,
    /// From 18, without a basic qualification.
    LangdurigRelatief,
    /// The M@ZL counts without a suspicion: within a school a signal, outside it a number only.
    Mazl,
    /// Authorised: never shared about a person.
    Geoorloofd,
}

impl Verzuimsoort {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Relatief,
        Self::Luxe,
        Self::LangdurigRelatief,
        Self::Mazl,
        Self::Geoorloofd,
    ];

    /// Authorised, or without a suspicion that it is not. One absence is never in a kind of either side.
    const fn is_geoorloofd(self) -> bool {
        matches!(self, Self::Mazl | Self::Geoorloofd)
    }

    /// Whether one absence may be counted in both, so that one count bounds the other.
    pub(super) const fn raakt(self, other: Self) -> bool {
        self.is_geoorloofd() == other.is_geoorloofd()
    }
}

impl fmt::Display for Verzuimsoort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Relatief => "relatief",
            Self::Luxe => "luxe",
            Self::LangdurigRelatief => "langdurig-relatief",
            Self::Mazl => "mazl",
            Self::Geoorloofd => "geoorloofd",
        })
    }
}

macro_rules! as_text {
    ($($t:ty),*) => {$(
        impl Serialize for $t {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(self) }
        }
    )*};
}
as_text!(SchoolBrin, Plaats, Periode, Verzuimsoort);
