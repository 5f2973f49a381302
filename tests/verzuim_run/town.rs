//! A desk, and a Sluis that is configured for it; lines of invented absence.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sluis_simulators::verzuimloket::{self, Verzuimloket};

use crate::client::{Answer, Client};
use crate::home::{Home, SCHOOL, token};

pub(crate) const DUO: &str = "00000099000000007000/duo";
pub(crate) const NDJSON: &str = "application/x-ndjson";

/// A desk, and a Sluis that is configured for it.
pub(crate) struct Town {
    pub(crate) home: Home,
    pub(crate) desk: Verzuimloket,
}

pub(crate) fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text.as_bytes());
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

impl Town {
    pub(crate) fn new() -> Self {
        let home = Home::new();
        let key = rcgen::KeyPair::generate().unwrap();
        std::fs::write(home.path().join("loket.key"), key.serialize_pem()).unwrap();
        let desk = verzuimloket::start(verzuimloket::Config {
            client_key: Some(rcgen::PublicKeyData::subject_public_key_info(&key)),
            ..verzuimloket::Config::default()
        })
        .unwrap();
        let mut text = format!(
            r#"
[sluis]
organisatie = "00000099000000003000"
data = "data"

[api]
luister = "{}"
verzoeken_per_seconde = 100000

[bezorging]
eerste_pauze_ms = 50
langste_pauze_seconden = 1
pogingen = 100000
navragen = 1000

[koppeling.loket]
mode = "enforce"
partijen = ["{DUO}"]

[bestemming.verzuimloket]
soort = "verzuimloket"
partijen = ["{DUO}"]
url = "{url}"
token_url = "{url}/token"
client_id = "sluis-proef"
sleutel = "loket.key"
bereik = "eigen-machine"
koppeling = "loket"
ophalen_elke_seconden = 1
verbinden_seconden = 1
antwoord_seconden = 1
per_seconde = 1000
storingen_tot_rust = 20
rust_seconden = 1

[bestemming.postbussen]
soort = "postbus"
partijen = ["{SCHOOL}"]

[verzuim]
loket = "{DUO}"
regio = "midden"

[verzuim.scholen.99ZA00]
partij = "{SCHOOL}"
naam = "De Proefboom"
melder = "Kees Proefstra"
telefoon = "0187000000"
email = "verzuim@voorbeeld.test"

[verzuim.scholen.99ZB00]
partij = "{SCHOOL}"

[log]
formaat = "json"
niveau = "trace"
"#,
            home.addr,
            url = desk.url()
        );
        for (name, parties, roles) in [
            ("school", vec![SCHOOL], "\"leveren\", \"postbus\""),
            ("vreemd", vec!["00000099000000001100/school"], "\"leveren\""),
            ("beheer", vec![], "\"beheer\""),
        ] {
            let _ = write!(
                text,
                "\n[koppeling.{name}]\nmode = \"enforce\"\npartijen = {parties:?}\nrollen = [{roles}]\ntoken_sha256 = \"{}\"\n",
                digest(&token(name))
            );
        }
        std::fs::write(home.config(), text).unwrap();
        Self { home, desk }
    }

    pub(crate) fn client(&self, name: &str) -> Client {
        Client::new(&self.home, name)
    }

    pub(crate) async fn register(&self, lines: &[Value]) -> Answer {
        let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let answer = self
            .client("school")
            .insist("POST", "/v1/verzuimregistraties", Some((NDJSON, body.as_bytes())))
            .await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
        answer
    }

    pub(crate) async fn queue(&self) -> Vec<Value> {
        self.client("beheer").pages("/v1/verzuimmeldingen", "meldingen").await
    }

    /// Waits until the queue is so.
    pub(crate) async fn until(&self, what: &str, so: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let begin = Instant::now();
        loop {
            let queue = self.queue().await;
            if so(&queue) {
                return queue;
            }
            assert!(
                begin.elapsed() < Duration::from_secs(60),
                "still not so: {what}: {} reports",
                queue.len()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What the mailbox of the school holds, opened: by reference of the report, the standings in their order.
    pub(crate) async fn back_at_school(&self) -> BTreeMap<String, Vec<String>> {
        let school = self.client("school");
        let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in school.pages("/v1/postbus", "berichten").await {
            let effect = line["effect"].as_str().unwrap();
            let fetched = school.insist("GET", &format!("/v1/postbus/{effect}"), None).await;
            assert_eq!(fetched.status, 200);
            let event = fetched.json();
            let data = &event["data"];
            let told = &data["bijdragen"][0]["inhoud"]["verzuimmelding"];
            assert!(told["meldingsnummer"].as_str().unwrap().starts_with("VM-"));
            let stand = told["stand"].as_str().unwrap().to_owned();
            out.entry(data["kenmerk"].as_str().unwrap().to_owned())
                .or_default()
                .push(stand);
        }
        out
    }
}

/// A number that passes the check of a BSN, from the official test range.
pub(crate) fn bsn(n: usize) -> String {
    let passes = |number: &u32| {
        let digits: Vec<i64> = number.to_string().bytes().map(|b| i64::from(b - b'0')).collect();
        let sum: i64 = digits
            .iter()
            .zip([9, 8, 7, 6, 5, 4, 3, 2, -1])
            .map(|(d, w)| d * w)
            .sum();
        sum % 11 == 0
    };
    (999_900_006_u32..=999_999_990)
        .filter(passes)
        .nth(n)
        .unwrap()
        .to_string()
}

/// A day of unauthorised absence.
pub(crate) fn day(pupil: usize, number: u64, date: &str, hours: u32) -> Value {
    json!({
        "registratie": number, "leerling": format!("L-{pupil:04}"), "brin": "99ZA00", "datum": date,
        "soort": "ongeoorloofd", "uren": hours, "hele_dag": true, "geboortedatum": "2012-05-01", "sector": "vo",
        "pgn": bsn(pupil), "reden": "werk"
    })
}

/// Sixteen hours in four days.
pub(crate) fn sixteen(pupil: usize) -> Vec<Value> {
    let days = ["2026-11-02", "2026-11-03", "2026-11-09", "2026-11-10"];
    (1..).zip(days).map(|(n, date)| day(pupil, n, date, 4)).collect()
}

pub(crate) fn is(row: &Value, name: &str, value: &str) -> bool {
    row[name] == value
}
