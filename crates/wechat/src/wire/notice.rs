//! Subscription notices, template messages and one-time subscription messages (reference pages "订阅通知", "模板消息",
//! "一次性订阅消息").

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::loose;

/// The value of one field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeValue {
    /// The text.
    #[serde(deserialize_with = "loose::text")]
    pub value: String,
}

/// Body of `POST /cgi-bin/message/subscribe/bizsend`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionNotice {
    /// Openid.
    pub touser: String,
    /// One of the account's own templates (`priTmplId`).
    pub template_id: String,
    /// The page it leads to; without one it leads nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The values by field.
    pub data: BTreeMap<String, NoticeValue>,
}

/// Body of `POST /cgi-bin/message/template/send`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateMessage {
    /// Openid.
    pub touser: String,
    /// One of the account's own templates.
    pub template_id: String,
    /// The page it leads to; without one it leads nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The values by field.
    pub data: BTreeMap<String, NoticeValue>,
    /// The sender's own name of it: within ten minutes one openid is sent the same name once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_msg_id: Option<String>,
}

/// Answer of `message/template/send`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateTaken {
    /// Comes back in `TEMPLATESENDJOBFINISH`.
    #[serde(default, deserialize_with = "loose::optional_text")]
    pub msgid: Option<String>,
}

/// Body of `POST /cgi-bin/message/template/subscribe`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimeMessage {
    /// Openid.
    pub touser: String,
    /// The account's one template of this kind.
    pub template_id: String,
    /// The page it leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The scene in which the reader agreed, 0 to 10,000.
    #[serde(deserialize_with = "loose::text")]
    pub scene: String,
    /// At most 15 characters.
    pub title: String,
    /// The text.
    pub data: OneTimeData,
}

/// `{"content": {"value"}}`, at most 200 characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimeData {
    /// The text.
    pub content: NoticeValue,
}

/// Answer of `GET /wxaapi/newtmpl/gettemplate`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeTemplates {
    /// At most 25.
    #[serde(default)]
    pub data: Vec<NoticeTemplate>,
}

/// A template of subscription notices.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeTemplate {
    /// Its id in this account.
    #[serde(rename = "priTmplId")]
    pub id: String,
    /// What it is called.
    #[serde(default)]
    pub title: String,
    /// Lines of `name:{{key.DATA}}`.
    #[serde(default)]
    pub content: String,
    /// The lines with sample values.
    #[serde(default)]
    pub example: String,
    /// 2: each consent is good for one notice; 3: for many.
    #[serde(rename = "type", default, deserialize_with = "loose::integer")]
    pub kind: i64,
    /// The words that fields of the kind `enum` may have.
    #[serde(
        rename = "keywordEnumValueList",
        default,
        deserialize_with = "loose::absent_list",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub choices: Vec<NoticeChoices>,
}

/// What one field may say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeChoices {
    /// The field's key.
    #[serde(rename = "keywordCode")]
    pub key: String,
    /// The words.
    #[serde(rename = "enumValueList", default)]
    pub words: Vec<String>,
}

/// Body of `POST /wxaapi/newtmpl/addtemplate`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeTemplateWanted {
    /// The number of the public template.
    #[serde(deserialize_with = "loose::text")]
    pub tid: String,
    /// 2 to 5 of its fields.
    #[serde(rename = "kidList", deserialize_with = "loose::integers")]
    pub fields: Vec<i64>,
    /// What it is for, at most 15 characters.
    #[serde(rename = "sceneDesc", default, skip_serializing_if = "String::is_empty")]
    pub scene: String,
}

/// `{"priTmplId"}`: answer of `newtmpl/addtemplate`, body of `newtmpl/deltemplate`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeTemplateId {
    /// The template's id in this account.
    #[serde(rename = "priTmplId")]
    pub id: String,
}

/// Answer of `GET /cgi-bin/template/get_all_private_template`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateTemplates {
    /// At most 25.
    #[serde(default)]
    pub template_list: Vec<PrivateTemplate>,
}

/// A template of template messages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateTemplate {
    /// Its id in this account.
    pub template_id: String,
    /// What it is called.
    #[serde(default)]
    pub title: String,
    /// Lines of `name：{{key.DATA}}`.
    #[serde(default)]
    pub content: String,
    /// The lines with sample values.
    #[serde(default)]
    pub example: String,
}

/// `{"template_id"}`: body of `template/del_private_template`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateTemplateId {
    /// The template's id in this account.
    pub template_id: String,
}
