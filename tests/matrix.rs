//! `config/convenant/MATRIX.md` follows from the rules, and a stale one is told with the command that renews it.
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
#[path = "support/expectation.rs"]
mod expectation;

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

const HEADER: &str = "overleg\tvan\tnaar\tfasen\tcategorie\tuitkomst\tartikel\tbron\twaarom\n";

#[test]
fn an_expectation_is_read_strictly() {
    let rules = expectation::rules(&root());
    let read = |rows: &str| expectation::parse(&format!("# uitleg\n{HEADER}{rows}"), &rules);
    let good = "thuiszitterstafel\tschool\tleerplicht, jgz\t*\ta,b\tja\t5.1.a\tS:1\tnodig\n";
    assert_eq!(read(good).unwrap().len(), 2 * 2 * 4);
    let faults = |rows: &str| read(rows).unwrap_err().join("\n");
    let twice = format!("{good}thuiszitterstafel\tschool\tjgz\tintake\ta\tja\t5.1.a\tS:1\tnodig\n");
    assert!(faults(&twice).contains("line 4: names thuiszitterstafel school → jgz intake a, as line 3 does"));
    for (old, new, told) in [
        ("*", "later", "has no phase `later`"),
        ("a,b", "k", "`k` is not known"),
        ("a,b", "", "a column is empty"),
        ("ja", "soms", "`soms` is no outcome"),
        ("jgz", "jgd", "`jgd` is not known"),
        ("thuiszitterstafel", "tafel", "`tafel` is no consultation"),
        ("\tnodig", "", "8 columns"),
    ] {
        let told_by = faults(&good.replacen(old, new, 1));
        assert!(told_by.contains(told), "{told_by}");
    }
}

#[test]
fn what_differs_from_an_expectation_is_told_by_pair_phase_and_category() {
    let rules = expectation::rules(&root());
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("expectation.tsv");
    fs::write(
        &path,
        "thuiszitterstafel\tschool\tleerplicht\tintake,beoordeling\ta\tja\t5.1.a\tS:1\tnodig\n\
         thuiszitterstafel\tsamenwerkingsverband\tschool\tevaluatie,intake\tb\tja\t5.1.b\tS:500\tonjuist\n",
    )
    .unwrap();
    let expected = expectation::parse(&fs::read_to_string(&path).unwrap(), &rules).unwrap();
    let told = expectation::differences(&rules, &expected);
    let about = |start: &str| -> Vec<&String> { told.iter().filter(|t| t.starts_with(start)).collect() };
    assert_eq!(
        about("thuiszitterstafel samenwerkingsverband → school  intake,evaluatie  b"),
        ["thuiszitterstafel samenwerkingsverband → school  intake,evaluatie  b: rules nee, expected ja (line 2)"]
    );
    assert!(about("thuiszitterstafel school → leerplicht  intake,beoordeling  a").is_empty());
    assert!(!about("vot kinderopvang → jgz  ").is_empty());
    assert!(told.is_sorted_by_key(|t| t.split("  ").next()));
}
