//! Opening the database: addresses, connection settings, migrations.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use super::turns::{LOOK, Turns};
use super::{Db, Error, Pools, Result};
use crate::metrics::Counter;

/// The migrations for SQLite, embedded.
pub static MIGRATIONS_SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
/// The migrations for PostgreSQL, embedded: the same numbers and the same shape.
pub static MIGRATIONS_POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// The oldest SQLite that cannot corrupt a file in WAL mode (sqlite.org/wal.html, "the WAL-reset bug").
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// Statements a connection keeps prepared: the statements of the house, and those that write many rows once for each
/// number of rows.
const PREPARED: usize = 400;

/// How the connections are made.
#[derive(Clone, Debug)]
pub struct Options {
    /// Reading connections.
    pub readers: u32,
    /// How long a unit waits for its turn.
    pub wait: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 8, wait: Duration::from_secs(4) }
    }
}

impl Db {
    /// Opens a SQLite file, making it if it is not there, and brings its tables up to date.
    pub async fn open_sqlite(path: &Path, options: &Options) -> Result<Self> {
        let connect = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(options.wait)
            .pragma("journal_size_limit", "67108864")
            // Nothing of a record may be written outside the data folder, and long statements spill otherwise.
            .pragma("temp_store", "MEMORY")
            // Rows a reader may be ahead of whoever takes them: a large scan wakes it less often.
            .row_buffer_size(512)
            .statement_cache_capacity(PREPARED);
        let mut first = connect.connect().await?;
        check_version(&mut first).await?;
        migrated(MIGRATIONS_SQLITE.run(&mut first).await)?;
        first.close().await?;
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            // A file does not hang up: asking each time whether the connection lives costs a turn of its thread.
            .test_before_acquire(false)
            .acquire_timeout(options.wait)
            .connect_with(connect.clone().busy_timeout(LOOK))
            .await?;
        let read = SqlitePoolOptions::new()
            .max_connections(options.readers)
            .test_before_acquire(false)
            .acquire_timeout(options.wait)
            .connect_with(connect.read_only(true))
            .await?;
        let turns = Turns::new(options.wait);
        Ok(Self::over(Pools::Sqlite { read, write, turns }))
    }

    /// Opens a PostgreSQL database by its `postgres://…` address and brings its tables up to date.
    pub async fn open_postgres(url: &str, options: &Options) -> Result<Self> {
        let connect = PgConnectOptions::from_str(url)?.statement_cache_capacity(PREPARED);
        let pool = PgPoolOptions::new()
            .max_connections(options.readers.saturating_add(4))
            .acquire_timeout(options.wait)
            .connect_with(connect)
            .await?;
        migrated(MIGRATIONS_POSTGRES.run(&pool).await)?;
        Ok(Self::over(Pools::Postgres(pool)))
    }

    fn over(pools: Pools) -> Self {
        Self {
            pools,
            statements: Counter::default(),
            #[cfg(any(test, feature = "testing"))]
            fault: crate::testing::DbFault::default(),
        }
    }
}

fn migrated(outcome: std::result::Result<(), MigrateError>) -> Result<()> {
    outcome.map_err(|error| {
        let newer = matches!(error, MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..));
        let source = sqlx::Error::Migrate(Box::new(error));
        if newer { Error::newer(source) } else { source.into() }
    })
}

async fn check_version(connection: &mut SqliteConnection) -> Result<()> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(connection).await?;
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < OLDEST_SQLITE {
        let text = format!("SQLite {version} can damage its file; at least 3.51.3 is needed");
        return Err(sqlx::Error::Configuration(text.into()).into());
    }
    Ok(())
}
