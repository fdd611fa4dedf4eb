//! Templates, subscription notices, template messages, one-time subscription messages (reference §9), and the page on
//! which a reader agrees to one of the latter.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use serde_json::{Map, Value, json};
use wechat::notice::{FieldKind, ONE_TIME_TEXT, ONE_TIME_TITLE, fields};
use wechat::wire::notice::{NoticeTemplateId, NoticeTemplateWanted, OneTimeMessage, PrivateTemplateId};

use super::oauth::holder;
use super::{Call, Query};
use crate::Sandbox;
use crate::fail::{Answer, Fail, Outcome};
use crate::follower::Direction;
use crate::notice::{Template, Way, line};
use crate::phone::pages;
use crate::rights::{Right, may};
use crate::world::{Line, World};

/// Templates an account may have of each kind.
const MOST_TEMPLATES: usize = 25;
/// Characters of a scene description.
const SCENE: usize = 15;

/// The templates of subscription notices.
pub(super) fn subscription_templates(call: &mut Call<'_>) -> Outcome {
    let own = call.account.templates.iter().filter(|template| template.way.is_subscription());
    let data: Vec<Value> = own
        .map(|template| {
            json!({
                "priTmplId": template.id,
                "title": template.title,
                "content": template.content,
                "example": template.example,
                "type": if template.way == Way::Once { 2 } else { 3 },
            })
        })
        .collect();
    Ok(Answer::Json(json!({"errcode": 0, "errmsg": "ok", "data": data})))
}

/// Takes a public template. The library here has any number; its fields are named by their own numbers.
pub(super) fn add(call: &mut Call<'_>) -> Outcome {
    let wanted: NoticeTemplateWanted = call.json()?;
    if wanted.tid.parse::<u32>().is_err() {
        return Err(Fail::new(200_014));
    }
    if !(2..=5).contains(&wanted.fields.len()) {
        return Err(Fail::new(200_020));
    }
    if wanted.scene.chars().count() > SCENE {
        return Err(Fail::new(200_021));
    }
    if call.account.templates.iter().filter(|template| template.way.is_subscription()).count() >= MOST_TEMPLATES {
        return Err(Fail::new(200_012));
    }
    let id = call.random.id(43);
    let numbers = || wanted.fields.iter();
    let content =
        numbers().map(|field| format!("内容{field}:{{{{thing{field}.DATA}}}}\n")).collect::<Vec<_>>().concat();
    let example = numbers().map(|field| format!("内容{field}:示例\n")).collect::<Vec<_>>().concat();
    let title = format!("通知模板 {}", wanted.tid);
    call.account.templates.push(Template { id: id.clone(), way: Way::Once, title, content, example });
    Ok(Answer::Json(json!({"errcode": 0, "errmsg": "ok", "priTmplId": id})))
}

/// Removes a template of subscription notices.
pub(super) fn delete(call: &mut Call<'_>) -> Outcome {
    let NoticeTemplateId { id } = call.json()?;
    remove(call, &id, Way::is_subscription)
}

/// The templates of template messages.
pub(super) fn private_templates(call: &mut Call<'_>) -> Outcome {
    let own = call.account.templates.iter().filter(|template| template.way == Way::Template);
    let list: Vec<Value> = own
        .map(|template| {
            json!({
                "template_id": template.id,
                "title": template.title,
                "primary_industry": "政府与公共事业",
                "deputy_industry": "公共事业",
                "content": template.content,
                "example": template.example,
            })
        })
        .collect();
    Ok(Answer::Json(json!({"template_list": list})))
}

/// Removes a template of template messages.
pub(super) fn delete_private(call: &mut Call<'_>) -> Outcome {
    let PrivateTemplateId { template_id } = call.json()?;
    remove(call, &template_id, |way| way == Way::Template)
}

fn remove(call: &mut Call<'_>, id: &str, fits: impl Fn(Way) -> bool) -> Outcome {
    call.account.template(id, fits).ok_or_else(|| Fail::new(40037))?;
    call.account.templates.retain(|template| template.id != id);
    Ok(Answer::ok())
}

/// Sends a subscription notice: uses a consent up.
pub(super) fn send_subscription(call: &mut Call<'_>) -> Outcome {
    let request: Value = call.json()?;
    let (openid, template) = addressed(call, &request, Way::is_subscription)?;
    let line = filled(&request, &template, "page")?;
    let follower = call.account.followers.get_mut(&openid).ok_or_else(|| Fail::new(40003))?;
    let consent = follower.consents.entry(template.id.clone()).or_default();
    if consent.off || !(consent.always || consent.left > 0) {
        return Err(Fail::new(43101));
    }
    consent.left = consent.left.saturating_sub(1);
    call.account.take_notice((&template, ""), &openid, line, call.now);
    Ok(Answer::ok())
}

/// Sends a template message; under a `client_msg_id` a second one within ten minutes is the first one.
pub(super) fn send_template(call: &mut Call<'_>) -> Outcome {
    let request: Value = call.json()?;
    let (openid, template) = addressed(call, &request, |way| way == Way::Template)?;
    if call.account.subscribed(&openid).is_none() {
        return Err(Fail::new(43004));
    }
    let line = filled(&request, &template, "url")?;
    let client_id = request.get("client_msg_id").and_then(Value::as_str).unwrap_or_default();
    let msg_id = match call.account.noticed(&openid, client_id, call.now) {
        Some(msg_id) => msg_id,
        None => call.account.take_notice((&template, client_id), &openid, line, call.now),
    };
    Ok(Answer::Json(json!({"errcode": 0, "errmsg": "ok", "msgid": msg_id})))
}

/// Sends a one-time subscription message: arrives at once, and nothing tells how.
pub(super) fn send_one_time(call: &mut Call<'_>) -> Outcome {
    let request: Value = call.json()?;
    let (openid, template) = addressed(call, &request, |way| way == Way::OneTime)?;
    let message: OneTimeMessage = call.json()?;
    let text = &message.data.content.value;
    if message.title.chars().count() > ONE_TIME_TITLE || text.chars().count() > ONE_TIME_TEXT || text.is_empty() {
        return Err(Fail::new(47003));
    }
    let follower = call.account.followers.get_mut(&openid).ok_or_else(|| Fail::new(40003))?;
    let consent = follower.consents.entry(template.id.clone()).or_default();
    consent.left = consent.left.checked_sub(1).ok_or_else(|| Fail::new(43101))?;
    let url = message.url.unwrap_or_default();
    let fields = json!([{"label": "", "value": text}]);
    let line = Line::new("notice", message.title.as_str()).with("fields", fields).with("url", url);
    call.account.note(&openid, Direction::Out, call.now, line.with("way", "一次性订阅消息"));
    Ok(Answer::ok())
}

/// Whom a message is for, and its template: 40003, 40037.
fn addressed(call: &Call<'_>, request: &Value, fits: impl Fn(Way) -> bool) -> Result<(String, Template), Fail> {
    let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
    let follower = call.account.followers.get(text("touser")).ok_or_else(|| Fail::new(40003))?;
    let template = call.account.template(text("template_id"), fits).ok_or_else(|| Fail::new(40037))?;
    Ok((follower.openid.clone(), template.clone()))
}

/// What the reader will see: 47003 for a field that is missing or does not fit.
fn filled(request: &Value, template: &Template, link: &str) -> Result<Line, Fail> {
    let empty = Map::new();
    let data = request.get("data").and_then(Value::as_object).unwrap_or(&empty);
    for field in fields(&template.content) {
        let value = data.get(&field.key).and_then(|one| one.get("value")).and_then(Value::as_str).unwrap_or_default();
        if !FieldKind::of(&field.key).takes(value) {
            return Err(Fail::said(47003, format!("argument invalid! data.{}.value invalid", field.key)));
        }
    }
    Ok(line(template, data, request.get(link).and_then(Value::as_str).unwrap_or_default()))
}

/// `/mp/subscribemsg`: the page that asks a reader whether they want one message.
pub(super) async fn confirm(State(sandbox): State<Sandbox>, RawQuery(raw): RawQuery, headers: HeaderMap) -> Response {
    let raw = raw.unwrap_or_default();
    let query = Query::parse(&raw);
    match sandbox.change(|world, _| decide(world, &query, &headers)) {
        Ok(Step::Return(url)) => (StatusCode::FOUND, [(header::LOCATION, url)]).into_response(),
        Ok(Step::Ask(account, follower)) => Html(pages::one_time(&account, &follower, &raw)).into_response(),
        Ok(Step::Choose(account, followers)) => Html(pages::choose(&account, &followers, &raw)).into_response(),
        Err(text) => Html(pages::oauth_error(10_000, text)).into_response(),
    }
}

enum Step {
    Return(String),
    Ask(String, String),
    Choose(String, Vec<(String, String)>),
}

fn decide(world: &mut World, query: &Query, headers: &HeaderMap) -> Result<Step, &'static str> {
    let name = world.by_app_id(query.get("appid")).ok_or("appid 参数错误")?.to_owned();
    let account = world.accounts.get_mut(&name).ok_or("appid 参数错误")?;
    if !may(&account.settings, Right::OneTimeNotices, world.strict) {
        return Err("该公众号没有一次性订阅消息的权限：只有已认证的公众号可以使用");
    }
    if query.get("action") != "get_confirm" {
        return Err("action 参数错误：应为 get_confirm");
    }
    let scene = query.get("scene").parse::<u16>().ok().filter(|scene| *scene <= wechat::notice::ONE_TIME_SCENES);
    let scene = scene.ok_or("scene 参数错误：应为 0 至 10000")?;
    let template = account.template(query.get("template_id"), |way| way == Way::OneTime);
    let template = template.ok_or("template_id 参数错误")?.id.clone();
    let mut target = url::Url::parse(query.get("redirect_url")).map_err(|_| "redirect_url 参数错误")?;
    let Some(follower) = holder(query, headers, &name).and_then(|openid| account.followers.get_mut(&openid)) else {
        let followers = account.followers.values();
        let list = followers.map(|one| (one.openid.clone(), one.nickname.clone())).take(50).collect();
        return Ok(Step::Choose(account.settings.nickname.clone(), list));
    };
    let answer = query.get("sandbox_answer");
    if answer != "confirm" && answer != "cancel" {
        return Ok(Step::Ask(account.settings.nickname.clone(), follower.nickname.clone()));
    }
    if answer == "confirm" {
        // WeChat keeps one consent for a scene at a time.
        follower.consents.entry(template.clone()).or_default().left = 1;
    }
    target
        .query_pairs_mut()
        .append_pair("openid", &follower.openid)
        .append_pair("template_id", &template)
        .append_pair("action", answer)
        .append_pair("scene", &scene.to_string())
        .append_pair("reserved", query.get("reserved"));
    Ok(Step::Return(target.into()))
}
