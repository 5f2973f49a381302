//! A line of CSV into fields.
//!
//! A field of a registration never holds a new line, so a line is a record: a quote that is not closed spoils its own
//! line and no other, and memory has a bound. Lines without a quote are cut at the separators; the grammar of quotes is
//! that of the crate `csv-core`.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::fout::{Fout, KopFout};
use super::velden::{KOLOMMEN, Kolom, Velden};

/// The longest line.
pub(super) const LANGSTE_REGEL: usize = 4096;

/// How the header names and orders the columns.
pub(super) struct Kop {
    scheiding: u8,
    kolommen: Vec<Kolom>,
    nummers: bool,
    /// The line at hand with its end, its text without quotes, and where its fields end.
    invoer: Vec<u8>,
    tekst: Vec<u8>,
    einden: [usize; KOLOMMEN + 1],
    lezer: Reader,
}

impl Kop {
    /// Reads the header. The separator is a semicolon when the header has one, else a comma.
    pub(super) fn lees(regel: &[u8]) -> Result<Self, KopFout> {
        let regel = std::str::from_utf8(regel).map_err(|_| KopFout::Codering)?;
        if regel.contains('\0') {
            return Err(KopFout::Codering);
        }
        let scheiding = if regel.contains(';') { b';' } else { b',' };
        let mut kolommen = Vec::new();
        for (at, name) in regel.split(char::from(scheiding)).enumerate() {
            let name = name.trim().trim_matches('"').to_ascii_lowercase();
            let kolom = Kolom::ALLE.into_iter().find(|kolom| kolom.naam() == name);
            let kolom = kolom.ok_or(KopFout::Onbekend(at + 1))?;
            if kolommen.contains(&kolom) {
                return Err(KopFout::Dubbel(at + 1));
            }
            kolommen.push(kolom);
        }
        if let Some(missing) = Kolom::VERPLICHT.into_iter().find(|kolom| !kolommen.contains(kolom)) {
            return Err(KopFout::Ontbreekt(missing));
        }
        Ok(Self {
            scheiding,
            nummers: kolommen.contains(&Kolom::Registratie),
            kolommen,
            invoer: Vec::new(),
            tekst: Vec::new(),
            einden: [0; KOLOMMEN + 1],
            lezer: ReaderBuilder::new().delimiter(scheiding).build(),
        })
    }

    /// Whether lines give their own number.
    pub(super) const fn heeft_nummer(&self) -> bool {
        self.nummers
    }

    /// The fields of a line without its end, put into empty `velden`.
    #[inline]
    pub(super) fn velden<'a>(&'a mut self, regel: &'a [u8], velden: &mut Velden<'a>) -> Result<(), Fout> {
        if memchr::memchr(b'"', regel).is_some() {
            return self.met_aanhaling(regel, velden);
        }
        let mut columns = self.kolommen.iter();
        let mut put = |text: &'a [u8]| {
            let place = columns.next().and_then(|kolom| velden.get_mut(*kolom as usize));
            place.map(|place| *place = text).ok_or(Fout::AantalVelden)
        };
        let mut from = 0;
        for (at, byte) in regel.iter().enumerate() {
            if *byte == self.scheiding {
                put(regel.get(from..at).unwrap_or_default())?;
                from = at + 1;
            }
        }
        put(regel.get(from..).unwrap_or_default())?;
        match columns.next() {
            None => Ok(()),
            Some(_) => Err(Fout::AantalVelden),
        }
    }

    fn met_aanhaling<'a>(&'a mut self, regel: &[u8], velden: &mut Velden<'a>) -> Result<(), Fout> {
        self.lezer.reset();
        self.invoer.clear();
        self.invoer.extend_from_slice(regel);
        self.invoer.push(b'\n');
        self.tekst.resize(self.invoer.len(), 0);
        let (result, read, _, fields) = self.lezer.read_record(&self.invoer, &mut self.tekst, &mut self.einden);
        match result {
            ReadRecordResult::Record if read == self.invoer.len() => {}
            ReadRecordResult::OutputEndsFull => return Err(Fout::AantalVelden),
            _ => return Err(Fout::Aanhaling),
        }
        if fields != self.kolommen.len() {
            return Err(Fout::AantalVelden);
        }
        let mut from = 0;
        for (kolom, end) in self.kolommen.iter().zip(self.einden) {
            if let Some(place) = velden.get_mut(*kolom as usize) {
                *place = self.tekst.get(from..end).unwrap_or_default();
            }
            from = end;
        }
        Ok(())
    }
}
