//! Databases for tests, here and in other crates: a SQLite file, and a PostgreSQL cluster that the tests start
//! themselves from the installed package. A missing PostgreSQL fails the test; nothing is skipped.

mod cluster;
mod fault;

pub use cluster::Cluster;
pub use fault::DbFault;

use std::future::Future;

use tempfile::TempDir;

use crate::db::Options;
use crate::{Clock, Db, Ground, ManualClock, Random, Secrets, Timestamp};

/// 2026-11-02 09:00 in Asia/Shanghai, a Monday: where the clocks of tests stand.
pub const MONDAY_MORNING: Timestamp = Timestamp::from_seconds(1_793_581_200);

/// A SQLite database of its own, gone with the folder.
///
/// # Panics
/// If the folder or the database cannot be made.
pub async fn sqlite() -> (TempDir, Db) {
    let folder = must(tempfile::tempdir(), "a temporary folder");
    let options = Options { readers: 2, ..Options::default() };
    let db = must(Db::open_sqlite(&folder.path().join("db"), &options).await, "a SQLite database");
    (folder, db)
}

/// Runs a test on SQLite, then on PostgreSQL, each time on an empty database of its own.
///
/// # Panics
/// If a database cannot be made, or the test does.
pub async fn both<F, T>(test: F)
where
    F: Fn(Db) -> T,
    T: Future<Output = ()>,
{
    let (_folder, db) = sqlite().await;
    test(db.clone()).await;
    db.close().await;

    let db = Cluster::shared().await.database().await;
    test(db.clone()).await;
    db.close().await;
}

/// A ground on a database, with a clock that stands on [`MONDAY_MORNING`], repeatable chance and keys of its own.
pub fn ground(db: Db) -> (Ground, ManualClock) {
    let (clock, hand) = Clock::manual(MONDAY_MORNING);
    let random = Random::seeded(20_261_102);
    let secrets = Secrets::fresh(&random);
    (Ground::new(db, clock, random, secrets), hand)
}

/// The value, or the end of the test with a sentence.
#[expect(clippy::panic, reason = "a test without its database must fail")]
pub(super) fn must<T, E: std::fmt::Display>(outcome: Result<T, E>, what: &str) -> T {
    outcome.unwrap_or_else(|error| panic!("{what} is needed: {error}"))
}
