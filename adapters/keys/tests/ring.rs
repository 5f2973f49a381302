//! The key ring from outside: its file, its epochs, and the fixtures of old formats.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use sluis_keys::{KeyRing, KeysError};
use sluis_stations::ports::{PortError, Sealer as _};
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sluis.sleutels");
    (dir, path)
}

/// The fixture with the mode a checkout cannot keep.
fn old(dir: &TempDir) -> PathBuf {
    let path = dir.path().join("old.json");
    fs::write(&path, include_str!("old/v1.key.json")).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    path
}

fn names(dir: &TempDir) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(dir.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn the_file_is_made_once_and_for_its_owner_only() {
    let (dir, path) = place();
    let first = KeyRing::open_or_create(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    let text = fs::read(&path).unwrap();
    let again = KeyRing::open_or_create(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), text);
    assert_eq!(names(&dir), ["sluis.sleutels"], "nothing else stays behind");
    let sealed = first.seal("c", b"x").unwrap();
    assert_eq!(again.open("c", &sealed).unwrap().bytes(), b"x");
    assert_eq!(first.keyed_id("effect", &[b"a"]), again.keyed_id("effect", &[b"a"]));
    let other = KeyRing::open_or_create(&dir.path().join("other")).unwrap();
    assert!(
        matches!(other.open("c", &sealed), Err(PortError::Corrupt(..))),
        "another organisation"
    );
}

#[test]
fn many_first_starts_at_once_agree() {
    let (_dir, path) = place();
    let rings: Vec<_> = std::thread::scope(|s| {
        let starts: Vec<_> = (0..8)
            .map(|_| s.spawn(|| KeyRing::open_or_create(&path).unwrap()))
            .collect();
        starts.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let sealed = rings.first().unwrap().seal("c", b"x").unwrap();
    assert!(rings.iter().all(|ring| ring.open("c", &sealed).is_ok()));
}

#[test]
fn a_file_that_others_may_read_is_refused() {
    let (_dir, path) = place();
    KeyRing::open_or_create(&path).unwrap();
    for mode in [0o640, 0o604, 0o660, 0o700, 0o666, 0o4600] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        match KeyRing::open_or_create(&path) {
            Err(e @ KeysError::TooOpen { .. }) => assert!(e.to_string().contains("chmod 600"), "{e}"),
            other => panic!("{mode:o}: {other:?}"),
        }
    }
    fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
    KeyRing::open(&path).unwrap();
}

#[test]
fn a_missing_file_is_not_made_by_open() {
    let (dir, path) = place();
    assert!(matches!(KeyRing::open(&path), Err(KeysError::Missing { .. })));
    assert!(matches!(KeyRing::open(dir.path()), Err(KeysError::NotAFile { .. })));
    assert!(matches!(
        KeyRing::open_or_create(Path::new("/nonexistent/sleutels")),
        Err(KeysError::Io { .. })
    ));
    assert!(names(&dir).is_empty());
}

#[test]
fn a_damaged_file_is_refused_without_showing_it() {
    let (dir, _) = place();
    let path = old(&dir);
    let good = include_str!("old/v1.key.json");
    let first = &good[22..54];
    for (bad, what) in [
        (String::new(), "empty"),
        (good[..good.len() / 2].to_owned(), "cut off"),
        (good.replacen(first, &first[1..], 1), "short key"),
        (
            good.replacen("\"versie\":1", "\"versie\":1,\"extra\":1", 1),
            "unknown field",
        ),
        (good.replace("\"epoch\":2", "\"epoch\":1"), "twice"),
        (good.replace("\"epoch\":3", "\"epoch\":9"), "newest forgotten"),
    ] {
        fs::write(&path, bad).unwrap();
        let error = KeyRing::open(&path).unwrap_err();
        assert!(matches!(error, KeysError::Unreadable { .. }), "{what}: {error}");
        assert!(!format!("{error} {error:?}").contains(&first[8..16]), "{what}");
    }
    fs::write(&path, good.replace("\"versie\":1", "\"versie\":3")).unwrap();
    assert!(matches!(
        KeyRing::open(&path),
        Err(KeysError::Newer { found: 3, known: 2, .. })
    ));
}

#[test]
fn rotation_keeps_old_messages_and_ids_and_forgetting_shreds() {
    let (dir, path) = place();
    let ring = KeyRing::open_or_create(&path).unwrap();
    let id = ring.keyed_id("effect", &[b"a"]);
    let first = ring.seal("c", b"eerste").unwrap();
    assert_eq!(ring.rotate().unwrap(), 2);
    assert_eq!(ring.epochs(), [1, 2]);
    let second = ring.seal("c", b"tweede").unwrap();
    assert_eq!(ring.open("c", &first).unwrap().bytes(), b"eerste");
    assert_eq!(ring.keyed_id("effect", &[b"a"]), id, "ids outlive a rotation");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);

    assert!(matches!(ring.forget(2), Err(KeysError::StillSeals(2))));
    assert!(matches!(ring.forget(7), Err(KeysError::NoSuchEpoch(7))));
    ring.forget(1).unwrap();
    assert!(matches!(ring.forget(1), Err(KeysError::NoSuchEpoch(1))));
    for ring in [&ring, &KeyRing::open(&path).unwrap()] {
        assert_eq!(ring.epochs(), [2]);
        assert!(matches!(ring.open("c", &first), Err(PortError::Corrupt(..))));
        assert_eq!(ring.open("c", &second).unwrap().bytes(), b"tweede");
    }
    assert_eq!(ring.rotate().unwrap(), 3);
    assert_eq!(names(&dir), ["sluis.sleutels"]);
}

#[test]
fn the_old_bytes_are_overwritten() {
    let (dir, path) = place();
    let ring = KeyRing::open_or_create(&path).unwrap();
    // A second name keeps the old file in sight after it was replaced.
    let kept = dir.path().join("kept");
    fs::hard_link(&path, &kept).unwrap();
    ring.rotate().unwrap();
    ring.forget(1).unwrap();
    assert_ne!(fs::metadata(&kept).unwrap().ino(), fs::metadata(&path).unwrap().ino());
    assert!(fs::read(&kept).unwrap().iter().all(|b| *b == 0));
}

#[test]
fn another_process_that_rotated_is_noticed() {
    let (_dir, path) = place();
    let (a, b) = (KeyRing::open_or_create(&path).unwrap(), KeyRing::open(&path).unwrap());
    a.rotate().unwrap();
    assert!(matches!(b.rotate(), Err(KeysError::ChangedOnDisk { .. })));
    assert_eq!(KeyRing::open(&path).unwrap().epochs(), [1, 2]);
}

#[test]
fn debug_shows_no_key() {
    let (dir, _) = place();
    let ring = KeyRing::open(&old(&dir)).unwrap();
    assert_eq!(format!("{ring:?}"), "KeyRing { epochs: [1, 2, 4], .. }");
}

#[test]
fn old_formats_keep_opening() {
    let (dir, _) = place();
    let ring = KeyRing::open(&old(&dir)).unwrap();
    let mut seen = 0;
    for line in include_str!("old/v1.sealed").lines() {
        let [context, plain, sealed] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        assert_eq!(ring.open(context, &unhex(sealed)).unwrap().bytes(), plain.as_bytes());
        seen += 1;
    }
    for line in include_str!("old/v1.ids").lines() {
        let [purpose, parts, id] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let parts: Vec<_> = parts.split(',').map(str::as_bytes).collect();
        assert_eq!(ring.keyed_id(purpose, &parts), id);
        seen += 1;
    }
    assert_eq!(seen, 6);
}

mod pseudonyms {
    use sluis_rules::ids::Bsn;
    use sluis_rules::pseudonym::{Epoch, Identity, Receiver};
    use sluis_stations::ports::Sealer;

    use super::*;

    fn receiver() -> Receiver {
        Receiver {
            partij: "00000099000000009000/derde".parse().unwrap(),
            scope: "derde/b".parse().unwrap(),
        }
    }

    fn bsn() -> Bsn {
        "999900006".parse().unwrap()
    }

    #[test]
    fn a_rotation_gives_other_names_and_the_old_ones_are_recognised_until_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sluis.key");
        let ring = KeyRing::open_or_create(&path).unwrap();
        let bsn = bsn();
        let who = Identity::Bsn(&bsn);
        let old = ring.pseudonyms(&receiver()).unwrap().pseudonym(who);
        assert!(ring.forget_pseudonyms(1).is_err(), "the newest still makes them");
        assert_eq!(ring.rotate_pseudonyms().unwrap(), 2);
        let keys = KeyRing::open(&path).unwrap().pseudonyms(&receiver()).unwrap();
        assert!(keys.pseudonym(who) != old);
        assert_eq!(keys.matches(who, &old), Some(Epoch(1)));
        ring.forget_pseudonyms(1).unwrap();
        let keys = KeyRing::open(&path).unwrap().pseudonyms(&receiver()).unwrap();
        assert_eq!(keys.matches(who, &old), None);
        // What seals has epochs of its own.
        assert_eq!(ring.epochs(), [1]);
    }

    #[test]
    fn a_file_of_before_gets_its_first_key_and_keeps_the_others() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sluis.key");
        let ring = KeyRing::open_or_create(&path).unwrap();
        let id = ring.keyed_id("p", &[b"x"]);
        drop(ring);
        let text = std::fs::read_to_string(&path).unwrap();
        let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
        json["versie"] = 1.into();
        json.as_object_mut().unwrap().remove("schuilnamen");
        std::fs::write(&path, json.to_string()).unwrap();
        let ring = KeyRing::open(&path).unwrap();
        assert!(ring.pseudonyms(&receiver()).is_err(), "no key, no names");
        assert!(ring.ensure_pseudonyms().unwrap() && !ring.ensure_pseudonyms().unwrap());
        assert!(ring.pseudonyms(&receiver()).is_ok());
        assert_eq!(ring.keyed_id("p", &[b"x"]), id);
    }
}
