//! Dutch public holidays, computed, and the term of five working days.
//!
//! Source: Algemene termijnenwet, articles 1 and 3: New Year's Day, Easter Monday, Ascension Day, Whit Monday, both
//! Christmas days, the day on which the King's birthday is kept, and 5 May; Good Friday is put on a par with them.
//! 5 May counts every year there, whatever a collective agreement says about a day off once in five years.

use super::dag::Dag;

/// Working days within which a school reports (DUO, *soorten verzuim*).
pub const TERMIJN_WERKDAGEN: u32 = 5;

/// Easter Sunday of the Gregorian calendar, as a day of that year.
fn pasen(year: i32) -> Option<Dag> {
    let golden = year % 19;
    let century = year / 100;
    // The age of the moon on 1 January, corrected for dropped leap days and for the drift of the moon.
    let epact = (19 * golden + century - century / 4 - (8 * century + 13) / 25 + 15) % 30;
    let moon = epact - (epact / 28) * (1 - (29 / (epact + 1)) * ((21 - golden) / 11));
    let weekday = (year + year / 4 + moon + 2 - century + century / 4) % 7;
    let from_march = moon - weekday;
    let month = 3 + (from_march + 40) / 44;
    Dag::van(year, month, from_march + 28 - 31 * (month / 4))
}

/// How many days after Easter a day is, in the months in which that matters: from Good Friday on 20 March at the earliest
/// to Whit Monday on 14 June at the latest.
fn na_pasen(dag: Dag) -> Option<i32> {
    let (year, month, _) = dag.delen();
    (3..=6)
        .contains(&month)
        .then(|| pasen(year))
        .flatten()
        .map(|easter| dag.0 - easter.0)
}

/// The day on which the King's birthday is kept: 27 April, and the day before when that is a Sunday. Until 2013 it was
/// 30 April, which no calendar here reaches.
fn koningsdag(year: i32) -> Option<Dag> {
    let day = Dag::van(year, 4, 27)?;
    Some(if day.weekdag() == 6 { day.plus(-1) } else { day })
}

/// Days on which no Dutch school teaches, whatever its holidays are.
#[must_use]
pub fn vrij_voor_scholen(dag: Dag) -> bool {
    let (year, month, day) = dag.delen();
    matches!((month, day), (1, 1) | (12, 25 | 26))
        || (month == 4 && Some(dag) == koningsdag(year))
        || na_pasen(dag).is_some_and(|days| matches!(days, 1 | 39 | 50))
}

/// Whether the day is a working day for a term: no weekend, no public holiday. Good Friday and 5 May are holidays here;
/// for schools they are not, unless the school's calendar says so.
#[must_use]
pub fn werkdag(dag: Dag) -> bool {
    let (_, month, day) = dag.delen();
    dag.weekdag() < 5 && !vrij_voor_scholen(dag) && na_pasen(dag) != Some(-2) && (month, day) != (5, 5)
}

/// The last day of the term that begins the day after `bereikt`. It ends at midnight in Europe/Amsterdam.
#[must_use]
pub fn einde_termijn(bereikt: Dag) -> Dag {
    let (mut dag, mut left) = (bereikt, TERMIJN_WERKDAGEN);
    while left > 0 && dag.0 < i32::MAX - 1 {
        dag = dag.plus(1);
        left -= u32::from(werkdag(dag));
    }
    dag
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dag(text: &str) -> Dag {
        text.parse().unwrap()
    }

    #[test]
    fn easter_falls_where_the_almanac_says() {
        for text in [
            "1981-04-19",
            "2000-04-23",
            "2008-03-23",
            "2019-04-21",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2028-04-16",
            "2030-04-21",
            "2038-04-25",
            "2049-04-18",
            "2076-04-19",
        ] {
            let day = dag(text);
            assert_eq!(pasen(i32::from(day.date().year())), Some(day), "{text}");
        }
    }

    #[test]
    fn easter_is_a_sunday_between_22_march_and_25_april() {
        for year in 1900..2200 {
            let easter = pasen(year).unwrap();
            assert_eq!(easter.weekdag(), 6, "{year}");
            assert!(
                easter >= Dag::van(year, 3, 22).unwrap() && easter <= Dag::van(year, 4, 25).unwrap(),
                "{year}"
            );
        }
    }

    #[test]
    fn the_kings_birthday_moves_from_a_sunday_to_the_saturday() {
        assert!(vrij_voor_scholen(dag("2026-04-27")));
        assert!(vrij_voor_scholen(dag("2025-04-26")) && !vrij_voor_scholen(dag("2025-04-27")));
        assert!(vrij_voor_scholen(dag("2031-04-26")));
    }

    #[test]
    fn the_fifth_of_may_and_good_friday_are_holidays_for_a_term_and_not_by_themselves_for_a_school() {
        for text in ["2026-05-05", "2027-05-05", "2026-04-03"] {
            assert!(!werkdag(dag(text)) && !vrij_voor_scholen(dag(text)), "{text}");
        }
        for text in ["2026-04-06", "2026-05-14", "2026-05-25", "2026-12-25", "2027-01-01"] {
            assert!(!werkdag(dag(text)) && vrij_voor_scholen(dag(text)), "{text}");
        }
        assert!(werkdag(dag("2026-04-02")) && werkdag(dag("2026-05-06")));
    }

    #[test]
    fn a_term_counts_working_days_only() {
        // Monday: the next Monday. Friday: the next Friday.
        assert_eq!(einde_termijn(dag("2026-09-14")), dag("2026-09-21"));
        assert_eq!(einde_termijn(dag("2026-09-18")), dag("2026-09-25"));
        // Over Good Friday and Easter Monday.
        assert_eq!(einde_termijn(dag("2026-03-31")), dag("2026-04-09"));
        // Over the King’s birthday; over 5 May and Ascension Day, which is 6 May that year.
        assert_eq!(einde_termijn(dag("2027-04-26")), dag("2027-05-04"));
        assert_eq!(einde_termijn(dag("2027-04-28")), dag("2027-05-07"));
        // Over the end of the year.
        assert_eq!(einde_termijn(dag("2026-12-24")), dag("2027-01-01").plus(3));
    }
}
