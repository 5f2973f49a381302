//! `sluis explain`: what would be decided about an event, and why.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;
use sluis_rules::facts::Feit;
use sluis_rules::rulebook::Rulebook;
use sluis_rules::scan::Scratch;
use sluis_stations::Validators;

use super::geval::decide_all;
use super::{Exit, Failure, Out, Outcome, RulesArg};
use crate::regels;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The event: CloudEvents JSON with a canonical message as data, or a hulpvraag of the Kindkans-like source. Or the
    /// directory of a case (with case.toml): its event, its facts, its day and its own changes of the rules
    event: PathBuf,
    /// The facts of the case: a JSON array; not with the directory of a case
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
    /// The day of the transfer; today when left out, or the day of the case
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

/// What is asked: of an event with its facts, or of a case.
struct Asked {
    rules: Rulebook,
    body: Vec<u8>,
    feiten: Vec<Feit>,
    dag: Date,
    bewezen: bool,
}

fn asked(args: &Args) -> Result<Asked, Failure> {
    let dir = args.rules.regels.as_deref();
    match (&args.facts, args.event.is_dir()) {
        (None, true) => {
            let (case, own) = super::test::one(dir, &args.event).map_err(Failure::usage)?;
            Ok(Asked {
                rules: own.map_or_else(|| regels::load(dir).map_err(Failure::configuration), Ok)?,
                body: case.body,
                feiten: case.feiten,
                dag: args.dag.unwrap_or(case.dag),
                bewezen: case.afzender_bewezen,
            })
        }
        (Some(facts), false) => Ok(Asked {
            rules: regels::load(dir).map_err(Failure::configuration)?,
            body: std::fs::read(&args.event)
                .with_context(|| format!("cannot read the event at {}", args.event.display()))
                .map_err(Failure::usage)?,
            feiten: read_facts(facts)?,
            dag: today(args.dag),
            bewezen: true,
        }),
        (None, false) => Err(Failure::usage(anyhow::anyhow!(
            "an event needs its facts (--facts FILE); or give the directory of a case, with case.toml"
        ))),
        (Some(_), true) => Err(Failure::usage(anyhow::anyhow!(
            "{} is the directory of a case, which has its own facts: leave --facts out",
            args.event.display()
        ))),
    }
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let Asked {
        rules,
        body,
        feiten,
        dag,
        bewezen,
    } = asked(args)?;
    let validators = Validators::compile(&rules).map_err(Failure::configuration)?;
    let body = super::bron::as_event(&rules, body).map_err(Failure::usage)?;
    let mut scratch = Scratch::default();
    let cases = match decide_all(&rules, &validators, &body, &feiten, dag, bewezen, &mut scratch) {
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
