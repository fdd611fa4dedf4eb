//! The inbox of the callback: what arrives is answered once.
//!
//! A delivery is opened, given its key, put to the dialogues and stored with their answer and deeds in one
//! transaction; only then is it answered. Whatever could not be stored is not answered at all, and WeChat repeats it.

mod figures;
mod group;
#[cfg(feature = "planted-faults")]
mod planted;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use kernel::events::{SceneScanned, Told};
use kernel::jobs::{self, Order};
use kernel::{Code, Ground, Problem, Timestamp, hex};
use sm3::{Digest, Sm3};
use tokio::time::Instant;
use web::Proxies;
use wechat::Query;
use wechat::callback::Refusal;
use wechat::message::{Event, Kind, Message};
use wechat::reply::Reply;

pub(crate) use self::figures::{Figures, reason};
use self::group::{Delivery, Follower, Group, Stored};
use crate::accounts::HouseEnvironment;
use crate::callbacks::Received;
use crate::capability::Capability;
use crate::jobs::order_addresses;
use crate::personal::Scrubbed;
use crate::secrets::SecretsInForce;
use crate::sources::{Notice, Published, Source, SourceRule, Sources};
use crate::store::follower::{self as store_follower, Seen};
use crate::store::inbox::{self as store, NewRow};
use crate::store::late;
use crate::{Account, Accounts, AnswerLater, Deed, Dialogue, Heard, Spoken};

/// The times of the inbox, and where it stands.
#[derive(Clone, Debug)]
pub struct InboxOptions {
    /// How long a body may take to arrive.
    pub reading: Duration,
    /// How long the dialogues may think before the answer is sent afterwards instead; WeChat waits 5 s.
    pub patience: Duration,
    /// When a connection that cannot be answered is closed, counted from its beginning.
    pub deadline: Duration,
    /// `scheme://host[:port]` of the readers' site, for links in the chat.
    pub site_base: String,
    /// Our own reverse proxies, whose `X-Forwarded-For` is believed.
    pub proxies: Proxies,
}

impl Default for InboxOptions {
    fn default() -> Self {
        Self {
            reading: Duration::from_secs(4),
            patience: Duration::from_millis(3500),
            deadline: Duration::from_millis(4300),
            site_base: String::new(),
            proxies: Proxies::default(),
        }
    }
}

/// How often a server looks for lists of addresses that another one fetched.
const LOOK: Duration = Duration::from_mins(1);

/// What goes back on the connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// This body.
    Body(Vec<u8>),
    /// Nothing at all: the connection is closed and WeChat repeats the delivery.
    HangUp,
}

/// The inbox; cheap to clone.
#[derive(Clone)]
pub struct Inbox(Arc<Inner>);

struct Inner {
    ground: Ground,
    accounts: Accounts,
    dialogues: Vec<Arc<dyn Dialogue>>,
    options: InboxOptions,
    environment: HouseEnvironment,
    group: Group,
    figures: Figures,
    sources: Sources,
}

impl Inbox {
    /// An inbox that asks these dialogues in order. Starts its storing task on the ground's tasks.
    pub fn new(ground: &Ground, accounts: Accounts, dialogues: Vec<Arc<dyn Dialogue>>, options: InboxOptions) -> Self {
        let environment = HouseEnvironment { clock: ground.clock.clone(), random: ground.random.clone() };
        let (group, figures) = (Group::start(ground), Figures::new(&ground.metrics));
        let (ground, sources) = (ground.clone(), Sources::behind(options.proxies.clone()));
        Self(Arc::new(Inner { ground, accounts, dialogues, options, environment, group, figures, sources }))
    }

    /// Looks for new lists of WeChat's addresses now and every minute, until the house stops: another server may have
    /// fetched them.
    pub fn keep_fresh(&self) {
        let inbox = self.clone();
        self.0.ground.tasks.every(LOOK, move || {
            let inbox = inbox.clone();
            async move {
                if let Err(error) = inbox.look_for_addresses().await {
                    tracing::warn!(%error, "WeChat's addresses cannot be read; those held stay in force");
                }
            }
        });
    }

    pub(crate) async fn look_for_addresses(&self) -> kernel::db::Result<()> {
        for account in self.0.accounts.iter() {
            if let Some(published) = Published::load(&self.0.ground.db, account.name()).await? {
                self.0.sources.learn(account.name(), &published);
            }
        }
        Ok(())
    }

    /// Where callbacks come from.
    pub(crate) fn sources(&self) -> &Sources {
        &self.0.sources
    }

    /// Whether a request to an account is heard, by where it comes from.
    pub(crate) fn admits(&self, account: &Account, address: Option<IpAddr>) -> bool {
        let now = self.0.ground.clock.now();
        let source = self.0.sources.judge(account.name(), address, now);
        if matches!(source, Source::Published | Source::Unknown) {
            return true;
        }
        let Notice { say, renew } = self.0.sources.note(account.name(), now);
        if say {
            let address = address.map(|address| address.to_string()).unwrap_or_default();
            let hint = "if it is your own proxy, name it in server.proxies";
            tracing::warn!(account = account.name(), address, ?source, hint, "a callback from an unpublished address");
        }
        if source == Source::Local {
            return true;
        }
        self.0.figures.foreign();
        if renew {
            self.renew_addresses(account.name().to_owned());
        }
        account.settings.callback_addresses == SourceRule::Watch
    }

    fn renew_addresses(&self, account: String) {
        let ground = self.0.ground.clone();
        self.0.ground.tasks.start(async move {
            if let Err(error) = order_addresses(&ground, &account, 0).await {
                tracing::warn!(%error, "WeChat's addresses cannot be asked for");
            }
        });
    }

    /// The accounts it serves.
    pub fn accounts(&self) -> &Accounts {
        &self.0.accounts
    }

    /// The present moment, in Unix seconds.
    pub(crate) fn now(&self) -> i64 {
        self.0.ground.clock.now().seconds()
    }

    pub(crate) fn figures(&self) -> &Figures {
        &self.0.figures
    }

    /// The times it keeps, and where it stands.
    pub fn options(&self) -> &InboxOptions {
        &self.0.options
    }

    /// Answers one delivery to `account` that began at `begun`.
    pub async fn receive(
        &self,
        account: &Arc<Account>,
        query: &Query<'_>,
        body: &[u8],
        begun: Instant,
    ) -> Result<Answer, Refusal> {
        let now = self.0.ground.clock.now();
        let received = account.callbacks().open(query, body, now.seconds())?;
        if received.is_stale {
            return self.receive_stale(account, received).await;
        }
        if received.settles {
            SecretsInForce::settle(&self.0.ground, account);
        }
        let deadline = begun + self.0.options.deadline;
        match tokio::time::timeout_at(deadline, self.answer(account, &received, now, begun)).await {
            Ok(answer) => Ok(answer),
            Err(_) => Ok(Answer::HangUp),
        }
    }

    /// A request from another time has no effect; if its delivery is known, it gets the stored answer (W07, W08).
    async fn receive_stale(&self, account: &Account, received: Received) -> Result<Answer, Refusal> {
        let stored = async {
            let mut tx = self.0.ground.db.read().await?;
            store::answer(&mut tx, &inbox_key(account, &received.opened.message)).await
        };
        match stored.await {
            Ok(Some(answer)) => Ok(self.seal(account, &received, &answer)),
            Ok(None) => Err(Refusal::Stale(Box::new(received.opened))),
            Err(_) => Ok(Answer::HangUp),
        }
    }

    async fn answer(&self, account: &Arc<Account>, received: &Received, at: Timestamp, begun: Instant) -> Answer {
        let message = &received.opened.message;
        let scrubbed = message.searched_text().map(Scrubbed::of).unwrap_or_default();
        let heard = Heard { account, message, at, scrubbed: &scrubbed };
        let key = inbox_key(account, message);
        let patience = begun + self.0.options.patience;
        let asked = tokio::time::timeout_at(patience, self.ask(&heard)).await;
        let mut spoken = asked.unwrap_or_else(|_| self.answer_later(&heard, &key));
        let reply = checked(spoken.reply, message);
        let clear = reply.to_xml(&message.from, &message.to, at.seconds()).unwrap_or_default();
        if heard.event() == Some(&Event::Unsubscribe) {
            let forget = |dialogue: &Arc<dyn Dialogue>| dialogue.forget(account.name(), heard.openid());
            spoken.deeds.extend(self.0.dialogues.iter().filter_map(forget));
        }
        spoken.deeds.extend(scanned(account, message, at));
        let delivery = Delivery {
            row: NewRow {
                key,
                account: account.name().to_owned(),
                openid: message.from.clone(),
                kind: kind_name(message),
                content: content(message, &scrubbed).filter(|_| !spoken.confidential),
                answer: clear.clone(),
                received_at: at,
            },
            follower: follower(account, message, at),
            deeds: spoken.deeds,
        };
        match self.0.group.store(delivery).await {
            Some(Stored::New) => {
                self.0.figures.new_delivery();
                self.seal(account, received, &clear)
            }
            Some(Stored::Known(answer)) => {
                self.0.figures.repeated();
                self.seal(account, received, &answer)
            }
            None => Answer::HangUp,
        }
    }

    /// Asks the dialogues in order; one that fails is passed over, so that the reader still gets an answer.
    pub(crate) async fn ask(&self, heard: &Heard<'_>) -> Spoken {
        for dialogue in &self.0.dialogues {
            match dialogue.hear(heard).await {
                Ok(Some(spoken)) => return spoken,
                Ok(None) => {}
                Err(error) => tracing::error!(%error, dialogue = dialogue.name(), "a dialogue failed"),
            }
        }
        Reply::Nothing.into()
    }

    /// What each voice would say to a message, in the order they are asked; those behind the one that answers are not asked.
    /// Nothing is kept, and nobody hears of it.
    ///
    /// # Errors
    /// [`Code::NotFound`] if there is no such account; a dialogue's.
    pub async fn rehearse(
        &self,
        account: &str,
        kind: Kind,
        at: Option<Timestamp>,
    ) -> kernel::Result<Vec<(&'static str, Option<Spoken>)>> {
        let found = self.0.accounts.get(account);
        let account = found.ok_or_else(|| Problem::new(Code::NotFound, format!("公众号 {account}")))?;
        let at = at.unwrap_or_else(|| self.0.ground.clock.now());
        let message = Message {
            to: account.settings.original_id.clone(),
            from: crate::dialogue::REHEARSING.to_owned(),
            created: at.seconds(),
            id: None,
            article: None,
            kind,
        };
        let scrubbed = message.searched_text().map(Scrubbed::of).unwrap_or_default();
        let heard = Heard { account, message: &message, at, scrubbed: &scrubbed };
        let (mut said, mut is_answered) = (Vec::new(), false);
        for dialogue in &self.0.dialogues {
            let spoken = if is_answered { None } else { dialogue.hear(&heard).await? };
            is_answered |= spoken.is_some();
            said.push((dialogue.name(), spoken));
        }
        Ok(said)
    }

    /// The answer will come later: noted in the transaction of the delivery. Where it cannot be sent afterwards, the
    /// reader is given the address where it will be.
    fn answer_later(&self, heard: &Heard<'_>, key: &str) -> Spoken {
        self.0.figures.late();
        let token = self.0.ground.random.hex16();
        let address = format!("{}/answers/{token}", self.0.options.site_base);
        let reply = if heard.account.allows(Capability::ServiceMessages) {
            Reply::Nothing
        } else {
            Reply::Text(format!("正在为您查找，请稍等片刻，<a href=\"{address}\">点此查看答复</a>。"))
        };
        let question = late::Question {
            key: key.to_owned(),
            account: heard.account.name().to_owned(),
            openid: heard.openid().to_owned(),
            message: scrubbed_message(heard).to_xml(),
        };
        let (at, ids) = (heard.at, self.0.ground.ids.clone());
        let deed = Deed::new(move |tx| {
            let (question, token, ids) = (question.clone(), token.clone(), ids.clone());
            async move {
                late::insert(tx, &question, &token, at).await?;
                jobs::enqueue(tx, &ids, Order::at(at, AnswerLater { key: question.key })).await
            }
            .boxed()
        });
        Spoken::from(reply).with(deed)
    }

    fn seal(&self, account: &Account, received: &Received, clear: &str) -> Answer {
        let clear = (!clear.is_empty()).then_some(clear);
        match received.callback.answer(received.opened.sealed, clear, &self.0.environment) {
            Ok(body) => Answer::Body(body),
            Err(error) => {
                tracing::error!(%error, account = account.name(), "an answer could not be sealed");
                Answer::Body(wechat::reply::SUCCESS.into())
            }
        }
    }
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let dialogues = self.0.dialogues.iter().map(|dialogue| dialogue.name());
        f.debug_list().entries(dialogues).finish()
    }
}

/// The reply, or none if WeChat would show it as a fault of the account.
fn checked(reply: Reply, message: &Message) -> Reply {
    match reply.check(&message.kind) {
        Ok(()) => reply,
        Err(error) => {
            tracing::error!(%error, "an answer does not fit WeChat's limits");
            Reply::Nothing
        }
    }
}

/// The key of a delivery in the inbox: the time and WeChat's number, so that keys land in order, and a digest, so that no
/// openid is kept in it when the person is forgotten. The digest alone tells deliveries apart.
fn inbox_key(account: &Account, message: &Message) -> String {
    let time = u32::try_from(message.created).unwrap_or(0);
    let number = message.id.as_ref().and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
    let digest = Sm3::digest(message.key(&account.settings.app_id).as_bytes());
    format!("{time:08x}-{number:016x}-{}", hex(digest.get(..16).unwrap_or_default()))
}

fn kind_name(message: &Message) -> String {
    match &message.kind {
        Kind::Event(event) => format!("event:{}", event.name()),
        kind => kind.name().to_owned(),
    }
}

/// What of a message is worth keeping: its text without personal data, or the key of the menu or scene.
fn content(message: &Message, scrubbed: &Scrubbed) -> Option<String> {
    match &message.kind {
        Kind::Event(Event::Click(key)) => Some(key.clone()),
        Kind::Event(Event::Scan(scene) | Event::Subscribe(Some(scene))) => Some(scene.value.clone()),
        Kind::Text { .. } | Kind::Voice { .. } if !scrubbed.text.is_empty() => Some(scrubbed.text.clone()),
        _ => None,
    }
}

/// Tells that the code of a scene was scanned, if it was, and notes it of who did.
fn scanned(account: &Account, message: &Message, at: Timestamp) -> Vec<Deed> {
    let (scene, followed) = match &message.kind {
        Kind::Event(Event::Subscribe(Some(scene))) => (scene, true),
        Kind::Event(Event::Scan(scene)) => (scene, false),
        _ => return Vec::new(),
    };
    let event = SceneScanned { account: account.name().to_owned(), scene: scene.value.clone(), followed };
    let (account, openid, scene) = (account.name().to_owned(), message.from.clone(), scene.value.clone());
    let note = Deed::new(move |tx| {
        let (account, openid, scene) = (account.clone(), openid.clone(), scene.clone());
        async move { store_follower::scanned(tx, (&account, &openid), &scene, at).await }.boxed()
    });
    Told::new(at, &event).ok().map(Deed::tell).into_iter().chain([note]).collect()
}

/// The message with its text scrubbed, to be heard again.
fn scrubbed_message(heard: &Heard<'_>) -> Message {
    let mut message = heard.message.clone();
    match &mut message.kind {
        Kind::Text { content, .. } => content.clone_from(&heard.scrubbed.text),
        Kind::Voice { recognition: Some(recognition), .. } => recognition.clone_from(&heard.scrubbed.text),
        _ => {}
    }
    message
}

/// What a message tells about who sent it.
fn follower(account: &Account, message: &Message, at: Timestamp) -> Follower {
    let seen = Seen {
        account: account.name().to_owned(),
        openid: message.from.clone(),
        at,
        followed_at: None,
        scene: None,
        message_at: None,
        act_at: None,
    };
    let act = |seen| Seen { act_at: Some(at), ..seen };
    match &message.kind {
        Kind::Unknown { .. } => Follower::None,
        Kind::Event(event) => match event {
            Event::Unsubscribe => Follower::Left,
            Event::Subscribe(scene) => Follower::Seen(Seen {
                followed_at: Some(at),
                scene: scene.as_ref().map(|scene| scene.value.clone()),
                ..act(seen)
            }),
            Event::Scan(scene) => Follower::Seen(Seen { scene: Some(scene.value.clone()), ..act(seen) }),
            Event::Click(_) | Event::ScanCode { .. } => Follower::Seen(act(seen)),
            Event::Location { .. }
            | Event::View { .. }
            | Event::ViewMiniprogram { .. }
            | Event::Pictures { .. }
            | Event::LocationSelect { .. }
            | Event::SubscribePopup(_)
            | Event::SubscribeChange(_) => Follower::Seen(seen),
            Event::MassSent(_)
            | Event::TemplateSent { .. }
            | Event::Published(_)
            | Event::SubscribeSent(_)
            | Event::Personal { .. }
            | Event::Verification(_)
            | Event::Session(_)
            | Event::Unknown { .. } => Follower::None,
        },
        _ => Follower::Seen(Seen { message_at: Some(at), ..seen }),
    }
}

#[cfg(test)]
mod tests;
