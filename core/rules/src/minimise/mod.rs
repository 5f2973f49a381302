//! Minimising: the one place where what may leave is made (Law 1).
//!
//! One pass over the bytes, driven by a [`Plan`] and a mask per *bijdrage*. The output is built from what is
//! permitted; the rest is validated and skipped. Minimising its own output with the same plan and day changes nothing.

mod derive;
mod list;
#[cfg(test)]
mod mutants;
mod out;
mod plan;
mod schuilnaam;
mod tell;
mod walk;

pub use plan::Plan;
pub(crate) use plan::Reach;

use std::marker::PhantomData;

use jiff::civil::Date;

use crate::gegeven::GegevenSet;
use crate::pseudonym::PseudonymKey;
use crate::scan::{Caps, Reader, Refusal, Scratch};
use out::Out;
use walk::Walk;

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

impl Report {
    /// Classified leaves that were written.
    #[inline]
    const fn emitted(&self) -> usize {
        self.kept.wrapping_add(self.generalised)
    }
}

/// What the tests break on purpose, to prove that they would notice. Nothing is ever broken in [`Sound`].
trait Fault {
    /// Every contribution gives what the plan permits.
    const IGNORES_MASKS: bool = false;
    /// Parts in which nothing is left are still written.
    const SHOWS_EMPTY_PARTS: bool = false;
    /// Any generalisation passes for the one that was asked.
    const CONFUSES_GENERALISATIONS: bool = false;
}

/// The minimiser as it is.
struct Sound;

impl Fault for Sound {}

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
/// The first thing wrong with the bytes; see [`RefusalKind`](crate::scan::RefusalKind). Nothing may leave then.
pub fn minimise<'a>(
    plan: &Plan,
    masks: &[GegevenSet],
    dag: Date,
    bytes: &[u8],
    caps: &Caps,
    scratch: &'a mut Scratch,
) -> Result<Minimised<'a>, Refusal> {
    make::<Sound>(plan, masks, dag, None, bytes, caps, scratch)
}

/// The same for a derde, over what a sender gave (14.3): the names and numbers that the plan lets go as a pseudonym
/// become one of this receiver, and so does the `kenmerk`. A pseudonym that the sender put there itself is left out: it
/// could be the same for everybody. What this made is minimised again by [`minimise`], which changes nothing.
///
/// # Errors
/// As [`minimise`].
pub fn pseudonymise<'a>(
    plan: &Plan,
    masks: &[GegevenSet],
    dag: Date,
    key: &PseudonymKey,
    bytes: &[u8],
    caps: &Caps,
    scratch: &'a mut Scratch,
) -> Result<Minimised<'a>, Refusal> {
    make::<Sound>(plan, masks, dag, Some(key), bytes, caps, scratch)
}

fn make<'a, F: Fault>(
    plan: &Plan,
    masks: &[GegevenSet],
    dag: Date,
    key: Option<&PseudonymKey>,
    bytes: &[u8],
    caps: &Caps,
    scratch: &'a mut Scratch,
) -> Result<Minimised<'a>, Refusal> {
    let mut walk = Walk {
        tree: plan.tree(),
        plan,
        masks,
        dag,
        key,
        reader: Reader::new(bytes, caps, &mut scratch.keys)?,
        out: Out::new(bytes, &mut scratch.out),
        reach: Reach::NONE,
        report: Report::default(),
        fault: PhantomData::<F>,
    };
    match walk.message() {
        Some(()) => Ok(Minimised {
            report: walk.report,
            bytes: walk.out.finish(),
        }),
        None => Err(walk.reader.refusal(Some(plan.tree()))),
    }
}
