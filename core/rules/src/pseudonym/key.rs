//! The keys: a master key, and one derived key per receiver, scope and epoch.

use std::fmt;
use std::str::FromStr;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::identity::absorb;
use super::{Identity, Pseudonym};
use crate::ids::Partij;

/// Salt of the extraction: keeps these keys apart from whatever else is ever made of the same secret. Frozen.
const SALT: &[u8] = b"sluis/pseudonym/v1";

/// Why a key cannot be made. Never holds a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// All bytes alike: a buffer that nobody filled.
    #[error(
        "the master key of pseudonyms was never filled: all its bytes are alike; make a new one from the system's randomness"
    )]
    NotFilled,
    /// Another scope than the rule of its text allows.
    #[error("a scope of pseudonyms has 1 to 64 characters: a to z, 0 to 9, `-`, `.`, `/` and `_`")]
    Scope,
    /// Keys in one ring are for one receiver and scope.
    #[error(
        "the keys are not all for the same receiver and scope: pseudonyms of one must never be compared with another's"
    )]
    Mixed,
    /// Epochs in one ring go down.
    #[error("the epochs of the earlier keys do not go down from the current one, each once")]
    Epochs,
    /// The key derivation refused.
    #[error("the key derivation refused: this is a fault in the program")]
    Derivation,
}

/// The secret from which all keys of pseudonyms are derived: 256 random bits of the source, kept outside the store.
pub struct MasterKey(Hkdf<Sha256>);

impl MasterKey {
    /// Takes the secret; the caller's copy is wiped.
    ///
    /// # Errors
    /// When it was never filled.
    pub fn new(secret: Zeroizing<[u8; 32]>) -> Result<Self, KeyError> {
        let [first, rest @ ..] = &*secret;
        if rest.iter().all(|byte| byte == first) {
            return Err(KeyError::NotFilled);
        }
        Ok(Self(Hkdf::new(Some(SALT), secret.as_slice())))
    }

    /// 256 bits for one use, receiver, scope and epoch. Each part is preceded by its length.
    pub(super) fn derive(&self, r: &Receiver, epoch: Epoch) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let mut key = Zeroizing::new([0; 32]);
        let epoch = epoch.0.to_be_bytes();
        let parts: [&[u8]; 4] = [
            r.partij.oin.as_str().as_bytes(),
            r.partij.taak.as_str().as_bytes(),
            r.scope.0.as_bytes(),
            &epoch,
        ];
        let lengths = parts.map(|part| (part.len() as u64).to_be_bytes());
        let info: Vec<&[u8]> = lengths
            .iter()
            .zip(parts)
            .flat_map(|(length, part)| [length.as_slice(), part])
            .collect();
        self.0
            .expand_multi_info(&info, key.as_mut_slice())
            .map_err(|_| KeyError::Derivation)?;
        Ok(key)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// Within what a receiver may link: a consultation, a case, a delivery. Chosen by the source, no wider than needed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope(String);

impl FromStr for Scope {
    type Err = KeyError;
    fn from_str(s: &str) -> Result<Self, KeyError> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-./_".contains(&b);
        if (1..=64).contains(&s.len()) && s.bytes().all(fits) {
            Ok(Self(s.to_owned()))
        } else {
            Err(KeyError::Scope)
        }
    }
}

/// Number of a period between two rotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Epoch(pub u32);

/// Whose pseudonyms, and within what: a party is an organisation in a task, so two tasks of one municipality are two.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Receiver {
    /// Who receives.
    pub partij: Partij,
    /// Within what it may link.
    pub scope: Scope,
}

/// The key of one receiver, scope and epoch, with the HMAC state made once: a pseudonym clones it, and costs what the
/// bare HMAC costs.
pub struct PseudonymKey {
    receiver: Receiver,
    epoch: Epoch,
    state: Hmac<Sha256>,
}

impl PseudonymKey {
    /// Derives it.
    ///
    /// # Errors
    /// None that can happen: the derivation refuses only lengths that this never asks for.
    pub fn derive(master: &MasterKey, receiver: Receiver, epoch: Epoch) -> Result<Self, KeyError> {
        let key = master.derive(&receiver, epoch)?;
        let state = Hmac::new_from_slice(key.as_slice()).map_err(|_| KeyError::Derivation)?;
        Ok(Self { receiver, epoch, state })
    }

    /// Whose it is.
    #[must_use]
    pub const fn receiver(&self) -> &Receiver {
        &self.receiver
    }

    /// Of which epoch.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The pseudonym: always the same for the same identity, under this key.
    #[must_use]
    pub fn pseudonym(&self, identity: Identity<'_>) -> Pseudonym {
        let mut mac = self.state.clone();
        identity.feed(&mut mac);
        Pseudonym::of(&mac.finalize().into_bytes().into())
    }

    /// 256 bits for a use inside this module, under a word that is no kind of identity.
    pub(super) fn digest(&self, word: &'static [u8], value: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut mac = self.state.clone();
        absorb(&mut mac, word, value);
        Zeroizing::new(mac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymKey(…)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::ids::Taak;

    #[test]
    fn derived_keys_never_repeat() {
        let mut seen = BTreeSet::new();
        let mut made = 0;
        for secret in 1..=2u8 {
            let mut bytes = [7; 32];
            bytes[0] = secret;
            let master = MasterKey::new(Zeroizing::new(bytes)).unwrap();
            for oin in 0..8 {
                for taak in Taak::ALL {
                    // Scopes that begin, end and look alike.
                    for scope in ["a", "aa", "a/a", "a/", "/a", "school", "casus/1", "casus/11"] {
                        for epoch in [0, 1, 2, 255, 256, 65_536, u32::MAX] {
                            let oin = format!("0000009900000000{oin}000").parse().unwrap();
                            let receiver = Receiver {
                                partij: Partij { oin, taak },
                                scope: scope.parse().unwrap(),
                            };
                            seen.insert(*master.derive(&receiver, Epoch(epoch)).unwrap());
                            made += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(seen.len(), made);
        assert_eq!(made, 2 * 8 * 13 * 8 * 7);
    }
}
