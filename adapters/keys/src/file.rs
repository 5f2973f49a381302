//! The key file, `versie` 2: JSON with hex keys, mode 0600. Version 1, without `schuilnamen`, is still read (both frozen).
//!
//! ```json
//! { "versie": 2, "schuilnamen": [ { "epoch": 1, "sleutel": "<64 hex>" } ], "kenmerk": "<64 hex>", "epochs": [ { "epoch": 1, "sleutel": null }, { "epoch": 2, "sleutel": "<64 hex>" } ] }
//! ```
//!
//! `kenmerk` is the root of the keyed ids. It has no epochs: when ids changed with a rotation, an event sent again would
//! be a new one. A forgotten epoch keeps its line with `null`, so that its number never comes back with another key.
//!
//! `schuilnamen` has the master keys of pseudonyms (14.3), one for each epoch: the newest makes them, the earlier ones
//! still recognise theirs until they are forgotten. They have nothing to do with the epochs that seal.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::derive::{Key, random};
use crate::error::KeysError;

const VERSION: u32 = 2;
/// No key file is larger: about ten thousand epochs.
const LARGEST: u64 = 1 << 20;

/// The keys as they stand in the file.
#[derive(PartialEq)]
pub(crate) struct Keys {
    /// Root of the keyed ids.
    pub(crate) kenmerk: Key,
    /// Root of each epoch; `None`: forgotten.
    pub(crate) epochs: BTreeMap<u32, Option<Key>>,
    /// Master key of the pseudonyms of each epoch; `None`: forgotten.
    pub(crate) schuilnamen: BTreeMap<u32, Option<Key>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    versie: u32,
    kenmerk: Hex,
    epochs: Vec<Line>,
    #[serde(default)]
    schuilnamen: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    epoch: u32,
    sleutel: Option<Hex>,
}

#[derive(Deserialize)]
struct Version {
    versie: u32,
}

struct Hex(Key);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut text = Zeroizing::new(String::with_capacity(64));
        for b in self.0.iter() {
            for nibble in [b >> 4, b & 15] {
                text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
        }
        s.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Hex;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("64 hex digits")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Hex, E> {
                let wrong = || E::custom("not 64 hex digits");
                let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
                    return Err(wrong());
                };
                if pairs.len() != 32 {
                    return Err(wrong());
                }
                let nibble = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
                let mut key = Key::default();
                for (to, [high, low]) in key.iter_mut().zip(pairs) {
                    *to = nibble(*high).ok_or_else(wrong)? << 4 | nibble(*low).ok_or_else(wrong)?;
                }
                Ok(Hex(key))
            }
        }
        d.deserialize_str(Visitor)
    }
}

impl Keys {
    /// New keys with epoch 1.
    pub(crate) fn new() -> Result<Self, KeysError> {
        let kenmerk = random().ok_or(KeysError::NoRandomness)?;
        let first = random().ok_or(KeysError::NoRandomness)?;
        let schuilnamen = random().ok_or(KeysError::NoRandomness)?;
        Ok(Self {
            kenmerk,
            epochs: BTreeMap::from([(1, Some(first))]),
            schuilnamen: BTreeMap::from([(1, Some(schuilnamen))]),
        })
    }

    pub(crate) fn copy(&self) -> Self {
        Self {
            kenmerk: self.kenmerk.clone(),
            epochs: self.epochs.clone(),
            schuilnamen: self.schuilnamen.clone(),
        }
    }

    fn text(&self) -> Zeroizing<Vec<u8>> {
        let wire = Wire {
            versie: VERSION,
            kenmerk: Hex(self.kenmerk.clone()),
            epochs: lines(&self.epochs),
            schuilnamen: lines(&self.schuilnamen),
        };
        // Sized beforehand: a buffer that grows leaves copies of keys behind.
        let mut out = Zeroizing::new(Vec::with_capacity(
            256 + 128 * (self.epochs.len() + self.schuilnamen.len()),
        ));
        // Writing plain strings and numbers to memory does not fail.
        let _ = serde_json::to_writer(&mut *out, &wire);
        out.push(b'\n');
        out
    }

    fn parse(text: &[u8], path: &Path) -> Result<Self, KeysError> {
        let unreadable = |why| KeysError::Unreadable {
            path: path.to_owned(),
            why,
        };
        // The errors of the parser quote what they read: they are dropped here.
        let version: Version =
            serde_json::from_slice(text).map_err(|_| unreadable("it is not JSON with a `versie`"))?;
        if version.versie > VERSION {
            return Err(KeysError::Newer {
                path: path.to_owned(),
                found: version.versie,
                known: VERSION,
            });
        }
        let wire: Wire =
            serde_json::from_slice(text).map_err(|_| unreadable("a field is missing, unknown or not 64 hex digits"))?;
        let twice = || unreadable("an epoch stands in it twice");
        let epochs = by_epoch(wire.epochs).ok_or_else(twice)?;
        let schuilnamen = by_epoch(wire.schuilnamen).ok_or_else(twice)?;
        if !matches!(epochs.last_key_value(), Some((_, Some(_)))) {
            return Err(unreadable("the newest epoch has no key"));
        }
        if matches!(schuilnamen.last_key_value(), Some((_, None))) {
            return Err(unreadable("the newest epoch of pseudonyms has no key"));
        }
        Ok(Self {
            kenmerk: wire.kenmerk.0,
            epochs,
            schuilnamen,
        })
    }
}

fn lines(epochs: &BTreeMap<u32, Option<Key>>) -> Vec<Line> {
    let line = |(&epoch, key): (&u32, &Option<Key>)| Line {
        epoch,
        sleutel: key.clone().map(Hex),
    };
    epochs.iter().map(line).collect()
}

/// `None`: an epoch stands in it twice.
fn by_epoch(lines: Vec<Line>) -> Option<BTreeMap<u32, Option<Key>>> {
    let count = lines.len();
    let epochs: BTreeMap<u32, Option<Key>> = lines
        .into_iter()
        .map(|line| (line.epoch, line.sleutel.map(|hex| hex.0)))
        .collect();
    (epochs.len() == count).then_some(epochs)
}

fn io_error(path: &Path, what: &'static str) -> impl FnOnce(io::Error) -> KeysError {
    move |e| KeysError::Io {
        path: path.to_owned(),
        what,
        why: e.kind(),
    }
}

/// Reads the file, when only its owner can.
pub(crate) fn read(path: &Path) -> Result<Keys, KeysError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(KeysError::Missing { path: path.to_owned() }),
        Err(e) => return Err(io_error(path, "opened")(e)),
    };
    // Asked of the open file, so that nobody swaps it between the look and the reading.
    let metadata = file.metadata().map_err(io_error(path, "looked at"))?;
    if !metadata.is_file() {
        return Err(KeysError::NotAFile { path: path.to_owned() });
    }
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & !0o600 != 0 {
        return Err(KeysError::TooOpen {
            path: path.to_owned(),
            mode,
        });
    }
    if metadata.len() > LARGEST {
        return Err(KeysError::Unreadable {
            path: path.to_owned(),
            why: "it is too large",
        });
    }
    // One more than it needs, so that reading to the end never grows the buffer and leaves a copy behind.
    let size = usize::try_from(metadata.len()).unwrap_or(0);
    let mut text = Zeroizing::new(Vec::with_capacity(size.saturating_add(64)));
    file.take(LARGEST)
        .read_to_end(&mut text)
        .map_err(io_error(path, "read"))?;
    Keys::parse(&text, path)
}

fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Writes the keys to a new file beside `path`, durable, mode 0600 whatever the umask.
fn write_beside(path: &Path, keys: &Keys) -> Result<PathBuf, KeysError> {
    let mut tail = [0; 8];
    getrandom::fill(&mut tail).map_err(|_| KeysError::NoRandomness)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{:016x}", u64::from_be_bytes(tail)));
    let beside = folder(path).join(name);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)
        .map_err(io_error(path, "made"))?;
    let written = file
        .set_permissions(Permissions::from_mode(0o600))
        .and_then(|()| file.write_all(&keys.text()))
        .and_then(|()| file.sync_all());
    match written {
        Ok(()) => Ok(beside),
        Err(e) => {
            let _ = fs::remove_file(&beside);
            Err(io_error(path, "written")(e))
        }
    }
}

fn sync_folder(path: &Path) -> Result<(), KeysError> {
    File::open(folder(path))
        .and_then(|d| d.sync_all())
        .map_err(io_error(path, "made durable"))
}

/// Makes the file, unless there is one; gives whether it was made here. It appears whole or not at all: a crash at the
/// first start never leaves half a key file.
pub(crate) fn create(path: &Path, keys: &Keys) -> Result<bool, KeysError> {
    let beside = write_beside(path, keys)?;
    // A link fails when the name exists, as O_EXCL does: of two first starts one wins.
    let linked = fs::hard_link(&beside, path);
    let _ = fs::remove_file(&beside);
    match linked {
        Ok(()) => sync_folder(path).map(|()| true),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(e) => Err(io_error(path, "made")(e)),
    }
}

/// Replaces the file by one with other keys, whole or not at all, then overwrites the bytes of the old one.
///
/// Overwriting reaches the old blocks on file systems that write in place; on others (copy on write, flash) the medium
/// may keep them, and whoever relies on forgetting must also destroy backups of the file.
pub(crate) fn replace(path: &Path, before: &Keys, after: &Keys) -> Result<(), KeysError> {
    if read(path)? != *before {
        return Err(KeysError::ChangedOnDisk { path: path.to_owned() });
    }
    // A mount that gives the file read-only, or a symbolic link to one, cannot rotate from here.
    let real = fs::canonicalize(path).map_err(io_error(path, "looked at"))?;
    let mut old = OpenOptions::new()
        .write(true)
        .open(&real)
        .map_err(io_error(path, "opened for writing"))?;
    let length = old.metadata().map_err(io_error(path, "looked at"))?.len();
    let beside = write_beside(&real, after)?;
    if let Err(e) = fs::rename(&beside, &real) {
        let _ = fs::remove_file(&beside);
        return Err(io_error(path, "replaced")(e));
    }
    sync_folder(&real)?;
    let zeros = vec![0; usize::try_from(length.min(LARGEST)).unwrap_or(0)];
    old.rewind()
        .and_then(|()| old.write_all(&zeros))
        .and_then(|()| old.sync_all())
        .map_err(io_error(path, "wiped after it was replaced"))
}
