//! The real binary, run as a command.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What a command ended with.
#[derive(Debug)]
pub struct Ended {
    /// Exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Ended {
    /// Standard output read as one JSON value.
    ///
    /// # Panics
    /// If it is anything else.
    #[expect(clippy::panic, reason = "a test helper: what does not fit ends the test")]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not one JSON value ({error}): {}\n{}", self.stdout, self.stderr))
    }
}

/// Where the binary stands: beside this test's own executable.
///
/// # Panics
/// If it was not built.
pub fn lantai() -> PathBuf {
    built("lantai", "cargo build --package lantai")
}

/// Where the program with faults to choose from stands.
///
/// # Panics
/// If it was not built.
pub fn lantai_faulty() -> PathBuf {
    built("lantai-faulty", "cargo build --package lantai --bin lantai-faulty --features planted-faults")
}

#[expect(clippy::panic, reason = "a test helper: without the binary there is nothing to test")]
fn built(name: &str, how: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    let profile = own.ancestors().find(|folder| folder.join(name).is_file());
    match profile {
        Some(folder) => folder.join(name),
        None => panic!("build {name} first: {how}"),
    }
}

/// Runs a command of the binary on a data folder and waits for its end.
///
/// # Panics
/// If it cannot be started.
#[expect(clippy::panic, reason = "a test helper: without the binary there is nothing to test")]
pub fn lantai_in<A: AsRef<OsStr>>(folder: &Path, arguments: &[A]) -> Ended {
    let mut command = Command::new(lantai());
    command.args(arguments).arg("--data").arg(folder);
    match command.output() {
        Ok(output) => Ended {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        },
        Err(error) => panic!("lantai: {error}"),
    }
}
