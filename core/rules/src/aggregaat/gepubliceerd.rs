//! What is remembered of a table that was published: enough to refuse another one that could be subtracted from it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Aggregaat, Verzuimsoort};
use crate::journal::hex;

/// A table that left: its kind, its days and the hash of its bytes. Holds no count. A [`Aggregaat`] has one constructor,
/// so a published one is not read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gepubliceerd {
    soort: String,
    perioden: Vec<(Date, Date)>,
    sha256: String,
}

impl Aggregaat {
    /// The bytes that every receiver gets: the same for all.
    ///
    /// # Errors
    /// Only when serialising fails, which counts and labels do not.
    pub fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec_pretty(self)
    }
}

impl Gepubliceerd {
    /// Of a table, and of the bytes that leave.
    #[must_use]
    pub fn van(tabel: &Aggregaat, bytes: &[u8]) -> Self {
        Self {
            soort: tabel.soort().to_string(),
            perioden: tabel.perioden().iter().filter_map(|p| p.dagen()).collect(),
            sha256: hex(Sha256::digest(bytes).as_slice()),
        }
    }

    /// The hash of the bytes.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// As [`Aggregaat::botst_met`], of what was published with what would be: other bytes that count the same absence on
    /// the same days. A kind that this program does not know clashes: what it counts is not known either.
    #[must_use]
    pub fn botst_met(&self, nieuw: &Self) -> bool {
        let soort = |text: &str| Verzuimsoort::ALL.into_iter().find(|s| s.to_string() == text);
        let same_kind = match (soort(&self.soort), soort(&nieuw.soort)) {
            (Some(a), Some(b)) => a.raakt(b),
            _ => true,
        };
        let days = self
            .perioden
            .iter()
            .any(|(a, b)| nieuw.perioden.iter().any(|(c, d)| a <= d && c <= b));
        self.sha256 != nieuw.sha256 && same_kind && days
    }
}
