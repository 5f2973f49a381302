//! Following the chain of the journal record by record, however long it is: for who reads it, before it is believed.

use std::time::Duration;

use sluis_rules::journal::{ChainError, GENESIS, Hash, Record, hash, hex};

use crate::gateway::Gateway;
use crate::ports::PortError;

/// So many records are read at once: what was held for a page stays with the process.
const PAGE: usize = 50;

/// The chain as far as it was followed. Says the same as [`sluis_rules::journal::verify`], without all of it at hand.
#[derive(Debug, Clone, Copy)]
pub struct Chain {
    number: u64,
    before: Hash,
}

impl Default for Chain {
    fn default() -> Self {
        Self {
            number: 0,
            before: GENESIS,
        }
    }
}

impl Chain {
    /// Takes the next record, in its canonical bytes.
    ///
    /// # Errors
    /// When it cannot be read, is not the next, or does not follow from the one before.
    pub fn follow(&mut self, bytes: &[u8]) -> Result<Record, ChainError> {
        let next = self.number + 1;
        // The error of the parser would quote the line.
        let record: Record = serde_json::from_slice(bytes).map_err(|_| ChainError::Unreadable(next))?;
        if record.versie != record.inhoud.version() {
            return Err(ChainError::Unreadable(next));
        }
        if record.nummer != next {
            return Err(ChainError::Gap(next));
        }
        if record.vorige != hex(&self.before) {
            return Err(ChainError::Broken(next));
        }
        (self.number, self.before) = (next, hash(bytes));
        Ok(record)
    }

    /// The chain as it is after a record that somebody else takes: for who follows it in parts, side by side.
    #[must_use]
    pub fn after(number: u64, record: &[u8]) -> Self {
        Self {
            number,
            before: hash(record),
        }
    }

    /// Number of the last record that was taken; 0 before the first.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }
}

impl Gateway {
    /// Follows the journal from its first record to its last, with a pause now and then: others come first. Gives the
    /// number of the last record, or where the chain breaks.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn verify_journal(&self) -> Result<Result<u64, ChainError>, PortError> {
        let mut chain = Chain::default();
        loop {
            let page = self.inner.store.journal(chain.number() + 1, PAGE).await?;
            if page.is_empty() {
                return Ok(Ok(chain.number()));
            }
            for record in &page {
                if let Err(broken) = chain.follow(record) {
                    return Ok(Err(broken));
                }
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// At the start: whoever changed the journal while we were away is told on in the log, and nothing waits for it.
    pub(crate) async fn watch_journal(self) {
        match self.verify_journal().await {
            Ok(Ok(records)) => tracing::info!(records, "the chain of the journal is whole"),
            Ok(Err(error)) => {
                tracing::error!(%error, "the journal was changed: keep a copy of the store, and find out by whom");
            }
            Err(error) => self.port_failed(&error),
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]
mod tests {
    use sluis_rules::journal::{Inhoud, Stap, verify};

    use super::*;

    fn lines(n: u64) -> Vec<Vec<u8>> {
        let mut before = GENESIS;
        let record = |nummer, vorige| Record {
            versie: 1,
            nummer,
            tijd_ms: nummer,
            stap: Stap::Feit,
            effect: String::new(),
            trace_id: String::new(),
            span_id: String::new(),
            verwerking: String::new(),
            inhoud: Inhoud::default(),
            vorige,
        };
        let seal = |nummer| {
            let (bytes, hash) = record(nummer, hex(&before)).seal().unwrap();
            before = hash;
            bytes
        };
        (1..=n).map(seal).collect()
    }

    #[test]
    fn it_says_what_verifying_the_whole_says() {
        let good = lines(6);
        let follow = |lines: &[Vec<u8>]| {
            let mut chain = Chain::default();
            lines
                .iter()
                .try_for_each(|l| chain.follow(l).map(drop))
                .map(|()| chain.number())
        };
        let whole = |lines: &[Vec<u8>]| verify(lines.iter().map(Vec::as_slice)).map(|(n, _)| n);
        assert_eq!(follow(&good), Ok(6));
        let mut wrong = vec![good.clone(); 4];
        wrong[0].remove(0);
        wrong[1].remove(3);
        wrong[2].swap(1, 2);
        wrong[3][2] = good[2].iter().map(|b| if *b == b'3' { b'4' } else { *b }).collect();
        for lines in wrong.iter().chain([&good]) {
            assert_eq!(follow(lines), whole(lines));
        }
        assert!(wrong.iter().all(|w| follow(w).is_err()));
        // In two parts it says the same.
        let parts = |lines: &[Vec<u8>]| {
            let (a, b) = lines.split_at(2);
            follow(a)?;
            let mut chain = Chain::after(2, &a[1]);
            b.iter().try_for_each(|l| chain.follow(l).map(drop))?;
            Ok(chain.number())
        };
        for lines in wrong.iter().chain([&good]) {
            assert_eq!(parts(lines), whole(lines));
        }
    }
}
