//! `sluis run` as a service manager knows it: the line that says it is ready, the signals, the exit codes.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const PATIENCE: Duration = Duration::from_secs(60);

/// A directory with a configuration and a copy of the rules.
struct Place(tempfile::TempDir);

impl Place {
    fn new(mode: &str) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        copy(&Path::new(ROOT).join("config/convenant"), &place.rules());
        let text = format!(
            "[sluis]\norganisatie = \"00000099000000003000\"\ndata = \"data\"\nregels = \"regels\"\n\
             feiten = \"feiten.json\"\n\
             [api]\nluister = \"127.0.0.1:0\"\n\
             [koppeling.school]\nmode = \"{mode}\"\npartijen = [\"00000099000000001000/school\"]\n\
             rollen = [\"leveren\"]\n\
             token_sha256 = \"0000000000000000000000000000000000000000000000000000000000000001\"\n"
        );
        fs::write(place.0.path().join("sluis.toml"), text).unwrap();
        fs::copy(
            Path::new(ROOT).join("config/demo/feiten.json"),
            place.0.path().join("feiten.json"),
        )
        .unwrap();
        place
    }

    /// The same, with more in the table `[sluis]`.
    fn with(lines: &str) -> Self {
        let place = Self::new("enforce");
        let config = place.0.path().join("sluis.toml");
        let text = fs::read_to_string(&config).unwrap();
        fs::write(&config, text.replacen("data = ", &format!("{lines}\ndata = "), 1)).unwrap();
        place
    }

    fn rules(&self) -> PathBuf {
        self.0.path().join("regels")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sluis"));
        command
            .args(["run", "--config"])
            .arg(self.0.path().join("sluis.toml"))
            .env_remove("RUST_LOG");
        command
    }

    /// Starts it, and waits for the line that says it is ready.
    fn start(&self) -> Running {
        let said = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.0.path().join("stderr"))
            .unwrap();
        let mut child = self.command().stdout(Stdio::piped()).stderr(said).spawn().unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut ready)
            .unwrap();
        Running { child, ready }
    }

    fn said(&self) -> String {
        fs::read_to_string(self.0.path().join("stderr")).unwrap()
    }

    fn wait_for(&self, words: &str) {
        let begin = Instant::now();
        while !self.said().contains(words) {
            assert!(begin.elapsed() < PATIENCE, "never said {words:?}: {}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

struct Running {
    child: Child,
    ready: String,
}

impl Running {
    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(sent.success());
    }

    fn end(mut self) -> Option<i32> {
        self.signal("TERM");
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already gone is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn it_says_that_it_is_ready_and_ends_in_order() {
    let place = Place::new("enforce");
    let sluis = place.start();
    assert!(sluis.ready.contains("http://127.0.0.1:"), "{}", sluis.ready);
    assert!(sluis.ready.contains("school=enforce"), "{}", sluis.ready);
    assert!(!place.said().contains("SHADOW"));
    assert_eq!(sluis.end(), Some(0));
}

#[test]
fn a_connection_in_shadow_mode_is_said_loudly() {
    let place = Place::new("shadow");
    let sluis = place.start();
    assert!(sluis.ready.contains("school=shadow"), "{}", sluis.ready);
    place.wait_for("NOT FORWARDED");
    assert_eq!(sluis.end(), Some(0));
}

#[test]
fn a_store_in_use_is_temporary_and_its_keys_are_never_made_anew() {
    let place = Place::new("enforce");
    let first = place.start();
    let second = place.command().output().unwrap();
    assert_eq!(
        second.status.code(),
        Some(75),
        "{}",
        String::from_utf8_lossy(&second.stderr)
    );
    assert_eq!(first.end(), Some(0));
    fs::rename(place.0.path().join("data/sluis.key"), place.0.path().join("elders")).unwrap();
    let without = place.command().output().unwrap();
    assert_eq!(
        without.status.code(),
        Some(78),
        "{}",
        String::from_utf8_lossy(&without.stderr)
    );
    assert!(!place.0.path().join("data/sluis.key").exists());
}

#[test]
fn facts_of_the_configuration_are_recorded_once() {
    let place = Place::new("enforce");
    let count = || {
        let journal = sluis_store::JournalReader::open(&place.0.path().join("data/sluis.db")).unwrap();
        journal.from(1, 10_000).unwrap().len()
    };
    assert_eq!(place.start().end(), Some(0));
    let first = count();
    assert!(first > 30, "{first}");
    assert_eq!(place.start().end(), Some(0));
    assert_eq!(count(), first);
}

#[test]
fn rules_are_reloaded_on_hangup_and_the_last_good_ones_stay() {
    let place = Place::new("enforce");
    let sluis = place.start();
    let purposes = place.rules().join("doelen.toml");
    let good = fs::read_to_string(&purposes).unwrap();
    fs::write(&purposes, "dit is geen regel").unwrap();
    sluis.signal("HUP");
    place.wait_for("RULES NOT RELOADED");
    fs::write(&purposes, format!("# een opmerking\n{good}")).unwrap();
    renew_table(&place.rules());
    sluis.signal("HUP");
    place.wait_for("rules reloaded");
    assert_eq!(sluis.end(), Some(0));
}

/// As somebody does who looked at what changes: until then the rules are not taken.
fn renew_table(dir: &Path) {
    let done = Command::new(env!("CARGO_BIN_EXE_sluis"))
        .args(["matrix", "--write"])
        .arg(dir)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A file overwritten in place and stopped half-way: the beginning is the new one's, the rest the old one's. Cut where both
/// are the same, every line of it is a good line.
#[test]
fn rules_torn_in_the_middle_open_nothing() {
    let place = Place::with("regels_nakijken_seconden = 1");
    let sluis = place.start();
    let table = place.rules().join("casusoverleg/thuiszitterstafel.toml");
    let old = fs::read_to_string(&table).unwrap();
    let (phase, other) = ("fasen = [\"intake\"]", "fasen = [\"beoordeling\"]");
    let new = old.replace(phase, other);
    let cut = old.find(phase).unwrap();
    let torn = format!("{}{}", &new[..cut + other.len()], &old[cut + phase.len()..]);
    assert!(torn != new && torn != old);
    fs::write(&table, torn).unwrap();
    let checked = Command::new(env!("CARGO_BIN_EXE_sluis"))
        .arg("check")
        .arg(place.rules())
        .output()
        .unwrap();
    assert!(
        checked.status.success(),
        "it reads as rules: {}",
        String::from_utf8_lossy(&checked.stdout)
    );
    place.wait_for("regels-tabel-verouderd");
    assert!(!place.said().contains("rules reloaded"), "{}", place.said());
    // Nor does it start with them, and it says what to do.
    let again = place.command().arg("--check").output().unwrap();
    assert_eq!(again.status.code(), Some(78));
    let told = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(told.contains("sluis matrix --write"), "{told}");
    // A table that is gone is no table.
    fs::remove_file(place.rules().join("MATRIX.md")).unwrap();
    assert_eq!(place.command().arg("--check").output().unwrap().status.code(), Some(78));
    // Whoever renews the table has seen what changes: then it is a change like any other.
    renew_table(&place.rules());
    place.wait_for("rules reloaded");
    assert_eq!(sluis.end(), Some(0));
}

/// Rules that begin on a day.
fn begins(dir: &Path, day: &str) {
    let covenant = dir.join("convenant.toml");
    let text = fs::read_to_string(&covenant).unwrap();
    fs::write(
        &covenant,
        text.replacen("[convenant]", &format!("[convenant]\ngeldt_vanaf = {day}"), 1),
    )
    .unwrap();
    renew_table(dir);
}

#[test]
fn a_changed_file_is_taken_by_itself_and_a_broken_one_is_told() {
    let place = Place::with("regels_nakijken_seconden = 1");
    let sluis = place.start();
    let purposes = place.rules().join("doelen.toml");
    let good = fs::read_to_string(&purposes).unwrap();
    fs::write(&purposes, "[[doel]]\nid = \"a").unwrap();
    place.wait_for("RULES NOT RELOADED");
    assert!(place.said().contains("regels-geweigerd"), "{}", place.said());
    fs::write(&purposes, format!("# een opmerking\n{good}")).unwrap();
    renew_table(&place.rules());
    place.wait_for("rules reloaded");
    assert_eq!(sluis.end(), Some(0));
}

#[test]
fn rules_of_a_later_day_are_refused_alone_and_wait_beside_others() {
    let place = Place::with("regels_straks = \"straks\"");
    let later = place.0.path().join("straks");
    copy(&place.rules(), &later);
    begins(&later, "2999-01-01");
    let sluis = place.start();
    sluis.signal("HUP");
    place.wait_for("rules lie ready for their first day");
    assert!(!place.said().contains("NOT RELOADED"), "{}", place.said());
    begins(&place.rules(), "2998-01-01");
    sluis.signal("HUP");
    place.wait_for("regels-nog-niet");
    assert_eq!(sluis.end(), Some(0));
    let alone = place.command().output().unwrap();
    assert_eq!(alone.status.code(), Some(78));
    assert!(String::from_utf8_lossy(&alone.stderr).contains("2998-01-01"));
}

#[test]
fn rules_beside_others_are_used_from_their_day_on() {
    let place = Place::with("regels_straks = \"straks\"");
    let later = place.0.path().join("straks");
    copy(&place.rules(), &later);
    let hash = |place: &Place| {
        let sluis = place.start();
        let ready = sluis.ready.clone();
        assert_eq!(sluis.end(), Some(0));
        ready
            .split("regelboek ")
            .nth(1)
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .to_owned()
    };
    begins(&later, "2999-01-01");
    let today = hash(&place);
    let covenant = later.join("convenant.toml");
    let text = fs::read_to_string(&covenant).unwrap();
    fs::write(&covenant, text.replace("2999-01-01", "2024-02-01")).unwrap();
    renew_table(&later);
    assert_ne!(hash(&place), today, "their day has come");
}
