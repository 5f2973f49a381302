//! What every bus promises. To run it over another bus: one function here that makes it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop at the first surprise"
)]

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use sluis_bus::EmbeddedBus;
use sluis_stations::ports::{Bus, EffectId, Notice, PortError, Station};
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(5);
const A_MOMENT: Duration = Duration::from_millis(30);

fn notice(station: Station, id: &str) -> Notice {
    Notice {
        station,
        effect: EffectId(id.into()),
    }
}

/// Publishes and takes.
mod contract {
    use super::*;

    pub(super) async fn a_notice_reaches_its_own_station_in_order(bus: &dyn Bus) {
        for id in ["a", "b", "c"] {
            bus.publish(notice(Station::Judge, id)).await.unwrap();
        }
        bus.publish(notice(Station::Deliver, "d")).await.unwrap();
        assert_eq!(
            timeout(SOON, bus.next(Station::Deliver)).await.unwrap(),
            Some(notice(Station::Deliver, "d"))
        );
        for id in ["a", "b", "c"] {
            assert_eq!(
                timeout(SOON, bus.next(Station::Judge)).await.unwrap(),
                Some(notice(Station::Judge, id))
            );
        }
        assert!(
            timeout(A_MOMENT, bus.next(Station::Judge)).await.is_err(),
            "nothing is left"
        );
    }

    pub(super) async fn what_was_taken_may_come_again(bus: &dyn Bus) {
        for _ in 0..3 {
            bus.publish(notice(Station::Judge, "again")).await.unwrap();
            assert_eq!(
                timeout(SOON, bus.next(Station::Judge)).await.unwrap(),
                Some(notice(Station::Judge, "again"))
            );
        }
    }

    pub(super) async fn nothing_is_lost_between_many(bus: Arc<dyn Bus>) {
        let takers: Vec<_> = (0..4)
            .map(|_| {
                let bus = Arc::clone(&bus);
                tokio::spawn(async move {
                    let mut got = Vec::new();
                    while let Some(n) = bus.next(Station::Deliver).await {
                        if n.effect.as_str() == "end" {
                            break;
                        }
                        got.push(n.effect.0);
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
                    for i in 0..500 {
                        bus.publish(notice(Station::Deliver, &format!("{p}-{i}")))
                            .await
                            .unwrap();
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
                bus.publish(notice(Station::Deliver, "end")).await.unwrap();
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            all.extend(taker.await.unwrap());
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 2000);
    }

    pub(super) async fn closing_wakes_all(bus: Arc<dyn Bus>) {
        let waiters: Vec<_> = [Station::Judge, Station::Deliver, Station::Judge]
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
        let after = timeout(SOON, bus.publish(notice(Station::Judge, "x"))).await.unwrap();
        assert!(matches!(after, Err(PortError::Unavailable(..))));
    }
}

fn embedded(capacity: usize) -> Arc<EmbeddedBus> {
    Arc::new(EmbeddedBus::new(NonZeroUsize::new(capacity).unwrap()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_embedded_bus_keeps_the_contract() {
    contract::a_notice_reaches_its_own_station_in_order(&*embedded(8)).await;
    contract::what_was_taken_may_come_again(&*embedded(8)).await;
    for capacity in [1, 3, 1000] {
        contract::nothing_is_lost_between_many(embedded(capacity)).await;
        contract::closing_wakes_all(embedded(capacity)).await;
    }
}

#[tokio::test]
async fn what_waits_is_not_queued_twice() {
    let bus = embedded(2);
    for _ in 0..10 {
        bus.publish(notice(Station::Judge, "a")).await.unwrap();
    }
    assert_eq!(format!("{bus:?}"), "EmbeddedBus { judge: 1, deliver: 0 }");
}

#[tokio::test]
async fn a_full_queue_lets_the_publisher_wait() {
    let bus = embedded(1);
    bus.publish(notice(Station::Judge, "a")).await.unwrap();
    let waiting = {
        let bus = Arc::clone(&bus);
        tokio::spawn(async move { bus.publish(notice(Station::Judge, "b")).await })
    };
    tokio::time::sleep(A_MOMENT).await;
    assert!(!waiting.is_finished());
    bus.publish(notice(Station::Deliver, "other")).await.unwrap();
    assert_eq!(bus.next(Station::Judge).await, Some(notice(Station::Judge, "a")));
    timeout(SOON, waiting).await.unwrap().unwrap().unwrap();
    assert_eq!(bus.next(Station::Judge).await, Some(notice(Station::Judge, "b")));
}

#[tokio::test]
async fn closing_wakes_a_publisher_that_waits() {
    let bus = embedded(1);
    bus.publish(notice(Station::Judge, "a")).await.unwrap();
    let waiting = {
        let bus = Arc::clone(&bus);
        tokio::spawn(async move { bus.publish(notice(Station::Judge, "b")).await })
    };
    tokio::time::sleep(A_MOMENT).await;
    bus.close();
    assert!(timeout(SOON, waiting).await.unwrap().unwrap().is_err());
}
