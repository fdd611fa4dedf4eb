//! Results: what WeChat counted of each article, kept in tables of our own, since WeChat forgets and changes its counts.

use account::Clients;
use kernel::jobs::{self, Job, Order, Outcome};
use kernel::{Day, Ground, Result, Timestamp};
use serde::{Deserialize, Serialize};
use wechat::client::{ArticleKey, Client, CommentKind, Error};
use wechat::errcode::{Class, Errcode};

use super::refused;
use crate::hint::Past;
use crate::store::reading::{self, Told};
use crate::store::{comment, visit};

/// The counts of an article grow for so many days after its push (WeChat: `getarticletotal`).
const GROWING_DAYS: i64 = 7;
/// Days whose hours are asked for again: they may come late.
const HOURS_DAYS: i64 = 3;
/// For how many days after its push the comments of an article are counted.
const COMMENTS_DAYS: i64 = 30;
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
    /// Whom it was for in words.
    pub whom: String,
    /// How often its links led to our own site; nothing of what went out before that was counted.
    pub visits: Option<i64>,
    /// How many comments it had when WeChat was last asked; nothing before.
    pub comments: Option<i64>,
    /// Whether readers may comment, as staff last decided here; nothing: as it was sent.
    pub comments_open: Option<bool>,
}

impl ArticleResult {
    /// The article as it is compared with others; nothing before WeChat has counted.
    pub fn past(&self) -> Option<Past> {
        let counts = self.counts.as_ref()?;
        Some(Past {
            title: self.title.chars().count(),
            sent_at: self.sent_at,
            position: self.position,
            whom: self.whom.clone(),
            targets: counts.targets,
            readers: counts.readers,
        })
    }
}

/// How an article was read, up to the end of each day, and where its links led on each.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Growth {
    /// The day, readers and shares.
    pub days: Vec<(String, i64, i64)>,
    /// The day, and how often its links led to our own site.
    pub visits: Vec<(String, i64)>,
}

/// When the articles of an account were read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hours {
    /// Hours of the day with their readings; those without are left out.
    pub readings: Vec<(i64, i64)>,
    /// Days that WeChat told of.
    pub days: i64,
}

/// When WeChat was asked for its counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fetched {
    /// The moment.
    pub at: Timestamp,
    /// Why it did not give them; nothing if it did.
    pub told: Option<String>,
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

    /// Fetches what has been counted since: of each day whose articles may still grow, who came and went, when was read, and
    /// how many comments there are. Notes that it asked, and why WeChat gave nothing.
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
        let told = match self.fetch_days(account, client, today).await? {
            Ok(()) => None,
            // An account without the right to statistics has none tomorrow either; the day after it may.
            Err(error) if error.class() != Class::Retry => {
                tracing::warn!(%error, account, "WeChat's counts cannot be fetched");
                Some(refused("阅读数", &error).sentence().to_owned())
            }
            Err(error) => {
                self.note(account, now, Some(refused("阅读数", &error).sentence())).await?;
                return Ok(Outcome::Retry(SOON_SECONDS, error.to_string()));
            }
        };
        if told.is_none() {
            self.fetch_hours(account, client, today).await?;
        }
        self.count_comments(account, client, now).await?;
        self.note(account, now, told.as_deref()).await?;
        self.order(account, today.plus(1).begins().plus_seconds(READY_MINUTE * 60)).await?;
        Ok(Outcome::Done)
    }

    async fn note(&self, account: &str, at: Timestamp, told: Option<&str>) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        reading::note_fetched(&mut tx, account, at, told).await?;
        Ok(tx.commit().await?)
    }

    async fn fetch_days(&self, account: &str, client: &Client, today: Day) -> Result<std::result::Result<(), Error>> {
        for back in 1..=GROWING_DAYS {
            let day = today.plus(-back);
            let text = day.to_string();
            let told = async {
                let totals = client.article_total(&text).await?;
                Ok::<_, Error>((totals, client.follower_moves(&text, &text).await?))
            };
            let (totals, moves) = match told.await {
                Ok(told) => told,
                Err(error) => return Ok(Err(error)),
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
        Ok(Ok(()))
    }

    /// WeChat no longer tends the hours: what it does not give is left out, and the rest stands without it.
    async fn fetch_hours(&self, account: &str, client: &Client, today: Day) -> Result<()> {
        for back in 1..=HOURS_DAYS {
            let day = today.plus(-back);
            match client.reading_hours(&day.to_string()).await {
                Ok(told) => {
                    let mut tx = self.ground.db.begin().await?;
                    reading::keep_hours(&mut tx, account, day, &told).await?;
                    tx.commit().await?;
                }
                Err(error) => {
                    tracing::warn!(%error, account, "WeChat does not tell when was read");
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// No event tells of new comments: those of the articles of a month are counted. An account without the right to
    /// comments has none.
    async fn count_comments(&self, account: &str, client: &Client, now: Timestamp) -> Result<()> {
        let since = now.day().plus(-COMMENTS_DAYS).begins();
        let articles = comment::keys_since(&mut self.ground.db.read().await?, account, since).await?;
        for (msg_data_id, position) in articles {
            let Ok(index) = u32::try_from(position - 1) else { continue };
            match client.comments(ArticleKey { msg_data_id, index }, 0, CommentKind::All).await {
                Ok(page) => {
                    let mut tx = self.ground.db.begin().await?;
                    comment::keep_count(&mut tx, (account, msg_data_id, position), page.total, now).await?;
                    tx.commit().await?;
                }
                Err(error) if matches!(error.code(), Some(Errcode(48001 | 48015 | 88000))) => return Ok(()),
                Err(error) => tracing::warn!(%error, account, "comments cannot be counted"),
            }
        }
        Ok(())
    }

    /// What an account sent since a moment, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn since(&self, account: &str, since: Timestamp) -> Result<Vec<ArticleResult>> {
        let told = reading::since(&mut self.ground.db.read().await?, account, since).await?;
        Ok(told.into_iter().map(result).collect())
    }

    /// How an article was read and where its links led, day by day.
    ///
    /// # Errors
    /// The database's.
    pub async fn growth(&self, id: &str) -> Result<Growth> {
        let mut tx = self.ground.db.read().await?;
        Ok(Growth { days: reading::of_article(&mut tx, id).await?, visits: visit::of_article(&mut tx, id).await? })
    }

    /// In which hours of the day the articles of an account were read since a day.
    ///
    /// # Errors
    /// The database's.
    pub async fn hours(&self, account: &str, since: Day) -> Result<Hours> {
        let (readings, days) = reading::hours(&mut self.ground.db.read().await?, account, since).await?;
        Ok(Hours { readings, days })
    }

    /// When the counts of an account were last asked for; none before the first time.
    ///
    /// # Errors
    /// The database's.
    pub async fn fetched(&self, account: &str) -> Result<Option<Fetched>> {
        let fetched = reading::fetched(&mut self.ground.db.glance().await?, account).await?;
        Ok(fetched.map(|(at, told)| Fetched { at, told }))
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
        whom: told.whom,
        visits: told.visits,
        comments: told.comments,
        comments_open: told.comments_open,
    }
}
