//! Announcements: who signed, and of which hulpvraag.

use serde::Deserialize;
use sluis_rules::scan::{Caps, Scratch, check};

/// The header of the signature: hex of HMAC-SHA512 over the body as it was sent.
pub const SIGNATURE_HEADER: &str = "X-Handtekening-SHA512";

/// The most that an announcement may be.
const CAPS: Caps = Caps {
    bytes: 4 * 1024,
    depth: 4,
    nodes: 32,
};

/// That there is something; never what.
#[derive(Deserialize)]
pub(crate) struct Announcement {
    pub(crate) id: String,
    pub(crate) soort: String,
}

impl Announcement {
    /// Reads a body whose signature was verified; errors say nothing, because the body may hold anything.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        check(body, &CAPS, &mut Scratch::default()).ok()?;
        serde_json::from_slice(body).ok()
    }

    pub(crate) fn is_hulpvraag(&self) -> bool {
        self.soort == "hulpvraag"
    }
}

/// Whether an id may stand in an address: a plain word, and not a bare number that could be a BSN or pupil number.
pub(crate) fn is_plain_id(id: &str) -> bool {
    let plain = (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        && id.bytes().any(|b| b != b'.');
    plain && !((8..=10).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use sluis_outward::Signature;

    use super::*;

    #[test]
    fn only_the_right_signature_of_the_right_bytes_counts() {
        let (secret, body) = ("kindkans-proefgeheim", br#"{"id":"KK-1"}"#);
        let ours = Signature::new(secret).unwrap();
        let good = sluis_simulators::kindkans::signature(secret.as_bytes(), body);
        assert!(ours.is_of(good.as_bytes(), body));
        assert!(ours.is_of(good.to_uppercase().as_bytes(), body));
        let other = sluis_simulators::kindkans::signature(b"een ander geheim", body);
        let cut = &good.as_bytes()[..126];
        for wrong in [other.as_bytes(), cut, b"", &[b'g'; 128]] {
            assert!(!ours.is_of(wrong, body));
        }
        assert!(!ours.is_of(good.as_bytes(), br#"{"id":"KK-2"}"#));
        assert!(Signature::new("te kort").is_none());
    }

    #[test]
    fn an_id_is_a_plain_word_and_no_number_of_a_person() {
        for fine in ["KK-2026-00001", "a", "1234567", "12345678901", "a.b_c"] {
            assert!(is_plain_id(fine), "{fine}");
        }
        for wrong in [
            "",
            "..",
            "../x",
            "a/b",
            "a b",
            "a?b",
            "a%2e",
            "é",
            "999900006",
            "12345678",
            &"a".repeat(65),
        ] {
            assert!(!is_plain_id(wrong), "{wrong}");
        }
    }
}
