//! Mapping tables: what they refuse, that they read back what they wrote, and that the self-check blocks.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod support;

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use sluis_rules::gegeven::{Actie, Beroepsgeheim, GegevenSet, Gegevens, Wijze};
use sluis_rules::mapping::{Herkomst, Mapping, encode_canonical};
use sluis_rules::minimise::{self, Plan, minimise};
use sluis_rules::scan::{Caps, Scratch, inventory};
use sluis_rules::tree::Tree;
use sluis_rules::{gegeven, tree};
use support::generate::{Rules, Tape, message};
use support::spec::Spec;

const TABLE: &str = r#"
bericht = "proef"
versie = "1"
[[rij]]
wire = "/id"
canoniek = "/kenmerk"
[[rij]]
wire = "/leerling/familieNaam"
canoniek = "/bijdragen/0/inhoud/persoon/naam"
[[rij]]
wire = "/leerling/geboren"
canoniek = "/bijdragen/0/inhoud/persoon/geboortedatum"
[[rij]]
wire = "/leerling/jaar"
canoniek = "/bijdragen/0/inhoud/persoon/geboortejaar"
[[rij]]
wire = "/gezin/*/naam"
canoniek = "/bijdragen/0/inhoud/ouders/*/naam"
[[rij]]
wire = "/gezin/*/gezag"
canoniek = "/bijdragen/0/inhoud/ouders/*/gezag"
codes = { J = true, N = false }
[[rij]]
wire = "/gezin/*/nummers/*"
canoniek = "/bijdragen/0/inhoud/ouders/*/telefoons/*"
[[rij]]
wire = "/niveau"
canoniek = "/bijdragen/0/inhoud/school/niveau"
codes = [[1, "onderbouw"], [2, "bovenbouw"]]
[[constante]]
wire = "/bron"
waarde = "sluis"
[[constante]]
canoniek = "/bijdragen/0/inhoud/taal"
waarde = "nl"
[[buiten]]
wire = "/vergadering"
omdat = "attributen van de gebeurtenis"
"#;

fn setting() -> (Gegevens, Arc<Tree>, Mapping) {
    let gegevens = support::gegevens();
    let tree = Arc::new(Tree::compile(support::SCHEMA, &gegevens).unwrap());
    let mapping = Mapping::parse(TABLE, &tree).unwrap();
    (gegevens, tree, mapping)
}

fn herkomst() -> Herkomst<'static> {
    Herkomst {
        inbrenger: "00000099000000001000/school".parse().unwrap(),
        beroepsgeheim: Beroepsgeheim::Geen,
        kenmerk: "k-0",
        datum: "2026-09-14".parse().unwrap(),
    }
}

fn wire() -> Value {
    json!({
        "id": "k-7", "bron": "sluis", "vergadering": {"x": 1}, "niveau": 2, "geheim veld": {"a": "b"},
        "leerling": {"familieNaam": "Voorbeeld", "geboren": "2014-05-31", "roepNaam": "?"},
        "gezin": [{"naam": "A", "gezag": "J", "nummers": ["1", "2"]}, {"gezag": "N"}, {"naam": null}],
    })
}

#[test]
fn words_of_a_system_become_canonical() {
    let (_, tree, mapping) = setting();
    let (bytes, gaps) = mapping.to_canonical(&wire(), &herkomst()).unwrap();
    let got: Value = serde_json::from_slice(&bytes).unwrap();
    let want = json!({
        "bericht": "proef", "versie": "1", "kenmerk": "k-7", "datum": "2026-09-14",
        "bijdragen": [{"inbrenger": "00000099000000001000/school", "beroepsgeheim": "geen", "inhoud": {
            "taal": "nl", "persoon": {"naam": "Voorbeeld", "geboortedatum": "2014-05-31"}, "school": {"niveau": "bovenbouw"},
            "ouders": [{"naam": "A", "gezag": true, "telefoons": ["1", "2"]}, {"gezag": false}],
        }}],
    });
    assert_eq!(got, want);
    let pointers: Vec<&str> = gaps.iter().map(|g| g.pointer.as_str()).collect();
    assert_eq!(pointers.len(), 2);
    assert!(pointers.iter().any(|p| p.starts_with("/onbekend#") && p.len() == 18));
    assert!(pointers.iter().any(|p| p.starts_with("/leerling/onbekend#")));
    assert!(!format!("{gaps:?}").contains("geheim"));
    let found = inventory(&tree, &bytes, &Caps::default(), &mut Scratch::default()).unwrap();
    assert_eq!(found.bijdragen.len(), 1);
}

#[test]
fn what_does_not_fit_the_table_is_refused_without_its_value() {
    let (_, _, mapping) = setting();
    for (pointer, wrong) in [
        ("/gezin/0/gezag", json!("GEHEIM")),
        ("/leerling/geboren", json!(20140531)),
        ("/leerling", json!("GEHEIM")),
        ("/gezin", json!({"GEHEIM": 1})),
        ("/bron", json!("GEHEIM")),
        ("/niveau", json!(3)),
    ] {
        let mut wire = wire();
        *wire.pointer_mut(pointer).unwrap() = wrong;
        let error = mapping.to_canonical(&wire, &herkomst()).unwrap_err().to_string();
        assert!(!error.contains("GEHEIM"), "{error}");
    }
}

#[test]
fn what_leaves_is_what_the_plan_permits_in_the_words_of_the_receiver() {
    let (gegevens, tree, mapping) = setting();
    let (bytes, _) = mapping.to_canonical(&wire(), &herkomst()).unwrap();
    let dag = "2026-11-23".parse().unwrap();
    let plan = Plan::new(&tree, |id| match gegevens.name(id) {
        "persoon.geboortedatum" => Actie::Generalise(Wijze::Jaar),
        "persoon.naam" => Actie::Drop,
        _ => Actie::Permit,
    });
    let (mut scratch, masks) = (Scratch::default(), [GegevenSet::ALL]);
    let made = minimise(&plan, &masks, dag, &bytes, &Caps::default(), &mut scratch).unwrap();
    let out = mapping.encode(&made, &plan, &masks, dag).unwrap();
    let got: Value = serde_json::from_slice(out.bytes()).unwrap();
    let want = json!({
        "id": "k-7", "bron": "sluis", "leerling": {"jaar": "2014"}, "niveau": 2,
        "gezin": [{"naam": "A", "gezag": "J", "nummers": ["1", "2"]}, {"gezag": "N"}],
    });
    assert_eq!(got, want);
    assert_eq!(format!("{out:?}"), "Outgoing(…)");

    // A stricter plan at the last look: what was minimised yesterday may not leave today.
    let strict = Plan::new(&tree, |id| match gegevens.name(id) {
        "ouder.naam" => Actie::Drop,
        _ => plan.action(id),
    });
    for error in [
        mapping.encode(&made, &strict, &masks, dag).unwrap_err(),
        mapping.encode(&made, &plan, &[GegevenSet::EMPTY], dag).unwrap_err(),
        mapping.encode(&made, &plan, &[], dag).unwrap_err(),
        encode_canonical(&made, &strict, &masks, dag).unwrap_err(),
    ] {
        assert!(error.to_string().contains("permits"), "{error}");
    }
    let same = encode_canonical(&made, &plan, &masks, dag).unwrap();
    assert!(made.seal_with(|bytes| bytes == same.bytes()));
}

#[test]
fn a_value_without_a_code_does_not_leave() {
    let (_, tree, _) = setting();
    let table = TABLE.replace("[[1, \"onderbouw\"], [2, \"bovenbouw\"]]", "[[1, \"onderbouw\"]]");
    let (narrow, wide) = (Mapping::parse(&table, &tree).unwrap(), setting().2);
    let (bytes, _) = wide.to_canonical(&wire(), &herkomst()).unwrap();
    let dag = "2026-11-23".parse().unwrap();
    let plan = Plan::new(&tree, |_| Actie::Permit);
    let (mut scratch, masks) = (Scratch::default(), [GegevenSet::ALL]);
    let made = minimise(&plan, &masks, dag, &bytes, &Caps::default(), &mut scratch).unwrap();
    assert!(wide.encode(&made, &plan, &masks, dag).is_ok());
    let error = narrow.encode(&made, &plan, &masks, dag).unwrap_err();
    assert!(error.to_string().contains("no code"), "{error}");
}

#[test]
fn bad_tables_are_refused() {
    let (_, tree, _) = setting();
    for (what, from, to) in [
        (
            "an unknown canonical field",
            "/inhoud/persoon/naam",
            "/inhoud/persoon/naamloos",
        ),
        ("a part", "/inhoud/persoon/naam\"", "/inhoud/persoon\""),
        (
            "two rows to one canonical field",
            "persoon/geboortejaar",
            "persoon/geboortedatum",
        ),
        ("two rows from one wire field", "/leerling/jaar", "/leerling/geboren"),
        ("a field inside a field", "/leerling/jaar", "/leerling/geboren/jaar"),
        ("codes that are not one to one", "N = false", "N = true"),
        ("codes of another type", "N = false", "N = \"nee\""),
        ("a list without its pair", "/gezin/*/naam", "/gezin/naam"),
        ("one list paired with two", "/gezin/*/naam", "/verzorgers/*/naam"),
        (
            "both 0 and *",
            "/bijdragen/0/inhoud/school",
            "/bijdragen/*/inhoud/school",
        ),
        ("a personal constant", "/inhoud/taal", "/inhoud/persoon/klas"),
        ("a constant of another type", "waarde = \"nl\"", "waarde = 1"),
        ("another kind", "bericht = \"proef\"", "bericht = \"actie\""),
        ("a key nobody knows", "omdat", "omdt"),
        ("not TOML", "[[buiten]]", "[[buiten"),
        ("no slash", "\"/id\"", "\"id\""),
        ("nothing between slashes", "\"/id\"", "\"/a//b\""),
    ] {
        assert!(TABLE.contains(from));
        assert!(Mapping::parse(&TABLE.replacen(from, to, 1), &tree).is_err(), "{what}");
    }
}

/// A table with a row for every leaf, to a wire form of other names.
fn whole_table(tree: &Tree) -> String {
    let row = |id| {
        let path = tree.path(id);
        let wire = path.replace("/bijdragen", "/Onderdelen").replace("inhoud", "Deel/Van");
        format!("[[rij]]\nwire = \"{wire}\"\ncanoniek = \"{path}\"\n")
    };
    tree.leaves().map(row).collect::<String>() + "[[constante]]\nwire = \"/Bron\"\nwaarde = \"sluis\"\n"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is minimised can be encoded and reads back as the same message; and a plan that permits less blocks it.
    #[test]
    fn what_is_encoded_reads_back_and_a_stricter_plan_blocks_it(tape in proptest::collection::vec(any::<u8>(), 0..500)) {
        let (gegevens, tree, _) = setting();
        let mapping = Mapping::parse(&whole_table(&tree), &tree).unwrap();
        let schema: Value = serde_json::from_str(support::SCHEMA).unwrap();
        let mut tape = Tape::new(&tape);
        let doc = message(Spec::new(&schema), &mut tape);
        let rules = Rules::generate(&gegevens, &mut tape);
        let plan = |rules: &Rules| Plan::new(&tree, |id| rules.actions.get(usize::from(id.0)).copied().unwrap_or_default());
        let dag = "2026-11-23".parse().unwrap();
        let (mut scratch, caps) = (Scratch::default(), Caps::default());
        let (all, wide) = ([GegevenSet::ALL; 4], plan(&rules));
        let Ok(made) = minimise(&wide, &all, dag, doc.text().as_bytes(), &caps, &mut scratch) else {
            return Ok(());
        };
        let out = mapping.encode(&made, &wide, &all, dag).unwrap();
        prop_assert_eq!(out.left_behind(), 0);
        let wire: Value = serde_json::from_slice(out.bytes()).unwrap();
        let (back, gaps) = mapping.to_canonical(&wire, &herkomst()).unwrap();
        prop_assert!(gaps.is_empty());
        let want = made.seal_with(|b| serde_json::from_slice::<Value>(b).unwrap());
        prop_assert_eq!(serde_json::from_slice::<Value>(&back).unwrap(), want);
        prop_assert!(made.seal_with(|b| encode_canonical(&made, &wide, &all, dag).unwrap().bytes() == b));

        let left = made.seal_with(|b| inventory(&tree, b, &caps, &mut Scratch::default()).unwrap());
        let held: Vec<_> = left.bijdragen.iter().flat_map(|b| b.gegevens.iter().collect::<Vec<_>>()).collect();
        if !held.is_empty() {
            let taken = held[tape.below(held.len())];
            let strict = Plan::new(&tree, |id| if id == taken { Actie::Drop } else { wide.action(id) });
            prop_assert!(mapping.encode(&made, &strict, &all, dag).is_err());
            prop_assert!(encode_canonical(&made, &strict, &all, dag).is_err());
        }
    }
}
