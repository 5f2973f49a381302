//! Fakes of the bus, the sealer, the clock and a target.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use jiff::civil::Date;
use sluis_rules::gegeven::GegevenSet;
use sluis_rules::mapping::{Outgoing, SelfCheckError, encode_canonical};
use sluis_rules::minimise::{Minimised, Plan};
use sluis_rules::pseudonym::{Epoch, MasterKey, PseudonymKeys, Receiver};
use sluis_stations::Entropy;
use sluis_stations::ports::*;
use tokio::sync::{Notify, Semaphore};

pub fn entropy() -> Entropy {
    let n = AtomicU64::new(1);
    Arc::new(move || n.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed))
}

/// 2026-11-23, 09:00 in the Netherlands, until a test turns it.
pub struct FakeClock(AtomicI64);

impl FakeClock {
    pub fn new() -> Self {
        Self(AtomicI64::new(
            "2026-11-23T08:00:00Z".parse::<Timestamp>().unwrap().as_millisecond(),
        ))
    }

    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::Relaxed);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::Relaxed)).unwrap()
    }

    fn today(&self) -> Date {
        self.now().to_zoned(jiff::tz::TimeZone::UTC).date()
    }
}

/// No secrecy, but the binding to a context.
pub struct FakeSealer {
    /// Whether there is a key for them.
    pub pseudonyms: bool,
}

impl Sealer for FakeSealer {
    fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, PortError> {
        Ok([context.as_bytes(), b"\0", plain].concat())
    }

    fn open(&self, context: &str, sealed: &[u8]) -> Result<Opened, PortError> {
        let rest = sealed
            .strip_prefix(context.as_bytes())
            .and_then(|r| r.strip_prefix(b"\0"));
        rest.map(|r| Opened::new(r.to_vec()))
            .ok_or(PortError::Corrupt("the sealer", "another context"))
    }

    fn pseudonyms(&self, receiver: &Receiver) -> Result<PseudonymKeys, PortError> {
        if !self.pseudonyms {
            return Err(PortError::Unavailable("the sealer", "it has no key for pseudonyms"));
        }
        let mut secret = [7; 32];
        secret[0] = 1;
        let master = MasterKey::new(zeroize::Zeroizing::new(secret)).unwrap();
        Ok(PseudonymKeys::derive(&master, receiver, Epoch(3), 1).unwrap())
    }

    fn keyed_id(&self, purpose: &str, parts: &[&[u8]]) -> String {
        let mut hasher = DefaultHasher::new();
        (purpose, parts).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

#[derive(Default)]
pub struct FakeBus {
    judge: Mutex<VecDeque<Notice>>,
    deliver: Mutex<VecDeque<Notice>>,
    came: [Notify; 2],
    closed: std::sync::atomic::AtomicBool,
    pub published: AtomicUsize,
    pub ended: AtomicUsize,
}

impl FakeBus {
    fn of(&self, station: Station) -> (&Mutex<VecDeque<Notice>>, &Notify) {
        match station {
            Station::Judge => (&self.judge, &self.came[0]),
            Station::Deliver => (&self.deliver, &self.came[1]),
        }
    }
}

impl Bus for FakeBus {
    fn publish(&self, notices: Vec<Notice>) -> Fut<'_, Result<(), PortError>> {
        for notice in notices {
            self.published.fetch_add(1, Ordering::Relaxed);
            let (queue, came) = self.of(notice.station);
            queue.lock().unwrap().push_back(notice);
            came.notify_one();
        }
        Box::pin(async { Ok(()) })
    }

    fn next(&self, station: Station) -> Fut<'_, Option<Taken>> {
        let (queue, came) = self.of(station);
        Box::pin(async move {
            loop {
                if let Some(notice) = queue.lock().unwrap().pop_front() {
                    return Some(Taken { notice, receipt: 0 });
                }
                if self.closed.load(Ordering::Relaxed) {
                    return None;
                }
                came.notified().await;
            }
        })
    }

    fn ended(&self, _: &Taken) {
        self.ended.fetch_add(1, Ordering::Relaxed);
    }

    fn health(&self) -> Fut<'_, BusHealth> {
        Box::pin(async {
            BusHealth {
                kind: "nagespeeld",
                connected: true,
                blocked: false,
                judge: Depth::default(),
                deliver: Depth::default(),
                dead: None,
            }
        })
    }

    fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        self.came.iter().for_each(Notify::notify_one);
    }
}

type OnSend = Box<dyn Fn(&EffectId) + Send + Sync>;

/// A receiver's system: records every byte it gets, answers as the test tells it.
pub struct FakeTarget {
    name: String,
    pub idempotent: bool,
    /// The self-check fails.
    pub broken: bool,
    /// Answers in order; after them `Delivered`.
    pub answers: Mutex<VecDeque<Sent>>,
    pub asked: Mutex<VecDeque<Asked>>,
    pub got: Mutex<Vec<(EffectId, String)>>,
    pub traces: Mutex<Vec<String>>,
    pub asks: AtomicUsize,
    /// Looks at the world at the moment of sending.
    pub on_send: Mutex<Option<OnSend>>,
    /// Sends wait for a permit here.
    pub gate: Option<Arc<Semaphore>>,
}

impl FakeTarget {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            idempotent: false,
            broken: false,
            answers: Mutex::default(),
            asked: Mutex::default(),
            got: Mutex::default(),
            traces: Mutex::default(),
            asks: AtomicUsize::new(0),
            on_send: Mutex::default(),
            gate: None,
        }
    }

    pub fn answers(self, all: impl IntoIterator<Item = Sent>) -> Self {
        self.answers.lock().unwrap().extend(all);
        self
    }

    pub fn asked(self, all: impl IntoIterator<Item = Asked>) -> Self {
        self.asked.lock().unwrap().extend(all);
        self
    }

    pub fn texts(&self) -> Vec<String> {
        self.got.lock().unwrap().iter().map(|(_, text)| text.clone()).collect()
    }
}

impl Target for FakeTarget {
    fn name(&self) -> &str {
        &self.name
    }

    fn encode(
        &self,
        m: &Minimised<'_>,
        plan: &Plan,
        masks: &[GegevenSet],
        dag: Date,
    ) -> Result<Outgoing, SelfCheckError> {
        if self.broken {
            return Err(SelfCheckError {
                place: String::new(),
                what: "a test says so".to_owned(),
            });
        }
        encode_canonical(m, plan, masks, dag)
    }

    fn send<'a>(&'a self, effect: &'a EffectId, traceparent: &'a str, out: &'a Outgoing) -> Fut<'a, Sent> {
        Box::pin(async move {
            if let Some(look) = self.on_send.lock().unwrap().as_ref() {
                look(effect);
            }
            if let Some(gate) = &self.gate {
                gate.acquire().await.unwrap().forget();
            }
            self.traces.lock().unwrap().push(traceparent.to_owned());
            let text = String::from_utf8(out.bytes().to_vec()).unwrap();
            self.got.lock().unwrap().push((effect.clone(), text));
            self.answers.lock().unwrap().pop_front().unwrap_or(Sent::Delivered)
        })
    }

    fn ask<'a>(&'a self, _: &'a EffectId) -> Fut<'a, Asked> {
        self.asks.fetch_add(1, Ordering::Relaxed);
        let answer = self.asked.lock().unwrap().pop_front().unwrap_or(Asked::Silent);
        Box::pin(async move { answer })
    }

    fn idempotent(&self) -> bool {
        self.idempotent
    }
}
