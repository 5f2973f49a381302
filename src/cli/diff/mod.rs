//! `sluis diff`: what changes between two directories of rules. Over the matrix always; over the cases and over recorded
//! decisions when asked. No message and no value is needed.

mod besluiten;
mod feiten;
mod gevallen;
mod matrix;
mod tonen;

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
    told.insert("verandert".into(), changed.into());
    out.json(&told);
    if !changed {
        out.line(match beide.oud.hash() == beide.nieuw.hash() {
            true => out.say("de regels zijn gelijk", "the rules are the same"),
            false => out.say(
                "de regels verschillen, maar hierin verandert niets",
                "the rules differ, but nothing of this changes",
            ),
        });
    }
    Ok(if changed { Exit::Findings } else { Exit::Ok })
}
