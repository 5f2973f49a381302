//! `sluis brief`: the letter that informs the betrokkene beforehand (12.1–12.4), filled from the rules and the facts of a
//! case: from a file, or from the store of a configuration, also while that Sluis runs. A letter that would lack a part
//! of 12.4 is not made.

use std::path::PathBuf;

use jiff::civil::Date;
use sluis_rules::brief::Brief;
use sluis_rules::facts::{Dossier, Feit};
use sluis_stations::ports::Clock as _;

use super::{Exit, Failure, Out, Outcome};
use crate::clock::SystemClock;
use crate::wiring::facts;
use crate::wiring::opslag;
use crate::wiring::rules::in_force;
use crate::{papier, regels, settings};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The case, as the facts name it
    casus: String,
    /// Facts of the case: a JSON array, or one fact a line
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "config",
        required_unless_present = "config"
    )]
    facts: Option<PathBuf>,
    /// The configuration of a Sluis: its rules, and the facts in its store
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory with the rules, in place of those of the configuration
    #[arg(long = "regels", value_name = "DIR")]
    regels: Option<PathBuf>,
    /// The day of the letter; today when left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    dag: Option<Date>,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let settings = match &args.config {
        Some(path) => Some(settings::load(path, settings::environment()).map_err(Failure::configuration)?),
        None => None,
    };
    let feiten: Vec<(u64, Feit)> = match (&args.facts, &settings) {
        (Some(path), _) => {
            let text = std::fs::read_to_string(path)
                .map_err(|e| Failure::usage(facts::FactsError::Unreadable(path.clone(), e.kind())))?;
            let all = facts::parse(path, &text).map_err(Failure::usage)?;
            (1..).zip(all).collect()
        }
        (None, Some(settings)) => {
            let journal = opslag::reader(settings).map_err(Failure::configuration)?;
            let mut all = journal.facts(Some(&args.casus)).map_err(Failure::temporary)?;
            all.extend(journal.facts(None).map_err(Failure::temporary)?);
            all.sort_by_key(|(nummer, _)| *nummer);
            all
        }
        (None, None) => return Err(Failure::usage(anyhow::anyhow!("give --facts or --config"))),
    };
    let rules = match (&args.regels, &settings) {
        // What it would be under other rules, or under the example in the program.
        (Some(_), _) | (None, None) => regels::load(args.regels.as_deref()).map_err(Failure::configuration)?,
        (None, Some(settings)) => in_force(settings, SystemClock::new().today()).map_err(Failure::configuration)?,
    };
    let dag = args.dag.unwrap_or_else(|| SystemClock::new().today());
    let versie = feiten.last().map_or(0, |(nummer, _)| *nummer);
    let dossier = Dossier::build(
        feiten.iter().map(|(_, f)| f),
        versie,
        &args.casus,
        dag,
        rules.gegevens(),
    );
    let days = settings.map(|s| s.stations).unwrap_or_default().quarantine_days;
    match Brief::of(&rules, &dossier, dag, days) {
        Ok(brief) if out.is_json() => out.json(&brief),
        Ok(brief) => Out::raw(&papier::brief_html(&brief, out.taal()).map_err(Failure::temporary)?),
        Err(missing) => {
            out.json(&serde_json::json!({ "ontbreekt": missing }));
            let what = out.say(
                "de brief is niet gemaakt, want er ontbreekt wat artikel 12.4 vraagt:",
                "the letter was not made, for something that article 12.4 asks is missing:",
            );
            out.note(what);
            for m in missing {
                out.note(format!("  12.4.{}  {}", m.onderdeel, m.wat));
            }
            return Ok(Exit::Findings);
        }
    }
    Ok(Exit::Ok)
}
