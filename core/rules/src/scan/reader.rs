//! The reader under [`check`](super::check), the inventory and the minimiser: RFC 8259 over a slice, by position.
//!
//! Functions take a position and give the next one; nothing is copied. What is wrong is noted in the reader, so that
//! the way that is always taken carries two words and no error.

use super::keys::{Frame, Keys};
use super::text::short;
use super::{Caps, Refusal, RefusalKind};
use crate::tree::{KeyBits, NodeId, Tree};

/// Deepest nesting that is read, whatever the caps say: the reader calls itself.
const MAX_DEPTH: u16 = 64;
/// Most bytes, whatever the caps say: spans of keys are 31 bits wide.
const MAX_BYTES: usize = (1 << 31) - 1;
/// What is wrong, in the words of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    Syntax,
    DuplicateKey,
    LoneSurrogate,
    Number,
    TooDeep,
    TooManyNodes,
    Trailing,
    Collision,
    Shape(NodeId),
    Missing(NodeId),
}

pub(crate) struct Reader<'b, 's> {
    bytes: &'b [u8],
    keys: &'s mut Keys,
    depth: u16,
    nodes: u32,
    stop: (Stop, usize),
}

/// A key that was read.
pub(crate) struct Key {
    /// The position of the closing quote.
    pub(crate) quote: usize,
    /// The position of the value.
    pub(crate) value: usize,
    /// The key as integers, as it is written.
    pub(crate) bits: KeyBits,
    /// Whether it is written with escapes.
    pub(crate) escaped: bool,
}

impl<'b, 's> Reader<'b, 's> {
    /// Measures the bytes and proves that they are UTF-8.
    pub(crate) fn new(bytes: &'b [u8], caps: &Caps, keys: &'s mut Keys) -> Result<Self, Refusal> {
        let most = caps.bytes.min(MAX_BYTES);
        if bytes.len() > most {
            return Err(Refusal {
                kind: RefusalKind::TooLarge,
                offset: most,
            });
        }
        if let Err(error) = std::str::from_utf8(bytes) {
            return Err(Refusal {
                kind: RefusalKind::NotUtf8,
                offset: error.valid_up_to(),
            });
        }
        keys.clear();
        Ok(Self {
            bytes,
            keys,
            depth: caps.depth.min(MAX_DEPTH),
            nodes: caps.nodes,
            stop: (Stop::Syntax, 0),
        })
    }

    /// Notes what is wrong, where.
    #[cold]
    #[inline(never)]
    pub(crate) fn fail<T>(&mut self, stop: Stop, at: usize) -> Option<T> {
        self.stop = (stop, at);
        None
    }

    /// What was noted, with paths in words.
    #[cold]
    pub(crate) fn refusal(&self, tree: Option<&Tree>) -> Refusal {
        let path = |id| {
            tree.and_then(|t| t.node(id))
                .map(|n| n.path.clone())
                .unwrap_or_default()
        };
        let (stop, offset) = self.stop;
        let kind = match stop {
            Stop::Syntax => RefusalKind::Syntax,
            Stop::DuplicateKey => RefusalKind::DuplicateKey,
            Stop::LoneSurrogate => RefusalKind::LoneSurrogate,
            Stop::Number => RefusalKind::Number,
            Stop::TooDeep => RefusalKind::TooDeep,
            Stop::TooManyNodes => RefusalKind::TooManyNodes,
            Stop::Trailing => RefusalKind::Trailing,
            Stop::Collision => RefusalKind::Collision,
            Stop::Shape(id) => RefusalKind::Shape(path(id)),
            Stop::Missing(id) => RefusalKind::Missing(path(id)),
        };
        Refusal { kind, offset }
    }

    #[inline]
    pub(crate) fn bytes(&self) -> &'b [u8] {
        self.bytes
    }

    /// The byte at a position; 0, which starts nothing in JSON, after the end.
    #[inline]
    pub(crate) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    #[inline]
    pub(crate) fn span(&self, start: usize, end: usize) -> &'b [u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// The position of the next byte that is not white space.
    #[inline]
    pub(crate) fn ws(&self, at: usize) -> usize {
        if self.byte(at) > b' ' { at } else { self.ws_run(at) }
    }

    #[inline(never)]
    fn ws_run(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), b' ' | b'\n' | b'\r' | b'\t') {
            at = at.wrapping_add(1);
        }
        at
    }

    /// The position after this byte and the white space behind it.
    #[inline]
    pub(crate) fn expect(&mut self, wanted: u8, at: usize) -> Option<usize> {
        if self.byte(at) == wanted {
            Some(self.ws(at.wrapping_add(1)))
        } else {
            self.fail(Stop::Syntax, at)
        }
    }

    /// After the last value: white space only.
    pub(crate) fn end(&mut self, at: usize) -> Option<()> {
        let at = self.ws(at);
        if at == self.bytes.len() {
            Some(())
        } else {
            self.fail(Stop::Trailing, at)
        }
    }

    /// Counts one value.
    #[inline]
    pub(crate) fn count(&mut self, at: usize) -> Option<()> {
        match self.nodes.checked_sub(1) {
            Some(left) => {
                self.nodes = left;
                Some(())
            }
            None => self.fail(Stop::TooManyNodes, at),
        }
    }

    /// One level deeper.
    #[inline]
    pub(crate) fn deeper(&mut self, depth: u16, at: usize) -> Option<u16> {
        if depth < self.depth {
            Some(depth.wrapping_add(1))
        } else {
            self.fail(Stop::TooDeep, at)
        }
    }

    /// The position after `true`, `false` or `null`.
    #[inline]
    pub(crate) fn word(&mut self, word: &[u8], at: usize) -> Option<usize> {
        let end = at.wrapping_add(word.len());
        if self.span(at, end) == word {
            Some(end)
        } else {
            self.fail(Stop::Syntax, at)
        }
    }

    /// A key and its colon.
    #[inline(always)]
    pub(crate) fn key(&mut self, at: usize) -> Option<Key> {
        if self.byte(at) != b'"' {
            return self.fail(Stop::Syntax, at);
        }
        let start = at.wrapping_add(1);
        let near = self
            .bytes
            .get(start..)
            .and_then(|rest| rest.first_chunk())
            .and_then(short);
        let (quote, bits, escaped) = match near {
            Some(bits) => (start.wrapping_add(bits.len as usize), bits, false),
            None => self.key_slow(start)?,
        };
        let colon = self.ws(quote.wrapping_add(1));
        let value = self.expect(b':', colon)?;
        Some(Key {
            quote,
            value,
            bits,
            escaped,
        })
    }

    /// A key of 16 bytes or more, with escapes, or close to the end of the input.
    #[inline(never)]
    fn key_slow(&mut self, start: usize) -> Option<(usize, KeyBits, bool)> {
        let (quote, escaped) = self.string(start)?;
        Some((quote, KeyBits::of(self.span(start, quote)), escaped))
    }

    /// Behind a member or an item: whether another follows, and the position of that, or the one after the container.
    #[inline]
    pub(crate) fn more(&mut self, close: u8, at: usize) -> Option<(bool, usize)> {
        let at = self.ws(at);
        let byte = self.byte(at);
        let next = at.wrapping_add(1);
        if byte == b',' {
            Some((true, self.ws(next)))
        } else if byte == close {
            Some((false, next))
        } else {
            self.fail(Stop::Syntax, at)
        }
    }

    #[inline]
    pub(crate) fn open(&self) -> Frame {
        self.keys.open()
    }

    /// Proves that the object does not have this key yet; `at` is its opening quote.
    #[inline(always)]
    pub(crate) fn unique(&mut self, frame: &mut Frame, at: usize, key: &Key) -> Option<()> {
        let start = at.wrapping_add(1);
        let new = if key.escaped {
            let raw = self.span(start, key.quote);
            self.keys.add_escaped(frame, self.bytes, raw)
        } else {
            self.keys.add(frame, self.bytes, start, key.bits)
        };
        if new {
            Some(())
        } else {
            self.fail(Stop::DuplicateKey, at)
        }
    }

    /// The end of an object: forgets its keys.
    #[inline]
    pub(crate) fn close(&mut self, frame: &Frame, at: usize) -> Option<()> {
        if self.keys.close(frame, self.bytes) {
            Some(())
        } else {
            self.fail(Stop::DuplicateKey, at)
        }
    }

    /// What an escaped string says; `raw` stands between the quotes and has been validated.
    #[cold]
    pub(crate) fn unescaped(&mut self, raw: &[u8]) -> &[u8] {
        self.keys.unescaped(raw)
    }
}
