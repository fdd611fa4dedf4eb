use account::Segment;
use kernel::testing::both;
use kernel::{Actor, Day, Role, Tx};

use super::freeze::SWITCHED_OFF;
use super::tests::{Fault, NODE, Stage, director, wang};
use super::*;
use crate::store::roll;
use crate::{Answer, Counts};

/// Writes followers of the account `demo`, who followed and were heard of a day apart, the first today.
async fn followers(stage: &Stage, count: usize, scene: Option<&str>) {
    let mut tx = stage.ledger.ground.db.begin().await.unwrap();
    for number in 0..count {
        let at = stage.now().plus_seconds(-86_400 * i64::try_from(number).unwrap());
        tx.sql(
            "INSERT INTO follower (account, openid, followed_at, scene, last_seen_at) VALUES ('demo', $1, $2, $3, $2)",
        )
        .bind(format!("o{number:05}{}", scene.unwrap_or_default()))
        .bind(at)
        .bind(scene.map(str::to_owned))
        .run()
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
}

async fn kept(tx: &mut Tx, roster: &Roster) -> Vec<usize> {
    let mut lengths = Vec::new();
    for batch in 1..=roster.calls {
        lengths.push(roll::part(tx, (roster.id, batch)).await.unwrap().len());
    }
    lengths
}

#[tokio::test]
async fn a_roll_holds_who_meets_the_conditions_now_and_is_forgotten_when_they_were_sent_to() {
    both(|db| async move {
        let stage = Stage::new(db.clone());
        followers(&stage, 10, None).await;
        followers(&stage, 3, Some("hall")).await;
        let today = stage.now().day();
        let freeze = async |segment: Segment| stage.ledger.freeze(&wang(), "demo", &segment, Some("展厅")).await;
        let of = |segment: Segment| async { freeze(segment).await.unwrap().people };
        assert_eq!(of(Segment::default()).await, 13);
        assert_eq!(of(Segment { followed_from: Some(today.plus(-2)), ..Segment::default() }).await, 6);
        assert_eq!(of(Segment { followed_to: Some(today.plus(-8)), ..Segment::default() }).await, 2);
        let days = Segment { seen_from: Some(today.plus(-4)), seen_to: Some(today.plus(-3)), ..Segment::default() };
        assert_eq!(of(days).await, 2);
        let none = Segment { followed_from: Day::from_civil(2099, 1, 1), ..Segment::default() };
        assert!(freeze(none).await.unwrap_err().shown().sentence().contains("0 位"));
        let editor = Actor::new("zhao", vec![Role::Editor]);
        assert!(stage.ledger.freeze(&editor, "demo", &Segment::default(), None).await.is_err());

        let roster = freeze(Segment { scene: Some("hall".to_owned()), ..Segment::default() }).await.unwrap();
        assert_eq!((roster.people, roster.sample.len()), (3, 3));
        assert!(roster.whom.contains("展厅"), "{roster:?}");
        // Who comes later is not in it.
        followers(&stage, 1, Some("hall-2")).await;
        let draft = Draft { audience: Audience::Roll(roster.id), ..stage.draft("开展") };
        let id = stage.approve(draft).await.unwrap();
        let plan = stage.ledger.plan(id).await.unwrap().unwrap();
        assert_eq!((plan.people, plan.whom.as_str()), (Some(3), roster.whom.as_str()));
        assert!(matches!(stage.send().await, Sent::Call(Answer::Taken(_))));
        let sends = stage.wechat.keys();
        assert!(sends.iter().any(|(what, times)| what.contains("o00002hall") && *times == 1), "{sends:?}");
        let mut tx = db.read().await.unwrap();
        assert_eq!(kept(&mut tx, &roster).await, [0], "who they were is not kept");
    })
    .await;
}

#[tokio::test]
async fn p18_a_roll_is_cut_so_that_nobody_is_alone_and_unused_ones_are_forgotten() {
    both(|db| async move {
        let stage = Stage::new(db.clone());
        let mut tx = db.begin().await.unwrap();
        for number in 0..10_001 {
            tx.sql("INSERT INTO follower (account, openid, last_seen_at) VALUES ('demo', $1, $2)")
                .bind(format!("o{number:05}"))
                .bind(stage.now())
                .run()
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        let roster = stage.ledger.freeze(&wang(), "demo", &Segment::default(), None).await.unwrap();
        assert_eq!((roster.people, roster.calls), (10_001, 2));
        assert_eq!(kept(&mut db.read().await.unwrap(), &roster).await, [9_999, 2]);
        stage.ledger.tidy().await.unwrap();
        assert_eq!(kept(&mut db.read().await.unwrap(), &roster).await, [9_999, 2]);
        stage.pass(86_401);
        stage.ledger.tidy().await.unwrap();
        assert_eq!(kept(&mut db.read().await.unwrap(), &roster).await, [0, 0]);
        let gone = Draft { audience: Audience::Roll(roster.id), ..stage.draft("迟到") };
        assert!(stage.approve(gone).await.is_err(), "nobody is left in it");
    })
    .await;
}

#[tokio::test]
async fn p22_where_no_end_was_told_for_an_hour_wechat_is_asked_and_the_counts_may_follow() {
    both(|db| async {
        let stage = Stage::new(db);
        let id = stage.approve(stage.draft("无回音")).await.unwrap();
        stage.send().await;
        stage.pass(3_599);
        stage.ledger.ask_ends().await.unwrap();
        assert!(matches!(stage.call(id).await, Call::Accepted { .. }), "not yet an hour");
        stage.pass(1);
        stage.ledger.ask_ends().await.unwrap();
        assert!(matches!(stage.call(id).await, Call::Finished { counts: Counts { total: 0, .. }, .. }));
        assert_eq!(stage.state(id).await, PlanState::Finished);
        let counts = Counts { total: 5, filtered: 5, sent: 5, failed: 0 };
        let addresses = vec!["http://127.0.0.1/s/a".to_owned()];
        let late = Ended { msg_id: "1".to_owned(), status: "send success".to_owned(), counts, addresses };
        stage.ledger.ended("demo", late.clone()).await.unwrap();
        assert!(matches!(stage.call(id).await, Call::Finished { counts: told, .. } if told == counts));
        assert_eq!(stage.ledger.plan(id).await.unwrap().unwrap().addresses, late.addresses);
    })
    .await;
}

#[tokio::test]
async fn an_account_calls_sixty_times_a_minute_at_most_and_the_rest_follows() {
    both(|db| async {
        let stage = Stage::new(db);
        let openids = (0..610_000).map(|number| format!("o{number}")).collect();
        stage.approve(Draft { audience: Audience::List(openids), ..stage.draft("多") }).await.unwrap();
        for _ in 0..5 {
            stage.ledger.send_due(NODE).await.unwrap();
        }
        assert_eq!(stage.wechat.keys().len(), 60);
        assert_eq!(stage.send().await, Sent::Nothing);
        stage.pass(61);
        stage.ledger.send_due(NODE).await.unwrap();
        assert_eq!(stage.wechat.keys().len(), 61);
        let openids = (0..400_001).map(|number| format!("o{number}")).collect();
        let more = Draft { audience: Audience::List(openids), ..stage.draft("更多") };
        assert!(stage.approve(more).await.unwrap_err().shown().sentence().contains("39"), "a hundred a day");
    })
    .await;
}

#[tokio::test]
async fn p15_another_plan_takes_the_place_of_one_of_which_nothing_went_out() {
    both(|db| async {
        let stage = Stage::new(db);
        let draft = stage.draft("改期");
        let later = Draft { scheduled_at: stage.now().plus_seconds(7_200), ..draft.clone() };
        let first = stage.approve(later).await.unwrap();
        stage.ledger.stop(&director("zhou"), first).await.unwrap();
        assert_eq!(stage.approve(draft.clone()).await.unwrap(), first, "the form of before makes nothing new");
        let again = Draft { instead_of: Some(first), ..draft };
        let second = stage.approve(again.clone()).await.unwrap();
        assert_ne!(second, first);
        assert_eq!(stage.approve(again).await.unwrap(), second, "sent twice it makes one");
        assert!(matches!(stage.send().await, Sent::Call(Answer::Taken(_))));
        assert_eq!((stage.send().await, stage.used().await), (Sent::Nothing, 1));
        let told = stage.ledger.plan(first).await.unwrap().unwrap().told;
        assert_eq!(told.as_deref(), Some("zhou 停止"));
    })
    .await;
}

#[tokio::test]
async fn p26_a_plan_is_withheld_as_soon_as_a_record_it_shows_is_closed() {
    use kernel::events::{Listener as _, RecordsClosed, tell};

    both(|db| async move {
        let stage = Stage::new(db.clone());
        let quoting = |id: &str| Content::Articles {
            media_id: id.to_owned(),
            ignore_reprint: false,
            titles: vec![id.to_owned()],
            records: vec![crate::Quoted { id: id.to_owned(), is_pictured: false }],
        };
        let mut plans = Vec::new();
        for id in ["closed", "open"] {
            let (content, scheduled_at) = (quoting(id), stage.now().plus_seconds(3_600));
            let seen = crate::ContentHash::of(&content);
            plans.push(stage.approve(Draft { content, seen, scheduled_at, ..stage.draft(id) }).await.unwrap());
        }
        let mut tx = db.begin().await.unwrap();
        let event = RecordsClosed { decision: 1, records: vec!["closed".to_owned()] };
        tell(&mut tx, stage.now(), &event).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(stage.ledger.listen().await.unwrap(), 1);
        let states = (stage.state(plans[0]).await, stage.state(plans[1]).await);
        assert_eq!(states, (PlanState::Withheld, PlanState::Open));
        assert_eq!(stage.used().await, 1, "the share comes back");
    })
    .await;
}

#[tokio::test]
async fn p12_followers_who_had_four_this_month_are_counted_and_a_list_takes_no_share() {
    both(|db| async move {
        let stage = Stage::new(db.clone());
        followers(&stage, 4, None).await;
        followers(&stage, 2, Some("hall")).await;
        let hall = Segment { scene: Some("hall".to_owned()), ..Segment::default() };
        let send = async |what: &str, audience: Audience| {
            let id = stage.approve(Draft { audience, ..stage.draft(what) }).await.unwrap();
            assert!(matches!(stage.send().await, Sent::Call(Answer::Taken(_))));
            stage.pass(61);
            id
        };
        for number in 0..3 {
            let roster = stage.ledger.freeze(&wang(), "demo", &hall, None).await.unwrap();
            send(&format!("展厅 {number}"), Audience::Roll(roster.id)).await;
        }
        assert_eq!(stage.used().await, 0);
        let sender = Stage::sender(account::AccountKind::Service);
        let all = stage.ledger.freeze(&wang(), "demo", &Segment::default(), None).await.unwrap();
        let reach = async |at| stage.ledger.reach(&sender, all.id, at).await.unwrap().unwrap();
        assert_eq!(reach(stage.now()).await, Reach { at_limit: 0, by_tag: 0 });
        send("标签", Audience::Tag(100)).await;
        send("全部", Audience::Everyone).await;
        assert_eq!(reach(stage.now()).await, Reach { at_limit: 2, by_tag: 1 });
        assert_eq!(reach(stage.now().plus_seconds(32 * 86_400)).await.at_limit, 0, "another month");
        let id = stage.approve(Draft { audience: Audience::Roll(all.id), ..stage.draft("再发") }).await.unwrap();
        assert_eq!(stage.ledger.plan(id).await.unwrap().unwrap().at_limit, Some(2));
        let day = Stage::sender(account::AccountKind::Subscription);
        assert_eq!(stage.ledger.reach(&day, all.id, stage.now()).await.unwrap(), None);
        stage.pass(32 * 86_400);
        stage.ledger.tidy().await.unwrap();
        let (left,): (i64,) = db.read().await.unwrap().sql("SELECT count(*) FROM push_received").one().await.unwrap();
        assert_eq!(left, 0, "who received what is not kept when the month is over");
    })
    .await;
}

#[tokio::test]
async fn p18_a_list_of_staff_becomes_a_roll_of_followers_and_the_rest_is_told() {
    both(|db| async move {
        let stage = Stage::new(db.clone());
        followers(&stage, 3, None).await;
        let list = |lines: &[&str]| ("展览.xlsx", lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>());
        let freeze = async |lines: &[&str]| stage.ledger.freeze_list(&wang(), "demo", list(lines)).await;
        let roster = freeze(&["o00002", "o00000", "o00002", "oStranger", "张三"]).await.unwrap();
        assert_eq!((roster.people, roster.calls, roster.whom.as_str()), (2, 1, "名单“展览.xlsx”"));
        let told: Vec<_> = roster.left_out.iter().map(|some| (some.people, some.examples[0].as_str())).collect();
        assert_eq!(told, [(1, "读者 nger"), (1, "读者 0002"), (1, "张三")]);
        let few = freeze(&["o00001", "oStranger"]).await.unwrap_err();
        assert!(few.shown().sentence().contains("1 位"), "{few:?}");
        let editor = Actor::new("zhao", vec![Role::Editor]);
        assert!(stage.ledger.freeze_list(&editor, "demo", list(&["o00001", "o00002"])).await.is_err());
        let id = stage.approve(Draft { audience: Audience::Roll(roster.id), ..stage.draft("开展") }).await.unwrap();
        assert!(matches!(stage.send().await, Sent::Call(Answer::Taken(_))));
        assert!(stage.wechat.keys().iter().any(|(what, _)| what.contains("o00002") && !what.contains("o00001")));
        assert_eq!(stage.ledger.plan(id).await.unwrap().unwrap().people, Some(2));
        let mut tx = db.read().await.unwrap();
        let lines = tx.sql("SELECT action FROM audit WHERE action = 'push.list'").all::<(String,)>().await.unwrap();
        assert_eq!(lines.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn who_switched_pushes_off_is_on_no_roll_and_leaves_those_that_have_not_gone_out() {
    both(|db| async move {
        let stage = Stage::new(db.clone());
        followers(&stage, 4, None).await;
        let off = async |openid: &str, is_off: bool| {
            let mut tx = db.begin().await.unwrap();
            account::switch_pushes(&mut tx, ("demo", openid), is_off.then(|| stage.now())).await.unwrap();
            tx.commit().await.unwrap();
        };
        off("o00000", true).await;
        let roster = stage.ledger.freeze(&wang(), "demo", &Segment::default(), None).await.unwrap();
        assert_eq!(roster.people, 3);
        assert_eq!(roster.left_out.iter().map(|some| (some.why, some.people)).collect::<Vec<_>>(), [(SWITCHED_OFF, 1)]);
        let list = |lines: &[&str]| ("展览.xlsx", lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>());
        let brought = list(&["o00000", "o00001", "o00002"]);
        let listed = stage.ledger.freeze_list(&wang(), "demo", brought).await.unwrap();
        assert_eq!((listed.people, listed.left_out[0].why), (2, SWITCHED_OFF));
        assert_eq!(listed.left_out[0].examples, ["读者 0000"]);

        // They change their mind while the push waits for its hour.
        let id = stage.approve(Draft { audience: Audience::Roll(roster.id), ..stage.draft("展讯") }).await.unwrap();
        off("o00000", false).await;
        off("o00003", true).await;
        assert!(matches!(stage.send().await, Sent::Call(Answer::Taken(_))));
        let sends = stage.wechat.keys();
        let went_to = |openid: &str| sends.iter().any(|(what, _)| what.contains(openid));
        assert!(went_to("o00001") && went_to("o00002") && !went_to("o00003") && !went_to("o00000"), "{sends:?}");
        assert_eq!(stage.ledger.plan(id).await.unwrap().unwrap().people, Some(2));

        let few = Draft { audience: Audience::Roll(listed.id), ..stage.draft("人少") };
        let few = stage.approve(few).await.unwrap();
        off("o00002", true).await;
        assert_eq!(stage.send().await, Sent::Kept(PlanState::Withheld));
        let told = stage.ledger.plan(few).await.unwrap().unwrap().told;
        assert!(told.unwrap_or_default().contains("关闭了按名单推送"));
    })
    .await;
}

#[tokio::test]
async fn an_account_without_lists_reaches_some_through_a_tag_that_goes_when_the_push_has_ended() {
    both(|db| async move {
        let stage = Stage::new(db.clone());
        followers(&stage, 120, None).await;
        let sender = Stage::sender(account::AccountKind::Subscription);
        let freeze = async || stage.ledger.freeze(&wang(), "demo", &Segment::default(), None).await.unwrap();
        let approve = async |roster: &Roster, what: &str| {
            let draft = Draft { audience: Audience::Roll(roster.id), ..stage.draft(what) };
            stage.ledger.approve(&wang(), &sender, draft).await
        };
        let half = freeze().await;
        stage.wechat.then(Fault::Cut);
        assert!(stage.ledger.tag_roll(&wang(), "demo", &half).await.is_err());
        assert!(approve(&half, "未完").await.unwrap_err().shown().sentence().contains("临时标签"));

        let roster = freeze().await;
        stage.ledger.tag_roll(&wang(), "demo", &roster).await.unwrap();
        assert!(stage.wechat.tags().contains(&(101, 120)));
        let id = approve(&roster, "本市").await.unwrap();
        assert_eq!(stage.ledger.plan(id).await.unwrap().unwrap().people, Some(120));
        assert!(matches!(stage.send().await, Sent::Call(Answer::Taken(_))));
        assert!(stage.wechat.keys().iter().any(|(what, _)| what.contains("Tag(101)")));
        assert_eq!(stage.ledger.used(&sender, stage.now()).await.unwrap().0, 1, "it takes the share of the day");
        stage.ledger.tidy().await.unwrap();
        assert_eq!(stage.wechat.tags().len(), 2, "it is being sent");
        let counts = Counts { total: 120, filtered: 120, sent: 120, failed: 0 };
        let ended = Ended { msg_id: "1".to_owned(), status: "send success".to_owned(), counts, addresses: vec![] };
        stage.ledger.ended("demo", ended).await.unwrap();
        stage.ledger.tidy().await.unwrap();
        assert_eq!(stage.wechat.tags(), [(100, 0)]);
        stage.pass(86_401);
        stage.ledger.tidy().await.unwrap();
        assert!(stage.wechat.tags().is_empty(), "what nothing uses goes after a day");
        let many = Roster { people: MOST_TAGGED + 1, ..half };
        assert!(stage.ledger.tag_roll(&wang(), "demo", &many).await.unwrap_err().shown().sentence().contains("1001"));
    })
    .await;
}
