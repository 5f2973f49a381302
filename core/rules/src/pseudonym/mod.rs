//! Pseudonyms: the same person under another name for every receiver (14.3; GDPR 4.5).
//!
//! A hash is not a pseudonym: whoever has the hash of a BSN tries all BSNs in half a minute. Here every pseudonym is an
//! HMAC under a key that only the source has, and that is another one for every receiver, scope and epoch:
//!
//! ```text
//! master key ──HKDF-SHA-256──► key of (receiver, scope, epoch) ──HMAC-SHA-256──► pseudonym of (kind, canonical form)
//! ```
//!
//! So one receiver can link within its own scope and epoch, and nobody else can link at all. That only holds when the
//! rest of the envelope does not link either: [`envelope`] has what a sender needs for ids, times and order.
//!
//! - [`MasterKey`] is an argument; it is kept outside the store. Only the source can go back from a pseudonym, by trying
//!   the persons it knows: [`PseudonymKeys::matches`]. Two people, the journal and a limit on the rate belong around it.
//! - Nothing here has a `Debug` that shows anything, a pseudonym included: it is personal data for whoever holds the key.
//! - Every list of parts that goes into a key or a pseudonym is preceded by its purpose, and every part by its length.
//!   A pseudonym costs one HMAC of a state made once, whatever the value. Labels are frozen: a changed label is another
//!   pseudonym for everybody.
//!
//! To add a kind of identifier: a variant of [`Identity`] with a word that was never used before.

pub mod envelope;
mod identity;
mod key;
mod ring;

use std::fmt;
use std::str::FromStr;

use subtle::ConstantTimeEq;

pub use identity::{Identity, NaamFout, Persoon};
pub use key::{Epoch, KeyError, MasterKey, PseudonymKey, Receiver, Scope};
pub use ring::PseudonymKeys;

/// Length of a pseudonym in characters: 160 bits in base32, five bits a character, nothing left over.
pub const LENGTH: usize = 32;

/// RFC 4648 base32 in lower case: survives systems that fold case, and needs no escaping anywhere.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A pseudonym: 32 characters of `a–z2–7`. Compared in constant time, shown by nobody but [`Pseudonym::as_str`].
#[derive(Clone, Copy)]
pub struct Pseudonym([u8; LENGTH]);

impl Pseudonym {
    /// The first 160 bits of a digest, as text.
    fn of(digest: &[u8; 32]) -> Self {
        let mut text = [0; LENGTH];
        for (group, chars) in digest.chunks_exact(5).zip(text.chunks_exact_mut(8)) {
            let bits = group.iter().fold(0u64, |bits, byte| (bits << 8) | u64::from(*byte));
            for (char, shift) in chars.iter_mut().zip([35, 30, 25, 20, 15, 10, 5, 0]) {
                let five = usize::try_from((bits >> shift) & 31).unwrap_or(0);
                *char = ALPHABET.get(five).copied().unwrap_or(b'a');
            }
        }
        Self(text)
    }

    /// The characters, for the message.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }
}

impl PartialEq for Pseudonym {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Pseudonym {}

impl fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonym(…)")
    }
}

/// The text is not a pseudonym: 32 characters, `a` to `z` and `2` to `7`. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a pseudonym: it has 32 characters, a to z and 2 to 7, in lower case")]
pub struct NotAPseudonym;

impl FromStr for Pseudonym {
    type Err = NotAPseudonym;
    fn from_str(s: &str) -> Result<Self, NotAPseudonym> {
        let text: [u8; LENGTH] = s.as_bytes().try_into().map_err(|_| NotAPseudonym)?;
        if text.iter().all(|c| ALPHABET.contains(c)) {
            Ok(Self(text))
        } else {
            Err(NotAPseudonym)
        }
    }
}
