//! The matrix by category of article 5.1: what an independent reading of the covenant can be laid beside.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::{Cel, Matrix, Stand};
use crate::ids::{IdError, Taak};

/// A category of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Categorie {
    /// A letter of article 5.1, `a` to `i`, without its free text.
    Letter(char),
    /// Free text and attachments, whatever their letter.
    Vrij,
    /// What article 5.1 does not list.
    Buiten,
}

impl Categorie {
    const fn of(cel: &Cel) -> Self {
        match (cel.vrij, cel.letter) {
            (true, _) => Self::Vrij,
            (false, '-') => Self::Buiten,
            (false, letter) => Self::Letter(letter),
        }
    }
}

impl fmt::Display for Categorie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Letter(letter) => write!(f, "{letter}"),
            Self::Vrij => f.write_str("vrij"),
            Self::Buiten => f.write_str("buiten"),
        }
    }
}

impl FromStr for Categorie {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        let mut letters = s.chars();
        match (s, letters.next(), letters.next()) {
            ("vrij", ..) => Ok(Self::Vrij),
            ("buiten", ..) => Ok(Self::Buiten),
            (_, Some(letter @ 'a'..='i'), None) => Ok(Self::Letter(letter)),
            _ => Err(IdError {
                what: "categorie",
                why: "it is a letter a to i, `vrij` or `buiten`",
            }),
        }
    }
}

/// Where a cell by category stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CategoriePlek {
    /// Consultation.
    pub overleg: String,
    /// Who gives.
    pub van: Taak,
    /// Who receives.
    pub naar: Taak,
    /// Phase.
    pub fase: String,
    /// Category.
    pub categorie: Categorie,
}

/// Per category the most that may go of any of its elements inside the covenant, handovers too. What is not in it, never
/// goes. The other channels have lists of their own, which letters do not tell apart.
#[must_use]
pub fn per_categorie(matrix: &Matrix) -> BTreeMap<CategoriePlek, Stand> {
    let mut out: BTreeMap<CategoriePlek, Stand> = BTreeMap::new();
    for (plek, cel) in matrix.cellen.iter().filter(|(plek, _)| plek.binnen_convenant()) {
        let plek = CategoriePlek {
            overleg: plek.overleg.to_string(),
            van: plek.van,
            naar: plek.naar,
            fase: plek.fase.to_string(),
            categorie: Categorie::of(cel),
        };
        let slot = out.entry(plek).or_default();
        *slot = (*slot).max(cel.stand());
    }
    out
}
