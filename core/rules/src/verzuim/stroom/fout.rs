//! What can be wrong with a line or a file of registrations. Never holds a value: a line, a column, and what to do.

use serde::Serialize;

use super::super::posten::Afwijzing;
use super::velden::Kolom;
use crate::explain::Taal;

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fout {
    /// A quote that is not closed on the line.
    Aanhaling,
    /// More or fewer fields than the header has columns.
    AantalVelden,
    /// The line is not one JSON object with known, single keys.
    Json,
    /// The line is longer than any registration is.
    TeLang,
    /// A field that must be there is empty.
    Ontbreekt,
    /// A field is not written as it should be.
    Vorm,
    /// Birth date, sector or startkwalificatie differ from an earlier line of the same pupil.
    AndereLeerling,
    /// The pupil comes after a pupil with a higher number: the file is not in pupil order.
    Volgorde,
    /// One pupil has more lines than a pupil can have.
    TeVeel,
    /// Who sends it does not speak for this school, or nobody knows which party the school is.
    AndereSchool,
    /// The rules refuse the registration.
    Afgewezen(Afwijzing),
}

/// A line that was not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegelFout {
    /// The line, from 1.
    pub regel: u64,
    /// The column, when one is to blame.
    pub kolom: Option<Kolom>,
    /// What is wrong.
    pub fout: Fout,
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KopFout {
    /// The header has a name that is no column.
    #[error("column {0} of the header is not known; docs/verzuim.md lists the names")]
    Onbekend(usize),
    /// The header has a name twice.
    #[error("column {0} of the header is there twice; keep one")]
    Dubbel(usize),
    /// The header lacks a column that must be there.
    #[error("the header has no column {}; docs/verzuim.md lists what must be there", .0.naam())]
    Ontbreekt(Kolom),
    /// The text is not UTF-8.
    #[error("the file is not in UTF-8; save it as UTF-8")]
    Codering,
}

impl Fout {
    /// The fault as a word.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Aanhaling => "aanhaling",
            Self::AantalVelden => "aantal-velden",
            Self::Json => "json",
            Self::TeLang => "te-lang",
            Self::Ontbreekt => "ontbreekt",
            Self::Vorm => "vorm",
            Self::AndereLeerling => "andere-leerling",
            Self::Volgorde => "volgorde",
            Self::TeVeel => "te-veel",
            Self::AndereSchool => "andere-school",
            Self::Afgewezen(reden) => reden.slug(),
        }
    }

    /// The fault in a sentence, with what to do.
    #[must_use]
    pub const fn zin(self, taal: Taal) -> &'static str {
        let (nl, en) = self.zinnen();
        match taal {
            Taal::Nl => nl,
            Taal::En => en,
        }
    }

    const fn zinnen(self) -> (&'static str, &'static str) {
        match self {
            Self::Aanhaling => (
                "een aanhalingsteken wordt op deze regel niet gesloten; sluit het, een veld mag geen nieuwe regel bevatten",
                "a quote is not closed on this line; close it, a field may not contain a new line",
            ),
            Self::AantalVelden => (
                "het aantal velden is anders dan in de kop; vul de regel aan",
                "the number of fields differs from the header; complete the line",
            ),
            Self::Json => (
                "geen JSON-object met alleen bekende sleutels, elk één keer",
                "not a JSON object with known keys only, each once",
            ),
            Self::TeLang => (
                "de regel is te lang voor een registratie",
                "the line is too long for a registration",
            ),
            Self::Ontbreekt => (
                "het veld is leeg en mag dat niet zijn",
                "the field is empty and must not be",
            ),
            Self::Vorm => (
                "het veld is anders geschreven dan docs/verzuim.md zegt",
                "the field is not written as docs/verzuim.md says",
            ),
            Self::AndereLeerling => (
                "het gegeven verschilt van een eerdere regel van dezelfde leerling",
                "the field differs from an earlier line of the same pupil",
            ),
            Self::Volgorde => (
                "niet op volgorde van leerling; sorteer het bestand op de kolom leerling (LC_ALL=C)",
                "not in pupil order; sort the file on the column leerling (LC_ALL=C)",
            ),
            Self::TeVeel => ("te veel regels van één leerling", "too many lines of one pupil"),
            Self::AndereSchool => (
                "deze koppeling spreekt niet voor deze school; kijk bij partijen, mandaat en [verzuim.scholen]",
                "this connection does not speak for this school; look at partijen, mandaat and [verzuim.scholen]",
            ),
            Self::Afgewezen(reden) => match reden {
                Afwijzing::OnbekendeSchool => (
                    "geen kalender noemt deze school; voeg haar toe of geef --regio",
                    "no calendar names this school; add it or give --regio",
                ),
                Afwijzing::BuitenKalender => (
                    "de dag valt buiten de schooljaren van de kalender; voeg het schooljaar toe",
                    "the day lies outside the school years of the calendar; add the school year",
                ),
                Afwijzing::GeenSchooldag => (
                    "de school geeft op deze dag of in deze periode geen les",
                    "the school does not teach on this day or in this period",
                ),
                Afwijzing::NaPeildatum => ("de dag ligt na de peildatum", "the day lies after the day of reckoning"),
                Afwijzing::Periode => (
                    "de periode eindigt voor zij begint, duurt te lang, of hoort niet bij deze soort",
                    "the period ends before it begins, is too long, or does not belong to this kind",
                ),
                Afwijzing::Uren => (
                    "ongeoorloofd verzuim heeft uren nodig, en een dag heeft er 24",
                    "unauthorised absence needs hours, and a day has 24",
                ),
                Afwijzing::Dubbel => (
                    "dit registratienummer is bij deze leerling al gebruikt",
                    "this registration number was used before for this pupil",
                ),
                Afwijzing::VervangtNiets => (
                    "wat hier wordt vervangen of ingetrokken, is er niet of niet meer",
                    "what is replaced or taken back here is not there, or not any more",
                ),
            },
        }
    }
}

impl Serialize for Fout {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.slug())
    }
}
