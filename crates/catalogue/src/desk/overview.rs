//! A batch without its records, and its records page by page: for whoever looks at batches of many thousands.

use std::collections::BTreeMap;

use kernel::{Actor, Permission, Result};

use super::closing::OutsideCopy;
use super::dossier::{BatchLine, Happened, RecordShown, acted, line, shown};
use super::review::Reviews;
use crate::access::in_public_index;
use crate::review::{Kind, Stage, Step};
use crate::store::holding::{self, Wanted};
use crate::store::record;
use crate::store::review::{self, Batch};
use crate::store::{due, opened};
use crate::{PublicId, Record};

/// A batch without its records.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BatchHead {
    /// Its id in addresses of the readers' site.
    pub id: PublicId,
    /// The batch.
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
    /// Copies that were out when its records were closed.
    pub copies: Vec<OutsideCopy>,
    /// How many records have an opinion of each step.
    pub heard: BTreeMap<Step, u64>,
    /// How many of its records it opened and everybody may see now.
    pub opened: u64,
}

/// What a batch opened and everybody may see now.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What readers are told.
    pub notice: Option<String>,
    /// The records of the page.
    pub(crate) records: Vec<Record>,
    /// How many there are.
    pub total: u64,
}

impl Reviews {
    /// A batch without its records.
    ///
    /// # Errors
    /// [`kernel::Code::Forbidden`]; [`kernel::Code::BadRequest`] for a batch that is not there; the database's.
    pub async fn head(&self, actor: &Actor, number: i64) -> Result<BatchHead> {
        actor.must(Permission::ReviewOpenness)?;
        let mut tx = self.ground.db.read().await?;
        let batch = self.known(&mut tx, number).await?;
        let line = line(&mut tx, &batch).await?;
        let acts = review::acts(&mut tx, number).await?.into_iter().map(acted).collect();
        let heard = review::heard(&mut tx, number).await?;
        let heard = heard.into_iter().filter_map(|(step, given)| Some((Step::named(&step)?, count(given))));
        let (heard, opened) = (heard.collect(), count(opened::count_records(&mut tx, number).await?));
        drop(tx);
        let copies = self.copies(number).await?;
        let Batch { public_id: id, ground, document_number, authority, notice, .. } = batch;
        Ok(BatchHead { id, line, ground, document_number, authority, notice, acts, copies, heard, opened })
    }

    /// How many records wait for a review and are in no batch.
    ///
    /// # Errors
    /// [`kernel::Code::Forbidden`]; the database's.
    pub async fn due_in_all(&self, actor: &Actor) -> Result<u64> {
        actor.must(Permission::ReviewOpenness)?;
        let days = self.days();
        Ok(due::waiting(&mut self.ground.db.read().await?, &self.institution, days).await?)
    }

    /// The batches whose next step somebody may take, the newest first.
    ///
    /// # Errors
    /// [`kernel::Code::Forbidden`]; the database's.
    pub async fn mine(&self, actor: &Actor) -> Result<Vec<BatchLine>> {
        actor.must(Permission::ReviewOpenness)?;
        let mut tx = self.ground.db.read().await?;
        let mut lines = Vec::new();
        for batch in review::under_way(&mut tx, &self.institution).await? {
            let is_mine = match batch.stage {
                Stage::Drafted | Stage::Second | Stage::Sent => true,
                Stage::Initial => review::awaits_second(&mut tx, batch.number, actor.name()).await?,
                Stage::Joint => {
                    actor.may(Permission::DecideOpenness)
                        && !review::has_reviewed(&mut tx, batch.number, actor.name()).await?
                }
                Stage::Decided => actor.may(batch.kind.carried_out_by()),
                Stage::CarriedOut | Stage::Withdrawn => false,
            };
            if is_mine {
                lines.push(line(&mut tx, &batch).await?);
            }
        }
        Ok(lines)
    }

    /// A page of the records of a batch in archival order, with what was said about them, and how many there are.
    ///
    /// # Errors
    /// As [`Reviews::head`].
    pub(crate) async fn records(
        &self,
        actor: &Actor,
        number: i64,
        (without, wanted): (Option<Step>, Wanted),
    ) -> Result<(Vec<RecordShown>, u64)> {
        actor.must(Permission::ReviewOpenness)?;
        let mut tx = self.ground.db.read().await?;
        self.known(&mut tx, number).await?;
        let (numbers, total) = holding::in_batch(&mut tx, number, without, wanted).await?;
        let mut records = Vec::new();
        for record in record::of_numbers(&mut tx, &numbers).await? {
            let opinions = review::opinions(&mut tx, number, Some(record.number)).await?;
            let mut by_step: BTreeMap<Step, _> = BTreeMap::new();
            by_step.extend(opinions.into_iter().map(|(_, step, opinion)| (step, opinion)));
            records.push(shown(&record, by_step.into_iter()));
        }
        Ok((records, count(total)))
    }

    /// The wanted part of what a batch opened and everybody may see now.
    ///
    /// # Errors
    /// As [`Reviews::head`].
    pub(crate) async fn opened(&self, actor: &Actor, number: i64, wanted: Wanted) -> Result<Opened> {
        actor.must(Permission::ReviewOpenness)?;
        let mut tx = self.ground.db.read().await?;
        let batch = self.known(&mut tx, number).await?;
        let (numbers, total) = holding::opened(&mut tx, number, wanted).await?;
        let mut records = record::of_numbers(&mut tx, &numbers).await?;
        records.retain(|record| in_public_index(&record.description.statuses));
        Ok(Opened { notice: batch.notice, records, total: count(total) })
    }
}

impl BatchHead {
    /// The acts that are possible now, whoever may do them: `initial`, `second`, `joint`, `send`, `answer`, `decide`,
    /// `carry-out`, `withdraw`, `notice`.
    pub fn next(&self) -> Vec<&'static str> {
        let (kind, stage): (Kind, Stage) = (self.line.decides, self.line.stands);
        let mut next = match stage {
            Stage::Drafted => vec!["initial"],
            Stage::Initial => vec!["second"],
            Stage::Second => vec!["send"],
            Stage::Sent => vec!["joint", "answer"],
            Stage::Joint => vec!["decide"],
            Stage::Decided => vec!["carry-out"],
            Stage::CarriedOut | Stage::Withdrawn => Vec::new(),
        };
        if !stage.is_over() && self.line.done == 0 {
            next.push("withdraw");
        }
        if kind.opens() && matches!(stage, Stage::Decided | Stage::CarriedOut) {
            next.push("notice");
        }
        next
    }
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
