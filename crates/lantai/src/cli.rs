//! The command line (fixed names: docs/architecture.md).

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use kernel::{Clock, Steps};

pub mod directory;
pub mod find;
pub mod originals;
pub mod review;
pub mod staff;

use directory::{Authority, Subjects};
use staff::Staff;

/// 兰台：档案馆在微信里的公共大厅
#[derive(Parser, Debug)]
#[command(name = "lantai", version, about, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// 启动演示：示例馆藏、读者网站和微信模拟器，全部内置
    Demo(Demo),
    /// 正式启动服务
    Serve(Serve),
    /// 单独启动微信模拟器
    Sandbox(Sandbox),
    /// 导入目录（XLSX、CSV、AtoM CSV、EAD、移交目录 XML）
    Import(Import),
    /// 导入批次：列出、查看、撤回
    #[command(subcommand)]
    Batch(Batch),
    /// 导出目录
    Export(Export),
    /// 规范档：机构、人物、地名
    #[command(subcommand)]
    Authority(Authority),
    /// 专题目录
    #[command(subcommand)]
    Subjects(Subjects),
    /// 原件：挂接、排序、公布与撤下档案的数字化文件
    #[command(subcommand)]
    Originals(originals::Originals),
    /// 开放审核、停止开放、公布
    #[command(subcommand)]
    Review(review::Review),
    /// 查找全部目录，未开放的也在内；姓名同音、差一个字也能查到
    Find(find::Find),
    /// 未查到清单：读者查过而没有查到的
    #[command(subcommand)]
    Gaps(find::Gaps),
    /// 重建检索索引
    Reindex(Reindex),
    /// 工作人员账号
    #[command(subcommand)]
    Staff(Staff),
    /// 审计日志
    #[command(subcommand)]
    Audit(Audit),
    /// 检查安装是否正常
    Doctor(Place),
    /// 设置
    #[command(subcommand)]
    Config(Config),
    /// The child that reads untrusted files.
    #[command(hide = true)]
    Cage(Cage),
}

/// Where the installation is.
#[derive(Args, Debug, Clone)]
#[group(required = true, multiple = false)]
pub struct Place {
    /// 数据目录；设置在其中的 lantai.toml
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// 设置文件
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What the fault tests ask of a process.
#[derive(Args, Debug)]
pub struct Watched {
    /// Writes the step it is in to this file.
    #[arg(long, hide = true, value_name = "FILE")]
    steps: Option<PathBuf>,
    /// Works with this fault.
    #[cfg(feature = "planted-faults")]
    #[arg(long, hide = true)]
    fault: Option<kernel::planted::Fault>,
    /// Dies when it comes to this step.
    #[cfg(feature = "planted-faults")]
    #[arg(long, hide = true, value_name = "STEP")]
    die_at: Option<String>,
    /// Takes the time from the host and this file.
    #[cfg(feature = "planted-faults")]
    #[arg(long, hide = true, value_name = "FILE")]
    clock: Option<PathBuf>,
}

impl Watched {
    /// The steps of a process so watched.
    ///
    /// # Errors
    /// If the file cannot be made.
    pub fn steps(&self) -> std::io::Result<Steps> {
        let steps = self.steps.as_deref().map(Steps::to).transpose()?.unwrap_or_default();
        #[cfg(feature = "planted-faults")]
        let steps = steps.plant(kernel::planted::Planted { fault: self.fault, die_at: self.die_at.clone() });
        Ok(steps)
    }

    /// Its clock.
    ///
    /// # Errors
    /// If the file it is to be taken from cannot be opened.
    pub fn clock(&self) -> std::io::Result<Clock> {
        #[cfg(feature = "planted-faults")]
        if let Some(file) = &self.clock {
            return Clock::beside(file);
        }
        Ok(Clock::system())
    }
}

/// `lantai serve`
#[derive(Args, Debug)]
pub struct Serve {
    /// Where it is.
    #[command(flatten)]
    pub place: Place,
    /// For the fault tests.
    #[command(flatten)]
    pub watched: Watched,
}

/// `lantai demo`
#[derive(Args, Debug)]
pub struct Demo {
    /// 数据目录；没有就新建
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// 读者网站与回调的地址；端口 0 表示任取一个
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// 微信模拟器的地址
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub sandbox_listen: SocketAddr,
    /// For the fault tests.
    #[command(flatten)]
    pub watched: Watched,
}

/// `lantai sandbox`
#[derive(Args, Debug)]
pub struct Sandbox {
    /// 保存模拟器状态的目录；不给则只在内存里
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// 微信文档说法不一之处，取较严的一种
    #[arg(long)]
    pub strict: bool,
    /// 地址
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub listen: SocketAddr,
}

/// What a catalogue file is written in.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImportFormat {
    /// By the file's own first bytes.
    Auto,
    /// Office Open XML workbook.
    Xlsx,
    /// Comma-, tab- or semicolon-separated text.
    Csv,
    /// AtoM's CSV of archival descriptions (ISAD).
    AtomCsv,
    /// Encoded Archival Description, EAD 2002 or EAD3.
    Ead,
    /// The XML of transfer packages.
    XmlCatalogue,
}

/// `lantai import`
#[derive(Args, Debug)]
pub struct Import {
    /// 目录文件
    pub file: PathBuf,
    /// 格式
    #[arg(long, value_enum, default_value_t = ImportFormat::Auto)]
    pub format: ImportFormat,
    /// 字段映射：文件，或数据目录 mappings/ 下的名称
    #[arg(long, value_name = "FILE|NAME")]
    pub mapping: Option<String>,
    /// 全宗号；没有就新建
    #[arg(long, value_name = "CODE")]
    pub fonds: Option<String>,
    /// 只检查，不写入
    #[arg(long)]
    pub dry_run: bool,
    /// 经办人与复核人
    #[command(flatten)]
    pub persons: Persons,
    /// 把逐行报告写成 XLSX
    #[arg(long, value_name = "FILE.xlsx")]
    pub report: Option<PathBuf>,
    /// 在标准输出给出一个 JSON 对象
    #[arg(long)]
    pub json: bool,
    /// For the fault tests.
    #[command(flatten)]
    pub watched: Watched,
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
}

/// Who imports, and who else stands behind it.
#[derive(Args, Debug)]
pub struct Persons {
    /// 经办人（工作人员账号）
    #[arg(long = "as", value_name = "NAME")]
    pub actor: Option<String>,
    /// 复核人：会使档案由不开放改为开放时，须有另一人复核
    #[arg(long, value_name = "NAME", requires = "actor")]
    pub approved_by: Option<String>,
}

/// `lantai batch …`
#[derive(Subcommand, Debug)]
pub enum Batch {
    /// 列出导入批次，新的在前
    List(BatchList),
    /// 查看一个批次和它的报告
    Show(BatchShow),
    /// 整批撤回：新增的移除，更新的恢复原样
    RollBack(RollBack),
}

/// `lantai batch list`
#[derive(Args, Debug)]
pub struct BatchList {
    /// 在标准输出给出 JSON
    #[arg(long)]
    pub json: bool,
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
}

/// `lantai batch show`
#[derive(Args, Debug)]
pub struct BatchShow {
    /// 批次的编号
    pub batch: String,
    /// 在标准输出给出一个 JSON 对象
    #[arg(long)]
    pub json: bool,
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
}

/// `lantai batch roll-back`
#[derive(Args, Debug)]
pub struct RollBack {
    /// 批次的编号
    pub batch: String,
    /// 经办人（工作人员账号）
    #[arg(long = "as", value_name = "NAME")]
    pub actor: String,
    /// 复核人：撤回会使档案由不开放改为开放时，须有另一人复核
    #[arg(long, value_name = "NAME")]
    pub approved_by: Option<String>,
    /// 在标准输出给出一个 JSON 对象
    #[arg(long)]
    pub json: bool,
    /// For the fault tests.
    #[command(flatten)]
    pub watched: Watched,
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
}

/// What an export is written in.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExportFormat {
    /// Office Open XML workbook.
    Xlsx,
    /// UTF-8 text with a byte-order mark.
    Csv,
    /// EAD3 finding aid.
    Ead3,
    /// EAD 2002 finding aid.
    Ead,
    /// Simple Dublin Core.
    Dc,
}

/// `lantai export`
#[derive(Args, Debug)]
pub struct Export {
    /// 格式
    #[arg(long, value_enum)]
    pub format: ExportFormat,
    /// 只导出一个全宗
    #[arg(long, value_name = "CODE")]
    pub fonds: Option<String>,
    /// 只导出已开放的
    #[arg(long)]
    pub open_only: bool,
    /// 写到哪个文件
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
}

/// `lantai reindex`
#[derive(Args, Debug)]
pub struct Reindex {
    /// For the fault tests.
    #[command(flatten)]
    pub watched: Watched,
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
}

/// `lantai audit …`
#[derive(Subcommand, Debug)]
pub enum Audit {
    /// 核对审计日志的链条是否完整
    Verify(Place),
}

/// `lantai config …`
#[derive(Subcommand, Debug)]
pub enum Config {
    /// 打印一份带说明的设置样本
    Sample,
}

/// `lantai cage …`
#[derive(Args, Debug)]
pub struct Cage {
    /// What to do in the cage.
    pub work: String,
    /// Its arguments.
    pub arguments: Vec<String>,
}
