//! What the schema compiler refuses, and what it says about what it accepts.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use serde_json::{Value, json};
use sluis_rules::tree::{NodeId, Tree};
use sluis_rules::{gegeven, minimise, tree};

#[test]
fn a_tree_says_where_everything_stands() {
    let gegevens = support::gegevens();
    let tree = Tree::compile(support::SCHEMA, &gegevens).unwrap();
    assert_eq!((tree.kind(), tree.version()), ("proef", "1"));
    let paths: Vec<&str> = tree.leaves().map(|id| tree.path(id)).collect();
    assert!(paths.contains(&"/bijdragen/*/inhoud/persoon/adres/postcode"));
    assert!(paths.contains(&"/bijdragen/*/inhoud/school/cijfers/*/*"));
    assert_eq!(paths.len(), 39);
    let diagnose = gegevens.find("gezondheid.diagnose");
    let of = |path: &str| {
        tree.leaves()
            .find(|id| tree.path(*id) == path)
            .and_then(|id| tree.gegeven_of(id))
    };
    assert_eq!(of("/bijdragen/*/inhoud/diagnoses/*/code"), diagnose);
    assert_eq!(of("/bijdragen/*/inhoud/taal"), None);
    assert_eq!(tree.gegevens().iter().count(), 12);
    assert_eq!(tree.required().len(), 2);
    assert_eq!((tree.path(NodeId(0)), tree.path(NodeId(60_000))), ("", ""));
}

/// Changes the schema at a pointer and gives the error.
fn refused(pointer: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut schema: Value = serde_json::from_str(support::SCHEMA).unwrap();
    change(schema.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")));
    match Tree::compile(&schema.to_string(), &support::gegevens()) {
        Ok(_) => panic!("accepted: {pointer}"),
        Err(error) => error.to_string(),
    }
}

const INHOUD: &str = "/$defs/inhoud/properties";

#[test]
fn what_is_outside_the_subset_is_refused_with_its_place() {
    for keyword in [
        "oneOf",
        "anyOf",
        "allOf",
        "not",
        "if",
        "additionalProperties",
        "patternProperties",
        "x-anders",
    ] {
        for place in [
            "",
            "/$defs/inhoud",
            "/$defs/inhoud/properties/taal",
            "/$defs/inhoud/properties/ouders",
        ] {
            let error = refused(place, |s| s[keyword] = json!({}));
            assert!(error.contains(keyword), "{error}");
        }
    }
    for (at, change, said) in [
        ("/$schema", json!("http://json-schema.org/draft-07/schema#"), "2020-12"),
        (
            "/properties/bijdragen/items/$ref",
            json!("https://voorbeeld.example/x.json"),
            "$ref",
        ),
        ("/properties/bijdragen/items/$ref", json!("#/$defs/nergens"), "$ref"),
        (
            "/$defs/inhoud/properties/taal/type",
            json!(["string", "null"]),
            "one word",
        ),
        ("/$defs/inhoud/properties/taal/type", json!("null"), "subset"),
        (
            "/$defs/inhoud/properties/taal/x-gegeven",
            json!("persoon.schoenmaat"),
            "dictionary",
        ),
        ("/$defs/inhoud/properties/taal/x-gegeven", json!(null), "classify"),
        ("/$defs/inhoud/properties/ouders/items", json!(true), "an object"),
        ("/$defs/inhoud/properties/persoon/properties", json!({}), "fields"),
        (
            "/$defs/inhoud/properties/persoon/properties/naam",
            json!({"type": "string"}),
            "classify",
        ),
        (
            "/$defs/inhoud/properties/persoon/properties/naam",
            json!({"type": "string", "x-gegeven": "geen", "minimum": 1}),
            "minimum",
        ),
        (
            "/properties/bericht",
            json!({"type": "string", "x-gegeven": "geen"}),
            "const",
        ),
        ("/properties/kenmerk/x-gegeven", json!("persoon.naam"), "exactly"),
        (
            "/$defs/bijdrage/properties/inhoud",
            json!({"type": "string", "x-gegeven": "geen"}),
            "inhoud",
        ),
        ("/x-vereist", json!([]), "groups"),
        ("/x-vereist/0", json!([]), "at least one"),
        ("/x-vereist/0/0", json!("geen"), "dictionary"),
        ("/required/0", json!("onbekend"), "required"),
    ] {
        let error = refused(at, |s| *s = change);
        assert!(error.contains(said), "{at}: {error}");
    }
    let error = refused(INHOUD, |p| p["ge\"k"] = json!({"type": "string", "x-gegeven": "geen"}));
    assert!(error.contains("letters"), "{error}");
    let error = refused("/$defs/inhoud/properties/ouders", |s| {
        s["items"] = json!({"$ref": "#/$defs/inhoud"})
    });
    assert!(error.contains("itself"), "{error}");
    let error = refused("/$defs/bijdrage/properties", |p| {
        p["extra"] = json!({"type": "string", "x-gegeven": "geen"})
    });
    assert!(error.contains("exactly"), "{error}");
    let twice = support::SCHEMA.replacen("\"taal\": {", "\"taal\": {\"type\": \"string\", ", 1);
    assert!(
        Tree::compile(&twice, &support::gegevens())
            .unwrap_err()
            .to_string()
            .contains("twice")
    );
}

#[test]
fn a_generalisation_that_cannot_be_is_refused() {
    let derived = |van: &str, wijze: &str| json!({"van": van, "wijze": wijze});
    for (field, key, value) in [
        (
            "persoon/properties/geboortejaar",
            "x-afgeleid",
            derived("nergens", "jaar"),
        ),
        ("persoon/properties/geboortejaar", "x-afgeleid", derived("naam", "jaar")),
        (
            "persoon/properties/geboortejaar",
            "x-afgeleid",
            derived("leeftijd", "jaar"),
        ),
        (
            "persoon/properties/geboortejaar",
            "x-afgeleid",
            derived("geboortedatum", "maand"),
        ),
        (
            "persoon/properties/geboortejaar",
            "x-afgeleid",
            derived("geboortedatum", "pc4"),
        ),
        (
            "persoon/properties/geboortejaar",
            "x-afgeleid",
            derived("geboortedatum", "leeftijd"),
        ),
        ("persoon/properties/geboortejaar", "x-afgeleid", json!("jaar")),
        ("persoon/properties/geboortejaar", "x-gegeven", json!("geen")),
        ("persoon/properties/geboortejaar", "x-gegeven", json!("persoon.naam")),
        ("persoon/properties/leeftijd", "type", json!("string")),
        ("hulpAanwezig", "type", json!("string")),
        ("hulpAanwezig", "x-afgeleid", derived("hulp", "jaar")),
        ("hulpAanwezig", "x-afgeleid", derived("persoon", "dat")),
        ("diagnoseBekend", "x-gegeven", json!("vrij.toelichting")),
    ] {
        refused(&format!("{INHOUD}/{field}"), |s| s[key] = value);
    }
    // Two fields for one generalisation, and one for an item of a list.
    refused(&format!("{INHOUD}/persoon/properties"), |p| {
        p["jaar2"] = p["geboortejaar"].clone()
    });
    refused(&format!("{INHOUD}/ouders/items/properties/telefoons/items"), |s| {
        s["x-afgeleid"] = derived("naam", "dat")
    });
    // A part with more than one element in it cannot be told of: `dat` would tell of the other.
    refused(&format!("{INHOUD}/hulp/properties/soort"), |s| {
        s["x-gegeven"] = json!("persoon.naam")
    });
}
