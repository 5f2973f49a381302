//! `sluis verzuim detect`: a file in, signals out; wrong lines told and the rest kept; exit codes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/cli.rs"]
mod cli;

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use cli::{json, sluis};

const KOP: &str = "leerling,brin,datum,tot,soort,uren,geboortedatum,sector\n";
const ZESTIEN: &str = "L1,99ZZ00,2026-09-14,,ongeoorloofd,8,2012-05-01,vo\nL1,99ZZ00,2026-09-15,,ongeoorloofd,8,,\n";

fn stdin(text: &str, args: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sluis"))
        .args(["verzuim", "detect", "-", "--dag", "2026-12-01"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn signals_and_wrong_lines_are_findings() {
    let text = format!("{KOP}{ZESTIEN}L1,99ZZ00,2026-02-30,,ziek,,,\n");
    let out = stdin(&text, &[]);
    assert_eq!(out.status.code(), Some(1));
    let (said, told) = (
        String::from_utf8(out.stdout).unwrap(),
        String::from_utf8(out.stderr).unwrap(),
    );
    let first = said.lines().next().unwrap();
    assert_eq!(
        first,
        "leerling op regel 2, school 99ZZ00: relatief-16-uur (1.16, 4.3; Leerplichtwet 21a) vanaf 2026-09-14, bereikt \
         2026-09-15; melden aan DUO uiterlijk 2026-09-22; regels 2, 3; een regel telde niet mee"
    );
    assert!(
        told.contains("regel 4, datum: ") && told.contains("3 registraties, 1 leerlingen: 2 signalen, 1 regels"),
        "{told}"
    );
    // Neither the pupil's number nor what stood on the wrong line.
    assert!(
        !said.contains("L1") && !told.contains("L1") && !told.contains("02-30"),
        "{said}{told}"
    );
}

#[test]
fn a_file_without_signals_is_well() {
    let out = stdin(
        &format!("{KOP}L1,99ZZ00,2026-09-14,,ongeoorloofd,8,2012-05-01,vo\n"),
        &["--taal", "en"],
    );
    assert_eq!(out.status.code(), Some(0));
    assert!(out.stdout.is_empty());
    assert_eq!(
        String::from_utf8(out.stderr).unwrap().trim(),
        "1 registrations, 1 pupils: 0 signals, 0 lines not counted"
    );
}

#[test]
fn programs_get_a_line_of_json_for_everything() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("verzuim.csv");
    std::fs::write(&path, format!("{KOP}{ZESTIEN}L1,99XX00,2026-09-16,,ziek,,,\n")).unwrap();
    let out = sluis(&[
        "verzuim",
        "detect",
        path.to_str().unwrap(),
        "--dag",
        "2026-12-01",
        "--output",
        "json",
        "--terugdringen-verzuim",
        "2026-01-01",
    ]);
    assert_eq!(out.status.code(), Some(1));
    let lines: Vec<serde_json::Value> = out
        .stdout
        .split(|b| *b == b'\n')
        .filter(|l| !l.is_empty())
        .map(json)
        .collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(
        (&lines[0]["fout"], &lines[0]["regel"]),
        (&"onbekende-school".into(), &4.into())
    );
    let signaal = &lines[1]["signaal"];
    assert_eq!(signaal["regel"], "relatief-16-uur");
    assert_eq!(signaal["termijn"], "2026-09-22");
    assert_eq!(signaal["wetsvoorstellen"], serde_json::json!(["terugdringen-verzuim"]));
    assert_eq!(lines[1]["naar"], serde_json::json!(["duo", "samenwerkingsverband"]));
    assert_eq!(lines[1]["regels"], serde_json::json!([2, 3]));
    assert_eq!(lines[3]["geteld"]["fouten"], 1);
}

#[test]
fn schools_without_a_calendar_follow_the_region_that_is_given() {
    let text = format!("{KOP}{}", ZESTIEN.replace("99ZZ", "99XX"));
    assert_eq!(stdin(&text, &[]).stdout, b"");
    let out = stdin(&text, &["--regio", "noord"]);
    assert!(
        String::from_utf8(out.stdout)
            .unwrap()
            .contains("99XX00: relatief-16-uur")
    );
}

#[test]
fn what_cannot_be_used_is_said_with_its_exit_code() {
    let out = stdin("naam,geboren\n", &[]);
    assert_eq!(out.status.code(), Some(2));
    let told = String::from_utf8(out.stderr).unwrap();
    assert!(
        told.contains("column 1 of the header is not known") && !told.contains("naam"),
        "{told}"
    );
    assert_eq!(sluis(&["verzuim", "detect", "no-such-file.csv"]).status.code(), Some(2));
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a.toml"), "[schooljaar]\n").unwrap();
    let out = stdin(KOP, &["--kalender", home.path().to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(78));
    assert!(String::from_utf8(out.stderr).unwrap().contains("a.toml"));
}

#[test]
fn ndjson_is_seen_from_its_first_character() {
    let line = r#"{"leerling":"L1","brin":"99ZZ","datum":"2026-09-14","soort":"ongeoorloofd","uren":16,"geboortedatum":"2012-05-01","sector":"vo"}"#;
    let out = stdin(line, &["--taal", "en"]);
    assert!(
        String::from_utf8(out.stdout)
            .unwrap()
            .starts_with("pupil on line 1, school 99ZZ00: relatief-16-uur")
    );
}
