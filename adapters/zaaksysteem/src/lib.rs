//! `sluis-zaaksysteem`: a municipal case system that receives by push.
//!
//! [`ZaaksysteemTarget`] is the whole of it: it encodes with the tables of `mapping/` (one for each kind of message;
//! the self-check of [`sluis_rules::mapping`] included), sends with the effect id as `Idempotency-Key`, and asks when
//! it does not know. What an answer means stands in `outcome.rs`, and nowhere else:
//!
//! | what happened | is |
//! |---|---|
//! | 2xx | delivered: the body is not read |
//! | no connection, 401, 408, 425, 429; 503 of a target that keeps idempotency keys | retry: certainly not taken, or safe to repeat |
//! | 3xx, every other 4xx, 409 (the key belongs to another body) | refused |
//! | time-out or cut connection after the first byte left, every other 5xx | unknown: ask |
//!
//! One connection carries one message: an answer that comes twice can never be taken for that of the next message.
//! The address is fixed by configuration, no redirect is followed, no proxy of the environment is used, and what the
//! name resolves to is held to the configured [`Reach`] before anything connects. Errors hold a word from a closed
//! vocabulary, never an address, a body or a header.
//!
//! To give a field a place in the case system: one property in `schemas/systemen/zaaksysteem/`, one row in `mapping/`.

mod client;
mod config;
mod outcome;
mod tables;
mod target;

pub use config::{Config, ConfigError};
pub use sluis_outward::Reach;
pub use tables::{Tables, tables};
pub use target::ZaaksysteemTarget;
