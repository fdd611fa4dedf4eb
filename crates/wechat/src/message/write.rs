//! From messages to the XML WeChat pushes.

use super::event::{Event, MassResult, PublishResult, Session, Spot, SubscribeChoice, Verification};
use super::{Kind, Message};
use crate::xml::XmlWriter;

pub(super) fn message(message: &Message) -> String {
    let mut xml = XmlWriter::with_capacity(512);
    xml.open("xml")
        .text("ToUserName", &message.to)
        .text("FromUserName", &message.from)
        .plain("CreateTime", message.created)
        .text("MsgType", message.kind.name());
    kind(&message.kind, &mut xml);
    if let Some(id) = &message.id {
        xml.plain("MsgId", id);
    }
    if let Some(article) = &message.article {
        xml.text("MsgDataId", &article.data_id);
        if let Some(index) = article.index {
            xml.plain("Idx", index);
        }
    }
    xml.close("xml");
    xml.finish()
}

fn kind(kind: &Kind, xml: &mut XmlWriter) {
    match kind {
        Kind::Text { content, menu_id } => {
            xml.text("Content", content).optional("bizmsgmenuid", menu_id.as_deref());
        }
        Kind::Image { pic_url, media_id } => {
            xml.text("PicUrl", pic_url).text("MediaId", media_id);
        }
        Kind::Voice { media_id, format, media_id_16k, recognition } => {
            xml.text("MediaId", media_id)
                .text("Format", format)
                .optional("MediaId16K", media_id_16k.as_deref())
                .optional("Recognition", recognition.as_deref());
        }
        Kind::Video { media_id, thumb_media_id } | Kind::ShortVideo { media_id, thumb_media_id } => {
            xml.text("MediaId", media_id).text("ThumbMediaId", thumb_media_id);
        }
        Kind::Location(place) => spot(place, xml),
        Kind::Link { title, description, url } => {
            xml.text("Title", title).text("Description", description).text("Url", url);
        }
        Kind::Event(body) => {
            xml.text("Event", body.name());
            event(body, xml);
        }
        Kind::Unknown { fields, .. } => flat(fields, xml),
    }
}

/// Fields of unknown pushes; nested ones are opened and closed one by one, which keeps their values.
fn flat(fields: &[(String, String)], xml: &mut XmlWriter) {
    for (path, value) in fields {
        let (outer, name) = path.rsplit_once('/').unwrap_or(("", path));
        let outer: Vec<_> = outer.split('/').filter(|part| !part.is_empty()).collect();
        for part in &outer {
            xml.open(part);
        }
        xml.text(name, value);
        for part in outer.iter().rev() {
            xml.close(part);
        }
    }
}

fn spot(spot: &Spot, xml: &mut XmlWriter) {
    xml.plain("Location_X", spot.latitude).plain("Location_Y", spot.longitude);
    if let Some(scale) = spot.scale {
        xml.plain("Scale", scale);
    }
    xml.text("Label", &spot.label);
}

fn event(event: &Event, xml: &mut XmlWriter) {
    match event {
        Event::Subscribe(None) => {
            xml.text("EventKey", "");
        }
        Event::Subscribe(Some(scene)) => {
            xml.text("EventKey", &format!("qrscene_{}", scene.value)).text("Ticket", &scene.ticket);
        }
        Event::Unsubscribe => {}
        Event::Scan(scene) => {
            xml.text("EventKey", &scene.value).text("Ticket", &scene.ticket);
        }
        Event::Location { latitude, longitude, precision } => {
            xml.plain("Latitude", latitude).plain("Longitude", longitude).plain("Precision", precision);
        }
        Event::Click(key) => {
            xml.text("EventKey", key);
        }
        Event::View { url: key, menu_id } | Event::ViewMiniprogram { page: key, menu_id } => {
            xml.text("EventKey", key).optional("MenuId", menu_id.as_deref());
        }
        Event::ScanCode { key, scan_type, result, .. } => {
            xml.text("EventKey", key).open("ScanCodeInfo").text("ScanType", scan_type).text("ScanResult", result);
            xml.close("ScanCodeInfo");
        }
        Event::Pictures { key, md5, .. } => pictures(key, md5, xml),
        Event::LocationSelect { key, spot: place, poi_name } => {
            xml.text("EventKey", key).open("SendLocationInfo");
            spot(place, xml);
            xml.text("Poiname", poi_name).close("SendLocationInfo");
        }
        Event::MassSent(result) => mass(result, xml),
        Event::TemplateSent { msg_id, status } => {
            xml.plain("MsgID", msg_id).text("Status", status);
        }
        Event::Published(result) => published(result, xml),
        Event::SubscribePopup(list) => choices("SubscribeMsgPopupEvent", list, xml),
        Event::SubscribeChange(list) => choices("SubscribeMsgChangeEvent", list, xml),
        Event::SubscribeSent(list) => {
            xml.open("SubscribeMsgSentEvent");
            for sent in list {
                xml.open("List")
                    .text("TemplateId", &sent.template_id)
                    .text("MsgID", &sent.msg_id)
                    .plain("ErrorCode", sent.error_code)
                    .text("ErrorStatus", &sent.error_status)
                    .close("List");
            }
            xml.close("SubscribeMsgSentEvent");
        }
        Event::Personal { open_id, app_id, revoke_info, .. } => {
            xml.text("OpenID", open_id).text("AppID", app_id).optional("RevokeInfo", revoke_info.as_deref());
        }
        Event::Verification(verification) => verified(verification, xml),
        Event::Session(Session::Created(agent) | Session::Closed(agent)) => {
            xml.text("KfAccount", agent);
        }
        Event::Session(Session::Switched(from, to)) => {
            xml.text("FromKfAccount", from).text("ToKfAccount", to);
        }
        Event::Unknown { fields, .. } => flat(fields, xml),
    }
}

fn pictures(key: &str, md5: &[String], xml: &mut XmlWriter) {
    xml.text("EventKey", key).open("SendPicsInfo").plain("Count", md5.len()).open("PicList");
    for sum in md5 {
        xml.open("item").text("PicMd5Sum", sum).close("item");
    }
    xml.close("PicList").close("SendPicsInfo");
}

fn choices(outer: &str, list: &[SubscribeChoice], xml: &mut XmlWriter) {
    xml.open(outer);
    for choice in list {
        xml.open("List").text("TemplateId", &choice.template_id);
        xml.text("SubscribeStatusString", if choice.accepted { "accept" } else { "reject" });
        if let Some(scene) = choice.popup_scene {
            xml.plain("PopupScene", scene);
        }
        xml.close("List");
    }
    xml.close(outer);
}

fn verified(verification: &Verification, xml: &mut XmlWriter) {
    match verification {
        Verification::QualificationPassed(time)
        | Verification::NamingPassed(time)
        | Verification::RenewalDue(time)
        | Verification::Expired(time) => xml.plain("ExpiredTime", time),
        Verification::QualificationFailed(time, reason) | Verification::NamingFailed(time, reason) => {
            xml.plain("FailTime", time).text("FailReason", reason)
        }
    };
}

fn mass(result: &MassResult, xml: &mut XmlWriter) {
    xml.plain("MsgID", &result.msg_id)
        .text("Status", &result.status)
        .plain("TotalCount", result.total)
        .plain("FilterCount", result.filtered)
        .plain("SentCount", result.sent)
        .plain("ErrorCount", result.failed);
    if let Some(state) = result.check_state {
        xml.open("CopyrightCheckResult").plain("Count", result.checks.len()).open("ResultList");
        for check in &result.checks {
            xml.open("item")
                .plain("ArticleIdx", check.index)
                .plain("UserDeclareState", check.declared)
                .plain("AuditState", check.audit)
                .text("OriginalArticleUrl", &check.original_url)
                .plain("OriginalArticleType", check.original_type)
                .plain("CanReprint", u8::from(check.can_reprint))
                .plain("NeedReplaceContent", u8::from(check.need_replace_content))
                .plain("NeedShowReprintSource", u8::from(check.need_show_source))
                .close("item");
        }
        xml.close("ResultList").plain("CheckState", state).close("CopyrightCheckResult");
    }
    if !result.urls.is_empty() {
        xml.open("ArticleUrlResult").plain("Count", result.urls.len()).open("ResultList");
        for (index, url) in &result.urls {
            xml.open("item").plain("ArticleIdx", index).text("ArticleUrl", url).close("item");
        }
        xml.close("ResultList").close("ArticleUrlResult");
    }
}

fn published(result: &PublishResult, xml: &mut XmlWriter) {
    xml.open("PublishEventInfo").plain("publish_id", &result.publish_id).plain("publish_status", result.status);
    xml.optional("article_id", result.article_id.as_deref());
    if !result.urls.is_empty() {
        xml.open("article_detail").plain("count", result.urls.len());
        for (index, url) in &result.urls {
            xml.open("item").plain("idx", index).text("article_url", url).close("item");
        }
        xml.close("article_detail");
    }
    for index in &result.failed {
        xml.plain("fail_idx", index);
    }
    xml.close("PublishEventInfo");
}
