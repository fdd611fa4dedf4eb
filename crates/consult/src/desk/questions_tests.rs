use identity::Links;
use kernel::testing::{both, ground};
use kernel::{Db, ManualClock};

use super::*;
use crate::wording::tests::HOUSE;

struct Room {
    desk: QuestionsDesk,
    hand: ManualClock,
}

fn reader(openid: &str) -> Vec<(String, String)> {
    vec![("demo".to_owned(), openid.to_owned())]
}

impl Room {
    async fn on(db: Db) -> Self {
        let (ground, hand) = ground(db.clone());
        let switchboard = Switchboard::open(db).await.unwrap();
        let wording =
            Wording::new(toml::from_str::<web::House>(HOUSE).unwrap(), Links::new(&ground, "https://a.example"));
        Self { desk: QuestionsDesk::new(ground, switchboard, wording), hand }
    }

    async fn ask(&self, openid: &str, key: &str, text: &str) -> Written {
        self.hand.advance(1);
        self.desk.ask(&reader(openid), key, text).await.unwrap()
    }

    async fn own(&self, openid: &str) -> Vec<Own> {
        self.desk.own(&reader(openid)).await.unwrap()
    }

    /// A person answers, and the reply finds no window or is not tried yet.
    async fn answered(&self, of: Id<Conversation>, text: &str, is_tried: bool) {
        let now = self.desk.ground.clock.now();
        let mut tx = self.desk.ground.db.begin().await.unwrap();
        let said = Message::new(&self.desk.ground.ids, of, Speaker::Staff, text, now);
        let told = is_tried.then(|| "没有窗口".to_owned());
        let said = Message { delivery: Some(Delivery::Waiting), told, ..said };
        message::insert(&mut tx, &said).await.unwrap();
        store::answered(&mut tx, of, now).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn counted(&self) -> Vec<(String, i64)> {
        let today = self.desk.ground.clock.now().day();
        let days = crate::store::learning::days(&mut self.desk.ground.db.read().await.unwrap(), today).await.unwrap();
        days.into_iter().map(|(_, name, count)| (name, count)).collect()
    }
}

const KEPT: Written = Written::Kept { scrubbed: false };

#[tokio::test]
async fn what_is_asked_on_the_site_is_in_the_one_conversation_of_its_reader() {
    both(|db| async {
        let room = Room::on(db).await;
        assert_eq!(room.ask("a", "k1", " 查 1986 年的\r\n批文 ").await, KEPT);
        assert_eq!(room.ask("a", "k1", "又一次").await, KEPT);
        assert_eq!(room.ask("a", "k2", "水利局的").await, KEPT);
        assert_eq!(room.ask("b", "k3", "别人的事").await, KEPT);
        let own = room.own("a").await;
        assert_eq!(own.len(), 1);
        let texts: Vec<&str> = own[0].messages.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, ["查 1986 年的\n批文", "水利局的"], "the same key writes once");
        assert!(own[0].messages.iter().all(|one| one.from_site));
        let held = &own[0].conversation;
        assert_eq!((held.state, held.unread, held.waiting_since.is_some()), (State::Waiting, 2, true));
        assert!(room.desk.switchboard.is_talking("demo", "a"), "the chat goes to people too");
        assert!(room.desk.own(&[]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_in_words_and_numbers_are_not_kept() {
    both(|db| async {
        let room = Room::on(db).await;
        for text in ["", " \r\n ", &"长".repeat(LONGEST + 1)] {
            assert!(matches!(room.ask("a", "k", text).await, Written::Refused(_)), "{}", text.len());
        }
        assert!(room.own("a").await.is_empty(), "nothing is begun");
        let number = "11010519491231002X";
        let kept = room.ask("a", "k", &format!("我的证号 {number}，电话13800138000")).await;
        assert_eq!(kept, Written::Kept { scrubbed: true });
        let own = room.own("a").await;
        assert_eq!(own[0].messages[0].text, "我的证号 〔身份证号〕，电话〔电话〕");
        assert_eq!(own[0].conversation.last_text, own[0].messages[0].text);
        for at in 1..A_DAY {
            assert_eq!(room.ask("a", &format!("k{at}"), &"长".repeat(LONGEST)).await, KEPT, "{at}");
        }
        assert!(matches!(room.ask("a", "more", "还有").await, Written::Refused(why) if why.contains("20 次")));
        assert_eq!(room.ask("b", "other", "还有").await, KEPT, "each reader has their own budget");
        room.hand.advance(86_400);
        assert_eq!(room.ask("a", "next", "还有").await, KEPT, "and a new one every day");
    })
    .await;
}

#[tokio::test]
async fn a_reply_that_waited_has_come_once_its_reader_sees_it() {
    both(|db| async {
        let room = Room::on(db).await;
        room.ask("a", "k", "在吗").await;
        let id = room.own("a").await[0].conversation.id;
        room.answered(id, "在", true).await;
        room.answered(id, "马上发出的", false).await;
        assert!(room.own("b").await.is_empty());
        let delivery = async || -> Vec<Option<Delivery>> {
            let own = room.own("a").await;
            own[0].messages.iter().filter(|one| one.speaker == Speaker::Staff).map(|one| one.delivery).collect()
        };
        assert_eq!(delivery().await, [Some(Delivery::Waiting); 2], "as it was when the page was made");
        assert_eq!(delivery().await, [Some(Delivery::Sent), Some(Delivery::Waiting)], "the other is still to be sent");
    })
    .await;
}

#[tokio::test]
async fn only_its_reader_ends_a_conversation_and_says_once_how_it_was() {
    both(|db| async {
        let room = Room::on(db).await;
        room.ask("a", "k", "在吗").await;
        let id = room.own("a").await[0].conversation.id;
        let name = room.desk.reference(id);
        let rate = async |openid: &str, said| room.desk.rate(&reader(openid), &name, said).await.unwrap();
        room.answered(id, "在", true).await;
        assert!(!rate("a", Satisfaction::Satisfied).await, "it goes on");
        assert!(!room.desk.end(&reader("b"), &name).await.unwrap(), "somebody else's");
        assert!(!room.desk.end(&reader("a"), "").await.unwrap());
        assert!(room.desk.end(&reader("a"), &name).await.unwrap());
        assert!(!room.desk.end(&reader("a"), &name).await.unwrap(), "it has ended");
        assert!(room.own("a").await[0].may_rate);
        assert!(!rate("b", Satisfaction::Dissatisfied).await);
        assert!(rate("a", Satisfaction::Neutral).await);
        assert!(!rate("a", Satisfaction::Satisfied).await, "once");
        let own = room.own("a").await;
        assert_eq!((own[0].conversation.satisfaction, own[0].may_rate), (Some(3), false));
        assert_eq!(room.counted().await, [("neutral".to_owned(), 1)]);
        // A conversation that no person answered is not asked about.
        room.ask("a", "k2", "还有一件").await;
        let other = room.desk.reference(room.own("a").await[0].conversation.id);
        assert_eq!(room.own("a").await[0].conversation.unread, 1);
        assert!(room.desk.end(&reader("a"), &other).await.unwrap());
        assert_eq!(room.own("a").await[0].conversation.unread, 0, "nobody has to read what has ended");
        assert!(!room.desk.rate(&reader("a"), &other, Satisfaction::Satisfied).await.unwrap());
        assert_eq!(room.own("a").await.len(), 2, "a new conversation after the one that ended");
    })
    .await;
}
