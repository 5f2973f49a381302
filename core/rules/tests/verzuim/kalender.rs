//! Calendars: what is a school day, which weeks are neighbours, and what a file may not say.

use sluis_rules::rulebook::Source;
use sluis_rules::verzuim::{Kalenders, Regio};

use super::{bestanden, dag, kalenders};

fn parse(text: &str) -> Result<Kalenders, String> {
    let source = Source {
        name: "k.toml".to_owned(),
        text: text.to_owned(),
    };
    Kalenders::parse(&[source]).map_err(|e| e.to_string())
}

#[test]
fn regions_have_their_own_holidays() {
    let kalenders = kalenders();
    let teaches = |regio, day: &str| kalenders.regio(regio).unwrap().is_schooldag(dag(day));
    // The autumn of 2025: south a week before the others.
    assert!(!teaches(Regio::Zuid, "2025-10-13") && teaches(Regio::Noord, "2025-10-13"));
    assert!(teaches(Regio::Zuid, "2025-10-20") && !teaches(Regio::Midden, "2025-10-20"));
    // Weekends and national holidays, for everybody; the first day after a holiday.
    for regio in [Regio::Noord, Regio::Midden, Regio::Zuid] {
        for day in [
            "2025-09-06",
            "2025-09-07",
            "2026-04-06",
            "2026-05-14",
            "2026-05-25",
            "2027-04-27",
        ] {
            assert!(!teaches(regio, day), "{day}");
        }
        assert!(teaches(regio, "2026-01-05") && teaches(regio, "2025-12-19"));
    }
}

#[test]
fn a_school_has_days_of_its_own() {
    let kalenders = kalenders();
    let own = kalenders.school("99ZY00".parse().unwrap()).unwrap();
    let regional = kalenders.regio(Regio::Midden).unwrap();
    for day in ["2026-03-18", "2026-04-03", "2026-05-15", "2026-04-20", "2026-05-05"] {
        assert!(!own.is_schooldag(dag(day)) && regional.is_schooldag(dag(day)), "{day}");
    }
    assert!(own.is_schooldag(dag("2026-05-06")) && own.is_schooldag(dag("2026-03-19")));
    assert!(kalenders.school("99XX00".parse().unwrap()).is_none());
}

#[test]
fn schools_that_no_file_names_follow_what_was_said_of_others() {
    let mut kalenders = kalenders();
    kalenders.anders(Regio::Noord);
    let (known, new) = ("99ZY00".parse().unwrap(), "99XX00".parse().unwrap());
    assert!(!kalenders.school(known).unwrap().is_schooldag(dag("2026-03-18")));
    assert!(kalenders.school(new).unwrap().is_schooldag(dag("2026-03-18")));
    assert!(!kalenders.school(new).unwrap().is_schooldag(dag("2026-10-12")));
}

#[test]
fn the_order_of_the_files_does_not_matter() {
    let mut reversed = bestanden();
    reversed.reverse();
    let (one, other) = (kalenders(), Kalenders::parse(&reversed).unwrap());
    for regio in [Regio::Noord, Regio::Midden, Regio::Zuid] {
        let (one, other) = (one.regio(regio).unwrap(), other.regio(regio).unwrap());
        assert_eq!(one.bereik(), other.bereik());
        let (mut day, last) = one.bereik();
        while day <= last {
            assert_eq!(one.is_schooldag(day), other.is_schooldag(day));
            day = day.plus(1);
        }
    }
}

#[test]
fn a_calendar_that_cannot_be_right_is_refused_with_the_file_and_the_place() {
    let year = "[schooljaar]\nnaam = \"a\"\nvan = \"2026-08-01\"\ntot = \"2027-07-31\"\n";
    let wrong = [
        ("", "no file has a [schooljaar]"),
        (
            "[schooljaar]\nnaam = \"a\"\nvan = \"2027-08-01\"\ntot = \"2026-07-31\"\n",
            "ends before it begins",
        ),
        (
            "[schooljaar]\nnaam = \"a\"\nvan = \"2026-08-01\"\ntot = \"2037-07-31\"\n",
            "correct regio, van or tot",
        ),
        (
            "[schooljaar]\nnaam = \"a\"\nvan = \"1 aug\"\ntot = \"2027-07-31\"\n",
            "k.toml: a: not a day",
        ),
        (
            "[schooljaar]\nnaam = \"a\"\nvan = \"2026-08-01\"\ntot = \"2027-07-31\"\neind = 1\n",
            "unknown field",
        ),
        (
            &format!("{year}[[vakantie]]\nnaam = \"b\"\nvan = \"2026-10-10\"\ntot = \"2026-10-18\"\n"),
            "b has no region",
        ),
        (
            &format!(
                "{year}[[vakantie]]\nnaam = \"b\"\nregio = [\"oost\"]\nvan = \"2026-10-10\"\ntot = \"2026-10-18\"\n"
            ),
            "oost",
        ),
        (
            &format!("{year}[[school]]\nbrin = \"99zz00\"\nregio = \"zuid\"\n"),
            "not a valid BRIN",
        ),
        (
            &format!(
                "{year}[[school]]\nbrin = \"99ZZ00\"\nregio = \"zuid\"\n[[school]]\nbrin = \"99ZZ00\"\nregio = \"noord\"\n"
            ),
            "99ZZ00 has a calendar already",
        ),
    ];
    for (text, says) in wrong {
        let error = parse(text).err().unwrap_or_default();
        assert!(error.contains(says), "{text}\nsaid: {error}");
    }
    let mut gap = bestanden();
    gap.retain(|source| source.name != "2026-2027.toml");
    gap.push(Source {
        name: "2027-2028.toml".to_owned(),
        text: "[schooljaar]\nnaam = \"2027-2028\"\nvan = \"2027-08-01\"\ntot = \"2028-07-31\"\n".to_owned(),
    });
    let error = Kalenders::parse(&gap).err().unwrap().to_string();
    assert!(error.contains("2027-2028 does not begin the day after"), "{error}");
}
