//! The checker: WeChat's own record beside what the house says.

use std::collections::HashMap;
use std::ops::AddAssign;
use std::time::{Duration, Instant};

use kernel::Id;
use push::{Call, Plan};

use crate::town::{LEASE, Town};

/// As long as two attempts lie apart at most, in seconds.
const FURTHEST_APART: i64 = 1801;

/// What became of plans.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Tally {
    pub(crate) plans: usize,
    /// Sends that WeChat took.
    pub(crate) taken: usize,
    /// Plans that reached their readers more than once.
    pub(crate) twice: usize,
    /// Plans that the house calls sent and WeChat does not know, or the other way round.
    pub(crate) lost: usize,
    /// Plans that a person is asked about.
    pub(crate) shown: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.plans += more.plans;
        self.taken += more.taken;
        self.twice += more.twice;
        self.lost += more.lost;
        self.shown += more.shown;
    }
}

impl Town {
    async fn call(&self, id: Id<Plan>) -> Call {
        self.office.plan(id).await.unwrap().unwrap().calls[0].1.clone()
    }

    /// Lets time pass until every plan was tried.
    pub(crate) async fn tried(&mut self, plans: &[(String, Id<Plan>)]) {
        self.none_left(plans, |call| *call == Call::Planned).await;
    }

    /// Lets time pass until the house has an answer to every call, or leaves it to a person.
    pub(crate) async fn decided(&mut self, plans: &[(String, Id<Plan>)]) {
        self.none_left(plans, |call| matches!(call, Call::Planned | Call::Submitting(_))).await;
    }

    /// Lets time pass until no call of the plans is left where it waits; servers that were killed are started again.
    async fn none_left(&mut self, plans: &[(String, Id<Plan>)], waits: impl Fn(&Call) -> bool) {
        let mut left: Vec<Id<Plan>> = plans.iter().map(|(_, id)| *id).collect();
        let deadline = Instant::now() + Duration::from_mins(3);
        // First those whose sender was killed, which have half an hour to go out; then what is repeated.
        for seconds in [LEASE; 3].into_iter().chain(std::iter::repeat(FURTHEST_APART)) {
            self.pass(seconds).await;
            self.start_all().await;
            let look = Instant::now() + Duration::from_secs(3);
            while Instant::now() < look {
                let mut still = Vec::new();
                for id in left {
                    if waits(&self.call(id).await) {
                        still.push(id);
                    }
                }
                if still.is_empty() {
                    return;
                }
                left = still;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            assert!(Instant::now() < deadline, "without an answer: {left:?} {}", self.logs());
        }
    }

    /// What WeChat's record and the house's say about plans.
    pub(crate) async fn judged(&self, plans: &[(String, Id<Plan>)]) -> Tally {
        let mut times: HashMap<String, usize> = HashMap::new();
        for account in &self.accounts {
            let sends = self.platform.client.get(&format!("/_sandbox/{account}/sends"), &[]).await.json();
            for send in sends.as_array().unwrap() {
                let text = send["content"]["text"]["content"].as_str().unwrap();
                *times.entry(text.to_owned()).or_default() += 1;
            }
        }
        let mut tally = Tally { plans: plans.len(), ..Tally::default() };
        for (text, id) in plans {
            let times = times.get(text).copied().unwrap_or(0);
            let call = self.call(*id).await;
            let is_right = match call {
                Call::Accepted { .. } | Call::Finished { .. } => times == 1,
                Call::Refused(_) | Call::Withdrawn => times == 0,
                Call::Unknown(_) => times <= 1,
                Call::Planned | Call::Submitting(_) => false,
            };
            tally.taken += times;
            tally.twice += usize::from(times > 1);
            tally.lost += usize::from(!is_right && times < 2);
            tally.shown += usize::from(matches!(call, Call::Unknown(_) | Call::Withdrawn));
        }
        tally
    }
}
