//! Mapping tables beside the schemas they translate between: every path exists on both sides, the types fit, and what may
//! be given has a place to go.

use serde_json::{Map, Value};

use super::super::{Finding, Rulebook, Source};
use crate::event::Bericht;
use crate::gegeven::GegevenSet;
use crate::mapping::{Mapping, RowShape};

/// A mapping table with the schema of the system it is for.
#[derive(Debug, Clone)]
pub struct TableSource {
    /// The table.
    pub table: Source,
    /// Which canonical message it is for.
    pub bericht: Bericht,
    /// The schema of the system's own words.
    pub wire: Source,
    /// Sluis sends by this table: what may be given must have a place in it.
    pub outward: bool,
}

/// What is wrong between tables and schemas.
#[must_use]
pub fn tables(rulebook: &Rulebook, tables: &[TableSource]) -> Vec<Finding> {
    let mut out = Vec::new();
    for t in tables {
        one(rulebook, t, &mut out);
    }
    out
}

fn one(rulebook: &Rulebook, t: &TableSource, out: &mut Vec<Finding>) {
    let tree = rulebook.tree(t.bericht);
    let mapping = match Mapping::parse(&t.table.text, tree) {
        Ok(mapping) => mapping,
        Err(e) => {
            let message = "deze tabel past niet op het canonieke schema, of leest niet in beide richtingen";
            let help = "verbeter de rij: elke plaats bestaat, en leidt naar één andere";
            out.push(Finding::new(&t.table.name, place(&t.table, &e.place), message, help).with_detail(e.what));
            return;
        }
    };
    let Ok(Value::Object(schema)) = serde_json::from_str::<Value>(&t.wire.text) else {
        let help = "verbeter het schema van het systeem";
        out.push(Finding::new(&t.wire.name, 0..0, "dit schema is geen JSON", help));
        return;
    };
    let canonical = serde_json::from_str::<Map<String, Value>>(rulebook.schema_text(t.bericht)).unwrap_or_default();
    let shapes = mapping.shapes();
    for row in &shapes {
        let at = || place(&t.table, row.wire());
        let Some(leaf) = leaf(&schema, row.wire()) else {
            let message = format!(
                "het schema van het systeem ({}) heeft geen veld `{}`",
                t.wire.name,
                row.wire()
            );
            out.push(Finding::new(
                &t.table.name,
                at(),
                message,
                "verbeter het pad, of voeg het veld toe aan het schema",
            ));
            continue;
        };
        if let Some((is, wanted)) = misfit(&leaf, row) {
            let message = format!("`{}` is bij het systeem {is} en hier {wanted}", row.wire());
            out.push(Finding::new(
                &t.table.name,
                at(),
                message,
                "geef beide dezelfde soort, of schrijf codes",
            ));
        }
        let help = "haal de code weg, of voeg haar toe aan het schema";
        if let Some(code) = unknown_code(&leaf, row.codes().iter().map(|(wire, _)| wire)) {
            let message = format!("het systeem kent de code {code} niet voor `{}`", row.wire());
            out.push(Finding::new(&t.table.name, at(), message, help));
        }
        let ours = row.canonical().and_then(|path| self::leaf(&canonical, path));
        if let Some(code) = ours.and_then(|l| unknown_code(&l, row.codes().iter().map(|(_, c)| c)).cloned()) {
            let message = format!("het canonieke schema kent de waarde {code} niet voor `{}`", row.wire());
            out.push(Finding::new(&t.table.name, at(), message, help));
        }
    }
    if t.outward {
        unreached(rulebook, t, &shapes, out);
    }
}

/// Canonical fields that some rule lets go, and for which a receiver with this table has no place.
fn unreached(rulebook: &Rulebook, t: &TableSource, shapes: &[RowShape], out: &mut Vec<Finding>) {
    let tree = rulebook.tree(t.bericht);
    let of_kind = rulebook.plans.iter().filter(|(key, _)| key.bericht == t.bericht);
    let given = of_kind.fold(GegevenSet::EMPTY, |set, (_, plan)| set.or(plan.permitted));
    for node in tree.leaves() {
        let path = tree.path(node);
        let to_give = tree.gegeven_of(node).is_some_and(|id| given.contains(id));
        if to_give && !shapes.iter().any(|row| row.canonical() == Some(path)) {
            out.push(Finding::warning(
                &t.table.name,
                0..0,
                format!("`{path}` mag worden gegeven en heeft in deze tabel geen plaats: het blijft achter"),
                "voeg een rij toe, of laat het zo als de ontvanger er geen veld voor heeft",
            ));
        }
    }
}

/// The line of a path in a table.
fn place(table: &Source, path: &str) -> std::ops::Range<usize> {
    let written = format!("\"{path}\"");
    table
        .text
        .find(&written)
        .map_or(0..0, |at| at..at.saturating_add(written.len()))
}

/// The schema of the leaf at a path; `*` is any item of a list.
fn leaf(root: &Map<String, Value>, path: &str) -> Option<Map<String, Value>> {
    let mut at = root;
    for step in path.strip_prefix('/')?.split('/') {
        at = resolve(root, at)?;
        let name = step.replace("~1", "/").replace("~0", "~");
        at = match step {
            "*" => at.get("items")?,
            _ => at.get("properties")?.get(&name)?,
        }
        .as_object()?;
    }
    let at = resolve(root, at)?;
    (!at.contains_key("properties") && !at.contains_key("items")).then(|| at.clone())
}

/// Follows `#/$defs/…`, not for ever.
fn resolve<'s>(root: &'s Map<String, Value>, mut at: &'s Map<String, Value>) -> Option<&'s Map<String, Value>> {
    for _ in 0..16 {
        let Some(Value::String(target)) = at.get("$ref") else {
            return Some(at);
        };
        at = root.get("$defs")?.get(target.strip_prefix("#/$defs/")?)?.as_object()?;
    }
    None
}

fn misfit(leaf: &Map<String, Value>, row: &RowShape) -> Option<(String, &'static str)> {
    let is = leaf.get("type").and_then(Value::as_str).unwrap_or("zonder soort");
    let wanted = row.wire_type()?;
    (is != wanted && !(is == "number" && wanted == "integer")).then(|| (is.to_owned(), wanted))
}

/// A code that a schema does not list.
fn unknown_code<'c>(leaf: &Map<String, Value>, mut codes: impl Iterator<Item = &'c Value>) -> Option<&'c Value> {
    let listed = leaf.get("enum").and_then(Value::as_array).map(Vec::as_slice);
    let listed = listed.or_else(|| leaf.get("const").map(std::slice::from_ref))?;
    codes.find(|code| !code.is_null() && !listed.contains(code))
}
