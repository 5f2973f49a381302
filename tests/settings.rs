//! The configuration as an operator meets it: the sample that is shipped can be used, a mistake is refused with its
//! place, and no secret is shown.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

use std::path::Path;
use std::process::{Command, Output};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn check(config: &Path, environment: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sluis"))
        .args(["run", "--check", "--config"])
        .arg(config)
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8([output.stdout.clone(), output.stderr.clone()].concat()).unwrap()
}

/// The shipped sample names a directory of rules that only an installation has.
fn with_rules() -> Vec<(&'static str, String)> {
    vec![("SLUIS__SLUIS__REGELS", format!("{ROOT}/config/convenant"))]
}

fn sample(environment: &[(&str, &str)]) -> Output {
    let rules = with_rules();
    let all: Vec<(&str, &str)> = rules
        .iter()
        .map(|(n, v)| (*n, v.as_str()))
        .chain(environment.iter().copied())
        .collect();
    check(&Path::new(ROOT).join("config/sluis.toml"), &all)
}

#[test]
fn the_shipped_sample_can_be_used() {
    let output = sample(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn a_mistake_is_refused_with_its_place_and_exit_code_78() {
    let output = sample(&[("SLUIS__LOG__NIVEUA", "warn")]);
    assert_eq!(output.status.code(), Some(78));
    assert!(said(&output).contains("SLUIS__LOG__NIVEUA"), "{}", said(&output));
    assert!(said(&output).contains("did you mean `niveau`?"), "{}", said(&output));

    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("sluis.toml");
    std::fs::write(
        &file,
        "[sluis]\norganisatie = \"00000099000000003000\"\ndate = \"data\"\n",
    )
    .unwrap();
    let output = check(&file, &[]);
    assert_eq!(output.status.code(), Some(78));
    assert!(said(&output).contains("sluis.toml:3:1"), "{}", said(&output));
    assert!(said(&output).contains("did you mean `data`?"), "{}", said(&output));

    let output = check(&dir.path().join("nergens.toml"), &[]);
    assert_eq!(output.status.code(), Some(78));
}

#[test]
fn rules_that_cannot_be_used_are_shown_with_their_place() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("convenant.toml"), "[convenant]\nnaam = 1\n").unwrap();
    let output = sample(&[("SLUIS__SLUIS__REGELS", dir.path().to_str().unwrap())]);
    assert_eq!(output.status.code(), Some(78));
    assert!(said(&output).contains("convenant.toml"), "{}", said(&output));
}

#[test]
fn a_secret_in_the_environment_is_never_shown() {
    let output = sample(&[
        ("SLUIS__KINDKANS__WEBHOOK_GEHEIM", "geheim"),
        ("SLUIS__KINDKANS__TOKEN", "ook-geheim é"),
    ]);
    assert_eq!(output.status.code(), Some(78));
    let text = said(&output);
    assert!(
        text.contains("SLUIS__KINDKANS__WEBHOOK_GEHEIM") && text.contains("SLUIS__KINDKANS__TOKEN"),
        "{text}"
    );
    assert!(!text.contains("ook-geheim") && !text.contains("\"geheim\""), "{text}");
}
