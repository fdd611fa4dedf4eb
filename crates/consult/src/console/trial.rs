//! `/api/v1/consultation/trial`: what would be answered, step by step.

use account::{AccountKind, Capability, Spoken};
use axum::Json;
use axum::extract::State;
use kernel::{Code, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Staff};
use wechat::message::{Event, Kind, Scene};
use wechat::reply::Reply;

use super::rules::ReplyRuleDraft;
use super::{Named, NamedList, Room};
use crate::rule::Rule;

/// The longest text that is tried, in characters.
const LONGEST: usize = 4096;

/// What is tried.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TrialAsked {
    account: String,
    text: String,
    /// When it is asked; now if nothing is said.
    #[serde(default)]
    #[schema(required)]
    at: Option<String>,
    /// The scene the reader came by.
    #[serde(default)]
    #[schema(required)]
    scene: Option<String>,
    /// A rule as it stands in the editor: asked as if it was kept.
    #[serde(default)]
    rule: Option<ReplyRuleDraft>,
    /// The kept rule it takes the place of.
    #[serde(default)]
    rule_id: Option<String>,
}

/// One voice and what it said.
#[derive(Serialize, ToSchema)]
struct TrialStep {
    voice: &'static str,
    label: &'static str,
    outcome: StepOutcome,
    told: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum StepOutcome {
    Answers,
    Passes,
    Skipped,
    /// It says something after the answer.
    Follows,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum TrialReplyKind {
    Text,
    News,
    Image,
    None,
}

#[derive(Serialize, ToSchema)]
struct TrialReply {
    kind: TrialReplyKind,
    text: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Trial {
    steps: Vec<TrialStep>,
    #[schema(required)]
    reply: Option<TrialReply>,
}

/// The accounts of the house.
#[utoipa::path(get, path = "/api/v1/accounts/names", tag = "accounts", responses((status = 200, body = NamedList)))]
pub(super) async fn accounts(State(room): State<Room>) -> Json<NamedList> {
    let named = |account: &std::sync::Arc<account::Account>| {
        let kind = match account.settings.standing.kind {
            AccountKind::Subscription => "订阅号",
            AccountKind::Service => "服务号",
        };
        Named { name: account.name().to_owned(), label: format!("{}（{kind}）", account.name()) }
    };
    Json(NamedList { items: room.inbox.accounts().iter().map(named).collect() })
}

/// What would be answered, and who would answer. Nothing is kept, and nobody is told.
#[utoipa::path(post, path = "/api/v1/consultation/trial", tag = "rules", request_body = TrialAsked,
    responses((status = 200, body = Trial)))]
pub(super) async fn ask(
    State(room): State<Room>,
    Staff(actor): Staff,
    Input(asked): Input<TrialAsked>,
) -> Result<Json<Trial>, Failure> {
    let at = match asked.at.as_deref() {
        None => None,
        Some(text) => {
            let unreadable =
                || Problem::new(Code::BadRequest, format!("时间 {text}")).because("不能识别，请重新选日期和时间");
            Some(Timestamp::from_utc_text(text).ok_or_else(unreadable)?)
        }
    };
    let text: String = asked.text.chars().take(LONGEST).collect();
    let kind = match asked.scene.filter(|scene| text.is_empty() && !scene.is_empty()) {
        Some(value) => Kind::Event(Event::Scan(Scene { value, ticket: String::new() })),
        None => Kind::Text { content: text.clone(), menu_id: None },
    };
    let mut rehearsed = room.inbox.rehearse(&asked.account, kind, at).await?;
    let mut rule = room.answers.rule_for(&text, at).unwrap_or_default();
    if let Some(draft) = asked.rule {
        let draft = Rule::from(draft);
        let name = draft.name.clone();
        let replaced = asked.rule_id.as_deref().and_then(kernel::Id::parse);
        if let Some(said) = room.answers.would_answer(&actor, (draft, replaced), &text).await? {
            rule = name;
            let said = room.wording.plain_text(&said, "", room.clock.now());
            for (voice, spoken) in &mut rehearsed {
                match *voice {
                    "people" | "events" | "guidance" => {}
                    "rules" => *spoken = Some(Spoken::from(Reply::Text(said.clone()))),
                    _ => *spoken = None,
                }
            }
        }
    }
    let mut steps: Vec<TrialStep> = Vec::new();
    let mut reply = None;
    for (voice, spoken) in rehearsed {
        let (outcome, told) = match &spoken {
            _ if reply.is_some() => (StepOutcome::Skipped, "前面已经答复，没有问到这里".to_owned()),
            Some(_) if voice == "rules" => (StepOutcome::Answers, format!("由规则“{rule}”答复")),
            Some(_) => (StepOutcome::Answers, "由它答复".to_owned()),
            None => (StepOutcome::Passes, "没有可答的，交给下一个".to_owned()),
        };
        steps.push(TrialStep { voice, label: label(voice), outcome, told });
        reply = reply.or_else(|| spoken.map(|spoken| shown(&spoken.reply)));
    }
    if !text.is_empty() {
        let is_default = steps.iter().any(|step| step.voice == "default" && step.outcome == StepOutcome::Answers);
        steps.push(by_meaning(&room, &asked.account, (&text, at), is_default).await);
    }
    Ok(Json(Trial { steps, reply }))
}

/// What follows the default answer where the house finds by meaning.
async fn by_meaning(room: &Room, account: &str, (text, at): (&str, Option<Timestamp>), is_default: bool) -> TrialStep {
    let step = |outcome, told| TrialStep { voice: "meaning", label: "按意思找", outcome, told };
    if room.answers.meaning().is_none() {
        return step(StepOutcome::Skipped, "没有启用（由系统管理员在设置里开）".to_owned());
    }
    let may_follow = |found: &std::sync::Arc<account::Account>| found.allows(Capability::ServiceMessages);
    if !room.inbox.accounts().get(account).is_some_and(may_follow) {
        return step(StepOutcome::Skipped, "这个公众号不能另发消息，所以不按意思找".to_owned());
    }
    if !is_default {
        return step(StepOutcome::Skipped, "前面已经答复，没有问到这里".to_owned());
    }
    match room.answers.would_follow(text, at).await {
        Ok(Some(said)) => {
            let said = room.wording.plain_text(&said, "", at.unwrap_or_else(|| room.clock.now()));
            step(StepOutcome::Follows, format!("答复之后几秒内另发一条：{said}"))
        }
        Ok(None) => step(StepOutcome::Passes, "没有别的意思相近的问题，不另发".to_owned()),
        Err(why) => step(StepOutcome::Passes, format!("没有用上：向量服务{why}。读者照上面的答复")),
    }
}

fn shown(reply: &Reply) -> TrialReply {
    let (kind, text) = match reply {
        Reply::Text(text) => (TrialReplyKind::Text, text.clone()),
        Reply::News(articles) => {
            (TrialReplyKind::News, articles.iter().map(|article| article.title.clone()).collect::<Vec<_>>().join("\n"))
        }
        Reply::Image(media_id) => (TrialReplyKind::Image, media_id.clone()),
        _ => (TrialReplyKind::None, String::new()),
    };
    TrialReply { kind, text }
}

/// What a voice of the chat is called.
fn label(voice: &str) -> &'static str {
    match voice {
        "lookup" => "查档引导",
        "events" => "菜单与扫码",
        "people" => "转人工",
        "guidance" => "个人事项指引",
        "rules" => "自动回复规则",
        "faq" => "常见问题",
        "subjects" => "专题目录",
        "search" => "目录检索",
        "default" => "默认答复",
        "push" => "群发结果",
        _ => "其他",
    }
}
