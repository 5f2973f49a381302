//! What the tests of the desk share: the example rules, a report that may leave, a key, and a desk that plays along.

// Each test file uses its own part of this module.
#![allow(dead_code, reason = "a module shared by several test programs")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use sluis_rules::event::Bericht;
use sluis_rules::gegeven::{Actie, GegevenSet};
use sluis_rules::mapping::Outgoing;
use sluis_rules::minimise::{Plan, minimise};
use sluis_rules::rulebook::{Rulebook, Source, Sources};
use sluis_rules::scan::{Caps, Scratch};
use sluis_simulators::verzuimloket::{self, Verzuimloket};
use sluis_stations::ports::{Clock, EffectId, Sent, Target};
use sluis_verzuimloket::{Config, Loket, Reach, VerzuimloketTarget};

pub(crate) const DAG: Date = date(2026, 11, 23);
pub(crate) const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
pub(crate) const KENMERK: &str = "018f3a2c-0000-7000-8000-000000000001";

fn root() -> PathBuf {
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

pub(crate) fn schema(name: &str) -> jsonschema::Validator {
    let path = root().join("schemas/systemen/verzuimloket").join(name);
    let value: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    jsonschema::options()
        .should_validate_formats(true)
        .build(&value)
        .unwrap()
}

pub(crate) struct Now;

impl Clock for Now {
    #[allow(clippy::disallowed_methods, reason = "the simulator dates tokens by the real clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn today(&self) -> Date {
        DAG
    }
}

/// A key pair of P-256: ours as PEM, and what the desk knows of it.
pub(crate) fn key() -> (Vec<u8>, Vec<u8>) {
    let pair = rcgen::KeyPair::generate().unwrap();
    (
        pair.serialize_pem().into_bytes(),
        rcgen::PublicKeyData::subject_public_key_info(&pair),
    )
}

pub(crate) fn config(base: &str, key: Vec<u8>) -> Config {
    Config {
        reach: Reach::Loopback,
        connect_timeout: Duration::from_millis(500),
        timeout: Duration::from_secs(2),
        per_second: NonZeroU32::MIN.saturating_add(9_999),
        burst: NonZeroU32::MIN.saturating_add(9_999),
        failures: NonZeroU32::MIN.saturating_add(99),
        ..Config::new("verzuimloket", base, format!("{base}/token"), "sluis-proef", key)
    }
}

pub(crate) fn loket(config: &Config) -> Arc<Loket> {
    Arc::new(Loket::new(config, Arc::new(Now)).expect("the desk is configured"))
}

pub(crate) fn target(config: &Config) -> VerzuimloketTarget {
    VerzuimloketTarget::new(loket(config), rules().tree(Bericht::Hulpvraag)).expect("the table fits")
}

/// A desk that knows our key, and a target for it.
pub(crate) fn at_desk() -> (Verzuimloket, VerzuimloketTarget) {
    at_desk_with(|config| config)
}

pub(crate) fn at_desk_with(change: impl FnOnce(Config) -> Config) -> (Verzuimloket, VerzuimloketTarget) {
    let (ours, theirs) = key();
    let desk = verzuimloket::start(verzuimloket::Config {
        client_key: Some(theirs),
        ..verzuimloket::Config::default()
    })
    .unwrap();
    let target = target(&change(config(&desk.url(), ours)));
    (desk, target)
}

/// The content of a report that has everything.
pub(crate) fn inhoud() -> Value {
    json!({
        "persoon": { "bsn": "999900006", "geboortedatum": "2012-04-18" },
        "school": { "naam": "De Proefboom", "brin": "99ZA", "vestiging": "00",
            "contact": { "naam": "Kees Proefstra", "telefoon": "0187000000", "email": "verzuim@voorbeeld.test" } },
        "verzuim": {
            "soort": "relatief", "periode": { "begin": "2026-09-14", "einde": "2026-10-02" },
            "ongeoorloofd": [{ "volgnummer": 1, "begin": "2026-09-14", "einde": "2026-09-14", "uren": 8, "alleLessen": true },
                { "volgnummer": 2, "begin": "2026-10-02", "uren": 8.5 }],
            "omvang": { "uren": 16.5 },
            "vermoedelijkeReden": "gezondheid",
            "melding": { "handeling": "registreren", "actieGemeenteGewenst": true }
        }
    })
}

pub(crate) fn withdrawal() -> Value {
    json!({
        "persoon": { "bsn": "999900006" }, "school": { "brin": "99ZA", "vestiging": "00" },
        "verzuim": { "soort": "relatief", "periode": { "begin": "2026-09-14", "einde": "2026-10-02" },
            "melding": { "handeling": "intrekken", "redenIntrekking": "registratie-gecorrigeerd" } }
    })
}

/// Encodes content of which everything may leave.
pub(crate) fn outgoing(target: &VerzuimloketTarget, kenmerk: &str, inhoud: &Value) -> Outgoing {
    let message = json!({
        "bericht": "hulpvraag", "versie": "1", "kenmerk": kenmerk, "datum": "2026-10-12",
        "bijdragen": [{ "inbrenger": "00000099000000001000/school", "beroepsgeheim": "geen", "inhoud": inhoud }]
    });
    let bytes = message.to_string().into_bytes();
    let plan = Plan::new(rules().tree(Bericht::Hulpvraag), |_| Actie::Permit);
    let mut scratch = Scratch::default();
    let masks = [GegevenSet::ALL; 1];
    let made = minimise(&plan, &masks, DAG, &bytes, &Caps::default(), &mut scratch).expect("it minimises");
    target.encode(&made, &plan, &masks, DAG).expect("it encodes")
}

pub(crate) fn effect(name: &str) -> EffectId {
    EffectId(format!("{name}0000"))
}

/// Registers the example under a key.
pub(crate) async fn send(target: &VerzuimloketTarget, effect: &EffectId) -> Sent {
    let out = outgoing(target, KENMERK, &inhoud());
    target.send(effect, TRACE, &out).await
}
