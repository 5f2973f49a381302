//! The book of absence: one sealed row a pupil, and the reports that came of it.

use crate::sql::{Connection, Optional as _, Params, Row, params};
use sluis_rules::ids::Partij;
use sluis_stations::ports::{
    AboutVerzuim, Balie, DossierRij, Entry, Fut, MeldingRij, MeldingStand, PortError, Verzuimboek,
};

use crate::error::Fault;
use crate::journal;
use crate::open::SqlStore;
use crate::outbox::ms;
use crate::writer::Tx;

const DOSSIER: &str = "sleutel, koppeling, partij, versie, bekijk_op, sealed, gewijzigd_ms";
const MELDING: &str = "kenmerk, sleutel, koppeling, partij, regel, stand, wacht, termijn, versie, gemeld, ingetrokken, \
     sinds_ms, sealed, balie_stand, balie_volgnummer, balie_sealed";

const fn unreadable() -> PortError {
    PortError::Corrupt("the store", "a row cannot be read")
}

fn number(n: u64) -> i64 {
    ms(n)
}

fn limit(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn partij(text: &str) -> Result<Partij, Fault> {
    text.parse().map_err(|_| unreadable().into())
}

fn stand(n: i64) -> Result<MeldingStand, Fault> {
    let at = usize::try_from(n).ok();
    at.and_then(|at| MeldingStand::ALLE.get(at).copied())
        .ok_or(unreadable().into())
}

fn stand_number(stand: MeldingStand) -> i64 {
    MeldingStand::ALLE.iter().position(|one| *one == stand).map_or(0, limit)
}

fn dossier(row: &Row<'_>) -> Result<DossierRij, Fault> {
    Ok(DossierRij {
        sleutel: row.get(0)?,
        koppeling: row.get(1)?,
        partij: partij(&row.get::<String>(2)?)?,
        versie: row.get(3)?,
        bekijk_op: row.get(4)?,
        sealed: row.get(5)?,
        gewijzigd_ms: row.get(6)?,
        personen: Vec::new(),
    })
}

fn melding(row: &Row<'_>) -> Result<MeldingRij, Fault> {
    let termijn: Option<String> = row.get(7)?;
    let balie = match row.get::<Option<String>>(13)? {
        None => None,
        Some(stand) => Some(Balie {
            stand,
            volgnummer: row.get(14)?,
            sealed: row.get(15)?,
        }),
    };
    Ok(MeldingRij {
        kenmerk: row.get(0)?,
        sleutel: row.get(1)?,
        koppeling: row.get(2)?,
        partij: partij(&row.get::<String>(3)?)?,
        regel: row.get(4)?,
        stand: stand(row.get(5)?)?,
        wacht: serde_json::from_str(&row.get::<String>(6)?)?,
        termijn: termijn.map(|day| day.parse()).transpose().map_err(|_| unreadable())?,
        versie: row.get(8)?,
        gemeld: row.get(9)?,
        ingetrokken: row.get(10)?,
        sinds_ms: row.get(11)?,
        sealed: row.get(12)?,
        balie,
    })
}

fn all<T>(
    c: &Connection,
    sql: &str,
    with: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut statement = c.prepare_cached(sql)?;
    statement.query_and_then(with, read)?.collect()
}

fn known(c: &Connection, sleutels: &[String]) -> Result<Vec<DossierRij>, Fault> {
    let sql = format!("SELECT {DOSSIER} FROM verzuim_dossiers WHERE sleutel = ?1");
    let mut out = Vec::new();
    for sleutel in sleutels {
        out.extend(all(c, &sql, [sleutel], dossier)?);
    }
    Ok(out)
}

fn write(tx: &Tx<'_>, rijen: &[DossierRij]) -> Result<bool, Fault> {
    if !tx.room {
        return Err(PortError::Full("the store").into());
    }
    let mut statement = tx.c.prepare_cached(
        "INSERT INTO verzuim_dossiers (sleutel, koppeling, partij, versie, bekijk_op, sealed, gewijzigd_ms) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (sleutel) DO UPDATE SET koppeling = ?2, partij = ?3, versie = ?4, \
         bekijk_op = ?5, sealed = ?6, gewijzigd_ms = ?7 WHERE verzuim_dossiers.versie = ?4 - 1",
    )?;
    let mut person =
        tx.c.prepare_cached("INSERT INTO verzuim_personen (key, sleutel) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    for rij in rijen {
        let partij = rij.partij.to_string();
        let written = statement.execute(params![
            rij.sleutel,
            rij.koppeling,
            partij,
            number(rij.versie),
            rij.bekijk_op,
            rij.sealed,
            number(rij.gewijzigd_ms)
        ])?;
        if written != 1 {
            return Ok(false);
        }
        for key in &rij.personen {
            person.execute([key, &rij.sleutel])?;
        }
    }
    Ok(true)
}

/// All or none: rows before one that was overtaken are undone.
fn write_all(tx: &Tx<'_>, rijen: &[DossierRij]) -> Result<bool, Fault> {
    tx.c.execute_batch("SAVEPOINT verzuim")?;
    let written = write(tx, rijen);
    match &written {
        Ok(true) => tx.c.execute_batch("RELEASE verzuim")?,
        _ if tx.c.is_undone() => {}
        _ => tx.c.execute_batch("ROLLBACK TO verzuim; RELEASE verzuim")?,
    }
    written
}

fn looked(
    tx: &Tx<'_>,
    sleutel: &str,
    versie: u64,
    bekijk_op: Option<i32>,
    meldingen: &[MeldingRij],
) -> Result<bool, Fault> {
    let set =
        tx.c.prepare_cached("UPDATE verzuim_dossiers SET bekijk_op = ?3 WHERE sleutel = ?1 AND versie = ?2")?
            .execute(params![sleutel, number(versie), bekijk_op])?;
    if set != 1 {
        return Ok(false);
    }
    let mut statement = tx.c.prepare_cached(
        "INSERT INTO verzuim_meldingen (kenmerk, sleutel, koppeling, partij, regel, stand, wacht, termijn, versie, \
         gemeld, ingetrokken, sinds_ms, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) \
         ON CONFLICT (kenmerk) DO UPDATE SET koppeling = ?3, partij = ?4, stand = ?6, wacht = ?7, termijn = ?8, \
         versie = ?9, gemeld = ?10, ingetrokken = ?11, sealed = ?13",
    )?;
    for rij in meldingen {
        statement.execute(params![
            rij.kenmerk,
            rij.sleutel,
            rij.koppeling,
            rij.partij.to_string(),
            rij.regel,
            stand_number(rij.stand),
            serde_json::to_string(&rij.wacht)?,
            rij.termijn.map(|day| day.to_string()),
            rij.versie,
            rij.gemeld,
            rij.ingetrokken,
            number(rij.sinds_ms),
            rij.sealed
        ])?;
    }
    Ok(true)
}

/// Destroys who is past the term.
fn forget(tx: &mut Tx<'_>, before_ms: i64, most: i64, mut entry: Entry) -> Result<u64, Fault> {
    let past: Vec<String> =
        tx.c.prepare_cached(
            "SELECT sleutel FROM verzuim_dossiers d WHERE gewijzigd_ms < ?1 AND NOT EXISTS (SELECT 1 FROM \
             verzuim_meldingen m WHERE m.sleutel = d.sleutel AND (m.stand = 1 OR m.sinds_ms >= ?1)) \
             ORDER BY gewijzigd_ms LIMIT ?2",
        )?
        .query_map(params![before_ms, most], |r| r.get(0))?
        .collect::<Result<_, _>>()?;
    for sleutel in &past {
        for sql in [
            "DELETE FROM verzuim_personen WHERE sleutel = ?1",
            "DELETE FROM verzuim_meldingen WHERE sleutel = ?1",
            "DELETE FROM verzuim_dossiers WHERE sleutel = ?1",
        ] {
            tx.c.prepare_cached(sql)?.execute([sleutel])?;
        }
    }
    if !past.is_empty() {
        entry.inhoud.toelichting = format!("{}: {}", entry.inhoud.toelichting, past.len());
        journal::write(tx, vec![entry], None)?;
    }
    Ok(u64::try_from(past.len()).unwrap_or(u64::MAX))
}

/// What the book holds about a person under one of the keys; and how many pupils no key finds.
pub(crate) fn about(c: &Connection, keys: &[String]) -> Result<(Vec<AboutVerzuim>, u64), Fault> {
    let mut sleutels: Vec<String> = Vec::new();
    let mut by_key = c.prepare_cached("SELECT sleutel FROM verzuim_personen WHERE key = ?1")?;
    for key in keys {
        sleutels.extend(
            by_key
                .query_map([key], |r| r.get(0))?
                .collect::<Result<Vec<String>, _>>()?,
        );
    }
    sleutels.sort();
    sleutels.dedup();
    let mut out = Vec::new();
    let of = format!("SELECT {MELDING} FROM verzuim_meldingen WHERE sleutel = ?1 ORDER BY nr");
    for rij in known(c, &sleutels)? {
        let meldingen = all(c, &of, [&rij.sleutel], melding)?;
        out.push(AboutVerzuim {
            partij: rij.partij,
            gewijzigd_ms: rij.gewijzigd_ms,
            meldingen: meldingen.into_iter().map(|m| (m.regel, m.stand)).collect(),
        });
    }
    let unseen = c
        .prepare_cached(
            "SELECT count(*) FROM verzuim_dossiers d WHERE NOT EXISTS (SELECT 1 FROM verzuim_personen p WHERE p.sleutel = \
             d.sleutel)",
        )?
        .query_row((), |r| r.get(0))?;
    Ok((out, unseen))
}

/// The number after which a list goes on; a reference that is not known here starts from the beginning.
fn after(c: &Connection, na: Option<&String>) -> Result<i64, Fault> {
    let Some(na) = na else { return Ok(0) };
    let found = c
        .prepare_cached("SELECT nr FROM verzuim_meldingen WHERE kenmerk = ?1")?
        .query_row([na], |r| r.get(0))
        .optional()?;
    Ok(found.unwrap_or(0))
}

/// Reports of these parties, or of all, oldest first. Also for who reads beside the process that has the store.
pub(crate) fn list(
    c: &Connection,
    partijen: Option<&[Partij]>,
    na: Option<&String>,
    most: i64,
) -> Result<Vec<MeldingRij>, Fault> {
    let of: Option<Vec<String>> = partijen.map(|all| all.iter().map(ToString::to_string).collect());
    let of = of.map(|all| serde_json::to_string(&all)).transpose()?;
    let sql = format!(
        "SELECT {MELDING} FROM verzuim_meldingen WHERE nr > ?1 AND (CAST(?2 AS TEXT) IS NULL OR partij IN {}) \
         ORDER BY nr LIMIT ?3",
        c.listed(2)
    );
    all(c, &sql, params![after(c, na)?, of, most], melding)
}

impl<Kind> Verzuimboek for SqlStore<Kind> {
    fn dossiers(&self, sleutels: Vec<String>) -> Fut<'_, Result<Vec<DossierRij>, PortError>> {
        Box::pin(self.read(move |c| known(c, &sleutels)))
    }

    fn bewaar(&self, rijen: Vec<DossierRij>) -> Fut<'_, Result<bool, PortError>> {
        Box::pin(self.write(move |tx| write_all(tx, &rijen)))
    }

    fn te_bekijken(&self, dag: i32, most: usize) -> Fut<'_, Result<Vec<DossierRij>, PortError>> {
        let sql = format!(
            "SELECT {DOSSIER} FROM verzuim_dossiers WHERE bekijk_op IS NOT NULL AND bekijk_op <= ?1 \
             ORDER BY bekijk_op LIMIT ?2"
        );
        Box::pin(self.read(move |c| all(c, &sql, params![dag, limit(most)], dossier)))
    }

    fn bekeken(
        &self,
        sleutel: String,
        versie: u64,
        bekijk_op: Option<i32>,
        meldingen: Vec<MeldingRij>,
    ) -> Fut<'_, Result<bool, PortError>> {
        Box::pin(self.write(move |tx| looked(tx, &sleutel, versie, bekijk_op, &meldingen)))
    }

    fn meldingen_van(&self, sleutel: String) -> Fut<'_, Result<Vec<MeldingRij>, PortError>> {
        let sql = format!("SELECT {MELDING} FROM verzuim_meldingen WHERE sleutel = ?1 ORDER BY nr");
        Box::pin(self.read(move |c| all(c, &sql, [sleutel], melding)))
    }

    fn melding(&self, kenmerk: String) -> Fut<'_, Result<Option<MeldingRij>, PortError>> {
        let sql = format!("SELECT {MELDING} FROM verzuim_meldingen WHERE kenmerk = ?1");
        Box::pin(self.read(move |c| Ok(all(c, &sql, [kenmerk], melding)?.pop())))
    }

    fn meldingen(
        &self,
        partijen: Option<Vec<Partij>>,
        na: Option<String>,
        most: usize,
    ) -> Fut<'_, Result<Vec<MeldingRij>, PortError>> {
        Box::pin(self.read(move |c| list(c, partijen.as_deref(), na.as_ref(), limit(most))))
    }

    fn opgesteld(&self, na: Option<String>, most: usize) -> Fut<'_, Result<Vec<MeldingRij>, PortError>> {
        let sql = format!("SELECT {MELDING} FROM verzuim_meldingen WHERE stand = 1 AND nr > ?1 ORDER BY nr LIMIT ?2");
        Box::pin(self.read(move |c| all(c, &sql, params![after(c, na.as_ref())?, limit(most)], melding)))
    }

    fn overgedragen(&self, kenmerk: String, versie: u32, sealed: Vec<u8>) -> Fut<'_, Result<bool, PortError>> {
        Box::pin(self.write(move |tx| {
            let set =
                tx.c.prepare_cached(
                    "UPDATE verzuim_meldingen SET stand = 2, gemeld = ?2, sealed = ?3 \
                     WHERE kenmerk = ?1 AND versie = ?2 AND stand = 1",
                )?
                .execute(params![kenmerk, versie, sealed])?;
            Ok(set == 1)
        }))
    }

    fn geweigerd(
        &self,
        kenmerk: String,
        versie: u32,
        wacht: String,
        bekijk_op: i32,
        sealed: Vec<u8>,
    ) -> Fut<'_, Result<bool, PortError>> {
        Box::pin(self.write(move |tx| {
            let waits = serde_json::to_string(&[wacht]).unwrap_or_default();
            let set =
                tx.c.prepare_cached(
                    "UPDATE verzuim_meldingen SET stand = 0, wacht = ?3, sealed = ?4 \
                     WHERE kenmerk = ?1 AND versie = ?2 AND stand = 1",
                )?
                .execute(params![kenmerk, versie, waits, sealed])?;
            if set == 1 {
                tx.c.prepare_cached(
                    "UPDATE verzuim_dossiers SET bekijk_op = CASE WHEN bekijk_op < ?2 THEN bekijk_op ELSE ?2 END \
                     WHERE sleutel = (SELECT sleutel FROM verzuim_meldingen WHERE kenmerk = ?1)",
                )?
                .execute(params![kenmerk, bekijk_op])?;
            }
            Ok(set == 1)
        }))
    }

    fn vergeet(&self, voor_ms: u64, limit: usize, entry: Entry) -> Fut<'_, Result<u64, PortError>> {
        let most = self::limit(limit);
        Box::pin(self.write(move |tx| forget(tx, number(voor_ms), most, entry)))
    }

    fn balie(&self, kenmerk: String, balie: Balie) -> Fut<'_, Result<(), PortError>> {
        Box::pin(self.write(move |tx| {
            tx.c.prepare_cached(
                "UPDATE verzuim_meldingen SET balie_stand = ?2, balie_volgnummer = ?3, balie_sealed = ?4 \
                 WHERE kenmerk = ?1 AND coalesce(balie_volgnummer, -1) < ?3",
            )?
            .execute(params![kenmerk, balie.stand, number(balie.volgnummer), balie.sealed])?;
            Ok(())
        }))
    }
}
