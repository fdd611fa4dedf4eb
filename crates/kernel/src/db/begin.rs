//! Beginning a unit on PostgreSQL. With sqlx 0.9 whoever is dropped while the answer to its `BEGIN` is under way gives a
//! connection back that stands in a transaction nobody knows of: the next unit on it finds itself read-only, or in what
//! went wrong before it. So a beginning that nobody waits for any more is run to its end, and what it began is rolled
//! back like every unit that is dropped. To those who wait it costs nothing.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::{PgPool, Postgres, SqlSafeStr, Transaction};
use tokio::runtime::Handle;

/// Begins a unit with a statement.
pub(super) async fn on(pool: &PgPool, statement: &'static str) -> sqlx::Result<Transaction<'static, Postgres>> {
    let connection = pool.acquire().await?;
    Beginning(Some(Transaction::begin(connection, Some(statement.into_sql_str())))).await
}

/// A unit that begins; none once it has begun.
struct Beginning(Option<BoxFuture<'static, sqlx::Result<Transaction<'static, Postgres>>>>);

impl Future for Beginning {
    type Output = sqlx::Result<Transaction<'static, Postgres>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(beginning) = &mut self.0 else { return Poll::Pending };
        let begun = ready!(beginning.poll_unpin(context));
        self.0 = None;
        Poll::Ready(begun)
    }
}

impl Drop for Beginning {
    fn drop(&mut self) {
        // A pool that is closed waits for its connections, so shutdown does not lose the task. Without a runtime the
        // connection is gone with everything else.
        if let (Some(beginning), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            drop(runtime.spawn(beginning.map(drop)));
        }
    }
}
