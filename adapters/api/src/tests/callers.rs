//! Who may come in.

use std::num::NonZeroU32;

use super::played::Played;
use super::support::{BEHEER_TOKEN, SCHOOL_TOKEN, event_as, house, house_with, known, koppeling, send};
use crate::api::ApiSettings;
use crate::auth::{Callers, CallersError, Koppeling, Rol};
use crate::limits::{LimitSettings, Limits};

const SCHOOL: &str = "00000099000000001000/school";

#[tokio::test]
async fn only_a_known_token_opens() {
    let house = house().await;
    let addr = house.server.addr();
    let wrong = "wrong-0123456789abcdef0123456789abcdef0";
    for authorization in [
        String::new(),
        format!("\r\nAuthorization: Bearer {wrong}"),
        format!("\r\nAuthorization: Basic {SCHOOL_TOKEN}"),
        format!("\r\nAuthorization: Bearer {}", &SCHOOL_TOKEN[1..]),
        format!("\r\nAuthorization: Bearer  {SCHOOL_TOKEN}"),
        "\r\nAuthorization: Bearer".to_owned(),
        format!("\r\nAuthorization: Bearer {SCHOOL_TOKEN}\r\nAuthorization: Bearer {BEHEER_TOKEN}"),
    ] {
        let head = format!("POST /v1/berichten HTTP/1.1\r\nContent-Type: application/cloudevents+json{authorization}");
        let reply = send(addr, &head, b"{}").await;
        reply.is_problem("geen-toegang");
        assert_eq!(reply.header("www-authenticate"), Some("bearer realm=\"sluis\""));
        assert!(!format!("{reply:?}").contains("0123456789abcdef"));
    }
    assert!(house.played.asked().is_empty());
    let lower = event_as(SCHOOL_TOKEN).replace("Bearer", "bearer");
    assert_eq!(send(addr, &lower, b"{}").await.status, 202);
}

#[tokio::test]
async fn too_many_failures_and_too_many_requests_wait() {
    let n = |n| NonZeroU32::new(n).unwrap();
    let limits = LimitSettings {
        per_second: n(1),
        burst: n(2),
        failures_per_minute: n(3),
    };
    let settings = ApiSettings {
        limits,
        ..ApiSettings::default()
    };
    let house = house_with(Played::default(), settings, |_| {}).await;
    let addr = house.server.addr();
    for _ in 0..3 {
        send(addr, "GET /v1/gezondheid HTTP/1.1", b"")
            .await
            .is_problem("geen-toegang");
    }
    let reply = send(addr, "GET /v1/gezondheid HTTP/1.1", b"").await;
    reply.is_problem("te-veel-pogingen");
    assert!(
        reply
            .header("retry-after")
            .and_then(|s| s.parse::<u64>().ok())
            .is_some_and(|s| (1..=21).contains(&s))
    );
    // Who says who it is, is still served; until its own limit.
    for status in [202, 202, 429] {
        let reply = send(addr, &event_as(SCHOOL_TOKEN), b"{}").await;
        assert_eq!(reply.status, status);
        assert_eq!(reply.header("retry-after").is_some(), status == 429);
    }
    assert_eq!(
        send(addr, &event_as(BEHEER_TOKEN), b"{}").await.status,
        403,
        "a limit is of one connection"
    );
}

#[test]
fn keys_of_the_limits_are_forgotten() {
    let n = |n| NonZeroU32::new(n).unwrap();
    let limits = Limits::new(LimitSettings {
        per_second: n(1000),
        burst: n(1),
        failures_per_minute: n(60_000),
    });
    for last in 0..100 {
        let _ = limits.failure(std::net::IpAddr::from([192, 0, 2, last]));
    }
    assert_eq!(limits.remembered(), 100);
    std::thread::sleep(std::time::Duration::from_millis(50));
    limits.tidy();
    assert_eq!(limits.remembered(), 0);
    // An IPv6 network is one place, however many addresses it has.
    for last in 0..100 {
        let _ = limits.failure(std::net::IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, last]));
    }
    assert_eq!(limits.remembered(), 1);
}

#[test]
fn a_list_that_cannot_work_is_refused() {
    let refused = |change: &dyn Fn(&mut Vec<Koppeling>)| {
        let mut list = known();
        change(&mut list);
        Callers::new(&list).unwrap_err()
    };
    let twice = koppeling("school", Some("x"), &[SCHOOL], &[Rol::Leveren]);
    assert_eq!(
        refused(&|l| l.push(twice.clone())),
        CallersError::Twice("school".into())
    );
    let shared = koppeling("ander", Some(SCHOOL_TOKEN), &[SCHOOL], &[Rol::Leveren]);
    assert_eq!(
        refused(&|l| l.push(shared.clone())),
        CallersError::Shared("school".into(), "ander".into())
    );
    assert_eq!(refused(&|l| l[0].naam = "A b".into()), CallersError::Name(1));
    assert_eq!(
        refused(&|l| l[0].token_sha256 = None),
        CallersError::NoProof("school".into())
    );
    assert_eq!(refused(&|l| l[0].eigen.clear()), CallersError::NoParty("school".into()));
    assert_eq!(refused(&|l| l[0].rollen.clear()), CallersError::NoRole("school".into()));
    let error = refused(&|l| l[0].token_sha256 = Some("GEHEIM".into()));
    assert!(!error.to_string().contains("GEHEIM"));
    assert!(!format!("{:?}", known()).contains(&super::support::digest(SCHOOL_TOKEN)));
}
