//! Administrative messages: told once, open until confirmed.

use crate::sql::{Connection, Optional as _, Row, params};
use sluis_rules::ids::Partij;
use sluis_stations::ports::{Entry, NewNotice, NoticeItem, PortError, Untold};

use crate::error::Fault;
use crate::facts::fact;
use crate::journal;
use crate::outbox::ms;
use crate::writer::Tx;

const COLUMNS: &str = "id, ontvanger, bericht, at_ms, due_ms, fetched_ms, confirmed_ms";

fn item(row: &Row<'_>) -> Result<NoticeItem, Fault> {
    let ontvanger = row.text(1)?.parse();
    Ok(NoticeItem {
        id: row.get(0)?,
        ontvanger: ontvanger.map_err(|_| PortError::Corrupt("the store", "the receiver of a message is no party"))?,
        bericht: row.get(2)?,
        at_ms: row.get(3)?,
        due_ms: row.get(4)?,
        fetched_ms: row.get(5)?,
        confirmed_ms: row.get(6)?,
    })
}

fn told(c: &Connection) -> Result<u64, Fault> {
    Ok(c.prepare_cached("SELECT value FROM counters WHERE name = 'told'")?
        .query_row((), |r| r.get(0))?)
}

/// The facts after the cursor.
pub(crate) fn untold(c: &Connection, limit: i64) -> Result<Untold, Fault> {
    let after = told(c)?;
    let mut statement =
        c.prepare_cached("SELECT nummer, feit FROM facts WHERE nummer > ?1 ORDER BY nummer LIMIT ?2")?;
    let feiten = statement
        .query_and_then([ms(after), limit], fact)?
        .collect::<Result<_, _>>()?;
    Ok(Untold { after, feiten })
}

/// Keeps new messages, and moves the cursor.
pub(crate) fn tell(tx: &mut Tx<'_>, new: Vec<NewNotice>, cursor: Option<(u64, u64)>) -> Result<Option<u64>, Fault> {
    if let Some((from, to)) = cursor {
        let moved =
            tx.c.prepare_cached("UPDATE counters SET value = ?2 WHERE name = 'told' AND value = ?1")?
                .execute(params![ms(from), ms(to)])?;
        if moved == 0 {
            return Ok(None);
        }
    }
    let mut kept = 0;
    for n in new {
        let fresh =
            tx.c.prepare_cached(
                "INSERT INTO notices (id, ontvanger, bericht, at_ms, due_ms) VALUES (?1, ?2, ?3, ?4, ?5) \
                 ON CONFLICT (id) DO NOTHING",
            )?
            .execute(params![
                n.id,
                n.ontvanger.to_string(),
                n.bericht,
                ms(n.at_ms),
                ms(n.due_ms)
            ])?;
        if fresh == 1 {
            kept += 1;
            journal::write(tx, vec![n.entry], None)?;
        }
    }
    Ok(Some(kept))
}

/// What is open for a receiver.
pub(crate) fn notices(
    c: &Connection,
    ontvanger: &Partij,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<NoticeItem>, Fault> {
    let ontvanger = ontvanger.to_string();
    let from: i64 = match after {
        None => 0,
        Some(id) => c
            .prepare_cached("SELECT seq FROM notices WHERE id = ?1 AND ontvanger = ?2")?
            .query_row(params![id, ontvanger], |r| r.get(0))
            .optional()?
            .unwrap_or(0),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM notices WHERE confirmed_ms IS NULL AND ontvanger = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"
    );
    c.prepare_cached(&sql)?
        .query_and_then(params![ontvanger, from, limit], item)?
        .collect()
}

/// One of this receiver.
pub(crate) fn notice(c: &Connection, ontvanger: &Partij, id: &str) -> Result<Option<NoticeItem>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM notices WHERE id = ?1 AND ontvanger = ?2");
    c.prepare_cached(&sql)?
        .query_and_then(params![id, ontvanger.to_string()], item)?
        .next()
        .transpose()
}

/// It is about to be handed out.
pub(crate) fn fetch(tx: &mut Tx<'_>, ontvanger: &Partij, id: &str, entry: Entry) -> Result<bool, Fault> {
    let open =
        tx.c.prepare_cached(
            "UPDATE notices SET fetched_ms = coalesce(fetched_ms, ?3) \
             WHERE id = ?1 AND ontvanger = ?2 AND confirmed_ms IS NULL",
        )?
        .execute(params![id, ontvanger.to_string(), ms(entry.tijd_ms)])?;
    recorded(tx, open, entry)
}

/// The receiver confirms.
pub(crate) fn confirm(tx: &mut Tx<'_>, ontvanger: &Partij, id: &str, entry: Entry) -> Result<bool, Fault> {
    let open =
        tx.c.prepare_cached(
            "UPDATE notices SET confirmed_ms = ?3 \
             WHERE id = ?1 AND ontvanger = ?2 AND confirmed_ms IS NULL AND fetched_ms IS NOT NULL",
        )?
        .execute(params![id, ontvanger.to_string(), ms(entry.tijd_ms)])?;
    recorded(tx, open, entry)
}

fn recorded(tx: &mut Tx<'_>, changed: u64, entry: Entry) -> Result<bool, Fault> {
    if changed == 1 {
        journal::write(tx, vec![entry], None)?;
    }
    Ok(changed == 1)
}

/// What nobody confirmed, the earliest deadline first.
pub(crate) fn unconfirmed(c: &Connection, after: Option<&str>, limit: i64) -> Result<Vec<NoticeItem>, Fault> {
    let from: Option<i64> = match after {
        None => None,
        Some(id) => c
            .prepare_cached("SELECT due_ms FROM notices WHERE id = ?1")?
            .query_row([id], |r| r.get(0))
            .optional()?,
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM notices WHERE confirmed_ms IS NULL AND (due_ms, id) > (?1, ?2) ORDER BY due_ms, id LIMIT ?3"
    );
    let (due, id) = from.map_or((-1, ""), |due| (due, after.unwrap_or_default()));
    c.prepare_cached(&sql)?
        .query_and_then(params![due, id, limit], item)?
        .collect()
}

/// The texts of a kind, which each of them names first.
pub(crate) fn of_kind(c: &Connection, soort: &str) -> Result<Vec<String>, Fault> {
    let begin = format!("{{\"soort\":\"{soort}\"%");
    c.prepare_cached("SELECT bericht FROM notices WHERE bericht LIKE ?1 ORDER BY seq")?
        .query_and_then([begin], |r| Ok(r.get(0)?))?
        .collect()
}

/// How many are open, and of how many the deadline passed.
pub(crate) fn counts(c: &Connection, now_ms: u64) -> Result<(u64, u64), Fault> {
    Ok(c.prepare_cached(c.either(
        "SELECT count(*), count(*) FILTER (WHERE due_ms < ?1) FROM notices INDEXED BY notices_due \
             WHERE confirmed_ms IS NULL",
        "SELECT count(*), count(*) FILTER (WHERE due_ms < ?1) FROM notices WHERE confirmed_ms IS NULL",
    ))?
    .query_row([ms(now_ms)], |r| Ok((r.get(0)?, r.get(1)?)))?)
}
