//! Where polling had come: the cursor, and below it, one a line, the ids that are held (see `poll.rs`). Losing all of
//! it costs time and nothing else: what was taken before is a repeat, and what is held is found again. Losing a part
//! would lose hulpvragen, so the file is whole or it is the one of before.

use std::path::Path;

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
    sluis_outward::keep(file, &text).await.is_ok()
}
