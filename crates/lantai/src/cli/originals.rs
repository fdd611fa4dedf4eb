//! `lantai originals …`: the digitised files of records.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Place;

/// `lantai originals …`
#[derive(Subcommand, Debug)]
pub enum Originals {
    /// 检测文件并挂接到档号
    Add(AddOriginals),
    /// 列出一个档号的原件
    List(ListOriginals),
    /// 调整次序
    Move(MoveOriginal),
    /// 给原件起名，不给名称就是去掉
    Label(LabelOriginal),
    /// 撤下：目录已公布，这件原件也不公布
    Withhold(WhichOriginal),
    /// 放行：随目录一同公布
    Release(WhichOriginal),
    /// 取消挂接并删除文件
    Remove(WhichOriginal),
}

/// `lantai originals add`
#[derive(Args, Debug)]
pub struct AddOriginals {
    /// 挂接到哪个档号
    #[arg(long, value_name = "档号", required_unless_present = "folder", conflicts_with = "folder")]
    pub code: Option<String>,
    /// 整个目录，按文件名挂接：`档号.jpg`、`档号_001.jpg`、`档号/0001.tif`
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// 文件，按次序
    #[arg(value_name = "FILE", required_unless_present = "folder", conflicts_with = "folder")]
    pub files: Vec<PathBuf>,
    /// 读者看到的名称
    #[arg(long)]
    pub label: Option<String>,
    /// 谁在办理
    #[arg(long = "as", value_name = "NAME")]
    pub actor: String,
    /// 把四性检测报告写成 XLSX
    #[arg(long, value_name = "FILE.xlsx")]
    pub report: Option<PathBuf>,
    /// 在标准输出给出一个 JSON 对象
    #[arg(long)]
    pub json: bool,
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
}

/// `lantai originals list`
#[derive(Args, Debug)]
pub struct ListOriginals {
    /// 档号
    #[arg(long, value_name = "档号")]
    pub code: String,
    /// 同时列出四性检测的结果
    #[arg(long)]
    pub checks: bool,
    /// 在标准输出给出一个 JSON 对象
    #[arg(long)]
    pub json: bool,
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
}

/// Which originals a command is about.
#[derive(Args, Debug)]
pub struct WhichOriginal {
    /// 档号
    #[arg(long, value_name = "档号")]
    pub code: String,
    /// 第几件（list 所列的序号）；不给就是全部
    #[arg(long, value_name = "N")]
    pub number: Option<usize>,
    /// 谁在办理
    #[arg(long = "as", value_name = "NAME")]
    pub actor: String,
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
}

/// `lantai originals move`
#[derive(Args, Debug)]
pub struct MoveOriginal {
    /// Which.
    #[command(flatten)]
    pub which: WhichOriginal,
    /// 移到第几件
    #[arg(long, value_name = "N")]
    pub to: usize,
}

/// `lantai originals label`
#[derive(Args, Debug)]
pub struct LabelOriginal {
    /// Which.
    #[command(flatten)]
    pub which: WhichOriginal,
    /// 名称
    #[arg(long)]
    pub label: Option<String>,
}
