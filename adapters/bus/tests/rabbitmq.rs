//! The bus against a real RabbitMQ in trouble: what stands there differs, what comes is foreign, queues vanish, memory is
//! short, the broker is killed, certificates are wrong.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::time::Duration;

use lapin::options::{
    BasicConsumeOptions, BasicGetOptions, BasicNackOptions, BasicPublishOptions, QueueDeclareOptions,
    QueueDeleteOptions,
};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, ExchangeKind};
use sluis_bus::{Login, RabbitBus, RabbitError, Tls, Topology};
use sluis_stations::ports::{Bus, BusHealth, Notice, PortError, Station, Taken};
use support::{Broker, SOURCE, USER, config, notice};
use tokio::time::{Instant, timeout};
use tokio_stream::StreamExt as _;
use zeroize::Zeroizing;

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docker/rabbitmq/definitions.json");
const SOON: Duration = Duration::from_secs(30);

async fn start(broker: &Broker, prefix: &str) -> RabbitBus {
    RabbitBus::start(config(broker, prefix)).await.unwrap()
}

/// A connection beside those of the bus, to look and to meddle.
async fn meddler(broker: &Broker) -> Connection {
    let uri = format!("amqp://{USER}:{USER}@127.0.0.1:{}/%2f", broker.port);
    Connection::connect(&uri, ConnectionProperties::default())
        .await
        .unwrap()
}

fn name(text: &str) -> ShortString {
    ShortString::try_new(text).unwrap()
}

async fn next(bus: &dyn Bus, station: Station) -> Taken {
    timeout(SOON, bus.next(station)).await.unwrap().unwrap()
}

async fn published(bus: &dyn Bus, notices: &[Notice]) -> Duration {
    let begin = Instant::now();
    while bus.publish(notices.to_vec()).await.is_err() {
        assert!(begin.elapsed() < SOON, "still nothing can be published");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    begin.elapsed()
}

async fn until(bus: &dyn Bus, what: &str, so: impl Fn(&BusHealth) -> bool) -> BusHealth {
    let begin = Instant::now();
    loop {
        let health = bus.health().await;
        if so(&health) {
            return health;
        }
        assert!(begin.elapsed() < SOON, "still not {what}: {health:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The file that is shipped follows from the code. `SLUIS_WRITE=1` writes it anew.
#[test]
fn the_definitions_that_are_shipped_are_those_of_the_code() {
    let fresh = serde_json::to_string_pretty(&Topology::new("sluis").definitions("sluis")).unwrap() + "\n";
    if std::env::var("SLUIS_WRITE").is_ok_and(|v| v == "1") {
        std::fs::write(SHIPPED, &fresh).unwrap();
    }
    let shipped = std::fs::read_to_string(SHIPPED).unwrap();
    assert!(
        shipped == fresh,
        "docker/rabbitmq/definitions.json is stale: SLUIS_WRITE=1 cargo nextest run -p sluis-bus definitions"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rabbitmq_is_used_only_when_what_stands_there_is_what_is_needed() {
    let broker = Broker::start().await;

    // What an operator imported is the same to the last property: nothing is refused.
    broker.ctl(&["import_definitions", SHIPPED]);
    broker.ctl(&["set_permissions", "-p", "sluis", USER, ".*", ".*", ".*"]);
    let imported = sluis_bus::RabbitConfig {
        vhost: "sluis".to_owned(),
        ..config(&broker, "sluis")
    };
    let bus = RabbitBus::start(imported.clone()).await.unwrap();
    published(&bus, &[notice(Station::Judge, "a")]).await;
    drop(bus);
    // A second time it finds what it made or found before.
    RabbitBus::start(imported).await.unwrap();

    // Each property of each queue, one at a time other than it must be.
    let meddler = meddler(&broker).await;
    let definitions = Topology::new("t").definitions("/");
    let mut tried = 0;
    for queue in definitions["queues"].as_array().unwrap() {
        for changed in queue["arguments"].as_object().unwrap().keys() {
            tried += 1;
            let prefix = format!("t{tried}");
            let queue_name = queue["name"].as_str().unwrap().replacen('t', &prefix, 1);
            let mut arguments = FieldTable::default();
            for (key, value) in queue["arguments"].as_object().unwrap() {
                // An exchange to set aside to is named after its prefix.
                let text = |text: &str| text.replace("t.opzij", &format!("{prefix}.opzij"));
                let value = match (key == changed, value.as_i64()) {
                    (true, Some(n)) => Some(AMQPValue::LongLongInt(n + 1)),
                    (true, None) if key == "x-queue-type" => Some(AMQPValue::LongString("classic".into())),
                    (true, None) => None,
                    (false, Some(n)) => Some(AMQPValue::LongLongInt(n)),
                    (false, None) => Some(AMQPValue::LongString(text(value.as_str().unwrap()).into())),
                };
                // A classic queue does not know what is only for the other kind.
                let fits = changed != "x-queue-type" || matches!(key.as_str(), "x-queue-type" | "x-message-ttl");
                if let Some(value) = value.filter(|_| fits) {
                    arguments.insert(name(key), value);
                }
            }
            declare(&meddler, &queue_name, arguments).await;
            let refused = RabbitBus::start(config(&broker, &prefix)).await.unwrap_err();
            assert_eq!(
                refused,
                RabbitError::Differs("queue", queue_name.clone()),
                "{changed} of {queue_name}"
            );
            assert!(!refused.is_temporary() && refused.to_string().contains("bus.voorvoegsel"));
        }
    }
    assert_eq!(tried, 2 + 6 + 6);
    let channel = meddler.create_channel().await.unwrap();
    channel
        .exchange_declare(
            "fan".into(),
            ExchangeKind::Fanout,
            lapin::options::ExchangeDeclareOptions {
                durable: true,
                ..Default::default()
            },
            FieldTable::default(),
        )
        .await
        .unwrap();
    let refused = RabbitBus::start(config(&broker, "fan")).await.unwrap_err();
    assert_eq!(refused, RabbitError::Differs("exchange", "fan".to_owned()));

    // Who may not come in, and where nobody is.
    let wrong = Login::Password {
        user: USER.to_owned(),
        password: Zeroizing::new("een-ander-wachtwoord".to_owned()),
    };
    let stranger = sluis_bus::RabbitConfig {
        login: wrong,
        ..config(&broker, "s")
    };
    assert_eq!(RabbitBus::start(stranger).await.unwrap_err(), RabbitError::Refused);
    let nowhere = sluis_bus::RabbitConfig {
        vhost: "nergens".to_owned(),
        ..config(&broker, "s")
    };
    assert_eq!(RabbitBus::start(nowhere).await.unwrap_err(), RabbitError::Refused);
    let dead = sluis_bus::RabbitConfig {
        port: 1,
        ..config(&broker, "s")
    };
    assert!(RabbitBus::start(dead).await.unwrap_err().is_temporary());
}

async fn declare(meddler: &Connection, queue: &str, arguments: FieldTable) {
    let channel = meddler.create_channel().await.unwrap();
    let durable = QueueDeclareOptions {
        durable: true,
        ..Default::default()
    };
    channel.queue_declare(name(queue), durable, arguments).await.unwrap();
}

async fn send(channel: &Channel, exchange: &str, key: &str, body: &[u8]) {
    channel
        .basic_publish(
            name(exchange),
            name(key),
            BasicPublishOptions::default(),
            body,
            BasicProperties::default(),
        )
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rabbitmq_in_trouble_loses_nothing_and_blocks_nothing() {
    let mut broker = Broker::start().await;
    foreign_messages_are_set_aside(&broker).await;
    what_was_not_ended_comes_again(&broker).await;
    what_comes_too_often_is_set_aside(&broker).await;
    a_queue_that_vanished_is_made_again(&broker).await;
    a_broker_that_takes_nothing_says_so_at_once(&broker).await;
    a_broker_that_was_killed_keeps_what_it_confirmed(&mut broker).await;
}

async fn foreign_messages_are_set_aside(broker: &Broker) {
    let bus = start(broker, "foreign").await;
    let meddler = meddler(broker).await;
    let channel = meddler.create_channel().await.unwrap();
    let other = SOURCE.replace("3000", "4000");
    let of = |source: &str, version: &str| {
        format!(
            r#"{{"specversion":"1.0","id":"00ff","source":"{source}","type":"nl.sluis.gereed.oordelen.{version}","time":"2026-11-23T08:00:00Z"}}"#
        )
    };
    let foreign = [
        b"\xff\xfe not even text".to_vec(),
        vec![b'x'; 100_000],
        of(&other, "v1").into_bytes(),
        of(SOURCE, "v9").into_bytes(),
    ];
    for body in &foreign {
        send(&channel, "foreign", "oordelen.v1", body).await;
    }
    published(&bus, &[notice(Station::Judge, "good")]).await;
    let good = next(&bus, Station::Judge).await;
    assert_eq!(
        good.notice,
        notice(Station::Judge, "good"),
        "it does not wait for the others"
    );
    bus.ended(&good);
    let health = until(&bus, "all set aside", |h| h.dead == Some(4)).await;
    assert!(health.connected);
    until(&bus, "empty", |h| h.judge.waiting == Some(0)).await;
    // They are kept whole there, with the reason, for a Sluis that knows them.
    let kept = channel
        .basic_get("foreign.opzij".into(), BasicGetOptions::default())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.delivery.data, foreign[0]);
    let headers = kept.delivery.properties.headers().clone().unwrap();
    assert_eq!(
        headers.inner().get("x-first-death-reason"),
        Some(&AMQPValue::LongString("rejected".into()))
    );
}

async fn what_was_not_ended_comes_again(broker: &Broker) {
    let bus = start(broker, "again").await;
    let names = ["a", "b", "c"].map(|id| notice(Station::Deliver, id));
    published(&bus, &names).await;
    let (first, second) = (next(&bus, Station::Deliver).await, next(&bus, Station::Deliver).await);
    bus.ended(&first);
    until(&bus, "one ended", |h| h.deliver.waiting == Some(2)).await;
    // As a process that dies: one was taken and not ended, one waited.
    drop(bus);
    let other = start(broker, "again").await;
    let mut came = [
        next(&other, Station::Deliver).await,
        next(&other, Station::Deliver).await,
    ];
    came.sort_by(|a, b| a.notice.effect.cmp(&b.notice.effect));
    assert_eq!(
        came.clone().map(|taken| taken.notice),
        [names[1].clone(), names[2].clone()]
    );
    assert_eq!(second.notice, names[1]);
    came.iter().for_each(|taken| other.ended(taken));
    until(&other, "empty", |h| h.deliver.waiting == Some(0)).await;
    // To end what a former connection gave means nothing to this one.
    other.ended(&second);
    assert_eq!(other.health().await.dead, Some(0));
}

async fn what_comes_too_often_is_set_aside(broker: &Broker) {
    // Only the queues, and nobody who takes from them.
    drop(start(broker, "often").await);
    let meddler = meddler(broker).await;
    let channel = meddler.create_channel().await.unwrap();
    send(&channel, "often", "bezorgen.v1", b"poison").await;
    let mut consumer = channel
        .basic_consume(
            "often.bezorgen".into(),
            "".into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        )
        .await
        .unwrap();
    let mut times = 0;
    while let Ok(Some(delivery)) = timeout(Duration::from_secs(3), consumer.next()).await {
        times += 1;
        assert!(times < 100, "it comes for ever");
        let requeue = BasicNackOptions {
            requeue: true,
            ..Default::default()
        };
        delivery.unwrap().acker.nack(requeue).await.unwrap();
    }
    assert_eq!(times, 21, "once, and twenty times again");
    let kept = channel
        .basic_get("often.opzij".into(), BasicGetOptions::default())
        .await
        .unwrap()
        .expect("set aside, not dropped");
    assert_eq!(kept.delivery.data, b"poison");
    let headers = kept.delivery.properties.headers().clone().unwrap();
    assert_eq!(
        headers.inner().get("x-first-death-reason"),
        Some(&AMQPValue::LongString("delivery_limit".into()))
    );
}

async fn a_queue_that_vanished_is_made_again(broker: &Broker) {
    let bus = start(broker, "vanish").await;
    let meddler = meddler(broker).await;
    let channel = meddler.create_channel().await.unwrap();
    channel
        .queue_unbind(
            "vanish.oordelen".into(),
            "vanish".into(),
            "oordelen.#".into(),
            FieldTable::default(),
        )
        .await
        .unwrap();
    // The broker acknowledges what nobody can take; that does not count.
    let refused = bus.publish(vec![notice(Station::Judge, "a")]).await;
    assert!(matches!(refused, Err(PortError::Unavailable(..))), "{refused:?}");
    published(&bus, &[notice(Station::Judge, "a")]).await;
    assert_eq!(next(&bus, Station::Judge).await.notice, notice(Station::Judge, "a"));
    // The whole queue, under the consumer.
    channel
        .queue_delete("vanish.bezorgen".into(), QueueDeleteOptions::default())
        .await
        .unwrap();
    published(&bus, &[notice(Station::Deliver, "b")]).await;
    assert_eq!(next(&bus, Station::Deliver).await.notice, notice(Station::Deliver, "b"));
}

async fn a_broker_that_takes_nothing_says_so_at_once(broker: &Broker) {
    let bus = start(broker, "alarm").await;
    broker.ctl(&["set_vm_memory_high_watermark", "0.000001"]);
    // It tells a publisher only after it tried to publish.
    let begin = Instant::now();
    while !bus.health().await.blocked {
        let _ = timeout(
            Duration::from_millis(200),
            bus.publish(vec![notice(Station::Judge, "a")]),
        )
        .await;
        assert!(begin.elapsed() < SOON, "it was never told");
    }
    let begin = Instant::now();
    for _ in 0..100 {
        let refused = bus.publish(vec![notice(Station::Judge, "b")]).await;
        assert!(matches!(refused, Err(PortError::Unavailable(..))));
    }
    assert!(begin.elapsed() < Duration::from_secs(5), "a refusal does not wait");
    broker.ctl(&["set_vm_memory_high_watermark", "0.4"]);
    let took = published(&bus, &[notice(Station::Judge, "c")]).await;
    assert!(took < Duration::from_secs(10), "it went on after {took:?}");
    loop {
        let taken = next(&bus, Station::Judge).await;
        bus.ended(&taken);
        if taken.notice == notice(Station::Judge, "c") {
            break;
        }
    }
}

async fn a_broker_that_was_killed_keeps_what_it_confirmed(broker: &mut Broker) {
    let bus = start(broker, "kill").await;
    let names: Vec<Notice> = (0..50).map(|n| notice(Station::Judge, &format!("{n}"))).collect();
    published(&bus, &names).await;
    let taken = next(&bus, Station::Judge).await;
    // A queue that was made a moment before the kill may be without a leader after it, and then needs a person.
    published(&bus, &[notice(Station::Deliver, "settled")]).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    broker.kill();
    until(&bus, "noticed", |h| !h.connected).await;
    let refused = bus.publish(vec![notice(Station::Judge, "later")]).await;
    assert!(matches!(refused, Err(PortError::Unavailable(..))));
    // Its step ends while nobody is there to tell.
    bus.ended(&taken);
    broker.again().await;
    let took = published(&bus, &[notice(Station::Judge, "later")]).await;
    assert!(took < Duration::from_secs(10), "it went on after {took:?}");
    let mut came = Vec::new();
    while came.len() < 51 {
        let taken = next(&bus, Station::Judge).await;
        bus.ended(&taken);
        came.push(taken.notice.effect);
    }
    came.sort();
    came.dedup();
    assert_eq!(came.len(), 51, "each once, the one that nobody was told about too");
    bus.close();
    assert_eq!(bus.next(Station::Judge).await, None);
}

/// Certificates for one test: an authority, and what it signed.
struct Signed {
    authority: String,
    server: String,
    client: String,
}

fn sign(host: &str) -> Signed {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let leaf = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        // Of the same name as its authority it would look like one that signed itself.
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let cert = params.signed_by(&key, &issuer).unwrap();
        format!("{}{}", cert.pem(), key.serialize_pem())
    };
    Signed {
        authority: authority.pem(),
        server: leaf(host),
        client: leaf("sluis.test"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rabbitmq_over_tls_knows_both_sides_or_nothing() {
    let (ours, theirs) = (sign("127.0.0.1"), sign("127.0.0.1"));
    let broker = Broker::start_with(|dir, port| {
        let put = |file: &str, text: &str| {
            std::fs::write(dir.join(file), text).unwrap();
            dir.join(file).display().to_string()
        };
        let (authority, server) = (put("ca.pem", &ours.authority), put("server.pem", &ours.server));
        format!(
            "listeners.tcp = none\nlisteners.ssl.default = 127.0.0.1:{port}\nssl_options.cacertfile = {authority}\n\
             ssl_options.certfile = {server}\nssl_options.keyfile = {server}\nssl_options.verify = verify_peer\n\
             ssl_options.fail_if_no_peer_cert = true\n"
        )
    })
    .await;
    let with = |authority: &str, client: Option<&str>| sluis_bus::RabbitConfig {
        tls: Some(Tls {
            authorities: authority.to_owned(),
            identity: client.map(|pem| Zeroizing::new(pem.as_bytes().to_vec())),
        }),
        ..config(&broker, "tls")
    };
    let bus = RabbitBus::start(with(&ours.authority, Some(&ours.client)))
        .await
        .unwrap();
    published(&bus, &[notice(Station::Judge, "a")]).await;
    assert_eq!(next(&bus, Station::Judge).await.notice, notice(Station::Judge, "a"));
    // A broker of another authority, a client of another, no client certificate, another name, and plain.
    for (what, config) in [
        ("another authority", with(&theirs.authority, Some(&ours.client))),
        ("another client", with(&ours.authority, Some(&theirs.client))),
        ("no client", with(&ours.authority, None)),
        (
            "another name",
            sluis_bus::RabbitConfig {
                host: "localhost".to_owned(),
                ..with(&ours.authority, Some(&ours.client))
            },
        ),
        ("plain", config(&broker, "tls")),
    ] {
        let refused = RabbitBus::start(config).await.unwrap_err();
        assert!(
            matches!(refused, RabbitError::Tls(_)) || what == "plain" && matches!(refused, RabbitError::Unreachable(_)),
            "{what}: {refused:?}"
        );
    }
    // The one that was good is still there.
    published(&bus, &[notice(Station::Judge, "b")]).await;
}
