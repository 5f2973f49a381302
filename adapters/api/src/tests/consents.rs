//! The consent register and the effect ledger over HTTP.

use super::support::{BEHEER_TOKEN, SCHERM_TOKEN, SCHOOL_TOKEN, bearer, house, send};

#[tokio::test]
async fn the_register_tells_how_it_ends_and_never_a_day_of_birth() {
    let house = house().await;
    let addr = house.server.addr();
    let get = async |path: &str, token: &str| send(addr, &bearer(&format!("GET {path}"), token), b"").await;
    let line = &get("/v1/toestemmingen?casus=cas-1", BEHEER_TOKEN).await.json()["toestemmingen"][0];
    assert_eq!(
        (&line["stand"], &line["eindigt"], &line["dagen"]),
        // The days until a birthday are the birthday.
        (&"geldig".into(), &"ontgroeid".into(), &serde_json::Value::Null)
    );
    assert_eq!((&line["id"], &line["vastgelegd_door"]), (&"t-1".into(), &"op-1".into()));
    // Without a case there may be many: it comes in pages.
    let page = get("/v1/toestemmingen", BEHEER_TOKEN).await.json();
    assert_eq!(page["volgende"], "cas-1");
    let last = get("/v1/toestemmingen?na=cas-1&limit=7", BEHEER_TOKEN).await.json();
    assert_eq!(last["volgende"], serde_json::Value::Null);
    let got = &get("/v1/grootboek?casus=cas-1&toestemming=t-1", BEHEER_TOKEN)
        .await
        .json()["verstrekkingen"][0];
    assert_eq!(
        (&got["toestemmingen"][0], &got["regelboek"]),
        (&"t-1".into(), &"ab12".into())
    );
    let page = get("/v1/grootboek?casus=cas-1&limit=1", BEHEER_TOKEN).await.json();
    assert_eq!(page["verstrekkingen"].as_array().unwrap().len(), 1);
    let next = page["volgende"].as_str().unwrap();
    assert_eq!(page["verstrekkingen"][0]["effect"], next);
    let path = format!("/v1/grootboek?casus=cas-1&na={next}");
    assert_eq!(
        get(&path, BEHEER_TOKEN).await.json()["volgende"],
        serde_json::Value::Null
    );
    for path in [
        "/v1/toestemmingen?naam=x",
        "/v1/toestemmingen?casus=a&casus=b",
        "/v1/toestemmingen?casus=",
        "/v1/toestemmingen?toestemming=t-1",
        "/v1/toestemmingen?casus=cas-1&na=cas-0",
        "/v1/toestemmingen?limit=0",
        "/v1/grootboek",
        "/v1/grootboek?casus=cas-1&limit=101",
        "/v1/grootboek?casus=cas-1&na=a&na=b",
    ] {
        get(path, BEHEER_TOKEN).await.is_problem("zoekvraag-ongeldig");
    }
    for path in ["/v1/toestemmingen", "/v1/grootboek?casus=cas-1"] {
        get(path, SCHOOL_TOKEN).await.is_problem("geen-mandaat");
    }
    assert_eq!(
        house.played.asked(),
        [
            "consents cas-1",
            "ending - 100",
            "ending cas-1 7",
            "ledger cas-1 t-1 - 101",
            "ledger cas-1 - - 2",
            &format!("ledger cas-1 - {next} 101")
        ]
    );
}

#[tokio::test]
async fn a_consent_is_recorded_by_an_account_and_a_wrong_one_is_not_repeated() {
    let house = house().await;
    let addr = house.server.addr();
    let head = |token| {
        format!(
            "{}\r\nContent-Type: application/json",
            bearer("POST /v1/toestemmingen", token)
        )
    };
    let body = r#"{"id":"t-1","casus":"cas-1","kind":"grondslag","verstrekker":"00000099000000001000/school","gegevens":["gezondheid.*"],
        "doelen":["a"],"schriftelijk_op":"2026-09-01","door":[{"wie":"voogd","op":"2026-09-01"}]}"#;
    let reply = send(addr, &head(BEHEER_TOKEN), body.as_bytes()).await;
    assert_eq!((reply.status, &reply.json()["versie"]), (201, &7.into()));
    send(addr, &head(SCHERM_TOKEN), body.as_bytes())
        .await
        .is_problem("account-nodig");
    send(addr, &head(SCHOOL_TOKEN), body.as_bytes())
        .await
        .is_problem("geen-mandaat");
    for wrong in [
        body.replace("voogd", "ouder-zonder-gezag"),
        body.replace("\"id\"", "\"geheim\""),
        body.replace("2026-09-01", "geheim"),
    ] {
        let reply = send(addr, &head(BEHEER_TOKEN), wrong.as_bytes()).await;
        reply.is_problem("feit-ongeldig");
        assert!(!reply.body.contains("geheim") && !reply.body.contains("zonder-gezag"));
    }
    assert_eq!(house.played.asked(), ["facts 1 registratie (koppeling beheer)"]);
}
