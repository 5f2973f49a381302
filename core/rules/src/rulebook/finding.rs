//! What is wrong with the rules, and where.

use std::ops::Range;

/// What a finding does to the rulebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The rulebook is not loaded.
    Error,
    /// The rulebook works, and somebody should look.
    Warning,
}

/// A second place that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// File, as [`super::Source::name`].
    pub file: String,
    /// Byte range in the file.
    pub span: Range<usize>,
    /// What stands there, in Dutch.
    pub what: String,
}

/// One thing to mend in the rules: file, place, what is wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether the rulebook is refused for it.
    pub severity: Severity,
    /// File, as [`super::Source::name`].
    pub file: String,
    /// Byte range in the file; empty when the whole file is meant.
    pub span: Range<usize>,
    /// What is wrong, in Dutch: the readers are lawyers.
    pub message: String,
    /// What to do, in Dutch.
    pub help: String,
    /// The words of the reader of TOML or of the compiler of schemas, in English, when they say more; else empty.
    pub detail: String,
    /// Other places that have to do with it.
    pub also: Vec<Place>,
}

impl Finding {
    pub(super) fn new(file: &str, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            file: file.to_owned(),
            span,
            message: message.into(),
            help: help.into(),
            detail: String::new(),
            also: Vec::new(),
        }
    }

    pub(super) fn warning(file: &str, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::new(file, span, message, help)
        }
    }

    pub(super) fn with_detail(self, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            ..self
        }
    }

    pub(super) fn and(mut self, file: &str, span: Range<usize>, what: impl Into<String>) -> Self {
        self.also.push(Place {
            file: file.to_owned(),
            span,
            what: what.into(),
        });
        self
    }

    /// Line and column of the place, from 1.
    #[must_use]
    pub fn line_column(&self, text: &str) -> (usize, usize) {
        line_column(text, self.span.start)
    }
}

/// Line and column of a byte in a text, from 1.
#[must_use]
pub fn line_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    (line, column)
}
