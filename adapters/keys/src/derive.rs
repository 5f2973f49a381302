//! Keys from roots: HMAC-SHA-256 as a key derivation function with a label for each purpose (NIST SP 800-108r1, one
//! block). A root is never used for anything else, so two purposes never share a key.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A key or a root: 256 bits, wiped when dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// Label of the key that seals messages at rest.
pub(crate) const ZEGEL: &str = "zegel";

/// Label of the per-message key under [`ZEGEL`].
pub(crate) const BERICHT: &str = "zegel/bericht";

/// Label of the keys for ids; the purpose follows it.
pub(crate) const KENMERK: &str = "kenmerk/";

/// HMAC-SHA-256 of the parts, each preceded by its length, so that no two lists of parts read the same.
pub(crate) fn mac(key: &Key, label: &str, parts: &[&[u8]]) -> Key {
    // A key of any length is taken by HMAC; this branch is not reached.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_slice()) else {
        return Key::default();
    };
    mac.update(b"sluis-v1\0");
    for part in std::iter::once(label.as_bytes()).chain(parts.iter().copied()) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// The key of a purpose.
pub(crate) fn derive(root: &Key, purpose: &str) -> Key {
    mac(root, purpose, &[])
}

/// 256 random bits from the operating system.
pub(crate) fn random() -> Option<Key> {
    let mut key = Key::default();
    getrandom::fill(key.as_mut_slice()).ok().map(|()| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_and_boundaries_give_other_keys() {
        let root = Key::new([7; 32]);
        assert_ne!(*derive(&root, "a"), *derive(&root, "b"));
        assert_ne!(*mac(&root, "x", &[b"ab", b"c"]), *mac(&root, "x", &[b"a", b"bc"]));
        assert_ne!(*mac(&root, "x", &[b""]), *mac(&root, "x", &[]));
    }
}
