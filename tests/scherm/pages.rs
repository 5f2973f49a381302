//! The pages as they come: nothing of a value, nothing from elsewhere, nothing for who asks what is not there.

use std::time::{Duration, Instant};

use crate::canary::{Needles, SONG, prove_the_search};
use crate::corpus;
use crate::stage::{EVIL, Stage};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_holds_a_value_and_names_are_text() {
    prove_the_search();
    let stage = Stage::new().await;
    let waits = stage.blocked(1).await;
    let unknown = stage.sung(2).await;
    // One that passes, reduced: its canaries stay behind.
    let mut letter = corpus::request(3, "cas-0", "a", Some(crate::home::JGZ), Vec::new());
    let text = String::from_utf8(letter.body).unwrap();
    letter.body = text
        .replace("\"fase\":\"intake\"", "\"fase\":\"beoordeling\"")
        .into_bytes();
    let passed = stage.region.send(&letter).await;
    stage.region.settled().await;
    let needles = Needles::of(SONG);
    let marks: Vec<Needles> = (1..=3).map(|n| Needles::of(&corpus::mark(n))).collect();
    let (mut operator, mut fg) = (stage.logged_in("op-1").await, stage.logged_in("fg-1").await);
    let mut paths: Vec<String> = [
        "/overzicht",
        "/geblokkeerd",
        "/toestemmingen",
        "/toestemmingen?casus=cas-0",
        "/verzuim",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.extend(unknown.iter().chain(&passed).map(|e| format!("/berichten/{e}")));
    paths.push(format!("/berichten/{waits}"));
    paths.push(format!("/berichten/{waits}/toestemming"));
    let mut seen = String::new();
    for path in &paths {
        for taal in ["nl", "en"] {
            let and = if path.contains('?') { '&' } else { '?' };
            let address = format!("{path}{and}taal={taal}");
            let page = operator.get(&address).await;
            assert_eq!(page.status, 200, "{address}: {}", page.text);
            assert!(page.text.contains(&format!("<html lang=\"{taal}\">")), "{address}");
            look(&address, &page, &needles, &marks);
            seen += &page.text;
        }
    }
    let page = fg.get("/fg").await;
    look("/fg", &page, &needles, &marks);
    assert!(seen.contains("Basisschool &#60;script&#62;"), "the school is named");
    assert!(
        seen.contains("onbekend#"),
        "a field that nobody knows is shown by its hash"
    );
    // What was asked for and is not there says nothing of what was asked.
    for path in [
        format!("/berichten/{SONG}"),
        format!("/toestemmingen?casus={SONG}"),
        format!("/geblokkeerd?reden={SONG}"),
        format!("/geblokkeerd?{SONG}={SONG}"),
        format!("/middelen/{SONG}"),
        format!("/{SONG}"),
    ] {
        let page = operator.get(&path).await;
        // A filter stays in the address of the same list in the other language; nothing else comes back.
        let body = if page.status == 200 {
            page.text.split("<main").nth(1).unwrap_or_default()
        } else {
            &page.text
        };
        assert!(needles.found_in(body.as_bytes()).is_none(), "{path}: {body}");
    }
    // Nor does a log line hold one.
    assert_eq!(needles.found_below(&stage.region.home.logs()), Vec::<String>::new());
}

fn look(path: &str, page: &crate::stage::Page, needles: &Needles, marks: &[Needles]) {
    let bytes = page.text.as_bytes();
    assert_eq!(needles.found_in(bytes), None, "{path}");
    for mark in marks {
        assert_eq!(mark.found_in(bytes), None, "{path}");
    }
    assert!(!page.text.contains(EVIL) && !page.text.contains("<img"), "{path}");
    let policy = page.header("content-security-policy");
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(rule), "{path}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{path}");
    assert_eq!(page.header("cache-control"), "no-store", "{path}");
    assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
    assert!(
        !page.text.contains(" style=") && !page.text.contains(" onclick="),
        "{path}"
    );
    assert!(page.text.len() < 150 << 10, "{path} is {} bytes", page.text.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_is_not_found_and_what_is_too_much_is_refused() {
    let stage = Stage::new().await;
    let mut browser = stage.logged_in("op-1").await;
    let long = "a".repeat(5000);
    for (path, status) in [
        ("/berichten/0000".to_owned(), 404),
        ("/berichten/..%2f..%2fetc".to_owned(), 404),
        (format!("/berichten/{}", "a".repeat(300)), 404),
        ("/middelen/..%2fCargo.toml".to_owned(), 404),
        ("/middelen/".to_owned(), 404),
        ("/v1/geblokkeerd".to_owned(), 404),
        (format!("/geblokkeerd?reden={long}"), 400),
        ("/geblokkeerd?sorteer=1".to_owned(), 400),
        ("/verzuim?na=..".to_owned(), 400),
        ("/toestemmingen?casus=A%20B".to_owned(), 400),
    ] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, status, "{path}");
        assert!(!page.header("content-security-policy").is_empty());
    }
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        assert_eq!(
            browser.ask(method, "/overzicht", &[], None).await.status,
            404,
            "{method}"
        );
    }
    let csrf = browser.get("/overzicht").await.csrf();
    let page = browser
        .post(
            "/berichten/0000/weigeren",
            &[("csrf", csrf), ("zeker", long.repeat(10))],
        )
        .await;
    assert_eq!(page.status, 400, "a form of 50 KB");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_ends_in_order_while_somebody_looks() {
    let stage = Stage::new().await;
    let mut browser = stage.logged_in("op-1").await;
    let (status, first) = browser.stream("/stroom").await;
    assert_eq!(status, 200);
    assert!(first.contains("event: stand"), "{first}");
    let Stage { sluis, region, .. } = stage;
    let begin = Instant::now();
    assert!(sluis.stop().await.success());
    assert!(begin.elapsed() < Duration::from_secs(8), "the stream held it up");
    drop(region);
}
