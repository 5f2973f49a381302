//! What is wrong with the rules, and where.

use std::ops::Range;

/// One thing to mend in the rules: file, place, what is wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// File, as [`super::Source::name`].
    pub file: String,
    /// Byte range in the file; empty when the whole file is meant.
    pub span: Range<usize>,
    /// What is wrong, in Dutch: the readers are lawyers.
    pub message: String,
    /// What to do, in Dutch.
    pub help: String,
}

impl Finding {
    pub(super) fn new(file: &str, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            span,
            message: message.into(),
            help: help.into(),
        }
    }

    /// Line and column of the place, from 1.
    #[must_use]
    pub fn line_column(&self, text: &str) -> (usize, usize) {
        let before = text.get(..self.span.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        (line, column)
    }
}
