//! `lantai find` and `lantai gaps …`.

use clap::{Args, Subcommand};

use super::Place;

/// `lantai find`
#[derive(Args, Debug)]
pub struct Find {
    /// 要查的内容：题名里的词、档号、文号、年份、姓名、身份证号；不写则列出全部
    #[arg(default_value = "")]
    pub text: String,
    /// 谁在查；会写进审计日志
    #[arg(long = "as", value_name = "NAME")]
    pub actor: String,
    /// 只查一个全宗
    #[arg(long, value_name = "CODE")]
    pub fonds: Option<String>,
    /// 从哪一年
    #[arg(long, value_name = "YEAR")]
    pub year_from: Option<i16>,
    /// 到哪一年
    #[arg(long, value_name = "YEAR")]
    pub year_to: Option<i16>,
    /// 只查一种开放标识：开放、控制、延期开放、未审核
    #[arg(long, value_name = "开放标识")]
    pub openness: Option<String>,
    /// 只查一种保管期限，照目录里的写法
    #[arg(long, value_name = "期限")]
    pub retention: Option<String>,
    /// 只查一类民生档案，如 婚姻登记
    #[arg(long, value_name = "类别")]
    pub livelihood: Option<String>,
    /// 只查一个档案门类代码，如 WS
    #[arg(long, value_name = "CODE")]
    pub category: Option<String>,
    /// 第几页
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub page: u32,
    /// 每页多少条
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub size: u32,
    /// 在标准输出给出一个 JSON 对象
    #[arg(long)]
    pub json: bool,
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
}

/// `lantai gaps …`
#[derive(Subcommand, Debug)]
pub enum Gaps {
    /// 列出还没有处理的，查得多的在前
    List {
        /// 处理过的也列出
        #[arg(long)]
        all: bool,
        /// 最多列多少条
        #[arg(long, default_value_t = 100)]
        take: u32,
        /// 在标准输出给出 JSON
        #[arg(long)]
        json: bool,
        /// Where the installation is.
        #[command(flatten)]
        place: Place,
    },
    /// 写明怎样处理了；又有人查时会重新列出
    Close {
        /// 编号
        number: i64,
        /// 怎样处理的，如“已著录”“本馆没有，应查某馆”
        #[arg(long)]
        note: String,
        /// 谁来办理
        #[arg(long = "as", value_name = "NAME")]
        actor: String,
        /// Where the installation is.
        #[command(flatten)]
        place: Place,
    },
}
