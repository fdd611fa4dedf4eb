//! Carrying a decision out: record by record, in transactions of well under 100 ms, each of which can be the last before a
//! kill.

use std::time::{Duration, Instant};

use kernel::audit::{self, Line, Outcome};
use kernel::events::{self, RecordsClosed};
use kernel::{Actor, Result, Tx};
use serde_json::json;

use super::review::{Reviews, conflicting};
use crate::Record;
use crate::access::in_public_index;
use crate::review::{Kind, Stage, outcome};
use crate::store::counter::{Counter, take};
use crate::store::history::{self, Cause, Why};
use crate::store::review::{self, Batch, Waiting};
use crate::store::{change, copy, place, record};

/// The write time a transaction aims at.
const AIM: Duration = Duration::from_millis(40);
/// Records of the first transaction, and the bounds of the others.
const FIRST: i64 = 50;
const BOUNDS: (i64, i64) = (10, 1000);

/// What came of a batch.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Carried {
    /// Its number.
    pub batch: i64,
    /// Records that are now as was decided.
    pub done: u64,
    /// Records that are not, and why.
    pub refused: Vec<Refused>,
}

/// A record that is not as was decided.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Refused {
    /// 档号
    pub reference_code: String,
    /// Why.
    pub why: String,
}

impl Reviews {
    /// Carries a decision out, or goes on where that was stopped. `progress` is told how many records are treated.
    ///
    /// # Errors
    /// [`kernel::Code::Forbidden`]; [`kernel::Code::NotYet`] for a batch that was not decided; the database's.
    pub async fn carry_out(
        &self,
        actor: &Actor,
        number: i64,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Carried> {
        let batch = self.known(&mut self.ground.db.read().await?, number).await?;
        actor.must(batch.kind.carried_out_by())?;
        batch.stage.carry_out().map_err(|misstep| conflicting(number, &misstep.to_string()))?;
        let (mut most, mut done) = (FIRST, 0);
        loop {
            let began = Instant::now();
            let treated = self.treat(actor, &batch, most).await?;
            if treated == 0 {
                break;
            }
            done += treated;
            progress(done);
            most = if began.elapsed() > AIM { most / 2 } else { most + most / 2 }.clamp(BOUNDS.0, BOUNDS.1);
        }
        self.finish(actor, &batch).await?;
        self.carried(number).await
    }

    /// What came of a batch.
    pub(super) async fn carried(&self, number: i64) -> Result<Carried> {
        let mut tx = self.ground.db.read().await?;
        let [_, done, _] = review::outcomes(&mut tx, number).await?;
        let mut refused = Vec::new();
        for (record, why) in review::refusals(&mut tx, number).await? {
            let found = record::of_numbers(&mut tx, &[record]).await?;
            let code = found.first().map_or("", |record| record.description.code.written());
            refused.push(Refused { reference_code: code.to_owned(), why });
        }
        Ok(Carried { batch: number, done, refused })
    }

    /// Treats the next records of a batch, all or none of them; how many.
    async fn treat(&self, actor: &Actor, batch: &Batch, most: i64) -> Result<u64> {
        self.ground.steps.at("review: begin");
        let mut tx = self.ground.db.begin().await?;
        self.keep_stage(&mut tx, batch, Stage::Decided).await?;
        // Nobody imports between the look at the records and what is written.
        take(&mut tx, Counter::Change, 0).await?;
        let waiting = review::waiting(&mut tx, batch.number, most).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let (mut before, mut after, mut treated) = (Vec::new(), Vec::new(), Vec::new());
        let numbers: Vec<i64> = waiting.iter().map(|one| one.record).collect();
        let mut found = record::of_numbers(&mut tx, &numbers).await?.into_iter().peekable();
        for one in &waiting {
            let Some(record) = found.next_if(|record| record.number == one.record) else {
                review::refuse(&mut tx, batch.number, one.record, "目录里已没有这条记录").await?;
                continue;
            };
            match outcome(batch.kind, one.verdict, record.description.statuses) {
                Ok(statuses) => {
                    treated.push(one.clone());
                    if statuses != record.description.statuses {
                        let mut restated = record.clone();
                        restated.description.statuses = statuses;
                        before.push(record);
                        after.push(restated);
                    }
                }
                Err(why) => {
                    review::refuse(&mut tx, batch.number, one.record, why).await?;
                    self.told(&mut tx, actor, (batch, &record), Outcome::Refused).await?;
                }
            }
        }
        self.ground.steps.at("review: write");
        self.restate(&mut tx, actor, batch, (&before, &mut after)).await?;
        self.settle(&mut tx, batch, &treated).await?;
        self.ground.steps.at("review: commit");
        tx.commit().await?;
        self.ground.steps.at("review: committed");
        Ok(u64::try_from(waiting.len()).unwrap_or(u64::MAX))
    }

    /// Gives records other statuses: the one way to change openness and publication by a decision.
    async fn restate(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        batch: &Batch,
        (before, after): (&[Record], &mut Vec<Record>),
    ) -> Result<()> {
        let now = self.ground.clock.now();
        let cause = match batch.kind {
            Kind::Due | Kind::Early | Kind::Closing => Cause::Decision,
            Kind::Publication | Kind::Unpublication => Cause::Publication,
        };
        history::keep(tx, before, &Why { cause, number: Some(batch.number) }, actor.name(), now).await?;
        if batch.kind == Kind::Closing {
            let numbers: Vec<i64> = before.iter().map(|record| record.number).collect();
            let copies = copy::of(tx, &numbers).await?;
            copy::keep(tx, batch.number, &copies).await?;
            self.tell_closed(tx, batch, before).await?;
        }
        place::seat(tx, &self.institution, after).await?;
        record::restate(tx, after, now).await?;
        place::settle(tx, after).await?;
        change::log(tx, &mut after.iter().map(|record| record.number).collect()).await?;
        for record in after.iter() {
            self.told(tx, actor, (batch, record), Outcome::Done).await?;
        }
        Ok(())
    }

    /// Tells the other services what they may not show any longer.
    async fn tell_closed(&self, tx: &mut Tx, batch: &Batch, before: &[Record]) -> Result<()> {
        let seen = before.iter().filter(|record| in_public_index(&record.description.statuses));
        let records: Vec<String> = seen.map(|record| record.public_id.to_string()).collect();
        if !records.is_empty() {
            let closed = RecordsClosed { decision: batch.number, records };
            events::tell(tx, self.ground.clock.now(), &closed).await?;
        }
        Ok(())
    }

    /// Writes down that records were treated, and when they come up again.
    async fn settle(&self, tx: &mut Tx, batch: &Batch, treated: &[Waiting]) -> Result<()> {
        let numbers: Vec<i64> = treated.iter().map(|one| one.record).collect();
        review::done(tx, batch.number, &numbers).await?;
        if batch.kind.opens() {
            review::schedule(tx, batch.number, treated).await?;
        }
        Ok(())
    }

    async fn finish(&self, actor: &Actor, batch: &Batch) -> Result<()> {
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        self.keep_stage(&mut tx, batch, Stage::CarriedOut).await?;
        review::carried(&mut tx, batch.number, now).await?;
        let [_, done, refused] = review::outcomes(&mut tx, batch.number).await?;
        let detail = json!({"kind": batch.kind.name(), "done": done, "refused": refused});
        let said = format!("办理 {done} 条，未办理 {refused} 条");
        self.note(&mut tx, actor, (batch.number, "carry-out"), (said, detail)).await?;
        Ok(tx.commit().await?)
    }

    /// The audit line of one record.
    async fn told(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (batch, record): (&Batch, &Record),
        outcome: Outcome,
    ) -> Result<()> {
        let statuses = &record.description.statuses;
        let detail = json!({
            "batch": batch.number, "kind": batch.kind.name(), "openness": statuses.openness.name(),
            "published": statuses.published,
        });
        let object = format!("record/{}", record.public_id);
        let line = Line { actor: actor.name(), action: "catalogue.decide", object: &object, outcome, detail };
        audit::privileged(tx, self.ground.clock.now(), &line).await
    }
}
