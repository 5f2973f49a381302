//! Age on a day, and who must consent at that age (footnote 53; articles 13.1 and 6).
//!
//! Footnote 53 says who exercises the *rights* of article 13: under 12 the representative, from 12 to 15 both, from 16
//! the young person alone. Using the same ages for *consent* is our interpretation; article 6.b only says "the
//! betrokkene or the legal representative". For rights, "both" is each of them; for consent it is both together.
//!
//! Three things follow from reading consent at the moment of sending:
//! - A consent is judged twice: on the day a signature completed it, and on the day of the transfer. What was not
//!   enough when it was given does not become enough by a birthday.
//! - A representative's consent is outgrown on the twelfth birthday: *te vernieuwen*. A consent that the young person
//!   set from 12 on, together with the representative, is the young person's own and stays good at 16.
//! - Who is born on 29 February has a birthday on 1 March in other years.

use jiff::civil::Date;
use jiff::{Span, civil};

/// From this birthday the young person consents too.
pub const SAMEN_VANAF: u8 = 12;

/// From this birthday the young person consents alone.
pub const ALLEEN_VANAF: u8 = 16;

/// How many days ahead an operator sees a consent outgrown.
pub const VOORUITZICHT_DAGEN: u16 = 30;

/// Whole years on a day; none before birth and above 130.
#[must_use]
pub fn leeftijd(geboren: Date, dag: Date) -> Option<u8> {
    let had = (dag.month(), dag.day()) >= (geboren.month(), geboren.day());
    let years = dag.year().checked_sub(geboren.year())?.checked_sub(i16::from(!had))?;
    u8::try_from(years).ok().filter(|years| *years <= 130)
}

/// The day somebody becomes that many years old; `None` beyond the calendar.
#[must_use]
pub fn verjaardag(geboren: Date, jaren: u8) -> Option<Date> {
    let year = geboren.year().checked_add(i16::from(jaren))?;
    civil::Date::new(year, geboren.month(), geboren.day())
        .or_else(|_| civil::Date::new(year, 3, 1))
        .ok()
}

/// In whose hands something about the young person is, in a capacity that was established.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rol {
    /// The young person.
    Jongere,
    /// A parent with authority, or a guardian (1.14).
    Vertegenwoordiger,
    /// A parent without authority: no say.
    OuderZonderGezag,
}

/// Who has a say at an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zeggenschap {
    /// Under 12. The young person is heard (13.3), which is not a say.
    Vertegenwoordiger,
    /// 12 up to and including 15.
    Beiden,
    /// From 16.
    Jongere,
}

impl Zeggenschap {
    /// At an age in whole years.
    #[must_use]
    pub const fn bij(jaren: u8) -> Self {
        match jaren {
            0..SAMEN_VANAF => Self::Vertegenwoordiger,
            SAMEN_VANAF..ALLEEN_VANAF => Self::Beiden,
            _ => Self::Jongere,
        }
    }

    /// Whether this role has a say, alone or with the other. For the rights of article 13 that is all that is needed.
    #[must_use]
    pub const fn heeft(self, rol: Rol) -> bool {
        match rol {
            Rol::Jongere => !matches!(self, Self::Vertegenwoordiger),
            Rol::Vertegenwoordiger => !matches!(self, Self::Jongere),
            Rol::OuderZonderGezag => false,
        }
    }

    /// Whose consent is missing; `None` when nobody's is.
    const fn tekort(self, jongere: bool, vertegenwoordiger: bool) -> Option<Tekort> {
        match self {
            Self::Jongere | Self::Beiden if !jongere => Some(Tekort::Jongere),
            Self::Vertegenwoordiger | Self::Beiden if !vertegenwoordiger => Some(Tekort::Vertegenwoordiger),
            _ => None,
        }
    }
}

/// One signature under a consent: who, and on which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instemming {
    /// Who.
    pub door: Rol,
    /// On which day, in writing (6.c).
    pub op: Date,
}

/// Why the signatures under a consent are not enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tekort {
    /// Nobody had signed on that day.
    NogNietGegeven,
    /// The young person's is missing.
    Jongere,
    /// The representative's is missing.
    Vertegenwoordiger,
    /// Only somebody without a say signed.
    GeenZeggenschap,
    /// Not born yet on that day, or older than anybody: the date of birth is wrong.
    Geboortedatum,
}

/// What a consent is worth on a day, as far as age goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Geldigheid {
    /// By the right persons.
    Voldoende,
    /// It was good, and was outgrown on this day.
    TeVernieuwen {
        /// The birthday that did it.
        sinds: Date,
    },
    /// It never was good.
    Onvoldoende(Tekort),
    /// The parents disagree, on record: a person decides.
    MensBeslist,
}

/// What the signatures are worth on `dag`. `ouders_oneens`: a disagreement between parents is on record; it counts while
/// parents have a say.
///
/// Signatures after `dag` do not count yet, and each counts only when its signer had a say on the day of signing.
#[must_use]
pub fn beoordeel(geboren: Date, onder: &[Instemming], ouders_oneens: bool, dag: Date) -> Geldigheid {
    let Some(nu) = leeftijd(geboren, dag) else {
        return Geldigheid::Onvoldoende(Tekort::Geboortedatum);
    };
    if ouders_oneens && Zeggenschap::bij(nu).heeft(Rol::Vertegenwoordiger) {
        return Geldigheid::MensBeslist;
    }
    let stand = match Stand::op(geboren, onder, dag) {
        Ok(stand) => stand,
        Err(tekort) => return Geldigheid::Onvoldoende(tekort),
    };
    match stand.ontgroeid_op(geboren) {
        Some(sinds) if sinds <= dag => Geldigheid::TeVernieuwen { sinds },
        _ => Geldigheid::Voldoende,
    }
}

/// The day on which a consent that is good on `dag` will be outgrown; `None` when it is not good, or never will be.
#[must_use]
pub fn te_vernieuwen_op(geboren: Date, onder: &[Instemming], dag: Date) -> Option<Date> {
    let day = Stand::op(geboren, onder, dag).ok()?.ontgroeid_op(geboren)?;
    (day > dag).then_some(day)
}

/// As [`te_vernieuwen_op`], when that day is at most `dagen` days away: see [`VOORUITZICHT_DAGEN`].
#[must_use]
pub fn binnenkort_te_vernieuwen(geboren: Date, onder: &[Instemming], dag: Date, dagen: u16) -> Option<Date> {
    let last = dag.checked_add(Span::new().days(dagen)).ok()?;
    te_vernieuwen_op(geboren, onder, dag).filter(|day| *day <= last)
}

/// The signatures that count, complete on the day of the last.
struct Stand {
    compleet_op: Date,
    jongere: bool,
    vertegenwoordiger: bool,
}

impl Stand {
    /// As it stood after the last signature that made the consent complete; otherwise what is missing today.
    fn op(geboren: Date, onder: &[Instemming], dag: Date) -> Result<Self, Tekort> {
        onder
            .iter()
            .filter(|i| i.op <= dag)
            .filter_map(|i| Self::na(geboren, onder, i.op).ok())
            .max_by_key(|stand| stand.compleet_op)
            .map_or_else(|| Self::na(geboren, onder, dag), Ok)
    }

    /// With the signatures up to and including a day.
    fn na(geboren: Date, onder: &[Instemming], dag: Date) -> Result<Self, Tekort> {
        let zeg = |op| leeftijd(geboren, op).map(Zeggenschap::bij).ok_or(Tekort::Geboortedatum);
        let mut stand: Option<Self> = None;
        let mut signed = false;
        for instemming in onder.iter().filter(|i| i.op <= dag) {
            signed = true;
            if !zeg(instemming.op)?.heeft(instemming.door) {
                continue;
            }
            let stand = stand.get_or_insert(Self {
                compleet_op: instemming.op,
                jongere: false,
                vertegenwoordiger: false,
            });
            stand.compleet_op = stand.compleet_op.max(instemming.op);
            stand.jongere |= instemming.door == Rol::Jongere;
            stand.vertegenwoordiger |= instemming.door == Rol::Vertegenwoordiger;
        }
        let stand = stand.ok_or(if signed {
            Tekort::GeenZeggenschap
        } else {
            Tekort::NogNietGegeven
        })?;
        match zeg(stand.compleet_op)?.tekort(stand.jongere, stand.vertegenwoordiger) {
            Some(tekort) => Err(tekort),
            None => Ok(stand),
        }
    }

    /// The first birthday after completion on which the signatures are no longer those that the age asks for.
    fn ontgroeid_op(&self, geboren: Date) -> Option<Date> {
        [SAMEN_VANAF, ALLEEN_VANAF].into_iter().find_map(|jaren| {
            let day = verjaardag(geboren, jaren)?;
            let tekort = Zeggenschap::bij(jaren).tekort(self.jongere, self.vertegenwoordiger);
            (day > self.compleet_op && tekort.is_some()).then_some(day)
        })
    }
}
