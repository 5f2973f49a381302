//! `sluis explain`: what would be decided about an event, and why.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;
use sluis_rules::facts::Feit;
use sluis_rules::scan::Scratch;
use sluis_stations::Validators;

use super::geval::decide_all;
use super::{Exit, Failure, Out, Outcome, RulesArg};
use crate::regels;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The event: CloudEvents JSON with a canonical message as data, or a hulpvraag of the Kindkans-like source
    event: PathBuf,
    /// The facts of the case: a JSON array
    #[arg(long, value_name = "FILE")]
    facts: PathBuf,
    /// The day of the transfer; today when left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    dag: Option<Date>,
    #[command(flatten)]
    rules: RulesArg,
}

/// Reads facts; errors name the place, never what stands there.
pub(crate) fn read_facts(path: &Path) -> Result<Vec<Feit>, Failure> {
    let text = std::fs::read(path)
        .with_context(|| format!("cannot read the facts at {}", path.display()))
        .map_err(Failure::usage)?;
    serde_json::from_slice(&text).map_err(|e| {
        Failure::usage(anyhow::anyhow!(
            "{}:{}:{} is not a fact that Sluis knows; see docs/feiten.md",
            path.display(),
            e.line(),
            e.column()
        ))
    })
}

/// Today in Europe/Amsterdam is asked from the clock only here, at the edge.
pub(crate) fn today(dag: Option<Date>) -> Date {
    dag.unwrap_or_else(crate::clock::today)
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let rules = regels::load(args.rules.regels.as_deref()).map_err(Failure::configuration)?;
    let validators = Validators::compile(&rules).map_err(Failure::configuration)?;
    let feiten = read_facts(&args.facts)?;
    let body = std::fs::read(&args.event)
        .with_context(|| format!("cannot read the event at {}", args.event.display()))
        .map_err(Failure::usage)?;
    let body = super::bron::as_event(&rules, body).map_err(Failure::usage)?;
    let mut scratch = Scratch::default();
    let cases = match decide_all(&rules, &validators, &body, &feiten, today(args.dag), true, &mut scratch) {
        Ok(cases) => cases,
        Err(refused) => {
            out.json(&serde_json::json!({ "geweigerd": refused.slug(), "melding": refused.to_string() }));
            out.line(format!(
                "{} ({}): {refused}",
                out.say("geweigerd", "refused"),
                refused.slug()
            ));
            return Ok(Exit::Findings);
        }
    };
    let mut exit = Exit::Ok;
    for (n, case) in cases.iter().enumerate() {
        let uitleg = case.uitleg(&rules, out.taal());
        out.json(&serde_json::json!({ "ontvanger": case.ontvanger, "uitleg": uitleg }));
        if n > 0 {
            out.line("");
        }
        out.line(&uitleg);
        if case.verdict.is_blocked() {
            exit = Exit::Findings;
        }
    }
    Ok(exit)
}
