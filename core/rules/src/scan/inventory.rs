//! What is in a canonical message, without its values.

use super::{Caps, Refusal, RefusalKind, Scratch};
use crate::gegeven::{Beroepsgeheim, GegevenSet};
use crate::ids::Partij;
use crate::tree::{NodeId, Tree};

/// Gaps that are named; the rest is counted.
pub const MAX_GAPS: usize = 64;

/// A field that is not in the schema. It was not read, and it never leaves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// In which *bijdrage*, counted from 0; none outside them.
    pub bijdrage: Option<usize>,
    /// Where, with the name of the field as `onbekend#` and 8 hexadecimals of its SHA-256.
    pub pointer: String,
}

/// A set of places in a [`Tree`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NodeSet(Vec<u64>);

impl NodeSet {
    /// Whether the place is in the set.
    #[must_use]
    pub fn contains(&self, node: NodeId) -> bool {
        self.0
            .get(usize::from(node.0 >> 6))
            .is_some_and(|word| word >> (node.0 & 63) & 1 == 1)
    }

    /// The places, in the order of the tree.
    pub fn iter(&self) -> impl Iterator<Item = NodeId> + '_ {
        (0..=u16::MAX)
            .map(NodeId)
            .take(self.0.len().saturating_mul(64))
            .filter(|node| self.contains(*node))
    }
}

/// What one *bijdrage* holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BijdrageInventory {
    /// Who contributed it: organisation and task.
    pub inbrenger: Partij,
    /// The duty of secrecy it was made under.
    pub beroepsgeheim: Beroepsgeheim,
    /// The classified elements that are present and not null.
    pub gegevens: GegevenSet,
    /// The leaves that are present and not null, structural ones included.
    pub nodes: NodeSet,
}

/// What a canonical message holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    /// Per contribution, in the order of the message.
    pub bijdragen: Vec<BijdrageInventory>,
    /// Fields that are not in the schema, at most [`MAX_GAPS`] of them.
    pub gaps: Vec<Gap>,
    /// How many fields are not in the schema.
    pub gap_count: u32,
}

pub(super) fn read(tree: &Tree, bytes: &[u8], caps: &Caps, scratch: &mut Scratch) -> Result<Inventory, Refusal> {
    let _ = (tree, bytes, caps, scratch);
    Err(Refusal {
        kind: RefusalKind::Syntax,
        offset: 0,
    })
}
