//! JSON Schema at the door: validators compiled once for each rulebook, closed to the outside, silent about values.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::Value;
use sluis_rules::event::Bericht;
use sluis_rules::ids::{Bsn, Onderwijsnummer};
use sluis_rules::rulebook::Rulebook;

/// Most faults that one refusal names.
const MAX_FAULTS: usize = 16;

/// One fault: which keyword of the schema, where in the schema, where in the message. No value, and no name of a field
/// that the schema does not know.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SchemaFault {
    /// The keyword that was not met, e.g. `pattern`.
    pub soort: String,
    /// JSON pointer into the schema.
    pub schema_pad: String,
    /// JSON pointer into the message.
    pub pad: String,
}

impl SchemaFault {
    /// For bytes that the strict scan took and the JSON library did not.
    pub(crate) fn unreadable() -> Self {
        Self {
            soort: "json".to_owned(),
            schema_pad: String::new(),
            pad: String::new(),
        }
    }
}

/// A schema that cannot be compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the schema of `{0}` cannot be used for validation: mend it and load the rules again")]
pub struct SchemaUnusable(pub &'static str);

/// One schema, compiled. Check digits count: a BSN or pupil number that fails its test is refused (8).
///
/// The only place that builds a validator, also for adapters and their wire schemas: each crate that built its own
/// would carry two megabytes of the same generic code.
pub struct Schema {
    validator: Validator,
    names: BTreeSet<String>,
}

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Schema(…)")
    }
}

/// The validators of one rulebook. Together they are the largest part of what an idle Sluis would hold and of what a
/// start would wait for, so a gateway makes each when the first message of its kind comes.
#[derive(Default)]
pub struct Validators([OnceLock<Option<Schema>>; 4]);

impl Validators {
    /// The validators of a rulebook, all made now: for commands that must know at once.
    ///
    /// # Errors
    /// Names the kind of message whose schema cannot be used.
    pub fn compile(rulebook: &Rulebook) -> Result<Self, SchemaUnusable> {
        let all = Self::default();
        for bericht in Bericht::ALL {
            all.of(rulebook, bericht).ok_or(SchemaUnusable(bericht.as_str()))?;
        }
        Ok(all)
    }

    /// The validators of a rulebook, each made when it is needed. The schemas are part of the program and its tests
    /// make them all, so here it is only looked whether they can be read.
    ///
    /// # Errors
    /// Names the kind of message whose schema cannot be read.
    pub fn when_needed(rulebook: &Rulebook) -> Result<Self, SchemaUnusable> {
        for bericht in Bericht::ALL {
            serde_json::from_str::<serde::de::IgnoredAny>(rulebook.schema_text(bericht))
                .map_err(|_| SchemaUnusable(bericht.as_str()))?;
        }
        Ok(Self::default())
    }

    /// The faults of a message that passed the strict scan; none when it fits its schema. Always with the rulebook that
    /// they belong to. With a schema that cannot be used nothing fits.
    #[must_use]
    pub fn faults(&self, rulebook: &Rulebook, bericht: Bericht, data: &Value) -> Vec<SchemaFault> {
        self.of(rulebook, bericht)
            .map_or_else(|| vec![SchemaFault::unreadable()], |schema| schema.faults(data))
    }

    fn of(&self, rulebook: &Rulebook, bericht: Bericht) -> Option<&Schema> {
        let [hulpvraag, actie, verslag, status] = &self.0;
        let slot = match bericht {
            Bericht::Hulpvraag => hulpvraag,
            Bericht::Actie => actie,
            Bericht::Verslag => verslag,
            Bericht::Status => status,
        };
        slot.get_or_init(|| Schema::compile(rulebook.schema_text(bericht)))
            .as_ref()
    }
}

impl Schema {
    /// Compiles a schema (2020-12): nothing is fetched, formats are asserted, patterns run in linear time. `None` when
    /// it cannot be used.
    #[must_use]
    pub fn compile(text: &str) -> Option<Self> {
        let schema: Value = serde_json::from_str(text).ok()?;
        let validator = jsonschema::options()
            .offline()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .with_format("bsn", |s: &str| s.parse::<Bsn>().is_ok())
            .with_format("onderwijsnummer", |s: &str| s.parse::<Onderwijsnummer>().is_ok())
            .with_pattern_options(PatternOptions::regex())
            .build(&schema)
            .ok()?;
        let mut names = BTreeSet::new();
        property_names(&schema, &mut names);
        Some(Self { validator, names })
    }

    /// The faults of a message that passed the strict scan; none when it fits.
    #[must_use]
    pub fn faults(&self, data: &Value) -> Vec<SchemaFault> {
        // Null counts as absent everywhere (it is never emitted), so it cannot stand in for what is required either.
        let bare;
        let data = if holds_null(data) {
            bare = without_null(data);
            &bare
        } else {
            data
        };
        if self.validator.is_valid(data) {
            return Vec::new();
        }
        let told = self.validator.iter_errors(data).take(MAX_FAULTS);
        told.map(|e| self.fault(&e)).collect()
    }

    fn fault(&self, error: &ValidationError<'_>) -> SchemaFault {
        // A place in a list; a longer number is a name, and could be a person's.
        let place = |part: &str| part.len() <= 5 && part.bytes().all(|b| b.is_ascii_digit());
        let known = |part: &str| self.names.contains(part) || place(part);
        let pad = error
            .instance_path()
            .as_str()
            .split('/')
            .map(|part| if known(part) { part } else { "onbekend" })
            .collect::<Vec<_>>()
            .join("/");
        SchemaFault {
            soort: error.kind().keyword().to_owned(),
            schema_pad: error.schema_path().as_str().to_owned(),
            pad,
        }
    }
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(holds_null),
        Value::Object(map) => map.values().any(holds_null),
        _ => false,
    }
}

fn without_null(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().filter(|v| !v.is_null()).map(without_null).collect(),
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, v)| !v.is_null());
            Value::Object(kept.map(|(k, v)| (k.clone(), without_null(v))).collect())
        }
        other => other.clone(),
    }
}

/// Every name under a `properties`.
fn property_names(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                names.extend(properties.keys().cloned());
            }
            map.values().for_each(|v| property_names(v, names));
        }
        Value::Array(items) => items.iter().for_each(|v| property_names(v, names)),
        _ => {}
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    const SCHEMA: &str = r##"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
        "properties":{"naam":{"type":"string","maxLength":3},"dag":{"$ref":"#/$defs/dag"}},
        "$defs":{"dag":{"type":"string","format":"date"}}}"##;

    fn faults(json: &str) -> Vec<SchemaFault> {
        let one = Schema::compile(SCHEMA).unwrap();
        let value: Value = serde_json::from_str(json).unwrap();
        one.validator.iter_errors(&value).map(|e| one.fault(&e)).collect()
    }

    #[test]
    fn a_fault_names_the_keyword_and_the_places_and_no_value() {
        let found = faults(r#"{"naam":"Jansje","dag":"31-12-2026","Fatima":{"x":1}}"#);
        let kinds: Vec<_> = found.iter().map(|f| (f.soort.as_str(), f.pad.as_str())).collect();
        assert_eq!(kinds.len(), 2);
        assert!(kinds.contains(&("maxLength", "/naam")) && kinds.contains(&("format", "/dag")));
        let shown = format!("{found:?}");
        assert!(!shown.contains("Jansje") && !shown.contains("2026") && !shown.contains("Fatima"));
    }

    #[test]
    fn null_is_no_answer_to_what_is_required() {
        let kept = without_null(&serde_json::json!({"a": null, "b": [null, {"c": null, "d": 1}]}));
        assert_eq!(kept, serde_json::json!({"b": [{"d": 1}]}));
    }

    #[test]
    fn check_digits_count() {
        let schema = r#"{"type":"object","properties":{"bsn":{"type":"string","format":"bsn"}}}"#;
        let one = Schema::compile(schema).unwrap();
        let fits = |json: &str| one.validator.is_valid(&serde_json::from_str(json).unwrap());
        assert!(fits(r#"{"bsn":"999900006"}"#));
        assert!(!fits(r#"{"bsn":"999900007"}"#));
    }

    #[test]
    fn a_schema_that_points_outside_is_not_taken() {
        assert!(Schema::compile(r#"{"$ref":"https://elders.example/schema.json"}"#).is_none());
        assert!(Schema::compile(r#"{"$ref":"file:///etc/passwd"}"#).is_none());
    }
}
