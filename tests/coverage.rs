//! The cases in `tests/cases` show every reason, both sides of every gate and every rule; and every reason by which
//! something does not pass has its page in Dutch and English.
//!
//! What cannot be shown stands below as data, with why. A list may only become shorter: who makes an entry showable
//! takes it out, and the test says so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "coverage/pages.rs"]
mod pages;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use sluis_rules::verdict::{Gate, Reden};

/// Reasons that no case shows, and why.
const OUT_OF_REACH: &[(&str, &str)] = &[(
    "telling-niet-voor-ontvanger",
    "a case is a message about a person; core/rules/tests/aggregaat shows who gets counts, and tests/statistiek.rs the command",
)];

/// Refusals that no case shows, and why.
const REFUSALS_OUT_OF_REACH: &[(&str, &str)] = &[
    (
        "geen-schuilnaamsleutel",
        "a case always has a key; core/stations/tests/derde.rs shows what happens without one",
    ),
    (
        "te-groot",
        "would take a case of more than a megabyte; the scanner's own tests show it",
    ),
    (
        "te-veel-waarden",
        "would take a case of fifty thousand values; the scanner's own tests show it",
    ),
    (
        "veld-ontbreekt",
        "the schema misses the field first and calls it past-niet-in-schema",
    ),
    ("zelfcontrole", "a defect of ours, never the consequence of a message"),
];

/// Rules that no case shows yet, and how many these may be. Every rule is shown: keep it so.
const RULES_NOT_SHOWN: &[&str] = &[];
const RULES_NOT_SHOWN_COUNT: usize = 0;

struct Case {
    name: String,
    title: String,
    faults: Vec<String>,
    shows: BTreeSet<String>,
}

impl Case {
    fn topic(&self) -> &str {
        self.name.split('/').next().unwrap()
    }

    fn lets_something_pass(&self) -> bool {
        root().join("tests/cases").join(&self.name).join("out.json").is_file()
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// What `sluis test` says of every case. Run once for the whole file.
fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let output = Command::new(env!("CARGO_BIN_EXE_sluis"))
            .args(["test", "--output", "json", "tests/cases"])
            .current_dir(root())
            .output()
            .expect("sluis runs");
        let told = String::from_utf8(output.stdout).expect("JSON lines");
        let strings = |v: &serde_json::Value| -> Vec<String> {
            v.as_array()
                .unwrap()
                .iter()
                .map(|s| s.as_str().unwrap().to_owned())
                .collect()
        };
        let found: Vec<Case> = told
            .lines()
            .map(|line| {
                let v: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
                Case {
                    name: v["geval"].as_str().unwrap().to_owned(),
                    title: v["titel"].as_str().unwrap().to_owned(),
                    faults: strings(&v["fouten"]),
                    shows: strings(&v["toont"]).into_iter().collect(),
                }
            })
            .collect();
        assert!(!found.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        found
    })
}

/// What the cases show of a kind: `reden`, `regel` or `weigering`.
fn shown(kind: &str) -> BTreeSet<&'static str> {
    let prefix = format!("{kind}:");
    cases()
        .iter()
        .flat_map(|c| &c.shows)
        .filter_map(|s| s.strip_prefix(prefix.as_str()))
        .collect()
}

/// Quoted words that follow a marker, as `=> "te-groot"`.
fn quoted_after<'t>(text: &'t str, marker: &str) -> Vec<&'t str> {
    let opening = format!("{marker}\"");
    text.split(opening.as_str())
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|w| {
            !w.is_empty()
                && w.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
        .collect()
}

/// The part of a source file that holds the names of its refusals.
fn slug_function(text: &str) -> &str {
    let from = text.find("fn slug").expect("a function that names its refusals");
    let rest = &text[from..];
    &rest[..rest.find("\n    }").expect("the end of that function")]
}

fn rules() -> BTreeSet<String> {
    let rules = root().join("config/convenant");
    let inside = |dir: &&str| {
        fs::read_dir(rules.join(dir))
            .expect("the rules")
            .map(|e| e.unwrap().path())
    };
    ["casusoverleg", "overdracht", "wettelijk"]
        .iter()
        .flat_map(inside)
        .chain(["betrokkene.toml", "derde.toml"].map(|name| rules.join(name)))
        .flat_map(|path| {
            let text = fs::read_to_string(path).unwrap();
            let table: toml::Table = toml::from_str(&text).unwrap();
            table["regel"].as_array().unwrap().clone()
        })
        .map(|r| r["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_case_passes() {
    let failed: Vec<String> = cases()
        .iter()
        .filter(|c| !c.faults.is_empty())
        .map(|c| format!("{} – {}\n    {}", c.name, c.title, c.faults.join("\n    ")))
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {}:\n{}",
        failed.len(),
        cases().len(),
        failed.join("\n")
    );
}

#[test]
fn there_are_enough_and_every_title_is_its_own() {
    assert!(cases().len() >= 30, "{} cases", cases().len());
    let titles: BTreeSet<&str> = cases().iter().map(|c| c.title.as_str()).collect();
    assert_eq!(titles.len(), cases().len(), "two cases have the same title");
}

#[test]
fn every_reason_that_can_occur_is_shown() {
    let shown = shown("reden");
    let out: BTreeSet<&str> = OUT_OF_REACH.iter().map(|(slug, _)| *slug).collect();
    let missing: Vec<&str> = Reden::ALL
        .iter()
        .map(|r| r.slug())
        .filter(|s| !shown.contains(s) && !out.contains(s))
        .collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
    let reachable: Vec<&&str> = out.iter().filter(|s| shown.contains(**s)).collect();
    assert!(
        reachable.is_empty(),
        "shown by now, take them out of the list: {reachable:?}"
    );
    let unknown: Vec<&&str> = out
        .iter()
        .filter(|s| !Reden::ALL.iter().any(|r| r.slug() == **s))
        .collect();
    assert!(unknown.is_empty(), "no reasons at all: {unknown:?}");
}

#[test]
fn every_gate_is_shown_both_ways() {
    for gate in Gate::ALL {
        let of_gate: BTreeSet<String> = Reden::ALL
            .iter()
            .filter(|r| r.gate() == gate)
            .map(|r| format!("reden:{}", r.slug()))
            .collect();
        let topic: Vec<&Case> = cases().iter().filter(|c| c.topic() == gate.slug()).collect();
        let objects = |c: &&Case| c.shows.iter().any(|s| of_gate.contains(s));
        assert!(
            cases().iter().any(|c| objects(&c)),
            "no case in which {} objects",
            gate.slug()
        );
        assert!(
            topic.iter().any(|c| c.lets_something_pass()),
            "tests/cases/{} has no case in which something passes",
            gate.slug()
        );
        assert!(
            cases().iter().any(|c| c.lets_something_pass() && !objects(&c)),
            "no case in which {} has nothing to say",
            gate.slug()
        );
    }
}

#[test]
fn every_refusal_that_can_occur_is_shown() {
    let shown = shown("weigering");
    let out: BTreeSet<&str> = REFUSALS_OUT_OF_REACH.iter().map(|(slug, _)| *slug).collect();
    for source in ["core/rules/src/scan/refusal.rs", "src/cli/geval.rs"] {
        let text = read(source);
        let missing: Vec<&str> = quoted_after(slug_function(&text), "=> ")
            .into_iter()
            .filter(|s| !shown.contains(s) && !out.contains(s))
            .collect();
        assert!(missing.is_empty(), "{source}: no case shows {missing:?}");
    }
    let reachable: Vec<&&str> = out.iter().filter(|s| shown.contains(**s)).collect();
    assert!(
        reachable.is_empty(),
        "shown by now, take them out of the list: {reachable:?}"
    );
}

#[test]
fn every_rule_is_shown() {
    let (rules, shown) = (rules(), shown("regel"));
    let listed: BTreeSet<&str> = RULES_NOT_SHOWN.iter().copied().collect();
    assert_eq!(
        listed.len(),
        RULES_NOT_SHOWN_COUNT,
        "the list of rules not shown may only become shorter: lower the count with it"
    );
    let missing: Vec<&String> = rules
        .iter()
        .filter(|r| !shown.contains(r.as_str()) && !listed.contains(r.as_str()))
        .collect();
    assert!(
        missing.is_empty(),
        "no case in which these rules let something pass: {missing:?}"
    );
    let stale: Vec<&&str> = listed
        .iter()
        .filter(|r| shown.contains(**r) || !rules.contains(**r))
        .collect();
    assert!(
        stale.is_empty(),
        "shown by now, or gone; take them out of the list: {stale:?}"
    );
}
