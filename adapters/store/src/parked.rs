//! What waits for somebody: the mailbox for its receiver, quarantine for a fact, a person or its time.

use crate::sql::{Connection, Optional as _, Row, params};
use sluis_rules::ids::Partij;
use sluis_stations::ports::{Committed, EffectId, Entry, MailboxItem, QuarantineItem, Quarantined};

use crate::error::Fault;
use crate::facts;
use crate::journal;
use crate::outbox::{State, count_up, enter, ms, number};
use crate::step::{end, set_state};
use crate::writer::Tx;

/// Content of so many is destroyed in one go, so that others get their turn.
pub(crate) const AT_ONCE: u64 = 500;

/// Where a message is parked.
pub(crate) enum Place<'a> {
    Mailbox,
    Quarantine { redenen: &'a [String], until_ms: u64 },
}

/// Parks a message that is not in the outbox (any more).
pub(crate) fn park(tx: &Tx<'_>, seq: i64, place: &Place<'_>, now_ms: u64) -> Result<(), Fault> {
    let (state, redenen, until) = match place {
        Place::Mailbox => (State::Mailbox, None, None),
        Place::Quarantine { redenen, until_ms } => {
            // Only the accepted bytes are kept: a new judgement starts from them.
            tx.c.prepare_cached("DELETE FROM minimised WHERE seq = ?1")?
                .execute([seq])?;
            (
                State::Quarantine,
                Some(serde_json::to_string(redenen)?),
                Some(ms(*until_ms)),
            )
        }
    };
    let number = count_up(tx.c, "place")?;
    tx.c.prepare_cached(
        "UPDATE messages SET state = ?2, place = ?3, since_ms = ?4, until_ms = ?5, redenen = ?6 WHERE seq = ?1",
    )?
    .execute(params![seq, state as i64, number, ms(now_ms), until, redenen])?;
    Ok(())
}

/// From quarantine back to judge.
pub(crate) fn reenter(tx: &mut Tx<'_>, seq: i64) -> Result<(), Fault> {
    set_state(tx, seq, State::Judge)?;
    tx.c.prepare_cached("UPDATE messages SET since_ms = NULL, until_ms = NULL, redenen = NULL WHERE seq = ?1")?
        .execute([seq])?;
    enter(tx, seq)
}

/// The number of a message that stands in that state.
fn standing(c: &Connection, effect: &EffectId, state: State) -> Result<Option<i64>, Fault> {
    Ok(
        c.prepare_cached("SELECT seq FROM messages WHERE effect = ?1 AND state = ?2")?
            .query_row(params![effect.as_str(), state as i64], |r| r.get(0))
            .optional()?,
    )
}

/// The place after which a list goes on; an id that is not known here starts from the beginning.
fn after_place(c: &Connection, after: Option<&EffectId>, ontvanger: Option<&str>) -> Result<i64, Fault> {
    let Some(after) = after else { return Ok(0) };
    let place: Option<Option<i64>> = c
        .prepare_cached(
            "SELECT place FROM messages WHERE effect = ?1 AND (CAST(?2 AS TEXT) IS NULL OR ontvanger = ?2)",
        )?
        .query_row(params![after.as_str(), ontvanger], |r| r.get(0))
        .optional()?;
    Ok(place.flatten().unwrap_or(0))
}

fn mailbox_item_of(row: &Row<'_>) -> Result<MailboxItem, Fault> {
    Ok(MailboxItem {
        effect: EffectId(row.get(0)?),
        event: serde_json::from_str(&row.get::<String>(1)?)?,
        koppeling: row.get(2)?,
        since_ms: row.get(3)?,
        sealed: row.get(4)?,
    })
}

/// The mailbox of a receiver, oldest first.
pub(crate) fn mailbox(
    c: &Connection,
    ontvanger: &Partij,
    after: Option<&EffectId>,
    limit: i64,
) -> Result<Vec<MailboxItem>, Fault> {
    let ontvanger = ontvanger.to_string();
    let from = after_place(c, after, Some(&ontvanger))?;
    let mut statement = c.prepare_cached(
        "SELECT m.effect, m.event, m.koppeling, m.since_ms, x.sealed FROM messages m JOIN minimised x USING (seq) \
         WHERE m.state = 3 AND m.ontvanger = ?1 AND m.place > ?2 ORDER BY m.place LIMIT ?3",
    )?;
    statement
        .query_and_then(params![ontvanger, from, limit], mailbox_item_of)?
        .collect()
}

/// One item of the mailbox of this receiver.
pub(crate) fn mailbox_item(
    c: &Connection,
    ontvanger: &Partij,
    effect: &EffectId,
) -> Result<Option<MailboxItem>, Fault> {
    let mut statement = c.prepare_cached(
        "SELECT m.effect, m.event, m.koppeling, m.since_ms, x.sealed FROM messages m JOIN minimised x USING (seq) \
         WHERE m.effect = ?1 AND m.state = 3 AND m.ontvanger = ?2",
    )?;
    statement
        .query_and_then(params![effect.as_str(), ontvanger.to_string()], mailbox_item_of)?
        .next()
        .transpose()
}

/// Records that an item is about to be given out.
pub(crate) fn fetch(
    tx: &mut Tx<'_>,
    effect: &EffectId,
    rests_on: Option<&(String, u64)>,
    entry: Entry,
) -> Result<Committed, Fault> {
    let Some(seq) = standing(tx.c, effect, State::Mailbox)? else {
        return Ok(Committed::ClaimLost);
    };
    if !facts::still(tx.c, rests_on)? {
        return Ok(Committed::FactsChanged);
    }
    tx.c.prepare_cached("UPDATE messages SET fetched = 1 WHERE seq = ?1")?
        .execute([seq])?;
    journal::write(tx, vec![entry], Some(seq))?;
    Ok(Committed::Yes)
}

/// The receiver has it: the end.
pub(crate) fn done(tx: &mut Tx<'_>, ontvanger: &Partij, effect: &EffectId, entry: Entry) -> Result<bool, Fault> {
    let Some(seq) = standing(tx.c, effect, State::Mailbox)? else {
        return Ok(false);
    };
    let own: bool =
        tx.c.prepare_cached("SELECT ontvanger = ?2 FROM messages WHERE seq = ?1")?
            .query_row(params![seq, ontvanger.to_string()], |r| r.get(0))?;
    if !own {
        return Ok(false);
    }
    end(tx, seq)?;
    journal::write(tx, vec![entry], Some(seq))?;
    Ok(true)
}

/// From the mailbox to quarantine. Nothing happens when it is not in a mailbox: then there is nothing to withdraw.
pub(crate) fn withdraw(
    tx: &mut Tx<'_>,
    effect: &EffectId,
    redenen: &[String],
    until_ms: u64,
    entry: Entry,
) -> Result<(), Fault> {
    let Some(seq) = standing(tx.c, effect, State::Mailbox)? else {
        return Ok(());
    };
    park(tx, seq, &Place::Quarantine { redenen, until_ms }, entry.tijd_ms)?;
    journal::write(tx, vec![entry], Some(seq))
}

const ASIDE: &str = "SELECT m.effect, m.event, m.koppeling, m.redenen, m.since_ms, m.until_ms";

fn aside_of(row: &Row<'_>) -> Result<QuarantineItem, Fault> {
    Ok(QuarantineItem {
        effect: EffectId(row.get(0)?),
        event: serde_json::from_str(&row.get::<String>(1)?)?,
        koppeling: row.get(2)?,
        redenen: serde_json::from_str(&row.get::<String>(3)?)?,
        since_ms: row.get(4)?,
        until_ms: row.get(5)?,
    })
}

/// What is in quarantine, oldest first.
pub(crate) fn quarantine(c: &Connection, after: Option<&EffectId>, limit: i64) -> Result<Vec<QuarantineItem>, Fault> {
    let from = after_place(c, after, None)?;
    let sql = format!("{ASIDE} FROM messages m WHERE m.state = 4 AND m.place > ?1 ORDER BY m.place LIMIT ?2");
    c.prepare_cached(&sql)?
        .query_and_then(params![from, limit], aside_of)?
        .collect()
}

/// One message of quarantine, with its sealed accepted bytes.
pub(crate) fn quarantined(c: &Connection, effect: &EffectId) -> Result<Option<Quarantined>, Fault> {
    let sql =
        format!("{ASIDE}, x.sealed FROM messages m JOIN accepted x USING (seq) WHERE m.effect = ?1 AND m.state = 4");
    c.prepare_cached(&sql)?
        .query_and_then([effect.as_str()], |row| {
            Ok(Quarantined {
                item: aside_of(row)?,
                sealed: row.get(6)?,
            })
        })?
        .next()
        .transpose()
}

/// The end of a quarantined message, because a person said so.
pub(crate) fn refuse(tx: &mut Tx<'_>, effect: &EffectId, entry: Entry) -> Result<bool, Fault> {
    let Some(seq) = standing(tx.c, effect, State::Quarantine)? else {
        return Ok(false);
    };
    end(tx, seq)?;
    journal::write(tx, vec![entry], Some(seq))?;
    Ok(true)
}

/// One message from quarantine back to judge.
pub(crate) fn rejudge(tx: &mut Tx<'_>, effect: &EffectId, entry: Entry) -> Result<bool, Fault> {
    let Some(seq) = standing(tx.c, effect, State::Quarantine)? else {
        return Ok(false);
    };
    reenter(tx, seq)?;
    journal::write(tx, vec![entry], Some(seq))?;
    Ok(true)
}

/// Destroys the content of some that are past their time; each gets a record with its own effect id.
pub(crate) fn expire(tx: &mut Tx<'_>, now_ms: u64, entry: &Entry) -> Result<u64, Fault> {
    let past: Vec<String> = tx
        .c
        .prepare_cached("SELECT effect FROM messages WHERE state = 4 AND until_ms <= ?1 ORDER BY until_ms LIMIT ?2")?
        .query_map(params![ms(now_ms), ms(AT_ONCE)], |r| r.get(0))?
        .collect::<Result<_, _>>()?;
    let mut count = 0;
    for effect in past {
        if let Some(seq) = number(tx.c, &effect)? {
            end(tx, seq)?;
            journal::write(
                tx,
                vec![Entry {
                    effect,
                    ..entry.clone()
                }],
                Some(seq),
            )?;
            count += 1;
        }
    }
    Ok(count)
}
