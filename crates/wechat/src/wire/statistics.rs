//! Statistics (reference pages "数据统计"): yesterday's are there from 8 o'clock in Shanghai.

use serde::{Deserialize, Serialize};

use super::loose;

/// Body of every call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    /// `YYYY-MM-DD`
    #[serde(default)]
    pub begin_date: String,
    /// `YYYY-MM-DD`, yesterday at the latest.
    #[serde(default)]
    pub end_date: String,
}

/// `{"list":[…]}`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed<T> {
    /// One line for each day and, where the call has one, for each source, type or article.
    #[serde(default = "Vec::new")]
    pub list: Vec<T>,
}

/// A line of `getusersummary`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowerMoves {
    /// `YYYY-MM-DD`
    #[serde(default)]
    pub ref_date: String,
    /// 0 other, 1 search, 17 card, 30 QR code, 57 article …
    #[serde(default, deserialize_with = "loose::integer")]
    pub user_source: i64,
    /// New followers.
    #[serde(default, deserialize_with = "loose::integer")]
    pub new_user: i64,
    /// Those who left.
    #[serde(default, deserialize_with = "loose::integer")]
    pub cancel_user: i64,
}

/// A line of `getusercumulate`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowerTotal {
    /// `YYYY-MM-DD`
    #[serde(default)]
    pub ref_date: String,
    /// Always 0.
    #[serde(default, deserialize_with = "loose::integer")]
    pub user_source: i64,
    /// Followers at the end of the day.
    #[serde(default, deserialize_with = "loose::integer")]
    pub cumulate_user: i64,
}

/// A line of `getarticlesummary`: what readers did with one article on one day. `…_user` counts persons, `…_count` deeds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleDay {
    /// `YYYY-MM-DD`
    #[serde(default)]
    pub ref_date: String,
    /// `<msg_data_id>_<index from 1>`
    #[serde(default)]
    pub msgid: String,
    /// Title
    #[serde(default)]
    pub title: String,
    /// The counts.
    #[serde(flatten)]
    pub counts: ReadingCounts,
}

/// What readers did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingCounts {
    /// Readers of the article's page.
    #[serde(default, deserialize_with = "loose::integer")]
    pub int_page_read_user: i64,
    /// Readings.
    #[serde(default, deserialize_with = "loose::integer")]
    pub int_page_read_count: i64,
    /// Readers of 阅读原文.
    #[serde(default, deserialize_with = "loose::integer")]
    pub ori_page_read_user: i64,
    /// Readings of 阅读原文.
    #[serde(default, deserialize_with = "loose::integer")]
    pub ori_page_read_count: i64,
    /// Persons who shared.
    #[serde(default, deserialize_with = "loose::integer")]
    pub share_user: i64,
    /// Shares.
    #[serde(default, deserialize_with = "loose::integer")]
    pub share_count: i64,
    /// Persons who kept it.
    #[serde(default, deserialize_with = "loose::integer")]
    pub add_to_fav_user: i64,
    /// How often it was kept.
    #[serde(default, deserialize_with = "loose::integer")]
    pub add_to_fav_count: i64,
}

/// A line of `getarticletotal`: one article pushed on that day, and how its counts grew over up to seven days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleTotal {
    /// The day of the push, `YYYY-MM-DD`.
    #[serde(default)]
    pub ref_date: String,
    /// `<msg_data_id>_<index from 1>`
    #[serde(default)]
    pub msgid: String,
    /// Title
    #[serde(default)]
    pub title: String,
    /// One for each day.
    #[serde(default)]
    pub details: Vec<ArticleTotalDay>,
}

/// The counts of an article from its push to the end of one day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleTotalDay {
    /// `YYYY-MM-DD`
    #[serde(default)]
    pub stat_date: String,
    /// Followers it was pushed to.
    #[serde(default, deserialize_with = "loose::integer")]
    pub target_user: i64,
    /// The counts so far.
    #[serde(flatten)]
    pub counts: ReadingCounts,
}

/// A line of `getuserreadhour`: what readers did with all articles of the account in one hour, by where they came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingHour {
    /// `YYYY-MM-DD`
    #[serde(default)]
    pub ref_date: String,
    /// 0, 100 … 2300
    #[serde(default, deserialize_with = "loose::integer")]
    pub ref_hour: i64,
    /// 0 chat, 1 friend, 2 moments, 4 history, 5 other, 6 看一看, 7 搜一搜; [`ALL_SOURCES`] all of them.
    #[serde(default, deserialize_with = "loose::integer")]
    pub user_source: i64,
    /// The counts.
    #[serde(flatten)]
    pub counts: ReadingCounts,
}

/// The source of a line that counts all sources together.
pub const ALL_SOURCES: i64 = 99_999_999;

/// A line of `getupstreammsg`: what followers wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamMessages {
    /// `YYYY-MM-DD`
    #[serde(default)]
    pub ref_date: String,
    /// 1 text, 2 picture, 3 voice, 4 video, 6 link
    #[serde(default, deserialize_with = "loose::integer")]
    pub msg_type: i64,
    /// Persons who wrote.
    #[serde(default, deserialize_with = "loose::integer")]
    pub msg_user: i64,
    /// Messages.
    #[serde(default, deserialize_with = "loose::integer")]
    pub msg_count: i64,
}
