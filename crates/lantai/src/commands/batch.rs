//! `lantai batch`: what was imported, and taking it back.

use std::process::ExitCode;

use catalogue::import::{self, Approval, BatchEntry, ImportResult, RollBack, RolledBack, Summary};
use indicatif::ProgressBar;
use kernel::{Actor, Error};
use serde::Serialize;

use crate::cli;
use crate::commands::say;
use crate::commands::staff::actor;
use crate::hall;
use crate::installation::Installation;

/// Lists the batches, the newest first.
pub(crate) async fn list(options: &cli::BatchList) -> kernel::Result<ExitCode> {
    let installation = Installation::open_existing(&options.place).await?;
    let batches = import::batches(&installation.ground.db).await?;
    if options.json {
        return print_json(&batches);
    }
    if batches.is_empty() {
        say("还没有导入过目录。用 lantai import 导入。");
    }
    for batch in &batches {
        say(line(batch));
    }
    Ok(ExitCode::SUCCESS)
}

/// A batch in one line.
fn line(batch: &BatchEntry) -> String {
    let BatchEntry { number, file, actor, state_label, landed, updated, unchanged, refused, started, .. } = batch;
    format!(
        "{number}  {started}  {state_label}  {file}  {actor}  新增 {landed}，更新 {updated}，未变 {unchanged}，未导入 {refused}"
    )
}

/// Shows a batch with the report of its import.
pub(crate) async fn show(options: &cli::BatchShow) -> kernel::Result<ExitCode> {
    #[derive(Serialize)]
    struct Whole {
        #[serde(flatten)]
        batch: BatchEntry,
        problems: Vec<import::Problem>,
    }
    let installation = Installation::open_existing(&options.place).await?;
    let (batch, problems) = import::batch(&installation.ground.db, &options.batch).await?;
    if options.json {
        return print_json(&Whole { batch, problems });
    }
    let finished = batch.finished.as_deref().unwrap_or("—");
    say(format_args!("批次 {}（{}）", batch.number, batch.id));
    say(format_args!(
        "文件 {}，{} 导入，{} 开始，{finished} 结束，{}",
        batch.file, batch.actor, batch.started, batch.state_label
    ));
    let BatchEntry { read, landed, updated, unchanged, refused, .. } = batch;
    say(Summary(&ImportResult { read, landed, updated, unchanged, refused, problems, ..ImportResult::default() }));
    Ok(ExitCode::SUCCESS)
}

/// Rolls a batch back, indexes included. Exit 1 if it was refused; then nothing has changed.
pub(crate) async fn roll_back(options: &cli::RollBack) -> kernel::Result<ExitCode> {
    let rolled = match rolled_back(options).await {
        Err(error) if options.json => {
            print_json(&RolledBack::default())?;
            return Err(error);
        }
        rolled => rolled?,
    };
    if options.json {
        return print_json(&rolled);
    }
    let RolledBack { batch, removed, restored, kept } = rolled;
    say(format_args!("批次 {batch} 已撤回：移除 {removed} 条，恢复 {restored} 条。"));
    if !kept.is_empty() {
        say(format_args!("撤回期间被改动、保持现状的 {} 条：{}", kept.len(), kept.join("、")));
    }
    Ok(ExitCode::SUCCESS)
}

async fn rolled_back(options: &cli::RollBack) -> kernel::Result<RolledBack> {
    let mut installation = Installation::open_existing(&options.place).await?;
    installation.ground.steps = options.watched.steps().map_err(Error::internal)?;
    let actor = actor(&installation, &options.actor).await?;
    let approval = approval(&installation, &actor, options.approved_by.as_deref()).await?;
    let Installation { configured, ground } = installation;
    let (batch, _) = import::batch(&ground.db, &options.batch).await?;
    let institution = configured.house.code.clone();
    let work = RollBack { institution, batch: batch.number, actor, approval };
    let bar = ProgressBar::new(batch.landed + batch.updated).with_message("正在撤回");
    let rolled = work.run(&ground, &mut |done| bar.set_position(done)).await;
    bar.finish_and_clear();
    // Also of a batch that is rolled back already: the command that did it may not have come to this.
    let newest = catalogue::newest_change(&ground.db).await?;
    hall::caught_up(&ground, &hall::indexes(&configured)?, newest).await?;
    ground.db.close().await;
    rolled
}

/// The second person's approval, if one is named.
pub(crate) async fn approval(
    installation: &Installation,
    first: &Actor,
    second: Option<&str>,
) -> kernel::Result<Option<Approval>> {
    let Some(name) = second else { return Ok(None) };
    Approval::of(first, &actor(installation, name).await?).map(Some)
}

fn print_json(result: &impl Serialize) -> kernel::Result<ExitCode> {
    say(serde_json::to_string(result).map_err(Error::internal)?);
    Ok(ExitCode::SUCCESS)
}
