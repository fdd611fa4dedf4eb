use account::testing::account as testing_account;
use account::{AccountKind, Accounts, Clients};
use identity::Links;
use kernel::jobs::{Happened, Worker};
use kernel::testing::{both, ground};
use kernel::{Db, ManualClock, Role};

use super::*;
use crate::wording::tests::HOUSE;

pub(in crate::desk) struct Room {
    pub(in crate::desk) desk: ConversationsDesk,
    pub(in crate::desk) ground: Ground,
    pub(in crate::desk) hand: ManualClock,
}

pub(in crate::desk) fn archivist(name: &str) -> Actor {
    Actor::new(name, vec![Role::Archivist])
}

fn code(error: &kernel::Error) -> Code {
    error.shown().code()
}

pub(in crate::desk) fn written(key: &str, text: &str) -> Reply {
    Reply { key: key.into(), text: text.into(), kind: "text" }
}

impl Room {
    pub(in crate::desk) async fn on(db: Db) -> Self {
        let (ground, hand) = ground(db.clone());
        let switchboard = Switchboard::open(db).await.unwrap();
        let wording =
            Wording::new(toml::from_str::<web::House>(HOUSE).unwrap(), Links::new(&ground, "https://a.example"));
        let (_service, _) = testing_account(AccountKind::Service, true);
        let accounts = Accounts::default();
        let clients = Clients::new(&ground, &accounts).unwrap();
        let mouth = Mouth::new(ground.clone(), accounts, clients);
        let desk = ConversationsDesk::new(ground.clone(), switchboard, wording, mouth);
        Self { desk, ground, hand }
    }

    /// A reader who waits.
    pub(in crate::desk) async fn waiting(&self, openid: &str, text: &str) -> Id<Conversation> {
        let now = self.ground.clock.now();
        let conversation = Conversation {
            id: self.ground.ids.make(),
            channel: Channel::Wechat,
            follower: Some(("demo".into(), openid.into())),
            reader_name: format!("读者 {openid}"),
            state: State::Waiting,
            assigned_to: None,
            topic: None,
            last_text: text.into(),
            last_at: now,
            unread: 1,
            opened_at: now,
            waiting_since: Some(now),
            closed_at: None,
            satisfaction: None,
            in_turn: false,
            escalated_at: None,
        };
        let mut tx = self.ground.db.begin().await.unwrap();
        assert!(store::insert(&mut tx, &conversation, now).await.unwrap());
        let said = self.desk.said(&conversation, Speaker::Reader, &archivist("-"), text);
        assert!(message::insert(&mut tx, &said).await.unwrap());
        tx.commit().await.unwrap();
        self.hand.advance(1);
        conversation.id
    }

    async fn found(&self, actor: &Actor, filter: Filter, q: &str) -> Vec<String> {
        let q = Some(q.to_owned());
        let (held, total) = self.desk.list(actor, &filter, (q, None), (None, (0, 50))).await.unwrap();
        assert_eq!(i64::try_from(held.len()).unwrap(), total);
        held.into_iter().map(|one| one.reader_name).collect()
    }
}

#[tokio::test]
async fn a_conversation_is_one_persons_at_a_time() {
    both(|db| async {
        let room = Room::on(db).await;
        let (wang, li) = (archivist("小王"), archivist("小李"));
        let id = room.waiting("a", "查 1986 年的批文").await;
        room.waiting("b", "几点开门").await;
        assert_eq!(room.found(&wang, Filter::Waiting, "").await, ["读者 a", "读者 b"], "who waits longest comes first");
        let taken = room.desk.take(&wang, id).await.unwrap();
        assert_eq!((taken.state, taken.assigned_to.as_deref()), (State::Taken, Some("小王")));
        assert_eq!(code(&room.desk.take(&li, id).await.unwrap_err()), Code::Conflict);
        let refused = room.desk.reply(&li, id, &written("k1", "我来答")).await.unwrap_err();
        assert!(refused.to_string().contains("小王 正在办理"), "{refused}");
        assert_eq!(room.desk.counts(&wang).await.unwrap(), [1, 1, 0, 0, 0]);
        assert_eq!(room.desk.counts(&li).await.unwrap(), [1, 0, 1, 0, 0]);
        room.desk.assign(&li, id, "小李").await.unwrap();
        room.desk.reply(&li, id, &written("k2", "请到馆查阅")).await.unwrap();
        room.desk.close(&li, id).await.unwrap();
        assert_eq!(code(&room.desk.reply(&li, id, &written("k3", "再说")).await.unwrap_err()), Code::Conflict);
        room.desk.reopen(&li, id).await.unwrap();
        room.desk.hand_back(&li, id).await.unwrap();
        assert_eq!(room.found(&li, Filter::Bot, "").await, ["读者 a"]);
        let told: Vec<String> =
            room.desk.view(&li, id).await.unwrap().messages.into_iter().map(|message| message.text).collect();
        assert!(
            told.iter().any(|text| text == "小王 接手") && told.iter().any(|text| text == "小李 结束了咨询"),
            "{told:?}"
        );
        let auditor = Actor::new("小陈", vec![Role::Auditor]);
        assert_eq!(code(&room.desk.view(&auditor, id).await.unwrap_err()), Code::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn the_same_key_writes_once_and_what_does_not_fit_is_refused() {
    both(|db| async {
        let room = Room::on(db).await;
        let wang = archivist("小王");
        let id = room.waiting("a", "在吗").await;
        let first = room.desk.reply(&wang, id, &written("k", "<b>在</b>\u{202E}的")).await.unwrap();
        let again = room.desk.reply(&wang, id, &written("k", "别的话")).await.unwrap();
        assert_eq!((first.id, again.text.as_str()), (again.id, "＜b＞在＜/b＞的"));
        assert_eq!(first.delivery, Some(Delivery::Waiting));
        for text in ["", "  ", &"长".repeat(683)] {
            let refused = room.desk.reply(&wang, id, &written("x", text)).await.unwrap_err();
            assert_eq!(code(&refused), Code::BadRequest, "{}", text.len());
        }
        let note = room.desk.note(&wang, id, "n", "读者是常客").await.unwrap();
        assert_eq!(room.desk.note(&wang, id, "n", "读者是常客").await.unwrap().id, note.id);
        assert_eq!(room.desk.view(&wang, id).await.unwrap().messages.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn what_was_said_is_found_and_calls_are_written_down() {
    both(|db| async {
        let room = Room::on(db).await;
        let wang = archivist("小王");
        let id = room.waiting("a", "族谱 100% 在吗").await;
        room.waiting("b", "婚姻登记").await;
        room.desk.reply(&wang, id, &written("k", "请看三楼")).await.unwrap();
        assert_eq!(room.found(&wang, Filter::All, "100%").await, ["读者 a"], "literally, and in all that was said");
        for one in ["谱", "族谱 在吗", "１００", "三楼"] {
            assert_eq!(room.found(&wang, Filter::All, one).await, ["读者 a"], "{one}");
        }
        for none in ["族%在", "族谱 OR 婚姻", "族谱 婚姻", "NOT 族谱", "楼"] {
            let found = room.found(&wang, Filter::All, none).await;
            assert_eq!(found.len(), usize::from(none == "楼"), "nothing typed is an operator: {none}");
        }
        let call = room.desk.telephone(&wang, " 张先生 ", "地契怎么查", Some("请带身份证")).await.unwrap();
        assert_eq!((call.state, call.reader_name.as_str()), (State::Closed, "张先生"));
        assert_eq!(room.found(&wang, Filter::Closed, "地契").await, ["张先生"]);
        let messages = room.desk.view(&wang, call.id).await.unwrap().messages;
        assert_eq!(messages.iter().map(|one| one.speaker).collect::<Vec<_>>(), [Speaker::Reader, Speaker::Staff]);
    })
    .await;
}

#[tokio::test]
async fn a_reply_that_may_have_arrived_is_sent_again_only_when_asked() {
    both(|db| async {
        let room = Room::on(db).await;
        let wang = archivist("小王");
        let id = room.waiting("a", "在吗").await;
        let said = room.desk.reply(&wang, id, &written("k", "在")).await.unwrap();
        let mut tx = room.ground.db.begin().await.unwrap();
        for step in [(Delivery::Waiting, Delivery::Sending), (Delivery::Sending, Delivery::Unknown)] {
            assert!(message::deliver(&mut tx, said.id, step, Some("?")).await.unwrap());
        }
        tx.commit().await.unwrap();
        let again = room.desk.retry(&wang, id, said.id).await.unwrap();
        assert_eq!(again.delivery, Some(Delivery::Waiting));
        let mut tx = room.ground.db.begin().await.unwrap();
        assert!(message::deliver(&mut tx, said.id, (Delivery::Waiting, Delivery::Sending), None).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(code(&room.desk.retry(&wang, id, said.id).await.unwrap_err()), Code::Conflict);
    })
    .await;
}

#[tokio::test]
async fn however_many_answers_find_no_window_the_reader_is_to_be_told_once() {
    both(|db| async {
        let room = Room::on(db).await;
        let wang = archivist("小王");
        let id = room.waiting("a", "在吗").await;
        for key in ["k1", "k2"] {
            room.desk.reply(&wang, id, &written(key, "请带上户口本")).await.unwrap();
        }
        let worker = crate::jobs(Worker::default(), &room.ground, &room.desk.mouth, &room.desk.switchboard);
        for _ in 0..2 {
            assert!(matches!(worker.run_one(&room.ground).await.unwrap(), Happened::Done(_)));
        }
        let waiting = jobs::kept(&mut room.ground.db.read().await.unwrap(), 10).await.unwrap();
        let wanted: Vec<account::notice::Notice> = waiting
            .into_iter()
            .filter(|job| job.kind == "account.notice")
            .map(|job| serde_json::from_value(job.payload).unwrap())
            .collect();
        let [notice] = &wanted[..] else { panic!("{wanted:?}") };
        assert_eq!((notice.openid.as_str(), notice.page.as_str()), ("a", "/questions"));
        assert!(!format!("{notice:?}").contains("户口本"), "nothing of the answer");
    })
    .await;
}

#[tokio::test]
async fn messages_are_read_in_pages_in_their_order() {
    both(|db| async {
        let room = Room::on(db).await;
        let wang = archivist("小王");
        let id = room.waiting("a", "0").await;
        for number in 1..=PAGE + 5 {
            room.hand.advance(1);
            room.desk.note(&wang, id, &format!("k{number}"), &number.to_string()).await.unwrap();
        }
        let view = room.desk.view(&wang, id).await.unwrap();
        assert!(view.earlier && view.messages.len() == 50);
        let (earlier, more) = room.desk.earlier(&wang, id, view.messages[0].id).await.unwrap();
        let texts: Vec<&str> = earlier.iter().map(|message| message.text.as_str()).collect();
        assert_eq!((texts, more), (vec!["0", "1", "2", "3", "4", "5"], false));
    })
    .await;
}
