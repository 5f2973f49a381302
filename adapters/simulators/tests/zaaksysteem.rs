//! The case system, with real calls: what it answers when all is well, and what it keeps.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use reqwest::{Client, Response};
use serde_json::{Value, json};
use sluis_simulators::zaaksysteem::{self, Config, Zaaksysteem};
use sluis_simulators::{Behaviour, Kind, read_log};
use support::{client, raw, until};

async fn post(client: &Client, system: &Zaaksysteem, key: &str, body: &str) -> Response {
    client
        .post(format!("{}/zaken/berichten", system.url()))
        .bearer_auth("zaaksysteem-proeftoken")
        .header("Idempotency-Key", key)
        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        .body(body.to_owned())
        .send()
        .await
        .unwrap()
}

async fn number(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    (status, body["zaaknummer"].as_str().unwrap_or_default().to_owned())
}

async fn get(client: &Client, url: String) -> (u16, Value) {
    let answer = client
        .get(url)
        .bearer_auth("zaaksysteem-proeftoken")
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    (
        status,
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default(),
    )
}

#[tokio::test]
async fn a_key_takes_effect_once() {
    let system = zaaksysteem::start(Config::default()).unwrap();
    let client = client();
    let (status, first) = number(post(&client, &system, "k-1", "{\"a\":1}").await).await;
    assert_eq!(status, 201);
    assert_eq!(
        number(post(&client, &system, "k-1", "{\"a\":1}").await).await,
        (200, first.clone())
    );
    assert_eq!(post(&client, &system, "k-1", "{\"a\":2}").await.status(), 409);
    let (_, second) = number(post(&client, &system, "k-2", "{\"a\":2}").await).await;
    assert_ne!(first, second);

    assert_eq!(
        system.effects().into_iter().collect::<Vec<_>>(),
        [("k-1".to_owned(), 1), ("k-2".to_owned(), 1)]
    );
    assert_eq!((system.repeats(), system.conflicts()), (1, 1));
    let (_, view) = get(&client, format!("{}/_effecten", system.url())).await;
    assert_eq!(
        view,
        json!({"sleutels": {"k-1": 1, "k-2": 1}, "effecten": 2, "herhalingen": 1, "conflicten": 1})
    );
    // An unknown outcome is resolved by asking.
    assert_eq!(
        get(&client, format!("{}/zaken/berichten/k-1", system.url())).await.1["zaaknummer"],
        json!(first)
    );
    assert_eq!(
        get(&client, format!("{}/zaken/berichten/k-3", system.url())).await.0,
        404
    );
}

#[tokio::test]
async fn what_it_cannot_take_has_no_effect() {
    let system = zaaksysteem::start(Config::default()).unwrap();
    let client = client();
    assert_eq!(post(&client, &system, "k-1", "[1]").await.status(), 400);
    let bare = client.post(format!("{}/zaken/berichten", system.url())).body("{}");
    assert_eq!(bare.send().await.unwrap().status(), 401);
    let keyless = client
        .post(format!("{}/zaken/berichten", system.url()))
        .bearer_auth("zaaksysteem-proeftoken");
    assert_eq!(keyless.body("{}").send().await.unwrap().status(), 400);
    assert!(system.effects().is_empty());
    assert_eq!(system.received().len(), 3, "refused is recorded all the same");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_byte_is_recorded_in_order() {
    let system = zaaksysteem::start(Config::default()).unwrap();
    let client = client();
    post(&client, &system, "k-1", "{\"naam\":\"Zoë\"}").await;
    // Two pipelined requests in their own spelling, a chunked one, half a one, and no HTTP at all.
    let first = b"POST /zaken/berichten HTTP/1.1\r\nhOsT: x\r\nX-Twee:  spaties \r\ncontent-length: 4\r\n\r\n{ } ";
    let second = b"GET /elders?vraag=1 HTTP/1.1\r\nHost: x\r\n\r\n";
    raw(system.addr, &[&first[..], &second[..]].concat());
    let chunked =
        b"POST /zaken/berichten HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;let=op\r\n{}\r\n0\r\n\r\n";
    raw(system.addr, chunked);
    let half = b"POST /zaken/berichten HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"half\":";
    // Connections are recorded as they end: one after the other, for the order to be known.
    until("the whole ones", || system.received().len() == 4).await;
    raw(system.addr, half);
    until("the half one", || system.received().len() == 5).await;
    raw(system.addr, b"\x00\xffgeen http\r\n\r\n");
    until("the leftovers", || system.received().len() == 6).await;

    let all = system.received();
    assert_eq!(all.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert_eq!((all[0].method.as_str(), all[0].path()), ("POST", "/zaken/berichten"));
    assert_eq!(all[0].header("idempotency-key").as_deref(), Some("k-1"));
    assert!(all[0].header("TraceParent").is_some());
    assert_eq!(&all[0].body[..], "{\"naam\":\"Zoë\"}".as_bytes());
    assert_eq!((all[1].wire(), all[2].wire()), (first.to_vec(), second.to_vec()));
    assert_eq!(all[1].headers()[1], ("X-Twee".to_owned(), "spaties".to_owned()));
    assert_eq!((all[3].wire(), &all[3].body[..]), (chunked.to_vec(), &b"{}"[..]));
    assert_eq!((all[4].kind, all[4].wire()), (Kind::Leftover, half.to_vec()));
    assert_eq!(
        (all[5].kind, all[5].wire()),
        (Kind::Leftover, b"\x00\xffgeen http\r\n\r\n".to_vec())
    );
    assert!(!format!("{:?}", all[0]).contains("Zo"), "Debug shows no byte");
}

#[tokio::test]
async fn the_record_and_the_effects_outlive_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let config = || Config {
        directory: Some(dir.path().to_owned()),
        ..Config::default()
    };
    let client = client();
    let system = zaaksysteem::start(config()).unwrap();
    let (_, first) = number(post(&client, &system, "k-1", "{}").await).await;
    // The answer is here, so the record is on disk: read it while the simulator runs on.
    let logged = read_log(dir.path(), "zaaksysteem").unwrap();
    assert_eq!(logged.len(), 1);
    assert_eq!(logged[0].wire(), system.received()[0].wire());
    system.stop().await;
    drop(system);

    // A crash tore the last line; what it held was never answered.
    let file = dir.path().join("zaaksysteem.ndjson");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.extend(b"{\"regel\":\"ontvangen\",\"nr\":2,\"kop\":\"UE");
    std::fs::write(&file, bytes).unwrap();

    let system = zaaksysteem::start(config()).unwrap();
    assert_eq!(system.received().len(), 1);
    assert_eq!(number(post(&client, &system, "k-1", "{}").await).await, (200, first));
    assert_eq!(post(&client, &system, "k-1", "{\"a\":1}").await.status(), 409);
    assert_eq!(
        number(post(&client, &system, "k-2", "{}").await).await.1,
        "ZAAK-00000002"
    );
    assert_eq!(
        system.received().iter().map(|one| one.number).collect::<Vec<_>>(),
        [1, 2, 3, 4]
    );
    assert_eq!(read_log(dir.path(), "zaaksysteem").unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_with_one_key_are_one_effect() {
    let dir = tempfile::tempdir().unwrap();
    let config = Config {
        directory: Some(dir.path().to_owned()),
        ..Config::default()
    };
    let system = std::sync::Arc::new(zaaksysteem::start(config).unwrap());
    let client = client();
    let tasks: Vec<_> = (0..200)
        .map(|n| {
            let (client, system) = (client.clone(), std::sync::Arc::clone(&system));
            tokio::spawn(async move {
                post(&client, &system, &format!("k-{}", n % 20), "{}")
                    .await
                    .status()
                    .as_u16()
            })
        })
        .collect();
    let mut created = 0;
    for task in tasks {
        created += u32::from(task.await.unwrap() == 201);
    }
    assert_eq!(created, 20);
    assert_eq!(system.effects().values().sum::<u64>(), 20);
    assert_eq!(system.repeats(), 180);
    let numbers: Vec<u64> = read_log(dir.path(), "zaaksysteem")
        .unwrap()
        .iter()
        .map(|one| one.number)
        .collect();
    assert_eq!(
        numbers,
        (1..=200).collect::<Vec<_>>(),
        "the file has the order of the numbers"
    );
}

#[tokio::test]
async fn the_control_endpoints_tell_and_set() {
    let system = zaaksysteem::start(Config::default()).unwrap();
    let client = client();
    post(&client, &system, "k-1", "{\"a\":1}").await;
    let (_, list) = get(&client, format!("{}/_ontvangen", system.url())).await;
    assert_eq!(
        (list[0]["nr"].clone(), list[0]["inhoud"].clone()),
        (json!(1), json!("eyJhIjoxfQ=="))
    );
    assert_eq!(
        get(&client, format!("{}/_ontvangen?na=1", system.url())).await.1,
        json!([])
    );
    assert_eq!(
        get(&client, format!("{}/_ontvangen?beheer=ja", system.url()))
            .await
            .1
            .as_array()
            .unwrap()
            .len(),
        4
    );

    let put = |body: &'static str| client.put(format!("{}/_gedrag", system.url())).body(body).send();
    let good = "{\"storingen\":[{\"storing\":{\"soort\":\"status\",\"status\":503},\"elke\":2}]}";
    assert_eq!(put(good).await.unwrap().status(), 204);
    assert_eq!(system.behaviour().faults[0].every, 2);
    for bad in [
        "{\"vertraging\":1}",
        "{\"storingen\":[{\"storing\":{\"soort\":\"status\",\"status\":99}}]}",
        "x",
    ] {
        assert_eq!(put(bad).await.unwrap().status(), 400, "{bad}");
    }
    let (_, seen) = get(&client, format!("{}/_gedrag", system.url())).await;
    assert_eq!(
        serde_json::from_value::<Behaviour>(seen).unwrap(),
        system.behaviour(),
        "a refusal changes nothing"
    );
    assert_eq!(system.received().len(), 1, "control is kept apart");
}

#[tokio::test]
async fn a_stop_frees_the_port() {
    let system = zaaksysteem::start(Config::default()).unwrap();
    let client = client();
    post(&client, &system, "k-1", "{}").await;
    let addr = system.addr;
    system.stop().await;
    let again = zaaksysteem::start(Config {
        bind: addr,
        ..Config::default()
    })
    .unwrap();
    assert_eq!(again.addr, addr);
    drop(system);
    assert_eq!(post(&client, &again, "k-1", "{}").await.status(), 201);
}
