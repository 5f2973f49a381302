//! The envelope: what would link two receivers although every person in the message has another name.
//!
//! | would link | what to do |
//! |---|---|
//! | id of the event, id of the case | [`message_id`], [`case_id`]: another one for each receiver, the same at every retry |
//! | `kenmerk` of the message | [`kenmerk`]: in the form that the canonical schemas ask for |
//! | the time | [`Bucket::floor`]: the time of a bucket, shared with whatever else fell into it |
//! | the order of persons in a delivery | [`shuffle`], under a seed of that receiver's |
//! | `traceparent`, a sender's own numbers, sizes | not here: a trace of its own per receiver; padding is the transport's |
//!
//! Quasi-identifiers (a birth date, an address, a small school) are generalised by the dictionary: no pseudonym hides them.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Identity, Pseudonym, PseudonymKey};
use crate::journal::hex;

/// Seconds in a day.
const DAY: i64 = 86_400;

/// The id of a case, for this receiver.
#[must_use]
pub fn case_id(key: &PseudonymKey, casus: &str) -> Pseudonym {
    key.pseudonym(Identity::Casus(casus))
}

/// The id of a message, for this receiver. A retry has the same one, so a receiver can still tell a repetition.
#[must_use]
pub fn message_id(key: &PseudonymKey, bericht: &str) -> Pseudonym {
    key.pseudonym(Identity::Bericht(bericht))
}

/// The `kenmerk` of a canonical message, for this receiver: 64 hexadecimal digits, as its schema asks.
#[must_use]
pub fn kenmerk(key: &PseudonymKey, kenmerk: &str) -> String {
    hex(key.digest(b"kenmerk", kenmerk.as_bytes()).as_slice())
}

/// The length of a bucket of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket(i64);

impl Bucket {
    /// One hour.
    pub const HOUR: Self = Self(3_600);

    /// One day in UTC.
    pub const DAY: Self = Self(DAY);

    /// A number of minutes that divides the day; `None` for another, whose buckets would shift from day to day.
    #[must_use]
    pub const fn minutes(minutes: u32) -> Option<Self> {
        let seconds = minutes as i64 * 60;
        if seconds > 0 && DAY % seconds == 0 {
            Some(Self(seconds))
        } else {
            None
        }
    }

    /// The beginning of the bucket: never later than the time itself, so nothing arrives from the future.
    #[must_use]
    pub fn floor(self, time: Timestamp) -> Timestamp {
        let nanos = i128::from(self.0) * 1_000_000_000;
        let floor = time.as_nanosecond().div_euclid(nanos) * nanos;
        Timestamp::from_nanosecond(floor).unwrap_or(Timestamp::MIN)
    }
}

/// What an order is drawn from: 256 bits. A receiver that knew it could undo the shuffle.
pub struct OrderSeed(Zeroizing<[u8; 32]>);

impl OrderSeed {
    /// From random bits that the caller has.
    #[must_use]
    pub const fn new(bits: Zeroizing<[u8; 32]>) -> Self {
        Self(bits)
    }

    /// For one delivery to one receiver: a retry has the same order, another receiver or delivery another.
    #[must_use]
    pub fn of(key: &PseudonymKey, levering: &str) -> Self {
        Self(key.digest(b"volgorde", levering.as_bytes()))
    }
}

impl fmt::Debug for OrderSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrderSeed(…)")
    }
}

/// Puts the items in an order that only the seed decides; every order is equally likely over the seeds.
///
/// The order before must itself be one that does not come from the persons (sorted by their pseudonyms, say) when a
/// retry has to give the same result.
pub fn shuffle<T>(items: &mut [T], seed: &OrderSeed) {
    let mut numbers = Numbers::new(seed);
    for last in (1..items.len()).rev() {
        items.swap(last, numbers.up_to(last));
    }
}

/// Numbers from a seed: HMAC of a counter.
struct Numbers {
    state: Option<Hmac<Sha256>>,
    counter: u64,
}

impl Numbers {
    fn new(seed: &OrderSeed) -> Self {
        // HMAC takes a key of any length: there is always a state.
        let state = Hmac::new_from_slice(seed.0.as_slice()).ok();
        Self { state, counter: 0 }
    }

    fn next(&mut self) -> u64 {
        let Some(mut mac) = self.state.clone() else { return 0 };
        mac.update(&self.counter.to_be_bytes());
        self.counter = self.counter.wrapping_add(1);
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        digest.first_chunk().map_or(0, |eight| u64::from_be_bytes(*eight))
    }

    /// A number from 0 up to and including `last`, each equally likely.
    fn up_to(&mut self, last: usize) -> usize {
        let many = (last as u64).saturating_add(1);
        // The numbers below this remainder would make the first results likelier than the others.
        let uneven = many.wrapping_neg() % many;
        loop {
            let number = self.next();
            if number >= uneven {
                return usize::try_from(number % many).unwrap_or(0);
            }
        }
    }
}
