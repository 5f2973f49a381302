//! `sluis-outward`: what every adapter that calls a system shares. How far a connection may reach ([`Reach`]), a client with
//! every limit stated ([`Line::client`]), and a limit on calls ([`Limit`]).
//!
//! It knows no system, no message and nothing else of ours: an adapter gives it settings and puts its own name on what is
//! wrong with them. What is safe here is safe for all of them, and is mended once.

mod limit;
mod line;
mod reach;

pub use limit::Limit;
pub use line::{Line, Wrong, address, bearer, below};
pub use reach::Reach;
