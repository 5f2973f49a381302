//! `sluis-outward`: what every adapter that calls a system shares. How far a connection may reach ([`Reach`]), a client with
//! every limit stated ([`Line::client`]), a limit on calls ([`Limit`]), a circuit breaker ([`Breaker`]), the signature of
//! announcements ([`Signature`]), the reading of an answer with a cap ([`read`]), and a small file that is whole or the one of
//! before ([`keep`]).
//!
//! It knows no system, no message and nothing else of ours: an adapter gives it settings and puts its own name on what is
//! wrong with them. What is safe here is safe for all of them, and is mended once.

mod answer;
mod breaker;
mod keep;
mod limit;
mod line;
mod reach;
mod signature;

pub use answer::{Cut, read};
pub use breaker::Breaker;
pub use keep::keep;
pub use limit::Limit;
pub use line::{Line, Wrong, address, bearer, below};
pub use reach::Reach;
pub use signature::Signature;
