//! What can go wrong, reduced: codes and our own words, never the text of a statement nor a value.

use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;
use rusqlite::ffi;
use sluis_stations::ports::PortError;
use tokio_postgres::error::SqlState;

use crate::sql::{Error, Trouble};

/// Why the store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has it.
    #[error("another sluis process uses the store {path}: stop that one first; a store has one process at a time")]
    InUse {
        /// The store.
        path: PathBuf,
    },
    /// Written by a newer program.
    #[error("the store {path} has schema {found}, this program knows up to {known}: start the newer program")]
    Newer {
        /// The store.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The newest schema known here.
        known: u32,
    },
    /// A database of something else.
    #[error("{path} is a database, but not a store of sluis: give another path")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The SQLite that was linked loses data in rare cases.
    #[error("this program was linked with SQLite {found}, which can lose data: build it with 3.51.3 or newer")]
    OldSqlite {
        /// Its version.
        found: &'static str,
    },
    /// The operating system refused.
    #[error("the store {path} could not be {what}: {why}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// What the system said.
        why: io::ErrorKind,
    },
    /// The database refused.
    #[error("the store {path} could not be {what} (SQLite code {code}): look at the disk, or put back a copy")]
    Database {
        /// The file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// Extended result code of SQLite.
        code: i32,
    },
    /// A setting did not hold.
    #[error("the store {path} does not keep the setting {what}: use a local file system that SQLite can lock")]
    Setting {
        /// The file.
        path: PathBuf,
        /// Which one.
        what: &'static str,
    },
    /// The database server is not there, or refused.
    #[error("the database server {server} could not be {what} (SQLSTATE {sqlstate}): {then}")]
    Server {
        /// Its name, without account or password.
        server: String,
        /// What was tried.
        what: &'static str,
        /// Its code; `-` when there was no answer.
        sqlstate: String,
        /// What to do.
        then: &'static str,
    },
    /// The last record of the journal is not what was written.
    #[error("the last journal record of {path} was changed: put back a copy, and find out who changed it")]
    Journal {
        /// The file.
        path: PathBuf,
    },
}

/// Extended result code of an error; 0 when SQLite was not the one that refused.
pub(crate) fn code(e: &rusqlite::Error) -> i32 {
    e.sqlite_error().map_or(0, |e| e.extended_code)
}

/// Why a command failed inside.
#[derive(Debug)]
pub(crate) struct Fault {
    /// What the caller is told.
    pub(crate) port: PortError,
    /// Whether the disk refused to keep what it was given: nothing may be trusted to it until a restart.
    pub(crate) lost_sync: bool,
}

impl From<PortError> for Fault {
    fn from(port: PortError) -> Self {
        Self { port, lost_sync: false }
    }
}

impl From<Error> for Fault {
    fn from(e: Error) -> Self {
        match e {
            Error::NoRow | Error::Column => PortError::Corrupt("the store", "a row cannot be read").into(),
            Error::Sqlite(e) => e.into(),
            Error::Postgres(trouble) => trouble.into(),
        }
    }
}

impl From<Trouble> for Fault {
    fn from(trouble: Trouble) -> Self {
        let unavailable = |why| PortError::Unavailable("the store", why);
        let state = match trouble {
            Trouble::Away => return unavailable("the database server is out of reach").into(),
            Trouble::Slow => return unavailable("the database server does not answer").into(),
            Trouble::Refused(state) => state,
        };
        // The class says enough: the words of the server quote statements and values.
        tracing::error!(sqlstate = state.code(), "the store refused a command");
        let class = state.code().get(..2).unwrap_or_default();
        match class {
            _ if state == SqlState::DISK_FULL => PortError::Full("the store"),
            "08" | "57" => unavailable("the database server is going down or was cut off"),
            "40" | "55" => unavailable("another program locks its tables"),
            "53" => unavailable("the database server has no room or connections left"),
            "25" => unavailable("the database server only reads now"),
            "23" => PortError::Corrupt("the store", "an id came twice"),
            "28" | "42" => unavailable("the account of Sluis may not do this at the database server"),
            "54" => PortError::Full("a row of the store"),
            _ => PortError::Corrupt("the store", "the database is damaged or was changed from outside"),
        }
        .into()
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(e: rusqlite::Error) -> Self {
        let extended = code(&e);
        let unavailable = |why| PortError::Unavailable("the store", why);
        let port = match e.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => PortError::Full("the store"),
            Some(ErrorCode::ReadOnly) => unavailable("its file cannot be written"),
            Some(ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => unavailable("its file cannot be opened"),
            Some(ErrorCode::SystemIoFailure) => unavailable("its disk gives errors"),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => unavailable("another program locks its file"),
            Some(ErrorCode::OutOfMemory) => unavailable("memory ran out"),
            Some(ErrorCode::ConstraintViolation) => PortError::Corrupt("the store", "an id came twice"),
            Some(ErrorCode::TooBig) => PortError::Full("a row of the store"),
            _ => PortError::Corrupt("the store", "the database is damaged or was changed from outside"),
        };
        tracing::error!(code = extended, "the store refused a command");
        let lost_sync = matches!(extended, ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC);
        Self { port, lost_sync }
    }
}

impl From<serde_json::Error> for Fault {
    fn from(_: serde_json::Error) -> Self {
        PortError::Corrupt("the store", "a row cannot be read").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_statement_and_no_value_comes_along() {
        let c = rusqlite::Connection::open_in_memory().unwrap();
        c.execute_batch("CREATE TABLE kind (naam TEXT UNIQUE) STRICT; INSERT INTO kind VALUES ('geheim')")
            .unwrap();
        for sql in [
            "SELEC geheim",
            "INSERT INTO kind VALUES ('geheim')",
            "SELECT geheim FROM kind",
        ] {
            let fault = Fault::from(c.execute(sql, []).unwrap_err());
            let shown = format!("{fault:?} {}", fault.port);
            assert!(!shown.contains("geheim") && !shown.contains("kind"), "{shown}");
        }
    }
}
