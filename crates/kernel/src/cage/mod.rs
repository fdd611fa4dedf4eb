//! The cage: untrusted files are opened only in a child process with limits on memory, time and size.
//!
//! The parent starts its own executable again with a hidden command and an open file as the child's standard input.
//! The child calls [`enter`] before it reads a byte, and answers in [`Frames`] on its standard output. Nothing else
//! is shared: the child's environment is empty, so it holds no secret, and its pipe is the only way out.

mod child;
mod parent;

pub use child::{Frames, enter, input};
pub use parent::{Cage, Outcome, Running, bytes};

use std::fmt;

/// The longest frame in bytes. A child that announces a longer one has gone wrong.
pub const LONGEST_FRAME: usize = 16 << 20;

/// What a caged child may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Address space in bytes (`RLIMIT_AS`).
    pub memory: u64,
    /// Processor time in seconds (`RLIMIT_CPU`).
    pub cpu_seconds: u64,
    /// How long the parent waits for the child in all, in seconds; its own work on what came does not count.
    pub wait_seconds: u64,
    /// The longest file the child may write, in bytes (`RLIMIT_FSIZE`).
    pub file_size: u64,
    /// Open files (`RLIMIT_NOFILE`).
    pub open_files: u64,
}

impl Default for Limits {
    /// 1 GiB of memory, 120 s of processor time, 180 s of waiting, nothing written, 16 open files.
    fn default() -> Self {
        Self { memory: 1 << 30, cpu_seconds: 120, wait_seconds: 180, file_size: 1 << 20, open_files: 16 }
    }
}

impl Limits {
    /// Reads the argument that the parent adds to the child's command line.
    pub fn parse(argument: &str) -> Option<Self> {
        let mut numbers = argument.split(',').map(|number| number.parse::<u64>().ok());
        let mut next = || numbers.next().flatten();
        let limits = Self {
            memory: next()?,
            cpu_seconds: next()?,
            wait_seconds: next()?,
            file_size: next()?,
            open_files: next()?,
        };
        numbers.next().is_none().then_some(limits)
    }
}

impl fmt::Display for Limits {
    /// The argument for the child's command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { memory, cpu_seconds, wait_seconds, file_size, open_files } = self;
        write!(f, "{memory},{cpu_seconds},{wait_seconds},{file_size},{open_files}")
    }
}

#[cfg(test)]
mod tests;
