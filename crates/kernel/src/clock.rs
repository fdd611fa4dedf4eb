//! Where the time comes from. The clock is an argument everywhere; only this file reads the host's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::Timestamp;

/// A source of the present moment; cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Host,
    Shifted(Arc<AtomicI64>),
    Manual(Arc<AtomicI64>),
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

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::Host => host_now(),
            Source::Shifted(offset) => {
                Timestamp::from_micros(host_now().micros().saturating_add(offset.load(Ordering::Relaxed)))
            }
            Source::Manual(time) => Timestamp::from_micros(time.load(Ordering::Relaxed)),
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

#[expect(clippy::disallowed_methods, reason = "the one place that reads the host's clock")]
fn host_now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
