//! `sluis diff`: what changes between two directories of rules. Over the matrix always; over the cases and over recorded
//! decisions when asked; and which files say something else. No message and no value is needed.

mod besluiten;
mod bestanden;
mod feiten;
mod gevallen;
mod matrix;
mod tonen;
mod voorwaarden;

use std::path::{Path, PathBuf};

use sluis_rules::rulebook::Rulebook;

use super::{Exit, Failure, Out, Outcome};
use crate::regels;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Directory with the rules as they are
    old: PathBuf,
    /// Directory with the rules as they would be
    new: PathBuf,
    /// Directory with cases: which of them come out otherwise
    #[arg(long, value_name = "DIR")]
    cases: Option<PathBuf>,
    /// Data directory of a Sluis, which may be running: which of its recorded decisions come out otherwise
    #[arg(long, value_name = "DIR", conflicts_with = "decisions")]
    journal: Option<PathBuf>,
    /// Recorded decisions, one JSON object a line, with the facts they rested on in --facts
    #[arg(long, value_name = "FILE", requires = "facts")]
    decisions: Option<PathBuf>,
    /// The facts of the decisions: a JSON array
    #[arg(long, value_name = "FILE", requires = "decisions")]
    facts: Option<PathBuf>,
}

/// Both rulebooks.
struct Beide {
    oud: Rulebook,
    nieuw: Rulebook,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let load = |dir: &Path| {
        regels::load(Some(dir)).map_err(|e| Failure::configuration(anyhow::anyhow!("{}: {e}", dir.display())))
    };
    let beide = Beide {
        oud: load(&args.old)?,
        nieuw: load(&args.new)?,
    };
    let mut told = serde_json::Map::new();
    let hash = |rules: &Rulebook| serde_json::Value::from(&**rules.hash());
    told.insert("oud".into(), hash(&beide.oud));
    told.insert("nieuw".into(), hash(&beide.nieuw));
    let mut changed = false;
    let (value, differs) = matrix::compare(&beide, out);
    told.insert("matrix".into(), value);
    changed |= differs;
    let (value, differs) = voorwaarden::compare(&beide, out);
    told.insert("voorwaarden".into(), value);
    changed |= differs;
    if let Some(dir) = &args.cases {
        let (value, differs) = gevallen::compare(&beide, dir, out)?;
        told.insert("gevallen".into(), value);
        changed |= differs;
    }
    let source = match (&args.journal, &args.decisions, &args.facts) {
        (Some(data), _, _) => Some(besluiten::Bron::Journaal(data.clone())),
        (None, Some(file), Some(facts)) => Some(besluiten::Bron::Bestand {
            besluiten: file.clone(),
            feiten: facts.clone(),
        }),
        _ => None,
    };
    if let Some(source) = source {
        let (value, differs) = besluiten::compare(&beide, &source, out)?;
        told.insert("besluiten".into(), value);
        changed |= differs;
    }
    let rules = |dir: &Path| {
        regels::sources(Some(dir))
            .map(|s| s.rules)
            .map_err(|e| Failure::configuration(anyhow::anyhow!("{}: {e}", dir.display())))
    };
    let files = bestanden::compare(&rules(&args.old)?, &rules(&args.new)?);
    told.insert("bestanden".into(), files.clone().into());
    // What is compared is less than what the rules say: no part that is silent makes other rules the same.
    told.insert("verandert".into(), (changed || !files.is_empty()).into());
    out.json(&told);
    if !files.is_empty() {
        let names = files.join(", ");
        out.line(match changed {
            true => format!("{}: {names}", out.say("bestanden die verschillen", "files that differ")),
            false => format!(
                "{} {names}",
                out.say(
                    "de regelboeken verschillen, maar niet in wat hier is vergeleken: kijk zelf in",
                    "the rulebooks differ, but not in what is compared here: look for yourself in",
                )
            ),
        });
    } else if !changed {
        out.line(match beide.oud.hash() == beide.nieuw.hash() {
            true => out.say("de regels zijn gelijk", "the rules are the same"),
            false => out.say(
                "de regels verschillen alleen in opmerkingen of opmaak",
                "the rules differ only in remarks or layout",
            ),
        });
    }
    let changed = changed || !files.is_empty();
    Ok(if changed { Exit::Findings } else { Exit::Ok })
}
