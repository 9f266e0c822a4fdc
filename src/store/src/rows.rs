//! Rows: one list of columns for each table that several statements read or write, and what turns a column's value into a
//! type of ours.

use std::str::FromStr;

use domain::Timestamp;

use super::StoreError;

/// Defines a struct with one field for each column of a table, and macros for statements with these columns:
/// `$select!("where id = $1")`, perhaps with one more column in front, and `$insert!(") values ($1, $2)")`, which `bind_to` fills in the columns' order. Columns are
/// read by name, since a newer version's table may have more.
///
/// The `$` in front lets this macro define the others.
macro_rules! columns {
    ($d:tt $(#[$doc:meta])* $name:ident in $table:literal, $select:ident, $insert:ident {
        $first:ident: $first_type:ty $(, $column:ident: $type:ty)* $(,)?
    }) => {
        $crate::rows::columns! { $d $(#[$doc])* $name in $table, $select {
            $first: $first_type $(, $column: $type)*
        } }

        macro_rules! $insert {
            ($d rest:literal) => {
                concat!("insert into ", $table, " (", stringify!($first) $(, ", ", stringify!($column))*, $d rest)
            };
        }

        impl $name {
            /// Binds the columns to the first arguments of a statement, in their order.
            fn bind_to<'q, DB: sqlx::Database>(
                self,
                query: sqlx::query::Query<'q, DB, <DB as sqlx::Database>::Arguments>,
            ) -> sqlx::query::Query<'q, DB, <DB as sqlx::Database>::Arguments>
            where
                String: for<'t> sqlx::Encode<'t, DB> + sqlx::Type<DB>,
                Option<String>: for<'t> sqlx::Encode<'t, DB> + sqlx::Type<DB>,
                Vec<u8>: for<'t> sqlx::Encode<'t, DB> + sqlx::Type<DB>,
                i64: for<'t> sqlx::Encode<'t, DB> + sqlx::Type<DB>,
            {
                query.bind(self.$first) $(.bind(self.$column))*
            }
        }
    };
    ($d:tt $(#[$doc:meta])* $name:ident in $table:literal, $select:ident {
        $first:ident: $first_type:ty $(, $column:ident: $type:ty)* $(,)?
    }) => {
        $(#[$doc])*
        pub(crate) struct $name {
            $first: $first_type,
            $($column: $type,)*
        }

        macro_rules! $select {
            ($d rest:literal) => {
                concat!("select ", stringify!($first) $(, ", ", stringify!($column))*, " from ", $table, " ", $d rest)
            };
            ($d more:literal, $d rest:literal) => {
                concat!("select ", stringify!($first) $(, ", ", stringify!($column))*, ", ", $d more, " from ", $table, " ", $d rest)
            };
        }

        // As sqlx would derive it (see `migrations` for why it does not).
        impl<'r, R: sqlx::Row> sqlx::FromRow<'r, R> for $name
        where
            &'static str: sqlx::ColumnIndex<R>,
            String: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
            Vec<u8>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
            i64: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
        {
            fn from_row(row: &'r R) -> sqlx::Result<Self> {
                Ok(Self {
                    $first: row.try_get(stringify!($first))?,
                    $($column: row.try_get(stringify!($column))?,)*
                })
            }
        }
    };
}

pub(crate) use columns;

/// Parses a column of a row of `what`.
pub(super) fn parse<T: FromStr>(column: &str, what: &'static str) -> Result<T, StoreError> {
    column.parse().map_err(|_| StoreError::Corrupt(what))
}

/// A hash in a row of `what`.
pub(super) fn hash(column: Vec<u8>, what: &'static str) -> Result<[u8; 32], StoreError> {
    column.try_into().map_err(|_| StoreError::Corrupt(what))
}

/// A time that is stored as 0 while there is none.
pub(super) fn time(column: i64) -> Option<Timestamp> {
    (column != 0).then_some(Timestamp::from_millis(column))
}

/// The column of a time that may be missing.
pub(super) fn millis(time: Option<Timestamp>) -> i64 {
    time.map_or(0, Timestamp::millis)
}
