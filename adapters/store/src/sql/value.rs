//! What goes into a statement.

use bytes::BytesMut;
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// A value for a place in a statement. Blank `Debug`: it may be content.
#[derive(Clone, Copy)]
pub(crate) enum Val<'v> {
    Null,
    Number(i64),
    Text(&'v str),
    Bytes(&'v [u8]),
}

impl std::fmt::Debug for Val<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Val(…)")
    }
}

impl rusqlite::ToSql for Val<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Number(n) => ValueRef::Integer(*n),
            Self::Text(t) => ValueRef::Text(t.as_bytes()),
            Self::Bytes(b) => ValueRef::Blob(b),
        }))
    }
}

impl ToSql for Val<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            // A place whose kind only the server infers may be narrower.
            Self::Number(n) if *ty == Type::INT4 => ToSql::to_sql(&i32::try_from(*n)?, ty, out),
            Self::Number(n) => ToSql::to_sql(n, ty, out),
            Self::Text(t) => ToSql::to_sql(t, ty, out),
            Self::Bytes(b) => ToSql::to_sql(b, ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::TEXT, Type::BYTEA].contains(ty)
    }

    to_sql_checked!();
}

/// What can be given to a statement.
pub(crate) trait ToVal {
    fn val(&self) -> Val<'_>;
}

macro_rules! numbers {
    ($($kind:ty),+) => {
        $(impl ToVal for $kind {
            fn val(&self) -> Val<'_> {
                Val::Number(i64::from(*self))
            }
        })+
    };
}

numbers!(i64, i32, u32, bool);

impl ToVal for str {
    fn val(&self) -> Val<'_> {
        Val::Text(self)
    }
}

impl ToVal for String {
    fn val(&self) -> Val<'_> {
        Val::Text(self)
    }
}

impl ToVal for [u8] {
    fn val(&self) -> Val<'_> {
        Val::Bytes(self)
    }
}

impl ToVal for Vec<u8> {
    fn val(&self) -> Val<'_> {
        Val::Bytes(self)
    }
}

impl<T: ToVal + ?Sized> ToVal for &T {
    fn val(&self) -> Val<'_> {
        (**self).val()
    }
}

impl<T: ToVal> ToVal for Option<T> {
    fn val(&self) -> Val<'_> {
        self.as_ref().map_or(Val::Null, ToVal::val)
    }
}

/// The values of a statement.
pub(crate) trait Params {
    fn with<R>(&self, run: impl FnOnce(&[Val<'_>]) -> R) -> R;
}

impl Params for &[Val<'_>] {
    fn with<R>(&self, run: impl FnOnce(&[Val<'_>]) -> R) -> R {
        run(self)
    }
}

impl<T: ToVal, const N: usize> Params for [T; N] {
    fn with<R>(&self, run: impl FnOnce(&[Val<'_>]) -> R) -> R {
        run(&self.each_ref().map(ToVal::val))
    }
}

/// No values.
impl Params for () {
    fn with<R>(&self, run: impl FnOnce(&[Val<'_>]) -> R) -> R {
        run(&[])
    }
}

/// Values of different kinds.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::sql::ToVal::val(&$value)),*][..] as &[$crate::sql::Val<'_>]
    };
}
pub(crate) use params;
