//! The one clock: what day it is in Europe/Amsterdam.

use jiff::civil::Date;

/// Today in Europe/Amsterdam: facts hold on a day there.
pub(crate) fn today() -> Date {
    jiff::Timestamp::now().in_tz("Europe/Amsterdam").map_or_else(|_| jiff::Zoned::now().date(), |z| z.date())
}
