//! Identifiers that cannot hold an invalid value, and the party: an organisation in a task.
//!
//! Numbers that identify a person ([`Bsn`], [`Onderwijsnummer`]) have a blank `Debug` and no `Display`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is not the identifier it should be. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {what}: {why}")]
pub struct IdError {
    /// Which identifier was expected.
    pub what: &'static str,
    /// What is wrong with the text.
    pub why: &'static str,
}

const fn bad(what: &'static str, why: &'static str) -> IdError {
    IdError { what, why }
}

/// Organisatie-identificatienummer: 20 positions (OIN-Stelsel; prefix 8, number 8 or 9, suffix).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oin([u8; 20]);

impl Oin {
    /// The twenty positions as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }
}

impl FromStr for Oin {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        let bytes: [u8; 20] = s.as_bytes().try_into().map_err(|_| bad("OIN", "it has 20 positions"))?;
        let (prefix, rest) = bytes.split_at(8);
        if !prefix.iter().all(u8::is_ascii_digit) {
            return Err(bad("OIN", "the prefix has 8 digits"));
        }
        // The number of a BRIN-based OIN (prefix 00000007) contains capital letters.
        if !rest.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
            return Err(bad("OIN", "only digits and capital letters"));
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Oin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Oin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The statutory task in which an organisation takes part (digest §1; articles 1, 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Taak {
    /// Childcare (4.6).
    Kinderopvang,
    /// A school in po, so, vo or vso (4.3).
    School,
    /// An institution for vocational education: a school by 1.17, with its own rules (4.3).
    Mbo,
    /// Samenwerkingsverband passend onderwijs (4.2).
    Samenwerkingsverband,
    /// Municipality: Leerplichtwet (4.1).
    Leerplicht,
    /// Municipality: regional report and coordination (4.3).
    Rmc,
    /// Municipality: access to youth care, Jeugdwet (4.1).
    Jeugd,
    /// Municipality: Wmo (4.1).
    Wmo,
    /// Youth health care, under medical secrecy (4.1).
    Jgz,
    /// Provider of jeugdhulp (4.4; 1.10).
    Jeugdhulpaanbieder,
    /// The young person or a parent with authority (1.4, 1.14, 4.5).
    Betrokkene,
    /// DUO, by statute; not a party.
    Duo,
    /// Everybody else (1.8).
    Derde,
}

impl Taak {
    /// All tasks, in the order of the digest.
    pub const ALL: [Self; 13] = [
        Self::Kinderopvang,
        Self::School,
        Self::Mbo,
        Self::Samenwerkingsverband,
        Self::Leerplicht,
        Self::Rmc,
        Self::Jeugd,
        Self::Wmo,
        Self::Jgz,
        Self::Jeugdhulpaanbieder,
        Self::Betrokkene,
        Self::Duo,
        Self::Derde,
    ];

    /// The word used in configuration and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kinderopvang => "kinderopvang",
            Self::School => "school",
            Self::Mbo => "mbo",
            Self::Samenwerkingsverband => "samenwerkingsverband",
            Self::Leerplicht => "leerplicht",
            Self::Rmc => "rmc",
            Self::Jeugd => "jeugd",
            Self::Wmo => "wmo",
            Self::Jgz => "jgz",
            Self::Jeugdhulpaanbieder => "jeugdhulpaanbieder",
            Self::Betrokkene => "betrokkene",
            Self::Duo => "duo",
            Self::Derde => "derde",
        }
    }

    /// Whether this task is one of the municipality's (4.1).
    #[must_use]
    pub const fn is_gemeente(self) -> bool {
        matches!(self, Self::Leerplicht | Self::Rmc | Self::Jeugd | Self::Wmo)
    }
}

impl FromStr for Taak {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        Self::ALL
            .into_iter()
            .find(|t| t.as_str() == s)
            .ok_or(bad("taak", "it is not a task of the covenant"))
    }
}

impl fmt::Display for Taak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A party: an organisation in a task. Written `<OIN>/<taak>`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Partij {
    /// Which organisation.
    pub oin: Oin,
    /// In which statutory task.
    pub taak: Taak,
}

impl FromStr for Partij {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        let (oin, taak) = s.split_once('/').ok_or(bad("partij", "it is written <OIN>/<taak>"))?;
        Ok(Self {
            oin: oin.parse()?,
            taak: taak.parse()?,
        })
    }
}

impl fmt::Display for Partij {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.oin, self.taak)
    }
}

impl fmt::Debug for Partij {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

macro_rules! serde_by_text {
    ($($t:ty),*) => {$(
        impl Serialize for $t {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(self) }
        }
        impl<'de> Deserialize<'de> for $t {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}
serde_by_text!(Oin, Taak, Partij, Brin, Kvk);

fn nine_digits(s: &str, what: &'static str) -> Result<[u8; 9], IdError> {
    let b: [u8; 9] = s.as_bytes().try_into().map_err(|_| bad(what, "it has 9 digits"))?;
    if b.iter().all(u8::is_ascii_digit) {
        Ok(b)
    } else {
        Err(bad(what, "only digits"))
    }
}

/// The weighted sum of the eleven test: weights 9, 8, 7, 6, 5, 4, 3, 2, −1.
fn eleven_sum(digits: &[u8; 9]) -> i32 {
    digits
        .iter()
        .zip([9, 8, 7, 6, 5, 4, 3, 2, -1])
        .map(|(d, w)| i32::from(d.wrapping_sub(b'0')) * w)
        .sum()
}

/// Burgerservicenummer that passes the eleven test (sum mod 11 = 0). Never shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Bsn([u8; 9]);

impl Bsn {
    /// The digits, for a keyed digest only.
    pub(crate) const fn digits(&self) -> &[u8; 9] {
        &self.0
    }
}

impl FromStr for Bsn {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        let b = nine_digits(s, "BSN")?;
        if b == *b"000000000" || eleven_sum(&b).rem_euclid(11) != 0 {
            return Err(bad("BSN", "the check digit is wrong"));
        }
        Ok(Self(b))
    }
}

/// Onderwijsnummer: begins with 10, sum of the eleven test mod 11 = 5. Never shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Onderwijsnummer([u8; 9]);

impl Onderwijsnummer {
    /// The digits, for a keyed digest only.
    pub(crate) const fn digits(&self) -> &[u8; 9] {
        &self.0
    }
}

impl FromStr for Onderwijsnummer {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        let b = nine_digits(s, "onderwijsnummer")?;
        if !b.starts_with(b"10") {
            return Err(bad("onderwijsnummer", "it begins with 10"));
        }
        if eleven_sum(&b).rem_euclid(11) != 5 {
            return Err(bad("onderwijsnummer", "the check digit is wrong"));
        }
        Ok(Self(b))
    }
}

impl fmt::Debug for Bsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bsn(…)")
    }
}

impl fmt::Debug for Onderwijsnummer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Onderwijsnummer(…)")
    }
}

/// BRIN of a school with its branch: two digits, two capitals, two digits for the branch (`99ZZ00`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Brin([u8; 6]);

impl Brin {
    /// The school, without the branch.
    pub(crate) const fn school(self) -> [u8; 4] {
        let [a, b, c, d, _, _] = self.0;
        [a, b, c, d]
    }
}

impl FromStr for Brin {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        let b: [u8; 6] = s
            .as_bytes()
            .try_into()
            .map_err(|_| bad("BRIN", "it has 4 positions and 2 for the branch"))?;
        let shape = b.iter().zip(*b"99AA99").all(|(b, kind)| match kind {
            b'9' => b.is_ascii_digit(),
            _ => b.is_ascii_uppercase(),
        });
        if shape {
            Ok(Self(b))
        } else {
            Err(bad("BRIN", "it is written 99AA and two digits for the branch"))
        }
    }
}

impl fmt::Display for Brin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or(""))
    }
}

/// KvK number: eight digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Kvk([u8; 8]);

impl FromStr for Kvk {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        let b: [u8; 8] = s
            .as_bytes()
            .try_into()
            .map_err(|_| bad("KvK number", "it has 8 digits"))?;
        if b.iter().all(u8::is_ascii_digit) {
            Ok(Self(b))
        } else {
            Err(bad("KvK number", "only digits"))
        }
    }
}

impl fmt::Display for Kvk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or(""))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn check_digits_decide() {
        for good in ["999900006", "999990342", "999999990"] {
            assert!(good.parse::<Bsn>().is_ok());
        }
        for wrong in ["999900007", "99990000", "9999000060", "00000000a", "000000000"] {
            assert!(wrong.parse::<Bsn>().is_err());
        }
        let onderwijsnummer = (100_000_000..100_000_100)
            .map(|n: u32| n.to_string())
            .find(|s| s.parse::<Onderwijsnummer>().is_ok());
        let found = onderwijsnummer.unwrap();
        assert!(found.parse::<Bsn>().is_err(), "a number cannot be both");
    }

    #[test]
    fn a_party_is_an_organisation_in_a_task() {
        let p: Partij = "00000099000000001000/school".parse().unwrap();
        assert_eq!(p.taak, Taak::School);
        assert_eq!(p.to_string(), "00000099000000001000/school");
        assert!("00000099000000001000".parse::<Partij>().is_err());
        assert!("00000099000000001000/scholen".parse::<Partij>().is_err());
        assert!("0000009900000000100/school".parse::<Partij>().is_err());
        assert!("99ZZ00".parse::<Brin>().is_ok());
        assert!("99zz00".parse::<Brin>().is_err());
    }

    #[test]
    fn personal_numbers_are_not_shown() {
        let bsn: Bsn = "999900006".parse().unwrap();
        assert_eq!(format!("{bsn:?}"), "Bsn(…)");
    }
}
