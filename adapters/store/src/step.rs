//! The stations: claim a piece of work, commit a step.

use crate::sql::{Optional as _, params};
use sluis_stations::ports::{Claim, Committed, EffectId, Next, PortError, Station, Step, Work};

use crate::error::Fault;
use crate::facts;
use crate::journal;
use crate::outbox::{State, count_up, leave, ms, pass, station};
use crate::parked::{self, Place};
use crate::writer::Tx;

/// Claims a piece of work that is ready.
pub(crate) fn claim(
    tx: &mut Tx<'_>,
    effect: EffectId,
    at: Station,
    now_ms: u64,
    lease_ms: u64,
) -> Result<Option<Work>, Fault> {
    let found = tx
        .c
        .prepare_cached(
            "SELECT m.seq, m.event, m.koppeling, m.departed <> 0, m.at_ms, o.attempt FROM messages m JOIN outbox o USING (seq) \
             WHERE m.effect = ?1 AND o.station = ?2 AND o.head = 1 AND o.ready_at <= ?3",
        )?
        .query_row(params![effect.as_str(), station(at), ms(now_ms)], |r| {
            Ok((r.get::<i64>(0)?, r.get::<String>(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?))
        })
        .optional()?;
    let Some((seq, event, koppeling, departed, at_ms, attempt)) = found else {
        return Ok(None);
    };
    let table = match at {
        Station::Judge => "SELECT sealed FROM accepted WHERE seq = ?1",
        Station::Deliver => "SELECT sealed FROM minimised WHERE seq = ?1",
    };
    let sealed =
        tx.c.prepare_cached(table)?
            .query_row([seq], |r| r.get(0))
            .optional()?
            .ok_or(PortError::Corrupt("the store", "the content of open work is not there"))?;
    let token = count_up(tx.c, "token")?;
    tx.c.prepare_cached(
        "UPDATE outbox SET claimed = 1, token = ?2, ready_at = ?3, attempt = attempt + 1 WHERE seq = ?1",
    )?
    // At least 1: 0 means ready at once, whatever the clock says.
    .execute(params![seq, token, ms(now_ms.saturating_add(lease_ms)).max(1)])?;
    Ok(Some(Work {
        claim: Claim {
            effect,
            station: at,
            token: u64::try_from(token).unwrap_or(0),
        },
        event: serde_json::from_str(&event)?,
        koppeling,
        sealed,
        attempt,
        departed,
        at_ms,
    }))
}

/// Commits a step, when its claim still stands and no newer fact exists.
pub(crate) fn commit(tx: &mut Tx<'_>, step: Step) -> Result<Committed, Fault> {
    let Step {
        claim,
        facts,
        next,
        journal,
    } = step;
    let seq: Option<i64> =
        tx.c.prepare_cached(
            "SELECT m.seq FROM messages m JOIN outbox o USING (seq) \
             WHERE m.effect = ?1 AND o.station = ?2 AND o.token = ?3 AND o.claimed = 1",
        )?
        .query_row(
            params![claim.effect.as_str(), station(claim.station), ms(claim.token)],
            |r| r.get(0),
        )
        .optional()?;
    let Some(seq) = seq else {
        return Ok(Committed::ClaimLost);
    };
    if !facts::still(tx.c, facts.as_ref())? {
        return Ok(Committed::FactsChanged);
    }
    match next {
        Next::Deliver { sealed } => {
            keep_minimised(tx, seq, &sealed)?;
            set_state(tx, seq, State::Deliver)?;
            pass(tx, seq, Station::Deliver, 0)?;
        }
        Next::Judge => back_to_judge(tx, seq)?,
        Next::Mailbox { sealed } => {
            keep_minimised(tx, seq, &sealed)?;
            leave(tx, seq)?;
            parked::park(tx, seq, &Place::Mailbox, now_of(&journal))?;
        }
        Next::Done => end(tx, seq)?,
        Next::Quarantine { redenen, until_ms } => {
            leave(tx, seq)?;
            parked::park(
                tx,
                seq,
                &Place::Quarantine {
                    redenen: &redenen,
                    until_ms,
                },
                now_of(&journal),
            )?;
        }
        Next::Retry { at_ms } => {
            not_taken(tx, seq, &claim)?;
            pass(tx, seq, claim.station, ms(at_ms))?;
        }
        Next::Depart => departed(tx, seq, &claim)?,
        // Also when the doubt is about a send of an earlier claim.
        Next::Unknown { at_ms } => {
            departed(tx, seq, &claim)?;
            pass(tx, seq, claim.station, ms(at_ms))?;
        }
    }
    journal::write(tx, journal, Some(seq))?;
    Ok(Committed::Yes)
}

/// The time of a step is the time of its last record; a step without records is not timed.
fn now_of(journal: &[sluis_stations::ports::Entry]) -> u64 {
    journal.last().map_or(0, |entry| entry.tijd_ms)
}

fn keep_minimised(tx: &Tx<'_>, seq: i64, sealed: &[u8]) -> Result<(), Fault> {
    tx.c.prepare_cached(
        "INSERT INTO minimised (seq, sealed) VALUES (?1, ?2) ON CONFLICT (seq) DO UPDATE SET sealed = excluded.sealed",
    )?
    .execute(params![seq, sealed])?;
    Ok(())
}

/// A send began, at the latest under this claim, and its end is not known.
fn departed(tx: &Tx<'_>, seq: i64, claim: &Claim) -> Result<(), Fault> {
    tx.c.prepare_cached("UPDATE messages SET departed = ?2 WHERE seq = ?1")?
        .execute(params![seq, ms(claim.token)])?;
    Ok(())
}

/// The send that began under this claim was certainly not taken. One that began under an earlier claim stays in doubt:
/// who only tries again later has learned nothing about it.
fn not_taken(tx: &Tx<'_>, seq: i64, claim: &Claim) -> Result<(), Fault> {
    tx.c.prepare_cached("UPDATE messages SET departed = 0 WHERE seq = ?1 AND departed = ?2")?
        .execute(params![seq, ms(claim.token)])?;
    Ok(())
}

pub(crate) fn set_state(tx: &Tx<'_>, seq: i64, state: State) -> Result<(), Fault> {
    tx.c.prepare_cached("UPDATE messages SET state = ?2 WHERE seq = ?1")?
        .execute(params![seq, state as i64])?;
    Ok(())
}

/// From deliver back to judge: what was minimised under other facts or rules is destroyed.
pub(crate) fn back_to_judge(tx: &mut Tx<'_>, seq: i64) -> Result<(), Fault> {
    tx.c.prepare_cached("DELETE FROM minimised WHERE seq = ?1")?
        .execute([seq])?;
    set_state(tx, seq, State::Judge)?;
    pass(tx, seq, Station::Judge, 0)
}

/// The end: content is destroyed, ids stay.
pub(crate) fn end(tx: &mut Tx<'_>, seq: i64) -> Result<(), Fault> {
    for sql in [
        "DELETE FROM accepted WHERE seq = ?1",
        "DELETE FROM minimised WHERE seq = ?1",
        "UPDATE messages SET departed = 0, since_ms = NULL, until_ms = NULL, redenen = NULL WHERE seq = ?1",
    ] {
        tx.c.prepare_cached(sql)?.execute([seq])?;
    }
    set_state(tx, seq, State::Done)?;
    leave(tx, seq)
}
