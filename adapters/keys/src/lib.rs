//! `sluis-keys`: sealing for the organisation itself, between its own stations, and ids that nobody outside can guess.
//!
//! [`KeyRing`] is the whole of it: the key file ([`KeysError`] says what to do when something is wrong with it), the
//! epochs, and [`sluis_stations::ports::Sealer`]. Two formats live here, both frozen: what a sealed message looks like
//! (`format.rs`, magic `SLZ1`) and what the key file looks like (`file.rs`, `versie` 2; 1 is still read). Fixtures in `tests/old` must
//! keep opening.
//!
//! To add a suite: a new number in `format.rs` and a new fixture; the old number stays readable. To add a purpose of a
//! key: a new label in `derive.rs`; a label is never reused for something else.
//!
//! The master keys of pseudonyms (`sluis_rules::pseudonym::MasterKey`) stand in the key file, one per epoch of pseudonyms,
//! never the root that seals.

mod derive;
mod error;
mod file;
mod format;
mod ring;

pub use error::KeysError;
pub use ring::KeyRing;
