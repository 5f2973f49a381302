//! Giving a published table to parties: each by its own decision, which is recorded, and told on stderr.

use std::path::Path;

use anyhow::anyhow;
use sluis_rules::aggregaat::Aggregaat;
use sluis_rules::explain::reason;
use sluis_rules::ids::Partij;
use sluis_stations::ports::Clock as _;
use sluis_stations::{Entropy, Tellingpost};

use crate::cli::{Exit, Failure, Out};
use crate::clock::SystemClock;
use crate::settings;
use crate::wiring::opslag;
use crate::wiring::{entropy, rules};

/// Lays the table ready for each of them that may have it. Findings when one may not.
pub(super) fn give(config: &Path, tabel: &Aggregaat, van: Partij, aan: &[Partij], out: &Out) -> Result<Exit, Failure> {
    let settings = settings::load(config, settings::environment()).map_err(Failure::configuration)?;
    let clock = SystemClock::new();
    let rules = rules::in_force(&settings, clock.today()).map_err(Failure::configuration)?;
    if !opslag::exists(&settings) {
        return Err(Failure::configuration(anyhow!(
            "there is no store at {}",
            settings.data.display()
        )));
    }
    let runtime = crate::cli::runtime()?;
    let opened = runtime.block_on(opslag::open(&settings.data, settings.opslag.as_ref()));
    let (keys, opened) = opened.map_err(Failure::temporary)?;
    let store = opened.store();
    let entropy: Entropy = entropy();
    let post = Tellingpost {
        store: store.as_ref(),
        sealer: &keys,
        clock: &clock,
        entropy: &entropy,
        rules: &rules,
        verwerking: &settings.stations.verwerking,
    };
    let mut exit = Exit::Ok;
    for aan in aan {
        let van = (van, van.oin == settings.organisatie);
        let (verdict, new) = runtime
            .block_on(post.give(tabel, van, *aan))
            .map_err(Failure::temporary)?;
        let redenen: Vec<&str> = verdict.redenen().map(sluis_rules::verdict::Reden::slug).collect();
        out.json(&serde_json::json!({ "aan": aan, "uitkomst": verdict.uitkomst.as_str(), "redenen": redenen }));
        if verdict.is_blocked() {
            exit = Exit::Findings;
            for reden in verdict.redenen() {
                out.note(format!(
                    "{aan}: {} ({}, {})",
                    reason(reden, out.taal()),
                    reden.slug(),
                    reden.artikel()
                ));
            }
        } else {
            let told = match new {
                true => out.say("ligt klaar", "lies ready"),
                false => out.say("was al gegeven", "was given before"),
            };
            out.note(format!("{aan}: {told}"));
        }
    }
    Ok(exit)
}
