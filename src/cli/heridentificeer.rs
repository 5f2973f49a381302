//! `sluis heridentificeer`: which of some persons a derde's pseudonym is. Two people prove who they are; what they ask comes
//! by standard input, never in an argument that others see. It needs the store for itself: stop Sluis first.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;
use sluis_rules::ids::{Bsn, Partij};
use sluis_stations::ports::Clock as _;
use sluis_stations::{Heridentificatie, HeridentificatieRefusal};

use super::twee::{Bewezen, asked, twee};
use super::{Exit, Failure, Out, Outcome, runtime, started};
use crate::clock::SystemClock;
use crate::wiring::rules::in_force;
use crate::{regels, settings, wiring};

/// No question is larger.
const MOST: u64 = 64 * 1024;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration of the Sluis that gave the pseudonym
    #[arg(long, value_name = "FILE", conflicts_with = "data", required_unless_present = "data")]
    config: Option<PathBuf>,
    /// The data directory itself
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// The question on standard input, as JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vraag {
    eerste: Bewezen,
    tweede: Bewezen,
    derde: Partij,
    doel: String,
    schuilnaam: String,
    kandidaten: Vec<String>,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let (data, server, rulebook, stations) = match (&args.data, &args.config) {
        (Some(data), _) => {
            let example = regels::load(None).map_err(Failure::configuration)?;
            (data.clone(), None, example, sluis_stations::Settings::default())
        }
        (None, Some(config)) => {
            let loaded = settings::load(config, settings::environment()).map_err(Failure::configuration)?;
            let rules = in_force(&loaded, SystemClock::new().today()).map_err(Failure::configuration)?;
            (loaded.data, loaded.opslag, rules, loaded.stations)
        }
        (None, None) => return Err(Failure::usage(anyhow::anyhow!("give --config or --data"))),
    };
    let text = asked(None, MOST)?;
    // The error of the parser would quote what it read.
    let vraag: Vraag = serde_json::from_slice(&text).map_err(|_| {
        Failure::usage(anyhow::anyhow!(
            "standard input is not the question: JSON with eerste, tweede (each account, wachtwoord, code), derde, doel, \
             schuilnaam and kandidaten (BSNs)"
        ))
    })?;
    let rulebook = Arc::new(rulebook);
    let found = runtime()?.block_on(async {
        let (gateway, accounts) =
            wiring::beside(&data, server.as_ref(), rulebook, Arc::new(SystemClock::new()), stations)
                .await
                .map_err(started)?;
        let twee = twee(&accounts, vraag.eerste, vraag.tweede).await?;
        let bsn = |text: &String| text.parse::<Bsn>();
        let kandidaten = vraag.kandidaten.iter().map(bsn).collect::<Result<_, _>>();
        let asked = Heridentificatie {
            derde: vraag.derde,
            doel: vraag.doel,
            schuilnaam: vraag.schuilnaam,
            kandidaten: kandidaten.map_err(Failure::usage)?,
        };
        gateway.reidentify(&twee, &asked).await.map_err(|e| match e {
            HeridentificatieRefusal::Ongeldig(_) => Failure::usage(e),
            HeridentificatieRefusal::TeVaak | HeridentificatieRefusal::Poort(_) => Failure::temporary(e),
        })
    })?;
    // Which of them, by its place: the number itself is on no screen.
    let place = found.map(|n| n.saturating_add(1));
    out.json(&serde_json::json!({ "kandidaat": place }));
    out.line(match place {
        Some(n) => format!("{} {n}", out.say("het is kandidaat", "it is candidate")),
        None => out.say("het is geen van hen", "it is none of them").to_owned(),
    });
    Ok(if found.is_some() { Exit::Ok } else { Exit::Findings })
}
