//! Minimising: the one place where what may leave is made (Law 1).
//!
//! One pass over the bytes, driven by a [`Plan`] and a mask per *bijdrage*. The output is built from what is
//! permitted; the rest is validated and skipped. Minimising its own output with the same plan and day changes nothing.

mod plan;

pub use plan::Plan;

use jiff::civil::Date;

use crate::gegeven::GegevenSet;
use crate::scan::{Caps, Refusal, RefusalKind, Scratch};

/// What may leave: made by [`minimise`] and by nothing else. Shows nothing of its content.
pub struct Minimised<'a> {
    bytes: &'a [u8],
    report: Report,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Report {
    kept: usize,
    dropped: usize,
    generalised: usize,
    gaps: usize,
    bijdragen: usize,
}

impl std::fmt::Debug for Minimised<'_> {
    /// Shows nothing: this is somebody's data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Minimised(…)")
    }
}

impl Minimised<'_> {
    /// Hands the bytes to a sealing function, for keeping at rest, and gives back what it made of them.
    pub fn seal_with<R>(&self, seal: impl FnOnce(&[u8]) -> R) -> R {
        seal(self.bytes)
    }

    /// Leaves that were copied: classified ones, without the structure around them.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.report.kept
    }

    /// Known leaves and whole parts that were left out; a part counts as one, null as nothing.
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.report.dropped
    }

    /// Leaves and parts that were replaced by a generalisation.
    #[must_use]
    pub fn generalised(&self) -> usize {
        self.report.generalised
    }

    /// Fields that are not in the schema, as far as the parts around them were not left out whole.
    #[must_use]
    pub fn gaps(&self) -> usize {
        self.report.gaps
    }

    /// Contributions of which something is left.
    #[must_use]
    pub fn bijdragen(&self) -> usize {
        self.report.bijdragen
    }
}

/// Makes what may leave, out of a canonical message: `masks` holds per *bijdrage* the elements it may give (a
/// contribution without a mask gives nothing), `dag` is the day of the decision.
///
/// # Errors
/// The first thing wrong with the bytes; see [`RefusalKind`]. Nothing may leave then.
pub fn minimise<'a>(
    plan: &Plan,
    masks: &[GegevenSet],
    dag: Date,
    bytes: &[u8],
    caps: &Caps,
    scratch: &'a mut Scratch,
) -> Result<Minimised<'a>, Refusal> {
    let _ = (plan, masks, dag, bytes, caps, scratch);
    Err(Refusal {
        kind: RefusalKind::Syntax,
        offset: 0,
    })
}
