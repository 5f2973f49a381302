//! `sluis-accounts`: local accounts with a password (Argon2id, RFC 9106) and a code (TOTP, RFC 6238), in one file that
//! only its owner can read. Why a file and not the store: docs/decisions/0010.
//!
//! [`AccountFile`] is what `sluis gebruiker` changes; [`AccountBook`] is what a running gateway asks.

mod book;
mod error;
mod file;
mod password;
mod totp;
mod tries;

pub use book::AccountBook;
pub use error::AccountsError;
pub use file::{AccountFile, Kept};
pub use password::SHORTEST;
pub use totp::Enrolment;
