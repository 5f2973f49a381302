//! The demonstration tells the same every time, ends by itself, and shows no value of a message anywhere: not in what
//! it prints, not in its log at `RUST_LOG=trace`, not in the files it leaves behind.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/canary.rs"]
mod canary;
#[path = "support/planted.rs"]
mod planted;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use sluis_store::JournalReader;

/// Runs `sluis` somewhere that is not the clone: everything it needs is inside it.
fn sluis(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sluis"))
        .args(arguments)
        .current_dir(dir)
        .env("RUST_LOG", "trace")
        .env_remove("NO_COLOR")
        .output()
        .unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What each message came to, as `config/demo/README.md` promises: for whom, what, and one of the reasons.
const PROMISED: &[(&str, &str, &str, &str)] = &[
    (
        "01-hulpvraag-naar-samenwerkingsverband",
        "samenwerkingsverband",
        "geminimaliseerd",
        "niet-vrijgegeven",
    ),
    (
        "02-hulpvraag-naar-leerplicht",
        "leerplicht",
        "geminimaliseerd",
        "element-niet-nodig",
    ),
    ("03-status-geheel-doorgelaten", "school", "doorgelaten", ""),
    (
        "04-niet-geinformeerd",
        "samenwerkingsverband",
        "geblokkeerd",
        "niet-geinformeerd",
    ),
    ("05-casus-gesloten", "leerplicht", "geblokkeerd", "casus-gesloten"),
    ("06-verkeerd-doel", "leerplicht", "geblokkeerd", "doel-niet-van-overleg"),
    ("07-ontvanger-is-derde", "derde", "geblokkeerd", "ontvanger-is-derde"),
    (
        "08-bijdrage-jgz-zonder-akkoord",
        "leerplicht",
        "geminimaliseerd",
        "akkoord-ontbreekt",
    ),
    (
        "09-vrije-tekst-zonder-vrijgave",
        "leerplicht",
        "geminimaliseerd",
        "niet-vrijgegeven",
    ),
    (
        "10-geen-toestemming-bijzonder",
        "samenwerkingsverband",
        "geminimaliseerd",
        "toestemming-ontbreekt",
    ),
    (
        "11-ontvanger-niet-bekendgemaakt",
        "jeugdhulpaanbieder",
        "geblokkeerd",
        "ontvanger-niet-bekendgemaakt",
    ),
    (
        "kindkans 01-langdurig-verzuim",
        "jgz",
        "geminimaliseerd",
        "niet-op-de-lijst",
    ),
    (
        "kindkans 01-langdurig-verzuim",
        "leerplicht",
        "geminimaliseerd",
        "toestemming-ontbreekt",
    ),
    (
        "kindkans 01-langdurig-verzuim",
        "samenwerkingsverband",
        "geminimaliseerd",
        "minder-precies",
    ),
    (
        "kindkans 05-veel-gevoelig",
        "leerplicht",
        "geminimaliseerd",
        "niet-op-de-lijst",
    ),
    (
        "kindkans 05-veel-gevoelig",
        "samenwerkingsverband",
        "geminimaliseerd",
        "niet-op-de-lijst",
    ),
    (
        "kindkans 06-niets-bruikbaars",
        "leerplicht",
        "geblokkeerd",
        "niets-bruikbaars-over",
    ),
];

#[test]
fn each_message_comes_to_what_was_promised_and_the_receivers_got_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let output = sluis(dir.path(), &["demo", "--output", "json", "--bewaar", "kept"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let all = lines(&output);
    let (sum, messages) = all.split_last().unwrap();
    let mut told: BTreeMap<(String, String), &Value> = BTreeMap::new();
    for message in messages {
        let to = message["ontvanger"].as_str().unwrap().split('/').nth(1).unwrap();
        told.insert(
            (message["bericht"].as_str().unwrap().to_owned(), to.to_owned()),
            message,
        );
    }
    assert_eq!(told.len(), PROMISED.len());
    for (name, to, outcome, reason) in PROMISED {
        let message = told[&((*name).to_owned(), (*to).to_owned())];
        assert_eq!(message["uitkomst"], *outcome, "{name} for {to}");
        let reasons = message["redenen"].as_array().unwrap();
        let given = reasons.iter().find(|r| r["reden"] == *reason);
        assert!(
            reason.is_empty() || given.is_some(),
            "{name} for {to} has no {reason}: {reasons:?}"
        );
        assert!(
            given.is_none_or(|r| r["artikel"] != ""),
            "{name} for {to}: {reason} has no article"
        );
    }
    assert_eq!(sum["uitkomsten"]["doorgelaten"], 1);
    assert_eq!(sum["uitkomsten"]["geminimaliseerd"], 10);
    assert_eq!(sum["uitkomsten"]["geblokkeerd"], 6);
    let got: u64 = sum["ontvangen"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["berichten"].as_u64().unwrap())
        .sum();
    assert_eq!(got, 11, "what was not blocked arrived, and nothing else");

    // The commands it names work, on the copy that was kept.
    let mut helped = 0;
    for message in messages {
        let effect = message["effect"].as_str().unwrap();
        let why = sluis(dir.path(), &["why", effect, "--data", "kept"]);
        let blocked = message["uitkomst"] == "geblokkeerd";
        assert_eq!(why.status.code(), Some(i32::from(blocked)), "blocked is a finding");
        let text = String::from_utf8(why.stdout).unwrap();
        // One plain sentence first.
        assert_eq!(text.contains("gaat niet naar"), blocked, "{text}");
        assert!(text.contains("aanvaard") && text.contains("besluit"), "{text}");
        helped += usize::from(text.contains("wat zou helpen: "));
        let last = if blocked { "quarantaine" } else { "afgeleverd" };
        assert!(text.contains(last), "{text}");
    }
    assert!(helped > 0, "of no blocked message it is said what would help");
    assert_eq!(
        sluis(dir.path(), &["why", "bestaat-niet", "--data", "kept"])
            .status
            .code(),
        Some(1)
    );

    let journal = JournalReader::open(&dir.path().join("kept/sluis.db")).unwrap();
    let records = journal.from(1, 10_000).unwrap();
    let (last, _) = sluis_rules::journal::verify(records.iter().map(Vec::as_slice)).unwrap();
    assert!(last > 100, "the whole of it stands in one chain: {last}");
}

#[test]
fn no_value_of_any_message_is_printed_logged_or_kept() {
    canary::prove_the_search();
    let planted = planted::values();
    assert!(
        planted.len() > 150,
        "the messages hold enough to look for: {}",
        planted.len()
    );
    let dir = tempfile::tempdir().unwrap();
    for (n, format) in ["text", "json"].into_iter().enumerate() {
        let kept = format!("kept{n}");
        let output = sluis(dir.path(), &["demo", "--output", format, "--bewaar", &kept]);
        assert!(output.status.success());
        assert!(output.stderr.len() > 1000, "RUST_LOG=trace says something");
        std::fs::write(dir.path().join(format!("stdout{n}")), &output.stdout).unwrap();
        std::fs::write(dir.path().join(format!("stderr{n}")), &output.stderr).unwrap();
        for message in lines_of(&output, format) {
            let why = sluis(dir.path(), &["why", &message, "--data", &kept, "--output", format]);
            std::fs::write(
                dir.path().join(format!("why-{n}-{message}")),
                [why.stdout, why.stderr].concat(),
            )
            .unwrap();
        }
    }
    let files = planted::files(dir.path());
    let kept: usize = files
        .iter()
        .filter(|(name, _)| name.contains("sluis.db"))
        .map(|(_, bytes)| bytes.len())
        .sum();
    assert!(kept > 200_000, "the stores are among what is searched: {kept}");
    let mut leaks = Vec::new();
    for value in &planted {
        for needles in planted::needles(value) {
            for (name, bytes) in &files {
                if let Some(spelling) = needles.found_in(bytes) {
                    leaks.push(format!("{name}: a value of {} letters ({spelling})", value.len()));
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
}

fn lines_of(output: &Output, format: &str) -> Vec<String> {
    if format == "text" {
        return Vec::new();
    }
    let all = lines(output);
    all.iter()
        .filter_map(|l| Some(l["effect"].as_str()?.to_owned()))
        .collect()
}
