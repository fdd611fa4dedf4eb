//! Processor time, as the operating system counts it (proc(5)).

use std::fs;
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

use crate::Outcome;

/// What all children that have ended used, and their children.
pub fn of_ended_children() -> Outcome<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = (usage.user_time() + usage.system_time()).num_microseconds();
    Ok(Duration::from_micros(u64::try_from(micros)?))
}

/// What this thread has run, as of when it last gave way: exact over long work, not over a moment.
pub fn of_thread() -> Outcome<Duration> {
    run_of("/proc/thread-self/schedstat")
}

/// What the threads of a process have run, to the nanosecond; threads that have ended are not counted.
pub fn of_process(id: u32) -> Outcome<Duration> {
    let mut sum = Duration::ZERO;
    for thread in fs::read_dir(format!("/proc/{id}/task"))? {
        let file = thread?.path().join("schedstat");
        // A thread may end between the list and the look.
        sum += run_of(&file.to_string_lossy()).unwrap_or_default();
    }
    Ok(sum)
}

/// What a process and its living children have used so far, to ten milliseconds.
pub fn of_family(id: u32) -> Duration {
    let own = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let after_name = own.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
    let below: Duration = children.split_whitespace().filter_map(|child| child.parse().ok()).map(of_family).sum();
    Duration::from_millis(ticks.saturating_mul(10)) + below
}

/// The most memory a process ever held, in megabytes.
pub fn peak_megabytes(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes / 1024)
}

/// The living children of a process, of any of its threads.
pub fn children(id: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().filter_map(Result::ok);
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>()).collect()
}

/// The first number of a schedstat file: nanoseconds on the processor.
fn run_of(file: &str) -> Outcome<Duration> {
    let text = fs::read_to_string(file)?;
    Ok(Duration::from_nanos(text.split(' ').next().unwrap_or_default().parse()?))
}
