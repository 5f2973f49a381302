//! A sealed message, format `SLZ1` (frozen: a change is a new magic or a new suite, and old ones stay readable).
//!
//! ```text
//! offset  size  what
//!      0     4  magic "SLZ1"
//!      4     1  suite: 1 = AES-256-GCM, key for each message by HMAC-SHA-256
//!      5     4  epoch of the root key, big endian
//!      9     1  size bucket b: the padded plaintext has 2^b bytes, 10 ≤ b ≤ 26
//!     10    16  salt, random
//!     26   2^b  ciphertext of: length of the plaintext (4, big endian) ‖ plaintext ‖ zeros
//!  26+2^b   16  tag
//! ```
//!
//! Associated data: the 26 bytes of the header ‖ the context (effect id and place) in UTF-8. The header has a fixed
//! length, so nothing can move between the two. Whoever changes the epoch, the bucket or the context breaks the tag.
//!
//! *Nonces.* GCM falls when a (key, nonce) pair is used twice, and with random 96-bit nonces one key is good for 2³²
//! messages only. Here every message has a key of its own: HMAC-SHA-256(sealing key of the epoch, salt), and the nonce
//! is zero. A pair repeats only when a 128-bit salt does: after 2⁴⁸ messages in one epoch the chance is about 2⁻³³,
//! and NIST's bound of 2⁻³² is not reached in any life of a gateway. No counter has to survive a crash.
//!
//! *Length.* Padding to powers of two from 1 KiB shows only the bucket: what was stripped cannot be read off the size.

use aes_gcm::aead::{AeadInOut, KeyInit, inout::InOutBuf};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use sluis_stations::ports::{Opened, PortError};
use zeroize::Zeroizing;

use crate::derive::{BERICHT, Key, mac};

const MAGIC: &[u8; 4] = b"SLZ1";
const SUITE: u8 = 1;
const HEADER: usize = 26;
const TAG: usize = 16;
const LENGTH: usize = 4;
const SMALLEST: u8 = 10;
const LARGEST: u8 = 26;

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) epoch: u32,
    bucket: u8,
    salt: [u8; 16],
}

const fn corrupt(why: &'static str) -> PortError {
    PortError::Corrupt("a sealed message", why)
}

impl Header {
    fn bytes(&self) -> [u8; HEADER] {
        let mut out = [0; HEADER];
        let fields: [&[u8]; 5] = [MAGIC, &[SUITE], &self.epoch.to_be_bytes(), &[self.bucket], &self.salt];
        out.iter_mut()
            .zip(fields.into_iter().flatten())
            .for_each(|(to, from)| *to = *from);
        out
    }

    /// Reads the header.
    pub(crate) fn read(sealed: &[u8]) -> Result<Self, PortError> {
        let header: &[u8; HEADER] = sealed.first_chunk().ok_or(corrupt("it is cut off"))?;
        let (magic, rest) = header.split_at(4);
        if magic != MAGIC {
            return Err(corrupt("it does not begin as one"));
        }
        let &[suite, e0, e1, e2, e3, bucket, ref salt @ ..] = rest else {
            return Err(corrupt("it is cut off"));
        };
        if suite != SUITE {
            return Err(corrupt("its suite is not known here: start the newer program"));
        }
        if !(SMALLEST..=LARGEST).contains(&bucket) {
            return Err(corrupt("its size bucket does not exist"));
        }
        let salt = salt.try_into().map_err(|_| corrupt("it is cut off"))?;
        Ok(Self {
            epoch: u32::from_be_bytes([e0, e1, e2, e3]),
            bucket,
            salt,
        })
    }
}

/// The cipher of one message, and what the tag covers beside the ciphertext.
fn cipher(key: &Key, header: &Header, context: &str) -> (Aes256Gcm, Vec<u8>) {
    let message_key = mac(key, BERICHT, &[&header.salt]);
    let associated = [&header.bytes(), context.as_bytes()].concat();
    (Aes256Gcm::new((&*message_key).into()), associated)
}

/// The smallest bucket that holds the plaintext and its length.
fn bucket(plain: usize) -> Option<u8> {
    (SMALLEST..=LARGEST).find(|b| plain.saturating_add(LENGTH) <= 1_usize << b)
}

/// Seals under the sealing key of an epoch.
pub(crate) fn seal(key: &Key, epoch: u32, context: &str, plain: &[u8]) -> Result<Vec<u8>, PortError> {
    let bucket = bucket(plain.len()).ok_or(PortError::Full("a sealed message (64 MiB)"))?;
    let length = u32::try_from(plain.len()).map_err(|_| PortError::Full("a sealed message (64 MiB)"))?;
    let mut salt = [0; 16];
    getrandom::fill(&mut salt)
        .map_err(|_| PortError::Unavailable("the key ring", "the system gives no random bytes"))?;
    let header = Header { epoch, bucket, salt };
    let (cipher, associated) = cipher(key, &header, context);
    // One buffer from plaintext to ciphertext, of its full size from the start: no copy of the plaintext stays behind.
    let padded = 1_usize << bucket;
    let mut out = Vec::with_capacity(HEADER + padded + TAG);
    out.extend_from_slice(&header.bytes());
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(plain);
    out.resize(HEADER + padded, 0);
    let body = out.get_mut(HEADER..).unwrap_or_default();
    let tag = cipher
        .encrypt_inout_detached(&Nonce::default(), &associated, InOutBuf::from(body))
        .map_err(|_| PortError::Full("a sealed message (64 MiB)"))?;
    out.extend_from_slice(&tag);
    Ok(out)
}

/// Opens under the sealing key of the epoch that the header names.
pub(crate) fn open(key: &Key, header: &Header, context: &str, sealed: &[u8]) -> Result<Opened, PortError> {
    let padded = 1_usize << header.bucket;
    if sealed.len() != HEADER + padded + TAG {
        return Err(corrupt("it is cut off or something was added"));
    }
    let body = sealed.get(HEADER..).unwrap_or_default();
    let (body, tag) = body.split_at_checked(padded).ok_or(corrupt("it is cut off"))?;
    let tag = Tag::try_from(tag).map_err(|_| corrupt("it is cut off"))?;
    let (cipher, associated) = cipher(key, header, context);
    let mut plain = Zeroizing::new(body.to_vec());
    cipher
        .decrypt_inout_detached(
            &Nonce::default(),
            &associated,
            InOutBuf::from(plain.as_mut_slice()),
            &tag,
        )
        .map_err(|_| corrupt("it was changed, or it was sealed for another message or place"))?;
    let (length, rest) = plain.split_first_chunk::<LENGTH>().ok_or(corrupt("it is cut off"))?;
    let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
    // Authentic, so this only fails when whoever sealed it was wrong.
    Ok(Opened::new(
        rest.get(..length).ok_or(corrupt("its length is wrong"))?.to_vec(),
    ))
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::new([3; 32])
    }

    fn open_it(context: &str, sealed: &[u8]) -> Result<Opened, PortError> {
        open(&key(), &Header::read(sealed)?, context, sealed)
    }

    #[test]
    fn what_was_sealed_opens_and_only_so() {
        for size in [0, 1, 1019, 1020, 1021, 5000, 70_000] {
            let plain = vec![b'x'; size];
            let sealed = seal(&key(), 5, "e1/aanvaard", &plain).unwrap();
            assert_eq!(Header::read(&sealed).unwrap().epoch, 5);
            assert_eq!(open_it("e1/aanvaard", &sealed).unwrap().bytes(), plain);
            assert!(open_it("e2/aanvaard", &sealed).is_err(), "another context");
            assert!(open_it("", &sealed).is_err());
        }
    }

    #[test]
    fn every_flipped_bit_shows() {
        let sealed = seal(&key(), 1, "c", b"inhoud").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            // The key is looked up by epoch; here the same key stands for every epoch, and the tag still objects.
            assert!(open_it("c", &changed).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn cut_off_or_longer_shows() {
        let sealed = seal(&key(), 1, "c", b"inhoud").unwrap();
        for len in 0..sealed.len() {
            assert!(open_it("c", &sealed[..len]).is_err(), "{len}");
        }
        assert!(open_it("c", &[sealed.as_slice(), b"\0"].concat()).is_err());
    }

    #[test]
    fn the_size_tells_only_the_bucket() {
        let size = |n: usize| seal(&key(), 1, "c", &vec![0; n]).unwrap().len();
        assert_eq!(size(0), size(1020));
        assert_eq!(size(0), 26 + 1024 + 16);
        assert_eq!(size(1021), size(2044));
        assert_ne!(size(1020), size(1021));
    }

    #[test]
    fn the_same_twice_looks_different() {
        let (a, b) = (seal(&key(), 1, "c", b"x").unwrap(), seal(&key(), 1, "c", b"x").unwrap());
        assert_ne!(a[26..], b[26..]);
    }

    #[test]
    fn too_large_is_refused() {
        assert!(bucket((1 << 26) - 4).is_some());
        assert!(bucket((1 << 26) - 3).is_none());
        assert!(bucket(usize::MAX).is_none());
    }
}
