//! What goes to a derde has an envelope of its own (14.3): two of them who lay their files side by side find nothing in
//! common. Its content gets its pseudonyms in the minimiser; here are the key, the case, the time, the trace and the size.

use std::str::FromStr as _;

use jiff::Timestamp;
use sluis_rules::event::{Event, Kanaal};
use sluis_rules::ids::Partij;
use sluis_rules::pseudonym::envelope::{Bucket, case_id};
use sluis_rules::pseudonym::{PseudonymKeys, Receiver, Scope};

use crate::gateway::Gateway;
use crate::ports::PortError;

/// Within what a derde may link: one purpose. What it gets for another purpose has other names.
pub(crate) fn receiver(partij: Partij, doel: &str) -> Result<Receiver, PortError> {
    let scope = Scope::from_str(&format!("derde/{doel}"))
        .map_err(|_| PortError::Corrupt("a message to a derde", "its purpose is no word"))?;
    Ok(Receiver { partij, scope })
}

/// A time as a derde sees it: the beginning of its day.
pub(crate) fn day_ms(ms: u64) -> u64 {
    let at = i64::try_from(ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok());
    at.and_then(|at| u64::try_from(Bucket::DAY.floor(at).as_millisecond()).ok())
        .unwrap_or(0)
}

impl Gateway {
    /// The keys for a derde, from outside the store.
    pub(crate) fn pseudonyms(&self, partij: Partij, doel: &str) -> Result<PseudonymKeys, PortError> {
        self.inner.sealer.pseudonyms(&receiver(partij, doel)?)
    }

    /// The case and the time since when it waits, as its receiver may see them.
    pub(crate) fn seen_by(&self, event: &Event, ontvanger: Partij, since_ms: u64) -> Result<(String, u64), PortError> {
        let casus = &event.claim.casus;
        if event.claim.kanaal != Kanaal::Derde {
            return Ok((casus.clone(), since_ms));
        }
        let keys = self.pseudonyms(ontvanger, &event.claim.doel)?;
        Ok((case_id(keys.current(), casus).as_str().to_owned(), day_ms(since_ms)))
    }

    /// The name that a derde has for a case, within a purpose. When the key of then is gone, a name of its own all the same.
    pub(crate) fn case_for(&self, ontvanger: Partij, doel: &str, casus: &str) -> String {
        match self.pseudonyms(ontvanger, doel) {
            Ok(keys) => case_id(keys.current(), casus).as_str().to_owned(),
            Err(_) => {
                let parts = [ontvanger.to_string(), doel.to_owned(), casus.to_owned()];
                let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
                self.inner.sealer.keyed_id("beheer-casus", &parts)
            }
        }
    }

    /// The attributes under which an event travels to its receiver. For a derde: its own name for the case, the day
    /// instead of the moment, and no trace that others have too.
    pub(crate) fn envelope(&self, event: Event, ontvanger: Partij) -> Result<Event, PortError> {
        if event.claim.kanaal != Kanaal::Derde {
            return Ok(event);
        }
        let (casus, _) = self.seen_by(&event, ontvanger, 0)?;
        let mut event = event;
        let time = event.time.as_deref().and_then(|t| t.parse::<Timestamp>().ok());
        event.time = time.map(|t| Bucket::DAY.floor(t).to_string());
        event.claim.casus = casus;
        event.traceparent = None;
        Ok(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derde_sees_the_day() {
        assert_eq!(day_ms(1_790_000_000_000), 1_789_948_800_000);
        assert_eq!(day_ms(1_789_948_800_000), 1_789_948_800_000);
    }
}
