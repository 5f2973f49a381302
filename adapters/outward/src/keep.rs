//! A small file that is whole, or the one of before.

use std::io;
use std::path::Path;

use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt;

/// Writes beside, forces to disk and renames: a crash leaves the old file or the new one. For the owner alone (mode 0600):
/// an id of a source may lead to a person.
///
/// # Errors
/// When the file cannot be written.
pub async fn keep(file: &Path, text: &str) -> io::Result<()> {
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

async fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await
}
