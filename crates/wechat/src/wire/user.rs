//! Followers, tags and the blacklist (reference pages "用户管理").

use serde::{Deserialize, Serialize};

use super::loose;

/// Answer of `user/get`, `user/tag/get` and `getblacklist`: a page of openids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenidPage {
    /// All there are; absent in `user/tag/get`.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// How many this page has.
    #[serde(default, deserialize_with = "loose::integer")]
    pub count: i64,
    /// The openids; absent on an empty page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Openids>,
    /// Where the next page begins; empty at the end.
    #[serde(default)]
    pub next_openid: String,
}

/// `{"openid"}`: a list in spite of its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Openids {
    /// The openids.
    pub openid: Vec<String>,
}

/// Answer of `user/info`. Nickname, portrait, sex and region are no longer given (since 2021-12-27).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// 0: does not follow; then only `openid` and `unionid` are there.
    #[serde(deserialize_with = "loose::integer")]
    pub subscribe: i64,
    /// Opaque, per account.
    pub openid: String,
    /// Now empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Unix seconds of the last following.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub subscribe_time: Option<i64>,
    /// The person across accounts of one open platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unionid: Option<String>,
    /// The account's note on the follower.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Old group number.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub groupid: Option<i64>,
    /// Tags.
    #[serde(default, deserialize_with = "loose::integers", skip_serializing_if = "Vec::is_empty")]
    pub tagid_list: Vec<i64>,
    /// `ADD_SCENE_SEARCH`, `ADD_SCENE_QR_CODE` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscribe_scene: Option<String>,
    /// Number of the scene code followed through.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub qr_scene: Option<i64>,
    /// Text of the scene code followed through.
    #[serde(default, deserialize_with = "loose::optional_text", skip_serializing_if = "Option::is_none")]
    pub qr_scene_str: Option<String>,
}

/// Body of `user/info/batchget`: at most 100.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsersRequest {
    /// Whom.
    pub user_list: Vec<UserKey>,
}

/// One follower asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserKey {
    /// Openid.
    pub openid: String,
    /// `zh_CN`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

/// Answer of `user/info/batchget`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsersAnswer {
    /// In the order asked.
    pub user_info_list: Vec<User>,
}

/// Body of `user/info/updateremark`: at most 30 characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemarkRequest {
    /// Whom.
    pub openid: String,
    /// The note.
    pub remark: String,
}

/// A tag; 0, 1 and 2 are the system's, own ones begin at 100.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Number; absent when creating.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// Name, at most 30 bytes; absent when deleting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Followers that carry it; only in lists.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

/// `{"tag"}`: body of `tags/create`, `update`, `delete`, answer of `create`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagEnvelope {
    /// The tag.
    pub tag: Tag,
}

/// Answer of `tags/get`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagsAnswer {
    /// All tags.
    pub tags: Vec<Tag>,
}

/// Body of `user/tag/get`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaggedRequest {
    /// Number of the tag.
    #[serde(deserialize_with = "loose::integer")]
    pub tagid: i64,
    /// Where the page begins.
    #[serde(default)]
    pub next_openid: String,
}

/// Body of `batchtagging` and `batchuntagging`: at most 50 openids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaggingRequest {
    /// Whom.
    pub openid_list: Vec<String>,
    /// Number of the tag.
    #[serde(deserialize_with = "loose::integer")]
    pub tagid: i64,
}

/// `{"openid"}`: body of `tags/getidlist`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenidRequest {
    /// Whom.
    pub openid: String,
}

/// Answer of `tags/getidlist`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagIdsAnswer {
    /// Numbers of the tags.
    #[serde(deserialize_with = "loose::integers")]
    pub tagid_list: Vec<i64>,
}

/// Body of `getblacklist`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlacklistRequest {
    /// Where the page begins.
    #[serde(default)]
    pub begin_openid: String,
}

/// Body of `batchblacklist` and `batchunblacklist`: at most 20 openids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlacklistingRequest {
    /// Whom.
    pub openid_list: Vec<String>,
}
