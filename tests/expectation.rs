//! The matrix by category equals an expectation that was written from the covenant by another reading than the rules.
//!
//! `expectation.tsv`, and `expectation-kanalen.tsv` for the other channels, came before they were ever laid beside the rules.
//! Where both differed, the covenant decided who was right; `docs/decisions/` tells which differences there were.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/cli.rs"]
mod cli;
#[path = "support/expectation.rs"]
mod expectation;
#[path = "support/expectation_kanalen.rs"]
mod kanalen;

#[test]
fn the_rules_are_what_another_reading_of_the_covenant_expects() {
    let root = cli::root();
    let rules = expectation::rules(&root);
    let text = std::fs::read_to_string(root.join("tests/expectation.tsv")).expect("the expectation");
    let expected = match expectation::parse(&text, &rules) {
        Ok(expected) => expected,
        Err(faults) => panic!("the expectation cannot be read:\n{}", faults.join("\n")),
    };
    let differences = expectation::differences(&rules, &expected);
    assert!(
        differences.is_empty(),
        "{} differences:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

#[test]
fn the_other_channels_are_what_another_reading_expects() {
    let root = cli::root();
    let rules = expectation::rules(&root);
    let text = std::fs::read_to_string(root.join("tests/expectation-kanalen.tsv")).expect("the expectation");
    let expected = match kanalen::parse(&text, &rules) {
        Ok(expected) => expected,
        Err(faults) => panic!("the expectation cannot be read:\n{}", faults.join("\n")),
    };
    let differences = kanalen::differences(&rules, &expected);
    assert!(
        differences.is_empty(),
        "{} differences:\n{}",
        differences.len(),
        differences.join("\n")
    );
}
