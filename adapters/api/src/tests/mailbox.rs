//! The mailbox.

use super::played::{CONTENT, EFFECT, LEERPLICHT, Played};
use super::support::{BOTH_TOKEN, LEERPLICHT_TOKEN, SCHOOL_TOKEN, bearer, house, house_with, send};
use crate::api::ApiSettings;

#[tokio::test]
async fn a_list_has_no_content_and_goes_on_where_it_ended() {
    let played = Played {
        waiting: 5,
        ..Played::default()
    };
    let house = house_with(played, ApiSettings::default(), |_| {}).await;
    let addr = house.server.addr();
    let reply = send(addr, &bearer("GET /v1/postbus?limit=2&na=00ff", LEERPLICHT_TOKEN), b"").await;
    let json = reply.json();
    assert_eq!(json["berichten"].as_array().unwrap().len(), 2);
    assert_eq!(json["volgende"], format!("{:032x}", 1));
    let reply = send(addr, &bearer("GET /v1/postbus", LEERPLICHT_TOKEN), b"").await;
    assert_eq!(reply.json()["berichten"].as_array().unwrap().len(), 5);
    assert!(reply.json().get("volgende").is_none());
    assert_eq!(
        house.played.asked(),
        [
            format!("mailbox {LEERPLICHT} 00ff 3"),
            format!("mailbox {LEERPLICHT} - 101")
        ]
    );
}

#[tokio::test]
async fn a_query_that_is_not_understood_is_refused() {
    let house = house().await;
    for query in [
        "limit=0",
        "limit=101",
        "limit=x",
        "na=",
        "na=a%20b",
        "limit=1&limit=2",
        "naam=x",
        "na",
        "partij=x",
    ] {
        let head = bearer(&format!("GET /v1/postbus?{query}"), LEERPLICHT_TOKEN);
        send(house.server.addr(), &head, b"")
            .await
            .is_problem("zoekvraag-ongeldig");
    }
    assert!(house.played.asked().is_empty());
}

#[tokio::test]
async fn only_the_party_itself_may_look() {
    let house = house().await;
    let addr = house.server.addr();
    let other = bearer("GET /v1/postbus?partij=00000099000000001000/school", LEERPLICHT_TOKEN);
    send(addr, &other, b"").await.is_problem("postbus-van-ander");
    send(addr, &bearer("GET /v1/postbus", SCHOOL_TOKEN), b"")
        .await
        .is_problem("geen-mandaat");
    // Who is two parties says which.
    let json = send(addr, &bearer("GET /v1/postbus", BOTH_TOKEN), b"")
        .await
        .is_problem("zoekvraag-ongeldig");
    assert_eq!(json["pad"], "partij");
    let stated = bearer(
        &format!("GET /v1/postbus?partij={}", LEERPLICHT.replace('/', "%2F")),
        BOTH_TOKEN,
    );
    assert_eq!(send(addr, &stated, b"").await.status, 200);
}

#[tokio::test]
async fn content_comes_as_an_event_and_goes_when_confirmed() {
    let house = house().await;
    let addr = house.server.addr();
    let reply = send(
        addr,
        &bearer(&format!("GET /v1/postbus/{EFFECT}"), LEERPLICHT_TOKEN),
        b"",
    )
    .await;
    assert_eq!(reply.header("content-type"), Some("application/cloudevents+json"));
    let json = reply.json();
    assert_eq!(json["id"], EFFECT);
    assert_eq!(json["type"], "nl.onderwijs-jeugd.hulpvragen.hulpvraag.v1");
    assert_eq!(json["ontvanger"], LEERPLICHT);
    assert!(
        reply.body.ends_with(&format!("\"data\":{CONTENT}}}")),
        "content stays as it is: {}",
        reply.body
    );
    let gone = send(
        addr,
        &bearer(&format!("DELETE /v1/postbus/{EFFECT}"), LEERPLICHT_TOKEN),
        b"",
    )
    .await;
    assert_eq!((gone.status, gone.body.as_str()), (204, ""));
    for line in ["GET /v1/postbus/00", "DELETE /v1/postbus/00"] {
        send(addr, &bearer(line, LEERPLICHT_TOKEN), b"")
            .await
            .is_problem("niet-in-postbus");
    }
    let odd = bearer("GET /v1/postbus/a%00b", LEERPLICHT_TOKEN);
    send(addr, &odd, b"").await.is_problem("onbekend");
}
