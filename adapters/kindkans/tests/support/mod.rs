//! What the tests of the source share: the example rules, a sealer and an intake that keeps in memory.

// Each test file uses its own part of this module.
#![allow(dead_code, reason = "a module shared by several test programs")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use sluis_kindkans::{CaseIds, Config, Destination, Intake, NotTaken, Reach, Source, Taken, Translator};
use sluis_rules::event::{Bericht, Event};
use sluis_rules::rulebook::{self, Rulebook, Sources};
use sluis_rules::scan::Caps;
use sluis_simulators::kindkans::{self, Kindkans};
use sluis_simulators::{Behaviour, Fault, FaultRule};
use sluis_stations::ports::{Fut, Opened, PortError, Sealer};

pub(crate) const SOURCE: &str = "urn:nld:oin:00000099000000001000:systeem:kindkans";
pub(crate) const SCHOOL: &str = "00000099000000001000/school";

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(dir: &str, prefix: &str) -> Vec<rulebook::Source> {
    let mut all: Vec<rulebook::Source> = std::fs::read_dir(root().join(dir))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml" || end == "json"))
        .map(|path| rulebook::Source {
            name: format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap()),
            text: std::fs::read_to_string(&path).unwrap(),
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

static RULES: LazyLock<Rulebook> = LazyLock::new(|| {
    let mut rules = read("config/convenant", "");
    rules.extend(read("config/convenant/casusoverleg", "casusoverleg/"));
    rules.extend(read("config/convenant/wettelijk", "wettelijk/"));
    let schemas = read("schemas/canoniek", "");
    Rulebook::parse(&Sources { rules, schemas }).expect("the example region loads")
});

pub(crate) fn rules() -> &'static Rulebook {
    &RULES
}

/// The hulpvragen of `fixtures/`, by file name.
pub(crate) fn fixtures() -> Vec<(String, Vec<u8>)> {
    let dir = root().join("adapters/kindkans/fixtures");
    let mut all: Vec<(String, Vec<u8>)> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.file_stem().unwrap().to_str().unwrap().to_owned(),
                std::fs::read(&path).unwrap(),
            )
        })
        .collect();
    all.sort();
    all
}

pub(crate) fn fixture(start: &str) -> Value {
    let all = fixtures();
    let (_, bytes) = all.iter().find(|(name, _)| name.starts_with(start)).unwrap();
    serde_json::from_slice(bytes).unwrap()
}

/// Keyed ids as the real one makes them; seals nothing.
pub(crate) struct Ids(pub(crate) &'static [u8]);

impl Sealer for Ids {
    fn seal(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, PortError> {
        Err(PortError::Unavailable("sealer", "not used here"))
    }

    fn open(&self, _: &str, _: &[u8]) -> Result<Opened, PortError> {
        Err(PortError::Unavailable("sealer", "not used here"))
    }

    fn keyed_id(&self, purpose: &str, parts: &[&[u8]]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0).unwrap();
        for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
            mac.update(&u64::try_from(part.len()).unwrap().to_be_bytes());
            mac.update(part);
        }
        mac.finalize()
            .into_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// The schools of the fixtures: one board with several schools.
pub(crate) fn destination() -> Destination {
    let school = SCHOOL.parse().unwrap();
    let schools = ["99ZA00", "95VV00"].map(|brin| (brin.parse().unwrap(), school));
    Destination {
        schools: schools.into_iter().collect(),
        cases: CaseIds::Shared,
    }
}

pub(crate) fn translator(destination: Destination) -> Translator {
    let tree = rules().tree(Bericht::Hulpvraag);
    Translator::new(SOURCE, tree, Arc::new(Ids(b"sleutel")), destination, Caps::default()).expect("it is configured")
}

/// Keeps what it is given; refuses while told to.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) taken: Mutex<Vec<(Event, Vec<u8>)>>,
    pub(crate) refuse: Mutex<Option<NotTaken>>,
}

impl Kept {
    pub(crate) fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }

    pub(crate) fn distinct(&self) -> usize {
        let taken = self.taken.lock().unwrap();
        let mut ids: Vec<String> = taken.iter().map(|(event, _)| event.id.clone()).collect();
        ids.sort();
        ids.dedup();
        ids.len()
    }
}

impl Intake for Kept {
    fn take<'a>(&'a self, event: Event, data: &'a [u8]) -> Fut<'a, Result<Taken, NotTaken>> {
        Box::pin(async move {
            if let Some(refused) = *self.refuse.lock().unwrap() {
                return Err(refused);
            }
            let mut taken = self.taken.lock().unwrap();
            let repeat = taken.iter().any(|(known, _)| known.id == event.id);
            taken.push((event, data.to_vec()));
            Ok(Taken { repeat })
        })
    }
}

pub(crate) fn config(base: &str) -> Config {
    Config {
        reach: Reach::Loopback,
        pause: Duration::from_millis(5),
        answer_within: Duration::from_millis(600),
        ..Config::new("kindkans", base, "kindkans-proeftoken", "kindkans-proefgeheim")
    }
}

/// A simulated source, the adapter that listens to it, and what it handed on.
pub(crate) struct Play {
    pub(crate) system: Kindkans,
    pub(crate) source: Arc<Source>,
    pub(crate) kept: Arc<Kept>,
}

pub(crate) fn play(change: impl FnOnce(&mut Config)) -> Play {
    play_for(destination(), change)
}

pub(crate) fn play_for(destination: Destination, change: impl FnOnce(&mut Config)) -> Play {
    let system = kindkans::start(kindkans::Config::default()).unwrap();
    let mut config = config(&system.url());
    change(&mut config);
    let kept = Arc::new(Kept::default());
    let source = listener(&config, destination, &kept);
    Play { system, source, kept }
}

/// Another process that listens to the same source, for another destination.
pub(crate) fn listener(config: &Config, destination: Destination, kept: &Arc<Kept>) -> Arc<Source> {
    let intake: Arc<dyn Intake> = Arc::clone(kept) as Arc<dyn Intake>;
    Arc::new(Source::new(config, Arc::new(translator(destination)), intake, Arc::new(|| 7)).unwrap())
}

/// An announcement.
pub(crate) fn notice(id: &str) -> String {
    json!({ "id": id, "soort": "hulpvraag", "tijdstip": "2026-11-23T09:00:00Z" }).to_string()
}

/// A source with one hulpvraag, announced to nobody, that misbehaves at every fetch.
pub(crate) fn with(fault: Fault) -> Play {
    let play = play(|_| {});
    play.system.put("KK-2026-00001", fixture("01").to_string(), false);
    play.system.set_behaviour(Behaviour::of(FaultRule::always(fault)));
    play
}

/// Waits until `done`, at most five seconds.
pub(crate) async fn until(what: &str, done: impl Fn() -> bool) {
    for _ in 0..500 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited five seconds for: {what}");
}
