//! What came out of a case beside what it expects. A fault is told by its place, never by what stands there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use sluis_rules::explain::{Hulp, paths};
use sluis_rules::pseudonym::Pseudonym;
use sluis_rules::rulebook::Rulebook;
use sluis_rules::verdict::Reden;

use super::given::Verwacht;
use crate::cli::Out;
use crate::cli::geval::Geval;

/// What is wrong with a case, in the reader's language.
pub(super) struct Faults<'o> {
    out: &'o Out,
    pub(super) all: Vec<String>,
}

impl<'o> Faults<'o> {
    pub(super) const fn new(out: &'o Out) -> Self {
        Self { out, all: Vec::new() }
    }

    pub(super) fn add(&mut self, nl: impl Into<String>, en: impl Into<String>) {
        let (nl, en) = (nl.into(), en.into());
        self.all.push(self.out.say(&nl, &en).to_owned());
    }
}

/// Names with commas; a dash when there are none.
fn list<T: std::fmt::Display>(all: impl IntoIterator<Item = T>) -> String {
    let all: Vec<String> = all.into_iter().map(|t| t.to_string()).collect();
    if all.is_empty() {
        "–".to_owned()
    } else {
        all.join(", ")
    }
}

pub(super) fn compare(
    rules: &Rulebook,
    case: &Geval,
    expected: &Verwacht,
    dir: &Path,
    faults: &mut Faults<'_>,
    shows: &mut BTreeSet<String>,
) -> anyhow::Result<()> {
    let verdict = &case.verdict;
    if expected.uitkomst != Some(verdict.uitkomst) {
        let word = verdict.uitkomst.as_str();
        faults.add(format!("de uitkomst is {word}"), format!("the outcome is {word}"));
    }
    let reasons: BTreeSet<&str> = verdict.redenen().map(Reden::slug).collect();
    let wanted: BTreeSet<&str> = expected.redenen.iter().map(String::as_str).collect();
    if reasons != wanted {
        let (found, wanted) = (list(&reasons), list(&wanted));
        faults.add(
            format!("de redenen zijn {found}; verwacht: {wanted}"),
            format!("the reasons are {found}; expected: {wanted}"),
        );
    }
    shows.extend(reasons.iter().map(|r| format!("reden:{r}")));
    if let Some(wanted) = &expected.wetsvoorstellen {
        let of = |n: u8| rules.wetsvoorstellen().get(usize::from(n));
        let found: BTreeMap<String, String> = verdict
            .wetsvoorstellen
            .iter()
            .filter_map(|g| of(g.wetsvoorstel).map(|w| (w.id.clone(), if g.aan { "aan" } else { "uit" }.to_owned())))
            .collect();
        if found != *wanted {
            let told = |all: &BTreeMap<String, String>| list(all.iter().map(|(id, stand)| format!("{id} {stand}")));
            let (found, wanted) = (told(&found), told(wanted));
            faults.add(
                format!("genoemde wetsvoorstellen: {found}; verwacht: {wanted}"),
                format!("bills named: {found}; expected: {wanted}"),
            );
        }
    }
    let mut used = BTreeSet::new();
    let mut left_out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for group in paths(rules, verdict, case.inventory()) {
        if !group.regel.is_empty() {
            used.insert(group.regel);
        }
        if !group.reden.is_empty() {
            left_out.entry(group.reden).or_default().extend(group.paden);
        }
    }
    for rule in expected.regels.iter().filter(|r| !used.contains(*r)) {
        let these = list(&used);
        faults.add(
            format!("door de regel {rule} ging niets; wel door: {these}"),
            format!("the rule {rule} let nothing pass; these did: {these}"),
        );
    }
    for (reden, wanted) in &expected.weggelaten {
        let found = left_out.get(reden).cloned().unwrap_or_default();
        let wanted: BTreeSet<String> = wanted.iter().cloned().collect();
        if found != wanted {
            for path in found.difference(&wanted) {
                faults.add(
                    format!("{path} blijft achter om {reden}, en dat noemt het geval niet"),
                    format!("{path} stays behind for {reden}, which the case does not say"),
                );
            }
            for path in wanted.difference(&found) {
                faults.add(
                    format!("{path} blijft niet achter om {reden}, en het geval zegt van wel"),
                    format!("{path} does not stay behind for {reden}, and the case says so"),
                );
            }
        }
    }
    if let Some(wanted) = &expected.helpt {
        let helps: Vec<&str> = case.helps(rules).iter().map(Hulp::slug).collect();
        if helps != wanted.iter().map(String::as_str).collect::<Vec<_>>() {
            let (found, wanted) = (list(helps), list(wanted));
            faults.add(
                format!("wat zou helpen: {found}; verwacht: {wanted}"),
                format!("what would help: {found}; expected: {wanted}"),
            );
        }
    }
    shows.extend(left_out.keys().map(|r| format!("reden:{r}")));
    shows.extend(used.iter().map(|r| format!("regel:{r}")));
    output(case, dir, faults)
}

/// `out.json` is compared as JSON, but never printed: a difference is told by its path.
fn output(case: &Geval, dir: &Path, faults: &mut Faults<'_>) -> anyhow::Result<()> {
    let path = dir.join("out.json");
    let wanted = path
        .is_file()
        .then(|| std::fs::read(&path))
        .transpose()
        .context("out.json cannot be read")?;
    match (&case.outgoing, wanted) {
        (None, None) => {}
        (Some(_), None) => faults.add(
            "er gaat iets door, maar het geval heeft geen out.json",
            "something leaves, but the case has no out.json",
        ),
        (None, Some(_)) => faults.add(
            "er gaat niets door, maar het geval heeft een out.json",
            "nothing leaves, but the case has an out.json",
        ),
        (Some(found), Some(wanted)) => {
            let found: serde_json::Value = serde_json::from_slice(found.bytes())?;
            let wanted: serde_json::Value = serde_json::from_slice(&wanted).context("out.json is not JSON")?;
            differences("", &found, &wanted, faults);
        }
    }
    Ok(())
}

/// What is another text in every run: out.json says what it is.
fn stands_for(found: &serde_json::Value, wanted: &serde_json::Value) -> bool {
    let Some(found) = found.as_str() else { return false };
    match wanted.as_str() {
        Some("<schuilnaam>") => found.parse::<Pseudonym>().is_ok(),
        Some("<kenmerk>") => found.len() == 64 && found.bytes().all(|b| b.is_ascii_hexdigit()),
        _ => false,
    }
}

fn differences(at: &str, found: &serde_json::Value, wanted: &serde_json::Value, faults: &mut Faults<'_>) {
    use serde_json::Value::{Array, Object};
    match (found, wanted) {
        (Object(a), Object(b)) => {
            for key in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
                let at = format!("{at}/{key}");
                match (a.get(key), b.get(key)) {
                    (Some(x), Some(y)) => differences(&at, x, y, faults),
                    (Some(_), None) => faults.add(
                        format!("{at} gaat door, maar staat niet in out.json"),
                        format!("{at} leaves, but out.json does not have it"),
                    ),
                    _ => faults.add(
                        format!("{at} gaat niet door, maar staat wel in out.json"),
                        format!("{at} does not leave, but out.json has it"),
                    ),
                }
            }
        }
        (Array(a), Array(b)) if a.len() == b.len() => {
            for (n, (x, y)) in a.iter().zip(b).enumerate() {
                differences(&format!("{at}/{n}"), x, y, faults);
            }
        }
        (x, y) if x == y => {}
        (x, y) if stands_for(x, y) => {}
        _ => faults.add(
            format!("{at} is anders dan in out.json"),
            format!("{at} differs from out.json"),
        ),
    }
}
