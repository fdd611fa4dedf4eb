//! `lantai import`: a catalogue file into the database and both indexes.

use std::fs::File;
use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;

use catalogue::import::{Approval, Ended, Format, Import, ImportResult, Mapping, Refusal, Step, Summary};
use catalogue::{Follower, Indexes, Pace, ReferenceCode};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::cage::{Cage, Limits};
use kernel::{Code, Error, Folder, Ground, Permission, Problem};
use serde_json::json;

use crate::cli::{self, ImportFormat};
use crate::commands::cage::READ_CATALOGUE;
use crate::commands::{batch, logbook, say, staff};
use crate::hall;
use crate::installation::Installation;

/// Imports a file. Exit 0 although rows were refused, 1 if the file was.
pub(crate) async fn run(options: &cli::Import) -> kernel::Result<ExitCode> {
    match import(options).await {
        Ok(Ended::Done(result)) => {
            report(options, &result)?;
            Ok(ExitCode::SUCCESS)
        }
        Ok(Ended::Refused(Refusal { problem, result })) => {
            report(options, &result)?;
            Err(problem.into())
        }
        Err(error) => {
            if options.json {
                print_json(&ImportResult::default())?;
            }
            Err(error)
        }
    }
}

async fn import(options: &cli::Import) -> kernel::Result<Ended> {
    let mut installation = Installation::open(&options.place).await?;
    installation.ground.steps = options.watched.steps().map_err(Error::internal)?;
    let file = open(&options.file)?;
    let configured = &installation.configured;
    let (actor, approval) = persons(&installation, &options.persons).await?;
    let import = Import {
        institution: configured.house.code.clone(),
        cage: reader()?,
        file_name: name_of(&options.file),
        format: format(options.format),
        mapping: mapping(options, &configured.folder)?,
        fonds: fonds(options)?,
        scanner: configured.scanner.clone(),
        actor,
        approval,
        dry_run: options.dry_run,
    };
    if !options.dry_run {
        let detail = json!({"fonds": options.fonds, "mapping": options.mapping});
        logbook::begin(&installation.ground, "catalogue.begin-import", detail).await?;
    }
    let bar = progress();
    let ended = {
        let mut tell = |step: Step| {
            bar.set_length(step.of);
            bar.set_position(step.done);
        };
        let indexes = hall::indexes(configured)?;
        run_and_follow(&installation.ground, &indexes, &import, file, &mut tell).await?
    };
    bar.finish_and_clear();
    installation.ground.db.close().await;
    Ok(ended)
}

/// Runs the import while the indexes follow it, if no server is there to do that.
pub(crate) async fn run_and_follow(
    ground: &Ground,
    indexes: &Indexes,
    import: &Import,
    file: File,
    tell: &mut (dyn FnMut(Step) + Send),
) -> kernel::Result<Ended> {
    let follower = if import.dry_run { None } else { Follower::take(ground, indexes, Pace::Bulk)? };
    match follower {
        Some(mut follower) => Box::pin(import.run_followed(ground, file, &mut follower, tell)).await,
        None => Box::pin(import.run(ground, file, tell)).await,
    }
}

/// How the child that reads the file is started.
pub(crate) fn reader() -> kernel::Result<Cage> {
    let program = std::env::current_exe().map_err(Error::internal)?;
    Ok(Cage { program, arguments: vec!["cage".into(), READ_CATALOGUE.into()], limits: Limits::default() })
}

/// Who imports and who else stands behind it; the command line itself where nobody is named.
async fn persons(installation: &Installation, named: &cli::Persons) -> kernel::Result<(String, Option<Approval>)> {
    let Some(name) = &named.actor else { return Ok((logbook::ACTOR.to_owned(), None)) };
    let actor = staff::actor(installation, name).await?;
    actor.must(Permission::KeepCatalogue)?;
    let approval = batch::approval(installation, &actor, named.approved_by.as_deref()).await?;
    Ok((actor.name().to_owned(), approval))
}

/// Opens a file that a command names.
pub(crate) fn open(path: &Path) -> kernel::Result<File> {
    File::open(path).map_err(|error| {
        let about = format!("文件 {}", path.display());
        let problem = match error.kind() {
            std::io::ErrorKind::NotFound => Problem::new(Code::PathMissing, about),
            std::io::ErrorKind::PermissionDenied => Problem::new(Code::FileRefused, about).because("没有权限读取"),
            _ => Problem::new(Code::FileRefused, about).because(format!("不能读取（{error}）")),
        };
        problem.into()
    })
}

/// The name of a file, without its folder.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

const fn format(format: ImportFormat) -> Format {
    match format {
        ImportFormat::Auto => Format::Auto,
        ImportFormat::Xlsx => Format::Xlsx,
        ImportFormat::Csv => Format::Csv,
        ImportFormat::AtomCsv => Format::AtomCsv,
        ImportFormat::Ead => Format::Ead,
        ImportFormat::XmlCatalogue => Format::XmlCatalogue,
    }
}

/// The mapping that was asked for: a path beats a name; a name is a file in the data folder.
fn mapping(options: &cli::Import, folder: &Folder) -> kernel::Result<Mapping> {
    let Some(asked) = &options.mapping else { return Ok(Mapping::default()) };
    let kept = folder.join("mappings").join(format!("{asked}.toml"));
    let path = if Path::new(asked).is_file() { Path::new(asked) } else { kept.as_path() };
    let about = || format!("对应关系 {asked}");
    let text = std::fs::read_to_string(path).map_err(|_| {
        let why = format!("没有这个文件，数据目录的 mappings 里也没有 {asked}.toml");
        Problem::new(Code::PathMissing, about()).because(why)
    })?;
    Mapping::parse(&text)
        .map_err(|problem| Problem::new(Code::FileRefused, about()).because(problem.to_string()).into())
}

fn fonds(options: &cli::Import) -> kernel::Result<Option<ReferenceCode>> {
    let parse = |code: &String| {
        ReferenceCode::parse(code)
            .map_err(|_| Problem::new(Code::BadRequest, format!("全宗号 {code}")).because("不能用作全宗号").into())
    };
    options.fonds.as_ref().map(parse).transpose()
}

/// A bar on a terminal; elsewhere nothing.
fn progress() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("导入 {wide_bar} {pos}/{len} 行  {per_sec}  还需 {eta}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn report(options: &cli::Import, result: &ImportResult) -> kernel::Result<()> {
    if let Some(path) = &options.report {
        let workbook = result.workbook().map_err(Error::internal)?;
        std::fs::write(path, workbook).map_err(Error::internal)?;
    }
    if options.json {
        return print_json(result);
    }
    say(Summary(result));
    Ok(())
}

fn print_json(result: &ImportResult) -> kernel::Result<()> {
    say(serde_json::to_string(result).map_err(Error::internal)?);
    Ok(())
}
