//! Value tables: one word of the wire for one word of the canonical form, in both directions.

use serde_json::Value;

use crate::tree::LeafType;

/// Pairs of wire and canonical values; no value stands in two pairs on the same side.
#[derive(Debug, Clone)]
pub(super) struct Codes(Vec<(Value, Value)>);

impl Codes {
    /// Reads `{ J = true }` or `[["J", true], [1, "een"]]` for a leaf of that type.
    pub(super) fn parse(codes: &toml::Value, kind: LeafType) -> Result<Self, &'static str> {
        let pairs: Vec<(Value, Value)> = match codes {
            toml::Value::Table(table) => table
                .iter()
                .map(|(wire, canonical)| Some((Value::String(wire.clone()), scalar(canonical)?)))
                .collect(),
            toml::Value::Array(pairs) => pairs
                .iter()
                .map(|pair| match pair.as_array().map(Vec::as_slice) {
                    Some([wire, canonical]) => Some((scalar(wire)?, scalar(canonical)?)),
                    _ => None,
                })
                .collect(),
            _ => None,
        }
        .filter(|pairs: &Vec<_>| !pairs.is_empty())
        .ok_or("`codes` is a table of words, or a list of pairs, of strings, integers or booleans")?;
        if pairs.iter().any(|(_, canonical)| !fits(canonical, kind)) {
            return Err("a canonical code is of another type than the field");
        }
        let twice = |side: fn(&(Value, Value)) -> &Value| {
            (pairs.iter().enumerate()).any(|(n, pair)| pairs.iter().take(n).any(|p| side(p) == side(pair)))
        };
        if twice(|p| &p.0) || twice(|p| &p.1) {
            return Err("`codes` is not one to one: it could not be read back");
        }
        Ok(Self(pairs))
    }

    pub(super) fn pairs(&self) -> &[(Value, Value)] {
        &self.0
    }

    pub(super) fn to_canonical(&self, wire: &Value) -> Option<&Value> {
        self.0.iter().find(|(w, _)| w == wire).map(|(_, c)| c)
    }

    pub(super) fn to_wire(&self, canonical: &Value) -> Option<&Value> {
        self.0.iter().find(|(_, c)| c == canonical).map(|(w, _)| w)
    }
}

/// A scalar of a table as JSON; numbers only whole, so that there is one way to write them.
pub(super) fn scalar(value: &toml::Value) -> Option<Value> {
    match value {
        toml::Value::String(text) => Some(Value::String(text.clone())),
        toml::Value::Integer(number) => Some(Value::from(*number)),
        toml::Value::Boolean(yes) => Some(Value::Bool(*yes)),
        _ => None,
    }
}

/// Whether a scalar may stand at a leaf, and survives being read and written again.
pub(super) fn fits(value: &Value, kind: LeafType) -> bool {
    // Above 2^53 a double no longer tells neighbours apart: the number that came in may not be the one that was sent.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let exact = |value: &Value| value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|f| f.abs() < EXACT);
    match kind {
        LeafType::String => value.is_string(),
        LeafType::Boolean => value.is_boolean(),
        LeafType::Integer | LeafType::Number => value.is_number() && exact(value),
    }
}
