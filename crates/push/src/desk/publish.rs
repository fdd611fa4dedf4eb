//! Publishing without a push: an approved version is given to WeChat once, and WeChat is heard or asked of what became of it.

use account::{Capability, Standing};
use kernel::audit::{self, Line, Outcome};
use kernel::leases;
use kernel::{Actor, Code, Id, Permission, Problem, Result, Timestamp, Tx, database_now, db};
use serde_json::json;

use super::send::{LEASE, LEASE_SECONDS};
use super::{Ledger, PastArticles};
use crate::article::Article;
use crate::store::{epoch, plan, publication, sent_article};
use crate::{Content, ContentHash, Frozen, GRACE, Plan, PlanState, Publication};

/// What lists call its audience.
const WHOM: &str = "只发布，不群发";

/// What is published, as the approver saw it.
#[derive(Clone, PartialEq, Debug)]
pub struct Issue {
    /// What it is made from and in which version: approved twice, it is published once.
    pub origin: String,
    /// The draft that WeChat has of it: one of its own, since WeChat takes it away when it is published.
    pub content: Content,
    /// Its articles: they are read on the readers' site as well.
    pub articles: Vec<Article>,
    /// Who wrote it.
    pub authors: Vec<String>,
}

/// What one turn of publishing did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Turned {
    /// Nothing is due, or another node is at it.
    Nothing,
    /// One was tried, given up for lost, or not tried since it may not be: this is where it stands.
    Moved(Publication),
    /// Pushing stands still until a person says it may go on.
    Frozen(Frozen),
}

/// One that is about to be tried.
struct Attempt {
    row: publication::Row,
    media_id: String,
    node: String,
    number: i64,
}

impl Ledger {
    /// What the publication of a version of a draft is made from.
    pub fn publication_origin(origin: &str) -> String {
        format!("{origin}+publication")
    }

    /// Whether somebody may let an account publish what others wrote; asked before WeChat is given anything.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::ApprovePushes`]; [`Code::SecondPersonNeeded`] if they wrote any of it;
    /// [`Code::BadRequest`] for an account that may not.
    pub fn may_publish(actor: &Actor, (account, standing): (&str, Standing), authors: &[String]) -> Result<()> {
        actor.must(Permission::ApprovePushes)?;
        authors.iter().try_for_each(|author| actor.must_be_another_than(author))?;
        match standing.lacks(Capability::Publish) {
            Some(why) => Err(Problem::new(Code::BadRequest, format!("公众号 {account}")).because(why).into()),
            None => Ok(()),
        }
    }

    /// Approves that articles are published: from here on it happens by itself. The same version again gives the same one,
    /// unless the earlier one was refused or is gone.
    ///
    /// # Errors
    /// As [`Ledger::may_publish`]; [`Code::BadRequest`] for what is no article; the database's.
    pub async fn publish(
        &self,
        actor: &Actor,
        (account, standing): (&str, Standing),
        issue: Issue,
    ) -> Result<Id<Plan>> {
        Self::may_publish(actor, (account, standing), &issue.authors)?;
        if !matches!(issue.content, Content::Articles { .. }) {
            return Err(Problem::new(Code::BadRequest, "这次发布").because("只有图文可以发布").into());
        }
        let now = self.now().await?;
        let origin = Self::publication_origin(&issue.origin);
        let row = plan::Row {
            id: self.ground.ids.make(),
            account: account.to_owned(),
            content_hash: ContentHash::of(&issue.content),
            content: issue.content,
            author: issue.authors.join("、"),
            approver: actor.name().to_owned(),
            approved_at: now,
            scheduled_at: now,
            period: String::new(),
            // Nothing of it is ever sent.
            state: PlanState::Finished,
            whom: WHOM.to_owned(),
            people: None,
            roll: None,
            told: None,
            origin,
        };
        let mut tx = self.ground.db.begin().await?;
        if let Some(known) = plan::of_origin(&mut tx, &row.origin).await? {
            let stands = publication::find(&mut tx, known).await?;
            if stands.is_some_and(|stands| stands.publication.may_be_there()) {
                return Ok(known);
            }
            plan::set_origin(&mut tx, known, &format!("{}#{}", row.origin, known.uuid())).await?;
        }
        let detail = json!({ "account": row.account, "content": row.content_hash.as_str() });
        note(&mut tx, actor, ("push.publish", row.id), (detail, now)).await?;
        if !plan::insert(&mut tx, &row).await? {
            return Err(Problem::new(Code::Conflict, "这次发布").because("刚有人批准过，请刷新再看").into());
        }
        publication::insert(&mut tx, row.id).await?;
        PastArticles::new(self.ground.clone()).keep(&mut tx, row.id, account, issue.articles).await?;
        tx.commit().await?;
        Ok(row.id)
    }

    /// Publishes the next that is due, as the node `holder`. The intent is committed and the number of attempts written beside
    /// the database before a socket is opened, as for a push; there is no second attempt.
    ///
    /// # Errors
    /// The database's; [`Code::Internal`] if the file beside it cannot be read or written: then nothing was published.
    pub async fn publish_next(&self, holder: &str) -> Result<Turned> {
        let attempt = match self.begin_publishing(holder).await? {
            Ok(attempt) => attempt,
            Err(turned) => return Ok(turned),
        };
        let Attempt { mut row, media_id, node, number } = attempt;
        self.epoch.write(&node, number).map_err(kernel::Error::internal)?;
        self.ground.steps.at("publication call");
        let outcome = self.post.publish(&row.account, &media_id).await;
        self.ground.steps.at("publication answer");
        let mut tx = self.ground.db.begin().await?;
        let now = database_now(&mut tx, &self.ground.clock).await?;
        if let Some(kept) = publication::find(&mut tx, row.plan).await? {
            row = kept;
        }
        row.msg_data_id = outcome.as_ref().ok().and_then(|ticket| ticket.msg_data_id);
        row.publication = row.publication.answered(&outcome);
        // Its end may have been told before its number was known.
        if let Publication::Queued(number) = &row.publication
            && let Some(end) = publication::end(&mut tx, &row.account, number).await?
        {
            row.publication = row.publication.told(end);
        }
        stand(&mut tx, &row, now).await?;
        tx.commit().await?;
        Ok(Turned::Moved(row.publication))
    }

    async fn begin_publishing(&self, holder: &str) -> Result<std::result::Result<Attempt, Turned>> {
        let mut tx = self.ground.db.begin().await?;
        if leases::take(&mut tx, &self.ground.clock, LEASE, holder, LEASE_SECONDS).await?.is_none() {
            return Ok(Err(Turned::Nothing));
        }
        let now = database_now(&mut tx, &self.ground.clock).await?;
        let Some(mut row) = publication::next(&mut tx, now.plus_seconds(-LEASE_SECONDS)).await? else {
            return Ok(Err(Turned::Nothing));
        };
        let moved = match &row.publication {
            Publication::Planned => {
                self.keeps_back(&mut tx, &row, now).await?.map(|why| row.publication.clone().withheld(why))
            }
            // Whoever tried it was killed.
            other => Some(other.clone().lost()),
        };
        if let Some(moved) = moved {
            row.publication = moved;
            stand(&mut tx, &row, now).await?;
            tx.commit().await?;
            return Ok(Err(Turned::Moved(row.publication)));
        }
        let (node, number) = match self.standing(&mut tx, true).await? {
            Ok((node, number)) => (node, number + 1),
            Err(frozen) => return Ok(Err(Turned::Frozen(frozen))),
        };
        let Content::Articles { media_id, .. } = row.content.clone() else { return Ok(Err(Turned::Nothing)) };
        let Some(tried) = row.publication.clone().attempt(now) else { return Ok(Err(Turned::Nothing)) };
        row.publication = tried;
        publication::put(&mut tx, &row).await?;
        epoch::set(&mut tx, &node, number).await?;
        tx.commit().await?;
        Ok(Ok(Attempt { row, media_id, node, number }))
    }

    /// Why one that was never tried is not published, if so.
    async fn keeps_back(&self, tx: &mut Tx, row: &publication::Row, now: Timestamp) -> Result<Option<String>> {
        if now.seconds_since(row.approved_at) > GRACE {
            return Ok(Some("批准半小时之后还没有发布，请重新批准".to_owned()));
        }
        let kept = plan::find(tx, row.plan).await?;
        if kept.is_none_or(|kept| ContentHash::of(&kept.content) != kept.content_hash) {
            return Ok(Some("内容与批准时的不一样".to_owned()));
        }
        self.guard.withholds(tx, &row.content).await
    }

    /// All publications, the latest first.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn publications(&self) -> Result<Vec<publication::Row>> {
        Ok(publication::all(&mut self.ground.db.read().await?).await?)
    }

    /// How many publications wait for a person to say whether they are there.
    ///
    /// # Errors
    /// The database's.
    pub async fn unknown_publications(&self) -> Result<i64> {
        Ok(publication::unknown(&mut self.ground.db.read().await?).await?)
    }

    /// A person who looked at WeChat's console says whether an unknown publication is there.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::ApprovePushes`]; [`Code::NotFound`]; [`Code::Conflict`] if it is not
    /// unknown; the database's.
    pub async fn decide_publication(&self, actor: &Actor, id: Id<Plan>, was_published: bool) -> Result<()> {
        actor.must(Permission::ApprovePushes)?;
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        note(&mut tx, actor, ("push.decide-publication", id), (json!({ "was_published": was_published }), now)).await?;
        let mut row = publication::find(&mut tx, id).await?.ok_or_else(absent)?;
        if !matches!(row.publication, Publication::Unknown(_)) {
            return Err(Problem::new(Code::Conflict, "这次发布").because("结果已经清楚，不需要人工核对").into());
        }
        row.publication = row.publication.decided(was_published);
        stand(&mut tx, &row, now).await?;
        Ok(tx.commit().await?)
    }
}

pub(super) async fn note(
    tx: &mut Tx,
    actor: &Actor,
    (action, id): (&str, Id<Plan>),
    (detail, now): (serde_json::Value, Timestamp),
) -> Result<()> {
    let object = format!("publication/{}", id.uuid());
    let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Done, detail };
    audit::privileged(tx, now, &line).await
}

/// Writes where a publication stands, and what the readers' site shows of it.
pub(super) async fn stand(tx: &mut Tx, row: &publication::Row, now: Timestamp) -> db::Result<()> {
    publication::put(tx, row).await?;
    match &row.publication {
        Publication::Published(_) => sent_article::sent(tx, (row.plan, &row.account), row.msg_data_id, now).await,
        Publication::Gone(_) => sent_article::hide_plan(tx, row.plan, now).await,
        _ => Ok(()),
    }
}

pub(super) fn absent() -> Problem {
    Problem::new(Code::NotFound, "这次发布")
}
