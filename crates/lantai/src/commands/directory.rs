//! `lantai authority` and `lantai subjects`: what staff keep beside the catalogue.

use std::path::Path;
use std::process::ExitCode;

use catalogue::{Authorities, Authority, AuthorityColumn, AuthorityKind, Kept, Subjects};
use kernel::Actor;

use crate::cli;
use crate::commands::import::{name_of, open, reader};
use crate::commands::say;
use crate::commands::staff::actor;
use crate::installation::Installation;

fn kind(asked: Option<&String>) -> Option<AuthorityKind> {
    asked.and_then(|name| AuthorityKind::named(name))
}

fn say_kept(what: &str, Kept { added, changed, unchanged }: Kept) {
    say(format_args!("{what}：新增 {added}，改动 {changed}，不变 {unchanged}。"));
}

/// Keeps and shows authority records.
pub(crate) async fn authority(asked: &cli::directory::Authority) -> kernel::Result<ExitCode> {
    let place = match asked {
        cli::directory::Authority::Import { place, .. }
        | cli::directory::Authority::List { place, .. }
        | cli::directory::Authority::Show { place, .. } => place,
    };
    let installation = Installation::open_existing(place).await?;
    let desk = Authorities::new(installation.ground.clone(), installation.configured.house.code.clone());
    match asked {
        cli::directory::Authority::Import { file, kind: asked, actor: name, .. } => {
            let list = (&reader()?, open(file)?, &*name_of(file));
            say_kept("规范档", desk.import(&actor(&installation, name).await?, list, kind(asked.as_ref())).await?);
        }
        cli::directory::Authority::List { kind: asked, skip, take, .. } => {
            let by_kind = (AuthorityColumn::Kind, false);
            let (all, _) = desk.list(kind(asked.as_ref()), by_kind, (*skip, *take)).await?;
            for one in &all {
                say(format_args!("{}\t{}\t{}", one.kind.label(), one.name, one.dates));
            }
            if all.is_empty() {
                say("没有规范档；可用 lantai authority import 导入。");
            }
        }
        cli::directory::Authority::Show { name, .. } => desk.show(name).await?.iter().for_each(say_authority),
    }
    installation.ground.db.close().await;
    Ok(ExitCode::SUCCESS)
}

fn say_authority(one: &Authority) {
    say(format_args!("{}\t{}\t{}", one.kind.label(), one.name, one.dates));
    for other in &one.names {
        let period = if other.period.is_empty() { String::new() } else { format!("（{}）", other.period) };
        say(format_args!("  {}：{}{period}", other.relation.label(), other.name));
    }
    if !one.history.is_empty() {
        say(format_args!("  沿革：{}", one.history));
    }
}

/// Keeps and shows the subject directory.
pub(crate) async fn subjects(asked: &cli::directory::Subjects) -> kernel::Result<ExitCode> {
    use cli::directory::Subjects as Asked;
    let place = match asked {
        Asked::Import(file) | Asked::Assign(file) => &file.place,
        Asked::List(place) | Asked::Rename { place, .. } | Asked::Move { place, .. } | Asked::Remove { place, .. } => {
            place
        }
    };
    let installation = Installation::open_existing(place).await?;
    let desk = Subjects::new(installation.ground.clone(), installation.configured.house.code.clone());
    match asked {
        Asked::Import(list) => {
            let file = (&reader()?, open(&list.file)?, &*name_of(&list.file));
            say_kept("类目", desk.import(&actor(&installation, &list.actor).await?, file).await?);
        }
        Asked::Assign(list) => {
            let who = actor(&installation, &list.actor).await?;
            assign(&desk, &list.file, &who).await?;
        }
        Asked::List(_) => list(&desk).await?,
        Asked::Rename { heading, name, actor: who, .. } => {
            desk.rename(&actor(&installation, who).await?, heading, name).await?;
            say(format_args!("类目 {heading} 已改名为 {name}。"));
        }
        Asked::Move { heading, under, actor: who, .. } => {
            desk.move_below(&actor(&installation, who).await?, heading, under.as_deref()).await?;
            say(format_args!("类目 {heading} 已移到{}下。", under.as_deref().unwrap_or("最上层")));
        }
        Asked::Remove { heading, actor: who, .. } => {
            desk.remove(&actor(&installation, who).await?, heading).await?;
            say(format_args!("类目 {heading} 已删除。"));
        }
    }
    installation.ground.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn assign(desk: &Subjects, file: &Path, who: &Actor) -> kernel::Result<()> {
    let done = desk.assign(who, (&reader()?, open(file)?, &*name_of(file))).await?;
    say(format_args!("已归类 {} 行，未归类 {} 行。", done.done, done.refused.len()));
    done.refused.iter().for_each(say);
    Ok(())
}

async fn list(desk: &Subjects) -> kernel::Result<()> {
    let (headings, loose) = desk.list().await?;
    for one in &headings {
        say(format_args!("{}\t{}\t{} 条", one.code, one.path, one.records));
    }
    if headings.is_empty() {
        say("专题目录还是空的；可用 lantai subjects import 导入。");
    }
    for (written, records) in &loose {
        say(format_args!("没有这个类目：{written}（{records} 条目录这样写）"));
    }
    Ok(())
}
