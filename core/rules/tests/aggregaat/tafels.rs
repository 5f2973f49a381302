//! Random tables whose truth is known to the test.

use sluis_rules::aggregaat::{Drempel, LeerlingSleutel, Periode, Telling, Verzuimsoort, Vestiging, Waarneming, tel};
use sluis_rules::ids::Brin;

/// A small generator of numbers, so that a run is the same everywhere (splitmix64).
pub(crate) struct Getal(pub(crate) u64);

impl Getal {
    pub(crate) fn onder(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// A table: per school its branches, per branch the counts. All places are large, so a row is what it says.
pub(crate) struct Tafel {
    scholen: Vec<Vec<Vec<u64>>>,
    /// Every cell of the table in its order: row by row, the total last.
    pub(crate) waar: Vec<i64>,
    /// Under ten, and so primary.
    pub(crate) primair: Vec<bool>,
}

impl Tafel {
    fn new(scholen: Vec<Vec<Vec<u64>>>) -> Self {
        let som =
            |rows: &[Vec<i64>]| -> Vec<i64> { (0..rows[0].len()).map(|t| rows.iter().map(|r| r[t]).sum()).collect() };
        let met_totaal = |counts: &Vec<u64>| {
            let mut row: Vec<i64> = counts.iter().map(|n| i64::try_from(*n).unwrap()).collect();
            row.push(row.iter().sum());
            row
        };
        let mut below = Vec::new();
        let mut schools = Vec::new();
        for school in &scholen {
            let branches: Vec<_> = school.iter().map(met_totaal).collect();
            schools.push(som(&branches));
            below.push(som(&branches));
            if branches.len() > 1 {
                below.extend(branches);
            }
        }
        let waar: Vec<i64> = std::iter::once(som(&schools)).chain(below).flatten().collect();
        let primair = waar.iter().map(|n| *n < 10).collect();
        Self { scholen, waar, primair }
    }

    pub(crate) fn alleen_primair(&self) -> Vec<Option<i64>> {
        self.waar.iter().map(|&n| (n >= 10).then_some(n)).collect()
    }

    pub(crate) fn telling(&self) -> Telling {
        self.telling_met(Drempel::STANDAARD)
    }

    /// Every count is of other pupils, so that a sum counts as many pupils as it says.
    pub(crate) fn telling_met(&self, drempel: Drempel) -> Telling {
        let periods = self.scholen[0][0].len();
        let perioden: Vec<_> = (0..periods)
            .map(|t| Periode::Week(2026, u8::try_from(t + 1).unwrap()))
            .collect();
        let (mut vestigingen, mut seen, mut next) = (Vec::new(), Vec::new(), 0);
        for (s, school) in self.scholen.iter().enumerate() {
            for (v, counts) in school.iter().enumerate() {
                let letter = |n: usize| char::from(b'A' + u8::try_from(n).unwrap());
                let brin: Brin = format!("99{}{}{v:02}", letter(s / 26), letter(s % 26)).parse().unwrap();
                vestigingen.push(Vestiging {
                    brin,
                    leerlingen: 1_000,
                });
                for (&periode, &n) in perioden.iter().zip(counts) {
                    for _ in 0..n {
                        next += 1;
                        let leerling = LeerlingSleutel(next);
                        seen.push(Waarneming {
                            leerling,
                            vestiging: brin,
                            periode,
                        });
                    }
                }
            }
        }
        tel(Verzuimsoort::Relatief, drempel, &vestigingen, &perioden, seen).unwrap()
    }
}

fn met(getal: &mut Getal, schools: u64, branches: u64, periods: u64, top: u64) -> Tafel {
    // Some tables have few small counts, some have many.
    let small = 1 + getal.onder(9);
    let scholen = (0..schools)
        .map(|_| {
            (0..=getal.onder(branches))
                .map(|_| {
                    (0..periods)
                        .map(|_| {
                            if getal.onder(10) < small {
                                getal.onder(10)
                            } else {
                                10 + getal.onder(top)
                            }
                        })
                        .collect()
                })
                .collect()
        })
        .collect();
    Tafel::new(scholen)
}

/// Up to five schools of up to three branches, up to five periods.
pub(crate) fn willekeurig(getal: &mut Getal) -> Tafel {
    let (schools, periods) = (1 + getal.onder(5), 1 + getal.onder(5));
    met(getal, schools, 3, periods, 60)
}

/// Small enough to search through.
pub(crate) fn klein(getal: &mut Getal) -> Tafel {
    let (schools, periods) = (1 + getal.onder(3), 1 + getal.onder(3));
    met(getal, schools, 2, periods, 15)
}

/// As large as a region.
pub(crate) fn regio(getal: &mut Getal, schools: u64, periods: u64) -> Tafel {
    met(getal, schools, 3, periods, 60)
}
