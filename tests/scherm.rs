//! The screen of a Sluis that runs as a real process, asked over HTTP as a browser asks it: who may see what, what is
//! refused, what an act does, and that no page ever holds a value.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/canary.rs"]
mod canary;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/cli.rs"]
mod cli;
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
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/region.rs"]
mod region;

#[path = "scherm/acts.rs"]
mod acts;
#[path = "scherm/browser.rs"]
mod browser;
#[path = "scherm/matrix.rs"]
mod matrix;
#[path = "scherm/pages.rs"]
mod pages;
#[path = "scherm/sessions.rs"]
mod sessions;
#[path = "scherm/stage.rs"]
mod stage;
