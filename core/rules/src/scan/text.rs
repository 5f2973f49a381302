//! Strings: finding their end two words at a time, and what escapes mean.

use super::reader::{Reader, Stop};
use crate::tree::KeyBits;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Marks the first byte of eight that a string cannot simply hold: a quote, a backslash or a control character. Only
/// the lowest mark is exact (a borrow may set higher ones), which is all the scanner looks at.
#[inline]
pub(super) const fn special(word: u64) -> u64 {
    let quote = word ^ (ONES * b'"' as u64);
    let slash = word ^ (ONES * b'\\' as u64);
    let found = (quote.wrapping_sub(ONES) & !quote)
        | (slash.wrapping_sub(ONES) & !slash)
        | (word.wrapping_sub(ONES * 0x20) & !word);
    found & HIGH
}

/// The key that ends within these bytes, when nothing in it is escaped: found and turned into integers at once.
#[inline(always)]
pub(super) fn short(bytes: &[u8; 16]) -> Option<KeyBits> {
    let both = u128::from_le_bytes(*bytes);
    let (low, high) = (both as u64, (both >> 64) as u64);
    let found = special(low);
    if found != 0 {
        let bits = found.trailing_zeros() & 0x38;
        return (low >> bits & 0xff == u64::from(b'"')).then(|| KeyBits {
            head: low & (1u64 << bits).wrapping_sub(1),
            tail: 0,
            len: bits >> 3,
        });
    }
    let found = special(high);
    if found == 0 {
        return None;
    }
    let bits = found.trailing_zeros() & 0x38;
    (high >> bits & 0xff == u64::from(b'"')).then(|| KeyBits {
        head: low,
        tail: (both >> bits) as u64,
        len: (bits >> 3).wrapping_add(8),
    })
}

/// Four hexadecimals as a number.
pub(super) fn hex4(digits: &[u8]) -> Option<u32> {
    let digits: &[u8; 4] = digits.first_chunk()?;
    digits
        .iter()
        .try_fold(0, |sum, d| Some(sum << 4 | char::from(*d).to_digit(16)?))
}

/// Appends what an escaped string says. `raw` has been validated; whatever is not an escape is copied.
pub(crate) fn unescape(raw: &[u8], out: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(slash) = memchr::memchr(b'\\', rest) {
        let (plain, escape) = rest.split_at(slash);
        out.extend_from_slice(plain);
        let (letter, after) = match escape {
            [_, letter, after @ ..] => (*letter, after),
            _ => return,
        };
        rest = after;
        let plain = match letter {
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let first = hex4(rest).unwrap_or(0xfffd);
                rest = rest.get(4..).unwrap_or_default();
                let code = if first & 0xfc00 == 0xd800 {
                    let second = rest.get(2..).and_then(hex4).unwrap_or(0xdc00);
                    rest = rest.get(6..).unwrap_or_default();
                    0x1_0000u32.wrapping_add((first & 0x3ff) << 10 | second & 0x3ff)
                } else {
                    first
                };
                let ch = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                out.extend_from_slice(ch.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            other => other,
        };
        out.push(plain);
    }
    out.extend_from_slice(rest);
}

impl Reader<'_, '_> {
    /// From behind the opening quote: the position of the closing quote, and whether there were escapes.
    #[inline]
    pub(crate) fn string(&mut self, mut at: usize) -> Option<(usize, bool)> {
        while let Some(chunk) = self.bytes().get(at..).and_then(|rest| rest.first_chunk::<16>()) {
            let both = u128::from_le_bytes(*chunk);
            let (low, high) = (special(both as u64), special((both >> 64) as u64));
            if low | high != 0 {
                let passed = match low {
                    0 => (high.trailing_zeros() >> 3).wrapping_add(8),
                    _ => low.trailing_zeros() >> 3,
                };
                at = at.wrapping_add(passed as usize);
                if self.byte(at) == b'"' {
                    return Some((at, false));
                }
                return self.string_slow(at);
            }
            at = at.wrapping_add(16);
        }
        self.string_slow(at)
    }

    /// The rest of a string: with escapes, or close to the end of the input.
    #[inline(never)]
    fn string_slow(&mut self, mut at: usize) -> Option<(usize, bool)> {
        let mut escaped = false;
        loop {
            if let Some(chunk) = self.bytes().get(at..).and_then(|rest| rest.first_chunk()) {
                let found = special(u64::from_le_bytes(*chunk));
                if found == 0 {
                    at = at.wrapping_add(8);
                    continue;
                }
                at = at.wrapping_add((found.trailing_zeros() >> 3) as usize);
            }
            match self.byte(at) {
                b'"' => return Some((at, escaped)),
                b'\\' => {
                    escaped = true;
                    at = self.escape(at)?;
                }
                0..=0x1f => return self.fail(Stop::Syntax, at),
                _ => at = at.wrapping_add(1),
            }
        }
    }

    /// The position after an escape.
    fn escape(&mut self, at: usize) -> Option<usize> {
        let letter = at.wrapping_add(1);
        match self.byte(letter) {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at.wrapping_add(2)),
            b'u' => {
                let after = at.wrapping_add(6);
                match hex4(self.span(at.wrapping_add(2), after)) {
                    Some(0xdc00..=0xdfff) => self.fail(Stop::LoneSurrogate, at),
                    Some(0xd800..=0xdbff) => {
                        let pair = self.span(after, after.wrapping_add(6));
                        match pair.strip_prefix(b"\\u").and_then(hex4) {
                            Some(0xdc00..=0xdfff) => Some(after.wrapping_add(6)),
                            _ => self.fail(Stop::LoneSurrogate, at),
                        }
                    }
                    Some(_) => Some(after),
                    None => self.fail(Stop::Syntax, at),
                }
            }
            _ => self.fail(Stop::Syntax, at),
        }
    }
}
