//! The generalisations themselves. What cannot be generalised gives nothing.

use jiff::civil::Date;

use crate::gegeven::Wijze;
use crate::leeftijd::leeftijd;
use crate::pseudonym::Pseudonym;

/// What a generalisation makes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derived {
    /// Four digits, as a string: a year, a postcode area.
    Four([u8; 4]),
    /// Whole years.
    Age(u8),
    /// That there is something.
    Is(bool),
    /// Somebody under another name.
    Name(Pseudonym),
}

impl Derived {
    /// Writes it as JSON.
    pub(crate) fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::Four([a, b, c, d]) => out.extend_from_slice(&[b'"', a, b, c, d, b'"']),
            Self::Age(years) => {
                let digit = |n: u8| b'0'.wrapping_add(n % 10);
                match years {
                    0..=9 => out.push(digit(years)),
                    10..=99 => out.extend_from_slice(&[digit(years / 10), digit(years)]),
                    _ => out.extend_from_slice(&[digit(years / 100), digit(years / 10), digit(years)]),
                }
            }
            Self::Name(name) => {
                out.push(b'"');
                out.extend_from_slice(name.as_str().as_bytes());
                out.push(b'"');
            }
            Self::Is(there) => out.extend_from_slice(if there { b"true" } else { b"false" }),
        }
    }
}

/// Of a text, already unescaped. `dag` is the day of the decision.
pub(crate) fn of_text(wijze: Wijze, text: &[u8], dag: Date) -> Option<Derived> {
    match wijze {
        Wijze::Jaar => {
            date(text)?;
            text.first_chunk().copied().map(Derived::Four)
        }
        Wijze::Leeftijd => leeftijd(date(text)?, dag).map(Derived::Age),
        Wijze::Pc4 => pc4(text).map(Derived::Four),
        Wijze::Dat => Some(Derived::Is(!text.is_empty())),
        // Made with a key: `schuilnaam.rs`.
        Wijze::Schuilnaam => None,
    }
}

/// A date as the canonical message writes it: `2014-05-31`, one that exists.
pub(super) fn date(text: &[u8]) -> Option<Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else {
        return None;
    };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0i16, |sum, digit| {
            digit
                .is_ascii_digit()
                .then(|| sum.wrapping_mul(10).wrapping_add(i16::from(digit.wrapping_sub(b'0'))))
        })
    };
    let (year, month, day) = (number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The digits of a postcode: `3241 AB` or `3241AB`.
fn pc4(text: &[u8]) -> Option<[u8; 4]> {
    let (digits, letters) = text.split_first_chunk::<4>()?;
    let letters = letters.strip_prefix(b" ").unwrap_or(letters);
    let fits = matches!(digits.first(), Some(b'1'..=b'9'))
        && digits.iter().all(u8::is_ascii_digit)
        && letters.len() == 2
        && letters.iter().all(u8::is_ascii_alphabetic);
    fits.then_some(*digits)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn of(wijze: Wijze, text: &str) -> Option<Derived> {
        of_text(wijze, text.as_bytes(), "2026-02-28".parse().unwrap())
    }

    #[test]
    fn a_date_becomes_a_year_or_an_age() {
        assert_eq!(of(Wijze::Jaar, "2014-05-31"), Some(Derived::Four(*b"2014")));
        for (born, years) in [
            ("2014-02-28", 12),
            ("2014-03-01", 11),
            ("2012-02-29", 13),
            ("2026-02-28", 0),
            ("1896-02-28", 130),
        ] {
            assert_eq!(of(Wijze::Leeftijd, born), Some(Derived::Age(years)), "{born}");
        }
        for wrong in [
            "2026-03-01",
            "1890-01-01",
            "2014-02-30",
            "2014-5-31",
            "2014-05-31T00",
            "",
            "31-05-2014",
            "2014-00-01",
        ] {
            assert_eq!(of(Wijze::Leeftijd, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_postcode_becomes_its_digits() {
        for good in ["3241 AB", "3241AB", "3241 ab"] {
            assert_eq!(of(Wijze::Pc4, good), Some(Derived::Four(*b"3241")));
        }
        for wrong in ["0241 AB", "3241", "3241  AB", "3241 A1", "3241 ABC", "x3241 AB"] {
            assert_eq!(of(Wijze::Pc4, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_are_written_as_json() {
        for years in 0..=130u8 {
            let mut out = Vec::new();
            Derived::Age(years).write(&mut out);
            assert_eq!(out, years.to_string().into_bytes());
        }
    }
}
