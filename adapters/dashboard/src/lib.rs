//! `sluis-dashboard`: the screen of operators, the FG and who reads along. Server-rendered; without JavaScript everything
//! works but being kept up to date.
//!
//! **No page can hold a field's value.** A page is filled from a view model in `paginas/`, and those have places for
//! paths, ids, reasons, words of the rules, party names, times and counts: what the stations give a screen
//! (`sluis_stations`' [`Blokkade`](sluis_stations::Blokkade) and its kin) has no other. Everything is escaped by the templates; nothing is marked safe.
//!
//! Every route stands in one table ([`ROUTES`]) with who may use it; the guard in front of them looks there, so a route
//! that is not in it serves nobody. The account is asked anew at each request: a role that was taken away is gone at once.
//! What changes something is a form with a token of the session, posted from this very site, and is done in the name of
//! the account by the same use cases as everywhere: the judge decides, nobody passes it.
//!
//! To add a page: a file in `paginas/`, a template, a row of [`ROUTES`], and its line in the golden matrix of the tests.
//! Another way to log in (an organisation's own provider) is another adapter of [`Accounts`](sluis_stations::ports::Accounts)
//! and another way into [`sessies`]: what comes after a session began knows of neither.

mod beeld;
mod dashboard;
mod formulier;
mod kader;
mod paginas;
mod routes;
mod sessies;
mod tijd;

pub use dashboard::{Dashboard, DashboardSettings};
pub use routes::{ROUTES, Route, Toegang};

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]
mod tests;
