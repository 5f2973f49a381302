//! The append-only file beside a record: lines of JSON, synced in groups by one writer thread.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use serde_json::Value;
use tokio::sync::oneshot;

use crate::record::Received;

/// One line of the file.
pub(crate) enum Entry {
    /// Something that arrived.
    Received(Received),
    /// An effect of the simulated system, in its own form.
    Effect(Value),
}

/// Lines that may wait for the disk; with more, whoever records waits too.
const WAITING: usize = 4096;

enum Job {
    Line(Vec<u8>),
    Sync(oneshot::Sender<io::Result<()>>),
}

/// The writer's queue. Dropping it ends the thread after the last line.
pub(crate) struct Log {
    jobs: mpsc::SyncSender<Job>,
}

fn path_of(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.ndjson"))
}

/// Reads a simulator's file (`<dir>/<name>.ndjson`, name `kindkans` or `zaaksysteem`) without a
/// simulator, for tests that outlive the process that wrote it. A line torn by a crash is skipped:
/// what it held was never answered.
///
/// # Errors
/// When the file cannot be read.
pub fn read_log(dir: &Path, name: &str) -> io::Result<Vec<Received>> {
    let entries = entries(&path_of(dir, name))?;
    Ok(entries
        .into_iter()
        .filter_map(|entry| {
            if let Entry::Received(received) = entry {
                Some(received)
            } else {
                None
            }
        })
        .collect())
}

fn entries(path: &Path) -> io::Result<Vec<Entry>> {
    let mut out = Vec::new();
    for line in BufReader::new(File::open(path)?).split(b'\n') {
        let Ok(value) = serde_json::from_slice::<Value>(&line?) else {
            continue;
        };
        if let Some(received) = Received::from_json(&value) {
            out.push(Entry::Received(received));
        } else if value.get("regel").and_then(Value::as_str) == Some("effect") {
            out.push(Entry::Effect(value));
        }
    }
    Ok(out)
}

impl Log {
    pub(crate) fn open(dir: &Path, name: &str) -> io::Result<(Self, Vec<Entry>)> {
        std::fs::create_dir_all(dir)?;
        let path = path_of(dir, name);
        let mut file = OpenOptions::new().create(true).append(true).read(true).open(&path)?;
        end_torn_line(&mut file)?;
        File::open(dir)?.sync_all()?;
        let entries = entries(&path)?;
        let (jobs, queue) = mpsc::sync_channel(WAITING);
        std::thread::Builder::new()
            .name(format!("record-{name}"))
            .spawn(move || write_all(&mut file, &queue))?;
        Ok((Self { jobs }, entries))
    }

    pub(crate) fn write(&self, line: &Value) {
        let mut bytes = line.to_string().into_bytes();
        bytes.push(b'\n');
        // A gone writer shows at the next sync, before any answer.
        let _ = self.jobs.send(Job::Line(bytes));
    }

    pub(crate) async fn sync(&self) -> io::Result<()> {
        let (tell, told) = oneshot::channel();
        let gone = || io::Error::other("the writer of the record has stopped");
        self.jobs.send(Job::Sync(tell)).map_err(|_| gone())?;
        told.await.map_err(|_| gone())?
    }
}

fn end_torn_line(file: &mut File) -> io::Result<()> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(());
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0u8];
    file.read_exact(&mut last)?;
    if last == *b"\n" { Ok(()) } else { file.write_all(b"\n") }
}

/// Takes all that waits, writes it with one call and one sync, and tells those who wait for it.
/// After an error nothing is written any more: every later sync fails and no answer is given.
fn write_all(file: &mut File, queue: &mpsc::Receiver<Job>) {
    let mut broken: Option<io::ErrorKind> = None;
    while let Ok(first) = queue.recv() {
        let mut bytes = Vec::new();
        let mut waiting = Vec::new();
        for job in std::iter::once(first).chain(queue.try_iter()) {
            match job {
                Job::Line(line) => bytes.extend(line),
                Job::Sync(tell) => waiting.push(tell),
            }
        }
        if broken.is_none() && !bytes.is_empty() {
            broken = file
                .write_all(&bytes)
                .and_then(|()| file.sync_data())
                .err()
                .map(|error| error.kind());
        }
        for tell in waiting {
            // A caller that went away needs no telling.
            let _ = tell.send(broken.map_or(Ok(()), |kind| Err(io::Error::from(kind))));
        }
    }
}
