//! Comments and counts, with WeChat's side of them played by a small server.

use std::sync::{Arc, Mutex};

use account::{AccountKind, Accounts, Clients};
use axum::body::Bytes as Body;
use axum::extract::{OriginalUri, State};
use axum::{Json, Router};
use kernel::testing::{both, ground, sqlite};
use kernel::{Actor, Code, Db, Ground, Id, ManualClock, Role};
use serde_json::{Value, json};
use wechat::client::{CommentAct, CommentKind};

use super::*;
use crate::article::Article;
use crate::store::plan::Row;
use crate::store::sent_article;
use crate::visit::Tag;
use crate::{PastArticles, Plan, RemarkId};

/// What WeChat was asked, and what it answers to a path; everything else is done.
#[derive(Clone, Default)]
struct Wechat(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    asked: Vec<(String, Value)>,
    answers: Vec<(&'static str, Value)>,
}

impl Wechat {
    fn answers(&self, path: &'static str, answer: Value) {
        self.0.lock().unwrap().answers.insert(0, (path, answer));
    }

    /// The last parts of the paths that were asked, but for the token's.
    fn asked(&self) -> Vec<String> {
        let told = self.0.lock().unwrap();
        let names = told.asked.iter().map(|(path, _)| path.rsplit('/').next().unwrap().to_owned());
        names.filter(|name| name != "stable_token").collect()
    }

    fn forget(&self) {
        self.0.lock().unwrap().asked.clear();
    }
}

async fn answer(State(wechat): State<Wechat>, OriginalUri(uri): OriginalUri, body: Body) -> Json<Value> {
    let mut told = wechat.0.lock().unwrap();
    let path = uri.path().to_owned();
    told.asked.push((path.clone(), serde_json::from_slice(&body).unwrap_or_default()));
    let found = told.answers.iter().find(|(of, _)| path.ends_with(of)).map(|(_, answer)| answer.clone());
    Json(match found {
        Some(answer) => answer,
        None if path.ends_with("stable_token") => json!({ "access_token": "token", "expires_in": 7200 }),
        None => json!({ "errcode": 0, "errmsg": "ok", "list": [] }),
    })
}

struct House {
    ground: Ground,
    hand: ManualClock,
    wechat: Wechat,
    clients: Clients,
    plan: Id<Plan>,
    /// The id of the one article that went out.
    article: String,
}

impl House {
    /// A house whose one article, 甲, went out under WeChat's number 7.
    async fn on(db: Db) -> Self {
        let (ground, hand) = ground(db);
        let wechat = Wechat::default();
        let routes = Router::new().fallback(answer).with_state(wechat.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        ground.tasks.start(async move { axum::serve(listener, routes).await.unwrap() });
        let (account, _) = account::testing::account(AccountKind::Service, true);
        let settings = account::AccountSettings { api_base: base, ..account.settings.clone() };
        let accounts = Accounts::of([Arc::new(account::Account::new(settings).unwrap())]);
        let clients = Clients::new(&ground, &accounts).unwrap();
        let row = Row::approved(&ground);
        let article = Article { title: "甲".to_owned(), ..Article::default() };
        let mut tx = ground.db.begin().await.unwrap();
        assert!(store::plan::insert(&mut tx, &row).await.unwrap());
        PastArticles::new(ground.clone()).keep(&mut tx, row.id, "demo", vec![article]).await.unwrap();
        tx.commit().await.unwrap();
        let plan = row.id;
        let mut house = Self { ground, hand, wechat, clients, plan, article: String::new() };
        house.send(Some(7)).await;
        house.article = PastArticles::new(house.ground.clone()).list("", 1, 1).await.unwrap().0.remove(0).id;
        house
    }

    async fn send(&self, msg_data_id: Option<i64>) {
        let mut tx = self.ground.db.begin().await.unwrap();
        sent_article::sent(&mut tx, (self.plan, "demo"), msg_data_id, self.ground.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    fn comments(&self) -> Comments {
        Comments::new(self.ground.clone(), self.clients.clone())
    }

    fn results(&self) -> Results {
        Results::new(self.ground.clone(), self.clients.clone())
    }

    async fn result(&self) -> ArticleResult {
        self.results().since("demo", kernel::Timestamp::from_seconds(0)).await.unwrap().remove(0)
    }

    async fn log(&self) -> Vec<String> {
        let mut tx = self.ground.db.read().await.unwrap();
        let rows: Vec<(String,)> = tx.sql("SELECT action FROM audit ORDER BY sequence").all().await.unwrap();
        rows.into_iter().map(|(action,)| action).collect()
    }
}

fn comment(id: i64, content: &str) -> Value {
    json!({ "user_comment_id": id, "openid": "oReader_0001", "create_time": 1_795_392_000, "content": content,
            "comment_type": 0, "reply": { "content": "", "create_time": 0 } })
}

fn page(total: i64, comments: &[Value]) -> Value {
    json!({ "errcode": 0, "total": total, "comment": comments })
}

fn staff() -> (Actor, Actor) {
    (Actor::new("小陈", vec![Role::Editor]), Actor::new("director", vec![Role::Director]))
}

fn id(text: &str) -> RemarkId {
    RemarkId::parse(text).unwrap()
}

#[tokio::test]
async fn comments_are_read_in_pages_over_all_keys_and_counted() {
    both(async |db| {
        let house = House::on(db).await;
        house.send(Some(8)).await;
        house.wechat.answers("comment/list", page(2, &[comment(1, "家谱里有"), comment(2, "电话13800138000")]));
        let first = house.comments().list(&house.article, CommentKind::All, None).await.unwrap();
        let told: Vec<_> =
            first.items.iter().map(|one| (one.id.to_string(), one.text.as_str(), one.holds.len())).collect();
        assert_eq!(told, [("7-1".to_owned(), "家谱里有", 0), ("7-2".to_owned(), "电话〔电话号码〕", 1)]);
        assert_eq!(first.items[0].who.as_deref(), Some("读者 0001"));
        assert_eq!((first.next.as_deref(), first.is_open, first.title.as_str()), (Some("1-0"), None, "甲"));
        assert_eq!(house.result().await.comments, Some(2));
        let second = house.comments().list(&house.article, CommentKind::All, Some("1-0")).await.unwrap();
        assert_eq!((second.next, house.result().await.comments), (None, Some(4)));
        house.wechat.answers("comment/list", page(60, &[comment(1, "一")]));
        let long = house.comments().list(&house.article, CommentKind::Elected, Some("1-49")).await.unwrap();
        assert_eq!((long.next.as_deref(), house.result().await.comments), (Some("1-50"), Some(4)), "of one kind only");
        let absent = house.comments().list("no such article", CommentKind::All, None).await.unwrap_err();
        assert_eq!(absent.shown().code(), Code::NotFound);
    })
    .await;
}

#[tokio::test]
async fn h13_a_comment_with_a_personal_number_is_held() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db).await;
    let (editor, _) = staff();
    house.wechat.answers("comment/list", page(2, &[comment(1, "家谱里有"), comment(2, "我是11010519491231002X")]));
    let comments = house.comments();
    let elect = async |wanted: &str| comments.act(&editor, &house.article, id(wanted), CommentAct::Elect).await;
    let held = elect("7-2").await.unwrap_err();
    assert_eq!(held.shown().code(), Code::Conflict);
    assert!(held.to_string().contains("身份证号"), "{held}");
    assert!(!house.wechat.asked().contains(&"markelect".to_owned()));
    elect("7-1").await.unwrap();
    assert_eq!(house.wechat.asked().last().unwrap(), "markelect");
    house.wechat.answers("comment/list", page(2, &[]));
    assert_eq!(elect("7-3").await.unwrap_err().shown().code(), Code::NotFound);
    assert_eq!(elect("9-1").await.unwrap_err().shown().code(), Code::NotFound, "a key of another article");
    assert_eq!(house.log().await, ["push.elect-comment"]);
}

#[tokio::test]
async fn each_act_takes_its_permission_and_leaves_its_line() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db).await;
    let (editor, director) = staff();
    let comments = house.comments();
    let nobody = Actor::new("小李", vec![Role::Auditor]);
    for act in [CommentAct::Unelect, CommentAct::Delete, CommentAct::DeleteReply] {
        let barred = comments.act(&nobody, &house.article, id("7-1"), act).await.unwrap_err();
        assert_eq!(barred.shown().code(), Code::Forbidden);
        comments.act(&editor, &house.article, id("7-1"), act).await.unwrap();
    }
    assert_eq!(comments.open(&editor, &house.article, true).await.unwrap_err().shown().code(), Code::Forbidden);
    comments.open(&director, &house.article, true).await.unwrap();
    assert_eq!(house.result().await.comments_open, Some(true));
    comments.open(&director, &house.article, false).await.unwrap();
    assert_eq!(house.result().await.comments_open, Some(false));
    let too_long = "字".repeat(REPLY + 1);
    for wrong in ["", " ", &too_long, "请打13800138000"] {
        let refused = comments.reply(&editor, &house.article, id("7-1"), wrong).await.unwrap_err();
        assert_eq!(refused.shown().code(), Code::BadRequest, "{wrong}");
    }
    comments.reply(&editor, &house.article, id("7-1"), "欢迎来馆查阅").await.unwrap();
    house.wechat.answers("reply/add", json!({ "errcode": 88005, "errmsg": "already reply" }));
    let again = comments.reply(&editor, &house.article, id("7-1"), "再").await.unwrap_err();
    assert!(again.to_string().contains("已经回复过"), "{again}");
    assert_eq!(
        house.wechat.asked(),
        ["unmarkelect", "delete", "delete", "open", "close", "add", "add"],
        "what was refused here never went out"
    );
    let acts = ["unelect-comment", "delete-comment", "delete-comment-reply", "open-comments", "close-comments"];
    let expected: Vec<String> =
        acts.into_iter().chain(["reply-comment", "reply-comment"]).map(|act| format!("push.{act}")).collect();
    assert_eq!(house.log().await, expected);
}

#[tokio::test]
async fn what_wechat_never_named_has_no_comments_here() {
    let (_folder, db) = sqlite().await;
    let house = House::on(db).await;
    let mut tx = house.ground.db.begin().await.unwrap();
    tx.sql("DELETE FROM push_article_key").run().await.unwrap();
    tx.commit().await.unwrap();
    let told = house.comments().list(&house.article, CommentKind::All, None).await.unwrap_err();
    assert_eq!(told.shown().code(), Code::NotYet);
}

#[tokio::test]
async fn visits_are_written_down_by_day_for_articles_that_went_out_alone() {
    both(async |db| {
        let house = House::on(db).await;
        let visits = Visits::new(house.ground.clone());
        let tag = Tag::of("draft/1", 1);
        assert_eq!(house.result().await.visits, Some(0));
        visits.count(tag.clone());
        visits.count(tag.clone());
        visits.count(Tag::of("draft/1", 2));
        visits.write().await.unwrap();
        house.hand.advance(86_400);
        visits.count(tag);
        visits.write().await.unwrap();
        visits.write().await.unwrap();
        assert_eq!(house.result().await.visits, Some(3));
        let growth = house.results().growth(&house.article).await.unwrap();
        assert_eq!(growth.visits.iter().map(|(_, visits)| *visits).collect::<Vec<_>>(), [2, 1]);
        let mut tx = house.ground.db.read().await.unwrap();
        let (rows,): (i64,) = tx.sql("SELECT count(*) FROM push_visit").one().await.unwrap();
        assert_eq!(rows, 2, "a tag that was made up leaves nothing");
    })
    .await;
}

#[tokio::test]
async fn hours_and_comments_come_with_the_counts_and_what_is_refused_is_told() {
    both(async |db| {
        let house = House::on(db).await;
        let day = house.ground.clock.now().day();
        let line = |hour: i64, source: i64, count: i64| {
            json!({ "ref_date": "", "ref_hour": hour, "user_source": source, "int_page_read_count": count })
        };
        let hours = [line(900, 0, 3), line(900, 99_999_999, 5), line(2000, 0, 1), line(2000, 2, 1), line(2400, 0, 9)];
        house.wechat.answers("getuserreadhour", json!({ "list": hours }));
        house.wechat.answers("comment/list", page(3, &[]));
        house.hand.advance(2 * 86_400);
        let results = house.results();
        assert_eq!(results.fetched("demo").await.unwrap(), None);
        results.fetch("demo").await.unwrap();
        let told = results.hours("demo", day).await.unwrap();
        assert_eq!((told.readings, told.days), (vec![(9, 10), (20, 4)], 2), "two days: all sources, or their sum");
        assert_eq!(house.result().await.comments, Some(3));
        assert_eq!(results.fetched("demo").await.unwrap().unwrap().told, None);
        house.wechat.answers("getarticletotal", json!({ "errcode": 48001, "errmsg": "api unauthorized" }));
        house.wechat.forget();
        results.fetch("demo").await.unwrap();
        let fetched = results.fetched("demo").await.unwrap().unwrap();
        assert!(fetched.told.is_some_and(|told| told.contains("48001")));
        assert!(!house.wechat.asked().contains(&"getuserreadhour".to_owned()));
    })
    .await;
}
