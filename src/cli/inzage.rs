//! `sluis inzage`: what is held about a person and what was given, to whom, when and on what basis (13.1.a). Who it is
//! about comes by standard input or a file, never on the command line, where others could read it. Two persons prove who they are and
//! agree; the answer comes after the record of that. It writes, so it waits for a Sluis that has the store.

use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use serde::Deserialize;
use serde_json::value::RawValue;
use sluis_accounts::AccountBook;
use sluis_rules::inzage::Vraag;
use sluis_rules::leeftijd::Rol;
use sluis_stations::ports::{Clock, Sealer};
use sluis_stations::{Entropy, InzageError, Inzien};

use super::twee::{Bewezen, asked, twee};
use super::{Exit, Failure, Out, Outcome};
use crate::clock::SystemClock;
use crate::wiring::opslag;
use crate::wiring::rules::in_force;
use crate::wiring::{ACCOUNTS, KEYS};
use crate::{papier, settings};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration of the Sluis that is asked
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// In what capacity somebody asks: it was established before, with proof of identity
    #[arg(long, value_enum)]
    vrager: Vrager,
    /// The question, as JSON; standard input when left out. `eerste` (an operator) and `tweede` (another operator, or the
    /// FG), each with account, wachtwoord and code; `vraag`: geboortedatum, and bsn, onderwijsnummer or achternaam
    #[arg(long, value_name = "FILE")]
    vraag: Option<PathBuf>,
}

/// What stands in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gevraagd<'t> {
    eerste: Bewezen,
    tweede: Bewezen,
    #[serde(borrow)]
    vraag: &'t RawValue,
}

/// Who asks (footnote 53).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Vrager {
    /// The young person
    Jongere,
    /// A parent with authority, or a guardian
    Vertegenwoordiger,
    /// A parent without authority: is refused
    OuderZonderGezag,
}

/// Longer than any question.
const LONGEST: u64 = 8192;

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let settings = settings::load(&args.config, settings::environment()).map_err(Failure::configuration)?;
    let text = asked(args.vraag.as_deref(), LONGEST)?;
    // The error of the parser would quote what it read.
    let Gevraagd { eerste, tweede, vraag } = serde_json::from_slice(&text).map_err(|_| {
        Failure::usage(anyhow::anyhow!(
            "this is not the question: JSON with eerste and tweede (each account, wachtwoord, code) and vraag"
        ))
    })?;
    let vraag = Vraag::lees(vraag.get()).map_err(Failure::usage)?;
    let rules = in_force(&settings, SystemClock::new().today()).map_err(Failure::configuration)?;
    if !opslag::exists(&settings) {
        let at = settings.data.display();
        return Err(Failure::configuration(anyhow::anyhow!("there is no store at {at}")));
    }
    let keys = sluis_keys::KeyRing::open(&settings.data.join(KEYS)).map_err(Failure::configuration)?;
    let sealer: Arc<dyn Sealer> = Arc::new(keys);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let book = AccountBook::new(settings.data.join(ACCOUNTS), Arc::clone(&sealer), Arc::clone(&clock));
    let runtime = super::runtime()?;
    let twee = runtime.block_on(twee(&book, eerste, tweede))?;
    let opened = runtime.block_on(opslag::open(&settings.data, settings.opslag.as_ref()));
    let (_, opened) = opened.map_err(Failure::temporary)?;
    let store = opened.store();
    let entropy: Entropy = crate::wiring::entropy();
    let inzien = Inzien {
        store: store.as_ref(),
        sealer: sealer.as_ref(),
        clock: clock.as_ref(),
        entropy: &entropy,
        rules: &rules,
        verwerking: &settings.stations.verwerking,
    };
    let rol = match args.vrager {
        Vrager::Jongere => Rol::Jongere,
        Vrager::Vertegenwoordiger => Rol::Vertegenwoordiger,
        Vrager::OuderZonderGezag => Rol::OuderZonderGezag,
    };
    let inzage = match runtime.block_on(inzien.antwoord(&twee, &vraag, rol)) {
        Ok(inzage) => inzage,
        Err(InzageError::Geweigerd(why)) => {
            out.json(&serde_json::json!({ "reden": why.slug() }));
            out.line(format!("{}: {why}", why.slug()));
            return Ok(Exit::Findings);
        }
        Err(InzageError::Port(error)) => return Err(Failure::temporary(error)),
    };
    if inzage.achtergehouden > 0 {
        // For the two who answer: what is on standard output is for who asked.
        out.note(format!(
            "{} messages stay out of the answer, to protect another (UAVG 41): they are about somebody else of the case, or passed by a decision to break a secrecy (6.e); weigh them by hand",
            inzage.achtergehouden
        ));
    }
    if out.is_json() {
        out.json(&inzage);
    } else {
        Out::raw(&papier::inzage_html(&inzage, out.taal()).map_err(Failure::temporary)?);
    }
    Ok(Exit::Ok)
}
