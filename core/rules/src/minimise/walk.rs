//! The walk over the bytes: reads strictly, writes what is permitted, skips the rest.
//!
//! A part is written before it is known whether anything classified stands in it, and taken back when nothing did: so
//! structure never shows the presence or the number of what is forbidden.

use std::marker::PhantomData;

use jiff::civil::Date;

use super::derive::{Derived, of_text};
use super::out::Out;
use super::plan::{Plan, Reach};
use super::{Fault, Report};
use crate::gegeven::{Actie, GegevenSet, Wijze};
use crate::scan::{Member, Reader, Stop};
use crate::tree::{Body, Field, Leaf, NodeId, Object, Role, Tree};

pub(super) struct Walk<'p, 'b, 's, 'o, F> {
    pub(super) plan: &'p Plan,
    pub(super) masks: &'p [GegevenSet],
    pub(super) dag: Date,
    pub(super) reader: Reader<'b, 's>,
    pub(super) out: Out<'b, 'o>,
    pub(super) reach: Reach,
    pub(super) report: Report,
    pub(super) fault: PhantomData<F>,
}

/// Where the walk is inside an object.
struct Inside {
    depth: u16,
    /// Nothing has been written in it yet.
    empty: bool,
    /// The fields that were written as a generalisation, made here or found.
    derived: u128,
}

impl<'p, F: Fault> Walk<'p, '_, '_, '_, F> {
    /// The whole message: always an object with its envelope.
    pub(super) fn message(&mut self) -> Option<()> {
        let tree: &'p Tree = self.plan.tree();
        let at = self.reader.ws(0);
        let after = match tree.node(Tree::ROOT).map(|n| &n.body) {
            Some(Body::Object(object)) => self.object(Tree::ROOT, object, at, 0)?,
            _ => return self.reader.shape(Tree::ROOT, at),
        };
        self.reader.end(after)
    }

    fn object(&mut self, id: NodeId, object: &'p Object, open: usize, depth: u16) -> Option<usize> {
        if self.reader.byte(open) != b'{' {
            return self.reader.shape(id, open);
        }
        self.reader.count(open)?;
        let mut inside = Inside {
            depth: self.reader.deeper(depth, open)?,
            empty: true,
            derived: 0,
        };
        let mut at = self.reader.ws(open.wrapping_add(1));
        self.out.copy(open, open.wrapping_add(1));
        let (mut seen, mut present) = (0u128, 0u128);
        if self.reader.byte(at) == b'}' {
            self.reader.complete(object, present, at)?;
            self.out.copy(at, at.wrapping_add(1));
            return Some(at.wrapping_add(1));
        }
        let mut frame = self.reader.open();
        loop {
            let member = self.reader.member(object, &mut seen, &mut frame, at)?;
            at = match member.field {
                None => {
                    self.report.gaps = self.report.gaps.wrapping_add(1);
                    self.reader.skip(member.value, inside.depth)?
                }
                Some(_) if self.reader.byte(member.value) == b'n' => self.reader.skip(member.value, inside.depth)?,
                Some((index, field)) => {
                    present |= 1u128 << (index & 127);
                    self.field(object, index, field, &member, at, &mut inside)?
                }
            };
            match self.reader.more(b'}', at)? {
                (true, next) => at = next,
                (false, after) => {
                    self.reader.close(&frame, after)?;
                    self.reader.complete(object, present, after)?;
                    self.out.copy(after.wrapping_sub(1), after);
                    return Some(after);
                }
            }
        }
    }

    /// One field that is not null.
    #[inline]
    fn field(
        &mut self,
        object: &'p Object,
        index: u8,
        field: &'p Field,
        member: &Member<'_>,
        key: usize,
        inside: &mut Inside,
    ) -> Option<usize> {
        let tree: &'p Tree = self.plan.tree();
        let Some(node) = tree.node(field.node) else {
            return self.reader.shape(field.node, member.value);
        };
        if let Some(wijze) = field.source.and_then(|e| self.reach.wijze(self.plan, e)) {
            // A part without `dat` is walked: its fields may have generalisations of their own.
            if wijze == Wijze::Dat || matches!(node.body, Body::Leaf(_)) {
                return self.generalise(object, field, wijze, member.value, inside);
            }
        }
        match &node.body {
            Body::Leaf(leaf) => self.leaf(*leaf, index, field, member, key, inside),
            Body::Array(item) if field.role == Role::Bijdragen => {
                self.key(field, member, key, inside);
                inside.empty = false;
                self.bijdragen(field.node, *item, member.value, inside.depth)
            }
            Body::Array(_) | Body::Object(_) if node.set.and(self.reach.any).is_empty() => {
                self.drop(member.value, inside.depth)
            }
            Body::Array(_) | Body::Object(_) => {
                let (mark, before, empty) = (self.out.mark(), self.report.emitted(), inside.empty);
                self.key(field, member, key, inside);
                let after = self.part(field.node, member.value, inside.depth)?;
                if self.report.emitted() == before && !F::SHOWS_EMPTY_PARTS {
                    self.out.back(mark);
                    inside.empty = empty;
                }
                Some(after)
            }
        }
    }

    /// An object or an array, in which something may be permitted.
    fn part(&mut self, id: NodeId, at: usize, depth: u16) -> Option<usize> {
        let tree: &'p Tree = self.plan.tree();
        match tree.node(id).map(|n| &n.body) {
            Some(Body::Object(object)) => self.object(id, object, at, depth),
            Some(Body::Array(item)) => self.array(id, *item, at, depth),
            _ => self.reader.shape(id, at),
        }
    }

    fn array(&mut self, id: NodeId, item: NodeId, open: usize, depth: u16) -> Option<usize> {
        let mut at = self.enter(id, open)?;
        let depth = self.reader.deeper(depth, open)?;
        if self.reader.byte(at) == b']' {
            self.out.copy(at, at.wrapping_add(1));
            return Some(at.wrapping_add(1));
        }
        let tree: &'p Tree = self.plan.tree();
        let leaf = match tree.node(item).map(|n| &n.body) {
            Some(Body::Leaf(leaf)) => Some(*leaf),
            _ => None,
        };
        let permitted = leaf
            .and_then(|l| l.gegeven)
            .is_some_and(|e| self.reach.permit.contains(e));
        let mut empty = true;
        loop {
            at = if self.reader.byte(at) == b'n' {
                self.reader.skip(at, depth)?
            } else if let Some(leaf) = leaf {
                if permitted {
                    let after = self.reader.leaf(leaf.kind, item, at)?;
                    self.item(&mut empty);
                    self.out.copy(at, after);
                    self.report.kept = self.report.kept.wrapping_add(1);
                    after
                } else {
                    self.drop(at, depth)?
                }
            } else {
                let (mark, before, was) = (self.out.mark(), self.report.emitted(), empty);
                self.item(&mut empty);
                let after = self.part(item, at, depth)?;
                if self.report.emitted() == before {
                    self.out.back(mark);
                    empty = was;
                }
                after
            };
            match self.reader.more(b']', at)? {
                (true, next) => at = next,
                (false, after) => {
                    self.out.copy(after.wrapping_sub(1), after);
                    return Some(after);
                }
            }
        }
    }

    /// The contributions: each through its own mask. The list is written even when nothing is left of any.
    fn bijdragen(&mut self, id: NodeId, item: NodeId, open: usize, depth: u16) -> Option<usize> {
        let mut at = self.enter(id, open)?;
        let depth = self.reader.deeper(depth, open)?;
        if self.reader.byte(at) == b']' {
            self.out.copy(at, at.wrapping_add(1));
            return Some(at.wrapping_add(1));
        }
        let mut masks = self.masks.iter();
        let mut empty = true;
        loop {
            let mask = masks.next().copied().unwrap_or_default();
            self.reach = self.plan.through(if F::IGNORES_MASKS { GegevenSet::ALL } else { mask });
            let (mark, before, was) = (self.out.mark(), self.report.emitted(), empty);
            self.item(&mut empty);
            at = self.part(item, at, depth)?;
            self.reach = Reach::NONE;
            if self.report.emitted() == before {
                self.out.back(mark);
                empty = was;
            } else {
                self.report.bijdragen = self.report.bijdragen.wrapping_add(1);
            }
            match self.reader.more(b']', at)? {
                (true, next) => at = next,
                (false, after) => {
                    self.out.copy(after.wrapping_sub(1), after);
                    return Some(after);
                }
            }
        }
    }

    /// Enters an array: gives the position of its first item.
    fn enter(&mut self, id: NodeId, open: usize) -> Option<usize> {
        if self.reader.byte(open) != b'[' {
            return self.reader.shape(id, open);
        }
        self.reader.count(open)?;
        self.out.copy(open, open.wrapping_add(1));
        Some(self.reader.ws(open.wrapping_add(1)))
    }

    #[inline]
    fn leaf(
        &mut self,
        leaf: Leaf,
        index: u8,
        field: &Field,
        member: &Member<'_>,
        key: usize,
        inside: &mut Inside,
    ) -> Option<usize> {
        if let Some(gegeven) = leaf.gegeven {
            let permitted = match (self.reach.action(self.plan, gegeven), leaf.derived) {
                (Actie::Permit, _) => true,
                (Actie::Generalise(wanted), Some(made)) => wanted == made || F::CONFUSES_GENERALISATIONS,
                _ => false,
            };
            if !permitted {
                return self.drop(member.value, inside.depth);
            }
            self.report.kept = self.report.kept.wrapping_add(1);
        }
        let after = self.reader.leaf(leaf.kind, field.node, member.value)?;
        if leaf.derived.is_some() {
            self.once(index, inside, key)?;
        }
        let tree: &'p Tree = self.plan.tree();
        let fits = match field.role {
            Role::Bericht => self.reader.says(member.value, after, tree.kind()),
            Role::Versie => self.reader.says(member.value, after, tree.version()),
            _ => true,
        };
        if !fits {
            return self.reader.shape(field.node, member.value);
        }
        self.key(field, member, key, inside);
        self.out.copy(member.value, after);
        Some(after)
    }

    /// Writes the generalisation of a field in its place.
    fn generalise(
        &mut self,
        object: &'p Object,
        field: &Field,
        wijze: Wijze,
        at: usize,
        inside: &mut Inside,
    ) -> Option<usize> {
        let tree: &'p Tree = self.plan.tree();
        let target = field.link(wijze);
        let target = target.and_then(|index| object.fields.get(usize::from(index)).map(|f| (index, f)));
        let (Some((index, target)), Some(node)) = (target, tree.node(field.node)) else {
            return self.drop(at, inside.depth);
        };
        let (after, derived) = match &node.body {
            Body::Leaf(leaf) => {
                let after = self.reader.leaf(leaf.kind, field.node, at)?;
                (after, self.derive(wijze, at, after))
            }
            Body::Array(_) => (
                self.reader.skip(at, inside.depth)?,
                self.filled(b'[', b']', field.node, at)?,
            ),
            Body::Object(_) => (
                self.reader.skip(at, inside.depth)?,
                self.filled(b'{', b'}', field.node, at)?,
            ),
        };
        let Some(derived) = derived else {
            self.report.dropped = self.report.dropped.wrapping_add(1);
            return Some(after);
        };
        self.once(index, inside, at)?;
        self.item(&mut inside.empty);
        self.name(target);
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

    /// Leaves out a field, an item or a part; it is still read strictly.
    #[inline]
    fn drop(&mut self, at: usize, depth: u16) -> Option<usize> {
        self.report.dropped = self.report.dropped.wrapping_add(1);
        self.reader.skip(at, depth)
    }

    /// A generalisation is written once: the one that is found and the one that is made may differ.
    #[inline]
    fn once(&mut self, index: u8, inside: &mut Inside, at: usize) -> Option<()> {
        let bit = 1u128 << (index & 127);
        if inside.derived & bit != 0 {
            return self.reader.fail(Stop::Collision, at);
        }
        inside.derived |= bit;
        Some(())
    }

    /// The comma before an item, and that something stands there now.
    #[inline]
    fn item(&mut self, empty: &mut bool) {
        if !std::mem::replace(empty, false) {
            self.out.comma();
        }
    }

    /// A key of the input, as the schema spells it, and its colon.
    #[inline]
    fn key(&mut self, field: &Field, member: &Member<'_>, key: usize, inside: &mut Inside) {
        self.item(&mut inside.empty);
        if member.escaped {
            self.name(field);
            return;
        }
        let colon = member.quote.wrapping_add(1);
        self.out.copy(key, colon);
        if self.reader.byte(colon) == b':' {
            self.out.copy(colon, colon.wrapping_add(1));
        } else {
            self.out.write(b":");
        }
    }

    fn name(&mut self, field: &Field) {
        let out = self.out.raw();
        out.push(b'"');
        out.extend_from_slice(field.name.as_bytes());
        out.extend_from_slice(b"\":");
    }
}
