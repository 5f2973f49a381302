//! `sluis verzuim import`: a file of registrations into the book of absence. Streaming and durable: what is told as kept
//! is on disk. The reports follow when Sluis runs.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use sluis_rules::verzuim::{RegelFout, Vorm};
use sluis_stations::ports::{Clock, Sealer};
use sluis_stations::verzuim::{Inname, InnameFout};
use sluis_stations::{Koppeling, Mode};

use super::super::{Exit, Failure, Out, Outcome, runtime};
use super::{BLOK, Formaat, open};
use crate::clock::SystemClock;
use crate::settings::{self, Settings};
use crate::wiring::{self, StartError};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// CSV with a header, or NDJSON, with a column registratie; in any order; - reads from stdin
    file: PathBuf,
    /// The configuration of the Sluis whose book it is; that one must not be running
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Under which connection: it must speak for the schools in the file
    #[arg(long, value_name = "NAAM")]
    koppeling: String,
    /// How the file is written; seen from its first character when left out
    #[arg(long, value_enum)]
    formaat: Option<Formaat>,
}

pub(super) fn run(args: &Args, out: &Out) -> Outcome {
    let settings = settings::load(&args.config, settings::environment()).map_err(Failure::configuration)?;
    let koppeling = koppeling(&settings, &args.koppeling).map_err(Failure::usage)?;
    let Some(verzuim) = &settings.verzuim else {
        return Err(Failure::configuration(anyhow::anyhow!(
            "the configuration has no table [verzuim]: docs/configuration.md says what it holds"
        )));
    };
    let (input, bar) = open(&args.file, out)?;
    let runtime = runtime()?;
    let (keys, store) = runtime
        .block_on(wiring::opslag::open(&settings.data, settings.opslag.as_ref()))
        .map_err(start)?;
    let sealer: Arc<dyn Sealer> = Arc::new(keys);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let boekhouder = wiring::verzuim::boekhouder(verzuim, store.verzuimboek(), sealer, clock).map_err(start)?;
    runtime.block_on(take(args, &boekhouder, &koppeling, input, &bar, out))
}

fn koppeling(settings: &Settings, naam: &str) -> anyhow::Result<Koppeling> {
    let names: Vec<&str> = settings.koppelingen.keys().map(String::as_str).collect();
    let known = || anyhow::anyhow!("there is no connection `{naam}`; known: {}", names.join(", "));
    let found = settings.koppelingen.get(naam).ok_or_else(known)?;
    anyhow::ensure!(found.mode != Mode::Off, "the connection `{naam}` is switched off");
    Ok(Koppeling {
        mode: found.mode,
        eigen: found.eigen.clone(),
        mandaat: found.mandaat.clone(),
    })
}

fn start(error: StartError) -> Failure {
    if error.is_temporary() {
        let told = anyhow::Error::from(error).context(
            "the book cannot be opened now: a running Sluis takes registrations by POST /v1/verzuimregistraties",
        );
        Failure::temporary(told)
    } else {
        Failure::configuration(error)
    }
}

async fn take(
    args: &Args,
    boekhouder: &sluis_stations::verzuim::Boekhouder,
    koppeling: &Koppeling,
    mut input: Box<dyn Read>,
    bar: &indicatif::ProgressBar,
    out: &Out,
) -> Outcome {
    let mut told = |fout: &RegelFout| tell(fout, bar, out);
    let (mut buffer, mut held) = (vec![0_u8; BLOK], 0);
    let mut inname: Option<Inname<'_>> = None;
    let verslag = loop {
        let room = buffer.get_mut(held..).unwrap_or_default();
        let read = match input.read(room) {
            Ok(read) => read,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => {
                return Err(Failure::temporary(anyhow::anyhow!(
                    "reading stopped: {e}; import it again"
                )));
            }
        };
        bar.inc(read as u64);
        held += read;
        let text = buffer.get(..held).unwrap_or_default();
        let mut going = inname.take().unwrap_or_else(|| {
            let vorm = match args.formaat {
                Some(Formaat::Csv) => Vorm::Csv,
                Some(Formaat::Ndjson) => Vorm::Ndjson,
                None => Vorm::van(text),
            };
            Inname::nieuw(boekhouder, &args.koppeling, koppeling, vorm)
        });
        if read == 0 {
            break going.einde(text, &mut told).await.map_err(failed)?;
        }
        let taken = going.voer(text, &mut told).await.map_err(failed)?;
        inname = Some(going);
        buffer.copy_within(taken..held, 0);
        held -= taken;
    };
    bar.finish_and_clear();
    out.json(&serde_json::json!({ "geteld": verslag }));
    out.line(format!(
        "{} {}, {} {}, {} {}",
        verslag.bewaard,
        out.say("bewaard", "kept"),
        verslag.herhaald,
        out.say("waren er al", "were here"),
        verslag.fouten,
        out.say("niet bewaard", "not kept"),
    ));
    Ok(if verslag.fouten > 0 { Exit::Findings } else { Exit::Ok })
}

fn failed(error: InnameFout) -> Failure {
    match error {
        InnameFout::Kop(error) => Failure::usage(error),
        InnameFout::Port(error) => Failure::temporary(error),
    }
}

fn tell(fout: &RegelFout, bar: &indicatif::ProgressBar, out: &Out) {
    let kolom = fout.kolom.map(|kolom| kolom.naam());
    let uitleg = fout.fout.zin(out.taal());
    if out.is_json() {
        let told = serde_json::json!({ "fout": fout.fout, "regel": fout.regel, "kolom": kolom, "uitleg": uitleg });
        return bar.suspend(|| out.json(&told));
    }
    let line = out.say("regel", "line");
    bar.suspend(|| match kolom {
        Some(kolom) => out.note(format!("{line} {}, {kolom}: {uitleg}", fout.regel)),
        None => out.note(format!("{line} {}: {uitleg}", fout.regel)),
    });
}
