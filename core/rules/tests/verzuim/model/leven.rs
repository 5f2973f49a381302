//! Ages, and a paper calendar.

use std::collections::{BTreeMap, HashMap};

use jiff::ToSpan as _;
use jiff::civil::Date;
use sluis_rules::ids::Brin;
use sluis_rules::verzuim::{Dag, Kalender, Kalenders, Leerling, Sector, werkdag};

pub fn jaren(date: Date, n: i32) -> Date {
    date.checked_add(n.years()).unwrap()
}

pub fn vijf_werkdagen(from: Date) -> Date {
    let mut day = from;
    let mut seen = 0;
    while seen < 5 {
        day = day.tomorrow().unwrap();
        if werkdag(day.into()) {
            seen += 1;
        }
    }
    day
}

/// The days on which something changes in a pupil's life.
pub struct Leven {
    pub sector: Sector,
    pub leerplichtig: Date,
    /// The last day of the school year in which the pupil becomes sixteen.
    pub schooljaar_zestien: Date,
    pub achttien: Date,
    pub drieentwintig: Date,
    pub startkwalificatie: Option<Date>,
}

impl Leven {
    pub fn van(leerling: &Leerling) -> Self {
        let born = leerling.geboren.date();
        let mut last_year = jaren(born, 16).year();
        if born.month() >= 8 {
            last_year += 1;
        }
        Self {
            sector: leerling.sector,
            leerplichtig: jaren(born, 5).first_of_month().checked_add(1.month()).unwrap(),
            schooljaar_zestien: jiff::civil::date(last_year, 7, 31),
            achttien: jaren(born, 18),
            drieentwintig: jaren(born, 23),
            startkwalificatie: leerling.startkwalificatie.map(Dag::date),
        }
    }

    pub fn heeft_startkwalificatie(&self, day: Date) -> bool {
        self.startkwalificatie.is_some_and(|got| got <= day)
    }

    pub fn plicht(&self, day: Date) -> bool {
        let leerplichtig = day >= self.leerplichtig && day <= self.schooljaar_zestien;
        let kwalificatieplichtig = day > self.schooljaar_zestien && !self.heeft_startkwalificatie(day);
        (leerplichtig || kwalificatieplichtig) && day < self.achttien
    }

    pub fn under_23(&self, day: Date) -> bool {
        day < self.drieentwintig && !self.heeft_startkwalificatie(day)
    }

    pub fn rmc(&self, day: Date) -> bool {
        day >= self.achttien && self.under_23(day)
    }
}

/// A paper calendar: all school days in order, the Mondays of all school weeks, and of each day which week it is in, or
/// the last one that has begun.
pub struct Papier {
    pub dagen: Vec<Date>,
    pub weken: Vec<Date>,
    pub week_van: HashMap<Date, usize>,
}

impl Papier {
    pub fn nieuw(kalender: &Kalender) -> Self {
        let (first, end) = kalender.bereik();
        let all: Vec<Date> = (0..)
            .map(|n| first.plus(n))
            .take_while(|day| *day <= end)
            .map(Dag::date)
            .collect();
        let dagen: Vec<Date> = all
            .iter()
            .copied()
            .filter(|day| kalender.is_schooldag((*day).into()))
            .collect();
        let mut weken: Vec<Date> = dagen.iter().map(|d| monday(*d)).collect();
        weken.dedup();
        let week = |day: Date| weken.iter().rposition(|m| *m <= monday(day)).map_or(0, |at| at + 1);
        let week_van = all.iter().map(|day| (*day, week(*day))).collect();
        Self { dagen, weken, week_van }
    }

    /// The calendars of some schools.
    pub fn van(kalenders: &Kalenders, scholen: &[&str]) -> BTreeMap<Brin, Self> {
        let scholen = scholen.iter().map(|school| school.parse().unwrap());
        scholen
            .map(|school| (school, Self::nieuw(kalenders.school(school).unwrap())))
            .collect()
    }
}

pub fn monday(day: Date) -> Date {
    day.checked_sub(i32::from(day.weekday().to_monday_zero_offset()).days())
        .unwrap()
}
