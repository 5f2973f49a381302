//! `sluis verzuim statistiek`: counts per school and period out of a file of registrations, with the small ones hidden, for
//! who may know how much absence there is and not whose. What is published stays in an archive that refuses a clash.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use clap::ValueEnum;
use sluis_rules::aggregaat::{
    Aggregaat, Cel, Drempel, Gepubliceerd, LeerlingSleutel, Periode, Verzuimsoort, Vestiging, Waarneming, onderdruk,
    tel, voor_de_ontvanger,
};
use sluis_rules::ids::Partij;
use sluis_rules::verzuim::{Afnemer, Regel, RegelFout, Signaal, Vervolg, Vondst};

use super::{Invoer, geven, open, voer};
use crate::cli::explain::today;
use crate::cli::{Exit, Failure, Out, Outcome};

/// Where the archive keeps what was published, and the tables beside it.
const REGISTER: &str = "gepubliceerd.ndjson";

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    invoer: Invoer,
    /// Which absence is counted; each kind is a table of its own
    #[arg(long, value_enum)]
    soort: Soort,
    /// CSV with the header brin,leerlingen: every branch of the region with its number of pupils
    #[arg(long, value_name = "FILE")]
    scholen: PathBuf,
    /// The school year that begins in this year
    #[arg(long, value_name = "YYYY")]
    schooljaar: u16,
    /// One column for the whole school year, or one for each month of it
    #[arg(long, value_enum, default_value_t = Per::Schooljaar)]
    per: Per,
    /// Keep the table in this directory as published; refused when it could be subtracted from an earlier one
    #[arg(long, value_name = "DIR")]
    publiceer: Option<PathBuf>,
    /// Give the published table to these parties, each by its own decision (channel `aggregaat`): it lies ready in their
    /// mailbox. Needs the store for itself
    #[arg(long, value_name = "OIN/TAAK", requires_all = ["publiceer", "van", "config"])]
    aan: Vec<Partij>,
    /// Who gives it: a party of this organisation
    #[arg(long, value_name = "OIN/TAAK", requires = "aan")]
    van: Option<Partij>,
    /// The configuration of the Sluis that gives it
    #[arg(long, value_name = "FILE", requires = "aan")]
    config: Option<PathBuf>,
    /// Also tell, on stderr, why each cell is hidden; for the source and its FG, never for a receiver
    #[arg(long)]
    verantwoording: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Soort {
    Relatief,
    Luxe,
    LangdurigRelatief,
    Mazl,
}

impl Soort {
    const fn van(self) -> Verzuimsoort {
        match self {
            Self::Relatief => Verzuimsoort::Relatief,
            Self::Luxe => Verzuimsoort::Luxe,
            Self::LangdurigRelatief => Verzuimsoort::LangdurigRelatief,
            Self::Mazl => Verzuimsoort::Mazl,
        }
    }

    /// Whether a signal is of this kind. Reached by counting illness alone, without a suspicion, is *mazl*: inside a
    /// school a signal, outside it only a number (digest §8).
    fn telt(self, s: &Signaal) -> bool {
        match self {
            Self::Relatief => s.regel.is_relatief() && s.vervolg != Vervolg::AlleenSchool,
            Self::Mazl => s.regel.is_relatief() && s.vervolg == Vervolg::AlleenSchool,
            Self::Luxe => s.regel == Regel::Luxe,
            Self::LangdurigRelatief => matches!(s.regel, Regel::LangdurigSchool | Regel::LangdurigMbo),
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum Per {
    Schooljaar,
    Maand,
}

/// Counts what it hears. Of a pupil it keeps the number of a line, and that no longer than the counting.
struct Teller {
    soort: Soort,
    perioden: Vec<Periode>,
    waarnemingen: Vec<Waarneming>,
    fouten: u64,
}

impl Afnemer for Teller {
    fn signaal(&mut self, vondst: &Vondst<'_>) {
        let s = vondst.signaal;
        if !self.soort.telt(s) {
            return;
        }
        let day = s.bereikt.date();
        let within = |p: &&Periode| p.dagen().is_some_and(|(van, tot)| van <= day && day <= tot);
        if let Some(periode) = self.perioden.iter().find(within) {
            self.waarnemingen.push(Waarneming {
                leerling: LeerlingSleutel(vondst.leerling_regel),
                vestiging: s.school,
                periode: *periode,
            });
        }
    }

    fn fout(&mut self, _: &RegelFout) {
        self.fouten += 1;
    }
}

pub(super) fn run(args: &Args, out: &Out) -> Outcome {
    let perioden = perioden(args.schooljaar, args.per);
    // The day that is reckoned with may be any; a year is over when it is over by the clock too.
    let dag = today(args.invoer.dag).min(today(None));
    if perioden.iter().filter_map(|p| p.dagen()).any(|(_, tot)| dag <= tot) && args.publiceer.is_some() {
        // What is still going on changes the table, and the two could be subtracted.
        return Err(Failure::usage(anyhow!(
            "not published: the school year is not over on {dag}, so the table would change; publish it afterwards"
        )));
    }
    let scholen = scholen(&args.scholen).map_err(Failure::usage)?;
    let mut teller = Teller {
        soort: args.soort,
        perioden,
        waarnemingen: Vec::new(),
        fouten: 0,
    };
    let (mut input, bar) = open(&args.invoer.file, out)?;
    voer(&args.invoer, &mut *input, &bar, &mut teller, |_| false)?;
    if teller.fouten > 0 {
        // A table that is mended later is another table over the same days: the two could be subtracted.
        let message = anyhow!(
            "{} lines do not count, so no table is made: mend them first (`sluis verzuim detect` names them)",
            teller.fouten
        );
        return Err(Failure::usage(message));
    }
    let Teller {
        perioden, waarnemingen, ..
    } = teller;
    let drempel = Drempel::STANDAARD;
    let geteld = tel(args.soort.van(), drempel, &scholen, &perioden, waarnemingen).map_err(Failure::usage)?;
    let (tabel, waarom) = onderdruk(&geteld).map_err(Failure::configuration)?;
    if let Some(archief) = &args.publiceer {
        publiceer(archief, &tabel)?;
    }
    out.json(&tabel);
    toon(&tabel, out);
    out.line(voor_de_ontvanger(drempel, out.taal()));
    let exit = match (args.van, &args.config) {
        (Some(van), Some(config)) => geven::give(config, &tabel, van, &args.aan, out)?,
        _ => Exit::Ok,
    };
    if args.verantwoording {
        waarom.regels(out.taal()).iter().for_each(|regel| out.note(regel));
    }
    Ok(exit)
}

fn perioden(jaar: u16, per: Per) -> Vec<Periode> {
    match per {
        Per::Schooljaar => vec![Periode::Schooljaar(jaar)],
        Per::Maand => (8..=12)
            .map(|m| Periode::Maand(jaar, m))
            .chain((1..=7).map(|m| Periode::Maand(jaar.saturating_add(1), m)))
            .collect(),
    }
}

fn scholen(path: &Path) -> anyhow::Result<Vec<Vestiging>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read the schools at {}", path.display()))?;
    let mut lines = text.lines().map(str::trim).zip(1u32..);
    if lines.next().map(|(kop, _)| kop) != Some("brin,leerlingen") {
        bail!("{}: the first line is `brin,leerlingen`", path.display());
    }
    lines
        .filter(|(line, _)| !line.is_empty())
        .map(|(line, n)| {
            let read = || {
                let (brin, leerlingen) = line.split_once(',')?;
                Some(Vestiging {
                    brin: brin.trim().parse().ok()?,
                    leerlingen: leerlingen.trim().parse().ok()?,
                })
            };
            read().ok_or_else(|| anyhow!("{}: line {n} is not `99ZZ00,120`", path.display()))
        })
        .collect()
}

/// Keeps the table as published, unless it clashes with what was published before. The same table again is fine: every
/// receiver gets the same.
fn publiceer(archief: &Path, tabel: &Aggregaat) -> Result<(), Failure> {
    let bytes = tabel.bytes().map_err(Failure::configuration)?;
    let nieuw = Gepubliceerd::van(tabel, &bytes);
    let io = |what: &'static str| {
        move |e: std::io::Error| Failure::temporary(anyhow!("the archive cannot be {what}: {}", e.kind()))
    };
    fs::create_dir_all(archief).map_err(io("made"))?;
    let path = archief.join(REGISTER);
    let mut register = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(&path)
        .map_err(io("opened"))?;
    // One publisher at a time: two that look before either writes would both see no clash.
    register.lock().map_err(io("locked"))?;
    let before = fs::read_to_string(&path).map_err(io("read"))?;
    for line in before.lines() {
        let was: Gepubliceerd = serde_json::from_str(line)
            .map_err(|_| Failure::configuration(anyhow!("{} has a line that is no publication", path.display())))?;
        if was == nieuw {
            return Ok(());
        }
        if was.botst_met(&nieuw) {
            return Err(Failure {
                exit: Exit::Findings,
                error: anyhow!(
                    "not published: another table over the same days and absence was published before ({}), and the two can \
                     be subtracted from each other; give its receivers that one",
                    was.sha256()
                ),
            });
        }
    }
    let table = archief.join(format!("{}.json", nieuw.sha256()));
    let mut file = File::create(table).map_err(io("written"))?;
    file.write_all(&bytes)
        .and_then(|()| file.sync_all())
        .map_err(io("written"))?;
    let mut line = serde_json::to_vec(&nieuw).map_err(Failure::configuration)?;
    line.push(b'\n');
    register
        .write_all(&line)
        .and_then(|()| register.sync_all())
        .map_err(io("written"))
}

fn toon(tabel: &Aggregaat, out: &Out) {
    let cel = |c: &Cel| match c {
        Cel::Aantal(n) => n.to_string(),
        Cel::Onderdrukt => "·".to_owned(),
    };
    let kop: Vec<String> = tabel.perioden().iter().map(ToString::to_string).collect();
    out.line(format!(
        "{}\t{}\t{}",
        tabel.soort(),
        kop.join("\t"),
        out.say("totaal", "total")
    ));
    for rij in tabel.rijen() {
        let cellen: Vec<String> = rij.cellen().iter().map(cel).collect();
        out.line(format!(
            "{}\t{}\t{}",
            rij.plaats(),
            cellen.join("\t"),
            cel(&rij.totaal())
        ));
    }
}
