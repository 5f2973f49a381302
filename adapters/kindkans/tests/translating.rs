//! From the wire to an event and a canonical message, and back; and what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sluis_kindkans::{CaseIds, Destination, Refusal};
use sluis_rules::event::Bericht;
use sluis_rules::gegeven::{Actie, GegevenSet};
use sluis_rules::mapping::Mapping;
use sluis_rules::minimise::{Plan, minimise};
use sluis_rules::scan::{Caps, Scratch};
use support::{SCHOOL, destination, fixture, fixtures, root, rules, translator};

/// Every leaf with its place.
fn leaves(value: &Value, at: &str, into: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, below)| leaves(below, &format!("{at}/{key}"), into)),
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(n, below)| leaves(below, &format!("{at}/{n}"), into));
        }
        Value::Null => {}
        scalar => {
            into.insert(at.to_owned(), scalar.clone());
        }
    }
}

fn translate(value: &Value) -> Result<sluis_kindkans::Translated, Refusal> {
    translator(destination()).translate(value.to_string().as_bytes(), None)
}

#[test]
fn every_fixture_becomes_a_canonical_message_and_reads_back() {
    let tree = rules().tree(Bericht::Hulpvraag);
    let text = std::fs::read_to_string(root().join("adapters/kindkans/mapping.toml")).unwrap();
    let mapping = Mapping::parse(&text, tree).unwrap();
    let rows: BTreeSet<String> = text
        .lines()
        .filter(|line| line.contains("canoniek"))
        .filter_map(|line| Some(line.split_once("wire = \"")?.1.split('"').next()?.to_owned()))
        .collect();
    let general = |place: &str| -> String {
        place
            .split('/')
            .map(|part| if part.parse::<usize>().is_ok() { "*" } else { part })
            .collect::<Vec<_>>()
            .join("/")
    };
    let canonical = rules().schema_text(Bericht::Hulpvraag);
    let schema = jsonschema::options()
        .build(&serde_json::from_str(canonical).unwrap())
        .unwrap();
    let all = fixtures();
    assert!(all.len() >= 8);
    for (name, bytes) in all {
        let done = translator(destination())
            .translate(&bytes, None)
            .unwrap_or_else(|e| panic!("{name}: {e}"));
        let canonical = serde_json::from_slice(&done.data).unwrap();
        let faults: Vec<String> = schema
            .iter_errors(&canonical)
            .map(|e| e.instance_path().to_string())
            .collect();
        assert_eq!(faults, [""; 0], "{name}");

        // wire → canonical → wire: each leaf that has a row comes back as it was, and nothing else does.
        let plan = Plan::new(tree, |_| Actie::Permit);
        let mut scratch = Scratch::default();
        let day = jiff::civil::date(2026, 11, 23);
        let masks = [GegevenSet::ALL; 16];
        let made = minimise(&plan, &masks, day, &done.data, &Caps::default(), &mut scratch).unwrap();
        let masks = vec![GegevenSet::ALL; made.bijdragen()];
        let back = mapping.encode(&made, &plan, &masks, day).unwrap();
        assert_eq!(back.left_behind(), 0, "{name}");
        let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
        leaves(&serde_json::from_slice(&bytes).unwrap(), "", &mut before);
        leaves(&serde_json::from_slice(back.bytes()).unwrap(), "", &mut after);
        before.retain(|place, _| rows.contains(&general(place)));
        // A contribution of which nothing is known but who made it does not leave; its structure stays behind too.
        if made.bijdragen() == 0 {
            before.retain(|place, _| !place.starts_with("/inbreng"));
        }
        assert_eq!(after, before, "{name}");
    }
}

#[test]
fn attributes_say_what_it_is_for_and_not_about_whom() {
    let wire = fixture("01");
    let done = translate(&wire).unwrap();
    let claim = &done.event.claim;
    assert_eq!(
        (
            claim.casusoverleg.as_str(),
            claim.casus.as_str(),
            claim.fase.as_str(),
            claim.doel.as_str()
        ),
        ("thuiszitterstafel", "cas-kk-0001", "intake", "a")
    );
    assert_eq!((claim.afzender.to_string().as_str(), claim.ontvanger), (SCHOOL, None));
    assert_eq!(done.event.source, support::SOURCE);
    // No leaf of the contributions, and not the id of the source, stands in any attribute or in the kenmerk.
    let shown = serde_json::to_string(&done.event).unwrap();
    let canonical: Value = serde_json::from_slice(&done.data).unwrap();
    let kenmerk = canonical["kenmerk"].as_str().unwrap();
    let mut all = BTreeMap::new();
    leaves(&wire["inbreng"][0]["dossier"], "", &mut all);
    for value in all
        .values()
        .filter_map(Value::as_str)
        .filter(|text| text.len() > 3)
        .chain(["KK-2026-00001"])
    {
        assert!(!shown.contains(value) && !kenmerk.contains(value), "{value}");
    }
    assert!(!format!("{done:?}").contains("Noor"));
}

#[test]
fn one_content_is_one_event_and_other_content_another() {
    let wire = fixture("01");
    let first = translate(&wire).unwrap();
    let again = translate(&wire).unwrap();
    assert_eq!((&first.event, &first.data), (&again.event, &again.data));
    let mut changed = wire.clone();
    changed["gewijzigdOp"] = json!("2026-11-23T09:00:00Z");
    let changed = translate(&changed).unwrap();
    assert_ne!(first.event.id, changed.event.id);
    assert_eq!(changed.event.time.as_deref(), Some("2026-11-23T09:00:00Z"));
    assert_eq!(changed.gaps, first.gaps, "a known attribute is no gap");
    let kenmerk = |data: &[u8]| serde_json::from_slice::<Value>(data).unwrap()["kenmerk"].clone();
    assert_eq!(
        kenmerk(&first.data),
        kenmerk(&changed.data),
        "the same hulpvraag keeps its kenmerk"
    );
    let other = translate(&fixture("03")).unwrap();
    assert_ne!(kenmerk(&first.data), kenmerk(&other.data));
}

#[test]
fn what_has_no_place_is_a_gap_without_a_name() {
    let done = translate(&fixture("03")).unwrap();
    let shown = format!("{:?}", done.gaps);
    assert!(done.gaps.len() >= 4, "{shown}");
    assert!(shown.contains("/overlegronde/onbekend#"));
    for planted in [
        "voorzitter",
        "burgerServiceNummer",
        "contactVerbod",
        "huisarts",
        "999990342",
    ] {
        assert!(!shown.contains(planted), "{planted}");
        assert!(!String::from_utf8_lossy(&done.data).contains(planted), "{planted}");
    }
}

#[test]
fn a_case_number_is_keyed_looked_up_or_a_pseudonym() {
    let casus = |cases: CaseIds, number: &str| {
        let mut wire = fixture("01");
        wire["overlegronde"]["casusNr"] = json!(number);
        let destination = Destination { cases, ..destination() };
        translator(destination)
            .translate(wire.to_string().as_bytes(), None)
            .map(|done| done.event.claim.casus)
    };
    let keyed = casus(CaseIds::Keyed, "999900006").unwrap();
    assert!(
        keyed.starts_with("kk-") && keyed.len() == 35 && !keyed.bytes().any(|b| b.is_ascii_digit()),
        "{keyed}"
    );
    assert_eq!(casus(CaseIds::Keyed, "999900006").unwrap(), keyed);
    assert_ne!(casus(CaseIds::Keyed, "999990342").unwrap(), keyed);
    let table = CaseIds::Table(BTreeMap::from([("D-1".to_owned(), "cas-7f3a".to_owned())]));
    assert_eq!(casus(table.clone(), "D-1").unwrap(), "cas-7f3a");
    assert_eq!(casus(table, "D-2").unwrap_err(), Refusal::Case);
    for number in ["999900006", "cas-999900006", "Jansen"] {
        let refused = casus(CaseIds::Shared, number).unwrap_err();
        assert_eq!(refused, Refusal::Case);
        assert!(!refused.to_string().contains(number));
    }
}

#[test]
fn a_school_sends_as_itself_and_as_nobody_else() {
    let mut wire = fixture("01");
    // Not named: whose school it is.
    wire["overlegronde"].as_object_mut().unwrap().remove("namens");
    assert_eq!(translate(&wire).unwrap().event.claim.afzender.to_string(), SCHOOL);
    // Named, but the school that contributes is another's, or nobody's.
    wire["overlegronde"]["namens"] = json!(SCHOOL);
    wire["inbreng"][0]["dossier"]["schoolgegevens"]["brinNr"] = json!("11AA");
    let refused = translate(&wire).unwrap_err();
    assert_eq!((refused.status(), refused.slug()), (403, "school-onbekend"));
    // Without a table there is nothing to compare with, and nothing to derive.
    let open = || {
        translator(Destination {
            cases: CaseIds::Shared,
            ..Destination::default()
        })
    };
    assert!(open().translate(wire.to_string().as_bytes(), None).is_ok());
    wire["overlegronde"].as_object_mut().unwrap().remove("namens");
    assert_eq!(
        open().translate(wire.to_string().as_bytes(), None).unwrap_err(),
        Refusal::School
    );
    // Who is no school is held to its mandate alone.
    assert!(translate(&fixture("04")).is_ok() && translate(&fixture("07")).is_ok());
}

#[test]
fn what_is_no_hulpvraag_is_refused_without_a_value() {
    let planted = "canarie-7Q";
    let change = |place: &str, value: Value| {
        let mut wire = fixture("01");
        *wire.pointer_mut(place).unwrap() = value;
        wire.to_string().into_bytes()
    };
    let text = fixture("01").to_string();
    let twice = text.replacen(
        "\"soortCode\"",
        &format!("\"soort\\u0043ode\":\"{planted}\",\"soortCode\""),
        1,
    );
    let leerling = "/inbreng/0/dossier/persoonsgegevens/leerling";
    for (bytes, slug) in [
        (twice.into_bytes(), "dubbele-sleutel"),
        (format!("{{\"{planted}\":").into_bytes(), "geen-json"),
        (b"\xff\xfe".to_vec(), "geen-utf8"),
        (b"{}".to_vec(), "past-niet-in-schema"),
        (
            change(&format!("{leerling}/gebDatum"), json!(planted)),
            "past-niet-in-schema",
        ),
        (
            change(&format!("{leerling}/geslachtCode"), json!(planted)),
            "past-niet-in-schema",
        ),
        (change("/overlegronde/tafelCode", json!(planted)), "past-niet-in-schema"),
        (change("/overlegronde/doelCode", Value::Null), "bestemming-onvolledig"),
        (change("/overlegronde/casusNr", json!(planted)), "casusnummer-onbekend"),
        (
            change("/inbreng/0/dossier/schoolgegevens/brinNr", json!("22BB")),
            "school-onbekend",
        ),
        (vec![b' '; (1 << 20) + 1], "te-groot"),
    ] {
        let refused = translator(destination()).translate(&bytes, None).unwrap_err();
        assert_eq!(refused.slug(), slug);
        let shown = format!("{refused} {refused:?} {:?} {:?}", refused.path(), refused.faults());
        assert!(!shown.contains(planted), "{shown}");
    }
    let done = translator(destination()).translate(text.as_bytes(), Some("KK-ander"));
    assert_eq!(done.unwrap_err(), Refusal::OtherId);
}

#[test]
fn a_secret_address_on_the_wire_is_a_secret_address_to_the_rules() {
    let place = "/inbreng/0/dossier/persoonsgegevens/leerling/woonAdres/geheimAdres";
    for (code, says) in [("J", true), ("N", false)] {
        let mut wire = fixture("01");
        *wire.pointer_mut(place).unwrap() = json!(code);
        let done = translate(&wire).unwrap();
        let canonical: Value = serde_json::from_slice(&done.data).unwrap();
        assert_eq!(
            canonical["bijdragen"][0]["inhoud"]["persoon"]["adres"]["geheim"],
            json!(says)
        );
    }
    // Another word is refused, never read as *no*.
    for other in [json!("j"), json!("Ja"), json!(true), json!("1")] {
        let mut wire = fixture("01");
        *wire.pointer_mut(place).unwrap() = other;
        assert!(translate(&wire).is_err());
    }
}
