//! Messages by person: written with their arrival, found by keyed digest.

use std::collections::{BTreeMap, BTreeSet};

use crate::sql::{Connection, params};
use sluis_rules::inzage::Plek;
use sluis_stations::ports::{About, AboutItem, EffectId};

use crate::error::Fault;
use crate::outbox::State;
use crate::writer::Tx;

/// Keeps under which keys a message can be found.
pub(crate) fn keep(tx: &Tx<'_>, seq: i64, keys: &[String]) -> Result<(), Fault> {
    let mut statement =
        tx.c.prepare_cached("INSERT INTO persons (key, seq) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    for key in keys {
        statement.execute(params![key, seq])?;
    }
    Ok(())
}

/// Every message under one of the keys, and the others of their cases.
pub(crate) fn about(c: &Connection, keys: &[String]) -> Result<About, Fault> {
    // `true`: only by the case.
    let mut seqs: BTreeMap<i64, bool> = BTreeMap::new();
    let mut cases: BTreeSet<String> = BTreeSet::new();
    let mut by_key =
        c.prepare_cached("SELECT m.seq, m.casus FROM persons p JOIN messages m USING (seq) WHERE p.key = ?1")?;
    for key in keys {
        for row in by_key.query_map([key], |r| Ok((r.get(0)?, r.get(1)?)))? {
            let (seq, casus) = row?;
            seqs.insert(seq, false);
            cases.insert(casus);
        }
    }
    let mut by_case = c.prepare_cached("SELECT seq FROM messages WHERE casus = ?1")?;
    for case in cases.iter().filter(|case| !case.is_empty()) {
        for seq in by_case.query_map([case], |r| r.get(0))? {
            seqs.entry(seq?).or_insert(true);
        }
    }
    let mut one = c.prepare_cached("SELECT effect, event, at_ms, state FROM messages WHERE seq = ?1")?;
    let mut journal = c.prepare_cached("SELECT record FROM journal WHERE seq = ?1 ORDER BY nummer")?;
    let (verzuim, verzuim_before) = crate::verzuim::about(c, keys)?;
    let mut out = About {
        verzuim,
        verzuim_before,
        before: c
            .prepare_cached(
                "SELECT count(*) FROM messages WHERE seq <= (SELECT value FROM counters WHERE name = 'persons_from')",
            )?
            .query_row((), |r| r.get(0))?,
        ..About::default()
    };
    let mut named = c.prepare_cached("SELECT EXISTS (SELECT 1 FROM persons WHERE seq = ?1)")?;
    for (seq, via_casus) in seqs {
        let ander = via_casus && named.query_row([seq], |r| r.get(0))?;
        let (effect, event, at_ms, state): (String, String, u64, i64) =
            one.query_row([seq], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
        let records = journal.query_map([seq], |r| r.get(0))?.collect::<Result<_, _>>()?;
        out.items.push(AboutItem {
            effect: EffectId(effect),
            event: serde_json::from_str(&event)?,
            at_ms,
            plek: plek(state),
            via_casus,
            ander,
            records,
        });
    }
    Ok(out)
}

const fn plek(state: i64) -> Option<Plek> {
    const MAILBOX: i64 = State::Mailbox as i64;
    const QUARANTINE: i64 = State::Quarantine as i64;
    const DONE: i64 = State::Done as i64;
    match state {
        DONE => None,
        MAILBOX => Some(Plek::Postbus),
        QUARANTINE => Some(Plek::Aangehouden),
        _ => Some(Plek::Onderweg),
    }
}
