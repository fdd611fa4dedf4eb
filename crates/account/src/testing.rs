//! An account and WeChat's side of it, for the tests of the services that talk in the chat.

use std::sync::Arc;

use kernel::{Ground, ManualClock};
use tokio::time::Instant;
use wechat::callback::Refusal;
use wechat::message::{Kind, Message};
use wechat::push::{Push, Pusher};
use wechat::reply::{Reply, ReplyMessage};
use wechat::{Environment, Query};

use crate::settings::Written;
use crate::{Account, AccountKind, Accounts, Answer, Dialogue, HouseEnvironment, Inbox, InboxOptions};

/// The sample key of WeChat's documentation, with its two stray bits.
pub(crate) const KEY: &str = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR";
pub(crate) const TOKEN: &str = "token123";
pub(crate) const APP_ID: &str = "wx49f0ab532d5d035a";
const ORIGINAL_ID: &str = "gh_0123456789ab";

/// An openid as WeChat writes them.
pub const OPENID: &str = "oReader_00000000000000000001";

/// An account named `demo` in secure mode, and WeChat's side of it.
///
/// # Panics
/// Never: its settings are right.
#[expect(clippy::panic, reason = "a test without its account must fail")]
pub fn account(kind: AccountKind, verified: bool) -> (Arc<Account>, Pusher) {
    let written = Written::sample(kind, verified, [ORIGINAL_ID, APP_ID, TOKEN, KEY]);
    let settings = match written.check("demo") {
        Ok(settings) => settings,
        Err(faults) => panic!("{faults:?}"),
    };
    let mode = settings.mode;
    let pusher = match settings.key.clone() {
        Some(key) => Pusher::sealed(TOKEN, APP_ID, mode, key),
        None => Pusher::plain(TOKEN, APP_ID),
    };
    match Account::new(settings) {
        Ok(account) => (Arc::new(account), pusher),
        Err(problem) => panic!("{problem}"),
    }
}

/// A text message of [`OPENID`] to the account.
pub fn text(content: &str, created: i64) -> Message {
    Message {
        to: ORIGINAL_ID.to_owned(),
        from: OPENID.to_owned(),
        created,
        id: Some("1234567890123456".to_owned()),
        article: None,
        kind: Kind::Text { content: content.to_owned(), menu_id: None },
    }
}

/// One server of the house, with WeChat's side of its account.
#[derive(Debug)]
pub struct Stage {
    /// The inbox under test.
    pub inbox: Inbox,
    /// Its account.
    pub account: Arc<Account>,
    /// WeChat's side of it.
    pub pusher: Pusher,
    /// The time and chance of both sides.
    pub environment: HouseEnvironment,
    /// The hand of the clock.
    pub hand: ManualClock,
    /// The ground of the server.
    pub ground: Ground,
}

#[expect(clippy::panic, reason = "a test whose stage fails must fail")]
impl Stage {
    /// A server over a ground, with an account of this kind and the dialogues made for it.
    pub fn new(
        (ground, hand): (Ground, ManualClock),
        (kind, verified): (AccountKind, bool),
        options: InboxOptions,
        dialogues: Vec<Arc<dyn Dialogue>>,
    ) -> Self {
        let (account, pusher) = account(kind, verified);
        let accounts = Accounts::of([Arc::clone(&account)]);
        let environment = HouseEnvironment { clock: ground.clock.clone(), random: ground.random.clone() };
        let inbox = Inbox::new(&ground, accounts, dialogues, options);
        Self { inbox, account, pusher, environment, hand, ground }
    }

    /// A message of the present.
    pub fn message(&self, kind: Kind, id: Option<&str>) -> Message {
        Message { kind, id: id.map(Into::into), ..text("", self.environment.now()) }
    }

    /// A text of the present.
    pub fn text(&self, content: &str, id: &str) -> Message {
        self.message(Kind::Text { content: content.into(), menu_id: None }, Some(id))
    }

    /// Delivers a message and gives the text of the answer, `None` for `success`.
    ///
    /// # Panics
    /// If it is refused, not answered, or answered with something else.
    pub async fn deliver(&self, message: &Message) -> Option<String> {
        match self.pusher.push(message, &self.environment) {
            Ok(push) => match self.send(&push).await {
                Ok(answer) => answer,
                Err(refusal) => panic!("{refusal}"),
            },
            Err(error) => panic!("{error}"),
        }
    }

    /// Sends a request and gives the text of the answer.
    ///
    /// # Panics
    /// If it is not answered, or with something else than a text.
    pub async fn send(&self, push: &Push) -> Result<Option<String>, Refusal> {
        let query = Query::parse(&push.query).map_err(Refusal::from)?;
        let answer = self.inbox.receive(&self.account, &query, push.body.as_bytes(), Instant::now()).await?;
        let Answer::Body(body) = answer else { panic!("the connection was closed") };
        match self.pusher.read_answer(&String::from_utf8_lossy(&body)) {
            Ok(None) => Ok(None),
            Ok(Some(ReplyMessage { reply: Reply::Text(text), .. })) => Ok(Some(text)),
            other => panic!("{other:?}"),
        }
    }
}
