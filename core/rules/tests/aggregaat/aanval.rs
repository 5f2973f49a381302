//! An attacker, who has the published table and knows that every sum is the sum of its parts. Works on equations alone,
//! with nothing of the code that suppresses.

use sluis_rules::aggregaat::{Aggregaat, Cel};

/// Higher than any count in these tests: what stands for "no upper bound".
pub(crate) const VEEL: i64 = 1_000_000;

/// A table as equations: known cells, and sums.
#[derive(Clone)]
pub(crate) struct Tabel {
    pub(crate) bekend: Vec<Option<i64>>,
    sommen: Vec<(usize, Vec<usize>)>,
}

pub(crate) type Grenzen = Vec<(i64, i64)>;

impl Tabel {
    /// What a receiver has in hands. Cells row by row, the total last.
    pub(crate) fn van(aggregaat: &Aggregaat) -> Self {
        let rows = aggregaat.rijen();
        let width = aggregaat.perioden().len() + 1;
        let mut sommen = Vec::new();
        for (n, _) in rows.iter().enumerate() {
            sommen.push((n * width + width - 1, (0..width - 1).map(|t| n * width + t).collect()));
            let parts: Vec<usize> = (0..rows.len()).filter(|&m| rows[m].deel_van() == Some(n)).collect();
            if !parts.is_empty() {
                sommen.extend((0..width).map(|t| (n * width + t, parts.iter().map(|m| m * width + t).collect())));
            }
        }
        let bekend = rows
            .iter()
            .flat_map(|row| {
                row.cellen()
                    .iter()
                    .chain(std::iter::once(&row.totaal()))
                    .copied()
                    .collect::<Vec<_>>()
            })
            .map(|cel| match cel {
                Cel::Aantal(n) => Some(i64::from(n)),
                Cel::Onderdrukt => None,
            })
            .collect();
        Self { bekend, sommen }
    }

    /// The same table with other cells shown.
    pub(crate) fn met(&self, bekend: Vec<Option<i64>>) -> Self {
        Self {
            bekend,
            sommen: self.sommen.clone(),
        }
    }

    /// Every count, from those of the cells that are no sum.
    pub(crate) fn begin(&self) -> Grenzen {
        self.bekend
            .iter()
            .map(|known| known.map_or((0, VEEL), |n| (n, n)))
            .collect()
    }

    /// Bound propagation: each cell of a sum against all others of it, until nothing changes. False: it does not fit.
    pub(crate) fn knijp(&self, grenzen: &mut Grenzen) -> bool {
        loop {
            let mut changed = false;
            for (total, parts) in &self.sommen {
                let low: i64 = parts.iter().map(|&p| grenzen[p].0).sum();
                let high: i64 = parts.iter().map(|&p| grenzen[p].1).sum();
                changed |= narrow(&mut grenzen[*total], low, high);
                let (total_low, total_high) = grenzen[*total];
                for &part in parts {
                    let (l, h) = grenzen[part];
                    changed |= narrow(&mut grenzen[part], total_low - (high - h), total_high - (low - l));
                }
                if parts.iter().chain([total]).any(|&c| grenzen[c].0 > grenzen[c].1) {
                    return false;
                }
            }
            if !changed {
                return true;
            }
        }
    }

    /// Whether a whole table exists that fits all that is known and has this value in this cell: an exact search, the
    /// most bound cell first, values near `gok` first. `None`: not decided within the steps.
    pub(crate) fn bestaat(&self, cel: usize, waarde: i64, gok: &[i64]) -> Option<bool> {
        let mut grenzen = self.begin();
        grenzen[cel] = (waarde.max(grenzen[cel].0), waarde.min(grenzen[cel].1));
        if grenzen[cel].0 > grenzen[cel].1 {
            return Some(false);
        }
        let mut steps = 4_000;
        self.zoek(grenzen, gok, &mut steps)
    }

    fn zoek(&self, mut grenzen: Grenzen, gok: &[i64], steps: &mut u32) -> Option<bool> {
        *steps = steps.checked_sub(1)?;
        if !self.knijp(&mut grenzen) {
            return Some(false);
        }
        let open = (0..grenzen.len())
            .filter(|&c| grenzen[c].0 < grenzen[c].1)
            .min_by_key(|&c| grenzen[c].1 - grenzen[c].0);
        let Some(open) = open else { return Some(true) };
        let (low, high) = grenzen[open];
        let near = gok[open].clamp(low, high);
        // Beyond this far from a table that exists, nothing new happens in tables of this size.
        let reach = 60;
        for away in 0..=reach {
            for value in [near + away, near - away] {
                if !(low..=high).contains(&value) || (away == 0 && value != near) {
                    continue;
                }
                let mut with = grenzen.clone();
                with[open] = (value, value);
                if self.zoek(with, gok, steps)? {
                    return Some(true);
                }
                if away == 0 {
                    break;
                }
            }
        }
        // All values were tried, or there were too many to try.
        if high - low <= reach { Some(false) } else { None }
    }
}

fn narrow(bounds: &mut (i64, i64), low: i64, high: i64) -> bool {
    let before = *bounds;
    bounds.0 = bounds.0.max(low);
    bounds.1 = bounds.1.min(high);
    *bounds != before
}
