//! Notices: the templates of an account, what followers agreed to, and the way of a notice from being taken to having
//! arrived (reference §9).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use wechat::message::{Event, SubscribeSent};
use wechat::notice::fields;

use crate::fault::{Fault, Faults};
use crate::follower::{Direction, Follower};
use crate::page::tellings;
use crate::random::Random;
use crate::world::{Account, Line};

/// Seconds a `client_msg_id` is known.
const CLIENT_ID_KEPT: i64 = 600;
/// Notices kept for their ends and for repeats.
const KEPT: usize = 500;

/// How a template is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Way {
    /// Subscription notices; each consent is good for one.
    Once,
    /// Subscription notices; a consent is good until it is taken back.
    Always,
    /// Template messages.
    Template,
    /// One-time subscription messages, whose consent is given on a page of its own.
    OneTime,
}

impl Way {
    /// Whether it is of subscription notices.
    pub(crate) const fn is_subscription(self) -> bool {
        matches!(self, Self::Once | Self::Always)
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Once => "订阅通知（一次性）",
            Self::Always => "订阅通知（长期）",
            Self::Template => "模板消息",
            Self::OneTime => "一次性订阅消息",
        }
    }
}

/// A template the account has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) way: Way,
    pub(crate) title: String,
    pub(crate) content: String,
    pub(crate) example: String,
}

/// What a follower said of one template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Consent {
    /// Notices that may still be sent.
    pub(crate) left: u32,
    /// Any number of them may be.
    pub(crate) always: bool,
    /// The follower has switched them off.
    pub(crate) off: bool,
}

/// A notice that was taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub(crate) msg_id: u64,
    pub(crate) openid: String,
    pub(crate) template_id: String,
    pub(crate) way: Way,
    pub(crate) client_id: String,
    pub(crate) at: i64,
    /// When it arrives.
    pub(crate) due: i64,
    pub(crate) is_over: bool,
    pub(crate) line: Line,
}

/// The templates that an archives institution would have taken; ids are chance.
pub(crate) fn samples(random: &Random) -> Vec<Template> {
    let template = |way, title: &str, content: &str, example: &str| Template {
        id: random.id(43),
        way,
        title: title.to_owned(),
        content: content.to_owned(),
        example: example.to_owned(),
    };
    vec![
        template(
            Way::Once,
            "咨询答复通知",
            "咨询事项:{{thing1.DATA}}\n答复时间:{{time2.DATA}}\n温馨提示:{{thing3.DATA}}\n",
            "咨询事项:婚姻档案怎么查\n答复时间:2026年11月30日 15:01\n温馨提示:点此查看答复\n",
        ),
        template(
            Way::Always,
            "预约提醒",
            "预约事项:{{thing1.DATA}}\n预约日期:{{date2.DATA}}\n地点:{{thing3.DATA}}\n预约号:{{character_string4.DATA}}\n",
            "预约事项:到馆查档\n预约日期:2026年12月1日\n地点:一楼查阅大厅\n预约号:A-20261201-03\n",
        ),
        template(
            Way::Template,
            "查档结果通知",
            "申请事项：{{thing1.DATA}}\n办理结果：{{phrase2.DATA}}\n办理时间：{{time3.DATA}}\n",
            "申请事项：查询工龄档案\n办理结果：已经办结\n办理时间：2026年11月30日 15:01\n",
        ),
        template(Way::OneTime, "一次性订阅消息", "{{content.DATA}}", "您的咨询有了答复，点此查看。"),
    ]
}

/// The lines of a notice as the chat shows them: the template's words with the values.
pub(crate) fn line(template: &Template, data: &Map<String, Value>, url: &str) -> Line {
    let value = |key: &str| data.get(key).and_then(|one| one.get("value")).and_then(Value::as_str).unwrap_or_default();
    let shown = fields(&template.content);
    let shown: Vec<Value> =
        shown.iter().map(|field| json!({"label": field.label, "value": value(&field.key)})).collect();
    Line::new("notice", template.title.as_str())
        .with("fields", shown)
        .with("url", url)
        .with("way", template.way.label())
}

impl Account {
    /// The template of that id that is used in one of these ways.
    pub(crate) fn template(&self, id: &str, fits: impl Fn(Way) -> bool) -> Option<&Template> {
        self.templates.iter().find(|template| template.id == id && fits(template.way))
    }

    /// The number of the template message that a follower was sent under this name within ten minutes.
    pub(crate) fn noticed(&self, openid: &str, client_id: &str, now: i64) -> Option<u64> {
        let known = |notice: &&Notice| {
            let is_same = notice.openid == openid && !client_id.is_empty() && notice.client_id == client_id;
            is_same && now.saturating_sub(notice.at) < CLIENT_ID_KEPT
        };
        self.notices.iter().find(known).map(|notice| notice.msg_id)
    }

    /// Takes a notice; it arrives a second later.
    pub(crate) fn take_notice(
        &mut self,
        (template, client_id): (&Template, &str),
        openid: &str,
        line: Line,
        now: i64,
    ) -> u64 {
        let msg_id = self.job_id();
        self.notices.push(Notice {
            msg_id,
            openid: openid.to_owned(),
            template_id: template.id.clone(),
            way: template.way,
            client_id: client_id.to_owned(),
            at: now,
            due: now.saturating_add(1),
            is_over: false,
            line,
        });
        let over = self.notices.len().saturating_sub(KEPT);
        self.notices.drain(..over);
        msg_id
    }

    /// Ends every notice that is due; whom each event comes from, and the event.
    pub(crate) fn finish_notices(&mut self, faults: &mut Faults, now: i64) -> Vec<(String, Event)> {
        let mut events = Vec::new();
        for at in 0..self.notices.len() {
            let Some(notice) = self.notices.get_mut(at).filter(|notice| !notice.is_over && notice.due <= now) else {
                continue;
            };
            notice.is_over = true;
            let notice = notice.clone();
            let is_refused = self.followers.get(&notice.openid).is_none_or(|follower| follower.refuses_notices);
            let status = if is_refused {
                "failed:user block"
            } else if faults.take(Fault::NoticeFail) {
                "failed: system failed"
            } else {
                "success"
            };
            if status == "success" {
                self.note(&notice.openid, Direction::Out, now, notice.line.clone());
            }
            let event = if notice.way == Way::Template {
                Event::TemplateSent { msg_id: notice.msg_id.to_string(), status: status.to_owned() }
            } else {
                let error_code = i64::from(status != "success");
                Event::SubscribeSent(vec![SubscribeSent {
                    template_id: notice.template_id.clone(),
                    msg_id: notice.msg_id.to_string(),
                    error_code,
                    error_status: status.to_owned(),
                }])
            };
            events.extend((0..tellings(faults)).map(|_| (notice.openid.clone(), event.clone())));
        }
        events
    }

    /// Every template with what a follower said of it.
    pub(crate) fn consents(&self, follower: &Follower) -> Vec<Value> {
        let shown = self.templates.iter().map(|template| {
            let consent = follower.consents.get(&template.id).copied().unwrap_or_default();
            json!({
                "template_id": template.id,
                "title": template.title,
                "way": template.way,
                "label": template.way.label(),
                "example": template.example,
                "left": consent.left,
                "always": consent.always,
                "off": consent.off,
            })
        });
        shown.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_fields_that_are_understood() {
        for template in samples(&crate::testing::random()) {
            assert!(!fields(&template.content).is_empty(), "{}", template.title);
        }
    }
}
