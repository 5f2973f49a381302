//! One way to ask either database: the words of the port are written once, over SQLite and PostgreSQL alike.
//!
//! A statement is written with `?1`, `?2`, … and in the part of SQL that both read alike; what they say differently goes
//! through [`Connection::either`]. Numbers are 64-bit in both, flags are numbers, lists are JSON texts.

mod postgres;
mod row;
mod value;

use std::borrow::Cow;

pub(crate) use postgres::{Postgres, Server, Trouble};
pub(crate) use row::Row;
pub(crate) use value::{Params, ToVal, Val, params};

/// Why a statement did not do its work. Holds codes, never a statement or a value.
#[derive(Debug)]
pub(crate) enum Error {
    /// No row, where one was asked.
    NoRow,
    /// A column is not what the reader takes it for.
    Column,
    /// SQLite refused.
    Sqlite(rusqlite::Error),
    /// PostgreSQL refused, or is not there.
    Postgres(Trouble),
}

impl From<rusqlite::Error> for Error {
    fn from(e: rusqlite::Error) -> Self {
        match e {
            rusqlite::Error::QueryReturnedNoRows => Self::NoRow,
            other => Self::Sqlite(other),
        }
    }
}

/// No row is an answer too.
pub(crate) trait Optional<T> {
    /// `None` for no row.
    fn optional(self) -> Result<Option<T>, Error>;
}

impl<T> Optional<T> for Result<T, Error> {
    fn optional(self) -> Result<Option<T>, Error> {
        match self {
            Ok(found) => Ok(Some(found)),
            Err(Error::NoRow) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

/// A connection to either.
pub(crate) enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Postgres),
}

impl Connection {
    /// A statement that both read alike, prepared once.
    pub(crate) fn prepare_cached<'c>(&'c self, sql: &'c str) -> Result<Statement<'c>, Error> {
        match self {
            Self::Sqlite(c) => Ok(Statement::Sqlite(c.prepare_cached(sql)?)),
            Self::Postgres(c) => Ok(Statement::Postgres(c, sql)),
        }
    }

    /// What the two say differently.
    pub(crate) const fn either<'s>(&self, sqlite: &'s str, postgres: &'s str) -> &'s str {
        match self {
            Self::Sqlite(_) => sqlite,
            Self::Postgres(_) => postgres,
        }
    }

    /// The values of a JSON list, given as that parameter, as rows of one column.
    pub(crate) fn listed(&self, parameter: u8) -> Cow<'static, str> {
        match self {
            Self::Sqlite(_) => format!("(SELECT value FROM json_each(?{parameter}))").into(),
            Self::Postgres(_) => format!("(SELECT json_array_elements_text(?{parameter}::text::json))").into(),
        }
    }

    /// One row of a statement that is asked once.
    pub(crate) fn query_row<T>(
        &self,
        sql: &str,
        with: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.prepare_cached(sql)?.query_row(with, read)
    }

    /// Statements without parameters or rows, one after another.
    pub(crate) fn execute_batch(&self, sql: &str) -> Result<(), Error> {
        match self {
            Self::Sqlite(c) => Ok(c.execute_batch(sql)?),
            Self::Postgres(c) => c.batch(sql),
        }
    }

    /// Begins the transaction of a group. Only one group writes at a time, whoever's it is: numbers are adjacent, the chain
    /// is one, and what a step rests on does not change under it.
    pub(crate) fn begin(&self) -> Result<(), Error> {
        match self {
            Self::Sqlite(c) => Ok(c.prepare_cached("BEGIN IMMEDIATE")?.execute([]).map(|_| ())?),
            Self::Postgres(c) => c.begin(),
        }
    }

    /// Whether the transaction is gone already, by an error that undoes all of it.
    pub(crate) fn is_undone(&self) -> bool {
        match self {
            Self::Sqlite(c) => c.is_autocommit(),
            Self::Postgres(c) => c.is_gone(),
        }
    }

    /// Whether nothing can be asked of it any more.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self, Self::Postgres(c) if c.is_gone())
    }
}

/// A prepared statement.
pub(crate) enum Statement<'c> {
    Sqlite(rusqlite::CachedStatement<'c>),
    Postgres(&'c Postgres, &'c str),
}

impl Statement<'_> {
    /// Runs it; gives how many rows it wrote.
    pub(crate) fn execute(&mut self, with: impl Params) -> Result<u64, Error> {
        match self {
            Self::Sqlite(s) => Ok(with.with(|vals| s.execute(rusqlite::params_from_iter(vals)))? as u64),
            Self::Postgres(c, sql) => with.with(|vals| c.execute(sql, vals)),
        }
    }

    /// The first row.
    pub(crate) fn query_row<T>(
        &mut self,
        with: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match self {
            Self::Sqlite(s) => with.with(|vals| {
                let mut rows = s.query(rusqlite::params_from_iter(vals))?;
                let row = rows.next()?.ok_or(Error::NoRow)?;
                read(&Row::Sqlite(row))
            }),
            Self::Postgres(c, sql) => {
                let rows = with.with(|vals| c.query(sql, vals))?;
                read(&Row::Postgres(rows.first().ok_or(Error::NoRow)?))
            }
        }
    }

    /// Every row, read one by one.
    pub(crate) fn query_map<T>(
        &mut self,
        with: impl Params,
        read: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<std::vec::IntoIter<Result<T, Error>>, Error> {
        self.query_and_then(with, read)
    }

    /// Every row, by a reader that may find fault with it.
    pub(crate) fn query_and_then<T, E>(
        &mut self,
        with: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T, E>,
    ) -> Result<std::vec::IntoIter<Result<T, E>>, Error> {
        let mut out = Vec::new();
        match self {
            Self::Sqlite(s) => with.with(|vals| {
                let mut rows = s.query(rusqlite::params_from_iter(vals))?;
                while let Some(row) = rows.next()? {
                    out.push(read(&Row::Sqlite(row)));
                }
                Ok::<(), Error>(())
            })?,
            Self::Postgres(c, sql) => {
                out.extend(
                    with.with(|vals| c.query(sql, vals))?
                        .iter()
                        .map(|row| read(&Row::Postgres(row))),
                );
            }
        }
        Ok(out.into_iter())
    }
}
