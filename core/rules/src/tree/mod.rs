//! The canonical schema of one kind of message, compiled: every place it has, what element stands there, and how it
//! may be generalised. The scanner, the minimiser and the mapping tables walk this tree, never the schema's text.
//!
//! The schemas are a closed subset of JSON Schema 2020-12; [`Tree::compile`] refuses everything else, so that a
//! keyword with an effect nobody looked at cannot enter. To add a keyword: `compile.rs`, one line, after thinking
//! about what it does to what leaves.

mod compile;
mod derive;
mod envelope;
mod error;
mod keys;
mod node;

pub use error::TreeError;
pub(crate) use keys::{KeyBits, Slot};
pub(crate) use node::{Body, Kind, LeafType, Node, Object, Role};

use compile::{Compiler, Place};
use serde_json::Value;

use crate::gegeven::{GegevenId, GegevenSet, Gegevens};
use crate::scan::{Caps, Scratch, check};

/// The dialect of the schemas.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A place in a [`Tree`]: an object, an array or a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u16);

/// The compiled schema of one kind of message.
#[derive(Debug)]
pub struct Tree {
    kind: Box<str>,
    version: Box<str>,
    nodes: Vec<Node>,
    required: Vec<GegevenSet>,
}

impl Tree {
    /// Compiles a canonical schema.
    ///
    /// # Errors
    /// For anything outside the closed subset, a leaf without classification, an element the dictionary does not
    /// have, or a generalisation that cannot be. The error names the place in the schema.
    pub fn compile(schema_json: &str, gegevens: &Gegevens) -> Result<Self, TreeError> {
        let caps = Caps {
            bytes: 1 << 22,
            nodes: 200_000,
            ..Caps::default()
        };
        check(schema_json.as_bytes(), &caps, &mut Scratch::default())
            .map_err(|refusal| TreeError::new("", refusal.to_string()))?;
        let schema: Value = serde_json::from_str(schema_json).map_err(|_| TreeError::new("", "this is not JSON"))?;
        let Value::Object(root) = &schema else {
            return Err(TreeError::new("", "a schema is an object"));
        };
        if root.get("$schema").is_none_or(|dialect| dialect != DIALECT) {
            return Err(TreeError::new("/$schema", format!("write {DIALECT}")));
        }
        let mut compiler = Compiler {
            root,
            gegevens,
            nodes: Vec::new(),
        };
        let place = Place {
            pointer: String::new(),
            path: String::new(),
            refs: Vec::new(),
            depth: 1,
        };
        let id = compiler.node(&schema, place)?;
        envelope::roles(&mut compiler, id)?;
        let nodes = compiler.finish();
        let all = nodes.first().map(|n| n.set).unwrap_or_default();
        Ok(Self {
            kind: envelope::constant(root, "bericht")?,
            version: envelope::constant(root, "versie")?,
            required: envelope::required(root, gegevens, all)?,
            nodes,
        })
    }

    /// The kind of message: the constant of `bericht`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The version of the schema: the constant of `versie`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The groups of `x-vereist`: of each group at least one element must survive minimising (gate 12).
    #[must_use]
    pub fn required(&self) -> &[GegevenSet] {
        &self.required
    }

    /// Where a place is, `*` for any item of an array: `/bijdragen/*/inhoud/persoon/naam/achternaam`.
    /// Empty for the root and for a place of another tree.
    #[must_use]
    pub fn path(&self, node: NodeId) -> &str {
        self.node(node).map_or("", |n| &n.path)
    }

    /// The element that stands at a leaf; none for structure.
    #[must_use]
    pub fn gegeven_of(&self, node: NodeId) -> Option<GegevenId> {
        match self.node(node)?.body {
            Body::Leaf(leaf) => leaf.gegeven,
            _ => None,
        }
    }

    /// Every element this message can hold.
    #[must_use]
    pub fn gegevens(&self) -> GegevenSet {
        self.node(Self::ROOT).map(|n| n.set).unwrap_or_default()
    }

    /// The leaves, in the order of the tree.
    pub fn leaves(&self) -> impl Iterator<Item = NodeId> + '_ {
        (0..=u16::MAX)
            .map(NodeId)
            .zip(&self.nodes)
            .filter(|(_, node)| matches!(node.body, Body::Leaf(_)))
            .map(|(id, _)| id)
    }

    pub(crate) const ROOT: NodeId = NodeId(0);

    #[inline]
    pub(crate) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(usize::from(id.0))
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }
}
