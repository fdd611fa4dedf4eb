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
    /// With the microseconds by which this host is ahead of the database.
    Manual(Arc<AtomicI64>, i64),
    #[cfg(feature = "planted-faults")]
    Beside(Arc<std::fs::File>),
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
        (Self(Source::Manual(Arc::clone(&time), 0)), ManualClock(time))
    }

    /// The host's clock plus the microseconds that stand in a file, eight bytes in little-endian order: several processes
    /// that the fault tests move together.
    ///
    /// # Errors
    /// If the file cannot be opened.
    #[cfg(feature = "planted-faults")]
    pub fn beside(file: &std::path::Path) -> std::io::Result<Self> {
        Ok(Self(Source::Beside(Arc::new(std::fs::File::open(file)?))))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::Manual(time, ahead) => Timestamp::from_micros(time.load(Ordering::Relaxed).saturating_add(*ahead)),
            _ => Timestamp::from_micros(host_now().micros().saturating_add(self.offset())),
        }
    }

    /// Microseconds by which it was moved away from the host's.
    fn offset(&self) -> i64 {
        match &self.0 {
            Source::Host | Source::Manual(..) => 0,
            Source::Shifted(offset) => offset.load(Ordering::Relaxed),
            #[cfg(feature = "planted-faults")]
            Source::Beside(file) => {
                let mut bytes = [0; 8];
                // What cannot be read has not been moved yet.
                let _unmoved = std::os::unix::fs::FileExt::read_exact_at(&**file, &mut bytes, 0);
                i64::from_le_bytes(bytes)
            }
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

    /// The clock of a host that is so many seconds ahead of the database, or behind it; both move with this hand.
    #[must_use]
    pub fn host_ahead(&self, seconds: i64) -> Clock {
        Clock(Source::Manual(Arc::clone(&self.0), seconds.saturating_mul(1_000_000)))
    }
}

/// The present moment by the database's clock, which all nodes share: what leases and schedules go by. A clock that was
/// moved moves this one too, so that tests and the demo can move leases and schedules.
///
/// # Errors
/// If the database does not answer.
pub async fn database_now(tx: &mut Tx, clock: &Clock) -> db::Result<Timestamp> {
    if let Source::Manual(time, _) = &clock.0 {
        return Ok(Timestamp::from_micros(time.load(Ordering::Relaxed)));
    }
    // The two have no function in common that is finer than a second and keeps running inside a transaction.
    let text = match tx.dialect() {
        Dialect::Sqlite => "SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
        Dialect::Postgres => "SELECT clock_timestamp()",
    };
    let (now,) = tx.sql(text).one::<(Timestamp,)>().await?;
    Ok(Timestamp::from_micros(now.micros().saturating_add(clock.offset())))
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
            let ahead = hand.host_ahead(3600);
            assert_eq!(ahead.now(), stood.plus_seconds(3600));
            assert_eq!(database_now(&mut tx, &ahead).await.unwrap(), stood);
        })
        .await;
    }
}
