//! Notices from asking to the end, with WeChat played by a small server that answers as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use account::testing::{OPENID, Stage};
use account::{AccountKind, InboxOptions};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::Uri;
use axum::response::IntoResponse as _;
use axum::routing::any;
use kernel::jobs::{Happened, Worker};
use kernel::testing::{both, ground};
use kernel::{Db, ManualClock, Role};
use wechat::message::{Event, Kind, SubscribeChoice, SubscribeSent};

use super::*;
use crate::Results;
use crate::notice::Stage as Standing;

/// What WeChat was sent: path and body; and what it answers next.
#[derive(Clone, Default)]
struct Wechat {
    sent: Arc<Mutex<Vec<(String, Value)>>>,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
}

const TAKEN: &str = r#"{"errcode":0,"errmsg":"ok","msgid":3000000001}"#;
const TEMPLATES: &str = r#"{"errcode":0,"data":[
    {"priTmplId":"S","title":"咨询答复通知","type":2,
     "content":"事项:{{thing1.DATA}}\n时间:{{time2.DATA}}\n提示:{{thing3.DATA}}\n"}]}"#;
const MESSAGES: &str =
    r#"{"template_list":[{"template_id":"T","title":"查档结果","content":"事项：{{thing1.DATA}}\n"}]}"#;

async fn answer(State(wechat): State<Wechat>, uri: Uri, body: Bytes) -> axum::response::Response {
    let told = match uri.path() {
        "/cgi-bin/stable_token" => r#"{"access_token":"token","expires_in":7200}"#,
        "/wxaapi/newtmpl/gettemplate" => TEMPLATES,
        "/cgi-bin/template/get_all_private_template" => MESSAGES,
        path => {
            let sent = serde_json::from_slice(&body).unwrap_or(Value::Null);
            wechat.sent.lock().unwrap().push((path.to_owned(), sent));
            wechat.answers.lock().unwrap().pop_front().unwrap_or(TAKEN)
        }
    };
    told.into_response()
}

struct House {
    noticing: Noticing,
    wechat: Wechat,
    worker: Worker,
    stage: Stage,
    hand: ManualClock,
}

fn director() -> Actor {
    Actor::new("馆长", vec![Role::Director])
}

impl House {
    async fn on(db: Db, kind: AccountKind) -> Self {
        let (ground, hand) = ground(db);
        let wechat = Wechat::default();
        let routes = axum::Router::new().fallback(any(answer)).with_state(wechat.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api_base = format!("http://{}", listener.local_addr().unwrap());
        ground.tasks.start(async move { axum::serve(listener, routes).await.unwrap() });
        let (account, _) = account::testing::account(kind, true);
        let settings = account::AccountSettings { api_base, ..account.settings.clone() };
        let accounts = Accounts::of([Arc::new(account::Account::new(settings).unwrap())]);
        let clients = Clients::new(&ground, &accounts).unwrap();
        let noticing = Noticing::new(&ground, (&accounts, &clients), "https://a.example");
        let worker = crate::jobs(Worker::default(), &Results::new(ground.clone(), clients), &noticing);
        let dialogues: Vec<Arc<dyn account::Dialogue>> = vec![Arc::new(Consenting)];
        let stage = Stage::new((ground, hand.clone()), (kind, true), InboxOptions::default(), dialogues);
        Self { noticing, wechat, worker, stage, hand }
    }

    async fn choose(&self, template: &str, fields: &[(&str, Source)]) {
        let fields = fields.iter().map(|(key, source)| ((*key).to_owned(), source.clone())).collect();
        let chosen = Some((template.to_owned(), fields));
        self.noticing.choose(&director(), ("demo", Purpose::ReplyWaits), chosen).await.unwrap();
    }

    /// Subscription notices tell of replies.
    async fn subscribes(&self) {
        assert_eq!(self.noticing.fetch(&director(), "demo").await.unwrap(), 2);
        let fact = Source::Fact;
        let fields = [("thing1", fact(Fact::Matter)), ("time2", fact(Fact::When)), ("thing3", fact(Fact::Hint))];
        self.choose("S", &fields).await;
    }

    /// Template messages do.
    async fn messages(&self) {
        self.noticing.fetch(&director(), "demo").await.unwrap();
        self.choose("T", &[("thing1", Source::Words("咨询".to_owned()))]).await;
    }

    async fn hear(&self, event: Event) {
        self.hand.advance(1);
        self.stage.deliver(&self.stage.message(Kind::Event(event), None)).await;
    }

    async fn allows(&self, is_yes: bool) {
        let choice = SubscribeChoice { template_id: "S".into(), accepted: is_yes, popup_scene: Some(0) };
        self.hear(Event::SubscribePopup(vec![choice])).await;
    }

    /// Asks that the reader is told, and does the job.
    async fn tell(&self, about: &str) -> Happened {
        self.hand.advance(1);
        let notice = Notice {
            account: "demo".into(),
            openid: OPENID.into(),
            purpose: Purpose::ReplyWaits,
            about: about.into(),
            page: "/questions".into(),
            facts: samples(Purpose::ReplyWaits),
        };
        let ground = &self.stage.ground;
        let mut tx = ground.db.begin().await.unwrap();
        want(&mut tx, &ground.ids, ground.clock.now(), notice).await.unwrap();
        tx.commit().await.unwrap();
        self.work().await
    }

    async fn work(&self) -> Happened {
        self.worker.run_one(&self.stage.ground).await.unwrap()
    }

    fn sent(&self) -> Vec<(String, Value)> {
        self.wechat.sent.lock().unwrap().clone()
    }

    fn answers(&self, answer: &'static str) {
        self.wechat.answers.lock().unwrap().push_back(answer);
    }

    /// Where every notice stands, the newest first.
    async fn stages(&self) -> Vec<Standing> {
        let (log, total) = self.noticing.log("demo", &Wanted::default(), (1, 20)).await.unwrap();
        assert_eq!(i64::try_from(log.len()).unwrap(), total);
        log.into_iter().map(|logged| logged.stage).collect()
    }

    async fn consents(&self, template: &str) -> Consents {
        let all = self.noticing.templates("demo").await.unwrap().templates;
        all.into_iter().find(|one| one.template.id == template).unwrap().consents
    }

    async fn known_openids(&self) -> i64 {
        let mut tx = self.stage.ground.db.read().await.unwrap();
        tx.sql("SELECT count(*) FROM notice WHERE openid IS NOT NULL").one::<(i64,)>().await.unwrap().0
    }
}

#[tokio::test]
async fn a_reader_who_allowed_it_is_told_once_and_who_did_not_is_not() {
    both(|db| async {
        let house = House::on(db, AccountKind::Service).await;
        assert_eq!(house.tell("a").await, Happened::Done("account.notice".into()));
        assert_eq!(house.stages().await, [], "nobody chose a template");
        house.subscribes().await;
        house.tell("b").await;
        house.allows(false).await;
        house.tell("c").await;
        assert_eq!((house.stages().await, house.sent().len()), (vec![Standing::Unsent; 2], 0));
        house.allows(true).await;
        house.tell("d").await;
        house.tell("d").await;
        let sent = house.sent();
        assert_eq!(sent.len(), 1, "told once of the same");
        let (path, body) = &sent[0];
        assert_eq!((path.as_str(), &body["touser"]), ("/cgi-bin/message/subscribe/bizsend", &json!(OPENID)));
        assert_eq!(body["data"]["time2"]["value"], "2026年11月30日 15:01");
        assert_eq!(body["page"], "https://a.example/enter/demo?to=%2Fquestions");
        assert_eq!(house.stages().await[0], Standing::Taken);
        house.tell("e").await;
        assert_eq!((house.sent().len(), house.stages().await[0]), (1, Standing::Unsent), "the consent is used up");
        let consents = house.consents("S").await;
        assert_eq!((consents.granted, consents.used, consents.refused, consents.allowing), (1, 1, 1, 0));
        let ended = |status: &str| SubscribeSent {
            template_id: "S".into(),
            msg_id: "77".into(),
            error_code: 0,
            error_status: status.into(),
        };
        assert_eq!(house.known_openids().await, 1, "one end is awaited");
        house.hear(Event::SubscribeSent(vec![ended("success")])).await;
        house.hear(Event::SubscribeSent(vec![ended("success")])).await;
        assert_eq!(house.stages().await[1], Standing::Delivered);
        assert_eq!(house.known_openids().await, 0, "whom it was for is forgotten");
    })
    .await;
}

#[tokio::test]
async fn p27_an_unclear_template_message_is_repeated_under_its_name_for_ten_minutes() {
    both(|db| async {
        let house = House::on(db, AccountKind::Service).await;
        house.messages().await;
        for _ in 0..30 {
            house.answers("half an ans");
        }
        assert!(matches!(house.tell("a").await, Happened::Again(..)));
        for _ in 0..15 {
            house.hand.advance(60);
            house.work().await;
        }
        let sent = house.sent();
        let names: std::collections::BTreeSet<_> =
            sent.iter().map(|(_, body)| body["client_msg_id"].as_str().unwrap().to_owned()).collect();
        assert_eq!((sent.len(), names.len()), (10, 1), "at 0, 60 … 540 seconds, always under one name");
        assert_eq!(house.stages().await, [Standing::Unknown]);
        house.hand.advance(3600);
        assert_eq!(house.work().await, Happened::Nothing);
        let event = Event::TemplateSent { msg_id: "5".into(), status: "success".into() };
        house.hear(event).await;
        assert_eq!(house.stages().await, [Standing::Delivered], "WeChat told after all");
    })
    .await;
}

#[tokio::test]
async fn p27_what_has_no_key_is_not_repeated_and_what_never_left_is() {
    both(|db| async {
        let house = House::on(db, AccountKind::Service).await;
        house.subscribes().await;
        house.allows(true).await;
        house.answers("half an ans");
        house.tell("a").await;
        house.hand.advance(60);
        assert_eq!(house.work().await, Happened::Nothing);
        assert_eq!((house.stages().await, house.sent().len()), (vec![Standing::Unknown], 1));
        assert_eq!(house.consents("S").await.allowing, 0, "what may have been sent has used it");
        house.allows(true).await;
        house.answers(r#"{"errcode":45011,"errmsg":"api minute-quota reached"}"#);
        assert!(matches!(house.tell("b").await, Happened::Again(..)));
        assert_eq!((house.stages().await[0], house.consents("S").await.allowing), (Standing::Waiting, 1));
        house.hand.advance(3600);
        house.work().await;
        assert_eq!((house.stages().await[0], house.sent().len()), (Standing::Taken, 3));
    })
    .await;
}

#[tokio::test]
async fn who_switched_it_off_is_never_sent_to() {
    both(|db| async {
        let house = House::on(db, AccountKind::Service).await;
        house.messages().await;
        house.tell("a").await;
        house.hear(Event::TemplateSent { msg_id: "3000000001".into(), status: "failed:user block".into() }).await;
        house.tell("b").await;
        assert_eq!((house.stages().await, house.sent().len()), (vec![Standing::Unsent, Standing::Failed], 1));
        let followers = [("demo".to_owned(), OPENID.to_owned())];
        house.noticing.switch(&followers, Purpose::ReplyWaits, false).await.unwrap();
        house.tell("c").await;
        assert_eq!(house.sent().len(), 2);
        house.noticing.switch(&followers, Purpose::ReplyWaits, true).await.unwrap();
        house.tell("d").await;
        assert_eq!(house.sent().len(), 2);
        assert!(house.noticing.offers(&followers).await.unwrap()[0].consent.is_off);
        // Who comes back after leaving begins anew.
        house.hear(Event::Unsubscribe).await;
        assert_eq!((house.consents("T").await, house.known_openids().await), (Consents::default(), 0));
    })
    .await;
}

#[tokio::test]
async fn a_refusal_sets_our_count_right() {
    both(|db| async {
        let house = House::on(db, AccountKind::Service).await;
        house.subscribes().await;
        house.allows(true).await;
        house.allows(true).await;
        house.answers(r#"{"errcode":43101,"errmsg":"user refuse to accept the msg"}"#);
        house.tell("a").await;
        house.tell("b").await;
        assert_eq!((house.stages().await, house.sent().len()), (vec![Standing::Unsent, Standing::Refused], 1));
        let change = SubscribeChoice { template_id: "S".into(), accepted: false, popup_scene: None };
        house.hear(Event::SubscribeChange(vec![change])).await;
        assert_eq!(house.consents("S").await.off, 1);
    })
    .await;
}

#[tokio::test]
async fn one_message_is_agreed_to_on_the_page_of_wechat_and_sent_once() {
    both(|db| async {
        let house = House::on(db, AccountKind::Subscription).await;
        assert!(house.noticing.fetch(&director(), "demo").await.is_err(), "no right to subscription notices");
        assert!(house.noticing.keep_one_time(&director(), "demo", "a b").await.is_err());
        house.noticing.keep_one_time(&director(), "demo", " O_1 ").await.unwrap();
        house.choose("O_1", &[]).await;
        let followers = [("demo".to_owned(), OPENID.to_owned())];
        let back = "https://a.example/notices/allowed";
        let page = house.noticing.question(&followers, Purpose::ReplyWaits, back).await.unwrap();
        let reserved = page.split_once("&reserved=").unwrap().1.split('#').next().unwrap().to_owned();
        assert!(!house.noticing.answered("0123456789abcdef", true).await.unwrap(), "a name nobody was given");
        assert!(house.noticing.answered(&reserved, true).await.unwrap());
        assert!(!house.noticing.answered(&reserved, true).await.unwrap(), "a name is used once");
        house.tell("a").await;
        house.tell("b").await;
        let sent = house.sent();
        assert_eq!((sent.len(), sent[0].0.as_str()), (1, "/cgi-bin/message/template/subscribe"));
        assert_eq!((&sent[0].1["scene"], &sent[0].1["title"]), (&json!("1"), &json!("您的咨询有了答复")));
        assert!(sent[0].1["url"].as_str().unwrap().starts_with("https://a.example/questions?t="));
        assert_eq!(house.stages().await, [Standing::Unsent, Standing::Taken]);
        let late = house.noticing.question(&followers, Purpose::ReplyWaits, back).await.unwrap();
        let late = late.split_once("&reserved=").unwrap().1.split('#').next().unwrap().to_owned();
        house.hand.advance(3601);
        assert!(!house.noticing.answered(&late, true).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn only_who_keeps_the_account_chooses_and_only_what_fits() {
    both(|db| async {
        let house = House::on(db, AccountKind::Service).await;
        house.noticing.fetch(&director(), "demo").await.unwrap();
        let archivist = Actor::new("小王", vec![Role::Archivist]);
        let of = ("demo", Purpose::ReplyWaits);
        let chosen = |words: &str| Some(("T".to_owned(), [("thing1".to_owned(), Source::Words(words.into()))].into()));
        let code = |outcome: Result<()>| outcome.err().map(|error| error.shown().code());
        let none: Option<(String, BTreeMap<String, Source>)> = None;
        assert_eq!(code(house.noticing.choose(&archivist, of, none.clone()).await), Some(Code::Forbidden));
        assert_eq!(code(house.noticing.choose(&director(), of, chosen("")).await), Some(Code::BadRequest));
        let gone = Some(("X".to_owned(), BTreeMap::new()));
        assert_eq!(code(house.noticing.choose(&director(), of, gone).await), Some(Code::NotFound));
        let trial = house.noticing.try_out(&director(), ("demo", OPENID), Purpose::ReplyWaits).await;
        assert_eq!(code(trial), Some(Code::NotYet));
        house.noticing.choose(&director(), of, chosen("咨询")).await.unwrap();
        house.noticing.try_out(&director(), ("demo", OPENID), Purpose::ReplyWaits).await.unwrap();
        house.work().await;
        let (log, _) = house.noticing.log("demo", &Wanted::default(), (1, 20)).await.unwrap();
        assert!(log[0].is_trial && log[0].stage == Standing::Taken, "{log:?}");
        house.noticing.choose(&director(), of, None).await.unwrap();
        house.tell("a").await;
        assert_eq!(house.stages().await.len(), 1, "nothing is told any longer");
    })
    .await;
}

#[tokio::test]
async fn what_is_old_is_forgotten() {
    both(|db| async {
        let house = House::on(db, AccountKind::Service).await;
        house.messages().await;
        house.tell("a").await;
        house.hand.advance(25 * 3600);
        house.noticing.tidy().await.unwrap();
        assert_eq!((house.stages().await, house.known_openids().await), (vec![Standing::Taken], 0));
        house.hand.advance(30 * 86_400);
        house.noticing.tidy().await.unwrap();
        assert_eq!(house.stages().await, []);
    })
    .await;
}
