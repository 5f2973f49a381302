//! What goes wrong around a Sluis that runs as a real process: a disk that is full, receivers that are slow, dead or
//! mad, callers that send what they should not, and facts that change while a message is on its way.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/audit.rs"]
mod audit;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/canary.rs"]
mod canary;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/client.rs"]
mod client;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/corpus.rs"]
mod corpus;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/home.rs"]
mod home;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/process.rs"]
mod process;
#[path = "support/region.rs"]
mod region;

#[path = "faults/disk.rs"]
mod disk;
#[path = "faults/facts.rs"]
mod facts;
#[path = "faults/refusals.rs"]
mod refusals;
#[path = "faults/targets.rs"]
mod targets;
