//! Publishing without a push (reference pages "发布能力").

use serde::{Deserialize, Serialize};

use super::loose;

/// Answer of `POST /cgi-bin/freepublish/submit`: queued, not yet published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishTicket {
    /// Comes back in the event `PUBLISHJOBFINISH`.
    #[serde(deserialize_with = "loose::text")]
    pub publish_id: String,
    /// Key of comments and statistics, where given.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub msg_data_id: Option<i64>,
}

/// Body of `POST /cgi-bin/freepublish/get`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishId {
    /// From the ticket.
    #[serde(default, deserialize_with = "loose::text")]
    pub publish_id: String,
}

/// Answer of `POST /cgi-bin/freepublish/get`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishState {
    /// The one asked for.
    #[serde(default, deserialize_with = "loose::text")]
    pub publish_id: String,
    /// 0 done, 1 running, 2 original declaration failed, 3 failed, 4 refused by the platform, 5 all deleted afterwards,
    /// 6 all banned afterwards.
    #[serde(default, deserialize_with = "loose::integer")]
    pub publish_status: i64,
    /// Once done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article_id: Option<String>,
    /// Once done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article_detail: Option<PublishDetail>,
    /// Indexes from 1 of the articles that failed.
    #[serde(default, deserialize_with = "loose::integers")]
    pub fail_idx: Vec<i64>,
}

/// `article_detail`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishDetail {
    /// How many.
    #[serde(default, deserialize_with = "loose::integer")]
    pub count: i64,
    /// One by one.
    #[serde(default)]
    pub item: Vec<PublishedLink>,
}

/// Where one article is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedLink {
    /// From 1.
    #[serde(default, deserialize_with = "loose::integer")]
    pub idx: i64,
    /// Its lasting address.
    #[serde(default)]
    pub article_url: String,
}

/// Body of `POST /cgi-bin/freepublish/getarticle` and `/cgi-bin/freepublish/delete`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleId {
    /// The published message.
    #[serde(default)]
    pub article_id: String,
    /// From 1; only for `delete`, where 0 or nothing is all.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub index: Option<i64>,
}
