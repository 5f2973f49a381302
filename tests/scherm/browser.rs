//! The screen in a real browser: one journey by keyboard, without JavaScript, and axe on every page in both themes. It
//! runs over TLS, as in earnest. `scripts/test.sh` installs the browser and runs it.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::corpus;
use crate::home::LEERPLICHT;
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Chromium and tests/browser/node_modules, which scripts/test.sh installs"]
async fn a_journey_by_keyboard_with_nothing_for_axe_to_find() {
    let stage = Stage::with(true).await;
    let bericht = stage.blocked(1).await;
    let weiger = stage.sung(2).await;
    stage.region.record(&corpus::case("cas-9", false, false)).await;
    let untold = corpus::request(3, "cas-9", "a", Some(LEERPLICHT), Vec::new());
    let informeer = stage.region.send(&untold).await;
    stage.region.settled().await;
    let mut node = Command::new("node");
    node.arg("reis.mjs")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser"))
        .env("SLUIS_URL", stage.url())
        .env("SLUIS_BERICHT", &bericht)
        .env("SLUIS_WEIGER", &weiger[0])
        .env("SLUIS_INFORMEER", &informeer[0])
        .env("SLUIS_MENSEN", serde_json::to_string(&stage.mensen).unwrap())
        .stdin(Stdio::null());
    let done = tokio::task::spawn_blocking(move || node.output())
        .await
        .unwrap()
        .unwrap();
    let said = [done.stdout, done.stderr].concat();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&said));
}
