//! `lantai export`: the catalogue as a workbook, a text file, a finding aid or Dublin Core.

use std::process::ExitCode;

use kernel::{Code, Problem};
use serde_json::json;

use crate::cli::{self, ExportFormat};
use crate::commands::{logbook, say};
use crate::installation::Installation;

/// Writes all records, or those of one fonds, in archival order.
pub(crate) async fn run(options: &cli::Export) -> kernel::Result<ExitCode> {
    let installation = Installation::open_existing(&options.place).await?;
    let format = match options.format {
        ExportFormat::Xlsx => catalogue::export::Format::Xlsx,
        ExportFormat::Csv => catalogue::export::Format::Csv,
        ExportFormat::Ead3 => catalogue::export::Format::Ead3,
        ExportFormat::Ead => catalogue::export::Format::Ead,
        ExportFormat::Dc => catalogue::export::Format::Dc,
    };
    let house = web::HouseDesk::open(installation.ground.clone(), installation.configured.house.clone()).await?;
    let export = catalogue::export::Export {
        institution: installation.configured.house.code.clone(),
        keeper: house.book().now().name.clone(),
        fonds: options.fonds.clone(),
        format,
        open_only: options.open_only,
    };
    let about = || format!("文件 {}", options.out.display());
    let unwritable =
        |error: std::io::Error| Problem::new(Code::FolderUnusable, about()).because(format!("不能写入（{error}）"));
    let detail =
        json!({"fonds": options.fonds, "format": format!("{:?}", options.format), "open_only": options.open_only});
    logbook::begin(&installation.ground, "catalogue.export", detail).await?;
    // Written beside its place: an export that fails leaves the file that was there.
    let unfinished = options.out.with_extension("tmp");
    let file = std::fs::File::create(&unfinished).map_err(unwritable)?;
    let written = export.run(&installation.ground, std::io::BufWriter::new(file), &mut |_, _| ()).await;
    let written = match written {
        Ok(written) => written,
        Err(error) => {
            // What is left of it helps nobody; if it cannot be removed, the error says enough.
            let _left = std::fs::remove_file(&unfinished);
            return Err(error);
        }
    };
    std::fs::rename(&unfinished, &options.out).map_err(unwritable)?;
    installation.ground.db.close().await;
    say(format_args!("已导出 {written} 条到 {}。", options.out.display()));
    Ok(ExitCode::SUCCESS)
}
