//! Approving: a plan, its calls and its share of the quota in one unit.

use account::{Account, AccountKind, Capability};
use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Id, Permission, Problem, Result, Timestamp, Tx, database_now};
use serde_json::json;
use wechat::client::ClientMessageId;

use super::{Ledger, PastArticles};
use crate::article::Article;
use crate::store::call::MOST_A_DAY;
use crate::store::{self, by_hand, plan, quota, roll};
use crate::{Audience, Content, ContentHash, Period, Plan, PlanState};

/// A time that passed so few seconds ago means at once: pictures took as long.
const AT_ONCE: i64 = 300;
/// For so long the same content is taken for a mistake, in seconds.
const SAME_FOR: i64 = 24 * 3600;

/// The account that sends, and what it may.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sender {
    /// Its name in the house.
    pub account: String,
    /// Its kind.
    pub kind: AccountKind,
    /// Whether it may send to everybody and by tag.
    pub by_tag: bool,
    /// Whether it may send to a list of followers.
    pub by_list: bool,
}

impl From<&Account> for Sender {
    fn from(account: &Account) -> Self {
        Self {
            account: account.name().to_owned(),
            kind: account.settings.standing.kind,
            by_tag: account.allows(Capability::MassByTag),
            by_list: account.allows(Capability::MassByList),
        }
    }
}

/// Whom a plan is for, as it is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Whom {
    /// In words.
    pub told: String,
    /// How many; none: WeChat counts them.
    pub people: Option<i64>,
}

/// What is to be approved, as the approver saw it.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    /// What it is made from and in which version: approved twice, it makes one plan.
    pub origin: String,
    /// What is sent.
    pub content: Content,
    /// Its articles, if it is articles: they stay to be read on the readers' site.
    pub articles: Vec<Article>,
    /// The digest of what the approver saw.
    pub seen: ContentHash,
    /// Who receives it.
    pub audience: Audience,
    /// That in words; of a roll they are its own.
    pub whom: Whom,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// When it is to go out.
    pub scheduled_at: Timestamp,
    /// Whether the same content may go out again within a day.
    pub again: bool,
    /// The plan of the same version of which the approver saw that nothing went out: this one takes its place.
    pub instead_of: Option<Id<Plan>>,
}

impl Ledger {
    /// Approves a draft: from here on it goes out by itself. Approving the same version again gives the same plan.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::ApprovePushes`]; [`Code::SecondPersonNeeded`] if the approver wrote any of
    /// it; [`Code::Conflict`] if it was changed since the approver saw it, the same went out within a day, or no quota is
    /// left; [`Code::BadRequest`] for a time that has passed and an audience the account cannot reach; the database's.
    pub async fn approve(&self, actor: &Actor, sender: &Sender, draft: Draft) -> Result<Id<Plan>> {
        let now = self.now().await?;
        check(actor, sender, &draft, now)?;
        let at_limit = match draft.audience {
            Audience::Roll(roll) => self.reach(sender, roll, draft.scheduled_at).await?.map(|reach| reach.at_limit),
            _ => None,
        };
        let period = Period::of(sender.kind, draft.scheduled_at);
        let mut tx = self.ground.db.begin().await?;
        let row = plan::Row {
            id: self.ground.ids.make(),
            account: sender.account.clone(),
            content_hash: ContentHash::of(&draft.content),
            content: draft.content,
            origin: draft.origin,
            author: draft.authors.join("、"),
            approver: actor.name().to_owned(),
            approved_at: now,
            scheduled_at: draft.scheduled_at,
            period: String::new(),
            state: PlanState::Open,
            whom: draft.whom.told,
            people: draft.whom.people,
            roll: None,
            told: None,
        };
        let (row, calls) = cut(&mut tx, row, draft.audience, sender.by_list).await?;
        let share = calls.iter().any(Audience::takes_share).then_some(period);
        let row = plan::Row { period: share.map(Period::key).unwrap_or_default(), ..row };
        if let Some(known) = plan::of_origin(&mut tx, &row.origin).await? {
            let is_over = plan::holds_quota(&mut tx, known).await? == Some(false);
            if !is_over || draft.instead_of != Some(known) {
                return Ok(known);
            }
            plan::set_origin(&mut tx, known, &format!("{}#{}", row.origin, known.uuid())).await?;
        }
        let line = Line {
            actor: actor.name(),
            action: "push.approve",
            object: &format!("plan/{}", row.id.uuid()),
            outcome: Outcome::Done,
            detail: json!({ "account": row.account, "content": row.content_hash.as_str(), "calls": calls.len() }),
        };
        audit::privileged(&mut tx, now, &line).await?;
        must_fit(&mut tx, &row, (calls.len(), draft.again)).await?;
        if !plan::insert(&mut tx, &row).await? {
            drop(tx);
            let known = plan::of_origin(&mut self.ground.db.read().await?, &row.origin).await?;
            return known.ok_or_else(|| Problem::new(Code::Conflict, "这次群发").into());
        }
        if let Some(period) = share
            && !quota::take(&mut tx, &row.account, period).await?
        {
            let why = format!("{}的群发次数（{} 次）已经用完，请改个日期", period.label(), period.limit());
            return Err(Problem::new(Code::Conflict, "这次群发").because(why).into());
        }
        for (batch, audience) in (1..).zip(&calls) {
            let client_id = ClientMessageId::parse(&self.ground.random.hex16());
            let client_id = client_id.ok_or_else(|| kernel::Error::internal("32 digits are a key"))?;
            store::call::insert(&mut tx, (row.id, batch), &client_id, audience).await?;
        }
        plan::note_limit(&mut tx, row.id, at_limit).await?;
        PastArticles::new(self.ground.clone()).keep(&mut tx, row.id, &row.account, draft.articles).await?;
        tx.commit().await?;
        Ok(row.id)
    }

    /// The present moment by the clock that plans go by, which all servers of a house share.
    ///
    /// # Errors
    /// The database's.
    pub async fn now(&self) -> Result<Timestamp> {
        Ok(database_now(&mut self.ground.db.read().await?, &self.ground.clock).await?)
    }

    /// How many pushes an account has used in the period of a moment, as far as this house knows, and how many it may.
    ///
    /// # Errors
    /// The database's.
    pub async fn used(&self, sender: &Sender, at: Timestamp) -> Result<(i64, i64)> {
        let period = Period::of(sender.kind, at);
        let mut tx = self.ground.db.read().await?;
        let used = quota::used(&mut tx, &sender.account, period).await?;
        Ok((used + by_hand::count(&mut tx, &sender.account, period.days()).await?, period.limit()))
    }

    /// How many of them were made by hand in WeChat's own console.
    ///
    /// # Errors
    /// The database's.
    pub async fn by_hand(&self, sender: &Sender, at: Timestamp) -> Result<i64> {
        let days = Period::of(sender.kind, at).days();
        Ok(by_hand::count(&mut self.ground.db.read().await?, &sender.account, days).await?)
    }
}

/// The plan with whom it is for, and the audiences of its calls.
async fn cut(tx: &mut Tx, row: plan::Row, audience: Audience, by_list: bool) -> Result<(plan::Row, Vec<Audience>)> {
    let Audience::Roll(id) = audience else {
        let calls = audience.calls().map_err(|problem| refused("这次群发").because(problem.to_string()))?;
        return Ok((row, calls));
    };
    let roll = match roll::find(tx, id).await?.filter(|roll| roll.account == row.account) {
        Some(roll) if !roll::part(tx, (id, roll.parts)).await?.is_empty() => Some(roll),
        _ => None,
    };
    let roll =
        roll.ok_or_else(|| Problem::new(Code::NotFound, "这份名单").because("可能已经过期，请重新选择发给谁"))?;
    let calls = if by_list {
        (1..=roll.parts).map(|batch| Audience::Part(id, batch)).collect()
    } else {
        let tag = roll::tag(tx, id).await?;
        let why = "还没有给名单上的人都打上临时标签，请重新确定名单";
        vec![Audience::Tag(tag.ok_or_else(|| Problem::new(Code::NotYet, "这份名单").because(why))?)]
    };
    Ok((plan::Row { whom: roll.whom, people: Some(roll.people), roll: Some(id), ..row }, calls))
}

/// Goes on only with what did not go out within a day, unless it is wanted again, and if its calls fit into the day.
async fn must_fit(tx: &mut Tx, row: &plan::Row, (calls, again): (usize, bool)) -> Result<()> {
    if !again && plan::repeats(tx, &row.account, &row.content_hash, row.approved_at.plus_seconds(-SAME_FOR)).await? {
        return Err(Problem::new(Code::Conflict, "这次群发")
            .because("一天之内已经群发过同样的内容；确实要再发一次，请明确勾选")
            .into());
    }
    let left = MOST_A_DAY - store::call::attempts_today(tx, &row.account, row.scheduled_at).await?;
    if i64::try_from(calls).unwrap_or(i64::MAX) > left {
        let why = format!("按名单发要分 {calls} 次调用，当天只剩 {left} 次；请改用标签、发给全部，或改个日期");
        return Err(Problem::new(Code::Conflict, "这次群发").because(why).into());
    }
    Ok(())
}

fn check(actor: &Actor, sender: &Sender, draft: &Draft, now: Timestamp) -> Result<()> {
    actor.must(Permission::ApprovePushes)?;
    draft.authors.iter().try_for_each(|author| actor.must_be_another_than(author))?;
    if ContentHash::of(&draft.content) != draft.seen {
        return Err(Problem::new(Code::Conflict, "这次群发")
            .because("内容在您查看之后又改过，请重新查看再批准")
            .into());
    }
    if now.seconds_since(draft.scheduled_at) > AT_ONCE {
        return Err(refused("发送时间").because("已经过去，请改个时间").into());
    }
    let (may, why) = match &draft.audience {
        Audience::Everyone | Audience::Tag(_) => (sender.by_tag, "这个公众号没有群发的权限"),
        // By its tag, if not by list.
        Audience::Roll(_) => (sender.by_list || sender.by_tag, "这个公众号没有群发的权限"),
        Audience::List(_) | Audience::Part(..) => {
            (sender.by_list, "只有认证的服务号可以按名单群发，请改为按标签或发给全部")
        }
    };
    if may { Ok(()) } else { Err(refused("这次群发").because(why).into()) }
}

fn refused(about: &str) -> Problem {
    Problem::new(Code::BadRequest, about)
}
