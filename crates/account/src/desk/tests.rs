//! Menus, codes and checks of the connection, with the sandbox as WeChat's side.

use std::sync::Arc;

use kernel::jobs::{Happened, Worker};
use kernel::testing::{both, ground};
use kernel::{Actor, Code, Db, Ground, ManualClock, Role, Timestamp};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use sandbox::{Kind, Offset, Sandbox, SandboxAccount, SandboxSettings};
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;
use wechat::wire::menu::{Button, Menu};

use super::Desk;
use super::check::{CheckStep, StepState};
use super::codes::{CodePurpose, Wanted};
use super::menus::Kept;
use crate::menu::{MenuKey, faults, resolved};
use crate::store::menu as store;
use crate::testing::{KEY, TOKEN, account};
use crate::{Account, AccountKind, Accounts, Clients, HouseEnvironment, Inbox, InboxOptions, jobs};

pub(super) const SITE: &str = "https://a.example";

pub(super) struct House {
    pub(super) ground: Ground,
    pub(super) hand: ManualClock,
    pub(super) sandbox: Sandbox,
    pub(super) accounts: Accounts,
    pub(super) clients: Clients,
}

/// A house with one account, and WeChat's side of it in the sandbox, which is as strict as it can be.
pub(super) async fn house(db: Db, kind: AccountKind) -> House {
    let (ground, hand) = ground(db);
    let (ours, _) = account(kind, true);
    let mut settings = ours.settings.clone();
    let theirs = SandboxAccount {
        name: "demo".into(),
        kind: if kind == AccountKind::Service { Kind::Service } else { Kind::Subscription },
        verified: true,
        original_id: settings.original_id.clone(),
        app_id: settings.app_id.clone(),
        app_secret: settings.app_secret.expose_secret().to_owned(),
        token: TOKEN.into(),
        encoding_aes_key: KEY.into(),
        ..SandboxAccount::default()
    };
    let environment = HouseEnvironment { clock: ground.clock.clone(), random: ground.random.clone() };
    let made = SandboxSettings { accounts: vec![theirs], strict: true, ..SandboxSettings::default() };
    let sandbox = Sandbox::open(made, Arc::new(environment), Offset::default()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    settings.api_base = format!("http://{}", listener.local_addr().unwrap());
    let (served, stopping) = (sandbox.clone(), ground.tasks.stopping());
    ground.tasks.start(async move { served.serve(listener, stopping).await.unwrap() });
    let accounts = Accounts::of([Arc::new(Account::new(settings).unwrap())]);
    let clients = Clients::new(&ground, &accounts).unwrap();
    House { ground, hand, sandbox, accounts, clients }
}

impl House {
    /// The desk of a server whose readers' site is at this address, and its worker.
    pub(super) fn open(&self, site: &str) -> (Desk, Worker) {
        let options = InboxOptions { site_base: site.into(), ..InboxOptions::default() };
        let inbox = Inbox::new(&self.ground, self.accounts.clone(), vec![], options);
        let worker = jobs(Worker::default(), &self.ground, &inbox, &self.clients);
        (Desk::new(self.ground.clone(), inbox, self.clients.clone()), worker)
    }

    async fn work(&self, worker: &Worker) {
        while worker.run_one(&self.ground).await.unwrap() != Happened::Nothing {}
        self.hand.advance(1);
    }

    /// The buttons WeChat has, name and address or key.
    async fn shown(&self) -> Vec<(String, String)> {
        let menus = self.clients.get("demo").unwrap().menus().await.unwrap();
        let what = |button: Button| (button.name, button.url.or(button.key).unwrap_or_default());
        menus.menu.button.into_iter().map(what).collect()
    }

    pub(super) async fn end(self) {
        self.ground.tasks.stop();
        self.sandbox.close().await.unwrap();
    }
}

pub(super) fn editor() -> Actor {
    Actor::new("小李", vec![Role::Editor])
}

fn keys() -> Vec<MenuKey> {
    vec![MenuKey { key: "HOURS".into(), label: "开放时间".into() }]
}

fn page(name: &str, path: &str) -> Menu {
    let button = Button { kind: Some("view".into()), name: name.into(), url: Some(path.into()), ..Button::default() };
    Menu { button: vec![button], menuid: None }
}

fn shown(name: &str, address: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), address.to_owned())]
}

pub(super) fn code(error: &kernel::Error) -> Code {
    error.shown().code()
}

async fn publish(desk: &Desk, menu: &Menu) {
    let read_at = desk.menu(&editor(), "demo").await.unwrap().changed_at;
    desk.draft_menu(&editor(), "demo", menu, read_at).await.unwrap();
    let read_at = desk.menu(&editor(), "demo").await.unwrap().changed_at;
    desk.publish_menu(&editor(), "demo", read_at, &keys()).await.unwrap();
}

#[tokio::test]
async fn what_staff_published_outlives_a_start_and_follows_the_site() {
    both(|db| async {
        let house = house(db, AccountKind::Service).await;
        let (desk, worker) = house.open(SITE);
        desk.furnish_menu("demo", &page("查档案", "/search")).await.unwrap();
        house.work(&worker).await;
        assert_eq!(house.shown().await, shown("查档案", "https://a.example/search"));
        // Nobody touched it: another opening's menu takes its place.
        desk.furnish_menu("demo", &page("查档", "/")).await.unwrap();
        house.work(&worker).await;
        assert_eq!(house.shown().await, shown("查档", "https://a.example/"));

        publish(&desk, &page("本馆", "/guide")).await;
        house.work(&worker).await;
        let (moved, worker) = house.open("https://b.example");
        moved.furnish_menu("demo", &page("查档", "/")).await.unwrap();
        house.work(&worker).await;
        assert_eq!(house.shown().await, shown("本馆", "https://b.example/guide"));
        let kept = moved.menu(&editor(), "demo").await.unwrap();
        assert_eq!(kept.held.unwrap().ordered_by.as_deref(), Some("小李"));
        house.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_published_once_reverted_and_restored_and_nobody_is_overwritten() {
    both(|db| async {
        let house = house(db, AccountKind::Service).await;
        let (desk, worker) = house.open(SITE);
        let actor = editor();
        let read = async || desk.menu(&actor, "demo").await.unwrap();
        let Kept { menu, changed_at: nothing, held: None, .. } = read().await else { panic!("a menu from nowhere") };
        assert_eq!((menu, nothing), (Menu::default(), None));
        let empty = desk.publish_menu(&actor, "demo", None, &keys()).await.unwrap_err();
        assert_eq!(code(&empty), Code::BadRequest, "nothing is no menu");

        desk.draft_menu(&actor, "demo", &page("一", "/"), None).await.unwrap();
        let late = desk.draft_menu(&actor, "demo", &page("二", "/"), None).await.unwrap_err();
        assert_eq!(code(&late), Code::Conflict, "who read nothing does not overwrite a draft");
        assert_eq!(read().await.draft.unwrap().changed_by, "小李");
        let drafted = read().await.changed_at;
        desk.publish_menu(&actor, "demo", drafted, &keys()).await.unwrap();
        assert_eq!(read().await.held.unwrap().state, "waiting");
        house.work(&worker).await;
        let kept = read().await;
        assert_eq!((kept.held.unwrap().state.as_str(), kept.draft, kept.versions.len()), ("published", None, 1));
        assert_ne!(kept.changed_at, drafted);
        let late = desk.draft_menu(&actor, "demo", &page("三", "/"), drafted).await.unwrap_err();
        assert_eq!(code(&late), Code::Conflict, "nor what was published meanwhile");

        desk.draft_menu(&actor, "demo", &page("四", "/browse"), kept.changed_at).await.unwrap();
        let newest = kept.versions[0].published_at;
        desk.restore_menu(&actor, "demo", newest, read().await.changed_at).await.unwrap();
        let kept = read().await;
        assert_eq!((kept.draft, kept.menu), (None, page("一", "/")), "back to what is published");
        assert_eq!(house.shown().await, shown("一", "https://a.example/"));

        for number in 0..11 {
            publish(&desk, &page(&format!("第{number}"), "/guide")).await;
            house.work(&worker).await;
        }
        let kept = read().await;
        assert_eq!(kept.versions.len(), 10, "the last ten are kept");
        let oldest = kept.versions[9].published_at;
        desk.restore_menu(&actor, "demo", oldest, kept.changed_at).await.unwrap();
        assert_eq!(read().await.menu, page("第1", "/guide"));
        let gone = desk.restore_menu(&actor, "demo", newest, read().await.changed_at).await.unwrap_err();
        assert_eq!(code(&gone), Code::NotFound);

        // WeChat refuses one: back to what it has.
        let (newest, published) = {
            let kept = read().await;
            (kept.versions[0].published_at, kept.versions[0].buttons.clone())
        };
        publish(&desk, &page("退", "/")).await;
        let ordered = read().await.held.unwrap().changed_at;
        let mut tx = house.ground.db.begin().await.unwrap();
        store::told(&mut tx, ("demo", ordered), Some(40018), ordered).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(read().await.held.unwrap().state, "refused");
        desk.restore_menu(&actor, "demo", newest, read().await.changed_at).await.unwrap();
        let kept = read().await;
        let held = kept.held.unwrap();
        assert_eq!((held.state.as_str(), held.errcode, held.buttons, kept.draft), ("published", None, published, None));
        let archivist = Actor::new("小王", vec![Role::Archivist]);
        assert_eq!(code(&desk.menu(&archivist, "demo").await.unwrap_err()), Code::Forbidden);
        house.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_menu_that_was_changed_while_it_was_published_goes_on_waiting() {
    both(|db| async {
        let (ground, _) = ground(db);
        let mut tx = ground.db.begin().await.unwrap();
        let (first, second) = (Timestamp::from_seconds(1), Timestamp::from_seconds(2));
        store::put(&mut tx, "demo", (&serde_json::json!({}), None), second).await.unwrap();
        store::told(&mut tx, ("demo", first), None, second).await.unwrap();
        assert_eq!(store::get(&mut tx, "demo").await.unwrap().unwrap().state, "waiting");
        store::told(&mut tx, ("demo", second), Some(40018), second).await.unwrap();
        let held = store::get(&mut tx, "demo").await.unwrap().unwrap();
        assert_eq!((held.state.as_str(), held.errcode), ("refused", Some(40018)));
    })
    .await;
}

fn some_text() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[查档案开放]{1,5}", 2 => "[a-zA-Z0-9 _/-]{0,20}", 1 => "\\PC{0,8}", 1 => any::<String>()]
}

fn some_url() -> impl Strategy<Value = String> {
    let long = (900_usize..1100).prop_map(|length| format!("/{}", "x".repeat(length)));
    prop_oneof![4 => "/[a-z]{0,9}", 4 => "https://[a-z]{1,9}\\.cn/[a-z?=&]{0,9}", 1 => long, 1 => some_text()]
}

fn some_button() -> impl Strategy<Value = Button> {
    let key = prop_oneof![4 => Just("HOURS".to_owned()), 1 => "[A-Z]{120,140}", 1 => some_text()];
    let app = prop_oneof![4 => "wx[0-9a-f]{16}", 1 => some_text()];
    let kind = prop_oneof![3 => Just("click"), 3 => Just("view"), 2 => Just("miniprogram"), 1 => Just("touch")];
    (some_text(), kind, key, some_url(), app, some_text()).prop_map(|(name, kind, key, url, app, page)| Button {
        name,
        kind: Some(kind.into()),
        key: (kind == "click").then_some(key),
        url: (kind != "click").then_some(url),
        appid: (kind == "miniprogram").then_some(app),
        pagepath: (kind == "miniprogram").then_some(page),
        ..Button::default()
    })
}

fn some_menu() -> impl Strategy<Value = Menu> {
    let below = prop::collection::vec(some_button(), 1..=6);
    let column = (some_text(), below).prop_map(|(name, sub_button)| Button { name, sub_button, ..Button::default() });
    let top = prop_oneof![3 => some_button(), 1 => column];
    prop::collection::vec(top, 0..=4).prop_map(|button| Menu { button, menuid: None })
}

#[tokio::test]
async fn what_we_let_through_the_sandbox_takes_too() {
    let (_folder, db) = kernel::testing::sqlite().await;
    let house = house(db, AccountKind::Service).await;
    let client = house.clients.get("demo").unwrap();
    let mut runner = TestRunner::deterministic();
    let mut taken = 0;
    for _ in 0..600 {
        let menu = some_menu().new_tree(&mut runner).unwrap().current();
        if faults(&menu, SITE, &keys()).iter().all(|fault| fault.is_hint) {
            let outcome = client.create_menu(&resolved(menu.clone(), SITE)).await;
            assert!(outcome.is_ok(), "{outcome:?} to {menu:?}");
            taken += 1;
        }
    }
    assert!((60..540).contains(&taken), "both kinds were tried: {taken}");
    house.end().await;
}

#[tokio::test]
async fn codes_are_made_once_listed_and_retired() {
    both(|db| async {
        let house = house(db, AccountKind::Service).await;
        let (desk, _) = house.open(SITE);
        let actor = editor();
        let wanted = |scene: &str, days| Wanted {
            scene: scene.into(),
            name: "一楼服务台".into(),
            purpose: CodePurpose::Desk,
            days,
        };
        desk.make_code(&actor, "demo", &wanted("DESK-1", None)).await.unwrap();
        desk.make_code(&actor, "demo", &wanted("展览", Some(7))).await.unwrap();
        let again = desk.make_code(&actor, "demo", &wanted("DESK-1", None)).await.unwrap_err();
        assert_eq!(code(&again), Code::BadRequest);
        for bad in [
            wanted("", None),
            wanted("a b", None),
            wanted(&"x".repeat(65), None),
            wanted("x", Some(31)),
            wanted("x", Some(0)),
        ] {
            assert_eq!(code(&desk.make_code(&actor, "demo", &bad).await.unwrap_err()), Code::BadRequest, "{bad:?}");
        }
        let codes = desk.codes(&actor, "demo").await.unwrap();
        let ends: Vec<_> = codes.iter().map(|one| (one.code.scene.as_str(), one.code.expires_at)).collect();
        let end = house.ground.clock.now().plus_seconds(7 * 86_400);
        assert_eq!(ends, [("DESK-1", None), ("展览", Some(end))]);
        assert_eq!(codes[0].days.len(), 30);

        desk.retire_code(&actor, ("demo", "DESK-1"), true).await.unwrap();
        assert!(desk.codes(&actor, "demo").await.unwrap()[0].code.retired_at.is_some());
        desk.make_code(&actor, "demo", &wanted("DESK-1", None)).await.unwrap();
        assert_eq!(desk.codes(&actor, "demo").await.unwrap()[0].code.retired_at, None, "made again, listed again");
        let none = desk.retire_code(&actor, ("demo", "nobody"), true).await.unwrap_err();
        assert_eq!(code(&none), Code::NotFound);
        house.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_subscription_account_is_told_why_it_has_no_codes() {
    let (_folder, db) = kernel::testing::sqlite().await;
    let house = house(db, AccountKind::Subscription).await;
    let (desk, _) = house.open(SITE);
    let wanted = Wanted { scene: "X".into(), name: "海报".into(), purpose: CodePurpose::Poster, days: None };
    let error = desk.make_code(&editor(), "demo", &wanted).await.unwrap_err();
    assert_eq!(code(&error), Code::Forbidden);
    assert!(error.to_string().contains("订阅号"), "{error}");
    house.end().await;
}

#[tokio::test]
async fn each_step_of_a_check_tells_what_it_found_and_one_line_is_written() {
    both(|db| async {
        let house = house(db, AccountKind::Service).await;
        let (desk, worker) = house.open(SITE);
        let actor = editor();
        let token = desk.check(&actor, "demo").await.unwrap();
        assert_eq!(token.state, StepState::Good, "{token:?}");
        let look = async |step| desk.look(&actor, "demo", step).await.unwrap().state;
        assert_eq!(look(CheckStep::Callback).await, StepState::Look, "nothing came yet");
        assert_eq!(look(CheckStep::Mode).await, StepState::Open);
        assert_eq!(look(CheckStep::Capabilities).await, StepState::Good);
        assert_eq!(look(CheckStep::Addresses).await, StepState::Look);
        assert_eq!(look(CheckStep::Reach).await, StepState::Open);

        jobs::plan(&house.ground, &house.accounts).await.unwrap();
        while worker.run_one(&house.ground).await.unwrap() != Happened::Nothing {}
        assert_eq!(look(CheckStep::Addresses).await, StepState::Good);
        house.hand.advance(4 * 86_400);
        assert_eq!(look(CheckStep::Addresses).await, StepState::Look, "an old list is told");
        let mut tx = house.ground.db.read().await.unwrap();
        let lines = tx.sql("SELECT count(*) FROM audit WHERE action = 'account.check'").one::<(i64,)>().await.unwrap();
        assert_eq!(lines, (1,));
        drop(tx);
        house.end().await;
    })
    .await;
}
