//! What a follower does on the phone, as the message or event the account receives.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;
use wechat::message::{Event, Kind, Message, Photos, Scene as Scanned, Spot, SubscribeChoice};

use super::{Outgoing, logged};
use crate::Sandbox;
use crate::follower::{Direction, Opener};
use crate::media::{Medium, judge};
use crate::notice::Way;
use crate::rights::{Right, may};
use crate::world::{Account, Line, World};

/// What was done: a type and its content, as the control interface takes it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Incoming {
    /// text, image, voice, video, shortvideo, location, link, scan, click, view, subscribe, unsubscribe, a menu button's
    /// type, consent (what is said of a template), notices (on or off, all of them), or LOCATION, the report of where the follower is. But for that one, case
    /// does not matter.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The text, the scene, the key, the address; for a location `latitude,longitude,label` or an object.
    #[serde(default)]
    pub(crate) content: Value,
    /// The choice of a `msgmenu` message, when the text comes from a tap on one.
    #[serde(default)]
    pub(crate) bizmsgmenuid: Option<String>,
    /// The words that the platform recognised in a voice, where the account still has that right.
    #[serde(default)]
    pub(crate) recognition: Option<String>,
}

impl Incoming {
    /// Its type as the platform's pages write it, but for events that a deed of the phone stands for.
    fn named(&self) -> String {
        if self.kind == "LOCATION" { self.kind.clone() } else { self.kind.to_ascii_lowercase() }
    }
}

/// Why nothing was sent; the sentence is shown to whoever drives the phone.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// No such account or follower.
    Unknown(&'static str),
    /// The type or its content cannot be used.
    Content(String),
    /// The person does not follow the account.
    NotFollowing,
}

/// The follower's deed in the making.
struct Deed {
    kind: Kind,
    line: Option<Line>,
    opens: Option<Opener>,
}

/// Records the deed in the chat and returns what is to be pushed; nothing if WeChat keeps it to itself.
pub(crate) fn accept(
    sandbox: &Sandbox,
    world: &mut World,
    (name, openid): (&str, &str),
    (incoming, origin): (&Incoming, &str),
    now: i64,
) -> Result<Option<Outgoing>, Refused> {
    let incoming = &Incoming { kind: incoming.named(), ..incoming.clone() };
    let account = world.accounts.get_mut(name).ok_or(Refused::Unknown("没有这个公众号"))?;
    let follower = account.followers.get(openid).ok_or(Refused::Unknown("没有这个粉丝"))?;
    let (following, blocked) = (follower.subscribed, follower.blacklisted);
    if incoming.kind == "notices" {
        refuse_notices(account, openid, text(&incoming.content) == "off", now);
        return Ok(None);
    }
    let deed = match incoming.kind.as_str() {
        "subscribe" if following => return Err(Refused::Content("已经关注".to_owned())),
        "subscribe" => follow(account, openid, &text(&incoming.content), now),
        "scan" if !following => follow(account, openid, &text(&incoming.content), now),
        _ if !following => return Err(Refused::NotFollowing),
        "unsubscribe" => unfollow(account, openid),
        "scan" => scan(account, &text(&incoming.content), now)?,
        "LOCATION" if !may(&account.settings, Right::LocationReports, world.strict) => {
            return Err(Refused::Content("只有已认证的服务号能收到位置上报".to_owned()));
        }
        "consent" => consent(account, openid, &incoming.content)?,
        "image" | "voice" | "video" | "shortvideo" => medium(sandbox, account, (incoming, origin), now)?,
        _ => plain(incoming)?,
    };
    if let Some(line) = deed.line {
        let direction = if line.kind == "system" { Direction::System } else { Direction::In };
        account.note(openid, direction, now, line);
    }
    if let (Some(opener), Some(follower)) = (deed.opens, account.followers.get_mut(openid)) {
        follower.windows.open(opener, now);
        if opener == Opener::Message {
            follower.last_message = now;
        }
    }
    account.count_deed(openid, &deed.kind, now);
    if blocked {
        return Ok(None);
    }
    let is_event = matches!(deed.kind, Kind::Event(_));
    let message = Message {
        to: account.settings.original_id.clone(),
        from: openid.to_owned(),
        created: now,
        id: (!is_event).then(|| account.message_id(now).to_string()),
        article: None,
        kind: deed.kind,
    };
    Ok(Some(logged(world, name, message, now)))
}

/// The content as text, whatever it was given as.
fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn follow(account: &mut Account, openid: &str, scene: &str, now: i64) -> Deed {
    let code = code_of(account, scene, now);
    if let Some(follower) = account.followers.get_mut(openid) {
        follower.subscribed = true;
        follower.subscribed_at = now;
        let source = if scene.is_empty() { "ADD_SCENE_SEARCH" } else { "ADD_SCENE_QR_CODE" };
        source.clone_into(&mut follower.scene);
        follower.qr_scene = code.value.parse().unwrap_or(0);
        follower.qr_scene_str = if follower.qr_scene == 0 { code.value.clone() } else { String::new() };
    }
    let scanned = (!scene.is_empty()).then_some(code);
    Deed {
        kind: Kind::Event(Event::Subscribe(scanned)),
        line: Some(Line::new("system", "已关注该公众号").with("event", "subscribe")),
        opens: Some(Opener::Touch),
    }
}

fn unfollow(account: &mut Account, openid: &str) -> Deed {
    if let Some(follower) = account.followers.get_mut(openid) {
        follower.subscribed = false;
        follower.tags.clear();
        follower.remark.clear();
    }
    let line = Line::new("system", "已取消关注").with("event", "unsubscribe");
    Deed { kind: Kind::Event(Event::Unsubscribe), line: Some(line), opens: None }
}

fn scan(account: &Account, scene: &str, now: i64) -> Result<Deed, Refused> {
    if scene.is_empty() {
        return Err(Refused::Content("请给出二维码的场景值".to_owned()));
    }
    let code = code_of(account, scene, now);
    let line = Line::new("system", format!("扫描了二维码：{}", code.value)).with("event", "SCAN");
    Ok(Deed { kind: Kind::Event(Event::Scan(code)), line: Some(line), opens: Some(Opener::Touch) })
}

/// Takes no notices of the account any longer, or again: nobody is told.
fn refuse_notices(account: &mut Account, openid: &str, refuses: bool, now: i64) {
    let said = if refuses { "已拒收该公众号的全部通知" } else { "恢复接收该公众号的通知" };
    account.note(openid, Direction::System, now, Line::new("system", said));
    if let Some(follower) = account.followers.get_mut(openid) {
        follower.refuses_notices = refuses;
    }
}

/// What a follower answers to the pop-up of a template, or sets on the account's page: `{template_id, answer}` with
/// `accept`, `reject` (this once), `off` or `on`.
fn consent(account: &mut Account, openid: &str, content: &Value) -> Result<Deed, Refused> {
    let text = |name: &str| content.get(name).and_then(Value::as_str).unwrap_or_default();
    let (id, answer) = (text("template_id").to_owned(), text("answer"));
    let line = |words: &str| Some(Line::new("system", words).with("event", "consent"));
    let template = account.template(&id, Way::is_subscription).map(|template| (template.way, template.title.clone()));
    let wrong = || Refused::Content("没有这个订阅通知模板".to_owned());
    let follower = account.followers.get_mut(openid).ok_or(Refused::Unknown("没有这个粉丝"))?;
    let (way, title) = template.ok_or_else(wrong)?;
    let held = follower.consents.entry(id.clone()).or_default();
    match answer {
        "accept" if way == Way::Always => (held.always, held.off) = (true, false),
        "accept" => (held.left, held.off) = (held.left + 1, false),
        "reject" => {}
        "off" => (held.always, held.left, held.off) = (false, 0, true),
        "on" => held.off = false,
        _ => return Err(Refused::Content("answer 应为 accept、reject、off 或 on".to_owned())),
    }
    let accepted = matches!(answer, "accept" | "on");
    let is_popup = matches!(answer, "accept" | "reject");
    let choice = SubscribeChoice { template_id: id, accepted, popup_scene: is_popup.then_some(0) };
    let (event, said) = if is_popup {
        (Event::SubscribePopup(vec![choice]), if accepted { "允许" } else { "拒绝" })
    } else {
        (Event::SubscribeChange(vec![choice]), if accepted { "重新打开" } else { "关闭" })
    };
    Ok(Deed { kind: Kind::Event(event), line: line(&format!("{said}了“{title}”")), opens: None })
}

/// The code of a scene, a ticket or an address; a scene nobody made a code for gets a ticket of the same look.
fn code_of(account: &Account, wanted: &str, now: i64) -> Scanned {
    let fits = |code: &&crate::qrcode::SceneCode| {
        code.is_alive(now) && (code.ticket == wanted || code.url == wanted || code.scene.written() == wanted)
    };
    let known = account.codes.iter().rev().find(fits);
    Scanned {
        value: known.map_or_else(|| wanted.to_owned(), |code| code.scene.written()),
        ticket: known.map_or_else(|| format!("gQsandbox{now:0>81}=="), |code| code.ticket.clone()),
    }
}

/// A picture, voice or video: a `data:` address, the id of a medium, an address, or nothing for a sample.
fn medium(
    sandbox: &Sandbox,
    account: &mut Account,
    (incoming, origin): (&Incoming, &str),
    now: i64,
) -> Result<Deed, Refused> {
    let content = text(&incoming.content);
    let kind = if incoming.kind == "shortvideo" { "video" } else { incoming.kind.as_str() };
    let known = account.medium(&content, &[kind], now).map(str::to_owned);
    let (id, url) = match known {
        Some(id) => (id.clone(), format!("{origin}/_media/{id}")),
        None if content.starts_with("http://") || content.starts_with("https://") => {
            (sandbox.inner.random.id(64), content)
        }
        None => {
            let id = keep(sandbox, account, (kind, &content), now)?;
            (id.clone(), format!("{origin}/_media/{id}"))
        }
    };
    let line = Line::new(&incoming.kind, if kind == "image" { "[图片]" } else { "[语音或视频]" });
    let line = line.with("media_id", id.as_str()).with("url", url.as_str());
    let recognition = incoming.recognition.clone().filter(|words| !words.trim().is_empty());
    let line = match &recognition {
        Some(words) if kind == "voice" => line.with("recognition", words.as_str()),
        _ => line,
    };
    let is_mp3 = account.media.get(&id).is_some_and(|medium| medium.content_type == "audio/mpeg");
    let format = if is_mp3 { "mp3" } else { "amr" };
    let message = match kind {
        "image" => Kind::Image { pic_url: url, media_id: id },
        "voice" => Kind::Voice { media_id: id, format: format.to_owned(), media_id_16k: None, recognition },
        _ if incoming.kind == "shortvideo" => {
            Kind::ShortVideo { thumb_media_id: sandbox.inner.random.id(64), media_id: id }
        }
        _ => Kind::Video { thumb_media_id: sandbox.inner.random.id(64), media_id: id },
    };
    Ok(Deed { kind: message, line: Some(line), opens: Some(Opener::Message) })
}

/// Keeps what the phone sent as a temporary medium.
fn keep(sandbox: &Sandbox, account: &mut Account, (kind, content): (&str, &str), now: i64) -> Result<String, Refused> {
    let unusable = || {
        let wanted = match kind {
            "image" => "图片应为 data: 地址、media_id 或网址，png、jpg、gif，10 MB 以内",
            "voice" => "语音应为 data: 地址、media_id 或网址，amr、mp3，2 MB 以内",
            _ => "视频应为 data: 地址、media_id 或网址，mp4，10 MB 以内",
        };
        Refused::Content(wanted.to_owned())
    };
    let (name, bytes) = if content.is_empty() {
        match kind {
            "image" => ("photo.png".to_owned(), crate::png::square(240, sample)),
            // A second of silence: fifty frames without speech (RFC 4867 §5.3).
            "voice" => ("voice.amr".to_owned(), [&b"#!AMR\n"[..], &[0x7c; 50]].concat()),
            _ => ("video.mp4".to_owned(), b"\0\0\0\x18ftypmp42".to_vec()),
        }
    } else {
        let data = content.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
        let (content_type, encoded) = data.ok_or_else(unusable)?;
        let ending = content_type.rsplit_once('/').map(|(_, ending)| ending).unwrap_or_default();
        let ending = if ending == "mpeg" { "mp3" } else { ending };
        (format!("{kind}.{ending}"), STANDARD.decode(encoded).map_err(|_| unusable())?)
    };
    let content_type = judge(kind, &name, &bytes).map_err(|_| unusable())?.to_owned();
    let id = sandbox.inner.random.id(64);
    sandbox.inner.media.put(&id, bytes);
    let medium =
        Medium { id: id.clone(), kind: kind.to_owned(), content_type, name, created_at: now, ..Medium::default() };
    account.media.insert(id.clone(), medium);
    Ok(id)
}

/// A small landscape: a sun over hills, in dots.
fn sample(x: u32, y: u32) -> bool {
    let distance = x.abs_diff(170).pow(2) + y.abs_diff(62).pow(2);
    let near = y > 150 + x.abs_diff(70) / 2;
    let far = y > 100 + x.abs_diff(165) / 2;
    let dotted = |step: u32| x.is_multiple_of(step) && y % step == (x / step % 2) * (step / 2);
    (near && (x + y).is_multiple_of(2)) || (far && dotted(2)) || (distance < 26_u32.pow(2) && dotted(4))
}

/// Everything that is only its content.
fn plain(incoming: &Incoming) -> Result<Deed, Refused> {
    let content = text(&incoming.content);
    let message = |kind, line| Deed { kind, line: Some(line), opens: Some(Opener::Message) };
    let event = |event, opens| {
        let line = Line::new("event", content.as_str());
        Deed { kind: Kind::Event(event), line: Some(line.with("event", incoming.kind.as_str())), opens }
    };
    let touch = Some(Opener::Touch);
    let key = content.clone();
    Ok(match incoming.kind.as_str() {
        "text" if content.trim().is_empty() => return Err(Refused::Content("请写点什么再发送".to_owned())),
        "text" => {
            let line = Line::new("text", content.as_str());
            message(Kind::Text { content, menu_id: incoming.bizmsgmenuid.clone() }, line)
        }
        "location" => {
            let spot = spot(&incoming.content)?;
            let line = Line::new("location", spot.label.as_str());
            let line = line.with("latitude", spot.latitude).with("longitude", spot.longitude);
            message(Kind::Location(spot), line)
        }
        "link" => {
            let link = Kind::Link { title: content.clone(), description: String::new(), url: content.clone() };
            message(link, Line::new("link", content.as_str()))
        }
        "LOCATION" => {
            let Spot { latitude, longitude, .. } = spot(&incoming.content)?;
            event(Event::Location { latitude, longitude, precision: 30.0 }, None)
        }
        "click" => event(Event::Click(key), touch),
        "view" => event(Event::View { url: key, menu_id: None }, None),
        "miniprogram" | "view_miniprogram" => event(Event::ViewMiniprogram { page: key, menu_id: None }, None),
        "scancode_push" | "scancode_waitmsg" => {
            let waits = incoming.kind == "scancode_waitmsg";
            let scan_type = "qrcode".to_owned();
            event(Event::ScanCode { waits, key, scan_type, result: "http://weixin.qq.com/r/sandbox".to_owned() }, touch)
        }
        "pic_sysphoto" => event(Event::Pictures { source: Photos::Camera, key, md5: Vec::new() }, None),
        "pic_photo_or_album" => event(Event::Pictures { source: Photos::CameraOrAlbum, key, md5: Vec::new() }, None),
        "pic_weixin" => event(Event::Pictures { source: Photos::Album, key, md5: Vec::new() }, None),
        "location_select" => {
            let spot = spot(&Value::Null)?;
            event(Event::LocationSelect { key, spot, poi_name: String::new() }, None)
        }
        other => return Err(Refused::Content(format!("不认识的消息类型“{other}”"))),
    })
}

/// A place from `latitude,longitude,label`, from an object, or a sample from nothing.
fn spot(content: &Value) -> Result<Spot, Refused> {
    let wrong = || Refused::Content("位置应为“纬度,经度,地名”".to_owned());
    let (latitude, longitude, label) = match content {
        Value::Null => (28.228_2, 112.938_8, "长沙市".to_owned()),
        Value::Object(fields) => {
            let number = |name: &str| fields.get(name).and_then(Value::as_f64).ok_or_else(wrong);
            let label = fields.get("label").and_then(Value::as_str).unwrap_or_default();
            (number("latitude")?, number("longitude")?, label.to_owned())
        }
        other => {
            let written = text(other);
            let mut parts = written.splitn(3, ',').map(str::trim);
            let mut number = || parts.next().and_then(|part| part.parse::<f64>().ok()).ok_or_else(wrong);
            let (latitude, longitude) = (number()?, number()?);
            (latitude, longitude, parts.next().unwrap_or_default().to_owned())
        }
    };
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return Err(wrong());
    }
    Ok(Spot { latitude, longitude, scale: Some(16), label })
}
