//! `config/convenant/MATRIX.md` follows from the rules, and a stale one is told with the command that renews it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "support/cli.rs"]
mod cli;

use std::fs;

use cli::{copy_rules, json, root, sluis};

#[test]
fn the_matrix_beside_the_rules_is_fresh() {
    let out = sluis(&["matrix", "--check"]);
    assert!(
        out.status.success(),
        "{}{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    );
}

#[test]
fn a_stale_matrix_is_told_with_the_command_that_renews_it() {
    let home = copy_rules();
    let dir = home.path().to_str().unwrap();
    assert!(sluis(&["matrix", "--check", dir]).status.success());
    let matrix = home.path().join("MATRIX.md");
    fs::write(&matrix, "iets anders").unwrap();
    let out = sluis(&["matrix", "--check", dir]);
    assert_eq!(out.status.code(), Some(1));
    let told = String::from_utf8(out.stdout).unwrap();
    assert!(told.contains(&format!("sluis matrix --write {dir}")), "{told}");
    fs::remove_file(&matrix).unwrap();
    assert_eq!(sluis(&["matrix", "--check", dir]).status.code(), Some(1));
    assert!(sluis(&["matrix", "--write", dir]).status.success());
    assert_eq!(
        fs::read_to_string(&matrix).unwrap(),
        fs::read_to_string(root().join("config/convenant/MATRIX.md")).unwrap()
    );
    assert_eq!(sluis(&["matrix", "--check", "--write", dir]).status.code(), Some(2));
}

#[test]
fn the_matrix_is_no_part_of_the_rulebook() {
    let home = copy_rules();
    let dir = home.path().to_str().unwrap();
    let hash = || json(&sluis(&["check", "--output", "json", dir]).stdout)["regelboek"].clone();
    let before = hash();
    fs::write(home.path().join("MATRIX.md"), "iets anders").unwrap();
    assert_eq!(hash(), before);
    let embedded = json(&sluis(&["check", "--output", "json"]).stdout)["regelboek"].clone();
    assert_eq!(embedded, before);
}

#[test]
fn programs_read_the_cells() {
    let told = json(&sluis(&["matrix", "--output", "json"]).stdout);
    let cells = told["cellen"].as_array().unwrap();
    assert!(cells.len() > 1000);
    let cell = cells
        .iter()
        .find(|c| c["overleg"] == "thuiszitterstafel" && c["gegeven"] == "persoon.postcode" && c["fase"] == "intake")
        .unwrap();
    assert_eq!(
        (cell["uitkomst"].as_str(), cell["wijze"].as_str()),
        (Some("minder"), Some("pc4"))
    );
    assert!(!cell["regels"].as_array().unwrap().is_empty() && !cell["artikelen"].as_array().unwrap().is_empty());
    assert!(cell["berichten"].is_object() && cell["letter"] == "a" && cell["van"].is_string());
}
