//! What is counted about deliveries. Refusals are counted by reason and in no other way.

use std::time::Duration;

use kernel::Metrics;
use kernel::metrics::{Counter, Histogram};
use wechat::callback::Refusal;

/// The reasons a request can be refused for.
const REASONS: [&str; 10] =
    ["query", "size", "encoding", "account", "address", "signature", "downgrade", "cipher", "message", "time"];

/// The counters of one inbox; increments touch no lock.
#[derive(Debug)]
pub(crate) struct Figures {
    new: Counter,
    repeated: Counter,
    late: Counter,
    hung_up: Counter,
    foreign: Counter,
    refused: [(&'static str, Counter); REASONS.len()],
    seconds: Histogram,
}

impl Figures {
    pub(super) fn new(metrics: &Metrics) -> Self {
        let delivered = |outcome: &str| {
            metrics.counter(
                "lantai_deliveries_total",
                "Deliveries by WeChat that were answered.",
                &[("outcome", outcome)],
            )
        };
        let refused = |reason: &'static str| {
            let help = "Requests to the callback that were refused.";
            (reason, metrics.counter("lantai_callback_refused_total", help, &[("reason", reason)]))
        };
        Self {
            new: delivered("new"),
            repeated: delivered("repeated"),
            late: delivered("late"),
            hung_up: metrics.counter("lantai_callback_hung_up_total", "Connections closed without an answer.", &[]),
            foreign: metrics.counter(
                "lantai_callback_foreign_total",
                "Requests to the callback from addresses that WeChat does not publish.",
                &[],
            ),
            refused: REASONS.map(refused),
            seconds: metrics.histogram("lantai_callback_seconds", "How long WeChat waited for an answer.", &[]),
        }
    }

    pub(super) fn new_delivery(&self) {
        self.new.increment();
    }

    pub(super) fn repeated(&self) {
        self.repeated.increment();
    }

    pub(super) fn late(&self) {
        self.late.increment();
    }

    pub(crate) fn hung_up(&self) {
        self.hung_up.increment();
    }

    pub(super) fn foreign(&self) {
        self.foreign.increment();
    }

    pub(crate) fn answered(&self, took: Duration) {
        self.seconds.observe(took);
    }

    /// Counts a refusal by its reason.
    pub(crate) fn refused(&self, reason: &str) {
        if let Some((_, counter)) = self.refused.iter().find(|(known, _)| *known == reason) {
            counter.increment();
        }
    }

    /// How many requests were refused since the start, by reason, at all accounts together.
    pub(crate) fn refusals(&self) -> Vec<(&'static str, u64)> {
        self.refused.iter().map(|(reason, counter)| (*reason, counter.total())).collect()
    }
}

/// What a refusal is counted under; never sent.
pub(crate) fn reason(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Query => "query",
        Refusal::TooLarge => "size",
        Refusal::Signature => "signature",
        Refusal::Downgrade => "downgrade",
        Refusal::Cipher(_) => "cipher",
        Refusal::Message(_) => "message",
        Refusal::Stale(_) => "time",
    }
}
