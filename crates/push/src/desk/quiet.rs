//! How long accounts were quiet, against how often each is to be heard of.

use std::collections::HashMap;

use account::{Account, Capability};
use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Day, Permission, Problem, Result};
use serde_json::json;

use super::Ledger;
use crate::store::{by_hand, goal, received};

/// After so many days without anything new an account counts as neglected (政府网站与政务新媒体检查指标: 2 周内未更新).
pub(crate) const USUAL_DAYS: i64 = 14;
/// Seconds of a day.
const DAY: i64 = 86_400;
/// The longest goal.
const LONGEST: i64 = 365;

/// How long an account was quiet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quiet {
    /// The account's name.
    pub account: String,
    /// Days since it last sent something; none: nothing is known.
    pub days: Option<i64>,
    /// After how many days it is to be heard of again.
    pub goal: i64,
    /// Whether that has passed; never for an account that may not send to many.
    pub is_late: bool,
    /// The day by which it is to be heard of again: today, if that has passed.
    pub due: Day,
}

impl Ledger {
    /// How long each account was quiet. A push made by hand in WeChat's own console counts as soon as WeChat told of it.
    ///
    /// # Errors
    /// The database's.
    pub async fn quiet<'a>(&self, accounts: impl Iterator<Item = &'a Account>) -> Result<Vec<Quiet>> {
        let today = self.ground.clock.now().day();
        let mut tx = self.ground.db.read().await?;
        let mut last: HashMap<String, Day> = HashMap::new();
        let by_hand = by_hand::last(&mut tx).await?;
        for (account, at) in received::last_sent(&mut tx).await?.into_iter().chain(by_hand) {
            let day = last.entry(account).or_insert(at.day());
            *day = at.day().max(*day);
        }
        let goals: HashMap<String, i64> = goal::all(&mut tx).await?.into_iter().collect();
        drop(tx);
        let quiet = |account: &Account| {
            let goal = goals.get(account.name()).copied().unwrap_or(USUAL_DAYS);
            let last = last.get(account.name()).copied().filter(|day| *day <= today);
            let days = last.map(|day| today.begins().seconds_since(day.begins()) / DAY);
            let due = last.map_or(today, |day| day.plus(goal)).max(today);
            let is_late = account.allows(Capability::MassByTag) && days.is_none_or(|days| days >= goal);
            Quiet { account: account.name().to_owned(), days, goal, is_late, due }
        };
        Ok(accounts.map(quiet).collect())
    }

    /// Lays down after how many days an account is to be heard of again.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without [`Permission::ApprovePushes`]; [`Code::BadRequest`] unless it is 1 to 365 days; the
    /// database's.
    pub async fn set_goal(&self, actor: &Actor, account: &str, days: i64) -> Result<()> {
        actor.must(Permission::ApprovePushes)?;
        if !(1..=LONGEST).contains(&days) {
            let why = format!("要在 1 到 {LONGEST} 天之间");
            return Err(Problem::new(Code::BadRequest, "群发频率目标").because(why).into());
        }
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let detail = json!({ "days": days });
        let line = Line { actor: actor.name(), action: "push.goal", object: account, outcome: Outcome::Done, detail };
        audit::privileged(&mut tx, now, &line).await?;
        goal::put(&mut tx, (account, days), (actor.name(), now)).await?;
        Ok(tx.commit().await?)
    }
}
