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

#[path = "verzuim_run/import.rs"]
mod import;
#[path = "verzuim_run/town.rs"]
mod town;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use client::Client;
use process::Sluis;
use serde_json::{Value, json};
use sluis_simulators::{Behaviour, Fault, FaultRule, Moment};
use town::{NDJSON, Town, bsn, day, is, sixteen};

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
