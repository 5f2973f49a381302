//! What the journal tells about an id, believed only when its whole chain holds.

use std::collections::BTreeSet;

use sluis_rules::journal::{ChainError, Record, Stap};
use sluis_stations::Chain;
use sluis_stations::ports::PortError;
use sluis_store::JournalReader;

/// So many records are read at once.
const PAGE: u32 = 1000;

/// Why the journal tells nothing.
#[derive(Debug)]
pub(super) enum Untold {
    /// It cannot be read now.
    Unread(anyhow::Error),
    /// It was changed: nothing of it can be believed.
    Broken(ChainError),
}

impl From<PortError> for Untold {
    fn from(error: PortError) -> Self {
        Self::Unread(error.into())
    }
}

/// The records of an id, oldest first. An event that was divided over its receivers later goes on under their ids, in
/// the same trace.
pub(super) fn records(journal: &JournalReader, id: &str) -> Result<Vec<Record>, Untold> {
    let history = journal.history(id)?;
    let mut last = 0;
    let found = follow(id, &history, |from| {
        let page = journal.from(from, PAGE)?;
        last = from.saturating_sub(1) + page.len() as u64;
        Ok(page)
    })?;
    // Nothing follows the last record; what it was is known beside it.
    if !journal.last_is_sound()? {
        return Err(Untold::Broken(ChainError::Broken(last)));
    }
    Ok(found)
}

/// Follows the whole chain, page by page, and keeps what is about the id. The history only says which effects an event
/// has: that a record belongs to one stands in the record itself, where it cannot be changed unseen.
fn follow(
    id: &str,
    history: &[Vec<u8>],
    mut page: impl FnMut(u64) -> Result<Vec<Vec<u8>>, PortError>,
) -> Result<Vec<Record>, Untold> {
    // A line that is no record is found below, at its place.
    let known: Vec<Record> = history.iter().filter_map(|l| serde_json::from_slice(l).ok()).collect();
    let first = known.first().map_or(u64::MAX, |r| r.nummer);
    let divided = |r: &&Record| r.stap == Stap::Besluit && r.inhoud.toelichting == "verdeeld";
    let traces: BTreeSet<&str> = known.iter().filter(divided).map(|r| r.trace_id.as_str()).collect();
    let mut effects: BTreeSet<&str> = known.iter().map(|r| r.effect.as_str()).collect();
    effects.insert(id);
    let mut chain = Chain::default();
    let mut found = Vec::new();
    loop {
        let lines = page(chain.number() + 1)?;
        if lines.is_empty() {
            return Ok(found);
        }
        for line in lines {
            let record = chain.follow(&line).map_err(Untold::Broken)?;
            let part = record.nummer > first && traces.contains(record.trace_id.as_str());
            if part || effects.contains(record.effect.as_str()) {
                found.push(record);
            }
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
    use sluis_rules::journal::{GENESIS, Inhoud, hex};

    use super::*;

    /// A journal in which a whole is divided: effect, trace, and whether it is the decision to divide.
    fn journal(steps: &[(&str, &str, bool)]) -> Vec<Vec<u8>> {
        let mut before = GENESIS;
        let mut lines = Vec::new();
        for (n, (effect, trace, divides)) in steps.iter().enumerate() {
            let record = Record {
                versie: 1,
                nummer: n as u64 + 1,
                tijd_ms: 0,
                stap: if *divides { Stap::Besluit } else { Stap::Aanvaard },
                effect: (*effect).to_owned(),
                trace_id: (*trace).to_owned(),
                span_id: String::new(),
                verwerking: String::new(),
                inhoud: Inhoud {
                    toelichting: if *divides { "verdeeld" } else { "" }.to_owned(),
                    ..Inhoud::default()
                },
                vorige: hex(&before),
            };
            let (line, hash) = record.seal().unwrap();
            lines.push(line);
            before = hash;
        }
        lines
    }

    const STEPS: &[(&str, &str, bool)] = &[
        ("ander", "t1", false),
        ("heel", "t1", false),
        ("ander", "t2", false),
        ("deel-a", "t1", false),
        ("deel-b", "t1", false),
        ("heel", "t1", true),
        ("ander", "t2", false),
    ];

    fn told(id: &str, history: &[Vec<u8>], lines: &[Vec<u8>]) -> Result<Vec<u64>, Untold> {
        let pages = |from: u64| {
            let rest = lines.get(usize::try_from(from).unwrap() - 1..).unwrap_or_default();
            Ok(rest.iter().take(2).cloned().collect())
        };
        follow(id, history, pages).map(|all| all.iter().map(|r| r.nummer).collect())
    }

    #[test]
    fn a_divided_event_is_told_with_its_parts() {
        let lines = journal(STEPS);
        let history = [lines[1].clone(), lines[5].clone()];
        assert_eq!(told("heel", &history, &lines).unwrap(), [2, 4, 5, 6]);
        assert_eq!(told("deel-a", &[lines[3].clone()], &lines).unwrap(), [4]);
        assert!(told("nooit", &[], &lines).unwrap().is_empty());
        // Who hides a record of an effect from the index hides nothing.
        assert_eq!(told("heel", &[], &lines).unwrap(), [2, 6]);
    }

    #[test]
    fn a_changed_or_shortened_journal_tells_nothing() {
        let good = journal(STEPS);
        let broken = |lines: &[Vec<u8>]| match told("heel", &[good[1].clone()], lines) {
            Err(Untold::Broken(error)) => error,
            other => panic!("told by a broken journal: {other:?}"),
        };
        let without = |n: usize| [&good[..n], &good[n + 1..]].concat();
        assert_eq!(broken(&without(0)), ChainError::Gap(1));
        assert_eq!(broken(&without(4)), ChainError::Gap(5));
        let mut changed = good.clone();
        changed[2] = String::from_utf8(good[2].clone())
            .unwrap()
            .replace("t2", "t3")
            .into_bytes();
        assert_eq!(broken(&changed), ChainError::Broken(4));
        changed[2] = b"{}".to_vec();
        assert_eq!(broken(&changed), ChainError::Unreadable(3));
    }
}
