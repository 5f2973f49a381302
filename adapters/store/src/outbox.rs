//! The outbox: open work in its lanes. Only the *head* of a lane, its oldest open message, can be worked on; that is a
//! column, kept at each coming and going, so that what is ready is read off an index however long the lanes are.

use crate::sql::{Connection, Optional as _, ToVal as _, params};
use sluis_rules::ids::Partij;
use sluis_stations::ports::{EffectId, Station};

use crate::error::Fault;
use crate::writer::Tx;

/// Where a message stands; the numbers are in the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub(crate) enum State {
    Judge = 1,
    Deliver = 2,
    Mailbox = 3,
    Quarantine = 4,
    Done = 5,
}

/// The number of a station in the outbox.
pub(crate) const fn station(s: Station) -> i64 {
    match s {
        Station::Judge => State::Judge as i64,
        Station::Deliver => State::Deliver as i64,
    }
}

/// Milliseconds as the database has them.
pub(crate) fn ms(t: u64) -> i64 {
    i64::try_from(t).unwrap_or(i64::MAX)
}

/// The number of a message.
pub(crate) fn number(c: &Connection, effect: &str) -> Result<Option<i64>, Fault> {
    Ok(c.prepare_cached("SELECT seq FROM messages WHERE effect = ?1")?
        .query_row([effect], |r| r.get(0))
        .optional()?)
}

/// The next value of a counter.
pub(crate) fn count_up(c: &Connection, name: &str) -> Result<i64, Fault> {
    Ok(
        c.prepare_cached("UPDATE counters SET value = value + 1 WHERE name = ?1 RETURNING value")?
            .query_row([name], |r| r.get(0))?,
    )
}

/// Puts a message into the outbox for judge: a new one, or one that comes back and may be older than what is there.
pub(crate) fn enter(tx: &mut Tx<'_>, seq: i64) -> Result<(), Fault> {
    let (effect, lane, ontvanger): (String, String, String) =
        tx.c.prepare_cached("SELECT effect, lane, ontvanger FROM messages WHERE seq = ?1")?
            .query_row([seq], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    let oldest: Option<i64> =
        tx.c.prepare_cached("SELECT min(seq) FROM outbox WHERE lane = ?1")?
            .query_row([&lane], |r| r.get(0))?;
    let head = oldest.is_none_or(|oldest| seq < oldest);
    if let (true, Some(oldest)) = (head, oldest) {
        // Whoever has a claim on the former head keeps it; it is only not given out again before this one.
        tx.c.prepare_cached("UPDATE outbox SET head = 0 WHERE seq = ?1")?
            .execute([oldest])?;
    }
    tx.c.prepare_cached(
        "INSERT INTO outbox (seq, effect, lane, ontvanger, station, head) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![seq, effect, lane, ontvanger, station(Station::Judge), head])?;
    tx.touched = true;
    Ok(())
}

/// Takes a message out of the outbox; the next of its lane moves up.
pub(crate) fn leave(tx: &mut Tx<'_>, seq: i64) -> Result<(), Fault> {
    let gone: Option<(String, bool)> =
        tx.c.prepare_cached("DELETE FROM outbox WHERE seq = ?1 RETURNING lane, head")?
            .query_row([seq], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
    if let Some((lane, true)) = gone {
        tx.c.prepare_cached("UPDATE outbox SET head = 1 WHERE seq = (SELECT min(seq) FROM outbox WHERE lane = ?1)")?
            .execute([lane])?;
    }
    tx.touched = true;
    Ok(())
}

/// Gives a message to a station, not before a time; ends the claim. Attempts count for one station.
pub(crate) fn pass(tx: &mut Tx<'_>, seq: i64, to: Station, ready_at: i64) -> Result<(), Fault> {
    tx.c.prepare_cached(
        "UPDATE outbox SET attempt = CASE station WHEN ?2 THEN attempt ELSE 0 END, \
         station = ?2, ready_at = ?3, claimed = 0 WHERE seq = ?1",
    )?
    .execute(params![seq, station(to), ready_at])?;
    tx.touched = true;
    Ok(())
}

/// What is ready for a station, without what is for these receivers.
///
/// Two looks at one index: work that is ready at once, oldest first, and work that waited for a time that has come,
/// longest ready first; together in the order in which it was accepted. Both stop at the limit, however much there is.
pub(crate) fn ready(
    c: &Connection,
    s: Station,
    now: i64,
    limit: i64,
    without: &[Partij],
) -> Result<Vec<EffectId>, Fault> {
    let without = serde_json::to_string(without)?;
    let mut found: Vec<(i64, String)> = Vec::new();
    let busy = c.listed(3);
    let at_once = format!(
        "SELECT seq, effect FROM outbox WHERE head = 1 AND station = ?1 AND ready_at = 0 \
         AND ontvanger NOT IN {busy} ORDER BY seq LIMIT ?2"
    );
    let waited = format!(
        "SELECT seq, effect FROM outbox WHERE head = 1 AND station = ?1 AND ready_at > 0 AND ready_at <= ?4 \
         AND ontvanger NOT IN {busy} ORDER BY ready_at, seq LIMIT ?2"
    );
    let s = station(s);
    let with = [s.val(), limit.val(), without.val(), now.val()];
    for (sql, with) in [(&at_once, with.get(..3).unwrap_or_default()), (&waited, &with[..])] {
        let mut statement = c.prepare_cached(sql)?;
        for row in statement.query_map(with, |r| Ok((r.get(0)?, r.get(1)?)))? {
            found.push(row?);
        }
    }
    found.sort_unstable();
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found.into_iter().map(|(_, effect)| EffectId(effect)).collect())
}
