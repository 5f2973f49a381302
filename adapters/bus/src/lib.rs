//! `sluis-bus`: what carries notices from the relay to the stations.
//!
//! A notice says *that* something is ready, never what: the store is the truth, and a station claims by the id. Here
//! stand the embedded one, [`EmbeddedBus`], for a single process, and [`RabbitBus`]. To add another: one type that
//! implements [`sluis_stations::ports::Bus`], and one line in `tests/contract.rs` that runs the same suite over it.

mod embedded;
mod rabbitmq;

pub use embedded::EmbeddedBus;
pub use rabbitmq::{Login, RabbitBus, RabbitConfig, RabbitError, Tls, Topology};
