//! `sluis inbreuken`: candidates for a breach (21) that the journal shows: for the FG to judge. Works beside a running
//! Sluis, writes nothing and tells nobody. Believes no journal that was changed.

use std::path::PathBuf;

use sluis_rules::inbreuk::{Kandidaat, kandidaten};
use sluis_rules::verstrekking::Verstrekkingen;
use sluis_stations::Chain;
use sluis_store::JournalReader;

use super::{Exit, Failure, Out, Outcome};
use crate::clock::{day_of, minute_of};
use crate::wiring::STORE;
use crate::{regels, settings};

/// So many records are read at once.
const PAGE: u32 = 1000;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration of a Sluis: its rules and its journal
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let settings = settings::load(&args.config, settings::environment()).map_err(Failure::configuration)?;
    let rules = regels::load(settings.regels.as_deref()).map_err(Failure::configuration)?;
    let journal = JournalReader::open(&settings.data.join(STORE)).map_err(Failure::configuration)?;
    let mut given = Verstrekkingen::new(&rules);
    let mut chain = Chain::default();
    loop {
        let page = journal.from(chain.number() + 1, PAGE).map_err(Failure::temporary)?;
        if page.is_empty() {
            break;
        }
        for line in page {
            given.neem(&chain.follow(&line).map_err(Failure::configuration)?);
        }
    }
    if !journal.last_is_sound().map_err(Failure::temporary)? {
        return Err(Failure::configuration(anyhow::anyhow!(
            "the last record of the journal was changed: nothing of it can be believed"
        )));
    }
    let facts = journal.facts(None).map_err(Failure::temporary)?;
    let facts: Vec<_> = facts.into_iter().map(|(_, feit)| feit).collect();
    let found = kandidaten(&rules, &given.alle(), &facts, day_of);
    out.json(&serde_json::json!({ "kandidaten": found }));
    for k in &found {
        out.line(line(k, out));
    }
    if found.is_empty() {
        out.line(out.say("geen kandidaten gevonden", "no candidates found"));
        return Ok(Exit::Ok);
    }
    Ok(Exit::Findings)
}

fn line(k: &Kandidaat, out: &Out) -> String {
    let special = if k.bijzonder {
        out.say(", ook bijzondere persoonsgegevens", ", special categories too")
    } else {
        ""
    };
    format!(
        "{}  {} → {}  {} {}  5.1 {}{special}\n  {} ({})",
        minute_of(k.tijd_ms),
        k.afzender,
        k.ontvanger,
        out.say("casus", "case"),
        k.casus,
        k.letters,
        out.say(&k.uitleg.nl, &k.uitleg.en),
        k.effect
    )
}
