//! The strict scanner: what may be read at all, decided once for every byte that comes in.
//!
//! [`check`] reads any JSON (wire bodies); [`inventory`] reads a canonical message against its [`Tree`] and says what
//! is in it. Both hold the whole input to RFC 8259 and more: UTF-8, no byte order mark, no duplicate keys after
//! unescaping, no lone surrogates, no control characters in strings, no numbers that readers disagree on, caps on
//! bytes, depth and values, and nothing after the value. There is no tree of values and, once the [`Scratch`] has
//! grown, no allocation.

mod inventory;
mod keys;
mod member;
mod number;
mod reader;
mod refusal;
mod skip;
mod text;

pub(crate) use inventory::unknown;
pub use inventory::{BijdrageInventory, Gap, Inventory, MAX_GAPS, NodeSet, inventory};
pub(crate) use keys::Frame;
pub(crate) use member::Member;
pub(crate) use reader::{Reader, Stop};
pub use refusal::{Refusal, RefusalKind};

use keys::Keys;

/// The largest input that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// Most bytes; never more than 2 GiB, whatever is asked.
    pub bytes: usize,
    /// Deepest nesting of objects and arrays; never more than 64, whatever is asked.
    pub depth: u16,
    /// Most values (objects, arrays and scalars).
    pub nodes: u32,
}

impl Default for Caps {
    /// 1 MiB, 64 deep, 50,000 values.
    fn default() -> Self {
        Self {
            bytes: 1 << 20,
            depth: 64,
            nodes: 50_000,
        }
    }
}

/// Work space that is kept between messages, so that none of them allocates. One per thread.
#[derive(Default)]
pub struct Scratch {
    pub(crate) keys: Keys,
    pub(crate) out: Vec<u8>,
}

impl std::fmt::Debug for Scratch {
    /// Shows nothing: the work space holds pieces of messages.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scratch(…)")
    }
}

/// Reads any JSON strictly and keeps nothing.
///
/// # Errors
/// The first thing wrong with the bytes.
pub fn check(bytes: &[u8], caps: &Caps, scratch: &mut Scratch) -> Result<(), Refusal> {
    let mut reader = Reader::new(bytes, caps, &mut scratch.keys)?;
    let start = reader.ws(0);
    let read = reader.skip(start, 0).and_then(|at| reader.end(at));
    read.ok_or_else(|| reader.refusal(None))
}
