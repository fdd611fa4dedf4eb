//! libFuzzer at the doors of strangers (`fuzz/`).
//!
//! Coverage is compiled into our own crates alone, by the compiler's stable flags (`fuzz/rustc`): the packages we stand
//! on are those of every other build.

use std::fmt::Write as _;
use std::fs;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::Outcome;
use crate::run::{cargo, command, must, root, target};

/// The groups that `make test` tries, each for the same time.
pub(crate) const GROUPS: [&str; 4] = ["importers", "query", "dates", "codes"];
/// Fuzzers that run at the same time.
const AT_ONCE: usize = 2;
/// Limits of one fuzzer: seconds for one input, megabytes, and megabytes asked for at once.
const LIMITS: [&str; 3] = ["-timeout=20", "-rss_limit_mb=2048", "-malloc_limit_mb=1024"];
/// The longest input of a file or a message, and of a text, in bytes.
const LONGEST: [u32; 2] = [8192, 600];

/// Where `make test` begins, without what earlier runs found: what it tries is the same from one run to the next, as far
/// as the time allows. 0, which `make soak` uses, begins anywhere.
const SEED: u32 = 20_261_129;

/// A door, and how long it is tried.
#[derive(Clone, Debug)]
struct Turn {
    group: String,
    door: String,
    seconds: u64,
    seed: u32,
}

/// What became of a door.
struct Tried {
    turn: Turn,
    /// Inputs, and edges of the program they reached.
    counts: Option<(u64, u64)>,
    fault: Option<String>,
}

/// Tries the doors of some groups, each group for so many seconds, with what [`build`] built.
///
/// # Errors
/// Which doors broke, and where the input lies.
pub(crate) fn groups(names: &[&str], seconds: u64) -> Result<usize, String> {
    let mut turns = Vec::new();
    for group in names {
        let doors = folders(&seeds().join(group))?;
        let share = (seconds / u64::try_from(doors.len()).unwrap_or(1).max(1)).max(1);
        turns.extend(doors.into_iter().map(|door| Turn {
            group: (*group).to_owned(),
            door,
            seconds: share,
            seed: SEED,
        }));
    }
    run(turns)
}

/// Builds what is needed and tries all doors for so many seconds in total.
///
/// # Errors
/// As [`groups`].
pub(crate) fn all(seconds: u64) -> Result<usize, String> {
    build()?;
    let mut turns = Vec::new();
    for group in folders(&seeds())? {
        let doors = folders(&seeds().join(&group))?;
        turns.extend(doors.into_iter().map(|door| Turn { group: group.clone(), door, seconds: 0, seed: 0 }));
    }
    let share = (seconds / u64::try_from(turns.len()).unwrap_or(1).max(1)).max(1);
    run(turns.into_iter().map(|turn| Turn { seconds: share, ..turn }).collect())
}

/// `$LANTAI_FUZZ_SECONDS`, or what is usual.
pub(crate) fn seconds(usual: u64) -> u64 {
    let given = std::env::var_os("LANTAI_FUZZ_SECONDS").and_then(|given| given.to_str()?.parse().ok());
    given.unwrap_or(usual)
}

fn run(turns: Vec<Turn>) -> Result<usize, String> {
    let count = turns.len();
    println!("\n── {count} fuzzers, {AT_ONCE} at a time");
    let queue = Mutex::new(turns.into_iter());
    let tried = Mutex::new(Vec::new());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(turn) = next() {
                    let outcome = fuzz(turn);
                    tried.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
                }
            });
        }
    });
    report(&tried.into_inner().unwrap_or_else(PoisonError::into_inner))?;
    Ok(count)
}

/// Builds the program that libFuzzer drives.
///
/// # Errors
/// If it cannot be built.
pub(crate) fn build() -> Outcome {
    let mut build = cargo(&["build", "--package", "fuzz", "--features", "libfuzzer"]);
    must(build.env("RUSTC_WORKSPACE_WRAPPER", root().join("fuzz/rustc")))
}

fn fuzz(turn: Turn) -> Tried {
    match fuzzed(&turn) {
        Ok((log, ended_well)) => {
            let said = fs::read_to_string(&log).unwrap_or_default();
            let counts = number(&said, "stat::number_of_executed_units:").zip(coverage(&said));
            let fault = if !ended_well {
                Some(format!("{}\n{}\nsee {}", turn.door, last_lines(&said), log.display()))
            } else if counts.is_none() {
                Some(format!("{}: nothing was reached; see {}", turn.door, log.display()))
            } else {
                None
            };
            Tried { turn, counts, fault }
        }
        Err(fault) => Tried { turn, counts: None, fault: Some(fault) },
    }
}

/// Runs one fuzzer; returns its log, and whether it ended without having broken anything.
fn fuzzed(turn: &Turn) -> Result<(PathBuf, bool), String> {
    let folder = target().join("fuzz").join(&turn.door);
    let corpus = folder.join(if turn.seed == 0 { "corpus" } else { "corpus-of-test" });
    if turn.seed != 0 && corpus.try_exists().unwrap_or(true) {
        fs::remove_dir_all(&corpus).map_err(|error| format!("{}: {error}", corpus.display()))?;
    }
    fs::create_dir_all(&corpus).map_err(|error| format!("{}: {error}", corpus.display()))?;
    let words = folder.join("words.dict");
    let list = root().join("fuzz/words").join(&turn.door).with_extension("txt");
    let text = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    fs::write(&words, dictionary(&text)).map_err(|error| format!("{}: {error}", words.display()))?;
    let log = folder.join("log");
    let file = File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
    // They take the time that others leave.
    let mut fuzzer: Command = command("nice");
    fuzzer.args(["-n", "19"]).arg(target().join("debug/fuzz"));
    let folder = folder.display();
    fuzzer.env("LANTAI_DOOR", &turn.door).args(LIMITS).arg("-print_final_stats=1");
    let [longest_file, longest_text] = LONGEST;
    let is_text = GROUPS.contains(&turn.group.as_str()) && turn.group != "importers";
    fuzzer.arg(format!("-max_len={}", if is_text { longest_text } else { longest_file }));
    fuzzer
        .arg(format!("-seed={}", turn.seed))
        .arg(format!("-max_total_time={}", turn.seconds))
        .arg(format!("-artifact_prefix={folder}/"));
    // What reached something new is written to the first folder; the others are only read.
    fuzzer.arg(format!("-dict={}", words.display())).arg(&corpus).arg(seeds().join(&turn.group).join(&turn.door));
    let status = fuzzer.stderr(file).status().map_err(|error| format!("{}: {error}", turn.door))?;
    Ok((log, status.success()))
}

/// Words, a line each, as libFuzzer reads them: every byte in hexadecimal.
fn dictionary(words: &str) -> String {
    let mut dictionary = String::new();
    for word in words.lines().filter(|word| !word.is_empty()) {
        dictionary.push('"');
        for byte in word.bytes() {
            let _written = write!(dictionary, "\\x{byte:02X}");
        }
        dictionary.push_str("\"\n");
    }
    dictionary
}

/// Prints a line for each door.
fn report(tried: &[Tried]) -> Outcome {
    println!("\n{:<12}{:<18}{:>9}{:>12}{:>9}", "group", "door", "seconds", "inputs", "edges");
    for Tried { turn, counts, .. } in tried {
        let (inputs, edges) = counts.unwrap_or_default();
        println!("{:<12}{:<18}{:>9}{inputs:>12}{edges:>9}", turn.group, turn.door, turn.seconds);
    }
    let faults: Vec<&str> = tried.iter().filter_map(|tried| tried.fault.as_deref()).collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(format!("{}\nAn input that breaks a door belongs into fuzz/seeds once the fault is mended.", faults.join("\n")))
}

fn seeds() -> PathBuf {
    root().join("fuzz/seeds")
}

/// The names of the folders in a folder, in their order.
fn folders(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let entries = entries.filter_map(Result::ok).filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    Ok(names)
}

/// The number that follows a label, in the last line that has it.
fn number(log: &str, label: &str) -> Option<u64> {
    log.lines().rev().find_map(|line| line.split_once(label)?.1.split_whitespace().next()?.parse().ok())
}

/// The edges reached, as the last line with inputs counts them.
fn coverage(log: &str) -> Option<u64> {
    number(log, " cov: ").filter(|edges| *edges > 0)
}

fn last_lines(log: &str) -> String {
    let told: Vec<&str> = log.lines().filter(|line| !line.starts_with('#') && !line.starts_with("stat::")).collect();
    told.get(told.len().saturating_sub(20)..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_byte_by_byte() {
        assert_eq!(dictionary("年\n\na\"\n"), "\"\\xE5\\xB9\\xB4\"\n\"\\x61\\x22\"\n");
    }

    #[test]
    fn the_last_counts_are_read() {
        let log =
            "#2\tINITED cov: 12 ft: 13 corp: 1/1b\n#9\tNEW    cov: 40 ft: 50\nstat::number_of_executed_units: 1234\n";
        assert_eq!(coverage(log), Some(40));
        assert_eq!(number(log, "stat::number_of_executed_units:"), Some(1234));
        assert_eq!(coverage("nothing"), None);
    }
}
