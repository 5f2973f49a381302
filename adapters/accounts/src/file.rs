//! The file, `versie` 1 (frozen): JSON, mode 0600, replaced whole. Passwords are Argon2id strings; the secret of the
//! code is sealed with the keys of this Sluis, bound to the account.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sluis_rules::journal::hex;
use sluis_stations::ports::{AccountRol, Opened, Sealer};
use zeroize::Zeroizing;

use crate::error::AccountsError;
use crate::{Enrolment, password, totp};

const VERSION: u32 = 1;
/// No file is larger: some thousands of accounts.
const LARGEST: u64 = 4 << 20;

/// One account as it is kept.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Its id.
    pub id: String,
    /// What a colleague calls it; never in the journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub naam: Option<String>,
    /// What it may do.
    pub rollen: BTreeSet<AccountRol>,
    /// Whether it may act at all. It is never removed: the journal names it.
    pub actief: bool,
    wachtwoord: String,
    totp: String,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Kept {
    pub(crate) fn password(&self) -> &str {
        &self.wachtwoord
    }

    /// The secret of the code.
    pub(crate) fn secret(&self, sealer: &dyn Sealer) -> Option<Opened> {
        sealer.open(&context(&self.id), &unhex(&self.totp)?).ok()
    }
}

fn context(id: &str) -> String {
    format!("account/{id}/totp")
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let nibble = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    pairs
        .iter()
        .map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?))
        .collect()
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    versie: u32,
    accounts: Vec<Kept>,
}

/// The accounts, to look at and to change. Changes are durable when they return.
pub struct AccountFile<'s> {
    path: PathBuf,
    sealer: &'s dyn Sealer,
    all: BTreeMap<String, Kept>,
    // Held while it may be changed: two commands at once do not lose each other's account.
    _lock: File,
}

impl<'s> AccountFile<'s> {
    /// Opens the file to change it; none yet is as good as empty.
    ///
    /// # Errors
    /// When it cannot be read, or is not ours alone.
    pub fn open(path: &Path, sealer: &'s dyn Sealer) -> Result<Self, AccountsError> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".lock");
        let beside = path.with_file_name(name);
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&beside)
            .and_then(|lock| lock.lock().map(|()| lock))
            .map_err(io_error(&beside, "locked"))?;
        Ok(Self {
            path: path.to_owned(),
            sealer,
            all: read(path)?,
            _lock: lock,
        })
    }

    /// Every account, by id.
    pub fn accounts(&self) -> impl Iterator<Item = &Kept> {
        self.all.values()
    }

    /// Adds an account; gives its first password and what its person enters into an app. Neither is shown again.
    ///
    /// # Errors
    /// When the id cannot be used or is taken, it has no role, or it cannot be kept.
    pub fn add(
        &mut self,
        id: &str,
        naam: Option<String>,
        rollen: BTreeSet<AccountRol>,
    ) -> Result<(Zeroizing<String>, Enrolment), AccountsError> {
        let fine = (1..=40).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !id.as_bytes().windows(8).any(|w| w.iter().all(u8::is_ascii_digit));
        if !fine {
            return Err(AccountsError::NotAnId);
        }
        if self.all.contains_key(id) {
            return Err(AccountsError::Exists);
        }
        if rollen.is_empty() {
            return Err(AccountsError::NoRole);
        }
        let first = password::generate()?;
        let (sealed, enrolment) = self.new_secret(id)?;
        let kept = Kept {
            id: id.to_owned(),
            naam,
            rollen,
            actief: true,
            wachtwoord: password::hash(&first)?,
            totp: sealed,
        };
        self.all.insert(id.to_owned(), kept);
        self.write()?;
        Ok((first, enrolment))
    }

    /// Gives it exactly these roles.
    ///
    /// # Errors
    /// When there is no such account, no role, or it cannot be kept.
    pub fn set_roles(&mut self, id: &str, rollen: BTreeSet<AccountRol>) -> Result<(), AccountsError> {
        if rollen.is_empty() {
            return Err(AccountsError::NoRole);
        }
        self.one(id)?.rollen = rollen;
        self.write()
    }

    /// Switches it off, or on again.
    ///
    /// # Errors
    /// When there is no such account, or it cannot be kept.
    pub fn set_active(&mut self, id: &str, actief: bool) -> Result<(), AccountsError> {
        self.one(id)?.actief = actief;
        self.write()
    }

    /// Another password: this one, or a generated one, which is given back.
    ///
    /// # Errors
    /// When there is no such account, the password is too short, or it cannot be kept.
    pub fn set_password(&mut self, id: &str, chosen: Option<&str>) -> Result<Option<Zeroizing<String>>, AccountsError> {
        let generated = if chosen.is_none() {
            Some(password::generate()?)
        } else {
            None
        };
        let text = chosen.or(generated.as_ref().map(|g| g.as_str())).unwrap_or_default();
        self.one(id)?.wachtwoord = password::hash(text)?;
        self.write()?;
        Ok(generated)
    }

    /// Another secret for the code; the old one stops at once.
    ///
    /// # Errors
    /// When there is no such account, or it cannot be kept.
    pub fn set_totp(&mut self, id: &str) -> Result<Enrolment, AccountsError> {
        self.one(id)?;
        let (sealed, enrolment) = self.new_secret(id)?;
        self.one(id)?.totp = sealed;
        self.write()?;
        Ok(enrolment)
    }

    fn one(&mut self, id: &str) -> Result<&mut Kept, AccountsError> {
        self.all.get_mut(id).ok_or(AccountsError::Unknown)
    }

    fn new_secret(&self, id: &str) -> Result<(String, Enrolment), AccountsError> {
        let secret = totp::generate()?;
        let sealed = self
            .sealer
            .seal(&context(id), secret.as_ref())
            .map_err(|_| AccountsError::Crypto("there is no key to seal with"))?;
        Ok((hex(&sealed), totp::enrolment(id, *secret)))
    }

    fn write(&self) -> Result<(), AccountsError> {
        let wire = Wire {
            versie: VERSION,
            accounts: self.all.values().cloned().collect(),
        };
        let mut text =
            serde_json::to_vec_pretty(&wire).map_err(|_| AccountsError::Crypto("the accounts did not fit"))?;
        text.push(b'\n');
        let mut tail = [0; 8];
        getrandom::fill(&mut tail).map_err(|_| AccountsError::Crypto("the system gives no randomness"))?;
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{:016x}", u64::from_be_bytes(tail)));
        let beside = self.path.with_file_name(name);
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)
            .and_then(|mut file| {
                // Whatever the umask.
                file.set_permissions(Permissions::from_mode(0o600))?;
                file.write_all(&text)?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&beside, &self.path))
            .and_then(|()| File::open(folder(&self.path))?.sync_all());
        written.map_err(|e| {
            let _ = fs::remove_file(&beside);
            io_error(&self.path, "written")(e)
        })
    }
}

fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn io_error(path: &Path, what: &'static str) -> impl FnOnce(io::Error) -> AccountsError {
    move |e| AccountsError::Io {
        path: path.to_owned(),
        what,
        why: e.kind(),
    }
}

/// Reads the file; none is no accounts.
pub(crate) fn read(path: &Path) -> Result<BTreeMap<String, Kept>, AccountsError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(e) => return Err(io_error(path, "opened")(e)),
    };
    // Asked of the open file, so that nobody swaps it between the look and the reading.
    let metadata = file.metadata().map_err(io_error(path, "looked at"))?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & !0o600 != 0 {
        return Err(AccountsError::TooOpen {
            path: path.to_owned(),
            mode,
        });
    }
    let unreadable = |why| AccountsError::Unreadable {
        path: path.to_owned(),
        why,
    };
    if !metadata.is_file() || metadata.len() > LARGEST {
        return Err(unreadable("it is no file, or too large"));
    }
    let mut text = Vec::new();
    file.take(LARGEST)
        .read_to_end(&mut text)
        .map_err(io_error(path, "read"))?;
    // The errors of the parser quote what they read: they are dropped here.
    let wire: Wire = serde_json::from_slice(&text).map_err(|_| unreadable("it is not what this program writes"))?;
    if wire.versie != VERSION {
        return Err(unreadable("it is of another version of Sluis"));
    }
    let count = wire.accounts.len();
    let all: BTreeMap<String, Kept> = wire.accounts.into_iter().map(|k| (k.id.clone(), k)).collect();
    if all.len() != count {
        return Err(unreadable("an account stands in it twice"));
    }
    Ok(all)
}
