//! Drafts and the articles in them (reference pages "草稿箱").

use serde::{Deserialize, Serialize};

use super::loose;

/// One article, as it is sent and as it comes back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// `news` if empty, or `newspic`, pictures with a plain text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub article_type: String,
    /// Required, see [`TITLE`](crate::article::TITLE).
    #[serde(default)]
    pub title: String,
    /// See [`AUTHOR`](crate::article::AUTHOR).
    #[serde(default)]
    pub author: String,
    /// Shown on the card; if empty, the beginning of the text takes its place. See [`DIGEST`](crate::article::DIGEST).
    #[serde(default)]
    pub digest: String,
    /// HTML, required; [`kept`](crate::article::kept) tells what remains of it.
    #[serde(default)]
    pub content: String,
    /// 阅读原文
    #[serde(default)]
    pub content_source_url: String,
    /// Permanent picture; required for `news`.
    #[serde(default)]
    pub thumb_media_id: String,
    /// Whether readers may comment.
    #[serde(default, serialize_with = "loose::as_number", deserialize_with = "loose::flag")]
    pub need_open_comment: bool,
    /// Whether only followers may.
    #[serde(default, serialize_with = "loose::as_number", deserialize_with = "loose::flag")]
    pub only_fans_can_comment: bool,
    /// `X1_Y1_X2_Y2` in fractions from the top left, for the cover at 2.35 to 1.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pic_crop_235_1: String,
    /// The same for the square cover.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pic_crop_1_1: String,
    /// The pictures of a `newspic`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_info: Option<ImageInfo>,
    /// In answers only: where the cover is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub thumb_url: String,
    /// In answers only: where the article is; of a draft a preview that ends.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// In answers only: whether a published article was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_deleted: Option<bool>,
}

/// `image_info`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageInfo {
    /// 1–20, the first is the cover.
    #[serde(default)]
    pub image_list: Vec<ImageOf>,
}

/// One picture of a `newspic`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageOf {
    /// Permanent picture.
    pub image_media_id: String,
}

/// Body of `POST /cgi-bin/draft/add`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDraft {
    /// 1–8
    #[serde(default)]
    pub articles: Vec<Article>,
}

/// Body of `POST /cgi-bin/draft/update`: one article, not a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftUpdate {
    /// The draft.
    #[serde(default)]
    pub media_id: String,
    /// From 0.
    #[serde(default, deserialize_with = "loose::integer")]
    pub index: i64,
    /// What stands there from now on.
    #[serde(default)]
    pub articles: Article,
}

/// Answer of `POST /cgi-bin/draft/get`, and `content` of lists of drafts and of published articles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Articles {
    /// The articles in their order.
    #[serde(default)]
    pub news_item: Vec<Article>,
    /// Unix seconds; not always there.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub create_time: Option<i64>,
    /// Unix seconds; not always there.
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub update_time: Option<i64>,
}

/// Answer of `GET /cgi-bin/draft/count`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftCount {
    /// How many there are.
    #[serde(default, deserialize_with = "loose::integer")]
    pub total_count: i64,
}

/// Body of `POST /cgi-bin/draft/batchget` and `/cgi-bin/freepublish/batchget`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleRange {
    /// From 0.
    #[serde(default, deserialize_with = "loose::integer")]
    pub offset: i64,
    /// 1–20
    #[serde(default, deserialize_with = "loose::integer")]
    pub count: i64,
    /// Whether `content` of each article is left out.
    #[serde(default, serialize_with = "loose::as_number", deserialize_with = "loose::flag")]
    pub no_content: bool,
}

/// Answer of `POST /cgi-bin/draft/batchget` and `/cgi-bin/freepublish/batchget`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticlePage {
    /// All there are.
    #[serde(default, deserialize_with = "loose::integer")]
    pub total_count: i64,
    /// How many are on this page.
    #[serde(default, deserialize_with = "loose::integer")]
    pub item_count: i64,
    /// The page, newest first.
    #[serde(default)]
    pub item: Vec<ArticleItem>,
}

/// One draft or published message of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleItem {
    /// Of a draft.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub media_id: String,
    /// Of a published message.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub article_id: String,
    /// Its articles.
    #[serde(default)]
    pub content: Articles,
    /// Unix seconds.
    #[serde(default, deserialize_with = "loose::integer")]
    pub update_time: i64,
}
