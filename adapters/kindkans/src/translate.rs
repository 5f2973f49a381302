//! From the bytes of a hulpvraag to an event and a canonical message.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use sluis_rules::event::{Bericht, Event, source_oin};
use sluis_rules::gegeven::Beroepsgeheim;
use sluis_rules::mapping::{Herkomst, Mapping};
use sluis_rules::rulebook::{Source, TableSource};
use sluis_rules::scan::{Caps, Gap, Scratch, check};
use sluis_rules::tree::Tree;
use sluis_stations::ports::Sealer;
use sluis_stations::{Schema, SchemaFault};

use crate::config::ConfigError;
use crate::destination::{Codes, Destination, letters};
use crate::refusal::Refusal;

/// The wire schema.
const WIRE: &str = include_str!("../../../schemas/systemen/kindkans/hulpvraag.v1.json");

/// The mapping table.
const TABLE: &str = include_str!("../mapping.toml");

/// The table of this system beside its wire schema, for who checks whether they are in step.
#[must_use]
pub fn tables() -> Vec<TableSource> {
    let source = |name: &str, text: &str| Source {
        name: name.to_owned(),
        text: text.to_owned(),
    };
    vec![TableSource {
        table: source("adapters/kindkans/mapping.toml", TABLE),
        bericht: Bericht::Hulpvraag,
        wire: source("schemas/systemen/kindkans/hulpvraag.v1.json", WIRE),
        outward: false,
    }]
}

/// What came of a hulpvraag.
pub struct Translated {
    /// The attributes: nothing in them identifies a person.
    pub event: Event,
    /// The canonical message.
    pub data: Vec<u8>,
    /// Fields of the wire that have no place in the table: they were left behind. Places only.
    pub gaps: Vec<Gap>,
}

impl fmt::Debug for Translated {
    /// Shows nothing of the message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Translated({} gaps)", self.gaps.len())
    }
}

/// Translates hulpvragen. Made once; used by announcements, polling and direct posts alike.
pub struct Translator {
    mapping: Mapping,
    schema: Schema,
    codes: Codes,
    destination: Destination,
    sealer: Arc<dyn Sealer>,
    source: String,
    caps: Caps,
    scratch: Mutex<Scratch>,
}

impl fmt::Debug for Translator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Translator(…)")
    }
}

impl Translator {
    /// Puts a translator together: `source` is the `source` attribute of its events, `tree` the canonical schema of a
    /// *hulpvraag*.
    ///
    /// # Errors
    /// When the source is not as the profile has it, or the table does not fit the schema.
    pub fn new(
        source: impl Into<String>,
        tree: &Tree,
        sealer: Arc<dyn Sealer>,
        destination: Destination,
        caps: Caps,
    ) -> Result<Self, ConfigError> {
        let source = source.into();
        source_oin(&source).ok_or(ConfigError::SourceUrn)?;
        Ok(Self {
            mapping: Mapping::parse(TABLE, tree)?,
            schema: Schema::compile(WIRE).ok_or(ConfigError::Embedded("hulpvraag.v1.json"))?,
            codes: Codes::read()?,
            destination,
            sealer,
            source,
            caps,
            scratch: Mutex::default(),
        })
    }

    /// Translates one hulpvraag; `asked` is the id under which it was fetched, if it was.
    ///
    /// # Errors
    /// The refusal, with places and never a value.
    pub fn translate(&self, bytes: &[u8], asked: Option<&str>) -> Result<Translated, Refusal> {
        check(
            bytes,
            &self.caps,
            &mut self.scratch.lock().unwrap_or_else(PoisonError::into_inner),
        )
        .map_err(Refusal::Bytes)?;
        // The strict scan took it; a reader that does not, disagrees with it, so nobody takes it.
        let wire: Value = serde_json::from_slice(bytes).map_err(|_| Refusal::Schema(vec![unreadable()]))?;
        let faults = self.schema.faults(&wire);
        if !faults.is_empty() {
            return Err(Refusal::Schema(faults));
        }
        let text = |key: &str| wire.get(key).and_then(Value::as_str);
        let missing = |place| Refusal::Incomplete { place };
        let id = text("hulpvraagId").ok_or(missing("/hulpvraagId"))?.to_owned();
        if asked.is_some_and(|asked| asked != id) {
            return Err(Refusal::OtherId);
        }
        let datum = text("indienDatum")
            .and_then(|day| day.parse().ok())
            .ok_or(missing("/indienDatum"))?;
        let time = text("gewijzigdOp")
            .filter(|time| time.parse::<jiff::Timestamp>().is_ok())
            .map(str::to_owned);
        let claim = self.destination.claim(&self.codes, &*self.sealer, &wire)?;
        let kenmerk = self.kenmerk(&id);
        let herkomst = Herkomst {
            inbrenger: claim.afzender,
            beroepsgeheim: Beroepsgeheim::Geen,
            kenmerk: &kenmerk,
            datum,
        };
        let (data, gaps) = self.mapping.to_canonical(&wire, &herkomst).map_err(Refusal::Table)?;
        let version = self
            .sealer
            .keyed_id("kindkans-versie", &[self.source.as_bytes(), id.as_bytes(), bytes]);
        let event = Event {
            id: format!("kk-{}", letters(&version)),
            source: self.source.clone(),
            bericht: Bericht::Hulpvraag,
            time,
            claim,
            traceparent: None,
        };
        Ok(Translated { event, data, gaps })
    }

    /// The opaque id of a hulpvraag, the same for all its versions: a keyed digest, because the source's own id may be
    /// a number that leads to a person, and the *kenmerk* goes to every receiver.
    #[must_use]
    pub fn kenmerk(&self, id: &str) -> String {
        self.sealer
            .keyed_id("kindkans-kenmerk", &[self.source.as_bytes(), id.as_bytes()])
    }
}

fn unreadable() -> SchemaFault {
    SchemaFault {
        soort: "json".to_owned(),
        schema_pad: String::new(),
        pad: String::new(),
    }
}
