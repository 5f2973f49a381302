//! Sessions: begun by a proof and nothing else, bound to the account of this moment, and of no use to another site.

use crate::stage::Stage;

const SESSIE: &str = "__Host-sluis";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_begun_anew_and_its_cookie_is_kept_close() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    // Somebody planted a session, and a token of a form.
    browser.cookies.insert(SESSIE.into(), "a".repeat(64));
    let planted = browser.get("/overzicht").await;
    assert_eq!((planted.status, planted.header("location")), (303, "/aanmelden"));
    let page = browser.log_in(&stage.proof("op-1")).await;
    assert_eq!(page.status, 303);
    let first = browser.cookies[SESSIE].clone();
    assert_ne!(first, "a".repeat(64));
    let cookie = page
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|c| c.to_str().unwrap())
        .find(|c| c.starts_with("__Host-sluis="))
        .unwrap();
    for word in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age="] {
        assert!(cookie.contains(word), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
    assert_eq!(browser.get("/overzicht").await.status, 200);
    // Who logs in again in the same browser gets another session, and the one before is gone.
    let mut again = browser.clone();
    let form = again.get("/aanmelden").await;
    assert_eq!((form.status, form.header("location")), (303, "/"));
    let mut fresh = stage.browser();
    let form = fresh.get("/aanmelden").await;
    fresh.cookies.insert(SESSIE.into(), first.clone());
    let mut fields = vec![("csrf", form.csrf())];
    fields.extend(stage.proof("op-2"));
    assert_eq!(fresh.post("/aanmelden", &fields).await.status, 303);
    assert_ne!(fresh.cookies[SESSIE], first);
    assert_eq!(
        browser.get("/overzicht").await.status,
        303,
        "the session before it ended"
    );
    // Logging out ends it, wherever its cookie went.
    let mut copy = fresh.clone();
    let page = fresh.get("/overzicht").await;
    let out = fresh.post("/afmelden", &[("csrf", page.csrf())]).await;
    assert_eq!(out.header("location"), "/aanmelden");
    assert!(!fresh.cookies.contains_key(SESSIE));
    assert_eq!(copy.get("/overzicht").await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_proof_is_told_apart_from_nothing() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let proof = stage.proof("op-1");
    let with = |at: usize, text: &str| {
        let mut wrong = proof.clone();
        wrong[at].1 = text.to_owned();
        wrong
    };
    let mut said = Vec::new();
    for wrong in [
        with(0, "niemand"),
        with(1, "een heel lang wachtwoord"),
        with(2, "000000"),
    ] {
        let page = browser.log_in(&wrong).await;
        assert_eq!(page.status, 401);
        assert!(!browser.cookies.contains_key(SESSIE));
        for (_, value) in &wrong {
            assert!(!page.text.contains(value.as_str()), "what was typed comes back");
        }
        said.push(page.text.replace(&page.csrf(), ""));
    }
    assert!(
        said.iter().all(|s| *s == said[0]),
        "an account that exists is told from one that does not"
    );
    // Without the form of this browser nobody logs in, however good the proof.
    let mut other = stage.browser();
    let page = other.post("/aanmelden", &proof).await;
    assert_eq!(page.status, 403);
    let mut stolen = proof.clone();
    stolen.push(("csrf", browser.get("/aanmelden").await.csrf()));
    assert_eq!(other.post("/aanmelden", &stolen).await.status, 403);
    // A code counts once.
    assert_eq!(browser.log_in(&stage.proof("fg-1")).await.status, 303);
    let mut second = stage.browser();
    let used = stage.proof("lz-1");
    assert_eq!(second.log_in(&used).await.status, 303);
    assert_eq!(stage.browser().log_in(&used).await.status, 401);
    // Too often wrong: even the right one must wait.
    for _ in 0..6 {
        stage.browser().log_in(&with(1, "een heel lang wachtwoord")).await;
    }
    let page = stage.browser().log_in(&stage.proof("op-1")).await;
    assert_eq!(page.status, 429, "{}", page.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_is_taken_away_is_gone_at_once() {
    let stage = Stage::new().await;
    let effect = stage.blocked(1).await;
    let mut browser = stage.logged_in("op-1").await;
    let detail = format!("/berichten/{effect}");
    let page = browser.get(&detail).await;
    assert!(page.text.contains("opnieuw-beoordelen\">"), "{}", page.text);
    let csrf = page.csrf();
    stage.account(&["rol", "op-1", "lezer"]);
    for act in ["opnieuw-beoordelen", "weigeren", "toestemming", "informering"] {
        let fields = [("csrf", csrf.clone()), ("zeker", "ja".into())];
        let page = browser.post(&format!("{detail}/{act}"), &fields).await;
        assert_eq!(page.status, 403, "{act}");
        assert!(page.text.contains("Dit mag u niet"));
    }
    // It still reads, without the buttons; switched off it does not even do that.
    let page = browser.get(&detail).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("<form method=\"post\" action=\"/berichten/"));
    stage.account(&["uit", "op-1"]);
    assert_eq!(browser.get(&detail).await.header("location"), "/aanmelden");
    stage.account(&["aan", "op-1"]);
    assert_eq!(
        browser.get(&detail).await.status,
        303,
        "a session that ended does not come back"
    );
    assert!(stage.region.settled().await.contains_key(&effect));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_site_can_do_nothing() {
    let stage = Stage::new().await;
    let effect = stage.blocked(1).await;
    let mut browser = stage.logged_in("op-1").await;
    let path = format!("/berichten/{effect}/weigeren");
    let csrf = browser.get(&format!("/berichten/{effect}")).await.csrf();
    let good = [("csrf", csrf.clone()), ("zeker", "ja".to_owned())];
    let own = stage.url();
    for headers in [
        vec![("origin", "https://elders.example")],
        vec![("origin", "null")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("origin", own.as_str()), ("sec-fetch-site", "none")],
    ] {
        let page = browser.ask("POST", &path, &headers, Some(&good)).await;
        assert_eq!(page.status, 403, "{headers:?}");
    }
    for bad in [
        vec![("zeker", "ja".to_owned())],
        vec![("csrf", String::new()), ("zeker", "ja".to_owned())],
        vec![("csrf", "0".repeat(64)), ("zeker", "ja".to_owned())],
        vec![
            ("csrf", csrf.clone()),
            ("csrf", csrf.clone()),
            ("zeker", "ja".to_owned()),
        ],
    ] {
        assert_eq!(browser.post(&path, &bad).await.status, 403);
    }
    // The token of another's session is no token.
    let mut other = stage.logged_in("op-2").await;
    assert_eq!(other.post(&path, &good).await.status, 403);
    // Nor is one in the address, or in a form of another kind.
    let page = browser.post(&format!("{path}?csrf={csrf}&zeker=ja"), &[]).await;
    assert_eq!(page.status, 403);
    assert!(stage.region.settled().await.contains_key(&effect), "nothing was done");
    // From a page of its own it is done.
    let headers = [("origin", own.as_str()), ("sec-fetch-site", "same-origin")];
    let page = browser.ask("POST", &path, &headers, Some(&good)).await;
    assert_eq!(page.status, 303, "{}", page.text);
    assert!(!stage.region.settled().await.contains_key(&effect));
}
