//! Simulated systems on real sockets, for tests, for the demo and for `sluis simulate`.
//!
//! Four systems outside our reach are played here: a **Kindkans-like** source ([`kindkans`]), a
//! municipal case system ([`zaaksysteem`]), a desk for reports of absence that is DUO-*like* ([`verzuimloket`]) and a youth care
//! provider that speaks FHIR ([`jeugdhulp`]). Kindkans publishes no API and no schema, so ours is
//! Kindkans-*like*: the tabs of its dossier are known, the field names and endpoints are invented.
//!
//! Three promises make these witnesses rather than stubs:
//!
//! - nothing of `core` is imported, so a mistake there cannot hide itself here;
//! - every byte that arrives is recorded ([`Received`]) and, when a directory is given, on disk
//!   before the answer leaves: a killed Sluis can never have outrun the record;
//! - they misbehave on demand ([`Behaviour`]), the same way each time for the same seed.
//!
//! All listen on loopback without TLS and keep secrets only the test knows: never a real system.

mod base64;
mod behaviour;
mod control;
mod fault;
pub mod jeugdhulp;
pub mod kindkans;
mod log;
mod record;
mod server;
mod tap;
mod turn;
pub mod verzuimloket;
pub mod zaaksysteem;

pub use behaviour::{Behaviour, BehaviourError, Fault, FaultRule, Moment};
pub use log::read_log;
pub use record::{Kind, Received};
pub use server::Simulator;
