//! Numbers: the grammar of RFC 8259 §6, and a bound above which readers no longer agree.

use super::reader::{Reader, Stop};
use crate::tree::NodeId;

/// Readers agree on numbers below this.
const LARGEST: f64 = 1e308;
/// Most bytes and most decimals of a number at a place of a schema.
const LONGEST: usize = 12;
const DECIMALS: usize = 2;

impl Reader<'_, '_> {
    #[inline]
    fn digits(&self, mut at: usize) -> usize {
        while self.byte(at).is_ascii_digit() {
            at = at.wrapping_add(1);
        }
        at
    }

    /// The position after a number.
    #[inline]
    pub(crate) fn number(&mut self, start: usize) -> Option<usize> {
        let first = start.wrapping_add(usize::from(self.byte(start) == b'-'));
        let mut at = match self.byte(first) {
            b'0' => first.wrapping_add(1),
            b'1'..=b'9' => self.digits(first),
            _ => return self.fail(Stop::Syntax, first),
        };
        if self.byte(at) == b'.' {
            let fraction = at.wrapping_add(1);
            at = self.digits(fraction);
            if at == fraction {
                return self.fail(Stop::Syntax, at);
            }
        }
        if self.byte(at) | 0x20 == b'e' {
            return self.exponent(start, at);
        }
        if at.wrapping_sub(start) > 300 {
            return self.in_range(start, at);
        }
        Some(at)
    }

    /// A number at a place of a schema: a measure of something about a person, so at most twelve bytes, two decimals
    /// and no exponent. A longer number says nothing more, and could carry another number in its tail.
    #[inline]
    pub(crate) fn measure(&mut self, id: NodeId, start: usize) -> Option<usize> {
        let first = start.wrapping_add(usize::from(self.byte(start) == b'-'));
        let whole = match self.byte(first) {
            b'0' => first.wrapping_add(1),
            _ => self.digits(first),
        };
        let point = self.byte(whole) == b'.';
        let end = if point {
            self.digits(whole.wrapping_add(1))
        } else {
            whole
        };
        let decimals = end.wrapping_sub(whole);
        let plain = whole != first
            && (!point || (2..=DECIMALS.wrapping_add(1)).contains(&decimals))
            && end.wrapping_sub(start) <= LONGEST
            && self.byte(end) | 0x20 != b'e';
        if plain {
            Some(end)
        } else {
            self.not_a_measure(id, start)
        }
    }

    #[cold]
    #[inline(never)]
    fn not_a_measure(&mut self, id: NodeId, start: usize) -> Option<usize> {
        self.number(start)?;
        self.fail(Stop::Shape(id), start)
    }

    #[cold]
    fn exponent(&mut self, start: usize, e: usize) -> Option<usize> {
        let sign = e.wrapping_add(1);
        let digits = sign.wrapping_add(usize::from(matches!(self.byte(sign), b'+' | b'-')));
        let at = self.digits(digits);
        if at == digits {
            return self.fail(Stop::Syntax, at);
        }
        self.in_range(start, at)
    }

    #[cold]
    fn in_range(&mut self, start: usize, end: usize) -> Option<usize> {
        let text = std::str::from_utf8(self.span(start, end)).unwrap_or_default();
        match text.parse::<f64>() {
            Ok(number) if number.abs() < LARGEST => Some(end),
            _ => self.fail(Stop::Number, start),
        }
    }
}
