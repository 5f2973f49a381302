//! Intake: an event with its fan-out, kept whole or not at all.

use crate::sql::{Optional as _, params};
use sluis_stations::ports::{Accepted, Arrival, EffectId, NewMessage, PortError};

use crate::error::Fault;
use crate::journal;
use crate::outbox::{State, enter, ms};
use crate::persoon;
use crate::writer::Tx;

/// Keeps an arrival, unless it was here before.
pub(crate) fn accept(tx: &mut Tx<'_>, arrival: Arrival) -> Result<Accepted, Fault> {
    if let Some((body, first, last)) = known(tx, &arrival.event_key)? {
        if body != arrival.body_key {
            return Ok(Accepted::Conflict);
        }
        return Ok(Accepted::Repeat(effects(tx, first, last)?));
    }
    if !tx.room {
        return Err(PortError::Full("the store").into());
    }
    // Adjacent numbers: within this transaction nothing else inserts between two messages of one arrival. An arrival
    // for nobody keeps an empty range.
    let mut range = None;
    for message in arrival.messages {
        let seq = keep(tx, &arrival.koppeling, message)?;
        persoon::keep(tx, seq, &arrival.personen)?;
        range = Some((range.map_or(seq, |(first, _)| first), seq));
    }
    let (first, last): (i64, i64) = range.unwrap_or((1, 0));
    tx.c.prepare_cached("INSERT INTO events (event_key, body_key, first_seq, last_seq) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![arrival.event_key, arrival.body_key, first, last])?;
    journal::write(tx, arrival.journal, None)?;
    Ok(Accepted::New)
}

fn known(tx: &Tx<'_>, event_key: &str) -> Result<Option<(String, i64, i64)>, Fault> {
    Ok(tx
        .c
        .prepare_cached("SELECT body_key, first_seq, last_seq FROM events WHERE event_key = ?1")?
        .query_row([event_key], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?)
}

fn effects(tx: &Tx<'_>, first: i64, last: i64) -> Result<Vec<EffectId>, Fault> {
    let mut statement =
        tx.c.prepare_cached("SELECT effect FROM messages WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq")?;
    let found = statement
        .query_map([first, last], |r| r.get(0).map(EffectId))?
        .collect::<Result<_, _>>()?;
    Ok(found)
}

fn keep(tx: &mut Tx<'_>, koppeling: &str, message: NewMessage) -> Result<i64, Fault> {
    let NewMessage {
        effect,
        event,
        lane,
        sealed,
        at_ms,
    } = message;
    // Not known yet: judge divides it over its receivers later.
    let ontvanger = event.claim.ontvanger.map(|p| p.to_string()).unwrap_or_default();
    let seq: i64 =
        tx.c.prepare_cached(
            "INSERT INTO messages (effect, event, koppeling, lane, casus, ontvanger, state, at_ms) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING seq",
        )?
        .query_row(
            params![
                effect.as_str(),
                serde_json::to_string(&event)?,
                koppeling,
                lane,
                event.claim.casus,
                ontvanger,
                State::Judge as i64,
                ms(at_ms),
            ],
            |r| r.get(0),
        )?;
    tx.c.prepare_cached("INSERT INTO accepted (seq, sealed) VALUES (?1, ?2)")?
        .execute(params![seq, sealed])?;
    enter(tx, seq)?;
    Ok(seq)
}
