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
    /// The same pupils in every period, so that a total over the periods counts fewer pupils than it says.
    zelfde: bool,
    /// Every cell of the table in its order: row by row, the total last.
    pub(crate) waar: Vec<i64>,
    /// Under ten pupils, and so primary.
    pub(crate) primair: Vec<bool>,
}

impl Tafel {
    fn new(scholen: Vec<Vec<Vec<u64>>>, zelfde: bool) -> Self {
        let last = |counts: &[u64], same: bool| if same { counts.iter().max() } else { None }.copied();
        let row = |counts: &Vec<u64>, same: bool| -> Vec<u64> {
            let total = last(counts, same).unwrap_or_else(|| counts.iter().sum());
            counts.iter().copied().chain([total]).collect()
        };
        let cells = |same: bool| -> Vec<u64> {
            let som = |rows: &[Vec<u64>]| {
                (0..rows[0].len())
                    .map(|t| rows.iter().map(|r| r[t]).sum())
                    .collect::<Vec<_>>()
            };
            let (mut below, mut schools) = (Vec::new(), Vec::new());
            for school in &scholen {
                let branches: Vec<_> = school.iter().map(|counts| row(counts, same)).collect();
                schools.push(som(&branches));
                below.push(som(&branches));
                below.extend(branches.into_iter().filter(|_| school.len() > 1));
            }
            std::iter::once(som(&schools)).chain(below).flatten().collect()
        };
        let waar = cells(false).into_iter().map(|n| i64::try_from(n).unwrap()).collect();
        let primair = cells(zelfde).into_iter().map(|persons| persons < 10).collect();
        Self {
            scholen,
            zelfde,
            waar,
            primair,
        }
    }

    pub(crate) fn alleen_primair(&self) -> Vec<Option<i64>> {
        let cells = self.waar.iter().zip(&self.primair);
        cells.map(|(&n, primair)| (!primair).then_some(n)).collect()
    }

    pub(crate) fn telling(&self) -> Telling {
        self.telling_met(Drempel::STANDAARD)
    }

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
                let first = next;
                for (&periode, &n) in perioden.iter().zip(counts) {
                    if self.zelfde {
                        next = first;
                    }
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
                next = first + 10_000;
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
    let zelfde = getal.onder(3) == 0;
    Tafel::new(scholen, zelfde)
}

/// Up to four schools of up to four branches, up to four periods.
pub(crate) fn willekeurig(getal: &mut Getal) -> Tafel {
    let (schools, periods) = (1 + getal.onder(4), 1 + getal.onder(4));
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
