//! The folder of files that were sent: each with what is known of it beside it, all of it sealed.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use kernel::{Code, Error, Ground, Problem, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::entry::Entry;
use super::sealed;

/// The shelf; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    ground: Ground,
    folder: PathBuf,
}

/// The endings of a file, of what is known of it, and of that while it is written.
const FILE: &str = "file";
const KNOWN: &str = "known";
const UNFINISHED: &str = "unfinished";

impl Shelf {
    /// The shelf of a data folder.
    pub(super) fn new(ground: Ground, data: &Path) -> Self {
        Self { ground, folder: data.join("uploads") }
    }

    fn path(&self, id: &str, ending: &str) -> PathBuf {
        self.folder.join(format!("{id}.{ending}"))
    }

    /// Puts a file there.
    pub(super) async fn put(&self, id: &str, mut file: File) -> Result<()> {
        let (here, id) = (self.clone(), id.to_owned());
        let put = move || {
            DirBuilder::new().recursive(true).mode(0o700).create(&here.folder).map_err(Error::internal)?;
            sealed::write(&here.ground, &id, &mut file, &here.path(&id, FILE))
        };
        tokio::task::spawn_blocking(put).await.map_err(Error::internal)?
    }

    /// The file, unsealed, without a name.
    ///
    /// # Errors
    /// [`Code::NotFound`] if it was forgotten.
    pub(super) async fn file(&self, id: &str) -> Result<File> {
        let (here, id) = (self.clone(), id.to_owned());
        let open = move || {
            let path = here.path(&id, FILE);
            if !is_there(&path)? {
                let why = "文件已不在，请重新上传";
                return Err(Problem::new(Code::NotFound, "上传的文件").because(why).into());
            }
            sealed::open(&here.ground, &id, &path)
        };
        tokio::task::spawn_blocking(open).await.map_err(Error::internal)?
    }

    /// Writes down what is known of something, in the place of what was known before, whole or not at all.
    pub(super) fn know(&self, id: &str, known: &impl Serialize) -> Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).map_err(Error::internal)?;
        let text = serde_json::to_vec(known).map_err(Error::internal)?;
        let unfinished = self.path(id, UNFINISHED);
        sealed::write(&self.ground, &format!("{id}/known"), &mut text.as_slice(), &unfinished)?;
        fs::rename(&unfinished, self.path(id, KNOWN)).map_err(Error::internal)
    }

    /// What is known of something.
    pub(super) fn known<T: DeserializeOwned>(&self, id: &str) -> Result<Option<T>> {
        let path = self.path(id, KNOWN);
        if !is_name(id) || !is_there(&path)? {
            return Ok(None);
        }
        let text = sealed::read(&self.ground, &format!("{id}/known"), &path)?;
        serde_json::from_slice(&text).map(Some).map_err(Error::internal)
    }

    /// All files that were sent. One of which nothing can be read is left out.
    pub(super) fn all(&self) -> Result<Vec<Entry>> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        for entry in entries {
            let path = entry.map_err(Error::internal)?.path();
            let Some(id) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
            if path.extension().is_none_or(|ending| ending != KNOWN) || id.starts_with(super::roll_back::PREFIX) {
                continue;
            }
            match self.known(id) {
                Ok(found) => all.extend(found),
                Err(error) => tracing::warn!(%error, "an uploaded file is not known any more"),
            }
        }
        Ok(all)
    }

    /// The names that begin with something and of which something is known.
    pub(super) fn names(&self, prefix: &str) -> Result<Vec<String>> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Ok(Vec::new()) };
        let mut names = Vec::new();
        for entry in entries {
            let path = entry.map_err(Error::internal)?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).filter(|stem| stem.starts_with(prefix));
            if path.extension().is_some_and(|ending| ending == KNOWN) {
                names.extend(stem.map(str::to_owned));
            }
        }
        Ok(names)
    }

    /// Takes the file away; what is known of it stays.
    pub(super) fn empty(&self, id: &str) -> Result<()> {
        remove(&self.path(id, FILE))
    }

    /// Takes the file and what is known of it away.
    pub(super) fn forget(&self, id: &str) -> Result<()> {
        self.empty(id)?;
        remove(&self.path(id, UNFINISHED))?;
        remove(&self.path(id, KNOWN))
    }

    /// Files that nobody knows: the server was stopped while they came.
    pub(super) fn strays(&self) -> Result<Vec<String>> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Ok(Vec::new()) };
        let mut strays = Vec::new();
        for entry in entries {
            let path = entry.map_err(Error::internal)?.path();
            if let Some(id) = path.file_stem().and_then(|stem| stem.to_str())
                && !is_there(&self.path(id, KNOWN))?
            {
                strays.push(id.to_owned());
            }
        }
        Ok(strays)
    }
}

/// Ids come in addresses: only what we make ourselves is a name.
fn is_name(id: &str) -> bool {
    !id.is_empty() && id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_there(path: &Path) -> Result<bool> {
    path.try_exists().map_err(Error::internal)
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::internal(error)),
        _ => Ok(()),
    }
}
