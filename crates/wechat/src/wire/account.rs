//! The account itself: automatic replies of the console, quotas, reachability.

use serde::{Deserialize, Serialize};

use super::loose;
use super::menu::NewsInfo;

/// Answer of `GET /cgi-bin/get_current_autoreply_info`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoreplyAnswer {
    /// 1 if following is answered.
    #[serde(default, deserialize_with = "loose::integer")]
    pub is_add_friend_reply_open: i64,
    /// 1 if messages are answered.
    #[serde(default, deserialize_with = "loose::integer")]
    pub is_autoreply_open: i64,
    /// Said on following.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_friend_autoreply_info: Option<AutoreplyContent>,
    /// Said when no keyword fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_default_autoreply_info: Option<AutoreplyContent>,
    /// Rules by keyword.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyword_autoreply_info: Option<AutoreplyRules>,
}

/// One reply of the console.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoreplyContent {
    /// `text`, `img`, `voice`, `video`, `news`
    #[serde(rename = "type")]
    pub kind: String,
    /// Text or media id.
    #[serde(default)]
    pub content: String,
    /// Articles of `news`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news_info: Option<NewsInfo>,
}

/// `{"list"}` of rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoreplyRules {
    /// The rules.
    #[serde(default)]
    pub list: Vec<AutoreplyRule>,
}

/// A rule: any of the keywords brings all or one of the replies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoreplyRule {
    /// Its name.
    #[serde(default)]
    pub rule_name: String,
    /// Unix seconds.
    #[serde(default, deserialize_with = "loose::integer")]
    pub create_time: i64,
    /// `reply_all` or `random_one`.
    #[serde(default)]
    pub reply_mode: String,
    /// The keywords.
    #[serde(default)]
    pub keyword_list_info: Vec<AutoreplyKeyword>,
    /// The replies.
    #[serde(default)]
    pub reply_list_info: Vec<AutoreplyContent>,
}

/// A keyword.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoreplyKeyword {
    /// `text`
    #[serde(default, rename = "type")]
    pub kind: String,
    /// `contain` or `equal`.
    #[serde(default)]
    pub match_mode: String,
    /// The word.
    #[serde(default)]
    pub content: String,
}

/// Body of `POST /cgi-bin/openapi/quota/get` and `quota/clear`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaRequest {
    /// Path of a call, e.g. `/cgi-bin/message/custom/send`.
    pub cgi_path: String,
}

/// Answer of `quota/get`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaAnswer {
    /// Of the day.
    pub quota: Quota,
    /// Of the minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
}

/// How often a call may be used on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// In all.
    #[serde(deserialize_with = "loose::integer")]
    pub daily_limit: i64,
    /// Used.
    #[serde(deserialize_with = "loose::integer")]
    pub used: i64,
    /// Left.
    #[serde(deserialize_with = "loose::integer")]
    pub remain: i64,
}

/// How often a call may be used in a short time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimit {
    /// Calls …
    #[serde(deserialize_with = "loose::integer")]
    pub call_count: i64,
    /// … in so many seconds.
    #[serde(deserialize_with = "loose::integer")]
    pub refresh_second: i64,
}

/// Body of `POST /cgi-bin/callback/check`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRequest {
    /// `all`, `dns`, `ping`
    pub action: String,
    /// `DEFAULT`, `CHINANET`, `UNICOM`, `CAP`
    pub check_operator: String,
}

/// Answer of `callback/check`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckAnswer {
    /// Resolved addresses.
    #[serde(default)]
    pub dns: Vec<CheckedDns>,
    /// Reached addresses.
    #[serde(default)]
    pub ping: Vec<CheckedPing>,
}

/// A resolved address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedDns {
    /// Address.
    #[serde(default)]
    pub ip: String,
    /// Its network.
    #[serde(default)]
    pub real_operator: String,
}

/// A reached address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedPing {
    /// Address.
    #[serde(default)]
    pub ip: String,
    /// The network it was reached from.
    #[serde(default)]
    pub from_operator: String,
    /// E.g. `0%`.
    #[serde(default)]
    pub package_loss: String,
    /// E.g. `23.079ms`.
    #[serde(default)]
    pub time: String,
}
