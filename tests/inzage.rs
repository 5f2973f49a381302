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

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use cli::{json, root, sluis};
use serde_json::Value;

struct Place {
    home: tempfile::TempDir,
    config: PathBuf,
    /// What was shown once of each account.
    mensen: BTreeMap<&'static str, Value>,
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
        let mut place = Self {
            home,
            config,
            mensen: BTreeMap::new(),
        };
        for (id, rol) in [("op-1", "operator"), ("fg-1", "fg"), ("lz-1", "lezer")] {
            let out = sluis(&[
                "gebruiker",
                "--config",
                place.config(),
                "--output",
                "json",
                "add",
                id,
                "--rol",
                rol,
            ]);
            assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
            place.mensen.insert(id, json(&out.stdout));
        }
        place
    }

    fn config(&self) -> &str {
        self.config.to_str().unwrap()
    }

    #[allow(clippy::disallowed_methods, reason = "an authenticator app reads the clock")]
    /// What a person gives to prove who it is; somebody unknown gives something.
    fn bewijs(&self, id: &str) -> Value {
        let Some(shown) = self.mensen.get(id) else {
            return serde_json::json!({ "account": id, "wachtwoord": "een heel lang wachtwoord", "code": "123456" });
        };
        let uri = shown["otpauth"].as_str().unwrap();
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        let code = totp_rs::Totp::from_url(uri)
            .unwrap()
            .generate(now.as_secs())
            .to_string();
        serde_json::json!({ "account": id, "wachtwoord": shown["wachtwoord"], "code": code })
    }

    fn ask(&self, vraag: &str, more: &[&str]) -> Output {
        self.ask_as(self.bewijs("op-1"), self.bewijs("fg-1"), vraag, more)
    }

    fn ask_as(&self, eerste: Value, tweede: Value, vraag: &str, more: &[&str]) -> Output {
        let vraag: Value = serde_json::from_str(vraag).unwrap();
        let asked = serde_json::json!({ "eerste": eerste, "tweede": tweede, "vraag": vraag }).to_string();
        let fixed = ["inzage", "--config", self.config()];
        let mut child = Command::new(env!("CARGO_BIN_EXE_sluis"))
            .args(fixed)
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }
}

const PARENT: &[&str] = &["--vrager", "vertegenwoordiger"];

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
    // The demo lets a send end without an answer, or not; whatever is found names no person and is judged by one.
    let found = sluis(&["inbreuken", "--config", place.config(), "--output", "json"]);
    let told = json(&found.stdout)["kandidaten"].as_array().unwrap().clone();
    assert_eq!(found.status.code(), Some(i32::from(!told.is_empty())));
    assert!(
        told.iter().all(|k| k["vermoeden"] != "ontvanger-geen-partij"),
        "{told:?}"
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
    let refused = |eerste: Value, tweede: Value, vrager: &str, code: i32| {
        let out = place.ask_as(eerste, tweede, vraag, &["--vrager", vrager]);
        assert_eq!(out.status.code(), Some(code), "{vrager}");
        let said = [out.stdout, out.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(!said.contains("999900006") && !said.contains("2020-01-01"), "{said}");
    };
    let (op, fg) = (|| place.bewijs("op-1"), || place.bewijs("fg-1"));
    let parent = "vertegenwoordiger";
    refused(op(), op(), parent, 2);
    refused(op(), place.bewijs("lz-1"), parent, 2);
    refused(op(), place.bewijs("nobody"), parent, 2);
    // Naming somebody is no proof.
    for (field, wrong) in [("wachtwoord", "een ander lang wachtwoord"), ("code", "000000")] {
        let mut named = fg();
        named[field] = wrong.into();
        refused(op(), named, parent, 2);
    }
    refused(op(), fg(), "jongere", 1);
    refused(op(), fg(), "ouder-zonder-gezag", 1);
}

#[test]
fn a_date_of_birth_that_is_not_on_record_opens_nothing() {
    let place = Place::played();
    let p = persoon();
    // Of a young person of sixteen, asked for as a child by a parent.
    let vraag = serde_json::json!({ "bsn": p["bsn"], "geboortedatum": "2019-02-03" }).to_string();
    let out = place.ask(&vraag, &[PARENT, &["--output", "json"]].concat());
    assert_eq!(out.status.code(), Some(1), "{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(json(&out.stdout)["reden"], "geboortedatum-anders");
}
