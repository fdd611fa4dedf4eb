//! `lantai review …`: the opening review.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Place;

/// `lantai review …`
#[derive(Subcommand, Debug)]
pub enum Review {
    /// 到期待审清单：满 25 年、到下次审核日期、无日期的记录，按全宗计数
    Due(Looking),
    /// 建立审核批次
    New(New),
    /// 给出意见：对全部记录，或从审核表读取
    Opinion(Opinion),
    /// 送交形成单位或其继承单位会审，或说明由本馆单独审核
    Send(Send),
    /// 登记会审答复
    Answer(Words),
    /// 终审决定
    Decide(Decide),
    /// 修改公告文字
    Notice(Words),
    /// 执行终审决定；中断后再次执行即可继续
    CarryOut(Numbered),
    /// 撤回批次
    Withdraw(Words),
    /// 全部批次
    List(Looking),
    /// 一个批次的全部内容；--out 写出审核表或开放目录
    Show(Show),
    /// 立即停止开放
    Close(Codes),
    /// 批准公布原件
    Publish(Publish),
    /// 撤回公布
    Unpublish(Codes),
    /// 一条记录的全部经过
    History(History),
}

/// Who acts where.
#[derive(Args, Debug)]
pub struct Acting {
    /// 办理人
    #[arg(long = "as", value_name = "NAME")]
    pub actor: String,
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
}

/// Looking at a list.
#[derive(Args, Debug)]
pub struct Looking {
    /// 在标准输出给出一个 JSON 对象
    #[arg(long)]
    pub json: bool,
    /// Who acts where.
    #[command(flatten)]
    pub acting: Acting,
}

/// `lantai review new`
#[derive(Args, Debug)]
pub struct New {
    /// 批次名称
    #[arg(long)]
    pub title: String,
    /// 取到期待审清单上的记录（可与 --fonds 合用）
    #[arg(long)]
    pub due: bool,
    /// 全宗号
    #[arg(long, value_name = "CODE")]
    pub fonds: Option<String>,
    /// 档号，可写多个
    #[arg(long, value_name = "CODE", conflicts_with_all = ["due", "fonds"])]
    pub code: Vec<String>,
    /// 档号清单，一行一个
    #[arg(long, value_name = "LIST", conflicts_with_all = ["due", "fonds"])]
    pub file: Option<PathBuf>,
    /// 提前开放的法定依据
    #[arg(long, value_name = "GROUND")]
    pub early: Option<String>,
    /// Who acts where.
    #[command(flatten)]
    pub acting: Acting,
}

/// `lantai review opinion`
#[derive(Args, Debug)]
pub struct Opinion {
    /// 批次号
    pub batch: i64,
    /// 初审、复审或会审
    #[arg(long)]
    pub step: String,
    /// 对全部记录的意见：开放、控制使用、延期开放
    #[arg(long, value_name = "VERDICT", required_unless_present = "file")]
    pub all: Option<String>,
    /// 不开放的理由：secrecy、interests、rights、law
    #[arg(long)]
    pub reason: Option<String>,
    /// 说明
    #[arg(long)]
    pub text: Option<String>,
    /// 审核表（XLSX、CSV）
    #[arg(long, value_name = "FILE", conflicts_with = "all")]
    pub file: Option<PathBuf>,
    /// Who acts where.
    #[command(flatten)]
    pub acting: Acting,
}

/// `lantai review send`
#[derive(Args, Debug)]
pub struct Send {
    /// 批次号
    pub batch: i64,
    /// 形成单位或移交单位，或其继承单位
    #[arg(long, value_name = "BODY", required_unless_present = "alone")]
    pub to: Option<String>,
    /// 被继承的单位
    #[arg(long, value_name = "BODY", requires = "to")]
    pub successor_of: Option<String>,
    /// 由本馆单独审核的原因
    #[arg(long, value_name = "WHY", conflicts_with = "to")]
    pub alone: Option<String>,
    /// Who acts where.
    #[command(flatten)]
    pub acting: Acting,
}

/// A batch and words about it.
#[derive(Args, Debug)]
pub struct Words {
    /// 批次号
    pub batch: i64,
    /// 文字
    #[arg(long)]
    pub text: String,
    /// Who acts where.
    #[command(flatten)]
    pub acting: Acting,
}

/// `lantai review decide`
#[derive(Args, Debug)]
pub struct Decide {
    /// 批次号
    pub batch: i64,
    /// 批准文号
    #[arg(long)]
    pub document_number: String,
    /// 与意见不同或意见不一致的，从审核表的终审各列读取
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// 不开放的记录的下次审核日期
    #[arg(long, value_name = "DATE")]
    pub review_on: Option<String>,
    /// 同意延期开放的档案主管部门
    #[arg(long, requires = "authority_number")]
    pub authority: Option<String>,
    /// 其文号
    #[arg(long, requires = "authority")]
    pub authority_number: Option<String>,
    /// 公告文字
    #[arg(long)]
    pub notice: Option<String>,
    /// Who acts where.
    #[command(flatten)]
    pub acting: Acting,
}

/// A batch.
#[derive(Args, Debug)]
pub struct Numbered {
    /// 批次号
    pub batch: i64,
    /// Who acts where.
    #[command(flatten)]
    pub acting: Acting,
}

/// What a sheet is written in.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum SheetFormat {
    /// Office Open XML workbook.
    Xlsx,
    /// UTF-8 text with a byte-order mark.
    Csv,
}

/// `lantai review show`
#[derive(Args, Debug)]
pub struct Show {
    /// 批次号
    pub batch: i64,
    /// 写到哪个文件
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// 文件的格式
    #[arg(long, value_enum, default_value_t = SheetFormat::Xlsx)]
    pub format: SheetFormat,
    /// 只写已开放的目录，不写审核意见
    #[arg(long, requires = "out")]
    pub opened: bool,
    /// 在标准输出给出一个 JSON 对象
    #[arg(long)]
    pub json: bool,
    /// Who acts where.
    #[command(flatten)]
    pub acting: Acting,
}

/// `lantai review close` and `unpublish`
#[derive(Args, Debug)]
pub struct Codes {
    /// 档号，可写多个
    #[arg(long, value_name = "CODE", required_unless_present = "file")]
    pub code: Vec<String>,
    /// 档号清单，一行一个
    #[arg(long, value_name = "LIST")]
    pub file: Option<PathBuf>,
    /// 理由
    #[arg(long)]
    pub reason: String,
    /// 在标准输出给出一个 JSON 对象
    #[arg(long)]
    pub json: bool,
    /// Who acts where.
    #[command(flatten)]
    pub acting: Acting,
}

/// `lantai review publish`
#[derive(Args, Debug)]
pub struct Publish {
    /// 档号，可写多个
    #[arg(long, value_name = "CODE", required_unless_present = "file")]
    pub code: Vec<String>,
    /// 档号清单，一行一个
    #[arg(long, value_name = "LIST")]
    pub file: Option<PathBuf>,
    /// 批准文号
    #[arg(long)]
    pub document_number: String,
    /// Who acts where.
    #[command(flatten)]
    pub acting: Acting,
}

/// `lantai review history`
#[derive(Args, Debug)]
pub struct History {
    /// 档号
    #[arg(long)]
    pub code: String,
    /// 在标准输出给出一个 JSON 对象
    #[arg(long)]
    pub json: bool,
    /// Who acts where.
    #[command(flatten)]
    pub acting: Acting,
}
