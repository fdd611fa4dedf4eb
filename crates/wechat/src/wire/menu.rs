//! Custom menus (reference pages "自定义菜单").

use serde::{Deserialize, Serialize};

use super::loose;

/// Body of `POST /cgi-bin/menu/create`, and the buttons of other answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Menu {
    /// 1 to 3 buttons.
    pub button: Vec<Button>,
    /// Number of the menu; only in answers.
    #[serde(default, deserialize_with = "loose::optional_text", skip_serializing_if = "Option::is_none")]
    pub menuid: Option<String>,
}

/// A button; one with `sub_button` has no type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// `click`, `view`, `miniprogram`, `scancode_push` …
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// At most 16 bytes at the top, 60 below.
    pub name: String,
    /// Key of `click` and its like, at most 128 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Address of `view`, fallback of `miniprogram`, at most 1024 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Material of `media_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_id: Option<String>,
    /// Mini program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appid: Option<String>,
    /// Page of the mini program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pagepath: Option<String>,
    /// Published article of `article_id`, `article_view_limited`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article_id: Option<String>,
    /// 1 to 5 buttons of the second level; empty on leaves in answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sub_button: Vec<Button>,
}

/// Who sees a conditional menu.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchRule {
    /// Tag of the followers.
    #[serde(default, deserialize_with = "loose::optional_text", skip_serializing_if = "Option::is_none")]
    pub tag_id: Option<String>,
    /// `1` iOS, `2` Android, `3` others.
    #[serde(default, deserialize_with = "loose::optional_text", skip_serializing_if = "Option::is_none")]
    pub client_platform_type: Option<String>,
}

/// Body of `POST /cgi-bin/menu/addconditional`, and an item of [`MenuAnswer`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionalMenu {
    /// 1 to 3 buttons.
    pub button: Vec<Button>,
    /// Who sees it.
    pub matchrule: MatchRule,
    /// Number of the menu; only in answers.
    #[serde(default, deserialize_with = "loose::optional_text", skip_serializing_if = "Option::is_none")]
    pub menuid: Option<String>,
}

/// Answer of `GET /cgi-bin/menu/get`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuAnswer {
    /// The menu of everybody.
    pub menu: Menu,
    /// The conditional ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditionalmenu: Vec<ConditionalMenu>,
}

/// `{"menuid"}`: answer of `addconditional`, body of `delconditional`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuId {
    /// Number of the menu.
    #[serde(deserialize_with = "loose::text")]
    pub menuid: String,
}

/// Body of `POST /cgi-bin/menu/trymatch`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TryMatch {
    /// Openid or WeChat name.
    pub user_id: String,
}

/// Answer of `GET /cgi-bin/get_current_selfmenu_info`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfMenuAnswer {
    /// 1 if there is a menu.
    #[serde(deserialize_with = "loose::integer")]
    pub is_menu_open: i64,
    /// The menu, made by the API or in the console.
    #[serde(default)]
    pub selfmenu_info: SelfMenu,
}

/// The buttons of a menu in use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfMenu {
    /// Buttons of the top.
    #[serde(default)]
    pub button: Vec<SelfButton>,
}

/// A button in use; those made in the console also have the types `text`, `img`, `photo`, `video`, `voice`, `news`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfButton {
    /// Its text.
    pub name: String,
    /// Its type.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Text, media id or article of console types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Address of `view`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Key of `click` and its like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Second level; an object here, unlike in [`Button`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_button: Option<SelfButtons>,
    /// Articles of `news`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news_info: Option<NewsInfo>,
}

/// `{"list"}` of buttons.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfButtons {
    /// Buttons of the second level.
    pub list: Vec<SelfButton>,
}

/// `{"list"}` of articles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsInfo {
    /// The articles.
    pub list: Vec<NewsItem>,
}

/// An article of a console menu or console reply.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsItem {
    /// Title
    #[serde(default)]
    pub title: String,
    /// Author
    #[serde(default)]
    pub author: String,
    /// Summary
    #[serde(default)]
    pub digest: String,
    /// 1 if the cover is shown
    #[serde(default, deserialize_with = "loose::optional_integer", skip_serializing_if = "Option::is_none")]
    pub show_cover: Option<i64>,
    /// Address of the cover
    #[serde(default)]
    pub cover_url: String,
    /// Address of the article
    #[serde(default)]
    pub content_url: String,
    /// Address behind 阅读原文
    #[serde(default)]
    pub source_url: String,
}
