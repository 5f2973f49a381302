//! Every route × every role, against a list that is reviewed as a diff.

use sluis_dashboard::ROUTES;

use crate::stage::Stage;

/// What somebody got: in, told to log in, or told that they may not.
fn outcome(status: u16, to: &str, text: &str) -> &'static str {
    match status {
        303 if to == "/aanmelden" => "aanmelden",
        401 if text.contains("U bent niet aangemeld") => "aanmelden",
        403 if text.contains("Dit mag u niet") => "nee",
        _ => "mag",
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_lets_in_whom_the_list_says() {
    let stage = Stage::new().await;
    let blocked = stage.blocked(1).await;
    let who = [None, Some("bh-1"), Some("op-1"), Some("fg-1"), Some("lz-1")];
    let mut found = String::from("methode\tpad\tniemand\tbeheerder\toperator\tfg\tlezer\n");
    let mut browsers = Vec::new();
    for id in who {
        browsers.push(match id {
            None => stage.browser(),
            Some(id) => stage.logged_in(id).await,
        });
    }
    for route in ROUTES {
        let path = route
            .pad
            .replace("{effect}", &blocked)
            .replace("{bestand}", "stijl.css");
        found += &format!("{}\t{}", route.methode, route.pad);
        for browser in &mut browsers {
            // The stream never ends by itself: its head says enough.
            let page = if route.pad == "/stroom" {
                browser.head(&path).await
            } else if route.methode == "POST" {
                // Without the token of the form nothing is done, whoever asks.
                let page = browser.post(&path, &[("zeker", "ja".into())]).await;
                let refused = page.status == 401 || page.status == 403;
                assert!(refused, "{path} without a token: {}", page.status);
                page
            } else {
                browser.clone().get(&path).await
            };
            found += "\t";
            found += outcome(page.status, page.header("location"), &page.text);
        }
        found += "\n";
    }
    let golden = include_str!("matrix.tsv");
    assert_eq!(
        found, golden,
        "who may do what changed; if that is meant, tests/scherm/matrix.tsv becomes:\n{found}"
    );
    let aside = stage.region.settled().await;
    assert!(aside.contains_key(&blocked), "nothing was done");
}

#[test]
fn nothing_is_open_to_everybody_but_logging_in() {
    let open: Vec<&str> = include_str!("matrix.tsv")
        .lines()
        .skip(1)
        .filter(|line| line.split('\t').nth(2) == Some("mag"))
        .map(|line| line.split('\t').nth(1).unwrap())
        .collect();
    assert_eq!(open, ["/aanmelden", "/aanmelden", "/middelen/{bestand}"]);
}
