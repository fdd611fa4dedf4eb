//! Conversations with the whole row of dialogues, through the real inbox.

use account::testing::Stage;
use account::{AccountKind, InboxOptions};
use catalogue::{Answer, Indexes, Item, Level, PublicId};
use identity::Links;
use kernel::Db;
use kernel::jobs::Job;
use kernel::testing::{both, ground, sqlite};
use tempfile::TempDir;
use wechat::message::{Event, Kind, Scene, Spot};

use super::*;
use crate::commonest;
use crate::rule::{Content, Mode, Rule, Trigger, TriggerKind};
use crate::wording::tests::HOUSE;

/// A rule with two texts, a picture and a card.
fn exhibition() -> Rule {
    let card = |title: &str| Content::News {
        title: title.into(),
        description: String::new(),
        picture: String::new(),
        url: "/browse".into(),
    };
    Rule {
        name: "展览".into(),
        priority: 0,
        mode: Mode::All,
        triggers: vec![Trigger { kind: TriggerKind::Equal, text: "展览".into() }],
        replies: vec![
            Content::Image("m1".into()),
            Content::Text("一楼展厅".into()),
            card("地契展"),
            Content::Text("免费参观".into()),
        ],
        schedule: crate::Schedule::default(),
        minimum_interval: 0,
        scene: None,
    }
}

pub(super) struct Talk {
    pub(super) stage: Stage,
    pub(super) lookups: Lookups,
    _index: TempDir,
    pub(super) next: std::sync::atomic::AtomicU64,
}

impl Talk {
    /// A house with the common rules and questions and an empty catalogue.
    pub(super) async fn new(db: Db, kind: AccountKind) -> Self {
        Self::with(db, (kind, true), &[]).await
    }

    /// The same with further rules, on an account that is verified or not.
    pub(super) async fn with(db: Db, kind: (AccountKind, bool), rules: &[Rule]) -> Self {
        let (ground, hand) = ground(db.clone());
        commonest::seed(&ground).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let change = crate::store::Change { by: "", at: ground.clock.now() };
        for rule in rules {
            assert!(crate::store::rule::add(&mut tx, ground.ids.make(), (rule, true), &change).await.unwrap());
        }
        tx.commit().await.unwrap();
        let rulebook = Rulebook::open(db.clone(), web::House::default()).await.unwrap();
        let index = tempfile::tempdir().unwrap();
        let indexes = Indexes::open(index.path(), ::search::Ranking::default()).unwrap();
        let catalogue = Catalogue::new(db, "437001", indexes.open_side());
        let wording =
            Wording::new(toml::from_str::<web::House>(HOUSE).unwrap(), Links::new(&ground, "https://a.example"));
        let switchboard = Switchboard::open(ground.db.clone()).await.unwrap();
        let lookups = Lookups::open(ground.db.clone()).await.unwrap();
        let dialogues = dialogues(&ground, &rulebook, (&switchboard, &lookups), catalogue, &wording);
        let stage = Stage::new((ground, hand), kind, InboxOptions::default(), dialogues);
        Self { stage, lookups, _index: index, next: 1.into() }
    }

    pub(super) async fn deliver(&self, kind: Kind) -> Option<String> {
        let id = self.next.fetch_add(1, std::sync::atomic::Ordering::SeqCst).to_string();
        // Events have no id; they are told apart by their second.
        let id = Some(id.as_str()).filter(|_| !matches!(kind, Kind::Event(_)));
        self.stage.hand.advance(1);
        self.stage.deliver(&self.stage.message(kind, id)).await
    }

    pub(super) async fn say(&self, text: &str) -> String {
        self.deliver(Kind::Text { content: text.into(), menu_id: None }).await.unwrap()
    }

    /// What waits to be sent after an answer.
    async fn further(&self) -> Vec<serde_json::Value> {
        let mut tx = self.stage.ground.db.read().await.unwrap();
        let rows = tx.sql("SELECT CAST(payload AS TEXT) FROM job WHERE kind = $1").bind(account::SayFurther::KIND);
        let rows = rows.all::<(String,)>().await.unwrap();
        rows.iter().map(|(payload,)| serde_json::from_str(payload).unwrap()).collect()
    }

    /// What was told about the last question: its text and how it was answered.
    pub(super) async fn told(&self) -> (String, String) {
        let mut tx = self.stage.ground.db.read().await.unwrap();
        let rows = tx.sql("SELECT CAST(payload AS TEXT) FROM event WHERE kind = $1 ORDER BY sequence DESC LIMIT 1");
        let (payload,) = rows.bind("consult.question-heard").one::<(String,)>().await.unwrap();
        let payload: serde_json::Value = serde_json::from_str(&payload).unwrap();
        let field = |name: &str| payload[name].as_str().unwrap().to_owned();
        (field("text"), field("answered"))
    }
}

#[tokio::test]
async fn a_follower_is_greeted_and_menu_keys_are_answered() {
    both(|db| async {
        let talk = Talk::new(db, AccountKind::Service).await;
        let greeting = talk.deliver(Kind::Event(Event::Subscribe(None))).await.unwrap();
        assert!(greeting.contains("欢迎") && greeting.contains("清源县档案馆") && greeting.contains("/search"));
        let scene = Scene { value: "poster".into(), ticket: "t".into() };
        assert!(talk.deliver(Kind::Event(Event::Scan(scene))).await.unwrap().contains("欢迎"));
        let hours = talk.deliver(Kind::Event(Event::Click("OPENING_HOURS".into()))).await.unwrap();
        assert!(hours.contains("08:30") && hours.contains("现在开放"), "{hours}");
        assert_eq!(talk.deliver(Kind::Event(Event::View { url: "u".into(), menu_id: None })).await, None);
        assert_eq!(talk.deliver(Kind::Event(Event::Unsubscribe)).await, None);
    })
    .await;
}

#[tokio::test]
async fn questions_are_answered_by_rules_and_by_the_faq() {
    both(|db| async {
        let talk = Talk::new(db, AccountKind::Service).await;
        assert!(talk.say("请问几点开门？").await.contains("08:30"));
        assert_eq!(talk.told().await, ("请问几点开门？".into(), "rule".into()));
        assert!(talk.say("婚姻档案怎么查").await.contains("身份证原件"));
        assert_eq!(talk.told().await.1, "faq");
        assert!(talk.say("你们的地址在哪").await.contains("人民路 18 号"));
    })
    .await;
}

#[tokio::test]
async fn what_is_about_a_person_is_guided_and_kept_nowhere() {
    both(|db| async {
        let talk = Talk::new(db, AccountKind::Service).await;
        for text in
            ["王小明 结婚 1986", "张三丰知青", "我的身份证 11010519491231002X", "帮我查 11010519491231002X 婚姻"]
        {
            let answer = talk.say(text).await;
            assert!(answer.contains("不在网上公开") && answer.contains("/guide"), "{answer}");
            assert_eq!(talk.told().await, (String::new(), "guidance".into()), "{text}");
        }
        let mut tx = talk.stage.ground.db.read().await.unwrap();
        let kept = tx.sql("SELECT count(*) FROM inbox WHERE content IS NOT NULL").one::<(i64,)>().await.unwrap();
        assert_eq!(kept, (0,));
    })
    .await;
}

#[tokio::test]
async fn the_default_answer_leads_on_and_is_short_within_the_hour() {
    both(|db| async {
        let talk = Talk::new(db, AccountKind::Service).await;
        let whole = talk.say("青铜器拓片").await;
        assert!(whole.contains("开放时间") && whole.contains("/search") && whole.contains("/guide"), "{whole}");
        assert_eq!(talk.told().await, ("青铜器拓片".into(), "default".into()));
        let short = talk.say("瓦当拓片").await;
        assert!(short.len() < whole.len() / 2 && short.contains("/search") && !short.contains('\n'), "{short}");
        talk.stage.hand.advance(3600);
        assert_eq!(talk.say("瓷器拓片").await.len(), whole.len());
        talk.deliver(Kind::Event(Event::Unsubscribe)).await;
        let mut tx = talk.stage.ground.db.read().await.unwrap();
        assert_eq!(tx.sql("SELECT count(*) FROM default_answer").one::<(i64,)>().await.unwrap(), (0,));
    })
    .await;
}

#[tokio::test]
async fn near_questions_are_offered_where_nothing_is_found() {
    let (_folder, db) = sqlite().await;
    let talk = Talk::new(db, AccountKind::Service).await;
    let answer = talk.say("结婚登记在哪里办").await;
    // The only one that may be meant is answered.
    assert!(answer.contains("婚姻登记档案怎么查？") && answer.contains("带身份证原件到馆"), "{answer}");
    assert!(answer.contains("要问的不是这个") && !answer.contains("没有查到"), "{answer}");
}

#[tokio::test]
async fn pictures_voices_and_places_get_a_helpful_answer() {
    let (_folder, db) = sqlite().await;
    let talk = Talk::new(db, AccountKind::Service).await;
    let picture = Kind::Image { pic_url: "u".into(), media_id: "m".into() };
    let voice = Kind::Voice { media_id: "m".into(), format: "amr".into(), media_id_16k: None, recognition: None };
    let spot = Spot { latitude: 1.0, longitude: 2.0, scale: None, label: "家".into() };
    for (kind, words) in [(picture, "图片收到了"), (voice, "语音收到了"), (Kind::Location(spot), "人民路 18 号")]
    {
        assert!(talk.deliver(kind).await.unwrap().contains(words), "{words}");
    }
    let spoken = Kind::Voice {
        media_id: "m".into(),
        format: "amr".into(),
        media_id_16k: None,
        recognition: Some("开放时间".into()),
    };
    assert!(talk.deliver(spoken).await.unwrap().contains("08:30"));
    assert_eq!(talk.deliver(Kind::Unknown { name: "file".into(), fields: Vec::new() }).await, None);
}

#[tokio::test]
async fn links_of_a_subscription_account_carry_a_ticket() {
    let (_folder, db) = sqlite().await;
    let talk = Talk::new(db, AccountKind::Subscription).await;
    let answer = talk.say("开放时间").await;
    assert!(answer.contains("https://a.example/guide?t=k1."), "{answer}");
}

#[tokio::test]
async fn all_replies_of_a_rule_come_as_far_as_the_account_may() {
    both(|db| async {
        let talk = Talk::with(db, (AccountKind::Service, true), &[exhibition()]).await;
        assert_eq!(talk.say("展览").await, "一楼展厅\n\n免费参观");
        let further = talk.further().await;
        let [job] = further.as_slice() else { panic!("{further:?}") };
        let kinds: Vec<_> = job["messages"].as_array().unwrap().iter().map(|one| one["msgtype"].clone()).collect();
        assert_eq!(kinds, ["image", "news"]);
        // The same message again gets the same answer, and nothing more.
        let again = talk.stage.message(Kind::Text { content: "展览".into(), menu_id: None }, Some("1"));
        assert_eq!(talk.stage.deliver(&again).await.unwrap(), "一楼展厅\n\n免费参观");
        assert_eq!(talk.further().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_account_without_customer_service_says_all_it_can_in_one_message() {
    let (_folder, db) = sqlite().await;
    let talk = Talk::with(db, (AccountKind::Subscription, false), &[exhibition()]).await;
    let answer = talk.say("展览").await;
    assert!(answer.starts_with("一楼展厅\n\n免费参观\n\n<a href=\"https://a.example/browse?t=k1."), "{answer}");
    assert!(answer.ends_with("\">地契展</a>"), "{answer}");
    assert_eq!(talk.further().await.len(), 0);
}

#[tokio::test]
async fn records_are_named_with_links_and_the_way_to_the_rest() {
    let (_folder, db) = sqlite().await;
    let (ground, _) = ground(db);
    let links = Links::new(&ground, "https://a.example");
    let item = |title: &str| Item {
        id: PublicId::parse("abcdefgh234567ab").unwrap(),
        reference_code: "X001".into(),
        title: title.into(),
        level: Level::Item,
        title_hits: Vec::new(),
        number_hits: Vec::new(),
        creator_hits: Vec::new(),
        document_number: Some("粤府〔2023〕68号".into()),
        date: Some("2023-08-01".into()),
        dates: Some("2023-08-01".into()),
        creator: None,
        fonds: "X001".into(),
        fonds_title: "县政府".into(),
        url: "/records/abc".into(),
    };
    let answer = Answer {
        total: 128,
        items: vec![item("关于印发<规划>的通知"), item(&"很长的题名".repeat(200)), item("第三件")],
        ..Answer::default()
    };
    let (account, _) = account::testing::account(AccountKind::Service, true);
    let links = links.of(&account, account::testing::OPENID, ground.clock.now());
    let Reply::Text(text) = search::content(&answer, "规划", &links) else { panic!("a text") };
    assert!(
        text.contains("找到 128 条") && text.contains("关于印发＜规划＞的通知</a>\n粤府〔2023〕68号 · 2023年8月1日")
    );
    assert_eq!(text.matches("https://a.example/records/abc").count(), 3);
    assert!(text.ends_with("<a href=\"https://a.example/search?q=%E8%A7%84%E5%88%92\">更多结果</a>"), "{text}");
    assert!(text.len() <= TEXT_BYTES);
}
