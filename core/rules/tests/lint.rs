//! What a second reader sees in the rules: the shipped rules are clean, and each lint finds what it is for, in its place.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "support/region.rs"]
mod region;

use region::{append, example, text};
use sluis_rules::rulebook::{Artikelen, Finding, Rulebook, Severity, Sources};
use sluis_rules::verdict::{Gate, Reden};

const TABLE: &str = "casusoverleg/thuiszitterstafel.toml";
const LOKET: &str = "casusoverleg/loket-onderwijs.toml";

fn found(sources: &Sources) -> Vec<Finding> {
    match Rulebook::check(sources) {
        Ok((_, warnings)) => warnings,
        Err(findings) => findings,
    }
}

/// The one finding after a change that must hit, with the text its place covers.
fn one(file: &str, old: &str, new: &str) -> (Finding, String) {
    let mut sources = example();
    let t = text(&mut sources, file);
    assert!(t.contains(old), "the change must hit: {old}");
    *t = t.replacen(old, new, 1);
    let all = found(&sources);
    assert_eq!(all.len(), 1, "{all:#?}");
    let f = all.into_iter().next().unwrap();
    let at = text(&mut sources, &f.file)[f.span.clone()].to_owned();
    (f, at)
}

fn rule(file: &str, van: &str, naar: &str, rest: &str) -> (Vec<Finding>, Sources) {
    let mut sources = example();
    let block = format!(
        "\n[[regel]]\nid = \"proef\"\nvan = [{van}]\nnaar = [{naar}]\n{rest}\nartikelen = [\"5.1.a\"]\nomdat = \"Proef.\"\n"
    );
    append(text(&mut sources, file), &block);
    (found(&sources), sources)
}

const NAME: &str = "fasen = [\"intake\"]\ndoelen = [\"a\"]\ngegevens = [\"persoon.naam\"]\nactie = \"toestaan\"";

#[test]
fn the_shipped_rules_are_clean() {
    assert_eq!(found(&example()), []);
}

#[test]
fn two_rules_that_contradict_each_other_are_both_shown() {
    let (all, mut sources) = rule(
        TABLE,
        "\"school\"",
        "\"leerplicht\"",
        "fasen = [\"intake\"]\ndoelen = [\"a\"]\ngegevens = [\"persoon.postcode\"]\nactie = \"toestaan\"",
    );
    assert_eq!(all.len(), 1, "{all:#?}");
    let f = &all[0];
    assert_eq!(f.severity, Severity::Error, "the wider one would win in silence");
    assert!(
        f.message.contains("`proef`") && f.message.contains("van school naar leerplicht"),
        "{}",
        f.message
    );
    let t = text(&mut sources, TABLE).clone();
    assert_eq!(&t[f.span.clone()], "\"persoon.postcode\"");
    assert_eq!(&t[f.also[0].span.clone()], "\"persoon.postcode\"");
    assert!(
        f.also[0].span.start > f.span.start,
        "the other place is in the other rule"
    );
}

#[test]
fn a_rule_that_others_say_already_is_named_with_them() {
    let (all, _) = rule(TABLE, "\"school\"", "\"leerplicht\", \"jgz\"", NAME);
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!(all[0].severity, Severity::Warning, "nothing else leaves by it");
    assert!(all[0].message.contains("`proef`"));
    assert!(all[0].message.contains("`tzt-naam-leerplicht`") && all[0].message.contains("`tzt-naam-jgz`"));
    assert_eq!(all[0].also.len(), 2);
    let wider = NAME
        .replace("persoon.naam", "persoon.*")
        .replace("\"a\"", "\"a\", \"b\"");
    assert!(!found_rule(&wider).iter().any(|f| f.message.contains("voegt niets toe")));
}

fn found_rule(rest: &str) -> Vec<Finding> {
    rule(TABLE, "\"school\"", "\"leerplicht\"", rest).0
}

#[test]
fn who_gets_only_the_outcome_is_given_no_request() {
    let only = |kinds: &str| {
        rule(
            LOKET,
            "\"samenwerkingsverband\"",
            "\"school\"",
            &format!("berichten = [{kinds}]\n{NAME}"),
        )
        .0
    };
    let all = only("\"hulpvraag\", \"actie\"");
    assert!(
        all.iter()
            .any(|f| f.severity == Severity::Error && f.message.contains("alleen de uitkomst"))
    );
    assert!(
        only("\"status\", \"hulpvraag\"")
            .iter()
            .all(|f| !f.message.contains("alleen de uitkomst"))
    );
}

#[test]
fn a_rule_without_a_basis_is_told() {
    let (all, _) = rule(TABLE, "\"leerplicht\"", "\"jgz\"", NAME);
    assert_eq!(all.len(), 1, "{all:#?}");
    assert!(
        all[0]
            .message
            .contains("leerplicht heeft geen grondslag om iets aan jgz te geven")
    );
    let health = NAME.replace("persoon.naam", "gezondheid.belemmering");
    let (all, _) = rule(TABLE, "\"leerplicht\"", "\"school\"", &health);
    assert!(all[0].message.contains("dekt letter e"), "{all:#?}");
}

#[test]
fn a_party_gives_nothing_to_itself_but_a_school_gives_to_a_school() {
    let (all, _) = rule(TABLE, "\"leerplicht\"", "\"leerplicht\"", NAME);
    assert_eq!(all.len(), 1, "{all:#?}");
    assert!(all[0].message.contains("er is maar één leerplicht"));
    let (all, _) = rule(TABLE, "\"school\"", "\"school\"", &NAME.replace("intake", "monitoring"));
    assert!(all.iter().all(|f| !f.message.contains("zichzelf")), "{all:#?}");
}

#[test]
fn an_element_stands_in_a_message_the_rule_names() {
    let status = format!(
        "berichten = [\"status\"]\n{}",
        NAME.replace("persoon.naam", "hulpvraag.vraag")
    );
    let (all, _) = rule(TABLE, "\"school\"", "\"leerplicht\"", &status);
    assert!(
        all.iter()
            .any(|f| f.message == "`hulpvraag.vraag` staat in geen status"),
        "{all:#?}"
    );
}

#[test]
fn an_element_that_nobody_receives_asks_for_a_sentence() {
    let sentence = "\nniemand = \"De tellingen van M@ZL zijn een signaal binnen de school.\"";
    let (f, at) = one("gegevens.toml", sentence, "");
    assert_eq!((f.severity, at.as_str()), (Severity::Warning, "\"verzuim.mazl\""));
    assert!(f.help.contains("niemand ="));
    let (f, at) = one(
        "gegevens.toml",
        "niemand = \"De tellingen van M@ZL zijn een signaal binnen de school.\"",
        "niemand = \" \"",
    );
    assert!(f.message.contains("zegt niet waarom"));
    assert_eq!(at, "niemand");
    let (all, _) = rule(
        TABLE,
        "\"school\"",
        "\"leerplicht\"",
        &NAME.replace("persoon.naam", "verzuim.mazl"),
    );
    assert_eq!(all.len(), 1, "{all:#?}");
    assert!(
        all[0]
            .message
            .contains("zegt dat niemand het krijgt, maar een regel geeft het")
    );
}

#[test]
fn a_field_that_nobody_classified_is_shown_in_the_schema() {
    let mut sources = example();
    let t = text(&mut sources, "status.v1.json");
    *t = t.replacen(", \"x-gegeven\": \"persoon.roepnaam\"", "", 1);
    *t = t.replacen("\"x-gegeven\": \"persoon.geboortedatum\"", "\"title\": \"-\"", 1);
    let all = found(&sources);
    let t = text(&mut sources, "status.v1.json").clone();
    let places: Vec<&str> = all.iter().map(|f| &t[f.span.clone()]).collect();
    assert_eq!(places, ["\"geboortedatum\"", "\"roepnaam\""], "{all:#?}");
    assert!(all.iter().all(|f| f.message.contains("niet geclassificeerd")));
}

#[test]
fn an_element_without_a_field_is_told() {
    let mut sources = example();
    append(
        text(&mut sources, "gegevens.toml"),
        "\n[[gegeven]]\nid = \"persoon.schoenmaat\"\nomschrijving = \"Schoenmaat\"\nletter = \"-\"\nbijzonder = false\n\
         identificerend = false\nvrij = false\nartikel = \"5.1 (niet op de lijst)\"\n",
    );
    let all = found(&sources);
    assert_eq!(all.len(), 1, "{all:#?}");
    assert!(
        all[0]
            .message
            .contains("geen veld van enig bericht is `persoon.schoenmaat`")
    );
}

#[test]
fn a_citation_that_the_covenant_does_not_have_is_refused() {
    let (f, at) = one(
        TABLE,
        "artikelen = [\"5.1.a\", \"3.4\"]",
        "artikelen = [\"5.1.a\", \"3.5\"]",
    );
    assert_eq!((f.severity, at.as_str()), (Severity::Error, "\"3.5\""));
    let (f, _) = one("grondslagen.toml", "artikel = \"4.6\"", "artikel = \"4.7\"");
    assert!(f.message.contains("`4.7` staat niet in het convenant"));
    let (_, at) = one("convenant.toml", "artikel = \"19.1\"", "artikel = \"19.9\"");
    assert_eq!(at, "\"19.9\"");
    let mut sources = example();
    sources.rules.retain(|s| s.name != "artikelen.toml");
    assert!(
        found(&sources)
            .iter()
            .any(|f| f.file == "artikelen.toml" && f.message.contains("ontbreekt"))
    );
}

#[test]
fn every_article_that_the_code_cites_is_one_of_the_covenant() {
    let known = Artikelen::parse(text(&mut example(), "artikelen.toml")).unwrap();
    let reasons = Reden::ALL.iter().map(|r| (r.slug(), r.artikel()));
    let gates = Gate::ALL.iter().map(|g| (g.slug(), g.artikel()));
    for (slug, artikel) in reasons.chain(gates) {
        assert_eq!(known.unknown(artikel), None, "{slug} cites {artikel}");
    }
}

#[test]
fn what_was_meant_is_offered_in_dutch() {
    let offered = [
        (
            TABLE,
            "fasen = [\"intake\", \"beoordeling\", \"monitoring\", \"evaluatie\"]\nuitkomst",
            "fasn = [\"intake\"]\nuitkomst",
            "`fasen`",
        ),
        (
            TABLE,
            "convener = \"samenwerkingsverband\"",
            "convener = \"samenwerkingverband\"",
            "`samenwerkingsverband`",
        ),
        (TABLE, "actie = \"toestaan\"", "actie = \"toestan\"", "`toestaan`"),
        (
            TABLE,
            "gegevens = [\"persoon.naam\", ",
            "gegevens = [\"persoon.namen\", ",
            "`persoon.naam`",
        ),
        (
            "grondslagen.toml",
            "toestemming = \"bijzonder\"",
            "toestemming = \"bijzonde\"",
            "`bijzonder`",
        ),
    ];
    for (file, old, new, word) in offered {
        let (f, _) = one(file, old, new);
        assert!(f.help.starts_with(&format!("bedoelde u {word}?")), "{f:?}");
    }
}

#[test]
fn no_sentence_is_half_dutch_and_half_english() {
    let broken = [
        (TABLE, "convener = ", "convener "),
        (
            TABLE,
            "toestemming_voorwaarde = false",
            "toestemming_voorwaarde = \"nee\"",
        ),
        (TABLE, "naam = \"Thuiszitterstafel\"", "naam = \"a\"\nnaam = \"b\""),
        (TABLE, "naam = \"Thuiszitterstafel\"\n", ""),
        (
            "convenant.toml",
            "getekend_op = \"2024-01-11\"",
            "getekend_op = \"11 januari\"",
        ),
        ("convenant.toml", "oin = \"00000099000000002000\"", "oin = \"12\""),
        ("hulpvraag.v1.json", "\"type\": \"object\"", "\"type\": \"thing\""),
        ("hulpvraag.v1.json", "{", "{{"),
    ];
    for (file, old, new) in broken {
        let (f, _) = one(file, old, new);
        let told = format!("{} {}", f.message, f.help);
        for english in [
            " the ", " this ", "expected", "missing", "unknown", "invalid", " of type",
        ] {
            assert!(!told.contains(english), "{told}");
        }
    }
}
