//! The demonstration: both simulated systems on real sockets, a real Sluis between them, invented children.
//!
//! It plays on a day of its own, so that it tells the same next year. What it prints comes from the journal and from
//! what the receivers recorded; never from the messages.

mod lines;
mod play;
mod receivers;
pub(crate) mod scherm;
mod stage;

use std::path::PathBuf;

use include_dir::{Dir, include_dir};

pub(crate) use lines::{Line, Summary};
pub(crate) use play::{Played, play};
pub(crate) use receivers::Received;
pub(crate) use stage::Stage;

static BERICHTEN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/config/demo/berichten");
static HULPVRAGEN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/adapters/kindkans/fixtures");
const FEITEN: [&str; 2] = [
    include_str!("../../config/demo/feiten.json"),
    include_str!("../../config/demo/feiten-kindkans.json"),
];
const SETTINGS: &str = include_str!("../../config/demo/sluis.toml");

/// When the demonstration plays: the day of its messages, shortly after the last of them.
pub(crate) const MOMENT: &str = "2026-11-23T10:00:00+01:00";
/// The same day, as commands take it.
pub(crate) const DAG: &str = "2026-11-23";
/// Which hulpvragen the Kindkans-like source sends, by the start of their name.
const SENT_BY_SOURCE: [&str; 3] = ["01-", "05-", "06-"];

/// Before the name of what came from the source.
pub(crate) const FROM_SOURCE: &str = "kindkans ";

/// One thing to send: its name and its bytes.
pub(crate) struct Item {
    /// The name of its file, without ending.
    pub(crate) naam: String,
    /// Its bytes.
    pub(crate) bytes: &'static [u8],
}

fn items(dir: &'static Dir<'static>) -> Vec<Item> {
    let mut out: Vec<Item> = dir
        .files()
        .filter_map(|f| {
            Some(Item {
                naam: f.path().file_stem()?.to_str()?.to_owned(),
                bytes: f.contents(),
            })
        })
        .collect();
    out.sort_by(|a, b| a.naam.cmp(&b.naam));
    out
}

/// The events that are posted directly.
pub(crate) fn berichten() -> Vec<Item> {
    items(&BERICHTEN)
}

/// The hulpvragen that the source announces and Sluis fetches.
pub(crate) fn hulpvragen() -> Vec<Item> {
    let mut all = items(&HULPVRAGEN);
    all.retain(|item| SENT_BY_SOURCE.iter().any(|start| item.naam.starts_with(start)));
    all
}

/// Where a message and its facts stand in a clone, when we are in one.
pub(crate) fn shipped(naam: &str) -> Option<(PathBuf, &'static str)> {
    let (dir, naam, facts) = match naam.strip_prefix(FROM_SOURCE) {
        Some(rest) => ("adapters/kindkans/fixtures", rest, "config/demo/feiten-kindkans.json"),
        None => ("config/demo/berichten", naam, "config/demo/feiten.json"),
    };
    let path = PathBuf::from(dir).join(format!("{naam}.json"));
    path.is_file().then_some((path, facts))
}
