//! The *doelbinding* of a hulpvraag: what its consultation round claims, in the words of the rules.
//!
//! Nothing that identifies a person becomes an attribute: the case number of the source is looked up or keyed, the
//! school becomes the party it is, and no other field of the document is read here.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use sluis_rules::event::{Claim, Kanaal};
use sluis_rules::ids::{Brin, Partij, Taak};
use sluis_stations::ports::Sealer;

use crate::config::ConfigError;
use crate::refusal::Refusal;

/// How the case number of the source becomes the pseudonymous id of the case.
#[derive(Debug, Clone, Default)]
pub enum CaseIds {
    /// A keyed digest of the number: nobody can guess it, and facts are recorded under it. For one organisation alone,
    /// because another organisation's key gives another id.
    #[default]
    Keyed,
    /// By a table: number at the source to id of the case. What is not in it is refused.
    Table(BTreeMap<String, String>),
    /// The consultation itself hands out pseudonyms (`cas-…`), and the source holds them. Anything else, or with six
    /// digits in a row, is refused: it could be a number of a person.
    Shared,
}

/// Who sends and about which case, as configured.
#[derive(Debug, Clone, Default)]
pub struct Destination {
    /// Which party a school and branch belongs to; several may belong to one. When empty, the school is not compared
    /// with the sender, and a hulpvraag must name its sender.
    pub schools: BTreeMap<Brin, Partij>,
    /// How case numbers become ids.
    pub cases: CaseIds,
}

/// The code tables of `bestemming.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Codes {
    tafel: BTreeMap<String, String>,
    stap: BTreeMap<String, String>,
}

impl Codes {
    pub(crate) fn read() -> Result<Self, ConfigError> {
        toml::from_str(include_str!("../bestemming.toml")).map_err(|_| ConfigError::Embedded("bestemming.toml"))
    }
}

impl Destination {
    /// The claim of a document that fits the wire schema.
    pub(crate) fn claim(&self, codes: &Codes, sealer: &dyn Sealer, wire: &Value) -> Result<Claim, Refusal> {
        let round = wire
            .get("overlegronde")
            .and_then(Value::as_object)
            .ok_or(missing("/overlegronde"))?;
        let text = |key: &str| round.get(key).and_then(Value::as_str);
        let coded = |table: &BTreeMap<String, String>, key: &str, place| {
            text(key)
                .and_then(|code| table.get(code))
                .cloned()
                .ok_or(missing(place))
        };
        Ok(Claim {
            kanaal: Kanaal::Casusoverleg,
            casusoverleg: coded(&codes.tafel, "tafelCode", "/overlegronde/tafelCode")?,
            casus: self.case(sealer, text("casusNr").ok_or(missing("/overlegronde/casusNr"))?)?,
            fase: coded(&codes.stap, "stapCode", "/overlegronde/stapCode")?,
            doel: text("doelCode")
                .map(str::to_owned)
                .ok_or(missing("/overlegronde/doelCode"))?,
            afzender: self.sender(round, wire)?,
            ontvanger: party(text("bestemdVoor"), "/overlegronde/bestemdVoor")?,
            grondslag: None,
        })
    }

    /// Whoever is named, and otherwise whose school it is. A school that is named must be the one that contributes.
    fn sender(&self, round: &Map<String, Value>, wire: &Value) -> Result<Partij, Refusal> {
        let named = party(round.get("namens").and_then(Value::as_str), "/overlegronde/namens")?;
        let Some(named) = named else {
            return self.school(first(wire)).ok_or(missing("/overlegronde/namens"))?;
        };
        let is_school = matches!(named.taak, Taak::School | Taak::Mbo);
        if is_school && !self.schools.is_empty() {
            let name = named.to_string();
            let by = |part: &&Value| part.get("ingebrachtDoor").and_then(Value::as_str) == Some(&name);
            for part in contributions(wire).filter(by) {
                if self
                    .school(Some(part))
                    .transpose()?
                    .is_some_and(|school| school != named)
                {
                    return Err(Refusal::School);
                }
            }
        }
        Ok(named)
    }

    /// The party of the school in a contribution; none when it names no school.
    fn school(&self, part: Option<&Value>) -> Option<Result<Partij, Refusal>> {
        let school = part?.pointer("/dossier/schoolgegevens")?;
        let brin = school.get("brinNr")?.as_str()?;
        // A school that names no branch means its main one.
        let branch = school.get("vestigingsNr").and_then(Value::as_str).unwrap_or("00");
        let found = format!("{brin}{branch}")
            .parse()
            .ok()
            .and_then(|brin: Brin| self.schools.get(&brin).copied());
        Some(found.ok_or(Refusal::School))
    }

    fn case(&self, sealer: &dyn Sealer, number: &str) -> Result<String, Refusal> {
        match &self.cases {
            CaseIds::Keyed => Ok(format!(
                "kk-{}",
                letters(&sealer.keyed_id("kindkans-casus", &[number.as_bytes()]))
            )),
            CaseIds::Table(table) => table.get(number).cloned().ok_or(Refusal::Case),
            CaseIds::Shared if is_pseudonym(number) => Ok(number.to_owned()),
            CaseIds::Shared => Err(Refusal::Case),
        }
    }
}

const fn missing(place: &'static str) -> Refusal {
    Refusal::Incomplete { place }
}

fn party(text: Option<&str>, place: &'static str) -> Result<Option<Partij>, Refusal> {
    text.map(|text| text.parse().map_err(|_| missing(place))).transpose()
}

fn contributions(wire: &Value) -> impl Iterator<Item = &Value> {
    wire.get("inbreng").and_then(Value::as_array).into_iter().flatten()
}

fn first(wire: &Value) -> Option<&Value> {
    contributions(wire).next()
}

/// The first 32 hexadecimals as letters a to p: an id without digits can never look like the number of a person.
pub(crate) fn letters(hex: &str) -> String {
    let digits = hex.chars().filter_map(|c| c.to_digit(16)).take(32);
    digits
        .filter_map(|digit| char::from_u32(u32::from(b'a') + digit))
        .collect()
}

fn is_pseudonym(text: &str) -> bool {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let run = text
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .max()
        .unwrap_or(0);
    text.starts_with("cas-") && (5..=64).contains(&text.len()) && text.bytes().all(word) && run < 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_never_looks_like_a_number_of_a_person() {
        assert!(is_pseudonym("cas-kk-0001") && is_pseudonym("cas-7f3a"));
        for wrong in [
            "cas-",
            "999900006",
            "cas-999900006",
            "cas-150409",
            "cas-Jansen",
            "jansen",
            "cas-a/b",
        ] {
            assert!(!is_pseudonym(wrong), "{wrong}");
        }
        assert_eq!(letters("0123456789abcdefff"), "abcdefghijklmnoppp");
    }
}
