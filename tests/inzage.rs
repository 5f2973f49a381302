//! `sluis inzage` over the store that the demo leaves: two accounts, the age rule, words for a parent, nothing plain.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/cli.rs"]
mod cli;

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use cli::{json, root, sluis};
use serde_json::Value;

struct Place {
    home: tempfile::TempDir,
    config: PathBuf,
}

impl Place {
    fn played() -> Self {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join("data");
        let played = sluis(&["demo", "--bewaar", data.to_str().unwrap()]);
        assert!(played.status.success(), "{}", String::from_utf8_lossy(&played.stderr));
        let config = home.path().join("sluis.toml");
        let text = format!(
            "[sluis]\norganisatie = \"00000099000000003000\"\ndata = \"{}\"\n[api]\nluister = \"127.0.0.1:0\"\n",
            data.display()
        );
        fs::write(&config, text).unwrap();
        let place = Self { home, config };
        for (id, rol) in [("op-1", "operator"), ("fg-1", "fg"), ("lz-1", "lezer")] {
            let out = sluis(&["gebruiker", "--config", place.config(), "add", id, "--rol", rol]);
            assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        }
        place
    }

    fn config(&self) -> &str {
        self.config.to_str().unwrap()
    }

    fn ask(&self, vraag: &str, more: &[&str]) -> Output {
        let fixed = ["inzage", "--config", self.config()];
        let mut child = Command::new(env!("CARGO_BIN_EXE_sluis"))
            .args(fixed)
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(vraag.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }
}

const PARENT: &[&str] = &["--vrager", "vertegenwoordiger", "--door", "op-1", "--akkoord", "fg-1"];

/// The young person of the first message of the demo.
fn persoon() -> Value {
    let text =
        fs::read_to_string(root().join("config/demo/berichten/01-hulpvraag-naar-samenwerkingsverband.json")).unwrap();
    let event: Value = serde_json::from_str(&text).unwrap();
    event["data"]["bijdragen"][0]["inhoud"]["persoon"].clone()
}

#[test]
fn a_parent_learns_who_received_what_and_nobody_else_does() {
    let place = Place::played();
    let p = persoon();
    let (bsn, naam, geboren) = (
        p["bsn"].as_str().unwrap(),
        p["achternaam"].as_str().unwrap(),
        p["geboortedatum"].as_str().unwrap(),
    );
    let by_bsn = serde_json::json!({ "bsn": bsn, "geboortedatum": geboren }).to_string();
    let by_name = serde_json::json!({ "achternaam": naam.to_uppercase(), "geboortedatum": geboren }).to_string();
    let mut texts = Vec::new();
    for vraag in [&by_bsn, &by_name] {
        let out = place.ask(vraag, &[PARENT, &["--output", "json"]].concat());
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let answer = json(&out.stdout);
        let given = answer["gegeven"].as_array().unwrap();
        assert!(!given.is_empty(), "the demo gave something");
        for g in given {
            assert!(!g["categorieen"].as_array().unwrap().is_empty() && !g["aan"].as_str().unwrap().is_empty());
            assert!(!g["grondslag"].as_str().unwrap().is_empty(), "{g}");
        }
        assert!(
            !answer["ligt"].as_array().unwrap().is_empty(),
            "the demo blocked something"
        );
        texts.push(String::from_utf8(out.stdout).unwrap());
    }
    let page = place.ask(&by_bsn, PARENT);
    texts.push(String::from_utf8(page.stdout).unwrap());
    assert!(texts[2].contains("<html lang=\"nl\">") && texts[2].contains("Wie kreeg het"));
    for text in &texts {
        assert!(
            !text.contains(bsn) && !text.contains("<script"),
            "no value stands in the answer"
        );
    }
    // Recorded, with both accounts and without the person; and nothing of the person stands plain in the store.
    let data = place.home.path().join("data");
    let mut all = Vec::new();
    for file in fs::read_dir(&data).unwrap() {
        all.extend(fs::read(file.unwrap().path()).unwrap());
    }
    let holds = |text: &str| all.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(holds("inzage door op-1 met fg-1"), "journalled");
    assert!(
        !holds(bsn) && !holds(naam) && !holds(&naam.to_lowercase()) && !holds(geboren),
        "nothing plain"
    );
    // The journal still follows, and the register has the act.
    let register = sluis(&["register", "--config", place.config(), "--vorm", "json"]);
    assert!(register.status.success());
    // Somebody else's question finds nothing.
    let other = place.ask(
        "{\"bsn\":\"999912343\",\"geboortedatum\":\"2014-01-01\"}",
        &[PARENT, &["--output", "json"]].concat(),
    );
    let other = json(&other.stdout);
    assert!(other["gegeven"].as_array().unwrap().is_empty() && other["ligt"].as_array().unwrap().is_empty());
}

#[test]
fn one_person_a_wrong_role_or_a_wrong_age_gets_no_answer() {
    let place = Place::played();
    let vraag = "{\"bsn\":\"999900006\",\"geboortedatum\":\"2020-01-01\"}";
    let refused = |more: &[&str], code: i32| {
        let out = place.ask(vraag, more);
        assert_eq!(out.status.code(), Some(code), "{more:?}");
        let said = [out.stdout, out.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(!said.contains("999900006") && !said.contains("2020-01-01"), "{said}");
    };
    refused(
        &["--vrager", "vertegenwoordiger", "--door", "op-1", "--akkoord", "op-1"],
        2,
    );
    refused(
        &["--vrager", "vertegenwoordiger", "--door", "op-1", "--akkoord", "lz-1"],
        2,
    );
    refused(
        &["--vrager", "vertegenwoordiger", "--door", "op-1", "--akkoord", "nobody"],
        2,
    );
    refused(&["--vrager", "jongere", "--door", "op-1", "--akkoord", "fg-1"], 1);
    refused(
        &["--vrager", "ouder-zonder-gezag", "--door", "op-1", "--akkoord", "fg-1"],
        1,
    );
}
