//! Filling a new demo: the holdings through the real importer, and what every new house is given.

use std::fs::File;

use catalogue::import::{Ended, Format, Import, Mapping};
use catalogue::originals::{Desk, Fate, Given};
use catalogue::{Authorities, Subjects};
use kernel::{Actor, Code, Error, Problem, Role};
use web::{Calendar, CalendarYear, HousePart};

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
        keep_calendar(hall).await?;
    } else {
        hall::apply_now(&hall.ground, hall.indexes()).await?;
    }
    hall::furnish(hall, site).await
}

/// The days of 2026 on which everybody rests by law (全国年节及纪念日放假办法, as revised in 2024), without those that are
/// moved to or from weekends.
const HOLIDAYS: &str = "2026-01-01,休,元旦\n2026-02-16,休,春节\n2026-02-17,休,春节\n2026-02-18,休,春节\n2026-02-19,休,春节\n\
    2026-04-05,休,清明节\n2026-05-01,休,劳动节\n2026-05-02,休,劳动节\n2026-06-19,休,端午节\n2026-09-25,休,中秋节\n\
    2026-10-01,休,国庆节\n2026-10-02,休,国庆节\n2026-10-03,休,国庆节";

/// Keeps the holidays of the year the demo was written in, as an editor would.
async fn keep_calendar(hall: &Hall) -> kernel::Result<()> {
    let (days, _) = CalendarYear::read(2026, HOLIDAYS);
    let notice = "《全国年节及纪念日放假办法》（2024 年修订）的法定放假日，不含调休（演示数据）".to_owned();
    let table = CalendarYear { year: 2026, notice, number: String::new(), dated: None, days };
    let editor = Actor::new("演示", vec![Role::Editor]);
    hall.house.keep(&editor, HousePart::Calendar(Calendar { years: vec![table] }), 0).await
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
    let (ground, institution) = (&hall.ground, hall.house.book().now().code.clone());
    let headings = (&reader()?, given(subjects().as_bytes())?, "专题目录.txt");
    Subjects::new(ground.clone(), institution.clone()).import(&actor, headings).await?;
    let records = (&reader()?, given(authorities().as_bytes())?, "规范档.csv");
    Authorities::new(ground.clone(), institution).import(&actor, records, None).await?;
    Ok(())
}

async fn fill(hall: &Hall) -> kernel::Result<()> {
    let import = Import {
        institution: hall.house.book().now().code.clone(),
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
        institution: hall.house.book().now().code.clone(),
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
