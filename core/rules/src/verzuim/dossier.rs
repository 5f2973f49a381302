//! What is stored of one pupil: what the rules need, and what a report needs. Nothing else, and in this form only sealed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::dag::Dag;
use super::kalender::Kalenders;
use super::posten::{Afwijzing, Geldig, Post};
use super::reden::{Pgn, VermoedelijkeReden};
use super::registratie::{Leerling, Registratie, RegistratieId, Sector, Soort};
use super::stroom::{Fout, Kolom, LeerlingOpgave};
use crate::ids::Brin;
use crate::inzage::Kenmerk;

/// The most registrations of one pupil: ten years of one a lesson.
const MEESTE: usize = 20_000;
/// The form of the stored bytes. A change is the next number, and this one stays readable.
const VERSIE: u8 = 1;

/// The registrations of one pupil, in the order in which they came. Shows nothing when printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Verzuimdossier {
    leerling: Option<Leerling>,
    pgn: Option<Pgn>,
    registraties: Vec<Registratie>,
    redenen: Vec<Option<VermoedelijkeReden>>,
}

impl fmt::Debug for Verzuimdossier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verzuimdossier(…)")
    }
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toegevoegd {
    /// It was new.
    Nieuw,
    /// It was here, the same: nothing changed.
    Herhaling,
}

/// Stored bytes that are no dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what was stored of a pupil cannot be read")]
pub struct DossierOnleesbaar;

/// A registration in a row: number, school, day, last day, kind, quarters, marks, what it replaces, reason.
#[derive(Serialize, Deserialize)]
struct Rij<'a>(
    u64,
    #[serde(borrow)] &'a str,
    i32,
    Option<i32>,
    u8,
    u16,
    u8,
    Option<u64>,
    Option<u8>,
);

#[derive(Serialize, Deserialize)]
struct Bytes<'a> {
    v: u8,
    geboren: Option<i32>,
    sector: Option<Sector>,
    start: Option<i32>,
    #[serde(borrow)]
    pgn: Option<&'a str>,
    #[serde(borrow)]
    r: Vec<Rij<'a>>,
}

impl Verzuimdossier {
    /// What the rules must know about the pupil; none until a line told it.
    #[must_use]
    pub const fn leerling(&self) -> Option<&Leerling> {
        self.leerling.as_ref()
    }

    /// The pupil number, when a line told it.
    pub(crate) const fn pgn(&self) -> Option<&Pgn> {
        self.pgn.as_ref()
    }

    /// What the pupil may be found by; none until a line told the number. A name the book does not have.
    #[must_use]
    pub fn kenmerk(&self) -> Option<Kenmerk> {
        Some(match self.pgn? {
            Pgn::Bsn(bsn) => Kenmerk::Bsn(bsn),
            Pgn::Onderwijsnummer(nummer) => Kenmerk::Onderwijsnummer(nummer),
        })
    }

    /// The registrations.
    #[must_use]
    pub fn registraties(&self) -> &[Registratie] {
        &self.registraties
    }

    /// The registrations with these numbers, with their reasons.
    pub(crate) fn met<'s>(
        &'s self,
        nummers: &'s [RegistratieId],
    ) -> impl Iterator<Item = (&'s Registratie, Option<VermoedelijkeReden>)> {
        let all = self.registraties.iter().zip(self.redenen.iter().copied());
        all.filter(|(reg, _)| nummers.contains(&reg.id))
    }

    /// Adds a line. It is refused as detection would refuse it, but for a day that is still to come.
    ///
    /// # Errors
    /// What is wrong, and in which column; nothing changed then.
    pub fn voeg_toe(
        &mut self,
        opgave: &LeerlingOpgave,
        registratie: &Registratie,
        reden: Option<VermoedelijkeReden>,
        kalenders: &Kalenders,
        vandaag: Dag,
    ) -> Result<Toegevoegd, (Option<Kolom>, Fout)> {
        let leerling = self.bijgewerkt(opgave)?;
        if let (Some(had), Some(new)) = (&self.pgn, &opgave.pgn)
            && had != new
        {
            return Err((Some(Kolom::Pgn), Fout::AndereLeerling));
        }
        let refused = |reden| Err((None, Fout::Afgewezen(reden)));
        let same = |(had, why): (&Registratie, &Option<VermoedelijkeReden>)| had == registratie && *why == reden;
        // The last ones are the likeliest to come again.
        let known = self
            .registraties
            .iter()
            .zip(&self.redenen)
            .rev()
            .find(|(had, _)| had.id == registratie.id);
        let outcome = match known {
            Some(known) if same(known) => Toegevoegd::Herhaling,
            Some(_) => return refused(Afwijzing::Dubbel),
            None => Toegevoegd::Nieuw,
        };
        if outcome == Toegevoegd::Nieuw {
            if self.registraties.len() >= MEESTE {
                return Err((Some(Kolom::Leerling), Fout::TeVeel));
            }
            let Some(kalender) = kalenders.school(registratie.school) else {
                return refused(Afwijzing::OnbekendeSchool);
            };
            let ahead = registratie.datum.max(registratie.tot.unwrap_or(registratie.datum));
            if registratie.soort != Soort::Intrekking
                && let Err(reden) = Post::van(registratie, kalender, vandaag.max(ahead))
            {
                return refused(reden);
            }
            if registratie.vervangt.is_some() && !self.vervangbaar(registratie) {
                return refused(Afwijzing::VervangtNiets);
            }
            self.registraties.push(*registratie);
            self.redenen.push(reden);
        }
        self.leerling = Some(leerling);
        self.pgn = self.pgn.or(opgave.pgn);
        Ok(outcome)
    }

    /// Whether what a correction replaces is there, and still stands.
    fn vervangbaar(&self, registratie: &Registratie) -> bool {
        let mut with = self.registraties.clone();
        with.push(*registratie);
        let mut fits = true;
        let place = self.registraties.len();
        Geldig::default().bereken(&with, |at, _| fits &= at != place);
        fits
    }

    /// The pupil after a line. A day of birth does not change; a kind of education does, and a startkwalificatie comes.
    fn bijgewerkt(&self, opgave: &LeerlingOpgave) -> Result<Leerling, (Option<Kolom>, Fout)> {
        let missing = |kolom| (Some(kolom), Fout::Ontbreekt);
        let Some(had) = &self.leerling else {
            return Ok(Leerling {
                geboren: opgave.geboren.ok_or(missing(Kolom::Geboortedatum))?,
                sector: opgave.sector.ok_or(missing(Kolom::Sector))?,
                startkwalificatie: opgave.startkwalificatie,
            });
        };
        if opgave.geboren.is_some_and(|geboren| geboren != had.geboren) {
            return Err((Some(Kolom::Geboortedatum), Fout::AndereLeerling));
        }
        Ok(Leerling {
            geboren: had.geboren,
            sector: opgave.sector.unwrap_or(had.sector),
            startkwalificatie: opgave.startkwalificatie.or(had.startkwalificatie),
        })
    }

    /// The next day on which it may say something else without anything being added: when a registration is of a day to
    /// come, or somebody is still ill.
    #[must_use]
    pub fn weer_op(&self, vandaag: Dag) -> Option<Dag> {
        let tomorrow = vandaag.plus(1);
        let days = self.registraties.iter().filter_map(|reg| match reg.tot {
            _ if reg.datum > vandaag => Some(reg.datum),
            Some(tot) if tot > vandaag => Some(tomorrow),
            None if reg.soort == Soort::Ziek => Some(tomorrow),
            _ => None,
        });
        days.min()
    }

    /// The bytes to seal.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let schools: Vec<String> = self.registraties.iter().map(|reg| reg.school.to_string()).collect();
        let place = |at: Option<usize>| u8::try_from(at.unwrap_or(0)).unwrap_or(u8::MAX);
        let rows = self.registraties.iter().zip(&self.redenen).zip(&schools);
        let bytes = Bytes {
            v: VERSIE,
            geboren: self.leerling.map(|l| l.geboren.0),
            sector: self.leerling.map(|l| l.sector),
            start: self.leerling.and_then(|l| l.startkwalificatie).map(|day| day.0),
            pgn: self.pgn.as_ref().map(Pgn::cijfers),
            r: rows
                .map(|((reg, reden), school)| {
                    Rij(
                        reg.id.0,
                        school,
                        reg.datum.0,
                        reg.tot.map(|tot| tot.0),
                        place(Soort::ALL.iter().position(|soort| *soort == reg.soort)),
                        reg.kwartieren,
                        u8::from(reg.hele_dag) | u8::from(reg.vermoeden) << 1,
                        reg.vervangt.map(|id| id.0),
                        reden.map(|reden| place(VermoedelijkeReden::ALLE.iter().position(|r| *r == reden))),
                    )
                })
                .collect(),
        };
        // Numbers and short words: writing them does not fail.
        serde_json::to_vec(&bytes).unwrap_or_default()
    }

    /// Reads what [`Self::bytes`] wrote.
    ///
    /// # Errors
    /// When it was written by another program, or changed.
    pub fn lees(bytes: &[u8]) -> Result<Self, DossierOnleesbaar> {
        let read: Bytes<'_> = serde_json::from_slice(bytes).map_err(|_| DossierOnleesbaar)?;
        if read.v != VERSIE {
            return Err(DossierOnleesbaar);
        }
        let leerling = read.geboren.zip(read.sector).map(|(geboren, sector)| Leerling {
            geboren: Dag(geboren),
            sector,
            startkwalificatie: read.start.map(Dag),
        });
        let mut out = Self {
            leerling,
            pgn: match read.pgn {
                None => None,
                Some(text) => Some(Pgn::lees(text.as_bytes()).ok_or(DossierOnleesbaar)?),
            },
            registraties: Vec::with_capacity(read.r.len()),
            redenen: Vec::with_capacity(read.r.len()),
        };
        for Rij(id, school, datum, tot, soort, kwartieren, marks, vervangt, reden) in read.r {
            out.registraties.push(Registratie {
                id: RegistratieId(id),
                school: school.parse::<Brin>().map_err(|_| DossierOnleesbaar)?,
                datum: Dag(datum),
                tot: tot.map(Dag),
                soort: *Soort::ALL.get(usize::from(soort)).ok_or(DossierOnleesbaar)?,
                kwartieren,
                hele_dag: marks & 1 == 1,
                vermoeden: marks & 2 == 2,
                vervangt: vervangt.map(RegistratieId),
            });
            out.redenen.push(match reden {
                None => None,
                Some(at) => Some(*VermoedelijkeReden::ALLE.get(usize::from(at)).ok_or(DossierOnleesbaar)?),
            });
        }
        Ok(out)
    }
}
