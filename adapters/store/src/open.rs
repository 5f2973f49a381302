//! The file: one process, its owner only, the settings that make an answer durable.

use std::fmt;
use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::marker::PhantomData;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use sluis_stations::ports::PortError;

use crate::changes::Changes;
use crate::error::{Fault, StoreError, code};
use crate::journal::Head;
use crate::migrate;
use crate::reader::Readers;
use crate::writer::{Keeps, Tx, Writer, WriterOptions};

/// The first SQLite without the WAL-reset bug.
const OLDEST_SQLITE: i32 = 3_051_003;

/// How the store is used.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Commands that may wait for the writer; beyond it the caller waits.
    pub queue: usize,
    /// Most commands in one transaction.
    pub group: usize,
    /// Read connections.
    pub readers: usize,
    /// How long a lock of another program (a backup) is waited for.
    pub busy: Duration,
    /// Most bytes of the database; beyond nine tenths nothing new is accepted, so that what is inside can still end.
    /// `None`: the disk decides.
    pub max_bytes: Option<u64>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            queue: 1024,
            group: 512,
            readers: 2,
            busy: Duration::from_secs(5),
            max_bytes: None,
        }
    }
}

/// A store in a database of that kind. Dropping it runs what waits, and closes it.
pub struct SqlStore<Kind> {
    // Closed before the writer, which folds the log last.
    readers: Arc<Readers>,
    writer: Writer,
    changes: Arc<Changes>,
    kind: PhantomData<fn() -> Kind>,
}

/// One file, one process.
#[derive(Debug)]
pub enum Sqlite {}

/// The store in one SQLite file.
pub type SqliteStore = SqlStore<Sqlite>;

impl<Kind> fmt::Debug for SqlStore<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqlStore")
    }
}

impl SqliteStore {
    /// Opens the store, makes it when it is not there, and brings its schema up to date.
    ///
    /// Beside the file stands `<name>.lock`, by which a second process notices that the store is in use.
    ///
    /// # Errors
    /// When another process has it, it belongs to a newer program or to something else, or the disk refuses.
    pub fn open(path: &Path, options: StoreOptions) -> Result<Self, StoreError> {
        if rusqlite::version_number() < OLDEST_SQLITE {
            return Err(StoreError::OldSqlite {
                found: rusqlite::version(),
            });
        }
        let lock = lock(path)?;
        private_file(path)?;
        let database = |what| {
            move |e: rusqlite::Error| StoreError::Database {
                path: path.to_owned(),
                what,
                code: code(&e),
            }
        };
        let mut connection = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )
        .map_err(database("opened"))?;
        settings(&connection, path, &options)?;
        migrate::migrate(&mut connection, path)?;
        let max_pages = limit(&connection, options.max_bytes).map_err(database("limited"))?;
        release_claims(&connection).map_err(database("taken over"))?;
        let connection = crate::sql::Connection::Sqlite(connection);
        let head = Head::read(&connection).map_err(|_| StoreError::Journal { path: path.to_owned() })?;
        let readers = Readers::open(path, options.readers.max(1), options.busy).map_err(database("opened"))?;
        let changes = Arc::new(Changes::default());
        let writer = Writer::start(
            WriterOptions {
                queue: options.queue.max(1),
                group: options.group.max(1),
                max_pages,
                busy: options.busy,
            },
            connection,
            head,
            Arc::clone(&changes),
            Keeps {
                lock: Some(lock),
                again: None,
            },
        )
        .map_err(|e| StoreError::Io {
            path: path.to_owned(),
            what: "given a thread",
            why: e.kind(),
        })?;
        Ok(Self::of(writer, readers, changes))
    }
}

impl<Kind> SqlStore<Kind> {
    pub(crate) fn of(writer: Writer, readers: Readers, changes: Arc<Changes>) -> Self {
        Self {
            readers: Arc::new(readers),
            writer,
            changes,
            kind: PhantomData,
        }
    }

    /// Runs a command in the writer; the answer is durable.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        command: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, PortError> {
        self.writer.run(command).await
    }

    /// Runs a question beside the writer.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&crate::sql::Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, PortError> {
        Readers::run(&self.readers, question).await
    }

    pub(crate) async fn wait_for_change(&self) {
        self.changes.wait().await;
    }
}

/// `<name>.lock`, held until the store is closed.
fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let beside = path.with_file_name(name);
    let failed = |e: io::Error| StoreError::Io {
        path: beside.clone(),
        what: "made",
        why: e.kind(),
    };
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&beside)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(e)) => Err(failed(e)),
    }
}

/// The database file, for its owner only; its journal files take over the mode.
fn private_file(path: &Path) -> Result<(), StoreError> {
    let failed = |what| {
        move |e: io::Error| StoreError::Io {
            path: path.to_owned(),
            what,
            why: e.kind(),
        }
    };
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(failed("opened"))?;
    file.set_permissions(Permissions::from_mode(0o600))
        .map_err(failed("kept to its owner"))?;
    let folder: PathBuf = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
        .to_owned();
    File::open(folder)
        .and_then(|d| d.sync_all())
        .map_err(failed("made durable"))
}

/// Settings of every connection.
pub(crate) fn common(c: &Connection, busy: Duration) -> Result<(), rusqlite::Error> {
    c.busy_timeout(busy)?;
    c.set_prepared_statement_cache_capacity(96);
    // Nothing is spilled to files that nobody wipes.
    c.pragma_update(None, "temp_store", "MEMORY")?;
    c.pragma_update(None, "trusted_schema", false)
}

/// Settings of the write connection, each asked back: SQLite ignores what it does not know.
fn settings(c: &Connection, path: &Path, options: &StoreOptions) -> Result<(), StoreError> {
    let failed = |e: rusqlite::Error| StoreError::Database {
        path: path.to_owned(),
        what: "set up",
        code: code(&e),
    };
    common(c, options.busy).map_err(failed)?;
    let mode: String = c
        .pragma_update_and_check(None, "journal_mode", "WAL", |r| r.get(0))
        .map_err(failed)?;
    if mode != "wal" {
        return Err(StoreError::Setting {
            path: path.to_owned(),
            what: "journal_mode=WAL",
        });
    }
    for (name, value) in [
        ("synchronous", 2_i64),
        ("secure_delete", 1),
        ("foreign_keys", 1),
        ("journal_size_limit", 1 << 26),
        // Keys are spread at random, so a group touches many pages: fold rarely, and the pages of many groups are folded
        // once; keep the upper pages at hand.
        ("wal_autocheckpoint", 4096),
        ("cache_size", -8192),
    ] {
        // Some answer when set and some do not: set without looking, then look.
        c.pragma(None, name, value, |_| Ok(())).map_err(failed)?;
        let kept: i64 = c.pragma_query_value(None, name, |r| r.get(0)).map_err(failed)?;
        if kept != value {
            return Err(StoreError::Setting {
                path: path.to_owned(),
                what: name,
            });
        }
    }
    Ok(())
}

/// Sets the most pages; gives them.
fn limit(c: &Connection, max_bytes: Option<u64>) -> Result<Option<i64>, rusqlite::Error> {
    let Some(bytes) = max_bytes else { return Ok(None) };
    let page: u64 = c.pragma_query_value(None, "page_size", |r| r.get(0))?;
    let pages = i64::try_from(bytes / page.max(1)).unwrap_or(i64::MAX).clamp(1, 1 << 31);
    c.pragma(None, "max_page_count", pages, |_| Ok(()))?;
    Ok(Some(pages))
}

/// Claims of a process that is gone end now: there is one process at a time, and we are it. A claim under which a send
/// was begun keeps its lease: the target may still be working on it, and asking too early would answer "no".
fn release_claims(c: &Connection) -> Result<(), rusqlite::Error> {
    c.execute(
        "UPDATE outbox SET claimed = 0, ready_at = 0 WHERE claimed = 1 \
         AND (SELECT departed FROM messages WHERE messages.seq = outbox.seq) = 0",
        [],
    )
    .map(|_| ())
}
