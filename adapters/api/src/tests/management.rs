//! What is blocked, health, and places that do not exist.

use super::played::{EFFECT, Played};
use super::support::{BEHEER_TOKEN, SCHOOL_TOKEN, bearer, house, house_with, send};
use crate::api::ApiSettings;
use crate::doors::{Kind, Refusal, RulesInUse, RulesTrouble};

#[tokio::test]
async fn the_operator_sees_reasons_and_has_things_judged_again() {
    let house = house().await;
    let addr = house.server.addr();
    let json = send(addr, &bearer("GET /v1/geblokkeerd", BEHEER_TOKEN), b"")
        .await
        .json();
    assert_eq!(json["geblokkeerd"][0]["redenen"][0], "casus-gesloten");
    let line = format!("POST /v1/geblokkeerd/{EFFECT}/opnieuw-beoordelen");
    assert_eq!(send(addr, &bearer(&line, BEHEER_TOKEN), b"").await.status, 202);
    send(
        addr,
        &bearer("POST /v1/geblokkeerd/00/opnieuw-beoordelen", BEHEER_TOKEN),
        b"",
    )
    .await
    .is_problem("onbekend");
    for line in ["GET /v1/geblokkeerd", line.as_str()] {
        send(addr, &bearer(line, SCHOOL_TOKEN), b"")
            .await
            .is_problem("geen-mandaat");
    }
    assert_eq!(
        house.played.asked(),
        [format!("rejudge beheer {EFFECT}"), "rejudge beheer 00".to_owned()]
    );
}

#[tokio::test]
async fn health_tells_the_operator_more() {
    let house = house().await;
    let addr = house.server.addr();
    let json = send(addr, &bearer("GET /v1/gezondheid", BEHEER_TOKEN), b"")
        .await
        .json();
    assert_eq!(
        (&json["status"], &json["aantallen"]["postbus"]),
        (&"pass".into(), &3.into())
    );
    let json = send(addr, &bearer("GET /v1/gezondheid", SCHOOL_TOKEN), b"")
        .await
        .json();
    assert!(json.get("aantallen").is_none());
    send(addr, "GET /v1/gezondheid HTTP/1.1", b"")
        .await
        .is_problem("geen-toegang");
    for line in ["GET /livez HTTP/1.1", "GET /readyz HTTP/1.1"] {
        assert_eq!(send(addr, line, b"").await.status, 200);
    }
}

#[tokio::test]
async fn rules_that_were_not_taken_are_a_warning_with_what_to_do_for_the_operator_alone() {
    let played = Played::default();
    *played.rules.lock().unwrap() = Some(RulesInUse {
        regelboek: "ab12".into(),
        getekend_op: "2024-01-11".into(),
        alarm: Some(RulesTrouble {
            reden: "regels-geweigerd",
            wat_te_doen: "draai sluis check",
            sinds_ms: 1_793_000_000_000,
        }),
        ligt_klaar: None,
    });
    let house = house_with(played, ApiSettings::default(), |_| {}).await;
    let addr = house.server.addr();
    let reply = send(addr, &bearer("GET /v1/gezondheid", BEHEER_TOKEN), b"").await;
    let json = reply.json();
    assert_eq!((reply.status, &json["status"]), (200, &"warn".into()));
    assert_eq!(json["regels"]["regelboek"], "ab12");
    assert_eq!(json["regels"]["alarm"]["wat_te_doen"], "draai sluis check");
    let json = send(addr, &bearer("GET /v1/gezondheid", SCHOOL_TOKEN), b"")
        .await
        .json();
    assert_eq!((&json["status"], json.get("regels")), (&"warn".into(), None));
    assert_eq!(
        send(addr, "GET /readyz HTTP/1.1", b"").await.status,
        200,
        "the last good rules take messages"
    );
}

#[tokio::test]
async fn a_store_that_cannot_be_written_shows() {
    let played = Played::default();
    *played.refuse.lock().unwrap() = Some(Refusal::new(Kind::Unavailable, "niet-bewaard"));
    let house = house_with(played, ApiSettings::default(), |_| {}).await;
    let addr = house.server.addr();
    send(addr, "GET /readyz HTTP/1.1", b"")
        .await
        .is_problem("opslag-niet-beschikbaar");
    assert_eq!(send(addr, "GET /livez HTTP/1.1", b"").await.status, 200);
    let reply = send(addr, &bearer("GET /v1/gezondheid", BEHEER_TOKEN), b"").await;
    assert_eq!((reply.status, &reply.json()["status"]), (503, &"fail".into()));
}

#[tokio::test]
async fn places_and_methods_that_do_not_exist() {
    let house = house().await;
    let addr = house.server.addr();
    for line in [
        "GET / HTTP/1.1",
        "GET /v2/postbus HTTP/1.1",
        "GET /v1/postbus/ HTTP/1.1",
    ] {
        let reply = send(addr, line, b"").await;
        reply.is_problem("onbekend");
        assert_eq!(reply.header("api-version"), Some("1.0.0"));
    }
    let reply = send(addr, "PUT /v1/postbus HTTP/1.1", b"").await;
    reply.is_problem("methode-onbekend");
    assert!(reply.header("allow").is_some_and(|a| a.contains("get")), "{reply:?}");
}
