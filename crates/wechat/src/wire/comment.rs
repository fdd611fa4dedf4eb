//! Comments on articles (reference pages "留言管理").

use serde::{Deserialize, Deserializer, Serialize};

use super::loose;

/// Body of every call; each uses the fields it needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentRequest {
    /// From the push or the publication.
    #[serde(default, deserialize_with = "loose::integer")]
    pub msg_data_id: i64,
    /// Article, from 0.
    #[serde(default, deserialize_with = "loose::integer")]
    pub index: i64,
    /// One comment; unique inside its article only.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub user_comment_id: Option<i64>,
    /// The words of a reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// First of a list, from 0.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub begin: Option<i64>,
    /// Length of a list, 1–49.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// 0 all, 1 ordinary, 2 elected.
    #[serde(
        default,
        rename = "type",
        deserialize_with = "loose::optional_integer",
        skip_serializing_if = "Option::is_none"
    )]
    pub kind: Option<i64>,
}

/// Answer of `POST /cgi-bin/comment/list`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentPage {
    /// All there are of the kind.
    #[serde(default, deserialize_with = "loose::integer")]
    pub total: i64,
    /// The page.
    #[serde(default)]
    pub comment: Vec<Comment>,
}

/// One comment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Unique inside its article only.
    #[serde(default, deserialize_with = "loose::integer")]
    pub user_comment_id: i64,
    /// Not always there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openid: Option<String>,
    /// Unix seconds.
    #[serde(default, deserialize_with = "loose::integer")]
    pub create_time: i64,
    /// What was written.
    #[serde(default)]
    pub content: String,
    /// Whether the account elected it, which makes it public.
    #[serde(default, serialize_with = "loose::as_number", deserialize_with = "loose::flag")]
    pub comment_type: bool,
    /// The account's answer.
    #[serde(default, deserialize_with = "one_reply", skip_serializing_if = "Option::is_none")]
    pub reply: Option<CommentReply>,
}

/// The account's answer to a comment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentReply {
    /// What was answered.
    #[serde(default)]
    pub content: String,
    /// Unix seconds.
    #[serde(default, deserialize_with = "loose::integer")]
    pub create_time: i64,
}

/// An object on the pages, a list in one recorded answer; an empty object is none.
fn one_reply<'de, D: Deserializer<'de>>(from: D) -> Result<Option<CommentReply>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Reply {
        Many(Vec<CommentReply>),
        One(CommentReply),
    }
    let reply = match Option::<Reply>::deserialize(from)? {
        Some(Reply::Many(replies)) => replies.into_iter().next(),
        Some(Reply::One(reply)) => Some(reply),
        None => None,
    };
    Ok(reply.filter(|reply| !reply.content.is_empty()))
}
