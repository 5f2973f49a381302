//! The wire schema at the door: compiled once, closed to the outside, silent about values.

use std::collections::BTreeSet;

use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::Value;
use sluis_stations::SchemaFault;

/// Most faults that one refusal names.
const MAX_FAULTS: usize = 16;
const TEXT: &str = include_str!("../../../schemas/systemen/kindkans/hulpvraag.v1.json");

pub(crate) struct WireSchema {
    validator: Validator,
    names: BTreeSet<String>,
}

impl WireSchema {
    /// None when the schema of this crate is damaged.
    pub(crate) fn compile() -> Option<Self> {
        let schema: Value = serde_json::from_str(TEXT).ok()?;
        let validator = jsonschema::options()
            .offline()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .with_pattern_options(PatternOptions::regex())
            .build(&schema)
            .ok()?;
        let mut names = BTreeSet::new();
        collect(&schema, &mut names);
        Some(Self { validator, names })
    }

    /// What does not fit; a null counts as absent, as everywhere.
    pub(crate) fn faults(&self, wire: &Value) -> Vec<SchemaFault> {
        if self.validator.is_valid(wire) {
            return Vec::new();
        }
        let told = self
            .validator
            .iter_errors(wire)
            .filter(|error| !error.instance().is_null());
        told.take(MAX_FAULTS).map(|error| self.fault(&error)).collect()
    }

    /// The keyword and the places; a name that the schema does not know may be somebody's data.
    fn fault(&self, error: &ValidationError<'_>) -> SchemaFault {
        let known = |part: &str| self.names.contains(part) || part.bytes().all(|b| b.is_ascii_digit());
        let path = error.instance_path();
        let parts = path
            .as_str()
            .split('/')
            .map(|part| if known(part) { part } else { "onbekend" });
        SchemaFault {
            soort: error.kind().keyword().to_owned(),
            schema_pad: error.schema_path().as_str().to_owned(),
            pad: parts.collect::<Vec<_>>().join("/"),
        }
    }
}

fn collect(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                names.extend(properties.keys().cloned());
            }
            map.values().for_each(|value| collect(value, names));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, names)),
        _ => {}
    }
}
