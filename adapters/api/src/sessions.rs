//! Sessions of persons: begun with a password and a code, shown as a random token, and gone after half an hour.
//!
//! A code counts once in its half minute, so it cannot go with every request; what it opens does. Only the digest of a
//! token is kept, in this process: another instance asks to log in there. A session belongs to the connection by which
//! it began, and counts only while its account is active.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use sha2::{Digest as _, Sha256};
use sluis_rules::journal::hex;
use sluis_stations::Wie;
use sluis_stations::ports::Account;
use tokio::time::Instant;

use crate::api::Api;
use crate::auth::{Caller, Fingerprint};
use crate::problem::Problem;

/// How long a session lasts, used or not.
pub(crate) const LASTS: Duration = Duration::from_secs(30 * 60);
/// Most sessions at once; the oldest goes first.
const MOST: usize = 1000;
/// The header with the session of who acts.
pub(crate) const FIRST: &str = "sluis-sessie";
/// The header with the session of the second person.
pub(crate) const SECOND: &str = "sluis-tweede-sessie";

struct Session {
    account: String,
    place: usize,
    until: Instant,
}

#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<Fingerprint, Session>>);

fn digest(token: &str) -> Fingerprint {
    Sha256::digest(token.as_bytes()).into()
}

impl Sessions {
    fn all(&self) -> MutexGuard<'_, HashMap<Fingerprint, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a session for an account on a connection; gives its token, shown once.
    pub(crate) fn begin(&self, account: &Account, place: usize) -> Result<String, Problem> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|_| Problem::new("fout-bij-ons"))?;
        let token = hex(&random);
        let mut all = self.all();
        if all.len() >= MOST
            && let Some(oldest) = all.iter().min_by_key(|(_, s)| s.until).map(|(k, _)| *k)
        {
            all.remove(&oldest);
        }
        let session = Session {
            account: account.id().to_owned(),
            place,
            until: Instant::now() + LASTS,
        };
        all.insert(digest(&token), session);
        Ok(token)
    }

    /// Ends a session; one that is not there has ended.
    pub(crate) fn end(&self, token: &str) {
        self.all().remove(&digest(token));
    }

    /// The account of a session of this connection.
    fn account(&self, token: &str, place: usize) -> Option<String> {
        let all = self.all();
        let session = all.get(&digest(token))?;
        (session.place == place && session.until > Instant::now()).then(|| session.account.clone())
    }

    pub(crate) fn tidy(&self) {
        let now = Instant::now();
        self.all().retain(|_, s| s.until > now);
    }
}

/// The one value of a header; twice is once too often.
pub(crate) fn one<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>, Problem> {
    let mut given = headers.get_all(name).iter();
    match (given.next(), given.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Problem::new("sessie-ongeldig")),
        (Some(_), Some(_)) => Err(Problem::new("sessie-ongeldig")),
    }
}

impl Api {
    /// The caller with the persons whose sessions came along; as it is when none did.
    pub(crate) fn acting(
        &self,
        headers: &HeaderMap,
        place: usize,
        caller: Arc<Caller>,
    ) -> Result<Arc<Caller>, Problem> {
        let wrong = || Problem::new("sessie-ongeldig");
        let account = |name| -> Result<Option<Account>, Problem> {
            let Some(token) = one(headers, name)? else {
                return Ok(None);
            };
            let id = self.sessions.account(token, place).ok_or_else(wrong)?;
            let found = self.accounts.as_ref().and_then(|a| a.active(&id));
            found.map(Some).ok_or_else(wrong)
        };
        match (account(FIRST)?, account(SECOND)?) {
            (None, None) => Ok(caller),
            (None, Some(_)) => Err(wrong()),
            (Some(first), second) => {
                let wie = Wie::persoon(first, second, Some(caller.koppeling.clone()));
                Ok(Arc::new(Caller {
                    wie: Some(wie),
                    ..Caller::clone(&caller)
                }))
            }
        }
    }
}
