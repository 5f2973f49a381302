//! `sluis test`: runs the cases, each a directory that a lawyer can read: `case.toml` (title, day, facts, expectation),
//! `in.json` (the event) and `out.json` (what leaves).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use sluis_rules::rulebook::Rulebook;
use sluis_rules::scan::Scratch;
use sluis_stations::Validators;

use super::geval::decide_all;
use super::{Exit, Failure, Out, Outcome, RulesArg};
use crate::regels;

#[path = "test/compare.rs"]
mod compare;
#[path = "test/given.rs"]
mod given;

use compare::{Faults, compare};
use given::own_rules;
pub(super) use given::{Given, given};

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
    out: &'a Out,
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
        out,
    };
    let mut failed = 0_usize;
    let mut wrong = Vec::new();
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
        if ok {
            out.line(format!("✓ {} – {}", result.name, result.title));
        } else {
            wrong.push(format!("✗ {} – {}", result.name, result.title));
            wrong.extend(result.faults.iter().map(|fault| format!("    {fault}")));
        }
        shown.extend(result.shows);
    }
    bar.finish_and_clear();
    // What is wrong comes last, where the reader looks.
    for line in &wrong {
        out.line(line);
    }
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
            } else if path.join("in.json").is_file() {
                bail!(
                    "{} has an in.json and no case.toml: add it, or it would count as good",
                    path.display()
                );
            } else {
                find(&path, all)?;
            }
        }
    }
    Ok(())
}

/// One case by its directory, with its own rules where it changes some. The facts that cases share stand in `feiten/`, in
/// a directory above it.
pub(super) fn one(rules: Option<&Path>, dir: &Path) -> anyhow::Result<(Given, Option<Rulebook>)> {
    let dir = dir
        .canonicalize()
        .with_context(|| format!("cannot read {}", dir.display()))?;
    let root = dir
        .ancestors()
        .find(|above| above.join("feiten").is_dir())
        .unwrap_or(&dir);
    let given = given(root, &dir)?;
    let own = given
        .has_own_rules()
        .then(|| own_rules(rules, &given.wijziging))
        .transpose()?;
    Ok((given, own))
}

fn case(ours: &Ours<'_>, root: &Path, dir: &Path, name: String) -> anyhow::Result<Result_> {
    let given = given(root, dir)?;
    let own = if given.has_own_rules() {
        Some(own_rules(ours.dir, &given.wijziging)?)
    } else {
        None
    };
    let (rules, validators) = (own.as_ref().unwrap_or(ours.rules), ours.validators);
    let mut faults = Faults::new(ours.out);
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
                let slug = refused.slug();
                faults.add(
                    format!("geweigerd als {slug}, en dat verwacht het geval niet"),
                    format!("refused as {slug}, which the case does not expect"),
                );
            }
        }
        Ok(_) if expected.geweigerd.is_some() => faults.add(
            "aangenomen, terwijl het geval een weigering verwacht",
            "taken, though the case expects a refusal",
        ),
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
        faults: faults.all,
        shows,
    })
}

#[cfg(test)]
#[path = "test/helps.rs"]
mod helps;
