//! Which recorded decisions come out otherwise. One thread reads in order, the others decide; the counts do not depend on
//! who did which part.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context as _, bail};
use sluis_rules::journal::Record;
use sluis_rules::recorded::{Besluit, Gevolg, Places, Telling, Vergelijker};
use sluis_stations::Chain;
use sluis_store::JournalReader;

use super::Beide;
use super::feiten::{Bestand, Dossiers, Feiten};
use super::tonen::show;
use crate::cli::{Exit, Failure, Out};
use crate::clock::day_of;
use crate::wiring::STORE;

/// Bytes of a file, or records of a journal, that go to one thread at once.
const CHUNK: usize = 1 << 20;
const PAGE: u32 = 1000;

/// No line of a decision is longer.
const LONGEST: usize = 1 << 22;

const BROKEN: &str = "the journal was tampered with, so nothing can be concluded from it";

/// Where the decisions stand.
pub(super) enum Bron {
    Journaal(PathBuf),
    Bestand { besluiten: PathBuf, feiten: PathBuf },
}

/// A part of the work.
enum Deel {
    /// Whole lines, and the number of the first.
    Regels(u64, Vec<u8>),
    /// Records, and the chain as it is before the first.
    Records(Chain, Vec<Vec<u8>>),
}

pub(super) fn compare(beide: &Beide, bron: &Bron, out: &Out) -> Result<(serde_json::Value, bool), Failure> {
    let vergelijker = Vergelijker::new(&beide.oud, &beide.nieuw);
    let telling = match bron {
        Bron::Bestand { besluiten, feiten } => {
            let facts = Bestand::read(feiten)?;
            let file = File::open(besluiten)
                .with_context(|| format!("cannot read the decisions at {}", besluiten.display()))
                .map_err(Failure::usage)?;
            work(&vergelijker, || Ok(Feiten::Bestand(&facts)), |to| lines(file, to)).map_err(Failure::usage)?
        }
        Bron::Journaal(data) => {
            let path = data.join(STORE);
            if !path.is_file() {
                return Err(Failure::configuration(anyhow::anyhow!(
                    "there is no store at {}",
                    path.display()
                )));
            }
            let open = || Ok(Feiten::Opslag(Box::new(JournalReader::open(&path)?)));
            work(&vergelijker, open, |to| records(&path, to)).map_err(|error| Failure {
                exit: Exit::Findings,
                error,
            })?
        }
    };
    let groups = telling.groepen(&vergelijker);
    show(&telling, &groups, out);
    let mut value = serde_json::Map::new();
    value.insert("aantal".into(), telling.totaal().into());
    for gevolg in Gevolg::ALL {
        value.insert(gevolg.as_str().into(), telling.aantal(gevolg).into());
    }
    value.insert("zonder_inhoud".into(), telling.inhoud_onbekend().into());
    value.insert("ander_regelboek".into(), telling.ander_regelboek().into());
    value.insert("verschillen".into(), serde_json::json!(groups));
    Ok((value.into(), telling.is_changed()))
}

/// Reads on this thread, decides on the others.
fn work<'f>(
    vergelijker: &Vergelijker<'_>,
    feiten: impl Fn() -> anyhow::Result<Feiten<'f>> + Sync,
    read: impl FnOnce(&Naar<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<Telling> {
    let threads = thread::available_parallelism().map_or(2, usize::from).min(16);
    let places = Places::of(vergelijker.oud());
    let (to, from) = sync_channel(threads * 2);
    let from = Mutex::new(from);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let counted = count(vergelijker, &feiten, &places, &from);
                    if counted.is_err() {
                        // The reader may be waiting for room: what it sends until it looks is thrown away.
                        stop.store(true, Ordering::Relaxed);
                        while next(&from).is_some() {}
                    }
                    counted
                })
            })
            .collect();
        let naar = Naar { to, stop: &stop };
        let read = read(&naar);
        drop(naar);
        let mut all = Telling::default();
        for worker in workers {
            match worker.join() {
                Ok(part) => all.add(part?),
                Err(_) => bail!("a part of the work ended unexpectedly; report this with the rules"),
            }
        }
        read.map(|()| all)
    })
}

/// Where parts of the work go.
struct Naar<'s> {
    to: SyncSender<Deel>,
    stop: &'s AtomicBool,
}

impl Naar<'_> {
    /// Whether more is wanted.
    fn send(&self, deel: Deel) -> bool {
        !self.stop.load(Ordering::Relaxed) && self.to.send(deel).is_ok()
    }
}

fn next(from: &Mutex<Receiver<Deel>>) -> Option<Deel> {
    from.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

fn count<'f>(
    vergelijker: &Vergelijker<'_>,
    feiten: &impl Fn() -> anyhow::Result<Feiten<'f>>,
    places: &Places,
    from: &Mutex<Receiver<Deel>>,
) -> anyhow::Result<Telling> {
    let mut dossiers = Dossiers::new(feiten()?, vergelijker)?;
    let mut telling = Telling::default();
    let mut one = |besluit: &Besluit| -> anyhow::Result<()> {
        let (oud, nieuw) = dossiers.of(&besluit.casus, besluit.feiten, besluit.dag)?;
        telling.tel(vergelijker, besluit, oud, nieuw);
        Ok(())
    };
    while let Some(deel) = next(from) {
        match deel {
            Deel::Regels(first, bytes) => {
                for (nummer, line) in (first..).zip(bytes.split(|b| *b == b'\n')) {
                    if line.iter().all(u8::is_ascii_whitespace) {
                        continue;
                    }
                    let besluit = Besluit::read(line, nummer, vergelijker.oud())
                        .with_context(|| format!("line {nummer} is no decision"))?;
                    one(&besluit)?;
                }
            }
            Deel::Records(mut chain, records) => {
                for line in &records {
                    let record: Record = chain.follow(line).context(BROKEN)?;
                    let dag = day_of(record.tijd_ms);
                    if let Some(besluit) = Besluit::of_record(&record, dag, vergelijker.oud(), places) {
                        one(&besluit)?;
                    }
                }
            }
        }
    }
    Ok(telling)
}

/// Sends a file in parts of whole lines.
fn lines(mut file: File, to: &Naar<'_>) -> anyhow::Result<()> {
    let mut number = 1;
    let mut rest: Vec<u8> = Vec::new();
    loop {
        let mut bytes = std::mem::take(&mut rest);
        let before = bytes.len();
        file.by_ref()
            .take(CHUNK as u64)
            .read_to_end(&mut bytes)
            .context("the decisions cannot be read")?;
        if bytes.len() == before {
            to.send(Deel::Regels(number, bytes));
            return Ok(());
        }
        match bytes.iter().rposition(|b| *b == b'\n') {
            None if bytes.len() > LONGEST => bail!("line {number} is longer than a decision can be"),
            None => rest = bytes,
            Some(end) => {
                rest = bytes.split_off(end + 1);
                let count = bytes.iter().filter(|b| **b == b'\n').count() as u64;
                // The last line feed ends a line and begins none.
                bytes.pop();
                if !to.send(Deel::Regels(number, bytes)) {
                    return Ok(());
                }
                number += count;
            }
        }
    }
}

/// Sends a journal, page by page. Who gets a page follows its chain, from the last record of the page before: nothing is
/// concluded from a journal that was changed.
fn records(path: &Path, to: &Naar<'_>) -> anyhow::Result<()> {
    let journal = JournalReader::open(path)?;
    let mut chain = Chain::default();
    let mut number = 1;
    loop {
        let page = journal.from(number, PAGE)?;
        let Some(last) = page.last() else { break };
        number += page.len() as u64;
        let after = Chain::after(number - 1, last);
        if !to.send(Deel::Records(chain, page)) {
            return Ok(());
        }
        chain = after;
    }
    if !journal.last_is_sound()? {
        bail!("{BROKEN}: its last record was changed");
    }
    Ok(())
}
