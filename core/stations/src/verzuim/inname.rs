//! Taking lines into the book: read one by one, gathered by pupil, written in batches. What is told as kept is durable.

use std::collections::HashMap;

use sluis_rules::ids::Partij;
use sluis_rules::verzuim::{
    Fout, Ingelezen, InleesAfnemer, Inlezer, Kolom, KopFout, LeerlingOpgave, RegelFout, Registratie, Toegevoegd,
    VermoedelijkeReden, Verzuimdossier, Vorm,
};

use super::boekhouder::Boekhouder;
use crate::config::Koppeling;
use crate::ports::{DossierRij, PortError};

/// Lines in one batch.
const REGELS: usize = 50_000;
/// How often a batch is read again when somebody else wrote one of its pupils meanwhile.
const POGINGEN: u32 = 20;

/// What became of lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Innameverslag {
    /// Kept, new.
    pub bewaard: u64,
    /// Were here before, the same.
    pub herhaald: u64,
    /// Not kept: each was told.
    pub fouten: u64,
    /// Pupils in the batches that were written.
    pub leerlingen: u64,
}

struct Regel {
    nummer: u64,
    opgave: LeerlingOpgave,
    registratie: Registratie,
    reden: Option<VermoedelijkeReden>,
}

struct Wachtend {
    partij: Partij,
    regels: Vec<Regel>,
}

/// The lines that were read and not yet written.
struct Mand<'b> {
    boekhouder: &'b Boekhouder,
    naam: &'b str,
    koppeling: &'b Koppeling,
    leerlingen: HashMap<String, Wachtend>,
    aantal: usize,
    fouten: Vec<RegelFout>,
    /// The last pupil, for the next line is mostly of the same.
    laatste: Option<(Partij, Vec<u8>, String)>,
}

impl InleesAfnemer for Mand<'_> {
    fn regel(&mut self, gelezen: &Ingelezen<'_>) {
        let school = self.boekhouder.school(gelezen.registratie.school);
        let spoken_for = school.filter(|school| self.koppeling.speaks_for(school.partij));
        let Some(school) = spoken_for else {
            return self.fouten.push(RegelFout {
                regel: gelezen.regel,
                kolom: Some(Kolom::Brin),
                fout: Fout::AndereSchool,
            });
        };
        let partij = school.partij;
        let known = self
            .laatste
            .as_ref()
            .filter(|(of, number, _)| *of == partij && number == gelezen.leerling);
        let sleutel = match known {
            Some((_, _, sleutel)) => sleutel.clone(),
            None => {
                let sleutel = self.boekhouder.sleutel(partij, gelezen.leerling);
                self.laatste = Some((partij, gelezen.leerling.to_vec(), sleutel.clone()));
                sleutel
            }
        };
        let waiting = self.leerlingen.entry(sleutel).or_insert_with(|| Wachtend {
            partij,
            regels: Vec::new(),
        });
        waiting.regels.push(Regel {
            nummer: gelezen.regel,
            opgave: gelezen.opgave,
            registratie: gelezen.registratie,
            reden: gelezen.reden,
        });
        self.aantal += 1;
    }

    fn fout(&mut self, fout: &RegelFout) {
        self.fouten.push(*fout);
    }
}

/// One file or body on its way into the book.
pub struct Inname<'b> {
    inlezer: Inlezer,
    mand: Mand<'b>,
    verslag: Innameverslag,
}

impl std::fmt::Debug for Inname<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Inname({:?})", self.verslag)
    }
}

/// Why nothing more can be taken. Lines of earlier batches are kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InnameFout {
    /// The header cannot be used: nothing was taken.
    #[error(transparent)]
    Kop(#[from] KopFout),
    /// The book cannot be written now: send again what was not told as kept. What is kept already is a repeat then.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl<'b> Inname<'b> {
    /// Begins, for a connection of this name: it says for which schools it speaks.
    #[must_use]
    pub fn nieuw(boekhouder: &'b Boekhouder, naam: &'b str, koppeling: &'b Koppeling, vorm: Vorm) -> Self {
        Self {
            inlezer: Inlezer::nieuw(vorm),
            mand: Mand {
                boekhouder,
                naam,
                koppeling,
                leerlingen: HashMap::new(),
                aantal: 0,
                fouten: Vec::new(),
                laatste: None,
            },
            verslag: Innameverslag::default(),
        }
    }

    /// What was written so far.
    #[must_use]
    pub const fn verslag(&self) -> Innameverslag {
        self.verslag
    }

    /// Takes the whole lines of a block and writes a batch when there are enough; says how many bytes were taken.
    ///
    /// # Errors
    /// See [`InnameFout`].
    pub async fn voer(&mut self, blok: &[u8], fout: &mut (dyn FnMut(&RegelFout) + Send)) -> Result<usize, InnameFout> {
        let taken = self.inlezer.voer(blok, &mut self.mand)?;
        self.vertel(fout);
        if self.mand.aantal >= REGELS {
            self.schrijf(fout).await?;
        }
        Ok(taken)
    }

    /// Takes what is left, and writes it.
    ///
    /// # Errors
    /// See [`InnameFout`].
    pub async fn einde(
        mut self,
        rest: &[u8],
        fout: &mut (dyn FnMut(&RegelFout) + Send),
    ) -> Result<Innameverslag, InnameFout> {
        self.inlezer.einde(rest, &mut self.mand)?;
        self.vertel(fout);
        self.schrijf(fout).await?;
        Ok(self.verslag)
    }

    fn vertel(&mut self, fout: &mut (dyn FnMut(&RegelFout) + Send)) {
        for found in self.mand.fouten.drain(..) {
            self.verslag.fouten += 1;
            fout(&found);
        }
    }

    async fn schrijf(&mut self, fout: &mut (dyn FnMut(&RegelFout) + Send)) -> Result<(), InnameFout> {
        self.mand.aantal = 0;
        let batch = std::mem::take(&mut self.mand.leerlingen);
        if batch.is_empty() {
            return Ok(());
        }
        for _ in 0..POGINGEN {
            let mut did = Innameverslag::default();
            let mut wrong = Vec::new();
            let rows = self.rows(&batch, &mut did, &mut wrong).await?;
            did.leerlingen = rows.len() as u64;
            if !rows.is_empty() && !self.mand.boekhouder.boek().bewaar(rows).await? {
                continue;
            }
            wrong.sort_by_key(|found: &RegelFout| found.regel);
            wrong.iter().for_each(&mut *fout);
            self.verslag.bewaard += did.bewaard;
            self.verslag.herhaald += did.herhaald;
            self.verslag.fouten += wrong.len() as u64;
            self.verslag.leerlingen += did.leerlingen;
            return Ok(());
        }
        Err(PortError::Unavailable("the book of absence", "others write it all the time").into())
    }

    /// The rows of a batch as they will be, when nobody writes them meanwhile.
    async fn rows(
        &self,
        batch: &HashMap<String, Wachtend>,
        did: &mut Innameverslag,
        wrong: &mut Vec<RegelFout>,
    ) -> Result<Vec<DossierRij>, PortError> {
        let boekhouder = self.mand.boekhouder;
        let found = boekhouder.boek().dossiers(batch.keys().cloned().collect()).await?;
        let known: HashMap<&str, &DossierRij> = found.iter().map(|row| (row.sleutel.as_str(), row)).collect();
        let (today, kalenders) = (boekhouder.vandaag(), &boekhouder.instelling().kalenders);
        let mut rows = Vec::new();
        for (sleutel, waiting) in batch {
            let before = known.get(sleutel.as_str());
            let mut dossier = match before {
                Some(row) => boekhouder.open(row)?,
                None => Verzuimdossier::default(),
            };
            let had = dossier.clone();
            for regel in &waiting.regels {
                match dossier.voeg_toe(&regel.opgave, &regel.registratie, regel.reden, kalenders, today) {
                    Ok(Toegevoegd::Nieuw) => did.bewaard += 1,
                    Ok(Toegevoegd::Herhaling) => did.herhaald += 1,
                    Err((kolom, fout)) => wrong.push(RegelFout {
                        regel: regel.nummer,
                        kolom,
                        fout,
                    }),
                }
            }
            if dossier == had {
                continue;
            }
            rows.push(DossierRij {
                sealed: boekhouder.seal(sleutel, &dossier)?,
                gewijzigd_ms: boekhouder.nu_ms(),
                personen: boekhouder.personen(&dossier),
                sleutel: sleutel.clone(),
                koppeling: self.mand.naam.to_owned(),
                partij: waiting.partij,
                versie: before.map_or(1, |row| row.versie.saturating_add(1)),
                bekijk_op: Some(0),
            });
        }
        Ok(rows)
    }
}
