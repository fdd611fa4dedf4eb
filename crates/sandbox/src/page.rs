//! Articles: drafts, publications, and the pages under which readers open them (reference §6).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wechat::article::{digest, kept};
use wechat::message::{Event, PublishResult};
use wechat::wire::draft::Article;
use wechat::wire::statistics::ReadingCounts;

use crate::fault::{Fault, Faults};
use crate::media::Medium;
use crate::random::Random;
use crate::world::{Account, Line};

/// A draft.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub(crate) media_id: String,
    /// As they are kept: content filtered, digest filled in.
    pub(crate) articles: Vec<Article>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    /// Grows with every draft, for lists.
    pub(crate) number: u64,
}

/// A draft that was handed in to be published.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Publication {
    pub(crate) publish_id: u64,
    pub(crate) msg_data_id: u64,
    pub(crate) article_id: String,
    pub(crate) media_id: String,
    pub(crate) articles: Vec<Article>,
    pub(crate) origin: String,
    pub(crate) at: i64,
    pub(crate) due: i64,
    /// `publish_status`: 1 while it runs.
    pub(crate) status: u32,
    pub(crate) pages: Vec<String>,
}

/// How an article came to its readers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Way {
    /// By a mass send.
    #[default]
    Push,
    /// By a publication.
    Publication,
    /// As a preview, which ends.
    Preview,
}

/// An article at its address.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Page {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) msg_data_id: u64,
    /// From 1.
    pub(crate) index: u32,
    pub(crate) article: Article,
    pub(crate) at: i64,
    pub(crate) way: Way,
    pub(crate) removed: bool,
    pub(crate) comments_open: bool,
    /// Followers it was pushed to.
    pub(crate) targets: i64,
    pub(crate) deeds: Vec<Reading>,
    pub(crate) comments: Vec<Remark>,
}

/// What a reader does with an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Act {
    /// Opens it.
    Read,
    /// Opens 阅读原文.
    Original,
    /// Shares it.
    Share,
    /// Keeps it.
    Favourite,
    /// 赞
    Like,
}

/// One deed of a reader.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reading {
    pub(crate) at: i64,
    pub(crate) openid: String,
    pub(crate) act: Act,
}

/// A comment below an article.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Remark {
    pub(crate) id: i64,
    pub(crate) openid: String,
    pub(crate) at: i64,
    pub(crate) content: String,
    pub(crate) elected: bool,
    pub(crate) reply: Option<(String, i64)>,
}

/// Seconds a preview can be opened.
const PREVIEW: i64 = 12 * 3600;

impl Page {
    /// Whether it can still be read.
    pub(crate) fn is_open(&self, now: i64) -> bool {
        !self.removed && (self.way != Way::Preview || now < self.at.saturating_add(PREVIEW))
    }

    /// How often readers did `act`.
    pub(crate) fn count(&self, act: Act) -> usize {
        self.deeds.iter().filter(|deed| deed.act == act).count()
    }

    /// What readers did within these days of Shanghai.
    pub(crate) fn counts(&self, days: std::ops::RangeInclusive<i64>) -> ReadingCounts {
        self.counts_where(|at| days.contains(&crate::clock::day(at)))
    }

    /// What readers did within an hour of a day of Shanghai.
    pub(crate) fn counts_in_hour(&self, day: i64, hour: i64) -> ReadingCounts {
        self.counts_where(|at| (crate::clock::day(at), crate::clock::hour(at)) == (day, hour))
    }

    fn counts_where(&self, fits: impl Fn(i64) -> bool) -> ReadingCounts {
        let of = |act: Act| {
            let done = self.deeds.iter().filter(|deed| deed.act == act && fits(deed.at));
            let mut openids: Vec<&str> = done.map(|deed| deed.openid.as_str()).collect();
            let count = whole(openids.len());
            openids.sort_unstable();
            openids.dedup();
            (whole(openids.len()), count)
        };
        let (read, original, share, favourite) = (of(Act::Read), of(Act::Original), of(Act::Share), of(Act::Favourite));
        ReadingCounts {
            int_page_read_user: read.0,
            int_page_read_count: read.1,
            ori_page_read_user: original.0,
            ori_page_read_count: original.1,
            share_user: share.0,
            share_count: share.1,
            add_to_fav_user: favourite.0,
            add_to_fav_count: favourite.1,
        }
    }
}

/// A count as the platform's answers have it.
pub(crate) fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The article as the platform keeps it: content filtered, digest filled in. `origin` is where the sandbox is reached.
pub(crate) fn cleaned(account: &Account, article: &Article, origin: &str) -> Article {
    let is_own = |address: &str| {
        let of = |part: &str| address.strip_prefix(origin).and_then(|path| path.strip_prefix(part));
        let is_picture = |medium: &Medium| medium.lasting && matches!(medium.kind.as_str(), "picture" | "image");
        of("/_media/").and_then(|id| account.media.get(id)).is_some_and(is_picture)
            || of("/s/").is_some_and(|id| account.pages.contains_key(id))
    };
    let content = if article.article_type == "newspic" {
        wechat::article::words(&article.content)
    } else {
        kept(&article.content, &is_own).html
    };
    let cleaned =
        Article { content, thumb_url: String::new(), url: String::new(), is_deleted: None, ..article.clone() };
    Article { digest: digest(&cleaned), ..cleaned }
}

/// What a list of articles has in common.
pub(crate) struct Issue<'a> {
    pub(crate) articles: &'a [Article],
    pub(crate) msg_data_id: u64,
    pub(crate) way: Way,
    pub(crate) targets: usize,
    pub(crate) origin: &'a str,
}

impl Account {
    /// Gives every article of `issue` an address and returns their ids.
    pub(crate) fn open_pages(&mut self, issue: &Issue<'_>, random: &Random, now: i64) -> Vec<String> {
        let mut ids = Vec::new();
        for (index, article) in (1..).zip(issue.articles) {
            let id = random.id(22);
            let page = Page {
                id: id.clone(),
                url: format!("{}/s/{id}", issue.origin),
                msg_data_id: issue.msg_data_id,
                index,
                article: article.clone(),
                at: now,
                way: issue.way,
                comments_open: article.need_open_comment,
                targets: whole(issue.targets),
                ..Page::default()
            };
            self.pages.insert(id.clone(), page);
            ids.push(id);
        }
        ids
    }

    /// The line of a chat that shows these pages as cards.
    pub(crate) fn cards(&self, pages: &[String], origin: &str) -> Line {
        let pages: Vec<&Page> = pages.iter().filter_map(|id| self.pages.get(id)).collect();
        let card = |page: &&Page| {
            let article = &page.article;
            json!({
                "title": article.title,
                "description": article.digest,
                "url": page.url,
                "picurl": cover(article, origin),
            })
        };
        let cards: Vec<Value> = pages.iter().map(card).collect();
        let title = pages.first().map(|page| page.article.title.clone()).unwrap_or_default();
        Line::new("mpnews", title).with("articles", cards)
    }

    /// Number and address of each page.
    pub(crate) fn addresses(&self, pages: &[String]) -> Vec<(u32, String)> {
        pages.iter().filter_map(|id| self.pages.get(id)).map(|page| (page.index, page.url.clone())).collect()
    }

    /// Ends every publication that is due and returns the events that tell of it.
    pub(crate) fn finish_publications(&mut self, faults: &mut Faults, random: &Random, now: i64) -> Vec<Event> {
        let mut events = Vec::new();
        for at in 0..self.publications.len() {
            let Some(mut one) = self.publications.get(at).filter(|one| one.status == 1 && one.due <= now).cloned()
            else {
                continue;
            };
            one.status = faults.take_publish_status().unwrap_or(0);
            if one.status == 0 {
                let issue = Issue {
                    articles: &one.articles,
                    msg_data_id: one.msg_data_id,
                    way: Way::Publication,
                    targets: 0,
                    origin: &one.origin,
                };
                one.pages = self.open_pages(&issue, random, now);
                self.drafts.remove(&one.media_id);
            }
            let result = PublishResult {
                publish_id: one.publish_id.to_string(),
                status: one.status,
                article_id: (one.status == 0).then(|| one.article_id.clone()),
                urls: self.addresses(&one.pages),
                failed: if one.status == 0 { Vec::new() } else { vec![1] },
            };
            if let Some(kept) = self.publications.get_mut(at) {
                *kept = one;
            }
            for _ in 0..tellings(faults) {
                events.push(Event::Published(result.clone()));
            }
        }
        events
    }
}

/// How often the end of a job is told: once, but for faults.
pub(crate) fn tellings(faults: &mut Faults) -> u32 {
    if faults.take(Fault::FinishLost) {
        return 0;
    }
    if faults.take(Fault::FinishTwice) { 2 } else { 1 }
}

/// Where the cover of an article is; empty without one.
pub(crate) fn cover(article: &Article, origin: &str) -> String {
    let first = article.image_info.as_ref().and_then(|info| info.image_list.first());
    let id = first.map_or(article.thumb_media_id.as_str(), |image| image.image_media_id.as_str());
    if id.is_empty() { String::new() } else { format!("{origin}/_media/{id}") }
}
