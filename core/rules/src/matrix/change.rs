//! What differs between two matrices: each cell, and whether more or less may go.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Cel, Doorgang, Matrix, Plek};
use crate::event::Bericht;

/// How a cell changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Aard {
    /// More may go, or under fewer conditions.
    Ruimer,
    /// Less may go, or under more conditions.
    Smaller,
    /// More in one way and less in another.
    Anders,
    /// The same may go, by another rule, article or basis.
    Onderbouwing,
}

impl Aard {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ruimer => "ruimer",
            Self::Smaller => "smaller",
            Self::Anders => "anders",
            Self::Onderbouwing => "onderbouwing",
        }
    }
}

/// A cell that differs.
#[derive(Debug, Clone)]
pub struct Verschil<'m> {
    /// Where.
    pub plek: &'m Plek,
    /// How.
    pub aard: Aard,
    /// Before; `None`: nothing went.
    pub oud: Option<&'m Cel>,
    /// After; `None`: nothing goes.
    pub nieuw: Option<&'m Cel>,
}

/// Every cell that differs, in order of its place.
#[must_use]
pub fn changes<'m>(oud: &'m Matrix, nieuw: &'m Matrix) -> Vec<Verschil<'m>> {
    let places: BTreeSet<&Plek> = oud.cellen.keys().chain(nieuw.cellen.keys()).collect();
    places
        .into_iter()
        .filter_map(|plek| {
            let (a, b) = (oud.cellen.get(plek), nieuw.cellen.get(plek));
            aard(a, b).map(|aard| Verschil {
                plek,
                aard,
                oud: a,
                nieuw: b,
            })
        })
        .collect()
}

type Way<'c> = (Bericht, &'c str, &'c Doorgang);

fn ways(cel: Option<&Cel>) -> Vec<Way<'_>> {
    let mut out = Vec::new();
    for variant in cel.into_iter().flat_map(|c| &c.varianten) {
        for (bericht, doelen) in &variant.bij {
            out.extend(doelen.iter().map(|doel| (*bericht, &**doel, &variant.doorgang)));
        }
    }
    out
}

/// Whether everything the second lets pass, the first does too.
fn covers(wide: &[Way<'_>], narrow: &[Way<'_>]) -> bool {
    narrow
        .iter()
        .all(|(b, d, how)| wide.iter().any(|(x, y, at)| x == b && y == d && at.at_least(how)))
}

fn aard(oud: Option<&Cel>, nieuw: Option<&Cel>) -> Option<Aard> {
    let (a, b) = (ways(oud), ways(nieuw));
    match (covers(&b, &a), covers(&a, &b)) {
        (true, false) => Some(Aard::Ruimer),
        (false, true) => Some(Aard::Smaller),
        (false, false) => Some(Aard::Anders),
        (true, true) => {
            let why = |cel: Option<&Cel>| {
                let all = cel.map(|c| &c.varianten).into_iter().flatten();
                all.fold((BTreeSet::new(), BTreeSet::new(), BTreeSet::new()), |mut all, v| {
                    all.0.extend(v.regels.iter().cloned());
                    all.1.extend(v.artikelen.iter().cloned());
                    all.2.extend(v.grondslagen.iter().cloned());
                    all
                })
            };
            (why(oud) != why(nieuw)).then_some(Aard::Onderbouwing)
        }
    }
}
