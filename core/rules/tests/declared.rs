//! What the content of a message tells the gates: that something is there, and of an element that hides others whether
//! it says `false`. Not one value more. Gates see a message only through its inventory, and the minimiser sees nothing
//! but plan and masks: so whatever else changes in what is forbidden, the same bytes leave.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::path::PathBuf;

use proptest::test_runner::{Config, TestRunner};
use sluis_rules::gegeven::{Gegeven, GegevenSet, Gegevens};
use sluis_rules::scan::{Caps, Inventory, Scratch, inventory};
use sluis_rules::tree::Tree;
use sluis_rules::{gegeven, minimise, tree};
use support::doc::Doc;
use support::generate::{Tape, message};
use support::spec::{Spec, remember};

/// The leaf that hides, by its place in every shipped schema.
const FLAG: &str = "/inhoud/persoon/adres/geheim";

#[derive(serde::Deserialize)]
struct File {
    gegeven: Vec<Gegeven>,
}

fn read(path: &str) -> String {
    std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

fn dictionary() -> Gegevens {
    Gegevens::new(
        toml::from_str::<File>(&read("config/convenant/gegevens.toml"))
            .unwrap()
            .gegeven,
    )
    .unwrap()
}

/// Every value in the content becomes another of its kind. The one leaf that is read is changed only when asked.
fn other_values(doc: &Doc, path: &str, flag_too: bool) -> Doc {
    match doc {
        Doc::Object(members) => {
            let change =
                |(key, value): &(String, Doc)| (key.clone(), other_values(value, &format!("{path}/{key}"), flag_too));
            Doc::Object(members.iter().map(change).collect())
        }
        Doc::Array(items) => Doc::Array(items.iter().map(|i| other_values(i, path, flag_too)).collect()),
        Doc::Scalar(_) if !path.starts_with("/inhoud") || (path == FLAG && !flag_too) => doc.clone(),
        Doc::Scalar(raw) => Doc::Scalar(
            match raw.as_bytes() {
                b"null" => "null",
                b"true" => "false",
                b"false" => "true",
                [b'"', ..] => "\"iets anders\"",
                _ => "7",
            }
            .to_owned(),
        ),
    }
}

fn changed(doc: &Doc, flag_too: bool) -> Doc {
    let Doc::Object(members) = doc else { return doc.clone() };
    let contribution = |(key, value): &(String, Doc)| match key.as_str() {
        "bijdragen" => (
            key.clone(),
            Doc::Array(value.items().iter().map(|i| other_values(i, "", flag_too)).collect()),
        ),
        _ => (key.clone(), value.clone()),
    };
    Doc::Object(members.iter().map(contribution).collect())
}

/// Whether some contribution has the flag with anything but `false`.
fn raised(doc: &Doc) -> bool {
    let leaves = doc
        .get("bijdragen")
        .map(|b| b.items().iter().flat_map(Doc::leaves).collect::<Vec<_>>());
    leaves
        .unwrap_or_default()
        .iter()
        .any(|(path, raw)| path == FLAG && raw != "false" && raw != "null")
}

fn survey(tree: &Tree, doc: &Doc) -> Option<Inventory> {
    inventory(tree, doc.text().as_bytes(), &Caps::default(), &mut Scratch::default()).ok()
}

#[test]
fn no_value_is_seen_but_whether_the_address_is_secret() {
    let gegevens = dictionary();
    let flag: GegevenSet = gegevens.find("persoon.adres_geheim").into_iter().collect();
    let (mut up, mut down) = (0, 0);
    for kind in ["hulpvraag", "actie", "verslag", "status"] {
        let text = read(&format!("schemas/canoniek/{kind}.v1.json"));
        let schema = remember(&serde_json::from_str(&text).unwrap());
        let tree = Tree::compile(&text, &gegevens).unwrap();
        let tapes = proptest::collection::vec(proptest::num::u8::ANY, 0..3_000);
        let config = Config {
            cases: 400,
            failure_persistence: None,
            ..Config::default()
        };
        let seen = std::cell::Cell::new((0, 0));
        let law = |tape: Vec<u8>| {
            let doc = message(Spec::new(&schema), &mut Tape::new(&tape));
            let Some(found) = survey(&tree, &doc) else {
                return Ok(());
            };
            let (n, m) = seen.get();
            let is_up = raised(&doc);
            seen.set(if is_up { (n + 1, m) } else { (n, m + 1) });
            assert_eq!(found.raised, if is_up { flag } else { GegevenSet::EMPTY });
            assert_eq!(
                survey(&tree, &changed(&doc, false)).as_ref(),
                Some(&found),
                "another value is seen"
            );
            let flipped = changed(&doc, true);
            let expected = Inventory {
                raised: if raised(&flipped) { flag } else { GegevenSet::EMPTY },
                ..found
            };
            assert_eq!(
                survey(&tree, &flipped),
                Some(expected),
                "the flag tells more than itself"
            );
            Ok(())
        };
        TestRunner::new(config).run(&tapes, law).unwrap();
        (up, down) = (up + seen.get().0, down + seen.get().1);
    }
    assert!(up > 20 && down > 20, "both were tried: {up} and {down}");
}

#[test]
fn a_dictionary_that_hides_what_is_not_there_is_refused() {
    let mut lines = toml::from_str::<File>(&read("config/convenant/gegevens.toml"))
        .unwrap()
        .gegeven;
    let flag = lines.iter_mut().find(|g| g.id == "persoon.adres_geheim").unwrap();
    flag.verbergt.push("persoon.adress".to_owned());
    let refused = Gegevens::new(lines).unwrap_err().to_string();
    assert!(
        refused.contains("persoon.adres_geheim") && refused.contains("persoon.adress"),
        "{refused}"
    );
}

#[test]
fn a_prefix_hides_all_that_begins_so() {
    let mut lines = toml::from_str::<File>(&read("config/convenant/gegevens.toml"))
        .unwrap()
        .gegeven;
    let flag = lines.iter_mut().find(|g| g.id == "persoon.adres_geheim").unwrap();
    flag.verbergt = vec!["school.*".to_owned()];
    let gegevens = Gegevens::new(lines).unwrap();
    let flag: GegevenSet = gegevens.find("persoon.adres_geheim").into_iter().collect();
    assert_eq!(gegevens.hidden_by(flag), gegevens.matching("school.*"));
    assert_eq!(gegevens.hidden_by(GegevenSet::EMPTY), GegevenSet::EMPTY);
}
