//! Duplicate keys of objects that no schema knows.
//!
//! Every key is kept as a number and a span. Small objects are compared pair by pair, and only when a 64-bit filter
//! says that a pair may exist; large ones are sorted once. Sorting compares texts when numbers are equal, so a sender
//! who makes all numbers equal gains nothing: the work stays within n log n.

/// Above this many keys an object is sorted instead of compared pair by pair.
const FEW: usize = 32;
/// Marks a span that lies in the arena of unescaped keys.
const IN_ARENA: u32 = 1 << 31;

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
    start: u32,
    len: u32,
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
    #[inline]
    pub(crate) fn add(&mut self, frame: &mut Frame, bytes: &[u8], start: usize, end: usize, print: u64) -> bool {
        // Inputs of 2 GiB and more are refused before they are read, so positions fit.
        let key = KeyRef {
            print,
            start: start as u32,
            len: end.wrapping_sub(start) as u32,
        };
        self.push(frame, bytes, key)
    }

    /// Adds a key that had escapes: `raw` is what stands between the quotes, and has been validated.
    #[cold]
    pub(crate) fn add_escaped(&mut self, frame: &mut Frame, bytes: &[u8], raw: &[u8]) -> bool {
        let start = self.arena.len();
        super::text::unescape(raw, &mut self.arena);
        let key = self.arena.get(start..).unwrap_or_default();
        let key = KeyRef {
            print: crate::tree::KeyBits::of(key).mix(),
            start: start as u32 | IN_ARENA,
            len: key.len() as u32,
        };
        self.push(frame, bytes, key)
    }

    #[inline]
    fn push(&mut self, frame: &mut Frame, bytes: &[u8], key: KeyRef) -> bool {
        let bit = 1u64 << (key.print >> 58);
        if frame.filter & bit != 0 && !self.is_new(frame, bytes, key) {
            return false;
        }
        frame.filter |= bit;
        self.refs.push(key);
        true
    }

    #[inline(never)]
    fn is_new(&self, frame: &mut Frame, bytes: &[u8], key: KeyRef) -> bool {
        let earlier = self.refs.get(frame.base..).unwrap_or_default();
        if earlier.len() > FEW {
            frame.sort = true;
            return true;
        }
        !earlier
            .iter()
            .any(|e| e.print == key.print && text(&self.arena, bytes, *e) == text(&self.arena, bytes, key))
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
            (a.print.cmp(&b.print)).then_with(|| text(arena, bytes, *a).cmp(text(arena, bytes, *b)))
        });
        !keys.windows(2).any(|pair| match pair {
            [a, b] => a.print == b.print && text(arena, bytes, *a) == text(arena, bytes, *b),
            _ => false,
        })
    }
}

fn text<'t>(arena: &'t [u8], bytes: &'t [u8], key: KeyRef) -> &'t [u8] {
    let (from, start) = match key.start & IN_ARENA {
        0 => (bytes, key.start as usize),
        _ => (arena, (key.start & !IN_ARENA) as usize),
    };
    from.get(start..start.saturating_add(key.len as usize))
        .unwrap_or_default()
}
