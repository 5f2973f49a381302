//! Printing, in one place: text for people, JSON for programs. Results go to stdout, errors and progress to stderr.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the command line prints here and nowhere else"
)]

use std::io::{IsTerminal as _, Write as _};

use clap::ValueEnum;
use serde::Serialize;
use sluis_rules::explain::Taal;

/// For whom is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Language of explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Dutch.
    Nl,
    /// English.
    En,
}

/// Where a command prints.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Out {
    format: Format,
    language: Language,
}

impl Out {
    pub(crate) const fn new(format: Format, language: Language) -> Self {
        Self { format, language }
    }

    pub(crate) const fn is_json(&self) -> bool {
        matches!(self.format, Format::Json)
    }

    pub(crate) const fn taal(&self) -> Taal {
        match self.language {
            Language::Nl => Taal::Nl,
            Language::En => Taal::En,
        }
    }

    /// The Dutch or the English text.
    pub(crate) const fn say<'t>(&self, nl: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::Nl => nl,
            Language::En => en,
        }
    }

    /// A line for people; nothing when a program reads.
    pub(crate) fn line(&self, text: impl std::fmt::Display) {
        if !self.is_json() {
            print(&format!("{text}\n"));
        }
    }

    /// A result for programs; nothing when people read.
    pub(crate) fn json(&self, value: &impl Serialize) {
        if self.is_json()
            && let Ok(text) = serde_json::to_string(value)
        {
            print(&(text + "\n"));
        }
    }

    /// Raw text, whatever the format: scripts, NDJSON.
    pub(crate) fn raw(text: &str) {
        print(text);
    }

    /// What went wrong, on stderr; JSON for programs.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        if self.is_json() {
            let value = serde_json::json!({ "fout": format!("{error:#}") });
            eprintln!("{value}");
        } else {
            eprintln!("sluis: {error:#}");
        }
    }

    /// A remark on stderr, for people.
    pub(crate) fn note(&self, text: impl std::fmt::Display) {
        if !self.is_json() {
            eprintln!("{text}");
        }
    }

    /// Whether progress may be drawn: a person looks at a terminal.
    pub(crate) fn progress(&self) -> bool {
        !self.is_json() && std::io::stderr().is_terminal()
    }
}

/// A closed pipe is not an error: the reader had enough, and the work goes on to its exit code.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
