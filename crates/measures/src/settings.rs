//! The size of a run, as the environment asks for it.

use std::path::PathBuf;

/// A number of the environment, or what stands for it. `LANTAI_BENCH_ROWS` is the number of records everywhere.
#[expect(clippy::disallowed_methods, reason = "the size of the run is asked for by the environment")]
pub fn asked(name: &str, default: u32) -> u32 {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(default)
}

/// Records of a run: `LANTAI_BENCH_ROWS`, a million by default.
pub fn rows() -> u32 {
    asked("LANTAI_BENCH_ROWS", 1_000_000)
}

/// A path of the environment.
pub fn path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from)
}

/// The Python that the bench chore prepared: `LANTAI_BENCH_PYTHON`, else whatever `python3` is.
pub fn python() -> PathBuf {
    path("LANTAI_BENCH_PYTHON").unwrap_or_else(|| PathBuf::from("python3"))
}

/// The root of the checkout.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}
