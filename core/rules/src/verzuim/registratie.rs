//! What a school registers about absence, and what must be known about the pupil.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::dag::Dag;
use crate::ids::Brin;

/// The number of a registration, given by the school's system; unique for one pupil. It says nothing about anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RegistratieId(pub u64);

/// What is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Soort {
    /// Unauthorised absence on one day, in lesson or practice hours (1.16, first limb).
    Ongeoorloofd,
    /// Authorised absence other than illness, on one day or a period (1.16, second limb).
    Geoorloofd,
    /// Ill, from a day until a day; without an end: still ill (1.16, second limb).
    Ziek,
    /// A holiday outside the school holidays (S:423).
    Luxe,
    /// Not absence: leerplicht was consulted on this day (S:431).
    Overleg,
    /// Not absence: the jeugdarts has looked on this day (footnote 33).
    Jeugdarts,
    /// Not absence: an mbo student was removed on this day (S:439).
    Verwijderd,
    /// Not absence: takes the registration of `vervangt` back.
    Intrekking,
}

impl Soort {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Ongeoorloofd,
        Self::Geoorloofd,
        Self::Ziek,
        Self::Luxe,
        Self::Overleg,
        Self::Jeugdarts,
        Self::Verwijderd,
        Self::Intrekking,
    ];

    /// The word used in files and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ongeoorloofd => "ongeoorloofd",
            Self::Geoorloofd => "geoorloofd",
            Self::Ziek => "ziek",
            Self::Luxe => "luxe",
            Self::Overleg => "overleg",
            Self::Jeugdarts => "jeugdarts",
            Self::Verwijderd => "verwijderd",
            Self::Intrekking => "intrekking",
        }
    }

    /// The kind a word stands for.
    #[inline]
    #[must_use]
    pub fn lees(text: &[u8]) -> Option<Self> {
        Some(match text {
            b"ongeoorloofd" => Self::Ongeoorloofd,
            b"geoorloofd" => Self::Geoorloofd,
            b"ziek" => Self::Ziek,
            b"luxe" => Self::Luxe,
            b"overleg" => Self::Overleg,
            b"jeugdarts" => Self::Jeugdarts,
            b"verwijderd" => Self::Verwijderd,
            b"intrekking" => Self::Intrekking,
            _ => return None,
        })
    }

    /// Whether the pupil was not there.
    #[must_use]
    pub const fn is_verzuim(self) -> bool {
        matches!(self, Self::Ongeoorloofd | Self::Geoorloofd | Self::Ziek | Self::Luxe)
    }

    /// Whether it may last longer than a day.
    #[must_use]
    pub const fn is_periode(self) -> bool {
        matches!(self, Self::Geoorloofd | Self::Ziek | Self::Luxe)
    }
}

/// One registration. Its `Debug` shows the number alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Registratie {
    /// Its number.
    pub id: RegistratieId,
    /// The school, with the branch.
    pub school: Brin,
    /// The day, or the first day of a period.
    pub datum: Dag,
    /// The last day of a period. For illness without it: still ill. For other kinds without it: one day.
    pub tot: Option<Dag>,
    /// What is registered.
    pub soort: Soort,
    /// Lesson or practice hours, in quarters of an hour; 0 when not given.
    pub kwartieren: u16,
    /// Whether all lessons of the day were missed (a field of the *verzuimmelding*).
    pub hele_dag: bool,
    /// Whether the school recorded here that it suspects unauthorised absence (1.16, second limb).
    pub vermoeden: bool,
    /// The registration that this one takes the place of, or takes back.
    pub vervangt: Option<RegistratieId>,
}

impl fmt::Debug for Registratie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registratie({})", self.id.0)
    }
}

/// The kind of education.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sector {
    /// Primary education.
    Po,
    /// Special primary education.
    So,
    /// Secondary education.
    Vo,
    /// Special secondary education.
    Vso,
    /// Vocational education, with rules of its own (WEB).
    Mbo,
}

impl Sector {
    /// The sector a word stands for.
    #[must_use]
    pub fn lees(text: &[u8]) -> Option<Self> {
        Some(match text {
            b"po" => Self::Po,
            b"so" => Self::So,
            b"vo" => Self::Vo,
            b"vso" => Self::Vso,
            b"mbo" => Self::Mbo,
            _ => return None,
        })
    }
}

/// What the rules must know about a pupil. Shows nothing when printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Leerling {
    /// Day of birth.
    pub geboren: Dag,
    /// The kind of education.
    pub sector: Sector,
    /// The day on which a *startkwalificatie* was obtained, if it was.
    pub startkwalificatie: Option<Dag>,
}

impl fmt::Debug for Leerling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Leerling(…)")
    }
}

/// Days from the first up to and including the last; none when the last lies before the first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tijdvak {
    pub(crate) van: Dag,
    pub(crate) tot: Dag,
}

impl Tijdvak {
    pub(crate) fn bevat(self, dag: Dag) -> bool {
        self.van <= dag && dag <= self.tot
    }
}

impl Leerling {
    /// When the pupil is of compulsory age or *kwalificatieplichtig*: one stretch of days.
    ///
    /// From the first day of the month after the fifth birthday, until the end of the school year (31 July) in which the
    /// pupil becomes sixteen; then until the eighteenth birthday or the *startkwalificatie*, whichever comes first
    /// (Leerplichtwet 3, 4a and 4b). Twelve years at school and exemptions are not known from registrations.
    pub(crate) fn plicht(&self) -> Tijdvak {
        let (year, month, _) = self.geboren.delen();
        let van = Dag::van(year + 5 + month / 12, month % 12 + 1, 1).unwrap_or(self.geboren);
        let leerplicht = Dag::van(year + 16 + i32::from(month > 7), 7, 31).unwrap_or(self.geboren);
        let achttien = self.geboren.plus_jaren(18).plus(-1);
        let tot = match self.startkwalificatie {
            None => achttien,
            Some(dag) => achttien.min(leerplicht.max(dag.plus(-1))),
        };
        Tijdvak { van, tot }
    }

    /// When the pupil is 18 up to and including 22 without *startkwalificatie* (S:423, S:439).
    pub(crate) fn rmc(&self) -> Tijdvak {
        let tot = self.geboren.plus_jaren(23).plus(-1);
        Tijdvak {
            van: self.geboren.plus_jaren(18),
            tot: self.startkwalificatie.map_or(tot, |dag| tot.min(dag.plus(-1))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dag(text: &str) -> Dag {
        text.parse().unwrap()
    }

    fn leerling(geboren: &str, start: Option<&str>) -> Leerling {
        Leerling {
            geboren: dag(geboren),
            sector: Sector::Vo,
            startkwalificatie: start.map(dag),
        }
    }

    #[test]
    fn compulsory_age_begins_the_month_after_five_and_ends_at_eighteen() {
        let plicht = leerling("2010-12-10", None).plicht();
        assert_eq!((plicht.van, plicht.tot), (dag("2016-01-01"), dag("2028-12-09")));
        let plicht = leerling("2010-03-31", None).plicht();
        assert_eq!((plicht.van, plicht.tot), (dag("2015-04-01"), dag("2028-03-30")));
    }

    #[test]
    fn a_startkwalificatie_ends_it_but_not_before_the_school_year_of_sixteen_is_over() {
        assert_eq!(
            leerling("2010-03-31", Some("2026-07-01")).plicht().tot,
            dag("2026-07-31")
        );
        assert_eq!(
            leerling("2010-09-01", Some("2026-07-01")).plicht().tot,
            dag("2027-07-31")
        );
        assert_eq!(
            leerling("2010-03-31", Some("2027-07-01")).plicht().tot,
            dag("2027-06-30")
        );
        assert_eq!(
            leerling("2010-03-31", Some("2030-07-01")).plicht().tot,
            dag("2028-03-30")
        );
    }

    #[test]
    fn rmc_is_for_eighteen_until_twenty_three() {
        let rmc = leerling("2008-02-29", None).rmc();
        assert_eq!((rmc.van, rmc.tot), (dag("2026-02-28"), dag("2031-02-27")));
        assert!(rmc.bevat(rmc.van) && rmc.bevat(rmc.tot) && !rmc.bevat(rmc.tot.plus(1)));
        assert_eq!(leerling("2008-02-28", Some("2027-01-01")).rmc().tot, dag("2026-12-31"));
    }

    #[test]
    fn every_kind_is_read_by_its_word() {
        for soort in Soort::ALL {
            assert_eq!(Soort::lees(soort.as_str().as_bytes()), Some(soort));
        }
        assert_eq!(Soort::lees(b"Ziek"), None);
    }

    #[test]
    fn nothing_is_shown() {
        assert_eq!(format!("{:?}", leerling("2010-12-10", None)), "Leerling(…)");
        assert_eq!(format!("{:?}", dag("2010-12-10")), "Dag(…)");
    }
}
