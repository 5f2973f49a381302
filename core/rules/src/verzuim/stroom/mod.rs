//! A file of registrations, line after line, in pupil order: signals out, and a reason for each line that does not count.
//!
//! It holds the lines of one pupil and nothing else, so its memory does not grow with the file. The caller reads the
//! bytes; nothing here touches the world.

mod afnemer;
mod csv;
mod fout;
mod inlezer;
mod ndjson;
mod velden;

pub use afnemer::{Afnemer, Geteld, Vondst, Vorm};
use csv::{Kop, LANGSTE_REGEL};
pub use fout::{Fout, KopFout, RegelFout};
pub use inlezer::{Ingelezen, InleesAfnemer, Inlezer};
use velden::Scholen;
pub use velden::{Kolom, LeerlingOpgave};

use super::dag::Dag;
use super::detector::{Detector, Uitkomst};
use super::kalender::Kalenders;
use super::registratie::{Leerling, Registratie, RegistratieId};
use super::signaal::Wetsvoorstellen;

/// The most lines of one pupil: ten years of a line a lesson.
const MEESTE_REGELS: usize = 20_000;

/// A file of registrations on its way through the rules.
pub struct Stroom<'k> {
    detector: Detector<'k>,
    vorm: Vorm,
    /// Boxed, for it is taken out and put back with each line.
    kop: Option<Box<Kop>>,
    /// Whether the lines of NDJSON give their own numbers.
    eigen_nummer: Option<bool>,
    scholen: Scholen,
    regel: u64,
    /// Inside a line that was refused for its length.
    overslaan: bool,
    sleutel: Vec<u8>,
    leerling: Option<Leerling>,
    leerling_regel: u64,
    onvolledig: bool,
    registraties: Vec<Registratie>,
    regels: Vec<u64>,
    op_nummer: Vec<(RegistratieId, u64)>,
    bewijs: Vec<u64>,
    uitkomst: Uitkomst,
    geteld: Geteld,
}

impl<'k> Stroom<'k> {
    /// A stream that reckons as on `peildatum`, a civil day in Europe/Amsterdam.
    #[must_use]
    pub fn nieuw(kalenders: &'k Kalenders, wetten: Wetsvoorstellen, peildatum: Dag, vorm: Vorm) -> Self {
        Self {
            detector: Detector::nieuw(kalenders, wetten, peildatum),
            vorm,
            kop: None,
            eigen_nummer: None,
            scholen: Scholen::default(),
            regel: 0,
            overslaan: false,
            sleutel: Vec::new(),
            leerling: None,
            leerling_regel: 0,
            onvolledig: false,
            registraties: Vec::new(),
            regels: Vec::new(),
            op_nummer: Vec::new(),
            bewijs: Vec::new(),
            uitkomst: Uitkomst::default(),
            geteld: Geteld::default(),
        }
    }

    /// Takes the whole lines of `blok`; says how many bytes were taken. What is left belongs before the next block.
    ///
    /// # Errors
    /// When the header cannot be used. Nothing was counted then.
    pub fn voer(&mut self, blok: &[u8], bij: &mut impl Afnemer) -> Result<usize, KopFout> {
        let mut from = 0;
        while let Some(rest) = blok.get(from..) {
            match memchr::memchr(b'\n', rest) {
                Some(at) => {
                    self.lijn(rest.get(..at).unwrap_or_default(), bij)?;
                    from += at + 1;
                }
                None if rest.len() > LANGSTE_REGEL => {
                    // The end of this line is not in sight: refuse it now, and forget what comes of it.
                    self.lijn(rest, bij)?;
                    (self.regel, self.overslaan) = (self.regel - 1, true);
                    return Ok(blok.len());
                }
                None => break,
            }
        }
        Ok(from)
    }

    /// Takes what is left of the file, a last line without an end included.
    ///
    /// # Errors
    /// As [`Self::voer`].
    pub fn einde(&mut self, rest: &[u8], bij: &mut impl Afnemer) -> Result<Geteld, KopFout> {
        let taken = self.voer(rest, bij)?;
        if let Some(last) = rest.get(taken..).filter(|last| !last.is_empty()) {
            self.lijn(last, bij)?;
        }
        self.sluit(bij);
        if self.vorm == Vorm::Csv && self.kop.is_none() {
            return Err(KopFout::Ontbreekt(Kolom::Leerling));
        }
        Ok(self.geteld)
    }

    /// What went through so far.
    #[must_use]
    pub const fn geteld(&self) -> Geteld {
        self.geteld
    }

    fn fout(&mut self, fout: Fout, kolom: Option<Kolom>, bij: &mut impl Afnemer) {
        self.geteld.fouten += 1;
        let regel = self.regel;
        bij.fout(&RegelFout { regel, kolom, fout });
    }

    #[inline]
    fn lijn(&mut self, lijn: &[u8], bij: &mut impl Afnemer) -> Result<(), KopFout> {
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
        if lijn.len() > LANGSTE_REGEL {
            if self.vorm == Vorm::Csv && self.kop.is_none() {
                return Err(KopFout::Onbekend(1));
            }
            self.geteld.registraties += 1;
            self.onvolledig = true;
            self.fout(Fout::TeLang, None, bij);
            return Ok(());
        }
        // The header is borrowed from the stream while its fields are in use, so it is taken out and put back.
        match self.vorm {
            Vorm::Ndjson => {
                let velden = ndjson::velden(lijn);
                // The first object says whether the file numbers its registrations.
                if let (None, Ok(velden)) = (self.eigen_nummer, &velden) {
                    self.eigen_nummer = Some(!velden::veld(velden, Kolom::Registratie).is_empty());
                }
                self.velden(
                    velden.as_ref().map_err(|fout| *fout),
                    self.eigen_nummer.unwrap_or(true),
                    bij,
                );
            }
            Vorm::Csv => match self.kop.take() {
                None => self.kop = Some(Box::new(Kop::lees(lijn)?)),
                Some(mut kop) => {
                    let own_number = kop.heeft_nummer();
                    let mut velden = velden::LEEG;
                    let read = kop.velden(lijn, &mut velden);
                    self.velden(read.map(|()| &velden), own_number, bij);
                    self.kop = Some(kop);
                }
            },
        }
        Ok(())
    }

    #[inline]
    fn velden(&mut self, velden: Result<&velden::Velden<'_>, Fout>, eigen_nummer: bool, bij: &mut impl Afnemer) {
        self.geteld.registraties += 1;
        let velden = match velden {
            Ok(velden) => velden,
            Err(fout) => {
                // Whose line it was is not known; the pupil at hand is the likeliest.
                self.onvolledig = true;
                return self.fout(fout, None, bij);
            }
        };
        match self.registratie(velden, eigen_nummer, bij) {
            Ok(reg) => {
                self.registraties.push(reg);
                self.regels.push(self.regel);
            }
            Err((kolom, fout)) => self.fout(fout, Some(kolom), bij),
        }
    }

    #[inline]
    fn registratie(
        &mut self,
        velden: &velden::Velden<'_>,
        eigen_nummer: bool,
        bij: &mut impl Afnemer,
    ) -> Result<Registratie, velden::VeldFout> {
        let sleutel = velden::sleutel(velden).inspect_err(|_| self.onvolledig = true)?;
        if sleutel != self.sleutel.as_slice() {
            if sleutel < self.sleutel.as_slice() {
                return Err((Kolom::Leerling, Fout::Volgorde));
            }
            self.sluit(bij);
            self.sleutel.clear();
            self.sleutel.extend_from_slice(sleutel);
            self.leerling_regel = self.regel;
        }
        let leerling = velden::leerling(velden, self.leerling.as_ref()).inspect_err(|_| self.onvolledig = true)?;
        self.leerling = Some(leerling);
        if self.registraties.len() >= MEESTE_REGELS {
            self.onvolledig = true;
            return Err((Kolom::Leerling, Fout::TeVeel));
        }
        velden::voor_melding(velden).inspect_err(|_| self.onvolledig = true)?;
        let own = (!eigen_nummer).then_some(self.regel);
        velden::registratie(velden, &mut self.scholen, own).inspect_err(|_| self.onvolledig = true)
    }

    /// The rules over the pupil at hand, whose last line was read.
    fn sluit(&mut self, bij: &mut impl Afnemer) {
        let leerling = self.leerling.take();
        if let Some(leerling) = leerling.filter(|_| !self.registraties.is_empty()) {
            self.geteld.leerlingen += 1;
            self.uitkomst.leeg();
            self.detector
                .leerling(&leerling, &self.registraties, &mut self.uitkomst);
            for afgewezen in &self.uitkomst.afgewezen {
                self.onvolledig = true;
                self.geteld.fouten += 1;
                bij.fout(&RegelFout {
                    regel: self.regels.get(afgewezen.plaats).copied().unwrap_or(0),
                    kolom: None,
                    fout: Fout::Afgewezen(afgewezen.reden),
                });
            }
            self.op_nummer.clear();
            if !self.uitkomst.signalen.is_empty() {
                let numbers = self.registraties.iter().map(|reg| reg.id);
                self.op_nummer.extend(numbers.zip(self.regels.iter().copied()));
                self.op_nummer.sort_unstable();
            }
            for signaal in &self.uitkomst.signalen {
                self.geteld.signalen += 1;
                self.bewijs.clear();
                for id in &signaal.bewijs {
                    let at = self.op_nummer.partition_point(|(other, _)| other < id);
                    self.bewijs.extend(self.op_nummer.get(at).map(|(_, line)| *line));
                }
                bij.signaal(&Vondst {
                    signaal,
                    leerling_regel: self.leerling_regel,
                    regels: &self.bewijs,
                    onvolledig: self.onvolledig,
                });
            }
        }
        self.onvolledig = false;
        self.registraties.clear();
        self.regels.clear();
    }
}
