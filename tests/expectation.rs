//! The matrix by category equals an expectation that was written from the covenant by another reading than the rules.
//!
//! `expectation.tsv` came before it was ever laid beside the rules. Where both differed, the covenant decided who was
//! right; `docs/decisions/` tells which differences there were.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/cli.rs"]
mod cli;
#[path = "support/expectation.rs"]
mod expectation;

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
