//! Why bytes are refused. A refusal names the kind, the place, and never a value.

use std::fmt;
use std::sync::Arc;

/// What is wrong with the bytes. Paths are those of the schema: names of fields that are not in it never appear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusalKind {
    /// More bytes than the cap.
    TooLarge,
    /// Not UTF-8 (RFC 8259 §8.1).
    NotUtf8,
    /// Not JSON (RFC 8259), a byte order mark among others.
    Syntax,
    /// An object with one key twice, after unescaping: two readers would see two messages.
    DuplicateKey,
    /// Half of a surrogate pair in an escape: no text has that character.
    LoneSurrogate,
    /// A number that no double can hold: readers disagree on it.
    Number,
    /// Nested deeper than the cap.
    TooDeep,
    /// More values than the cap.
    TooManyNodes,
    /// Another kind of value than the schema has at this path.
    Shape(Arc<str>),
    /// A value the message cannot do without is absent or null, at this path.
    Missing(Arc<str>),
    /// Something after the value.
    Trailing,
    /// A generalisation and the value it would write both stand in the message.
    Collision,
}

/// The bytes are refused, with the place counted in bytes from the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub kind: RefusalKind,
    /// Where, in bytes from the start.
    pub offset: usize,
}

impl Refusal {
    /// A stable name for the kind, for a `type` of RFC 9457 and the page of the reason.
    #[must_use]
    pub const fn slug(&self) -> &'static str {
        match self.kind {
            RefusalKind::TooLarge => "te-groot",
            RefusalKind::NotUtf8 => "geen-utf8",
            RefusalKind::Syntax => "geen-json",
            RefusalKind::DuplicateKey => "dubbele-sleutel",
            RefusalKind::LoneSurrogate => "half-teken",
            RefusalKind::Number => "getal-te-groot",
            RefusalKind::TooDeep => "te-diep",
            RefusalKind::TooManyNodes => "te-veel-waarden",
            RefusalKind::Shape(_) => "verkeerde-vorm",
            RefusalKind::Missing(_) => "veld-ontbreekt",
            RefusalKind::Trailing => "meer-dan-een-waarde",
            RefusalKind::Collision => "dubbele-generalisatie",
        }
    }

    /// The path in the schema, for the kinds that have one.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match &self.kind {
            RefusalKind::Shape(path) | RefusalKind::Missing(path) => Some(path),
            _ => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            RefusalKind::TooLarge => f.write_str("the message is larger than allowed: send less in one message")?,
            RefusalKind::NotUtf8 => {
                f.write_str("the message is not UTF-8: encode it as UTF-8 without a byte order mark")?
            }
            RefusalKind::Syntax => f.write_str("the message is not JSON as RFC 8259 defines it")?,
            RefusalKind::DuplicateKey => f.write_str("an object has the same key twice: send each key once")?,
            RefusalKind::LoneSurrogate => {
                f.write_str("an escape holds half a character: send both halves of the pair")?
            }
            RefusalKind::Number => f.write_str("a number is larger than readers agree on: stay below 1e308")?,
            RefusalKind::TooDeep => f.write_str("the message is nested too deep")?,
            RefusalKind::TooManyNodes => {
                f.write_str("the message has more values than allowed: send fewer in one message")?
            }
            RefusalKind::Shape(path) => write!(f, "{path} is another kind of value than the schema has")?,
            RefusalKind::Missing(path) => write!(f, "{path} is missing: the message cannot be judged without it")?,
            RefusalKind::Trailing => f.write_str("something follows the message: send one message at a time")?,
            RefusalKind::Collision => {
                f.write_str("a value and its generalisation are both present: send one of them")?
            }
        }
        write!(f, " (byte {})", self.offset)
    }
}

impl std::error::Error for Refusal {}
