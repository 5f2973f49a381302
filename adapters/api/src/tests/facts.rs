//! Recording facts.

use super::support::{BEHEER_TOKEN, SCHOOL_TOKEN, bearer, house, send};
use crate::routes::decode_facts as decode;

const SLUITING: &str = r#"{"soort":"sluiting","casus":"cas-1","op":"2026-12-01","reden":"verhuisd"}"#;

fn head(token: &str) -> String {
    format!("{}\r\nContent-Type: application/json", bearer("POST /v1/feiten", token))
}

#[tokio::test]
async fn one_or_many_are_recorded_by_the_operator() {
    let house = house().await;
    let addr = house.server.addr();
    let one = send(addr, &head(BEHEER_TOKEN), SLUITING.as_bytes()).await;
    assert_eq!(one.status, 201, "{one:?}");
    assert_eq!(one.json()["versie"], 7);
    let two = send(
        addr,
        &head(BEHEER_TOKEN),
        format!(" [{SLUITING},{SLUITING}]").as_bytes(),
    )
    .await;
    assert_eq!(two.json()["aantal"], 2);
    assert_eq!(
        house.played.asked(),
        [
            "facts 1 registratie (koppeling beheer)",
            "facts 2 registratie (koppeling beheer)"
        ]
    );
    send(addr, &head(SCHOOL_TOKEN), SLUITING.as_bytes())
        .await
        .is_problem("geen-mandaat");
}

#[tokio::test]
async fn a_withdrawal_of_an_unknown_consent_is_kept_and_told() {
    let house = house().await;
    let addr = house.server.addr();
    let stray = r#"{"soort":"intrekking","toestemming":"t-9","casus":"cas-1","op":"2026-12-01"}"#;
    let reply = send(addr, &head(BEHEER_TOKEN), stray.as_bytes()).await;
    assert_eq!(reply.status, 202);
    assert_eq!(reply.json()["onbekendeToestemming"][0], "t-9");
    assert_eq!(house.played.asked(), ["facts 1 registratie (koppeling beheer)"]);
    let known = send(addr, &head(BEHEER_TOKEN), SLUITING.as_bytes()).await;
    assert_eq!(known.status, 201);
    assert!(known.json().get("onbekendeToestemming").is_none());
}

#[tokio::test]
async fn a_wrong_fact_names_its_place_and_nothing_else() {
    let house = house().await;
    let addr = house.server.addr();
    let missing = format!(r#"[{SLUITING},{{"soort":"sluiting","casus":"geheim-999900006","op":"2026-12-01"}}]"#);
    let reply = send(addr, &head(BEHEER_TOKEN), missing.as_bytes()).await;
    assert_eq!(reply.is_problem("feit-ongeldig")["pad"], "/1/reden");
    for (body, slug) in [
        (SLUITING.replace("verhuisd", "geheim-999900006"), "feit-ongeldig"),
        (SLUITING.replace("\"reden\"", "\"geheim\""), "feit-ongeldig"),
        (SLUITING.replace("sluiting", "geheim"), "feit-ongeldig"),
        (
            SLUITING.replace("\"op\":", "\"casus\":\"geheim\",\"op\":"),
            "feit-ongeldig",
        ),
        ("[]".to_owned(), "feit-ongeldig"),
        ("\"geheim\"".to_owned(), "feit-ongeldig"),
        ("{\"geheim\"".to_owned(), "geen-json"),
        (format!("{SLUITING} geheim"), "geen-json"),
    ] {
        let reply = send(addr, &head(BEHEER_TOKEN), body.as_bytes()).await;
        reply.is_problem(slug);
        assert!(
            !reply.body.contains("geheim") && !reply.body.contains("9999"),
            "{body}: {}",
            reply.body
        );
    }
    send(addr, &head(BEHEER_TOKEN), b"{\"soort\":\"\xff\"}")
        .await
        .is_problem("geen-utf8");
    assert!(house.played.asked().is_empty());
}

#[test]
fn a_key_twice_is_refused_also_when_escaped() {
    for body in [
        SLUITING.replace("\"op\":", "\"casus\":\"x\",\"op\":"),
        SLUITING.replace("\"op\":", "\"\\u0063asus\":\"x\",\"op\":"),
        SLUITING.replace("\"op\":", "\"soort\":\"fase\",\"op\":"),
    ] {
        assert_eq!(decode(body.as_bytes()).unwrap_err().slug(), "feit-ongeldig", "{body}");
    }
}
