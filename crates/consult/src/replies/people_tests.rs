//! How a conversation with people ends, and what comes of it, through the real inbox.

use account::AccountKind;
use account::testing::OPENID;
use kernel::testing::both;

use super::tests::Talk;
use crate::conversation::{Conversation, Delivery, Message, Speaker, State};
use crate::store::{conversation, message};

impl Talk {
    async fn last(&self) -> Conversation {
        let mut tx = self.stage.ground.db.read().await.unwrap();
        conversation::of(&mut tx, "demo", OPENID, 1).await.unwrap().remove(0)
    }

    /// A person answers; the reply is sent, or waits.
    async fn answered(&self, text: &str, delivery: Delivery) {
        let (of, now) = (self.last().await.id, self.stage.ground.clock.now());
        let mut tx = self.stage.ground.db.begin().await.unwrap();
        let said = Message::new(&self.stage.ground.ids, of, Speaker::Staff, text, now);
        message::insert(&mut tx, &Message { delivery: Some(delivery), ..said }).await.unwrap();
        conversation::answered(&mut tx, of, now).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Staff end the conversation without asking anything.
    async fn closed(&self) {
        let (mut of, now) = (self.last().await, self.stage.ground.clock.now());
        (of.state, of.closed_at, of.waiting_since) = (State::Closed, Some(now), None);
        let mut tx = self.stage.ground.db.begin().await.unwrap();
        conversation::update(&mut tx, &of, now).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn who_ends_is_asked_once_and_answers_by_number_or_word() {
    both(|db| async {
        let talk = Talk::new(db, AccountKind::Service).await;
        assert!(talk.say("转人工").await.contains("to=%2Fquestions"), "the page is behind the sign-in");
        let ended = talk.say("结束").await;
        assert!(ended.contains("已结束") && !ended.contains("满意"), "no person answered: {ended}");
        assert!(!talk.say("满意").await.contains("谢谢"), "nothing was asked");
        talk.say("转人工").await;
        talk.answered("在", Delivery::Sent).await;
        assert!(talk.say("结束").await.contains("您满意吗"));
        assert!(!talk.say("开放时间").await.contains("谢谢"), "anything else is an ordinary message");
        assert!(talk.say("2").await.contains("谢谢您的评价"));
        assert_eq!(talk.last().await.satisfaction, Some(3));
        let rated = talk.last().await.id;
        assert!(!talk.say("1").await.contains("谢谢"), "once");
        let mut tx = talk.stage.ground.db.read().await.unwrap();
        assert_eq!(conversation::one(&mut tx, rated).await.unwrap().unwrap().satisfaction, Some(3));
    })
    .await;
}

#[tokio::test]
async fn an_answer_after_a_day_or_to_people_is_an_ordinary_message() {
    both(|db| async {
        let talk = Talk::new(db, AccountKind::Service).await;
        talk.say("转人工").await;
        talk.answered("在", Delivery::Sent).await;
        talk.say("结束").await;
        let asked = talk.last().await.id;
        // What is said to people goes to people, though the question is still open.
        talk.say("人工").await;
        assert_eq!(talk.stage.deliver(&talk.stage.text("1", "own-1")).await, None);
        let mut tx = talk.stage.ground.db.read().await.unwrap();
        assert_eq!(conversation::one(&mut tx, asked).await.unwrap().unwrap().satisfaction, None);
        drop(tx);
        talk.say("结束").await;
        talk.stage.hand.advance(24 * 3600);
        assert!(!talk.say("1").await.contains("谢谢"));
    })
    .await;
}

#[tokio::test]
async fn a_reply_that_waits_is_handed_over_even_after_staff_ended_the_conversation() {
    both(|db| async {
        let talk = Talk::new(db, AccountKind::Subscription).await;
        talk.say("转人工").await;
        talk.answered("请到一楼", Delivery::Waiting).await;
        talk.closed().await;
        let told = talk.say("还在吗").await;
        assert!(told.contains("请到一楼") && told.contains("点此查看答复"), "{told}");
        assert!(!talk.say("还在吗？").await.contains("请到一楼"), "once");
        assert!(talk.say("我的咨询").await.contains("/questions?t="), "with a ticket");
    })
    .await;
}

#[tokio::test]
async fn who_asks_for_a_person_is_given_to_whose_turn_it_is_in_opening_hours() {
    both(|db| async {
        let talk = Talk::new(db, AccountKind::Service).await;
        let (ground, now) = (&talk.stage.ground, talk.stage.ground.clock.now());
        let accounts = identity::StaffAccounts::new(ground.clone(), identity::Separation::Required);
        let (name, password) = (identity::StaffName::parse("小王").unwrap(), identity::Password::made(&ground.random));
        let machine = identity::Keeper::Machine("命令行");
        accounts.add(machine, &name, &[kernel::Role::Archivist], &password).await.unwrap();
        let mut tx = ground.db.begin().await.unwrap();
        let chosen = crate::Handling { in_turn: true, ..crate::Handling::default() };
        crate::store::handling::put(&mut tx, chosen).await.unwrap();
        crate::store::duty::put(&mut tx, "小王", Some((now, now.plus_seconds(86_400)))).await.unwrap();
        tx.commit().await.unwrap();

        talk.say("转人工").await;
        let of = talk.last().await;
        assert_eq!((of.state, of.assigned_to.as_deref(), of.in_turn), (State::Taken, Some("小王"), true));
        // Said again, it is still one conversation, given once.
        talk.stage.deliver(&talk.stage.text("还在吗", "own-2")).await;
        assert_eq!(talk.last().await.assigned_to.as_deref(), Some("小王"));
        let mut tx = ground.db.read().await.unwrap();
        let lines = message::of(&mut tx, of.id, None, 50).await.unwrap();
        assert_eq!(lines.iter().filter(|one| one.text.starts_with("分派给")).count(), 1);
        drop(tx);
        talk.say("结束").await;
        talk.stage.hand.advance(3 * 3600 + 1800);
        talk.say("转人工").await;
        assert_eq!(talk.last().await.state, State::Waiting, "the house is closed over noon");
    })
    .await;
}

#[tokio::test]
async fn what_all_may_take_again_stays_so_when_the_reader_writes_on() {
    both(|db| async {
        let talk = Talk::new(db, AccountKind::Service).await;
        talk.say("转人工").await;
        let mut tx = talk.stage.ground.db.begin().await.unwrap();
        let mut of = conversation::open_of(&mut tx, "demo", OPENID).await.unwrap().unwrap();
        let now = talk.stage.ground.clock.now();
        of.let_go();
        of.escalated_at = Some(now.plus_seconds(5));
        conversation::update(&mut tx, &of, now).await.unwrap();
        tx.commit().await.unwrap();
        talk.stage.deliver(&talk.stage.text("还在吗", "own-3")).await;
        let of = talk.last().await;
        assert!(of.state == State::Waiting && of.is_escalated() && of.last_text == "还在吗", "{of:?}");
    })
    .await;
}

#[tokio::test]
async fn what_is_said_at_once_is_counted_one_by_one() {
    both(|db| async {
        let talk = Talk::new(db, AccountKind::Service).await;
        talk.say("转人工").await;
        let before = talk.last().await.unread;
        let said: Vec<_> = (0..8).map(|number| talk.stage.text("还在吗", &format!("at-once-{number}"))).collect();
        futures::future::join_all(said.iter().map(|one| talk.stage.deliver(one))).await;
        assert_eq!(talk.last().await.unread, before + 8);
    })
    .await;
}
