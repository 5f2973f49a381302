//! What the inventory of a canonical message says, and what it refuses.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use sluis_rules::gegeven::Beroepsgeheim;
use sluis_rules::scan::{Caps, Inventory, MAX_GAPS, Refusal, RefusalKind, Scratch, inventory};
use sluis_rules::tree::Tree;
use sluis_rules::{gegeven, minimise, tree};

fn read(message: &str) -> Result<Inventory, Refusal> {
    let tree = Tree::compile(support::SCHEMA, &support::gegevens()).unwrap();
    inventory(&tree, message.as_bytes(), &Caps::default(), &mut Scratch::default())
}

fn message(bijdragen: &str) -> String {
    format!(r#"{{"bericht":"proef","versie":"1","kenmerk":"k","datum":"2026-09-14","bijdragen":[{bijdragen}]}}"#)
}

fn bijdrage(inhoud: &str) -> String {
    format!(r#"{{"inbrenger":"00000099000000001000/school","beroepsgeheim":"wgbo","inhoud":{inhoud}}}"#)
}

#[test]
fn it_says_who_gives_what_under_which_secrecy() {
    let two = [
        bijdrage(
            r#"{"persoon":{"naam":"x","geboortedatum":null,"adres":{"land":"NL"}},"diagnoses":[{"code":"x"}],"geheim":1}"#,
        ),
        bijdrage(r#"{"ouders":[{"telefoons":["1"]},null],"taal":"nl"}"#)
            .replace("/school", "\\u002fjgz")
            .replace("wgbo", "geen"),
    ];
    let found = read(&message(&two.join(","))).unwrap();
    let gegevens = support::gegevens();
    let names = |n: usize| -> Vec<&str> {
        let all = found.bijdragen[n].gegevens;
        gegevens
            .iter()
            .filter(|(id, _)| all.contains(*id))
            .map(|(_, g)| g.id.as_str())
            .collect()
    };
    assert_eq!(names(0), ["persoon.naam", "gezondheid.diagnose"]);
    assert_eq!(names(1), ["ouder.telefoon"]);
    assert_eq!(found.bijdragen[1].inbrenger.to_string(), "00000099000000001000/jgz");
    assert_eq!(found.bijdragen[0].beroepsgeheim, Beroepsgeheim::Wgbo);
    assert_eq!(
        found.bijdragen[0].nodes.iter().count(),
        5,
        "with inbrenger, beroepsgeheim and land"
    );
    assert_eq!(found.gap_count, 1);
    assert_eq!(found.gaps[0].bijdrage, Some(0));
    // sha256("geheim") begins with addb0f5e.
    assert_eq!(found.gaps[0].pointer, "/bijdragen/*/inhoud/onbekend#addb0f5e");
}

#[test]
fn a_name_that_may_be_a_number_is_shown_without_a_hash() {
    for (key, shown) in [
        ("999900006", "onbekend#cijfers"),
        ("bsn-999-900-006", "onbekend#cijfers"),
        ("\\u0039999x", "onbekend#cijfers"),
        ("geheim", "onbekend#addb0f5e"),
    ] {
        let found = read(&message(&bijdrage(&format!(
            "{{\"persoon\":{{\"naam\":\"x\"}},\"{key}\":1}}"
        ))))
        .unwrap();
        assert_eq!(found.gaps[0].pointer, format!("/bijdragen/*/inhoud/{shown}"), "{key}");
    }
    let three = read(&message(&bijdrage(r#"{"g123":1}"#))).unwrap();
    assert!(!three.gaps[0].pointer.ends_with("cijfers"));
}

#[test]
fn gaps_are_counted_beyond_those_that_are_named() {
    let many: Vec<String> = (0..200).map(|n| format!("\"g{n}\":{{\"g\":[]}}")).collect();
    let found = read(&message(&bijdrage(&format!("{{{}}}", many.join(","))))).unwrap();
    assert_eq!((found.gaps.len(), found.gap_count), (MAX_GAPS, 200));
}

#[test]
fn what_does_not_fit_the_schema_is_refused_with_its_path() {
    let good = message(&bijdrage(r#"{"persoon":{"naam":"x"}}"#));
    assert!(read(&good).is_ok());
    for (from, to, path) in [
        (r#"{"naam":"x"}"#, r#""GEHEIM""#, "/bijdragen/*/inhoud/persoon"),
        (
            r#""naam":"x""#,
            r#""naam":{"GEHEIM":1}"#,
            "/bijdragen/*/inhoud/persoon/naam",
        ),
        (
            r#""naam":"x""#,
            r#""klas":"GEHEIM""#,
            "/bijdragen/*/inhoud/persoon/klas",
        ),
        ("proef", "GEHEIM", "/bericht"),
        (r#""versie":"1""#, r#""versie":"2""#, "/versie"),
        ("/school", "/GEHEIM", "/bijdragen/*/inbrenger"),
        ("wgbo", "GEHEIM", "/bijdragen/*/beroepsgeheim"),
        ("[{", "[null,{", "/bijdragen/*"),
    ] {
        let refusal = read(&good.replacen(from, to, 1)).unwrap_err();
        assert_eq!((refusal.slug(), refusal.path()), ("verkeerde-vorm", Some(path)));
        assert!(!refusal.to_string().contains("GEHEIM"));
    }
    for (from, path) in [
        (r#""kenmerk":"k","#, "/kenmerk"),
        (r#""beroepsgeheim":"wgbo","#, "/bijdragen/*/beroepsgeheim"),
        (
            r#""inbrenger":"00000099000000001000/school","#,
            "/bijdragen/*/inbrenger",
        ),
    ] {
        let refusal = read(&good.replacen(from, "", 1)).unwrap_err();
        assert_eq!((refusal.slug(), refusal.path()), ("veld-ontbreekt", Some(path)));
        let refusal = read(&good.replacen(from, &(from.split(':').next().unwrap().to_owned() + ":null,"), 1));
        assert_eq!(refusal.unwrap_err().slug(), "veld-ontbreekt");
    }
    let twice = good.replacen("\"naam\":\"x\"", "\"naam\":\"x\",\"na\\u0061m\":\"y\"", 1);
    assert_eq!(read(&twice).unwrap_err().kind, RefusalKind::DuplicateKey);
    let other = good.replacen("\"naam\":\"x\"", "\"x\":{\"a\":[{\"y\":1,\"y\":2}]}", 1);
    assert_eq!(read(&other).unwrap_err().kind, RefusalKind::DuplicateKey);
}
