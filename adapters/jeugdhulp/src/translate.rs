//! From the bytes of a bundle to an event and a canonical message.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use sluis_rules::event::{Bericht, Event, Kanaal, source_oin};
use sluis_rules::gegeven::Beroepsgeheim;
use sluis_rules::ids::Partij;
use sluis_rules::mapping::{Herkomst, Mapping};
use sluis_rules::rulebook::{Source, TableSource};
use sluis_rules::scan::{Caps, Gap, Scratch};
use sluis_rules::tree::Tree;
use sluis_stations::ports::Sealer;
use sluis_stations::{Schema, SchemaFault};

use crate::bundel;
use crate::config::ConfigError;
use crate::refusal::Refusal;
use crate::taak::{self, letters};
use crate::toestemming::{self, Lezing};
use crate::vorm::Shape;
use crate::weg::Weggelaten;

/// The schema of the picture.
const WIRE: &str = include_str!("../../../schemas/systemen/jeugdhulp/beeld.v1.json");
/// The mapping table.
pub(crate) const TABLE: &str = include_str!("../mapping/hulpvraag.toml");

/// The table of this system beside the schema of its picture, for who checks whether they are in step. It has no place for
/// all that may be given at a table: a bundle is about one person and by one party. A test of this crate holds it to what
/// the municipality receives by statute.
#[must_use]
pub fn tables() -> Vec<TableSource> {
    let source = |name: &str, text: &str| Source {
        name: name.to_owned(),
        text: text.to_owned(),
    };
    vec![TableSource {
        table: source("adapters/jeugdhulp/mapping/hulpvraag.toml", TABLE),
        bericht: Bericht::Hulpvraag,
        wire: source("schemas/systemen/jeugdhulp/beeld.v1.json", WIRE),
        outward: false,
    }]
}

/// What came of a bundle.
pub struct Translated {
    /// The attributes: nothing in them identifies a person.
    pub event: Event,
    /// The canonical message.
    pub data: Vec<u8>,
    /// Fields that have no place in the table: they were left behind. Places only.
    pub gaps: Vec<Gap>,
    /// What was left behind before the table was asked, by reason.
    pub weg: Weggelaten,
    /// What the consents in it ask of the register.
    pub toestemmingen: Vec<Lezing>,
}

impl fmt::Debug for Translated {
    /// Shows nothing of the message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Translated({} gaps, {})", self.gaps.len(), self.weg)
    }
}

/// Translates bundles. Made once.
pub struct Translator {
    mapping: Mapping,
    shape: Shape,
    schema: Schema,
    sealer: Arc<dyn Sealer>,
    source: String,
    partij: Partij,
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
    /// *hulpvraag*, `partij` the provider whose system it is: everything comes in as its contribution, under the secrecy of
    /// the Jeugdwet.
    ///
    /// # Errors
    /// When the source is not as the profile has it, or the table does not fit the schema.
    pub fn new(
        source: impl Into<String>,
        tree: &Tree,
        sealer: Arc<dyn Sealer>,
        partij: Partij,
        caps: Caps,
    ) -> Result<Self, ConfigError> {
        let source = source.into();
        source_oin(&source).ok_or(ConfigError::SourceUrn)?;
        Ok(Self {
            mapping: Mapping::parse(TABLE, tree)?,
            shape: Shape::read()?,
            schema: Schema::compile(WIRE).ok_or(ConfigError::Embedded("beeld.v1.json"))?,
            sealer,
            source,
            partij,
            caps,
            scratch: Mutex::default(),
        })
    }

    /// Translates one bundle; `asked` is the id under which it was fetched.
    ///
    /// # Errors
    /// The refusal, with places and never a value.
    pub fn translate(&self, bytes: &[u8], asked: Option<&str>) -> Result<Translated, Refusal> {
        let missing = |place| Refusal::Incomplete { place };
        let mut weg = Weggelaten::default();
        let mut bundle = {
            let mut scratch = self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
            bundel::read(bytes, &self.caps, &mut scratch, &mut weg)?
        };
        let id = bundle.id.take().ok_or(Refusal::Bundle { place: "/id" })?;
        if asked.is_some_and(|asked| asked != id) {
            return Err(Refusal::OtherId);
        }
        if bundle.task.is_null() {
            return Err(missing("/entry/*/resource:Task"));
        }
        let time = bundle.task.get("lastModified").and_then(Value::as_str);
        let time = time
            .filter(|time| time.parse::<jiff::Timestamp>().is_ok())
            .map(str::to_owned);
        let (claim, task) = taak::claim(bundle.task, self.partij, &*self.sealer)?;
        bundle.resources.push(task);
        let twice = |_| Refusal::Bundle {
            place: "/entry/*/resource",
        };
        let mut picture = self.shape.picture(bundle.resources, &mut weg).map_err(twice)?;
        let datum = picture.pointer("/taak/authoredOn").and_then(Value::as_str);
        let datum = datum
            .and_then(|day| day.parse().ok())
            .ok_or(missing("/Task/authoredOn"))?;
        self.fitting(&mut picture, &mut weg)?;
        let kenmerk = self.kenmerk(&id);
        let herkomst = Herkomst {
            inbrenger: claim.afzender,
            beroepsgeheim: Beroepsgeheim::Jeugdwet,
            kenmerk: &kenmerk,
            datum,
        };
        let (data, gaps) = self.mapping.to_canonical(&picture, &herkomst).map_err(Refusal::Table)?;
        let toestemmingen = self.consents(&bundle.consents, &claim.casus, claim.kanaal, &mut weg);
        let parts = [self.source.as_bytes(), id.as_bytes(), bytes];
        let version = self.sealer.keyed_id("jeugdhulp-versie", &parts);
        let event = Event {
            id: format!("ehr-{}", letters(&version, 32)),
            source: self.source.clone(),
            bericht: Bericht::Hulpvraag,
            time,
            claim,
            traceparent: None,
        };
        Ok(Translated {
            event,
            data,
            gaps,
            weg,
            toestemmingen,
        })
    }

    /// Consents belong to the case of a consultation; a statutory duty asks for none.
    fn consents(&self, all: &[Value], casus: &str, kanaal: Kanaal, weg: &mut Weggelaten) -> Vec<Lezing> {
        let mut out = Vec::new();
        for consent in all {
            let read = || toestemming::read(consent, casus, self.partij, &*self.sealer);
            match (kanaal == Kanaal::Casusoverleg).then(read).flatten() {
                Some(lezing) => {
                    let closed = matches!(consent.get("status").and_then(Value::as_str), Some("active"));
                    if lezing.geldt.is_none() && closed {
                        weg.een("toestemming-niet-begrepen");
                    }
                    out.push(lezing);
                }
                None => weg.een("toestemming-niet-gebruikt"),
            }
        }
        out
    }

    /// Leaves out every resource that does not fit; refused when patient or task do not.
    fn fitting(&self, picture: &mut Value, weg: &mut Weggelaten) -> Result<(), Refusal> {
        let faults = self.schema.faults(picture);
        let needed = |fault: &SchemaFault| {
            let first = fault.pad.split('/').nth(1).unwrap_or_default();
            matches!(first, "" | "taak" | "patient")
        };
        if faults.iter().any(needed) {
            return Err(Refusal::Schema(faults));
        }
        for fault in &faults {
            let mut steps = fault.pad.split('/').skip(1);
            let (name, item) = (steps.next().unwrap_or_default(), steps.next());
            weg.een("past-niet-in-schema");
            let Some(map) = picture.as_object_mut() else { continue };
            match (map.get_mut(name), item.and_then(|n| n.parse::<usize>().ok())) {
                // Taken away below, so that the numbers of the others stay what they were.
                (Some(Value::Array(items)), Some(n)) => {
                    if let Some(item) = items.get_mut(n) {
                        *item = Value::Null;
                    }
                }
                _ => {
                    map.remove(name);
                }
            }
        }
        if let Some(map) = picture.as_object_mut() {
            for list in map.values_mut().filter_map(Value::as_array_mut) {
                list.retain(|item| !item.is_null());
            }
        }
        // The scanner's limit on faults may have hidden some.
        let faults = self.schema.faults(picture);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Schema(faults))
        }
    }

    /// The opaque id of a bundle, the same for all its versions.
    #[must_use]
    pub fn kenmerk(&self, id: &str) -> String {
        let parts = [self.source.as_bytes(), id.as_bytes()];
        self.sealer.keyed_id("jeugdhulp-kenmerk", &parts)
    }
}
