//! The table as a network: every cell is one arc, every sum a node, and a set of counts that fits is a circulation.
//!
//! ```text
//! hub ─(region, t)─► A(region, t) ─(school, t)─► A(school, t) ─(branch, t)─► B(branch) ─(branch, total)─► B(school) … ─► hub
//! ```
//!
//! What goes into A(n, t) is the count of n in period t, what comes out are the counts of its parts. Into B go the counts
//! per period of a place without parts, or the totals of the parts; out comes the total. So two trees meet in the cells
//! of the leaves, and every sum of the table follows from the balance of the nodes. Raising a suppressed cell while all
//! published cells stay as they are is a flow around a circle: how far it goes is exactly how far an attacker's bound
//! reaches, and it is a whole number.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::telling::Telling;

/// What a flow may do with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Toegang {
    /// Suppressed already: free.
    Open,
    /// Published: may be suppressed at this price.
    Prijs(u64),
    /// Published, and stays so.
    Dicht,
}

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Richting {
    Omhoog,
    Omlaag,
}

#[derive(Clone, Copy)]
struct Arc {
    van: usize,
    naar: usize,
    waarde: u64,
}

/// An arc at a node, and whether it leaves there.
#[derive(Clone, Copy)]
struct Stap {
    cel: usize,
    weg: bool,
    naar: usize,
}

pub(super) struct Net {
    arcs: Vec<Arc>,
    at: Vec<Vec<Stap>>,
}

impl Net {
    pub(super) fn new(telling: &Telling) -> Self {
        let periods = telling.perioden.len();
        let width = periods.saturating_add(1);
        let mut has_parts = vec![false; telling.plekken.len()];
        for parent in telling.plekken.iter().filter_map(|plek| plek.ouder) {
            if let Some(has) = has_parts.get_mut(parent) {
                *has = true;
            }
        }
        // Node 0 is the hub; each row has a node A per period, and its B in the place of the total.
        let node = |row: usize, column: usize| row * width + column + 1;
        let mut arcs = Vec::with_capacity(telling.cellen.len());
        for (index, cel) in telling.cellen.iter().enumerate() {
            let (row, column) = (index / width, index % width);
            let parent = telling.plekken.get(row).and_then(|plek| plek.ouder);
            let outside = |column| parent.map_or(0, |parent| node(parent, column));
            let parts = has_parts.get(row).copied().unwrap_or(false);
            let (van, naar) = match column {
                total if total == periods => (node(row, total), outside(total)),
                column if parts => (outside(column), node(row, column)),
                column => (outside(column), node(row, periods)),
            };
            let waarde = u64::from(cel.aantal);
            arcs.push(Arc { van, naar, waarde });
        }
        let mut at = vec![Vec::new(); telling.plekken.len() * width + 1];
        for (cel, arc) in arcs.iter().enumerate() {
            for (from, naar, weg) in [(arc.van, arc.naar, true), (arc.naar, arc.van, false)] {
                if let Some(steps) = at.get_mut(from) {
                    steps.push(Stap { cel, weg, naar });
                }
            }
        }
        Self { arcs, at }
    }

    /// Moves a cell by `hoeveel`, all other cells at least 0, along the cheapest circles. Gives the cells that moved with
    /// it, sorted; `None` when it cannot move so far.
    pub(super) fn schuif(
        &self,
        cel: usize,
        richting: Richting,
        hoeveel: u64,
        toegang: impl Fn(usize) -> Toegang,
    ) -> Option<Vec<usize>> {
        let arc = self.arcs.get(cel)?;
        if richting == Richting::Omlaag && arc.waarde < hoeveel {
            return None;
        }
        let (begin, end) = match richting {
            Richting::Omhoog => (arc.naar, arc.van),
            Richting::Omlaag => (arc.van, arc.naar),
        };
        let mut values: Vec<u64> = self.arcs.iter().map(|arc| arc.waarde).collect();
        let mut touched = vec![false; self.arcs.len()];
        let mut left = hoeveel;
        while left > 0 && begin != end {
            let path = self.cheapest(begin, end, |step| {
                if step.cel == cel || (!step.weg && values.get(step.cel) == Some(&0)) {
                    return None;
                }
                match toegang(step.cel) {
                    _ if touched.get(step.cel) == Some(&true) => Some(0),
                    Toegang::Open => Some(0),
                    Toegang::Prijs(price) => Some(price),
                    Toegang::Dicht => None,
                }
            })?;
            let room = path
                .iter()
                .filter(|step| !step.weg)
                .filter_map(|step| values.get(step.cel).copied())
                .min()
                .map_or(left, |room| room.min(left));
            for step in &path {
                if let Some(value) = values.get_mut(step.cel) {
                    *value = if step.weg {
                        value.saturating_add(room)
                    } else {
                        value.saturating_sub(room)
                    };
                }
                if let Some(touched) = touched.get_mut(step.cel) {
                    *touched = true;
                }
            }
            left = left.saturating_sub(room);
        }
        // What moved and moved back did not move.
        let moved = self.arcs.iter().zip(&values).enumerate();
        Some(
            moved
                .filter(|(_, (arc, now))| arc.waarde != **now)
                .map(|(cel, _)| cel)
                .collect(),
        )
    }

    /// Dijkstra; among equals the lowest node, so the answer is always the same.
    fn cheapest(&self, begin: usize, end: usize, price: impl Fn(&Stap) -> Option<u64>) -> Option<Vec<Stap>> {
        let mut best = vec![u64::MAX; self.at.len()];
        let mut by: Vec<Option<(usize, Stap)>> = vec![None; self.at.len()];
        let mut heap = BinaryHeap::from([Reverse((0u64, begin))]);
        *best.get_mut(begin)? = 0;
        while let Some(Reverse((cost, node))) = heap.pop() {
            if node == end {
                break;
            }
            if best.get(node).is_none_or(|known| *known < cost) {
                continue;
            }
            for step in self.at.get(node)? {
                let Some(price) = price(step) else { continue };
                let cost = cost.saturating_add(price);
                if let (Some(known), Some(by)) = (best.get_mut(step.naar), by.get_mut(step.naar))
                    && cost < *known
                {
                    *known = cost;
                    *by = Some((node, *step));
                    heap.push(Reverse((cost, step.naar)));
                }
            }
        }
        let mut path = Vec::new();
        let mut node = end;
        while node != begin {
            let (before, step) = (*by.get(node)?)?;
            path.push(step);
            node = before;
        }
        Some(path)
    }
}
