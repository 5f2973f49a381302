//! The fields of a line, whatever wrote them down: text in, a registration out, strictly.

use super::super::dag::Dag;
use super::super::reden::{Pgn, VermoedelijkeReden};
use super::super::registratie::{Leerling, Registratie, RegistratieId, Sector, Soort};
use super::fout::Fout;
use crate::ids::Brin;

/// The columns, by the names in header and JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kolom {
    /// Number of the registration; the line number when there is no such column.
    Registratie,
    /// The pupil, under any number the file is sorted by.
    Leerling,
    /// BRIN, with or without branch.
    Brin,
    /// Branch, two digits.
    Vestiging,
    /// Day, or first day.
    Datum,
    /// Last day of a period.
    Tot,
    /// Kind.
    Soort,
    /// Lesson or practice hours.
    Uren,
    /// Whether all lessons of the day were missed.
    HeleDag,
    /// Whether unauthorised absence is suspected.
    Vermoeden,
    /// Which registration is replaced or taken back.
    Vervangt,
    /// Day of birth.
    Geboortedatum,
    /// Kind of education.
    Sector,
    /// Day on which a startkwalificatie was obtained.
    Startkwalificatie,
    /// The pupil number (BSN or onderwijsnummer), for a report; detection does not use it.
    Pgn,
    /// The presumed reason, for a report; detection does not use it.
    Reden,
}

/// How many columns there can be.
pub(super) const KOLOMMEN: usize = 16;

/// The fields of a line, by column; empty when there is none.
pub(super) type Velden<'a> = [&'a [u8]; KOLOMMEN];

/// A line without anything.
pub(super) const LEEG: Velden<'static> = [&[]; KOLOMMEN];

impl Kolom {
    /// All columns, in the order of the documentation.
    pub const ALLE: [Self; KOLOMMEN] = [
        Self::Registratie,
        Self::Leerling,
        Self::Brin,
        Self::Vestiging,
        Self::Datum,
        Self::Tot,
        Self::Soort,
        Self::Uren,
        Self::HeleDag,
        Self::Vermoeden,
        Self::Vervangt,
        Self::Geboortedatum,
        Self::Sector,
        Self::Startkwalificatie,
        Self::Pgn,
        Self::Reden,
    ];

    /// The columns a file cannot do without.
    pub const VERPLICHT: [Self; 6] = [
        Self::Leerling,
        Self::Brin,
        Self::Datum,
        Self::Soort,
        Self::Geboortedatum,
        Self::Sector,
    ];

    /// The name in a header, and as a key.
    #[must_use]
    pub const fn naam(self) -> &'static str {
        match self {
            Self::Registratie => "registratie",
            Self::Leerling => "leerling",
            Self::Brin => "brin",
            Self::Vestiging => "vestiging",
            Self::Datum => "datum",
            Self::Tot => "tot",
            Self::Soort => "soort",
            Self::Uren => "uren",
            Self::HeleDag => "hele_dag",
            Self::Vermoeden => "vermoeden",
            Self::Vervangt => "vervangt",
            Self::Geboortedatum => "geboortedatum",
            Self::Sector => "sector",
            Self::Startkwalificatie => "startkwalificatie",
            Self::Pgn => "pgn",
            Self::Reden => "reden",
        }
    }
}

/// What a line says about the pupil. Shows nothing when printed.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct LeerlingOpgave {
    /// Day of birth.
    pub geboren: Option<Dag>,
    /// Kind of education.
    pub sector: Option<Sector>,
    /// Day on which a startkwalificatie was obtained.
    pub startkwalificatie: Option<Dag>,
    /// The pupil number.
    pub pgn: Option<Pgn>,
}

impl std::fmt::Debug for LeerlingOpgave {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LeerlingOpgave(…)")
    }
}

/// What is wrong with which field.
pub(super) type VeldFout = (Kolom, Fout);

/// The field of a column.
#[inline]
pub(super) fn veld<'a>(velden: &Velden<'a>, kolom: Kolom) -> &'a [u8] {
    velden.get(kolom as usize).copied().unwrap_or_default()
}

/// A field that may be empty, read by `lees`.
#[inline]
fn mag<T>(velden: &Velden<'_>, kolom: Kolom, lees: impl Fn(&[u8]) -> Option<T>) -> Result<Option<T>, VeldFout> {
    match veld(velden, kolom) {
        [] => Ok(None),
        text => lees(text).map(Some).ok_or((kolom, Fout::Vorm)),
    }
}

/// A field that must be there.
#[inline]
fn moet<T>(velden: &Velden<'_>, kolom: Kolom, lees: impl Fn(&[u8]) -> Option<T>) -> Result<T, VeldFout> {
    mag(velden, kolom, lees)?.ok_or((kolom, Fout::Ontbreekt))
}

fn dag(text: &[u8]) -> Option<Dag> {
    Dag::lees(text).ok()
}

/// A whole number of at most eighteen digits.
fn nummer(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    text.iter().try_fold(0_u64, |n, b| {
        let digit = b.wrapping_sub(b'0');
        (digit < 10).then_some(n * 10 + u64::from(digit))
    })
}

/// Hours with at most two decimals that make quarters, by point or comma.
fn kwartieren(text: &[u8]) -> Option<u16> {
    let (whole, part) = match text.iter().position(|b| matches!(b, b'.' | b',')) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?),
        None => (text, &b"0"[..]),
    };
    let quarters = match part {
        b"0" | b"00" => 0,
        b"25" => 1,
        b"5" | b"50" => 2,
        b"75" => 3,
        _ => return None,
    };
    let whole = if whole.len() <= 3 { nummer(whole)? } else { return None };
    Some(u16::try_from(whole).ok()? * 4 + quarters)
}

fn ja_nee(text: &[u8]) -> Option<bool> {
    match text {
        b"ja" | b"true" => Some(true),
        b"nee" | b"false" => Some(false),
        _ => None,
    }
}

/// The number under which the file knows the pupil: kept for the order of the file, and never shown.
pub(super) fn sleutel<'a>(velden: &Velden<'a>) -> Result<&'a [u8], VeldFout> {
    let text = veld(velden, Kolom::Leerling);
    let fits = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    match text {
        [] => Err((Kolom::Leerling, Fout::Ontbreekt)),
        _ if text.len() <= 36 && text.iter().all(fits) => Ok(text),
        _ => Err((Kolom::Leerling, Fout::Vorm)),
    }
}

/// The facts of the pupil on this line, laid beside those of earlier lines: an empty field says nothing.
pub(super) fn leerling(velden: &Velden<'_>, eerder: Option<&Leerling>) -> Result<Leerling, VeldFout> {
    let same = |kolom, equal: bool| {
        if equal {
            Ok(())
        } else {
            Err((kolom, Fout::AndereLeerling))
        }
    };
    let start = mag(velden, Kolom::Startkwalificatie, dag)?;
    let Some(eerder) = eerder else {
        return Ok(Leerling {
            geboren: moet(velden, Kolom::Geboortedatum, dag)?,
            sector: moet(velden, Kolom::Sector, Sector::lees)?,
            startkwalificatie: start,
        });
    };
    same(
        Kolom::Startkwalificatie,
        start.is_none() || start == eerder.startkwalificatie,
    )?;
    let geboren = mag(velden, Kolom::Geboortedatum, dag)?;
    same(
        Kolom::Geboortedatum,
        geboren.is_none_or(|geboren| geboren == eerder.geboren),
    )?;
    let sector = mag(velden, Kolom::Sector, Sector::lees)?;
    same(Kolom::Sector, sector.is_none_or(|sector| sector == eerder.sector))?;
    Ok(*eerder)
}

/// What a line says about the pupil; an empty field says nothing.
pub(super) fn opgave(velden: &Velden<'_>) -> Result<LeerlingOpgave, VeldFout> {
    Ok(LeerlingOpgave {
        geboren: mag(velden, Kolom::Geboortedatum, dag)?,
        sector: mag(velden, Kolom::Sector, Sector::lees)?,
        startkwalificatie: mag(velden, Kolom::Startkwalificatie, dag)?,
        pgn: mag(velden, Kolom::Pgn, Pgn::lees)?,
    })
}

/// The presumed reason on a line.
#[inline]
pub(super) fn reden(velden: &Velden<'_>) -> Result<Option<VermoedelijkeReden>, VeldFout> {
    mag(velden, Kolom::Reden, VermoedelijkeReden::lees)
}

/// What only a report uses is as it should be, or the line is wrong here as well as there.
#[inline]
pub(super) fn voor_melding(velden: &Velden<'_>) -> Result<(), VeldFout> {
    mag(velden, Kolom::Pgn, Pgn::lees)?;
    reden(velden)?;
    Ok(())
}

/// The last school of the file, for the next line is mostly of the same.
#[derive(Default)]
pub(super) struct Scholen(Option<([u8; 6], Brin)>);

impl Scholen {
    fn lees(&mut self, velden: &Velden<'_>) -> Result<Brin, VeldFout> {
        let (brin, branch) = (veld(velden, Kolom::Brin), veld(velden, Kolom::Vestiging));
        let kolom = if branch.is_empty() {
            Kolom::Brin
        } else {
            Kolom::Vestiging
        };
        let six = match (brin, branch) {
            ([], _) => return Err((Kolom::Brin, Fout::Ontbreekt)),
            (&[a, b, c, d], []) => [a, b, c, d, b'0', b'0'],
            (&[a, b, c, d], &[e, f]) | (&[a, b, c, d, e, f], []) => [a, b, c, d, e, f],
            _ => return Err((kolom, Fout::Vorm)),
        };
        if let Some((known, brin)) = self.0
            && known == six
        {
            return Ok(brin);
        }
        let text = std::str::from_utf8(&six).ok().and_then(|text| text.parse().ok());
        let brin = text.ok_or((kolom, Fout::Vorm))?;
        self.0 = Some((six, brin));
        Ok(brin)
    }
}

/// The registration of a line. `nummer_van_regel` is its number when the file gives none.
pub(super) fn registratie(
    velden: &Velden<'_>,
    scholen: &mut Scholen,
    nummer_van_regel: Option<u64>,
) -> Result<Registratie, VeldFout> {
    let id = match nummer_van_regel {
        // Numbers of the file and numbers of lines would be taken for each other.
        Some(_) if !veld(velden, Kolom::Registratie).is_empty() => return Err((Kolom::Registratie, Fout::Vorm)),
        Some(line) => line,
        None => moet(velden, Kolom::Registratie, nummer)?,
    };
    let soort = moet(velden, Kolom::Soort, Soort::lees)?;
    let vervangt = mag(velden, Kolom::Vervangt, nummer)?.map(RegistratieId);
    if soort == Soort::Intrekking && vervangt.is_none() {
        return Err((Kolom::Vervangt, Fout::Ontbreekt));
    }
    Ok(Registratie {
        id: RegistratieId(id),
        school: scholen.lees(velden)?,
        datum: moet(velden, Kolom::Datum, dag)?,
        tot: mag(velden, Kolom::Tot, dag)?,
        soort,
        kwartieren: mag(velden, Kolom::Uren, kwartieren)?.unwrap_or(0),
        hele_dag: mag(velden, Kolom::HeleDag, ja_nee)?.unwrap_or(false),
        vermoeden: mag(velden, Kolom::Vermoeden, ja_nee)?.unwrap_or(false),
        vervangt,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_quarters_or_nothing() {
        for (text, quarters) in [
            ("1", 4),
            ("0,25", 1),
            ("0.5", 2),
            ("1.50", 6),
            ("2,75", 11),
            ("16", 64),
            ("007.00", 28),
        ] {
            assert_eq!(kwartieren(text.as_bytes()), Some(quarters), "{text}");
        }
        for text in [
            "", ".", "1.", ".5", "-1", "1.3", "1e1", "1.5.5", "1 ", "10000", "NaN", "१",
        ] {
            assert_eq!(kwartieren(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_number_is_digits_and_fits() {
        assert_eq!(nummer(b"999999999999999999"), Some(999_999_999_999_999_999));
        for text in ["", "1234567890123456789", "-1", "1.0", "0x1", " 1"] {
            assert_eq!(nummer(text.as_bytes()), None, "{text}");
        }
    }
}
