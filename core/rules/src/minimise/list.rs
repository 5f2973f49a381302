//! Arrays: of leaves, of parts, and of contributions.

use super::Fault;
use super::plan::Reach;
use super::walk::Walk;
use crate::gegeven::GegevenSet;
use crate::tree::{Body, NodeId};

impl<'p, F: Fault> Walk<'p, '_, '_, '_, F> {
    pub(super) fn array(&mut self, id: NodeId, item: NodeId, open: usize, depth: u16) -> Option<usize> {
        let Some(node) = self.tree.node(item) else {
            return self.reader.shape(id, open);
        };
        let (mut at, depth) = self.enter(id, open, depth)?;
        if self.reader.byte(at) == b']' {
            return self.leave(at.wrapping_add(1));
        }
        // An item has no sibling that could stand for it: it is permitted, or it is left out.
        let leaf = match &node.body {
            Body::Leaf(leaf) => Some((
                leaf.kind.kind(),
                leaf.gegeven.is_some_and(|e| self.reach.permit.contains(e)),
            )),
            _ => None,
        };
        let mut empty = true;
        loop {
            at = match leaf {
                _ if self.reader.byte(at) == b'n' => self.reader.skip(at, depth)?,
                Some((kind, true)) => {
                    let after = self.reader.leaf(kind, item, at)?;
                    self.item(&mut empty);
                    self.out.copy(at, after);
                    self.report.kept = self.report.kept.wrapping_add(1);
                    after
                }
                Some((_, false)) => self.drop(at, depth)?,
                None => self.try_part(item, &node.body, at, depth, &mut empty)?.0,
            };
            match self.reader.more(b']', at)? {
                (true, next) => at = next,
                (false, after) => return self.leave(after),
            }
        }
    }

    /// The contributions: each through its own mask. The list is written even when nothing is left of any.
    pub(super) fn bijdragen(&mut self, id: NodeId, list: &'p Body, open: usize, depth: u16) -> Option<usize> {
        let (mut at, depth) = self.enter(id, open, depth)?;
        let item = match list {
            Body::Array(item) => *item,
            _ => return self.reader.shape(id, open),
        };
        let Some(node) = self.tree.node(item) else {
            return self.reader.shape(id, open);
        };
        if self.reader.byte(at) == b']' {
            return self.leave(at.wrapping_add(1));
        }
        let mut masks = self.masks.iter();
        let mut empty = true;
        loop {
            let mask = masks.next().copied().unwrap_or_default();
            self.reach = self.plan.through(if F::IGNORES_MASKS { GegevenSet::ALL } else { mask });
            let (after, left) = self.try_part(item, &node.body, at, depth, &mut empty)?;
            self.reach = Reach::NONE;
            self.report.bijdragen = self.report.bijdragen.wrapping_add(usize::from(left));
            match self.reader.more(b']', after)? {
                (true, next) => at = next,
                (false, after) => return self.leave(after),
            }
        }
    }

    /// Writes an item and takes it back when nothing classified is left in it; says whether something is.
    #[inline]
    fn try_part(
        &mut self,
        item: NodeId,
        body: &'p Body,
        at: usize,
        depth: u16,
        empty: &mut bool,
    ) -> Option<(usize, bool)> {
        let (mark, before, was) = (self.out.mark(), self.report.emitted(), *empty);
        self.item(empty);
        let after = self.part(item, body, at, depth)?;
        let left = self.report.emitted() != before;
        if !left {
            self.out.back(mark);
            *empty = was;
        }
        Some((after, left))
    }

    /// Enters an array: the position of its first item, and its depth.
    fn enter(&mut self, id: NodeId, open: usize, depth: u16) -> Option<(usize, u16)> {
        if self.reader.byte(open) != b'[' {
            return self.reader.shape(id, open);
        }
        self.reader.count(open)?;
        let depth = self.reader.deeper(depth, open)?;
        self.out.copy(open, open.wrapping_add(1));
        Some((self.reader.ws(open.wrapping_add(1)), depth))
    }

    fn leave(&mut self, after: usize) -> Option<usize> {
        self.out.copy(after.wrapping_sub(1), after);
        Some(after)
    }
}
