//! Where polling had come: the cursor, and below it, one a line, the ids that are held (see `poll.rs`). Losing all of
//! it costs time and nothing else: what was taken before is a repeat, and what is held is found again. Losing a part
//! would lose hulpvragen, so the file is whole or it is the one of before.

use std::io;
use std::path::Path;

use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt;

use crate::announce::is_plain_id;

/// A cursor is a plain word of the source; anything else is not kept or sent.
pub(crate) fn is_plain(cursor: &str) -> bool {
    (1..=128).contains(&cursor.len())
        && cursor
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'='))
}

/// The cursor and the held ids of before, when all of it is as it was written. Otherwise nothing: from the beginning
/// everything is found, after a cursor whose ids are damaged it is not.
pub(crate) async fn load(file: &Path) -> Option<(String, Vec<String>)> {
    let text = tokio::fs::read_to_string(file).await.ok()?;
    let mut lines = text.trim().lines();
    let cursor = lines.next().filter(|cursor| is_plain(cursor))?;
    let held: Option<Vec<String>> = lines.map(|id| is_plain_id(id).then(|| id.to_owned())).collect();
    Some((cursor.to_owned(), held?))
}

/// Written beside, forced to disk and renamed: a crash leaves the old one or the new one. Says whether it is kept.
pub(crate) async fn save(file: &Path, cursor: &str, held: impl Iterator<Item = &String>) -> bool {
    let mut text = cursor.to_owned();
    for id in held {
        text.push('\n');
        text.push_str(id);
    }
    replace(file, &text).await.is_ok()
}

async fn replace(file: &Path, text: &str) -> io::Result<()> {
    let beside = file.with_extension("nieuw");
    // What a crash left may be readable by others.
    match tokio::fs::remove_file(&beside).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut new = private(&beside).await?;
    new.write_all(text.as_bytes()).await?;
    new.flush().await?;
    new.sync_all().await?;
    tokio::fs::rename(&beside, file).await
}

/// For the owner alone: an id of the source may lead to a person.
async fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await
}
