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

    /// A house with the two of its staff who answer for imports: 小张, an archivist, and 老李, the director.
    ///
    /// # Panics
    /// If the disk or the program refuses.
    pub fn staffed() -> Self {
        let desk = Self::new();
        hire(desk.folder.path(), "小张", "archivist");
        hire(desk.folder.path(), "老李", "director");
        desk
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

/// Adds an account of staff with a role to the house in a data folder.
///
/// # Panics
/// If the program refuses.
pub fn hire(folder: &Path, name: &str, role: &str) {
    let ended = lantai_in(folder, &["staff", "add", name, "--role", role]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}
