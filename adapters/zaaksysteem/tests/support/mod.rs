//! What the tests of the target share: the example rules, and messages that may leave.

// Each test file uses its own part of this module.
#![allow(dead_code, reason = "a module shared by several test programs")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use jiff::civil::{Date, date};
use serde_json::Value;
use sluis_rules::event::Bericht;
use sluis_rules::gegeven::{Actie, GegevenId, GegevenSet};
use sluis_rules::mapping::Outgoing;
use sluis_rules::minimise::{Minimised, Plan, minimise};
use sluis_rules::rulebook::{Rulebook, Source, Sources};
use sluis_rules::scan::{Caps, Scratch};
use sluis_rules::tree::Tree;
use sluis_simulators::zaaksysteem::{self, Zaaksysteem};
use sluis_simulators::{Behaviour, Fault, FaultRule};
use sluis_stations::ports::{EffectId, Sent, Target};
use sluis_zaaksysteem::{Config, Reach, ZaaksysteemTarget};

pub(crate) const DAG: Date = date(2026, 11, 23);
pub(crate) const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(dir: &str, prefix: &str) -> Vec<Source> {
    let mut all: Vec<Source> = std::fs::read_dir(root().join(dir))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml" || end == "json"))
        .map(|path| Source {
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

pub(crate) fn tree(bericht: Bericht) -> &'static Tree {
    rules().tree(bericht)
}

/// A plan that lets everything pass as it is, or as the function says.
pub(crate) fn plan(bericht: Bericht, action: impl Fn(GegevenId) -> Actie) -> Plan {
    let tree: &Arc<Tree> = rules().tree(bericht);
    Plan::new(tree, action)
}

/// Minimises canonical bytes and hands the result on.
pub(crate) fn minimised<R>(plan: &Plan, bytes: &[u8], work: impl FnOnce(&Minimised<'_>, &[GegevenSet]) -> R) -> R {
    let mut scratch = Scratch::default();
    let masks = [GegevenSet::ALL; 16];
    let made = minimise(plan, &masks, DAG, bytes, &Caps::default(), &mut scratch).expect("it minimises");
    let masks = vec![GegevenSet::ALL; made.bijdragen()];
    work(&made, &masks)
}

/// Encodes canonical bytes of which everything may leave.
pub(crate) fn outgoing(target: &ZaaksysteemTarget, bericht: Bericht, bytes: &[u8]) -> Outgoing {
    let plan = plan(bericht, |_| Actie::Permit);
    minimised(&plan, bytes, |made, masks| target.encode(made, &plan, masks, DAG)).expect("it encodes")
}

/// The canonical examples of a kind.
pub(crate) fn examples(bericht: Bericht) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = std::fs::read_dir(root().join("schemas/canoniek/voorbeelden"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.file_stem().unwrap().to_str().unwrap().to_owned(),
                std::fs::read(&path).unwrap(),
            )
        })
        .filter(|(name, _)| name.starts_with(bericht.as_str()))
        .collect();
    all.sort();
    assert!(!all.is_empty());
    all
}

pub(crate) fn example() -> Vec<u8> {
    examples(Bericht::Hulpvraag).remove(0).1
}

/// A message around one contribution.
pub(crate) fn message(bericht: Bericht, inhoud: &Value) -> Vec<u8> {
    serde_json::json!({
        "bericht": bericht.as_str(), "versie": "1", "kenmerk": "018f3a2c-0000-7000-8000-000000000001", "datum": "2026-11-23",
        "bijdragen": [{ "inbrenger": "00000099000000001000/school", "beroepsgeheim": "wet-big", "inhoud": inhoud }]
    })
    .to_string()
    .into_bytes()
}

pub(crate) fn config(base: &str) -> Config {
    Config {
        reach: Reach::Loopback,
        connect_timeout: Duration::from_millis(500),
        timeout: Duration::from_secs(2),
        ..Config::new("zaaksysteem", base, "zaaksysteem-proeftoken")
    }
}

pub(crate) fn target(config: &Config) -> ZaaksysteemTarget {
    ZaaksysteemTarget::new(config, tree).expect("the target is configured")
}

/// A case system that misbehaves this way at every message handed to it, and a target for it.
pub(crate) fn at(fault: Fault) -> (Zaaksysteem, ZaaksysteemTarget) {
    let system = zaaksysteem::start(zaaksysteem::Config::default()).unwrap();
    system.set_behaviour(Behaviour::of(FaultRule {
        method: Some("POST".to_owned()),
        ..FaultRule::always(fault)
    }));
    let target = target(&config(&system.url()));
    (system, target)
}

pub(crate) fn effect(name: &str) -> EffectId {
    EffectId(format!("{name}0000"))
}

/// Hands the example over.
pub(crate) async fn send(target: &ZaaksysteemTarget, effect: &EffectId) -> Sent {
    let out = outgoing(target, Bericht::Hulpvraag, &example());
    target.send(effect, TRACE, &out).await
}
