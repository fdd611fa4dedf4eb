//! A small house for tests: a catalogue whose records are put in without a file.

use std::path::Path;

use kernel::{Db, Ground, ManualClock};
use search::Ranking;
use tempfile::TempDir;

use crate::store::batch::{self, Identity};
use crate::store::counter::{Counter, take};
use crate::store::fonds::NewFonds;
use crate::store::{change, fonds, place, record};
use crate::{Catalogue, Description, Follower, Indexes, Pace, PublicId, Record, ReferenceCode, StaffCatalogue};

/// The institution of the tests.
pub(crate) const INSTITUTION: &str = "435999";

/// A database, the two indexes beside it, and who follows.
pub(crate) struct House {
    pub(crate) ground: Ground,
    pub(crate) indexes: Indexes,
    /// Moves its clock.
    pub(crate) hand: ManualClock,
    data: TempDir,
}

impl House {
    /// An empty one.
    pub(crate) fn on(db: Db) -> Self {
        let (ground, hand) = kernel::testing::ground(db);
        let data = tempfile::tempdir().unwrap();
        let indexes = Indexes::open(data.path(), Ranking::default()).unwrap();
        Self { ground, indexes, hand, data }
    }

    /// One with records that can be found.
    pub(crate) async fn with(db: Db, descriptions: &[Description]) -> Self {
        let house = Self::on(db);
        house.land(descriptions).await;
        house.follow().await;
        house
    }

    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    pub(crate) fn catalogue(&self) -> Catalogue {
        Catalogue::new(self.ground.db.clone(), INSTITUTION, self.indexes.open_side())
    }

    pub(crate) fn staff(&self) -> StaffCatalogue {
        StaffCatalogue::new(self.ground.clone(), INSTITUTION, self.indexes.staff_side())
    }

    /// The one who follows. A test beside this one that starts a process holds the lock of the one before, which the
    /// process has with everything that is open, until that process is its own program.
    pub(crate) fn follower(&self) -> Follower {
        let mut tries = std::iter::repeat_with(|| {
            std::thread::yield_now();
            Follower::take(&self.ground, &self.indexes, Pace::Prompt).unwrap()
        });
        tries.by_ref().take(1_000_000).flatten().next().expect("nobody else follows")
    }

    /// Brings the indexes up to date.
    pub(crate) async fn follow(&self) {
        self.follower().catch_up().await.unwrap();
    }

    /// Puts records in or gives them new descriptions, in one transaction with the entry of the change log.
    pub(crate) async fn land(&self, descriptions: &[Description]) {
        self.land_with(descriptions, None).await;
    }

    /// The same as part of a batch.
    pub(crate) async fn land_with(&self, descriptions: &[Description], batch: Option<i64>) {
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await.unwrap();
        let mut rows = Vec::new();
        for description in descriptions {
            let code = ReferenceCode::parse(&description.fonds_key).unwrap();
            let public_id = PublicId::of(&self.ground.secrets, INSTITUTION, code.key());
            let new = NewFonds { public_id, code: &code, title: None, patterns: &[] };
            let fonds = fonds::ensure(&mut tx, INSTITUTION, &new, now).await.unwrap();
            let description = description.clone();
            let known = record::landed(&mut tx, INSTITUTION, &[description.code.key()]).await.unwrap();
            let number = match known.get(description.code.key()) {
                Some(landed) => landed.number,
                None => take(&mut tx, Counter::Record, 1).await.unwrap(),
            };
            rows.push(Record {
                number,
                public_id: PublicId::of(&self.ground.secrets, INSTITUTION, description.code.key()),
                institution: INSTITUTION.to_owned(),
                fonds_number: fonds.number,
                holder_key: String::new(),
                description,
            });
        }
        place::seat(&mut tx, INSTITUTION, &mut rows).await.unwrap();
        record::put(&mut tx, &rows, batch, now).await.unwrap();
        place::settle(&mut tx, &rows).await.unwrap();
        change::log(&mut tx, &mut rows.iter().map(|row| row.number).collect()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A batch that is done, to land records with.
    pub(crate) async fn batch(&self) -> i64 {
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await.unwrap();
        let identity =
            Identity { file_name: "目录".into(), file_digest: String::new(), settings_digest: String::new() };
        let begun = batch::begin(&mut tx, self.ground.ids.make(), &identity, "小张", now).await.unwrap();
        batch::finish(&mut tx, begun.number, now).await.unwrap();
        tx.commit().await.unwrap();
        begun.number
    }

    /// Takes a record out.
    pub(crate) async fn remove(&self, code: &str) {
        let number = self.record(code).await.number;
        let mut tx = self.ground.db.begin().await.unwrap();
        tx.sql("DELETE FROM record WHERE number = $1").bind(number).run().await.unwrap();
        change::log(&mut tx, &mut vec![number]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The record of a code.
    pub(crate) async fn record(&self, code: &str) -> Record {
        let key = crate::reference_code::key(code);
        let mut tx = self.ground.db.read().await.unwrap();
        record::of_code(&mut tx, INSTITUTION, &key).await.unwrap().unwrap()
    }
}
