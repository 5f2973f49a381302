//! `sluis toestemming`: recorded by an operator who proves it, once, judged as the interface judges; withdrawn; listed.
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
#[path = "support/mensen.rs"]
mod mensen;

use std::path::PathBuf;
use std::process::Output;

use mensen::Mensen;
use serde_json::{Value, json};

struct Place {
    _home: tempfile::TempDir,
    config: PathBuf,
    mensen: Mensen,
}

impl Place {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join("sluis.toml");
        let text =
            "[sluis]\norganisatie = \"00000099000000003000\"\ndata = \"data\"\n[api]\nluister = \"127.0.0.1:0\"\n";
        std::fs::write(&config, text).unwrap();
        let who = [
            ("op-1", "operator"),
            ("bh-1", "beheerder"),
            ("fg-1", "fg"),
            ("lz-1", "lezer"),
        ];
        let mensen = Mensen::made(&config, &who);
        Self {
            _home: home,
            config,
            mensen,
        }
    }

    fn read(&self, what: &[&str]) -> Output {
        let config = self.config.to_str().unwrap();
        let fixed = ["toestemming", "--config", config, "--output", "json"];
        cli::sluis(&[&fixed[..], what].concat())
    }

    fn write(&self, who: &str, what: &str, field: &str, value: &Value) -> Output {
        let config = self.config.to_str().unwrap();
        let arguments = ["toestemming", what, "--config", config, "--output", "json"];
        mensen::told_to(&arguments, &json!({"wie": self.mensen.bewijs(who), field: value}))
    }
}

fn consent() -> Value {
    json!({"id": "t-1", "casus": "cas-1", "kind": "grondslag", "verstrekker": "00000099000000001000/school",
        "gegevens": ["gezondheid.*"], "doelen": ["a"], "schriftelijk_op": "2025-01-06",
        "door": [{"wie": "voogd", "op": "2025-01-06"}]})
}

#[test]
fn a_consent_is_recorded_once_by_an_operator_and_withdrawn() {
    let place = Place::new();
    // Roles do not imply each other: only an operator records.
    for who in ["bh-1", "fg-1", "lz-1"] {
        let refused = place.write(who, "vastleggen", "toestemming", &consent());
        assert_eq!(refused.status.code(), Some(2), "{who}");
        let withdrawal = json!({"toestemming": "t-1", "casus": "cas-1", "op": "2025-02-03"});
        let refused = place.write(who, "intrekken", "intrekking", &withdrawal);
        assert_eq!(refused.status.code(), Some(2), "{who}");
    }
    let none = place.read(&["lijst", "cas-1"]);
    assert_eq!(cli::json(&none.stdout)["toestemmingen"], json!([]));

    let first = place.write("op-1", "vastleggen", "toestemming", &consent());
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let again = place.write("op-1", "vastleggen", "toestemming", &consent());
    assert_eq!(cli::json(&again.stdout)["versie"], cli::json(&first.stdout)["versie"]);
    let shown = place.read(&["toon", "cas-1", "t-1"]);
    let shown = cli::json(&shown.stdout);
    assert_eq!(shown["toestemming"]["vastgelegd_door"], "op-1");
    // Somebody signed, and nobody recorded how old the young person is.
    assert_eq!(shown["stand"], "leeftijd-onbekend");
    assert_eq!(place.read(&["toon", "cas-1", "t-2"]).status.code(), Some(1));

    // One that is not known is kept, and said.
    let stray = json!({"toestemming": "t-9", "casus": "cas-1", "op": "2025-02-03"});
    let stray = place.write("op-1", "intrekken", "intrekking", &stray);
    assert_eq!(stray.status.code(), Some(1));
    assert_eq!(cli::json(&stray.stdout)["onbekende_toestemming"], json!(["t-9"]));
    let withdrawal = json!({"toestemming": "t-1", "casus": "cas-1", "op": "2025-02-03"});
    let done = place.write("op-1", "intrekken", "intrekking", &withdrawal);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let list = place.read(&["lijst", "cas-1"]);
    assert_eq!(cli::json(&list.stdout)["toestemmingen"][0]["stand"], "ingetrokken");
}

#[test]
fn a_bad_consent_is_refused_with_its_reason() {
    let place = Place::new();
    for (field, value, reason) in [
        ("gegevens", json!([]), "toestemming-dekt-niets"),
        ("schriftelijk_op", json!("2999-01-01"), "toestemming-in-toekomst"),
        ("door", json!([]), "toestemming-zonder-ondertekenaar"),
        (
            "verstrekker",
            json!("00000099000000007777/school"),
            "toestemming-partij-onbekend",
        ),
    ] {
        let mut bad = consent();
        bad[field] = value;
        let refused = place.write("op-1", "vastleggen", "toestemming", &bad);
        assert_eq!(
            refused.status.code(),
            Some(1),
            "{reason}: {}",
            String::from_utf8_lossy(&refused.stderr)
        );
        assert_eq!(cli::json(&refused.stdout)["reden"], reason);
    }
    // What is no consent is not repeated.
    let mut bad = consent();
    bad["kind"] = json!("geheim-woord");
    let refused = place.write("op-1", "vastleggen", "toestemming", &bad);
    assert_eq!(refused.status.code(), Some(2));
    assert!(!String::from_utf8_lossy(&refused.stderr).contains("geheim-woord"));
    let none = place.read(&["lijst", "cas-1"]);
    assert_eq!(cli::json(&none.stdout)["toestemmingen"], json!([]));
}
