//! Where all plans stand, as the calendar and the list show them.

use std::collections::HashMap;

use kernel::{Id, Result, Timestamp};

use super::Ledger;
use crate::store::{call, plan};
use crate::{Call, Counts, Plan, PlanState};

/// Where a plan stands, as staff are told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Its time has not come.
    Planned,
    /// Part of it went out, or WeChat still works on it.
    Sending,
    /// Nobody knows of a part of it whether it was sent.
    Unknown,
    /// It was sent.
    Sent,
    /// WeChat refused it: nobody received it.
    Failed,
    /// A member of staff stopped it.
    Stopped,
    /// Its time passed.
    Expired,
    /// It shows what may no longer be shown.
    Withheld,
}

impl Stage {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Planned,
        Self::Sending,
        Self::Unknown,
        Self::Sent,
        Self::Failed,
        Self::Stopped,
        Self::Expired,
        Self::Withheld,
    ];

    /// The word in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::Expired => "expired",
            Self::Withheld => "withheld",
        }
    }

    /// The words staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Planned => "待发送",
            Self::Sending => "发送中",
            Self::Unknown => "结果待核对",
            Self::Sent => "已发出",
            Self::Failed => "没有发出",
            Self::Stopped => "已停止",
            Self::Expired => "过期未发",
            Self::Withheld => "已拦下",
        }
    }

    /// Where a plan stands whose calls stand so, by the words of the database.
    pub fn of(state: PlanState, calls: &[(&str, i64)]) -> Self {
        let count = |names: &[&str]| -> i64 {
            calls.iter().filter(|(name, _)| names.contains(name)).map(|(_, count)| count).sum()
        };
        match state {
            _ if count(&["unknown"]) > 0 => Self::Unknown,
            _ if count(&["submitting"]) > 0 => Self::Sending,
            PlanState::Stopped => Self::Stopped,
            PlanState::Expired => Self::Expired,
            PlanState::Withheld => Self::Withheld,
            PlanState::Open if count(&["accepted", "finished", "refused"]) > 0 => Self::Sending,
            PlanState::Open => Self::Planned,
            PlanState::Finished if count(&["accepted", "finished"]) > 0 => Self::Sent,
            PlanState::Finished => Self::Failed,
        }
    }
}

/// A plan as lists show it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overview {
    /// Which one.
    pub id: Id<Plan>,
    /// The account it goes out from.
    pub account: String,
    /// What lists call it.
    pub title: String,
    /// What kind it is.
    pub kind: &'static str,
    /// Who wrote it.
    pub author: String,
    /// Who approved it.
    pub approver: String,
    /// When it is to go out.
    pub scheduled_at: Timestamp,
    /// Where it stands.
    pub stage: Stage,
    /// Whom it is for in words.
    pub whom: String,
    /// How many they were when it was approved; none: WeChat counts them.
    pub people: Option<i64>,
    /// Whom it reached so far.
    pub counts: Counts,
}

impl Ledger {
    /// All plans, the latest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn overview(&self) -> Result<Vec<Overview>> {
        let mut tx = self.ground.db.read().await?;
        let mut standing: HashMap<Id<Plan>, Vec<(String, i64, Counts)>> = HashMap::new();
        for (plan, state, calls, counts) in call::standing(&mut tx).await? {
            standing.entry(plan).or_default().push((state, calls, counts));
        }
        let plans = plan::all(&mut tx).await?;
        Ok(plans.into_iter().map(|row| shown(row, &standing)).collect())
    }

    /// How many plans wait for a person to say whether they were sent.
    ///
    /// # Errors
    /// The database's.
    pub async fn unknown(&self) -> Result<i64> {
        Ok(call::unknown(&mut self.ground.db.read().await?).await?)
    }

    /// The plan made of a version of a draft, and whether another may take its place since nothing of it went out.
    ///
    /// # Errors
    /// The database's.
    pub async fn of_origin(&self, origin: &str) -> Result<Option<(Id<Plan>, bool)>> {
        let mut tx = self.ground.db.read().await?;
        let Some(id) = plan::of_origin(&mut tx, origin).await? else { return Ok(None) };
        Ok(Some((id, plan::holds_quota(&mut tx, id).await? == Some(false))))
    }
}

fn shown(row: plan::Row, standing: &HashMap<Id<Plan>, Vec<(String, i64, Counts)>>) -> Overview {
    let calls = standing.get(&row.id).map(Vec::as_slice).unwrap_or_default();
    let stands: Vec<(&str, i64)> = calls.iter().map(|(state, calls, _)| (state.as_str(), *calls)).collect();
    let counts = calls.iter().fold(Counts::default(), |sum, (_, _, more)| Counts {
        total: sum.total + more.total,
        filtered: sum.filtered + more.filtered,
        sent: sum.sent + more.sent,
        failed: sum.failed + more.failed,
    });
    Overview {
        stage: Stage::of(row.state, &stands),
        id: row.id,
        account: row.account,
        title: row.content.title(),
        kind: row.content.label(),
        author: row.author,
        approver: row.approver,
        scheduled_at: row.scheduled_at,
        whom: row.whom,
        people: row.people,
        counts,
    }
}

impl Call {
    /// Where it stands, in words.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Planned => "还没有发",
            Self::Submitting(_) => "已交给微信，等它答复",
            Self::Accepted { msg_id: Some(_), .. } => "微信正在发",
            Self::Accepted { msg_id: None, .. } => "已发出，人数微信没有告诉",
            Self::Unknown(_) => "不知道有没有发出，要人核对",
            Self::Refused(_) => "微信没有收下",
            Self::Finished { .. } => "微信已发完",
            Self::Withdrawn => "没有发，也不会再发",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_stands_where_its_calls_stand() {
        let of = |state, calls: &[(&str, i64)]| Stage::of(state, calls);
        assert_eq!(of(PlanState::Open, &[("planned", 3)]), Stage::Planned);
        assert_eq!(of(PlanState::Open, &[("planned", 2), ("accepted", 1)]), Stage::Sending);
        assert_eq!(of(PlanState::Stopped, &[("withdrawn", 2), ("finished", 1)]), Stage::Stopped);
        assert_eq!(of(PlanState::Stopped, &[("withdrawn", 2), ("unknown", 1)]), Stage::Unknown);
        assert_eq!(of(PlanState::Finished, &[("refused", 1)]), Stage::Failed);
        assert_eq!(of(PlanState::Finished, &[("refused", 1), ("finished", 1)]), Stage::Sent);
        assert_eq!(of(PlanState::Withheld, &[("withdrawn", 1)]), Stage::Withheld);
    }
}
