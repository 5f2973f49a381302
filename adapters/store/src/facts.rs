//! Facts: append-only, and what a new one does to the messages of its case.

use crate::sql::{Connection, Params, Row, params};
use sluis_rules::facts::Feit;
use sluis_stations::ports::{Entry, FactsRead, POSSIBLY};

use crate::error::Fault;
use crate::journal;
use crate::ledger;
use crate::parked;
use crate::step::back_to_judge;
use crate::writer::Tx;

/// The number of the last fact that counts for a case: its own, and those about parties.
fn version(c: &Connection, casus: &str) -> Result<u64, Fault> {
    Ok(c.prepare_cached(
        "SELECT coalesce(max(n), 0) FROM (SELECT max(nummer) AS n FROM facts WHERE casus = ?1 \
         UNION ALL SELECT max(nummer) FROM facts WHERE casus IS NULL) AS last",
    )?
    .query_row([casus], |r| r.get(0))?)
}

/// Whether no newer fact exists than the one a step rests on.
pub(crate) fn still(c: &Connection, rests_on: Option<&(String, u64)>) -> Result<bool, Fault> {
    match rests_on {
        Some((casus, versie)) => Ok(version(c, casus)? == *versie),
        None => Ok(true),
    }
}

/// Facts of a case, with those about parties, in the order they were recorded.
pub(crate) fn read(c: &Connection, casus: &str) -> Result<FactsRead, Fault> {
    let mut statement = c.prepare_cached(
        "SELECT nummer, feit FROM facts WHERE casus = ?1 \
         UNION ALL SELECT nummer, feit FROM facts WHERE casus IS NULL ORDER BY nummer",
    )?;
    let mut out = FactsRead::default();
    for row in statement.query_and_then([casus], fact)? {
        let (nummer, feit) = row?;
        out.versie = nummer;
        out.feiten.push(feit);
    }
    Ok(out)
}

/// Facts with their numbers, in the order they were recorded: of a case, or those about parties.
pub(crate) fn numbered(c: &Connection, casus: Option<&str>) -> Result<Vec<(u64, Feit)>, Fault> {
    match casus {
        Some(casus) => c
            .prepare_cached("SELECT nummer, feit FROM facts WHERE casus = ?1 ORDER BY nummer")?
            .query_and_then([casus], fact)?
            .collect(),
        None => c
            .prepare_cached("SELECT nummer, feit FROM facts WHERE casus IS NULL ORDER BY nummer")?
            .query_and_then((), fact)?
            .collect(),
    }
}

/// A fact with its number.
pub(crate) fn fact(row: &Row<'_>) -> Result<(u64, Feit), Fault> {
    Ok((row.get(0)?, serde_json::from_str(row.text(1)?)?))
}

/// Records facts; sends what they may change back to judge.
pub(crate) fn record(tx: &mut Tx<'_>, feiten: Vec<(Feit, Entry)>) -> Result<u64, Fault> {
    let mut last = 0;
    for (feit, mut entry) in feiten {
        last =
            tx.c.prepare_cached("INSERT INTO facts (casus, feit) VALUES (?1, ?2) RETURNING nummer")?
                .query_row(params![feit.casus(), serde_json::to_string(&feit)?], |r| r.get(0))?;
        // The record cites the fact by the number it got just now.
        entry.inhoud.feiten.get_or_insert(last);
        let copy = entry.clone();
        journal::write(tx, vec![entry], None)?;
        judge_again(tx, feit.casus())?;
        if let Feit::Intrekking(i) = &feit {
            withdrawn(tx, &i.casus, &copy)?;
        }
    }
    Ok(last)
}

/// Messages of the case that wait in quarantine or for deliver; of every case when the fact is about a party.
///
/// One under which a send was begun stays at deliver: its end is asked for there, and nothing is sent on old facts,
/// because the next departure rests on the facts of then.
fn judge_again(tx: &mut Tx<'_>, casus: Option<&str>) -> Result<(), Fault> {
    let rows = match casus {
        Some(casus) => waiting(tx.c, "casus = ?1", [casus])?,
        None => waiting(tx.c, "TRUE", ())?,
    };
    for (seq, in_quarantine) in rows {
        if in_quarantine {
            parked::reenter(tx, seq)?;
        } else {
            back_to_judge(tx, seq)?;
        }
    }
    Ok(())
}

/// What was never fetched is judged again; what was under way is known, for good.
fn withdrawn(tx: &mut Tx<'_>, casus: &str, entry: &Entry) -> Result<(), Fault> {
    let waiting: Vec<i64> =
        tx.c.prepare_cached("SELECT seq FROM messages WHERE casus = ?1 AND state = 3 AND fetched = 0 ORDER BY seq")?
            .query_map([casus], |r| r.get(0))?
            .collect::<Result<_, _>>()?;
    for seq in waiting {
        tx.c.prepare_cached("DELETE FROM minimised WHERE seq = ?1")?
            .execute([seq])?;
        parked::reenter(tx, seq)?;
    }
    for (seq, effect) in ledger::in_doubt(tx.c, casus)? {
        let mut entry = entry.clone();
        entry.effect = effect.0;
        entry.inhoud.toelichting = POSSIBLY.to_owned();
        journal::write(tx, vec![entry], Some(seq))?;
    }
    Ok(())
}

fn waiting(c: &Connection, which: &str, with: impl Params) -> Result<Vec<(i64, bool)>, Fault> {
    let sql = format!(
        "SELECT seq, state = 4 FROM messages WHERE state IN (2, 4) AND {which} \
         AND NOT (state = 2 AND departed <> 0) ORDER BY seq"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement
        .query_map(with, |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}
