//! `sluis-bus`: what carries notices from the relay to the stations.
//!
//! A notice says *that* something is ready, never what: the store is the truth, and a station claims by the id. Here
//! stands the embedded one, [`EmbeddedBus`], for a single process. To add another: one file, one type that implements
//! [`sluis_stations::ports::Bus`], and one line in `tests/contract.rs` that runs the same suite over it.

mod embedded;

pub use embedded::EmbeddedBus;
