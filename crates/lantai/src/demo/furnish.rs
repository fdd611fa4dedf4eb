//! Filling a new demo: the holdings through the real importer, and what every new house is given.

use std::fs::File;

use catalogue::import::{Ended, Format, Import, Mapping};
use catalogue::originals::{Desk, Fate, Given};
use catalogue::{Authorities, Subjects};
use kernel::{Actor, Code, Error, Problem, Role};

use super::holdings::{PAGES, authorities, holdings, shown_codes, subjects, to_csv};
use super::scans;
use crate::commands::import::{reader, run_and_follow};
use crate::commands::originals::examiner;
use crate::hall::{self, Hall};

/// Furnishes a demo. What an earlier start brought in stays as it is.
pub(crate) async fn furnish(hall: &Hall, site: &str) -> kernel::Result<()> {
    if catalogue::counts(&hall.ground.db).await?.all == 0 {
        keep_directories(hall).await?;
        hall.catalogue().refresh_places().await?;
        fill(hall).await?;
        show_originals(hall).await?;
    } else {
        hall::apply_now(&hall.ground, hall.indexes()).await?;
    }
    hall::furnish(hall, site).await
}

/// Who brings in what a demo holds.
fn archivist() -> Actor {
    Actor::new("演示", vec![Role::Archivist])
}

/// Bytes as a file that is given in.
fn given(bytes: &[u8]) -> kernel::Result<File> {
    kernel::cage::bytes(bytes).map_err(Error::internal)
}

/// Takes in the subject directory and the authority records, through the same doors as an archivist's lists.
async fn keep_directories(hall: &Hall) -> kernel::Result<()> {
    let actor = archivist();
    let (ground, institution) = (&hall.ground, &hall.house().code);
    let headings = (&reader()?, given(subjects().as_bytes())?, "专题目录.txt");
    Subjects::new(ground.clone(), institution.clone()).import(&actor, headings).await?;
    let records = (&reader()?, given(authorities().as_bytes())?, "规范档.csv");
    Authorities::new(ground.clone(), institution.clone()).import(&actor, records, None).await?;
    Ok(())
}

async fn fill(hall: &Hall) -> kernel::Result<()> {
    let import = Import {
        institution: hall.house().code.clone(),
        cage: reader()?,
        file_name: "演示数据.csv".to_owned(),
        format: Format::Csv,
        mapping: Mapping::default(),
        fonds: None,
        scanner: hall.scanner().clone(),
        actor: archivist().name().to_owned(),
        approval: None,
        dry_run: false,
    };
    let file = given(to_csv(&holdings()).as_bytes())?;
    match run_and_follow(&hall.ground, hall.indexes(), &import, file, &mut |_| ()).await? {
        Ended::Done(result) if result.refused == 0 => Ok(()),
        Ended::Done(result) => {
            let first = result.problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
            let why = format!("{} 行未能导入，例如：{first}", result.refused);
            Err(Problem::new(Code::FileRefused, "演示数据").because(why).into())
        }
        Ended::Refused(refusal) => Err(refusal.problem.into()),
    }
}

/// Attaches drawn pages to the documents that are shown, through the same door as an archivist's scans.
async fn show_originals(hall: &Hall) -> kernel::Result<()> {
    let desk = Desk {
        ground: hall.ground.clone(),
        institution: hall.house().code.clone(),
        blobs: hall.blobs().clone(),
        cage: examiner()?,
        scanner: hall.scanner().clone(),
    };
    let actor = archivist();
    for (seed, code) in (1..).zip(shown_codes()) {
        for page in 1..=PAGES {
            let file = given(&scans::page(seed * PAGES + page - 1)?)?;
            let given = Given { code: code.clone(), name: format!("{page:04}.jpg"), file, label: None };
            let report = desk.add(&actor, given).await?;
            if report.fate != Fate::Added {
                return Err(Problem::new(Code::FileRefused, "演示影像").because(report.to_string()).into());
            }
        }
    }
    hall::apply_now(&hall.ground, hall.indexes()).await
}
