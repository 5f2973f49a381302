//! `sluis-rules`: the covenant as pure functions.
//!
//! This room owns what Sluis exists for: who takes part ([`ids`]), what data are called ([`gegeven`]), the event
//! ([`event`]), the facts of a case ([`facts`]), the rules as data ([`rulebook`]), the twelve gates ([`gates`]), the
//! verdict ([`verdict`]) and its explanation ([`explain`]), the canonical schemas ([`tree`]), the strict scanner
//! ([`scan`]), the minimiser ([`minimise`]), the mapping tables ([`mapping`]), the journal record ([`journal`]), the
//! rules seen as a table of who receives what ([`matrix`]), recorded decisions made again under other rules
//! ([`recorded`]), what was really given ([`verstrekking`]), the letter that informs beforehand ([`brief`]), access ([`inzage`]), candidates for a breach ([`inbreuk`]), the register of processing activities ([`register`]), who consents at which age ([`leeftijd`]), other names for each receiver ([`pseudonym`]), counts that
//! are about nobody ([`aggregaat`]), and school absence ([`verzuim`]).
//!
//! Laws: no I/O, no clock, no randomness, no async, no global state. Time, keys and facts come in as arguments.
//! `decide` is total: it returns a verdict and never fails. What no rule permits is not forwarded.
//!
//! To add a gate: one file in `gates/`, one line in `gates/mod.rs`, in the covenant's order. To add a rule: no code,
//! one block in `config/convenant/`.

pub mod aggregaat;
pub mod brief;
pub mod event;
pub mod explain;
pub mod facts;
pub mod gates;
pub mod gegeven;
pub mod ids;
pub mod inbreuk;
pub mod inzage;
pub mod journal;
pub mod leeftijd;
pub mod mapping;
pub mod matrix;
pub mod minimise;
pub mod pseudonym;
pub mod recht;
pub mod recorded;
pub mod register;
pub mod rulebook;
pub mod scan;
pub mod tree;
pub mod verdict;
pub mod verstrekking;
pub mod verzuim;
