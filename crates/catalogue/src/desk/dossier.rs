//! What staff see of batches, and of everything that happened to a record.

use kernel::{Actor, Permission, Result, Timestamp, Tx};

use super::closing::OutsideCopy;
use super::review::{Reviews, refused};
use crate::access::{Bar, bar, in_public_index};
use crate::review::{Kind, Opinion, Reason, Stage, Step, Verdict};
use crate::store::history::{self, Cause, Version};
use crate::store::record;
use crate::store::review::{self, Acted, Batch};
use crate::{Openness, PublicId, Record, reference_code};

/// Records read at a time.
const PAGE: usize = 500;

/// The turns of what happened in one moment, as when a closing is decided and carried out at once: a batch is drafted
/// first; then come opinions, the decision and what it says of the record, the change of the record, and the end.
const OPINION: u8 = 1;
const DECISION: u8 = 2;
const FINAL: u8 = 3;
const CHANGE: u8 = 4;
const LAST: u8 = 6;

fn turn(act: &str) -> u8 {
    match act {
        "draft" => 0,
        "send" | "alone" | "answer" => OPINION,
        "decide" => DECISION,
        _ => CHANGE + 1,
    }
}

/// A batch in the list.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct BatchLine {
    /// Its number.
    pub batch: i64,
    /// What it decides, in words.
    pub kind: &'static str,
    /// How far it has come, in words.
    pub stage: &'static str,
    /// What staff call it.
    pub title: String,
    /// Records that are not treated yet.
    pub waiting: u64,
    /// Records that are as was decided.
    pub done: u64,
    /// Records that could not be.
    pub refused: u64,
    /// What it decides.
    #[serde(skip)]
    pub decides: Kind,
    /// How far it has come.
    #[serde(skip)]
    pub stands: Stage,
}

/// A batch with everything in it.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct BatchShown {
    /// The batch.
    #[serde(flatten)]
    pub line: BatchLine,
    /// The legal ground or the reason.
    pub ground: Option<String>,
    /// 批准文号
    pub document_number: Option<String>,
    /// Who agreed that records stay closed beyond 25 years, and under which number.
    pub authority: Option<(String, String)>,
    /// What readers are told.
    pub notice: Option<String>,
    /// What was done to it.
    pub acts: Vec<Happened>,
    /// Its records in archival order.
    pub records: Vec<RecordShown>,
    /// Copies that were out when its records were closed.
    pub copies: Vec<OutsideCopy>,
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Happened {
    /// When, in Asia/Shanghai.
    pub at: String,
    /// Who did it.
    pub actor: String,
    /// What, in words.
    pub what: String,
}

/// A record of a batch.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct RecordShown {
    /// Its id in addresses.
    #[serde(skip)]
    pub id: PublicId,
    /// 档号
    pub reference_code: String,
    /// 题名
    pub title: String,
    /// 日期
    pub date: Option<String>,
    /// 责任者
    pub creator: Option<String>,
    /// 开放标识
    pub openness: &'static str,
    /// Whether everybody may see it.
    pub is_public: bool,
    /// What would outrank its opening.
    pub bar: Option<&'static str>,
    /// What was said about it.
    pub opinions: Vec<OpinionShown>,
}

/// An opinion about a record.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct OpinionShown {
    /// The step, in words.
    pub step: &'static str,
    /// 开放, 控制使用 or 延期开放
    pub verdict: &'static str,
    /// Why it is not opened.
    pub reason: Option<&'static str>,
    /// In words.
    pub text: Option<String>,
    /// The day of the next review.
    pub review_on: Option<String>,
    /// The reviewer.
    pub by: String,
    /// When, in Asia/Shanghai.
    pub at: String,
    /// The step.
    #[serde(skip)]
    pub given_at: Step,
    /// What was said.
    #[serde(skip)]
    pub said: (Verdict, Option<Reason>),
}

/// Everything that happened to a record.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Dossier {
    /// 档号
    pub reference_code: String,
    /// 题名
    pub title: String,
    /// 开放标识
    pub openness: &'static str,
    /// 公布
    pub published: bool,
    /// What happened, the oldest first.
    pub happened: Vec<Happened>,
}

impl Reviews {
    /// All batches, the newest first.
    ///
    /// # Errors
    /// [`kernel::Code::Forbidden`]; the database's.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<BatchLine>> {
        actor.must(Permission::ReviewOpenness)?;
        let mut tx = self.ground.db.read().await?;
        let mut lines = Vec::new();
        for batch in review::all(&mut tx, &self.institution).await? {
            lines.push(line(&mut tx, &batch).await?);
        }
        Ok(lines)
    }

    /// A batch with everything in it.
    ///
    /// # Errors
    /// [`kernel::Code::Forbidden`]; [`kernel::Code::BadRequest`] for a batch that is not there; the database's.
    pub async fn show(&self, actor: &Actor, number: i64) -> Result<BatchShown> {
        actor.must(Permission::ReviewOpenness)?;
        let (batch, mut under_review) = self.review(number).await?;
        let mut tx = self.ground.db.read().await?;
        let line = line(&mut tx, &batch).await?;
        let acts = review::acts(&mut tx, number).await?.into_iter().map(acted).collect();
        let mut records = Vec::new();
        for page in review::records(&mut tx, number).await?.chunks(PAGE) {
            for record in record::of_numbers(&mut tx, page).await? {
                let opinions = under_review.records.remove(&record.number).map(|one| one.opinions).unwrap_or_default();
                records.push(shown(&record, opinions.into_iter()));
            }
        }
        let copies = self.copies(number).await?;
        let Batch { ground, document_number, authority, notice, .. } = batch;
        Ok(BatchShown { line, ground, document_number, authority, notice, acts, records, copies })
    }

    /// Everything that happened to a record: its versions, the opinions and decisions about it, and who acted.
    ///
    /// # Errors
    /// [`kernel::Code::Forbidden`]; [`kernel::Code::BadRequest`] for a code that is not there; the database's.
    pub async fn history(&self, actor: &Actor, code: &str) -> Result<Dossier> {
        actor.must(Permission::ReviewOpenness)?;
        let mut tx = self.ground.db.read().await?;
        let found = record::of_code(&mut tx, &self.institution, &reference_code::key(code)).await?;
        let record = found.ok_or_else(|| refused(&format!("档号 {code}"), "目录里没有这个档号"))?;
        let mut moments: Vec<((Timestamp, u8), Happened)> = Vec::new();
        for version in history::versions(&mut tx, record.number).await? {
            moments.push(((version.changed_at, CHANGE), changed(&version)));
        }
        for (number, _, refusal) in review::of_record(&mut tx, record.number).await? {
            for one in review::acts(&mut tx, number).await? {
                let at = (one.at, turn(&one.act));
                let mut happened = acted(one);
                happened.what = format!("批次 {number} {}", happened.what);
                moments.push((at, happened));
            }
            // Of a publication the batch says all there is to say.
            let kind = self.known(&mut tx, number).await?.kind;
            let opinions = review::opinions(&mut tx, number, Some(record.number)).await?;
            for (_, step, opinion) in opinions.iter().filter(|_| kind.opens() || kind == Kind::Closing) {
                let turn = if *step == Step::Final { FINAL } else { OPINION };
                moments.push(((opinion.at, turn), opined(number, *step, opinion)));
            }
            if let (Some(why), Some(((at, _), _))) = (refusal, moments.last()) {
                let (at, what) = (*at, format!("批次 {number} 未办理这一条：{why}"));
                moments.push(((at, LAST), Happened { at: at.local_text(), actor: "系统".to_owned(), what }));
            }
        }
        moments.sort_by_key(|(at, _)| *at);
        let said = record.description;
        Ok(Dossier {
            reference_code: said.code.written().to_owned(),
            title: said.title,
            openness: said.statuses.openness.label(),
            published: said.statuses.published,
            happened: moments.into_iter().map(|(_, happened)| happened).collect(),
        })
    }
}

impl RecordShown {
    /// Whether the batch decided to open it, and everybody may see it.
    pub(super) fn is_opened(&self) -> bool {
        let (last, open) = (Step::Final.label(), Openness::Open.label());
        self.is_public && self.opinions.iter().any(|one| one.step == last && one.verdict == open)
    }
}

pub(super) async fn line(tx: &mut Tx, batch: &Batch) -> Result<BatchLine> {
    let [waiting, done, refused] = review::outcomes(tx, batch.number).await?;
    let (kind, stage) = (batch.kind.label(), batch.stage.label());
    let (decides, stands) = (batch.kind, batch.stage);
    Ok(BatchLine {
        batch: batch.number,
        kind,
        stage,
        title: batch.title.clone(),
        waiting,
        done,
        refused,
        decides,
        stands,
    })
}

pub(super) fn shown(record: &Record, opinions: impl Iterator<Item = (Step, Opinion)>) -> RecordShown {
    let said = &record.description;
    let opinion = |(step, Opinion { said, by, at }): (Step, Opinion)| OpinionShown {
        step: step.label(),
        verdict: said.verdict.openness().label(),
        reason: said.reason.map(Reason::label),
        text: said.text,
        review_on: said.review_on.map(|day| day.to_string()),
        by,
        at: at.local_text(),
        given_at: step,
        said: (said.verdict, said.reason),
    };
    RecordShown {
        id: record.public_id.clone(),
        reference_code: said.code.written().to_owned(),
        title: said.title.clone(),
        date: said.date.label(),
        creator: said.creator.clone(),
        openness: said.statuses.openness.label(),
        is_public: in_public_index(&said.statuses),
        bar: bar(&said.statuses).map(Bar::label),
        opinions: opinions.map(opinion).collect(),
    }
}

pub(super) fn acted(Acted { act, actor, said, at }: Acted) -> Happened {
    let act = match act.as_str() {
        "draft" => "建立",
        "send" => "送交会审",
        "alone" => "由本馆单独审核",
        "answer" => "会审答复",
        "decide" => "终审",
        "carry-out" => "执行",
        "withdraw" => "撤回",
        _ => "修改公告",
    };
    Happened { at: at.local_text(), actor, what: format!("{act}：{said}") }
}

fn opined(number: i64, step: Step, Opinion { said, by, at }: &Opinion) -> Happened {
    let reason = said.reason.map(|reason| format!("，{}", reason.label())).unwrap_or_default();
    let text = said.text.as_ref().map(|text| format!("，{text}")).unwrap_or_default();
    let again = said.review_on.map(|day| format!("，{day} 再审")).unwrap_or_default();
    let what = format!("批次 {number} {}：{}{reason}{text}{again}", step.label(), said.verdict.openness().label());
    Happened { at: at.local_text(), actor: by.clone(), what }
}

fn changed(version: &Version) -> Happened {
    let number = version.why.number.map(|number| number.to_string()).unwrap_or_default();
    let cause = match version.why.cause {
        Cause::Import => format!("导入批次 {number} 更新了这一条"),
        Cause::Rollback => format!("撤回导入批次 {number}，这一条恢复了原来的著录"),
        Cause::Decision => format!("按审核批次 {number} 的决定改了开放状态"),
        Cause::Publication => format!("按批次 {number} 的决定改了公布状态"),
        Cause::Edit => "修改了这一条".to_owned(),
    };
    let statuses = &version.description.statuses;
    let published = if statuses.published { "，已公布" } else { "" };
    let (openness, title) = (statuses.openness.label(), &version.description.title);
    let what = format!("{cause}。改之前是“{openness}”{published}，题名“{title}”");
    Happened { at: version.changed_at.local_text(), actor: version.actor.clone(), what }
}
