//! `lantai originals`: the digital files of descriptions.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use catalogue::originals::{Change, Desk, Fate, Given, Listed, Report, codes_of, workbook};
use kernel::cage::{Cage, Limits};
use kernel::{Actor, Blobs, Code, Error, Problem};
use serde_json::json;

use crate::cli::{self, originals::Originals};
use crate::commands::cage::EXAMINE_ORIGINAL;
use crate::commands::say;
use crate::commands::staff::actor;
use crate::hall;
use crate::installation::Installation;

/// A child may think for a quarter of an hour: a file may have two thousand pages.
const LIMITS: Limits =
    Limits { memory: 2 << 30, cpu_seconds: 900, wait_seconds: 1800, file_size: 1 << 20, open_files: 16 };

/// Attaches, lists and changes originals.
pub(crate) async fn run(command: &Originals) -> kernel::Result<ExitCode> {
    match command {
        Originals::Add(options) => add(options).await,
        Originals::List(options) => list(options).await,
        Originals::Move(options) => change(&options.which, &Change::Place(options.to)).await,
        Originals::Label(options) => {
            let label = options.label.clone().filter(|label| !label.trim().is_empty());
            change(&options.which, &Change::Label(label)).await
        }
        Originals::Withhold(which) => change(which, &Change::Withhold).await,
        Originals::Release(which) => change(which, &Change::Release).await,
        Originals::Remove(which) => change(which, &Change::Remove).await,
    }
}

/// The desk of an installation.
pub(crate) fn desk(installation: &Installation) -> kernel::Result<Desk> {
    Ok(Desk {
        ground: installation.ground.clone(),
        institution: installation.configured.house.code.clone(),
        blobs: Blobs::in_folder(&installation.configured.files())?,
        cage: examiner()?,
        scanner: installation.configured.scanner.clone(),
    })
}

/// How the child that examines originals is started.
pub(crate) fn examiner() -> kernel::Result<Cage> {
    let program = std::env::current_exe().map_err(Error::internal)?;
    Ok(Cage { program, arguments: vec!["cage".into(), EXAMINE_ORIGINAL.into()], limits: LIMITS })
}

async fn add(options: &cli::originals::AddOriginals) -> kernel::Result<ExitCode> {
    let installation = Installation::open_existing(&options.place).await?;
    let desk = desk(&installation)?;
    let actor = actor(&installation, &options.actor).await?;
    let given = match (&options.code, &options.folder) {
        (Some(code), _) => {
            desk.must_have(code).await?;
            options.files.iter().map(|path| (vec![code.clone()], path.clone())).collect()
        }
        (None, Some(folder)) => of_folder(folder)?,
        (None, None) => Vec::new(),
    };
    let mut reports = Vec::new();
    for (codes, path) in given {
        let report = add_one(&desk, &actor, &codes, &path, options.label.clone()).await?;
        if !options.json {
            say(&report);
        }
        reports.push(report);
    }
    hall::apply_now(&installation.ground, &hall::indexes(&installation.configured)?).await?;
    if let Some(path) = &options.report {
        std::fs::write(path, workbook(&reports).map_err(Error::internal)?).map_err(Error::internal)?;
    }
    let count = |fate: Fate| reports.iter().filter(|report| report.fate == fate).count();
    let (added, unchanged, refused) = (count(Fate::Added), count(Fate::Unchanged), count(Fate::Refused));
    if options.json {
        say(json!({"added": added, "unchanged": unchanged, "refused": refused, "reports": reports}));
    } else {
        say(format_args!("文件 {} 个：挂接 {added}，原已挂接 {unchanged}，未挂接 {refused}。", reports.len()));
    }
    installation.ground.db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Attaches a file to the first of these codes that has a record; without one the report says so.
async fn add_one(
    desk: &Desk,
    actor: &Actor,
    codes: &[String],
    path: &Path,
    label: Option<String>,
) -> kernel::Result<Report> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for code in codes {
        match desk.must_have(code).await {
            Ok(()) => {
                let file = open(path)?;
                return desk.add(actor, Given { code: code.clone(), name, file, label }).await;
            }
            Err(Error::Problem(problem)) if problem.code() == Code::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Report::without_record(&name, codes.last().map_or("", String::as_str)))
}

fn open(path: &Path) -> kernel::Result<File> {
    File::open(path).map_err(|error| {
        Problem::new(Code::PathMissing, format!("文件 {}", path.display()))
            .because(format!("不能读取（{error}）"))
            .into()
    })
}

/// The files of a folder with the codes they may stand for: `档号.jpg`, `档号_001.jpg`, `档号/0001.tif`; in the order of
/// their names.
fn of_folder(folder: &Path) -> kernel::Result<Vec<(Vec<String>, PathBuf)>> {
    let mut found = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            let code = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.extend(
                entries(&path)?.into_iter().filter(|file| file.is_file()).map(|file| (vec![code.clone()], file)),
            );
        } else {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            found.push((codes_of(&stem).into_iter().map(str::to_owned).collect(), path));
        }
    }
    Ok(found)
}

/// What lies in a folder, hidden files apart, in the order of the names.
fn entries(folder: &Path) -> kernel::Result<Vec<PathBuf>> {
    let missing = |error: std::io::Error| {
        Problem::new(Code::PathMissing, format!("目录 {}", folder.display())).because(format!("不能读取（{error}）"))
    };
    let read = std::fs::read_dir(folder).map_err(missing)?;
    let all = read.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(missing)?;
    let is_hidden = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let mut seen: Vec<PathBuf> = all.into_iter().filter(|path| !is_hidden(path)).collect();
    seen.sort();
    Ok(seen)
}

async fn list(options: &cli::originals::ListOriginals) -> kernel::Result<ExitCode> {
    let installation = Installation::open_existing(&options.place).await?;
    let desk = desk(&installation)?;
    let listed = desk.list(&options.code).await?;
    let checks = if options.checks { desk.checks(&options.code).await? } else { Vec::new() };
    if options.json {
        let checks: Vec<_> =
            checks.iter().map(|(file, findings)| json!({"file": file, "findings": findings})).collect();
        say(json!({"originals": listed, "checks": checks}));
        return Ok(ExitCode::SUCCESS);
    }
    if listed.is_empty() {
        say(format_args!(
            "档号 {} 没有挂接原件。用 lantai originals add --code {} 文件 挂接。",
            options.code, options.code
        ));
    }
    for one in &listed {
        say(line(one));
    }
    for (file, findings) in checks {
        say(format_args!("检测 {file}"));
        for one in findings {
            say(format_args!("    {}·{} {}：{}", one.property.label(), one.item, one.verdict.label(), one.found));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn line(one: &Listed) -> String {
    let state = match (one.shown, one.withheld) {
        (true, _) => "已公布",
        (false, true) => "暂不公布",
        (false, false) => "目录未公布",
    };
    let pages = if one.pages > 0 { format!(" {} 页", one.pages) } else { String::new() };
    let label = one.label.as_deref().unwrap_or_default();
    format!("{:>4}  {}{pages}  {}  {state}  {label}", one.number, one.kind.label(), one.file_name)
}

async fn change(which: &cli::originals::WhichOriginal, change: &Change) -> kernel::Result<ExitCode> {
    let installation = Installation::open_existing(&which.place).await?;
    let desk = desk(&installation)?;
    desk.change(&actor(&installation, &which.actor).await?, &which.code, which.number, change).await?;
    hall::apply_now(&installation.ground, &hall::indexes(&installation.configured)?).await?;
    desk.list(&which.code).await?.iter().for_each(|one| say(line(one)));
    installation.ground.db.close().await;
    Ok(ExitCode::SUCCESS)
}
