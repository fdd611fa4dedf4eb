use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::task::Poll;

use account::AccountKind;
use futures::FutureExt;
use kernel::testing::{both, ground, sqlite};
use kernel::{Actor, Clock, Code, Db, ManualClock, Role, Timestamp};
use tempfile::TempDir;
use wechat::errcode::Errcode;
use wechat::wire::draft::{Article, ArticleItem, Articles};

use super::*;
use crate::{Answer, Audience, ContentHash, Counts, GRACE, REPEATED_FOR};

/// What WeChat does with a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    None,
    /// The call never arrives.
    Lost,
    /// It is taken, and the answer is cut off.
    Cut,
    /// It is taken, and answered with -1.
    BusyAfter,
    /// It is not taken, and answered with -1.
    BusyBefore,
    /// It is refused: no quota.
    Refused,
    /// Nothing comes back and the sender is killed, before or after it is taken.
    Hangs(bool),
}

/// WeChat's side: it takes a key once and remembers it for a day.
#[derive(Default)]
pub(super) struct WeChat(Mutex<Record>);

#[derive(Default)]
struct Record {
    next: Vec<Fault>,
    /// When each key was taken, and its number.
    taken: HashMap<String, (Timestamp, String)>,
    /// How often each content reached each audience.
    sends: HashMap<String, usize>,
    /// The drafts that were published, and when.
    published: Vec<(String, Timestamp)>,
    /// What is told of publications (`publish_status`).
    status: i64,
    /// Who has which tag.
    tags: HashMap<i64, Vec<String>>,
    /// When each key was last tried.
    tried: HashMap<String, Timestamp>,
    now: Option<Timestamp>,
    /// How many calls it saw, and how many of them struck a fault.
    calls: (u64, u64),
    /// The sends whose end nobody told yet: account and number.
    untold: Vec<(String, String)>,
    /// How many each account sent in each month.
    months: HashMap<(String, String), i64>,
}

impl WeChat {
    fn record(&self) -> std::sync::MutexGuard<'_, Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn then(&self, fault: Fault) {
        self.record().next.push(fault);
    }

    /// What WeChat published, in order.
    pub(super) fn published(&self) -> Vec<String> {
        self.record().published.iter().map(|(what, _)| what.clone()).collect()
    }

    /// Who has which tag, by how many.
    pub(super) fn tags(&self) -> Vec<(i64, usize)> {
        self.record().tags.iter().map(|(tag, openids)| (*tag, openids.len())).collect()
    }

    /// What WeChat says of publications from now on.
    pub(super) fn says(&self, status: i64) {
        self.record().status = status;
    }

    /// Nothing goes wrong any more.
    pub(super) fn calm(&self) {
        self.record().next.clear();
    }

    /// How many calls it saw, and how many of them struck a fault.
    pub(super) fn calls(&self) -> (u64, u64) {
        self.record().calls
    }

    /// A send whose end nobody told yet.
    pub(super) fn untold(&self) -> Option<(String, String)> {
        self.record().untold.pop()
    }

    /// How many sends went over what an account may send in a month.
    pub(super) fn over(&self, limit: i64) -> i64 {
        self.record().months.values().map(|sent| (sent - limit).max(0)).sum()
    }

    pub(super) fn at(&self, now: Timestamp) {
        self.record().now = Some(now);
    }

    /// How often each content reached each audience.
    pub(super) fn keys(&self) -> Vec<(String, usize)> {
        self.record().sends.iter().map(|(what, times)| (what.clone(), *times)).collect()
    }

    pub(super) fn reached(&self, content: &Content) -> usize {
        let prefix = format!("{content:?}");
        self.record().sends.iter().filter(|(what, _)| what.starts_with(&prefix)).map(|(_, times)| times).sum()
    }

    fn heard(&self, call: &Outgoing) -> (Fault, std::result::Result<Submitted, Error>) {
        let refused = |code| Error::Refused { code: Errcode(code), message: String::new() };
        let taken = |msg_id: &str, repeated| Submitted { msg_id: Some(msg_id.to_owned()), msg_data_id: None, repeated };
        let mut record = self.record();
        let fault = record.next.pop().unwrap_or(Fault::None);
        record.calls.0 += 1;
        record.calls.1 += u64::from(fault != Fault::None);
        match fault {
            Fault::Lost => return (fault, Err(Error::NotSent("no connection".to_owned()))),
            Fault::BusyBefore => return (fault, Err(refused(-1))),
            Fault::Refused => return (fault, Err(refused(45028))),
            Fault::Hangs(false) => return (fault, Ok(taken("", false))),
            Fault::None | Fault::Cut | Fault::BusyAfter | Fault::Hangs(true) => {}
        }
        let now = record.now.unwrap();
        let key = call.client_id.as_str().to_owned();
        let too_fast = record.tried.insert(key.clone(), now).is_some_and(|last| now.seconds_since(last) < 60);
        if too_fast {
            return (Fault::None, Err(refused(45066)));
        }
        if let Some((_, number)) = record.taken.get(&key).filter(|(at, _)| now.seconds_since(*at) < 24 * 3600) {
            return (fault, Ok(taken(number, true)));
        }
        let number = (record.taken.len() + 1).to_string();
        record.taken.insert(key, (now, number.clone()));
        *record.sends.entry(format!("{:?}{:?}", call.content, call.audience)).or_default() += 1;
        let month = crate::Period::of(AccountKind::Service, now).key();
        *record.months.entry((call.account.clone(), month)).or_default() += 1;
        record.untold.push((call.account.clone(), number.clone()));
        let answer = match fault {
            Fault::Cut => Err(Error::Unknown("cut".to_owned())),
            Fault::BusyAfter => Err(refused(-1)),
            _ => Ok(taken(&number, false)),
        };
        (fault, answer)
    }
}

impl Post for WeChat {
    fn submit<'a>(&'a self, call: &'a Outgoing) -> BoxFuture<'a, std::result::Result<Submitted, Error>> {
        async move {
            match self.heard(call) {
                // It asks to be looked at again, for ever: until it is killed.
                (Fault::Hangs(_), _) => {
                    std::future::poll_fn(|context| {
                        context.waker().wake_by_ref();
                        Poll::Pending
                    })
                    .await
                }
                (_, answer) => answer,
            }
        }
        .boxed()
    }

    fn ended<'a>(&'a self, _: &'a str, msg_id: &'a str) -> BoxFuture<'a, std::result::Result<MassStatus, Error>> {
        let is_taken = self.record().taken.values().any(|(_, number)| number == msg_id);
        std::future::ready(Ok(if is_taken { MassStatus::Done } else { MassStatus::Sending })).boxed()
    }

    fn publish<'a>(&'a self, _: &'a str, media_id: &'a str) -> BoxFuture<'a, Posted<PublishTicket>> {
        let refused = |code| Error::Refused { code: Errcode(code), message: String::new() };
        let mut record = self.record();
        let fault = record.next.pop().unwrap_or(Fault::None);
        if matches!(fault, Fault::None | Fault::Cut | Fault::BusyAfter | Fault::Hangs(true)) {
            let at = record.now.unwrap();
            record.published.push((media_id.to_owned(), at));
        }
        let number = record.published.len().to_string();
        drop(record);
        let answer = match fault {
            Fault::None => Ok(PublishTicket { publish_id: number, msg_data_id: Some(70) }),
            Fault::Lost => Err(Error::NotSent("no connection".to_owned())),
            Fault::Cut => Err(Error::Unknown("cut".to_owned())),
            Fault::BusyBefore | Fault::BusyAfter => Err(refused(-1)),
            Fault::Refused => Err(refused(53503)),
            // As above: until it is killed.
            Fault::Hangs(_) => {
                return std::future::poll_fn(|context| {
                    context.waker().wake_by_ref();
                    Poll::Pending
                })
                .boxed();
            }
        };
        std::future::ready(answer).boxed()
    }

    fn publication<'a>(&'a self, _: &'a str, publish_id: &'a str) -> BoxFuture<'a, Posted<PublishState>> {
        let publish_status = self.record().status;
        let state =
            PublishState { publish_status, article_id: Some(format!("a{publish_id}")), ..PublishState::default() };
        std::future::ready(Ok(state)).boxed()
    }

    fn publications<'a>(&'a self, _: &'a str, behind: i64) -> BoxFuture<'a, Posted<ArticlePage>> {
        let behind = usize::try_from(behind).unwrap();
        let record = self.record();
        let item = |(number, (title, at)): (usize, &(String, Timestamp))| ArticleItem {
            article_id: format!("a{number}"),
            content: Articles {
                news_item: vec![Article { title: title.clone(), url: format!("u{number}"), ..Article::default() }],
                ..Articles::default()
            },
            update_time: at.seconds(),
            ..ArticleItem::default()
        };
        let all: Vec<_> = (1..).zip(&record.published).collect();
        let item = all.into_iter().rev().skip(behind).take(20).map(item).collect();
        std::future::ready(Ok(ArticlePage { item, ..ArticlePage::default() })).boxed()
    }

    fn new_tag<'a>(&'a self, _: &'a str, _: &'a str) -> BoxFuture<'a, Posted<i64>> {
        let mut record = self.record();
        let tag = 100 + i64::try_from(record.tags.len()).unwrap();
        record.tags.insert(tag, Vec::new());
        std::future::ready(Ok(tag)).boxed()
    }

    fn give_tag<'a>(&'a self, _: &'a str, tag: i64, openids: &'a [String]) -> BoxFuture<'a, Posted<()>> {
        assert!(openids.len() <= 50);
        let mut record = self.record();
        let answer = if record.next.pop() == Some(Fault::Cut) {
            Err(Error::Unknown("cut".to_owned()))
        } else {
            record.tags.get_mut(&tag).unwrap().extend(openids.to_vec());
            Ok(())
        };
        std::future::ready(answer).boxed()
    }

    fn drop_tag<'a>(&'a self, _: &'a str, tag: i64) -> BoxFuture<'a, Posted<()>> {
        self.record().tags.remove(&tag);
        std::future::ready(Ok(())).boxed()
    }
}

/// Withholds everything whose text names, or whose articles quote, a closed record.
pub(super) struct Closed;

impl Guard for Closed {
    fn withholds<'t>(&'t self, _: &'t mut Tx, content: &'t Content) -> BoxFuture<'t, Result<Option<String>>> {
        let closed = match content {
            Content::Text { text } => text.contains("控制"),
            Content::Articles { records, .. } => records.iter().any(|record| record.id == "closed"),
            _ => false,
        };
        std::future::ready(Ok(closed.then(|| "引用的档案已不开放".to_owned()))).boxed()
    }
}

pub(super) struct Stage {
    pub(super) ledger: Ledger,
    pub(super) wechat: Arc<WeChat>,
    pub(super) hand: ManualClock,
    pub(super) folder: TempDir,
    made: std::cell::Cell<u32>,
}

pub(super) const NODE: &str = "node-1";

impl Stage {
    pub(super) fn new(db: Db) -> Self {
        Self::by(db, |wechat| wechat)
    }

    /// The ledger of another server of the house, whose clock is wrong by so many seconds.
    pub(super) fn beside(&self, clock: Clock) -> Ledger {
        Ledger { ground: Ground { clock, ..self.ledger.ground.clone() }, ..self.ledger.clone() }
    }

    /// A stage whose ledger speaks to WeChat by this post.
    pub(super) fn by<P: Post + 'static>(db: Db, post: impl FnOnce(Arc<WeChat>) -> Arc<P>) -> Self {
        let (ground, hand) = ground(db);
        let folder = tempfile::tempdir().unwrap();
        let wechat = Arc::new(WeChat::default());
        let epoch = Epoch::new(folder.path().join("push-epoch.json"), "hall");
        let ledger = Ledger::new(ground, epoch, post(wechat.clone()), Arc::new(Closed));
        let stage = Self { ledger, wechat, hand, folder, made: std::cell::Cell::new(0) };
        stage.wechat.at(stage.now());
        stage
    }

    pub(super) fn now(&self) -> Timestamp {
        self.ledger.ground.clock.now()
    }

    pub(super) fn pass(&self, seconds: i64) {
        self.hand.advance(seconds);
        self.wechat.at(self.now());
    }

    pub(super) fn sender(kind: AccountKind) -> Sender {
        Sender { account: "demo".to_owned(), kind, by_tag: true, by_list: kind == AccountKind::Service }
    }

    pub(super) fn draft(&self, text: &str) -> Draft {
        let content = Content::Text { text: text.to_owned() };
        self.made.set(self.made.get() + 1);
        Draft {
            articles: Vec::new(),
            origin: format!("draft-{}", self.made.get()),
            seen: ContentHash::of(&content),
            content,
            audience: Audience::Everyone,
            whom: Whom { told: "全部关注者".to_owned(), people: None },
            authors: vec!["li".to_owned()],
            scheduled_at: self.now(),
            again: false,
            instead_of: None,
        }
    }

    pub(super) async fn approve(&self, draft: Draft) -> Result<Id<Plan>> {
        self.ledger.approve(&wang(), &Self::sender(AccountKind::Service), draft).await
    }

    pub(super) async fn send(&self) -> Sent {
        self.ledger.send_next(NODE).await.unwrap()
    }

    pub(super) async fn call(&self, id: Id<Plan>) -> Call {
        self.ledger.plan(id).await.unwrap().unwrap().calls[0].1.clone()
    }

    pub(super) async fn state(&self, id: Id<Plan>) -> PlanState {
        self.ledger.plan(id).await.unwrap().unwrap().state
    }

    pub(super) async fn used(&self) -> i64 {
        self.ledger.used(&Self::sender(AccountKind::Service), self.now()).await.unwrap().0
    }
}

pub(super) fn director(name: &str) -> Actor {
    Actor::new(name, vec![Role::Director])
}

pub(super) fn wang() -> Actor {
    director("wang")
}

pub(super) fn text(text: &str) -> Content {
    Content::Text { text: text.to_owned() }
}

/// Polls a future so often at most and drops it then, as a kill does.
pub(super) async fn killed<F: Future>(future: F, polls: u64) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

#[tokio::test]
async fn a_plan_goes_out_once_at_its_time_and_its_end_is_heard() {
    both(|db| async {
        let stage = Stage::new(db);
        let later = Draft { scheduled_at: stage.now().plus_seconds(600), ..stage.draft("开馆通知") };
        let id = stage.approve(later).await.unwrap();
        assert_eq!(stage.send().await, Sent::Nothing, "its time has not come");
        stage.pass(600);
        assert_eq!(stage.send().await, Sent::Call(Answer::Taken(Some("1".to_owned()))));
        assert_eq!(stage.send().await, Sent::Nothing);
        assert_eq!(stage.wechat.reached(&text("开馆通知")), 1);
        let counts = Counts { total: 9, filtered: 8, sent: 7, failed: 1 };
        let ended = Ended { msg_id: "1".to_owned(), status: "send success".to_owned(), counts, addresses: vec![] };
        for _ in 0..2 {
            stage.ledger.ended("demo", ended.clone()).await.unwrap();
        }
        assert!(matches!(stage.call(id).await, Call::Finished { counts: told, .. } if told == counts));
        assert_eq!((stage.state(id).await, stage.used().await), (PlanState::Finished, 1));
        let mut tx = stage.ledger.ground.db.read().await.unwrap();
        let lines = tx.sql("SELECT actor, action FROM audit").all::<(String, String)>().await.unwrap();
        assert_eq!(lines, [("wang".to_owned(), "push.approve".to_owned())]);
    })
    .await;
}

#[tokio::test]
async fn p15_p16_p17_p25_who_approves_sees_what_goes_out_and_did_not_write_it() {
    both(|db| async {
        let stage = Stage::new(db);
        let draft = stage.draft("通知");
        let sender = Stage::sender(AccountKind::Service);
        let forbidden = stage.ledger.approve(&director("li"), &sender, draft.clone()).await.unwrap_err();
        assert_eq!(forbidden.shown().code(), Code::SecondPersonNeeded);
        let editor = Actor::new("zhao", vec![Role::Editor]);
        let forbidden = stage.ledger.approve(&editor, &sender, draft.clone()).await.unwrap_err();
        assert_eq!(forbidden.shown().code(), Code::Forbidden);
        let changed = Draft { content: text("通知！"), ..draft.clone() };
        assert_eq!(stage.approve(changed).await.unwrap_err().shown().code(), Code::Conflict);
        let id = stage.approve(draft.clone()).await.unwrap();
        assert_eq!(stage.approve(draft).await.unwrap(), id, "a form sent twice makes one plan");
        assert_eq!(stage.used().await, 1);
        let same = stage.draft("通知");
        assert_eq!(stage.approve(same.clone()).await.unwrap_err().shown().code(), Code::Conflict);
        assert_ne!(stage.approve(Draft { again: true, ..same }).await.unwrap(), id);
    })
    .await;
}

#[tokio::test]
async fn p12_the_fifth_push_of_a_month_and_the_second_of_a_day_are_refused() {
    both(|db| async {
        let stage = Stage::new(db);
        for number in 0..4 {
            stage.approve(stage.draft(&format!("第 {number} 期"))).await.unwrap();
        }
        let refused = stage.approve(stage.draft("第五期")).await.unwrap_err().shown();
        assert!(refused.sentence().contains("4 次"), "{refused}");
        let day = Stage::sender(AccountKind::Subscription);
        let subscription = Sender { account: "demo-sub".to_owned(), ..day };
        stage.ledger.approve(&wang(), &subscription, stage.draft("早")).await.unwrap();
        assert!(stage.ledger.approve(&wang(), &subscription, stage.draft("晚")).await.is_err());
        let list = Draft { audience: Audience::List(vec!["a".to_owned(), "b".to_owned()]), ..stage.draft("名单") };
        assert!(stage.ledger.approve(&wang(), &subscription, list).await.is_err(), "no right to lists");
    })
    .await;
}

#[tokio::test]
async fn p05_kills_before_the_file_is_written_are_not_taken_for_a_backup() {
    both(|db| async {
        let stage = Stage::new(db);
        stage.approve(stage.draft("三次")).await.unwrap();
        for _ in 0..3 {
            assert!(matches!(stage.ledger.begin_attempt(NODE).await, Ok(send::Turn::Call(_))));
            stage.pass(1800);
        }
        assert!(matches!(stage.send().await, Sent::Call(Answer::Taken(_))));
    })
    .await;
}

#[tokio::test]
async fn p11_what_goes_out_after_the_end_of_its_month_uses_the_next_one() {
    both(|db| async {
        let stage = Stage::new(db);
        // Half a minute before December.
        stage.pass(28 * 86_400 + 15 * 3600 - 30);
        for planned in [3, 4] {
            let sender = Sender { account: format!("with {planned}"), ..Stage::sender(AccountKind::Service) };
            let approve = async |text: &str, at| {
                let draft = Draft { scheduled_at: at, ..stage.draft(text) };
                stage.ledger.approve(&wang(), &sender, draft).await.unwrap()
            };
            let what = format!("月底 {planned}");
            let late = approve(&what, stage.now()).await;
            for number in 0..planned {
                approve(&format!("十二月 {planned} {number}"), stage.now().plus_seconds(7 * 86_400)).await;
            }
            stage.wechat.then(Fault::Lost);
            assert_eq!(stage.send().await, Sent::Call(Answer::Unclear));
            stage.pass(61);
            let sent = stage.send().await;
            let is_left = planned == 3;
            assert_eq!(matches!(sent, Sent::Call(Answer::Taken(_))), is_left, "{sent:?}");
            assert_eq!(matches!(stage.call(late).await, Call::Unknown(_)), !is_left);
            assert_eq!(stage.wechat.reached(&text(&what)), usize::from(is_left));
            assert_eq!(stage.ledger.used(&sender, stage.now()).await.unwrap(), (4, 4));
            stage.pass(-61);
        }
    })
    .await;
}

#[tokio::test]
async fn p11_what_is_first_tried_after_the_end_of_its_month_uses_nothing_of_it() {
    both(|db| async {
        let stage = Stage::new(db);
        // Half a minute before December.
        stage.pass(28 * 86_400 + 15 * 3600 - 30);
        let (november, sender) = (stage.now(), Stage::sender(AccountKind::Service));
        stage.approve(stage.draft("月底")).await.unwrap();
        stage.pass(60);
        assert!(matches!(stage.send().await, Sent::Call(Answer::Taken(_))));
        for (at, used) in [(november, 0), (stage.now(), 1)] {
            assert_eq!(stage.ledger.used(&sender, at).await.unwrap(), (used, 4));
        }
    })
    .await;
}

#[tokio::test]
async fn p12_of_those_who_approve_at_once_only_so_many_get_a_share() {
    both(|db| async {
        let stage = Stage::new(db);
        let drafts: Vec<Draft> = (0..9).map(|number| stage.draft(&format!("第 {number} 期"))).collect();
        let approved = futures::future::join_all(drafts.into_iter().map(|draft| stage.approve(draft))).await;
        assert_eq!(approved.iter().filter(|outcome| outcome.is_ok()).count(), 4);
    })
    .await;
}

#[tokio::test]
async fn p02_p03_whoever_is_killed_while_sending_leaves_one_send() {
    both(|db| async move {
        for after in [false, true] {
            let stage = Stage::new(db.clone());
            let what = format!("killed {after}");
            let id = stage.approve(stage.draft(&what)).await.unwrap();
            stage.wechat.then(Fault::Hangs(after));
            assert!(killed(stage.ledger.send_next(NODE), 10_000).await.is_none());
            assert!(matches!(stage.call(id).await, Call::Submitting(_)));
            stage.pass(61);
            assert!(matches!(stage.send().await, Sent::Call(Answer::Taken(_))));
            assert_eq!(stage.wechat.reached(&text(&what)), 1);
            let mut tx = db.begin().await.unwrap();
            for table in ["DELETE FROM push_epoch", "DELETE FROM push_call", "DELETE FROM push_plan"] {
                tx.sql(table).run().await.unwrap();
            }
            tx.commit().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn p04_after_a_day_nothing_is_repeated_and_a_person_decides() {
    both(|db| async {
        let stage = Stage::new(db);
        let id = stage.approve(stage.draft("迟")).await.unwrap();
        stage.wechat.then(Fault::Cut);
        assert_eq!(stage.send().await, Sent::Call(Answer::Unclear));
        stage.pass(REPEATED_FOR + 5 * 3600);
        assert_eq!(stage.send().await, Sent::Unknown);
        assert_eq!(stage.send().await, Sent::Nothing);
        assert_eq!((stage.wechat.reached(&text("迟")), stage.used().await), (1, 1), "p13");
        stage.ledger.decide(&wang(), id, 1, false).await.unwrap();
        assert_eq!((stage.state(id).await, stage.used().await), (PlanState::Finished, 0));
        assert!(stage.ledger.decide(&wang(), id, 1, true).await.is_err(), "decided once");
        assert_eq!(stage.used().await, 0);
    })
    .await;
}

#[tokio::test]
async fn p05_p06_a_database_put_back_and_a_copied_machine_do_not_push() {
    let (_folder, db) = sqlite().await;
    let stage = Stage::new(db.clone());
    stage.approve(stage.draft("甲")).await.unwrap();
    assert!(matches!(stage.send().await, Sent::Call(Answer::Taken(_))));
    stage.approve(stage.draft("乙")).await.unwrap();
    // The database of yesterday: it knows the plan, and not that it went out.
    let mut tx = db.begin().await.unwrap();
    tx.sql("UPDATE push_epoch SET number = number - 1").run().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(stage.send().await, Sent::Frozen(Frozen::DatabaseBehind));
    std::fs::remove_file(stage.folder.path().join("push-epoch.json")).unwrap();
    assert_eq!(stage.send().await, Sent::Frozen(Frozen::NoFile));
    assert_eq!(stage.wechat.reached(&text("乙")), 0);
    stage.ledger.thaw(&wang()).await.unwrap();
    assert!(matches!(stage.send().await, Sent::Call(Answer::Taken(_))));
    assert_eq!(stage.send().await, Sent::Nothing);
    assert_eq!((stage.wechat.reached(&text("甲")), stage.wechat.reached(&text("乙"))), (1, 1));
}

#[tokio::test]
async fn p07_a_plan_whose_time_passed_while_the_house_was_closed_expires() {
    both(|db| async {
        let stage = Stage::new(db);
        let id = stage.approve(stage.draft("昨天的通知")).await.unwrap();
        stage.pass(GRACE + 1);
        assert_eq!(stage.send().await, Sent::Kept(PlanState::Expired));
        assert_eq!((stage.call(id).await, stage.used().await), (Call::Withdrawn, 0));
        assert_eq!(stage.send().await, Sent::Nothing);
    })
    .await;
}

#[tokio::test]
async fn p08_p09_of_two_senders_one_sends_and_who_lost_the_lease_writes_nothing() {
    both(|db| async {
        let stage = Stage::new(db);
        let id = stage.approve(stage.draft("一次")).await.unwrap();
        let (one, other) = tokio::join!(stage.ledger.send_next("a"), stage.ledger.send_next("b"));
        let both = [one.unwrap(), other.unwrap()];
        assert!(both.contains(&Sent::Nothing) && both.iter().any(|sent| matches!(sent, Sent::Call(_))), "{both:?}");
        assert_eq!(stage.wechat.reached(&text("一次")), 1);
        // Stopped for longer than the lease between the answer and its note.
        let second = stage.approve(stage.draft("两次")).await.unwrap();
        stage.pass(700);
        let attempt = begun(&stage, "a").await;
        let answer = Answer::of(stage.wechat.submit(&attempt.outgoing).await);
        stage.pass(1200);
        assert!(matches!(stage.ledger.send_next("b").await.unwrap(), Sent::Call(Answer::Taken(_))));
        let before = stage.call(second).await;
        stage.ledger.note(&attempt, answer, None).await.unwrap();
        assert_eq!(stage.call(second).await, before);
        assert_eq!((stage.wechat.reached(&text("两次")), stage.state(id).await), (1, PlanState::Open));
    })
    .await;
}

/// A call that was begun and not yet answered.
async fn begun(stage: &Stage, node: &str) -> Box<send::Attempt> {
    let send::Turn::Call(attempt) = stage.ledger.begin_attempt(node).await.unwrap() else {
        unreachable!("a call is due");
    };
    stage.ledger.epoch.write(&attempt.node, attempt.number).unwrap();
    attempt
}

#[tokio::test]
async fn p19_a_batch_that_was_taken_is_not_sent_again_when_another_fails() {
    both(|db| async {
        let stage = Stage::new(db);
        let openids = (0..25_000).map(|number| format!("o{number}")).collect();
        let id = stage.approve(Draft { audience: Audience::List(openids), ..stage.draft("名单") }).await.unwrap();
        for fault in [Fault::None, Fault::Lost, Fault::None] {
            stage.wechat.then(fault);
            stage.send().await;
        }
        stage.pass(61);
        assert!(matches!(stage.send().await, Sent::Call(Answer::Taken(_))));
        assert_eq!(stage.send().await, Sent::Nothing);
        let times: Vec<usize> = stage.wechat.record().sends.values().copied().collect();
        assert_eq!(times, [1, 1, 1]);
        assert_eq!(stage.ledger.plan(id).await.unwrap().unwrap().calls.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn p20_an_end_that_is_told_before_the_number_is_known_counts_later() {
    both(|db| async {
        let stage = Stage::new(db);
        let id = stage.approve(stage.draft("快")).await.unwrap();
        let counts = Counts { total: 3, filtered: 3, sent: 3, failed: 0 };
        stage
            .ledger
            .ended(
                "demo",
                Ended { msg_id: "1".to_owned(), status: "send success".to_owned(), counts, addresses: vec![] },
            )
            .await
            .unwrap();
        stage.send().await;
        assert!(matches!(stage.call(id).await, Call::Finished { counts: told, .. } if told == counts));
        assert_eq!(stage.state(id).await, PlanState::Finished);
    })
    .await;
}

#[tokio::test]
async fn p26_what_may_no_longer_be_shown_does_not_go_out() {
    both(|db| async {
        let stage = Stage::new(db);
        let id = stage.approve(stage.draft("引用控制使用的档案")).await.unwrap();
        assert_eq!(stage.send().await, Sent::Kept(PlanState::Withheld));
        assert_eq!((stage.state(id).await, stage.used().await), (PlanState::Withheld, 0));
        assert_eq!(stage.wechat.record().sends.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn t09_a_refusal_gives_the_share_back_and_a_stop_says_what_it_stopped() {
    both(|db| async {
        let stage = Stage::new(db);
        let refused = stage.approve(stage.draft("没有次数")).await.unwrap();
        stage.wechat.then(Fault::Refused);
        assert!(matches!(stage.send().await, Sent::Call(Answer::Refused(_))));
        assert_eq!((stage.state(refused).await, stage.used().await), (PlanState::Finished, 0));
        let openids = (0..25_000).map(|number| format!("o{number}")).collect();
        let id = stage.approve(Draft { audience: Audience::List(openids), ..stage.draft("停") }).await.unwrap();
        stage.send().await;
        assert_eq!(stage.ledger.stop(&wang(), id).await.unwrap(), Stopped { withdrawn: 2, gone: 1 });
        assert_eq!(stage.ledger.stop(&wang(), id).await.unwrap(), Stopped { withdrawn: 0, gone: 1 });
        assert_eq!((stage.send().await, stage.used().await), (Sent::Nothing, 0), "p12: a list takes no share");
    })
    .await;
}
