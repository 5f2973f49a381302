//! The port, each method one command of the writer or one question of a reader.

use sluis_rules::facts::Feit;
use sluis_rules::ids::Partij;
use sluis_stations::ports::{
    About, Accepted, Arrival, BeheerStore, Committed, EffectId, Entry, FactsRead, Fut, MailboxItem, NewNotice, NewPost,
    NoticeItem, PersoonStore, PortError, Post, QuarantineItem, Quarantined, Received, RegisterStore, Station, Step,
    Store, Untold, Work,
};

use crate::open::SqlStore;
use crate::outbox::{count_up, ms, ready};
use crate::{accept, beheer, facts, journal, ledger, parked, persoon, register, step};

/// A limit as the database has it.
fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl<Kind> Store for SqlStore<Kind> {
    fn accept(&self, arrival: Arrival) -> Fut<'_, Result<Accepted, PortError>> {
        Box::pin(self.write(move |tx| accept::accept(tx, arrival)))
    }

    fn ready(&self, station: Station, now_ms: u64, limit: usize) -> Fut<'_, Result<Vec<EffectId>, PortError>> {
        self.ready_except(station, now_ms, limit, Vec::new())
    }

    fn ready_except(
        &self,
        station: Station,
        now_ms: u64,
        limit: usize,
        ontvangers: Vec<Partij>,
    ) -> Fut<'_, Result<Vec<EffectId>, PortError>> {
        Box::pin(self.read(move |c| ready(c, station, ms(now_ms), at_most(limit), &ontvangers)))
    }

    fn changed(&self) -> Fut<'_, ()> {
        Box::pin(self.wait_for_change())
    }

    fn claim(
        &self,
        effect: EffectId,
        station: Station,
        now_ms: u64,
        lease_ms: u64,
    ) -> Fut<'_, Result<Option<Work>, PortError>> {
        Box::pin(self.write(move |tx| step::claim(tx, effect, station, now_ms, lease_ms)))
    }

    fn facts(&self, casus: String) -> Fut<'_, Result<FactsRead, PortError>> {
        Box::pin(self.read(move |c| facts::read(c, &casus)))
    }

    fn commit(&self, step: Step) -> Fut<'_, Result<Committed, PortError>> {
        Box::pin(self.write(move |tx| step::commit(tx, step)))
    }

    fn record_facts(&self, feiten: Vec<(Feit, Entry)>) -> Fut<'_, Result<u64, PortError>> {
        Box::pin(self.write(move |tx| facts::record(tx, feiten)))
    }

    fn received(&self, casus: String) -> Fut<'_, Result<Vec<Received>, PortError>> {
        Box::pin(self.read(move |c| ledger::of_case(c, &casus)))
    }

    fn consent_cases(&self) -> Fut<'_, Result<Vec<String>, PortError>> {
        Box::pin(self.read(ledger::consent_cases))
    }

    fn in_doubt(&self, casus: String) -> Fut<'_, Result<Vec<EffectId>, PortError>> {
        Box::pin(self.read(move |c| Ok(ledger::in_doubt(c, &casus)?.into_iter().map(|(_, e)| e).collect())))
    }

    fn mailbox(
        &self,
        ontvanger: Partij,
        after: Option<EffectId>,
        limit: usize,
    ) -> Fut<'_, Result<Vec<MailboxItem>, PortError>> {
        Box::pin(self.read(move |c| parked::mailbox(c, &ontvanger, after.as_ref(), at_most(limit))))
    }

    fn mailbox_item(&self, ontvanger: Partij, effect: EffectId) -> Fut<'_, Result<Option<MailboxItem>, PortError>> {
        Box::pin(self.read(move |c| parked::mailbox_item(c, &ontvanger, &effect)))
    }

    fn mailbox_fetch(
        &self,
        effect: EffectId,
        facts: Option<(String, u64)>,
        entry: Entry,
    ) -> Fut<'_, Result<Committed, PortError>> {
        Box::pin(self.write(move |tx| parked::fetch(tx, &effect, facts.as_ref(), entry)))
    }

    fn mailbox_done(&self, ontvanger: Partij, effect: EffectId, entry: Entry) -> Fut<'_, Result<bool, PortError>> {
        Box::pin(self.write(move |tx| parked::done(tx, &ontvanger, &effect, entry)))
    }

    fn mailbox_withdraw(
        &self,
        effect: EffectId,
        redenen: Vec<String>,
        until_ms: u64,
        entry: Entry,
    ) -> Fut<'_, Result<(), PortError>> {
        Box::pin(self.write(move |tx| parked::withdraw(tx, &effect, &redenen, until_ms, entry)))
    }

    fn quarantine(&self, after: Option<EffectId>, limit: usize) -> Fut<'_, Result<Vec<QuarantineItem>, PortError>> {
        Box::pin(self.read(move |c| parked::quarantine(c, after.as_ref(), at_most(limit))))
    }

    fn rejudge(&self, effect: EffectId, entry: Entry) -> Fut<'_, Result<bool, PortError>> {
        Box::pin(self.write(move |tx| parked::rejudge(tx, &effect, entry)))
    }

    fn quarantined(&self, effect: EffectId) -> Fut<'_, Result<Option<Quarantined>, PortError>> {
        Box::pin(self.read(move |c| parked::quarantined(c, &effect)))
    }

    fn refuse(&self, effect: EffectId, entry: Entry) -> Fut<'_, Result<bool, PortError>> {
        Box::pin(self.write(move |tx| parked::refuse(tx, &effect, entry)))
    }

    fn latest(&self, effects: Vec<EffectId>, each: usize) -> Fut<'_, Result<Vec<Vec<Vec<u8>>>, PortError>> {
        Box::pin(self.read(move |c| journal::latest(c, &effects, at_most(each))))
    }

    fn expire(&self, now_ms: u64, entry: Entry) -> Fut<'_, Result<u64, PortError>> {
        Box::pin(async move {
            let mut all = 0;
            loop {
                let entry = entry.clone();
                let count = self.write(move |tx| parked::expire(tx, now_ms, &entry)).await?;
                all += count;
                if count < parked::AT_ONCE {
                    return Ok(all);
                }
            }
        })
    }

    fn history(&self, id: String) -> Fut<'_, Result<Vec<Vec<u8>>, PortError>> {
        Box::pin(self.read(move |c| journal::history(c, &id)))
    }

    fn journal(&self, from: u64, limit: usize) -> Fut<'_, Result<Vec<Vec<u8>>, PortError>> {
        Box::pin(self.read(move |c| journal::from(c, from, at_most(limit))))
    }

    fn counts(&self) -> Fut<'_, Result<(u64, u64, u64), PortError>> {
        Box::pin(self.read(|c| {
            let count = |sql| c.prepare_cached(sql)?.query_row((), |r| r.get(0));
            Ok((
                count("SELECT count(*) FROM outbox")?,
                count("SELECT count(*) FROM messages WHERE state = 4")?,
                count("SELECT count(*) FROM messages WHERE state = 3")?,
            ))
        }))
    }

    fn oldest_content(&self) -> Fut<'_, Result<Option<u64>, PortError>> {
        // Messages are numbered as they are accepted, so the lowest number with content is the oldest.
        Box::pin(self.read(|c| {
            Ok(c.prepare_cached(
                "SELECT min(at_ms) FROM messages WHERE seq IN \
                 ((SELECT min(seq) FROM accepted), (SELECT min(seq) FROM minimised))",
            )?
            .query_row((), |r| r.get(0))?)
        }))
    }

    fn writable(&self) -> Fut<'_, Result<(), PortError>> {
        // A write that goes to disk: asking the file system would only say what it believes.
        Box::pin(self.write(|tx| {
            if !tx.room {
                return Err(PortError::Full("the store").into());
            }
            count_up(tx.c, "probe").map(|_| ())
        }))
    }
}

impl<Kind> BeheerStore for SqlStore<Kind> {
    fn untold(&self, limit: usize) -> Fut<'_, Result<Untold, PortError>> {
        Box::pin(self.read(move |c| beheer::untold(c, at_most(limit))))
    }

    fn tell(&self, new: Vec<NewNotice>, cursor: Option<(u64, u64)>) -> Fut<'_, Result<Option<u64>, PortError>> {
        Box::pin(self.write(move |tx| beheer::tell(tx, new, cursor)))
    }

    fn notices(
        &self,
        ontvanger: Partij,
        after: Option<String>,
        limit: usize,
    ) -> Fut<'_, Result<Vec<NoticeItem>, PortError>> {
        Box::pin(self.read(move |c| beheer::notices(c, &ontvanger, after.as_deref(), at_most(limit))))
    }

    fn notice(&self, ontvanger: Partij, id: String) -> Fut<'_, Result<Option<NoticeItem>, PortError>> {
        Box::pin(self.read(move |c| beheer::notice(c, &ontvanger, &id)))
    }

    fn notice_fetch(&self, ontvanger: Partij, id: String, entry: Entry) -> Fut<'_, Result<bool, PortError>> {
        Box::pin(self.write(move |tx| beheer::fetch(tx, &ontvanger, &id, entry)))
    }

    fn notice_confirm(&self, ontvanger: Partij, id: String, entry: Entry) -> Fut<'_, Result<bool, PortError>> {
        Box::pin(self.write(move |tx| beheer::confirm(tx, &ontvanger, &id, entry)))
    }

    fn unconfirmed(&self, after: Option<String>, limit: usize) -> Fut<'_, Result<Vec<NoticeItem>, PortError>> {
        Box::pin(self.read(move |c| beheer::unconfirmed(c, after.as_deref(), at_most(limit))))
    }

    fn note(&self, entry: Entry) -> Fut<'_, Result<(), PortError>> {
        Box::pin(self.write(move |tx| journal::write(tx, vec![entry], None)))
    }

    fn told_of_kind(&self, soort: String) -> Fut<'_, Result<Vec<String>, PortError>> {
        Box::pin(self.read(move |c| beheer::of_kind(c, &soort)))
    }

    fn unconfirmed_counts(&self, now_ms: u64) -> Fut<'_, Result<(u64, u64), PortError>> {
        Box::pin(self.read(move |c| beheer::counts(c, now_ms)))
    }
}

impl<Kind> PersoonStore for SqlStore<Kind> {
    fn about(&self, keys: Vec<String>) -> Fut<'_, Result<About, PortError>> {
        Box::pin(self.read(move |c| persoon::about(c, &keys)))
    }

    fn record(&self, entry: Entry) -> Fut<'_, Result<(), PortError>> {
        Box::pin(self.write(move |tx| journal::write(tx, vec![entry], None)))
    }
}

impl<Kind> RegisterStore for SqlStore<Kind> {
    fn posten(&self, soort: &'static str) -> Fut<'_, Result<Vec<Post>, PortError>> {
        Box::pin(self.read(move |c| register::posten(c, soort)))
    }

    fn post(&self, soort: &'static str, id: String) -> Fut<'_, Result<Vec<Post>, PortError>> {
        Box::pin(self.read(move |c| register::post(c, soort, &id)))
    }

    fn posten_van(&self, soort: &'static str, sleutels: Vec<String>) -> Fut<'_, Result<Vec<Post>, PortError>> {
        Box::pin(self.read(move |c| register::posten_van(c, soort, &sleutels)))
    }

    fn post_sleutels(&self, soort: &'static str, id: String) -> Fut<'_, Result<Vec<String>, PortError>> {
        Box::pin(self.read(move |c| register::sleutels(c, soort, &id)))
    }

    fn boek(&self, new: NewPost) -> Fut<'_, Result<Option<u32>, PortError>> {
        Box::pin(self.write(move |tx| register::boek(tx, new)))
    }
}
