//! The guide for who changes a rule, followed to the letter: every command runs, every block goes where the guide says.
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

use std::fs;
use std::path::Path;
use std::process::Command;

use cli::{copy, root};

/// A block of the guide, with the last line before it that says something.
struct Block<'t> {
    kind: &'t str,
    told: &'t str,
    text: String,
}

fn blocks(guide: &str) -> Vec<Block<'_>> {
    let mut all = Vec::new();
    let mut told = "";
    let mut open: Option<Block<'_>> = None;
    for line in guide.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(kind)) => {
                open = Some(Block {
                    kind,
                    told,
                    text: String::new(),
                });
            }
            (Some(_), Some("")) => all.extend(open.take()),
            (Some(block), _) => block.text += &format!("{line}\n"),
            (None, None) if !line.trim().is_empty() => told = line,
            (None, None) => {}
        }
    }
    all
}

/// The place a block goes, which the line before it names between backticks.
fn place(told: &str) -> &str {
    told.split('`').nth(1).unwrap_or_else(|| panic!("no place in: {told}"))
}

fn run(home: &Path, script: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_sluis"));
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    let out = Command::new("sh")
        .args(["-e", "-c", script])
        .env("PATH", path)
        .current_dir(home)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (said, complained) = (text(&out.stdout), text(&out.stderr));
    assert!(out.status.success(), "{script}\n{said}\n{complained}");
    said
}

#[test]
fn a_rule_is_changed_by_following_the_guide() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    copy(&root().join("config/convenant"), &home.join("config/convenant"));
    copy(&root().join("tests/cases"), &home.join("tests/cases"));
    let guide = fs::read_to_string(root().join("config/convenant/WIJZIGEN.md")).unwrap();
    let mut said = String::new();
    let mut scripts = 0;
    for block in blocks(&guide) {
        match block.kind {
            "sh" => {
                scripts += 1;
                said += &run(home, &block.text);
            }
            "toml" | "json" => {
                let path = home.join(place(block.told));
                let text = if block.told.contains("onderaan") {
                    const END: &str = "\n# einde\n";
                    assert!(block.told.contains("vóór de laatste regel"), "{}", block.told);
                    let before = fs::read_to_string(&path).unwrap();
                    before.replace(END, &format!("\n{}{END}", block.text))
                } else {
                    assert!(!path.exists(), "{}", block.told);
                    block.text.clone()
                };
                fs::write(&path, text).unwrap();
            }
            other => panic!("a block of kind {other}"),
        }
    }
    assert!(scripts > 5, "{scripts}");
    // What the guide promises to be seen.
    for words in [
        "matrix: 1 ruimer, 0 smaller",
        "beoordeling: verzuim.ongeoorloofd",
        "gevallen: 0 anders",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    assert!(
        said.contains("tzt-beoordeling-verzuim-jgz"),
        "explain names the new rule"
    );
    // What was put in use is in use: the matrix is fresh, and the new case stands among the others.
    run(home, "sluis matrix --check config/convenant");
    let all = run(home, "sluis test tests/cases --regels config/convenant");
    assert!(all.contains("de-jeugdarts-ziet-het-verzuim"), "{all}");
    // Without the new rule the new case fails: it tests something.
    let old = root().join("config/convenant");
    let out = Command::new(env!("CARGO_BIN_EXE_sluis"))
        .args(["test", "gevallen", "--regels"])
        .arg(old)
        .current_dir(home)
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(1));
}
