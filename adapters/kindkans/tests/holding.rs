//! What is refused for a reason outside the document is held until that reason is gone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sluis_kindkans::{CaseIds, Destination, NotTaken, PollState};
use support::{config, destination, fixture, listener, play, play_for, until};
use tokio::sync::watch;

const ID: &str = "KK-2026-00001";

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).unwrap().permissions().mode() & 0o777
}

fn lines(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// A table without the case, or without the school.
fn incomplete() -> [Destination; 2] {
    let other = "97XX00".parse().unwrap();
    let school = support::SCHOOL.parse().unwrap();
    [
        Destination {
            cases: CaseIds::Table(BTreeMap::new()),
            ..destination()
        },
        Destination {
            schools: [(other, school)].into_iter().collect(),
            ..destination()
        },
    ]
}

#[tokio::test]
async fn a_configuration_that_is_mended_later_loses_nothing() {
    for wrong in incomplete() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("kindkans.cursor");
        // What an earlier version left, for everybody to read.
        std::fs::write(&file, "0").unwrap();
        std::fs::write(dir.path().join("kindkans.nieuw"), "half").unwrap();
        let play = play_for(wrong, |config| config.cursor_file = Some(file.clone()));
        play.system.put(ID, fixture("01").to_string(), false);
        play.system.put("KK-stuk", "{}", false);
        let mut state = PollState::default();
        play.source.poll(&mut state).await;
        assert!(state.complete && state.waiting.is_empty());
        assert_eq!(
            state.held.keys().collect::<Vec<_>>(),
            [ID],
            "what is malformed moves on"
        );
        assert_eq!((play.source.held(), play.kept.count()), (1, 0));
        assert_eq!(lines(&file), [state.cursor.clone().unwrap(), ID.to_owned()]);
        assert_eq!(mode(&file), 0o600);

        // Mended, and started again: the cursor is past it, and it is fetched all the same.
        let mut config = config(&play.system.url());
        config.cursor_file = Some(file.clone());
        let mended = listener(&config, destination(), &play.kept);
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn({
            let mended = Arc::clone(&mended);
            async move { mended.run(stopped).await }
        });
        until("what was held", || play.kept.count() == 1 && lines(&file).len() == 1).await;
        stop.send(true).unwrap();
        running.await.unwrap();
        assert_eq!((mended.held(), mode(&file)), (0, 0o600));
    }
}

#[tokio::test]
async fn a_mandate_that_is_recorded_later_loses_nothing_and_is_not_asked_for_all_the_time() {
    let play = play(|config| config.poll_every = Duration::from_millis(200));
    play.system.put(ID, fixture("01").to_string(), false);
    *play.kept.refuse.lock().unwrap() = Some(NotTaken {
        status: 403,
        reason: "geen-mandaat",
    });
    let mut state = PollState::default();
    play.source.poll(&mut state).await;
    let first = state.held.clone();
    assert_eq!(first.len(), 1);
    play.source.poll(&mut state).await;
    assert_eq!(state.held, first, "it is not due yet");
    tokio::time::sleep(Duration::from_millis(250)).await;
    play.source.poll(&mut state).await;
    assert_ne!(state.held, first, "it was tried, and is due later");

    *play.kept.refuse.lock().unwrap() = None;
    tokio::time::sleep(Duration::from_millis(450)).await;
    play.source.poll(&mut state).await;
    assert!(state.held.is_empty());
    assert_eq!((play.kept.count(), play.source.held()), (1, 0));
}

#[tokio::test]
async fn what_is_kept_is_whole_or_polling_begins_again() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("kindkans.cursor");
    let play = play(|config| config.cursor_file = Some(file.clone()));
    play.system.put(ID, fixture("01").to_string(), false);
    let mut state = PollState::default();
    play.source.poll(&mut state).await;
    assert_eq!(play.kept.count(), 1);
    std::fs::write(&file, format!("{}\n../x", state.cursor.unwrap())).unwrap();
    let (stop, stopped) = watch::channel(false);
    let source = Arc::clone(&play.source);
    let running = tokio::spawn(async move { source.run(stopped).await });
    until("all of it again", || play.kept.count() == 2).await;
    stop.send(true).unwrap();
    running.await.unwrap();
    assert_eq!(play.kept.distinct(), 1);
}
