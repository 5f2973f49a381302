//! What comes out of a statement.

use tokio_postgres::types::Type;

use super::Error;

/// A row of either.
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// The value in a column.
    pub(crate) fn get<T: Column>(&self, column: usize) -> Result<T, Error> {
        T::of(self, column)
    }

    /// A text, lent.
    pub(crate) fn text(&self, column: usize) -> Result<&str, Error> {
        match self {
            Self::Sqlite(r) => r.get_ref(column)?.as_str().map_err(|_| Error::Column),
            Self::Postgres(r) => r.try_get(column).map_err(|_| Error::Column),
        }
    }
}

/// What a column can hold.
pub(crate) trait Column: Sized {
    fn of(row: &Row<'_>, column: usize) -> Result<Self, Error>;
}

fn maybe_number(row: &Row<'_>, column: usize) -> Result<Option<i64>, Error> {
    match row {
        Row::Sqlite(r) => Ok(r.get(column)?),
        Row::Postgres(r) => {
            let kind = r.columns().get(column).ok_or(Error::Column)?.type_();
            let found = match *kind {
                // What is compared is a flag there, and a number in SQLite.
                Type::BOOL => r.try_get::<_, Option<bool>>(column).map(|b| b.map(i64::from)),
                Type::INT4 => r.try_get::<_, Option<i32>>(column).map(|n| n.map(i64::from)),
                _ => r.try_get(column),
            };
            found.map_err(|_| Error::Column)
        }
    }
}

macro_rules! numbers {
    ($($kind:ty),+) => {
        $(impl Column for Option<$kind> {
            fn of(row: &Row<'_>, column: usize) -> Result<Self, Error> {
                maybe_number(row, column)?.map(<$kind>::try_from).transpose().map_err(|_| Error::Column)
            }
        }
        impl Column for $kind {
            fn of(row: &Row<'_>, column: usize) -> Result<Self, Error> {
                <Option<$kind>>::of(row, column)?.ok_or(Error::Column)
            }
        })+
    };
}

numbers!(i64, u64, i32, u32);

impl Column for bool {
    fn of(row: &Row<'_>, column: usize) -> Result<Self, Error> {
        Ok(maybe_number(row, column)?.ok_or(Error::Column)? != 0)
    }
}

macro_rules! whole {
    ($($kind:ty),+) => {
        $(impl Column for $kind {
            fn of(row: &Row<'_>, column: usize) -> Result<Self, Error> {
                match row {
                    Row::Sqlite(r) => Ok(r.get(column)?),
                    Row::Postgres(r) => r.try_get(column).map_err(|_| Error::Column),
                }
            }
        })+
    };
}

whole!(String, Vec<u8>, Option<String>, Option<Vec<u8>>);
