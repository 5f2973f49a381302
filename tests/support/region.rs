//! A small region for one test: the municipality and the partnership by push, the rest by mailbox.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use sluis_simulators::zaaksysteem::{self, Zaaksysteem};

use crate::client::Client;
use crate::corpus::{self, Letter};
use crate::home::{Home, JEUGD, JGZ, LEERPLICHT, Plan, Push, SCHOOL, SWV, TARGET_TOKEN};
use crate::process::Sluis;

/// Everything that stands around one Sluis, which the test starts itself.
pub(crate) struct Region {
    pub(crate) home: Home,
    /// Keeps idempotency keys, and says so.
    pub(crate) municipality: Zaaksysteem,
    /// Promises nothing.
    pub(crate) partnership: Zaaksysteem,
}

impl Region {
    /// Two systems that behave, and a configuration for them.
    pub(crate) fn new() -> Self {
        Self::with(Plan::default())
    }

    /// The same, with other numbers.
    pub(crate) fn with(plan: Plan) -> Self {
        let home = Home::new();
        let start = || {
            zaaksysteem::start(zaaksysteem::Config {
                token: TARGET_TOKEN.to_owned(),
                ..zaaksysteem::Config::default()
            })
            .unwrap()
        };
        let (municipality, partnership) = (start(), start());
        home.configure(&Plan {
            push: vec![
                Push {
                    name: "gemeente",
                    parties: vec![LEERPLICHT, JEUGD],
                    url: municipality.url(),
                    idempotent: true,
                    patience: 2,
                },
                Push {
                    name: "verband",
                    parties: vec![SWV],
                    url: partnership.url(),
                    idempotent: false,
                    patience: 2,
                },
            ],
            mailboxes: vec![JGZ, SCHOOL],
            ..plan
        });
        Self {
            home,
            municipality,
            partnership,
        }
    }

    pub(crate) async fn start(&self) -> Sluis {
        Sluis::start(&self.home).await
    }

    pub(crate) fn client(&self, koppeling: &str) -> Client {
        Client::new(&self.home, koppeling)
    }

    /// Records facts, and expects that they are taken.
    pub(crate) async fn record(&self, facts: &[Value]) {
        let answer = self.client("beheer").record(&facts.into()).await;
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
    }

    /// So many cases in which everything is in order.
    pub(crate) async fn cases(&self, count: usize) {
        let facts: Vec<Value> = (0..count)
            .flat_map(|n| corpus::case(&format!("cas-{n}"), true, false))
            .collect();
        for some in facts.chunks(500) {
            self.record(some).await;
        }
    }

    /// Hands over a letter, and gives its effects.
    pub(crate) async fn send(&self, letter: &Letter) -> Vec<String> {
        let answer = self.client(letter.sender).hand_over(&letter.body).await;
        assert_eq!(answer.status, 202, "{}", String::from_utf8_lossy(&answer.bytes));
        answer.effects()
    }

    /// Hands over one letter from the school to a party in each of so many cases; their numbers begin at `first`.
    pub(crate) async fn send_each(&self, first: usize, count: usize, to: &'static str) -> Vec<String> {
        let school = self.client("school");
        let mut effects = Vec::new();
        for n in 0..count {
            let letter = corpus::request(first + n, &format!("cas-{n}"), "a", Some(to), Vec::new());
            let answer = school.hand_over(&letter.body).await;
            assert_eq!(answer.status, 202, "{}", String::from_utf8_lossy(&answer.bytes));
            effects.extend(answer.effects());
        }
        effects
    }

    /// Waits until nothing is open, and gives what is in quarantine: effect and reasons.
    pub(crate) async fn settled(&self) -> BTreeMap<String, Vec<String>> {
        let operator = self.client("beheer");
        operator.drained(Duration::from_secs(60)).await;
        let lines = operator.pages("/v1/geblokkeerd", "geblokkeerd").await;
        let reasons = |line: &Value| {
            let all = line["redenen"].as_array().unwrap().iter();
            all.map(|r| r.as_str().unwrap().to_owned()).collect()
        };
        lines
            .iter()
            .map(|line| (line["effect"].as_str().unwrap().to_owned(), reasons(line)))
            .collect()
    }

    /// The effects in the mailbox of a connection.
    pub(crate) async fn mailbox(&self, koppeling: &str) -> Vec<String> {
        let lines = self.client(koppeling).pages("/v1/postbus", "berichten").await;
        lines.iter().map(|l| l["effect"].as_str().unwrap().to_owned()).collect()
    }
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..1500 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("still not so after 30 s: {what}");
}

/// How often each of these took effect.
pub(crate) fn times(system: &Zaaksysteem, effects: &[String]) -> Vec<u64> {
    let all = system.effects();
    effects.iter().map(|e| all.get(e).copied().unwrap_or(0)).collect()
}
