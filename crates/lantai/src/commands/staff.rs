//! `lantai staff`: the accounts of staff, and who acts in the name of whom.
//!
//! The command line asks for no password: whoever may run it on the machine holds the database and its keys already.
//! The name says in whose responsibility a thing is done; the account must be there, active, and have the permission
//! (docs/adr/0013).

use std::path::Path;
use std::process::ExitCode;

use identity::{Keeper, Password, Staff, StaffAccounts, StaffName, StaffState};
use kernel::{Actor, Code, Problem, Role};
use serde_json::json;

use crate::cli;
use crate::commands::{logbook, say};
use crate::installation::Installation;

/// The member of staff in whose name a command acts.
pub(crate) async fn actor(installation: &Installation, name: &str) -> kernel::Result<Actor> {
    installation.staff_accounts().actor(name).await
}

/// Keeps the accounts.
pub(crate) async fn run(command: &cli::staff::Staff) -> kernel::Result<ExitCode> {
    match command {
        cli::staff::Staff::Add(options) => add(options).await,
        cli::staff::Staff::Roles(options) => set_roles(options).await,
        cli::staff::Staff::Password(options) => set_password(options).await,
        cli::staff::Staff::RemoveSecondFactor(options) => remove_second_factor(options).await,
        cli::staff::Staff::Unlock(options) => unlock(options).await,
        cli::staff::Staff::Disable(options) => set_state(options, StaffState::Disabled).await,
        cli::staff::Staff::Enable(options) => set_state(options, StaffState::Active).await,
        cli::staff::Staff::List(options) => list(options).await,
    }?;
    Ok(ExitCode::SUCCESS)
}

/// The accounts, and in whose name they are kept.
struct Desk {
    installation: Installation,
    accounts: StaffAccounts,
    acting: Option<Actor>,
}

impl Desk {
    async fn open(options: &cli::staff::StaffAccount) -> kernel::Result<Self> {
        let installation = Installation::open(&options.place).await?;
        let accounts = installation.staff_accounts();
        let acting = match &options.acting {
            Some(name) => Some(accounts.actor(name).await?),
            None => None,
        };
        Ok(Self { installation, accounts, acting })
    }

    fn keeper(&self) -> Keeper<'_> {
        self.acting.as_ref().map_or(Keeper::Machine(logbook::ACTOR), Keeper::Staff)
    }
}

async fn add(options: &cli::staff::StaffAccount) -> kernel::Result<()> {
    let name = StaffName::parse(&options.name).map_err(|why| refused(&options.name, &why))?;
    let desk = Desk::open(options).await?;
    let (password, is_made) = password(options, &desk.installation)?;
    desk.accounts.add(desk.keeper(), &name, &options.roles, &password).await?;
    say(format_args!("已添加账号 {}：{}。", name.written(), labels(&options.roles)));
    show_once(&password, is_made);
    Ok(())
}

async fn set_roles(options: &cli::staff::StaffAccount) -> kernel::Result<()> {
    let desk = Desk::open(options).await?;
    desk.accounts.set_roles(desk.keeper(), &options.name, &options.roles).await?;
    say(format_args!("账号 {} 现在是：{}。", options.name, labels(&options.roles)));
    Ok(())
}

async fn set_password(options: &cli::staff::StaffAccount) -> kernel::Result<()> {
    let desk = Desk::open(options).await?;
    let (password, is_made) = password(options, &desk.installation)?;
    desk.accounts.set_password(desk.keeper(), &options.name, &password).await?;
    say(format_args!("账号 {} 的口令已换。", options.name));
    show_once(&password, is_made);
    Ok(())
}

async fn remove_second_factor(options: &cli::staff::StaffAccount) -> kernel::Result<()> {
    let desk = Desk::open(options).await?;
    desk.accounts.remove_second_factor(desk.keeper(), &options.name).await?;
    say(format_args!("账号 {} 的动态码已解除，下次登录时重新设置。", options.name));
    Ok(())
}

async fn unlock(options: &cli::staff::StaffAccount) -> kernel::Result<()> {
    let desk = Desk::open(options).await?;
    desk.accounts.remove_lock(desk.keeper(), &options.name).await?;
    say(format_args!("账号 {} 可以重新登录了。", options.name));
    Ok(())
}

async fn set_state(options: &cli::staff::StaffAccount, state: StaffState) -> kernel::Result<()> {
    let desk = Desk::open(options).await?;
    desk.accounts.set_state(desk.keeper(), &options.name, state).await?;
    say(format_args!("账号 {} {}。", options.name, state.label()));
    Ok(())
}

async fn list(options: &cli::staff::Listing) -> kernel::Result<()> {
    let installation = Installation::open_existing(&options.place).await?;
    let all = installation.staff_accounts().all().await?;
    if options.json {
        let row = |one: &Staff| {
            let roles: Vec<&str> = one.roles.iter().map(|role| role.name()).collect();
            json!({ "name": one.name, "roles": roles, "state": one.state.name() })
        };
        say(json!({ "staff": all.iter().map(row).collect::<Vec<_>>() }));
        return Ok(());
    }
    if all.is_empty() {
        say("还没有工作人员账号；用 lantai staff add 账号名 --role 角色 添加。");
    }
    for one in &all {
        say(format_args!("{}  {}  {}", one.name, one.state.label(), labels(&one.roles)));
    }
    Ok(())
}

/// The password in the file that was named, or one made now.
fn password(options: &cli::staff::StaffAccount, installation: &Installation) -> kernel::Result<(Password, bool)> {
    let Some(path) = &options.password_file else {
        return Ok((Password::made(&installation.ground.random), true));
    };
    let text = first_line(path)?;
    let password = Password::parse(&text, &options.name).map_err(|why| refused(&options.name, &why))?;
    Ok((password, false))
}

fn first_line(path: &Path) -> kernel::Result<String> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let problem = Problem::new(Code::PathMissing, format!("口令文件 {}", path.display()));
        problem.because(format!("不能读取（{error}）"))
    })?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

fn refused(name: &str, why: &impl std::fmt::Display) -> Problem {
    Problem::new(Code::BadRequest, format!("账号 {name}")).because(why.to_string())
}

fn show_once(password: &Password, is_made: bool) {
    if is_made {
        say(format_args!("口令：{}（只显示这一次，请当面交给本人）", password.reveal()));
    }
}

fn labels(roles: &[Role]) -> String {
    roles.iter().map(|role| role.label()).collect::<Vec<_>>().join("、")
}
