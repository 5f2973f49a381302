//! When a day comes: a fact may work from tomorrow, and nobody records anything when tomorrow is there.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sluis_rules::event::Event;
use sluis_rules::facts::Dossier;
use sluis_rules::journal::Stap;
use sluis_rules::rulebook::Rulebook;
use sluis_rules::verdict::Reden;

use crate::entry::noted;
use crate::gateway::{Gateway, millis};
use crate::ports::{EffectId, FactsRead, PortError, QuarantineItem};
use crate::redenen::{CASUS_ONBEKEND, GEEN_ONTVANGERS};

/// So many are read from quarantine at once.
const PAGE: usize = 200;

impl Gateway {
    /// Sends back to judge what waits in quarantine for its case to stand otherwise, if by the coming of a day it does:
    /// a participation, a consent or an accession that works from then. The rest is left alone, so that time alone
    /// neither fills the journal nor keeps content longer. Gives how many went back.
    ///
    /// # Errors
    /// When a port cannot do its work: to be done again, which does nothing twice.
    pub async fn rejudge_for_today(&self) -> Result<u64, PortError> {
        let today = self.inner.clock.today();
        let rulebook = self.rulebook();
        self.rejudge_where(Some((today, &rulebook)), "herbeoordeling op een nieuwe dag")
            .await
    }

    /// Sends back to judge all that waits in quarantine for a gate, when other rules came into use: what an earlier
    /// rulebook stopped, this one may let pass. Gives how many went back.
    ///
    /// # Errors
    /// When a port cannot do its work: to be done again, which does nothing twice.
    pub async fn rejudge_for_rules(&self) -> Result<u64, PortError> {
        self.rejudge_where(None, "herbeoordeling onder andere regels").await
    }

    /// Sends back what waits for facts: all of it, or what stands otherwise on this day.
    async fn rejudge_where(&self, only: Option<(Date, &Rulebook)>, why: &str) -> Result<u64, PortError> {
        // All are found before the first goes back: who comes back to quarantine meanwhile is at its end again.
        let mut due: BTreeMap<EffectId, Event> = BTreeMap::new();
        let mut after = None;
        loop {
            let page = self.inner.store.quarantine(after, PAGE).await?;
            let full = page.len() == PAGE;
            after = page.last().map(|item| item.effect.clone());
            for item in page {
                let due_now = match only {
                    _ if !waits_for_facts(&item.redenen) => false,
                    Some((today, rulebook)) => self.stands_otherwise(&item, today, rulebook).await?,
                    None => true,
                };
                if due_now {
                    due.insert(item.effect, item.event);
                }
            }
            if !full {
                break;
            }
        }
        let mut back = 0;
        for (effect, event) in due {
            let entry = self.entry(Stap::Feit, &effect, &event, noted(&event, why));
            back += u64::from(self.inner.store.rejudge(effect, entry).await?);
        }
        Ok(back)
    }

    /// Whether the facts or the rules say something else today than on the day it was put aside.
    async fn stands_otherwise(&self, item: &QuarantineItem, today: Date, rules: &Rulebook) -> Result<bool, PortError> {
        // The judging itself took a while, and where we are the day begins before it does in UTC: a day too early
        // judges once too often, a day too late would never judge.
        let judged_ms = item.since_ms.saturating_sub(millis(self.inner.settings.lease));
        let judged = i64::try_from(judged_ms)
            .ok()
            .and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let then = judged.unwrap_or_default().to_zoned(TimeZone::UTC).date();
        if then >= today {
            return Ok(false);
        }
        if began_between(rules, then, today) {
            return Ok(true);
        }
        let casus = &item.event.claim.casus;
        let FactsRead { feiten, versie } = self.facts_of(casus).await?;
        let stand = |day: Date| Dossier::build(&feiten, versie, casus, day, rules.gegevens());
        Ok(stand(then) != stand(today))
    }
}

/// Whether what stopped it can end by a fact or a date: every reason is one of the gates, or wants facts.
fn waits_for_facts(redenen: &[String]) -> bool {
    let gate = |slug: &str| Reden::ALL.iter().any(|r| r.slug() == slug);
    redenen
        .iter()
        .all(|r| gate(r) || r == CASUS_ONBEKEND || r == GEEN_ONTVANGERS)
}

/// Whether the covenant or an accession that stands in the rules began to work after `then`, on `today` at the latest.
fn began_between(rules: &Rulebook, then: Date, today: Date) -> bool {
    let between = |day: Date| then < day && day <= today;
    let accession = rules
        .partijen()
        .into_iter()
        .flat_map(|(_, p)| [p.toegetreden_op, p.bekendgemaakt_op]);
    accession.flatten().any(between) || between(rules.convenant().getekend_op)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redenen::{ONLEESBAAR, UITKOMST_ONBEKEND};

    #[test]
    fn only_what_facts_can_mend_is_judged_again() {
        let all = |slugs: &[&str]| waits_for_facts(&slugs.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        assert!(all(&["niet-geinformeerd"]) && all(&[CASUS_ONBEKEND]) && all(&[GEEN_ONTVANGERS]));
        assert!(!all(&[UITKOMST_ONBEKEND]) && !all(&["niet-geinformeerd", ONLEESBAAR]));
    }
}
