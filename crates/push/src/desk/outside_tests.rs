use account::AccountKind;
use kernel::testing::{both, sqlite};
use kernel::{Actor, Role, Timestamp};
use wechat::wire::statistics::ArticleTotalDay;

use super::tests::{NODE, Stage, text, wang};
use super::*;
use crate::store::reading;
use crate::{Answer, Counts};

const DAY: i64 = 86_400;

#[tokio::test]
async fn p10_servers_whose_clocks_are_wrong_by_a_day_send_at_the_databases_time_and_once() {
    both(|db| async {
        let stage = Stage::new(db);
        let sender = Stage::sender(AccountKind::Service);
        let [early, late, right] = [DAY, -DAY, 0].map(|seconds| stage.beside(stage.hand.host_ahead(seconds)));
        let now = right.now().await.unwrap();
        stage.wechat.at(now);
        let later = Draft { scheduled_at: now.plus_seconds(3_600), ..stage.draft("一小时后") };
        // Each of them sees the same hour.
        early.approve(&wang(), &sender, later).await.unwrap();
        let at_once = Draft { scheduled_at: late.now().await.unwrap(), ..stage.draft("马上") };
        late.approve(&wang(), &sender, at_once).await.unwrap();
        for ledger in [&early, &late, &right] {
            ledger.send_due(NODE).await.unwrap();
        }
        let reached = |what: &str| stage.wechat.reached(&text(what));
        assert_eq!((reached("马上"), reached("一小时后")), (1, 0));
        let mut passed = Draft { scheduled_at: now.plus_seconds(-3_600), ..stage.draft("一小时前") };
        assert!(
            late.approve(&wang(), &sender, passed.clone()).await.is_err(),
            "it has passed, whatever its clock says"
        );
        passed.scheduled_at = now;
        early.approve(&wang(), &sender, passed).await.unwrap();
    })
    .await;
}

fn ended(msg_id: &str, sent: i64) -> Ended {
    let counts = Counts { total: sent, filtered: sent, sent, failed: 0 };
    Ended { msg_id: msg_id.to_owned(), status: "send success".to_owned(), counts, addresses: vec![] }
}

#[tokio::test]
async fn p14_pushes_made_by_hand_use_quota_as_soon_as_wechat_tells_of_them() {
    both(|db| async {
        let stage = Stage::new(db);
        let sender = Stage::sender(AccountKind::Service);
        stage.approve(stage.draft("本馆的")).await.unwrap();
        stage.send().await;
        stage.ledger.ended("demo", ended("1", 3)).await.unwrap();
        assert_eq!(stage.ledger.by_hand(&sender, stage.now()).await.unwrap(), 0);
        // One is told with its end, and reached somebody; one is counted in the statistics; it may be the same.
        stage.ledger.ended("demo", ended("9001", 0)).await.unwrap();
        stage.ledger.ended("demo", ended("9002", 3)).await.unwrap();
        assert_eq!((stage.used().await, stage.ledger.by_hand(&sender, stage.now()).await.unwrap()), (2, 1));
        let today = stage.now().day();
        let mut tx = stage.ledger.ground.db.begin().await.unwrap();
        for key in [77, 78] {
            reading::keep(&mut tx, ("demo", key, 1), today, &ArticleTotalDay::default()).await.unwrap();
        }
        reading::keep(&mut tx, ("demo", 79, 1), today.plus(-60), &ArticleTotalDay::default()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((stage.used().await, stage.ledger.by_hand(&sender, stage.now()).await.unwrap()), (3, 2));
        stage.approve(stage.draft("第四次")).await.unwrap();
        let refused = stage.approve(stage.draft("第五次")).await.unwrap_err().shown();
        assert!(refused.sentence().contains("4 次"), "{refused}");
        // A call of which only the number was lost is no other one.
        stage.pass(61);
        stage.send().await;
        assert_eq!(stage.used().await, 4);
    })
    .await;
}

#[tokio::test]
async fn p23_where_what_wechat_answered_cannot_be_stored_nothing_more_goes_out() {
    let (_folder, db) = sqlite().await;
    let stage = Stage::new(db.clone());
    let first = stage.approve(stage.draft("甲")).await.unwrap();
    let second = Draft { scheduled_at: stage.now().plus_seconds(1), ..stage.draft("乙") };
    stage.approve(second).await.unwrap();
    stage.pass(1);
    let full = "CREATE TRIGGER full BEFORE UPDATE ON push_call WHEN NEW.state = 'accepted' \
                BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END";
    let run = async |text: &'static str| {
        let mut tx = db.begin().await.unwrap();
        tx.sql(text).run().await.unwrap();
        tx.commit().await.unwrap();
    };
    run(full).await;
    assert!(stage.ledger.send_due(NODE).await.is_err());
    assert!(matches!(stage.call(first).await, Call::Submitting(_)), "the intent remains");
    assert_eq!((stage.wechat.reached(&text("甲")), stage.wechat.reached(&text("乙"))), (1, 0));
    run("DROP TRIGGER full").await;
    stage.pass(61);
    stage.ledger.send_due(NODE).await.unwrap();
    assert!(matches!(stage.call(first).await, Call::Accepted { .. }), "p03: it is asked for under the same key");
    assert_eq!((stage.wechat.reached(&text("甲")), stage.wechat.reached(&text("乙"))), (1, 1));
}

#[tokio::test]
async fn an_account_that_was_quiet_for_longer_than_its_goal_is_late() {
    both(|db| async {
        let stage = Stage::new(db);
        let last = async || -> Vec<(String, Timestamp)> {
            store::received::last_sent(&mut stage.ledger.ground.db.read().await.unwrap()).await.unwrap()
        };
        assert!(last().await.is_empty());
        stage.approve(stage.draft("周报")).await.unwrap();
        assert!(last().await.is_empty(), "it was not sent yet");
        assert!(matches!(stage.send().await, Sent::Call(Answer::Taken(_))));
        assert_eq!(last().await.len(), 1);
        let editor = Actor::new("zhao", vec![Role::Editor]);
        assert!(stage.ledger.set_goal(&editor, "demo", 7).await.is_err());
        for days in [0, 366] {
            assert!(stage.ledger.set_goal(&wang(), "demo", days).await.is_err());
        }
        let (official, _) = account::testing::account(AccountKind::Service, true);
        assert_eq!(official.name(), "demo");
        let quiet = async || stage.ledger.quiet(std::iter::once(&*official)).await.unwrap().remove(0);
        let goal = async |days| stage.ledger.set_goal(&wang(), "demo", days).await.unwrap();
        assert_eq!((quiet().await.days, quiet().await.goal, quiet().await.is_late), (Some(0), 14, false));
        goal(7).await;
        stage.pass(6 * DAY);
        assert!(!quiet().await.is_late);
        stage.pass(DAY);
        let late = quiet().await;
        assert!((late.is_late, late.due) == (true, stage.now().day()), "{late:?}");
        goal(30).await;
        assert!(!quiet().await.is_late);
    })
    .await;
}
