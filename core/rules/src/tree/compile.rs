//! From a schema's text to a [`Tree`]: every keyword is known, or the schema is refused.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::keys::KeyTable;
use super::node::{Body, Field, Kind, Leaf, LeafType, MAX_FIELDS, Node, Object};
use super::{NodeId, TreeError, derive};
use crate::gegeven::{GegevenSet, Gegevens};

/// Keywords every schema may have.
const COMMON: [&str; 3] = ["type", "title", "description"];
/// Keywords of the root alone.
pub(super) const ROOT: [&str; 4] = ["$schema", "$id", "$defs", "x-vereist"];
/// Most places: far above what a message needs, far below what a schema that refers to itself often would make.
const MAX_NODES: usize = 16_384;
/// As deep as the scanner goes.
const MAX_DEPTH: usize = 64;

pub(super) struct Compiler<'s> {
    pub(super) root: &'s Map<String, Value>,
    pub(super) gegevens: &'s Gegevens,
    pub(super) nodes: Vec<Node>,
}

/// Where the compiler is: in the schema, in the message, and through which `$ref`s.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) pointer: String,
    pub(super) path: String,
    pub(super) refs: Vec<String>,
    pub(super) depth: usize,
}

impl Place {
    fn step(&self, pointer: &str, path: &str) -> Self {
        Self {
            pointer: format!("{}/{pointer}", self.pointer),
            path: format!("{}/{path}", self.path),
            refs: self.refs.clone(),
            depth: self.depth.saturating_add(1),
        }
    }

    pub(super) fn refuse<T>(&self, what: impl Into<String>) -> Result<T, TreeError> {
        Err(TreeError::new(self.pointer.clone(), what))
    }
}

impl<'s> Compiler<'s> {
    /// Compiles the schema at a place and what is below it; a place comes before what is in it.
    pub(super) fn node(&mut self, schema: &'s Value, mut place: Place) -> Result<NodeId, TreeError> {
        let schema = self.resolve(schema, &mut place)?;
        if place.depth > MAX_DEPTH {
            return place.refuse("nested deeper than a message may be");
        }
        let id = NodeId(u16::try_from(self.nodes.len()).unwrap_or(u16::MAX));
        if self.nodes.len() >= MAX_NODES {
            return place.refuse("the schema has more places than a message needs");
        }
        self.nodes.push(Node {
            path: Arc::from(place.path.as_str()),
            set: GegevenSet::EMPTY,
            body: Body::Array(id),
        });
        let kind = match schema.get("type") {
            Some(Value::String(kind)) => kind.as_str(),
            Some(_) => return place.refuse("`type` is one word: a list of types is outside the subset"),
            None => return place.refuse("`type` is missing: every schema says what it is"),
        };
        let (body, set) = match kind {
            "object" => self.object(schema, &place)?,
            "array" => {
                allow(schema, &["items", "maxItems"], &place)?;
                let Some(items) = schema.get("items") else {
                    return place.refuse("`items` is missing: an array says what its items are");
                };
                let item = self.node(items, place.step("items", "*"))?;
                if let Some(Body::Leaf(Leaf { derived: Some(_), .. })) = self.get(item).map(|n| &n.body) {
                    return place.refuse("an item of an array has no sibling that it could be made from");
                }
                (Body::Array(item), self.set(item))
            }
            "string" => self.leaf(
                schema,
                LeafType::String,
                &["pattern", "format", "minLength", "maxLength"],
                &place,
            )?,
            "integer" => self.leaf(schema, LeafType::Integer, &["minimum", "maximum"], &place)?,
            "number" => self.leaf(schema, LeafType::Number, &["minimum", "maximum"], &place)?,
            "boolean" => self.leaf(schema, LeafType::Boolean, &[], &place)?,
            other => return place.refuse(format!("the type `{other}` is outside the subset")),
        };
        if let Some(node) = self.nodes.get_mut(usize::from(id.0)) {
            node.body = body;
            node.set = set;
        }
        Ok(id)
    }

    /// Follows `$ref` to `#/$defs/…`, never to itself.
    fn resolve(&self, schema: &'s Value, place: &mut Place) -> Result<&'s Map<String, Value>, TreeError> {
        let mut at = schema;
        loop {
            let Value::Object(map) = at else {
                return place.refuse("a schema is an object: `true` and `false` are outside the subset");
            };
            let Some(target) = map.get("$ref") else {
                return Ok(map);
            };
            if let Some(key) = map
                .keys()
                .find(|k| !["$ref", "title", "description"].contains(&k.as_str()))
            {
                return place.refuse(format!("`{key}` beside `$ref`: put it where the reference points"));
            }
            let name = target.as_str().and_then(|t| t.strip_prefix("#/$defs/"));
            let found = name.and_then(|n| self.root.get("$defs")?.get(n).map(|schema| (n, schema)));
            let Some((name, schema)) = found else {
                return place.refuse("`$ref` points to nothing: only `#/$defs/<name>` of this schema");
            };
            if place.refs.iter().any(|r| r == name) {
                return place.refuse("`$ref` comes back to itself: a message has an end");
            }
            place.refs.push(name.to_owned());
            place.pointer = format!("/$defs/{name}");
            at = schema;
        }
    }

    fn object(&mut self, schema: &'s Map<String, Value>, place: &Place) -> Result<(Body, GegevenSet), TreeError> {
        let root = place.path.is_empty();
        let mut known = vec!["properties", "required"];
        known.extend(ROOT.iter().filter(|_| root));
        allow(schema, &known, place)?;
        let properties = match schema.get("properties") {
            Some(Value::Object(map)) if !map.is_empty() && map.len() <= MAX_FIELDS => map,
            _ => return place.refuse(format!("`properties` names 1 to {MAX_FIELDS} fields")),
        };
        if let Some(required) = schema.get("required") {
            let names = required.as_array().map(Vec::as_slice).unwrap_or_default();
            let known = |n: &Value| n.as_str().is_some_and(|n| properties.contains_key(n));
            if names.is_empty() || !names.iter().all(known) {
                return place.refuse("`required` lists fields that `properties` has");
            }
        }
        let mut set = GegevenSet::EMPTY;
        let mut fields = Vec::with_capacity(properties.len());
        for (name, schema) in properties {
            let below = place.step(&format!("properties/{name}"), name);
            let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
            if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
                return below.refuse("a field is named with letters, digits, - and _, at most 64");
            }
            let node = self.node(schema, below)?;
            set = set.or(self.set(node));
            fields.push(Field::new(name, node));
        }
        derive::link(self, &mut fields, properties, place)?;
        let object = Object {
            table: KeyTable::new(&[]),
            fields,
            needed: 0,
        };
        Ok((Body::Object(object), set))
    }

    fn leaf(
        &self,
        schema: &Map<String, Value>,
        kind: LeafType,
        known: &[&str],
        place: &Place,
    ) -> Result<(Body, GegevenSet), TreeError> {
        let known: Vec<&str> = ["enum", "const", "x-gegeven", "x-afgeleid"]
            .iter()
            .chain(known)
            .copied()
            .collect();
        allow(schema, &known, place)?;
        let fits = |v: &Value| match kind {
            LeafType::String => v.is_string(),
            LeafType::Integer => v.is_i64() || v.is_u64(),
            LeafType::Number => v.is_number(),
            LeafType::Boolean => v.is_boolean(),
        };
        if schema.get("const").is_some_and(|v| !fits(v)) {
            return place.refuse("`const` is of another type than the field");
        }
        if schema
            .get("enum")
            .is_some_and(|v| !v.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(fits)))
        {
            return place.refuse("`enum` lists values of the field's type");
        }
        let gegeven = match schema.get("x-gegeven") {
            Some(Value::String(name)) if name == "geen" => None,
            Some(Value::String(name)) => match self.gegevens.find(name) {
                Some(id) => Some(id),
                None => return place.refuse(format!("the dictionary has no `{name}`: add it to gegevens.toml")),
            },
            _ => return place.refuse("`x-gegeven` is missing: classify the field, or say \"geen\""),
        };
        let derived = derive::wijze(schema, place)?;
        let hides = gegeven.is_some_and(|id| self.gegevens.hides(id));
        let leaf = Leaf {
            kind,
            gegeven,
            derived,
            hides,
        };
        Ok((Body::Leaf(leaf), gegeven.into_iter().collect()))
    }

    /// Makes the tables, when every field is linked and has its role.
    pub(super) fn finish(mut self) -> Vec<Node> {
        let table = |object: &Object| {
            let of = |field| match self.get(field)?.body {
                Body::Leaf(leaf) => Some((leaf.kind.kind(), leaf.gegeven, leaf.derived)),
                ref part => Some((part.kind(), None, None)),
            };
            let known = |field| of(field).unwrap_or((Kind::Object, None, None));
            let all: Vec<_> = (object.fields.iter())
                .map(|field| (field, known(field.node)))
                .map(|(field, (kind, gegeven, derived))| (field, kind, gegeven, derived))
                .collect();
            KeyTable::new(&all)
        };
        let tables: Vec<Option<KeyTable>> = (self.nodes.iter())
            .map(|node| match &node.body {
                Body::Object(object) => Some(table(object)),
                _ => None,
            })
            .collect();
        for (node, table) in self.nodes.iter_mut().zip(tables) {
            if let (Body::Object(object), Some(table)) = (&mut node.body, table) {
                object.table = table;
            }
        }
        self.nodes
    }

    pub(super) fn get(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(usize::from(id.0))
    }

    fn set(&self, id: NodeId) -> GegevenSet {
        self.get(id).map(|n| n.set).unwrap_or_default()
    }
}

fn allow(schema: &Map<String, Value>, known: &[&str], place: &Place) -> Result<(), TreeError> {
    match schema
        .keys()
        .find(|k| !COMMON.contains(&k.as_str()) && !known.contains(&k.as_str()))
    {
        Some(key) => place.refuse(format!("`{key}` is outside the subset, or not for this type")),
        None => Ok(()),
    }
}
