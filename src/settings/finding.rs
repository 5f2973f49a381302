//! What is wrong with the configuration, with its place. No value is ever quoted: a line is shown up to its `=`.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use figment::error::Kind;

use super::layers::{Env, File, NotToml};

/// One finding: which key, what is wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The key with its tables.
    pub(crate) key: Vec<String>,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do; may be empty.
    pub(crate) help: String,
}

impl Finding {
    pub(super) fn new(key: &[&str], message: impl Into<String>, help: impl Into<String>) -> Self {
        let key = key.iter().flat_map(|k| k.split('.')).map(str::to_owned).collect();
        Self {
            key,
            message: message.into(),
            help: help.into(),
        }
    }

    /// Of an error of the layers, without the value that it would quote.
    pub(super) fn of(error: &figment::Error) -> Self {
        let mut key = error.path.clone();
        let (message, help) = match &error.kind {
            Kind::UnknownField(name, known) => {
                if key.last() != Some(name) {
                    key.push(name.clone());
                }
                ("unknown key".to_owned(), suggest(name, known))
            }
            Kind::MissingField(name) => {
                key.push(name.to_string());
                ("this key is required".to_owned(), String::new())
            }
            Kind::UnknownVariant(word, known) => (format!("`{word}` is not a word for this"), suggest(word, known)),
            Kind::InvalidType(_, wanted) | Kind::InvalidValue(_, wanted) => {
                ("not of the right kind".to_owned(), format!("give {wanted}"))
            }
            Kind::DuplicateField(_) => ("given twice".to_owned(), String::new()),
            Kind::Message(text) => (text.clone(), String::new()),
            _ => ("cannot be read".to_owned(), String::new()),
        };
        Self { key, message, help }
    }
}

/// The nearest known word, and all of them when they are few.
fn suggest(word: &str, known: &[&str]) -> String {
    let near = known.iter().map(|k| (strsim::osa_distance(word, k), k)).min();
    match near {
        Some((distance, k)) if distance <= 3 && distance < k.len() => format!("did you mean `{k}`?"),
        _ => format!("known here: {}", known.join(", ")),
    }
}

/// Why the configuration cannot be used.
#[derive(Debug)]
pub(crate) enum SettingsError {
    /// The file cannot be read.
    Unreadable(PathBuf, std::io::ErrorKind),
    /// What was found, each with its place.
    Findings(Vec<Placed>),
}

/// A finding with its place, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    finding: Finding,
    place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Variable(String),
    Line {
        file: PathBuf,
        line: usize,
        column: usize,
        shown: String,
        width: usize,
    },
    File(PathBuf),
}

impl SettingsError {
    pub(super) fn findings(found: Vec<Finding>, file: &File, env: &Env) -> Self {
        let placed = found.into_iter().map(|finding| {
            let place = match (env.name(&finding.key), file.place(&finding.key)) {
                (Some(name), _) => Place::Variable(name.to_owned()),
                (None, Some(span)) => line(&file.path, &file.text, span),
                (None, None) => Place::File(file.path.clone()),
            };
            Placed { finding, place }
        });
        Self::Findings(placed.collect())
    }

    pub(super) fn not_toml(path: &Path, text: &str, error: NotToml) -> Self {
        let place = error
            .span
            .map_or_else(|| Place::File(path.to_owned()), |span| line(path, text, span));
        // The parser's own words can quote a value: the first line of them names the fault only.
        let message = error
            .message
            .lines()
            .next()
            .unwrap_or_default()
            .split('`')
            .next()
            .unwrap_or_default()
            .trim();
        let finding = Finding {
            key: Vec::new(),
            message: format!("this is no TOML: {message}"),
            help: String::new(),
        };
        Self::Findings(vec![Placed { finding, place }])
    }
}

fn line(file: &Path, text: &str, span: Range<usize>) -> Place {
    let before = text.get(..span.start).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let whole = text
        .get(start..)
        .and_then(|rest| rest.lines().next())
        .unwrap_or_default();
    let shown = match whole.split_once('=') {
        Some((key, _)) => format!("{key}= …"),
        None if whole.trim_start().starts_with('[') => whole.to_owned(),
        None => "…".to_owned(),
    };
    let column = before.get(start..).map_or(0, |b| b.chars().count());
    let width = text
        .get(span)
        .map_or(1, |s| s.chars().count())
        .clamp(1, shown.chars().count().saturating_sub(column).max(1));
    Place::Line {
        file: file.to_owned(),
        line: before.matches('\n').count() + 1,
        column,
        shown,
        width,
    }
}

impl fmt::Display for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { key, message, help } = &self.finding;
        let key = key.join(".");
        let colon = if key.is_empty() { "" } else { ": " };
        match &self.place {
            Place::Variable(name) => write!(f, "{name} ({key}){colon}{message}")?,
            Place::File(file) => write!(f, "{}: {key}{colon}{message}", file.display())?,
            Place::Line {
                file,
                line,
                column,
                shown,
                width,
            } => {
                writeln!(f, "{}:{line}:{}: {key}{colon}{message}", file.display(), column + 1)?;
                let number = line.to_string();
                let pad = " ".repeat(number.len());
                writeln!(f, "  {number} | {shown}")?;
                write!(f, "  {pad} | {}{}", " ".repeat(*column), "^".repeat(*width))?;
            }
        }
        if help.is_empty() {
            Ok(())
        } else {
            write!(f, "\n  help: {help}")
        }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, std::io::ErrorKind::NotFound) => {
                write!(
                    f,
                    "there is no configuration at {}; give the path of a TOML file, such as config/sluis.toml",
                    path.display()
                )
            }
            Self::Unreadable(path, kind) => {
                write!(
                    f,
                    "cannot read the configuration {}: {kind}; check the path and the rights",
                    path.display()
                )
            }
            Self::Findings(found) => {
                write!(f, "the configuration cannot be used: {} finding(s)", found.len())?;
                found.iter().try_for_each(|one| write!(f, "\n{one}"))
            }
        }
    }
}

impl std::error::Error for SettingsError {}
