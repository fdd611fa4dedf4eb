//! `lantai review`: the opening review on the command line.

use std::fmt::Write as _;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::process::ExitCode;

use catalogue::desk::{
    BatchShown, Carried, Chosen, Consulted, Draft, Given, Resolved, Reviews, day, read_sheet, write_opened, write_sheet,
};
use catalogue::export::Format;
use catalogue::import::read_table;
use catalogue::review::{Reason, Said, Step, Verdict};
use kernel::{Actor, Code, Day, Error, Problem, Result};
use serde::Serialize;

use crate::cli::review as cli;
use crate::commands::{import, say, staff};
use crate::hall;
use crate::installation::Installation;

/// Who acts on what.
struct Desk {
    installation: Installation,
    reviews: Reviews,
    actor: Actor,
}

/// Does one act of the review.
pub(crate) async fn run(command: &cli::Review) -> Result<ExitCode> {
    use cli::Review;
    match command {
        Review::Due(looking) => due(looking).await,
        Review::New(new) => draft(new).await,
        Review::Opinion(opinion) => opine(opinion).await,
        Review::Send(send) => consult(send).await,
        Review::Answer(cli::Words { batch, text, acting }) => {
            let desk = open(acting).await?;
            desk.reviews.answer(&desk.actor, *batch, text).await?;
            done(format!("批次 {batch} 的会审答复已登记。"))
        }
        Review::Decide(decide) => resolve(decide).await,
        Review::Notice(cli::Words { batch, text, acting }) => {
            let desk = open(acting).await?;
            desk.reviews.set_notice(&desk.actor, *batch, text).await?;
            done(format!("批次 {batch} 的公告已修改。"))
        }
        Review::CarryOut(cli::Numbered { batch, acting }) => {
            let desk = open(acting).await?;
            let carried = desk.reviews.carry_out(&desk.actor, *batch, &mut |_| ()).await?;
            desk.followed().await?;
            done(carried_text(&carried))
        }
        Review::Withdraw(cli::Words { batch, text, acting }) => {
            let desk = open(acting).await?;
            desk.reviews.withdraw(&desk.actor, *batch, text).await?;
            done(format!("批次 {batch} 已撤回。"))
        }
        Review::List(looking) => list(looking).await,
        Review::Show(show) => shown(show).await,
        Review::Close(codes) => close(codes).await,
        Review::Publish(cli::Publish { code, file, document_number, acting }) => {
            let desk = open(acting).await?;
            let codes = codes_of(code, file.as_deref())?;
            let carried = desk.reviews.publish(&desk.actor, &codes, document_number).await?;
            desk.followed().await?;
            done(carried_text(&carried))
        }
        Review::Unpublish(cli::Codes { code, file, reason, acting, .. }) => {
            let desk = open(acting).await?;
            let codes = codes_of(code, file.as_deref())?;
            let carried = desk.reviews.unpublish(&desk.actor, &codes, reason).await?;
            desk.followed().await?;
            done(carried_text(&carried))
        }
        Review::History(asked) => history(asked).await,
    }
}

async fn open(acting: &cli::Acting) -> Result<Desk> {
    let installation = Installation::open_existing(&acting.place).await?;
    let reviews = Reviews::new(&installation.ground, installation.configured.house.code.clone());
    let actor = staff::actor(&installation, &acting.actor).await?;
    Ok(Desk { installation, reviews, actor })
}

impl Desk {
    /// Completes when both indexes know everything that was done.
    async fn followed(&self) -> Result<()> {
        let indexes = hall::indexes(&self.installation.configured)?;
        let newest = catalogue::newest_change(&self.installation.ground.db).await?;
        hall::caught_up(&self.installation.ground, &indexes, newest).await
    }
}

async fn due(looking: &cli::Looking) -> Result<ExitCode> {
    let desk = open(&looking.acting).await?;
    let all = desk.reviews.due(&desk.actor).await?;
    if looking.json {
        return print_json(&serde_json::json!({ "fonds": all }));
    }
    if all.is_empty() {
        return done("没有到期待审的记录。".to_owned());
    }
    for one in all {
        let title = one.title.unwrap_or_default();
        let due = one.due;
        say(format_args!(
            "{} {title}：满 25 年 {} 条，到下次审核日期 {} 条，无日期 {} 条；已在批次中 {} 条",
            one.fonds, due.by_age, due.by_date, due.undated, due.under_review
        ));
    }
    Ok(ExitCode::SUCCESS)
}

async fn draft(new: &cli::New) -> Result<ExitCode> {
    let desk = open(&new.acting).await?;
    let codes =
        if new.code.is_empty() && new.file.is_none() { Vec::new() } else { codes_of(&new.code, new.file.as_deref())? };
    let chosen = match (&new.fonds, new.due) {
        (fonds, true) => Chosen::Due(fonds.clone()),
        (Some(fonds), false) => Chosen::Fonds(fonds.clone()),
        (None, false) if codes.is_empty() => {
            return Err(unusable("审核批次", "请用 --due、--fonds、--code 或 --file 指明记录"));
        }
        (None, false) => Chosen::Codes(codes),
    };
    let draft = Draft { title: new.title.clone(), early: new.early.clone(), chosen };
    let drafted = desk.reviews.draft(&desk.actor, &draft).await?;
    let out = drafted.left_out;
    done(format!(
        "已建立批次 {}，{} 条。未列入：已开放 {} 条，已在其他批次 {} 条，未满 25 年 {} 条，超出一批上限 {} 条，目录里没有 {} 个。",
        drafted.batch,
        drafted.records,
        out.open,
        out.under_review,
        out.not_due,
        out.too_many,
        out.unknown.len()
    ))
}

async fn opine(opinion: &cli::Opinion) -> Result<ExitCode> {
    let desk = open(&opinion.acting).await?;
    let step = Step::named(&opinion.step).ok_or_else(|| {
        unusable(&format!("步骤 {}", opinion.step), "只有 初审、复审、会审（initial、second、joint）")
    })?;
    let given = match (&opinion.file, &opinion.all) {
        (Some(file), _) => Given::Each(read_sheet(&rows(file).await?, step)?),
        (None, all) => {
            let word = all.as_deref().unwrap_or_default();
            let verdict = Verdict::written(word)
                .ok_or_else(|| unusable(&format!("意见 {word}"), "只有 开放、控制使用、延期开放"))?;
            let reason = opinion.reason.as_deref().map(reason).transpose()?;
            Given::All(Said { verdict, reason, text: opinion.text.clone(), review_on: None })
        }
    };
    let count = desk.reviews.opine(&desk.actor, opinion.batch, step, &given).await?;
    done(format!("批次 {}：已记下{}意见 {count} 条。", opinion.batch, step.label()))
}

async fn consult(send: &cli::Send) -> Result<ExitCode> {
    let desk = open(&send.acting).await?;
    let consulted = match (&send.to, &send.successor_of, &send.alone) {
        (Some(body), Some(of), _) => Consulted::Successor { body: body.clone(), of: of.clone() },
        (Some(body), None, _) => Consulted::Body(body.clone()),
        (None, _, alone) => Consulted::Alone(alone.clone().unwrap_or_default()),
    };
    desk.reviews.send(&desk.actor, send.batch, &consulted).await?;
    done(match consulted {
        Consulted::Alone(_) => format!("批次 {} 由本馆单独审核，可以终审。", send.batch),
        Consulted::Body(body) | Consulted::Successor { body, .. } => {
            format!("批次 {} 已送 {body} 会审。", send.batch)
        }
    })
}

async fn resolve(decide: &cli::Decide) -> Result<ExitCode> {
    let desk = open(&decide.acting).await?;
    let differing = match &decide.file {
        Some(file) => read_sheet(&rows(file).await?, Step::Final)?,
        None => Vec::new(),
    };
    let resolved = Resolved {
        differing,
        review_on: decide.review_on.as_deref().map(day_of).transpose()?,
        authority: decide.authority.clone().zip(decide.authority_number.clone()),
        document_number: decide.document_number.clone(),
        notice: decide.notice.clone(),
    };
    desk.reviews.decide(&desk.actor, decide.batch, &resolved).await?;
    done(format!("批次 {0} 已终审；请用 lantai review carry-out {0} 执行。", decide.batch))
}

async fn list(looking: &cli::Looking) -> Result<ExitCode> {
    let desk = open(&looking.acting).await?;
    let all = desk.reviews.list(&desk.actor).await?;
    if looking.json {
        return print_json(&serde_json::json!({ "batches": all }));
    }
    if all.is_empty() {
        return done("还没有审核批次；lantai review new --due 建立第一批。".to_owned());
    }
    for one in all {
        say(format_args!(
            "{} {}〔{}〕{}：待办 {} 条，已办 {} 条，未办理 {} 条",
            one.batch, one.kind, one.stage, one.title, one.waiting, one.done, one.refused
        ));
    }
    Ok(ExitCode::SUCCESS)
}

async fn shown(show: &cli::Show) -> Result<ExitCode> {
    let desk = open(&show.acting).await?;
    let batch = desk.reviews.show(&desk.actor, show.batch).await?;
    if let Some(out) = &show.out {
        written(show, &batch, out)?;
    }
    if show.json {
        return print_json(&batch);
    }
    let line = &batch.line;
    say(format_args!("批次 {} {}〔{}〕{}", line.batch, line.kind, line.stage, line.title));
    say(format_args!("待办 {} 条，已办 {} 条，未办理 {} 条", line.waiting, line.done, line.refused));
    for act in &batch.acts {
        say(format_args!("{} {} {}", act.at, act.actor, act.what));
    }
    for copy in &batch.copies {
        say(format_args!("馆外副本：{} {} {}（自 {}）", copy.reference_code, copy.kind, copy.place, copy.since));
    }
    Ok(ExitCode::SUCCESS)
}

fn written(show: &cli::Show, batch: &BatchShown, out: &Path) -> Result<()> {
    let unwritable = |error: std::io::Error| {
        let why = format!("不能写入（{error}）");
        Error::from(Problem::new(Code::FolderUnusable, format!("文件 {}", out.display())).because(why))
    };
    let file = BufWriter::new(File::create(out).map_err(unwritable)?);
    let format = match show.format {
        cli::SheetFormat::Xlsx => Format::Xlsx,
        cli::SheetFormat::Csv => Format::Csv,
    };
    if show.opened { write_opened(batch, format, file).map(drop) } else { write_sheet(batch, format, file) }
}

async fn close(codes: &cli::Codes) -> Result<ExitCode> {
    let desk = open(&codes.acting).await?;
    let asked = codes_of(&codes.code, codes.file.as_deref())?;
    let closed = desk.reviews.close(&desk.actor, &asked, &codes.reason).await?;
    desk.followed().await?;
    if codes.json {
        return print_json(&closed);
    }
    say(carried_text(&closed.carried));
    if closed.copies.is_empty() {
        return done("没有登记过馆外副本。".to_owned());
    }
    say("以下副本不在本系统之内，请逐一处理：");
    for copy in &closed.copies {
        say(format_args!("{} {} {}（自 {}）", copy.reference_code, copy.kind, copy.place, copy.since));
    }
    Ok(ExitCode::SUCCESS)
}

async fn history(asked: &cli::History) -> Result<ExitCode> {
    let desk = open(&asked.acting).await?;
    let dossier = desk.reviews.history(&desk.actor, &asked.code).await?;
    if asked.json {
        return print_json(&dossier);
    }
    let published = if dossier.published { "，已公布" } else { "" };
    say(format_args!("{} {}（{}{published}）", dossier.reference_code, dossier.title, dossier.openness));
    for one in &dossier.happened {
        say(format_args!("{} {} {}", one.at, one.actor, one.what));
    }
    Ok(ExitCode::SUCCESS)
}

fn carried_text(carried: &Carried) -> String {
    let mut text = format!("批次 {}：已办理 {} 条。", carried.batch, carried.done);
    for refused in &carried.refused {
        let _infallible = write!(text, "\n未办理 {}：{}", refused.reference_code, refused.why);
    }
    text
}

/// Codes given one by one and in a list, one a line.
fn codes_of(codes: &[String], list: Option<&Path>) -> Result<Vec<String>> {
    let mut all = codes.to_vec();
    if let Some(list) = list {
        let text = std::fs::read_to_string(list).map_err(|error| {
            let why = format!("不能读取（{error}）；须是 UTF-8 文本，一行一个档号");
            Problem::new(Code::PathMissing, format!("文件 {}", list.display())).because(why)
        })?;
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
        all.extend(lines.map(str::to_owned));
    }
    Ok(all)
}

/// The rows of a sheet that a reviewer filled in.
async fn rows(path: &Path) -> Result<Vec<Vec<String>>> {
    let name = path.display().to_string();
    read_table(&import::reader()?, &name, import::open(path)?).await
}

fn reason(word: &str) -> Result<Reason> {
    let known = Reason::ALL.map(|reason| format!("{}（{}）", reason.name(), reason.label())).join("、");
    Reason::named(word).ok_or_else(|| unusable(&format!("理由 {word}"), &format!("只有 {known}")))
}

fn day_of(text: &str) -> Result<Day> {
    day(text).ok_or_else(|| unusable(&format!("日期 {text}"), "须写明年月日，如 2031-01-02"))
}

fn unusable(about: &str, why: &str) -> Error {
    Problem::new(Code::BadRequest, about).because(why).into()
}

fn print_json(value: &impl Serialize) -> Result<ExitCode> {
    done(serde_json::to_string(value).map_err(Error::internal)?)
}

#[expect(clippy::unnecessary_wraps, reason = "every branch of the command ends with it")]
fn done(line: String) -> Result<ExitCode> {
    say(line);
    Ok(ExitCode::SUCCESS)
}
