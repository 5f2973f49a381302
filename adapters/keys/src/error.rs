//! What can be wrong with keys, in the operator's words. Never a byte of a key.

use std::io;
use std::path::PathBuf;

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// There is no key file, and none was to be made.
    #[error(
        "there is no key file at {path}: put back the copy that belongs to this store; without it the sealed messages \
         can never be opened"
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Others than the owner may read or change the file.
    #[error(
        "the key file {path} has mode {mode:04o}: others may read it; run `chmod 600 {path}` and consider new keys"
    )]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Something that is not a file stands there.
    #[error("{path} is not a file: give the path of the key file itself")]
    NotAFile {
        /// What was given.
        path: PathBuf,
    },
    /// Not the form of a key file.
    #[error("the key file {path} cannot be read as one ({why}): put back a copy; do not edit it by hand")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong, without content.
        why: &'static str,
    },
    /// Written by a newer program.
    #[error("the key file {path} has version {found}, this program knows up to {known}: start the newer program")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The newest version that is known here.
        known: u32,
    },
    /// The operating system refused.
    #[error("the key file {path} could not be {what}: {why}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// What the system said.
        why: io::ErrorKind,
    },
    /// The file on disk is not what this program read or wrote.
    #[error("the key file {path} was changed by another process: restart this one, then try again")]
    ChangedOnDisk {
        /// The file.
        path: PathBuf,
    },
    /// The system gave no randomness.
    #[error("the system gives no random bytes now: try again, and look at its entropy source")]
    NoRandomness,
    /// The newest epoch seals; it cannot be forgotten.
    #[error("epoch {0} is the newest and still seals: rotate first, then forget it")]
    StillSeals(u32),
    /// No such epoch.
    #[error("there is no epoch {0} in the key file: look at the list of epochs")]
    NoSuchEpoch(u32),
    /// Epochs ran out.
    #[error("no more epochs are possible: start a new store with new keys")]
    NoMoreEpochs,
}
