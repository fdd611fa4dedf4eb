//! The database: one SQL text, two drivers.
//!
//! Every statement is written once, with `$n` placeholders, for SQLite and PostgreSQL alike. The rules that keep the
//! text portable are in `docs/data.md`; where two texts cannot be avoided, [`Tx::dialect`] tells them apart.

mod begin;
mod connect;
mod error;
mod open;
#[cfg(test)]
mod parity;
mod query;
mod turns;
mod types;

pub use connect::{MIGRATIONS_POSTGRES, MIGRATIONS_SQLITE, Options};
pub use error::{Error, Kind, Result};
pub use query::{Query, Row, Value};

use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};
use turns::{Turn, Turns};

use crate::metrics::Counter;

/// Which of the two databases this is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// SQLite, 3.51.3 or newer.
    Sqlite,
    /// PostgreSQL, 15 or newer.
    Postgres,
}

/// The database of the house; cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pools: Pools,
    /// How many statements were begun.
    statements: Counter,
    /// Where it fails, for tests.
    #[cfg(any(test, feature = "testing"))]
    pub fault: crate::testing::DbFault,
}

#[derive(Clone, Debug)]
pub(crate) enum Pools {
    /// One writer, so that transactions queue instead of failing, and several read-only connections.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
        turns: Turns,
    },
    Postgres(PgPool),
}

/// A unit of work. Dropped without [`Tx::commit`], it rolls back. It never lives across a call to the outside world.
#[derive(Debug)]
pub struct Tx {
    unit: Unit,
    statements: Counter,
    #[cfg(any(test, feature = "testing"))]
    fault: crate::testing::DbFault,
}

#[derive(Debug)]
pub(crate) enum Unit {
    /// With its turn at the write lock, if it writes.
    Sqlite(sqlx::Transaction<'static, Sqlite>, Option<Turn>),
    /// A read-only connection for one statement.
    SqliteGlance(PoolConnection<Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Db {
    /// Begins a unit that writes. On SQLite it takes the write lock at once: a unit that read first and wanted to
    /// write later would be refused. There it waits for its turn among the processes that write to the file, and leaves
    /// them one after a long unit of its own.
    pub async fn begin(&self) -> Result<Tx> {
        self.unit(match &self.pools {
            Pools::Sqlite { write, turns, .. } => {
                let (unit, turn) = turns.take(write).await?;
                Unit::Sqlite(unit, Some(turn))
            }
            Pools::Postgres(pool) => Unit::Postgres(begin::on(pool, "BEGIN").await?),
        })
    }

    /// Begins a unit that only reads: a snapshot of one moment, which never blocks writers. Writing in it is refused.
    pub async fn read(&self) -> Result<Tx> {
        self.unit(match &self.pools {
            Pools::Sqlite { read, .. } => Unit::Sqlite(read.begin().await?, None),
            Pools::Postgres(pool) => {
                Unit::Postgres(begin::on(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        })
    }

    /// A unit for a single statement that reads. SQLite answers it without a beginning and an end, each of which is a turn
    /// of the connection's thread; every further statement would see a moment of its own.
    pub async fn glance(&self) -> Result<Tx> {
        match &self.pools {
            Pools::Sqlite { read, .. } => self.unit(Unit::SqliteGlance(read.acquire().await?)),
            // Without a unit nothing would keep a statement from writing.
            Pools::Postgres(_) => self.read().await,
        }
    }

    #[cfg_attr(not(any(test, feature = "testing")), expect(clippy::unnecessary_wraps, reason = "tests let it fail"))]
    fn unit(&self, unit: Unit) -> Result<Tx> {
        self.statements.increment();
        #[cfg(any(test, feature = "testing"))]
        self.fault.strike()?;
        Ok(Tx {
            unit,
            statements: self.statements.clone(),
            #[cfg(any(test, feature = "testing"))]
            fault: self.fault.clone(),
        })
    }

    /// How many units and statements were begun since it was opened. Two questions whose answers must not be told apart
    /// by the time they take cost the same number.
    pub fn statements(&self) -> u64 {
        self.statements.total()
    }

    /// Which database this is.
    pub const fn dialect(&self) -> Dialect {
        match &self.pools {
            Pools::Sqlite { .. } => Dialect::Sqlite,
            Pools::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Closes all connections; SQLite folds its write-ahead log into the file.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { read, write, .. } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Which database this is. Two texts for one question need a comment that says why; a test counts them.
    pub const fn dialect(&self) -> Dialect {
        match &self.unit {
            Unit::Sqlite(..) | Unit::SqliteGlance(_) => Dialect::Sqlite,
            Unit::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Makes the work durable. After an error here it is unknown whether it is.
    pub async fn commit(self) -> Result<()> {
        #[cfg(any(test, feature = "testing"))]
        let afterwards = self.fault.strike_commit()?;
        match self.unit {
            Unit::Sqlite(unit, turn) => {
                unit.commit().await?;
                drop(turn);
            }
            Unit::SqliteGlance(_) => {}
            Unit::Postgres(unit) => unit.commit().await?,
        }
        #[cfg(any(test, feature = "testing"))]
        afterwards?;
        Ok(())
    }

    /// Gives the work up. Dropping does the same; this one waits for it.
    pub async fn rollback(self) -> Result<()> {
        match self.unit {
            Unit::Sqlite(unit, turn) => {
                unit.rollback().await?;
                drop(turn);
            }
            Unit::SqliteGlance(_) => {}
            Unit::Postgres(unit) => unit.rollback().await?,
        }
        Ok(())
    }

    /// A statement of the house.
    pub fn sql(&mut self, text: &'static str) -> Query<'_> {
        Query::new(self, sqlx::SqlSafeStr::into_sql_str(text))
    }

    /// A statement assembled from fragments of the house (a list of placeholders, an ORDER BY); never from input.
    pub fn sql_assembled(&mut self, text: String) -> Query<'_> {
        Query::new(self, sqlx::SqlSafeStr::into_sql_str(sqlx::AssertSqlSafe(text)))
    }
}

/// Placeholders for `rows` rows of `columns` values, in order. SQLite gets `?`: there `$n` is a name, the driver asks
/// for the name of every value, and SQLite looks through all names to answer, which makes long statements quadratic
/// (`sqlite3_bind_parameter_name`). A value that follows is `$n` for both, counted on.
pub fn values(tx: &Tx, rows: usize, columns: usize) -> String {
    match tx.dialect() {
        Dialect::Postgres => placeholders(rows, columns),
        Dialect::Sqlite => {
            let row = format!("({})", vec!["?"; columns].join(", "));
            vec![row.as_str(); rows].join(", ")
        }
    }
}

/// `($1, $2), ($3, $4)`: placeholders for `rows` rows of `columns` values, numbered from 1.
fn placeholders(rows: usize, columns: usize) -> String {
    let mut text = String::with_capacity(rows * (columns * 5 + 4));
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            if column > 0 {
                text.push_str(", ");
            }
            text.push('$');
            text.push_str(&(row * columns + column + 1).to_string());
        }
        text.push(')');
    }
    text
}

#[cfg(test)]
mod tests;
