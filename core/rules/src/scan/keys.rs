//! Duplicate keys of objects that no schema knows.
//!
//! Every key is kept as a number and a span. Small objects are compared pair by pair, and only when a 64-bit filter
//! says that a pair may exist; large ones are sorted once. Sorting compares texts when numbers are equal, so a sender
//! who makes all numbers equal gains nothing: the work stays within n log n.

use crate::tree::KeyBits;

/// Above this many keys an object is sorted instead of compared pair by pair.
const FEW: usize = 32;
/// Mixes keys into numbers; which one it is does not matter, for equal numbers are always compared.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
/// Marks a span that lies in the arena of unescaped keys.
const IN_ARENA: u64 = 1 << 63;

/// The keys of the objects that are open now. Reused between messages.
#[derive(Default)]
pub(crate) struct Keys {
    refs: Vec<KeyRef>,
    arena: Vec<u8>,
    text: Vec<u8>,
}

#[derive(Clone, Copy)]
struct KeyRef {
    print: u64,
    /// Start and length, 32 bits each.
    span: u64,
}

/// The keys of one object: where they begin, and which numbers they may have.
pub(crate) struct Frame {
    base: usize,
    arena: usize,
    filter: u64,
    sort: bool,
}

impl Keys {
    pub(crate) fn clear(&mut self) {
        self.refs.clear();
        self.arena.clear();
    }

    /// What an escaped string says, until the next is asked.
    pub(crate) fn unescaped(&mut self, raw: &[u8]) -> &[u8] {
        self.text.clear();
        super::text::unescape(raw, &mut self.text);
        &self.text
    }

    #[inline]
    pub(crate) fn open(&self) -> Frame {
        Frame {
            base: self.refs.len(),
            arena: self.arena.len(),
            filter: 0,
            sort: false,
        }
    }

    /// Adds a key that stands in `bytes` without escapes. False when the object has it already.
    #[inline(always)]
    pub(crate) fn add(&mut self, frame: &mut Frame, bytes: &[u8], start: usize, key: KeyBits) -> bool {
        // Inputs of 2 GiB and more are refused before they are read, so positions fit.
        self.push(frame, bytes, key.mix(SEED), (start as u64) << 32 | u64::from(key.len))
    }

    /// Adds a key that had escapes: `raw` is what stands between the quotes, and has been validated.
    #[cold]
    #[inline(never)]
    pub(crate) fn add_escaped(&mut self, frame: &mut Frame, bytes: &[u8], raw: &[u8]) -> bool {
        let start = self.arena.len();
        super::text::unescape(raw, &mut self.arena);
        let key = KeyBits::of(self.arena.get(start..).unwrap_or_default());
        let span = (start as u64) << 32 | IN_ARENA | u64::from(key.len);
        self.push(frame, bytes, key.mix(SEED), span)
    }

    #[inline(always)]
    fn push(&mut self, frame: &mut Frame, bytes: &[u8], print: u64, span: u64) -> bool {
        // Two bits a key: a new key of a small object rarely looks like one it has.
        let bits = 1u64 << (print >> 58) | 1u64 << (print >> 52 & 63);
        if frame.filter & bits == bits && !self.is_new(frame, bytes, print, span) {
            return false;
        }
        frame.filter |= bits;
        self.refs.push(KeyRef { print, span });
        true
    }

    #[inline(never)]
    fn is_new(&self, frame: &mut Frame, bytes: &[u8], print: u64, span: u64) -> bool {
        let earlier = self.refs.get(frame.base..).unwrap_or_default();
        if earlier.len() > FEW {
            frame.sort = true;
            return true;
        }
        !earlier
            .iter()
            .any(|e| e.print == print && text(&self.arena, bytes, e.span) == text(&self.arena, bytes, span))
    }

    /// Forgets the keys of the object. False when a large object has a key twice.
    #[inline]
    pub(crate) fn close(&mut self, frame: &Frame, bytes: &[u8]) -> bool {
        let unique = !frame.sort || self.all_differ(frame, bytes);
        self.refs.truncate(frame.base);
        self.arena.truncate(frame.arena);
        unique
    }

    #[cold]
    fn all_differ(&mut self, frame: &Frame, bytes: &[u8]) -> bool {
        let Self { refs, arena, .. } = self;
        let keys = refs.get_mut(frame.base..).unwrap_or_default();
        keys.sort_unstable_by(|a, b| {
            (a.print.cmp(&b.print)).then_with(|| text(arena, bytes, a.span).cmp(text(arena, bytes, b.span)))
        });
        !keys.windows(2).any(|pair| match pair {
            [a, b] => a.print == b.print && text(arena, bytes, a.span) == text(arena, bytes, b.span),
            _ => false,
        })
    }
}

fn text<'t>(arena: &'t [u8], bytes: &'t [u8], span: u64) -> &'t [u8] {
    let from = if span & IN_ARENA == 0 { bytes } else { arena };
    let (start, len) = ((span & !IN_ARENA) >> 32, span & 0xffff_ffff);
    let start = start as usize;
    from.get(start..start.saturating_add(len as usize)).unwrap_or_default()
}
