//! The one clock: what time it is, and what day in Europe/Amsterdam.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sluis_stations::ports::Clock;

/// The clock of the system, moved by a fixed amount: zero, but for a demonstration that plays on a day of its own.
#[derive(Debug, Clone)]
pub(crate) struct SystemClock {
    zone: TimeZone,
    moved: SignedDuration,
}

impl SystemClock {
    /// The time as it is.
    pub(crate) fn new() -> Self {
        Self {
            zone: amsterdam(),
            moved: SignedDuration::ZERO,
        }
    }

    /// A clock that starts at another moment and runs on from there.
    pub(crate) fn starting_at(moment: Timestamp) -> Self {
        Self {
            zone: amsterdam(),
            moved: moment.duration_since(system()),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let now = system();
        // A clock near the end of time has other troubles than ours.
        now.checked_add(self.moved).unwrap_or(now)
    }

    fn today(&self) -> Date {
        self.now().to_zoned(self.zone.clone()).date()
    }
}

/// Facts hold on a day in the Netherlands. The zone is part of the program; without it the winter offset is the nearest.
fn amsterdam() -> TimeZone {
    TimeZone::get("Europe/Amsterdam").unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(1)))
}

#[allow(clippy::disallowed_methods, reason = "this is the one clock")]
fn system() -> Timestamp {
    Timestamp::now()
}

/// A moment in Europe/Amsterdam, to the minute, from milliseconds since the Unix epoch; a dash beyond the calendar.
pub(crate) fn minute_of(ms: u64) -> String {
    let at = i64::try_from(ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok());
    at.map_or_else(
        || "–".to_owned(),
        |at| at.to_zoned(amsterdam()).strftime("%Y-%m-%d %H:%M").to_string(),
    )
}

/// The day in Europe/Amsterdam of a moment, in milliseconds since the Unix epoch.
pub(crate) fn day_of(ms: u64) -> Date {
    static ZONE: LazyLock<TimeZone> = LazyLock::new(amsterdam);
    let moment = i64::try_from(ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok());
    moment.unwrap_or_default().to_zoned(ZONE.clone()).date()
}

/// Today in Europe/Amsterdam.
pub(crate) fn today() -> Date {
    SystemClock::new().today()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn the_day_begins_at_midnight_in_the_netherlands() {
        for (moment, day) in [
            ("2026-07-01T21:59:00Z", "2026-07-01"),
            ("2026-07-01T22:01:00Z", "2026-07-02"),
            ("2026-12-01T22:59:00Z", "2026-12-01"),
            ("2026-12-01T23:01:00Z", "2026-12-02"),
        ] {
            assert_eq!(
                SystemClock::starting_at(moment.parse().unwrap()).today().to_string(),
                day
            );
            let at: Timestamp = moment.parse().unwrap();
            assert_eq!(day_of(u64::try_from(at.as_millisecond()).unwrap()).to_string(), day);
        }
    }
}
