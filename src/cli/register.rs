//! `sluis register`: the register of processing activities, from the rules and from what the journal says that flowed.
//! Works beside a running Sluis. It follows the chain of the journal, and counts nothing of one that was changed.

use std::path::PathBuf;

use clap::ValueEnum;
use sluis_rules::ids::Oin;
use sluis_rules::register::{Opdracht, Register, Stromen};
use sluis_stations::Chain;
use sluis_stations::ports::Clock as _;

use super::{Exit, Failure, Out, Outcome};
use crate::clock::SystemClock;
use crate::wiring::opslag;
use crate::wiring::rules::in_force;
use crate::{papier, regels, settings};

/// So many records are read at once.
const PAGE: u32 = 1000;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration of a Sluis: its rules, its organisation, and its journal
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory with the rules, in place of those of the configuration
    #[arg(long = "regels", value_name = "DIR")]
    regels: Option<PathBuf>,
    /// Whose register it is, in place of the organisation of the configuration
    #[arg(long, value_name = "OIN")]
    organisatie: Option<Oin>,
    /// The form
    #[arg(long, value_enum, default_value_t = Vorm::Html)]
    vorm: Vorm,
}

/// The form of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Vorm {
    /// A page that prints.
    Html,
    /// For a spreadsheet: one line for each activity and receiver.
    Csv,
    /// For programs; so does `--output json`.
    Json,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let settings = match &args.config {
        Some(path) => Some(settings::load(path, settings::environment()).map_err(Failure::configuration)?),
        None => None,
    };
    let rules = match (&args.regels, &settings) {
        // What it would be under other rules, or under the example in the program.
        (Some(_), _) | (None, None) => regels::load(args.regels.as_deref()).map_err(Failure::configuration)?,
        (None, Some(settings)) => in_force(settings, SystemClock::new().today()).map_err(Failure::configuration)?,
    };
    let mut stromen = Stromen::tel(&rules);
    if let Some(settings) = settings.as_ref().filter(|s| opslag::exists(s)) {
        let journal = opslag::reader(settings).map_err(Failure::temporary)?;
        let mut chain = Chain::default();
        loop {
            let page = journal.from(chain.number() + 1, PAGE).map_err(Failure::temporary)?;
            if page.is_empty() {
                break;
            }
            for line in page {
                // A journal that was changed proves nothing about what flowed.
                let record = chain.follow(&line).map_err(Failure::configuration)?;
                stromen.neem(&record);
            }
        }
        if !journal.last_is_sound().map_err(Failure::temporary)? {
            return Err(Failure::configuration(anyhow::anyhow!(
                "the last record of the journal was changed: nothing of it can be believed"
            )));
        }
    }
    let stations = settings.as_ref().map(|s| s.stations.clone()).unwrap_or_default();
    let opdracht = Opdracht {
        voorvoegsel: &stations.verwerking,
        organisatie: args.organisatie.or(settings.as_ref().map(|s| s.organisatie)),
        quarantaine_dagen: stations.quarantine_days,
    };
    let register = Register::of(&rules, &opdracht, &stromen.klaar());
    match args.vorm {
        Vorm::Json => Out::raw(&(serde_json::to_string_pretty(&register).map_err(Failure::temporary)? + "\n")),
        _ if out.is_json() => out.json(&register),
        Vorm::Csv => Out::raw(&papier::register_csv(&register)),
        Vorm::Html => {
            let page = papier::register_html(&register, SystemClock::new().today()).map_err(Failure::temporary)?;
            Out::raw(&page);
        }
    }
    for missing in &register.ontbreekt {
        out.note(format!("{}: {missing}", out.say("er ontbreekt", "missing")));
    }
    for open in &register.open_einden {
        let what = out.say(
            "het logboek noemt een verwerking die de regels niet hebben",
            "the journal names an activity that the rules do not have",
        );
        out.note(format!("{what}: {}", open.verwerking));
    }
    let whole = register.ontbreekt.is_empty() && register.open_einden.is_empty();
    Ok(if whole { Exit::Ok } else { Exit::Findings })
}
