//! What the handlers work with.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel::cage::Cage;
use kernel::{Blobs, Code, Ground, Problem, Result, Scanner};
use web::HouseBook;

use super::export::Exports;
use super::mappings::Mappings;
use super::works::Works;
use crate::desk::Reviews;
use crate::originals::Desk;
use crate::uploads::Uploads;
use crate::{Authorities, Gaps, Indexes, StaffCatalogue, Subjects};

/// The pause between two roundings up of files whose time is over.
const PAUSE: Duration = Duration::from_hours(1);
/// How often is looked whether the indexes have followed, and for how long.
const LOOK: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_mins(2);

/// What a house gives the room.
#[derive(Clone, Debug)]
pub struct Premises {
    /// The ground.
    pub ground: Ground,
    /// The code of the institution (档案馆代码).
    pub institution: String,
    /// The name of the institution.
    pub house: HouseBook,
    /// The indexes, which follow in the background.
    pub indexes: Indexes,
    /// The data folder.
    pub folder: PathBuf,
    /// The files of originals.
    pub blobs: Blobs,
    /// The virus scanner.
    pub scanner: Scanner,
    /// How the child that reads catalogue files is started.
    pub reader: Cage,
    /// How the child that examines originals is started.
    pub examiner: Cage,
}

/// The desks of the catalogue, as the console's handlers use them; cheap to clone.
#[derive(Clone, Debug)]
pub struct Office {
    pub(super) premises: Arc<Premises>,
    pub(super) staff: StaffCatalogue,
    pub(super) uploads: Uploads,
    pub(super) mappings: Mappings,
    pub(super) works: Works,
    pub(super) exports: Exports,
}

impl Office {
    /// The office of a house.
    pub fn new(premises: Premises) -> Self {
        let (ground, institution) = (premises.ground.clone(), premises.institution.clone());
        let staff = StaffCatalogue::new(ground, institution, premises.indexes.staff_side());
        let read = (premises.reader.clone(), premises.scanner.clone());
        Self {
            staff,
            uploads: Uploads::new(&premises.ground, &premises.institution, &premises.folder, read),
            mappings: Mappings::new(&premises.folder),
            works: Works::default(),
            exports: Exports::default(),
            premises: Arc::new(premises),
        }
    }

    /// Forgets what was sent and whose time is over: at once, and then every hour until the house stops.
    pub fn keep_tidy(&self) {
        let office = self.clone();
        self.ground().tasks.every(PAUSE, move || {
            let office = office.clone();
            async move {
                office.exports.tidy(office.ground().clock.now());
                if let Err(error) = office.uploads.tidy() {
                    tracing::warn!(%error, "uploaded files could not be tidied away");
                }
            }
        });
    }

    /// Completes when both indexes know everything that was done: whoever holds them follows in the background.
    ///
    /// # Errors
    /// [`Code::Busy`] if they do not follow in two minutes; the database's and the indexes'.
    pub(super) async fn followed(&self) -> Result<()> {
        let newest = crate::newest_change(&self.ground().db).await?;
        let began = Instant::now();
        loop {
            self.premises.indexes.refresh()?;
            if self.premises.indexes.watermark() >= newest {
                return Ok(());
            }
            if began.elapsed() > PATIENCE {
                let why = "数据库已改，检索索引还没有跟上；请联系系统管理员查看服务的日志";
                return Err(Problem::new(Code::Busy, "检索索引").because(why).into());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    pub(super) fn ground(&self) -> &Ground {
        &self.premises.ground
    }

    pub(super) fn reviews(&self) -> Reviews {
        Reviews::new(&self.premises.ground, self.premises.institution.clone())
    }

    pub(super) fn gaps(&self) -> Gaps {
        Gaps::new(self.premises.ground.clone(), self.premises.institution.clone())
    }

    pub(super) fn authorities(&self) -> Authorities {
        Authorities::new(self.premises.ground.clone(), self.premises.institution.clone())
    }

    pub(super) fn subjects(&self) -> Subjects {
        Subjects::new(self.premises.ground.clone(), self.premises.institution.clone())
    }

    pub(super) fn originals(&self) -> Desk {
        let Premises { ground, institution, blobs, examiner, scanner, .. } = &*self.premises;
        Desk {
            ground: ground.clone(),
            institution: institution.clone(),
            blobs: blobs.clone(),
            cage: examiner.clone(),
            scanner: scanner.clone(),
        }
    }
}
