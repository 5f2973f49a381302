//! Numbers: the grammar of RFC 8259 §6, and a bound above which readers no longer agree.

use super::reader::{Reader, Stop};

/// Readers agree on numbers below this.
const LARGEST: f64 = 1e308;

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
