//! The work of the accounts that waits in the database.

mod addresses;
mod further;

use std::time::Duration;

use kernel::jobs::{self, Job, Order, Outcome, Worker};
use kernel::{Ground, Timestamp, Tx, db};
use serde::{Deserialize, Serialize};
use wechat::client::Error;
use wechat::errcode::Class;
use wechat::message::Message;
use wechat::reply::Reply;
use wechat::wire::custom::{
    CustomContent, CustomLink, CustomMedia, CustomMessage, CustomMusic, CustomNews, CustomText, CustomVideo,
};

pub use self::addresses::RefreshAddresses;
pub(crate) use self::addresses::order as order_addresses;
use crate::dialogue::act;
use crate::menu;
use crate::personal::Scrubbed;
use crate::store::late::{Question, State};
use crate::store::menu::Version;
use crate::store::{self, follower, late};
use crate::{Account, Accounts, Capability, Clients, Heard, Inbox, Spoken};

pub use further::SayFurther;

/// The name under which daily work waits once.
const DAILY: &str = "daily";
const DAY_SECONDS: i64 = 86_400;
/// How long a delivery is remembered: WeChat repeats one within seconds, a replay is refused after ten minutes.
const INBOX_DAYS: i64 = 30;
/// How long a late answer is kept; it can be fetched for two days.
const LATE_DAYS: i64 = 7;
/// Deliveries deleted or stripped in one transaction, about 10 ms.
const PRUNED_AT_ONCE: i64 = 1000;
/// Seconds after which what a leaver sent is forgotten.
const FORGOTTEN_AFTER: i64 = 60;
/// Seconds after which everything a person sent before they left is stored or was given up.
const SETTLED: i64 = 10;
/// How long the dialogues may think about a question that is answered later.
const LATE_PATIENCE: Duration = Duration::from_secs(50);
/// Seconds after which a question is put again that the dialogues did not come to an end with.
const LATE_AGAIN: i64 = 30;

/// Answers a question whose connection is long closed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AnswerLater {
    /// The key of its delivery.
    pub key: String,
}

impl Job for AnswerLater {
    const KIND: &'static str = "account.answer-later";
}

/// Publishes an account's menu.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PublishMenu {
    /// The account's name.
    pub account: String,
}

impl Job for PublishMenu {
    const KIND: &'static str = "account.publish-menu";
}

/// Deletes deliveries and late answers that nobody needs any longer, and orders itself for the next day.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Prune {}

impl Job for Prune {
    const KIND: &'static str = "account.prune";
}

/// Forgets what those who left have sent.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ForgetLeavers {}

impl Job for ForgetLeavers {
    const KIND: &'static str = "account.forget-leavers";
}

/// Orders the daily work, if it is not ordered yet; to be called at every start.
pub async fn plan(ground: &Ground, accounts: &Accounts) -> kernel::Result<()> {
    let mut tx = ground.db.begin().await?;
    jobs::enqueue(&mut tx, &ground.ids, Order::at(ground.clock.now(), Prune {}).once(DAILY)).await?;
    tx.commit().await?;
    addresses::plan(ground, accounts).await
}

/// Orders that what leavers sent is forgotten: that walks through the inbox, once for all who leave within a minute.
pub(crate) async fn order_forgetting(tx: &mut Tx, ground: &Ground, at: Timestamp) -> db::Result<()> {
    let order = Order::at(at.plus_seconds(FORGOTTEN_AFTER), ForgetLeavers {}).once("all");
    jobs::enqueue(tx, &ground.ids, order).await
}

/// Teaches a worker the jobs of the accounts.
#[must_use]
pub fn jobs(worker: Worker, ground: &Ground, inbox: &Inbox, clients: &Clients) -> Worker {
    let desk = Later { ground: ground.clone(), inbox: inbox.clone(), clients: clients.clone() };
    let (menus, pruning, listing, further) = (desk.clone(), desk.clone(), desk.clone(), desk.clone());
    let forgetting = desk.clone();
    worker
        .on(move |job: SayFurther, claim| {
            let desk = further.clone();
            async move { desk.say_further(job, &claim).await }
        })
        .on(move |job: RefreshAddresses, _| {
            let desk = listing.clone();
            async move { addresses::refresh(&desk.ground, &desk.inbox, &desk.clients, &job.account).await }
        })
        .on(move |_: Prune, _| {
            let desk = pruning.clone();
            async move { desk.prune().await }
        })
        .on(move |_: ForgetLeavers, _| {
            let desk = forgetting.clone();
            async move { desk.forget_leavers().await }
        })
        .on(move |job: AnswerLater, _| {
            let desk = desk.clone();
            async move { desk.answer(&job.key).await }
        })
        .on(move |job: PublishMenu, _| {
            let desk = menus.clone();
            async move { desk.publish_menu(&job.account).await }
        })
}

#[derive(Clone)]
struct Later {
    ground: Ground,
    inbox: Inbox,
    clients: Clients,
}

impl Later {
    async fn answer(&self, key: &str) -> kernel::Result<Outcome> {
        let mut tx = self.ground.db.read().await?;
        let found = late::find(&mut tx, key).await?;
        drop(tx);
        // A person who left is forgotten, and so is what they asked.
        let Some((question, state, _)) = found else { return Ok(Outcome::Done) };
        match state {
            State::Sent | State::Waiting => Ok(Outcome::Done),
            // The process ended between the call and its record: it is not sent twice, it can be fetched.
            State::Sending => self.moved(key, State::Waiting).await,
            State::Pending => self.find_answer(&question).await,
        }
    }

    async fn find_answer(&self, question: &Question) -> kernel::Result<Outcome> {
        let Some(account) = self.inbox.accounts().get(&question.account) else {
            return Ok(Outcome::GiveUp(format!("there is no account {}", question.account)));
        };
        let Ok(message) = Message::parse(question.message.as_bytes()) else {
            return Ok(Outcome::GiveUp("the stored message cannot be read".to_owned()));
        };
        let scrubbed = message.searched_text().map(Scrubbed::of).unwrap_or_default();
        let heard = Heard { account, message: &message, at: self.ground.clock.now(), scrubbed: &scrubbed };
        let Ok(spoken) = tokio::time::timeout(LATE_PATIENCE, self.inbox.ask(&heard)).await else {
            return Ok(Outcome::Retry(LATE_AGAIN, "the dialogues are slow".to_owned()));
        };
        let clear = spoken.reply.to_xml(&message.from, &message.to, heard.at.seconds()).unwrap_or_default();
        let content = custom_content(&spoken.reply).filter(|_| account.allows(Capability::ServiceMessages));
        let sends = self.record(account, question, &clear, (&spoken, content.is_some())).await?;
        match content.filter(|_| sends) {
            Some(content) => self.send(question, content).await,
            None => Ok(Outcome::Done),
        }
    }

    /// Records the answer with its deeds, and whether it is about to be sent: that needs an open window.
    async fn record(
        &self,
        account: &Account,
        question: &Question,
        clear: &str,
        (spoken, sendable): (&Spoken, bool),
    ) -> kernel::Result<bool> {
        let mut tx = self.ground.db.begin().await?;
        let windows = follower::windows(&mut tx, account.name(), &question.openid).await?;
        let window = windows.open_at(self.ground.clock.now()).filter(|_| sendable);
        let state = if window.is_some() { State::Sending } else { State::Waiting };
        late::answered(&mut tx, &question.key, state, clear).await?;
        if let Some(window) = window {
            follower::count_sent(&mut tx, account.name(), &question.openid, window).await?;
        }
        act(&mut tx, spoken.deeds.iter()).await?;
        tx.commit().await?;
        Ok(window.is_some())
    }

    async fn send(&self, question: &Question, content: CustomContent) -> kernel::Result<Outcome> {
        let Some(client) = self.clients.get(&question.account) else {
            return self.moved(&question.key, State::Waiting).await;
        };
        let message = CustomMessage { touser: question.openid.clone(), content, customservice: None };
        match client.send_custom(&message).await {
            // What may have arrived is not sent again.
            Ok(()) | Err(Error::Unknown(_)) => self.moved(&question.key, State::Sent).await,
            Err(error) => {
                tracing::warn!(%error, "a late answer waits to be fetched");
                self.moved(&question.key, State::Waiting).await
            }
        }
    }

    async fn moved(&self, key: &str, state: State) -> kernel::Result<Outcome> {
        let mut tx = self.ground.db.begin().await?;
        late::moved(&mut tx, key, state).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    async fn prune(&self) -> kernel::Result<Outcome> {
        let now = self.ground.clock.now();
        let seconds = u32::try_from(now.seconds() - INBOX_DAYS * DAY_SECONDS).unwrap_or(0);
        let before = format!("{seconds:08x}");
        loop {
            let mut tx = self.ground.db.begin().await?;
            let deleted = store::inbox::prune(&mut tx, &before, PRUNED_AT_ONCE).await?;
            tx.commit().await?;
            if deleted == 0 {
                break;
            }
        }
        let mut tx = self.ground.db.begin().await?;
        late::prune(&mut tx, now.plus_seconds(-LATE_DAYS * DAY_SECONDS)).await?;
        let tomorrow = Order::at(now.plus_seconds(DAY_SECONDS), Prune {}).once(DAILY);
        jobs::enqueue(&mut tx, &self.ground.ids, tomorrow).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    async fn forget_leavers(&self) -> kernel::Result<Outcome> {
        let begun = self.ground.clock.now();
        let mut after = String::new();
        loop {
            let keys = store::inbox::of_leavers(&mut self.ground.db.read().await?, &after, PRUNED_AT_ONCE).await?;
            let Some(last) = keys.last() else { break };
            let mut tx = self.ground.db.begin().await?;
            store::inbox::strip(&mut tx, &keys).await?;
            tx.commit().await?;
            after.clone_from(last);
        }
        let mut tx = self.ground.db.begin().await?;
        if follower::forgotten(&mut tx, begun.plus_seconds(-SETTLED)).await? {
            order_forgetting(&mut tx, &self.ground, begun).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    async fn publish_menu(&self, account: &str) -> kernel::Result<Outcome> {
        let mut tx = self.ground.db.read().await?;
        let held = store::menu::get(&mut tx, account).await?;
        drop(tx);
        let (Some(held), Some(client)) = (held, self.clients.get(account)) else {
            return Ok(Outcome::GiveUp(format!("there is no menu for {account}")));
        };
        let menu = serde_json::from_value(held.buttons.clone()).map_err(kernel::Error::internal)?;
        let menu = menu::resolved(menu, &self.inbox.options().site_base);
        let refused = match client.create_menu(&menu).await {
            Ok(()) => None,
            Err(Error::Refused { code, .. }) if code.class() != Class::Retry => Some(code.0),
            Err(error) => return Ok(Outcome::Retry(60, error.to_string())),
        };
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        store::menu::told(&mut tx, (account, held.changed_at), refused, now).await?;
        if refused.is_none() {
            let version = Version { published_at: now, buttons: held.buttons, ordered_by: held.ordered_by };
            store::menu::keep_version(&mut tx, account, &version).await?;
        }
        tx.commit().await?;
        Ok(refused.map_or(Outcome::Done, |code| Outcome::GiveUp(format!("WeChat refused the menu: {code}"))))
    }
}

/// A reply as a customer-service message; none for what cannot be sent as one.
pub(crate) fn custom_content(reply: &Reply) -> Option<CustomContent> {
    let media = |media_id: &String| CustomMedia { media_id: media_id.clone() };
    Some(match reply {
        Reply::Nothing | Reply::TransferCustomerService(_) => return None,
        Reply::Text(content) => CustomContent::Text { text: CustomText { content: content.clone() } },
        Reply::Image(media_id) => CustomContent::Image { image: media(media_id) },
        Reply::Voice(media_id) => CustomContent::Voice { voice: media(media_id) },
        Reply::Video(video) => CustomContent::Video {
            video: CustomVideo {
                media_id: video.media_id.clone(),
                title: video.title.clone(),
                description: video.description.clone(),
                ..CustomVideo::default()
            },
        },
        Reply::Music(music) => CustomContent::Music {
            music: CustomMusic {
                title: music.title.clone(),
                description: music.description.clone(),
                musicurl: music.url.clone().unwrap_or_default(),
                hqmusicurl: music.high_quality_url.clone().unwrap_or_default(),
                thumb_media_id: music.thumb_media_id.clone(),
            },
        },
        Reply::News(articles) => {
            let article = articles.first()?;
            let link = CustomLink {
                title: article.title.clone(),
                description: article.description.clone(),
                url: article.url.clone(),
                picurl: article.pic_url.clone(),
            };
            CustomContent::News { news: CustomNews { articles: vec![link] } }
        }
    })
}

#[cfg(test)]
mod tests;
