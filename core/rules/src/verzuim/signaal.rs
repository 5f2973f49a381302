//! What the rules find: a signal with its rule, its article, its evidence, and what may follow.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use super::dag::Dag;
use super::registratie::RegistratieId;
use crate::ids::{Brin, Taak};

/// The rule that made a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Regel {
    /// Relatief verzuim, first limb: 16 unauthorised hours within 4 school weeks.
    RelatiefUren,
    /// Relatief verzuim, second limb: 4 sick reports within 12 school weeks.
    RelatiefZiekmeldingen,
    /// Relatief verzuim, second limb: absent on 7 consecutive school days.
    RelatiefAaneengesloten,
    /// Luxe verzuim: a holiday outside the school holidays.
    Luxe,
    /// 18 to 23 without startkwalificatie, 4 consecutive weeks or more, by the school acts.
    LangdurigSchool,
    /// 18 to 23 without startkwalificatie, more than 4 consecutive weeks, by the WEB.
    LangdurigMbo,
    /// An mbo student removed who has no startkwalificatie, to 23.
    VerwijderingMbo,
    /// Suspected or frequent absence below the limit, after consulting leerplicht.
    Overig,
    /// A thuiszitter.
    Thuiszitter,
}

impl Regel {
    /// All rules.
    pub const ALL: [Self; 9] = [
        Self::RelatiefUren,
        Self::RelatiefZiekmeldingen,
        Self::RelatiefAaneengesloten,
        Self::Luxe,
        Self::LangdurigSchool,
        Self::LangdurigMbo,
        Self::VerwijderingMbo,
        Self::Overig,
        Self::Thuiszitter,
    ];

    /// The id of the rule.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::RelatiefUren => "relatief-16-uur",
            Self::RelatiefZiekmeldingen => "relatief-ziekmeldingen",
            Self::RelatiefAaneengesloten => "relatief-aaneengesloten",
            Self::Luxe => "luxe",
            Self::LangdurigSchool => "langdurig-school",
            Self::LangdurigMbo => "langdurig-mbo",
            Self::VerwijderingMbo => "verwijdering-mbo",
            Self::Overig => "overig",
            Self::Thuiszitter => "thuiszitter",
        }
    }

    /// The articles it rests on: of the covenant, then of the statute.
    #[must_use]
    pub const fn artikel(self) -> &'static str {
        match self {
            Self::RelatiefUren => "1.16, 4.3; Leerplichtwet 21a",
            Self::RelatiefZiekmeldingen | Self::RelatiefAaneengesloten => "1.16, voetnoot 33",
            Self::Luxe => "4.3; Leerplichtwet 21a",
            Self::LangdurigSchool => "4.3; onderwijswetten (vo, vso)",
            Self::LangdurigMbo => "4.3; WEB 8.1.8a",
            Self::VerwijderingMbo => "4.3",
            Self::Overig => "4.3, voetnoot 41",
            Self::Thuiszitter => "1.18, 5.6, voetnoot 48",
        }
    }

    /// Whether it is relative absence in the sense of 1.16, both limbs.
    #[must_use]
    pub const fn is_relatief(self) -> bool {
        matches!(
            self,
            Self::RelatiefUren | Self::RelatiefZiekmeldingen | Self::RelatiefAaneengesloten
        )
    }
}

impl fmt::Display for Regel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Serialize for Regel {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.id())
    }
}

/// What follows from a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vervolg {
    /// The school must report to DUO.
    MeldenDuo,
    /// The school must report to rmc.
    MeldenRmc,
    /// Without a recorded suspicion it stays inside the school.
    AlleenSchool,
    /// Ill: the jeugdarts looks first, under the basis of jgz.
    JeugdartsEerst,
    /// Leerplicht is consulted first; then it may be reported as *overig*, or go to a casusoverleg.
    OverlegLeerplicht,
    /// It may be reported to DUO as *overig*, for leerplicht was consulted.
    MagAlsOverig,
    /// It may enter the thuiszitterstafel.
    MagNaarThuiszitterstafel,
}

/// A bill that is a switch: dated, off by default. *Wams* touches no rule of absence, so it has no switch here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wetsvoorstel {
    /// *Terugdringen verzuim*: nothing about authorised absence of a person to leerplicht and SWV, save worrying absence
    /// to leerplicht; the SWV sees DUO's register of unauthorised absence.
    TerugdringenVerzuim,
}

/// Which bills are law, and since when. Off unless a day is given.
#[derive(Clone, Copy, Default, Debug)]
pub struct Wetsvoorstellen {
    /// In force from this day.
    pub terugdringen_verzuim: Option<Dag>,
}

/// Something the rules found. Its `Debug` shows the rule and how many registrations made it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Signaal {
    /// The rule.
    pub regel: Regel,
    /// The school, with the branch.
    #[serde(serialize_with = "tekst")]
    pub school: Brin,
    /// The first day that counts.
    pub begin: Dag,
    /// The day on which the limit was reached.
    pub bereikt: Dag,
    /// The last day so far of an unbroken absence; for a thuiszitter the first day on which it is no more.
    pub einde: Option<Dag>,
    /// What follows.
    pub vervolg: Vervolg,
    /// The last day on which a mandatory report is in time, in Europe/Amsterdam.
    pub termijn: Option<Dag>,
    /// The registrations that made it, by their numbers; records of consultation last.
    pub bewijs: Vec<RegistratieId>,
    /// The bills in force that touch it.
    pub wetsvoorstellen: &'static [Wetsvoorstel],
}

fn tekst<S: Serializer>(value: &impl fmt::Display, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(value)
}

impl fmt::Debug for Signaal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signaal({}, {} registraties)", self.regel, self.bewijs.len())
    }
}

impl Signaal {
    /// Whether something about the pupil leaves the school by it, as a report that can be withdrawn.
    #[must_use]
    pub const fn is_melding(&self) -> bool {
        matches!(
            self.vervolg,
            Vervolg::MeldenDuo | Vervolg::MeldenRmc | Vervolg::MagAlsOverig
        )
    }

    /// The tasks that may learn of it, each under its own basis.
    #[must_use]
    pub fn naar(&self) -> &'static [Taak] {
        match self.vervolg {
            Vervolg::AlleenSchool => &[],
            Vervolg::MeldenRmc => &[Taak::Rmc],
            Vervolg::JeugdartsEerst => &[Taak::Jgz],
            Vervolg::OverlegLeerplicht => &[Taak::Leerplicht],
            Vervolg::MagAlsOverig => &[Taak::Duo],
            // With the bill the SWV reads unauthorised absence in DUO's register.
            Vervolg::MeldenDuo if self.regel == Regel::RelatiefUren && !self.wetsvoorstellen.is_empty() => {
                &[Taak::Duo, Taak::Samenwerkingsverband]
            }
            Vervolg::MeldenDuo => &[Taak::Duo],
            Vervolg::MagNaarThuiszitterstafel => &[Taak::Leerplicht, Taak::Samenwerkingsverband, Taak::Jgz],
        }
    }
}

impl Wetsvoorstellen {
    /// The bills in force on a day that touch a rule.
    pub(crate) fn van(self, regel: Regel, dag: Dag) -> &'static [Wetsvoorstel] {
        let in_force = self.terugdringen_verzuim.is_some_and(|since| since <= dag);
        if in_force && (regel.is_relatief() || regel == Regel::Thuiszitter) {
            &[Wetsvoorstel::TerugdringenVerzuim]
        } else {
            &[]
        }
    }
}
