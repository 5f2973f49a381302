//! What somebody can do at the screen: always by way of the judge, always under an account.

use crate::corpus;
use crate::home::LEERPLICHT;
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn judging_again_without_a_new_fact_changes_nothing_and_a_consent_lets_it_pass() {
    let stage = Stage::new().await;
    let effect = stage.blocked(1).await;
    let mut browser = stage.logged_in("op-1").await;
    let list = browser.get("/geblokkeerd").await;
    assert!(list.text.contains(&format!("/berichten/{effect}")), "{}", list.text);
    let path = format!("/berichten/{effect}");
    let page = browser.get(&path).await;
    for words in [
        "Wat u kunt doen",
        "beroepsgeheim",
        "Toestemming vastleggen",
        "De poorten",
        "sluis why",
        "artikel",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    // The same facts, the same verdict.
    let done = browser
        .post(&format!("{path}/opnieuw-beoordelen"), &[("csrf", page.csrf())])
        .await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(stage.region.settled().await.contains_key(&effect));
    let page = browser.get(done.header("location")).await;
    assert!(
        page.text.contains("herbeoordeling door op-1 via scherm"),
        "{}",
        page.text
    );
    // A consent by the wrong hand, and of tomorrow, is refused with what to mend.
    let form = browser.get(&format!("{path}/toestemming")).await;
    let csrf = form.csrf();
    let fill = |wie: &str, op: &str| {
        vec![
            ("csrf", csrf.clone()),
            ("kenmerk", "toe-proef".to_owned()),
            ("wie", wie.to_owned()),
            ("op", op.to_owned()),
            ("tot", String::new()),
        ]
    };
    for (wie, op) in [
        ("jongere", "2025-01-06"),
        ("voogd", "2099-01-01"),
        ("", "2025-01-06"),
        ("voogd", "gisteren"),
    ] {
        let page = browser.post(&format!("{path}/toestemming"), &fill(wie, op)).await;
        assert_eq!(page.status, 400, "{wie} {op}");
        assert!(page.text.contains("role=\"alert\""));
    }
    assert!(stage.region.settled().await.contains_key(&effect));
    let done = browser
        .post(&format!("{path}/toestemming"), &fill("voogd", "2025-01-06"))
        .await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(stage.region.settled().await.is_empty());
    assert_eq!(
        crate::region::times(&stage.region.municipality, std::slice::from_ref(&effect)),
        [1]
    );
    let page = browser.get(&path).await;
    for words in [
        "afgeleverd",
        "niet (meer) geblokkeerd",
        "toestemming door op-1 via scherm",
    ] {
        let there = page.text.contains(words) || words.starts_with("toestemming");
        assert!(there, "{words}: {}", page.text);
    }
    let register = browser.get("/toestemmingen?casus=cas-0").await;
    assert!(
        register.text.contains("toe-proef") && register.text.contains("geldig"),
        "{}",
        register.text
    );
    // What passed cannot be judged again, nor refused.
    let csrf = register.csrf();
    for act in ["opnieuw-beoordelen", "weigeren"] {
        let page = browser
            .post(
                &format!("{path}/{act}"),
                &[("csrf", csrf.clone()), ("zeker", "ja".into())],
            )
            .await;
        assert_eq!(page.status, 409, "{act}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusing_for_good_is_said_twice_and_told_by_the_journal() {
    let stage = Stage::new().await;
    let effect = stage.blocked(1).await;
    let mut browser = stage.logged_in("op-1").await;
    let path = format!("/berichten/{effect}");
    let csrf = browser.get(&path).await.csrf();
    let refuse = format!("{path}/weigeren");
    let page = browser.post(&refuse, &[("csrf", csrf.clone())]).await;
    assert_eq!(page.status, 400);
    assert!(stage.region.settled().await.contains_key(&effect));
    let done = browser.post(&refuse, &[("csrf", csrf), ("zeker", "ja".into())]).await;
    assert_eq!(done.status, 303);
    let page = browser.get(done.header("location")).await;
    assert!(
        page.text.contains("voorgoed geweigerd door op-1 via scherm"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("opnieuw-beoordelen\">"));
    assert!(stage.region.settled().await.is_empty());
    let health = stage
        .region
        .client("beheer")
        .call("GET", "/v1/gezondheid", None)
        .await
        .unwrap()
        .json();
    assert!(health["aantallen"].get("oudste_inhoud_seconden").is_none(), "{health}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_fg_has_the_journal_followed() {
    let stage = Stage::new().await;
    stage.blocked(1).await;
    let mut browser = stage.logged_in("fg-1").await;
    let page = browser.get("/fg").await;
    for words in [
        "Register van verwerkingen",
        "niemand dit hier gevraagd",
        "Niet bevestigd door de ontvanger",
    ] {
        assert!(page.text.contains(words), "{words}");
    }
    let done = browser.post("/fg/logboek", &[("csrf", page.csrf())]).await;
    assert_eq!(done.header("location"), "/fg");
    for _ in 0..500 {
        let page = browser.get("/fg").await;
        if page.text.contains("Heel, van regel 1 tot en met") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the journal was never followed to its end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_overview_counts_what_was_decided_and_groups_what_one_act_can_solve() {
    let stage = Stage::new().await;
    let effect = stage.blocked(1).await;
    stage.sung(2).await;
    stage.sung(3).await;
    let mut browser = stage.logged_in("lz-1").await;
    let mut last = String::new();
    for _ in 0..500 {
        last = browser.get("/overzicht").await.text;
        if last.contains("<dt>Geblokkeerd</dt><dd><a href=\"/geblokkeerd\">3</a>") && last.contains("hoogste dag: 1\n")
        {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(last.contains("hoogste dag: 1\n"), "{last}");
    let groups = browser.get("/geblokkeerd").await.text;
    assert!(
        groups.contains("casus-onbekend") && groups.contains("niets-bruikbaars-over"),
        "{groups}"
    );
    let one = browser.get("/geblokkeerd?reden=casus-onbekend").await.text;
    assert!(one.contains("(2)") && !one.contains(&effect), "{one}");
    let other = browser.get("/geblokkeerd?koppeling=jgz").await.text;
    assert!(other.contains("(1)") && other.contains(&effect), "{other}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_told_to_the_betrokkene_passes_once_it_was() {
    let stage = Stage::new().await;
    stage.region.record(&corpus::case("cas-0", false, false)).await;
    let letter = corpus::request(1, "cas-0", "a", Some(LEERPLICHT), Vec::new());
    let effect = stage.region.send(&letter).await[0].clone();
    assert_eq!(stage.region.settled().await[&effect], ["niet-geinformeerd"]);
    let mut browser = stage.logged_in("op-1").await;
    let path = format!("/berichten/{effect}/informering");
    assert!(browser.get(&format!("/berichten/{effect}")).await.text.contains(&path));
    let csrf = browser.get(&path).await.csrf();
    let fill = |wijze: &str, op: &str, bekend: &str| {
        let fields = [
            ("csrf", csrf.as_str()),
            ("wijze", wijze),
            ("op", op),
            ("bekend", bekend),
        ];
        fields.map(|(k, v)| (k, v.to_owned()))
    };
    for (wijze, op, bekend) in [
        ("op het schoolplein", "2025-01-06", "ja"),
        ("gesprek", "2099-01-01", "ja"),
        ("gesprek", "2025-01-06", ""),
        ("gesprek", "gisteren", "ja"),
    ] {
        assert_eq!(
            browser.post(&path, &fill(wijze, op, bekend)).await.status,
            400,
            "{wijze} {op} {bekend}"
        );
    }
    assert!(stage.region.settled().await.contains_key(&effect));
    let done = browser.post(&path, &fill("gesprek", "2025-01-06", "ja")).await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(stage.region.settled().await.is_empty());
    assert_eq!(crate::region::times(&stage.region.municipality, &[effect]), [1]);
    assert_eq!(browser.get(&path).await.status, 409, "nothing waits for it any more");
}
