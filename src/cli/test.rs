//! `sluis test`: runs the cases, each a directory that a lawyer can read: `case.toml` (title, day, facts, expectation),
//! `in.json` (the event) and `out.json` (what leaves).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use jiff::civil::Date;
use serde::Deserialize;
use sluis_rules::explain::{Hulp, paths};
use sluis_rules::facts::Feit;
use sluis_rules::rulebook::Rulebook;
use sluis_rules::scan::Scratch;
use sluis_rules::verdict::{Reden, Uitkomst};
use sluis_stations::Validators;

use super::geval::{Geval, decide_all};
use super::{Exit, Failure, Out, Outcome, RulesArg};
use crate::regels;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Directory with the cases
    #[arg(default_value = "tests/cases")]
    dir: PathBuf,
    #[command(flatten)]
    rules: RulesArg,
}

/// `case.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    /// What the case shows, in plain Dutch.
    titel: String,
    /// The articles it rests on, for the reader.
    artikelen: Vec<String>,
    /// The day of the transfer.
    dag: Date,
    /// Facts shared by cases: a file in `feiten/` beside the topics, without extension.
    #[serde(default)]
    basis: Option<String>,
    /// Kinds of fact of the base that this case goes without.
    #[serde(default)]
    zonder: Vec<String>,
    /// Facts of this case, after the base.
    #[serde(default)]
    feit: Vec<Feit>,
    /// Whether the caller proved that it may speak for the sender.
    #[serde(default = "yes")]
    afzender_bewezen: bool,
    /// What is expected.
    verwacht: Verwacht,
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verwacht {
    /// Outcome; absent when the event is refused.
    #[serde(default)]
    uitkomst: Option<Uitkomst>,
    /// Every reason that stops the message, no more and no fewer.
    #[serde(default)]
    redenen: Vec<String>,
    /// Rules that let something pass, each of these.
    #[serde(default)]
    regels: Vec<String>,
    /// Reason → paths left out or made less precise for it; each reason that is named is complete.
    #[serde(default)]
    weggelaten: BTreeMap<String, Vec<String>>,
    /// The refusal, when the bytes or attributes are not taken at all.
    #[serde(default)]
    geweigerd: Option<String>,
    /// What would help, as words of a fact or a claim: no more and no fewer. Empty: nothing helps.
    #[serde(default)]
    helpt: Option<Vec<String>>,
}

/// How one case came out.
struct Result_ {
    name: String,
    title: String,
    faults: Vec<String>,
    /// Reasons, gates and rules the case shows, for coverage.
    shows: BTreeSet<String>,
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
    let mut failed = 0_usize;
    let mut shown = BTreeSet::new();
    for dir in &names {
        let name = dir.strip_prefix(&args.dir).unwrap_or(dir).display().to_string();
        let result = case(&rules, &validators, &args.dir, dir, name.clone()).unwrap_or_else(|e| Result_ {
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

/// What a case gives: the facts it is decided on, and the event.
pub(super) struct Given {
    pub(super) titel: String,
    pub(super) dag: Date,
    pub(super) feiten: Vec<Feit>,
    pub(super) body: Vec<u8>,
    pub(super) afzender_bewezen: bool,
    verwacht: Verwacht,
}

/// Reads a case: its own facts after those it shares.
pub(super) fn given(root: &Path, dir: &Path) -> anyhow::Result<Given> {
    let text = std::fs::read_to_string(dir.join("case.toml")).context("case.toml cannot be read")?;
    let file: CaseFile = toml::from_str(&text).context("case.toml is not a case")?;
    if file.artikelen.is_empty() {
        bail!("the case names no article");
    }
    let mut feiten: Vec<Feit> = Vec::new();
    if let Some(basis) = &file.basis {
        let path = root.join("feiten").join(format!("{basis}.json"));
        let text = std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let all: Vec<Feit> =
            serde_json::from_slice(&text).with_context(|| format!("{} holds no facts", path.display()))?;
        feiten.extend(all.into_iter().filter(|f| !file.zonder.iter().any(|z| z == f.soort())));
    }
    feiten.extend(file.feit);
    Ok(Given {
        titel: file.titel,
        dag: file.dag,
        feiten,
        body: std::fs::read(dir.join("in.json")).context("in.json cannot be read")?,
        afzender_bewezen: file.afzender_bewezen,
        verwacht: file.verwacht,
    })
}

fn case(rules: &Rulebook, validators: &Validators, root: &Path, dir: &Path, name: String) -> anyhow::Result<Result_> {
    let given = given(root, dir)?;
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
        _ => faults.push(format!("{at} differs from out.json")),
    }
}

#[cfg(test)]
#[path = "test/helps.rs"]
mod helps;
