//! `sluis-verzuimloket`: a desk for reports of absence, as DUO has one. **Like** it: the fields follow the decree and what
//! DUO says of them, but no description of its interface is public, so names, codes, paths and headers are ours.
//!
//! [`VerzuimloketTarget`] hands a report over, amends, closes and withdraws it: one call, and the report says which.
//! [`Terug`] asks what became of reports, with a cursor, and gives it to a [`Terugweg`]. Both call through one [`Loket`]:
//! mTLS, an access token by a signed assertion, a limit, a circuit breaker.
//!
//! | what happened | is |
//! |---|---|
//! | 2xx | delivered: the body is not read, the number comes with the changes |
//! | no connection, no token, circuit open, 401, 408, 425, 429 | retry: certainly not taken |
//! | 3xx, every other 4xx | refused |
//! | 409 `aanlevering-bekend`, time-out, cut connection, every 5xx | unknown: ask by our own reference, never send again unasked |
//!
//! To give a field a place at the desk: one property in `schemas/systemen/verzuimloket/`, one row in `mapping/`.

mod calls;
mod client;
mod config;
mod cursor;
mod outcome;
mod tables;
mod target;
mod terug;
mod token;

pub use calls::Loket;
pub use config::{Config, ConfigError};
pub use sluis_outward::Reach;
pub use tables::tables;
pub use target::VerzuimloketTarget;
pub use terug::{NietGenomen, Terug, Terugweg, Wijziging};
