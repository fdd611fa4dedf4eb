//! The checker: WeChat's own record beside what the house says.

use std::collections::HashMap;
use std::ops::AddAssign;
use std::time::{Duration, Instant};

use kernel::Id;
use push::{Call, Plan};

use crate::town::Town;

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

    /// Lets time pass until the house has an answer to every call, or leaves it to a person; servers that were killed are
    /// started again.
    pub(crate) async fn decided(&mut self, plans: &[(String, Id<Plan>)]) {
        let mut left: Vec<Id<Plan>> = plans.iter().map(|(_, id)| *id).collect();
        let deadline = Instant::now() + Duration::from_mins(3);
        loop {
            // As long as two attempts lie apart at most.
            self.pass(1801).await;
            self.start_all().await;
            let look = Instant::now() + Duration::from_secs(3);
            while Instant::now() < look {
                let mut still = Vec::new();
                for id in left {
                    if matches!(self.call(id).await, Call::Planned | Call::Submitting(_)) {
                        still.push(id);
                    }
                }
                if still.is_empty() {
                    return;
                }
                left = still;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            assert!(Instant::now() < deadline, "without an answer: {left:?} {:?}", self.office.frozen().await);
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
