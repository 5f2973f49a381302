//! Canonical schemas and dictionary beside each other: fields that nobody classified, elements that no field has.

use serde_json::Value;

use super::super::{Finding, Source, pointer};
use super::Input;

/// Every field of a schema that has no `x-gegeven`: the compiler stops at the first thing that is wrong.
pub(in super::super) fn unclassified(source: &Source, out: &mut Vec<Finding>) {
    if let Ok(schema) = serde_json::from_str::<Value>(&source.text) {
        walk(&schema, "", source, out);
    }
}

/// As deep as a reader of JSON goes, so recursion is bounded.
fn walk(schema: &Value, at: &str, source: &Source, out: &mut Vec<Finding>) {
    let Value::Object(map) = schema else { return };
    let leaf = map
        .get("type")
        .and_then(Value::as_str)
        .is_some_and(|t| matches!(t, "string" | "integer" | "number" | "boolean"));
    if leaf && !map.get("x-gegeven").is_some_and(Value::is_string) {
        out.push(Finding::new(
            &source.name,
            pointer::span(&source.text, at),
            "dit veld is niet geclassificeerd: zo kan het niet worden doorgelaten en ook niet worden weggelaten",
            "schrijf \"x-gegeven\": een gegeven uit gegevens.toml, of \"geen\" als het over niemand iets zegt",
        ));
    }
    for part in ["properties", "$defs"] {
        for (name, below) in map.get(part).and_then(Value::as_object).into_iter().flatten() {
            let name = name.replace('~', "~0").replace('/', "~1");
            walk(below, &format!("{at}/{part}/{name}"), source, out);
        }
    }
    if let Some(items) = map.get("items") {
        walk(items, &format!("{at}/items"), source, out);
    }
}

/// Elements of the dictionary that no field of any message has.
pub(super) fn unused(i: &Input<'_>, out: &mut Vec<Finding>) {
    let text = i.sources.rules.iter().find(|s| s.name == "gegevens.toml");
    for (id, gegeven) in i.gegevens.iter() {
        if i.trees.iter().any(|t| t.gegevens().contains(id)) {
            continue;
        }
        let line = format!("\"{}\"", gegeven.id);
        let at = text.and_then(|s| s.text.find(&line)).unwrap_or(0);
        out.push(Finding::warning(
            "gegevens.toml",
            at..at.saturating_add(line.len()),
            format!("geen veld van enig bericht is `{}`", gegeven.id),
            "classificeer een veld ermee in schemas/canoniek, of haal het gegeven uit het woordenboek",
        ));
    }
}
