//! Suppression: which cells are not shown.
//!
//! 1. Primary: by the counts.
//! 2. Complementary: for each primary cell, the cheapest cells that let it move as far as it must (`net.rs`).
//! 3. Release: a complementary cell that no primary cell needs any more is shown again, the most telling first.
//! 4. Proof: every bound is computed once more over the result. Anything narrower than promised, and nothing is made.
//!
//! How far a primary cell with count v must be able to move, at threshold d: down to v − (d − 1), or to 0; and up to at
//! least d − 1, and beyond v. So of every cell under ten, 0 to 9 remain possible: what the rule itself tells, and no more.

use super::label::Plaats;
use super::net::{Net, Richting, Toegang};
use super::telling::Telling;
use super::uitleg::{Reden, Verantwoording};
use super::{Aggregaat, Cel, NietVeilig, Rij};

/// Makes the table that may leave, and the account of it that stays.
///
/// # Errors
/// When the result does not pass its own proof: nothing is published then.
pub fn onderdruk(telling: &Telling) -> Result<(Aggregaat, Verantwoording), NietVeilig> {
    let redenen = pattern(telling).ok_or(NietVeilig)?;
    let width = telling.perioden.len().saturating_add(1);
    let cells: Vec<Cel> = telling
        .cellen
        .iter()
        .zip(&redenen)
        .map(|(cel, reden)| reden.map_or(Cel::Aantal(cel.aantal), |_| Cel::Onderdrukt))
        .collect();
    let rijen = telling
        .plekken
        .iter()
        .zip(cells.chunks_exact(width))
        .filter_map(|(plek, cells)| {
            let (totaal, cellen) = cells.split_last()?;
            Some(Rij {
                plaats: plek.plaats,
                deel_van: plek.ouder,
                cellen: cellen.to_vec(),
                totaal: *totaal,
            })
        })
        .collect();
    let why = redenen.iter().enumerate().filter_map(|(index, reden)| {
        let plaats = telling.plekken.get(index / width)?.plaats;
        Some((plaats, telling.perioden.get(index % width).copied(), (*reden)?))
    });
    let account = Verantwoording::new(telling.drempel, why.collect());
    let aggregaat = Aggregaat {
        soort: telling.soort,
        drempel: telling.drempel.leerlingen(),
        perioden: telling.perioden.clone(),
        rijen,
    };
    Ok((aggregaat, account))
}

/// A primary cell must be able to move so far.
struct Eis {
    cel: usize,
    richting: Richting,
    hoeveel: u64,
    /// The cells that moved with it the last time it was tried.
    mee: Vec<usize>,
}

/// Why each cell is suppressed, if it is; `None` when no pattern protects.
fn pattern(telling: &Telling) -> Option<Vec<Option<Reden>>> {
    let net = Net::new(telling);
    let mut redenen = primary(telling);
    let mut demands = demands(telling, &redenen);
    for eis in &demands {
        let also = net.schuif(eis.cel, eis.richting, eis.hoeveel, |cel| match redenen.get(cel) {
            Some(Some(_)) => Toegang::Open,
            _ => Toegang::Prijs(price(telling, cel)),
        })?;
        for cel in also {
            if let Some(reden) = redenen.get_mut(cel) {
                reden.get_or_insert(Reden::Aanvullend);
            }
        }
    }
    for eis in &mut demands {
        eis.mee = moved(&net, eis, &redenen)?;
    }
    release(telling, &net, &mut redenen, &mut demands);
    proof(&net, &redenen, &demands).then_some(redenen)
}

fn primary(telling: &Telling) -> Vec<Option<Reden>> {
    let width = telling.perioden.len().saturating_add(1);
    let judge = |(index, cel): (usize, &super::telling::Geteld)| {
        let plek = telling.plekken.get(index / width)?;
        let is_total = (index % width).saturating_add(1) == width;
        if plek.leerlingen < telling.drempel.klein() {
            Some(Reden::KleinePlaats)
        } else if cel.personen < telling.drempel.leerlingen() {
            Some(Reden::OnderDrempel)
        } else if !is_total && plek.plaats != Plaats::Regio && cel.personen >= plek.leerlingen {
            Some(Reden::Iedereen)
        } else {
            None
        }
    };
    telling.cellen.iter().enumerate().map(judge).collect()
}

/// Two for each primary cell; the smallest counts first, which need most room above.
fn demands(telling: &Telling, redenen: &[Option<Reden>]) -> Vec<Eis> {
    let below = u64::from(telling.drempel.leerlingen()).saturating_sub(1);
    let mut primary: Vec<(u64, usize)> = telling
        .cellen
        .iter()
        .zip(redenen)
        .enumerate()
        .filter_map(|(index, (cel, reden))| reden.map(|_| (u64::from(cel.aantal), index)))
        .collect();
    primary.sort_unstable();
    let mut demands = Vec::with_capacity(primary.len().saturating_mul(2));
    for (value, cel) in primary {
        let up = below.saturating_sub(value).max(1);
        let down = value.min(below);
        for (richting, hoeveel) in [(Richting::Omhoog, up), (Richting::Omlaag, down)] {
            demands.push(Eis {
                cel,
                richting,
                hoeveel,
                mee: Vec::new(),
            });
        }
    }
    demands
}

/// What it costs a reader to lose a cell: first how many cells it sums up, then how much it counts.
fn price(telling: &Telling, cel: usize) -> u64 {
    let width = telling.perioden.len().saturating_add(1);
    let height = match telling.plekken.get(cel / width).map(|plek| plek.plaats) {
        Some(Plaats::Regio) => 16,
        Some(Plaats::School(_)) => 4,
        _ => 1,
    };
    let total = if (cel % width).saturating_add(1) == width { 4 } else { 1 };
    let count = telling.cellen.get(cel).map_or(0, |cel| u64::from(cel.aantal));
    1_000 * height * total + count.min(999)
}

/// The cells that move with it when only suppressed cells may.
fn moved(net: &Net, eis: &Eis, redenen: &[Option<Reden>]) -> Option<Vec<usize>> {
    net.schuif(eis.cel, eis.richting, eis.hoeveel, |cel| match redenen.get(cel) {
        Some(Some(_)) => Toegang::Open,
        _ => Toegang::Dicht,
    })
}

/// Shows again what nobody needs, until everything that is left is needed.
fn release(telling: &Telling, net: &Net, redenen: &mut [Option<Reden>], demands: &mut [Eis]) {
    let mut candidates: Vec<(u64, usize)> = redenen
        .iter()
        .enumerate()
        .filter(|(_, reden)| **reden == Some(Reden::Aanvullend))
        .map(|(cel, _)| (price(telling, cel), cel))
        .collect();
    candidates.sort_unstable();
    loop {
        let before = candidates.len();
        let mut kept = Vec::new();
        // The most telling first.
        while let Some((price, cel)) = candidates.pop() {
            if let Some(reden) = redenen.get_mut(cel) {
                *reden = None;
            }
            let again: Option<Vec<(usize, Vec<usize>)>> = demands
                .iter()
                .enumerate()
                .filter(|(_, eis)| eis.mee.binary_search(&cel).is_ok())
                .map(|(n, eis)| Some((n, moved(net, eis, redenen)?)))
                .collect();
            if let Some(again) = again {
                for (n, mee) in again {
                    if let Some(eis) = demands.get_mut(n) {
                        eis.mee = mee;
                    }
                }
            } else {
                if let Some(reden) = redenen.get_mut(cel) {
                    *reden = Some(Reden::Aanvullend);
                }
                kept.push((price, cel));
            }
        }
        kept.reverse();
        if kept.is_empty() || kept.len() == before {
            return;
        }
        candidates = kept;
    }
}

/// Every demand holds, and no suppressed cell has only one value left.
fn proof(net: &Net, redenen: &[Option<Reden>], demands: &[Eis]) -> bool {
    let loose = |cel| {
        [Richting::Omhoog, Richting::Omlaag].into_iter().any(|richting| {
            let one = Eis {
                cel,
                richting,
                hoeveel: 1,
                mee: Vec::new(),
            };
            moved(net, &one, redenen).is_some()
        })
    };
    demands.iter().all(|eis| moved(net, eis, redenen).is_some())
        && redenen
            .iter()
            .enumerate()
            .filter(|(_, reden)| reden.is_some())
            .all(|(cel, _)| loose(cel))
}
