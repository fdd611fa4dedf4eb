//! Reviewing: drafts are submitted, commented on, returned and approved, by somebody who wrote none of their versions.

use std::collections::HashSet;

use catalogue::PublicId;
use kernel::{Actor, Code, Id, Permission, Problem, Result};
use serde_json::json;

use super::Drafting;
use super::drafting::{Whole, found, whole};
use crate::PlanState;
use crate::draft::{Body, COMMENT, Comment, Draft, DraftState, Hand, Spot, Version, origin};
use crate::store::{draft as store, draft_comment, plan};

/// Characters of the reason of a return.
const REASON: usize = 1_000;

impl Drafting {
    /// All that keeps something from being reviewed, in the words of whoever has to mend it: what WeChat would not take, and
    /// records that are not open, or whose images are not published.
    ///
    /// # Errors
    /// If the database or the index fails.
    pub async fn problems(&self, body: &Body) -> Result<Vec<String>> {
        let mut problems = body.problems();
        let ids: Vec<PublicId> = body.quoted().filter_map(|record| PublicId::parse(&record.id)).collect();
        let open = self.catalogue.saved(&ids).await?;
        let open: HashSet<&str> = open.iter().map(|record| record.place.id.as_str()).collect();
        for record in body.quoted() {
            let named = format!("引用的档案《{}》（{}）", record.title, record.reference_code);
            if !open.contains(record.id.as_str()) {
                problems.push(format!("{named}没有开放，请删去这一段"));
            } else if record.picture.is_some() && !self.is_published(&record.id).await? {
                problems.push(format!("{named}的原件没有公布，请去掉它的图片"));
            }
        }
        Ok(problems)
    }

    /// Whether everybody may see an original of a record.
    async fn is_published(&self, record: &str) -> Result<bool> {
        let Some(id) = PublicId::parse(record) else { return Ok(false) };
        Ok(!self.catalogue.record(&id).await?.originals.is_empty())
    }

    /// Submits a draft as it was saved for the time that the writer knows of.
    ///
    /// # Errors
    /// [`Code::BadRequest`] with all that has to be mended first; [`Code::Conflict`] if it was saved since; [`Code::NotYet`]
    /// if it is not being written; as [`Drafting::one`].
    pub async fn submit(&self, actor: &Actor, id: Id<Draft>, began_from: i64) -> Result<()> {
        let before = self.one(actor, id).await?;
        self.must_be_whole(&before.version.body).await?;
        let detail = json!({ "version": before.draft.version, "digest": before.version.digest });
        let mut tx = self.begin(actor, (Permission::WriteArticles, "push.draft-submit"), id, detail).await?;
        let draft = found(&mut tx, id).await?;
        let state = draft.state.submitted()?;
        draft.must_stand_at(began_from)?;
        draft.must_stand_at(before.draft.saves)?;
        store::seal(&mut tx, id, draft.version).await?;
        self.put_state(&mut tx, actor, draft, (state, None)).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a draft back from review, as one of its authors.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for who wrote none of it; [`Code::NotYet`] unless it is in review; as [`Drafting::one`].
    pub async fn withdraw(&self, actor: &Actor, id: Id<Draft>) -> Result<()> {
        let mut tx = self.begin(actor, (Permission::WriteArticles, "push.draft-withdraw"), id, json!({})).await?;
        let Whole { draft, authors, .. } = whole(&mut tx, id).await?;
        let state = draft.state.withdrawn()?;
        if !authors.iter().any(|author| author == actor.name()) {
            let why = "只有作者可以撤回；审核的人请用“退回”";
            return Err(Problem::new(Code::Forbidden, "这篇推文").because(why).into());
        }
        self.put_state(&mut tx, actor, draft, (state, None)).await?;
        Ok(tx.commit().await?)
    }

    /// Returns a draft to its authors, with the reason.
    ///
    /// # Errors
    /// [`Code::BadRequest`] without a reason; [`Code::NotYet`] unless it is in review; as [`Drafting::one`].
    pub async fn give_back(&self, actor: &Actor, id: Id<Draft>, reason: &str) -> Result<()> {
        let reason = said("退回的原因", reason, REASON)?;
        let mut tx = self.begin(actor, (Permission::ApprovePushes, "push.draft-return"), id, json!({})).await?;
        let draft = found(&mut tx, id).await?;
        let state = draft.state.returned()?;
        self.put_state(&mut tx, actor, draft, (state, Some(reason))).await?;
        Ok(tx.commit().await?)
    }

    /// Approves the version that the approver saw: from here on the ledger can plan it.
    ///
    /// # Errors
    /// [`Code::SecondPersonNeeded`] for who wrote any version; [`Code::Conflict`] if it is not what the approver saw;
    /// [`Code::BadRequest`] if a record was closed meanwhile; [`Code::NotYet`] unless it is in review; as [`Drafting::one`].
    pub async fn approve(&self, actor: &Actor, id: Id<Draft>, (number, digest): (i64, &str)) -> Result<()> {
        actor.must(Permission::ApprovePushes)?;
        let before = self.one(actor, id).await?;
        self.must_be_whole(&before.version.body).await?;
        let detail = json!({ "version": number, "digest": digest });
        let mut tx = self.begin(actor, (Permission::ApprovePushes, "push.draft-approve"), id, detail).await?;
        let Whole { draft, version, authors } = whole(&mut tx, id).await?;
        let state = draft.state.approved()?;
        if authors.iter().any(|author| author == actor.name()) {
            let why = "您写过或改过这篇，须由没有动过笔的另一位同事批准";
            return Err(Problem::new(Code::SecondPersonNeeded, "这篇推文").because(why).into());
        }
        if (version.number, version.digest.as_str()) != (number, digest) || version.body != before.version.body {
            let why = "内容在您查看之后又改过，请重新查看再批准";
            return Err(Problem::new(Code::Conflict, "这篇推文").because(why).into());
        }
        self.put_state(&mut tx, actor, draft, (state, None)).await?;
        Ok(tx.commit().await?)
    }

    /// Opens an approved draft again: its next version says the same, by the same author, until it is changed.
    ///
    /// # Errors
    /// [`Code::Conflict`] if a plan of it goes out or went out; [`Code::NotYet`] unless it is approved; as
    /// [`Drafting::one`].
    pub async fn reopen(&self, actor: &Actor, id: Id<Draft>) -> Result<()> {
        let mut tx = self.begin(actor, (Permission::WriteArticles, "push.draft-reopen"), id, json!({})).await?;
        let Whole { mut draft, version, .. } = whole(&mut tx, id).await?;
        let state = draft.state.reopened()?;
        if let Some(planned) = plan::of_origin(&mut tx, &origin(id, draft.version)).await?
            && let Some(plan) = plan::find(&mut tx, planned).await?
            && matches!(plan.state, PlanState::Open | PlanState::Finished)
        {
            let why = "已经排定群发或者已经发出；要改，请先停止群发计划，已发出的请复制一篇再改";
            return Err(Problem::new(Code::Conflict, "这篇推文").because(why).into());
        }
        let now = self.ground.clock.now();
        draft.version += 1;
        draft.saves += 1;
        let next = Version { number: draft.version, began_at: now, saved_at: now, sealed: false, ..version };
        store::saved(&mut tx, &draft).await?;
        store::put_version(&mut tx, id, &next).await?;
        self.put_state(&mut tx, actor, draft, (state, None)).await?;
        Ok(tx.commit().await?)
    }

    /// The comments on a draft, in the order they were made.
    ///
    /// # Errors
    /// As [`Drafting::one`].
    pub async fn comments(&self, actor: &Actor, id: Id<Draft>) -> Result<Vec<Comment>> {
        actor.must(Permission::WriteArticles)?;
        let mut tx = self.ground.db.read().await?;
        found(&mut tx, id).await?;
        Ok(draft_comment::all(&mut tx, id).await?)
    }

    /// Says something about a draft, or about a block of its newest version.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for nothing or too much, and a block that is not there; as [`Drafting::one`].
    pub async fn comment(&self, actor: &Actor, id: Id<Draft>, (spot, text): (Spot, &str)) -> Result<Id<Comment>> {
        let text = said("意见", text, COMMENT)?;
        let mut tx = self.begin(actor, (Permission::WriteArticles, "push.draft-comment"), id, json!({})).await?;
        let Whole { draft, version, .. } = whole(&mut tx, id).await?;
        if draft.state == DraftState::Discarded {
            return Err(Problem::new(Code::NotYet, "这篇推文").because("已经放弃").into());
        }
        let about = version.body.beginning(spot);
        let about = about.ok_or_else(|| Problem::new(Code::BadRequest, "意见所指的那一段").because("已经不在了"))?;
        let said = Hand { by: actor.name().to_owned(), at: self.ground.clock.now() };
        let id_of_comment = self.ground.ids.make();
        let comment = Comment { id: id_of_comment, version: version.number, spot, about, text, said, resolved: None };
        draft_comment::insert(&mut tx, id, &comment).await?;
        tx.commit().await?;
        Ok(id_of_comment)
    }

    /// Notes that a comment is resolved, or is not after all.
    ///
    /// # Errors
    /// [`Code::NotFound`] if there is no such comment; as [`Drafting::one`].
    pub async fn resolve(&self, actor: &Actor, id: Id<Draft>, (comment, resolved): (Id<Comment>, bool)) -> Result<()> {
        let detail = json!({ "resolved": resolved });
        let mut tx = self.begin(actor, (Permission::WriteArticles, "push.draft-comment"), id, detail).await?;
        let hand = Hand { by: actor.name().to_owned(), at: self.ground.clock.now() };
        if !draft_comment::resolve(&mut tx, (id, comment), resolved.then_some(&hand)).await? {
            return Err(Problem::new(Code::NotFound, "这条意见").into());
        }
        Ok(tx.commit().await?)
    }

    async fn must_be_whole(&self, body: &Body) -> Result<()> {
        let problems = self.problems(body).await?;
        if problems.is_empty() {
            return Ok(());
        }
        Err(Problem::new(Code::BadRequest, "这篇推文").because(problems.join("；")).into())
    }
}

fn said(what: &str, text: &str, most: usize) -> Result<String> {
    let text = text.replace('\0', "");
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Problem::new(Code::BadRequest, what).because("还没有写").into()),
        long if long > most => {
            Err(Problem::new(Code::BadRequest, what).because(format!("有 {long} 个字，最多 {most} 个字")).into())
        }
        _ => Ok(text.to_owned()),
    }
}
