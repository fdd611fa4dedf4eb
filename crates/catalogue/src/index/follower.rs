//! Following the change log: whoever holds the writers applies it, and whatever is killed when, the next one goes on
//! from what the indexes themselves say they know.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use kernel::{Error, Ground};
use search::{Writer, WriterOptions};

use super::shelf::{Indexes, current, folders, make_current};
use super::{Beside, document, layout};
use crate::Record;
use crate::access::{Statuses, in_public_index};
use crate::originals::digitised;
use crate::store::{change, person, record, subject};

/// Records read from the database and handed to the indexes at a time.
const PAGE: i64 = 2000;
/// Entries of the change log taken at a time.
const ENTRIES: i64 = 64;
/// Records after which a commit is due however much is still to come.
const COMMIT_AFTER: usize = 500_000;

/// How eagerly the indexes follow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pace {
    /// Every change is visible as soon as it can be: a server.
    Prompt,
    /// Few large commits: a large import on its own.
    Bulk,
}

/// The one that applies the change log to both indexes. It holds their locks until dropped.
#[derive(Debug)]
pub struct Follower {
    ground: Ground,
    indexes: Indexes,
    /// Shared with the work under way, so that a caller who stops waiting for it loses nothing.
    writers: Arc<Mutex<Writers>>,
    generation: u64,
    /// The last entry that was committed.
    committed: u64,
    /// The last entry put into the writers, committed or not.
    applied: u64,
    uncommitted: usize,
}

/// What one transaction committed: records, and the entries of the change log that name them and nothing else.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) entries: RangeInclusive<u64>,
    pub(crate) records: Vec<Record>,
}

#[derive(Debug)]
struct Writers {
    open: Writer,
    staff: Writer,
    #[cfg(feature = "planted-faults")]
    unfiltered: bool,
}

impl Follower {
    /// Takes the indexes for writing; `None` while another process holds them.
    ///
    /// # Errors
    /// If they cannot be opened.
    pub fn take(ground: &Ground, indexes: &Indexes, pace: Pace) -> kernel::Result<Option<Self>> {
        loop {
            let generation = current(indexes.folder()).map_err(Error::internal)?;
            let Some(writers) = Writers::open(ground, indexes, generation, pace)? else { return Ok(None) };
            // Whoever held them may just have put the next generation in their place.
            if generation != current(indexes.folder()).map_err(Error::internal)? {
                continue;
            }
            let applied = writers.watermark();
            return Ok(Some(Self {
                ground: ground.clone(),
                indexes: indexes.clone(),
                writers: Arc::new(Mutex::new(writers)),
                generation,
                committed: applied,
                applied,
                uncommitted: 0,
            }));
        }
    }

    /// Applies everything the log holds now and makes it visible.
    ///
    /// # Errors
    /// If the database or an index fails; what was committed stays.
    pub async fn catch_up(&mut self) -> kernel::Result<()> {
        while self.absorb().await? {}
        self.commit().await
    }

    /// Puts the next entries of the log into the writers; whether there may be more. They become visible with the next
    /// commit, which this does itself only when very much has come together.
    ///
    /// # Errors
    /// As [`Follower::catch_up`].
    pub async fn absorb(&mut self) -> kernel::Result<bool> {
        let from = i64::try_from(self.applied).unwrap_or(i64::MAX);
        let entries = change::after(&mut self.ground.db.read().await?, from, ENTRIES).await?;
        let Some(last) = entries.last().and_then(|entry| u64::try_from(entry.sequence).ok()) else { return Ok(false) };
        self.ground.steps.at("index apply");
        #[cfg(feature = "planted-faults")]
        self.plant(last).await?;
        for entry in &entries {
            self.follow(entry.first..=entry.last).await?;
        }
        self.applied = last;
        if self.uncommitted >= COMMIT_AFTER {
            self.commit().await?;
        }
        Ok(true)
    }

    /// Takes in what an import has just committed, without asking the database for it again.
    ///
    /// # Errors
    /// As [`Follower::catch_up`].
    pub(crate) async fn take_in(&mut self, written: Written) -> kernel::Result<()> {
        let Written { entries, records } = written;
        let first = *entries.start();
        if self.applied + 1 != first {
            // Something else stands in the log before it: then the log is followed, which leads to these records too.
            while self.applied < *entries.end() && self.absorb().await? {}
            return Ok(());
        }
        self.ground.steps.at("index apply");
        #[cfg(feature = "planted-faults")]
        self.plant(*entries.end()).await?;
        let batch = Batch::of(&self.ground, records).await?;
        self.uncommitted += batch.records.len();
        self.with_writers(move |writers| writers.put_all(&batch)).await?;
        self.applied = *entries.end();
        if self.uncommitted >= COMMIT_AFTER {
            self.commit().await?;
        }
        Ok(())
    }

    /// The fault of a watermark that is written before what it stands for.
    #[cfg(feature = "planted-faults")]
    async fn plant(&mut self, last: u64) -> kernel::Result<()> {
        if self.ground.steps.planted(kernel::planted::Fault::WatermarkBeforeCommit) {
            self.with_writers(move |writers| writers.commit(last)).await?;
        }
        Ok(())
    }

    /// Makes what was absorbed durable and visible.
    ///
    /// # Errors
    /// As [`Follower::catch_up`].
    pub async fn commit(&mut self) -> kernel::Result<()> {
        let applied = self.applied;
        if self.committed >= applied {
            return Ok(());
        }
        self.ground.steps.at("index commit");
        self.with_writers(move |writers| writers.commit(applied)).await?;
        self.committed = applied;
        self.uncommitted = 0;
        self.indexes.refresh()?;
        self.ground.steps.at("index done");
        Ok(())
    }

    /// Builds both indexes anew from the database, beside the ones in use, and puts them in their place. Searching goes
    /// on meanwhile.
    ///
    /// # Errors
    /// As [`Follower::catch_up`].
    pub async fn rebuild(&mut self) -> kernel::Result<()> {
        let (old, new) = (self.generation, self.generation + 1);
        let folder = self.indexes.folder().to_owned();
        remove(&folder.join(format!("g{new}"))).map_err(Error::internal)?;
        let built = Writers::open(&self.ground, &self.indexes, new, Pace::Bulk)?;
        let built = built.ok_or_else(|| Error::internal("another process builds the same indexes"))?;
        // The old ones stay held until the new ones are in use, and are taken up again if those cannot be built.
        let in_use = std::mem::replace(&mut self.writers, Arc::new(Mutex::new(built)));
        let applied = self.applied;
        if let Err(error) = self.build(new).await {
            (self.writers, self.applied) = (in_use, applied);
            return Err(error);
        }
        self.generation = new;
        drop(in_use);
        self.indexes.refresh()?;
        remove(&folder.join(format!("g{old}"))).map_err(Error::internal)?;
        self.catch_up().await
    }

    /// Fills the writers with everything and puts their generation into use.
    async fn build(&mut self, generation: u64) -> kernel::Result<()> {
        self.ground.steps.at("reindex: build");
        let newest = change::newest(&mut self.ground.db.read().await?).await?;
        self.follow(0..=i64::MAX).await?;
        self.applied = u64::try_from(newest).unwrap_or_default();
        let applied = self.applied;
        self.with_writers(move |writers| writers.commit(applied)).await?;
        self.committed = applied;
        self.uncommitted = 0;
        self.ground.steps.at("reindex: swap");
        make_current(self.indexes.folder(), generation).map_err(Error::internal)?;
        self.ground.steps.at("reindex: swapped");
        Ok(())
    }

    /// Brings all records of a range of numbers up to date: those that are there are put in, the others taken out.
    async fn follow(&mut self, range: RangeInclusive<i64>) -> kernel::Result<()> {
        let (mut first, last) = (*range.start(), *range.end());
        let mut page = read(&self.ground, first, last).await?;
        while first <= last {
            let full = i64::try_from(page.records.len()).unwrap_or(PAGE) >= PAGE;
            let end = if full { page.records.last().map_or(last, |record| record.number) } else { last };
            self.uncommitted += page.records.len();
            // The next page is read while this one is cut up for the indexes.
            let ground = self.ground.clone();
            let read_on = async move {
                if full && end < last { read(&ground, end + 1, last).await } else { Ok(Batch::default()) }
            };
            let put_in = self.with_writers(move |writers| writers.fill(&page, &(first..=end)));
            let (next, done) = tokio::join!(read_on, put_in);
            done?;
            page = next?;
            first = end.saturating_add(1);
            if end == i64::MAX {
                break;
            }
        }
        Ok(())
    }

    /// Does work on the writers where it may take long, away from the threads that answer.
    async fn with_writers<F>(&mut self, work: F) -> kernel::Result<()>
    where
        F: FnOnce(&mut Writers) -> search::Result<()> + Send + 'static,
    {
        let writers = Arc::clone(&self.writers);
        let done = tokio::task::spawn_blocking(move || {
            let mut writers = writers.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut writers)
        });
        done.await.map_err(Error::internal)?.map_err(Error::internal)
    }
}

async fn read(ground: &Ground, first: i64, last: i64) -> kernel::Result<Batch> {
    let records = record::between(&mut ground.db.read().await?, first, last, PAGE).await?;
    Batch::of(ground, records).await
}

/// Records with what the indexes hold of them beside their descriptions.
#[derive(Debug, Default)]
struct Batch {
    records: Vec<Record>,
    /// The numbers of those with an original that everybody may see.
    digitised: HashSet<i64>,
    /// The names of the persons that those of them are about that are about persons.
    persons: HashMap<i64, Vec<String>>,
    /// The public ids of the headings that those of them stand under that stand under any.
    headings: HashMap<i64, Vec<String>>,
}

impl Batch {
    async fn of(ground: &Ground, records: Vec<Record>) -> kernel::Result<Self> {
        let numbers = |are: fn(&Statuses) -> bool| -> Vec<i64> {
            let those = records.iter().filter(|record| are(&record.description.statuses));
            those.map(|record| record.number).collect()
        };
        let published = numbers(|statuses| statuses.published);
        let personal = numbers(|statuses| statuses.livelihood.is_some());
        let all = numbers(|_| true);
        let mut tx = ground.db.read().await?;
        Ok(Self {
            digitised: digitised(&mut tx, &published).await?,
            persons: person::names(&mut tx, &personal).await?,
            headings: subject::of_records(&mut tx, &all).await?,
            records,
        })
    }

    fn beside(&self, record: &Record) -> Beside<'_> {
        Beside {
            is_digitised: self.digitised.contains(&record.number),
            persons: self.persons.get(&record.number).map(Vec::as_slice).unwrap_or_default(),
            headings: self.headings.get(&record.number).map(Vec::as_slice).unwrap_or_default(),
        }
    }
}

impl Writers {
    #[cfg_attr(
        not(feature = "planted-faults"),
        expect(unused_variables, reason = "the ground holds the planted faults")
    )]
    fn open(ground: &Ground, indexes: &Indexes, generation: u64, pace: Pace) -> kernel::Result<Option<Self>> {
        let (open, staff) = folders(indexes.folder(), generation);
        let memory = if pace == Pace::Bulk { 192 << 20 } else { 32 << 20 };
        let options = WriterOptions { memory, threads: 1 };
        let writer = |folder: &std::path::Path| match Writer::open(folder, &layout(), options) {
            Ok(writer) => Ok(Some(writer)),
            Err(search::Error::Locked) => Ok(None),
            Err(error) => Err(Error::internal(error)),
        };
        Ok(writer(&staff)?.zip(writer(&open)?).map(|(staff, open)| Self {
            open,
            staff,
            #[cfg(feature = "planted-faults")]
            unfiltered: ground.steps.planted(kernel::planted::Fault::UnfilteredOpenIndex),
        }))
    }

    fn watermark(&self) -> u64 {
        self.open.watermark().min(self.staff.watermark())
    }

    /// Puts a record in, cut up once for both.
    fn put(&mut self, record: &Record, beside: Beside<'_>) -> search::Result<()> {
        let prepared = self.staff.prepare(&document(record, beside))?;
        let is_open = in_public_index(&record.description.statuses);
        #[cfg(feature = "planted-faults")]
        let is_open = is_open || self.unfiltered;
        if is_open {
            self.open.put_prepared(prepared.clone())?;
        } else {
            self.open.remove(key(record.number));
        }
        self.staff.put_prepared(prepared)
    }

    fn put_all(&mut self, batch: &Batch) -> search::Result<()> {
        batch.records.iter().try_for_each(|record| self.put(record, batch.beside(record)))
    }

    /// Puts records in; the numbers of the range that have none are taken out.
    fn fill(&mut self, batch: &Batch, range: &RangeInclusive<i64>) -> search::Result<()> {
        let mut expected = *range.start();
        for record in &batch.records {
            self.gone(expected..record.number);
            self.put(record, batch.beside(record))?;
            expected = record.number + 1;
        }
        self.gone(expected..range.end().saturating_add(1));
        Ok(())
    }

    /// Takes the numbers of a gap out. A gap without end is that after the last record when everything is built anew.
    fn gone(&mut self, gap: std::ops::Range<i64>) {
        if gap.end == i64::MAX {
            return;
        }
        for number in gap {
            self.staff.remove(key(number));
            self.open.remove(key(number));
        }
    }

    /// Both are written out at the same time; then the staff's is committed first: it is never behind the open one.
    fn commit(&mut self, watermark: u64) -> search::Result<()> {
        let (open, staff) = (&mut self.open, &mut self.staff);
        let (staff, open) = std::thread::scope(|scope| {
            let open = scope.spawn(|| open.write_out(watermark));
            let staff = staff.write_out(watermark);
            (staff, open.join().unwrap_or(Err(search::Error::Field(usize::MAX))))
        });
        let open = open?;
        staff?.finish()?;
        open.finish()
    }
}

fn key(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn remove(folder: &std::path::Path) -> std::io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
