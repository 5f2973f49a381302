//! Announcements: which bundle, and whether it was announced before.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use sluis_rules::scan::{Caps, Scratch, check};

/// The header of the signature: hex of HMAC-SHA-512 over the body as it was sent.
pub const SIGNATURE_HEADER: &str = "X-Signature-SHA512";

/// The most that an announcement may be.
const CAPS: Caps = Caps {
    bytes: 4 * 1024,
    depth: 4,
    nodes: 32,
};
/// How long a source may deliver an announcement again; and how far its clock may be ahead of ours.
const WINDOW: Duration = Duration::from_secs(24 * 3600);
const AHEAD: Duration = Duration::from_secs(300);
/// Announcements remembered. One that was forgotten is fetched again, which changes nothing.
const MOST: usize = 100_000;

/// That there is something; never what.
#[derive(Deserialize)]
pub(crate) struct Announcement {
    #[serde(rename = "modelType")]
    model: String,
    #[serde(rename = "eventType")]
    event: String,
    pub(crate) id: String,
    timestamp: Timestamp,
}

impl Announcement {
    /// Reads a body whose signature was verified; errors say nothing, because the body may hold anything.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        check(body, &CAPS, &mut Scratch::default()).ok()?;
        serde_json::from_slice(body).ok()
    }

    pub(crate) fn is_bundle(&self) -> bool {
        self.model == "Bundle" && matches!(self.event.as_str(), "CREATE" | "UPDATE") && is_plain_id(&self.id)
    }

    /// Whether it is of today: an older one is a recording that somebody plays.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        let age = now.duration_since(self.timestamp);
        let window = jiff::SignedDuration::try_from(WINDOW).unwrap_or_default();
        let ahead = jiff::SignedDuration::try_from(AHEAD).unwrap_or_default();
        age <= window && -age <= ahead
    }
}

/// Whether an id may stand in an address: an id of FHIR, and not a bare number that could be a BSN or pupil number.
pub(crate) fn is_plain_id(id: &str) -> bool {
    let plain = (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        && id.bytes().any(|b| b != b'.');
    plain && !((8..=10).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit()))
}

/// Digests that were seen, and the order in which they came.
type Seen = (BTreeSet<[u8; 32]>, VecDeque<[u8; 32]>);

/// Announcements of which the bundle was settled, by digest.
#[derive(Default)]
pub(crate) struct Settled(Mutex<Seen>);

impl Settled {
    pub(crate) fn knows(&self, body: &[u8]) -> bool {
        let digest: [u8; 32] = Sha256::digest(body).into();
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.0.contains(&digest)
    }

    pub(crate) fn remember(&self, body: &[u8]) {
        let digest: [u8; 32] = Sha256::digest(body).into();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (set, order) = &mut *known;
        if set.insert(digest) {
            order.push_back(digest);
        }
        if order.len() > MOST
            && let Some(oldest) = order.pop_front()
        {
            set.remove(&oldest);
        }
    }
}
