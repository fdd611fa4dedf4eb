//! The inbox under repetition, concurrency, slowness and failure.

use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::{BoxFuture, join_all};
use kernel::Db;
use kernel::testing::{both, ground, sqlite};
use wechat::message::Scene;

use super::*;
use crate::store::follower;
use crate::testing::{OPENID, Stage};
use crate::window::Interaction;
use crate::{AccountKind, Capability};

/// Answers every message differently and leaves one row per effect.
struct Counting(AtomicU64);

impl Dialogue for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        let name = format!("effect {} {number}", heard.message.created);
        let deed = Deed::new(move |tx| {
            let name = name.clone();
            async move {
                let insert = tx.sql("INSERT INTO house_value (name, value) VALUES ($1, '')").bind(name);
                insert.run().await.map(drop)
            }
            .boxed()
        });
        async move { Ok(Some(Spoken::from(Reply::text(&format!("答复 {number}"))).with(deed))) }.boxed()
    }
}

/// Never finds an answer.
struct Silent;

impl Dialogue for Silent {
    fn name(&self) -> &'static str {
        "silent"
    }

    fn hear<'a>(&'a self, _: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        futures::future::pending().boxed()
    }
}

/// Fails, every time.
struct Failing;

impl Dialogue for Failing {
    fn name(&self) -> &'static str {
        "failing"
    }

    fn hear<'a>(&'a self, _: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        async { Err(kernel::Error::internal("on purpose")) }.boxed()
    }
}

fn stage(db: Db, dialogues: Vec<Arc<dyn Dialogue>>, kind: AccountKind, verified: bool, patience: Duration) -> Stage {
    let options = InboxOptions { site_base: "https://archive.example".into(), patience, ..InboxOptions::default() };
    Stage::new(ground(db), (kind, verified), options, dialogues)
}

fn counting(db: Db) -> Stage {
    speaking(db, vec![Arc::new(Counting(AtomicU64::new(0)))])
}

fn speaking(db: Db, dialogues: Vec<Arc<dyn Dialogue>>) -> Stage {
    stage(db, dialogues, AccountKind::Service, true, InboxOptions::default().patience)
}

async fn count(stage: &Stage, from: &'static str) -> i64 {
    let mut tx = stage.ground.db.read().await.unwrap();
    let text = match from {
        "effects" => "SELECT count(*) FROM house_value WHERE name >= 'effect' AND name < 'effecu'",
        "inbox" => "SELECT count(*) FROM inbox",
        "followers" => "SELECT count(*) FROM follower",
        "personal" => "SELECT count(*) FROM inbox WHERE openid IS NOT NULL OR content IS NOT NULL OR answer <> ''",
        "leavers" => "SELECT count(*) FROM leaver",
        _ => "SELECT count(*) FROM late_answer",
    };
    tx.sql(text).one::<(i64,)>().await.unwrap().0
}

#[tokio::test]
async fn w09_three_deliveries_at_once_on_two_servers_have_one_effect_and_one_answer() {
    both(|db| async {
        // The second server's answers differ, so that a mix-up would show.
        let first = counting(db.clone());
        let second = speaking(db, vec![Arc::new(Counting(AtomicU64::new(100)))]);
        for round in 0..5 {
            let message = first.text("开放时间", &format!("{round}"));
            let deliveries = [&first, &second, &first].map(|stage| stage.deliver(&message));
            let answers = join_all(deliveries).await;
            assert!(answers[0].is_some() && answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
            assert_eq!(count(&first, "effects").await, round + 1);
        }
        assert_eq!(count(&first, "inbox").await, 5);
    })
    .await;
}

#[tokio::test]
async fn w08_a_replay_after_a_second_an_hour_a_day_gets_the_stored_answer() {
    both(|db| async {
        let stage = counting(db);
        let message = stage.text("开放时间", "1");
        let push = stage.pusher.push(&message, &stage.environment).unwrap();
        let answer = stage.send(&push).await.unwrap();
        for seconds in [1, 3600, 86_400] {
            stage.hand.advance(seconds);
            assert_eq!(stage.send(&push).await.unwrap(), answer);
        }
        assert_eq!(count(&stage, "effects").await, 1);
    })
    .await;
}

#[tokio::test]
async fn w07_an_old_delivery_that_is_not_known_is_refused_without_effect() {
    let (_folder, db) = sqlite().await;
    let stage = counting(db);
    let push = stage.pusher.push(&stage.text("开放时间", "1"), &stage.environment).unwrap();
    stage.hand.advance(601);
    assert!(matches!(stage.send(&push).await, Err(Refusal::Stale(_))));
    assert_eq!(count(&stage, "inbox").await, 0);
}

#[tokio::test]
async fn w08_after_a_restart_a_repeated_delivery_gets_the_stored_answer() {
    both(|db| async {
        let before = counting(db.clone());
        let message = before.text("开放时间", "1");
        let answer = before.deliver(&message).await;
        before.inbox.0.ground.tasks.stop();
        before.inbox.0.ground.tasks.ended().await;
        let after = speaking(db, vec![Arc::new(Failing)]);
        assert_eq!(after.deliver(&message).await, answer);
        assert_eq!(count(&after, "effects").await, 1);
    })
    .await;
}

#[tokio::test]
async fn w10_w11_events_are_told_apart_by_their_key_and_repeated_ones_are_not_taken_twice() {
    both(|db| async {
        let stage = counting(db);
        let scene = |value: &str| Scene { value: value.into(), ticket: "ticket".into() };
        let events = [
            Event::Subscribe(None),
            Event::Click("OPENING_HOURS".into()),
            Event::Click("ADDRESS".into()),
            Event::Scan(scene("1")),
            Event::Scan(scene("2")),
        ];
        for event in events.iter().chain(&events) {
            stage.deliver(&stage.message(Kind::Event(event.clone()), None)).await;
        }
        assert_eq!(count(&stage, "effects").await, 5);
    })
    .await;
}

#[tokio::test]
async fn w12_odd_message_ids_are_kept_as_text() {
    both(|db| async {
        let stage = counting(db);
        let ids = ["0", "-1", "9223372036854775808", "18446744073709551616", "not a number"];
        for id in ids.iter().chain(&ids) {
            assert!(stage.deliver(&stage.text("开放时间", id)).await.is_some(), "{id}");
        }
        assert_eq!(count(&stage, "effects").await, 5, "each is a message of its own, and known when it comes again");
        let missing = Message { id: None, ..stage.text("开放时间", "") };
        stage.deliver(&missing).await;
        stage.deliver(&missing).await;
        assert_eq!(count(&stage, "effects").await, 6);
        let long = stage.pusher.push(&stage.text("开放时间", &"1".repeat(65)), &stage.environment).unwrap();
        assert!(matches!(stage.send(&long).await, Err(Refusal::Message(_))));
    })
    .await;
}

#[tokio::test]
async fn w31_w32_what_people_write_is_kept_whole_and_control_characters_are_not() {
    both(|db| async {
        let stage = counting(db);
        let written = "👨‍👩‍👧‍👦🏳️‍🌈\u{202e}档案𠮷".repeat(100);
        let clear = stage.text("@", "1").to_xml().replace("<![CDATA[@]]>", &format!("a\0b&#0;\u{7}{written}"));
        let push = stage.pusher.push_raw(OPENID, "gh_0123456789ab", &clear, &stage.environment).unwrap();
        assert!(stage.send(&push).await.unwrap().is_some());
        let mut tx = stage.ground.db.read().await.unwrap();
        let (content,) = tx.sql("SELECT content FROM inbox").one::<(String,)>().await.unwrap();
        assert_eq!(content, format!("ab{written}"));
    })
    .await;
}

#[tokio::test]
async fn w35_unknown_types_and_events_are_stored_and_answered_success() {
    both(|db| async {
        let stage = speaking(db, Vec::new());
        for number in 0..20 {
            let fields = vec![("Some/Thing".to_owned(), "1".to_owned())];
            let kind = Kind::Unknown { name: format!("invented{number}"), fields: fields.clone() };
            assert_eq!(stage.deliver(&stage.message(kind, Some(&number.to_string()))).await, None);
            let event = Event::Unknown { name: format!("invented{number}"), fields };
            assert_eq!(stage.deliver(&stage.message(Kind::Event(event), None)).await, None);
        }
        assert_eq!(count(&stage, "inbox").await, 40);
        let figures = stage.ground.metrics.render();
        assert!(figures.contains("lantai_deliveries_total{outcome=\"new\"} 40"), "{figures}");
        assert!(!figures.contains("lantai_callback_refused_total{reason=\"message\"} 1"), "{figures}");
    })
    .await;
}

#[tokio::test]
async fn w33_what_is_stored_is_short_and_holds_no_personal_number() {
    both(|db| async {
        let stage = counting(db);
        stage.deliver(&stage.text(&"档".repeat(50_000), "1")).await;
        stage.deliver(&stage.text("我的身份证 11010519491231002X 查结婚档案", "2")).await;
        let mut tx = stage.ground.db.read().await.unwrap();
        let rows = tx.sql("SELECT content FROM inbox ORDER BY content").all::<(String,)>().await.unwrap();
        assert_eq!(rows[0].0, "我的身份证 〔身份证号〕 查结婚档案");
        assert_eq!(rows[1].0.chars().count(), 4096);
    })
    .await;
}

#[tokio::test]
async fn w36_a_slow_answer_becomes_success_and_a_question_to_answer_later() {
    both(|db| async {
        let stage = stage(db, vec![Arc::new(Silent)], AccountKind::Service, true, Duration::ZERO);
        assert!(stage.account.allows(Capability::ServiceMessages));
        let message = stage.text("身份证 11010519491231002X 的档案", "1");
        assert_eq!(stage.deliver(&message).await, None);
        assert_eq!(stage.deliver(&message).await, None, "the repeated delivery");
        let mut tx = stage.ground.db.read().await.unwrap();
        let rows = tx.sql("SELECT state, message FROM late_answer").all::<(String, String)>().await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].0, "pending");
        assert!(rows[0].1.contains("〔身份证号〕") && !rows[0].1.contains("1949"));
    })
    .await;
}

#[tokio::test]
async fn w36_an_account_that_cannot_write_afterwards_says_where_the_answer_will_be() {
    let (_folder, db) = sqlite().await;
    let stage = stage(db, vec![Arc::new(Silent)], AccountKind::Subscription, false, Duration::ZERO);
    let message = stage.text("粤府〔2023〕68号", "1");
    let answer = stage.deliver(&message).await.unwrap();
    assert!(answer.contains("https://archive.example/answers/") && answer.contains("点此查看答复"), "{answer}");
    assert_eq!(stage.deliver(&message).await, Some(answer), "the repeated delivery leads to the same address");
}

#[tokio::test]
async fn a_dialogue_that_fails_is_passed_over() {
    let (_folder, db) = sqlite().await;
    let dialogues: Vec<Arc<dyn Dialogue>> = vec![Arc::new(Failing), Arc::new(Counting(AtomicU64::new(0)))];
    let stage = speaking(db, dialogues);
    assert_eq!(stage.deliver(&stage.text("你好", "1")).await.as_deref(), Some("答复 0"));
}

#[tokio::test]
async fn nobody_has_an_answer_and_success_goes_back() {
    let (_folder, db) = sqlite().await;
    let stage = speaking(db, Vec::new());
    assert_eq!(stage.deliver(&stage.text("你好", "1")).await, None);
    assert_eq!(count(&stage, "inbox").await, 1);
}

#[tokio::test]
async fn a_delivery_whose_deed_fails_does_not_take_its_neighbours_along() {
    both(|db| async move {
        let stage = counting(db.clone());
        // Its effect is already there, so its deed breaks the key.
        let poisoned = stage.text("毒", "poisoned");
        let mut tx = db.begin().await.unwrap();
        for number in 0..64 {
            let name = format!("effect {} {number}", poisoned.created);
            tx.sql("INSERT INTO house_value (name, value) VALUES ($1, '')").bind(name).run().await.unwrap();
        }
        tx.commit().await.unwrap();
        let healthy: Vec<_> = (0..20)
            .map(|number| Message { created: poisoned.created + 1 + number, ..stage.text("好", &number.to_string()) })
            .collect();
        let push = stage.pusher.push(&poisoned, &stage.environment).unwrap();
        let query = Query::parse(&push.query).unwrap();
        let bad = stage.inbox.receive(&stage.account, &query, push.body.as_bytes(), Instant::now());
        let good = join_all(healthy.iter().map(|message| stage.deliver(message)));
        let (bad, good) = futures::join!(bad, good);
        assert_eq!(bad.unwrap(), Answer::HangUp);
        assert!(good.iter().all(Option::is_some));
        assert_eq!(count(&stage, "inbox").await, 20);
        assert_eq!(count(&stage, "effects").await, 64 + 20);
    })
    .await;
}

#[tokio::test]
async fn who_unfollows_is_forgotten_but_nothing_is_taken_twice() {
    both(|db| async {
        let stage = counting(db);
        let asked = stage.text("我家的地址", "1");
        stage.deliver(&stage.message(Kind::Event(Event::Subscribe(None)), None)).await;
        stage.deliver(&asked).await;
        assert_eq!(count(&stage, "followers").await, 1);
        stage.hand.advance(5);
        stage.deliver(&stage.message(Kind::Event(Event::Unsubscribe), None)).await;
        assert_eq!(count(&stage, "followers").await, 0);
        let accounts = stage.inbox.accounts();
        let clients = crate::Clients::new(&stage.ground, accounts).unwrap();
        let worker = crate::jobs(jobs::Worker::default(), &stage.ground, &stage.inbox, &clients);
        stage.hand.advance(5);
        stage.deliver(&stage.text("又回来了", "2")).await;
        stage.hand.advance(60);
        worker.run_one(&stage.ground).await.unwrap();
        assert_eq!(count(&stage, "personal").await, 1, "what was sent after coming back stays");
        stage.deliver(&stage.message(Kind::Event(Event::Unsubscribe), None)).await;
        stage.hand.advance(60);
        worker.run_one(&stage.ground).await.unwrap();
        assert_eq!(count(&stage, "personal").await, 0);
        assert_eq!(count(&stage, "leavers").await, 0);
        let effects = count(&stage, "effects").await;
        assert_eq!(stage.deliver(&asked).await, None, "known, but its answer is gone");
        assert_eq!(count(&stage, "effects").await, effects);
    })
    .await;
}

#[tokio::test]
async fn a_window_is_opened_anew_when_it_was_used_or_is_a_minute_old() {
    both(|db| async {
        let stage = counting(db);
        let begun = stage.ground.clock.now();
        let steps = [(0, 0, 0), (30, 0, 0), (31, 1, 31), (32, 0, 31), (120, 0, 120)];
        for (number, (seconds, sent, opened)) in steps.into_iter().enumerate() {
            let at = begun.plus_seconds(seconds);
            stage.hand.advance(at.seconds() - stage.ground.clock.now().seconds());
            let mut tx = stage.ground.db.begin().await.unwrap();
            for _ in 0..sent {
                follower::count_sent(&mut tx, "demo", OPENID, Interaction::Message).await.unwrap();
            }
            tx.commit().await.unwrap();
            stage.deliver(&stage.text("你好", &number.to_string())).await;
            let mut tx = stage.ground.db.read().await.unwrap();
            let window = follower::windows(&mut tx, "demo", OPENID).await.unwrap().message.unwrap();
            assert_eq!((window.opened_at, window.used), (begun.plus_seconds(opened), 0), "after {seconds} s");
        }
    })
    .await;
}

#[tokio::test]
async fn w37_a_storm_of_one_message_has_one_effect() {
    let (_folder, db) = sqlite().await;
    let stage = counting(db);
    let message = stage.text("开放时间", "1");
    let answers = join_all((0..1000).map(|_| stage.deliver(&message))).await;
    assert!(answers.iter().all(|answer| answer.is_some() && *answer == answers[0]));
    assert_eq!(count(&stage, "effects").await, 1);
    assert_eq!(OPENID.len(), 28);
}
