//! Every reason of the house has its page in `schemas/redenen/`, in Dutch and English, and no page is without a reason.

use std::collections::BTreeMap;
use std::fs;

use sluis_rules::facts::Feit;
use sluis_rules::verdict::Reden;

use super::{quoted_after, read, root, slug_function};

/// Where refusals get their names.
const SLUG_SOURCES: &[&str] = &[
    "core/rules/src/scan/refusal.rs",
    "core/stations/src/refusal.rs",
    "core/stations/src/mailbox.rs",
    "core/stations/src/beheer.rs",
    "adapters/kindkans/src/refusal.rs",
    "adapters/jeugdhulp/src/refusal.rs",
    "src/cli/geval.rs",
];

/// Every reason of the house: of the gates, the stations, the interface, the scanner and the connections.
fn reasons() -> BTreeMap<String, &'static str> {
    let mut all: BTreeMap<String, &'static str> = BTreeMap::new();
    all.extend(Reden::ALL.iter().map(|r| (r.slug().to_owned(), "a gate")));
    all.extend(
        sluis_stations::redenen::ALL
            .iter()
            .map(|s| ((*s).to_owned(), "a station")),
    );
    let interface = read("adapters/api/src/reasons.rs");
    all.extend(
        quoted_after(&interface, "slug: ")
            .into_iter()
            .map(|s| (s.to_owned(), "the interface")),
    );
    let (_, list) = interface.split_once("\nreasons! {").expect("the list of the interface");
    all.extend(
        quoted_after(list, "\n    ")
            .into_iter()
            .map(|s| (s.to_owned(), "the interface")),
    );
    for source in SLUG_SOURCES {
        let text = read(source);
        all.extend(
            quoted_after(slug_function(&text), "=> ")
                .into_iter()
                .map(|s| (s.to_owned(), *source)),
        );
    }
    all
}

#[test]
fn every_reason_has_its_page_in_two_languages() {
    let reasons = reasons();
    assert!(
        reasons.len() > 80,
        "found only {} reasons: did their sources move?",
        reasons.len()
    );
    let mut wrong = Vec::new();
    for (slug, of) in &reasons {
        let Ok(page) = fs::read_to_string(root().join(format!("schemas/redenen/{slug}.md"))) else {
            wrong.push(format!("{slug} (of {of}) has no page"));
            continue;
        };
        let english = page.split_once("\n## ").map(|(_, english)| english);
        if !page.starts_with("# ") || !page.contains(&format!("`{slug}`")) || !page.contains("**Wat betekent dit") {
            wrong.push(format!(
                "{slug}.md has no Dutch part that names the reason and says what it means"
            ));
        }
        if !english.is_some_and(|e| e.contains("**What does this mean")) {
            wrong.push(format!("{slug}.md has no English part"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_page_without_a_reason() {
    let reasons = reasons();
    let stray: Vec<String> = fs::read_dir(root().join("schemas/redenen"))
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
        .filter(|slug| slug != "README" && !reasons.contains_key(slug))
        .collect();
    assert!(stray.is_empty(), "nobody gives these reasons: {stray:?}");
}

#[test]
fn the_page_about_facts_shows_every_kind() {
    let text = read("docs/feiten.md");
    let kinds: Vec<&str> = text
        .split("```json\n")
        .skip(1)
        .map(|block| {
            let block = block.split("```").next().unwrap();
            let fact: Feit = serde_json::from_str(block).unwrap_or_else(|e| panic!("docs/feiten.md: {e} in {block}"));
            fact.soort()
        })
        .collect();
    let chapters = text.split("\n## ").skip(1).filter_map(|c| c.lines().next());
    let chapters: Vec<&str> = chapters.filter(|c| *c != "Vastleggen / Recording").collect();
    assert_eq!(kinds, chapters, "each chapter shows the fact it is named after");
    assert_eq!(kinds.len(), 20, "the kinds of fact of format version 1");
}
