//! What a pseudonym stands for: a kind of identifier, and its one canonical form.

use std::fmt;

use hmac::{Hmac, Mac};
use jiff::civil::Date;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::ids::{Bsn, Onderwijsnummer};

/// An identifier to be replaced. The kind is part of the pseudonym: the same digits as a BSN and as a case id give two.
#[derive(Clone, Copy)]
pub enum Identity<'a> {
    /// By BSN.
    Bsn(&'a Bsn),
    /// By pupil number, for who has no BSN.
    Onderwijsnummer(&'a Onderwijsnummer),
    /// By name and date of birth, where there is no number.
    Persoon(&'a Persoon),
    /// The id of a case, as the source knows it.
    Casus(&'a str),
    /// The id of a message, as the source knows it.
    Bericht(&'a str),
}

impl<'a> Identity<'a> {
    /// The word of the kind, and the canonical form.
    pub(crate) fn parts(&self) -> (&'static [u8], &'a [u8]) {
        match self {
            Self::Bsn(bsn) => (b"bsn", bsn.digits()),
            Self::Onderwijsnummer(nummer) => (b"onderwijsnummer", nummer.digits()),
            Self::Persoon(persoon) => (b"persoon", persoon.canonical.as_bytes()),
            Self::Casus(id) => (b"casus", id.as_bytes()),
            Self::Bericht(id) => (b"bericht", id.as_bytes()),
        }
    }

    /// Writes it into a keyed state. Kind, and form: each preceded by its length, so no two pairs read the same.
    pub(super) fn feed(&self, mac: &mut Hmac<Sha256>) {
        let (kind, form) = self.parts();
        absorb(mac, kind, form);
    }
}

/// One purpose and one value, unambiguously. Short values take one block: the cost is that of the bare HMAC.
pub(super) fn absorb(mac: &mut Hmac<Sha256>, kind: &[u8], form: &[u8]) {
    // A word of a kind is a literal of at most fifteen bytes.
    let kind_len = u8::try_from(kind.len()).unwrap_or(u8::MAX);
    let [a, b, c, d, e, f, g, h] = (form.len() as u64).to_be_bytes();
    mac.update(&[kind_len, a, b, c, d, e, f, g, h]);
    mac.update(kind);
    mac.update(form);
}

impl fmt::Debug for Identity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

/// A person by family name and date of birth, in the form that two spellings of one entry share. Wiped when dropped.
///
/// Capitals, surrounding and repeated white space do not count; letters with their accents do.
pub struct Persoon {
    canonical: Zeroizing<String>,
}

/// Why a name cannot be turned into a pseudonym. Never holds the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NaamFout {
    /// Nothing is left of it.
    #[error("the name is empty: without a name there is nothing to recognise the person by")]
    Leeg,
    /// Accents written as separate characters: the same name would get two pseudonyms.
    #[error("the name has accents as separate characters: let the adapter compose it (Unicode NFC) first")]
    NietSamengesteld,
}

impl Persoon {
    /// From a name and a date of birth.
    ///
    /// # Errors
    /// When the name is empty, or has combining characters: composing them takes tables that this room does not have.
    pub fn new(naam: &str, geboren: Date) -> Result<Self, NaamFout> {
        if naam.chars().any(|c| matches!(c, '\u{300}'..='\u{36f}')) {
            return Err(NaamFout::NietSamengesteld);
        }
        // Sized once: growing would leave copies behind that nobody wipes.
        let mut canonical = Zeroizing::new(String::with_capacity(naam.len().saturating_mul(3).saturating_add(16)));
        for word in naam.split_whitespace() {
            canonical.extend(word.chars().flat_map(char::to_lowercase));
            canonical.push(' ');
        }
        if canonical.is_empty() {
            return Err(NaamFout::Leeg);
        }
        // The name ends in a space and the date has ten characters: the two cannot run into each other.
        let (year, month, day) = (geboren.year(), geboren.month(), geboren.day());
        let _ = fmt::Write::write_fmt(&mut *canonical, format_args!("{year:04}-{month:02}-{day:02}"));
        Ok(Self { canonical })
    }
}

impl fmt::Debug for Persoon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Persoon(…)")
    }
}
