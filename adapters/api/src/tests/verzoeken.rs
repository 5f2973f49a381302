//! Requests of the betrokkene over HTTP.

use super::support::{BEHEER_TOKEN, SCHERM_TOKEN, SCHOOL_TOKEN, bearer, house, send};

const MADE: &str = r#"{"verzoek":{"recht":"bezwaar","vrager":"jongere","ontvangen_op":"2026-11-20"},
    "vraag":{"bsn":"999900006","geboortedatum":"2008-02-03"}}"#;

fn head(path: &str, token: &str) -> String {
    format!(
        "{}\r\nContent-Type: application/json",
        bearer(&format!("POST {path}"), token)
    )
}

#[tokio::test]
async fn a_request_is_made_looked_at_and_taken_on_by_an_account() {
    let house = house().await;
    let addr = house.server.addr();
    let made = send(addr, &head("/v1/verzoeken", BEHEER_TOKEN), MADE.as_bytes()).await;
    assert_eq!((made.status, &made.json()["id"]), (201, &"vz-a".into()));
    let get = async |path: &str| send(addr, &bearer(&format!("GET {path}"), BEHEER_TOKEN), b"").await;
    assert_eq!(get("/v1/verzoeken").await.json()["verzoeken"][0]["recht"], "bezwaar");
    assert_eq!(
        get("/v1/verzoeken/vz-a").await.json()["versies"][0]["stand"],
        "gevraagd"
    );
    get("/v1/verzoeken/vz-b").await.is_problem("onbekend");
    let step = r#"{"stap":"afwijzen","reden":"geen-grond"}"#;
    let done = send(addr, &head("/v1/verzoeken/vz-a/stappen", BEHEER_TOKEN), step.as_bytes()).await;
    assert_eq!(done.status, 200);
    let asked = house.played.asked();
    assert!(
        asked[0].starts_with("request bezwaar ") && asked[4].starts_with("step vz-a afwijzen "),
        "{asked:?}"
    );
}

#[tokio::test]
async fn who_is_nobody_or_no_operator_makes_none_and_a_wrong_body_is_not_repeated() {
    let house = house().await;
    let addr = house.server.addr();
    for path in ["/v1/verzoeken", "/v1/verzoeken/vz-a/stappen"] {
        send(addr, &head(path, SCHERM_TOKEN), MADE.as_bytes())
            .await
            .is_problem("account-nodig");
        send(addr, &head(path, SCHOOL_TOKEN), MADE.as_bytes())
            .await
            .is_problem("geen-mandaat");
        let wrong = send(
            addr,
            &head(path, BEHEER_TOKEN),
            MADE.replace("bezwaar", "999900006").as_bytes(),
        )
        .await;
        wrong.is_problem("verzoek-ongeldig");
    }
    assert!(house.played.asked().is_empty());
}
