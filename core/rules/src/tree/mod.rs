//! The canonical schema of one kind of message, compiled: every place it has, what element stands there, and how it
//! may be generalised. The scanner, the minimiser and the mapping tables walk this tree, never the schema's text.
//!
//! The schemas are a closed subset of JSON Schema 2020-12; [`Tree::compile`] refuses everything else, so that a
//! keyword with an effect nobody looked at cannot enter.

mod error;

pub use error::TreeError;

use crate::gegeven::{GegevenId, GegevenSet, Gegevens};

/// A place in a [`Tree`]: an object, an array or a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u16);

/// The compiled schema of one kind of message.
#[derive(Debug)]
pub struct Tree {
    kind: Box<str>,
    version: Box<str>,
    required: Vec<GegevenSet>,
}

impl Tree {
    /// Compiles a canonical schema.
    ///
    /// # Errors
    /// For anything outside the closed subset, a leaf without classification, an element the dictionary does not
    /// have, or a generalisation that cannot be. The error names the place in the schema.
    pub fn compile(schema_json: &str, gegevens: &Gegevens) -> Result<Self, TreeError> {
        let _ = (schema_json, gegevens);
        Err(TreeError::new("", "not yet"))
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
        let _ = node;
        ""
    }

    /// The element that stands at a leaf; none for structure.
    #[must_use]
    pub fn gegeven_of(&self, node: NodeId) -> Option<GegevenId> {
        let _ = node;
        None
    }

    /// Every element this message can hold.
    #[must_use]
    pub fn gegevens(&self) -> GegevenSet {
        GegevenSet::EMPTY
    }

    /// The leaves, in the order of the tree.
    pub fn leaves(&self) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::empty()
    }
}
