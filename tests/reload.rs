//! Rules that change under load: on the embedded store, a hundred times a second, while messages pass. None is lost, none
//! leaves twice, and each carries what the rules permit under which it was judged and under which it left, no more.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and tells what it measured"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sluis_bus::EmbeddedBus;
use sluis_keys::KeyRing;
use sluis_rules::gegeven::GegevenSet;
use sluis_rules::journal::Stap;
use sluis_rules::mapping::{Outgoing, SelfCheckError, encode_canonical};
use sluis_rules::minimise::{Minimised, Plan};
use sluis_rules::rulebook::{Rulebook, Source, Sources};
use sluis_stations::ports::{Asked, Clock, EffectId, Fut, Sent, Target};
use sluis_stations::{Gateway, Koppeling, Mode, Parts, Route, Settings};
use sluis_store::{SqliteStore, StoreOptions};

const SCHOOL: &str = "00000099000000001000/school";
const LEERPLICHT: &str = "00000099000000002000/leerplicht";
const TABLE: &str = "casusoverleg/thuiszitterstafel.toml";
const CASES: usize = 24;

fn sources() -> Sources {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |dir: &str, under: &str| -> Vec<Source> {
        let all = std::fs::read_dir(root.join(dir)).unwrap().map(|e| e.unwrap().path());
        let ours = all.filter(|p| p.extension().is_some_and(|e| e == "toml" || e == "json"));
        ours.map(|p| Source {
            name: format!("{under}{}", p.file_name().unwrap().to_str().unwrap()),
            text: std::fs::read_to_string(&p).unwrap(),
        })
        .collect()
    };
    let mut rules = read("config/convenant", "");
    rules.extend(read("config/convenant/casusoverleg", "casusoverleg/"));
    rules.extend(read("config/convenant/wettelijk", "wettelijk/"));
    Sources {
        rules,
        schemas: read("schemas/canoniek", ""),
    }
}

/// The rules with other words in one block of the table.
fn texts(block: &str, old: &str, new: &str) -> Sources {
    let mut all = sources();
    let text = &mut all.rules.iter_mut().find(|s| s.name == TABLE).unwrap().text;
    let (before, after) = text.split_at(text.find(&format!("id = \"{block}\"")).unwrap());
    *text = format!("{before}{}", after.replacen(old, new, 1));
    all
}

/// Without the name by which the child is called.
fn without_called() -> Sources {
    texts("tzt-naam-leerplicht", ", \"persoon.roepnaam\"", "")
}

/// With the age instead of the date of birth.
fn with_age() -> Sources {
    texts(
        "tzt-intake-geboortedatum-leerplicht",
        "actie = \"toestaan\"",
        "actie = \"generaliseren\"\nwijze = \"leeftijd\"",
    )
}

/// A clock that begins on a day at school.
struct At(Instant);

impl Clock for At {
    fn now(&self) -> Timestamp {
        let begin: Timestamp = "2026-11-23T09:00:00Z".parse().unwrap();
        begin
            .checked_add(SignedDuration::try_from(self.0.elapsed()).unwrap())
            .unwrap()
    }
    fn today(&self) -> Date {
        "2026-11-23".parse().unwrap()
    }
}

/// A system that keeps what it is given.
#[derive(Default)]
struct Keeper(Mutex<BTreeMap<String, Vec<String>>>);

impl Target for Keeper {
    fn name(&self) -> &str {
        "bewaarder"
    }
    fn encode(
        &self,
        m: &Minimised<'_>,
        plan: &Plan,
        masks: &[GegevenSet],
        dag: Date,
    ) -> Result<Outgoing, SelfCheckError> {
        encode_canonical(m, plan, masks, dag)
    }
    fn send<'a>(&'a self, effect: &'a EffectId, _: &'a str, out: &'a Outgoing) -> Fut<'a, Sent> {
        Box::pin(async move {
            // As long as a system takes: between judge and the end the rules change.
            tokio::time::sleep(Duration::from_millis(2)).await;
            let text = String::from_utf8(out.bytes().to_vec()).unwrap();
            self.0.lock().unwrap().entry(effect.0.clone()).or_default().push(text);
            Sent::Delivered
        })
    }
    fn ask<'a>(&'a self, _: &'a EffectId) -> Fut<'a, Asked> {
        Box::pin(async { Asked::Silent })
    }
    fn idempotent(&self) -> bool {
        false
    }
}

fn facts() -> String {
    let all = (0..CASES).flat_map(|n| {
        let c = format!("cas-{n}");
        let takes_part = |p: &str| format!(r#"{{"soort":"deelname","casus":"{c}","partij":"{p}","vanaf":"2026-09-01"}}"#);
        [
            format!(r#"{{"soort":"casus","casus":"{c}","casusoverleg":"thuiszitterstafel","doelen":["a"],"vanaf":"2026-09-01","verzuim":"langdurig-relatief"}}"#),
            format!(r#"{{"soort":"fase","casus":"{c}","fase":"intake","vanaf":"2026-09-01","herbeoordeeld":true}}"#),
            takes_part(SCHOOL),
            takes_part(LEERPLICHT),
            format!(r#"{{"soort":"informering","casus":"{c}","door":"{SCHOOL}","op":"2026-09-01","wijze":"gesprek","bekend_bij_deelnemers":true}}"#),
        ]
    });
    format!("[{}]", all.collect::<Vec<_>>().join(","))
}

fn letter(n: usize) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"e-{n}","source":"urn:nld:oin:00000099000000001000:systeem:proef","type":"nl.onderwijs-jeugd.hulpvragen.hulpvraag.v1","kanaal":"casusoverleg","casusoverleg":"thuiszitterstafel","casus":"cas-{}","fase":"intake","doel":"a","afzender":"{SCHOOL}","ontvanger":"{LEERPLICHT}","data":{{"bericht":"hulpvraag","versie":"1","kenmerk":"01930000-0000-7000-8000-{n:012x}","datum":"2026-11-23","bijdragen":[{{"inbrenger":"{SCHOOL}","beroepsgeheim":"geen","inhoud":{{"persoon":{{"achternaam":"Oefenveld","roepnaam":"Noor","geboortedatum":"2012-03-14","leerlingnummer":"nooit"}},"hulpvraag":{{"vraag":"doorbraak"}}}}}}]}}}}"#,
        n % CASES
    )
}

/// What leaves of a letter under one, or under both.
fn person(hashes: &BTreeSet<&str>, no_name: &str, age: &str) -> String {
    let mut parts = vec![r#""achternaam":"Oefenveld""#];
    if !hashes.contains(no_name) {
        parts.push(r#""roepnaam":"Noor""#);
    }
    parts.push(if hashes.contains(age) {
        r#""leeftijd":14"#
    } else {
        r#""geboortedatum":"2012-03-14""#
    });
    format!(r#""persoon":{{{}}}"#, parts.join(","))
}

fn gateway(dir: &Path, rulebook: Arc<Rulebook>, keeper: Arc<Keeper>) -> Gateway {
    let party = |p: &str| p.parse().unwrap();
    let koppeling = Koppeling {
        mode: Mode::Enforce,
        eigen: vec![party(SCHOOL)],
        mandaat: Vec::new(),
    };
    Gateway::new(Parts {
        store: Arc::new(SqliteStore::open(&dir.join("sluis.db"), StoreOptions::default()).unwrap()),
        bus: Arc::new(EmbeddedBus::new(NonZeroUsize::new(1024).unwrap())),
        sealer: Arc::new(KeyRing::open_or_create(&dir.join("sluis.key")).unwrap()),
        clock: Arc::new(At(Instant::now())),
        entropy: Arc::new(|| getrandom::u64().unwrap()),
        rulebook,
        routes: BTreeMap::from([(party(LEERPLICHT), Route::Push(keeper))]),
        koppelingen: BTreeMap::from([("school".to_owned(), koppeling)]),
        settings: Settings {
            tick: Duration::from_millis(50),
            ..Settings::default()
        },
    })
    .unwrap()
}

/// Changes the rules every ten milliseconds until told to stop; says how often.
async fn change(gateway: Gateway, books: [Arc<Rulebook>; 2], stop: Arc<AtomicBool>) -> usize {
    let mut every = tokio::time::interval(Duration::from_millis(10));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let mut times = 0;
    while !stop.load(Ordering::Relaxed) {
        every.tick().await;
        gateway.reload(Arc::clone(&books[times % 2])).unwrap();
        times += 1;
    }
    times
}

/// Compiles rules aside all the while, broken ones among them, as a reload does.
fn compile_aside(stop: &AtomicBool) -> usize {
    let (good, mut broken) = (with_age(), sources());
    broken.rules[0].text.insert_str(0, "[[");
    let mut times = 0;
    while !stop.load(Ordering::Relaxed) {
        assert!(Rulebook::parse(&good).is_ok());
        assert!(Rulebook::parse(&broken).is_err());
        times += 1;
    }
    times
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alone_rules_change_a_hundred_times_a_second_and_no_verdict_is_wrong_or_lost() {
    let long = std::env::var("SLUIS_LONG").is_ok_and(|v| v == "1");
    let lasting = Duration::from_secs(if long { 60 } else { 3 });
    let dir = tempfile::tempdir().unwrap();
    let books = [without_called(), with_age()].map(|s| Arc::new(Rulebook::parse(&s).unwrap()));
    let hashes = books.each_ref().map(|b| b.hash().to_string());
    let keeper = Arc::new(Keeper::default());
    let gateway = gateway(dir.path(), Arc::clone(&books[0]), Arc::clone(&keeper));
    gateway
        .record_facts("proef", serde_json::from_str(&facts()).unwrap())
        .await
        .unwrap();
    let (ended, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(gateway.clone().run(async move {
        let _ = stopped.await;
    }));
    let stop = Arc::new(AtomicBool::new(false));
    let changing = tokio::spawn(change(gateway.clone(), books, Arc::clone(&stop)));
    let aside = Arc::clone(&stop);
    let compiling = std::thread::spawn(move || compile_aside(&aside));
    let caller = gateway.caller("school").unwrap();
    let taken = AtomicUsize::new(0);
    let begin = Instant::now();
    let mut effects = Vec::new();
    while begin.elapsed() < lasting {
        let some = (0..8).map(|_| {
            let body = letter(taken.fetch_add(1, Ordering::Relaxed));
            let (gateway, caller) = (gateway.clone(), caller.clone());
            async move {
                gateway
                    .accept_event(&caller, body.as_bytes(), None)
                    .await
                    .unwrap()
                    .effects
            }
        });
        for one in some {
            effects.extend(one.await);
        }
    }
    let under_load = begin.elapsed();
    while gateway.tellingen().await.unwrap().open > 0 {
        assert!(begin.elapsed() < lasting + Duration::from_secs(120), "it never settles");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.store(true, Ordering::Relaxed);
    let (times, compiled) = (changing.await.unwrap(), compiling.join().unwrap());
    let all_the_while = begin.elapsed();
    ended.send(()).unwrap();
    assert!(running.await.unwrap().drained);
    assert_eq!(effects.len(), taken.load(Ordering::Relaxed));
    assert_eq!(
        gateway.tellingen().await.unwrap().quarantaine,
        0,
        "both rulebooks let every letter pass in part"
    );
    let mut crossed = 0;
    for effect in &effects {
        let told = gateway.why(&effect.0).await.unwrap();
        let decided = told.iter().filter(|r| matches!(r.stap, Stap::Besluit | Stap::Vertrek));
        let under: BTreeSet<&str> = decided.map(|r| r.inhoud.regelboek.as_str()).collect();
        assert!(!under.is_empty() && under.iter().all(|h| hashes.iter().any(|k| k == h)));
        crossed += usize::from(under.len() == 2);
        let got = keeper.0.lock().unwrap().get(&effect.0).cloned().unwrap_or_default();
        assert_eq!(got.len(), 1, "once in effect: {effect:?}");
        let wanted = person(&under, &hashes[0], &hashes[1]);
        assert!(got[0].contains(&wanted), "under {under:?}: {wanted} in {}", got[0]);
    }
    assert_eq!(keeper.0.lock().unwrap().len(), effects.len());
    let per_second = u128::try_from(times).unwrap() * 1000 / all_the_while.as_millis();
    println!(
        "{} letters in {under_load:?}, rules changed {times} times ({per_second} a second), compiled aside {compiled} times; \
         {crossed} judged under one and sent under the other",
        effects.len()
    );
    assert!(
        per_second >= 40,
        "the machine did not get round to changing the rules: {per_second} a second"
    );
}
