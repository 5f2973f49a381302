//! `sluis inzage`: what is held about a person and what was given, to whom, when and on what basis (13.1.a). Who it is
//! about comes by standard input or a file, never on the command line, where others could read it. Two accounts agree;
//! the answer comes after the record of that. It writes, so it waits for a Sluis that has the store.

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use sluis_accounts::AccountBook;
use sluis_rules::inzage::Vraag;
use sluis_rules::leeftijd::Rol;
use sluis_stations::ports::{AccountRefusal, AccountRol, Accounts as _, Clock, Sealer, TweePersonen};
use sluis_stations::{Entropy, InzageError, Inzien};
use sluis_store::{SqliteStore, StoreOptions};
use zeroize::Zeroizing;

use super::{Exit, Failure, Out, Outcome};
use crate::clock::SystemClock;
use crate::wiring::{ACCOUNTS, KEYS, STORE};
use crate::{papier, regels, settings};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration of the Sluis that is asked
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// In what capacity somebody asks: it was established before, with proof of identity
    #[arg(long, value_enum)]
    vrager: Vrager,
    /// The account that handles the request
    #[arg(long, value_name = "ACCOUNT")]
    door: String,
    /// The account that agreed to the answer: another person
    #[arg(long, value_name = "ACCOUNT")]
    akkoord: String,
    /// Who it is about, as JSON: geboortedatum, and bsn, onderwijsnummer or achternaam; standard input when left out
    #[arg(long, value_name = "FILE")]
    vraag: Option<PathBuf>,
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
const LONGEST: u64 = 4096;

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let settings = settings::load(&args.config, settings::environment()).map_err(Failure::configuration)?;
    let text = question(args)?;
    let vraag = Vraag::lees(&text).map_err(Failure::usage)?;
    let rules = regels::load(settings.regels.as_deref()).map_err(Failure::configuration)?;
    let path = settings.data.join(STORE);
    if !path.is_file() {
        let at = path.display();
        return Err(Failure::configuration(anyhow::anyhow!("there is no store at {at}")));
    }
    let keys = sluis_keys::KeyRing::open(&settings.data.join(KEYS)).map_err(Failure::configuration)?;
    let sealer: Arc<dyn Sealer> = Arc::new(keys);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let book = AccountBook::new(settings.data.join(ACCOUNTS), Arc::clone(&sealer), Arc::clone(&clock));
    let twee = two(&book, args).map_err(Failure::usage)?;
    let store = SqliteStore::open(&path, StoreOptions::default()).map_err(Failure::temporary)?;
    let entropy: Entropy = crate::wiring::entropy();
    let asked = Inzien {
        store: &store,
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
    let inzage = match super::runtime()?.block_on(asked.antwoord(&twee, &vraag, rol)) {
        Ok(inzage) => inzage,
        Err(InzageError::Geweigerd(why)) => {
            out.json(&serde_json::json!({ "reden": why.slug() }));
            out.line(format!("{}: {why}", why.slug()));
            return Ok(Exit::Findings);
        }
        Err(InzageError::Port(error)) => return Err(Failure::temporary(error)),
    };
    if out.is_json() {
        out.json(&inzage);
    } else {
        Out::raw(&papier::inzage_html(&inzage, out.taal()).map_err(Failure::temporary)?);
    }
    Ok(Exit::Ok)
}

/// Two different active accounts: an operator, and an operator or the FG.
fn two(book: &AccountBook, args: &Args) -> Result<TweePersonen, AccountRefusal> {
    if args.door == args.akkoord {
        return Err(AccountRefusal::ZelfdePersoon);
    }
    let active = |id: &str| book.active(id).ok_or(AccountRefusal::Geweigerd);
    TweePersonen::new(
        active(&args.door)?,
        &[AccountRol::Operator],
        active(&args.akkoord)?,
        &[AccountRol::Operator, AccountRol::Fg],
    )
}

fn question(args: &Args) -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::with_capacity(LONGEST as usize));
    let read = match &args.vraag {
        Some(path) => std::fs::File::open(path).and_then(|f| f.take(LONGEST).read_to_string(&mut text)),
        None => std::io::stdin().lock().take(LONGEST).read_to_string(&mut text),
    };
    read.map_err(|e| Failure::usage(anyhow::anyhow!("the question cannot be read: {}", e.kind())))?;
    Ok(text)
}
