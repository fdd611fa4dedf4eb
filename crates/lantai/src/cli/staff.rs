//! `lantai staff …`: the accounts of staff.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kernel::Role;

use super::Place;

/// `lantai staff …`
#[derive(Subcommand, Debug)]
pub enum Staff {
    /// 添加账号；不给口令就生成一个，只显示这一次
    Add(StaffAccount),
    /// 换角色
    Roles(StaffAccount),
    /// 换口令
    Password(StaffAccount),
    /// 解除动态码：设备和恢复码都丢了的人，下次登录时重新设置
    RemoveSecondFactor(StaffAccount),
    /// 解除锁定：口令输错多次的人不必等半小时
    Unlock(StaffAccount),
    /// 停用账号
    Disable(StaffAccount),
    /// 恢复账号
    Enable(StaffAccount),
    /// 列出账号
    List(Listing),
}

/// An account and what is to be done with it.
#[derive(Args, Debug)]
pub struct StaffAccount {
    /// 账号名
    pub name: String,
    /// 角色，可以给几个：archivist 档案员、editor 编辑、director 馆长、system-administrator 系统管理员、
    /// security-administrator 安全管理员、auditor 审计管理员
    #[arg(long = "role", value_name = "ROLE", value_parser = role)]
    pub roles: Vec<Role>,
    /// 口令写在哪个文件的第一行
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// 以哪个账号的名义办理；不给则是本机命令行
    #[arg(long = "as", value_name = "NAME")]
    pub acting: Option<String>,
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
}

/// A list to be shown.
#[derive(Args, Debug)]
pub struct Listing {
    /// 在标准输出给出一个 JSON 对象
    #[arg(long)]
    pub json: bool,
    /// Where the installation is.
    #[command(flatten)]
    pub place: Place,
}

fn role(text: &str) -> Result<Role, String> {
    let known = || Role::ALL.map(|role| format!("{} {}", role.name(), role.label())).join("、");
    Role::named(text).ok_or_else(|| format!("没有这个角色；可用的有：{}", known()))
}
