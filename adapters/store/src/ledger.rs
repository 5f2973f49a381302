//! The effect ledger: who got what, on which consents, found without reading the journal.

use crate::sql::{Connection, Optional as _, params};
use sluis_rules::journal::Stap;
use sluis_stations::ports::{EffectId, Entry, Received};

use crate::error::Fault;
use crate::outbox::ms;
use crate::writer::Tx;

/// Keeps what a record tells of a departure or a fetch. `nummer`: its place in the journal. A later one of the same
/// effect adds the consents it rests on, and leaves the first moment.
pub(crate) fn note(tx: &Tx<'_>, entry: &Entry, nummer: u64) -> Result<(), Fault> {
    let of_message = matches!(entry.stap, Stap::Vertrek | Stap::Opgehaald) && !entry.inhoud.casus.is_empty();
    // An administrative message is no effect of a message about a person.
    if !of_message || entry.inhoud.kanaal == "beheer" {
        return Ok(());
    }
    let mut consents = entry.inhoud.toestemmingen.clone();
    let before: Option<String> =
        tx.c.prepare_cached("SELECT toestemmingen FROM received WHERE casus = ?1 AND effect = ?2")?
            .query_row(params![entry.inhoud.casus, entry.effect], |r| r.get(0))
            .optional()?;
    if let Some(before) = before {
        consents.extend(serde_json::from_str::<Vec<String>>(&before)?);
    }
    consents.sort_unstable();
    consents.dedup();
    tx.c.prepare_cached(
        "INSERT INTO received (casus, effect, ontvanger, toestemmingen, nummer, tijd_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT (casus, effect) DO UPDATE SET toestemmingen = excluded.toestemmingen",
    )?
    .execute(params![
        entry.inhoud.casus,
        entry.effect,
        entry.inhoud.ontvanger,
        serde_json::to_string(&consents)?,
        ms(nummer),
        ms(entry.tijd_ms)
    ])?;
    Ok(())
}

/// Everything of a case, in order of the journal.
pub(crate) fn of_case(c: &Connection, casus: &str) -> Result<Vec<Received>, Fault> {
    let mut statement = c.prepare_cached(
        "SELECT effect, ontvanger, toestemmingen, nummer, tijd_ms FROM received WHERE casus = ?1 ORDER BY nummer",
    )?;
    statement
        .query_and_then([casus], |row| {
            Ok(Received {
                effect: EffectId(row.get(0)?),
                ontvanger: row.get(1)?,
                toestemmingen: serde_json::from_str(&row.get::<String>(2)?)?,
                nummer: row.get(3)?,
                tijd_ms: row.get(4)?,
            })
        })?
        .collect()
}

/// Sends of a case that were begun and whose end is not known.
pub(crate) fn in_doubt(c: &Connection, casus: &str) -> Result<Vec<(i64, EffectId)>, Fault> {
    let mut statement =
        c.prepare_cached("SELECT seq, effect FROM messages WHERE casus = ?1 AND departed <> 0 ORDER BY seq")?;
    let rows = statement
        .query_map([casus], |r| Ok((r.get(0)?, EffectId(r.get(1)?))))?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Every case with a consent. The facts are small, and this is asked once an hour.
pub(crate) fn consent_cases(c: &Connection) -> Result<Vec<String>, Fault> {
    let mut statement = c.prepare_cached(c.either(
        "SELECT DISTINCT casus FROM facts WHERE casus IS NOT NULL AND json_extract(feit, '$.soort') = 'toestemming' \
         ORDER BY casus",
        "SELECT DISTINCT casus FROM facts WHERE casus IS NOT NULL AND feit::json ->> 'soort' = 'toestemming' ORDER BY casus",
    ))?;
    let rows = statement.query_map((), |r| r.get(0))?.collect::<Result<_, _>>()?;
    Ok(rows)
}
