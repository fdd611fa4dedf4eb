//! `lantai export`: the catalogue as a workbook or a text file.

use std::process::ExitCode;

use kernel::{Code, Error, Problem};

use crate::cli::{self, ExportFormat};
use crate::installation::Installation;

/// Writes all records, or those of one fonds, in archival order.
pub(crate) async fn run(options: &cli::Export) -> kernel::Result<ExitCode> {
    let installation = Installation::open(&options.place).await?;
    let format = match options.format {
        ExportFormat::Xlsx => catalogue::export::Format::Xlsx,
        ExportFormat::Csv => catalogue::export::Format::Csv,
    };
    let export = catalogue::export::Export {
        institution: installation.configured.house.code.clone(),
        fonds: options.fonds.clone(),
        format,
    };
    let about = || format!("文件 {}", options.out.display());
    let unwritable =
        |error: std::io::Error| Problem::new(Code::FolderUnusable, about()).because(format!("不能写入（{error}）"));
    let file = std::fs::File::create(&options.out).map_err(unwritable)?;
    let written = export.run(&installation.ground.db, std::io::BufWriter::new(file)).await?;
    installation.ground.db.close().await;
    println!("已导出 {written} 条到 {}。", options.out.display());
    Ok::<_, Error>(ExitCode::SUCCESS)
}
