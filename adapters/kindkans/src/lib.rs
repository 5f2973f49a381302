//! `sluis-kindkans`: a Kindkans-**like** system that sends *hulpvragen*. No API or schema of Kindkans is public; the
//! tabs are known, endpoints, names and codes are invented.
//!
//! Two ways in, one translation:
//!
//! - [`Translator::translate`] makes an event and a canonical message of the bytes of a hulpvraag: strict scan, wire
//!   schema (`schemas/systemen/kindkans/`), *doelbinding* ([`Destination`]), table (`mapping.toml`). This is all that
//!   a direct `POST /v1/hulpvragen` needs;
//! - [`Source`] is for a system that announces: [`Source::announced`] verifies the signature, fetches, translates and
//!   hands to [`Intake`]; [`Source::run`] polls for what no announcement told.
//!
//! **When an announcement is acknowledged.** 202 is answered only when the fetched message is durable; until then, 503,
//! and the sender repeats. Nothing is kept of an announcement itself: an announcement that gets lost is found by
//! polling, because the source keeps its hulpvragen and the cursor moves only past what was settled. A list of our own
//! would be a second truth beside the source's, and would have to outlive a crash before the 202 in the same way.
//!
//! **What is refused** for a reason that lies in the document itself (schema, malformed) is settled. What a change of
//! configuration, of facts or at the source may cure (`school-onbekend`, `casusnummer-onbekend`, `geen-mandaat`, a cap)
//! is held: its id is kept beside the cursor (mode 0600), tried again with backoff (at most an hour apart) and after
//! every restart, counted ([`Source::held`]) and logged. Beyond 5000 the cursor stands still; none is thrown away.
//!
//! **What names an event.** Its id is a keyed digest of the hulpvraag's id and its bytes: the same content, announced,
//! polled or sent twice, is one event; changed content is another. The time of an announcement is no version: what is
//! fetched may be newer than what was announced. A source that goes back to earlier content must change `gewijzigdOp`.
//!
//! **What never becomes an attribute, an address or a line in a log:** the id of the hulpvraag and the case number of
//! the source (they are keyed, or looked up), and every name and number in it.
//!
//! To give a field a place: one property in the wire schema, one row in `mapping.toml`.

mod announce;
mod client;
mod config;
mod cursor;
mod destination;
mod fetch;
mod intake;
mod poll;
mod refusal;
mod source;
mod translate;

pub use announce::SIGNATURE_HEADER;
pub use config::{Config, ConfigError};
pub use destination::{CaseIds, Destination};
pub use intake::{GatewayIntake, Intake, NotTaken, Taken};
pub use poll::{Held, PollState};
pub use refusal::Refusal;
pub use sluis_outward::Reach;
pub use source::{Reply, Source};
pub use translate::{Translated, Translator, tables};
