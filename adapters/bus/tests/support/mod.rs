//! What the tests of the bus over RabbitMQ share.

use std::num::{NonZeroU16, NonZeroUsize};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use jiff::civil::Date;
use sluis_bus::{Login, RabbitConfig, Topology};
use sluis_stations::ports::{Clock, EffectId, Notice, Station};
use zeroize::Zeroizing;

#[allow(dead_code, reason = "another test uses the rest")]
#[path = "../../../../tests/support/broker.rs"]
pub(crate) mod broker;

pub(crate) use broker::{Broker, USER};

pub(crate) const SOURCE: &str = "urn:nld:oin:00000099000000003000:systeem:sluis";

/// A notice whose id has the form of a real one.
pub(crate) fn notice(station: Station, name: &str) -> Notice {
    Notice {
        station,
        effect: id(name),
    }
}

pub(crate) fn id(name: &str) -> EffectId {
    EffectId(name.bytes().map(|b| format!("{b:02x}")).collect())
}

struct Wall;

#[allow(clippy::disallowed_methods, reason = "a real broker lives in real time")]
impl Clock for Wall {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
    fn today(&self) -> Date {
        Date::constant(2026, 11, 24)
    }
}

/// A bus of its own at a broker. What it logs is shown when a test fails.
pub(crate) fn config(broker: &Broker, prefix: &str) -> RabbitConfig {
    let _ = tracing_subscriber::fmt().with_test_writer().with_ansi(false).try_init();
    let chance = AtomicU64::new(1);
    RabbitConfig {
        host: "127.0.0.1".to_owned(),
        port: broker.port,
        vhost: "/".to_owned(),
        login: Login::Password {
            user: USER.to_owned(),
            password: Zeroizing::new(USER.to_owned()),
        },
        tls: None,
        topology: Topology::new(prefix),
        source: SOURCE.to_owned(),
        prefetch: NonZeroU16::new(256).unwrap(),
        in_flight: NonZeroUsize::new(256).unwrap(),
        clock: Arc::new(Wall),
        entropy: Arc::new(move || chance.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)),
    }
}
