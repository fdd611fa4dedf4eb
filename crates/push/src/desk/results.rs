//! Results: what WeChat counted of each article, kept in tables of our own, since WeChat forgets and changes its counts.

use account::Clients;
use kernel::jobs::{self, Job, Order, Outcome};
use kernel::{Day, Ground, Result, Timestamp};
use serde::{Deserialize, Serialize};
use wechat::client::Error;
use wechat::errcode::Class;

use crate::store::reading::{self, Told};

/// The counts of an article grow for so many days after its push (WeChat: `getarticletotal`).
const GROWING_DAYS: i64 = 7;
/// When yesterday's counts are there, in minutes of the day: WeChat names 8 o'clock.
const READY_MINUTE: i64 = 8 * 60 + 20;
/// When a failed call is made again.
const SOON_SECONDS: i64 = 1800;

/// Fetches the counts of an account up to yesterday, and orders itself for the next day.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FetchCounts {
    /// The account's name.
    pub account: String,
}

impl Job for FetchCounts {
    const KIND: &'static str = "push.fetch-counts";
}

/// An article with its counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArticleResult {
    /// Which one.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it stood in its issue, from 1.
    pub position: i64,
    /// When WeChat took it.
    pub sent_at: Timestamp,
    /// Whether it was taken off the site.
    pub is_hidden: bool,
    /// Nothing until WeChat has counted.
    pub counts: Option<Counted>,
    /// How many left the account on the day of the push; nothing until WeChat has told.
    pub left: Option<i64>,
}

/// What WeChat counted of an article up to the end of a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counted {
    /// The day.
    pub until: String,
    /// Followers it was sent to.
    pub targets: i64,
    /// Persons who read it.
    pub readers: i64,
    /// Readings.
    pub readings: i64,
    /// Persons who shared it.
    pub sharers: i64,
    /// Shares.
    pub shares: i64,
    /// Persons who kept it.
    pub keepers: i64,
}

/// The results of a house; cheap to clone.
#[derive(Clone, Debug)]
pub struct Results {
    ground: Ground,
    clients: Clients,
}

impl Results {
    /// The results of a house.
    pub const fn new(ground: Ground, clients: Clients) -> Self {
        Self { ground, clients }
    }

    /// Orders the counts of an account, for as soon as yesterday's are there.
    ///
    /// # Errors
    /// The database's.
    pub async fn plan(&self, account: &str) -> Result<()> {
        self.order(account, self.ground.clock.now()).await
    }

    async fn order(&self, account: &str, at: Timestamp) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        let job = FetchCounts { account: account.to_owned() };
        jobs::enqueue(&mut tx, &self.ground.ids, Order::at(at, job).once(account)).await?;
        Ok(tx.commit().await?)
    }

    /// Fetches what has been counted since: of each day whose articles may still grow, and who came and went.
    pub(crate) async fn fetch(&self, account: &str) -> Result<Outcome> {
        let Some(client) = self.clients.get(account) else {
            return Ok(Outcome::GiveUp(format!("there is no account {account}")));
        };
        let now = self.ground.clock.now();
        let today = now.day();
        if now.minute_of_day() < READY_MINUTE {
            self.order(account, today.begins().plus_seconds(READY_MINUTE * 60)).await?;
            return Ok(Outcome::Done);
        }
        for back in 1..=GROWING_DAYS {
            let day = today.plus(-back);
            let text = day.to_string();
            let told = async {
                let totals = client.article_total(&text).await?;
                Ok::<_, Error>((totals, client.follower_moves(&text, &text).await?))
            };
            let (totals, moves) = match told.await {
                Ok(told) => told,
                // An account without the right to statistics has none tomorrow either; the day after it may.
                Err(error) if error.class() != Class::Retry => {
                    tracing::warn!(%error, account, "WeChat's counts cannot be fetched");
                    break;
                }
                Err(error) => return Ok(Outcome::Retry(SOON_SECONDS, error.to_string())),
            };
            let mut tx = self.ground.db.begin().await?;
            for article in totals {
                let Some((msg_data_id, position)) = key(&article.msgid) else { continue };
                for counted in &article.details {
                    let Some(until) = Day::parse(&counted.stat_date) else { continue };
                    reading::keep(&mut tx, (account, msg_data_id, position), until, counted).await?;
                }
            }
            reading::keep_moves(&mut tx, account, day, &moves).await?;
            tx.commit().await?;
        }
        self.order(account, today.plus(1).begins().plus_seconds(READY_MINUTE * 60)).await?;
        Ok(Outcome::Done)
    }

    /// What an account sent since a moment, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn since(&self, account: &str, since: Timestamp) -> Result<Vec<ArticleResult>> {
        let told = reading::since(&mut self.ground.db.read().await?, account, since).await?;
        Ok(told.into_iter().map(result).collect())
    }

    /// How an article was read, day by day: the day, readers and shares up to its end.
    ///
    /// # Errors
    /// The database's.
    pub async fn growth(&self, id: &str) -> Result<Vec<(String, i64, i64)>> {
        Ok(reading::of_article(&mut self.ground.db.glance().await?, id).await?)
    }
}

/// `<msg_data_id>_<index from 1>`
fn key(msgid: &str) -> Option<(i64, i64)> {
    let (msg_data_id, position) = msgid.split_once('_')?;
    Some((msg_data_id.parse().ok()?, position.parse().ok()?))
}

fn result(told: Told) -> ArticleResult {
    let number = |count: Option<i64>| count.unwrap_or_default();
    let counts = told.day.map(|until| Counted {
        until,
        targets: number(told.targets),
        readers: number(told.readers),
        readings: number(told.readings),
        sharers: number(told.sharers),
        shares: number(told.shares),
        keepers: number(told.keepers),
    });
    ArticleResult {
        id: told.id,
        title: told.title,
        position: told.position,
        sent_at: told.sent_at,
        is_hidden: told.is_hidden,
        counts,
        left: told.went,
    }
}
