//! An archivist's desk: an installation of its own, and files to import into it beside it.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{Ended, HOUSE, lantai_in};

/// A data folder with settings, and a folder for papers.
#[derive(Debug)]
pub struct Desk {
    /// The data folder.
    pub folder: TempDir,
    papers: TempDir,
}

impl Desk {
    /// An empty house.
    ///
    /// # Panics
    /// If the disk refuses.
    #[expect(clippy::expect_used, reason = "a test helper: without a folder there is nothing to test")]
    #[expect(clippy::new_without_default, reason = "making one writes to the disk")]
    pub fn new() -> Self {
        let (folder, papers) = (TempDir::new().expect("a data folder"), TempDir::new().expect("a folder for papers"));
        std::fs::write(folder.path().join("lantai.toml"), HOUSE).expect("settings");
        Self { folder, papers }
    }

    /// Lays a file on the desk.
    ///
    /// # Panics
    /// If the disk refuses.
    #[expect(clippy::expect_used, reason = "a test helper: without the file there is nothing to test")]
    pub fn paper(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.papers.path().join(name);
        std::fs::write(&path, bytes).expect("a file on the desk");
        path
    }

    /// Imports a file and asks for the result as JSON.
    pub fn import(&self, file: &Path, more: &[&str]) -> Ended {
        let file = file.to_string_lossy().into_owned();
        lantai_in(self.folder.path(), &[&["import", &file, "--json"], more].concat())
    }
}
