//! `sluis verzuim`: absence. `detect` reads a file of registrations in pupil order and tells the signals; it keeps nothing.

use std::fs::File;
use std::io::{BufWriter, Read, StdoutLock, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use include_dir::{Dir, include_dir};
use jiff::civil::Date;
use serde::Serialize;
use sluis_rules::explain::Taal;
use sluis_rules::rulebook::Source;
use sluis_rules::verzuim::{
    Afnemer, Dag, Geteld, Kalenders, RegelFout, Regio, Signaal, Stroom, Vervolg, Vondst, Vorm, Wetsvoorstellen,
};

use super::explain::today;
use super::{Exit, Failure, Out, Outcome};

static EXAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/config/kalender");

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
        Command::Detect(args) => detect(args, out),
    }
}

fn detect(args: &Detect, out: &Out) -> Outcome {
    let mut kalenders = kalenders(args.kalender.as_deref()).map_err(Failure::configuration)?;
    if let Some(regio) = args.regio {
        kalenders.anders(match regio {
            RegioArg::Noord => Regio::Noord,
            RegioArg::Midden => Regio::Midden,
            RegioArg::Zuid => Regio::Zuid,
        });
    }
    let (mut input, size): (Box<dyn Read>, Option<u64>) = if args.file.as_os_str() == "-" {
        (Box::new(std::io::stdin().lock()), None)
    } else {
        let file = File::open(&args.file)
            .with_context(|| format!("cannot read the registrations at {}", args.file.display()))
            .map_err(Failure::usage)?;
        let size = file.metadata().ok().map(|m| m.len());
        (Box::new(file), size)
    };
    let wetten = Wetsvoorstellen {
        terugdringen_verzuim: args.terugdringen_verzuim.map(Dag::from),
    };
    let peildatum = Dag::from(today(args.dag));
    let bar = match size.filter(|size| *size >= GROOT && out.progress()) {
        Some(size) => indicatif::ProgressBar::new(size),
        None => indicatif::ProgressBar::hidden(),
    };
    let mut verteller = Verteller {
        uit: BufWriter::with_capacity(BLOK, std::io::stdout().lock()),
        out,
        bar: bar.clone(),
        dicht: false,
    };
    // What was read and not yet taken stands at the start of the buffer.
    let (mut buffer, mut held) = (vec![0_u8; BLOK], 0);
    let mut stroom: Option<Stroom<'_>> = None;
    let geteld = loop {
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
            break stroom.einde(text, &mut verteller).map_err(Failure::usage)?;
        }
        let taken = stroom.voer(text, &mut verteller).map_err(Failure::usage)?;
        buffer.copy_within(taken..held, 0);
        held -= taken;
        if verteller.dicht {
            // The reader had enough.
            return Ok(Exit::Ok);
        }
    };
    bar.finish_and_clear();
    verteller.slot(&geteld);
    Ok(if geteld.signalen + geteld.fouten > 0 {
        Exit::Findings
    } else {
        Exit::Ok
    })
}

/// The calendars of a directory, or those in the program.
fn kalenders(dir: Option<&Path>) -> anyhow::Result<Kalenders> {
    let mut sources = Vec::new();
    match dir {
        None => {
            for file in EXAMPLE
                .files()
                .filter(|f| f.path().extension().is_some_and(|e| e == "toml"))
            {
                sources.push(Source {
                    name: file.path().display().to_string(),
                    text: file.contents_utf8().unwrap_or_default().to_owned(),
                });
            }
        }
        Some(dir) => {
            let failed = || format!("cannot read the calendars at {}", dir.display());
            for entry in std::fs::read_dir(dir).with_context(failed)? {
                let path = entry.with_context(failed)?.path();
                if path.extension().is_some_and(|e| e == "toml") {
                    sources.push(Source {
                        name: path.display().to_string(),
                        text: std::fs::read_to_string(&path)
                            .with_context(|| format!("cannot read {}", path.display()))?,
                    });
                }
            }
        }
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Kalenders::parse(&sources)?)
}

/// Tells what is found as it is found: signals on stdout; wrong lines on stderr for people, on stdout for programs.
struct Verteller<'a> {
    uit: BufWriter<StdoutLock<'static>>,
    out: &'a Out,
    bar: indicatif::ProgressBar,
    /// Nobody reads any more.
    dicht: bool,
}

#[derive(Serialize)]
struct SignaalRegel<'a> {
    signaal: &'a Signaal,
    artikel: &'a str,
    naar: Vec<&'a str>,
    leerling_regel: u64,
    regels: &'a [u64],
    onvolledig: bool,
}

#[derive(Serialize)]
struct FoutRegel<'a> {
    fout: &'a str,
    regel: u64,
    kolom: Option<&'a str>,
    uitleg: &'a str,
}

impl Verteller<'_> {
    fn json(&mut self, value: &impl Serialize) {
        let written = serde_json::to_writer(&mut self.uit, value).map_err(std::io::Error::from);
        self.dicht |= written.and_then(|()| self.uit.write_all(b"\n")).is_err();
    }

    fn regel(&mut self, text: std::fmt::Arguments<'_>) {
        self.dicht |= self.uit.write_fmt(text).is_err();
    }

    fn slot(&mut self, geteld: &Geteld) {
        if self.out.is_json() {
            self.json(&serde_json::json!({ "geteld": geteld }));
        }
        self.dicht |= self.uit.flush().is_err();
        let say = |nl, en| self.out.say(nl, en);
        self.out.note(format!(
            "{} {}, {} {}: {} {}, {} {}",
            geteld.registraties,
            say("registraties", "registrations"),
            geteld.leerlingen,
            say("leerlingen", "pupils"),
            geteld.signalen,
            say("signalen", "signals"),
            geteld.fouten,
            say("regels niet geteld", "lines not counted"),
        ));
    }
}

impl Afnemer for Verteller<'_> {
    fn signaal(&mut self, vondst: &Vondst<'_>) {
        let signaal = vondst.signaal;
        if self.out.is_json() {
            let naar = signaal.naar().iter().map(|taak| taak.as_str()).collect();
            return self.json(&SignaalRegel {
                signaal,
                artikel: signaal.regel.artikel(),
                naar,
                leerling_regel: vondst.leerling_regel,
                regels: vondst.regels,
                onvolledig: vondst.onvolledig,
            });
        }
        let out = self.out;
        let say = |nl, en| out.say(nl, en);
        self.regel(format_args!(
            "{} {}, {} {}: {} ({}) {} {}, {} {}",
            say("leerling op regel", "pupil on line"),
            vondst.leerling_regel,
            say("school", "school"),
            signaal.school,
            signaal.regel,
            signaal.regel.artikel(),
            say("vanaf", "from"),
            signaal.begin,
            say("bereikt", "reached"),
            signaal.bereikt,
        ));
        if let Some(einde) = signaal.einde {
            self.regel(format_args!(", {} {einde}", say("tot", "until")));
        }
        self.regel(format_args!("; {}", vervolg(signaal.vervolg, out.taal())));
        if let Some(termijn) = signaal.termijn {
            self.regel(format_args!(" {} {termijn}", say("uiterlijk", "by")));
        }
        self.regel(format_args!("; {}", say("regels", "lines")));
        for (at, line) in vondst.regels.iter().enumerate() {
            self.regel(format_args!("{}{line}", if at == 0 { " " } else { ", " }));
        }
        if !signaal.wetsvoorstellen.is_empty() {
            self.regel(format_args!("; {}: terugdringen-verzuim", say("wetsvoorstel", "bill")));
        }
        if vondst.onvolledig {
            let told = say("; een regel telde niet mee", "; a line was not counted");
            self.regel(format_args!("{told}"));
        }
        self.regel(format_args!("\n"));
    }

    fn fout(&mut self, fout: &RegelFout) {
        let kolom = fout.kolom.map(|kolom| kolom.naam());
        let uitleg = fout.fout.zin(self.out.taal());
        let regel = fout.regel;
        if self.out.is_json() {
            let fout = fout.fout.slug();
            return self.json(&FoutRegel {
                fout,
                regel,
                kolom,
                uitleg,
            });
        }
        let line = self.out.say("regel", "line");
        self.bar.suspend(|| match kolom {
            Some(kolom) => self.out.note(format!("{line} {regel}, {kolom}: {uitleg}")),
            None => self.out.note(format!("{line} {regel}: {uitleg}")),
        });
    }
}

fn vervolg(vervolg: Vervolg, taal: Taal) -> &'static str {
    let (nl, en) = match vervolg {
        Vervolg::MeldenDuo => ("melden aan DUO", "report to DUO"),
        Vervolg::MeldenRmc => ("melden aan rmc", "report to rmc"),
        Vervolg::AlleenSchool => ("alleen binnen de school", "inside the school only"),
        Vervolg::JeugdartsEerst => ("eerst kijkt de jeugdarts", "the jeugdarts looks first"),
        Vervolg::OverlegLeerplicht => ("eerst overleg met leerplicht", "leerplicht is consulted first"),
        Vervolg::MagAlsOverig => ("mag aan DUO als overig", "may go to DUO as overig"),
        Vervolg::MagNaarThuiszitterstafel => ("mag naar de thuiszitterstafel", "may enter the thuiszitterstafel"),
    };
    match taal {
        Taal::Nl => nl,
        Taal::En => en,
    }
}
