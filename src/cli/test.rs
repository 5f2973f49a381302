//! `sluis test`: runs the cases, each a directory that a lawyer can read: `case.toml` (title, day, facts, expectation),
//! `in.json` (the event) and `out.json` (what leaves).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use sluis_rules::explain::{Hulp, paths};
use sluis_rules::pseudonym::Pseudonym;
use sluis_rules::rulebook::Rulebook;
use sluis_rules::scan::Scratch;
use sluis_rules::verdict::Reden;
use sluis_stations::Validators;

use super::geval::{Geval, decide_all};
use super::{Exit, Failure, Out, Outcome, RulesArg};
use crate::regels;

#[path = "test/given.rs"]
mod given;

pub(super) use given::{Given, given};
use given::{Verwacht, own_rules};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Directory with the cases
    #[arg(default_value = "tests/cases")]
    dir: PathBuf,
    #[command(flatten)]
    rules: RulesArg,
}

/// How one case came out.
struct Result_ {
    name: String,
    title: String,
    faults: Vec<String>,
    /// Reasons, gates and rules the case shows, for coverage.
    shows: BTreeSet<String>,
}

/// The rules that the cases are about, and where they come from.
struct Ours<'a> {
    dir: Option<&'a Path>,
    rules: &'a Rulebook,
    validators: &'a Validators,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let rules = regels::load(args.rules.regels.as_deref()).map_err(Failure::configuration)?;
    let validators = Validators::compile(&rules).map_err(Failure::configuration)?;
    let mut names = Vec::new();
    find(&args.dir, &mut names).map_err(Failure::usage)?;
    names.sort();
    if names.is_empty() {
        return Err(Failure::usage(anyhow::anyhow!(
            "no case.toml under {}: give the directory of the cases",
            args.dir.display()
        )));
    }
    let bar = if out.progress() {
        indicatif::ProgressBar::new(names.len() as u64)
    } else {
        indicatif::ProgressBar::hidden()
    };
    let ours = Ours {
        dir: args.rules.regels.as_deref(),
        rules: &rules,
        validators: &validators,
    };
    let mut failed = 0_usize;
    let mut shown = BTreeSet::new();
    for dir in &names {
        let name = dir.strip_prefix(&args.dir).unwrap_or(dir).display().to_string();
        let result = case(&ours, &args.dir, dir, name.clone()).unwrap_or_else(|e| Result_ {
            name,
            title: String::new(),
            faults: vec![format!("{e:#}")],
            shows: BTreeSet::new(),
        });
        bar.inc(1);
        let ok = result.faults.is_empty();
        failed += usize::from(!ok);
        out.json(&serde_json::json!({ "geval": result.name, "titel": result.title, "goed": ok, "fouten": result.faults, "toont": result.shows }));
        out.line(format!(
            "{} {} – {}",
            if ok { "✓" } else { "✗" },
            result.name,
            result.title
        ));
        for fault in &result.faults {
            out.line(format!("    {fault}"));
        }
        shown.extend(result.shows);
    }
    bar.finish_and_clear();
    out.line(format!(
        "{} {}, {failed} {}",
        names.len() - failed,
        out.say("gevallen goed", "cases passed"),
        out.say("fout", "failed")
    ));
    Ok(if failed == 0 { Exit::Ok } else { Exit::Findings })
}

/// Every case under a directory.
pub(super) fn find(dir: &Path, all: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            if path.join("case.toml").is_file() {
                all.push(path);
            } else {
                find(&path, all)?;
            }
        }
    }
    Ok(())
}

fn case(ours: &Ours<'_>, root: &Path, dir: &Path, name: String) -> anyhow::Result<Result_> {
    let given = given(root, dir)?;
    let own = if given.has_own_rules() {
        Some(own_rules(ours.dir, &given.wijziging)?)
    } else {
        None
    };
    let (rules, validators) = (own.as_ref().unwrap_or(ours.rules), ours.validators);
    let mut faults = Vec::new();
    let mut shows = BTreeSet::new();
    let expected = &given.verwacht;
    match decide_all(
        rules,
        validators,
        &given.body,
        &given.feiten,
        given.dag,
        given.afzender_bewezen,
        &mut Scratch::default(),
    ) {
        Err(refused) => {
            shows.insert(format!("weigering:{}", refused.slug()));
            if expected.geweigerd.as_deref() != Some(refused.slug()) {
                faults.push(format!("refused as {}, which the case does not expect", refused.slug()));
            }
        }
        Ok(_) if expected.geweigerd.is_some() => faults.push("taken, though the case expects a refusal".into()),
        Ok(cases) => {
            let [one] = cases.as_slice() else {
                bail!("in.json must name one ontvanger")
            };
            compare(rules, one, expected, dir, &mut faults, &mut shows)?;
        }
    }
    Ok(Result_ {
        name,
        title: given.titel,
        faults,
        shows,
    })
}

fn compare(
    rules: &Rulebook,
    case: &Geval,
    expected: &Verwacht,
    dir: &Path,
    faults: &mut Vec<String>,
    shows: &mut BTreeSet<String>,
) -> anyhow::Result<()> {
    let verdict = &case.verdict;
    if expected.uitkomst != Some(verdict.uitkomst) {
        faults.push(format!("outcome is {}", verdict.uitkomst.as_str()));
    }
    let reasons: BTreeSet<&str> = verdict.redenen().map(Reden::slug).collect();
    let wanted: BTreeSet<&str> = expected.redenen.iter().map(String::as_str).collect();
    if reasons != wanted {
        faults.push(format!("reasons are {reasons:?}, expected {wanted:?}"));
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
            faults.push(format!("bills are {found:?}, expected {wanted:?}"));
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
        faults.push(format!("the rule {rule} let nothing pass; these did: {used:?}"));
    }
    for (reden, wanted) in &expected.weggelaten {
        let found = left_out.get(reden).cloned().unwrap_or_default();
        let wanted: BTreeSet<String> = wanted.iter().cloned().collect();
        if found != wanted {
            faults.push(format!("left out for {reden}: {found:?}, expected {wanted:?}"));
        }
    }
    if let Some(wanted) = &expected.helpt {
        let helps: Vec<&str> = case.helps(rules).iter().map(Hulp::slug).collect();
        if helps != wanted.iter().map(String::as_str).collect::<Vec<_>>() {
            faults.push(format!("what would help is {helps:?}, expected {wanted:?}"));
        }
    }
    shows.extend(left_out.keys().map(|r| format!("reden:{r}")));
    shows.extend(used.iter().map(|r| format!("regel:{r}")));
    output(case, dir, faults)
}

/// `out.json` is compared as JSON, but never printed: a difference is told by its path.
fn output(case: &Geval, dir: &Path, faults: &mut Vec<String>) -> anyhow::Result<()> {
    let path = dir.join("out.json");
    let wanted = path
        .is_file()
        .then(|| std::fs::read(&path))
        .transpose()
        .context("out.json cannot be read")?;
    match (&case.outgoing, wanted) {
        (None, None) => {}
        (Some(_), None) => faults.push("something leaves, but the case has no out.json".into()),
        (None, Some(_)) => faults.push("nothing leaves, but the case has an out.json".into()),
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

fn differences(at: &str, found: &serde_json::Value, wanted: &serde_json::Value, faults: &mut Vec<String>) {
    use serde_json::Value::{Array, Object};
    match (found, wanted) {
        (Object(a), Object(b)) => {
            for key in a.keys().chain(b.keys()).collect::<BTreeSet<_>>() {
                let at = format!("{at}/{key}");
                match (a.get(key), b.get(key)) {
                    (Some(x), Some(y)) => differences(&at, x, y, faults),
                    (Some(_), None) => faults.push(format!("{at} leaves, but out.json does not have it")),
                    _ => faults.push(format!("{at} does not leave, but out.json has it")),
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
        _ => faults.push(format!("{at} differs from out.json")),
    }
}

#[cfg(test)]
#[path = "test/helps.rs"]
mod helps;
