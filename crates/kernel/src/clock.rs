//! Where the time comes from. The clock is an argument everywhere; only this file reads the host's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::Timestamp;
use crate::db::{self, Dialect, Tx};

/// A source of the present moment; cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Host,
    Shifted(Arc<AtomicI64>),
    Manual(Arc<AtomicI64>),
    #[cfg(any(test, feature = "testing"))]
    Askew(i64),
}

impl Clock {
    /// The host's clock.
    pub fn system() -> Self {
        Self(Source::Host)
    }

    /// The host's clock plus an offset in microseconds that others may move: the demo, where the hall and WeChat's
    /// emulated side must agree on what time it is.
    pub fn shifted(offset: Arc<AtomicI64>) -> Self {
        Self(Source::Shifted(offset))
    }

    /// A clock that stands still until it is moved, with the hand that moves it.
    pub fn manual(at: Timestamp) -> (Self, ManualClock) {
        let time = Arc::new(AtomicI64::new(at.micros()));
        (Self(Source::Manual(Arc::clone(&time))), ManualClock(time))
    }

    /// The clock of a host that is wrong by so many seconds, while the database's is right.
    #[cfg(any(test, feature = "testing"))]
    pub fn askew(seconds: i64) -> Self {
        Self(Source::Askew(seconds))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::Host => host_now(),
            Source::Shifted(offset) => {
                Timestamp::from_micros(host_now().micros().saturating_add(offset.load(Ordering::Relaxed)))
            }
            Source::Manual(time) => Timestamp::from_micros(time.load(Ordering::Relaxed)),
            #[cfg(any(test, feature = "testing"))]
            Source::Askew(seconds) => host_now().plus_seconds(*seconds),
        }
    }
}

/// The hand of a clock made by [`Clock::manual`].
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// Moves the clock by a number of seconds; negative moves it back.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds.saturating_mul(1_000_000), Ordering::Relaxed);
    }
}

/// The present moment by the database's clock, which all nodes share: what leases and schedules go by. A clock that was
/// moved moves this one too, so that tests and the demo can move leases and schedules.
///
/// # Errors
/// If the database does not answer.
pub async fn database_now(tx: &mut Tx, clock: &Clock) -> db::Result<Timestamp> {
    let offset = match &clock.0 {
        Source::Host => 0,
        Source::Shifted(offset) => offset.load(Ordering::Relaxed),
        Source::Manual(_) => return Ok(clock.now()),
        #[cfg(any(test, feature = "testing"))]
        Source::Askew(_) => 0,
    };
    // The two have no function in common that is finer than a second and keeps running inside a transaction.
    let text = match tx.dialect() {
        Dialect::Sqlite => "SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
        Dialect::Postgres => "SELECT clock_timestamp()",
    };
    let (now,) = tx.sql(text).one::<(Timestamp,)>().await?;
    Ok(Timestamp::from_micros(now.micros().saturating_add(offset)))
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the host's clock")]
fn host_now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn the_database_tells_the_time_and_a_moved_clock_moves_it() {
        testing::both(|db| async move {
            let mut tx = db.read().await.unwrap();
            let host = Clock::system().now();
            let told = database_now(&mut tx, &Clock::system()).await.unwrap();
            assert!(told.seconds_since(host).abs() <= 5, "{host:?} {told:?}");

            let hour = Arc::new(AtomicI64::new(3_600_000_000));
            let moved = database_now(&mut tx, &Clock::shifted(hour)).await.unwrap();
            assert!((3600..=3605).contains(&moved.seconds_since(told)), "{told:?} {moved:?}");

            let (clock, hand) = Clock::manual(testing::MONDAY_MORNING);
            hand.advance(60);
            let stood = database_now(&mut tx, &clock).await.unwrap();
            assert_eq!(stood, testing::MONDAY_MORNING.plus_seconds(60));
        })
        .await;
    }
}
