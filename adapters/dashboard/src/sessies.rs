//! Sessions of persons at the screen. Only the digest of a token is kept, in this process: another instance asks to log in
//! there. Which roles the account has is not kept: it is asked at each request.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use sluis_rules::journal::hex;
use subtle::ConstantTimeEq as _;
use tokio::time::Instant;

/// How long a session lasts that nobody uses.
pub(crate) const IDLE: Duration = Duration::from_secs(15 * 60);
/// How long one lasts at most, used or not.
pub(crate) const LASTS: Duration = Duration::from_secs(4 * 60 * 60);
/// Most sessions at once; the one that was used longest ago goes first.
const MOST: usize = 1000;

type Digest = [u8; 32];

struct Sessie {
    account: String,
    csrf: String,
    begun: Instant,
    used: Instant,
}

impl Sessie {
    fn lives(&self, now: Instant) -> bool {
        now.duration_since(self.begun) < LASTS && now.duration_since(self.used) < IDLE
    }
}

/// The sessions of this process.
#[derive(Default)]
pub(crate) struct Sessies(Mutex<HashMap<Digest, Sessie>>);

fn digest(token: &str) -> Digest {
    Sha256::digest(token.as_bytes()).into()
}

/// 32 random bytes as hex; none when the system gives none.
pub(crate) fn random() -> Option<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(hex(&bytes))
}

/// The token of the form with which a session begins, which there is none of yet: bound to a cookie of its own.
pub(crate) fn before(cookie: &str) -> String {
    hex(&Sha256::new()
        .chain_update(b"sluis-aanmelden\0")
        .chain_update(cookie.as_bytes())
        .finalize())
}

/// In constant time.
pub(crate) fn same(given: &str, wanted: &str) -> bool {
    !wanted.is_empty() && bool::from(given.as_bytes().ct_eq(wanted.as_bytes()))
}

impl Sessies {
    fn all(&self) -> MutexGuard<'_, HashMap<Digest, Sessie>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a session under a token of its own, whatever the caller had before.
    pub(crate) fn begin(&self, account: &str, now: Instant) -> Option<String> {
        let (token, csrf) = (random()?, random()?);
        let mut all = self.all();
        all.retain(|_, s| s.lives(now));
        if all.len() >= MOST
            && let Some(oldest) = all.iter().min_by_key(|(_, s)| s.used).map(|(k, _)| *k)
        {
            all.remove(&oldest);
        }
        let sessie = Sessie {
            account: account.to_owned(),
            csrf,
            begun: now,
            used: now,
        };
        all.insert(digest(&token), sessie);
        Some(token)
    }

    /// The account of a session and the token of its forms. `used`: a person did this, so it lasts longer.
    pub(crate) fn find(&self, token: &str, used: bool, now: Instant) -> Option<(String, String)> {
        let mut all = self.all();
        let sessie = all.get_mut(&digest(token)).filter(|s| s.lives(now))?;
        if used {
            sessie.used = now;
        }
        Some((sessie.account.clone(), sessie.csrf.clone()))
    }

    /// Ends a session; one that is not there has ended.
    pub(crate) fn end(&self, token: &str) {
        self.all().remove(&digest(token));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_by_itself_used_or_not() {
        let (all, begin) = (Sessies::default(), Instant::now());
        let second = Duration::from_secs(1);
        let token = all.begin("op-1", begin).unwrap();
        assert!(all.find(&token, false, begin + IDLE - second).is_some());
        assert!(
            all.find(&token, true, begin + IDLE).is_none(),
            "looking along is no use of it"
        );
        let token = all.begin("op-1", begin).unwrap();
        let mut now = begin;
        while now + IDLE / 2 < begin + LASTS {
            now += IDLE / 2;
            assert!(all.find(&token, true, now).is_some());
        }
        assert!(all.find(&token, true, begin + LASTS).is_none());
    }

    #[test]
    fn every_session_has_tokens_of_its_own() {
        let (all, now) = (Sessies::default(), Instant::now());
        let (one, two) = (all.begin("op-1", now).unwrap(), all.begin("op-1", now).unwrap());
        assert_ne!(one, two);
        let csrf = |token: &str| all.find(token, true, now).map(|(_, csrf)| csrf);
        assert_ne!(csrf(&one).unwrap(), csrf(&two).unwrap());
        all.end(&one);
        assert!(csrf(&one).is_none() && csrf(&two).is_some());
        assert!(!same("", "") && !same("a", "b") && same("a", "a"));
    }

    #[test]
    fn the_oldest_makes_room() {
        let (all, now) = (Sessies::default(), Instant::now());
        let first = all.begin("op-1", now).unwrap();
        for _ in 0..MOST {
            all.begin("op-2", now + Duration::from_secs(1)).unwrap();
        }
        assert!(all.find(&first, true, now).is_none());
        assert_eq!(all.all().len(), MOST);
    }
}
