//! How long conversations and what was learned from them are kept: a daily job removes what is over its time.

use kernel::Ground;
use kernel::audit::{self, Line, Outcome as AuditOutcome};
use kernel::jobs::{self, Job, Order, Outcome, Worker};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::fetching::order_burning;
use crate::store::{file, keeping as store, learning, lookup};

/// The name under which daily work waits once.
const DAILY: &str = "daily";
const DAY_SECONDS: i64 = 86_400;
/// How long a conversation is kept that only the account answered.
const UNATTENDED_DAYS: i64 = 90;
/// How long a question without an answer is kept after it was last asked.
const UNANSWERED_DAYS: i64 = 400;
/// What is told beside a file whose time is over.
const FILE_OVER: &str = "已过保存期限，按规定清除。";
/// Conversations removed in one transaction.
const AT_ONCE: i64 = 200;

/// `[consult]`
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub struct Keeping {
    /// How many days a conversation with people is kept after it has ended; 0: for ever.
    pub keep_days: i64,
    /// How many days the pictures, voices and films of a conversation are kept after it has ended; 0: as long as the
    /// conversation.
    pub keep_files_days: i64,
}

/// Removes what is over its time, and orders itself for the next day.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Tidy {}

impl Job for Tidy {
    const KIND: &'static str = "consult.tidy";
}

/// Orders the daily work, if it is not ordered yet; to be called at every start.
///
/// # Errors
/// The database's.
pub async fn plan(ground: &Ground) -> kernel::Result<()> {
    let mut tx = ground.db.begin().await?;
    jobs::enqueue(&mut tx, &ground.ids, Order::at(ground.clock.now(), Tidy {}).once(DAILY)).await?;
    Ok(tx.commit().await?)
}

/// Teaches a worker the daily work.
#[must_use]
pub fn tidying(worker: Worker, ground: &Ground, keeping: Keeping) -> Worker {
    let ground = ground.clone();
    worker.on(move |_: Tidy, _| {
        let ground = ground.clone();
        async move { tidy(&ground, keeping).await }
    })
}

/// What is removed.
#[derive(Clone, Copy)]
enum What {
    /// Conversations that only the account answered.
    Unattended,
    /// Conversations with people that have ended.
    Ended,
    /// Questions without an answer.
    Unanswered,
    /// What readers sent along, of conversations that have ended.
    Files,
    /// Lookups whose question nobody answered.
    Lookups,
}

impl What {
    const fn name(self) -> &'static str {
        match self {
            Self::Unattended => "unattended",
            Self::Ended => "ended",
            Self::Unanswered => "unanswered",
            Self::Files => "files",
            Self::Lookups => "lookups",
        }
    }
}

async fn tidy(ground: &Ground, keeping: Keeping) -> kernel::Result<Outcome> {
    let now = ground.clock.now();
    remove(ground, What::Unattended, UNATTENDED_DAYS).await?;
    if keeping.keep_days > 0 {
        remove(ground, What::Ended, keeping.keep_days).await?;
    }
    if keeping.keep_files_days > 0 {
        remove(ground, What::Files, keeping.keep_files_days).await?;
    }
    remove(ground, What::Unanswered, UNANSWERED_DAYS).await?;
    remove(ground, What::Lookups, 0).await?;
    let mut tx = ground.db.begin().await?;
    jobs::enqueue(&mut tx, &ground.ids, Order::at(now.plus_seconds(DAY_SECONDS), Tidy {}).once(DAILY)).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// Removes what is older than so many days until nothing is left: each transaction removes some and writes down how many.
async fn remove(ground: &Ground, what: What, days: i64) -> kernel::Result<()> {
    let now = ground.clock.now();
    let before = now.plus_seconds(-days.saturating_mul(DAY_SECONDS));
    loop {
        let mut tx = ground.db.begin().await?;
        let removed = match what {
            What::Unattended => store::remove_unattended(&mut tx, before, AT_ONCE).await?,
            What::Ended => store::remove_ended(&mut tx, before, AT_ONCE).await?,
            What::Unanswered => learning::forget_before(&mut tx, before, AT_ONCE).await?,
            What::Files => file::let_go(&mut tx, (before, FILE_OVER), AT_ONCE).await?,
            What::Lookups => lookup::forget_before(&mut tx, before, AT_ONCE).await?,
        };
        if removed == 0 {
            return Ok(());
        }
        let object = format!("consult/{}", what.name());
        let detail = json!({ "removed": removed });
        let line =
            Line { actor: "系统", action: "consult.tidy", object: &object, outcome: AuditOutcome::Done, detail };
        audit::privileged(&mut tx, now, &line).await?;
        order_burning(&mut tx, &ground.ids, now).await?;
        tx.commit().await?;
    }
}

#[cfg(test)]
mod tests {
    use kernel::testing::{both, ground};
    use kernel::{Id, ManualClock};

    use super::*;
    use crate::conversation::{Channel, Conversation, Message, Speaker, State};
    use crate::store::{conversation, message};

    struct House {
        ground: Ground,
        hand: ManualClock,
    }

    impl House {
        /// A conversation of the present in a state, answered by a person or not.
        async fn talk(&self, openid: &str, state: State, is_answered: bool) -> Id<Conversation> {
            let now = self.ground.clock.now();
            let one = Conversation {
                id: self.ground.ids.make(),
                channel: Channel::Wechat,
                follower: Some(("demo".into(), openid.into())),
                reader_name: "读者".into(),
                state,
                assigned_to: None,
                topic: None,
                last_text: "在吗".into(),
                last_at: now,
                unread: 0,
                opened_at: now,
                waiting_since: None,
                closed_at: (state == State::Closed).then_some(now),
                satisfaction: None,
                in_turn: false,
                escalated_at: None,
            };
            let mut tx = self.ground.db.begin().await.unwrap();
            assert!(conversation::insert(&mut tx, &one, now).await.unwrap());
            let said = Message::new(&self.ground.ids, one.id, Speaker::Reader, "在吗", now);
            assert!(message::insert(&mut tx, &said).await.unwrap());
            if is_answered {
                conversation::answered(&mut tx, one.id, now).await.unwrap();
            }
            tx.commit().await.unwrap();
            one.id
        }

        async fn left(&self, all: &[Id<Conversation>]) -> Vec<bool> {
            let mut tx = self.ground.db.read().await.unwrap();
            let mut left = Vec::new();
            for id in all {
                left.push(conversation::one(&mut tx, *id).await.unwrap().is_some());
            }
            left
        }

        async fn count(&self, text: &'static str) -> i64 {
            self.ground.db.read().await.unwrap().sql(text).one::<(i64,)>().await.unwrap().0
        }
    }

    #[tokio::test]
    async fn what_is_over_its_time_is_removed_with_a_line_that_counts_it() {
        both(|db| async {
            let (ground, hand) = ground(db);
            let house = House { ground, hand };
            let mut tx = house.ground.db.begin().await.unwrap();
            learning::miss(&mut tx, ("停车", "停车"), 1, house.ground.clock.now()).await.unwrap();
            tx.commit().await.unwrap();
            let all = [
                house.talk("a", State::Bot, false).await,
                house.talk("b", State::Bot, true).await,
                house.talk("c", State::Closed, true).await,
                house.talk("d", State::Waiting, false).await,
            ];
            let keeping = |keep_days| Keeping { keep_days, keep_files_days: 0 };
            let day = |days: i64| days * DAY_SECONDS + 1;
            house.hand.advance(day(89));
            tidy(&house.ground, keeping(100)).await.unwrap();
            assert_eq!(house.left(&all).await, [true; 4]);
            assert_eq!(house.count("SELECT count(*) FROM audit").await, 0, "nothing done, nothing written");
            house.hand.advance(day(1));
            tidy(&house.ground, keeping(100)).await.unwrap();
            assert_eq!(house.left(&all).await, [false, true, true, true], "only the account answered");
            house.hand.advance(day(10));
            tidy(&house.ground, keeping(0)).await.unwrap();
            assert_eq!(house.left(&all).await, [false, true, true, true], "0 keeps for ever");
            tidy(&house.ground, keeping(100)).await.unwrap();
            assert_eq!(house.left(&all).await, [false, false, false, true], "who waits is never removed");
            assert_eq!(house.count("SELECT count(*) FROM conversation_message").await, 1);
            assert_eq!(house.count("SELECT count(*) FROM audit WHERE action = 'consult.tidy'").await, 2);
            assert_eq!(house.count("SELECT count(*) FROM unanswered_question").await, 1);
            house.hand.advance(day(300));
            tidy(&house.ground, keeping(0)).await.unwrap();
            assert_eq!(house.count("SELECT count(*) FROM unanswered_question").await, 0);
            assert_eq!(house.count("SELECT count(*) FROM job WHERE kind = 'consult.tidy'").await, 1, "once a day");
        })
        .await;
    }
}
