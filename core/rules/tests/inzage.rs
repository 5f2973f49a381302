//! Access: who may ask at which age, by what a person is found, and that nothing of it shows.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

#[path = "support/region.rs"]
mod region;

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use sluis_rules::event::Bericht;
use sluis_rules::inzage::{Kenmerk, Vraag, Weigering, kenmerken};
use sluis_rules::leeftijd::Rol;
use sluis_rules::rulebook::Rulebook;

fn vraag(value: &Value) -> Result<Vraag, Weigering> {
    Vraag::lees(&value.to_string())
}

fn forms(all: &[Kenmerk]) -> BTreeSet<(String, String)> {
    let text = |b: &[u8]| String::from_utf8(b.to_vec()).unwrap();
    all.iter()
        .map(|k| k.parts())
        .map(|(kind, form)| (text(kind), text(form)))
        .collect()
}

#[test]
fn who_may_ask_follows_the_age_to_the_day() {
    use Rol::{Jongere, OuderZonderGezag, Vertegenwoordiger};
    let may = |geboren: &str, rol, dag: Date| {
        let vraag = vraag(&json!({ "achternaam": "Proef", "geboortedatum": geboren })).unwrap();
        vraag.bevoegd(rol, dag).is_ok()
    };
    // Born on 29 February: a birthday on 1 March in other years.
    for (geboren, dag, jongere, ouder) in [
        ("2014-11-23", date(2026, 11, 22), false, true),
        ("2014-11-23", date(2026, 11, 23), true, true),
        ("2010-11-23", date(2026, 11, 22), true, true),
        ("2010-11-23", date(2026, 11, 23), true, false),
        ("2012-02-29", date(2028, 2, 28), true, true),
        ("2012-02-29", date(2028, 2, 29), true, false),
        ("2010-02-28", date(2026, 2, 28), true, false),
        ("2016-02-29", date(2028, 2, 28), false, true),
        ("2011-02-28", date(2027, 2, 27), true, true),
    ] {
        assert_eq!(may(geboren, Jongere, dag), jongere, "{geboren} {dag}");
        assert_eq!(may(geboren, Vertegenwoordiger, dag), ouder, "{geboren} {dag}");
        assert!(!may(geboren, OuderZonderGezag, dag));
    }
    // Not born yet: the date is wrong, and nobody may.
    assert!(!may("2027-01-01", Vertegenwoordiger, date(2026, 1, 1)));
}

#[test]
fn a_question_finds_what_a_message_was_kept_under() {
    let persoon =
        json!({ "bsn": "999900006", "voorvoegsel": "van der", "achternaam": " PROEF ", "geboortedatum": "2013-04-01" });
    let bericht = json!({ "bijdragen": [{ "inhoud": { "persoon": persoon } }, { "inhoud": {} }] });
    let (kept, unread) = kenmerken(&bericht);
    assert_eq!((forms(&kept).len(), unread), (3, 0));
    for ask in [
        json!({ "bsn": "999900006", "geboortedatum": "2013-04-01" }),
        json!({ "achternaam": "proef", "geboortedatum": "2013-04-01" }),
        json!({ "achternaam": "Van der  Proef", "geboortedatum": "2013-04-01" }),
    ] {
        let asked = forms(&vraag(&ask).unwrap().kenmerken().unwrap());
        assert!(asked.is_subset(&forms(&kept)), "{ask}");
    }
    let other = vraag(&json!({ "achternaam": "proef", "geboortedatum": "2013-04-02" })).unwrap();
    assert!(forms(&other.kenmerken().unwrap()).is_disjoint(&forms(&kept)));
    // What cannot be read is counted, not passed over.
    let wrong = json!({ "bijdragen": [{ "inhoud": { "persoon": { "bsn": "999900007", "achternaam": "e\u{301}", "geboortedatum": "2013-04-01" } } }] });
    assert_eq!(kenmerken(&wrong).1, 2);
}

#[test]
fn the_places_that_are_read_are_those_of_every_schema() {
    let rules = Rulebook::parse(&region::example()).unwrap();
    for bericht in Bericht::ALL {
        let tree = rules.tree(bericht);
        let of = |id: &str| -> BTreeSet<&str> {
            let gegeven = rules.gegevens().find(id);
            tree.leaves()
                .filter(|l| tree.gegeven_of(*l) == gegeven)
                .map(|l| tree.path(l))
                .collect()
        };
        let at = "/bijdragen/*/inhoud/persoon/";
        assert!(
            of("persoon.bsn").iter().all(|p| *p == format!("{at}bsn")),
            "{bericht:?}"
        );
        assert!(
            of("persoon.onderwijsnummer")
                .iter()
                .all(|p| *p == format!("{at}onderwijsnummer"))
        );
        assert!(
            of("persoon.naam").contains(format!("{at}achternaam").as_str()),
            "{bericht:?}"
        );
        assert!(
            of("persoon.geboortedatum").contains(format!("{at}geboortedatum").as_str()),
            "{bericht:?}"
        );
    }
}

#[test]
fn a_wrong_question_is_refused_and_nothing_of_it_shows() {
    for wrong in [
        json!({ "geboortedatum": "2013-04-01" }),
        json!({ "bsn": "999900007", "geboortedatum": "2013-04-01" }),
        json!({ "bsn": "999900006" }),
        json!({ "bsn": "999900006", "geboortedatum": "1 april 2013" }),
        json!({ "bsn": "999900006", "geboortedatum": "2013-04-01", "adres": "x" }),
        json!("999900006"),
    ] {
        let error = vraag(&wrong).unwrap_err();
        assert_eq!(error, Weigering::Onleesbaar, "{wrong}");
        assert!(!format!("{error} {error:?}").contains("9999"));
    }
    let fine = vraag(&json!({ "bsn": "999900006", "achternaam": "Proef", "geboortedatum": "2013-04-01" })).unwrap();
    let shown = format!("{fine:?} {:?}", fine.kenmerken().unwrap());
    assert!(
        !shown.contains("9999") && !shown.to_lowercase().contains("proef"),
        "{shown}"
    );
}
