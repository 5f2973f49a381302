//! The registers: lines in versions, with what goes with each in one transaction.

use sluis_stations::ports::{Entry, NewPost, Post};

use crate::error::Fault;
use crate::outbox::State;
use crate::sql::{Connection, Optional as _, Row, params};
use crate::writer::Tx;
use crate::{beheer, facts, journal, step};

fn item(row: &Row<'_>) -> Result<Post, Fault> {
    Ok(Post {
        id: row.get(0)?,
        versie: row.get(1)?,
        post: row.get(2)?,
    })
}

/// The last version of each line.
pub(crate) fn posten(c: &Connection, soort: &str) -> Result<Vec<Post>, Fault> {
    c.prepare_cached(
        "SELECT id, versie, post FROM posten p WHERE soort = ?1 \
         AND versie = (SELECT max(versie) FROM posten l WHERE l.soort = p.soort AND l.id = p.id) \
         ORDER BY (SELECT min(nummer) FROM posten f WHERE f.soort = p.soort AND f.id = p.id)",
    )?
    .query_and_then([soort], item)?
    .collect()
}

/// Every version of one.
pub(crate) fn post(c: &Connection, soort: &str, id: &str) -> Result<Vec<Post>, Fault> {
    c.prepare_cached("SELECT id, versie, post FROM posten WHERE soort = ?1 AND id = ?2 ORDER BY versie")?
        .query_and_then([soort, id], item)?
        .collect()
}

/// The last version of each line about a person.
pub(crate) fn posten_van(c: &Connection, soort: &str, sleutels: &[String]) -> Result<Vec<Post>, Fault> {
    let mut of = c.prepare_cached("SELECT id FROM posten_personen WHERE key = ?1 AND soort = ?2")?;
    let mut ids: Vec<String> = Vec::new();
    for sleutel in sleutels {
        let found = of.query_map(params![sleutel, soort], |r| r.get(0))?;
        ids.extend(found.collect::<Result<Vec<String>, _>>()?);
    }
    ids.sort();
    ids.dedup();
    let mut out = Vec::new();
    for id in ids {
        out.extend(post(c, soort, &id)?.pop());
    }
    Ok(out)
}

/// The keys of the person a line is about.
pub(crate) fn sleutels(c: &Connection, soort: &str, id: &str) -> Result<Vec<String>, Fault> {
    let mut of = c.prepare_cached("SELECT key FROM posten_personen WHERE soort = ?1 AND id = ?2")?;
    let found = of.query_map([soort, id], |r| r.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Keeps a version with all that goes with it.
pub(crate) fn boek(tx: &mut Tx<'_>, new: NewPost) -> Result<Option<u32>, Fault> {
    let fresh = tx
        .c
        .prepare_cached("INSERT INTO posten (soort, id, versie, post) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")?
        .execute(params![new.soort, new.id, new.versie, new.post])?;
    if fresh == 0 {
        return Ok(None);
    }
    for sleutel in &new.sleutels {
        tx.c.prepare_cached("INSERT INTO posten_personen (key, soort, id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
            .execute(params![sleutel, new.soort, new.id])?;
    }
    journal::write(tx, vec![new.entry], None)?;
    if !new.feiten.is_empty() {
        facts::record(tx, new.feiten)?;
    }
    beheer::tell(tx, new.notices, None)?;
    let mut gewist = 0;
    if let Some(entry) = &new.gewist {
        for effect in &new.wissen {
            gewist += u32::from(wis(tx, effect.as_str(), entry)?);
        }
    }
    Ok(Some(gewist))
}

/// Destroys the content of one message. One under which a send was begun stays: its end is still asked for.
fn wis(tx: &mut Tx<'_>, effect: &str, entry: &Entry) -> Result<bool, Fault> {
    let seq: Option<i64> =
        tx.c.prepare_cached("SELECT seq FROM messages WHERE effect = ?1 AND state <> ?2 AND departed = 0")?
            .query_row(params![effect, State::Done as i64], |r| r.get(0))
            .optional()?;
    let Some(seq) = seq else { return Ok(false) };
    step::end(tx, seq)?;
    let entry = Entry {
        effect: effect.to_owned(),
        ..entry.clone()
    };
    journal::write(tx, vec![entry], Some(seq))?;
    Ok(true)
}
