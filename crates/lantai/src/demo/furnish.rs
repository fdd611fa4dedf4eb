//! Filling a new demo: the holdings through the real importer, and what every new house is given.

use catalogue::import::{Ended, Format, Import, Mapping};
use kernel::{Code, Error, Problem};

use super::holdings::{holdings, to_csv};
use crate::commands::import::{reader, run_and_follow};
use crate::hall::{self, Hall};

/// Furnishes a demo. What an earlier start brought in stays as it is.
pub(crate) async fn furnish(hall: &Hall, site: &str) -> kernel::Result<()> {
    if catalogue::counts(&hall.ground.db).await?.all == 0 {
        fill(hall).await?;
    } else {
        hall::apply_now(&hall.ground, hall.indexes()).await?;
    }
    hall::furnish(hall, site).await
}

async fn fill(hall: &Hall) -> kernel::Result<()> {
    let import = Import {
        institution: hall.house().code.clone(),
        cage: reader()?,
        file_name: "演示数据.csv".to_owned(),
        format: Format::Csv,
        mapping: Mapping::default(),
        fonds: None,
        actor: "演示".to_owned(),
        approval: None,
        dry_run: false,
    };
    let file = kernel::cage::bytes(to_csv(&holdings()).as_bytes()).map_err(Error::internal)?;
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
