//! `lantai authority …` and `lantai subjects …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Place;

/// `lantai authority …`
#[derive(Subcommand, Debug)]
pub enum Authority {
    /// 导入规范档（XLSX、CSV，或地名变更表）
    Import {
        /// 文件
        file: PathBuf,
        /// 文件里没有“类型”列时，都是什么：body 机构、person 人物、place 地名
        #[arg(long, value_name = "body|person|place", value_parser = ["body", "person", "place"])]
        kind: Option<String>,
        /// 谁来办理
        #[arg(long = "as", value_name = "NAME")]
        actor: String,
        /// Where the installation is.
        #[command(flatten)]
        place: Place,
    },
    /// 列出规范档
    List {
        /// 只列一类：body 机构、person 人物、place 地名
        #[arg(long, value_name = "body|person|place", value_parser = ["body", "person", "place"])]
        kind: Option<String>,
        /// 跳过多少条
        #[arg(long, default_value_t = 0)]
        skip: u32,
        /// 最多列多少条
        #[arg(long, default_value_t = 100)]
        take: u32,
        /// Where the installation is.
        #[command(flatten)]
        place: Place,
    },
    /// 查看一个名称的规范档
    Show {
        /// 名称，也可以是别名、旧名、前身或后继
        name: String,
        /// Where the installation is.
        #[command(flatten)]
        place: Place,
    },
}

/// `lantai subjects …`
#[derive(Subcommand, Debug)]
pub enum Subjects {
    /// 导入类目：缩进的文本（.txt），或有代码、上级、名称三列的表
    Import(DirectoryFile),
    /// 把目录归到类目：有档号、专题两列的表
    Assign(DirectoryFile),
    /// 列出全部类目
    List(Place),
    /// 给类目改名；代码不变
    Rename {
        /// 代码，或 经济/农业 这样的路径
        heading: String,
        /// 新名称
        name: String,
        /// 谁来办理
        #[arg(long = "as", value_name = "NAME")]
        actor: String,
        /// Where the installation is.
        #[command(flatten)]
        place: Place,
    },
    /// 把类目移到另一个类目下
    Move {
        /// 代码或路径
        heading: String,
        /// 移到哪个类目下；不给则移到最上层
        #[arg(long, value_name = "HEADING")]
        under: Option<String>,
        /// 谁来办理
        #[arg(long = "as", value_name = "NAME")]
        actor: String,
        /// Where the installation is.
        #[command(flatten)]
        place: Place,
    },
    /// 删除空的类目
    Remove {
        /// 代码或路径
        heading: String,
        /// 谁来办理
        #[arg(long = "as", value_name = "NAME")]
        actor: String,
        /// Where the installation is.
        #[command(flatten)]
        place: Place,
    },
}

/// A file for the subject directory.
#[derive(Args, Debug)]
pub struct DirectoryFile {
    /// 文件
    pub file: PathBuf,
    /// 谁来办理
    #[arg(long = "as", value_name = "NAME")]
    pub actor: String,
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
}
