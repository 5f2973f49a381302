//! Why the accounts cannot be read or changed. Never a secret, never a name of a person.

use std::io;
use std::path::PathBuf;

/// In the operator's words.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The disk refuses.
    #[error("the accounts at {path} could not be {what}: {why}; check the path and the rights")]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// What the system said.
        why: io::ErrorKind,
    },
    /// Others can read or write it.
    #[error("the accounts at {path} can be read by others (mode {mode:o}): run chmod 600 on it")]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// Not what this program writes.
    #[error("the accounts at {path} cannot be used: {why}; put back a copy that was whole")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Not an id.
    #[error("an account id has 1 to 40 lower-case letters, digits and `-`, and never eight digits in a row")]
    NotAnId,
    /// It is there already.
    #[error("there is an account by that id already")]
    Exists,
    /// It is not there.
    #[error("there is no account by that id")]
    Unknown,
    /// It could do nothing.
    #[error("give at least one role: beheerder, operator, fg or lezer")]
    NoRole,
    /// Too easy to guess.
    #[error("the password is too short: at least {} characters", crate::SHORTEST)]
    TooShort,
    /// A fault below.
    #[error("{0}")]
    Crypto(&'static str),
}
