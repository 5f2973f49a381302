//! `sluis verzuim`: absence. `detect` reads a file of registrations in pupil order and tells the signals; it keeps nothing.
//! `statistiek` makes a table of counts out of them that is about nobody. `import` keeps a file in the book of absence;
//! `meldingen` shows the reports that came of it.

mod geven;
mod import;
mod meldingen;
mod statistiek;
mod verteller;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use jiff::civil::Date;
use sluis_rules::verzuim::{Afnemer, Dag, Geteld, Regio, Stroom, Vorm, Wetsvoorstellen};
use verteller::Verteller;

use super::explain::today;
use super::{Exit, Failure, Out, Outcome};
use crate::kalender;

/// How much is read at once.
const BLOK: usize = 256 * 1024;
/// Files from this size on show how far it is.
const GROOT: u64 = 16 << 20;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Find absence signals in a file of registrations; nothing is stored and nothing is sent
    Detect(Detect),
    /// Count per school and period, with small counts hidden: for who may know how much, and not who
    Statistiek(statistiek::Args),
    /// Keep a file of registrations in the book of absence; reports follow when Sluis runs
    Import(import::Args),
    /// Show the queue of reports of absence, with their terms
    Meldingen(meldingen::Args),
}

/// How the lines of a file are written.
#[derive(Clone, Copy, ValueEnum)]
enum Formaat {
    Csv,
    Ndjson,
}

/// A region of the school holidays.
#[derive(Clone, Copy, ValueEnum)]
enum RegioArg {
    Noord,
    Midden,
    Zuid,
}

#[derive(clap::Args)]
struct Detect {
    #[command(flatten)]
    invoer: Invoer,
}

/// A file of registrations, and what it is read with.
#[derive(clap::Args)]
struct Invoer {
    /// CSV with a header, or NDJSON, in the order of the column leerling; - reads from stdin
    file: PathBuf,
    /// How the file is written; seen from its first character when left out
    #[arg(long, value_enum)]
    formaat: Option<Formaat>,
    /// The day as on which is reckoned, in Europe/Amsterdam; today when left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    dag: Option<Date>,
    /// Directory with school calendars; the example in the program when left out
    #[arg(long, value_name = "DIR")]
    kalender: Option<PathBuf>,
    /// The region of schools that no calendar names; without it their lines are refused
    #[arg(long, value_enum)]
    regio: Option<RegioArg>,
    /// Reckon as if the bill "terugdringen verzuim" were law from this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    terugdringen_verzuim: Option<Date>,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    match &args.command {
        Command::Detect(args) => detect(&args.invoer, out),
        Command::Statistiek(args) => statistiek::run(args, out),
        Command::Import(args) => import::run(args, out),
        Command::Meldingen(args) => meldingen::run(args, out),
    }
}

fn detect(args: &Invoer, out: &Out) -> Outcome {
    let (mut input, bar) = open(&args.file, out)?;
    let mut verteller = Verteller::nieuw(out, bar.clone());
    let Some(geteld) = voer(args, &mut *input, &bar, &mut verteller, Verteller::is_dicht)? else {
        // The reader had enough.
        return Ok(Exit::Ok);
    };
    bar.finish_and_clear();
    verteller.slot(&geteld);
    Ok(if geteld.signalen + geteld.fouten > 0 {
        Exit::Findings
    } else {
        Exit::Ok
    })
}

/// Reads the file through the rules; `None` when who hears it had enough.
fn voer<A: Afnemer>(
    args: &Invoer,
    input: &mut dyn Read,
    bar: &indicatif::ProgressBar,
    bij: &mut A,
    genoeg: impl Fn(&A) -> bool,
) -> Result<Option<Geteld>, Failure> {
    let mut kalenders = kalender::load(args.kalender.as_deref()).map_err(Failure::configuration)?;
    if let Some(regio) = args.regio {
        kalenders.anders(match regio {
            RegioArg::Noord => Regio::Noord,
            RegioArg::Midden => Regio::Midden,
            RegioArg::Zuid => Regio::Zuid,
        });
    }
    let wetten = Wetsvoorstellen {
        terugdringen_verzuim: args.terugdringen_verzuim.map(Dag::from),
    };
    let peildatum = Dag::from(today(args.dag));
    // What was read and not yet taken stands at the start of the buffer.
    let (mut buffer, mut held) = (vec![0_u8; BLOK], 0);
    let mut stroom: Option<Stroom<'_>> = None;
    loop {
        let room = buffer.get_mut(held..).unwrap_or_default();
        let read = match input.read(room) {
            Ok(read) => read,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(Failure::temporary(anyhow::anyhow!("reading stopped: {e}; try again"))),
        };
        bar.inc(read as u64);
        held += read;
        let text = buffer.get(..held).unwrap_or_default();
        let stroom = stroom.get_or_insert_with(|| {
            let vorm = match args.formaat {
                Some(Formaat::Csv) => Vorm::Csv,
                Some(Formaat::Ndjson) => Vorm::Ndjson,
                None => Vorm::van(text),
            };
            Stroom::nieuw(&kalenders, wetten, peildatum, vorm)
        });
        if read == 0 {
            return stroom.einde(text, bij).map(Some).map_err(Failure::usage);
        }
        let taken = stroom.voer(text, bij).map_err(Failure::usage)?;
        buffer.copy_within(taken..held, 0);
        held -= taken;
        if genoeg(bij) {
            return Ok(None);
        }
    }
}

/// A file or stdin, with a bar that shows how far it is when it is large and a person looks.
fn open(path: &Path, out: &Out) -> Result<(Box<dyn Read>, indicatif::ProgressBar), Failure> {
    if path.as_os_str() == "-" {
        return Ok((Box::new(std::io::stdin().lock()), indicatif::ProgressBar::hidden()));
    }
    let file = File::open(path)
        .with_context(|| format!("cannot read the registrations at {}", path.display()))
        .map_err(Failure::usage)?;
    let size = file.metadata().ok().map(|m| m.len());
    let bar = match size.filter(|size| *size >= GROOT && out.progress()) {
        Some(size) => indicatif::ProgressBar::new(size),
        None => indicatif::ProgressBar::hidden(),
    };
    Ok((Box::new(file), bar))
}
