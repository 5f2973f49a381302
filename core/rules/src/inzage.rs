//! Access (13.1.a; AVG 15): what is held about a person and what was given, to whom, when and on what basis, in words for
//! a parent. Content stays where it is: the gateway keeps none after delivery, and an answer about it comes from who has it.
//!
//! A person is found by what identifies them in a message: BSN, pupil number, family name with date of birth. Each is
//! turned into a keyed digest by who has the key; here is only its one canonical form, that of [`crate::pseudonym`].

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::{Zeroize as _, Zeroizing};

use crate::gegeven::GegevenSet;
use crate::ids::{Bsn, Onderwijsnummer, Partij};
use crate::journal::Record;
use crate::leeftijd::{Rol, Zeggenschap, leeftijd};
use crate::pseudonym::{Identity, Persoon};
use crate::register::{letter, taak};
use crate::rulebook::{Rulebook, Tekst};
use crate::verdict::Reden;
use crate::verstrekking::{Verstrekkingen, Zekerheid};

/// Something that identifies a person in a message.
pub enum Kenmerk {
    /// By BSN.
    Bsn(Bsn),
    /// By pupil number.
    Onderwijsnummer(Onderwijsnummer),
    /// By family name and date of birth.
    Persoon(Persoon),
}

impl Kenmerk {
    /// The word of its kind and its canonical form: what a keyed digest is made of.
    #[must_use]
    pub fn parts(&self) -> (&'static [u8], &[u8]) {
        match self {
            Self::Bsn(bsn) => Identity::Bsn(bsn).parts(),
            Self::Onderwijsnummer(nummer) => Identity::Onderwijsnummer(nummer).parts(),
            Self::Persoon(persoon) => Identity::Persoon(persoon).parts(),
        }
    }
}

impl fmt::Debug for Kenmerk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kenmerk(…)")
    }
}

/// The identifiers of the young person in a canonical message, of every contribution. `0` of the pair: those that could
/// be read; `1`: how many could not (a name whose accents are separate characters, a number that fails its check).
#[must_use]
pub fn kenmerken(bericht: &Value) -> (Vec<Kenmerk>, usize) {
    let (mut found, mut unread) = (Vec::new(), 0);
    let bijdragen = bericht.get("bijdragen").and_then(Value::as_array).into_iter().flatten();
    for persoon in bijdragen.filter_map(|b| b.pointer("/inhoud/persoon")) {
        let text = |key: &str| persoon.get(key).and_then(Value::as_str);
        let mut add = |k: Option<Kenmerk>| match k {
            Some(k) => found.push(k),
            None => unread += 1,
        };
        if let Some(bsn) = text("bsn") {
            add(bsn.parse().ok().map(Kenmerk::Bsn));
        }
        if let Some(nummer) = text("onderwijsnummer") {
            add(nummer.parse().ok().map(Kenmerk::Onderwijsnummer));
        }
        if let (Some(naam), Some(geboren)) = (text("achternaam"), text("geboortedatum")) {
            let geboren: Option<Date> = geboren.parse().ok();
            let by = |naam: &str| Persoon::new(naam, geboren?).ok().map(Kenmerk::Persoon);
            add(by(naam));
            // Somebody may ask with the prefix or without it.
            if let Some(voor) = text("voorvoegsel") {
                add(by(&Zeroizing::new(format!("{voor} {naam}"))));
            }
        }
    }
    (found, unread)
}

/// Who is asked about: given by prompt or file, never on a command line. Blank `Debug`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vraag {
    bsn: Option<String>,
    onderwijsnummer: Option<String>,
    achternaam: Option<String>,
    geboortedatum: String,
}

impl Drop for Vraag {
    fn drop(&mut self) {
        let texts = [&mut self.bsn, &mut self.onderwijsnummer, &mut self.achternaam];
        texts.into_iter().for_each(|t| t.zeroize());
        self.geboortedatum.zeroize();
    }
}

impl fmt::Debug for Vraag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vraag(…)")
    }
}

/// Why a question is not answered. Never holds what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weigering {
    /// It is not a question.
    #[error(
        "the question cannot be read: give JSON with `geboortedatum` (YYYY-MM-DD) and at least one of `bsn`, `onderwijsnummer` and `achternaam`"
    )]
    Onleesbaar,
    /// Who asks may not, at that age (footnote 53).
    #[error(
        "who asks may not ask at this age: under 12 the parent with authority, from 12 to 15 both, from 16 the young person (13.1)"
    )]
    NietBevoegd,
    /// It is not the date of birth that is on record.
    #[error(
        "the date of birth is not the one that was recorded of this person, or that one cannot be read: establish it again"
    )]
    AndereGeboortedatum,
}

impl Weigering {
    /// Stable id.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Onleesbaar => "vraag-onleesbaar",
            Self::NietBevoegd => "vrager-niet-bevoegd",
            Self::AndereGeboortedatum => "geboortedatum-anders",
        }
    }
}

impl Vraag {
    /// Reads a question.
    ///
    /// # Errors
    /// [`Weigering::Onleesbaar`], which says nothing of what stood there.
    pub fn lees(text: &str) -> Result<Self, Weigering> {
        let vraag: Self = serde_json::from_str(text).map_err(|_| Weigering::Onleesbaar)?;
        vraag.kenmerken().map(|_| vraag)
    }

    fn geboren(&self) -> Result<Date, Weigering> {
        self.geboortedatum.parse().map_err(|_| Weigering::Onleesbaar)
    }

    /// Whether the person was born on that day, by what was asked.
    #[must_use]
    pub fn geboren_op(&self, dag: Date) -> bool {
        self.geboren() == Ok(dag)
    }

    /// What the person may be found by.
    ///
    /// # Errors
    /// When a number is no number, or nothing was given.
    pub fn kenmerken(&self) -> Result<Vec<Kenmerk>, Weigering> {
        let wrong = |_| Weigering::Onleesbaar;
        let geboren = self.geboren()?;
        let mut out = Vec::new();
        if let Some(bsn) = &self.bsn {
            out.push(Kenmerk::Bsn(bsn.parse().map_err(wrong)?));
        }
        if let Some(nummer) = &self.onderwijsnummer {
            out.push(Kenmerk::Onderwijsnummer(nummer.parse().map_err(wrong)?));
        }
        if let Some(naam) = &self.achternaam {
            let persoon = Persoon::new(naam, geboren).map_err(|_| Weigering::Onleesbaar)?;
            out.push(Kenmerk::Persoon(persoon));
        }
        if out.is_empty() {
            return Err(Weigering::Onleesbaar);
        }
        Ok(out)
    }

    /// Whether somebody in this capacity may ask on that day.
    ///
    /// # Errors
    /// [`Weigering::NietBevoegd`]; also when the date of birth cannot be right.
    pub fn bevoegd(&self, rol: Rol, dag: Date) -> Result<(), Weigering> {
        let jaren = leeftijd(self.geboren()?, dag).ok_or(Weigering::NietBevoegd)?;
        if Zeggenschap::bij(jaren).heeft(rol) {
            Ok(())
        } else {
            Err(Weigering::NietBevoegd)
        }
    }
}

/// Where a message still is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plek {
    /// On its way.
    Onderweg,
    /// In the mailbox of its receiver, not confirmed.
    Postbus,
    /// Kept aside: it may not go, for the time being.
    Aangehouden,
}

/// One message about the person, as the store has it.
#[derive(Debug, Clone)]
pub struct Rij {
    /// Kind of message.
    pub bericht: String,
    /// Who sent it.
    pub afzender: Partij,
    /// Who receives it; `None`: not known yet.
    pub ontvanger: Option<Partij>,
    /// When it was accepted, milliseconds.
    pub sinds_ms: u64,
    /// Where it is, while its content is there.
    pub plek: Option<Plek>,
    /// Not found by an identifier, but of the same case.
    pub via_casus: bool,
    /// Found by the case only, while its identifiers are those of somebody else: a brother or sister, say.
    pub ander: bool,
    /// Its journal, oldest first.
    pub records: Vec<Record>,
}

impl Rij {
    /// Whether it stays out of the answer, to protect another (AVG 15.4, 23.1.i; UAVG 41; footnote 56): it is about somebody
    /// else of the case, or it passed by a professional's own decision to break a secrecy (6.e), of which the asker learns
    /// from a person who weighed it, and not from a list.
    fn achtergehouden(&self) -> bool {
        let by_decision = |r: &Record| {
            let mut paden = r.inhoud.paden.iter();
            paden.any(|p| p.reden == Reden::GeheimDoorbroken.slug())
        };
        self.ander || self.records.iter().any(by_decision)
    }
}

/// What the book of absence holds about the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerzuimRij {
    /// Which school's.
    pub partij: Partij,
    /// Written last, milliseconds.
    pub gewijzigd_ms: u64,
    /// Reports that came of it: the rule, and the word for where the report stands.
    pub meldingen: Vec<(String, &'static str)>,
}

/// What was given to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gegeven {
    /// When, milliseconds.
    pub tijd_ms: u64,
    /// By whom.
    pub van: String,
    /// To whom.
    pub aan: String,
    /// To whom, in plain words.
    pub aan_taak: Tekst,
    /// Kind of message.
    pub bericht: String,
    /// Categories of data.
    pub categorieen: Vec<Tekst>,
    /// Some of it was made less precise.
    pub minder_precies: bool,
    /// Why: the purpose in plain words, or the duty.
    pub waarom: Tekst,
    /// The statute.
    pub grondslag: String,
    /// The receiver may have it; it is not sure.
    pub onzeker: bool,
    /// Some of it cannot be told by the rules in use.
    pub onvolledig: bool,
    /// Found by the case, not by an identifier.
    pub via_casus: bool,
}

/// What is still here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ligt {
    /// Since when, milliseconds.
    pub sinds_ms: u64,
    /// From whom.
    pub van: String,
    /// For whom.
    pub aan: String,
    /// Kind of message.
    pub bericht: String,
    /// Where.
    pub plek: Plek,
    /// Found by the case, not by an identifier.
    pub via_casus: bool,
}

/// Absence that is kept: sealed, to see by the rules whether a report is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verzuim {
    /// Of which school.
    pub van: String,
    /// Written last, milliseconds.
    pub gewijzigd_ms: u64,
    /// Reports that came of it.
    pub meldingen: Vec<VerzuimMelding>,
}

/// A report of absence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerzuimMelding {
    /// By which rule.
    pub regel: String,
    /// Where it stands.
    pub stand: &'static str,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inzage {
    /// The day of the answer.
    pub dag: Date,
    /// Covenant and version.
    pub convenant: String,
    /// What was given, oldest first.
    pub gegeven: Vec<Gegeven>,
    /// What is still here, oldest first.
    pub ligt: Vec<Ligt>,
    /// What the book of absence holds.
    pub verzuim: Vec<Verzuim>,
    /// Messages of before the index, which nobody can find by a person.
    pub niet_doorzoekbaar: u64,
    /// Pupils in the book of absence whom nobody can find by a person: without a number, or of before the index.
    pub verzuim_niet_doorzoekbaar: u64,
    /// So many messages stay out of this answer to protect another. For who answers, never for who asked.
    #[serde(skip)]
    pub achtergehouden: usize,
}

impl Inzage {
    /// The answer about these messages and this absence. `niet`: how many messages, and how many pupils in the book of
    /// absence, nobody can find.
    #[must_use]
    pub fn of(rules: &Rulebook, rijen: &[Rij], verzuim: &[VerzuimRij], dag: Date, niet: (u64, u64)) -> Self {
        let absence = |v: &VerzuimRij| Verzuim {
            van: naam(rules, &v.partij.to_string()),
            gewijzigd_ms: v.gewijzigd_ms,
            meldingen: v
                .meldingen
                .iter()
                .map(|(regel, stand)| VerzuimMelding {
                    regel: regel.clone(),
                    stand,
                })
                .collect(),
        };
        let mut out = Self {
            dag,
            convenant: rules.titel(),
            gegeven: Vec::new(),
            ligt: Vec::new(),
            verzuim: verzuim.iter().map(absence).collect(),
            niet_doorzoekbaar: niet.0,
            verzuim_niet_doorzoekbaar: niet.1,
            achtergehouden: rijen.iter().filter(|r| r.achtergehouden()).count(),
        };
        for rij in rijen.iter().filter(|r| !r.achtergehouden()) {
            let mut given = Verstrekkingen::new(rules);
            rij.records.iter().for_each(|r| given.neem(r));
            for v in given.alle() {
                out.gegeven.push(Gegeven {
                    tijd_ms: v.tijd_ms,
                    van: naam(rules, &v.afzender),
                    aan: naam(rules, &v.ontvanger),
                    aan_taak: v.ontvanger.parse::<Partij>().map_or_else(
                        |_| tekst(("iemand die wij niet kennen", "somebody we do not know")),
                        |p| tekst(taak(p.taak)),
                    ),
                    bericht: v.bericht.clone(),
                    categorieen: categorieen(rules, v.geheel.or(v.minder)),
                    minder_precies: !v.minder.is_empty(),
                    waarom: waarom(rules, &v.doel),
                    grondslag: wet(rules, &v.grondslag),
                    onzeker: v.zekerheid == Zekerheid::Mogelijk,
                    onvolledig: !v.volledig,
                    via_casus: rij.via_casus,
                });
            }
            if let Some(plek) = rij.plek {
                out.ligt.push(Ligt {
                    sinds_ms: rij.sinds_ms,
                    van: naam(rules, &rij.afzender.to_string()),
                    aan: rij
                        .ontvanger
                        .map_or_else(|| "–".to_owned(), |p| naam(rules, &p.to_string())),
                    bericht: rij.bericht.clone(),
                    plek,
                    via_casus: rij.via_casus,
                });
            }
        }
        out.gegeven.sort_by_key(|g| g.tijd_ms);
        out.ligt.sort_by_key(|l| l.sinds_ms);
        out
    }
}

fn tekst((nl, en): (&str, &str)) -> Tekst {
    Tekst {
        nl: nl.to_owned(),
        en: en.to_owned(),
    }
}

/// The name of a party; its id when the rules do not know it.
fn naam(rules: &Rulebook, partij: &str) -> String {
    let Ok(p) = partij.parse() else {
        return partij.to_owned();
    };
    let by_law = || rules.wettelijke_partij(&p).map(|w| w.naam.clone());
    let known = rules.partij(&p).map(|i| i.naam.clone()).or_else(by_law);
    known.unwrap_or_else(|| partij.to_owned())
}

fn categorieen(rules: &Rulebook, set: GegevenSet) -> Vec<Tekst> {
    let letters: BTreeSet<char> = set
        .iter()
        .filter_map(|id| rules.gegevens().get(id))
        .map(|g| g.letter)
        .collect();
    letters.into_iter().map(|l| tekst(letter(l))).collect()
}

fn waarom(rules: &Rulebook, doel: &str) -> Tekst {
    let said = rules
        .informatie()
        .doel(doel)
        .or_else(|| rules.informatie().stroom(doel));
    let plain = || {
        let known = rules.doelen().iter().find(|d| d.id == doel);
        let known = known.map_or_else(|| doel.to_owned(), |d| d.omschrijving.clone());
        Tekst {
            nl: known.clone(),
            en: known,
        }
    };
    said.cloned().unwrap_or_else(plain)
}

fn wet(rules: &Rulebook, id: &str) -> String {
    let mut all = (0..=u16::MAX).map_while(|n| rules.grondslag(n));
    let found = all.find(|g| g.id == id);
    found.map_or_else(|| id.to_owned(), |g| format!("{} (artikel {})", g.wet, g.artikel))
}
