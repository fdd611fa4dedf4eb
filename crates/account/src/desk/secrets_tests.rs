//! T18: secrets that are changed while the house runs, with the sandbox as WeChat's side.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::testing::both;
use kernel::{Actor, Code, Role, audit};
use secrecy::ExposeSecret as _;
use tokio::time::Instant;
use wechat::callback::{Mode, Refusal};
use wechat::cipher::AesKey;
use wechat::push::Pusher;
use wechat::reply::{Reply, ReplyMessage};
use wechat::{Environment as _, Query};

use super::Desk;
use super::tests::{House, SITE, code, editor, house};
use crate::secrets::CallbackSecrets;
use crate::store::secret::{self as store, Kind};
use crate::testing::{APP_ID, KEY, TOKEN, text};
use crate::{
    Account, AccountKind, Accounts, Answer, Clients, Dialogue, Heard, HouseEnvironment, Inbox, InboxOptions, Spoken,
};

const NEW_SECRET: &str = "abcdef0123456789abcdef0123456789";
const NEW_TOKEN: &str = "newToken456";
const NEW_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// Answers everything alike.
struct Echo;

impl Dialogue for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    fn hear<'a>(&'a self, _: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        async { Ok(Some(Reply::Text("收到".into()).into())) }.boxed()
    }
}

/// A server of the house.
struct Server {
    desk: Desk,
    clients: Clients,
    environment: HouseEnvironment,
    number: std::sync::atomic::AtomicI64,
}

impl Server {
    fn of(house: &House, first: i64) -> Self {
        let (accounts, ground) = (own(&house.accounts), house.ground.clone());
        let clients = Clients::new(&ground, &accounts).unwrap();
        let options = InboxOptions { site_base: SITE.into(), ..InboxOptions::default() };
        let inbox = Inbox::new(&ground, accounts, vec![Arc::new(Echo)], options);
        let environment = HouseEnvironment { clock: ground.clock.clone(), random: ground.random.clone() };
        Self { desk: Desk::new(ground, inbox, clients.clone()), clients, environment, number: first.into() }
    }

    /// Whether WeChat lets it call.
    async fn may_call(&self) -> bool {
        self.clients.get("demo").unwrap().callback_addresses().await.is_ok()
    }

    /// Delivers a message signed with a token and a key: the answer, read with the same.
    async fn deliver(&self, token: &str, key: &str) -> Result<String, Refusal> {
        let pusher = Pusher::sealed(token, APP_ID, Mode::Secure, AesKey::parse(key).unwrap());
        let number = self.number.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let mut message = text("在吗", self.environment.now());
        message.id = Some(number.to_string());
        let push = pusher.push(&message, &self.environment).unwrap();
        let query = Query::parse(&push.query).unwrap();
        let inbox = self.desk.inbox();
        let account = inbox.accounts().get("demo").unwrap();
        let Answer::Body(body) = inbox.receive(account, &query, push.body.as_bytes(), Instant::now()).await? else {
            panic!("the connection was closed")
        };
        let Ok(Some(ReplyMessage { reply: Reply::Text(text), .. })) =
            pusher.read_answer(&String::from_utf8_lossy(&body))
        else {
            panic!("not answered with the same key")
        };
        Ok(text)
    }

    /// Whether WeChat's check of the address passes with a token.
    fn verifies(&self, token: &str) -> bool {
        let query = Pusher::plain(token, APP_ID).verification("echo", &self.environment);
        let query = Query::parse(&query).unwrap();
        let account = self.desk.inbox().accounts().get("demo").unwrap();
        account.verify_url(&query, self.environment.now()).is_ok()
    }
}

/// The accounts of another server with the same settings.
fn own(accounts: &Accounts) -> Accounts {
    Accounts::of(accounts.iter().map(|account| Arc::new(Account::new(account.settings.clone()).unwrap())))
}

fn secrets(token: &str, key: &str) -> CallbackSecrets {
    CallbackSecrets { token: token.into(), encoding_aes_key: Some(key.into()) }
}

#[tokio::test]
async fn t18_an_app_secret_is_changed_while_running_and_the_old_token_is_dropped() {
    both(|db| async {
        let house = house(db, AccountKind::Service).await;
        let (one, other) = (Server::of(&house, 1), Server::of(&house, 1));
        assert!(one.may_call().await && other.may_call().await);
        let old = house.accounts.get("demo").unwrap().settings.app_secret.expose_secret().to_owned();

        let refused = one.desk.change_app_secret(&editor(), "demo", NEW_SECRET).await.unwrap_err();
        assert!(code(&refused) == Code::BadRequest && refused.to_string().contains("不对"), "{refused}");
        assert!(!refused.to_string().contains(NEW_SECRET));
        let unknown = one.desk.change_app_secret(&editor(), "demo", "短").await.unwrap_err();
        assert!(unknown.to_string().contains("32 位"), "{unknown}");
        let stranger = Actor::new("小王", vec![Role::Archivist]);
        let forbidden = one.desk.change_app_secret(&stranger, "demo", NEW_SECRET).await.unwrap_err();
        assert_eq!(code(&forbidden), Code::Forbidden);
        assert!(one.may_call().await, "what was refused changes nothing");
        assert_eq!(one.desk.recent_alarm("demo").await.unwrap(), None, "and alarms nobody");

        house.sandbox.operate("demo", |account| account.app_secret = NEW_SECRET.into());
        assert!(!one.may_call().await, "WeChat no longer takes what was given for the old secret");
        one.desk.change_app_secret(&editor(), "demo", NEW_SECRET).await.unwrap();
        assert!(one.may_call().await);
        assert!(other.desk.secrets.refresh().await.is_ok() && other.may_call().await, "every server takes it over");
        let late = Server::of(&house, 1);
        late.desk.keep_secrets_fresh().await.unwrap();
        assert!(late.may_call().await, "and who starts later");
        let again = one.desk.change_app_secret(&editor(), "demo", NEW_SECRET).await.unwrap_err();
        assert!(again.to_string().contains("相同"), "{again}");

        let mut tx = house.ground.db.read().await.unwrap();
        let lines = audit::read(&mut tx, &audit::Filter::default(), 10).await.unwrap();
        assert!(lines.iter().all(|line| !line.detail.to_string().contains(NEW_SECRET)));
        let acts = lines.iter().filter(|line| line.action == "account.change-secret").count();
        assert_eq!(acts, 2, "the refusal and the change");
        let kept = store::all(&mut tx).await.unwrap();
        assert!(kept.iter().all(|kept| kept.sealed.as_ref().is_some_and(|sealed| !sealed.contains(NEW_SECRET))));
        drop(tx);

        let refused = one.desk.restore_secret(&editor(), "demo", Kind::AppSecret).await.unwrap_err();
        assert_eq!(code(&refused), Code::BadRequest, "the settings file's is no longer good");
        house.sandbox.operate("demo", |account| account.app_secret = old);
        one.desk.restore_secret(&editor(), "demo", Kind::AppSecret).await.unwrap();
        assert!(one.may_call().await);
        let twice = one.desk.restore_secret(&editor(), "demo", Kind::AppSecret).await.unwrap_err();
        assert_eq!(code(&twice), Code::NotYet);
        house.end().await;
    })
    .await;
}

#[tokio::test]
async fn t18_both_tokens_are_taken_until_the_first_delivery_with_the_new_one() {
    both(|db| async {
        let house = house(db, AccountKind::Service).await;
        let (one, other) = (Server::of(&house, 1000), Server::of(&house, 2000));
        assert_eq!(one.deliver(NEW_TOKEN, NEW_KEY).await, Err(Refusal::Signature));
        one.desk.change_callback(&editor(), "demo", secrets(NEW_TOKEN, NEW_KEY)).await.unwrap();
        other.desk.secrets.refresh().await.unwrap();
        for server in [&one, &other] {
            assert_eq!(server.deliver(TOKEN, KEY).await.unwrap(), "收到", "WeChat has not gone over");
            assert!(server.verifies(TOKEN) && server.verifies(NEW_TOKEN), "nor checked the address");
        }
        assert_eq!(one.deliver("another1", NEW_KEY).await, Err(Refusal::Signature));
        assert_eq!(one.deliver(NEW_TOKEN, NEW_KEY).await.unwrap(), "收到");
        assert_eq!(one.deliver(TOKEN, KEY).await, Err(Refusal::Signature), "WeChat has gone over");
        let mut looks = 0;
        while one.desk.secrets("demo").await.unwrap()[1].overlap_until.is_some() {
            looks += 1;
            assert!(looks < 10_000, "that WeChat has gone over is kept");
            tokio::task::yield_now().await;
        }
        other.desk.secrets.refresh().await.unwrap();
        assert_eq!(other.deliver(TOKEN, KEY).await, Err(Refusal::Signature), "on every server");
        assert_eq!(other.deliver(NEW_TOKEN, NEW_KEY).await.unwrap(), "收到");

        one.desk.restore_secret(&editor(), "demo", Kind::Callback).await.unwrap();
        assert_eq!(one.deliver(NEW_TOKEN, NEW_KEY).await.unwrap(), "收到", "back to the settings file, as gently");
        assert_eq!(one.deliver(TOKEN, KEY).await.unwrap(), "收到");
        assert_eq!(one.deliver(NEW_TOKEN, NEW_KEY).await, Err(Refusal::Signature));
        house.end().await;
    })
    .await;
}

#[tokio::test]
async fn t18_after_a_day_the_old_token_is_refused_though_nothing_came_with_the_new_one() {
    both(|db| async {
        let house = house(db, AccountKind::Service).await;
        let server = Server::of(&house, 1000);
        // The key alone is another one: the signature is right with both.
        server.desk.change_callback(&editor(), "demo", secrets(TOKEN, NEW_KEY)).await.unwrap();
        house.hand.advance(86_399);
        assert_eq!(server.deliver(TOKEN, KEY).await.unwrap(), "收到");
        house.hand.advance(1);
        assert!(matches!(server.deliver(TOKEN, KEY).await, Err(Refusal::Cipher(_))));
        assert_eq!(server.deliver(TOKEN, NEW_KEY).await.unwrap(), "收到");
        house.end().await;
    })
    .await;
}

#[tokio::test]
async fn t18_what_is_no_token_or_key_is_refused_in_words() {
    both(|db| async {
        let house = house(db, AccountKind::Service).await;
        let server = Server::of(&house, 1000);
        let refused = async |new: CallbackSecrets| {
            server.desk.change_callback(&editor(), "demo", new).await.unwrap_err().to_string()
        };
        assert!(refused(secrets("ab", NEW_KEY)).await.contains("3 至 32 位"));
        assert!(refused(secrets("with blank", NEW_KEY)).await.contains("3 至 32 位"));
        assert!(refused(secrets(NEW_TOKEN, "short")).await.contains("43 位"));
        assert!(refused(secrets(TOKEN, KEY)).await.contains("相同"));
        let none = CallbackSecrets { token: NEW_TOKEN.into(), encoding_aes_key: None };
        assert!(refused(none).await.contains("需要它"));
        assert_eq!(server.deliver(TOKEN, KEY).await.unwrap(), "收到");
        house.end().await;
    })
    .await;
}
