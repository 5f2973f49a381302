//! What each consent of a case is worth on a day: withdrawn, expired, outgrown, by the wrong person, or good.

use jiff::civil::Date;

use super::super::{Feit, Intrekking, LeeftijdFeit, OudersOneens, Toestemming};
use super::ToestemmingGeldig;
use crate::leeftijd::{self, Geldigheid, Instemming, Rol, VOORUITZICHT_DAGEN, Zeggenschap};

/// What of the facts bears on every consent of a case. Holds the date of birth: no `Debug`, and never kept.
pub(super) struct Persoon<'f> {
    geboren: Option<Date>,
    bekend: bool,
    oneens: bool,
    intrekkingen: Vec<&'f Intrekking>,
}

impl<'f> Persoon<'f> {
    /// From the facts that have begun by `dag`, in their order.
    pub(super) fn of(feiten: &[&'f Feit], dag: Date) -> Self {
        let mut out = Self {
            geboren: None,
            bekend: false,
            oneens: false,
            intrekkingen: Vec::new(),
        };
        for feit in feiten {
            match feit {
                // A sealed one that nobody opened is known to be there, and unknown.
                Feit::Leeftijd(LeeftijdFeit { geboren, .. }) => (out.geboren, out.bekend) = (*geboren, true),
                Feit::OudersOneens(OudersOneens { tot, .. }) => out.oneens = tot.is_none_or(|tot| tot >= dag),
                Feit::Intrekking(i) => out.intrekkingen.push(i),
                _ => {}
            }
        }
        out
    }

    /// Who has a say on the day; `None`: nobody knows.
    pub(super) fn zeggenschap(&self, dag: Date) -> Option<Zeggenschap> {
        leeftijd::leeftijd(self.geboren?, dag).map(Zeggenschap::bij)
    }

    /// What a consent is worth. One that names no signers was recorded before they were: it means what it meant then,
    /// until somebody records how old the young person is.
    pub(super) fn stand(&self, t: &Toestemming, tegenstrijdig: bool, dag: Date) -> ToestemmingGeldig {
        if self.intrekkingen.iter().any(|i| i.toestemming == t.id) {
            return ToestemmingGeldig::Ingetrokken;
        }
        if tegenstrijdig {
            return ToestemmingGeldig::Tegenstrijdig;
        }
        if t.geldig_tot.is_some_and(|tot| tot < dag) {
            return ToestemmingGeldig::Verlopen;
        }
        let Some(geboren) = self.geboren else {
            return match (self.oneens, t.door.is_empty() && !self.bekend) {
                (true, _) => ToestemmingGeldig::MensBeslist,
                (false, true) => ToestemmingGeldig::Aanwezig,
                (false, false) => ToestemmingGeldig::LeeftijdOnbekend,
            };
        };
        match leeftijd::beoordeel(geboren, &signed(t), self.oneens, dag) {
            Geldigheid::Voldoende => ToestemmingGeldig::Aanwezig,
            Geldigheid::TeVernieuwen { .. } => ToestemmingGeldig::Ontgroeid,
            Geldigheid::Onvoldoende(_) => ToestemmingGeldig::Onvoldoende,
            Geldigheid::MensBeslist => ToestemmingGeldig::MensBeslist,
        }
    }

    /// The day on which a consent that is good today ends: expires, or is outgrown; when that is soon.
    fn eindigt(&self, t: &Toestemming, dag: Date) -> Option<(Date, Einde)> {
        let soon = |day: &Date| {
            let last = dag.checked_add(jiff::Span::new().days(VOORUITZICHT_DAGEN));
            last.is_ok_and(|last| *day <= last)
        };
        let expires = t.geldig_tot.filter(soon).map(|day| (day, Einde::Verloopt));
        let outgrown = self
            .geboren
            .and_then(|g| leeftijd::binnenkort_te_vernieuwen(g, &signed(t), dag, VOORUITZICHT_DAGEN))
            .map(|day| (day, Einde::Ontgroeid));
        expires.into_iter().chain(outgrown).min_by_key(|(day, _)| *day)
    }
}

/// The signatures. Those of a consent of before are not known: taken for a representative's, the least that there was.
fn signed(t: &Toestemming) -> Vec<Instemming> {
    if t.door.is_empty() {
        return vec![Instemming {
            door: Rol::Vertegenwoordiger,
            op: t.schriftelijk_op,
        }];
    }
    t.door.iter().map(super::super::Ondertekening::instemming).collect()
}

/// How a consent will end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Einde {
    /// Its last day comes.
    Verloopt,
    /// The young person gets a say, or the only say.
    Ontgroeid,
}

/// A consent of the register as it stands on a day. The day on which it is outgrown is a birthday: whoever shows this
/// leaves that one out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registerregel<'f> {
    /// The consent.
    pub toestemming: &'f Toestemming,
    /// What it is worth.
    pub stand: ToestemmingGeldig,
    /// How it ends within [`VOORUITZICHT_DAGEN`], and after how many days; none when it is not good today, or lasts.
    pub eindigt: Option<(Einde, u16)>,
}

/// Every consent of a case on a day, in the order of recording: the register, for who keeps it. Those that begin later
/// are among them, as not yet given.
#[must_use]
pub fn register<'f>(feiten: impl IntoIterator<Item = &'f Feit>, casus: &str, dag: Date) -> Vec<Registerregel<'f>> {
    let all: Vec<&Feit> = feiten.into_iter().filter(|f| f.casus() == Some(casus)).collect();
    let begun = begun(&all, dag);
    let persoon = Persoon::of(&begun, dag);
    let consents = || {
        all.iter()
            .filter_map(|f| if let Feit::Toestemming(t) = f { Some(t) } else { None })
    };
    consents()
        .map(|t| {
            let stand = persoon.stand(t, contradicts(consents(), t), dag);
            let eindigt = (stand == ToestemmingGeldig::Aanwezig)
                .then(|| persoon.eindigt(t, dag))
                .flatten()
                .and_then(|(day, how)| Some((how, u16::try_from(day.since(dag).ok()?.get_days()).ok()?)));
            Registerregel {
                toestemming: t,
                stand,
                eindigt,
            }
        })
        .collect()
}

/// Whether another record gives this id to another consent: nobody knows then what was agreed to.
pub(super) fn contradicts<'f>(mut all: impl Iterator<Item = &'f Toestemming>, t: &Toestemming) -> bool {
    all.any(|other| other.id == t.id && !other.zelfde_als(t))
}

fn begun<'f>(all: &[&'f Feit], dag: Date) -> Vec<&'f Feit> {
    let mut out: Vec<&Feit> = all.iter().copied().filter(|f| f.ingang() <= dag).collect();
    out.sort_by_key(|f| f.ingang());
    out
}

/// Whether the persons who signed are those whom the age asks, on the day of recording: `None` when they are, or the age
/// is not known.
#[must_use]
pub fn verkeerde_persoon<'f>(
    feiten: impl IntoIterator<Item = &'f Feit>,
    t: &Toestemming,
    dag: Date,
) -> Option<Zeggenschap> {
    let all: Vec<&Feit> = feiten
        .into_iter()
        .filter(|f| f.casus() == Some(t.casus.as_str()))
        .collect();
    let geboren = Persoon::of(&begun(&all, dag), dag).geboren?;
    let stand = leeftijd::beoordeel(geboren, &signed(t), false, dag);
    if stand == Geldigheid::Voldoende {
        return None;
    }
    leeftijd::leeftijd(geboren, dag)
        .map(Zeggenschap::bij)
        .or(Some(Zeggenschap::Vertegenwoordiger))
}
