//! The journal: records linked by their hashes, written in the transaction of what they tell about.

use crate::sql::{Connection, Optional as _, params};
use sluis_rules::journal::{GENESIS, Hash, hash, hex};
use sluis_stations::ports::{EffectId, Entry, PortError};

use crate::error::Fault;
use crate::ledger;
use crate::outbox::{ms, number};
use crate::writer::Tx;

/// The end of the chain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    /// Number of the last record; 0: none.
    pub(crate) nummer: u64,
    hash: Hash,
}

const CHANGED: PortError = PortError::Corrupt("the journal", "its last record was changed");

impl Head {
    /// Reads the end of the chain, and looks whether its last record is what was written.
    pub(crate) fn read(c: &Connection) -> Result<Self, Fault> {
        let last = c
            .query_row(
                "SELECT nummer, record, hash FROM journal ORDER BY nummer DESC LIMIT 1",
                (),
                |r| Ok((r.get::<u64>(0)?, r.get::<Vec<u8>>(1)?, r.get::<Vec<u8>>(2)?)),
            )
            .optional()?;
        let Some((nummer, record, kept)) = last else {
            return Ok(Self {
                nummer: 0,
                hash: GENESIS,
            });
        };
        let hash = hash(&record);
        if kept != hash {
            return Err(CHANGED.into());
        }
        Ok(Self { nummer, hash })
    }
}

/// Writes records at the end of the chain. `seq`: the message they belong to, when all belong to one.
pub(crate) fn write(tx: &mut Tx<'_>, entries: Vec<Entry>, seq: Option<i64>) -> Result<(), Fault> {
    for entry in entries {
        let seq = match seq {
            Some(seq) => Some(seq),
            None if entry.effect.is_empty() => None,
            None => number(tx.c, &entry.effect)?,
        };
        // A record of a message is found by its number, which keeps the index in order of time; others by their id.
        let effect = (seq.is_none() && !entry.effect.is_empty()).then(|| entry.effect.clone());
        let nummer = tx.head.nummer + 1;
        ledger::note(tx, &entry, nummer)?;
        let (record, hash) = entry.into_record(nummer, hex(&tx.head.hash)).seal()?;
        tx.c.prepare_cached("INSERT INTO journal (nummer, seq, effect, record, hash) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![ms(nummer), seq, effect, record, hash.as_slice()])?;
        tx.head = Head { nummer, hash };
    }
    Ok(())
}

/// Records of an effect, or of every effect of an event, oldest first.
pub(crate) fn history(c: &Connection, id: &str) -> Result<Vec<Vec<u8>>, Fault> {
    let event = c
        .prepare_cached("SELECT first_seq, last_seq FROM events WHERE event_key = ?1")?
        .query_row([id], |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?)))
        .optional()?;
    let range = match event {
        Some(range) => Some(range),
        None => number(c, id)?.map(|seq| (seq, seq)),
    };
    let (first, last) = range.unwrap_or((1, 0));
    let mut statement = c.prepare_cached(
        "SELECT nummer, record FROM journal WHERE seq BETWEEN ?1 AND ?2 \
         UNION ALL SELECT nummer, record FROM journal WHERE effect = ?3 ORDER BY nummer",
    )?;
    let records = statement
        .query_map(params![first, last, id], |r| r.get(1))?
        .collect::<Result<_, _>>()?;
    Ok(records)
}

/// The last records of each effect, newest first.
pub(crate) fn latest(c: &Connection, effects: &[EffectId], each: i64) -> Result<Vec<Vec<Vec<u8>>>, Fault> {
    let mut statement = c.prepare_cached(
        "SELECT record FROM journal WHERE seq = (SELECT seq FROM messages WHERE effect = ?1) \
         ORDER BY nummer DESC LIMIT ?2",
    )?;
    let mut all = Vec::with_capacity(effects.len());
    for effect in effects {
        let found = statement.query_map(params![effect.as_str(), each], |r| r.get(0))?;
        all.push(found.collect::<Result<_, _>>()?);
    }
    Ok(all)
}

/// Records from a number on.
pub(crate) fn from(c: &Connection, from: u64, limit: i64) -> Result<Vec<Vec<u8>>, Fault> {
    let mut statement = c.prepare_cached("SELECT record FROM journal WHERE nummer >= ?1 ORDER BY nummer LIMIT ?2")?;
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let records = statement
        .query_map(params![from, limit], |r| r.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(records)
}
