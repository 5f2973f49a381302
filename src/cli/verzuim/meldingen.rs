//! `sluis verzuim meldingen`: the queue of reports with their terms. Works beside a running Sluis; opens nothing sealed.

use std::path::PathBuf;

use sluis_stations::ports::{Clock as _, MeldingRij, MeldingStand};
use sluis_stations::verzuim::te_laat;
use sluis_store::JournalReader;

use super::super::{Exit, Failure, Out, Outcome};
use crate::clock::SystemClock;
use crate::settings;
use crate::wiring::STORE;

/// Rows read at once.
const PAGE: u32 = 500;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration of the Sluis whose queue it is
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Also what is handed over or has lapsed; without it only what waits
    #[arg(long)]
    alle: bool,
}

pub(super) fn run(args: &Args, out: &Out) -> Outcome {
    let data = settings::load(&args.config, settings::environment())
        .map_err(Failure::configuration)?
        .data;
    let path = data.join(STORE);
    if !path.is_file() {
        return Err(Failure::configuration(anyhow::anyhow!(
            "there is no store at {}",
            path.display()
        )));
    }
    let store = JournalReader::open(&path).map_err(Failure::temporary)?;
    let today = SystemClock::new().today();
    let (mut after, mut shown, mut late) = (None, 0_u64, 0_u64);
    loop {
        let rows = store
            .verzuimmeldingen(after.clone(), PAGE)
            .map_err(Failure::temporary)?;
        let Some(last) = rows.last() else { break };
        after = Some(last.kenmerk.clone());
        for rij in &rows {
            let open = matches!(rij.stand, MeldingStand::Wacht | MeldingStand::Opgesteld);
            if !open && !args.alle {
                continue;
            }
            shown += 1;
            late += u64::from(te_laat(rij, today));
            tell(rij, te_laat(rij, today), out);
        }
    }
    out.note(format!(
        "{shown} {}, {late} {}",
        out.say("meldingen", "reports"),
        out.say("over de termijn", "past their term")
    ));
    Ok(if late > 0 { Exit::Findings } else { Exit::Ok })
}

fn tell(rij: &MeldingRij, late: bool, out: &Out) {
    let balie = rij.balie.as_ref().map(|balie| balie.stand.as_str());
    out.json(&serde_json::json!({
        "kenmerk": rij.kenmerk, "partij": rij.partij.to_string(), "regel": rij.regel, "stand": rij.stand,
        "wachtOp": rij.wacht, "termijn": rij.termijn, "teLaat": late, "gemeld": rij.gemeld,
        "ingetrokken": rij.ingetrokken, "balie": balie,
    }));
    let mut line = format!("{} {} {}: {}", rij.kenmerk, rij.partij, rij.regel, rij.stand.as_str());
    if !rij.wacht.is_empty() {
        line.push_str(&format!(" {} {}", out.say("op", "for"), rij.wacht.join(", ")));
    }
    if let Some(termijn) = rij.termijn {
        line.push_str(&format!("; {} {termijn}", out.say("uiterlijk", "by")));
    }
    if late {
        line.push_str(out.say(" (te laat)", " (late)"));
    }
    if let Some(balie) = balie {
        line.push_str(&format!("; {} {balie}", out.say("loket:", "desk:")));
    }
    out.line(line);
}
