//! The rules are refused with file and place whenever they say something they must not; the example region loads.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

#[path = "support/region.rs"]
mod region;

use region::{append, example, text};
use sluis_rules::rulebook::{Finding, Rulebook, Sources};

const TABLE: &str = "casusoverleg/thuiszitterstafel.toml";

/// The findings after one change in one file; the change must hit.
fn after(file: &str, old: &str, new: &str) -> (Sources, Vec<Finding>) {
    let mut sources = example();
    let source = sources
        .rules
        .iter_mut()
        .chain(&mut sources.schemas)
        .find(|s| s.name == file)
        .unwrap();
    assert!(source.text.contains(old), "the change must hit: {old}");
    source.text = source.text.replacen(old, new, 1);
    let findings = Rulebook::parse(&sources).err().unwrap_or_default();
    (sources, findings)
}

/// One more block at the end of the table.
fn with_rule(block: &str) -> Vec<Finding> {
    let mut sources = example();
    append(text(&mut sources, TABLE), block);
    Rulebook::parse(&sources).err().unwrap_or_default()
}

fn block(change: &[(&str, &str)]) -> String {
    let base = [
        ("id", "\"proef\""),
        ("van", "[\"school\"]"),
        ("naar", "[\"leerplicht\"]"),
        ("fasen", "[\"intake\"]"),
        ("doelen", "[\"a\"]"),
        ("gegevens", "[\"persoon.naam\"]"),
        ("actie", "\"toestaan\""),
        ("artikelen", "[\"5.1.a\"]"),
        ("omdat", "\"Proef.\""),
    ];
    let mut out = String::from("\n[[regel]]\n");
    for (key, value) in base {
        let value = change.iter().find(|(k, _)| *k == key).map_or(value, |(_, v)| v);
        out.push_str(&format!("{key} = {value}\n"));
    }
    for (key, value) in change.iter().filter(|(k, _)| !base.iter().any(|(b, _)| b == k)) {
        out.push_str(&format!("{key} = {value}\n"));
    }
    out
}

#[test]
fn the_example_region_loads_and_its_hash_covers_every_file() {
    let first = Rulebook::parse(&example()).unwrap_or_else(|f| panic!("{f:#?}"));
    let again = Rulebook::parse(&example()).unwrap();
    assert_eq!(first.hash(), again.hash());
    let count = example().rules.len() + example().schemas.len();
    for n in 0..count {
        let mut sources = example();
        let file = sources.rules.iter_mut().chain(&mut sources.schemas).nth(n).unwrap();
        file.text.push('\n');
        let other = Rulebook::parse(&sources).unwrap();
        assert_ne!(first.hash(), other.hash(), "a change in file {n} changes the hash");
    }
}

#[test]
fn a_good_block_is_taken() {
    assert_eq!(with_rule(&block(&[])), []);
}

#[test]
fn a_finding_points_at_the_word() {
    let (sources, findings) = after(
        TABLE,
        "doelen = [\"a\", \"b\", \"c\", \"d\", \"e\"]",
        "doelen = [\"a\", \"z\"]",
    );
    let finding = findings
        .iter()
        .find(|f| f.message.contains("`z`"))
        .expect("the purpose is found");
    let text = &sources.rules.iter().find(|s| s.name == TABLE).unwrap().text;
    assert_eq!(text.get(finding.span.clone()), Some("\"z\""));
    let (line, column) = finding.line_column(text);
    assert!(text.lines().nth(line - 1).unwrap().starts_with("doelen = "));
    assert!(column > 10);
}

#[test]
fn what_a_rule_must_not_say_is_refused() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("gegevens", "[\"persoon.bestaatniet\"]")], "woordenboek"),
        (&[("gegevens", "[\"ouder.contact.telefoon\"]")], "5.1"),
        (&[("gegevens", "[\"persoon.*\"]")], "5.1"),
        (
            &[("naar", "[\"jgz\"]"), ("gegevens", "[\"persoon.bsn\"]")],
            "voetnoot 45",
        ),
        (
            &[
                ("van", "[\"samenwerkingsverband\"]"),
                ("naar", "[\"school\"]"),
                ("gegevens", "[\"persoon.bsn\"]"),
            ],
            "voetnoot 45",
        ),
        (&[("fasen", "[\"nazorg\"]")], "fase"),
        (&[("doelen", "[\"f\"]")], "doel"),
        (&[("van", "[\"kinderopvang\"]")], "werkt nooit"),
        (&[("naar", "[\"mbo\"]")], "werkt nooit"),
        (&[("naar", "[]")], "leeg"),
        (&[("artikelen", "[]")], "waarom"),
        (&[("omdat", "\" \"")], "waarom"),
        (&[("actie", "\"generaliseren\"")], "wijze"),
        (&[("wijze", "\"jaar\"")], "wijze"),
        (
            &[("actie", "\"generaliseren\""), ("wijze", "\"pc4\"")],
            "gegeneraliseerd",
        ),
        (&[("id", "\"proef\""), ("onbekend", "1")], "gelezen"),
        (&[("actie", "\"doorlaten\"")], "gelezen"),
        (&[("van", "[\"schoolbestuur\"]")], "gelezen"),
    ];
    for (change, word) in cases {
        let findings = with_rule(&block(change));
        assert!(
            findings
                .iter()
                .any(|f| f.message.contains(word) || f.help.contains(word)),
            "{change:?} must be refused for `{word}`, found {findings:#?}"
        );
        assert!(findings.iter().all(|f| !f.file.is_empty() && !f.help.is_empty()));
    }
}

#[test]
fn what_would_widen_in_silence_is_refused() {
    let refused = |file: &str, old: &str, new: &str, word: &str| {
        let (_, findings) = after(file, old, new);
        assert!(
            findings.iter().any(|f| f.message.contains(word)),
            "{old} → {new} must be refused for `{word}`, found {findings:#?}"
        );
    };
    refused("convenant.toml", "looptijd_jaren = 2", "looptijd_jaren = 0", "looptijd");
    refused(
        "convenant.toml",
        "bekendgemaakt_op = \"2024-01-11\"",
        "bekendgemaakt_op = \"2023-01-11\"",
        "bekendgemaakt",
    );
    refused("grondslagen.toml", "alleen_bij = [", "alleen_bij = [] # ", "nooit");
    refused(TABLE, "toestemming_voorwaarde = false", "", "gelezen");
    let gegevens = example()
        .rules
        .into_iter()
        .find(|s| s.name == "gegevens.toml")
        .unwrap()
        .text;
    for (id, flag, word) in [
        ("gezondheid.diagnose", "bijzonder", "gezondheid"),
        ("vrij.toelichting", "vrij", "vrije tekst"),
    ] {
        let block = gegevens
            .split("[[gegeven]]")
            .find(|b| b.contains(&format!("id = \"{id}\"")))
            .unwrap();
        let open = block.replacen(&format!("{flag} = true"), &format!("{flag} = false"), 1);
        refused("gegevens.toml", block, &open, word);
    }
    let grondslagen = example()
        .rules
        .into_iter()
        .find(|s| s.name == "grondslagen.toml")
        .unwrap()
        .text;
    let block = grondslagen
        .split("[[grondslag]]")
        .find(|b| b.contains("id = \"jgz-toestemming\""))
        .unwrap();
    let open = block.replacen("toestemming = \"alles\"", "toestemming = \"geen\"", 1);
    refused("grondslagen.toml", block, &open, "beroepsgeheim");
}

#[test]
fn names_stand_once() {
    assert!(!with_rule(&format!("{}{}", block(&[]), block(&[]))).is_empty());
}

#[test]
fn a_missing_file_is_named() {
    for name in ["convenant.toml", "doelen.toml", "gegevens.toml", "grondslagen.toml"] {
        let mut sources = example();
        sources.rules.retain(|s| s.name != name);
        let findings = Rulebook::parse(&sources).unwrap_err();
        assert!(findings.iter().any(|f| f.file == name), "{name}");
    }
    let mut sources = example();
    sources.schemas.retain(|s| s.name != "status.v1.json");
    assert!(
        Rulebook::parse(&sources)
            .unwrap_err()
            .iter()
            .any(|f| f.file == "status.v1.json")
    );
}

#[test]
fn the_covenant_ends_only_at_the_end_of_a_term() {
    let einde = |notice: &str| {
        let mut sources = example();
        let c = sources.rules.iter_mut().find(|s| s.name == "convenant.toml").unwrap();
        c.text = c
            .text
            .replacen("looptijd_jaren = 2", &format!("looptijd_jaren = 2\n{notice}"), 1);
        Rulebook::parse(&sources)
            .unwrap()
            .convenant()
            .einde()
            .map(|d| d.to_string())
    };
    assert_eq!(einde(""), None);
    assert_eq!(
        einde("opzegging = 2024-06-01").as_deref(),
        Some("2026-01-11"),
        "not before the first two years"
    );
    assert_eq!(
        einde("opzegging = \"2026-06-01\"").as_deref(),
        Some("2027-01-11"),
        "only the next renewal stops"
    );
    assert_eq!(
        einde("vervallen_op = 2025-01-01").as_deref(),
        Some("2025-01-01"),
        "a statute took over (19.3)"
    );
}

#[test]
fn a_necessity_lifts_only_that_there_is_something_about_the_family() {
    let lift = |more: &[(&str, &str)]| {
        let mut change = vec![
            ("opheffen", "true"),
            ("actie", "\"generaliseren\""),
            ("naar", "[\"jgz\"]"),
        ];
        change.extend(more);
        with_rule(&block(&change))
    };
    let home = ("gegevens", "[\"gezin.ondersteuning_thuis\"]");
    assert_eq!(lift(&[home, ("wijze", "\"dat\"")]), []);
    for more in [
        [("gegevens", "[\"persoon.geboortedatum\"]"), ("wijze", "\"jaar\"")],
        [("gegevens", "[\"gezondheid.behandeling\"]"), ("wijze", "\"dat\"")],
    ] {
        let findings = lift(&more);
        assert!(findings.iter().any(|f| f.message.contains("5.4")), "{findings:?}");
    }
    let whole = with_rule(&block(&[("opheffen", "true"), home]));
    assert!(whole.iter().any(|f| f.message.contains("5.4")), "{whole:?}");
}

/// One dictionary line with one word changed, and what is found then.
fn reclassified(id: &str, old: &str, new: &str) -> (String, Vec<Finding>) {
    let text = example()
        .rules
        .into_iter()
        .find(|s| s.name == "gegevens.toml")
        .unwrap()
        .text;
    let block = text
        .split("[[gegeven]]")
        .find(|b| b.contains(&format!("id = \"{id}\"")))
        .unwrap();
    assert!(block.contains(old), "the change must hit: {id} {old}");
    let (sources, findings) = after("gegevens.toml", block, &block.replacen(old, new, 1));
    let text = sources.rules.into_iter().find(|s| s.name == "gegevens.toml");
    (text.unwrap().text, findings)
}

#[test]
fn the_dictionary_cannot_call_a_known_element_something_wider() {
    let off = "letter = \"-\"";
    for (id, old, new) in [
        ("persoon.bsn", "letter = \"b\"", "letter = \"a\""),
        ("persoon.naam", "identificerend = true", "identificerend = false"),
        ("ouder.contact.telefoon", off, "letter = \"a\""),
        ("gezondheid.diagnose", "letter = \"e\"", "letter = \"d\""),
        ("verzuim.vermoedelijke_reden", "bijzonder = true", "bijzonder = false"),
        ("persoon.strafblad", off, "letter = \"c\""),
        ("intern.signaal", off, "letter = \"d\""),
        (
            "persoon.adres_geheim",
            "verbergt = [\"persoon.adres\", ",
            "verbergt = [",
        ),
    ] {
        let (text, findings) = reclassified(id, old, new);
        let found = findings
            .iter()
            .find(|f| f.message.contains(&format!("`{id}`")))
            .unwrap_or_else(|| panic!("{id}: {old} → {new} must be refused, found {findings:#?}"));
        let key = old.split(' ').next().unwrap();
        let (line, _) = found.line_column(&text);
        assert!(
            text.lines().nth(line - 1).unwrap().starts_with(key),
            "{id}: at its word"
        );
        assert!(text.get(found.span.clone()).unwrap().starts_with(key) && !found.help.is_empty());
    }
    // Health that is no longer special, whatever letter it claims.
    let (_, findings) = reclassified(
        "gezondheid.diagnose",
        "letter = \"e\"\nbijzonder = true",
        "letter = \"d\"\nbijzonder = false",
    );
    assert_eq!(findings.len(), 2, "{findings:#?}");
}

#[test]
fn the_dictionary_may_call_a_known_element_something_narrower() {
    for (id, old, new) in [
        ("school.klas", "identificerend = false", "identificerend = true"),
        ("gezondheid.groei", "letter = \"e\"", "letter = \"-\""),
        ("onderwijs.niveau", "bijzonder = false", "bijzonder = true"),
    ] {
        let (_, findings) = reclassified(id, old, new);
        assert!(
            findings.iter().all(|f| !f.message.contains("ruimer")),
            "{id}: {findings:#?}"
        );
    }
}

#[test]
fn a_secret_address_cannot_leave_the_dictionary_or_stop_hiding() {
    let (_, findings) = after(
        "gegevens.toml",
        "id = \"persoon.adres_geheim\"",
        "id = \"school.adres_geheim\"",
    );
    assert!(
        findings.iter().any(|f| f.message.contains("`persoon.adres_geheim`")),
        "{findings:#?}"
    );
}

#[test]
fn a_new_element_is_no_wider_than_its_family() {
    let with = |id: &str, letter: char, special: bool, telling: bool| {
        let mut sources = example();
        let block = format!(
            "\n[[gegeven]]\nid = \"{id}\"\nomschrijving = \"Proef\"\nletter = \"{letter}\"\nbijzonder = {special}\n\
             identificerend = {telling}\nvrij = false\ngeneralisaties = []\nartikel = \"5.1\"\n"
        );
        append(text(&mut sources, "gegevens.toml"), &block);
        let findings = Rulebook::parse(&sources).err().unwrap_or_default();
        findings.iter().filter(|f| f.message.contains("ruimer")).count()
    };
    for (id, letter, special, telling) in [
        ("gezondheid.proef", 'd', true, false),
        ("ouder.contact.proef", 'a', false, true),
        ("ouder.contact.proef", '-', false, false),
        ("intern.proef", 'd', false, true),
        ("persoon.proef", 'a', false, true),
    ] {
        assert_eq!(with(id, letter, special, telling), 1, "{id} {letter}");
    }
    for (id, letter, special, telling) in [
        ("gezondheid.proef", 'e', true, false),
        ("persoon.proef", '-', false, false),
        ("onderwijs.proef", 'd', false, false),
    ] {
        assert_eq!(with(id, letter, special, telling), 0, "{id} {letter}");
    }
}

#[test]
fn who_gives_only_with_consent_has_no_basis_without() {
    for (id, was) in [
        ("mbo-toestemming", "alles"),
        ("kinderopvang-swv", "alles"),
        ("toestemming-derde", "alles"),
    ] {
        let mut sources = example();
        let file = text(&mut sources, "grondslagen.toml");
        let (head, block) = file.split_once(&format!("id = \"{id}\"")).unwrap();
        let block = block.replacen(&format!("toestemming = \"{was}\""), "toestemming = \"geen\"", 1);
        *file = format!("{head}id = \"{id}\"{block}");
        let findings = Rulebook::parse(&sources).err().unwrap_or_default();
        assert!(
            findings.iter().any(|f| f.message.contains("4.3, 4.6")),
            "{id}: {findings:#?}"
        );
    }
}

#[test]
fn a_report_of_absence_cannot_do_without_absence() {
    let (_, findings) = after(
        "wettelijk/verzuimmelding.toml",
        "vereist = [[\"persoon.bsn\", \"persoon.onderwijsnummer\"], [\"verzuim.ongeoorloofd\"]]",
        "vereist = [[\"school.naam\"], [\"verzuim.ongeoorloofd\", \"verzuim.soort\"]]",
    );
    assert!(
        findings.iter().any(|f| f.message.contains("geen plicht om te melden")),
        "{findings:#?}"
    );
}
