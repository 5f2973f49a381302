//! Finding the field that a key names, without hashing strings: the first and last eight bytes and the length of a
//! key of at most sixteen bytes are the key, so integer comparisons prove it. What the scanner and the minimiser need
//! to know of a field stands in the slot itself: one cache line, and no second look-up.

use super::NodeId;
use super::node::{Field, Kind, Role};
use crate::gegeven::{GegevenId, Wijze};

/// A key as integers. Equal keys have equal bits; keys of at most 16 bytes with equal bits are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyBits {
    pub(crate) head: u64,
    pub(crate) tail: u64,
    pub(crate) len: u32,
}

impl KeyBits {
    /// Of the key itself, unescaped.
    #[inline]
    pub(crate) fn of(key: &[u8]) -> Self {
        let len = u32::try_from(key.len()).unwrap_or(u32::MAX);
        match (key.first_chunk::<8>(), key.last_chunk::<8>()) {
            (Some(head), Some(tail)) => Self {
                head: u64::from_le_bytes(*head),
                tail: u64::from_le_bytes(*tail),
                len,
            },
            _ => Self {
                head: key.iter().rev().fold(0, |word, b| word << 8 | u64::from(*b)),
                tail: 0,
                len,
            },
        }
    }

    /// One number for tables and for finding duplicates: its high bits are well mixed.
    #[inline]
    pub(crate) const fn mix(self, seed: u64) -> u64 {
        (self.head ^ self.tail.rotate_left(29) ^ self.len as u64).wrapping_mul(seed)
    }
}

/// No field.
pub(crate) const NONE: u8 = u8::MAX;

/// A field as the table holds it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    head: u64,
    tail: u64,
    len: u8,
    /// The place of the field in its object; [`NONE`] for a slot without a field.
    pub(crate) index: u8,
    pub(crate) node: NodeId,
    pub(crate) kind: Kind,
    pub(crate) role: Role,
    /// The element of a leaf, and of a part that is told of by `dat`.
    pub(crate) gegeven: Option<GegevenId>,
    /// How a leaf is made from its source, when it is a generalisation.
    pub(crate) derived: Option<Wijze>,
    /// It has generalisations.
    pub(crate) source: bool,
    links: [u8; 5],
}

impl Slot {
    const EMPTY: Self = Self {
        head: 0,
        tail: 0,
        len: NONE,
        index: NONE,
        node: NodeId(0),
        kind: Kind::Object,
        role: Role::Plain,
        gegeven: None,
        derived: None,
        source: false,
        links: [NONE; 5],
    };

    /// The index of the sibling that holds the generalisation in that way.
    #[inline]
    pub(crate) fn link(&self, wijze: Wijze) -> Option<u8> {
        self.links.get(wijze as usize).copied().filter(|index| *index != NONE)
    }
}

/// From a key to a field: a table that was made for exactly these names, so that one probe almost always decides.
#[derive(Debug)]
pub(crate) struct KeyTable {
    seed: u64,
    shift: u32,
    slots: Box<[Slot]>,
}

impl KeyTable {
    /// Of a field and what its place is made of, for each; tries seeds until no two names share a slot.
    pub(crate) fn new(fields: &[(&Field, Kind, Option<GegevenId>, Option<Wijze>)]) -> Self {
        let size = fields.len().saturating_mul(2).next_power_of_two().max(4);
        let shift = u64::BITS.saturating_sub(size.trailing_zeros());
        let mut best = (usize::MAX, 1);
        for n in 0u64..4096 {
            let seed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            let mut taken = vec![false; size];
            let mut clashes = 0usize;
            for (field, ..) in fields {
                match taken.get_mut((field.bits.mix(seed) >> shift) as usize) {
                    Some(slot) if !*slot => *slot = true,
                    _ => clashes = clashes.saturating_add(1),
                }
            }
            if clashes < best.0 {
                best = (clashes, seed);
            }
            if clashes == 0 {
                break;
            }
        }
        let mut slots = vec![Slot::EMPTY; size];
        for (index, (field, kind, gegeven, derived)) in (0..NONE).zip(fields) {
            let mut at = (field.bits.mix(best.1) >> shift) as usize;
            while slots.get(at).is_some_and(|slot| slot.index != NONE) {
                at = at.wrapping_add(1) & size.wrapping_sub(1);
            }
            if let Some(slot) = slots.get_mut(at) {
                *slot = Slot {
                    head: field.bits.head,
                    tail: field.bits.tail,
                    len: u8::try_from(field.bits.len).unwrap_or(NONE),
                    index,
                    node: field.node,
                    kind: *kind,
                    role: field.role,
                    gegeven: gegeven.or(field.source),
                    derived: *derived,
                    source: field.source.is_some(),
                    links: field.links,
                };
            }
        }
        Self {
            seed: best.1,
            shift,
            slots: slots.into(),
        }
    }

    /// The field with these bits; `same` compares the names of keys too long to be their bits.
    #[inline(always)]
    pub(crate) fn find(&self, bits: KeyBits, same: impl Fn(u8) -> bool) -> Option<&Slot> {
        let mut at = (bits.mix(self.seed) >> self.shift) as usize;
        loop {
            let slot = self.slots.get(at)?;
            let apart = (slot.head ^ bits.head) | (slot.tail ^ bits.tail) | u64::from(u32::from(slot.len) ^ bits.len);
            if apart == 0 && (bits.len <= 16 || same(slot.index)) {
                return Some(slot);
            }
            if slot.index == NONE {
                return None;
            }
            at = at.wrapping_add(1) & self.slots.len().wrapping_sub(1);
        }
    }
}
