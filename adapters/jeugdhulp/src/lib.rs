//! `sluis-jeugdhulp`: the system of a youth care provider that speaks FHIR R4. FHIR is a standard; which resources such a
//! system sends, its code systems for our words, and the form of its webhook are **ours**: no such interface is public.
//!
//! **In.** [`Source::announced`] takes a thin, signed webhook, [`Source::hooked`] the empty call of a FHIR `Subscription`;
//! both only say *that* there is something. The bundle is fetched, read with distrust (`bundel.rs`), made a flat picture
//! (`vorm.rs`), and mapped by the table (`mapping/hulpvraag.toml`). What names an event is a keyed digest of the bundle and its
//! bytes: in whatever order, however often it is announced, the same content is one event. [`Source::run`] polls for what no
//! announcement told.
//!
//! **Everything comes in as the provider's own, under the secrecy of the Jeugdwet**, whatever the bundle says of it: gate 10
//! judges all of it. A FHIR `Consent` goes to the consent register (`toestemming.rs`); it opens what a judged consent opens.
//!
//! **Out.** [`FhirTarget`] writes what the minimiser let through as a FHIR bundle: the table makes the picture, whose
//! leaves the house proves; the shape makes resources of it and adds constants of its own alone, which is read back and
//! compared before it leaves.
//!
//! To give a field a place: a row in `mapping/hulpvraag.toml`, its property in `schemas/systemen/jeugdhulp/beeld.v1.json`, and where
//! it stands in a list of unlike things a cut in `mapping/vorm.toml`.

mod announce;
mod bijlage;
mod bundel;
mod calls;
mod config;
mod intake;
mod outcome;
mod refusal;
mod source;
mod taak;
mod target;
mod toestemming;
mod translate;
mod vorm;
mod weg;

pub use announce::SIGNATURE_HEADER;
pub use config::{Config, ConfigError, SourceConfig};
pub use intake::{GatewayIntake, Intake, NotTaken, Taken};
pub use refusal::Refusal;
pub use sluis_outward::Reach;
pub use source::{PollState, Reply, Source};
pub use target::FhirTarget;
pub use toestemming::Lezing;
pub use translate::{Translated, Translator, tables};
pub use weg::Weggelaten;
