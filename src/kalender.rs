//! School calendars: those of a directory, or the example in the program.

use std::path::Path;

use anyhow::Context as _;
use include_dir::{Dir, include_dir};
use sluis_rules::rulebook::Source;
use sluis_rules::verzuim::Kalenders;

static EXAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/config/kalender");

/// The calendars of a directory, or those in the program.
pub(crate) fn load(dir: Option<&Path>) -> anyhow::Result<Kalenders> {
    let mut sources = Vec::new();
    match dir {
        None => {
            for file in EXAMPLE
                .files()
                .filter(|f| f.path().extension().is_some_and(|e| e == "toml"))
            {
                sources.push(Source {
                    name: file.path().display().to_string(),
                    text: file.contents_utf8().unwrap_or_default().to_owned(),
                });
            }
        }
        Some(dir) => {
            let failed = || format!("cannot read the calendars at {}", dir.display());
            for entry in std::fs::read_dir(dir).with_context(failed)? {
                let path = entry.with_context(failed)?.path();
                if path.extension().is_some_and(|e| e == "toml") {
                    sources.push(Source {
                        name: path.display().to_string(),
                        text: std::fs::read_to_string(&path)
                            .with_context(|| format!("cannot read {}", path.display()))?,
                    });
                }
            }
        }
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Kalenders::parse(&sources)?)
}
