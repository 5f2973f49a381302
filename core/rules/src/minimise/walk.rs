//! The walk over the bytes: reads strictly, writes what is permitted, skips the rest.
//!
//! A part is written before it is known whether anything classified stands in it, and taken back when nothing did: so
//! structure never shows the presence or the number of what is forbidden.

use std::marker::PhantomData;

use jiff::civil::Date;

use super::out::Out;
use super::plan::{Plan, Reach};
use super::{Fault, Report};
use crate::gegeven::{Actie, GegevenId, GegevenSet, Wijze};
use crate::pseudonym::PseudonymKey;
use crate::scan::{Member, Reader, Stop};
use crate::tree::{Body, Kind, NodeId, Object, Role, Slot, Tree};

pub(super) struct Walk<'p, 'b, 's, 'o, F> {
    pub(super) tree: &'p Tree,
    pub(super) plan: &'p Plan,
    pub(super) masks: &'p [GegevenSet],
    pub(super) dag: Date,
    /// Set when pseudonyms are made; without it those that were made before stay.
    pub(super) key: Option<&'p PseudonymKey>,
    pub(super) reader: Reader<'b, 's>,
    pub(super) out: Out<'b, 'o>,
    /// What the contribution that is being read may give; nothing outside the contributions.
    pub(super) reach: Reach,
    pub(super) report: Report,
    pub(super) fault: PhantomData<F>,
}

/// Where the walk is inside an object.
pub(super) struct Inside {
    pub(super) depth: u16,
    /// Where it begins.
    pub(super) open: usize,
    /// Nothing has been written in it yet.
    pub(super) empty: bool,
    /// The fields that were written as a generalisation, made here or found.
    derived: u64,
}

impl<'p, F: Fault> Walk<'p, '_, '_, '_, F> {
    /// The whole message: always an object with its envelope.
    pub(super) fn message(&mut self) -> Option<()> {
        let at = self.reader.ws(0);
        let after = match self.tree.node(Tree::ROOT).map(|n| &n.body) {
            Some(Body::Object(object)) => self.object(Tree::ROOT, object, at, 0)?,
            _ => return self.reader.shape(Tree::ROOT, at),
        };
        self.reader.end(after)
    }

    pub(super) fn object(&mut self, id: NodeId, object: &'p Object, open: usize, depth: u16) -> Option<usize> {
        if self.reader.byte(open) != b'{' {
            return self.reader.shape(id, open);
        }
        self.reader.count(open)?;
        let mut inside = Inside {
            depth: self.reader.deeper(depth, open)?,
            open,
            empty: true,
            derived: 0,
        };
        let mut at = self.reader.ws(open.wrapping_add(1));
        self.out.copy(open, open.wrapping_add(1));
        let (mut seen, mut present) = (0u64, 0u64);
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
                    self.reader.skip(member.key.value, inside.depth)?
                }
                Some(_) if self.reader.byte(member.key.value) == b'n' => {
                    self.reader.skip(member.key.value, inside.depth)?
                }
                Some(slot) => {
                    present |= 1u64 << (slot.index & 63);
                    self.field(object, slot, &member, at, &mut inside)?
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
    #[inline(always)]
    fn field(
        &mut self,
        object: &'p Object,
        slot: &Slot,
        member: &Member<'_>,
        key: usize,
        inside: &mut Inside,
    ) -> Option<usize> {
        let part = matches!(slot.kind, Kind::Object | Kind::Array);
        let action = match slot.gegeven {
            Some(gegeven) => self.action(gegeven),
            None => Actie::Permit,
        };
        if slot.source
            && let Actie::Generalise(wijze) = action
            // A part without `dat` is walked: its fields may have generalisations of their own.
            && (wijze == Wijze::Dat || !part)
        {
            return self.generalise(object, slot, wijze, member.key.value, inside);
        }
        if part {
            return self.part_of(object, slot, member, key, inside);
        }
        let permitted = match action {
            Actie::Permit => true,
            Actie::Generalise(wanted) => {
                slot.derived
                    .is_some_and(|made| wanted == made || F::CONFUSES_GENERALISATIONS)
                    && !(self.key.is_some() && wanted == Wijze::Schuilnaam)
            }
            Actie::Drop => false,
        };
        if !permitted {
            return self.drop(member.key.value, inside.depth);
        }
        let after = self.reader.leaf(slot.kind, slot.node, member.key.value)?;
        if slot.gegeven.is_some() {
            self.report.kept = self.report.kept.wrapping_add(1);
        }
        if slot.derived.is_some() {
            self.once(slot.index, inside, key)?;
        }
        if slot.role != Role::Plain {
            self.role(slot, member.key.value, after)?;
        }
        self.key(object, slot, member, key, inside);
        if slot.role != Role::Kenmerk || !self.kenmerk(member.key.value, after) {
            self.out.copy(member.key.value, after);
        }
        Some(after)
    }

    #[inline]
    fn action(&self, gegeven: GegevenId) -> Actie {
        self.reach.action(self.plan, gegeven)
    }

    /// The kind and the version are those of the schema.
    fn role(&mut self, slot: &Slot, start: usize, end: usize) -> Option<()> {
        let fits = match slot.role {
            Role::Bericht => self.reader.says(start, end, self.tree.kind()),
            Role::Versie => self.reader.says(start, end, self.tree.version()),
            _ => true,
        };
        if fits {
            Some(())
        } else {
            self.reader.shape(slot.node, start)
        }
    }

    /// A field that is an object or an array.
    fn part_of(
        &mut self,
        object: &'p Object,
        slot: &Slot,
        member: &Member<'_>,
        key: usize,
        inside: &mut Inside,
    ) -> Option<usize> {
        let value = member.key.value;
        let Some(node) = self.tree.node(slot.node) else {
            return self.reader.shape(slot.node, value);
        };
        if slot.role == Role::Bijdragen {
            self.key(object, slot, member, key, inside);
            return self.bijdragen(slot.node, &node.body, value, inside.depth);
        }
        if node.set.and(self.reach.any).is_empty() {
            return self.drop(value, inside.depth);
        }
        let (mark, before, empty) = (self.out.mark(), self.report.emitted(), inside.empty);
        self.key(object, slot, member, key, inside);
        let after = self.part(slot.node, &node.body, value, inside.depth)?;
        if self.report.emitted() == before && !F::SHOWS_EMPTY_PARTS {
            self.out.back(mark);
            inside.empty = empty;
        }
        Some(after)
    }

    /// An object or an array, in which something may be permitted.
    #[inline]
    pub(super) fn part(&mut self, id: NodeId, body: &'p Body, at: usize, depth: u16) -> Option<usize> {
        match body {
            Body::Object(object) => self.object(id, object, at, depth),
            Body::Array(item) => self.array(id, *item, at, depth),
            Body::Leaf(_) => self.reader.shape(id, at),
        }
    }

    /// Leaves out a field, an item or a part; it is still read strictly.
    #[inline]
    pub(super) fn drop(&mut self, at: usize, depth: u16) -> Option<usize> {
        self.report.dropped = self.report.dropped.wrapping_add(1);
        self.reader.skip(at, depth)
    }

    /// A generalisation is written once: the one that is found and the one that is made may differ.
    #[inline]
    pub(super) fn once(&mut self, index: u8, inside: &mut Inside, at: usize) -> Option<()> {
        let bit = 1u64 << (index & 63);
        if inside.derived & bit != 0 {
            return self.reader.fail(Stop::Collision, at);
        }
        inside.derived |= bit;
        Some(())
    }

    /// The comma before an item, and that something stands there now.
    #[inline(always)]
    pub(super) fn item(&mut self, empty: &mut bool) {
        if !std::mem::replace(empty, false) {
            self.out.comma();
        }
    }

    /// A key of the input, as the schema spells it, and its colon.
    #[inline(always)]
    fn key(&mut self, object: &Object, slot: &Slot, member: &Member<'_>, key: usize, inside: &mut Inside) {
        self.item(&mut inside.empty);
        let colon = member.key.quote.wrapping_add(1);
        if member.key.escaped {
            self.name(object, slot.index);
        } else if self.reader.byte(colon) == b':' {
            self.out.copy(key, colon.wrapping_add(1));
        } else {
            self.out.copy(key, colon);
            self.out.write(b":");
        }
    }

    /// A key that does not stand in the input as the schema spells it.
    #[cold]
    pub(super) fn name(&mut self, object: &Object, index: u8) {
        let out = self.out.raw();
        out.push(b'"');
        out.extend_from_slice(object.name(index).unwrap_or_default().as_bytes());
        out.extend_from_slice(b"\":");
    }
}
