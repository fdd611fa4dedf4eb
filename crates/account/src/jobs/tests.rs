//! Late answers, lists of addresses and pruning, with WeChat's API played by a small server.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::Json;
use axum::routing::{get, post};
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::jobs::Happened;
use kernel::testing::{both, ground};
use kernel::{Db, Tasks};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::*;
use crate::sources::{Published, Source};
use crate::testing::Stage;
use crate::{AccountKind, Accounts, Dialogue, InboxOptions, Quotas};

/// WeChat's side of the API: what it was sent, and the error code it answers with.
#[derive(Clone, Default)]
struct Wechat {
    sent: Arc<Mutex<Vec<Value>>>,
    errcode: i64,
}

impl Wechat {
    async fn start(&self, tasks: &Tasks) -> String {
        let called = async |State(wechat): State<Self>, Json(body): Json<Value>| {
            wechat.sent.lock().unwrap().push(body);
            Json(json!({"errcode": wechat.errcode, "errmsg": "as told"}))
        };
        let listed = async |State(wechat): State<Self>| match wechat.errcode {
            0 => Json(json!({"ip_list": ["203.0.113.0/24", "180.163.15.149"]})),
            code => Json(json!({"errcode": code, "errmsg": "as told"})),
        };
        let quota = async |State(wechat): State<Self>, Json(body): Json<Value>| {
            wechat.sent.lock().unwrap().push(body);
            let used = wechat.sent.lock().unwrap().len();
            Json(json!({"errcode": 0, "quota": {"daily_limit": 500_000, "used": used, "remain": 500_000 - used}}))
        };
        let token = async || Json(json!({"access_token": "token", "expires_in": 7200}));
        let routes = Router::new()
            .route("/cgi-bin/stable_token", post(token))
            .route("/cgi-bin/message/custom/send", post(called))
            .route("/cgi-bin/getcallbackip", get(listed))
            .route("/cgi-bin/openapi/quota/get", post(quota))
            .with_state(self.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let stopping = tasks.stopping();
        tasks.start(async move {
            axum::serve(listener, routes).with_graceful_shutdown(stopping).await.unwrap();
        });
        address
    }

    fn sent(&self) -> Vec<Value> {
        self.sent.lock().unwrap().clone()
    }
}

/// Takes its time over the first question and answers when it is put again.
struct Slow;

impl Dialogue for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        let again = heard.at.seconds() > heard.message.created;
        async move {
            if !again {
                futures::future::pending::<()>().await;
            }
            Ok(Some(Reply::Text(format!("迟到的答复：{}", heard.scrubbed.text)).into()))
        }
        .boxed()
    }
}

struct Late {
    stage: Stage,
    wechat: Wechat,
    worker: Worker,
    quotas: Quotas,
}

impl Late {
    async fn new(db: Db, errcode: i64) -> Self {
        Self::with(db, errcode, (Duration::ZERO, |_| Arc::new(Slow))).await
    }

    async fn with(
        db: Db,
        errcode: i64,
        (patience, dialogue): (Duration, impl Fn(&Ground) -> Arc<dyn Dialogue>),
    ) -> Self {
        let (ground, hand) = ground(db);
        let wechat = Wechat { errcode, ..Wechat::default() };
        let api_base = wechat.start(&ground.tasks).await;
        let options = InboxOptions { patience, ..InboxOptions::default() };
        let dialogue = dialogue(&ground);
        let stage = Stage::new((ground, hand), (AccountKind::Service, true), options, vec![dialogue]);
        let mut settings = stage.account.settings.clone();
        settings.api_base = api_base;
        let accounts = Accounts::of([Arc::new(Account::new(settings).unwrap())]);
        let clients = Clients::new(&stage.ground, &accounts).unwrap();
        let worker = jobs(Worker::default(), &stage.ground, &stage.inbox, &clients);
        let quotas = Quotas::new(stage.ground.clone(), accounts, clients);
        Self { stage, wechat, worker, quotas }
    }

    async fn work(&self) -> Happened {
        self.worker.run_one(&self.stage.ground).await.unwrap()
    }

    async fn state(&self) -> String {
        let mut tx = self.stage.ground.db.read().await.unwrap();
        tx.sql("SELECT state FROM late_answer").one::<(String,)>().await.unwrap().0
    }
}

#[tokio::test]
async fn w36_a_late_answer_is_sent_once_as_a_customer_service_message() {
    both(|db| async {
        let late = Late::new(db, 0).await;
        assert_eq!(late.stage.deliver(&late.stage.text("1986年 婚姻登记", "1")).await, None);
        late.stage.hand.advance(5);
        assert_eq!(late.work().await, Happened::Done(AnswerLater::KIND.into()));
        let sent = late.wechat.sent();
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0]["text"]["content"], "迟到的答复：1986年 婚姻登记");
        assert_eq!(late.state().await, "sent");
        assert_eq!(late.work().await, Happened::Nothing);
        late.stage.ground.tasks.stop();
    })
    .await;
}

#[tokio::test]
async fn w36_without_an_open_window_the_answer_waits_to_be_fetched() {
    both(|db| async {
        let late = Late::new(db, 0).await;
        late.stage.deliver(&late.stage.text("婚姻", "1")).await;
        late.stage.hand.advance(48 * 3600);
        late.work().await;
        assert!(late.wechat.sent().is_empty());
        assert_eq!(late.state().await, "waiting");
        late.stage.ground.tasks.stop();
    })
    .await;
}

#[tokio::test]
async fn w36_a_refused_late_answer_waits_to_be_fetched() {
    both(|db| async {
        let late = Late::new(db, 45015).await;
        late.stage.deliver(&late.stage.text("婚姻", "1")).await;
        late.stage.hand.advance(5);
        late.work().await;
        assert_eq!(late.state().await, "waiting");
        late.stage.ground.tasks.stop();
    })
    .await;
}

#[tokio::test]
async fn an_answer_whose_sending_was_cut_short_is_not_sent_again() {
    both(|db| async {
        let late = Late::new(db, 0).await;
        late.stage.deliver(&late.stage.text("婚姻", "1")).await;
        let mut tx = late.stage.ground.db.begin().await.unwrap();
        tx.sql("UPDATE late_answer SET state = 'sending', answer = ''").run().await.unwrap();
        tx.commit().await.unwrap();
        late.work().await;
        assert!(late.wechat.sent().is_empty());
        assert_eq!(late.state().await, "waiting");
        late.stage.ground.tasks.stop();
    })
    .await;
}

/// Answers with a text and says two more.
struct Talkative(kernel::Ids);

impl Dialogue for Talkative {
    fn name(&self) -> &'static str {
        "talkative"
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        let further = [Reply::Image("m".into()), Reply::Text("还有".into())];
        let spoken = Spoken::from(Reply::Text("先说".into())).followed_by(&further, heard, &self.0);
        std::future::ready(Ok(Some(spoken))).boxed()
    }
}

#[tokio::test]
async fn further_messages_follow_in_order_within_the_window() {
    both(|db| async {
        let late = Late::with(db, 0, (Duration::from_secs(5), |ground| Arc::new(Talkative(ground.ids.clone())))).await;
        for (id, said) in [("1", 2), ("2", 4)] {
            assert_eq!(late.stage.deliver(&late.stage.text("展览", id)).await.as_deref(), Some("先说"));
            for _ in 0..2 {
                late.stage.hand.advance(1);
                assert_eq!(late.work().await, Happened::Done(SayFurther::KIND.into()));
            }
            assert_eq!(late.wechat.sent().len(), said);
        }
        let sent = late.wechat.sent();
        assert_eq!((&sent[0]["image"]["media_id"], &sent[1]["text"]["content"]), (&json!("m"), &json!("还有")));
        // Two days later the window is closed.
        late.stage.deliver(&late.stage.text("展览", "3")).await;
        late.stage.hand.advance(48 * 3600);
        late.work().await;
        assert_eq!(late.work().await, Happened::Nothing);
        assert_eq!(late.wechat.sent().len(), 4);
        late.stage.ground.tasks.stop();
    })
    .await;
}

#[tokio::test]
async fn a_further_message_that_may_have_been_sent_is_not_sent_again() {
    both(|db| async {
        let late = Late::with(db, 0, (Duration::from_secs(5), |ground| Arc::new(Talkative(ground.ids.clone())))).await;
        late.stage.deliver(&late.stage.text("展览", "1")).await;
        let mut tx = late.stage.ground.db.begin().await.unwrap();
        tx.sql("UPDATE job SET attempts = 1").run().await.unwrap();
        tx.commit().await.unwrap();
        late.stage.hand.advance(1);
        late.work().await;
        assert!(late.wechat.sent().is_empty());
        late.stage.ground.tasks.stop();
    })
    .await;
}

#[tokio::test]
async fn old_deliveries_are_deleted_and_tomorrow_is_ordered() {
    both(|db| async {
        let late = Late::new(db, 0).await;
        late.stage.deliver(&late.stage.text("婚姻", "1")).await;
        late.stage.hand.advance(31 * 86_400);
        late.stage.deliver(&late.stage.text("婚姻", "2")).await;
        late.stage.hand.advance(1);
        for _ in 0..2 {
            plan(&late.stage.ground, late.stage.inbox.accounts()).await.unwrap();
        }
        while late.work().await != Happened::Nothing {}
        let mut tx = late.stage.ground.db.read().await.unwrap();
        assert_eq!(tx.sql("SELECT count(*) FROM inbox").one::<(i64,)>().await.unwrap(), (1,));
        let waiting = "SELECT count(*) FROM job WHERE kind = 'account.prune' AND state = 'waiting'";
        assert_eq!(tx.sql(waiting).one::<(i64,)>().await.unwrap(), (1,));
        late.stage.ground.tasks.stop();
    })
    .await;
}

/// Orders the lists, runs one job, and says when the next list will be fetched, in seconds from now.
async fn next_list(late: &Late) -> i64 {
    let ground = &late.stage.ground;
    order_addresses(ground, "demo", 0).await.unwrap();
    assert_eq!(late.work().await, Happened::Done(RefreshAddresses::KIND.to_owned()));
    let mut tx = ground.db.read().await.unwrap();
    let text = "SELECT run_at FROM job WHERE kind = 'account.refresh-addresses' AND state = 'waiting'";
    tx.sql(text).one::<(Timestamp,)>().await.unwrap().0.seconds_since(ground.clock.now())
}

#[tokio::test]
async fn w39_the_list_is_fetched_every_day_and_shared() {
    both(|db| async {
        let late = Late::new(db, 0).await;
        assert_eq!(next_list(&late).await, 86_400);
        let now = late.stage.ground.clock.now();
        let expected = Published::of(vec!["203.0.113.0/24".into(), "180.163.15.149".into()], now);
        assert_eq!(Published::load(&late.stage.ground.db, "demo").await.unwrap(), expected);
        let judged = late.stage.inbox.sources().judge("demo", Some("203.0.113.1".parse().unwrap()), now);
        assert_eq!(judged, Source::Published);
    })
    .await;
}

#[tokio::test]
async fn w39_a_list_that_cannot_be_fetched_is_tried_again_and_the_old_one_stays() {
    for (errcode, next) in [(-1, 600), (40164, 6 * 3600)] {
        both(|db| async move {
            let late = Late::new(db, errcode).await;
            let ground = &late.stage.ground;
            let old = Published::of(vec!["192.0.2.1".into()], ground.clock.now()).unwrap();
            let mut tx = ground.db.begin().await.unwrap();
            old.store(&mut tx, "demo").await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(next_list(&late).await, next);
            assert_eq!(Published::load(&ground.db, "demo").await.unwrap(), Some(old));
        })
        .await;
    }
}

#[tokio::test]
async fn what_is_left_of_the_quota_is_asked_for_every_ten_minutes() {
    both(|db| async {
        let late = Late::new(db, 0).await;
        let left = async || late.quotas.service_messages("demo").await.map(|quota| quota.remain);
        assert_eq!(left().await, Some(499_999));
        late.stage.hand.advance(599);
        assert_eq!(left().await, Some(499_999), "as it was told");
        late.stage.hand.advance(1);
        assert_eq!(left().await, Some(499_998));
        assert_eq!(late.wechat.sent()[0]["cgi_path"], "/cgi-bin/message/custom/send");
        assert_eq!(late.quotas.service_messages("nobody").await, None);
    })
    .await;
}
