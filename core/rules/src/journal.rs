//! The journal record and its hash chain (format version 1).
//!
//! A record says what happened to one effect: paths, rule ids, reasons; never a value. Its bytes are canonical (fixed
//! field order, no whitespace), its hash covers the hash before it, so a change, a removal or a fork shows.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Hash of a record: SHA-256.
pub type Hash = [u8; 32];

/// The hash before the first record.
pub const GENESIS: Hash = [0; 32];

/// What kind of step was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stap {
    /// Accepted and kept.
    Aanvaard,
    /// Decided.
    Besluit,
    /// About to be handed over: durable before the first byte leaves.
    Vertrek,
    /// Handed over, or laid in the mailbox.
    Afgeleverd,
    /// Fetched from the mailbox by its receiver.
    Opgehaald,
    /// Kept aside, sealed, with its reason.
    Quarantaine,
    /// The outcome of sending is not known; resolved by asking.
    UitkomstOnbekend,
    /// A fact was recorded.
    Feit,
    /// Shadow mode: judged on a copy, nothing forwarded.
    Schaduw,
    /// Kept content was destroyed after its time.
    Vernietigd,
}

/// One line of the journal. Fields are never renamed. Version 1 has no [`Inhoud::toestemmingen`]; what names none is still
/// written as version 1, byte for byte as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Version of this format: 1, or 2 when it names consents.
    pub versie: u8,
    /// Place in the chain, from 1.
    pub nummer: u64,
    /// When, milliseconds since the Unix epoch (as the Logboek Dataverwerkingen has it).
    pub tijd_ms: u64,
    /// What happened.
    pub stap: Stap,
    /// Deterministic id of the effect: one message for one receiver.
    pub effect: String,
    /// W3C trace id, 32 hex digits.
    pub trace_id: String,
    /// W3C span id, 16 hex digits.
    pub span_id: String,
    /// Which processing activity of the art. 30 register this belongs to.
    pub verwerking: String,
    /// The details of the step.
    pub inhoud: Inhoud,
    /// Hash of the record before, hex.
    pub vorige: String,
}

/// Details of a step: ids, paths, reasons.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Inhoud {
    /// Kind of message.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub bericht: String,
    /// Channel.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kanaal: String,
    /// Consultation.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub casusoverleg: String,
    /// Pseudonymous case.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub casus: String,
    /// Phase.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub fase: String,
    /// Purpose.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doel: String,
    /// Sender, `<OIN>/<taak>`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub afzender: String,
    /// Receiver, `<OIN>/<taak>`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ontvanger: String,
    /// Outcome of the decision.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub uitkomst: String,
    /// Id of the basis.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub grondslag: String,
    /// Hash of the rulebook.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub regelboek: String,
    /// Version of the facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feiten: Option<u64>,
    /// The consents that what passes rests on, by id. Since version 2.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub toestemmingen: Vec<String>,
    /// Reasons that stopped it, slugs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redenen: Vec<String>,
    /// Per path what was done: action, rule or reason, paths that were treated alike together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paden: Vec<Padgroep>,
    /// Anything short an operator needs: a target's name, an attempt; from a closed vocabulary.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub toelichting: String,
}

/// What was done with the paths that were treated alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Padgroep {
    /// Index of the contribution, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bijdrage: Option<u16>,
    /// `doorgelaten`, `gegeneraliseerd` or `weggelaten`.
    pub actie: String,
    /// Rule id, when a rule let it pass.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub regel: String,
    /// Reason slug, when something was withheld or made less precise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reden: String,
    /// Articles.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub artikel: String,
    /// Schema paths; a field the schema does not know is `/onbekend#<hash>`.
    pub paden: Vec<String>,
}

/// Lower-case hex of a hash.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut s, b| {
        // Writing to a String cannot fail.
        let _ = write!(s, "{b:02x}");
        s
    })
}

impl Inhoud {
    /// The version of the format that has all of this.
    #[must_use]
    pub const fn version(&self) -> u8 {
        if self.toestemmingen.is_empty() { 1 } else { 2 }
    }
}

impl Record {
    /// Canonical bytes and hash. `vorige` must already be the hash before.
    ///
    /// # Errors
    /// Only when serialising fails, which plain strings and numbers do not.
    pub fn seal(&self) -> Result<(Vec<u8>, Hash), serde_json::Error> {
        let bytes = serde_json::to_vec(self)?;
        let hash = hash(&bytes);
        Ok((bytes, hash))
    }
}

/// Hash of the canonical bytes of a record.
#[must_use]
pub fn hash(record: &[u8]) -> Hash {
    Sha256::new()
        .chain_update(b"sluis-journaal-v1\0")
        .chain_update(record)
        .finalize()
        .into()
}

/// Where a chain breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// A line that is not a record of a known version.
    #[error("journal record {0} cannot be read")]
    Unreadable(u64),
    /// Numbers do not follow each other.
    #[error("journal record {0} is missing or out of order")]
    Gap(u64),
    /// The hash before does not match.
    #[error("journal record {0} does not follow from the record before it: it or its predecessor was changed")]
    Broken(u64),
}

/// Verifies a chain from its first record and gives the last number and hash.
///
/// # Errors
/// The first record that is unreadable, missing or does not follow.
pub fn verify<'a>(records: impl IntoIterator<Item = &'a [u8]>) -> Result<(u64, Hash), ChainError> {
    let (mut number, mut before) = (0_u64, GENESIS);
    for bytes in records {
        let next = number + 1;
        let record: Record = serde_json::from_slice(bytes).map_err(|_| ChainError::Unreadable(next))?;
        if record.versie != record.inhoud.version() {
            return Err(ChainError::Unreadable(next));
        }
        if record.nummer != next {
            return Err(ChainError::Gap(next));
        }
        if record.vorige != hex(&before) {
            return Err(ChainError::Broken(next));
        }
        (number, before) = (next, hash(bytes));
    }
    Ok((number, before))
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]
mod tests {
    use super::*;

    fn chain(n: u64) -> Vec<Vec<u8>> {
        let mut before = GENESIS;
        (1..=n)
            .map(|nummer| {
                let record = Record {
                    versie: 1,
                    nummer,
                    tijd_ms: 1_700_000_000_000 + nummer,
                    stap: Stap::Besluit,
                    effect: format!("e{nummer}"),
                    trace_id: "0".repeat(32),
                    span_id: "0".repeat(16),
                    verwerking: "v".into(),
                    inhoud: Inhoud::default(),
                    vorige: hex(&before),
                };
                let (bytes, h) = record.seal().unwrap();
                before = h;
                bytes
            })
            .collect()
    }

    fn check(c: &[Vec<u8>]) -> Result<(u64, Hash), ChainError> {
        verify(c.iter().map(Vec::as_slice))
    }

    #[test]
    fn a_change_a_removal_and_a_swap_show() {
        let good = chain(5);
        assert_eq!(check(&good).unwrap().0, 5);
        let mut changed = good.clone();
        changed[2] = String::from_utf8(changed[2].clone())
            .unwrap()
            .replace("\"e3\"", "\"e9\"")
            .into_bytes();
        assert_eq!(check(&changed), Err(ChainError::Broken(4)));
        let mut removed = good.clone();
        removed.remove(1);
        assert_eq!(check(&removed), Err(ChainError::Gap(2)));
        let mut swapped = good;
        swapped.swap(0, 1);
        assert!(check(&swapped).is_err());
    }
}
