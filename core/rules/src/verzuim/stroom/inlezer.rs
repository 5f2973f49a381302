//! Lines of registrations for a store: the same words and the same strictness as detection, but in any order, and each
//! line by itself. A line must bear its own number, for by that number it is corrected, and known when it comes again.

use super::super::reden::VermoedelijkeReden;
use super::super::registratie::Registratie;
use super::afnemer::Vorm;
use super::csv::{Kop, LANGSTE_REGEL};
use super::fout::{Fout, KopFout, RegelFout};
use super::ndjson;
use super::velden::{self, Kolom, LeerlingOpgave, Scholen};

/// A line that was read.
pub struct Ingelezen<'a> {
    /// The line, from 1.
    pub regel: u64,
    /// The number under which the school knows the pupil. Never shown.
    pub leerling: &'a [u8],
    /// What the line says about the pupil.
    pub opgave: LeerlingOpgave,
    /// The registration.
    pub registratie: Registratie,
    /// The presumed reason.
    pub reden: Option<VermoedelijkeReden>,
}

/// Who gets the lines.
pub trait InleesAfnemer {
    /// A line that was read.
    fn regel(&mut self, ingelezen: &Ingelezen<'_>);
    /// A line that cannot be read.
    fn fout(&mut self, fout: &RegelFout);
}

/// Reads lines.
pub struct Inlezer {
    vorm: Vorm,
    kop: Option<Box<Kop>>,
    scholen: Scholen,
    regel: u64,
    overslaan: bool,
}

impl Inlezer {
    /// A reader of one file or body.
    #[must_use]
    pub fn nieuw(vorm: Vorm) -> Self {
        Self {
            vorm,
            kop: None,
            scholen: Scholen::default(),
            regel: 0,
            overslaan: false,
        }
    }

    /// Takes the whole lines of `blok`; says how many bytes were taken. What is left belongs before the next block.
    ///
    /// # Errors
    /// When the header cannot be used. Nothing was read then.
    pub fn voer(&mut self, blok: &[u8], bij: &mut impl InleesAfnemer) -> Result<usize, KopFout> {
        let mut from = 0;
        while let Some(rest) = blok.get(from..) {
            match memchr::memchr(b'\n', rest) {
                Some(at) => {
                    self.lijn(rest.get(..at).unwrap_or_default(), bij)?;
                    from += at + 1;
                }
                None if rest.len() > LANGSTE_REGEL => {
                    self.lijn(rest, bij)?;
                    (self.regel, self.overslaan) = (self.regel - 1, true);
                    return Ok(blok.len());
                }
                None => break,
            }
        }
        Ok(from)
    }

    /// Takes what is left, a last line without an end included; gives how many lines there were.
    ///
    /// # Errors
    /// As [`Self::voer`].
    pub fn einde(&mut self, rest: &[u8], bij: &mut impl InleesAfnemer) -> Result<u64, KopFout> {
        let taken = self.voer(rest, bij)?;
        if let Some(last) = rest.get(taken..).filter(|last| !last.is_empty()) {
            self.lijn(last, bij)?;
        }
        if self.vorm == Vorm::Csv && self.kop.is_none() {
            return Err(KopFout::Ontbreekt(Kolom::Leerling));
        }
        Ok(self.regel)
    }

    fn lijn(&mut self, lijn: &[u8], bij: &mut impl InleesAfnemer) -> Result<(), KopFout> {
        self.regel += 1;
        if std::mem::take(&mut self.overslaan) {
            return Ok(());
        }
        let mut lijn = lijn.strip_suffix(b"\r").unwrap_or(lijn);
        if self.regel == 1 {
            lijn = lijn.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(lijn);
            if lijn.starts_with(b"\xFE\xFF") || lijn.starts_with(b"\xFF\xFE") {
                return Err(KopFout::Codering);
            }
        }
        if lijn.is_empty() {
            return Ok(());
        }
        let regel = self.regel;
        let found = if lijn.len() > LANGSTE_REGEL {
            if self.vorm == Vorm::Csv && self.kop.is_none() {
                return Err(KopFout::Onbekend(1));
            }
            Err((None, Fout::TeLang))
        } else {
            match self.vorm {
                Vorm::Ndjson => match ndjson::velden(lijn) {
                    Ok(velden) => Self::geef(&velden, &mut self.scholen, regel, bij),
                    Err(fout) => Err((None, fout)),
                },
                Vorm::Csv => match &mut self.kop {
                    None => {
                        let kop = Kop::lees(lijn)?;
                        if !kop.heeft_nummer() {
                            return Err(KopFout::Ontbreekt(Kolom::Registratie));
                        }
                        self.kop = Some(Box::new(kop));
                        return Ok(());
                    }
                    Some(kop) => {
                        let mut velden = velden::LEEG;
                        match kop.velden(lijn, &mut velden) {
                            Ok(()) => Self::geef(&velden, &mut self.scholen, regel, bij),
                            Err(fout) => Err((None, fout)),
                        }
                    }
                },
            }
        };
        if let Err((kolom, fout)) = found {
            bij.fout(&RegelFout { regel, kolom, fout });
        }
        Ok(())
    }

    fn geef(
        velden: &velden::Velden<'_>,
        scholen: &mut Scholen,
        regel: u64,
        bij: &mut impl InleesAfnemer,
    ) -> Result<(), (Option<Kolom>, Fout)> {
        let mut read = || -> Result<Ingelezen<'_>, velden::VeldFout> {
            Ok(Ingelezen {
                regel,
                leerling: velden::sleutel(velden)?,
                opgave: velden::opgave(velden)?,
                registratie: velden::registratie(velden, scholen, None)?,
                reden: velden::reden(velden)?,
            })
        };
        let ingelezen = read().map_err(|(kolom, fout)| (Some(kolom), fout))?;
        bij.regel(&ingelezen);
        Ok(())
    }
}
