//! Counting: from observations to a table of true counts, which never leaves the source.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::mem::discriminant;

use super::Drempel;
use super::label::{Periode, Plaats, SchoolBrin, Verzuimsoort};
use crate::ids::Brin;

/// A branch, and how many pupils it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vestiging {
    /// Which.
    pub brin: Brin,
    /// Enrolled pupils.
    pub leerlingen: u32,
}

/// Tells one pupil from another while counting, whatever it is; it goes no further. Never shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeerlingSleutel(pub u64);

impl fmt::Debug for LeerlingSleutel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LeerlingSleutel(…)")
    }
}

/// A pupil was absent in the sense of the table, at this branch, in this period. Twice is once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Waarneming {
    /// Who.
    pub leerling: LeerlingSleutel,
    /// Where.
    pub vestiging: Brin,
    /// When.
    pub periode: Periode,
}

impl fmt::Debug for Waarneming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waarneming(…)")
    }
}

/// Why a table cannot be counted. Names branches and periods; never a pupil or a count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TellingFout {
    /// Nothing to count over.
    #[error("a table needs at least one branch and one period")]
    Leeg,
    /// A period that does not exist, occurs twice, or is of another length than the rest.
    #[error(
        "period {0} does not exist, occurs twice, or is not as long as the others: periods of one table may not overlap"
    )]
    Periode(Periode),
    /// A branch twice.
    #[error("branch {0} occurs twice: state each branch once with its number of pupils")]
    DubbeleVestiging(Brin),
    /// An observation of a branch that was not stated.
    #[error("branch {0} has observations but was not stated: state it with its number of pupils")]
    OnbekendeVestiging(Brin),
    /// An observation in a period that was not stated.
    #[error("period {0} has observations but is not a column of the table")]
    OnbekendePeriode(Periode),
    /// More than can be counted.
    #[error("there are more observations than a table can count")]
    TeVeel,
}

/// One row: a place, and the row it is part of.
pub(super) struct Plek {
    pub(super) plaats: Plaats,
    pub(super) ouder: Option<usize>,
    pub(super) leerlingen: u32,
}

/// One true count.
#[derive(Clone, Copy, Default)]
pub(super) struct Geteld {
    /// What is shown: of a branch in a period the pupils, and of a total the sum of its parts.
    pub(super) aantal: u32,
    /// How many different pupils that are.
    pub(super) personen: u32,
}

/// True counts. Never leaves the source, so it has no `Serialize` and shows nothing.
pub struct Telling {
    pub(super) soort: Verzuimsoort,
    pub(super) drempel: Drempel,
    pub(super) perioden: Vec<Periode>,
    /// Parents before children.
    pub(super) plekken: Vec<Plek>,
    /// Row by row; the last of each row is the total over the periods.
    pub(super) cellen: Vec<Geteld>,
}

impl fmt::Debug for Telling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Telling(…)")
    }
}

/// Counts. Places with fewer than ten pupils (or than the threshold, when that is more) are taken together and lose their
/// BRIN; a school with one branch is one row.
///
/// # Errors
/// When a branch or period is missing, occurs twice, or does not fit the others.
pub fn tel(
    soort: Verzuimsoort,
    drempel: Drempel,
    vestigingen: &[Vestiging],
    perioden: &[Periode],
    waarnemingen: impl IntoIterator<Item = Waarneming>,
) -> Result<Telling, TellingFout> {
    let perioden = columns(perioden)?;
    let (plekken, leaf) = places(drempel, vestigingen)?;
    let width = perioden.len().saturating_add(1);
    // Each pupil once in every cell it is counted in; the leaf tells how often within a sum.
    let mut leaves = BTreeSet::new();
    for w in waarnemingen {
        let row = *leaf
            .get(&w.vestiging)
            .ok_or(TellingFout::OnbekendeVestiging(w.vestiging))?;
        let column = perioden
            .binary_search(&w.periode)
            .map_err(|_| TellingFout::OnbekendePeriode(w.periode))?;
        leaves.insert((row, column, w.leerling));
    }
    let mut cellen = vec![Geteld::default(); plekken.len().saturating_mul(width)];
    let mut persons = BTreeSet::new();
    for (row, column, leerling) in leaves {
        let mut at = Some(row);
        while let Some(row) = at {
            for column in [column, width.saturating_sub(1)] {
                let index = row.saturating_mul(width).saturating_add(column);
                let Some(cel) = cellen.get_mut(index) else { continue };
                cel.aantal = cel.aantal.checked_add(1).ok_or(TellingFout::TeVeel)?;
                if persons.insert((index, leerling)) {
                    cel.personen = cel.personen.saturating_add(1);
                }
            }
            at = plekken.get(row).and_then(|plek| plek.ouder);
        }
    }
    Ok(Telling {
        soort,
        drempel,
        perioden,
        plekken,
        cellen,
    })
}

fn columns(perioden: &[Periode]) -> Result<Vec<Periode>, TellingFout> {
    let mut sorted = perioden.to_vec();
    sorted.sort_unstable();
    let first = *sorted.first().ok_or(TellingFout::Leeg)?;
    for (n, periode) in sorted.iter().enumerate() {
        let double = n.checked_sub(1).and_then(|before| sorted.get(before)) == Some(periode);
        if double || periode.dagen().is_none() || discriminant(periode) != discriminant(&first) {
            return Err(TellingFout::Periode(*periode));
        }
    }
    Ok(sorted)
}

/// The rows, and in which of them each branch is counted.
fn places(drempel: Drempel, vestigingen: &[Vestiging]) -> Result<(Vec<Plek>, BTreeMap<Brin, usize>), TellingFout> {
    let mut schools: BTreeMap<SchoolBrin, BTreeMap<Brin, u32>> = BTreeMap::new();
    for v in vestigingen {
        let school = schools.entry(v.brin.into()).or_default();
        if school.insert(v.brin, v.leerlingen).is_some() {
            return Err(TellingFout::DubbeleVestiging(v.brin));
        }
    }
    if schools.is_empty() {
        return Err(TellingFout::Leeg);
    }
    let sum = |branches: &BTreeMap<Brin, u32>| branches.values().fold(0u32, |sum, n| sum.saturating_add(*n));
    let (small, named): (Vec<_>, Vec<_>) = schools.iter().partition(|(_, b)| sum(b) < drempel.klein());
    let mut rows = Rows::default();
    let region = rows.add(Plaats::Regio, None, 0);
    for (&school, branches) in named {
        let row = rows.add(Plaats::School(school), Some(region), sum(branches));
        let (small, named): (Vec<_>, Vec<_>) = branches.iter().partition(|(_, n)| **n < drempel.klein());
        if branches.len() == 1 {
            rows.leaf.extend(branches.keys().map(|&brin| (brin, row)));
            continue;
        }
        for (&brin, &n) in named {
            let branch = rows.add(Plaats::Vestiging(brin), Some(row), n);
            rows.leaf.insert(brin, branch);
        }
        rows.together(Plaats::KleineVestigingen(school), row, small.into_iter());
    }
    rows.together(
        Plaats::KleineScholen,
        region,
        small.into_iter().flat_map(|(_, b)| b.iter()),
    );
    let pupils = vestigingen.iter().fold(0u32, |all, v| all.saturating_add(v.leerlingen));
    if let Some(plek) = rows.plekken.get_mut(region) {
        plek.leerlingen = pupils;
    }
    Ok((rows.plekken, rows.leaf))
}

#[derive(Default)]
struct Rows {
    plekken: Vec<Plek>,
    leaf: BTreeMap<Brin, usize>,
}

impl Rows {
    fn add(&mut self, plaats: Plaats, ouder: Option<usize>, leerlingen: u32) -> usize {
        self.plekken.push(Plek {
            plaats,
            ouder,
            leerlingen,
        });
        self.plekken.len().saturating_sub(1)
    }

    /// One row for all of these, when there are any.
    fn together<'a>(&mut self, plaats: Plaats, ouder: usize, branches: impl Iterator<Item = (&'a Brin, &'a u32)>) {
        let branches: Vec<_> = branches.collect();
        if branches.is_empty() {
            return;
        }
        let pupils = branches.iter().fold(0u32, |sum, (_, n)| sum.saturating_add(**n));
        let row = self.add(plaats, Some(ouder), pupils);
        self.leaf.extend(branches.into_iter().map(|(&brin, _)| (brin, row)));
    }
}
