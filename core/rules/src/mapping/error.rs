//! Why a table, or what it makes, is refused. Places, never values.

/// A table that cannot be used, or a value that does not fit it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("mapping{}{place}: {what}", if .place.is_empty() { "" } else { " at " })]
pub struct MappingError {
    /// The row or the path; names of fields that are in no table are hashed.
    pub place: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl MappingError {
    pub(super) fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            what: what.into(),
        }
    }
}

/// The self-check could not prove that what is about to leave may leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("self-check{}{place}: {what}; nothing was sent", if .place.is_empty() { "" } else { " at " })]
pub struct SelfCheckError {
    /// The path in the table or the schema.
    pub place: String,
    /// What could not be proved.
    pub what: String,
}

impl SelfCheckError {
    pub(super) fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            what: what.into(),
        }
    }
}
