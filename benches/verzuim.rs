//! Absence rules over a school's file: registrations per second on one core, from CSV and from NDJSON, without keeping
//! the file in memory. Pupil numbers are invented and look like no number of a person.
//!
//! `cargo bench --bench verzuim` runs six million registrations; `-- 60` runs sixty, `-- 6 csv` one kind. `-- genereer 6 FILE` writes the CSV,
//! for a comparison with another program.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench prints its figures, and may stop at the first surprise"
)]

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use sluis_rules::rulebook::Source;
use sluis_rules::verzuim::{Afnemer, Dag, Geteld, Kalenders, RegelFout, Regio, Stroom, Vondst, Vorm, Wetsvoorstellen};

const KOP: &str = "registratie,leerling,brin,datum,tot,soort,uren,vermoeden,vervangt,geboortedatum,sector\n";

struct Toeval(u64);

impl Toeval {
    fn tot(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// Makes pupils with the registrations of a year and a half, one text of whole pupils at a time.
struct Generator {
    toeval: Toeval,
    leerling: u64,
    registratie: u64,
    schooldagen: Vec<Dag>,
    vorm: Vorm,
}

impl Generator {
    fn nieuw(kalenders: &Kalenders, vorm: Vorm) -> Self {
        let kalender = kalenders.regio(Regio::Zuid).unwrap();
        let (first, last) = kalender.bereik();
        let all = (0..).map(|n| first.plus(n)).take_while(|day| *day <= last);
        Self {
            toeval: Toeval(0x5107_1505),
            leerling: 0,
            registratie: 0,
            schooldagen: all.filter(|day| kalender.is_schooldag(*day)).collect(),
            vorm,
        }
    }

    fn leerling(&mut self, text: &mut Vec<u8>) {
        self.leerling += 1;
        let toeval = &mut self.toeval;
        let many = 4 + toeval.tot(32);
        let often = 1 + toeval.tot(18);
        let mut at = toeval.tot(40);
        let (born, sector) = (
            2008 + toeval.tot(12),
            ["vo", "po", "vso", "mbo"][usize::try_from(toeval.tot(4)).unwrap()],
        );
        for n in 0..many {
            at += toeval.tot(often + 1);
            let Some(day) = self.schooldagen.get(usize::try_from(at).unwrap()) else {
                break;
            };
            self.registratie += 1;
            let id = self.registratie;
            let kind = toeval.tot(100);
            let corrects = n > 0 && kind == 99;
            let (soort, uren, ziek) = match kind {
                0..=69 => (
                    "ongeoorloofd",
                    ["1", "1.5", "2", "0.75", "4", "6"][usize::try_from(toeval.tot(6)).unwrap()],
                    false,
                ),
                70..=79 => ("geoorloofd", "1", false),
                80..=97 => ("ziek", "", true),
                98 => ("luxe", "", false),
                _ if corrects => ("intrekking", "", false),
                _ => ("geoorloofd", "2", false),
            };
            let until = ziek.then(|| day.plus(i32::try_from(toeval.tot(3)).unwrap()));
            let doubt = if ziek && toeval.tot(20) == 0 { "ja" } else { "" };
            let before = if corrects { (id - 1).to_string() } else { String::new() };
            let leerling = self.leerling;
            match self.vorm {
                Vorm::Csv => {
                    // One in fifty lines has quotes, as some systems write them.
                    let quote = if toeval.tot(50) == 0 { "\"" } else { "" };
                    write!(text, "{id},{quote}L{leerling:09}{quote},99ZZ00,{day},").unwrap();
                    until.iter().for_each(|day| write!(text, "{day}").unwrap());
                    write!(text, ",{soort},{uren},{doubt},{before},").unwrap();
                    if n == 0 {
                        write!(text, "{born}-06-15,{sector}").unwrap();
                    } else {
                        text.push(b',');
                    }
                    text.push(b'\n');
                }
                Vorm::Ndjson => {
                    write!(
                        text,
                        r#"{{"registratie":{id},"leerling":"L{leerling:09}","brin":"99ZZ00","datum":"{day}""#
                    )
                    .unwrap();
                    until.iter().for_each(|day| write!(text, r#","tot":"{day}""#).unwrap());
                    write!(text, r#","soort":"{soort}""#).unwrap();
                    for (name, value) in [("uren", uren), ("vervangt", &before)] {
                        if !value.is_empty() {
                            write!(text, r#","{name}":{value}"#).unwrap();
                        }
                    }
                    if !doubt.is_empty() {
                        write!(text, r#","vermoeden":true"#).unwrap();
                    }
                    if n == 0 {
                        write!(text, r#","geboortedatum":"{born}-06-15","sector":"{sector}""#).unwrap();
                    }
                    text.extend_from_slice(b"}\n");
                }
            }
        }
    }
}

/// Looks at every signal and its evidence, as a receiver would.
#[derive(Default)]
struct Teller {
    bewijs: u64,
}

impl Afnemer for Teller {
    fn signaal(&mut self, vondst: &Vondst<'_>) {
        self.bewijs += vondst.regels.len() as u64;
    }
    fn fout(&mut self, _: &RegelFout) {}
}

fn kalenders() -> Kalenders {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/kalender");
    let files = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|e| e == "toml"));
    let sources: Vec<Source> = files
        .map(|path| Source {
            name: path.display().to_string(),
            text: std::fs::read_to_string(&path).unwrap(),
        })
        .collect();
    Kalenders::parse(&sources).unwrap()
}

/// How long this thread had a processor, where the system tells it: on a busy machine the clock on the wall tells of others.
fn gerekend() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// Blocks of a quarter of a megabyte through the stream; the making of them is not counted. Gives the time on the wall and
/// the time of the processor.
fn meet(kalenders: &Kalenders, vorm: Vorm, registraties: u64) -> ([Duration; 2], Geteld, u64, u64) {
    let mut generator = Generator::nieuw(kalenders, vorm);
    let peildatum = "2027-07-31".parse().unwrap();
    let mut stroom = Stroom::nieuw(kalenders, Wetsvoorstellen::default(), peildatum, vorm);
    let mut teller = Teller::default();
    let (mut text, mut bytes) = (Vec::new(), 0);
    let (mut wall, mut cpu) = (Duration::ZERO, Duration::ZERO);
    if vorm == Vorm::Csv {
        text.extend_from_slice(KOP.as_bytes());
    }
    let mut held = Vec::with_capacity(512 * 1024);
    while generator.registratie < registraties {
        // Sixteen megabytes at a time, so that the clock of the processor has something to count.
        while text.len() < 16 << 20 && generator.registratie < registraties {
            generator.leerling(&mut text);
        }
        bytes += text.len() as u64;
        let (start, before) = (Instant::now(), gerekend());
        for block in text.chunks(256 * 1024) {
            held.extend_from_slice(block);
            let taken = stroom.voer(&held, &mut teller).unwrap();
            held.drain(..taken);
        }
        let took = start.elapsed();
        wall += took;
        cpu += gerekend().zip(before).map_or(took, |(after, before)| after - before);
        text.clear();
    }
    let geteld = stroom.einde(&held, &mut teller).unwrap();
    ([wall, cpu], geteld, teller.bewijs, bytes)
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let kalenders = kalenders();
    let number = |at: usize| args.get(at).and_then(|arg| arg.parse::<u64>().ok());
    if args.first().is_some_and(|arg| arg == "genereer") {
        let mut file = std::io::BufWriter::new(std::fs::File::create(&args[2]).unwrap());
        let mut generator = Generator::nieuw(&kalenders, Vorm::Csv);
        let mut text = KOP.as_bytes().to_vec();
        while generator.registratie < number(1).unwrap() * 1_000_000 {
            generator.leerling(&mut text);
            file.write_all(&text).unwrap();
            text.clear();
        }
        return;
    }
    let millions = number(0).unwrap_or(6);
    for vorm in [Vorm::Csv, Vorm::Ndjson] {
        if args
            .get(1)
            .is_some_and(|only| !format!("{vorm:?}").eq_ignore_ascii_case(only))
        {
            continue;
        }
        let ([wall, cpu], geteld, bewijs, bytes) = meet(&kalenders, vorm, millions * 1_000_000);
        #[allow(clippy::cast_precision_loss, reason = "figures for people")]
        let (wall, rate, speed) = (
            geteld.registraties as f64 / wall.as_secs_f64() / 1e6,
            geteld.registraties as f64 / cpu.as_secs_f64() / 1e6,
            bytes as f64 / cpu.as_secs_f64() / 1e6,
        );
        println!(
            "{vorm:?}: {rate:.1} million registrations and {speed:.0} MB a second of processor time ({wall:.1} on the clock); \
             {} registrations, {} pupils, {} signals, \
             {bewijs} lines of evidence, {} lines not counted",
            geteld.registraties, geteld.leerlingen, geteld.signalen, geteld.fouten
        );
    }
}
