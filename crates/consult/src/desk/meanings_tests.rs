//! Readers whose words no question shares, with a stand-in for the endpoint.

use account::testing::{OPENID, account};
use account::{AccountKind, Clients};
use kernel::jobs::Happened;
use kernel::testing::{both, ground};
use kernel::{Actor, Db, ManualClock, Role};

use super::*;
use crate::commonest;
use crate::endpoint::tests::{Manner, endpoint, stand_in};

struct House {
    finder: Finder,
    answers: AnswersDesk,
    hand: ManualClock,
}

impl House {
    async fn with(db: Db, manner: Manner) -> Self {
        let (ground, hand) = ground(db.clone());
        commonest::seed(&ground).await.unwrap();
        let endpoint = endpoint(&ground, &stand_in(&ground, manner).await);
        let rulebook = Rulebook::with(db, web::House::default(), Some(endpoint)).await.unwrap();
        let accounts = Accounts::of([account(AccountKind::Service, true).0]);
        let clients = Clients::new(&ground, &accounts).unwrap();
        let mouth = Mouth::new(ground.clone(), accounts.clone(), clients);
        let wording = Wording::new(web::House::default(), identity::Links::new(&ground, "https://a.example"));
        let answers = AnswersDesk::new(ground.clone(), rulebook.clone());
        Self { finder: Finder { ground, rulebook, mouth, wording, accounts }, answers, hand }
    }

    async fn work(&self) -> Vec<Happened> {
        let (worker, mut all) = (self.finder.worker(), Vec::new());
        loop {
            match worker.run_one(&self.finder.ground).await.unwrap() {
                Happened::Nothing => return all,
                happened => all.push(happened),
            }
        }
    }

    async fn count(&self, text: &'static str) -> i64 {
        self.finder.ground.db.read().await.unwrap().sql(text).one::<(i64,)>().await.unwrap().0
    }

    /// A question that the account had no answer for.
    async fn asked(&self, text: &str, state: State) -> Id<Message> {
        let (ground, now) = (&self.finder.ground, self.finder.ground.clock.now());
        let begun = Conversation::begun(ground.ids.make(), ("demo", OPENID), now);
        let said = Message::new(&ground.ids, begun.id, Speaker::Reader, text, now);
        let mut tx = ground.db.begin().await.unwrap();
        conversation::insert(&mut tx, &Conversation { state, ..begun }, now).await.unwrap();
        message::insert(&mut tx, &said).await.unwrap();
        order_offer(&mut tx, &ground.ids, (said.id, now)).await.unwrap();
        tx.commit().await.unwrap();
        self.hand.advance(2);
        said.id
    }
}

#[tokio::test]
async fn vectors_follow_the_questions_and_the_model() {
    both(|db| async {
        let house = House::with(db, Manner::Good).await;
        assert!(!house.finder.rulebook.knows_meanings());
        house.finder.plan().await.unwrap();
        assert_eq!(house.work().await, [Happened::Done(LearnMeanings::KIND.into())]);
        let (ready, all) = house.answers.meaning().map(|meaning| (meaning.ready, meaning.wordings)).unwrap();
        assert!(house.finder.rulebook.knows_meanings() && ready == all && all > 100, "{ready} of {all}");
        let editor = Actor::new("小王", vec![Role::Archivist]);
        let faq = Faq {
            question: "两口子分开了".into(), category: "婚".into(), answer: "答".into(), ..Faq::default()
        };
        let id = house.answers.add_faq(&editor, &faq, true).await.unwrap();
        assert_eq!(house.work().await.len(), 1);
        assert_eq!(house.answers.meaning().unwrap().ready, all + 1);
        house.answers.remove_faq(&editor, id).await.unwrap();
        assert_eq!(house.answers.meaning().unwrap().ready, all);
        let mut tx = house.finder.ground.db.begin().await.unwrap();
        tx.sql("UPDATE faq_vector SET model = 'older'").run().await.unwrap();
        tx.commit().await.unwrap();
        house.finder.rulebook.refresh().await.unwrap();
        assert_eq!(house.answers.meaning().unwrap().ready, 0, "another model's places mean nothing here");
        house.finder.plan().await.unwrap();
        house.work().await;
        assert_eq!(house.answers.meaning().unwrap().ready, all);
        assert_eq!(house.count("SELECT count(*) FROM faq_vector WHERE model = 'older'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn while_the_endpoint_fails_vectors_wait_and_nobody_is_told_anything() {
    both(|db| async {
        let house = House::with(db, Manner::Status(503)).await;
        house.finder.plan().await.unwrap();
        let happened = house.work().await;
        assert!(matches!(&happened[..], [Happened::Again(_, why)] if why.contains("503")), "{happened:?}");
        house.asked("咋弄离婚的纸", State::Bot).await;
        assert_eq!(house.work().await, [Happened::Done(OfferByMeaning::KIND.into())]);
        assert_eq!(house.count("SELECT count(*) FROM conversation_message").await, 1, "nothing was said");
    })
    .await;
}

#[tokio::test]
async fn who_waits_no_longer_or_speaks_with_a_person_is_offered_nothing() {
    both(|db| async {
        let house = House::with(db, Manner::Good).await;
        house.finder.plan().await.unwrap();
        house.work().await;
        let asked = house.asked("两口子领证", State::Waiting).await;
        assert_eq!(house.finder.unanswered(asked).await.unwrap(), None);
        assert_eq!(house.work().await.len(), 1);
        let mut tx = house.finder.ground.db.begin().await.unwrap();
        tx.sql("UPDATE conversation SET state = 'bot'").run().await.unwrap();
        tx.commit().await.unwrap();
        assert!(house.finder.unanswered(asked).await.unwrap().is_some());
        house.hand.advance(STALE_SECONDS);
        assert_eq!(house.finder.unanswered(asked).await.unwrap(), None);
        assert_eq!(house.count("SELECT count(*) FROM conversation_message").await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_tried_says_what_would_follow() {
    both(|db| async {
        let house = House::with(db, Manner::Good).await;
        let asked = "两口子那张纸";
        assert_eq!(house.answers.would_follow(asked, None).await.unwrap(), None, "nothing is placed yet");
        house.finder.plan().await.unwrap();
        house.work().await;
        let told = house.answers.would_follow(asked, None).await.unwrap().unwrap();
        assert!(told.contains("婚姻登记") && told.contains("您是不是想问"), "{told}");
        assert_eq!(house.answers.would_follow(&"婚".repeat(LONGEST + 1), None).await.unwrap(), None, "a story");
        let ground = &house.finder.ground;
        let broken = endpoint(ground, &stand_in(ground, Manner::Text("?")).await);
        // The vectors are there, and the endpoint answers strangely from now on.
        let rulebook = Rulebook::with(ground.db.clone(), web::House::default(), Some(broken)).await.unwrap();
        let why = AnswersDesk::new(ground.clone(), rulebook).would_follow(asked, None).await.unwrap_err();
        assert!(why.contains("不是向量"), "{why}");
    })
    .await;
}
