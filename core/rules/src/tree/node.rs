//! What a place in the tree is made of.

use std::sync::Arc;

use super::NodeId;
use super::keys::{KeyBits, KeyTable, NONE, Slot};
use crate::gegeven::{GegevenId, GegevenSet, Wijze};

/// Most fields of one object: one bit each in the set of fields that were seen.
pub(crate) const MAX_FIELDS: usize = 64;

/// A place: where it is, what elements stand at it or below it, and what it is made of.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) path: Arc<str>,
    pub(crate) set: GegevenSet,
    pub(crate) body: Body,
}

#[derive(Debug)]
pub(crate) enum Body {
    Object(Object),
    /// Of items that all look alike.
    Array(NodeId),
    Leaf(Leaf),
}

/// What a place is made of, as far as its first byte shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Boolean,
    Array,
    Object,
}

impl Body {
    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::Object(_) => Kind::Object,
            Self::Array(_) => Kind::Array,
            Self::Leaf(leaf) => leaf.kind.kind(),
        }
    }
}

impl LeafType {
    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::String => Kind::Text,
            Self::Integer | Self::Number => Kind::Number,
            Self::Boolean => Kind::Boolean,
        }
    }
}

/// The JSON type of a leaf; an integer is a number to the scanner, `jsonschema` looks closer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeafType {
    String,
    Integer,
    Number,
    Boolean,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Leaf {
    pub(crate) kind: LeafType,
    /// None: structure, about nobody.
    pub(crate) gegeven: Option<GegevenId>,
    /// How it is made from its source, when it is a generalisation.
    pub(crate) derived: Option<Wijze>,
    /// Its value is read for one thing: whether it says `false`. Of no other value of an element anything is known.
    pub(crate) hides: bool,
}

/// The meaning a field has by its place in the envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Plain,
    Bericht,
    Versie,
    Kenmerk,
    Bijdragen,
    Inbrenger,
    Beroepsgeheim,
}

#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) fields: Vec<Field>,
    pub(crate) table: KeyTable,
    /// The fields it cannot do without: those of the envelope only, for inside it anything may be minimised away.
    pub(crate) needed: u64,
}

impl Object {
    /// The field a key names.
    pub(crate) fn field(&self, key: &[u8]) -> Option<&Slot> {
        self.field_of(KeyBits::of(key), || key)
    }

    /// The same for a caller that has the bits of the key.
    #[inline(always)]
    pub(crate) fn field_of<'k>(&self, bits: KeyBits, key: impl Fn() -> &'k [u8]) -> Option<&Slot> {
        let same = |index| self.name(index).is_some_and(|name| name.as_bytes() == key());
        self.table.find(bits, same)
    }

    /// The name of a field, as the schema spells it.
    pub(crate) fn name(&self, index: u8) -> Option<&str> {
        self.fields.get(usize::from(index)).map(|f| &*f.name)
    }
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) bits: KeyBits,
    pub(crate) node: NodeId,
    pub(crate) role: Role,
    /// The sibling that holds the generalisation of this field, per way; [`NONE`] for none.
    pub(crate) links: [u8; 5],
    /// The element that decides whether this field is generalised: set when it has a link.
    pub(crate) source: Option<GegevenId>,
    pub(crate) name: Box<str>,
}

impl Field {
    pub(crate) fn new(name: &str, node: NodeId) -> Self {
        Self {
            bits: KeyBits::of(name.as_bytes()),
            node,
            role: Role::Plain,
            links: [NONE; 5],
            source: None,
            name: name.into(),
        }
    }
}
