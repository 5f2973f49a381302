//! The accounts as a running gateway asks them. The file is read again when it changed: an account that is switched off
//! acts no more from its next call on.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use sluis_stations::ports::{Account, AccountRefusal, Accounts, Bewijs, Clock, Fut, Sealer};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::file::{self, Kept};
use crate::tries::Tries;
use crate::{password, totp};

/// Passwords looked at once: each takes 19 MiB and some tens of milliseconds of a processor.
const AT_ONCE: usize = 2;

/// What tells one file from the next: it is replaced whole.
type Stamp = (u64, i64, i64, u64);

#[derive(Default)]
struct State {
    stamp: Option<Stamp>,
    all: Arc<BTreeMap<String, Kept>>,
    tries: BTreeMap<String, Tries>,
}

/// Local accounts. Lockout and used codes are remembered by this process: see docs/decisions/0010.
pub struct AccountBook {
    path: PathBuf,
    sealer: Arc<dyn Sealer>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    places: Semaphore,
}

impl std::fmt::Debug for AccountBook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccountBook")
    }
}

impl AccountBook {
    /// The accounts in this file; none yet is no accounts.
    #[must_use]
    pub fn new(path: PathBuf, sealer: Arc<dyn Sealer>, clock: Arc<dyn Clock>) -> Self {
        Self {
            path,
            sealer,
            clock,
            state: Mutex::default(),
            places: Semaphore::new(AT_ONCE),
        }
    }

    fn with<R>(&self, work: impl FnOnce(&mut State) -> R) -> R {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn stamp(&self) -> Option<Stamp> {
        let m = std::fs::metadata(&self.path).ok()?;
        Some((m.ino(), m.mtime(), m.mtime_nsec(), m.len()))
    }

    /// The accounts of now. A file that cannot be read is no accounts: nobody acts by a file that was tampered with.
    fn all(&self) -> Arc<BTreeMap<String, Kept>> {
        let stamp = self.stamp();
        self.with(|state| {
            if stamp.is_none() || state.stamp != stamp {
                state.all = Arc::new(file::read(&self.path).unwrap_or_else(|error| {
                    tracing::error!(%error, "the accounts cannot be read: nobody can act");
                    BTreeMap::new()
                }));
                state.stamp = stamp;
            }
            Arc::clone(&state.all)
        })
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0)
    }

    async fn prove(&self, bewijs: Bewijs) -> Result<Account, AccountRefusal> {
        let all = self.all();
        let kept = all.get(&bewijs.account).filter(|k| k.actief).cloned();
        // Only accounts that exist are remembered: names that are made up fill no memory.
        if kept.is_some() {
            let now = self.now_ms();
            self.with(|state| {
                let tries = state.tries.entry(bewijs.account.clone()).or_default();
                match tries.closed(now) {
                    Some(left) => Err(AccountRefusal::Later(left)),
                    None => {
                        tries.begin(now);
                        Ok(())
                    }
                }
            })?;
        }
        let _place = self.places.acquire().await.map_err(|_| AccountRefusal::NietNu)?;
        let phc = kept.as_ref().map(|k| k.password().to_owned());
        let given = Zeroizing::new(bewijs.wachtwoord);
        let same = tokio::task::spawn_blocking(move || password::verify(&given, phc.as_deref()))
            .await
            .map_err(|_| AccountRefusal::NietNu)?;
        let kept = kept.filter(|_| same).ok_or(AccountRefusal::Geweigerd)?;
        let secret = kept.secret(self.sealer.as_ref()).ok_or(AccountRefusal::NietNu)?;
        let step = totp::check(secret.bytes(), &bewijs.code, self.now_ms() / 1000).ok_or(AccountRefusal::Geweigerd)?;
        let fresh = self.with(|state| state.tries.entry(kept.id.clone()).or_default().right(step));
        if fresh {
            Ok(Account::new(kept.id, kept.rollen))
        } else {
            Err(AccountRefusal::Geweigerd)
        }
    }
}

impl Accounts for AccountBook {
    fn verify(&self, bewijs: Bewijs) -> Fut<'_, Result<Account, AccountRefusal>> {
        Box::pin(self.prove(bewijs))
    }

    fn active(&self, id: &str) -> Option<Account> {
        let all = self.all();
        let kept = all.get(id).filter(|k| k.actief)?;
        Some(Account::new(kept.id.clone(), kept.rollen.iter().copied()))
    }
}
