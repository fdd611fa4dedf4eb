use account::{AccountKind, Category, Standing};
use kernel::testing::both;
use kernel::{Actor, Code, Id, Role};

use super::publish::Issue;
use super::tests::{Fault, NODE, Stage, director, killed, wang};
use super::*;
use crate::article::Article;
use crate::{GRACE, Publication, PublishEnd, Quoted};

const STANDING: Standing =
    Standing { kind: AccountKind::Service, verified: true, category: Category::Government, publish_right: true };

fn issue(title: &str, records: &[&str]) -> Issue {
    let records = records.iter().map(|id| Quoted { id: (*id).to_owned(), is_pictured: false }).collect();
    Issue {
        origin: format!("draft/{title}/1"),
        // WeChat of these tests calls an article as its draft is numbered.
        content: Content::Articles {
            media_id: title.to_owned(),
            ignore_reprint: false,
            titles: vec![title.to_owned()],
            records,
        },
        articles: vec![Article { title: title.to_owned(), ..Article::default() }],
        authors: vec!["li".to_owned()],
    }
}

async fn publish(stage: &Stage, issue: Issue) -> Id<Plan> {
    stage.ledger.publish(&wang(), ("demo", STANDING), issue).await.unwrap()
}

async fn turn(stage: &Stage) -> Turned {
    stage.ledger.publish_next(NODE).await.unwrap()
}

async fn stands(stage: &Stage, id: Id<Plan>) -> Publication {
    let all = stage.ledger.publications().await.unwrap();
    all.into_iter().find(|row| row.plan == id).unwrap().publication
}

async fn on_site(stage: &Stage) -> usize {
    let past = PastArticles::new(stage.ledger.ground.clone());
    past.list("", 1, 20).await.unwrap().0.len()
}

fn end(publish_id: &str, status: i64) -> PublishEnd {
    let (publish_id, article_id) = (publish_id.to_owned(), Some("a1".to_owned()));
    PublishEnd { publish_id, status, article_id, addresses: vec!["https://mp.weixin.qq.com/s/1".to_owned()] }
}

#[tokio::test]
async fn articles_are_published_once_without_quota_and_stand_on_the_site() {
    both(|db| async {
        let stage = Stage::new(db);
        let id = publish(&stage, issue("水库往事", &[])).await;
        assert_eq!(publish(&stage, issue("水库往事", &[])).await, id, "p15: a form sent twice publishes once");
        assert_eq!(turn(&stage).await, Turned::Moved(Publication::Queued("1".to_owned())));
        assert_eq!((turn(&stage).await, on_site(&stage).await), (Turned::Nothing, 0));
        for _ in 0..2 {
            stage.ledger.publication_ended("demo", end("1", 0)).await.unwrap();
        }
        assert!(matches!(stands(&stage, id).await, Publication::Published(_)));
        assert_eq!((stage.wechat.published().len(), on_site(&stage).await, stage.used().await), (1, 1, 0));
        assert!(stage.ledger.overview().await.unwrap().is_empty(), "it is sent to nobody");
        // Banned afterwards.
        stage.ledger.publication_ended("demo", end("1", 6)).await.unwrap();
        assert!(matches!(stands(&stage, id).await, Publication::Gone(_)));
        assert_eq!(on_site(&stage).await, 0);
        assert_ne!(publish(&stage, issue("水库往事", &[])).await, id, "what is gone can be published again");
    })
    .await;
}

#[tokio::test]
async fn p17_who_publishes_did_not_write_it_and_the_account_may() {
    both(|db| async {
        let stage = Stage::new(db);
        let ask = async |actor: Actor, standing| {
            let outcome = stage.ledger.publish(&actor, ("demo", standing), issue("通知", &[])).await;
            outcome.unwrap_err().shown().code()
        };
        assert_eq!(ask(director("li"), STANDING).await, Code::SecondPersonNeeded);
        assert_eq!(ask(Actor::new("zhao", vec![Role::Editor]), STANDING).await, Code::Forbidden);
        assert_eq!(ask(wang(), Standing { publish_right: false, ..STANDING }).await, Code::BadRequest);
        let text = Issue { content: Content::Text { text: "通知".to_owned() }, ..issue("通知", &[]) };
        assert!(stage.ledger.publish(&wang(), ("demo", STANDING), text).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn p26_what_may_no_longer_be_shown_or_waited_too_long_is_not_published() {
    both(|db| async {
        let stage = Stage::new(db);
        let closed = publish(&stage, issue("引用", &["closed"])).await;
        assert!(matches!(turn(&stage).await, Turned::Moved(Publication::Refused(why)) if why.contains("不开放")));
        let late = publish(&stage, issue("迟到", &[])).await;
        stage.pass(GRACE + 1);
        assert!(matches!(turn(&stage).await, Turned::Moved(Publication::Refused(_))));
        assert!(stage.wechat.published().is_empty());
        for id in [closed, late] {
            assert!(!stands(&stage, id).await.may_be_there());
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_was_lost_is_looked_for_and_the_call_is_never_repeated() {
    both(|db| async move {
        for fault in [Fault::Cut, Fault::BusyAfter, Fault::Hangs(true)] {
            let stage = Stage::new(db.clone());
            let title = format!("{fault:?}");
            let id = publish(&stage, issue(&title, &[])).await;
            stage.wechat.then(fault);
            drop(killed(stage.ledger.publish_next(NODE), 10_000).await);
            stage.pass(301);
            while turn(&stage).await != Turned::Nothing {}
            assert!(matches!(stands(&stage, id).await, Publication::Unknown(_)));
            stage.ledger.ask_publications().await.unwrap();
            let found = stands(&stage, id).await;
            assert!(matches!(&found, Publication::Published(one) if one.article_id.is_some()), "{found:?}");
            assert_eq!((stage.wechat.published(), on_site(&stage).await), (vec![title], 1));
            let mut tx = db.begin().await.unwrap();
            for table in ["push_article_key", "push_article", "push_publication", "push_plan", "push_epoch"] {
                tx.sql_assembled(format!("DELETE FROM {table}")).run().await.unwrap();
            }
            tx.commit().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn what_wechat_does_not_list_a_person_decides() {
    both(|db| async {
        let stage = Stage::new(db);
        let id = publish(&stage, issue("无下文", &[])).await;
        stage.wechat.then(Fault::BusyBefore);
        assert!(matches!(turn(&stage).await, Turned::Moved(Publication::Unknown(_))));
        stage.pass(86_401);
        stage.ledger.ask_publications().await.unwrap();
        assert!(matches!(stage.ledger.ask_publication(&wang(), id).await.unwrap(), Publication::Unknown(_)));
        stage.ledger.decide_publication(&wang(), id, false).await.unwrap();
        assert!(stage.ledger.decide_publication(&wang(), id, true).await.is_err(), "decided once");
        assert!(!stands(&stage, id).await.may_be_there());
    })
    .await;
}

#[tokio::test]
async fn p20_p21_an_end_that_is_told_early_or_under_the_number_of_a_push_counts_by_its_kind() {
    both(|db| async {
        let stage = Stage::new(db);
        // A push that WeChat numbers 1, too.
        let push = stage.approve(stage.draft("群发")).await.unwrap();
        stage.send().await;
        stage.ledger.publication_ended("demo", end("1", 0)).await.unwrap();
        assert!(matches!(stage.call(push).await, Call::Accepted { .. }), "it ends no push");
        let id = publish(&stage, issue("早到", &[])).await;
        assert!(matches!(turn(&stage).await, Turned::Moved(Publication::Published(_))));
        assert_eq!(stands(&stage, id).await.name(), "published");
    })
    .await;
}

#[tokio::test]
async fn p22_where_no_end_was_told_for_some_minutes_wechat_is_asked() {
    both(|db| async {
        let stage = Stage::new(db);
        let id = publish(&stage, issue("无回音", &[])).await;
        turn(&stage).await;
        stage.wechat.says(1);
        stage.pass(299);
        stage.ledger.ask_publications().await.unwrap();
        stage.pass(1);
        stage.ledger.ask_publications().await.unwrap();
        assert_eq!(stands(&stage, id).await.name(), "queued");
        stage.wechat.says(4);
        stage.ledger.ask_publications().await.unwrap();
        assert_eq!(stands(&stage, id).await.name(), "queued", "it was asked just now");
        stage.pass(600);
        stage.ledger.ask_publications().await.unwrap();
        assert!(matches!(stands(&stage, id).await, Publication::Refused(why) if why.contains("审核")));
    })
    .await;
}

#[tokio::test]
async fn p05_a_database_put_back_does_not_publish() {
    both(|db| async move {
        let stage = Stage::new(db.clone());
        publish(&stage, issue("甲", &[])).await;
        turn(&stage).await;
        publish(&stage, issue("乙", &[])).await;
        let mut tx = db.begin().await.unwrap();
        tx.sql("UPDATE push_epoch SET number = number - 1").run().await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(turn(&stage).await, Turned::Frozen(Frozen::DatabaseBehind));
        assert_eq!(stage.wechat.published(), ["甲"]);
    })
    .await;
}
