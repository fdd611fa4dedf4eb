use identity::{Keeper, Password, Separation, StaffName, StaffState};
use kernel::testing::both;
use kernel::{Actor, Id, Role, Timestamp};

use super::super::conversations::tests::{Room, archivist, written};
use super::*;
use crate::desk::{Filter, give_in_turn};

const MINUTE: i64 = 60;

impl Room {
    async fn with_staff(db: kernel::Db, names: &[&str], in_turn: bool) -> Self {
        let room = Self::on(db).await;
        for name in names {
            let password = Password::made(&room.ground.random);
            let name = StaffName::parse(name).unwrap();
            room.accounts().add(Keeper::Machine("命令行"), &name, &[Role::Archivist], &password).await.unwrap();
        }
        let chosen = Handling { in_turn, ..Handling::default() };
        room.desk.choose_handling(&archivist("小王"), chosen).await.unwrap();
        room
    }

    fn accounts(&self) -> StaffAccounts {
        StaffAccounts::new(self.ground.clone(), Separation::Required)
    }

    async fn comes(&self, name: &str) -> Option<Timestamp> {
        self.hand.advance(1);
        self.desk.come_or_go(&archivist(name), true).await.unwrap().until
    }

    /// A reader begins to wait, and whose turn it is then.
    async fn begins(&self, openid: &str) -> (Id<Conversation>, Option<String>) {
        let id = self.waiting(openid, "在吗").await;
        self.give(id).await;
        (id, self.of(id).await.assigned_to)
    }

    async fn give(&self, id: Id<Conversation>) {
        let mut tx = self.ground.db.begin().await.unwrap();
        give_in_turn(&mut tx, &self.ground.ids, id, self.ground.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn of(&self, id: Id<Conversation>) -> Conversation {
        store::one(&mut self.ground.db.read().await.unwrap(), id).await.unwrap().unwrap()
    }

    /// What happened to a conversation, as its lines tell.
    async fn lines(&self, id: Id<Conversation>) -> Vec<String> {
        let messages = message::of(&mut self.ground.db.read().await.unwrap(), id, None, 50).await.unwrap();
        messages.into_iter().filter(|one| one.speaker == Speaker::System).map(|one| one.text).collect()
    }

    async fn later(&self, minutes: i64) {
        self.hand.advance(minutes * MINUTE);
        self.desk.attend().await.unwrap();
    }
}

#[tokio::test]
async fn who_begins_to_wait_is_given_to_whose_turn_it_is() {
    both(|db| async {
        let room = Room::with_staff(db, &["小王", "小李"], true).await;
        let (id, nobody) = room.begins("a").await;
        assert_eq!((nobody, room.of(id).await.state), (None, State::Waiting), "nobody is on duty");
        let until = room.comes("小王").await.unwrap();
        assert_eq!(until.local_text(), "2026-11-02 17:30", "until the house closes");
        room.comes("小李").await;
        let (id, first) = room.begins("b").await;
        assert_eq!(first.as_deref(), Some("小李"), "among those who were never given one, by name");
        assert_eq!(room.lines(id).await, ["分派给 小李"]);
        let of = room.of(id).await;
        assert_eq!((of.state, of.unread), (State::Taken, 1), "with the unread badge");
        assert_eq!(room.desk.counts(&archivist("小李")).await.unwrap(), [1, 1, 0, 0, 0]);
        assert_eq!(room.begins("c").await.1.as_deref(), Some("小王"), "who holds fewer");
        room.desk.close(&archivist("小李"), id).await.unwrap();
        assert_eq!(room.begins("d").await.1.as_deref(), Some("小李"));
        let left = room.desk.come_or_go(&archivist("小李"), false).await.unwrap();
        assert_eq!((left.until, left.held), (None, 1), "what somebody holds they keep");
        assert_eq!(room.begins("e").await.1.as_deref(), Some("小王"));
        room.accounts().set_state(Keeper::Machine("命令行"), "小王", StaffState::Disabled).await.unwrap();
        assert_eq!(room.begins("f").await.1, None, "who is switched off is not on duty");
        room.comes("小李").await;
        room.hand.advance(until.seconds_since(room.ground.clock.now()));
        assert!(room.desk.on_duty().await.unwrap().is_empty(), "the duty ends with the day");
    })
    .await;
}

#[tokio::test]
async fn off_by_default_and_nobody_is_given_anything() {
    both(|db| async {
        let room = Room::with_staff(db, &["小王"], Handling::default().in_turn).await;
        room.comes("小王").await;
        assert_eq!(room.begins("a").await.1, None);
    })
    .await;
}

#[tokio::test]
async fn however_many_come_at_once_each_is_given_once_and_all_hold_alike() {
    both(|db| async {
        let room = Room::with_staff(db, &["小王", "小李", "小陈"], true).await;
        for name in ["小王", "小李", "小陈"] {
            room.comes(name).await;
        }
        let mut ids = Vec::new();
        for number in 0..12 {
            ids.push(room.waiting(&format!("o{number}"), "在吗").await);
        }
        // Each is given by two servers at once.
        futures::future::join_all(ids.iter().chain(&ids).map(|id| room.give(*id))).await;
        for id in &ids {
            assert_eq!(room.lines(*id).await.len(), 1, "once");
        }
        let held: Vec<i64> = room.desk.held().await.unwrap().into_iter().map(|(_, held)| held).collect();
        assert_eq!(held, [4, 4, 4]);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_answered_goes_back_and_then_is_escalated_once() {
    both(|db| async {
        let room = Room::with_staff(db, &["小王", "小李"], true).await;
        room.comes("小李").await;
        let (id, _) = room.begins("a").await;
        let by_hand = room.waiting("b", "几点开门").await;
        room.desk.take(&archivist("小王"), by_hand).await.unwrap();
        room.later(29).await;
        assert_eq!(room.of(id).await.assigned_to.as_deref(), Some("小李"));
        room.later(1).await;
        assert_eq!(room.of(id).await.state, State::Waiting, "at the due time");
        assert_eq!(room.of(by_hand).await.assigned_to.as_deref(), Some("小王"), "taken by hand");
        assert_eq!(room.desk.escalated().await.unwrap(), 0);
        room.later(30).await;
        room.later(0).await;
        let told = room.lines(id).await;
        let wanted = ["分派给 小李", "小李 在 30 分钟内没有答复，退回等人答复", "60 分钟没有人答复，已升级"];
        assert_eq!(told, wanted, "each once");
        let told = room.lines(by_hand).await;
        assert_eq!(told, ["小王 接手", "60 分钟没有答复，已升级；从 小王 退回等人答复"]);
        assert_eq!(room.desk.escalated().await.unwrap(), 2);
        let late = room.waiting("c", "在吗").await;
        let (first, _) =
            room.desk.list(&archivist("小王"), &Filter::Waiting, (None, None), (None, (0, 50))).await.unwrap();
        let order: Vec<_> = first.iter().map(|one| (one.id, one.is_escalated())).collect();
        assert_eq!(order, [(id, true), (by_hand, true), (late, false)], "the escalated ones come first");

        room.desk.reply(&archivist("小王"), id, &written("k1", "在")).await.unwrap();
        assert_eq!(room.desk.escalated().await.unwrap(), 1, "who is answered is no longer escalated");
        let figures = crate::Learning::new(room.ground.clone()).figures(&archivist("小王"), 7).await.unwrap();
        assert_eq!(figures.escalated, 2, "but was");
    })
    .await;
}

#[tokio::test]
async fn conversations_are_listed_in_the_order_that_is_asked_for() {
    use crate::store::conversation::Column::{Last, Waiting};

    both(|db| async {
        let room = Room::with_staff(db, &["小王"], false).await;
        let mut asked = Vec::new();
        for openid in ["a", "b", "c"] {
            asked.push(room.waiting(openid, "在吗").await);
            room.hand.advance(MINUTE);
        }
        let &[a, b, c] = &asked[..] else { panic!("three") };
        let wang = archivist("小王");
        room.desk.take(&wang, b).await.unwrap();
        room.desk.reply(&wang, b, &written("k1", "在")).await.unwrap();
        let listed = async |filter: Filter, order| {
            let (found, total) = room.desk.list(&wang, &filter, (None, None), (order, (0, 50))).await.unwrap();
            assert_eq!(total, i64::try_from(found.len()).unwrap());
            found.into_iter().map(|one| one.id).collect::<Vec<_>>()
        };
        assert_eq!(listed(Filter::Waiting, None).await, [a, c], "who waits longest first");
        assert_eq!(listed(Filter::Waiting, Some((Last, true))).await, [c, a]);
        assert_eq!(listed(Filter::All, None).await, [b, c, a], "the last spoken in first");
        assert_eq!(listed(Filter::All, Some((Last, false))).await, [a, c, b]);
        assert_eq!(listed(Filter::All, Some((Waiting, false))).await, [a, c, b], "who waits for nothing is last");
        assert_eq!(listed(Filter::All, Some((Waiting, true))).await, [c, a, b], "here as well");
    })
    .await;
}

#[tokio::test]
async fn the_night_does_not_count_and_staff_choose_the_minutes() {
    both(|db| async {
        let room = Room::with_staff(db, &["小王"], false).await;
        let chosen = Handling { in_turn: false, answer_minutes: 5, escalate_minutes: 10 };
        let editor = Actor::new("小编", vec![Role::Editor]);
        room.desk.choose_handling(&editor, chosen).await.unwrap();
        room.hand.advance(8 * 3600 + 25 * MINUTE);
        let id = room.waiting("a", "在吗").await;
        let due = room.desk.due(&room.of(id).await, &chosen).unwrap();
        assert_eq!(due.local_text(), "2026-11-02 17:30");
        room.later(600).await;
        assert!(!room.of(id).await.is_escalated(), "closed, and on no other day of this week open");
        room.later(7 * 24 * 60 - 9 * 60).await;
        assert!(room.of(id).await.is_escalated());

        let wrong = Handling { escalate_minutes: 5, ..chosen };
        assert!(room.desk.choose_handling(&editor, wrong).await.unwrap_err().to_string().contains("晚于"));
        let auditor = Actor::new("小陈", vec![Role::Auditor]);
        assert!(room.desk.choose_handling(&auditor, chosen).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn what_somebody_held_who_may_no_longer_answer_waits_again() {
    both(|db| async {
        let room = Room::with_staff(db, &["小王", "小李"], false).await;
        let (asked, answered) = (room.waiting("a", "在吗").await, room.waiting("b", "在吗").await);
        for id in [asked, answered] {
            room.desk.take(&archivist("小王"), id).await.unwrap();
        }
        room.desk.reply(&archivist("小王"), answered, &written("k1", "在")).await.unwrap();
        room.later(0).await;
        assert_eq!(room.of(asked).await.state, State::Taken);
        room.accounts().set_state(Keeper::Machine("命令行"), "小王", StaffState::Disabled).await.unwrap();
        room.later(1).await;
        for id in [asked, answered] {
            let of = room.of(id).await;
            assert_eq!((of.state, of.assigned_to, of.waiting_since.is_some()), (State::Waiting, None, true));
            assert_eq!(room.lines(id).await.last().unwrap(), "小王 不能再答复咨询，退回等人答复");
        }
        room.later(0).await;
        assert_eq!(room.lines(asked).await.len(), 2, "once");
    })
    .await;
}

#[tokio::test]
async fn one_server_looks_at_a_time() {
    both(|db| async {
        let room = Room::with_staff(db, &["小王"], false).await;
        let id = room.waiting("a", "在吗").await;
        room.desk.attend_alone("one").await.unwrap();
        room.hand.advance(120 * MINUTE);
        room.desk.attend_alone("one").await.unwrap();
        assert!(room.of(id).await.is_escalated());
        let id = room.waiting("b", "在吗").await;
        room.hand.advance(20);
        room.desk.attend_alone("two").await.unwrap();
        room.hand.advance(180 * MINUTE);
        room.desk.attend_alone("two").await.unwrap();
        assert!(room.of(id).await.is_escalated(), "another goes on when the first is gone");
    })
    .await;
}
