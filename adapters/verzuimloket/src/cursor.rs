//! Where polling had come. Losing it costs time and nothing else: what was taken before is a repeat.

use std::path::Path;

/// A cursor is a plain word of the desk; anything else is not kept or sent.
pub(crate) fn is_plain(cursor: &str) -> bool {
    (1..=128).contains(&cursor.len())
        && cursor
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'='))
}

/// The cursor of before, when it is as it was written.
pub(crate) async fn load(file: &Path) -> Option<String> {
    let text = tokio::fs::read_to_string(file).await.ok()?;
    Some(text.trim().to_owned()).filter(|cursor| is_plain(cursor))
}

/// Written beside, forced to disk and renamed: a crash leaves the old one or the new one. Says whether it is kept.
pub(crate) async fn save(file: &Path, cursor: &str) -> bool {
    sluis_outward::keep(file, cursor).await.is_ok()
}
