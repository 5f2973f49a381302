//! Why a schema cannot be used.

/// A schema that is refused: the place in it (a JSON pointer) and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("schema{}{pointer}: {what}", if .pointer.is_empty() { "" } else { " at " })]
pub struct TreeError {
    /// JSON pointer (RFC 6901) into the schema; empty for the whole.
    pub pointer: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl TreeError {
    pub(super) fn new(pointer: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            what: what.into(),
        }
    }
}
