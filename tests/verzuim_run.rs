//! Absence through the whole of it, with the real program as a process: registrations come in over HTTP, reports go to
//! the desk, the municipality answers, and what became of it is back at the school. With answers that are lost and a
//! desk that fails one time in five: nothing is lost, and nothing is there twice.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/client.rs"]
mod client;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/home.rs"]
mod home;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/process.rs"]
mod process;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use client::{Answer, Client};
use home::{Home, SCHOOL, token};
use process::Sluis;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sluis_simulators::verzuimloket::{self, Verzuimloket};
use sluis_simulators::{Behaviour, Fault, FaultRule, Moment};

const DUO: &str = "00000099000000007000/duo";
const NDJSON: &str = "application/x-ndjson";

/// A desk, and a Sluis that is configured for it.
struct Town {
    home: Home,
    desk: Verzuimloket,
}

fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text.as_bytes());
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

impl Town {
    fn new() -> Self {
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

    fn client(&self, name: &str) -> Client {
        Client::new(&self.home, name)
    }

    async fn register(&self, lines: &[Value]) -> Answer {
        let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let answer = self
            .client("school")
            .insist("POST", "/v1/verzuimregistraties", Some((NDJSON, body.as_bytes())))
            .await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
        answer
    }

    async fn queue(&self) -> Vec<Value> {
        self.client("beheer").pages("/v1/verzuimmeldingen", "meldingen").await
    }

    /// Waits until the queue is so.
    async fn until(&self, what: &str, so: impl Fn(&[Value]) -> bool) -> Vec<Value> {
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
    async fn back_at_school(&self) -> BTreeMap<String, Vec<String>> {
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
fn bsn(n: usize) -> String {
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
fn day(pupil: usize, number: u64, date: &str, hours: u32) -> Value {
    json!({
        "registratie": number, "leerling": format!("L-{pupil:04}"), "brin": "99ZA00", "datum": date,
        "soort": "ongeoorloofd", "uren": hours, "hele_dag": true, "geboortedatum": "2012-05-01", "sector": "vo",
        "pgn": bsn(pupil), "reden": "werk"
    })
}

/// Sixteen hours in four days.
fn sixteen(pupil: usize) -> Vec<Value> {
    let days = ["2026-11-02", "2026-11-03", "2026-11-09", "2026-11-10"];
    (1..).zip(days).map(|(n, date)| day(pupil, n, date, 4)).collect()
}

fn is(row: &Value, name: &str, value: &str) -> bool {
    row[name] == value
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_goes_out_by_itself_and_its_handling_comes_back_to_the_school() {
    let town = Town::new();
    let _sluis = Sluis::start(&town.home).await;
    let answer = town.register(&sixteen(0)).await.json();
    assert_eq!(
        (answer["bewaard"].as_u64(), answer["fouten"].as_u64()),
        (Some(4), Some(0))
    );
    let queue = town
        .until("the desk has it", |q| {
            q.len() == 1 && is(&q[0], "balie", "geregistreerd")
        })
        .await;
    let row = &queue[0];
    assert_eq!(row["regel"], "relatief-16-uur");
    assert_eq!(
        (row["school"].as_str(), row["registraties"].clone()),
        (Some("99ZA00"), json!([1, 2, 3, 4]))
    );
    assert_eq!(
        (row["termijn"].as_str(), row["gemeld"].as_u64()),
        (Some("2026-11-17"), Some(1))
    );
    let kenmerk = row["kenmerk"].as_str().unwrap().to_owned();
    let at_desk = &town.desk.meldingen()[&kenmerk];
    let body = &at_desk.inhoud;
    assert_eq!(
        body["leerling"],
        json!({ "bsn": bsn(0) }),
        "the number, and nothing else about the pupil"
    );
    assert_eq!(body["verzuim"]["soort"], "16U4W");
    assert_eq!(
        (body["verzuim"]["begin"].as_str(), body["verzuim"]["einde"].as_str()),
        (Some("2026-11-02"), Some("2026-11-10"))
    );
    assert_eq!(
        (
            body["verzuim"]["vermoedelijkeReden"].as_str(),
            body["verzuim"]["omvang"]["uren"].as_u64()
        ),
        (Some("werk"), Some(16))
    );
    assert_eq!(body["verzuim"]["specificatie"].as_array().unwrap().len(), 4);
    assert_eq!(
        (body["melder"]["naam"].as_str(), body["actieGemeenteGewenst"].as_bool()),
        (Some("Kees Proefstra"), Some(true))
    );

    // The same lines again change nothing.
    let again = town.register(&sixteen(0)).await.json();
    assert_eq!(
        (again["bewaard"].as_u64(), again["herhaald"].as_u64()),
        (Some(0), Some(4))
    );

    assert!(town.desk.handle(&kenmerk, json!({ "status": "In behandeling" })));
    assert!(town.desk.handle(
        &kenmerk,
        json!({ "status": "Afgesloten", "redenMeldingAfgesloten": "TERUG", "toelichting": "Thuis gesproken" })
    ));
    town.until("it is closed", |q| is(&q[0], "balie", "afgesloten")).await;
    let begin = Instant::now();
    loop {
        let back = town.back_at_school().await;
        if back.get(&kenmerk).is_some_and(|all| all.len() == 3) {
            let all: BTreeSet<&str> = back[&kenmerk].iter().map(String::as_str).collect();
            assert_eq!(all, BTreeSet::from(["geregistreerd", "in-behandeling", "afgesloten"]));
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(30), "{back:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(town.desk.meldingen().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_amends_and_one_that_undoes_the_signal_withdraws() {
    let town = Town::new();
    let _sluis = Sluis::start(&town.home).await;
    town.register(&sixteen(0)).await;
    town.until("the desk has it", |q| {
        q.len() == 1 && is(&q[0], "balie", "geregistreerd")
    })
    .await;
    // Six hours on the last day instead of four.
    let mut more = day(0, 5, "2026-11-10", 6);
    more["vervangt"] = json!(4);
    town.register(&[more]).await;
    let queue = town.until("it is amended", |q| q[0]["gemeld"] == 2).await;
    let kenmerk = queue[0]["kenmerk"].as_str().unwrap().to_owned();
    let begin = Instant::now();
    while town.desk.meldingen()[&kenmerk].handelingen.len() < 2 {
        assert!(begin.elapsed() < Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let at_desk = &town.desk.meldingen()[&kenmerk];
    assert_eq!(at_desk.handelingen, ["REGISTREREN", "WIJZIGEN"]);
    assert_eq!(at_desk.inhoud["verzuim"]["omvang"]["uren"], 18);
    assert_eq!(at_desk.inhoud["meldingsnummer"], at_desk.meldingsnummer);
    // The registration was a mistake: with twelve hours there is nothing to report.
    let gone = json!({ "registratie": 6, "leerling": "L-0000", "brin": "99ZA00", "datum": "2026-11-10", "soort": "intrekking", "vervangt": 5 });
    town.register(&[gone]).await;
    let queue = town
        .until("the desk says it is withdrawn", |q| is(&q[0], "balie", "ingetrokken"))
        .await;
    assert_eq!((queue[0]["ingetrokken"].as_bool(), queue.len()), (Some(true), 1));
    let at_desk = &town.desk.meldingen()[&kenmerk];
    assert_eq!(at_desk.handelingen, ["REGISTREREN", "WIJZIGEN", "INTREKKEN"]);
    let last = town
        .desk
        .received()
        .into_iter()
        .rfind(|r| r.method == "POST" && r.path().ends_with("/aanleveringen"));
    let body: Value = serde_json::from_slice(&last.unwrap().body).unwrap();
    assert_eq!(
        (body["redenIntrekking"].as_str(), body.get("melder")),
        (Some("INGETROKKEN"), None)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_known_is_waited_for_and_what_is_not_a_report_stays_inside() {
    let town = Town::new();
    let _sluis = Sluis::start(&town.home).await;
    let without = |pupil: usize, key: &str| -> Vec<Value> {
        let mut lines = sixteen(pupil);
        for line in &mut lines {
            line.as_object_mut().unwrap().remove(key);
        }
        lines
    };
    let mut lines = without(0, "pgn");
    lines.extend(without(1, "reden"));
    // A school of which nobody is named who reports.
    lines.extend(sixteen(2).into_iter().map(|mut line| {
        line["brin"] = json!("99ZB00");
        line
    }));
    // Four times ill, without a suspicion: that is the school's own.
    for (n, date) in (1..).zip(["2026-09-07", "2026-09-15", "2026-09-22", "2026-09-29"]) {
        let mut ill = day(3, n, date, 0);
        ill["soort"] = json!("ziek");
        ill["tot"] = json!(date);
        ill.as_object_mut().unwrap().remove("uren");
        lines.push(ill);
    }
    town.register(&lines).await;
    let queue = town.until("three wait", |q| q.len() == 3).await;
    let waits: BTreeSet<String> = queue
        .iter()
        .map(|row| row["wachtOp"][0].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(waits, BTreeSet::from(["melder".into(), "pgn".into(), "reden".into()]));
    assert!(queue.iter().all(|row| row["teLaat"] == true && row["gemeld"] == 0));
    assert!(town.desk.meldingen().is_empty());
    // A school sees its own queue, another does not.
    let own = town.client("school").pages("/v1/verzuimmeldingen", "meldingen").await;
    let strange = town.client("vreemd").pages("/v1/verzuimmeldingen", "meldingen").await;
    assert_eq!((own.len(), strange.len()), (3, 0));
    // The reason comes with a correction, and then it goes by itself.
    let mut told = day(1, 9, "2026-11-10", 4);
    told["vervangt"] = json!(4);
    town.register(&[told]).await;
    town.until("it went", |q| q.iter().any(|row| is(row, "balie", "geregistreerd")))
        .await;
    assert_eq!(town.desk.meldingen().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_lines_are_told_and_the_rest_is_kept() {
    let town = Town::new();
    let _sluis = Sluis::start(&town.home).await;
    let good = sixteen(0);
    let wrong = [
        json!({ "registratie": 1 }).to_string(),
        "geen json".to_owned(),
        day(1, 1, "2026-02-30", 4).to_string(),
        day(1, 1, "2026-10-20", 4).to_string(),
        {
            let mut line = day(1, 1, "2026-11-02", 4);
            line["brin"] = json!("99ZC00");
            line.to_string()
        },
        {
            let mut line = day(1, 1, "2026-11-02", 4);
            line["pgn"] = json!("999900007");
            line.to_string()
        },
        day(0, 1, "2026-11-03", 2).to_string(),
    ];
    let mut body = String::new();
    for (n, line) in good.iter().enumerate() {
        let _ = writeln!(body, "{line}");
        let _ = writeln!(body, "{}", wrong[n]);
    }
    for line in &wrong[good.len()..] {
        let _ = writeln!(body, "{line}");
    }
    let school = town.client("school");
    let post = async |client: &Client, media: &str, body: &str| {
        client
            .insist("POST", "/v1/verzuimregistraties", Some((media, body.as_bytes())))
            .await
    };
    let answer = post(&school, NDJSON, &body).await;
    assert_eq!(answer.status, 200);
    let told = answer.json();
    assert_eq!(
        (told["bewaard"].as_u64(), told["fouten"].as_u64()),
        (Some(4), Some(7)),
        "{told}"
    );
    let faults: Vec<(u64, String)> = told["regels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["regel"].as_u64().unwrap(), r["fout"].as_str().unwrap().to_owned()))
        .collect();
    for (line, fault) in [
        (2, "ontbreekt"),
        (4, "json"),
        (6, "vorm"),
        (8, "geen-schooldag"),
        (9, "andere-school"),
        (10, "vorm"),
        (11, "dubbel"),
    ] {
        assert!(faults.contains(&(line, fault.to_owned())), "{line} {fault}: {faults:?}");
    }
    assert!(
        !String::from_utf8_lossy(&answer.bytes).contains("9999"),
        "no value comes back"
    );

    // One at a time.
    let json = "application/json";
    let one = day(5, 1, "2026-11-02", 4);
    assert_eq!(
        post(&school, json, &serde_json::to_string_pretty(&one).unwrap())
            .await
            .status,
        201
    );
    assert_eq!(post(&school, json, &one.to_string()).await.status, 200);
    assert_eq!(post(&school, json, &wrong[2]).await.status, 400);
    assert_eq!(post(&school, "text/plain", &one.to_string()).await.status, 415);
    assert_eq!(post(&school, "text/csv", "leerling,onzin\n").await.status, 400);
    // Another school may not register here; an operator may not at all.
    let strange = post(&town.client("vreemd"), NDJSON, &body).await.json();
    assert_eq!(strange["bewaard"], 0);
    assert_eq!(post(&town.client("beheer"), NDJSON, &body).await.status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigkill_lost_answers_and_a_desk_that_fails_lose_nothing_and_double_nothing() {
    const PUPILS: usize = 60;
    let town = Town::new();
    let bad = |fault, permille, method: &str| FaultRule {
        permille,
        path: Some("/verzuimmeldingen".to_owned()),
        method: Some(method.to_owned()),
        ..FaultRule::always(fault)
    };
    town.desk.set_behaviour(Behaviour {
        seed: 7,
        faults: vec![
            bad(Fault::Close { moment: Moment::After }, 100, "POST"),
            bad(
                Fault::Status {
                    status: 500,
                    moment: Moment::Before,
                },
                100,
                "POST",
            ),
            bad(
                Fault::Status {
                    status: 503,
                    moment: Moment::After,
                },
                50,
                "POST",
            ),
            bad(
                Fault::Status {
                    status: 502,
                    moment: Moment::Before,
                },
                200,
                "GET",
            ),
        ],
        ..Behaviour::default()
    });
    let mut sluis = Sluis::start(&town.home).await;
    for pupil in 0..PUPILS {
        town.register(&sixteen(pupil)).await;
        if pupil == PUPILS / 2 {
            sluis.kill();
            sluis = Sluis::start(&town.home).await;
        }
    }
    // Every third is corrected away again, while the first reports are under way.
    let gone = |pupil: usize| json!({ "registratie": 9, "leerling": format!("L-{pupil:04}"), "brin": "99ZA00", "datum": "2026-11-10", "soort": "intrekking", "vervangt": 4 });
    for pupil in (0..PUPILS).step_by(3) {
        town.register(&[gone(pupil)]).await;
    }
    sluis.kill();
    let _sluis = Sluis::start(&town.home).await;
    // Of who was corrected before anybody looked, there never was a report.
    let kept = (0..PUPILS).filter(|pupil| pupil % 3 != 0).count();
    let settled = |q: &[Value]| {
        q.iter()
            .filter(|row| row["ingetrokken"] == false && is(row, "balie", "geregistreerd"))
            .count()
            == kept
            && q.iter().all(|row| {
                let lapsed = is(row, "stand", "vervallen") && row["gemeld"] == 0;
                lapsed || row["ingetrokken"] == false || is(row, "balie", "ingetrokken")
            })
    };
    let queue = town.until("every report is where it belongs", settled).await;
    town.client("beheer").drained(Duration::from_secs(60)).await;

    let lapsed = queue.iter().filter(|row| is(row, "stand", "vervallen")).count();
    let meldingen = town.desk.meldingen();
    // An independent recount: by the numbers of the pupils that the desk holds.
    assert_eq!(meldingen.len(), queue.len() - lapsed);
    let pupils: BTreeSet<String> = meldingen
        .values()
        .map(|m| m.inhoud["leerling"]["bsn"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(pupils.len(), meldingen.len(), "no pupil twice");
    for pupil in (0..PUPILS).filter(|pupil| pupil % 3 != 0) {
        assert!(pupils.contains(&bsn(pupil)), "a report was lost");
    }
    for melding in meldingen.values() {
        let pupil = (0..PUPILS)
            .find(|n| melding.inhoud["leerling"]["bsn"] == bsn(*n))
            .unwrap();
        let expected: &[&str] = if pupil % 3 == 0 {
            &["REGISTREREN", "INTREKKEN"]
        } else {
            &["REGISTREREN"]
        };
        assert_eq!(melding.handelingen, expected, "each once, in order");
    }
    assert!(town.desk.effects().values().all(|n| *n == 1));
    let (_, blocked, _) = town.client("beheer").counts().await;
    assert_eq!(blocked, 0);
    let lost = town.desk.received().iter().filter(|r| r.fault.is_some()).count();
    assert!(lost > 10, "a desk that never failed would prove nothing: {lost}");

    // And back at the school: of each report its last standing, by the desk's own number.
    town.desk.set_behaviour(Behaviour::default());
    let back = town.back_at_school().await;
    assert_eq!(back.len(), meldingen.len());
    for (kenmerk, stands) in &back {
        assert_eq!(stands.len(), meldingen[kenmerk].handelingen.len());
    }
    // Nothing of a child outside what is sealed.
    let needle = bsn(1);
    for file in std::fs::read_dir(town.home.data())
        .unwrap()
        .chain(std::fs::read_dir(town.home.logs()).unwrap())
    {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found =
            bytes.windows(needle.len()).any(|w| w == needle.as_bytes()) || bytes.windows(6).any(|w| w == b"L-0001");
        assert!(!found, "{}", path.display());
    }
}

fn sluis(town: &Town, arguments: &[&str]) -> (Option<i32>, String, String) {
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_sluis"))
        .args(arguments)
        .arg("--config")
        .arg(town.home.config())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (out.status.code(), text(&out.stdout), text(&out.stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_imported_and_its_reports_wait_in_the_queue_until_sluis_runs() {
    let town = Town::new();
    let file = town.home.path().join("registraties.csv");
    // Not in pupil order, with a wrong line, a correction, and a pupil whose reason is not known.
    let text = "registratie;leerling;brin;datum;soort;uren;geboortedatum;sector;pgn;reden;vervangt\n\
        1;B-1;99ZA00;2026-11-02;ongeoorloofd;8;2012-05-01;vo;999900006;werk;\n\
        1;A-1;99ZA00;2026-11-02;ongeoorloofd;8;2012-05-01;vo;999990342;;\n\
        2;B-1;99ZA00;2026-11-03;ongeoorloofd;9;;;;;\n\
        2;A-1;99ZA00;2026-11-03;ongeoorloofd;8;;;;;\n\
        3;B-1;99ZA00;2026-11-03;ongeoorloofd;8;;;;;2\n\
        3;A-1;99ZA00;2026-13-03;ongeoorloofd;8;;;;;\n\
        3;C-1;99ZA00;2026-11-03;ongeoorloofd;8;;vo;;;\n";
    std::fs::write(&file, text).unwrap();
    let import = [
        "verzuim",
        "import",
        file.to_str().unwrap(),
        "--koppeling",
        "school",
        "--output",
        "json",
    ];
    let (code, told, _) = sluis(&town, &import);
    assert_eq!(code, Some(1), "{told}");
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let faults: Vec<(u64, &str)> = lines
        .iter()
        .filter_map(|line| Some((line["regel"].as_u64()?, line["fout"].as_str()?)))
        .collect();
    assert_eq!(faults, [(7, "vorm"), (8, "ontbreekt")]);
    let geteld = json!({ "bewaard": 5, "herhaald": 0, "fouten": 2, "leerlingen": 2 });
    assert_eq!(lines.last().unwrap()["geteld"], geteld);
    let (_, told, _) = sluis(&town, &import);
    assert_eq!(
        serde_json::from_str::<Value>(told.lines().last().unwrap()).unwrap()["geteld"]["herhaald"],
        5
    );
    assert!(!told.contains("A-1") && !told.contains("9999"), "{told}");

    let meldingen = ["verzuim", "meldingen", "--alle", "--output", "json"];
    assert_eq!(sluis(&town, &meldingen).1, "", "nobody looked yet");
    {
        let _sluis = Sluis::start(&town.home).await;
        town.until("one went, one waits", |q| {
            q.len() == 2 && q.iter().any(|row| is(row, "balie", "geregistreerd"))
        })
        .await;
        let (code, _, said) = sluis(&town, &import);
        assert_eq!(code, Some(75), "{said}");
        assert!(said.contains("/v1/verzuimregistraties"), "{said}");
    }
    assert_eq!(
        town.desk.meldingen().values().next().unwrap().inhoud["verzuim"]["omvang"]["uren"],
        16
    );
    let (code, told, _) = sluis(&town, &meldingen);
    let rows: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((code, rows.len()), (Some(1), 2), "{told}");
    let waits: Vec<&Value> = rows.iter().filter(|row| row["stand"] == "wacht").collect();
    assert_eq!(
        (waits[0]["wachtOp"].clone(), waits[0]["teLaat"].as_bool()),
        (json!(["reden"]), Some(true))
    );
    let (_, told, _) = sluis(&town, &["verzuim", "meldingen"]);
    assert!(
        told.contains("relatief-16-uur: wacht op reden; uiterlijk 2026-11-10 (te laat)"),
        "{told}"
    );
    let (code, _, said) = sluis(&town, &["verzuim", "import", "/dev/null", "--koppeling", "niemand"]);
    assert_eq!(code, Some(2), "{said}");
}
