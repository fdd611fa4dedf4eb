//! Binding and running a statement on whichever driver the unit belongs to.

use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments, Encode, FromRow, Postgres, SqlStr, Sqlite, Type};

use super::{Error, Result, Tx, Unit};

/// Anything that both drivers can bind.
pub trait Value:
    for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres> + Send
{
}
impl<T> Value for T where
    T: for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres> + Send
{
}

/// Anything that both drivers can read a row into: tuples of values, and structs that derive `sqlx::FromRow`.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A statement being bound.
pub struct Query<'c> {
    text: SqlStr,
    run: Run<'c>,
    failed: Option<BoxDynError>,
}

enum Run<'c> {
    Sqlite(&'c mut SqliteConnection, SqliteArguments),
    Postgres(&'c mut PgConnection, PgArguments),
}

impl<'c> Query<'c> {
    pub(super) fn new(tx: &'c mut Tx, text: SqlStr) -> Self {
        tx.statements.increment();
        #[cfg(any(test, feature = "testing"))]
        let failed = tx.fault.strike().err().map(Into::into);
        #[cfg(not(any(test, feature = "testing")))]
        let failed = None;
        let run = match &mut tx.unit {
            Unit::Sqlite(unit, _) => Run::Sqlite(&mut *unit, SqliteArguments::default()),
            Unit::SqliteGlance(connection) => Run::Sqlite(&mut *connection, SqliteArguments::default()),
            Unit::Postgres(unit) => Run::Postgres(&mut *unit, PgArguments::default()),
        };
        Self { text, run, failed }
    }

    /// Binds the next placeholder.
    #[must_use]
    pub fn bind(mut self, value: impl Value) -> Self {
        let added = match &mut self.run {
            Run::Sqlite(_, arguments) => arguments.add(value),
            Run::Postgres(_, arguments) => arguments.add(value),
        };
        if let Err(error) = added {
            self.failed.get_or_insert(error);
        }
        self
    }

    /// The one row there must be.
    pub async fn one<R: Row>(self) -> Result<R> {
        self.optional().await?.ok_or_else(|| Error::from(sqlx::Error::RowNotFound))
    }

    /// The row, if there is one.
    pub async fn optional<R: Row>(self) -> Result<Option<R>> {
        Ok(match self.ready()? {
            (text, Run::Sqlite(on, with)) => sqlx::query_as_with(text, with).fetch_optional(on).await?,
            (text, Run::Postgres(on, with)) => sqlx::query_as_with(text, with).fetch_optional(on).await?,
        })
    }

    /// All rows.
    pub async fn all<R: Row>(self) -> Result<Vec<R>> {
        Ok(match self.ready()? {
            (text, Run::Sqlite(on, with)) => sqlx::query_as_with(text, with).fetch_all(on).await?,
            (text, Run::Postgres(on, with)) => sqlx::query_as_with(text, with).fetch_all(on).await?,
        })
    }

    /// Runs the statement and returns how many rows it touched.
    pub async fn run(self) -> Result<u64> {
        Ok(match self.ready()? {
            (text, Run::Sqlite(on, with)) => sqlx::query_with(text, with).execute(on).await?.rows_affected(),
            (text, Run::Postgres(on, with)) => sqlx::query_with(text, with).execute(on).await?.rows_affected(),
        })
    }

    fn ready(self) -> Result<(SqlStr, Run<'c>)> {
        match self.failed {
            Some(error) => Err(sqlx::Error::Encode(error).into()),
            None => Ok((self.text, self.run)),
        }
    }
}
