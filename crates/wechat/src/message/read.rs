//! From elements to messages.

use std::borrow::Cow;

use super::event::{
    ArticleCheck, Event, MassResult, PersonalChange, Photos, PublishResult, Scene, Session, Spot, SubscribeChoice,
    SubscribeSent, Verification,
};
use super::{ArticleOrigin, Kind, Message, MessageError};
use crate::xml::{Element, MAX_BODY, XmlError};

/// Elements of every push, which the fields of an unknown one do not repeat.
const COMMON: [&str; 6] = ["ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Event"];

/// The longest value kept in `MsgId`.
const ID_BYTES: usize = 64;

pub(super) fn message(body: &[u8]) -> Result<Message, MessageError> {
    if body.len() > MAX_BODY {
        return Err(XmlError::TooLarge.into());
    }
    // The strict check is the quicker one, and nearly always enough.
    let text = std::str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed);
    if text.trim_start().starts_with('{') {
        let value = serde_json::from_str(&text).map_err(|_| XmlError::Malformed)?;
        from_element(&Element::from_json(&value)?)
    } else {
        from_element(&Element::parse(&text)?)
    }
}

pub(crate) fn from_element(root: &Element<'_>) -> Result<Message, MessageError> {
    let to = required(root, "ToUserName")?;
    let from = required(root, "FromUserName")?;
    let created = root.number("CreateTime").ok_or(MessageError::Element("CreateTime"))?;
    let kind = kind(root, required(root, "MsgType")?);
    let least = match &kind {
        Kind::Event(event) if event.is_of_account() => 1,
        Kind::Unknown { .. } => 1,
        _ => 20,
    };
    if !is_name(to, 1) {
        return Err(MessageError::Element("ToUserName"));
    }
    if !is_name(from, least) {
        return Err(MessageError::Element("FromUserName"));
    }
    let id = root.optional("MsgId");
    if id.as_ref().is_some_and(|id| id.len() > ID_BYTES) {
        return Err(MessageError::Element("MsgId"));
    }
    let article = root.optional("MsgDataId").map(|data_id| ArticleOrigin { data_id, index: root.number("Idx") });
    Ok(Message { to: to.to_owned(), from: from.to_owned(), created, id, article, kind })
}

fn required<'s>(root: &'s Element<'_>, name: &'static str) -> Result<&'s str, MessageError> {
    root.some(name).ok_or(MessageError::Element(name))
}

fn is_name(name: &str, least: usize) -> bool {
    (least..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

fn kind(root: &Element<'_>, name: &str) -> Kind {
    let known = match name {
        "text" => Some(Kind::Text { content: root.text_of("Content"), menu_id: root.optional("bizmsgmenuid") }),
        "image" => Some(Kind::Image { pic_url: root.text_of("PicUrl"), media_id: root.text_of("MediaId") }),
        "voice" => Some(Kind::Voice {
            media_id: root.text_of("MediaId"),
            format: root.text_of("Format"),
            media_id_16k: root.optional("MediaId16K"),
            recognition: root.optional("Recognition"),
        }),
        "video" => {
            Some(Kind::Video { media_id: root.text_of("MediaId"), thumb_media_id: root.text_of("ThumbMediaId") })
        }
        "shortvideo" => {
            Some(Kind::ShortVideo { media_id: root.text_of("MediaId"), thumb_media_id: root.text_of("ThumbMediaId") })
        }
        "location" => spot(root).map(Kind::Location),
        "link" => Some(Kind::Link {
            title: root.text_of("Title"),
            description: root.text_of("Description"),
            url: root.text_of("Url"),
        }),
        "event" => Some(Kind::Event(event(root))),
        _ => None,
    };
    known.unwrap_or_else(|| Kind::Unknown { name: name.to_owned(), fields: fields(root) })
}

/// Every element that is not common to all pushes, nested ones as `Outer/Inner`.
fn fields(root: &Element<'_>) -> Vec<(String, String)> {
    fn add(element: &Element<'_>, path: &str, fields: &mut Vec<(String, String)>) {
        for child in &element.children {
            let path = if path.is_empty() { child.name.to_string() } else { format!("{path}/{}", child.name) };
            if child.children.is_empty() {
                fields.push((path, child.text.to_string()));
            } else {
                add(child, &path, fields);
            }
        }
    }
    let mut all = Vec::new();
    add(root, "", &mut all);
    all.retain(|(name, _)| !COMMON.contains(&name.as_str()));
    all
}

fn degrees(element: &Element<'_>, name: &str) -> Option<f64> {
    element.number(name).filter(|degrees: &f64| degrees.is_finite())
}

fn spot(element: &Element<'_>) -> Option<Spot> {
    Some(Spot {
        latitude: degrees(element, "Location_X")?,
        longitude: degrees(element, "Location_Y")?,
        scale: element.number("Scale"),
        label: element.text_of("Label"),
    })
}

fn event(root: &Element<'_>) -> Event {
    let name = root.some("Event").unwrap_or_default();
    let known =
        following(root, name).or_else(|| menu(root, name)).or_else(|| result(root, name)).or_else(|| duty(root, name));
    known.unwrap_or_else(|| Event::Unknown { name: name.to_owned(), fields: fields(root) })
}

fn following(root: &Element<'_>, name: &str) -> Option<Event> {
    let ticket = || root.text_of("Ticket");
    Some(match name {
        "subscribe" => Event::Subscribe(root.some("EventKey").and_then(|key| {
            // Without the prefix it is no scene: some clients send other values on plain following.
            let value = key.strip_prefix("qrscene_")?.to_owned();
            Some(Scene { value, ticket: ticket() })
        })),
        "unsubscribe" => Event::Unsubscribe,
        "SCAN" => Event::Scan(Scene { value: root.text_of("EventKey"), ticket: ticket() }),
        "LOCATION" => Event::Location {
            latitude: degrees(root, "Latitude")?,
            longitude: degrees(root, "Longitude")?,
            precision: degrees(root, "Precision").unwrap_or_default(),
        },
        _ => return None,
    })
}

fn menu(root: &Element<'_>, name: &str) -> Option<Event> {
    let key = || root.text_of("EventKey");
    let menu_id = || root.optional("MenuId");
    let pictures = |source| {
        let list = root.child("SendPicsInfo").and_then(|info| info.child("PicList"));
        let md5 = list.iter().flat_map(|list| list.all("item")).map(|item| item.text_of("PicMd5Sum")).collect();
        Event::Pictures { source, key: key(), md5 }
    };
    Some(match name {
        "CLICK" => Event::Click(key()),
        "VIEW" => Event::View { url: key(), menu_id: menu_id() },
        "view_miniprogram" => Event::ViewMiniprogram { page: key(), menu_id: menu_id() },
        "scancode_push" | "scancode_waitmsg" => {
            let info = root.child("ScanCodeInfo");
            let of = |name| info.map(|info| info.text_of(name)).unwrap_or_default();
            Event::ScanCode {
                waits: name == "scancode_waitmsg",
                key: key(),
                scan_type: of("ScanType"),
                result: of("ScanResult"),
            }
        }
        "pic_sysphoto" => pictures(Photos::Camera),
        "pic_photo_or_album" => pictures(Photos::CameraOrAlbum),
        "pic_weixin" => pictures(Photos::Album),
        "location_select" => {
            let info = root.child("SendLocationInfo")?;
            Event::LocationSelect { key: key(), spot: spot(info)?, poi_name: info.text_of("Poiname") }
        }
        _ => return None,
    })
}

fn result(root: &Element<'_>, name: &str) -> Option<Event> {
    Some(match name {
        // The end of a publication was seen under the name of a mass send; what is inside tells them apart.
        "MASSSENDJOBFINISH" if root.child("PublishEventInfo").is_none() => Event::MassSent(mass_result(root)),
        "TEMPLATESENDJOBFINISH" => {
            Event::TemplateSent { msg_id: root.text_of("MsgID"), status: root.text_of("Status") }
        }
        "PUBLISHJOBFINISH" | "FREEPUBLISHJOBFINISH" | "MASSSENDJOBFINISH" => {
            Event::Published(publish_result(root.child("PublishEventInfo")?))
        }
        "subscribe_msg_popup_event" => Event::SubscribePopup(choices(root, "SubscribeMsgPopupEvent")),
        "subscribe_msg_change_event" => Event::SubscribeChange(choices(root, "SubscribeMsgChangeEvent")),
        "subscribe_msg_sent_event" => Event::SubscribeSent(
            list(root, "SubscribeMsgSentEvent")
                .map(|item| SubscribeSent {
                    template_id: item.text_of("TemplateId"),
                    msg_id: item.text_of("MsgID"),
                    error_code: item.number("ErrorCode").unwrap_or_default(),
                    error_status: item.text_of("ErrorStatus"),
                })
                .collect(),
        ),
        _ => return None,
    })
}

/// The `List` elements of the subscription events: inside `outer` in XML, at the top in JSON.
fn list<'s>(root: &'s Element<'_>, outer: &str) -> impl Iterator<Item = &'s Element<'s>> {
    root.child(outer).unwrap_or(root).all("List")
}

fn choices(root: &Element<'_>, outer: &str) -> Vec<SubscribeChoice> {
    list(root, outer)
        .map(|item| SubscribeChoice {
            template_id: item.text_of("TemplateId"),
            accepted: item.some("SubscribeStatusString") == Some("accept"),
            popup_scene: item.number("PopupScene"),
        })
        .collect()
}

fn mass_result(root: &Element<'_>) -> MassResult {
    let check = root.child("CopyrightCheckResult");
    let checks = check.and_then(|check| check.child("ResultList"));
    let urls = root.child("ArticleUrlResult").and_then(|result| result.child("ResultList"));
    MassResult {
        msg_id: root.optional("MsgID").or_else(|| root.optional("MsgId")).unwrap_or_default(),
        status: root.text_of("Status"),
        total: root.number("TotalCount").unwrap_or_default(),
        filtered: root.number("FilterCount").unwrap_or_default(),
        sent: root.number("SentCount").unwrap_or_default(),
        failed: root.number("ErrorCount").unwrap_or_default(),
        check_state: check.and_then(|check| check.number("CheckState")),
        checks: checks.iter().flat_map(|list| list.all("item")).map(article_check).collect(),
        urls: urls
            .iter()
            .flat_map(|list| list.all("item"))
            .map(|item| (item.number("ArticleIdx").unwrap_or_default(), item.text_of("ArticleUrl")))
            .collect(),
    }
}

fn article_check(item: &Element<'_>) -> ArticleCheck {
    let number = |name| item.number(name).unwrap_or_default();
    let flag = |name| item.some(name) == Some("1");
    ArticleCheck {
        index: number("ArticleIdx"),
        declared: number("UserDeclareState"),
        audit: number("AuditState"),
        original_url: item.text_of("OriginalArticleUrl"),
        original_type: number("OriginalArticleType"),
        can_reprint: flag("CanReprint"),
        need_replace_content: flag("NeedReplaceContent"),
        need_show_source: flag("NeedShowReprintSource"),
    }
}

fn publish_result(info: &Element<'_>) -> PublishResult {
    let detail = info.child("article_detail");
    PublishResult {
        publish_id: info.text_of("publish_id"),
        status: info.number("publish_status").unwrap_or_default(),
        article_id: info.optional("article_id"),
        urls: detail
            .iter()
            .flat_map(|detail| detail.all("item"))
            .map(|item| (item.number("idx").unwrap_or_default(), item.text_of("article_url")))
            .collect(),
        failed: info.all("fail_idx").filter_map(|index| index.text.trim().parse().ok()).collect(),
    }
}

fn duty(root: &Element<'_>, name: &str) -> Option<Event> {
    let personal = |change| Event::Personal {
        change,
        open_id: root.text_of("OpenID"),
        app_id: root.text_of("AppID"),
        revoke_info: root.optional("RevokeInfo"),
    };
    let expires = || root.number("ExpiredTime").unwrap_or_default();
    let failed = || (root.number("FailTime").unwrap_or_default(), root.text_of("FailReason"));
    let agent = || root.text_of("KfAccount");
    Some(match name {
        "user_info_modified" => personal(PersonalChange::Modified),
        "user_authorization_revoke" => personal(PersonalChange::Revoked),
        "user_authorization_cancellation" => personal(PersonalChange::Cancelled),
        "qualification_verify_success" => Event::Verification(Verification::QualificationPassed(expires())),
        "qualification_verify_fail" => {
            let (time, reason) = failed();
            Event::Verification(Verification::QualificationFailed(time, reason))
        }
        "naming_verify_success" => Event::Verification(Verification::NamingPassed(expires())),
        "naming_verify_fail" => {
            let (time, reason) = failed();
            Event::Verification(Verification::NamingFailed(time, reason))
        }
        "annual_renew" => Event::Verification(Verification::RenewalDue(expires())),
        "verify_expired" => Event::Verification(Verification::Expired(expires())),
        "kf_create_session" => Event::Session(Session::Created(agent())),
        "kf_close_session" => Event::Session(Session::Closed(agent())),
        "kf_switch_session" => {
            Event::Session(Session::Switched(root.text_of("FromKfAccount"), root.text_of("ToKfAccount")))
        }
        _ => return None,
    })
}
