//! Taking messages.

use super::played::{EFFECT, Played};
use super::support::{BEHEER_TOKEN, LEERPLICHT_TOKEN, SCHOOL_TOKEN, bearer, event_as, house, house_with, send};
use crate::api::ApiSettings;
use crate::doors::{Fault, Kind, Refusal};

#[tokio::test]
async fn what_is_taken_gets_a_receipt_and_the_headers_of_the_house() {
    let house = house().await;
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let head = format!("{}; charset=utf-8\r\ntraceparent: {trace}", event_as(SCHOOL_TOKEN));
    let reply = send(house.server.addr(), &head, b"{}").await;
    assert_eq!(reply.status, 202, "{reply:?}");
    let json = reply.json();
    assert_eq!(json["berichten"][0]["effect"], EFFECT);
    assert_eq!(json["berichten"][0]["ontvanger"], "00000099000000002000/leerplicht");
    assert_eq!(json["gaten"][0], "/bijdragen/0/onbekend#1a2b3c4d");
    assert_eq!(json["uitleg"], "/v1/berichten/k1/uitleg");
    for (name, value) in [
        ("api-version", "1.0.0"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("content-type", "application/json"),
    ] {
        assert_eq!(reply.header(name), Some(value));
    }
    assert_eq!(house.played.asked(), [format!("event school 2 {trace}")]);
    let again = send(house.server.addr(), &event_as(SCHOOL_TOKEN), b"again").await;
    assert_eq!(again.status, 200);
    assert_eq!(again.json(), json);
}

#[tokio::test]
async fn the_media_type_decides_who_reads() {
    let house = house().await;
    let addr = house.server.addr();
    let wire = format!(
        "{}\r\nContent-Type: application/json",
        bearer("POST /v1/hulpvragen", SCHOOL_TOKEN)
    );
    assert_eq!(send(addr, &wire, b"{}").await.status, 202);
    assert_eq!(house.played.asked(), ["wire school 2"]);
    for head in [
        format!(
            "{}\r\nContent-Type: application/json",
            bearer("POST /v1/berichten", SCHOOL_TOKEN)
        ),
        bearer("POST /v1/berichten", SCHOOL_TOKEN),
        format!("{}; charset=iso-8859-1", event_as(SCHOOL_TOKEN)),
        format!("{}\r\nContent-Encoding: gzip", event_as(SCHOOL_TOKEN)),
        format!("{}\r\nContent-Type: text/plain", event_as(SCHOOL_TOKEN)),
    ] {
        send(addr, &head, b"{}").await.is_problem("verkeerd-mediatype");
    }
    assert_eq!(house.played.asked().len(), 1);
}

#[tokio::test]
async fn a_role_is_needed() {
    let house = house().await;
    send(house.server.addr(), &event_as(BEHEER_TOKEN), b"{}")
        .await
        .is_problem("geen-mandaat");
    assert!(house.played.asked().is_empty());
}

#[tokio::test]
async fn each_class_of_refusal_has_its_status() {
    let house = house().await;
    for (kind, slug, status) in [
        (Kind::Invalid, "veld-ontbreekt", 400),
        (Kind::Invalid, "a-reason-of-the-station", 400),
        (Kind::NotAuthenticated, "geen-toegang", 401),
        (Kind::NotMandated, "vreemde-bron", 403),
        (Kind::Unknown, "onbekend", 404),
        (Kind::Conflict, "andere-inhoud", 409),
        (Kind::TooLarge, "te-groot", 413),
        (Kind::MediaType, "verkeerd-mediatype", 415),
        (Kind::Unavailable, "niet-bewaard", 503),
        (Kind::Internal, "fout-bij-ons", 500),
    ] {
        let mut refusal = Refusal::new(kind, slug).at("/bijdragen/0/inhoud");
        refusal.fouten.push(Fault {
            pad: "/datum".into(),
            eis: "format".into(),
        });
        *house.played.refuse.lock().unwrap() = Some(refusal);
        let reply = send(house.server.addr(), &event_as(SCHOOL_TOKEN), b"{}").await;
        assert_eq!(reply.status, status);
        let json = reply.is_problem(slug);
        assert_eq!(json["pad"], "/bijdragen/0/inhoud");
        assert_eq!(json["fouten"][0]["eis"], "format");
        assert_eq!(reply.header("retry-after").is_some(), status == 503);
        assert_eq!(reply.header("www-authenticate").is_some(), status == 401);
    }
}

#[tokio::test]
async fn stations_that_do_not_answer_are_not_waited_for() {
    let played = Played {
        silent: true,
        ..Played::default()
    };
    let settings = ApiSettings {
        answer_time: std::time::Duration::from_millis(50),
        ..ApiSettings::default()
    };
    let house = house_with(played, settings, |_| {}).await;
    send(house.server.addr(), &event_as(SCHOOL_TOKEN), b"{}")
        .await
        .is_problem("geen-antwoord-op-tijd");
    send(house.server.addr(), "GET /readyz HTTP/1.1", b"")
        .await
        .is_problem("opslag-niet-beschikbaar");
}

#[tokio::test]
async fn the_history_is_for_the_sender_and_the_operator() {
    let house = house().await;
    let addr = house.server.addr();
    for (token, status) in [(SCHOOL_TOKEN, 200), (BEHEER_TOKEN, 200), (LEERPLICHT_TOKEN, 404)] {
        for path in ["GET /v1/berichten/k1", "GET /v1/berichten/k1/uitleg"] {
            let reply = send(addr, &bearer(path, token), b"").await;
            assert_eq!(reply.status, status, "{reply:?}");
            if status == 200 {
                assert_eq!(reply.json()["stappen"][0]["stap"], "aanvaard");
                assert_eq!(reply.json()["stappen"][0]["tijd"], "2026-10-26T07:33:20Z");
            } else {
                reply.is_problem("onbekend");
            }
        }
    }
    send(addr, &bearer("GET /v1/berichten/k2", SCHOOL_TOKEN), b"")
        .await
        .is_problem("onbekend");
}
