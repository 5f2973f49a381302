//! What every bus promises. To run it over another bus: one function here that makes it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop at the first surprise"
)]

#[allow(dead_code, reason = "another test uses the rest")]
mod support;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use sluis_bus::{EmbeddedBus, RabbitBus};
use sluis_stations::ports::{Bus, Notice, PortError, Station};
use support::{Broker, config, id, notice};
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(30);
const A_MOMENT: Duration = Duration::from_millis(30);

/// Takes one, and ends it.
async fn take(bus: &dyn Bus, station: Station) -> Option<Notice> {
    let taken = timeout(SOON, bus.next(station)).await.unwrap()?;
    bus.ended(&taken);
    Some(taken.notice)
}

async fn publish(bus: &dyn Bus, notices: &[Notice]) {
    timeout(SOON, bus.publish(notices.to_vec())).await.unwrap().unwrap();
}

/// Publishes and takes.
mod contract {
    use super::*;

    pub(super) async fn a_notice_reaches_its_own_station_in_order(bus: &dyn Bus) {
        publish(bus, &["a", "b"].map(|name| notice(Station::Judge, name))).await;
        publish(bus, &[notice(Station::Deliver, "d"), notice(Station::Judge, "c")]).await;
        assert_eq!(take(bus, Station::Deliver).await, Some(notice(Station::Deliver, "d")));
        for name in ["a", "b", "c"] {
            assert_eq!(take(bus, Station::Judge).await, Some(notice(Station::Judge, name)));
        }
        assert!(
            timeout(A_MOMENT, bus.next(Station::Judge)).await.is_err(),
            "nothing is left"
        );
        publish(bus, &[]).await;
    }

    pub(super) async fn what_was_taken_may_come_again(bus: &dyn Bus) {
        for _ in 0..3 {
            publish(bus, &[notice(Station::Judge, "again")]).await;
            assert_eq!(take(bus, Station::Judge).await, Some(notice(Station::Judge, "again")));
        }
    }

    pub(super) async fn what_waits_is_counted_with_its_age(bus: &dyn Bus) {
        let empty = bus.health().await;
        assert!(empty.connected && !empty.blocked);
        assert_eq!((empty.judge.waiting, empty.judge.oldest), (Some(0), None));
        publish(bus, &["one", "two"].map(|name| notice(Station::Judge, name))).await;
        tokio::time::sleep(A_MOMENT * 2).await;
        let health = until(bus, |health| {
            health.judge.waiting == Some(2) && health.judge.oldest.is_some()
        })
        .await;
        assert!(health.judge.oldest >= Some(A_MOMENT) && health.judge.oldest < Some(SOON));
        assert_eq!((health.deliver.waiting, health.deliver.oldest), (Some(0), None));
        for _ in 0..2 {
            take(bus, Station::Judge).await;
        }
        let after = until(bus, |health| health.judge.waiting == Some(0)).await;
        assert_eq!(after.judge.oldest, None);
    }

    /// A count that a broker gives may be a moment old.
    async fn until(
        bus: &dyn Bus,
        so: impl Fn(&sluis_stations::ports::BusHealth) -> bool,
    ) -> sluis_stations::ports::BusHealth {
        for _ in 0..500 {
            let health = bus.health().await;
            if so(&health) {
                return health;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bus.health().await
    }

    pub(super) async fn nothing_is_lost_between_many(bus: Arc<dyn Bus>) {
        let end = id("end");
        let takers: Vec<_> = (0..4)
            .map(|_| {
                let (bus, end) = (Arc::clone(&bus), end.clone());
                tokio::spawn(async move {
                    let mut got = Vec::new();
                    while let Some(taken) = bus.next(Station::Deliver).await {
                        bus.ended(&taken);
                        if taken.notice.effect == end {
                            break;
                        }
                        got.push(taken.notice.effect.0);
                    }
                    got
                })
            })
            .collect();
        // Takers that go away while they wait must not take a wake-up with them.
        for _ in 0..20 {
            let _ = timeout(Duration::ZERO, bus.next(Station::Deliver)).await;
        }
        let putters: Vec<_> = (0..4)
            .map(|p| {
                let bus = Arc::clone(&bus);
                tokio::spawn(async move {
                    for i in 0..50 {
                        let ten = (0..10).map(|j| notice(Station::Deliver, &format!("{p}-{i}-{j}")));
                        bus.publish(ten.collect()).await.unwrap();
                    }
                })
            })
            .collect();
        for p in putters {
            timeout(SOON, p).await.unwrap().unwrap();
        }
        let mut all = Vec::new();
        for taker in takers {
            // One after the other: an "end" that still waits is not queued twice.
            while !taker.is_finished() {
                publish(&*bus, &[notice(Station::Deliver, "end")]).await;
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            all.extend(taker.await.unwrap());
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 2000);
    }

    pub(super) async fn closing_wakes_all(bus: Arc<dyn Bus>) {
        publish(&*bus, &[notice(Station::Deliver, "kept")]).await;
        let kept = timeout(SOON, bus.next(Station::Deliver)).await.unwrap().unwrap();
        let waiters: Vec<_> = [Station::Judge, Station::Judge]
            .into_iter()
            .map(|station| {
                let bus = Arc::clone(&bus);
                tokio::spawn(async move { bus.next(station).await })
            })
            .collect();
        tokio::time::sleep(A_MOMENT).await;
        bus.close();
        for w in waiters {
            assert_eq!(timeout(SOON, w).await.unwrap().unwrap(), None);
        }
        assert_eq!(timeout(SOON, bus.next(Station::Judge)).await.unwrap(), None);
        let after = timeout(SOON, bus.publish(vec![notice(Station::Judge, "x")]))
            .await
            .unwrap();
        assert!(matches!(after, Err(PortError::Unavailable(..))));
        assert!(!bus.health().await.connected);
        // The step of what was taken may end later.
        bus.ended(&kept);
    }
}

fn embedded(capacity: usize) -> Arc<EmbeddedBus> {
    Arc::new(EmbeddedBus::new(NonZeroUsize::new(capacity).unwrap()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_embedded_bus_keeps_the_contract() {
    contract::a_notice_reaches_its_own_station_in_order(&*embedded(8)).await;
    contract::what_was_taken_may_come_again(&*embedded(8)).await;
    contract::what_waits_is_counted_with_its_age(&*embedded(8)).await;
    for capacity in [1, 3, 1000] {
        contract::nothing_is_lost_between_many(embedded(capacity)).await;
        contract::closing_wakes_all(embedded(capacity)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rabbitmq_keeps_the_contract() {
    let broker = Broker::start().await;
    let bus = async |prefix| Arc::new(RabbitBus::start(config(&broker, prefix)).await.unwrap());
    contract::a_notice_reaches_its_own_station_in_order(&*bus("order").await).await;
    contract::what_was_taken_may_come_again(&*bus("again").await).await;
    contract::what_waits_is_counted_with_its_age(&*bus("age").await).await;
    contract::nothing_is_lost_between_many(bus("many").await).await;
    contract::closing_wakes_all(bus("close").await).await;
}

#[tokio::test]
async fn what_waits_is_not_queued_twice() {
    let bus = embedded(2);
    for _ in 0..10 {
        publish(&*bus, &[notice(Station::Judge, "a")]).await;
    }
    assert_eq!(format!("{bus:?}"), "EmbeddedBus { judge: 1, deliver: 0 }");
}

#[tokio::test]
async fn a_full_queue_lets_the_publisher_wait() {
    let bus = embedded(1);
    publish(&*bus, &[notice(Station::Judge, "a")]).await;
    let waiting = {
        let bus = Arc::clone(&bus);
        tokio::spawn(async move { bus.publish(vec![notice(Station::Judge, "b")]).await })
    };
    tokio::time::sleep(A_MOMENT).await;
    assert!(!waiting.is_finished());
    publish(&*bus, &[notice(Station::Deliver, "other")]).await;
    assert_eq!(take(&*bus, Station::Judge).await, Some(notice(Station::Judge, "a")));
    timeout(SOON, waiting).await.unwrap().unwrap().unwrap();
    assert_eq!(take(&*bus, Station::Judge).await, Some(notice(Station::Judge, "b")));
}

#[tokio::test]
async fn closing_wakes_a_publisher_that_waits() {
    let bus = embedded(1);
    publish(&*bus, &[notice(Station::Judge, "a")]).await;
    let waiting = {
        let bus = Arc::clone(&bus);
        tokio::spawn(async move { bus.publish(vec![notice(Station::Judge, "b")]).await })
    };
    tokio::time::sleep(A_MOMENT).await;
    bus.close();
    assert!(timeout(SOON, waiting).await.unwrap().unwrap().is_err());
}
