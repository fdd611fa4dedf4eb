//! The state folder: one JSON file, written beside and renamed, and the media's bytes in a folder of their own.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::world::World;

/// What can go wrong with the state folder.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or folder cannot be read or written.
    #[error("沙箱数据“{0}”无法读写：{1}")]
    File(PathBuf, #[source] io::Error),
    /// The state cannot be read or written as JSON.
    #[error("沙箱数据不是本程序写的 JSON：{0}")]
    Json(#[source] serde_json::Error),
}

/// The bytes of all media by id.
#[derive(Default)]
pub(crate) struct Media(Mutex<BTreeMap<String, Kept>>);

struct Kept {
    bytes: Arc<Vec<u8>>,
    saved: bool,
}

impl Media {
    /// The bytes of a medium.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).map(|kept| Arc::clone(&kept.bytes))
    }

    /// Keeps the bytes of a new medium.
    pub(crate) fn put(&self, id: &str, bytes: Vec<u8>) {
        self.insert(id, bytes, false);
    }

    fn insert(&self, id: &str, bytes: Vec<u8>, saved: bool) {
        let kept = Kept { bytes: Arc::new(bytes), saved };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), kept);
    }

    fn unsaved(&self) -> Vec<(String, Arc<Vec<u8>>)> {
        let mut media = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = Vec::new();
        for (id, kept) in media.iter_mut().filter(|(_, kept)| !kept.saved) {
            kept.saved = true;
            found.push((id.clone(), Arc::clone(&kept.bytes)));
        }
        found
    }
}

/// The folder.
pub(crate) struct Store {
    folder: PathBuf,
    /// Held while writing, so that two saves do not share a temporary file.
    writing: Mutex<()>,
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |error| StoreError::File(path, error)
}

impl Store {
    /// Makes the folder if it is missing.
    pub(crate) fn open(folder: PathBuf) -> Result<Self, StoreError> {
        let media = folder.join("media");
        fs::create_dir_all(&media).map_err(file_error(&media))?;
        Ok(Self { folder, writing: Mutex::new(()) })
    }

    fn state(&self) -> PathBuf {
        self.folder.join("sandbox.json")
    }

    /// The state as last written; a new world if there is none.
    pub(crate) fn load(&self) -> Result<World, StoreError> {
        let path = self.state();
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(StoreError::Json),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(World::default()),
            Err(error) => Err(StoreError::File(path, error)),
        }
    }

    /// Reads the bytes of every medium the world names.
    pub(crate) fn load_media(&self, world: &World, media: &Media) -> Result<(), StoreError> {
        for id in world.accounts.values().flat_map(|account| account.media.keys()) {
            let path = self.folder.join("media").join(id);
            match fs::read(&path) {
                Ok(bytes) => media.insert(id, bytes, true),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(StoreError::File(path, error)),
            }
        }
        Ok(())
    }

    /// Writes new media, then the state beside the old one, and puts it in its place.
    pub(crate) fn save(&self, state: &[u8], media: &Media) -> Result<(), StoreError> {
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, bytes) in media.unsaved() {
            let path = self.folder.join("media").join(id);
            fs::write(&path, &*bytes).map_err(file_error(&path))?;
        }
        let beside = self.folder.join("sandbox.json.new");
        fs::write(&beside, state).map_err(file_error(&beside))?;
        fs::rename(&beside, self.state()).map_err(file_error(&beside))
    }
}
