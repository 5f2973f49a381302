//! Administrative messages.

use super::played::{EFFECT, LEERPLICHT, Played, SCHOOL};
use super::support::{BEHEER_TOKEN, LEERPLICHT_TOKEN, SCHOOL_TOKEN, bearer, house, house_with, send};
use crate::api::ApiSettings;

#[tokio::test]
async fn a_party_lists_fetches_and_confirms_its_own() {
    let played = Played {
        waiting: 3,
        ..Played::default()
    };
    let house = house_with(played, ApiSettings::default(), |_| {}).await;
    let addr = house.server.addr();
    let as_party = |line: &str| bearer(line, LEERPLICHT_TOKEN);
    let json = send(addr, &as_party("GET /v1/beheerberichten?limit=2&na=00ff"), b"")
        .await
        .json();
    let lines = json["beheerberichten"].as_array().unwrap();
    assert_eq!((lines.len(), &lines[0]["soort"]), (2, &"regierol".into()));
    assert!(lines[0].get("mededeling").is_none() && lines[0]["uiterlijk"].is_string());
    assert_eq!(json["volgende"], format!("{:032x}", 1));
    let one = send(addr, &as_party(&format!("GET /v1/beheerberichten/{EFFECT}")), b"")
        .await
        .json();
    assert_eq!(
        (
            &one["mededeling"]["soort"],
            &one["mededeling"]["partij"],
            &one["ontvanger"]
        ),
        (&"regierol".into(), &SCHOOL.into(), &LEERPLICHT.into())
    );
    assert_eq!(
        send(addr, &as_party(&format!("DELETE /v1/beheerberichten/{EFFECT}")), b"")
            .await
            .status,
        204
    );
    for method in ["GET", "DELETE"] {
        send(addr, &as_party(&format!("{method} /v1/beheerberichten/00")), b"")
            .await
            .is_problem("niet-in-postbus");
    }
    assert_eq!(
        house.played.asked(),
        [
            format!("notices {LEERPLICHT} 00ff 3"),
            format!("notice {LEERPLICHT} {EFFECT}"),
            format!("confirm {LEERPLICHT} {EFFECT}"),
            format!("notice {LEERPLICHT} 00"),
            format!("confirm {LEERPLICHT} 00"),
        ]
    );
}

#[tokio::test]
async fn only_who_may() {
    let house = house().await;
    let addr = house.server.addr();
    for line in [
        "GET /v1/beheerberichten".to_owned(),
        format!("DELETE /v1/beheerberichten/{EFFECT}"),
    ] {
        send(addr, &bearer(&line, SCHOOL_TOKEN), b"")
            .await
            .is_problem("geen-mandaat");
    }
    let other = bearer(&format!("GET /v1/beheerberichten?partij={SCHOOL}"), LEERPLICHT_TOKEN);
    send(addr, &other, b"").await.is_problem("postbus-van-ander");
    let open = "GET /v1/beheerberichten/onbevestigd";
    send(addr, &bearer(open, LEERPLICHT_TOKEN), b"")
        .await
        .is_problem("geen-mandaat");
    assert!(house.played.asked().is_empty());
}

#[tokio::test]
async fn what_is_late_is_an_alarm_for_the_operator_who_sees_whom_to_call() {
    let played = Played {
        waiting: 1,
        late: 1,
        ..Played::default()
    };
    let house = house_with(played, ApiSettings::default(), |_| {}).await;
    let addr = house.server.addr();
    let open = send(addr, &bearer("GET /v1/beheerberichten/onbevestigd", BEHEER_TOKEN), b"")
        .await
        .json();
    assert_eq!(open["beheerberichten"][0]["ontvanger"], LEERPLICHT);
    let health = send(addr, &bearer("GET /v1/gezondheid", BEHEER_TOKEN), b"")
        .await
        .json();
    assert_eq!(
        (&health["status"], &health["aantallen"]["beheerberichten_te_laat"]),
        (&"warn".into(), &1.into())
    );
    let health = send(addr, &bearer("GET /v1/gezondheid", SCHOOL_TOKEN), b"")
        .await
        .json();
    assert_eq!(health["status"], "pass");
}

#[tokio::test]
async fn content_that_is_too_old_is_an_alarm_for_the_operator() {
    let played = Played {
        old: true,
        ..Played::default()
    };
    let house = house_with(played, ApiSettings::default(), |_| {}).await;
    let addr = house.server.addr();
    let health = send(addr, &bearer("GET /v1/gezondheid", BEHEER_TOKEN), b"")
        .await
        .json();
    assert_eq!(
        (&health["status"], &health["aantallen"]["oudste_inhoud_seconden"]),
        (&"warn".into(), &60.into())
    );
    let health = send(addr, &bearer("GET /v1/gezondheid", SCHOOL_TOKEN), b"")
        .await
        .json();
    assert_eq!(health["status"], "pass");
    assert!(health["aantallen"].is_null());
}

#[tokio::test]
async fn a_party_asks_for_an_accord_and_another_answers() {
    let house = house().await;
    let addr = house.server.addr();
    let post = |line: &str, token: &str| format!("{}\r\nContent-Type: application/json", bearer(line, token));
    let vraag = format!(
        r#"{{"casus":"cas-1","vraag":"v-1","doorgever":"{LEERPLICHT}","inbrenger":"{SCHOOL}","ontvanger":"{LEERPLICHT}",
        "gegevens":["gezondheid.*"],"doel":"a"}}"#
    );
    let ask = post("POST /v1/akkoordvragen", LEERPLICHT_TOKEN);
    let reply = send(addr, &ask, vraag.as_bytes()).await;
    assert_eq!((reply.status, &reply.json()["beheerbericht"]), (201, &EFFECT.into()));
    let answer = |id: &str| post(&format!("POST /v1/akkoordvragen/{id}/antwoord"), LEERPLICHT_TOKEN);
    assert_eq!(send(addr, &answer(EFFECT), br#"{"akkoord":false}"#).await.status, 204);
    send(addr, &answer("00"), br#"{"akkoord":true}"#)
        .await
        .is_problem("niet-in-postbus");
    for wrong in [
        &b"{}"[..],
        br#"{"akkoord":"ja, Fenna mag"}"#,
        br#"{"akkoord":true,"reden":"Fenna"}"#,
    ] {
        let refused = send(addr, &answer(EFFECT), wrong).await;
        refused.is_problem("feit-ongeldig");
        assert!(!refused.body.contains("Fenna"));
    }
    let school = post("POST /v1/akkoordvragen", SCHOOL_TOKEN);
    send(addr, &school, vraag.as_bytes()).await.is_problem("geen-mandaat");
    assert_eq!(
        house.played.asked(),
        [
            "ask leerplicht v-1".to_owned(),
            format!("accord {LEERPLICHT} {EFFECT} false"),
            format!("accord {LEERPLICHT} 00 true")
        ]
    );
}
