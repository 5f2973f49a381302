//! A civil day as a number, so that millions of registrations can be compared and counted without a calendar library.
//!
//! Days are those of Europe/Amsterdam: who reads a clock turns it into a civil day there before it comes in here.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A civil day in Europe/Amsterdam; the days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dag(pub(crate) i32);

/// A text that is not a day. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day; write it as year-month-day, for example 2026-09-14")]
pub struct GeenDag;

impl Dag {
    /// The day written as `YYYY-MM-DD`, with the year from 1900 to 2199.
    ///
    /// # Errors
    /// When it is written otherwise, or when no such day exists.
    #[inline]
    pub fn lees(text: &[u8]) -> Result<Self, GeenDag> {
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else {
            return Err(GeenDag);
        };
        let digits = [y1, y2, y3, y4, m1, m2, d1, d2];
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(GeenDag);
        }
        let n = |b: u8| i32::from(b.wrapping_sub(b'0'));
        let year = n(y1) * 1000 + n(y2) * 100 + n(y3) * 10 + n(y4);
        Self::van(year, n(m1) * 10 + n(m2), n(d1) * 10 + n(d2)).ok_or(GeenDag)
    }

    /// The day of a year, month and day of the month.
    #[inline]
    pub(crate) fn van(year: i32, month: i32, day: i32) -> Option<Self> {
        let longest = match month {
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1900..2200).contains(&year) || !(1..=longest).contains(&day) {
            return None;
        }
        // A year that begins in March has its odd day at the end, and months of 153 days to five.
        let (y, m) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1;
        Some(Self(days - 719_468))
    }

    /// Year, month and day of the month.
    #[inline]
    pub(crate) const fn delen(self) -> (i32, i32, i32) {
        // Counted from 1 March of the year 0, in eras of 400 years, which all have as many days.
        let day = self.0.saturating_add(719_468);
        let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        (year + era * 400 + (month <= 2) as i32, month, day)
    }

    /// The day as the calendar library knows it.
    #[must_use]
    pub fn date(self) -> Date {
        let (year, month, day) = self.delen();
        let part = |n: i32| i8::try_from(n).unwrap_or(1);
        Date::new(i16::try_from(year).unwrap_or(i16::MAX), part(month), part(day)).unwrap_or(Date::MAX)
    }

    /// The days since 1970-01-01.
    #[must_use]
    pub const fn nummer(self) -> i32 {
        self.0
    }

    /// The weekday: 0 is Monday, 6 is Sunday.
    #[must_use]
    pub const fn weekdag(self) -> i32 {
        (self.0 + 3).rem_euclid(7)
    }

    /// The day `n` days later, or earlier when negative.
    #[must_use]
    pub const fn plus(self, n: i32) -> Self {
        Self(self.0.saturating_add(n))
    }

    /// The same day of the month so many years later; 29 February becomes the 28th where there is none.
    #[must_use]
    pub fn plus_jaren(self, n: i32) -> Self {
        let (year, month, day) = self.delen();
        Self::van(year + n, month, day)
            .or_else(|| Self::van(year + n, month, day - 1))
            .unwrap_or(Self(i32::MAX))
    }
}

impl From<Date> for Dag {
    fn from(date: Date) -> Self {
        let (year, month, day) = (date.year(), date.month(), date.day());
        // Years that no pupil lives in are moved to an edge: they then lie outside every calendar.
        Self::van(year.into(), month.into(), day.into()).unwrap_or(Self(if year < 1900 { i32::MIN } else { i32::MAX }))
    }
}

impl FromStr for Dag {
    type Err = GeenDag;
    fn from_str(s: &str) -> Result<Self, GeenDag> {
        Self::lees(s.as_bytes())
    }
}

impl fmt::Display for Dag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.delen();
        let digit = |n: i32| b'0'.wrapping_add(u8::try_from(n.rem_euclid(10)).unwrap_or(0));
        let text = [
            digit(year / 1000),
            digit(year / 100),
            digit(year / 10),
            digit(year),
            b'-',
            digit(month / 10),
            digit(month),
            b'-',
            digit(day / 10),
            digit(day),
        ];
        f.write_str(std::str::from_utf8(&text).unwrap_or(""))
    }
}

/// A day of a child's absence is a value: it is not shown.
impl fmt::Debug for Dag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dag(…)")
    }
}

impl Serialize for Dag {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Dag {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text: &str = Deserialize::deserialize(d)?;
        Self::lees(text.as_bytes()).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_is_the_day_of_the_calendar_library() {
        let (mut date, mut number) = (jiff::civil::date(1900, 1, 1), Dag::van(1900, 1, 1).unwrap());
        while date.year() < 2200 {
            assert_eq!(Dag::from(date), number);
            assert_eq!(Dag::lees(date.to_string().as_bytes()), Ok(number));
            assert_eq!(number.date(), date);
            assert_eq!(number.to_string(), date.to_string());
            assert_eq!(number.weekdag(), i32::from(date.weekday().to_monday_zero_offset()));
            (date, number) = (date.tomorrow().unwrap(), number.plus(1));
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-04-31",
            "26-01-01",
            "2026/01/01",
            "2026-1-1",
            "",
            "2026-09-1a",
            "1899-12-31",
            "2200-01-01",
            "２026-01-01",
        ] {
            assert_eq!(Dag::lees(text.as_bytes()), Err(GeenDag), "{text}");
        }
        assert!(Dag::lees(b"2028-02-29").is_ok());
    }

    #[test]
    fn a_year_after_a_leap_day_ends_in_february() {
        let leap: Dag = "2028-02-29".parse().unwrap();
        assert_eq!(leap.plus_jaren(1).to_string(), "2029-02-28");
        assert_eq!(leap.plus_jaren(4).to_string(), "2032-02-29");
    }
}
