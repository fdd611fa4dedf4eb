//! Faults planted on purpose, which the fault tests must catch: whoever checks nothing finds nothing.
//!
//! They are compiled with the feature `planted-faults` only, and into debug builds only; the program that serves
//! somebody holds no trace of them.

use std::str::FromStr;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

#[cfg(not(debug_assertions))]
compile_error!("planted faults are for the fault tests: a release build never has them");

/// A fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The inbox takes the same delivery as often as it comes.
    NoUniqueInboxKey,
    /// An index says that it knows of changes before they are committed to it.
    WatermarkBeforeCommit,
    /// What follows from a delivery is written after the delivery was committed, not with it.
    OutboxAfterCommit,
    /// The open index takes every record, whoever may see it.
    UnfilteredOpenIndex,
    /// A push counts as sent when it is fetched (design A of ADR 0022).
    PushSentWhenFetched,
    /// A push is written down after it was sent, and goes out without a key of its own (design B).
    PushWithoutIntent,
    /// Every attempt of a push has a key of its own (design C).
    PushNewKeys,
}

impl FromStr for Fault {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "no-unique-inbox-key" => Ok(Self::NoUniqueInboxKey),
            "watermark-before-commit" => Ok(Self::WatermarkBeforeCommit),
            "outbox-after-commit" => Ok(Self::OutboxAfterCommit),
            "unfiltered-open-index" => Ok(Self::UnfilteredOpenIndex),
            "push-sent-when-fetched" => Ok(Self::PushSentWhenFetched),
            "push-without-intent" => Ok(Self::PushWithoutIntent),
            "push-new-keys" => Ok(Self::PushNewKeys),
            _ => Err("no such fault"),
        }
    }
}

/// What is planted in a process.
#[derive(Clone, Debug, Default)]
pub struct Planted {
    /// The fault, if any: without one the process is sound and only dies where it is told to.
    pub fault: Option<Fault>,
    /// The step at whose beginning the process is killed, as if from outside.
    pub die_at: Option<String>,
}

impl Planted {
    /// Kills the process if it is to die at this step.
    pub(crate) fn reach(&self, step: &str) {
        if self.die_at.as_deref() == Some(step) {
            // A process that cannot kill itself lives on, and the test that waits for its death says so.
            let _alive = kill(Pid::this(), Signal::SIGKILL);
        }
    }
}
