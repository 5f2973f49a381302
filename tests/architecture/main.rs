//! The house keeps its shape: dependencies point inward, the rules stay pure, files stay readable (ARCHITECTURE.md, laws 4 and 9).
//!
//! Every checker takes its material as an argument and returns what is wrong as lines, so that `objections` can hand it a house that is wrong
//! and see it object. A checker that cannot object proves nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod checks;
mod objections;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use checks::{
    Crate, NEVER_UNDER_RULES, WORDS_OUTSIDE_RULES, reach, too_long, words_in, wrong_directions, wrong_manifest,
};

/// Files that may be longer, with the most they may have and why splitting them would make them harder to read.
const ARGUED: &[(&str, usize, &str)] = &[];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn metadata(more: &[&str]) -> serde_json::Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(more)
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}

fn text<'a>(value: &'a serde_json::Value, key: &str) -> &'a str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("cargo metadata has {key}"))
}

fn list<'a>(value: &'a serde_json::Value, key: &str) -> &'a [serde_json::Value] {
    value[key]
        .as_array()
        .unwrap_or_else(|| panic!("cargo metadata has {key}"))
}

fn workspace() -> Vec<Crate> {
    let found = metadata(&["--no-deps"]);
    list(&found, "packages")
        .iter()
        .map(|package| {
            let manifest = Path::new(text(package, "manifest_path"));
            let folder = manifest
                .parent()
                .and_then(|f| f.strip_prefix(root()).ok())
                .expect("a crate stands in the house");
            Crate {
                name: text(package, "name").to_owned(),
                folder: folder.to_string_lossy().into_owned(),
                needs: list(package, "dependencies")
                    .iter()
                    // An adapter may play against the simulator of its system in its tests, and there only: it ships
                    // without, and the simulators see nothing of ours.
                    .filter(|need| !(need["kind"] == "dev" && text(need, "name") == "sluis-simulators"))
                    .map(|need| text(need, "name").to_owned())
                    .collect(),
            }
        })
        .collect()
}

fn sources(folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("a readable folder"))
    {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path
                .strip_prefix(root())
                .expect("within the house")
                .to_string_lossy()
                .into_owned();
            found.insert(name, fs::read_to_string(&path).expect("source is text"));
        }
    }
}

fn nothing_wrong(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn dependencies_point_inward() {
    let crates = workspace();
    for expected in ["sluis", "sluis-rules", "sluis-stations", "sluis-simulators"] {
        assert!(crates.iter().any(|one| one.name == expected), "{expected} is gone");
    }
    nothing_wrong(&wrong_directions(&crates));
}

#[test]
fn plain_cargo_test_covers_every_crate() {
    let found = metadata(&["--no-deps"]);
    let set = |key| {
        list(&found, key)
            .iter()
            .map(ToString::to_string)
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(set("workspace_members"), set("workspace_default_members"));
}

#[test]
fn nothing_under_the_rules_reaches_outside() {
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let found = metadata(&["--filter-platform", &target]);
    let names: BTreeMap<&str, &str> = list(&found, "packages")
        .iter()
        .map(|package| (text(package, "id"), text(package, "name")))
        .collect();
    let for_use = |need: &&serde_json::Value| list(need, "dep_kinds").iter().any(|kind| kind["kind"].is_null());
    let edges: BTreeMap<String, BTreeSet<String>> = list(&found["resolve"], "nodes")
        .iter()
        .map(|node| {
            let needs = list(node, "deps")
                .iter()
                .filter(for_use)
                .map(|need| names[text(need, "pkg")].to_owned());
            (names[text(node, "id")].to_owned(), needs.collect())
        })
        .collect();
    let reached = reach("sluis-rules", &edges);
    assert!(reached.contains("serde_json"), "the graph of dependencies was not read");
    let wrong: Vec<&&str> = NEVER_UNDER_RULES
        .iter()
        .filter(|name| reached.contains(**name))
        .collect();
    assert!(
        wrong.is_empty(),
        "sluis-rules brings along {wrong:?}; `cargo tree -p sluis-rules -i NAME` tells by which way"
    );
}

#[test]
fn the_rules_are_pure() {
    let mut found = BTreeMap::new();
    sources(&root().join("core/rules/src"), &mut found);
    assert!(found.contains_key("core/rules/src/lib.rs"));
    let say = |(file, source): (&String, &String)| {
        words_in(source, WORDS_OUTSIDE_RULES)
            .into_iter()
            .map(|word| format!("{file} {word}"))
            .collect::<Vec<_>>()
    };
    nothing_wrong(&found.iter().flat_map(say).collect::<Vec<_>>());
}

#[test]
fn lints_and_versions_stand_once() {
    let mut wrong = Vec::new();
    for one in workspace() {
        let manifest = fs::read_to_string(root().join(&one.folder).join("Cargo.toml")).expect("a manifest");
        let manifest: toml::Table = manifest.parse().expect("a manifest is TOML");
        wrong.extend(
            wrong_manifest(&manifest, one.folder.is_empty())
                .iter()
                .map(|what| format!("{} {what}", one.name)),
        );
    }
    nothing_wrong(&wrong);
}

#[test]
fn files_stay_readable() {
    let mut found = BTreeMap::new();
    for folder in ["src", "core", "adapters", "tests", "benches"] {
        sources(&root().join(folder), &mut found);
    }
    let lines = found
        .into_iter()
        .map(|(file, source)| (file, source.lines().count()))
        .collect();
    nothing_wrong(&too_long(&lines, ARGUED));
}
