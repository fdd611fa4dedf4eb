//! Decisions that take effect at once: closing, publishing originals and ending that.

use kernel::{Actor, Permission, Result};
use serde_json::json;

use super::carrying::{Carried, Refused};
use super::review::{Reviews, refused};
use crate::review::{Kind, Opinion, Reason, Said, Stage, Step, Verdict};
use crate::store::review::{self, Batch};
use crate::store::{copy, record};

/// Records put into a batch in one transaction.
const CHUNK: usize = 1000;

/// What came of a closing.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Closed {
    /// The records.
    #[serde(flatten)]
    pub carried: Carried,
    /// Copies that are out of reach.
    pub copies: Vec<OutsideCopy>,
}

/// A copy of a record that is outside the catalogue's reach.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct OutsideCopy {
    /// 档号
    pub reference_code: String,
    /// What it is, in words.
    pub kind: &'static str,
    /// Where it is.
    pub place: String,
    /// Since when, in Asia/Shanghai.
    pub since: String,
}

impl Reviews {
    /// Closes records at once. The database is done when this returns; the indexes are when they have come to
    /// [`crate::newest_change`].
    ///
    /// # Errors
    /// [`kernel::Code::Forbidden`]; [`kernel::Code::BadRequest`] without a reason or a known code; the database's.
    pub async fn close(&self, actor: &Actor, codes: &[String], reason: &str) -> Result<Closed> {
        actor.must(Permission::DecideOpenness)?;
        if reason.trim().is_empty() {
            return Err(refused("停止开放", "须写明理由"));
        }
        let said = Said { reason: Some(Reason::Law), text: Some(reason.to_owned()), ..Said::plain(Verdict::Control) };
        let carried = self.at_once(actor, (Kind::Closing, Some(reason), None), codes, &said).await?;
        let copies = self.copies(carried.batch).await?;
        Ok(Closed { carried, copies })
    }

    /// Approves that originals are shown (公布, 档案法 32): only of records everybody may see.
    ///
    /// # Errors
    /// As [`Reviews::close`].
    pub async fn publish(&self, actor: &Actor, codes: &[String], document_number: &str) -> Result<Carried> {
        actor.must(Permission::Publish)?;
        if document_number.trim().is_empty() {
            return Err(refused("公布", "须写明批准文号"));
        }
        let what = (Kind::Publication, None, Some(document_number.to_owned()));
        self.at_once(actor, what, codes, &Said::plain(Verdict::Open)).await
    }

    /// Ends the showing of originals.
    ///
    /// # Errors
    /// As [`Reviews::close`].
    pub async fn unpublish(&self, actor: &Actor, codes: &[String], reason: &str) -> Result<Carried> {
        actor.must(Permission::Publish)?;
        if reason.trim().is_empty() {
            return Err(refused("撤回公布", "须写明理由"));
        }
        let said = Said { text: Some(reason.to_owned()), ..Said::plain(Verdict::Control) };
        self.at_once(actor, (Kind::Unpublication, Some(reason), None), codes, &said).await
    }

    /// The copies that were out when the records of a batch were closed.
    pub(super) async fn copies(&self, batch: i64) -> Result<Vec<OutsideCopy>> {
        let mut tx = self.ground.db.read().await?;
        let mut copies = Vec::new();
        for copy in copy::kept(&mut tx, batch).await? {
            let found = record::of_numbers(&mut tx, &[copy.record]).await?;
            copies.push(OutsideCopy {
                reference_code: found.first().map_or("", |one| one.description.code.written()).to_owned(),
                kind: kind_label(&copy.kind),
                place: copy.place,
                since: copy.since.local_text(),
            });
        }
        Ok(copies)
    }

    /// Makes a batch that is decided and carries it out.
    async fn at_once(
        &self,
        actor: &Actor,
        (kind, reason, document_number): (Kind, Option<&str>, Option<String>),
        codes: &[String],
        said: &Said,
    ) -> Result<Carried> {
        let (numbers, unknown) = self.numbers(&mut self.ground.db.read().await?, codes).await?;
        let mut records: Vec<i64> = numbers.into_values().collect();
        records.sort_unstable();
        records.dedup();
        if records.is_empty() {
            return Err(refused(kind.label(), "目录里没有这些档号，请核对后再试"));
        }
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let number = review::next(&mut tx).await?;
        let title = format!("{} {}", kind.label(), now.day());
        let batch = Batch { document_number, ..self.batch(number, kind, &title, reason.map(str::to_owned)) };
        review::insert(&mut tx, &self.institution, &batch).await?;
        let detail = json!({"kind": kind.name(), "records": records.len()});
        let approved = batch.document_number.as_ref().map(|number| format!("，批准文号 {number}")).unwrap_or_default();
        self.note(&mut tx, actor, (number, "draft"), (format!("{}{approved}", reason.unwrap_or(&title)), detail))
            .await?;
        tx.commit().await?;
        for some in records.chunks(CHUNK) {
            let opinion = Opinion { said: said.clone(), by: actor.name().to_owned(), at: now };
            let opinions: Vec<(i64, Opinion)> = some.iter().map(|record| (*record, opinion.clone())).collect();
            let mut tx = self.ground.db.begin().await?;
            review::add(&mut tx, number, some).await?;
            review::opine(&mut tx, number, Step::Final, &opinions).await?;
            tx.commit().await?;
        }
        let mut tx = self.ground.db.begin().await?;
        self.keep_stage(&mut tx, &batch, Stage::Decided).await?;
        tx.commit().await?;
        let mut carried = self.carry_out(actor, number, &mut |_| ()).await?;
        let unknown = unknown.into_iter();
        carried
            .refused
            .extend(unknown.map(|reference_code| Refused { reference_code, why: "目录里没有这个档号".into() }));
        Ok(carried)
    }
}

/// The word for a kind of copy.
fn kind_label(kind: &str) -> &'static str {
    match kind {
        "article" => "推文",
        "exhibition" => "微展厅",
        "harvest" => "已被采集",
        _ => "链接",
    }
}
