//! Reading a table: every row leads from one place to one other, and back.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::MappingError;
use super::codes::{Codes, fits, scalar};
use super::path::{Segment, Wire, place, segments, show, split};
use crate::tree::{Body, LeafType, NodeId, Tree};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Which system; for the reader of the table.
    #[serde(default, rename = "systeem")]
    _systeem: Option<String>,
    #[serde(default)]
    bericht: Option<String>,
    #[serde(default)]
    versie: Option<String>,
    #[serde(default)]
    rij: Vec<RowIn>,
    #[serde(default)]
    constante: Vec<ConstantIn>,
    #[serde(default)]
    buiten: Vec<OutsideIn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowIn {
    wire: String,
    canoniek: String,
    #[serde(default)]
    codes: Option<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConstantIn {
    #[serde(default)]
    wire: Option<String>,
    #[serde(default)]
    canoniek: Option<String>,
    waarde: toml::Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutsideIn {
    wire: String,
    /// Where it is read instead; for the reader of the table.
    #[serde(rename = "omdat")]
    _omdat: String,
}

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) wire: Vec<Segment>,
    pub(super) node: NodeId,
    pub(super) kind: LeafType,
    pub(super) canonical: Vec<Segment>,
    pub(super) path: String,
    pub(super) codes: Option<Codes>,
}

#[derive(Debug, Clone)]
pub(super) struct Constant {
    pub(super) at: Vec<Segment>,
    pub(super) path: String,
    pub(super) value: Value,
}

#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) rows: Vec<Row>,
    pub(super) by_node: BTreeMap<NodeId, usize>,
    pub(super) wire: Wire,
    /// Values the wire wants, by place.
    pub(super) to_wire: Vec<Constant>,
    /// Values the canonical form wants, by place.
    pub(super) to_canonical: Vec<(NodeId, Constant)>,
    /// The table is for one contribution: `/bijdragen/0`.
    pub(super) single: bool,
    pub(super) kind: String,
    pub(super) version: String,
}

impl Table {
    pub(super) fn parse(text: &str, tree: &Tree) -> Result<Self, MappingError> {
        let file: File = toml::from_str(text).map_err(|e| MappingError::new("", e.message().to_owned()))?;
        let told = |told: &Option<String>, is: &str| told.as_deref().is_none_or(|t| t == is);
        if !told(&file.bericht, tree.kind()) || !told(&file.versie, tree.version()) {
            return Err(MappingError::new(
                "",
                "the table is for another kind or version of message",
            ));
        }
        let mut table = Self {
            rows: Vec::new(),
            by_node: BTreeMap::new(),
            wire: Wire::Object(BTreeMap::new()),
            to_wire: Vec::new(),
            to_canonical: Vec::new(),
            single: false,
            kind: tree.kind().to_owned(),
            version: tree.version().to_owned(),
        };
        let mut styles = [false; 2];
        let mut pairs: BTreeMap<String, String> = BTreeMap::new();
        for row in file.rij {
            let found = canonical(tree, &row.canoniek, &mut styles)?;
            let wire = segments(&row.wire)?;
            pair(&mut pairs, &row, &wire, &found, styles)?;
            let codes = match &row.codes {
                Some(codes) => {
                    Some(Codes::parse(codes, found.kind).map_err(|what| MappingError::new(&row.wire, what))?)
                }
                None => None,
            };
            let index = table.rows.len();
            if table.by_node.insert(found.node, index).is_some() {
                return Err(MappingError::new(&row.canoniek, "two rows lead to one place: keep one"));
            }
            place(&mut table.wire, &wire, Wire::Row(index), &row.wire)?;
            table.rows.push(Row {
                wire,
                node: found.node,
                kind: found.kind,
                canonical: found.segments,
                path: row.canoniek,
                codes,
            });
        }
        for constant in file.constante {
            table.constant(tree, constant, &mut styles)?;
        }
        for outside in file.buiten {
            place(&mut table.wire, &segments(&outside.wire)?, Wire::Outside, &outside.wire)?;
        }
        if styles == [true, true] {
            return Err(MappingError::new(
                "/bijdragen",
                "write 0 (one contribution) or * (each), not both",
            ));
        }
        table.single = styles.first() == Some(&true);
        Ok(table)
    }

    fn constant(&mut self, tree: &Tree, row: ConstantIn, styles: &mut [bool; 2]) -> Result<(), MappingError> {
        let value = scalar(&row.waarde);
        match (row.wire, row.canoniek, value) {
            (Some(wire), None, Some(value)) => {
                let at = segments(&wire)?;
                place(&mut self.wire, &at, Wire::Constant(self.to_wire.len()), &wire)?;
                self.to_wire.push(Constant { at, path: wire, value });
                Ok(())
            }
            (None, Some(path), Some(value)) => {
                let found = canonical(tree, &path, styles)?;
                if !fits(&value, found.kind) {
                    return Err(MappingError::new(path, "`waarde` is of another type than the field"));
                }
                if tree.gegeven_of(found.node).is_some() {
                    return Err(MappingError::new(
                        path,
                        "a constant says nothing about a person: only structure has one",
                    ));
                }
                let taken = self.by_node.contains_key(&found.node);
                if taken || self.to_canonical.iter().any(|(node, _)| *node == found.node) {
                    return Err(MappingError::new(path, "two rows lead to one place: keep one"));
                }
                let at = found.segments;
                self.to_canonical.push((found.node, Constant { at, path, value }));
                Ok(())
            }
            _ => Err(MappingError::new(
                "[[constante]]",
                "give `wire` or `canoniek`, and `waarde` as a string, an integer or a boolean",
            )),
        }
    }
}

struct Found {
    node: NodeId,
    kind: LeafType,
    segments: Vec<Segment>,
}

/// The leaf a canonical path names. `0` stands for the only contribution.
fn canonical(tree: &Tree, path: &str, styles: &mut [bool; 2]) -> Result<Found, MappingError> {
    let unknown = || MappingError::new(path, "the schema has no such field");
    let mut node = Tree::ROOT;
    let mut found = Vec::new();
    for (n, segment) in split(path)?.enumerate() {
        let inside = match (&tree.node(node).ok_or_else(unknown)?.body, segment) {
            (Body::Object(object), key) => {
                found.push(Segment::Key(key.to_owned()));
                object.field(key.as_bytes()).ok_or_else(unknown)?.node
            }
            (Body::Array(item), "*" | "0") => {
                let [zero, each] = styles;
                match (n, segment) {
                    (1, "0") => *zero = true,
                    (1, _) => *each = true,
                    (_, "0") => return Err(MappingError::new(path, "only `bijdragen` may have 0: write *")),
                    _ => {}
                }
                found.push(Segment::Each);
                *item
            }
            _ => return Err(unknown()),
        };
        node = inside;
    }
    match &tree.node(node).ok_or_else(unknown)?.body {
        Body::Leaf(leaf) => Ok(Found {
            node,
            kind: leaf.kind,
            segments: found,
        }),
        _ => Err(MappingError::new(path, "a row leads to a field, not to a whole part")),
    }
}

/// Lists pair one to one: what is one list on this side is one list on the other.
fn pair(
    pairs: &mut BTreeMap<String, String>,
    row: &RowIn,
    wire: &[Segment],
    found: &Found,
    [single, _]: [bool; 2],
) -> Result<(), MappingError> {
    let prefixes = |segments: &[Segment]| -> Vec<String> {
        let each = segments.iter().enumerate().filter(|(_, s)| **s == Segment::Each);
        each.map(|(n, _)| show(segments.get(..=n).unwrap_or_default()))
            .collect()
    };
    let ours: Vec<String> = prefixes(&found.segments)
        .into_iter()
        .skip(usize::from(single))
        .collect();
    let theirs = prefixes(wire);
    if ours.len() != theirs.len() {
        return Err(MappingError::new(&row.wire, "each * of one side has one on the other"));
    }
    for (ours, theirs) in ours.into_iter().zip(theirs) {
        let was = pairs.entry(format!("c{ours}")).or_insert_with(|| theirs.clone()) != &theirs;
        let other = pairs.entry(format!("w{theirs}")).or_insert_with(|| ours.clone()) != &ours;
        if was || other {
            return Err(MappingError::new(
                &row.wire,
                "this list is paired with another list in another row",
            ));
        }
    }
    Ok(())
}
