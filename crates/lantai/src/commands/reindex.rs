//! `lantai reindex`: both search indexes anew, beside the ones in use.

use std::process::ExitCode;
use std::time::Duration;

use catalogue::{Follower, Indexes, Pace};
use indicatif::ProgressBar;
use kernel::{Error, Ground};

use crate::cli;
use crate::commands::{logbook, say};
use crate::hall;
use crate::installation::Installation;

/// How often it is looked whether the server is done.
const LOOK: Duration = Duration::from_millis(500);

/// Rebuilds the indexes, or asks the server that holds them to do it and waits until it has.
pub(crate) async fn run(options: &cli::Reindex) -> kernel::Result<ExitCode> {
    let Installation { configured, mut ground } = Installation::open_existing(&options.place).await?;
    ground.steps = options.watched.steps().map_err(Error::internal)?;
    logbook::begin(&ground, "catalogue.reindex", serde_json::json!({})).await?;
    let indexes = hall::indexes(&configured)?;
    let bar = ProgressBar::new_spinner().with_message("正在重建索引");
    bar.enable_steady_tick(LOOK);
    rebuild(&ground, &indexes, &bar).await?;
    bar.finish_and_clear();
    indexes.refresh()?;
    let (open, staff) = indexes.sizes();
    say(format_args!("索引已重建：公开 {open} 条，全部 {staff} 条。"));
    Ok(ExitCode::SUCCESS)
}

/// Does it, or has it done. A server that stops before it is done leaves the indexes free, and then they are built here.
async fn rebuild(ground: &Ground, indexes: &Indexes, bar: &ProgressBar) -> kernel::Result<()> {
    let mut asked = None;
    loop {
        if let Some(mut follower) = Follower::take(ground, indexes, Pace::Bulk)? {
            return hall::rebuild(&mut follower, &hall::rebuilds_asked(indexes)?).await;
        }
        match &asked {
            None => {
                asked = Some(hall::ask_rebuild(ground, indexes)?);
                bar.set_message("索引正由运行中的服务重建");
            }
            Some(file) if !file.try_exists().map_err(Error::internal)? => return Ok(()),
            Some(_) => {}
        }
        tokio::time::sleep(LOOK).await;
    }
}
