//! Reading what a schema knows: members by their field, leaves by their type, the envelope complete.

use super::keys::Frame;
use super::reader::{Key, Reader, Stop};
use crate::tree::{Kind, NodeId, Object, Slot, Tree};

/// A member of an object the schema knows.
pub(crate) struct Member<'t> {
    /// None: not in the schema.
    pub(crate) field: Option<&'t Slot>,
    pub(crate) key: Key,
}

impl Reader<'_, '_> {
    /// One member of an object the schema knows: which field it is, if any, and where its value begins.
    #[inline(always)]
    pub(crate) fn member<'t>(
        &mut self,
        object: &'t Object,
        seen: &mut u64,
        frame: &mut Frame,
        at: usize,
    ) -> Option<Member<'t>> {
        let key = self.key(at)?;
        let start = at.wrapping_add(1);
        let field = if key.escaped {
            let raw = self.span(start, key.quote);
            object.field(self.unescaped(raw))
        } else {
            object.field_of(key.bits, || self.span(start, key.quote))
        };
        match field {
            None => self.unique(frame, at, &key)?,
            Some(slot) => {
                let bit = 1u64 << (slot.index & 63);
                if *seen & bit != 0 {
                    return self.fail(Stop::DuplicateKey, at);
                }
                *seen |= bit;
            }
        }
        Some(Member { field, key })
    }

    /// The position after a scalar of the type the schema has at this place.
    #[inline(always)]
    pub(crate) fn leaf(&mut self, kind: Kind, id: NodeId, at: usize) -> Option<usize> {
        self.count(at)?;
        match (self.byte(at), kind) {
            (b'"', Kind::Text) => Some(self.string(at.wrapping_add(1))?.0.wrapping_add(1)),
            (b'-' | b'0'..=b'9', Kind::Number) => self.measure(id, at),
            (b't', Kind::Boolean) => self.word(b"true", at),
            (b'f', Kind::Boolean) => self.word(b"false", at),
            _ => self.shape(id, at),
        }
    }

    /// Something else than the schema has at this place, or than JSON has anywhere.
    #[cold]
    pub(crate) fn shape<T>(&mut self, id: NodeId, at: usize) -> Option<T> {
        match self.byte(at) {
            b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' | b'{' | b'[' => self.fail(Stop::Shape(id), at),
            _ => self.fail(Stop::Syntax, at),
        }
    }

    /// Proves that no field of the envelope is missing; `present` are the fields that are there and not null.
    #[inline]
    pub(crate) fn complete(&mut self, object: &Object, present: u64, at: usize) -> Option<()> {
        let missing = object.needed & !present;
        if missing == 0 {
            return Some(());
        }
        let field = object.fields.get(missing.trailing_zeros() as usize);
        self.fail(Stop::Missing(field.map_or(Tree::ROOT, |f| f.node)), at)
    }

    /// What a string says, between and including its quotes.
    pub(crate) fn text(&mut self, start: usize, end: usize) -> &str {
        let raw = self.span(start.wrapping_add(1), end.wrapping_sub(1));
        std::str::from_utf8(self.unescaped(raw)).unwrap_or_default()
    }

    /// Whether a string says this.
    #[inline]
    pub(crate) fn says(&mut self, start: usize, end: usize, wanted: &str) -> bool {
        let raw = self.span(start.wrapping_add(1), end.wrapping_sub(1));
        raw == wanted.as_bytes() || self.text(start, end) == wanted
    }
}
