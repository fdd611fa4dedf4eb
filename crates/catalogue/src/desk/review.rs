//! The opening review from the draft of a batch to the final decision.

use std::collections::BTreeMap;

use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Day, Error, Ground, Permission, Problem, Result, Tx};
use serde_json::{Value, json};

use crate::review::{
    Decision, DueFonds, Kind, LeftOut, Misstep, Opinion, Review, Said, Stage, Step, last_formed, number_of,
};
use crate::store::due::{self, Candidate, Days};
use crate::store::review::{self, Acted, Batch};
use crate::store::{fonds, record};
use crate::{PublicId, reference_code};

/// The most records of one batch: more than anybody reviews at once.
const MOST: usize = 20_000;
/// Records or opinions written in one transaction.
const CHUNK: usize = 1000;

/// The desk of the opening review; cheap to clone.
#[derive(Clone, Debug)]
pub struct Reviews {
    pub(super) ground: Ground,
    pub(super) institution: String,
}

/// A batch to be drafted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// What staff call it.
    pub title: String,
    /// The legal ground, if records are to be opened before their 25 years are over (档案法 27).
    pub early: Option<String>,
    /// Its records.
    pub chosen: Chosen,
}

/// Which records a batch is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Chosen {
    /// Those on the due list, of one fonds (全宗号) or of all.
    Due(Option<String>),
    /// Those of a fonds (全宗号).
    Fonds(String),
    /// These (档号).
    Codes(Vec<String>),
}

/// A batch that was drafted.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Drafted {
    /// Its number.
    pub batch: i64,
    /// How many records it has.
    pub records: usize,
    /// What was asked for and is not in it.
    pub left_out: LeftOut,
}

/// Opinions to be given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Given {
    /// The same about every record of the batch that has no opinion of the step yet: what was said stays.
    Rest(Said),
    /// The same about every record of the batch, in the place of what was said at the step before.
    All(Said),
    /// One for each of these records (档号).
    Each(Vec<(String, Said)>),
}

/// Who is asked for the joint review (档案法 30, 档案法实施条例 30).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Consulted {
    /// The body that made or transferred the records.
    Body(String),
    /// Its successor.
    Successor {
        /// The successor.
        body: String,
        /// The body that is no more.
        of: String,
    },
    /// Nobody: the body is no more and has no successor.
    Alone(String),
}

/// The final decision as it is given.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Resolved {
    /// Records about which it differs from the opinions, or says what they leave open (档号).
    pub differing: Vec<(String, Said)>,
    /// When records that stay closed are reviewed again, where nothing else was said.
    pub review_on: Option<Day>,
    /// Who agrees that records stay closed beyond 25 years, and under which number (档案法实施条例 31).
    pub authority: Option<(String, String)>,
    /// The number of the document that approves it.
    pub document_number: String,
    /// What readers are told above the list; a usual text if nothing is given.
    pub notice: Option<String>,
}

impl Reviews {
    /// The desk of an institution (档案馆代码).
    pub fn new(ground: &Ground, institution: impl Into<String>) -> Self {
        Self { ground: ground.clone(), institution: institution.into() }
    }

    /// What waits for a review, fonds by fonds.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn due(&self, actor: &Actor) -> Result<Vec<DueFonds>> {
        actor.must(Permission::ReviewOpenness)?;
        let days = self.days();
        Ok(due::by_fonds(&mut self.ground.db.read().await?, &self.institution, days).await?)
    }

    /// Drafts a batch. Records that are open, that another batch has or whose 25 years are not over are left out.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::BadRequest`] for a fonds that is not there or if no record is left; the database's.
    pub async fn draft(&self, actor: &Actor, draft: &Draft) -> Result<Drafted> {
        actor.must(Permission::ReviewOpenness)?;
        let kind = if draft.early.is_some() { Kind::Early } else { Kind::Due };
        if draft.early.as_deref().is_some_and(|ground| ground.trim().is_empty()) {
            return Err(refused("提前开放", "须写明法定依据（档案法第二十七条）"));
        }
        let (candidates, unknown) = self.candidates(&draft.chosen).await?;
        let (records, mut left_out) = choose(kind, &candidates);
        left_out.unknown = unknown;
        if records.is_empty() {
            return Err(refused("审核批次", &nothing_left(&left_out)));
        }
        let mut tx = self.ground.db.begin().await?;
        let number = review::next(&mut tx).await?;
        let batch = self.batch(number, kind, &draft.title, draft.early.clone());
        review::insert(&mut tx, &self.institution, &batch).await?;
        let detail = json!({"kind": kind.name(), "records": records.len(), "ground": draft.early});
        self.note(&mut tx, actor, (number, "draft"), (draft.title.clone(), detail)).await?;
        tx.commit().await?;
        for some in records.chunks(CHUNK) {
            let mut tx = self.ground.db.begin().await?;
            self.keep_stage(&mut tx, &batch, Stage::Drafted).await?;
            review::add(&mut tx, number, some).await?;
            tx.commit().await?;
        }
        Ok(Drafted { batch: number, records: records.len(), left_out })
    }

    /// Gives opinions at the initial, the second or the joint step; how many.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::NotYet`] for what the review does not allow; the database's.
    pub async fn opine(&self, actor: &Actor, number: i64, step: Step, given: &Given) -> Result<usize> {
        actor.must(Permission::ReviewOpenness)?;
        let (batch, review) = self.review(number).await?;
        let given = self.given(&review, step, given).await?;
        let now = self.ground.clock.now();
        let after = review.opine(step, given.clone(), actor.name(), now);
        self.allowed(number, after).await?;
        let opinions: Vec<(i64, Opinion)> = given
            .into_iter()
            .map(|(record, said)| (record, Opinion { said, by: actor.name().to_owned(), at: now }))
            .collect();
        self.write(&batch, step, &opinions).await?;
        let mut tx = self.ground.db.begin().await?;
        self.keep_stage(&mut tx, &batch, batch.stage).await?;
        if step != Step::Joint && review::unheard(&mut tx, number, step).await? == 0 {
            let next = batch.stage.heard(step).map_err(|misstep| conflict(number, &misstep))?;
            self.keep_stage(&mut tx, &batch, next).await?;
        }
        let detail = json!({"step": step.name(), "records": opinions.len()});
        self.line(&mut tx, actor, (number, "opinion"), detail).await?;
        tx.commit().await?;
        Ok(opinions.len())
    }

    /// Sends a batch to the body that made its records, or decides that the archive reviews alone.
    ///
    /// # Errors
    /// As [`Reviews::opine`].
    pub async fn send(&self, actor: &Actor, number: i64, consulted: &Consulted) -> Result<()> {
        actor.must(Permission::ReviewOpenness)?;
        let (batch, review) = self.review(number).await?;
        let (after, act, said) = match consulted {
            Consulted::Body(body) => (review.send(), "send", body.clone()),
            Consulted::Successor { body, of } => (review.send(), "send", format!("{body}（{of} 的继承单位）")),
            Consulted::Alone(why) => (review.alone(), "alone", why.clone()),
        };
        let after = self.allowed(number, after).await?;
        self.step(actor, &batch, after.stage, (act, said)).await
    }

    /// Writes down what the creating body answered.
    ///
    /// # Errors
    /// As [`Reviews::opine`].
    pub async fn answer(&self, actor: &Actor, number: i64, text: &str) -> Result<()> {
        actor.must(Permission::ReviewOpenness)?;
        let (batch, review) = self.review(number).await?;
        let after = self.allowed(number, review.answer()).await?;
        self.step(actor, &batch, after.stage, ("answer", text.to_owned())).await
    }

    /// Makes the final decision.
    ///
    /// # Errors
    /// As [`Reviews::opine`].
    pub async fn decide(&self, actor: &Actor, number: i64, resolved: &Resolved) -> Result<()> {
        actor.must(Permission::DecideOpenness)?;
        if resolved.document_number.trim().is_empty() {
            return Err(refused(&format!("审核批次 {number}"), "终审须写明批准文号"));
        }
        let (batch, review) = self.review(number).await?;
        let now = self.ground.clock.now();
        let differing = Given::Each(resolved.differing.clone());
        let differing = self.given(&review, Step::Final, &differing).await?;
        let (review_on, authority) = (resolved.review_on, resolved.authority.clone());
        let decision = Decision { differing, review_on, authority };
        let after = review.decide(decision, actor.name(), now);
        let after = self.allowed(number, after).await?;
        let last = |(record, reviewed): (i64, crate::review::Reviewed)| {
            reviewed.opinions.get(&Step::Final).cloned().map(|opinion| (record, opinion))
        };
        let opinions: Vec<(i64, Opinion)> = after.records.into_iter().filter_map(last).collect();
        self.write(&batch, Step::Final, &opinions).await?;
        let mut tx = self.ground.db.begin().await?;
        self.keep_stage(&mut tx, &batch, after.stage).await?;
        let batch = Batch {
            document_number: Some(resolved.document_number.clone()),
            authority: resolved.authority.clone(),
            notice: Some(resolved.notice.clone().unwrap_or_else(|| usual_notice(&batch))),
            ..batch
        };
        review::decided(&mut tx, &batch).await?;
        let detail = json!({"document_number": batch.document_number, "records": opinions.len()});
        self.note(&mut tx, actor, (number, "decide"), (resolved.document_number.clone(), detail)).await?;
        Ok(tx.commit().await?)
    }

    /// Gives the list of opened records another notice.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::NotYet`] before the final decision; the database's.
    pub async fn set_notice(&self, actor: &Actor, number: i64, notice: &str) -> Result<()> {
        actor.must(Permission::DecideOpenness)?;
        let mut tx = self.ground.db.begin().await?;
        let batch = self.known(&mut tx, number).await?;
        if !batch.kind.opens() || !matches!(batch.stage, Stage::Decided | Stage::CarriedOut) {
            return Err(conflicting(number, "终审之后才能写公告"));
        }
        let batch = Batch { notice: Some(notice.to_owned()), ..batch };
        review::decided(&mut tx, &batch).await?;
        self.note(&mut tx, actor, (number, "notice"), (notice.to_owned(), json!({}))).await?;
        Ok(tx.commit().await?)
    }

    /// Withdraws a batch of which nothing was carried out yet.
    ///
    /// # Errors
    /// As [`Reviews::opine`].
    pub async fn withdraw(&self, actor: &Actor, number: i64, why: &str) -> Result<()> {
        let (batch, review) = self.review(number).await?;
        let decided = batch.stage == Stage::Decided;
        actor.must(if decided { Permission::DecideOpenness } else { Permission::ReviewOpenness })?;
        let after = self.allowed(number, review.withdraw()).await?;
        self.step(actor, &batch, after.stage, ("withdraw", why.to_owned())).await
    }
}

/// What the acts share.
impl Reviews {
    pub(super) fn days(&self) -> Days {
        let today = self.ground.clock.now().day();
        Days { today: number_of(today), formed: last_formed(today) }
    }

    /// A new batch, drafted.
    pub(super) fn batch(&self, number: i64, kind: Kind, title: &str, ground: Option<String>) -> Batch {
        Batch {
            number,
            public_id: PublicId::of(&self.ground.secrets, &self.institution, &format!("opened/{number}")),
            kind,
            stage: Stage::Drafted,
            title: title.to_owned(),
            ground,
            document_number: None,
            authority: None,
            notice: None,
            carried_at: None,
        }
    }

    /// A batch that must be there.
    pub(super) async fn known(&self, tx: &mut Tx, number: i64) -> Result<Batch> {
        let batch = review::of_number(tx, &self.institution, number).await?;
        batch.ok_or_else(|| refused(&format!("审核批次 {number}"), "没有这个批次，请到批次清单里核对号码"))
    }

    /// A batch with its records and opinions.
    pub(super) async fn review(&self, number: i64) -> Result<(Batch, Review)> {
        let mut tx = self.ground.db.read().await?;
        let batch = self.known(&mut tx, number).await?;
        let review = review::read(&mut tx, &batch, self.days().formed).await?;
        Ok((batch, review))
    }

    /// The numbers of records by their codes, and the codes that are not in the catalogue.
    pub(super) async fn numbers(&self, tx: &mut Tx, codes: &[String]) -> Result<(BTreeMap<String, i64>, Vec<String>)> {
        let keys: Vec<String> = codes.iter().map(|code| reference_code::key(code)).collect();
        let asked: Vec<&str> = keys.iter().map(String::as_str).collect();
        let landed = record::landed(tx, &self.institution, &asked).await?;
        let (mut found, mut unknown) = (BTreeMap::new(), Vec::new());
        for (code, key) in codes.iter().zip(&keys) {
            match landed.get(key) {
                Some(landed) => drop(found.insert(code.clone(), landed.number)),
                None => unknown.push(code.clone()),
            }
        }
        Ok((found, unknown))
    }

    async fn candidates(&self, chosen: &Chosen) -> Result<(Vec<Candidate>, Vec<String>)> {
        let mut tx = self.ground.db.read().await?;
        let days = self.days();
        let fonds = match chosen {
            Chosen::Due(None) | Chosen::Codes(_) => None,
            Chosen::Due(Some(code)) | Chosen::Fonds(code) => {
                let key = reference_code::key(code);
                let all = fonds::all(&mut tx, &self.institution).await?;
                let found = all.iter().find(|fonds| fonds.key == key).map(|fonds| fonds.number);
                Some(found.ok_or_else(|| refused(&format!("全宗 {code}"), "目录里没有这个全宗"))?)
            }
        };
        let Chosen::Codes(codes) = chosen else {
            let only_due = matches!(chosen, Chosen::Due(_));
            let found = due::of_fonds(&mut tx, &self.institution, days, (fonds, only_due)).await?;
            return Ok((found, Vec::new()));
        };
        let (numbers, unknown) = self.numbers(&mut tx, codes).await?;
        let mut numbers: Vec<i64> = numbers.into_values().collect();
        numbers.sort_unstable();
        numbers.dedup();
        Ok((due::of_numbers(&mut tx, &self.institution, days, &numbers).await?, unknown))
    }

    /// Opinions by the numbers of their records.
    async fn given(&self, review: &Review, step: Step, given: &Given) -> Result<Vec<(i64, Said)>> {
        let each = match given {
            Given::All(said) => return Ok(review.records.keys().map(|number| (*number, said.clone())).collect()),
            Given::Rest(said) => return Ok(rest(review, step, said)),
            Given::Each(each) => each,
        };
        let codes: Vec<String> = each.iter().map(|(code, _)| code.clone()).collect();
        let (numbers, unknown) = self.numbers(&mut self.ground.db.read().await?, &codes).await?;
        if let Some(code) = unknown.first() {
            return Err(refused(&format!("档号 {code}"), "目录里没有这个档号，一条意见也没有记下"));
        }
        Ok(each.iter().filter_map(|(code, said)| Some((*numbers.get(code)?, said.clone()))).collect())
    }

    /// What the review allows; what it does not is told with the code of the record.
    async fn allowed(&self, number: i64, after: std::result::Result<Review, Misstep>) -> Result<Review> {
        let misstep = match after {
            Ok(review) => return Ok(review),
            Err(misstep) => misstep,
        };
        let Some(record) = misstep.record() else { return Err(conflict(number, &misstep)) };
        let found = record::of_numbers(&mut self.ground.db.read().await?, &[record]).await?;
        let code = found.first().map_or("", |record| record.description.code.written());
        Err(Problem::new(Code::NotYet, format!("审核批次 {number} 的 {code}")).because(misstep.to_string()).into())
    }

    /// Writes opinions in several transactions while the batch stands where it stood.
    async fn write(&self, batch: &Batch, step: Step, opinions: &[(i64, Opinion)]) -> Result<()> {
        for some in opinions.chunks(CHUNK) {
            let mut tx = self.ground.db.begin().await?;
            self.keep_stage(&mut tx, batch, batch.stage).await?;
            review::opine(&mut tx, batch.number, step, some).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Brings a batch from where it was found to a stage.
    pub(super) async fn keep_stage(&self, tx: &mut Tx, batch: &Batch, to: Stage) -> Result<()> {
        if review::advance(tx, batch.number, batch.stage, to).await? {
            return Ok(());
        }
        Err(conflicting(batch.number, "另一位工作人员刚刚办理了这个批次"))
    }

    async fn step(&self, actor: &Actor, batch: &Batch, to: Stage, (act, said): (&str, String)) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        self.keep_stage(&mut tx, batch, to).await?;
        self.note(&mut tx, actor, (batch.number, act), (said, json!({}))).await?;
        Ok(tx.commit().await?)
    }

    /// Writes down an act on a batch, and its audit line.
    pub(super) async fn note(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (number, act): (i64, &str),
        (said, detail): (String, Value),
    ) -> Result<()> {
        let now = self.ground.clock.now();
        let acted = Acted { act: act.to_owned(), actor: actor.name().to_owned(), said, at: now };
        review::act(tx, number, &acted).await?;
        self.line(tx, actor, (number, act), detail).await
    }

    /// The audit line of an act on a batch.
    async fn line(&self, tx: &mut Tx, actor: &Actor, (number, act): (i64, &str), detail: Value) -> Result<()> {
        let (action, object) = (format!("catalogue.review-{act}"), format!("review/{number}"));
        let line = Line { actor: actor.name(), action: &action, object: &object, outcome: Outcome::Done, detail };
        audit::privileged(tx, self.ground.clock.now(), &line).await
    }
}

/// An opinion about each record that has none of a step yet.
fn rest(review: &Review, step: Step, said: &Said) -> Vec<(i64, Said)> {
    let silent = review.records.iter().filter(|(_, record)| !record.opinions.contains_key(&step));
    silent.map(|(number, _)| (*number, said.clone())).collect()
}

/// The candidates that a batch takes, and why it does not take the others.
fn choose(kind: Kind, candidates: &[Candidate]) -> (Vec<i64>, LeftOut) {
    let (mut chosen, mut left_out) = (Vec::new(), LeftOut::default());
    for candidate in candidates {
        match candidate {
            Candidate { is_open: true, .. } => left_out.open += 1,
            Candidate { under_review: true, .. } => left_out.under_review += 1,
            Candidate { is_ripe: false, .. } if kind != Kind::Early => left_out.not_due += 1,
            _ if chosen.len() >= MOST => left_out.too_many += 1,
            Candidate { number, .. } => chosen.push(*number),
        }
    }
    (chosen, left_out)
}

fn nothing_left(left_out: &LeftOut) -> String {
    let LeftOut { open, under_review, not_due, unknown, .. } = left_out;
    let unknown = unknown.len();
    format!(
        "没有可以列入的记录：已开放 {open} 条，已在其他批次 {under_review} 条，未满 25 年 {not_due} 条（提前开放要写明依据），目录里没有的档号 {unknown} 个"
    )
}

/// What is said to readers if nobody writes anything else (档案法 28, 档案法实施条例 29).
fn usual_notice(batch: &Batch) -> String {
    let ground = batch.ground.as_deref().map(|ground| format!("和{ground}")).unwrap_or_default();
    format!("根据《中华人民共和国档案法》第二十七条{ground}，经开放审核，下列档案自公布之日起向社会开放。")
}

pub(super) fn refused(about: &str, why: &str) -> Error {
    Problem::new(Code::BadRequest, about).because(why).into()
}

pub(super) fn conflicting(number: i64, why: &str) -> Error {
    Problem::new(Code::NotYet, format!("审核批次 {number}")).because(why).into()
}

fn conflict(number: i64, misstep: &Misstep) -> Error {
    conflicting(number, &misstep.to_string())
}
