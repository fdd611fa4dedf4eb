//! What stands in a folder, byte by byte.

use std::path::{Path, PathBuf};

/// Every file in a folder and below.
pub fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries.flat_map(|entry| if entry.path().is_dir() { files_of(&entry.path()) } else { vec![entry.path()] }).collect()
}

/// Whether a sequence of bytes stands in another.
pub fn holds(bytes: &[u8], sought: &[u8]) -> bool {
    bytes.windows(sought.len()).any(|window| window == sought)
}
