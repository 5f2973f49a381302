//! Moments as people in the Netherlands read them.

use jiff::Timestamp;
use jiff::civil::Date;
use sluis_rules::explain::Taal;

/// Where the days of this program are counted.
const HIER: &str = "Europe/Amsterdam";

fn at(ms: u64) -> Timestamp {
    let ms = i64::try_from(ms).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(ms).unwrap_or_default()
}

/// The day of a moment.
pub(crate) fn day(ms: u64) -> Date {
    at(ms).in_tz(HIER).map_or_else(|_| Date::default(), |z| z.date())
}

/// A moment with its minute.
pub(crate) fn moment(ms: u64, taal: Taal) -> String {
    let form = match taal {
        Taal::Nl => "%d-%m-%Y %H:%M",
        Taal::En => "%Y-%m-%d %H:%M",
    };
    at(ms)
        .in_tz(HIER)
        .map_or_else(|_| at(ms).to_string(), |z| z.strftime(form).to_string())
}

/// A day.
pub(crate) fn date(day: Date, taal: Taal) -> String {
    match taal {
        Taal::Nl => day.strftime("%d-%m-%Y").to_string(),
        Taal::En => day.to_string(),
    }
}

/// How long ago, in the largest unit that says something.
pub(crate) fn ago(ms: u64, now_ms: u64, taal: Taal) -> String {
    let minutes = now_ms.saturating_sub(ms) / 60_000;
    let nl = matches!(taal, Taal::Nl);
    let (n, one, many) = match (minutes, nl) {
        (0..120, true) => (minutes, "minuut", "minuten"),
        (0..120, false) => (minutes, "minute", "minutes"),
        (120..2880, true) => (minutes / 60, "uur", "uur"),
        (120..2880, false) => (minutes / 60, "hour", "hours"),
        (_, true) => (minutes / 1440, "dag", "dagen"),
        (_, false) => (minutes / 1440, "day", "days"),
    };
    format!("{n} {}", if n == 1 { one } else { many })
}
