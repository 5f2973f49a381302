//! Why a cell is suppressed: for the source and its FG in full, for the receiver in one sentence that tells nothing.

use super::Drempel;
use super::label::{Periode, Plaats};
use crate::explain::Taal;

/// Why a cell is not shown. Stays at the source: to a receiver it would be a bound on the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reden {
    /// Primary: fewer pupils than the threshold, zero included.
    OnderDrempel,
    /// Primary: the place has so few pupils that it counts as a person.
    KleinePlaats,
    /// Primary: every pupil of the place is counted, so it tells about each of them.
    Iedereen,
    /// Complementary: with it, a primary cell could be recomputed.
    Aanvullend,
}

impl Reden {
    /// All reasons.
    pub const ALL: [Self; 4] = [Self::OnderDrempel, Self::KleinePlaats, Self::Iedereen, Self::Aanvullend];

    /// Whether the cell is suppressed for its own count, and not for another's.
    #[must_use]
    pub const fn is_primair(self) -> bool {
        !matches!(self, Self::Aanvullend)
    }

    /// Stable id.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::OnderDrempel => "onder-drempel",
            Self::KleinePlaats => "kleine-plaats",
            Self::Iedereen => "iedereen",
            Self::Aanvullend => "aanvullend",
        }
    }

    /// What it rests on. The covenant sets no threshold: the number is a choice of this house (decision 0009).
    #[must_use]
    pub const fn artikel(self) -> &'static str {
        match self {
            Self::OnderDrempel | Self::Aanvullend => "7.1, 14.3; AVG overweging 26",
            Self::KleinePlaats | Self::Iedereen => "14.3; AVG overweging 26",
        }
    }

    /// In words.
    #[must_use]
    pub fn uitleg(self, drempel: Drempel, taal: Taal) -> String {
        let d = drempel.leerlingen();
        let k = drempel.klein();
        match (self, taal) {
            (Self::OnderDrempel, Taal::Nl) => format!(
                "Hier zijn minder dan {d} leerlingen geteld. Ook nul wordt niet getoond: dat zegt iets over iedereen die er wel is."
            ),
            (Self::OnderDrempel, Taal::En) => format!(
                "Fewer than {d} pupils are counted here. Zero is not shown either: it tells something about everybody there."
            ),
            (Self::KleinePlaats, Taal::Nl) => {
                format!("Hier zitten minder dan {k} leerlingen: een telling gaat dan over personen.")
            }
            (Self::KleinePlaats, Taal::En) => {
                format!("There are fewer than {k} pupils here: a count is then about persons.")
            }
            (Self::Iedereen, Taal::Nl) => {
                "Alle leerlingen zijn hier geteld: de telling zegt dan iets over ieder van hen.".to_owned()
            }
            (Self::Iedereen, Taal::En) => {
                "All pupils are counted here: the count then tells something about each of them.".to_owned()
            }
            (Self::Aanvullend, Taal::Nl) => {
                "Met dit getal zou een ander, te klein getal door aftrekken te vinden zijn.".to_owned()
            }
            (Self::Aanvullend, Taal::En) => {
                "With this number, another one that is too small could be found by subtraction.".to_owned()
            }
        }
    }
}

/// What a receiver is told about every mark alike.
#[must_use]
pub fn voor_de_ontvanger(drempel: Drempel, taal: Taal) -> String {
    let d = drempel.leerlingen();
    match taal {
        Taal::Nl => format!(
            "Een getal dat niet is getoond, telt minder dan {d} leerlingen of juist iedereen, of zou zo'n getal elders in de tabel verraden. Wat van dit alles wordt niet gezegd."
        ),
        Taal::En => format!(
            "A number that is not shown counts fewer than {d} pupils or all of them, or would give such a number away elsewhere in the table. Which of these is not told."
        ),
    }
}

/// Per suppressed cell why: for the source and its FG. It is not part of what leaves, and cannot be written out with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verantwoording {
    drempel: Drempel,
    redenen: Vec<(Plaats, Option<Periode>, Reden)>,
}

impl Verantwoording {
    pub(super) const fn new(drempel: Drempel, redenen: Vec<(Plaats, Option<Periode>, Reden)>) -> Self {
        Self { drempel, redenen }
    }

    /// The suppressed cells, in the order of the table; no period is the total.
    #[must_use]
    pub fn redenen(&self) -> &[(Plaats, Option<Periode>, Reden)] {
        &self.redenen
    }

    /// Why this cell is suppressed; `None` when it is shown.
    #[must_use]
    pub fn waarom(&self, plaats: Plaats, periode: Option<Periode>) -> Option<Reden> {
        let found = |(p, t, _): &&(Plaats, Option<Periode>, Reden)| *p == plaats && *t == periode;
        self.redenen.iter().find(found).map(|(_, _, reden)| *reden)
    }

    /// One line per suppressed cell: where, why, article.
    #[must_use]
    pub fn regels(&self, taal: Taal) -> Vec<String> {
        self.redenen
            .iter()
            .map(|(plaats, periode, reden)| {
                let when = periode.map_or_else(
                    || match taal {
                        Taal::Nl => "totaal".to_owned(),
                        Taal::En => "total".to_owned(),
                    },
                    |periode| periode.to_string(),
                );
                let kind = match (reden.is_primair(), taal) {
                    (true, Taal::Nl) => "primair",
                    (true, Taal::En) => "primary",
                    (false, Taal::Nl) => "aanvullend",
                    (false, Taal::En) => "complementary",
                };
                let text = reden.uitleg(self.drempel, taal);
                format!("{plaats}, {when}: {kind}. {text} ({})", reden.artikel())
            })
            .collect()
    }
}
