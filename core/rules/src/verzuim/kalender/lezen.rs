//! Calendars from TOML: school years, holidays per region, schools with what is their own.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Dag, Kalender, Kalenders, Regio};
use crate::ids::Brin;
use crate::rulebook::Source;

/// What is wrong with a calendar. Holds nothing about a person.
#[derive(Debug, thiserror::Error)]
pub enum KalenderFout {
    /// The text is not what a calendar looks like.
    #[error("{bestand}: {wat}")]
    Tekst {
        /// The file.
        bestand: String,
        /// What the reader says, with the line.
        wat: String,
    },
    /// A period ends before it begins, or has no region.
    #[error("{bestand}: {naam} has no region, or ends before it begins; correct regio, van or tot")]
    Periode {
        /// The file.
        bestand: String,
        /// The name of the holiday or school year.
        naam: String,
    },
    /// School years leave a gap or overlap.
    #[error(
        "school year {naam} does not begin the day after the one before it; add the year in between, or correct van"
    )]
    Aansluiting {
        /// The name of the school year.
        naam: String,
    },
    /// A school is there twice.
    #[error("{bestand}: school {brin} has a calendar already; keep one [[school]] for it")]
    Dubbel {
        /// The file.
        bestand: String,
        /// The school with its branch.
        brin: Brin,
    },
    /// There is no school year at all.
    #[error("no file has a [schooljaar]; without one no day is a school day")]
    Leeg,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bestand {
    schooljaar: Option<Schooljaar>,
    #[serde(default)]
    vakantie: Vec<Vakantie>,
    #[serde(default)]
    school: Vec<School>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Schooljaar {
    naam: String,
    van: String,
    tot: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vakantie {
    naam: String,
    #[serde(default)]
    regio: Vec<Regio>,
    van: String,
    tot: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct School {
    brin: String,
    regio: Regio,
    /// Holidays of this school; one with a name of the region's in the same school year takes its place.
    #[serde(default)]
    vakantie: Vec<Vakantie>,
    /// Single days off.
    #[serde(default)]
    vrij: Vec<String>,
}

/// A holiday with the school year in whose file it stands, or that it begins in.
#[derive(Clone)]
struct Periode {
    naam: String,
    van: Dag,
    tot: Dag,
}

fn tekst(bestand: &str, wat: impl ToString) -> KalenderFout {
    KalenderFout::Tekst {
        bestand: bestand.to_owned(),
        wat: wat.to_string(),
    }
}

fn periode(bestand: &str, naam: &str, van: &str, tot: &str) -> Result<Periode, KalenderFout> {
    let day = |text: &str| text.parse::<Dag>().map_err(|e| tekst(bestand, format!("{naam}: {e}")));
    let (van, tot) = (day(van)?, day(tot)?);
    // A holiday lasts weeks and a school year a year: more is a slip of the pen in the year.
    if tot < van || tot.0 - van.0 > 400 {
        return Err(KalenderFout::Periode {
            bestand: bestand.to_owned(),
            naam: naam.to_owned(),
        });
    }
    let naam = naam.to_owned();
    Ok(Periode { naam, van, tot })
}

/// The school's own holidays in the place of the region's with the same name, when they lie within a month of each other.
fn van_school(regio: &[Periode], eigen: Vec<Periode>) -> Vec<Periode> {
    const NEAR: i32 = 31;
    let near = |a: &Periode, b: &Periode| a.naam == b.naam && a.van.0 - NEAR <= b.tot.0 && b.van.0 - NEAR <= a.tot.0;
    let mut all: Vec<Periode> = regio
        .iter()
        .filter(|r| !eigen.iter().any(|e| near(r, e)))
        .cloned()
        .collect();
    all.extend(eigen);
    all
}

pub(super) fn lees(sources: &[Source]) -> Result<Kalenders, KalenderFout> {
    let mut jaren = Vec::new();
    let mut vakanties: BTreeMap<Regio, Vec<Periode>> = BTreeMap::new();
    let mut scholen = Vec::new();
    for source in sources {
        let file = &source.name;
        let found: Bestand = toml::from_str(&source.text).map_err(|e| tekst(file, e))?;
        if let Some(jaar) = found.schooljaar {
            jaren.push(periode(file, &jaar.naam, &jaar.van, &jaar.tot)?);
        }
        for vakantie in found.vakantie {
            let one = periode(file, &vakantie.naam, &vakantie.van, &vakantie.tot)?;
            if vakantie.regio.is_empty() {
                return Err(KalenderFout::Periode {
                    bestand: file.clone(),
                    naam: one.naam,
                });
            }
            for regio in vakantie.regio {
                vakanties.entry(regio).or_default().push(one.clone());
            }
        }
        scholen.extend(found.school.into_iter().map(|school| (file, school)));
    }
    jaren.sort_by_key(|jaar| jaar.van);
    for pair in jaren.windows(2) {
        if let [before, after] = pair
            && after.van != before.tot.plus(1)
        {
            return Err(KalenderFout::Aansluiting {
                naam: after.naam.clone(),
            });
        }
    }
    let (Some(first), Some(last)) = (jaren.first(), jaren.last()) else {
        return Err(KalenderFout::Leeg);
    };
    let make = |holidays: &[Periode], off: &BTreeSet<Dag>| {
        Kalender::nieuw(first.van, last.tot, |dag| {
            off.contains(&dag) || holidays.iter().any(|p| p.van <= dag && dag <= p.tot)
        })
    };
    let mut all = Kalenders {
        kalenders: Vec::new(),
        regios: BTreeMap::new(),
        scholen: BTreeMap::new(),
        anders: None,
    };
    for regio in [Regio::Noord, Regio::Midden, Regio::Zuid] {
        all.regios.insert(regio, all.kalenders.len());
        let holidays = vakanties.get(&regio).map_or(&[][..], Vec::as_slice);
        all.kalenders.push(make(holidays, &BTreeSet::new()));
    }
    for (file, school) in scholen {
        let brin: Brin = school.brin.parse().map_err(|e| tekst(file, e))?;
        if all.scholen.contains_key(&brin) {
            return Err(KalenderFout::Dubbel {
                bestand: file.clone(),
                brin,
            });
        }
        if school.vakantie.is_empty() && school.vrij.is_empty() {
            // What has nothing of its own shares the table of its region.
            if let Some(at) = all.regios.get(&school.regio) {
                all.scholen.insert(brin, *at);
            }
            continue;
        }
        let off = school.vrij.iter().map(|text| text.parse::<Dag>());
        let off: BTreeSet<Dag> = off.collect::<Result<_, _>>().map_err(|e| tekst(file, e))?;
        let own: Result<Vec<Periode>, _> = (school.vakantie.iter())
            .map(|v| periode(file, &v.naam, &v.van, &v.tot))
            .collect();
        let regional = vakanties.get(&school.regio).map_or(&[][..], Vec::as_slice);
        all.scholen.insert(brin, all.kalenders.len());
        all.kalenders.push(make(&van_school(regional, own?), &off));
    }
    Ok(all)
}
