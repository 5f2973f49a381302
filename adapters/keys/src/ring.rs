//! The key ring: epochs in memory, and the port.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use sluis_rules::journal::hex;
use sluis_rules::pseudonym::{Epoch, MasterKey, PseudonymKey, PseudonymKeys, Receiver};
use sluis_stations::ports::{Opened, PortError, Sealer};

use crate::derive::{KENMERK, Key, ZEGEL, derive, mac, random};
use crate::error::KeysError;
use crate::file::{self, Keys};
use crate::format::{self, Header};

/// The keys of this organisation: seals and opens for its own stations, and makes keyed ids.
///
/// Seals with the newest epoch and opens with every epoch that is not forgotten. Keys are wiped when dropped; `Debug`
/// shows the epochs only.
pub struct KeyRing {
    path: PathBuf,
    keys: RwLock<Ready>,
}

/// The keys, and what is derived from them once.
struct Ready {
    keys: Keys,
    zegel: BTreeMap<u32, Key>,
}

impl Ready {
    fn new(keys: Keys) -> Self {
        let zegel = keys
            .epochs
            .iter()
            .filter_map(|(&epoch, root)| root.as_ref().map(|root| (epoch, derive(root, ZEGEL))))
            .collect();
        Self { keys, zegel }
    }
}

impl KeyRing {
    /// Reads the key file.
    ///
    /// For a store that exists already: an absent key file is then a mistake to stop at, not a reason to make new keys.
    ///
    /// # Errors
    /// When the file is missing, open to others than its owner, unreadable or newer than this program.
    pub fn open(path: &Path) -> Result<Self, KeysError> {
        Ok(Self {
            path: path.to_owned(),
            keys: RwLock::new(Ready::new(file::read(path)?)),
        })
    }

    /// Reads the key file, and makes it first when there is none: mode 0600, durable before it is used.
    ///
    /// # Errors
    /// As [`KeyRing::open`], and when the file cannot be made or the system gives no randomness.
    pub fn open_or_create(path: &Path) -> Result<Self, KeysError> {
        match Self::open(path) {
            Err(KeysError::Missing { .. }) => {
                file::create(path, &Keys::new()?)?;
                Self::open(path)
            }
            other => other,
        }
    }

    /// Adds an epoch of pseudonyms with a master key of its own, durable before it makes one, and gives its number: from
    /// now on every derde gets other names. Those of earlier epochs are still recognised, until they are forgotten.
    ///
    /// # Errors
    /// As [`KeyRing::rotate`].
    pub fn rotate_pseudonyms(&self) -> Result<u32, KeysError> {
        self.change(|keys| {
            let newest = keys.schuilnamen.last_key_value().map_or(0, |(&epoch, _)| epoch);
            let next = newest.checked_add(1).ok_or(KeysError::NoMoreEpochs)?;
            let master = random().ok_or(KeysError::NoRandomness)?;
            keys.schuilnamen.insert(next, Some(master));
            Ok(next)
        })
    }

    /// Destroys the master key of an earlier epoch: its pseudonyms can never be led back to anybody again.
    ///
    /// # Errors
    /// As [`KeyRing::forget`].
    pub fn forget_pseudonyms(&self, epoch: u32) -> Result<(), KeysError> {
        self.change(|keys| forget_of(&mut keys.schuilnamen, epoch))
    }

    /// Makes the first epoch of pseudonyms, for a key file of before there were any. `false`: there was one.
    ///
    /// # Errors
    /// As [`KeyRing::rotate`].
    pub fn ensure_pseudonyms(&self) -> Result<bool, KeysError> {
        if self.with(|ready| !ready.keys.schuilnamen.is_empty()) {
            return Ok(false);
        }
        self.rotate_pseudonyms().map(|_| true)
    }

    /// Adds an epoch with a new key, durable before it seals, and gives its number. What was sealed before still opens.
    ///
    /// # Errors
    /// When the file cannot be replaced, or another process changed it.
    pub fn rotate(&self) -> Result<u32, KeysError> {
        self.change(|keys| {
            let newest = keys.epochs.last_key_value().map_or(0, |(&epoch, _)| epoch);
            let next = newest.checked_add(1).ok_or(KeysError::NoMoreEpochs)?;
            keys.epochs.insert(next, Some(random().ok_or(KeysError::NoRandomness)?));
            Ok(next)
        })
    }

    /// Destroys the key of an epoch: what was sealed with it can never be opened again (crypto-shredding). Copies of the
    /// key file elsewhere have to be destroyed too.
    ///
    /// # Errors
    /// When the epoch still seals or does not exist, when the file cannot be replaced, or another process changed it.
    pub fn forget(&self, epoch: u32) -> Result<(), KeysError> {
        self.change(|keys| forget_of(&mut keys.epochs, epoch))
    }

    /// The epochs that open, oldest first; the last one seals.
    #[must_use]
    pub fn epochs(&self) -> Vec<u32> {
        self.with(|ready| ready.zegel.keys().copied().collect())
    }

    fn change<T>(&self, edit: impl FnOnce(&mut Keys) -> Result<T, KeysError>) -> Result<T, KeysError> {
        let mut ready = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let mut keys = ready.keys.copy();
        let answer = edit(&mut keys)?;
        match file::replace(&self.path, &ready.keys, &keys) {
            Ok(()) => {}
            // The change itself stands when only the wiping of the old bytes failed: memory follows the file.
            Err(e) if file::read(&self.path).is_ok_and(|now| now == keys) => {
                *ready = Ready::new(keys);
                return Err(e);
            }
            Err(e) => return Err(e),
        }
        *ready = Ready::new(keys);
        Ok(answer)
    }

    fn with<T>(&self, look: impl FnOnce(&Ready) -> T) -> T {
        look(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Only an earlier epoch can be forgotten.
fn forget_of(epochs: &mut BTreeMap<u32, Option<Key>>, epoch: u32) -> Result<(), KeysError> {
    if epochs.last_key_value().is_some_and(|(&newest, _)| newest == epoch) {
        return Err(KeysError::StillSeals(epoch));
    }
    match epochs.get_mut(&epoch) {
        Some(root @ Some(_)) => {
            *root = None;
            Ok(())
        }
        _ => Err(KeysError::NoSuchEpoch(epoch)),
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("epochs", &self.epochs())
            .finish_non_exhaustive()
    }
}

impl Sealer for KeyRing {
    fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, PortError> {
        self.with(|ready| {
            let (&epoch, key) = ready
                .zegel
                .last_key_value()
                .ok_or(PortError::Unavailable("the key ring", "no epoch has a key: rotate"))?;
            format::seal(key, epoch, context, plain)
        })
    }

    fn open(&self, context: &str, sealed: &[u8]) -> Result<Opened, PortError> {
        let header = Header::read(sealed)?;
        self.with(|ready| {
            let key = ready.zegel.get(&header.epoch).ok_or(PortError::Corrupt(
                "a sealed message",
                "the key of its epoch is not in the key file: it was forgotten, or this is the file of another store",
            ))?;
            format::open(key, &header, context, sealed)
        })
    }

    fn keyed_id(&self, purpose: &str, parts: &[&[u8]]) -> String {
        self.with(|ready| {
            let key = derive(&ready.keys.kenmerk, &format!("{KENMERK}{purpose}"));
            hex(mac(&key, purpose, parts).as_slice())
        })
    }

    fn pseudonyms(&self, receiver: &Receiver) -> Result<PseudonymKeys, PortError> {
        const NONE: PortError = PortError::Unavailable(
            "the key ring",
            "it has no key for pseudonyms: put a copy of the key file back",
        );
        self.with(|ready| {
            // An older key never takes the place of the newest: who receives would see a name that was to be left behind.
            if !matches!(ready.keys.schuilnamen.last_key_value(), Some((_, Some(_)))) {
                return Err(NONE);
            }
            // The newest first. Each epoch has a master key of its own, so that an old one can be destroyed.
            let mut keys = ready.keys.schuilnamen.iter().rev().filter_map(|(&epoch, master)| {
                let master = MasterKey::new(master.clone()?).ok()?;
                PseudonymKey::derive(&master, receiver.clone(), Epoch(epoch)).ok()
            });
            let current = keys.next().ok_or(NONE)?;
            PseudonymKeys::new(current, keys.collect()).map_err(|_| NONE)
        })
    }
}
