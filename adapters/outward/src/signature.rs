//! Who signed an announcement.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha512;

/// Verifies signatures with the secret that was agreed on.
pub struct Signature(Hmac<Sha512>);

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signature(…)")
    }
}

impl Signature {
    /// None when the secret can be guessed: shorter than 16 bytes.
    #[must_use]
    pub fn new(secret: &str) -> Option<Self> {
        let mac = Hmac::new_from_slice(secret.as_bytes()).ok()?;
        (secret.len() >= 16).then_some(Self(mac))
    }

    /// Whether the signature, 128 hexadecimals of HMAC-SHA-512, is of this body. Compares in constant time.
    #[must_use]
    pub fn is_of(&self, signature: &[u8], body: &[u8]) -> bool {
        let Some(tag) = bytes(signature) else { return false };
        let mut mac = self.0.clone();
        mac.update(body);
        mac.verify_slice(&tag).is_ok()
    }
}

fn bytes(hex: &[u8]) -> Option<Vec<u8>> {
    if hex.len() != 128 {
        return None;
    }
    let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    hex.chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => Some((digit(high)? << 4) | digit(low)?),
            _ => None,
        })
        .collect()
}
