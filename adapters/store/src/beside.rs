//! The journal and its facts read beside the process that has the store: for `why`, for who verifies the chain, and for
//! who makes decisions again under other rules.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use rusqlite::OpenFlags;
use sluis_rules::facts::Feit;
use sluis_stations::ports::{MeldingRij, PortError, Post};

use crate::error::{StoreError, code};
use crate::facts;
use crate::journal;
use crate::open::common;
use crate::register;
use crate::server::PostgresAddress;
use crate::sql::Connection;

/// The journal of a store, read only. Takes no lock that the running process would notice.
pub struct JournalReader(
    Connection,
    /// Does the work of a connection to a server, as long as that is there.
    #[allow(dead_code, reason = "kept for as long as the connection is")]
    Option<tokio::runtime::Runtime>,
);

impl fmt::Debug for JournalReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JournalReader")
    }
}

impl JournalReader {
    /// Opens the journal of the store at `path`, which may be in use.
    ///
    /// # Errors
    /// When there is no store, or it cannot be read.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let failed = |e: rusqlite::Error| StoreError::Database {
            path: path.to_owned(),
            what: "opened for reading",
            code: code(&e),
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = rusqlite::Connection::open_with_flags(path, flags).map_err(failed)?;
        common(&connection, Duration::from_secs(5)).map_err(failed)?;
        connection.pragma_update(None, "query_only", true).map_err(failed)?;
        Ok(Self(Connection::Sqlite(connection), None))
    }

    /// Opens the journal of a store on a server, in the schema that a running Sluis made. From outside a runtime.
    ///
    /// # Errors
    /// When the server cannot be reached, or holds no store.
    pub fn connect(address: &PostgresAddress) -> Result<Self, StoreError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|e| StoreError::Io {
                path: "-".into(),
                what: "given a thread",
                why: e.kind(),
            })?;
        let connection = address.reach(runtime.handle())?;
        Ok(Self(connection, Some(runtime)))
    }

    /// Canonical records of an effect, or of every effect of an event, oldest first; empty when nothing is known.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub fn history(&self, id: &str) -> Result<Vec<Vec<u8>>, PortError> {
        journal::history(&self.0, id).map_err(|fault| fault.port)
    }

    /// Whether the last record is what was written. No other follows from it, so only its hash beside it can tell.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub fn last_is_sound(&self) -> Result<bool, PortError> {
        match journal::Head::read(&self.0).map_err(|fault| fault.port) {
            Ok(_) => Ok(true),
            Err(PortError::Corrupt(..)) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Facts with their numbers, in the order they were recorded: of a case, or with `None` those about parties. A
    /// decision rested on those up to the number it names.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub fn facts(&self, casus: Option<&str>) -> Result<Vec<(u64, Feit)>, PortError> {
        facts::numbered(&self.0, casus).map_err(|fault| fault.port)
    }

    /// The last version of each line of a register, in the order they were first made; all versions of one with `id`.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub fn posten(&self, soort: &str, id: Option<&str>) -> Result<Vec<Post>, PortError> {
        match id {
            Some(id) => register::post(&self.0, soort, id),
            None => register::posten(&self.0, soort),
        }
        .map_err(|fault| fault.port)
    }

    /// Reports of absence, oldest first, after one (exclusive), at most `limit`: the queue, without what is sealed in it.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub fn verzuimmeldingen(&self, na: Option<String>, limit: u32) -> Result<Vec<MeldingRij>, PortError> {
        crate::verzuim::list(&self.0, None, na.as_ref(), i64::from(limit)).map_err(|fault| fault.port)
    }

    /// Canonical records from a number on, at most `limit`.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub fn from(&self, number: u64, limit: u32) -> Result<Vec<Vec<u8>>, PortError> {
        journal::from(&self.0, number, i64::from(limit)).map_err(|fault| fault.port)
    }
}
