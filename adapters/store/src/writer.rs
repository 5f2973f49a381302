//! The one writer of a process: a thread that owns the write connection and commits in groups.
//!
//! Durable means `COMMIT` with `synchronous=FULL`, and that costs the same for one row as for five hundred. So while one
//! group goes to disk the next gathers, and the busier it is the less a row costs. A command that fails is rolled back
//! to its savepoint and harms no other; when the commit itself fails, nobody's command happened.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sluis_stations::ports::PortError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::changes::Changes;
use crate::error::Fault;
use crate::journal::Head;
use crate::sql::Connection;

/// After this long without work the log is folded into the file and cut off, so that destroyed content is also gone there.
const QUIET: Duration = Duration::from_secs(1);

const GONE: PortError = PortError::Unavailable("the store", "it is being closed");
const LOST_SYNC: PortError = PortError::Unavailable(
    "the store",
    "the disk failed to keep what it was given: look at the disk, then restart",
);

/// What a command works with: the open transaction.
pub(crate) struct Tx<'c> {
    /// The write connection, inside the transaction.
    pub(crate) c: &'c Connection,
    /// The end of the journal.
    pub(crate) head: Head,
    /// Whether the outbox was written.
    pub(crate) touched: bool,
    /// Whether new messages may still come in.
    pub(crate) room: bool,
}

/// A command that waits.
trait Job: Send {
    fn wanted(&self) -> bool;
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault>;
    fn answer(self: Box<Self>, committed: Result<(), PortError>);
}

struct Command<F, T> {
    run: Option<F>,
    answer: Option<Result<T, PortError>>,
    reply: oneshot::Sender<Result<T, PortError>>,
    _permit: OwnedSemaphorePermit,
}

impl<F, T> Job for Command<F, T>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send,
    T: Send,
{
    fn wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let Some(run) = self.run.take() else { return Ok(()) };
        match run(tx) {
            Ok(answer) => {
                self.answer = Some(Ok(answer));
                Ok(())
            }
            Err(fault) => {
                self.answer = Some(Err(fault.port.clone()));
                Err(fault)
            }
        }
    }

    fn answer(self: Box<Self>, committed: Result<(), PortError>) {
        let Self { answer, reply, .. } = *self;
        // Who no longer listens does not mind.
        let _ = reply.send(committed.and_then(|()| answer.unwrap_or(Err(GONE))));
    }
}

/// Makes a connection that broke anew. From a thread that may wait.
pub(crate) type Again = Box<dyn Fn() -> Result<Connection, Fault> + Send + Sync>;

/// What comes with the connection: the lock of a file, or the way back to a server.
#[derive(Default)]
pub(crate) struct Keeps {
    pub(crate) lock: Option<File>,
    pub(crate) again: Option<Again>,
}

pub(crate) struct WriterOptions {
    pub(crate) queue: usize,
    pub(crate) group: usize,
    pub(crate) max_pages: Option<i64>,
    pub(crate) busy: Duration,
}

/// The way to the writer thread.
pub(crate) struct Writer {
    jobs: Option<SyncSender<Box<dyn Job>>>,
    room: Arc<Semaphore>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(
        options: WriterOptions,
        connection: Connection,
        head: Head,
        changes: Arc<Changes>,
        keeps: Keeps,
    ) -> io::Result<Self> {
        let (jobs, incoming) = sync_channel(options.queue);
        let room = Arc::new(Semaphore::new(options.queue));
        let mut desk = Desk {
            connection,
            again: keeps.again,
            head,
            changes,
            options,
            lost_sync: false,
            dirty: true,
        };
        let thread = thread::Builder::new().name("sluis-store".into()).spawn(move || {
            desk.work(&incoming);
            // Closed before the lock is let go.
            drop(desk);
            drop(keeps.lock);
        })?;
        Ok(Self {
            jobs: Some(jobs),
            room,
            thread: Some(thread),
        })
    }

    /// Runs a command; the answer comes after the commit.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        command: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, PortError> {
        // As many permits as places in the queue: waiting happens here, and sending never blocks the runtime.
        let permit = Arc::clone(&self.room).acquire_owned().await.map_err(|_| GONE)?;
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Command {
            run: Some(command),
            answer: None,
            reply,
            _permit: permit,
        });
        self.jobs.as_ref().ok_or(GONE)?.try_send(job).map_err(|_| GONE)?;
        answer.await.unwrap_or(Err(GONE))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic there was told when it happened.
            let _ = thread.join();
        }
    }
}

/// What the thread owns.
struct Desk {
    connection: Connection,
    again: Option<Again>,
    head: Head,
    changes: Arc<Changes>,
    options: WriterOptions,
    lost_sync: bool,
    dirty: bool,
}

impl Desk {
    fn work(&mut self, incoming: &Receiver<Box<dyn Job>>) {
        loop {
            let first = if self.dirty {
                match incoming.recv_timeout(QUIET) {
                    Ok(job) => job,
                    Err(RecvTimeoutError::Timeout) => {
                        self.fold();
                        continue;
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            } else {
                let Ok(job) = incoming.recv() else { break };
                job
            };
            let rest = incoming.try_iter().take(self.options.group.saturating_sub(1));
            let group: Vec<_> = std::iter::once(first).chain(rest).filter(|job| job.wanted()).collect();
            self.commit(group);
        }
        self.fold();
    }

    /// Folds the log of SQLite into the file and cuts it off. A reader in the way, a backup for instance, is not waited for: it is
    /// tried again later.
    fn fold(&mut self) {
        let Connection::Sqlite(c) = &self.connection else {
            self.dirty = false;
            return;
        };
        let folded = c.busy_timeout(Duration::ZERO).and_then(|()| {
            let busy = c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get::<_, bool>(0));
            c.busy_timeout(self.options.busy).and(busy)
        });
        self.dirty = folded.unwrap_or_else(|e| {
            tracing::warn!(
                code = crate::error::code(&e),
                "the log of the store could not be folded now"
            );
            false
        });
    }

    fn commit(&mut self, mut group: Vec<Box<dyn Job>>) {
        let done = if self.lost_sync {
            Err(LOST_SYNC)
        } else {
            self.transact(&mut group)
        };
        let touched = *done.as_ref().unwrap_or(&false);
        for job in group {
            job.answer(done.clone().map(|_| ()));
        }
        if touched {
            self.changes.bump();
        }
    }

    /// Runs a group in one transaction; gives whether the outbox was written.
    fn transact(&mut self, group: &mut [Box<dyn Job>]) -> Result<bool, PortError> {
        self.dirty = true;
        if self.connection.is_gone()
            && let Some(again) = &self.again
        {
            self.connection = again().map_err(|fault| fault.port)?;
        }
        let outcome = self.attempt(group);
        match outcome {
            Ok((head, touched)) => {
                self.head = head;
                Ok(touched)
            }
            Err(fault) => {
                self.lost_sync |= fault.lost_sync;
                if !self.connection.is_undone() && self.connection.execute_batch("ROLLBACK").is_err() {
                    // A transaction that can neither end nor be undone: of a file nothing more can be promised. A server
                    // undoes it when the connection ends.
                    match &self.connection {
                        Connection::Sqlite(_) => self.lost_sync = true,
                        Connection::Postgres(c) => c.give_up(),
                    }
                }
                Err(fault.port)
            }
        }
    }

    fn attempt(&self, group: &mut [Box<dyn Job>]) -> Result<(Head, bool), Fault> {
        let c = &self.connection;
        let run = |sql: &str| -> Result<(), Fault> {
            match c {
                Connection::Sqlite(c) => Ok(c.prepare_cached(sql)?.execute([]).map(|_| ())?),
                Connection::Postgres(_) => Ok(c.execute_batch(sql)?),
            }
        };
        c.begin()?;
        // Of a server another process may have written since.
        let head = match c {
            Connection::Sqlite(_) => self.head,
            Connection::Postgres(_) => Head::read(c)?,
        };
        let mut tx = Tx {
            c,
            head,
            touched: false,
            room: self.has_room()?,
        };
        for job in group {
            let (head, touched) = (tx.head, tx.touched);
            run("SAVEPOINT job")?;
            match job.run(&mut tx) {
                Ok(()) => run("RELEASE job")?,
                // Some errors (a full disk) undo the whole transaction by themselves: then the group fails together.
                Err(fault) if c.is_undone() => return Err(fault),
                Err(_) => {
                    run("ROLLBACK TO job")?;
                    run("RELEASE job")?;
                    (tx.head, tx.touched) = (head, touched);
                }
            }
        }
        run("COMMIT")?;
        Ok((tx.head, tx.touched))
    }

    /// Whether less than nine tenths of the pages are in use.
    fn has_room(&self) -> Result<bool, rusqlite::Error> {
        let (Some(max), Connection::Sqlite(c)) = (self.options.max_pages, &self.connection) else {
            return Ok(true);
        };
        let number = |name| c.pragma_query_value(None, name, |r| r.get::<_, i64>(0));
        Ok(number("page_count")? - number("freelist_count")? <= max - max / 10)
    }
}
