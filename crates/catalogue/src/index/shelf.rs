//! Where the indexes stand and how they are read.
//!
//! A generation of both indexes stands in a folder `index/g1`, `index/g2` …; `index/current` names the one in use. A
//! rebuild makes the next generation beside it and then changes that one line, so searching never stops.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use chinese::words::Words;
use kernel::Error;
use search::{Ranking, Reader, Writer, WriterOptions};

use super::layout;

/// The two indexes of a data folder, for reading; cheap to clone.
#[derive(Clone, Debug)]
pub struct Indexes(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    sorting: Sorting,
    shelf: RwLock<Shelf>,
}

/// What the results are ordered by: the weights, and one dictionary for both indexes.
#[derive(Clone, Debug)]
struct Sorting {
    ranking: Ranking,
    words: Arc<Words>,
}

/// One generation, open for reading.
#[derive(Clone, Debug)]
struct Shelf {
    generation: u64,
    open: Arc<Reader>,
    staff: Arc<Reader>,
}

/// The index of what everybody may see: the only one a public page is given.
#[derive(Clone, Debug)]
pub struct OpenIndex(Indexes);

/// The index of everything, for staff.
#[derive(Clone, Debug)]
pub struct StaffIndex(Indexes);

impl OpenIndex {
    /// The last commit that was made visible.
    pub(crate) fn reader(&self) -> Arc<Reader> {
        Arc::clone(&self.0.shelf().open)
    }
}

impl OpenIndex {
    /// The dictionary that the results are ordered by.
    pub(crate) fn words(&self) -> Arc<Words> {
        Arc::clone(&self.0.0.sorting.words)
    }
}

impl StaffIndex {
    /// The last commit that was made visible.
    pub(crate) fn reader(&self) -> Arc<Reader> {
        Arc::clone(&self.0.shelf().staff)
    }
}

impl Indexes {
    /// Opens the indexes in a data folder, and makes empty ones where there are none.
    ///
    /// # Errors
    /// If the folder cannot be read or written.
    pub fn open(data: &Path, ranking: Ranking) -> kernel::Result<Self> {
        let folder = data.join("index");
        fs::create_dir_all(&folder).map_err(Error::internal)?;
        let generation = current(&folder).map_err(Error::internal)?;
        let sorting = Sorting { ranking, words: Arc::default() };
        let shelf = match read(&folder, generation, &sorting) {
            // Made by another version: the next generation begins empty and takes in the whole change log.
            Err(search::Error::Layout) => {
                make_current(&folder, generation + 1).map_err(Error::internal)?;
                read(&folder, generation + 1, &sorting)
            }
            read => read,
        };
        let shelf = shelf.map_err(Error::internal)?;
        Ok(Self(Arc::new(Inner { folder, sorting, shelf: RwLock::new(shelf) })))
    }

    /// The side everybody may see.
    pub fn open_side(&self) -> OpenIndex {
        OpenIndex(self.clone())
    }

    /// The staff's side.
    pub fn staff_side(&self) -> StaffIndex {
        StaffIndex(self.clone())
    }

    /// Goes on to what was last committed, by this process or another.
    ///
    /// # Errors
    /// If the indexes cannot be read.
    pub fn refresh(&self) -> kernel::Result<()> {
        let generation = current(&self.0.folder).map_err(Error::internal)?;
        let held = self.shelf();
        if generation == held.generation {
            held.open.reload().map_err(Error::internal)?;
            return held.staff.reload().map_err(Error::internal);
        }
        let next = read(&self.0.folder, generation, &self.0.sorting).map_err(Error::internal)?;
        *self.0.shelf.write().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(())
    }

    /// How far both follow the change log.
    pub fn watermark(&self) -> u64 {
        let held = self.shelf();
        held.open.watermark().min(held.staff.watermark())
    }

    /// How many records the open and the staff's index hold.
    pub fn sizes(&self) -> (u64, u64) {
        let held = self.shelf();
        (held.open.records(), held.staff.records())
    }

    /// Loads the dictionary of words now: the first question need not wait for it. Takes some hundred milliseconds.
    pub fn load_words(&self) {
        self.0.sorting.words.load();
    }

    /// The folder in which all generations stand.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    fn shelf(&self) -> Shelf {
        self.0.shelf.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The folders of a generation: the open index's and the staff's.
pub(super) fn folders(folder: &Path, generation: u64) -> (PathBuf, PathBuf) {
    let generation = folder.join(format!("g{generation}"));
    (generation.join("open"), generation.join("staff"))
}

/// The generation in use.
pub(super) fn current(folder: &Path) -> io::Result<u64> {
    match fs::read_to_string(folder.join("current")) {
        Ok(text) => text.trim().parse().map_err(|_| io::Error::other("index/current names no generation")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(1),
        Err(error) => Err(error),
    }
}

/// Puts a generation into use, at once and for good.
pub(super) fn make_current(folder: &Path, generation: u64) -> io::Result<()> {
    let unfinished = folder.join("current.tmp");
    fs::write(&unfinished, generation.to_string())?;
    fs::File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, folder.join("current"))?;
    fs::File::open(folder)?.sync_all()
}

fn read(folder: &Path, generation: u64, sorting: &Sorting) -> search::Result<Shelf> {
    let (open, staff) = folders(folder, generation);
    Ok(Shelf { generation, open: Arc::new(reader(&open, sorting)?), staff: Arc::new(reader(&staff, sorting)?) })
}

fn reader(folder: &Path, sorting: &Sorting) -> search::Result<Reader> {
    let open = || Reader::open(folder, &layout(), sorting.ranking, Arc::clone(&sorting.words));
    match open() {
        Err(search::Error::Missing) => {
            // Another process may be making it at this moment: then its lock is in the way, and the index is there.
            match Writer::open(folder, &layout(), WriterOptions::default()) {
                Ok(mut writer) => writer.commit(0)?,
                Err(search::Error::Locked) => {}
                Err(error) => return Err(error),
            }
            open()
        }
        other => other,
    }
}
