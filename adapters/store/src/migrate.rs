//! The schema and its versions: forward at start, each step whole or not at all.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{StoreError, code};

/// Every migration, oldest first. The number of the last is the schema this program knows.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001.sql"),
    include_str!("../migrations/0002.sql"),
    include_str!("../migrations/0003.sql"),
    include_str!("../migrations/0004.sql"),
    include_str!("../migrations/0005.sql"),
    include_str!("../migrations/0006.sql"),
];

/// `SLUI`: marks the file as ours.
const APPLICATION: i32 = 0x534C_5549;

/// Brings the schema up to what this program knows.
pub(crate) fn migrate(c: &mut Connection, path: &Path) -> Result<(), StoreError> {
    run(c, path, MIGRATIONS)
}

fn run(c: &mut Connection, path: &Path, migrations: &[&str]) -> Result<(), StoreError> {
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    let failed = |e: rusqlite::Error| StoreError::Database {
        path: path.to_owned(),
        what: "brought up to date",
        code: code(&e),
    };
    let tx = c
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    let found: u32 = tx
        .pragma_query_value(None, "user_version", |r| r.get(0))
        .map_err(failed)?;
    let marked: i32 = tx
        .pragma_query_value(None, "application_id", |r| r.get(0))
        .map_err(failed)?;
    let tables: u32 = tx
        .query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))
        .map_err(failed)?;
    if marked != APPLICATION && (marked != 0 || found != 0 || tables != 0) {
        return Err(StoreError::Foreign { path: path.to_owned() });
    }
    if found > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    for sql in migrations.iter().skip(usize::try_from(found).unwrap_or(usize::MAX)) {
        tx.execute_batch(sql).map_err(failed)?;
    }
    if found < known {
        tx.pragma_update(None, "application_id", APPLICATION).map_err(failed)?;
        tx.pragma_update(None, "user_version", known).map_err(failed)?;
    }
    tx.commit().map_err(failed)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn memory() -> Connection {
        Connection::open_in_memory().unwrap()
    }

    fn version(c: &Connection) -> u32 {
        c.pragma_query_value(None, "user_version", |r| r.get(0)).unwrap()
    }

    #[test]
    fn forward_and_only_forward() {
        let mut c = memory();
        let path = Path::new("x");
        run(&mut c, path, &["CREATE TABLE a (x)"]).unwrap();
        assert_eq!(version(&c), 1);
        run(&mut c, path, &["CREATE TABLE a (x)", "CREATE TABLE b (x)"]).unwrap();
        assert_eq!(version(&c), 2);
        let older = run(&mut c, path, &["CREATE TABLE a (x)"]);
        assert!(matches!(older, Err(StoreError::Newer { found: 2, known: 1, .. })));
    }

    #[test]
    fn a_step_that_fails_leaves_nothing() {
        let mut c = memory();
        let path = Path::new("x");
        assert!(run(&mut c, path, &["CREATE TABLE a (x)", "CREATE TABLE b (x); nonsense"]).is_err());
        assert_eq!(version(&c), 0);
        let tables: u32 = c
            .query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))
            .unwrap();
        assert_eq!(tables, 0);
    }

    #[test]
    fn a_database_of_something_else_is_left_alone() {
        let mut c = memory();
        c.execute_batch("CREATE TABLE theirs (x)").unwrap();
        assert!(matches!(
            migrate(&mut c, Path::new("x")),
            Err(StoreError::Foreign { .. })
        ));
    }
}
