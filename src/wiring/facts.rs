//! Facts in a file, recorded at the start. Each once: what the store has already is not recorded again, so that a fact
//! that was corrected later is not brought back by a restart.

use std::path::{Path, PathBuf};

use sluis_rules::facts::Feit;
use sluis_stations::{BeheerError, Gateway};

/// Under which account the journal has them.
const ACCOUNT: &str = "configuratie";
/// Most facts in one transaction.
const AT_ONCE: usize = 500;

/// Why the facts could not be recorded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FactsError {
    /// The file cannot be read.
    #[error("the facts at {0} cannot be read: {1}; check the path and the rights")]
    Unreadable(PathBuf, std::io::ErrorKind),
    /// Not a fact that is known.
    #[error("{0}:{1}:{2}: not a fact that Sluis knows; a file has a JSON array, or one fact a line")]
    NotAFact(PathBuf, usize, usize),
    /// A field of a fact cannot be used.
    #[error("{0}: {1}")]
    Invalid(PathBuf, BeheerError),
    /// The store could not keep them.
    #[error("the facts could not be recorded: try again later")]
    NotNow,
}

/// A JSON array, or one fact a line. An error names the place, never what stands there.
///
/// # Errors
/// The first place that is no fact.
pub(crate) fn parse(path: &Path, text: &str) -> Result<Vec<Feit>, FactsError> {
    let wrong = |line, column| FactsError::NotAFact(path.to_owned(), line, column);
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text).map_err(|e| wrong(e.line(), e.column()));
    }
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(n, line)| serde_json::from_str(line).map_err(|e| wrong(n, e.column())))
        .collect()
}

/// Records what the store does not have yet; gives how many that were.
pub(crate) async fn record_once(gateway: &Gateway, path: &Path) -> Result<usize, FactsError> {
    let text = std::fs::read_to_string(path).map_err(|e| FactsError::Unreadable(path.to_owned(), e.kind()))?;
    let feiten = parse(path, &text)?;
    let mut fresh = Vec::new();
    for feit in feiten {
        if !gateway.was_recorded(&feit).await.map_err(|_| FactsError::NotNow)? {
            fresh.push(feit);
        }
    }
    let count = fresh.len();
    while !fresh.is_empty() {
        let rest = fresh.split_off(fresh.len().min(AT_ONCE));
        gateway
            .record_facts(ACCOUNT, std::mem::replace(&mut fresh, rest))
            .await
            .map_err(|e| match e {
                BeheerError::NietNu => FactsError::NotNow,
                other => FactsError::Invalid(path.to_owned(), other),
            })?;
    }
    tracing::info!(feiten = count, "facts of the configuration recorded");
    Ok(count)
}
