//! Guided lookups through the real inbox.

use std::sync::atomic::Ordering;

use account::AccountKind;
use account::testing::{OPENID, account, text};
use chinese::livelihood::Category;
use kernel::Db;
use kernel::testing::{MONDAY_MORNING, both, ground, sqlite};
use wechat::message::{Event, Kind};

use super::lookup_texts as texts;
use super::tests::Talk;
use super::*;
use crate::lookup::{Answers, Lookup, OFFERED, PERSONS, Sought, Step};
use crate::rule::{Content, Mode, Rule, Trigger, TriggerKind};
use crate::store::message;

impl Talk {
    /// Says some texts, and gives the answer to the last one.
    async fn says(&self, texts: &[&str]) -> String {
        let mut answer = String::new();
        for text in texts {
            answer = self.say(text).await;
        }
        answer
    }

    /// How many rows there are of a table.
    async fn count(&self, query: &'static str) -> i64 {
        self.stage.ground.db.read().await.unwrap().sql(query).one::<(i64,)>().await.unwrap().0
    }

    async fn lookups(&self) -> i64 {
        self.count("SELECT count(*) FROM lookup").await
    }
}

async fn service(db: Db) -> Talk {
    Talk::new(db, AccountKind::Service).await
}

#[tokio::test]
async fn records_about_persons_are_led_to_and_the_case_is_left_to_staff() {
    both(|db| async {
        let talk = service(db).await;
        let what = talk.say("我要查档案").await;
        assert!(what.contains("\n1 婚姻登记\n") && what.contains("\n10 公文和历史资料\n"), "{what}");
        assert!(what.contains("回复“取消”"), "{what}");
        let who = talk.say("1").await;
        assert!(who.contains("查“婚姻登记”") && who.contains("\n3 当事人已去世"), "{who}");
        assert!(talk.say("替我妈妈查").await.contains("哪一年"));
        assert!(talk.say("五十年代").await.contains("在哪里登记"));
        let way = talk.say("桥头公社").await;
        for words in ["1950年至1959年", "委托书", "双方姓名", "人民路 18 号", "0763-5550123", "08:30", "/guide", "人工"]
        {
            assert!(way.contains(words), "{words}: {way}");
        }
        assert!(way.contains("发“婚姻登记档案怎么查？”看说明"), "what the house says itself: {way}");
        assert!(!way.contains("桥头"), "{way}");
        assert_eq!(talk.told().await, (String::new(), "guidance".into()));
        let kept = "SELECT count(*) FROM inbox WHERE content IS NOT NULL";
        assert_eq!(talk.count(kept).await, 0, "what was said about persons");

        assert!(talk.say("人工").await.contains("已为您转给工作人员"));
        let mut tx = talk.stage.ground.db.read().await.unwrap();
        let open = crate::store::conversation::open_of(&mut tx, "demo", OPENID).await.unwrap().unwrap();
        let said = message::of(&mut tx, open.id, None, 50).await.unwrap();
        drop(tx);
        let told = "读者在查档引导里说：婚姻登记，替别人查，大约1950年至1959年，知道当年的单位或地方";
        assert!(said.iter().any(|one| one.text == told), "{said:?}");
        assert_eq!(talk.lookups().await, 0, "forgotten at the end");
        assert_eq!(talk.stage.deliver(&talk.stage.text("1", "own-1")).await, None, "people hear it");
    })
    .await;
}

#[tokio::test]
async fn documents_that_are_not_found_lead_on() {
    both(|db| async {
        let talk = service(db).await;
        let nothing = talk.says(&["查档", "公文", "青铜器拓片", "五十年代", "县博物馆"]).await;
        for words in ["没有查到", "上一步", "/search", "/subjects", "人工", "0763-5550123"] {
            assert!(nothing.contains(words), "{words}: {nothing}");
        }
        assert_eq!(talk.told().await, ("青铜器拓片 县博物馆 1950年至1959年".into(), "default".into()));
        assert!(talk.say("上一步").await.contains("哪个单位发的"), "to be asked otherwise");
        let no_clue = talk.says(&["查档", "10", "不知道", "不知道", "不知道"]).await;
        assert!(no_clue.contains("/subjects") && no_clue.contains("/browse"), "{no_clue}");
    })
    .await;
}

#[tokio::test]
async fn a_name_or_an_id_number_is_neither_kept_nor_repeated_and_the_lookup_goes_on() {
    both(|db| async {
        let talk = service(db).await;
        let guided = talk.says(&["查档", "王小明 结婚 1986"]).await;
        assert!(guided.contains("没有保存") && guided.contains("是谁的档案"), "{guided}");
        let guided = talk.says(&["本人", "身份证 11010519491231002X"]).await;
        assert!(guided.contains("没有保存") && guided.contains("哪一年"), "{guided}");
        let way = talk.says(&["1986年", "王小明", "王小明"]).await;
        assert!(way.contains("您要查：婚姻登记，本人的，大约1986年") && !way.contains("小明"), "{way}");
        let kept = "SELECT count(*) FROM lookup WHERE CAST(answers AS TEXT) LIKE '%王%' OR CAST(answers AS TEXT) LIKE '%1101%'";
        assert_eq!(talk.count(kept).await, 0);
        let kept = "SELECT count(*) FROM inbox WHERE content <> '查档'";
        assert_eq!(talk.count(kept).await, 0);
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_for_something_else_has_left() {
    both(|db| async {
        let talk = service(db).await;
        let picture = || Kind::Image { pic_url: "u".into(), media_id: "m".into() };
        let tap = || Kind::Event(Event::Click("OPENING_HOURS".into()));
        for (other, words) in [(picture(), "图片收到了"), (tap(), "08:30")] {
            talk.says(&["查档", "1"]).await;
            assert!(talk.deliver(other).await.unwrap().contains(words));
            assert_eq!(talk.lookups().await, 0, "{words}");
        }
        for (text, words) in [("地址", "人民路"), ("取消", "已退出"), ("要收费吗", "不收费"), ("几点开门", "08:30")]
        {
            talk.says(&["查档", "1"]).await;
            assert!(talk.say(text).await.contains(words), "{text}");
            assert_eq!(talk.lookups().await, 0, "{text}");
            assert!(!talk.say("1").await.contains("哪一年"), "{text}");
        }
        talk.says(&["查档", "1"]).await;
        assert!(talk.say("粤府〔2023〕68号").await.contains("没有查到"), "a document number is looked up");
        assert_eq!(talk.lookups().await, 0);
        talk.says(&["查档", "10"]).await;
        assert!(talk.say("你们几点开门？").await.contains("08:30"), "no topic");
        assert_eq!(talk.lookups().await, 0);
        talk.says(&["查档", "今天天气"]).await;
        assert!(talk.say("真好").await.contains("没有查到"), "handed on");
        assert_eq!(talk.lookups().await, 0);
        talk.says(&["查档", "1"]).await;
        assert!(talk.say("我想找人问").await.contains("工作人员"), "a person is asked for");
        assert_eq!(talk.lookups().await, 0);
    })
    .await;
}

#[tokio::test]
async fn after_half_an_hour_or_when_the_follower_leaves_it_is_over() {
    both(|db| async {
        let talk = service(db).await;
        talk.says(&["查档", "1"]).await;
        talk.stage.hand.advance(29 * 60);
        assert!(talk.say("本人").await.contains("哪一年"), "counted from the last question");
        talk.stage.hand.advance(30 * 60);
        assert!(!talk.say("1986").await.contains("在哪里登记"));
        talk.says(&["查档", "1"]).await;
        talk.deliver(Kind::Event(Event::Unsubscribe)).await;
        assert_eq!(talk.lookups().await, 0);
        talk.says(&["查档", "1"]).await;
        talk.stage.hand.advance(30 * 60 + 1);
        let keeping = crate::Keeping { keep_days: 0, keep_files_days: 0 };
        let worker = crate::tidying(kernel::jobs::Worker::default(), &talk.stage.ground, keeping);
        crate::plan(&talk.stage.ground).await.unwrap();
        worker.run_one(&talk.stage.ground).await.unwrap();
        assert_eq!(talk.lookups().await, 0);
    })
    .await;
}

#[tokio::test]
async fn another_server_goes_on() {
    both(|db| async {
        let (here, there) = (service(db.clone()).await, service(db).await);
        there.next.store(1000, Ordering::SeqCst);
        here.say("查档").await;
        there.lookups.refresh(None).await.unwrap();
        assert!(there.say("1").await.contains("是谁的档案"));
        assert!(here.say("本人").await.contains("哪一年"));
        assert!(there.say("1986").await.contains("在哪里登记"));
        there.say("取消").await;
        assert!(!here.say("桥头公社").await.contains("请带"), "it has ended for both");
    })
    .await;
}

/// A message as it is heard.
fn heard<'a>(talk: &'a Talk, message: &'a wechat::message::Message) -> Heard<'a> {
    static NOTHING: std::sync::LazyLock<account::Scrubbed> = std::sync::LazyLock::new(account::Scrubbed::default);
    Heard { account: &talk.stage.account, message, at: talk.stage.ground.clock.now(), scrubbed: &NOTHING }
}

#[tokio::test]
async fn who_is_in_no_lookup_costs_no_look_into_the_database() {
    let (_folder, db) = sqlite().await;
    let talk = service(db.clone()).await;
    let message = text("1", 1);
    db.close().await;
    assert_eq!(talk.lookups.of(&heard(&talk, &message)).await.unwrap(), None);
}

#[tokio::test]
async fn the_house_comes_first_and_the_menu_leads_there() {
    both(|db| async {
        let rule = Rule {
            name: "查档".into(),
            priority: 0,
            mode: Mode::All,
            triggers: vec![Trigger { kind: TriggerKind::Equal, text: "查档".into() }],
            replies: vec![Content::Text("请到二楼".into())],
            schedule: crate::Schedule::default(),
            minimum_interval: 0,
            scene: None,
        };
        let talk = Talk::with(db, (AccountKind::Service, true), &[rule]).await;
        assert_eq!(talk.say("查档").await, "请到二楼");
        assert!(talk.say("我要查档案").await.contains("您要查什么"));
        assert_eq!(talk.say("查档").await, "请到二楼", "in a lookup too");
        assert_eq!(talk.lookups().await, 0);
        let tap = || Kind::Event(Event::Click("LOOKUP".into()));
        assert!(talk.deliver(tap()).await.unwrap().contains("您要查什么"));
        talk.says(&["1", "人工"]).await;
        assert!(talk.deliver(tap()).await.unwrap().contains("正在和工作人员对话"));
        assert_eq!(talk.lookups().await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_only_tried_begins_nothing() {
    let (_folder, db) = sqlite().await;
    let talk = service(db).await;
    let asked = Kind::Text { content: "查档".into(), menu_id: None };
    let said = talk.stage.inbox.rehearse("demo", asked, None).await.unwrap();
    let answering = said.iter().find(|(_, spoken)| spoken.is_some()).map(|(voice, _)| *voice);
    assert_eq!(answering, Some("lookup"));
    assert_eq!(talk.lookups().await, 0);
}

#[tokio::test]
async fn everything_fits_into_one_message() {
    let (_folder, db) = sqlite().await;
    let (ground, _) = ground(db);
    let house = toml::from_str::<web::House>(crate::wording::tests::HOUSE).unwrap();
    let wording = Wording::new(house, identity::Links::new(&ground, "https://archives.example.gov.cn"));
    let (subscription, _) = account(AccountKind::Subscription, true);
    let message = text("1", 1);
    let scrubbed = account::Scrubbed::default();
    let heard = Heard { account: &subscription, message: &message, at: MONDAY_MORNING, scrubbed: &scrubbed };
    let fits = |text: &str| {
        let whole = wording.fill(text, &wording.links(&heard), MONDAY_MORNING);
        assert!(whole.len() <= TEXT_BYTES, "{}: {whole}", whole.len());
    };
    for sought in OFFERED {
        for step in [Step::What, Step::Who, Step::When, Step::Where, Step::About, Step::Issuer] {
            let lookup = Lookup { sought: Some(sought), step, answers: Answers::default() };
            fits(&texts::again(&lookup));
            fits(&texts::question(&lookup));
            if let Sought::Livelihood(category) = sought {
                fits(&format!(
                    "{}\n\n{}",
                    crate::guidance::Personal::Event(category).guidance(),
                    texts::question(&lookup)
                ));
            }
        }
        let Sought::Livelihood(category) = sought else { continue };
        for person in PERSONS {
            for years in [None, Some((1950, 1959))] {
                let answers = Answers { person: Some(person), years, ..Answers::default() };
                let lookup = Lookup { sought: Some(sought), step: Step::Told, answers };
                fits(&texts::way(category, &lookup, Some("知青、工龄证明怎么开？")));
            }
        }
    }
    for text in [texts::NOTHING_FOUND, texts::NO_CLUE, texts::LEFT, texts::WITH_PEOPLE] {
        fits(text);
    }
    assert_ne!(texts::frequent(Category::Land), texts::frequent(Category::Forest));
}
