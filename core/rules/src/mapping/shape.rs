//! What a table says of its rows, for whoever compares it with the schemas on both sides.

use serde_json::Value;

use super::Mapping;
use super::path::show;
use crate::tree::LeafType;

/// One row, or one constant of the wire, without any message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowShape {
    wire: String,
    canonical: Option<String>,
    wire_type: Option<&'static str>,
    codes: Vec<(Value, Value)>,
}

impl RowShape {
    /// The path on the wire, as the table writes it.
    #[must_use]
    pub fn wire(&self) -> &str {
        &self.wire
    }

    /// The canonical path, `*` for any item; none for a constant.
    #[must_use]
    pub fn canonical(&self) -> Option<&str> {
        self.canonical.as_deref()
    }

    /// The JSON type the table expects on the wire; none when its codes are of several types.
    #[must_use]
    pub fn wire_type(&self) -> Option<&'static str> {
        self.wire_type
    }

    /// The values the table translates, wire beside canonical.
    #[must_use]
    pub fn codes(&self) -> &[(Value, Value)] {
        &self.codes
    }
}

const fn type_of(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        _ => "object",
    }
}

impl Mapping {
    /// The rows and the constants of the wire, in the order of the table.
    #[must_use]
    pub fn shapes(&self) -> Vec<RowShape> {
        let Some(table) = &self.table else { return Vec::new() };
        let rows = table.rows.iter().map(|row| {
            let codes = row.codes.as_ref().map(|c| c.pairs().to_vec()).unwrap_or_default();
            let wire_type = match codes.split_first() {
                None => Some(match row.kind {
                    LeafType::String => "string",
                    LeafType::Integer => "integer",
                    LeafType::Number => "number",
                    LeafType::Boolean => "boolean",
                }),
                Some(((first, _), rest)) => {
                    let one = type_of(first);
                    rest.iter().all(|(w, _)| type_of(w) == one).then_some(one)
                }
            };
            RowShape {
                wire: show(&row.wire),
                canonical: Some(show(&row.canonical)),
                wire_type,
                codes,
            }
        });
        let constants = table.to_wire.iter().map(|c| RowShape {
            wire: c.path.clone(),
            canonical: None,
            wire_type: Some(type_of(&c.value)),
            codes: vec![(c.value.clone(), Value::Null)],
        });
        rows.chain(constants).collect()
    }
}
