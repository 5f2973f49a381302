//! Hand-written fakes of every port, and a small world around the gateway: the example region, one case, one school.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "support of tests: each test uses a part, and may stop at the first surprise"
)]

pub mod ports;
pub mod state;
pub mod store;
mod store_beside;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sluis_rules::facts::Feit;
use sluis_rules::ids::Partij;
use sluis_rules::rulebook::{Rulebook, Source, Sources};
use sluis_stations::ports::EffectId;
use sluis_stations::{Caller, Gateway, Koppeling, Mode, Parts, Receipt, Route, Settings};

use ports::{FakeBus, FakeClock, FakeSealer, FakeTarget};
use store::{FakeStore, Place};

pub const SCHOOL: &str = "00000099000000001000/school";
pub const LEERPLICHT: &str = "00000099000000002000/leerplicht";
pub const JEUGD: &str = "00000099000000002000/jeugd";
pub const SWV: &str = "00000099000000003000/samenwerkingsverband";
pub const JGZ: &str = "00000099000000004000/jgz";
pub const DUO: &str = "00000099000000007000/duo";

pub fn partij(s: &str) -> Partij {
    s.parse().unwrap()
}

fn sources(dir: &Path, under: &str, ext: &str, out: &mut Vec<Source>) {
    let mut names: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    for path in names {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            if name == "casusoverleg" || name == "wettelijk" {
                sources(&path, &format!("{name}/"), ext, out);
            }
        } else if name.ends_with(ext) {
            out.push(Source {
                name: format!("{under}{name}"),
                text: std::fs::read_to_string(&path).unwrap(),
            });
        }
    }
}

/// The texts of the rules and schemas as they lie in the repository.
pub fn sources_of_repository() -> Sources {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut all = Sources::default();
    sources(&root.join("config/convenant"), "", ".toml", &mut all.rules);
    sources(&root.join("schemas/canoniek"), "", ".json", &mut all.schemas);
    all
}

/// The rules as they lie in the repository.
pub fn rulebook() -> Arc<Rulebook> {
    static ONCE: OnceLock<Arc<Rulebook>> = OnceLock::new();
    Arc::clone(ONCE.get_or_init(|| {
        Arc::new(Rulebook::parse(&sources_of_repository()).expect("the rules in the repository are sound"))
    }))
}

/// Everything a test looks at.
pub struct World {
    pub gateway: Gateway,
    pub store: Arc<FakeStore>,
    pub bus: Arc<FakeBus>,
    pub clock: Arc<FakeClock>,
    /// The municipality's system, for leerplicht and jeugd.
    pub target: Arc<FakeTarget>,
    /// The system of the SWV.
    pub swv: Arc<FakeTarget>,
}

/// The world before it is put together.
pub struct Plan {
    pub mode: Mode,
    pub settings: Settings,
    pub target: FakeTarget,
    pub swv: FakeTarget,
    pub facts: Vec<Feit>,
    /// Another world may have used it before: a restart with other settings.
    pub store: Arc<FakeStore>,
    /// Parties with a mailbox and a connection of their own name, beside those that are always there.
    pub mailboxes: Vec<&'static str>,
    /// Whether there is a key for pseudonyms.
    pub pseudonyms: bool,
}

impl Default for Plan {
    fn default() -> Self {
        let settings = Settings {
            tick: Duration::from_millis(20),
            ..Settings::default()
        };
        let (target, swv) = (FakeTarget::new("zaaksysteem"), FakeTarget::new("swv"));
        Self {
            mode: Mode::Enforce,
            settings,
            target,
            swv,
            facts: facts(),
            store: Arc::default(),
            mailboxes: Vec::new(),
            pseudonyms: true,
        }
    }
}

impl Plan {
    pub fn build(self) -> World {
        let (target, swv) = (Arc::new(self.target), Arc::new(self.swv));
        let (store, bus) = (self.store, Arc::new(FakeBus::default()));
        let clock = Arc::new(FakeClock::new());
        self.facts.into_iter().for_each(|f| store.state().record(f));
        // What a world begins with was told before it began.
        let before = store.state().facts.len() as u64;
        store.state().told = before;
        let mut routes = BTreeMap::from([
            (partij(LEERPLICHT), Route::Push(target.clone())),
            (partij(JEUGD), Route::Push(target.clone())),
            (partij(SWV), Route::Push(swv.clone())),
            (partij(JGZ), Route::Mailbox),
            (partij(DUO), Route::Mailbox),
        ]);
        let koppeling = |eigen: &[&str], mandaat: &[&str]| Koppeling {
            mode: self.mode,
            eigen: eigen.iter().map(|p| partij(p)).collect(),
            mandaat: mandaat.iter().map(|p| partij(p)).collect(),
        };
        let mut koppelingen = BTreeMap::from([
            ("kindkans".to_owned(), koppeling(&[SWV], &[SCHOOL])),
            ("jgz".to_owned(), koppeling(&[JGZ], &[])),
            // Another system that may speak for the same school.
            ("tweede".to_owned(), koppeling(&[], &[SCHOOL])),
            ("duo".to_owned(), koppeling(&[DUO], &[])),
            (
                "proef".to_owned(),
                Koppeling {
                    mode: Mode::Shadow,
                    ..koppeling(&[SCHOOL], &[])
                },
            ),
            (
                "uit".to_owned(),
                Koppeling {
                    mode: Mode::Off,
                    ..koppeling(&[SCHOOL], &[])
                },
            ),
        ]);
        for who in self.mailboxes {
            routes.insert(partij(who), Route::Mailbox);
            koppelingen.insert(who.to_owned(), koppeling(&[who], &[]));
        }
        let gateway = Gateway::new(Parts {
            store: store.clone(),
            bus: bus.clone(),
            sealer: Arc::new(FakeSealer {
                pseudonyms: self.pseudonyms,
            }),
            clock: clock.clone(),
            entropy: ports::entropy(),
            rulebook: rulebook(),
            routes,
            koppelingen,
            settings: self.settings,
        })
        .unwrap();
        World {
            gateway,
            store,
            bus,
            clock,
            target,
            swv,
        }
    }
}

impl World {
    pub fn kindkans(&self) -> Caller {
        self.gateway.caller("kindkans").unwrap()
    }

    pub async fn send(&self, body: &str) -> Receipt {
        self.send_as("kindkans", body).await
    }

    pub async fn send_as(&self, koppeling: &str, body: &str) -> Receipt {
        let caller = self.gateway.caller(koppeling).unwrap();
        self.gateway.accept_event(&caller, body.as_bytes(), None).await.unwrap()
    }

    pub fn place(&self, effect: &EffectId) -> Place {
        self.store.state().messages[effect].place.clone()
    }

    /// Reasons, when it is kept aside.
    pub fn redenen(&self, effect: &EffectId) -> Vec<String> {
        match self.place(effect) {
            Place::Quarantine(redenen, _) => redenen,
            other => panic!("not aside but {other:?}"),
        }
    }

    pub fn stappen(&self, effect: &EffectId) -> Vec<sluis_rules::journal::Stap> {
        self.store
            .state()
            .records
            .iter()
            .filter(|r| r.effect == effect.0)
            .map(|r| r.stap)
            .collect()
    }
}

/// A case at the table, in the first phase, everything in order.
pub fn facts() -> Vec<Feit> {
    let deelname = |p: &str| format!(r#"{{"soort":"deelname","casus":"cas-1","partij":"{p}","vanaf":"2026-09-01"}}"#);
    let list = format!(
        r#"[{{"soort":"casus","casus":"cas-1","casusoverleg":"thuiszitterstafel","doelen":["a","b"],"vanaf":"2026-09-01","verzuim":"langdurig-relatief"}},
        {{"soort":"fase","casus":"cas-1","fase":"intake","vanaf":"2026-09-01","herbeoordeeld":true}},
        {},{},
        {{"soort":"leeftijd","casus":"cas-1","vanaf":"2026-09-01","geboren":"2018-05-01"}},
        {{"soort":"informering","casus":"cas-1","door":"{SCHOOL}","op":"2026-09-01","wijze":"gesprek","bekend_bij_deelnemers":true}}]"#,
        deelname(SCHOOL),
        deelname(LEERPLICHT),
    );
    feiten(&list)
}

pub fn feiten(json: &str) -> Vec<Feit> {
    serde_json::from_str(json).unwrap()
}

pub fn feit(json: &str) -> Feit {
    serde_json::from_str(json).unwrap()
}

pub fn deelname(p: &str) -> Feit {
    feit(&format!(
        r#"{{"soort":"deelname","casus":"cas-1","partij":"{p}","vanaf":"2026-09-01"}}"#
    ))
}

/// The case is closed: nothing of it goes any more.
pub fn sluiting() -> Feit {
    feit(r#"{"soort":"sluiting","casus":"cas-1","op":"2026-11-01","reden":"verhuisd"}"#)
}

/// Consent for health data of the school, for this receiver.
pub fn toestemming(ontvanger: &str) -> Feit {
    toestemming_id("t-1", ontvanger)
}

pub fn toestemming_id(id: &str, ontvanger: &str) -> Feit {
    feit(&format!(
        r#"{{"soort":"toestemming","id":"{id}","casus":"cas-1","kind":"grondslag","verstrekker":"{SCHOOL}","gegevens":["gezondheid.*"],
        "doelen":["a"],"ontvangers":["{ontvanger}"],"schriftelijk_op":"2026-09-01","door":[{{"wie":"ouder-met-gezag","op":"2026-09-01"}}]}}"#
    ))
}

pub fn intrekking() -> Feit {
    intrekking_id("t-1")
}

pub fn intrekking_id(id: &str) -> Feit {
    feit(&format!(
        r#"{{"soort":"intrekking","toestemming":"{id}","casus":"cas-1","op":"2026-10-01"}}"#
    ))
}

/// Health data: special, so only with consent.
pub const GEZONDHEID: &str = r#","gezondheid":{"belastbaarheid":{"urenPerWeek":6}}"#;

/// A request with health data in it, to the SWV.
pub fn hulpvraag_gezondheid(id: &str) -> String {
    hulpvraag_with(id, SWV, r#""achternaam":"Testdijk""#, GEZONDHEID)
}

/// A request of the school. `ontvanger` empty: all participants.
pub fn hulpvraag(id: &str, ontvanger: &str) -> String {
    hulpvraag_with(
        id,
        ontvanger,
        r#""achternaam":"Testdijk","bsn":"999900006","leerlingnummer":"2024-0117""#,
        "",
    )
}

pub fn hulpvraag_with(id: &str, ontvanger: &str, persoon: &str, more: &str) -> String {
    let to = if ontvanger.is_empty() {
        String::new()
    } else {
        format!(r#""ontvanger":"{ontvanger}","#)
    };
    format!(
        r#"{{"specversion":"1.0","id":"{id}","source":"urn:nld:oin:00000099000000001000:systeem:kindkans",
        "type":"nl.onderwijs-jeugd.hulpvragen.hulpvraag.v1","kanaal":"casusoverleg","casusoverleg":"thuiszitterstafel",
        "casus":"cas-1","fase":"intake","doel":"a","afzender":"{SCHOOL}",{to}
        "data":{{"bericht":"hulpvraag","versie":"1","kenmerk":"ba714faf-16cf-56da-8276-66b0c808cdd4","datum":"2026-09-14","bijdragen":[{{
        "inbrenger":"{SCHOOL}","beroepsgeheim":"geen","inhoud":{{"persoon":{{{persoon}}},
        "hulpvraag":{{"vraag":"onderwijs-zorgarrangement"}}{more}}}}}]}}}}"#
    )
}
