//! `sluis-stations`: the way of the data. Three stations, a durable step between each two, and the ports they need.
//!
//! *Intake* accepts and keeps; *judge* decides and minimises; *deliver* looks once more and hands over. What cannot go
//! on waits in quarantine, sealed, with its reason; a changed fact sends it back to judge, never around it.
//!
//! Everything goes through one [`Gateway`]: [`Gateway::accept_event`] for who sends, [`Gateway::mailbox_list`] and its
//! kin for who fetches, [`Gateway::record_facts`] and its kin for who administers, [`Gateway::run`] for the program.
//! No clock, randomness, disk or network lives here; the ports bring them ([`ports`] says how to add an adapter).
//!
//! To add a station's refusal: one constant in [`redenen`], one page in `schemas/redenen/`.

mod akkoord;
mod beheer;
mod beheerbericht;
mod chain;
mod config;
mod day;
mod deliver;
mod derde;
mod doubt;
mod entry;
mod fanout;
mod gate;
mod gateway;
mod heridentificatie;
mod intake;
mod inzage;
mod judge;
mod look;
mod mailbox;
mod outcome;
pub mod ports;
pub mod redenen;
mod refusal;
mod relay;
mod reload;
mod run;
mod schema;
mod telling;
mod toestemming;
mod trace;
pub mod verzuim;
mod wie;
mod words;

pub use akkoord::{AkkoordRefusal, AkkoordVraag};
pub use beheer::{BeheerError, FactReceipt, Tellingen};
pub use beheerbericht::{Aanzegging, Beheerbericht, Mededeling, NoticeRefusal, Tabel, WatNogMag};
pub use chain::Chain;
pub use config::{Caller, Entropy, Koppeling, Mode, Parts, Retry, Route, Settings};
pub use gateway::Gateway;
pub use heridentificatie::{Heridentificatie, HeridentificatieRefusal};
pub use intake::Receipt;
pub use inzage::{InzageError, Inzien};
pub use mailbox::{MailboxContent, MailboxRefusal, MailboxSummary};
pub use outcome::{Outcome, Tellers};
pub use refusal::{IntakeRefusal, Klasse};
pub use reload::{
    REGELS_GEWEIGERD, REGELS_NOG_NIET, REGELS_ONLEESBAAR, REGELS_TABEL_VEROUDERD, ReloadError, RulesAlarm, RulesReady,
};
pub use run::RunReport;
pub use schema::{Schema, SchemaFault, SchemaUnusable, Validators};
pub use telling::Tellingpost;
pub use toestemming::{Grootboekregel, Registerpost};
pub use wie::Wie;
