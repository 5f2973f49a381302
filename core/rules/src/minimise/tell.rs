//! Telling less: writing the generalisation of a field in its place.

use super::Fault;
use super::derive::{Derived, of_text};
use super::walk::{Inside, Walk};
use crate::gegeven::Wijze;
use crate::tree::{Kind, NodeId, Object, Slot};

impl<'p, F: Fault> Walk<'p, '_, '_, '_, F> {
    #[inline(never)]
    pub(super) fn generalise(
        &mut self,
        object: &'p Object,
        slot: &Slot,
        wijze: Wijze,
        at: usize,
        inside: &mut Inside,
    ) -> Option<usize> {
        let Some(target) = slot.link(wijze) else {
            return self.drop(at, inside.depth);
        };
        let (after, derived) = match slot.kind {
            Kind::Array => (
                self.reader.skip(at, inside.depth)?,
                self.filled(b'[', b']', slot.node, at)?,
            ),
            Kind::Object => (
                self.reader.skip(at, inside.depth)?,
                self.filled(b'{', b'}', slot.node, at)?,
            ),
            leaf => {
                let after = self.reader.leaf(leaf, slot.node, at)?;
                let derived = match wijze {
                    Wijze::Schuilnaam => self.pseudonym(at, after, inside.open),
                    _ => self.derive(wijze, at, after),
                };
                (after, derived)
            }
        };
        let Some(derived) = derived else {
            self.report.dropped = self.report.dropped.wrapping_add(1);
            return Some(after);
        };
        self.once(target, inside, at)?;
        self.item(&mut inside.empty);
        self.name(object, target);
        derived.write(self.out.raw());
        self.report.generalised = self.report.generalised.wrapping_add(1);
        Some(after)
    }

    /// Of a scalar that has been read.
    fn derive(&mut self, wijze: Wijze, start: usize, end: usize) -> Option<Derived> {
        match self.reader.byte(start) {
            b'"' => {
                let dag = self.dag;
                of_text(wijze, self.reader.text(start, end).as_bytes(), dag)
            }
            byte if wijze == Wijze::Dat => Some(Derived::Is(byte != b'f')),
            _ => None,
        }
    }

    /// Whether a part that has been read has anything in it.
    fn filled(&mut self, open: u8, close: u8, id: NodeId, at: usize) -> Option<Option<Derived>> {
        if self.reader.byte(at) != open {
            return self.reader.shape(id, at);
        }
        let first = self.reader.ws(at.wrapping_add(1));
        Some(Some(Derived::Is(self.reader.byte(first) != close)))
    }
}
