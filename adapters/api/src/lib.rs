//! `sluis-api`: the HTTP interface. What calls Sluis over HTTP comes in here and nowhere else.
//!
//! This room owns the listener ([`server`], [`tls`]), who calls ([`auth`]), how much a caller may ask ([`limits`]),
//! how much is read ([`body`]), the routes ([`Api`]), and what a refusal looks like ([`problem`], RFC 9457). It decides
//! nothing about data: it hands bytes to the stations through [`Doors`] and gives back what they answer.
//!
//! Laws: a caller is known before a byte of its body is read and before it takes a place among the
//! requests in hand (an announcement, known by a signature over its body, has places of its own for the reading); nothing of a request (body, header, path) comes back in a
//! refusal or stands in a log line; what is acknowledged is durable, because the answer waits for the store.
//!
//! To add a route: one handler in the file of its resource under `routes/`, one line in `routes/mod.rs`, one test that
//! holds its refusals to a `type` of [`problem::REASONS`]. To add a refusal: one row there and one page.

pub mod api;
pub mod auth;
pub mod body;
mod connection;
pub mod doors;
mod gateway;
mod in_hand;
pub mod limits;
pub mod problem;
mod reasons;
mod reply;
mod routes;
pub mod server;
mod sessions;
pub mod tls;
mod verzuim;

pub use api::{Api, ApiSettings};
pub use auth::{Caller, Callers, Koppeling, Rol};
pub use doors::{Announcements, Doors, WireIntake};
pub use problem::Problem;
pub use server::{Server, ServerSettings};

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]
mod tests;
