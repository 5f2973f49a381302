//! `sluis brief`: the letter holds a to i of article 12.4, follows from the rules, and is not made when a part is missing.
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

use cli::{copy_rules, json, root, sluis};

fn letter(more: &[&str]) -> String {
    let facts = root().join("config/demo/feiten.json");
    let fixed = [
        "brief",
        "cas-7f3a",
        "--facts",
        facts.to_str().unwrap(),
        "--dag",
        "2026-10-01",
    ];
    let out = sluis(&[&fixed[..], more].concat());
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// The text of one part of 12.4.
fn part(letter: &str, id: char) -> &str {
    let (_, rest) = letter
        .split_once(&format!("<section id=\"{id}\">"))
        .unwrap_or_else(|| panic!("no part {id}"));
    rest.split_once("</section>").unwrap().0
}

fn with(change: impl Fn(&Path)) -> (tempfile::TempDir, String) {
    let home = copy_rules();
    change(home.path());
    let letter = letter(&["--regels", home.path().to_str().unwrap()]);
    (home, letter)
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from}");
    fs::write(file, text.replace(from, to)).unwrap();
}

#[test]
fn a_to_i_are_there_in_both_languages() {
    let says: [(char, [&str; 2]); 9] = [
        ('a', ["zich blijven ontwikkelen", "go on developing"]),
        ('b', ["Basisschool De Proefboom", "Zorggroep Proefpunt"]),
        ('c', ["twintig jaar", "after at most 30 days"]),
        ('d', ["binnen een maand", "within a month"]),
        ('e', ["intrekken", "withdraw"]),
        ('f', ["Autoriteit Persoonsgegevens", "Autoriteit Persoonsgegevens"]),
        ('g', ["Leerplichtwet 21a", "must report it to DUO"]),
        (
            'h',
            ["U hoeft ons niets te geven", "You do not have to give us anything"],
        ),
        ('i', ["vragen@swv.example", "vragen@swv.example"]),
    ];
    let (nl, en) = (letter(&[]), letter(&["--taal", "en"]));
    assert!(nl.contains("<html lang=\"nl\">") && en.contains("<html lang=\"en\">"));
    for (id, [dutch, english]) in says {
        let both = [part(&nl, id), part(&en, id)].concat();
        assert!(both.contains(dutch) && both.contains(english), "{id}: {both}");
    }
    for never in ["<script", "<link", "src=", "url(", "cas-5d18", "t-7f3a"] {
        assert!(!nl.contains(never) && !en.contains(never), "{never}");
    }
}

#[test]
fn the_letter_is_in_short_sentences() {
    let letter = letter(&[]);
    let body = letter.split_once("<body>").unwrap().1;
    let mut text = String::new();
    let mut inside = false;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    let sentences = text.split(['.', '?', ':', ';', '\n']);
    let long: Vec<&str> = sentences.filter(|s| s.split_whitespace().count() > 22).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn a_changed_rule_changes_the_letter() {
    let before = letter(&[]);
    let (_a, renamed) = with(|dir| {
        replace(
            &dir.join("convenant.toml"),
            "Zorggroep Proefpunt",
            "Praktijk Zonnestraal",
        )
    });
    assert!(part(&renamed, 'b').contains("Praktijk Zonnestraal") && !part(&renamed, 'b').contains("Proefpunt"));
    let (_b, kept) = with(|dir| {
        replace(
            &dir.join("informatie.toml"),
            "bewaart het dossier twintig jaar",
            "bewaart het dossier tien jaar",
        )
    });
    assert!(part(&kept, 'c').contains("tien jaar") && !part(&before, 'c').contains("tien jaar"));
    // What the table may give is what the letter says: without a rule that gives jgz something, it gets nothing.
    let (_c, without) = with(|dir| {
        let file = dir.join("casusoverleg/thuiszitterstafel.toml");
        let text = fs::read_to_string(&file).unwrap();
        let (head, rules) = text.split_once("\n[[regel]]").unwrap();
        let (rules, end) = rules.split_once("\n# einde").unwrap();
        let to_jgz = |rule: &str| rule.lines().any(|l| l.starts_with("naar") && l.contains("\"jgz\""));
        let kept: Vec<&str> = rules.split("\n[[regel]]").filter(|r| !to_jgz(r)).collect();
        let rules = kept.join("\n[[regel]]");
        fs::write(&file, format!("{head}\n[[regel]]{rules}\n# einde{end}")).unwrap();
    });
    let gets = |letter: &str| {
        let (_, rest) = part(letter, 'b')
            .split_once("Jeugdgezondheidszorg Voorbeeldeiland")
            .unwrap();
        rest.split_once("</li>").unwrap().0.contains("Krijgt van de anderen")
    };
    assert!(gets(&before) && !gets(&without));
}

#[test]
fn a_letter_that_would_lack_a_part_is_not_made() {
    let facts = root().join("config/demo/feiten.json");
    let facts = facts.to_str().unwrap();
    let lacks = |args: &[&str], part: char| {
        let out = sluis(&[args, &["--output", "json"]].concat());
        assert_eq!(out.status.code(), Some(1));
        let said = json(&out.stdout)["ontbreekt"].clone();
        let parts: Vec<&str> = said
            .as_array()
            .unwrap()
            .iter()
            .map(|m| m["onderdeel"].as_str().unwrap())
            .collect();
        assert!(parts.contains(&part.to_string().as_str()), "{said}");
    };
    lacks(&["brief", "cas-onbekend", "--facts", facts], 'a');
    let home = copy_rules();
    fs::write(home.path().join("informatie.toml"), "# einde\n").unwrap();
    for part in ['a', 'c', 'g', 'i'] {
        let dir = home.path().to_str().unwrap();
        lacks(
            &[
                "brief",
                "cas-7f3a",
                "--facts",
                facts,
                "--dag",
                "2026-10-01",
                "--regels",
                dir,
            ],
            part,
        );
    }
    // Before the case began nobody takes part.
    lacks(&["brief", "cas-7f3a", "--facts", facts, "--dag", "2026-08-01"], 'a');
}

#[test]
fn names_are_escaped() {
    let (_home, letter) = with(|dir| {
        replace(
            &dir.join("convenant.toml"),
            "Zorggroep Proefpunt",
            "<img src=x onerror=alert(1)>",
        );
    });
    assert!(!letter.contains("<img") && letter.contains("&#60;img"));
}
