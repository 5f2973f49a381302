//! Where polling had come. Losing it costs time and nothing else: what was taken before is a repeat.

use std::path::Path;

/// A cursor is a plain word of the source; anything else is not kept or sent.
pub(crate) fn is_plain(cursor: &str) -> bool {
    (1..=128).contains(&cursor.len())
        && cursor
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'='))
}

/// The cursor of before, if it is there and plain.
pub(crate) async fn load(file: &Path) -> Option<String> {
    let text = tokio::fs::read_to_string(file).await.ok()?;
    let text = text.trim();
    is_plain(text).then(|| text.to_owned())
}

/// Written beside and renamed: a crash leaves the old one or the new one. An older cursor is harmless, so nothing is
/// forced to disk.
pub(crate) async fn save(file: &Path, cursor: &str) -> bool {
    let beside = file.with_extension("nieuw");
    tokio::fs::write(&beside, cursor).await.is_ok() && tokio::fs::rename(&beside, file).await.is_ok()
}
