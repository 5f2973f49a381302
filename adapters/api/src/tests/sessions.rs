//! Who acts: persons with a session, and connections with an account of their own.

use super::support::{BEHEER_TOKEN, House, Reply, SCHERM_TOKEN, SCHOOL_TOKEN, bearer, house, send};

const SLUITING: &str = r#"{"soort":"sluiting","casus":"cas-1","op":"2026-12-01","reden":"verhuisd"}"#;

async fn log_in(house: &House, token: &str, account: &str, wachtwoord: &str, code: &str) -> Reply {
    let head = format!(
        "{}\r\nContent-Type: application/json",
        bearer("POST /v1/sessies", token)
    );
    let body = format!(r#"{{"account":"{account}","wachtwoord":"{wachtwoord}","code":"{code}"}}"#);
    send(house.server.addr(), &head, body.as_bytes()).await
}

async fn session(house: &House, account: &str) -> String {
    let right: String = account.chars().rev().collect();
    let reply = log_in(house, SCHERM_TOKEN, account, &right, "123456").await;
    assert_eq!(reply.status, 201, "{reply:?}");
    assert_eq!(reply.json()["seconden"], 1800);
    reply.json()["sessie"].as_str().unwrap().to_owned()
}

async fn record(house: &House, token: &str, extra: &str) -> Reply {
    let head = format!(
        "{}\r\nContent-Type: application/json{extra}",
        bearer("POST /v1/feiten", token)
    );
    send(house.server.addr(), &head, SLUITING.as_bytes()).await
}

#[tokio::test]
async fn without_a_person_or_an_account_of_the_connection_nothing_is_recorded() {
    let house = house().await;
    record(&house, SCHERM_TOKEN, "").await.is_problem("account-nodig");
    let again = bearer("POST /v1/geblokkeerd/a1/opnieuw-beoordelen", SCHERM_TOKEN);
    send(house.server.addr(), &again, b"").await.is_problem("account-nodig");
    assert!(house.played.asked().is_empty());
    let sessie = session(&house, "op-1").await;
    let reply = record(&house, SCHERM_TOKEN, &format!("\r\nSluis-Sessie: {sessie}")).await;
    assert_eq!(reply.status, 201);
    let other = session(&house, "op-2").await;
    let both = format!("\r\nSluis-Sessie: {sessie}\r\nSluis-Tweede-Sessie: {other}");
    assert_eq!(record(&house, SCHERM_TOKEN, &both).await.status, 201);
    assert_eq!(record(&house, BEHEER_TOKEN, "").await.status, 201);
    assert_eq!(
        house.played.asked(),
        [
            "verify op-1",
            "facts 1 op-1 via scherm",
            "verify op-2",
            "facts 1 op-1 met op-2 via scherm",
            "facts 1 registratie (koppeling beheer)"
        ]
    );
}

#[tokio::test]
async fn a_session_is_of_its_connection_ends_and_dies_with_its_account() {
    let house = house().await;
    let sessie = session(&house, "op-1").await;
    let with = |s: &str| format!("\r\nSluis-Sessie: {s}");
    for (token, extra) in [
        // Another connection, even one that could record by itself.
        (BEHEER_TOKEN, with(&sessie)),
        (SCHERM_TOKEN, with("0000")),
        (SCHERM_TOKEN, with(&format!("{sessie}0"))),
        (SCHERM_TOKEN, format!("{}{}", with(&sessie), with(&sessie))),
        // A second person without a first.
        (SCHERM_TOKEN, format!("\r\nSluis-Tweede-Sessie: {sessie}")),
    ] {
        record(&house, token, &extra).await.is_problem("sessie-ongeldig");
    }
    let off = session(&house, "uit-1").await;
    record(&house, SCHERM_TOKEN, &with(&off))
        .await
        .is_problem("sessie-ongeldig");
    let head = format!("{}{}", bearer("DELETE /v1/sessies", SCHERM_TOKEN), with(&sessie));
    assert_eq!(send(house.server.addr(), &head, b"").await.status, 204);
    record(&house, SCHERM_TOKEN, &with(&sessie))
        .await
        .is_problem("sessie-ongeldig");
    assert!(!house.played.asked().iter().any(|a| a.starts_with("facts")));
}

#[tokio::test]
async fn a_wrong_proof_opens_nothing_and_is_not_repeated() {
    let house = house().await;
    for (wachtwoord, code) in [("geheim-wachtwoord", "123456"), ("1-po", "654321")] {
        let reply = log_in(&house, SCHERM_TOKEN, "op-1", wachtwoord, code).await;
        reply.is_problem("aanmelden-mislukt");
        assert!(!reply.body.contains("geheim") && !reply.body.contains("op-1"));
    }
    let reply = log_in(&house, SCHERM_TOKEN, "op-1", "1-po", "later").await;
    reply.is_problem("te-veel-pogingen");
    assert_eq!(reply.header("retry-after"), Some("61"));
    log_in(&house, SCHOOL_TOKEN, "op-1", "1-po", "123456")
        .await
        .is_problem("geen-mandaat");
    let head = format!(
        "{}\r\nContent-Type: application/json",
        bearer("POST /v1/sessies", SCHERM_TOKEN)
    );
    let reply = send(house.server.addr(), &head, br#"{"account":"op-1","geheim":"x"}"#).await;
    reply.is_problem("geen-json");
    assert!(!reply.body.contains("geheim"));
}
