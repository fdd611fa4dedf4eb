//! `/api/v1/rules`: the rules of automatic replies.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_DISPOSITION;
use kernel::{Code, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Inputs, Size, Sort, SortColumn, Staff};

use super::{NewId, Room, id, is_in_state, page};
use crate::platform::Platform;
use crate::rule::{Content, Mode, Rule, Trigger};
use crate::{Kept, Schedule};

/// What the list can be ordered by.
const COLUMNS: [SortColumn<Kept<Rule>>; 4] = [
    ("priority", |one, other| one.item.priority.cmp(&other.item.priority)),
    ("hits", |one, other| one.hits.cmp(&other.hits)),
    ("last_hit_at", |one, other| one.last_hit_at.cmp(&other.last_hit_at)),
    ("changed_at", |one, other| one.changed_at.cmp(&other.changed_at)),
];
/// The most rules one file may bring in.
const MOST_IMPORTED: usize = 5000;

/// A rule as it is kept.
#[derive(Serialize, ToSchema)]
pub(super) struct ReplyRule {
    id: String,
    name: String,
    priority: i64,
    mode: Mode,
    enabled: bool,
    triggers: Vec<Trigger>,
    replies: Vec<Content>,
    /// When it is in force; none: always.
    #[schema(required)]
    window: Option<Schedule>,
    minimum_interval: i64,
    #[schema(required)]
    scene: Option<String>,
    hits: i64,
    #[schema(required)]
    last_hit_at: Option<String>,
    changed_at: String,
    changed_by: String,
}

/// A rule as it is written.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplyRuleDraft {
    name: String,
    priority: i64,
    mode: Mode,
    #[serde(default = "super::yes")]
    enabled: bool,
    triggers: Vec<Trigger>,
    replies: Vec<Content>,
    #[schema(required)]
    window: Option<Schedule>,
    #[serde(default)]
    minimum_interval: i64,
    #[schema(required)]
    scene: Option<String>,
    /// When it had last been changed as far as whoever writes knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    changed_at: Option<String>,
}

/// Which rules are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedRules {
    /// Part of a name, a keyword or a reply.
    q: Option<String>,
    /// `on` or `off`.
    state: Option<String>,
    /// `priority`, `hits`, `last_hit_at`, `changed_at`, with `-` before it for descending; `-priority` if nothing is said.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    page: Option<i64>,
    #[param(value_type = Option<i64>)]
    size: Option<Size>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct ReplyRulePage {
    items: Vec<ReplyRule>,
    total: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Enabled {
    pub(super) enabled: bool,
}

#[derive(Serialize, ToSchema)]
struct RuleName {
    id: String,
    name: String,
}

#[derive(Serialize, ToSchema)]
struct RuleConflict {
    one: RuleName,
    other: RuleName,
    trigger: String,
    told: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct RuleConflicts {
    items: Vec<RuleConflict>,
}

#[derive(Serialize, ToSchema)]
struct FieldProblem {
    field: &'static str,
    told: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct FieldProblems {
    problems: Vec<FieldProblem>,
}

/// Rules in a file, as they are exported.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    rules: Vec<ReplyRuleDraft>,
    #[serde(default)]
    mode: ImportMode,
}

/// What becomes of rules whose name is there.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum ImportMode {
    /// They stay as they are.
    #[default]
    Add,
    /// They are written anew.
    Replace,
}

#[derive(Serialize, ToSchema)]
pub(super) struct RefusedRule {
    name: String,
    told: String,
}

/// The automatic replies of WeChat's own platform as rules.
#[derive(Serialize, ToSchema)]
pub(super) struct PlatformRules {
    /// Whether they are switched on there.
    in_use: bool,
    rules: Vec<ReplyRuleDraft>,
    /// What does not come along, and why.
    left: Vec<RefusedRule>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct RulesImported {
    added: usize,
    replaced: usize,
    refused: Vec<RefusedRule>,
}

impl From<Kept<Rule>> for ReplyRule {
    fn from(kept: Kept<Rule>) -> Self {
        let Kept { id, item, enabled, hits, last_hit_at, changed_at, changed_by } = kept;
        Self {
            id: id.uuid().to_string(),
            name: item.name,
            priority: item.priority,
            mode: item.mode,
            enabled,
            triggers: item.triggers,
            replies: item.replies,
            window: Some(item.schedule).filter(|schedule| !schedule.is_always()),
            minimum_interval: item.minimum_interval,
            scene: item.scene,
            hits,
            last_hit_at: last_hit_at.map(Timestamp::utc_text),
            changed_at: changed_at.exact_text(),
            changed_by,
        }
    }
}

impl From<ReplyRuleDraft> for Rule {
    fn from(draft: ReplyRuleDraft) -> Self {
        Self {
            name: draft.name.trim().to_owned(),
            priority: draft.priority,
            mode: draft.mode,
            triggers: draft.triggers,
            replies: draft.replies,
            schedule: draft.window.unwrap_or_default(),
            minimum_interval: draft.minimum_interval,
            scene: draft.scene.filter(|scene| !scene.trim().is_empty()),
        }
    }
}

impl ReplyRuleDraft {
    /// The rule, and whether it is in force.
    fn written(self) -> (Rule, bool) {
        let enabled = self.enabled;
        (self.into(), enabled)
    }
}

impl From<Rule> for ReplyRuleDraft {
    fn from(rule: Rule) -> Self {
        Self {
            name: rule.name,
            priority: rule.priority,
            mode: rule.mode,
            enabled: true,
            triggers: rule.triggers,
            replies: rule.replies,
            window: Some(rule.schedule).filter(|schedule| !schedule.is_always()),
            minimum_interval: rule.minimum_interval,
            scene: rule.scene,
            changed_at: None,
        }
    }
}

/// The moment that was sent back.
pub(super) fn moment(text: Option<&str>) -> Result<Timestamp, Problem> {
    let moment = text.and_then(Timestamp::from_exact_text);
    moment.ok_or_else(|| Problem::new(Code::BadRequest, "提交的内容").because("缺少读取时的修改时间，请刷新后再改"))
}

/// The rules, in the order in which they are tried.
#[utoipa::path(get, path = "/api/v1/rules", tag = "rules", params(WantedRules),
    responses((status = 200, body = ReplyRulePage)))]
pub(super) async fn list(
    State(room): State<Room>,
    Staff(actor): Staff,
    Inputs(wanted): Inputs<WantedRules>,
) -> Result<Json<ReplyRulePage>, Failure> {
    let mut rules = room.answers.rules(&actor).await?;
    let q = chinese::normalise(wanted.q.as_deref().unwrap_or_default());
    rules.retain(|kept| is_in_state(wanted.state.as_deref(), kept.enabled) && (q.is_empty() || holds(&kept.item, &q)));
    rules.sort_by_key(|kept| std::cmp::Reverse(kept.item.priority));
    if let Some(sort) = &wanted.sort {
        sort.order(&mut rules, &COLUMNS)?;
    }
    let (items, total) = page(rules, wanted.page, wanted.size.unwrap_or_default());
    Ok(Json(ReplyRulePage { items: items.into_iter().map(ReplyRule::from).collect(), total }))
}

fn holds(rule: &Rule, q: &str) -> bool {
    let replies = rule.replies.iter().map(|reply| match reply {
        Content::Text(text) | Content::Image(text) => text.as_str(),
        Content::News { title, .. } => title.as_str(),
    });
    let mut texts =
        rule.triggers.iter().map(|trigger| trigger.text.as_str()).chain(replies).chain([rule.name.as_str()]);
    texts.any(|text| chinese::normalise(text).contains(q))
}

/// One rule.
#[utoipa::path(get, path = "/api/v1/rules/{id}", tag = "rules", params(("id" = String, Path)),
    responses((status = 200, body = ReplyRule)))]
pub(super) async fn one(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<Json<ReplyRule>, Failure> {
    let wanted = id(&text, RULE)?;
    let found = room.answers.rules(&actor).await?.into_iter().find(|kept| kept.id == wanted);
    Ok(Json(found.ok_or_else(|| Problem::new(Code::NotFound, RULE))?.into()))
}

const RULE: &str = "这条规则";

/// Adds a rule.
#[utoipa::path(post, path = "/api/v1/rules", tag = "rules", request_body = ReplyRuleDraft,
    responses((status = 200, body = NewId)))]
pub(super) async fn add(
    State(room): State<Room>,
    Staff(actor): Staff,
    Input(draft): Input<ReplyRuleDraft>,
) -> Result<Json<NewId>, Failure> {
    let enabled = draft.enabled;
    let id = room.answers.add_rule(&actor, &draft.into(), enabled).await?;
    Ok(Json(NewId { id: id.uuid().to_string() }))
}

/// Writes a rule anew.
#[utoipa::path(put, path = "/api/v1/rules/{id}", tag = "rules", params(("id" = String, Path)),
    request_body = ReplyRuleDraft, responses((status = 204)))]
pub(super) async fn replace(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Input(draft): Input<ReplyRuleDraft>,
) -> Result<StatusCode, Failure> {
    let (id, read_at, enabled) = (id(&text, RULE)?, moment(draft.changed_at.as_deref())?, draft.enabled);
    room.answers.replace_rule(&actor, id, (&draft.into(), enabled), read_at).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a rule.
#[utoipa::path(delete, path = "/api/v1/rules/{id}", tag = "rules", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn remove(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<StatusCode, Failure> {
    room.answers.remove_rule(&actor, id(&text, RULE)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Switches a rule on or off.
#[utoipa::path(put, path = "/api/v1/rules/{id}/enabled", tag = "rules", params(("id" = String, Path)),
    request_body = Enabled, responses((status = 204)))]
pub(super) async fn enable(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Input(Enabled { enabled }): Input<Enabled>,
) -> Result<StatusCode, Failure> {
    room.answers.enable_rule(&actor, id(&text, RULE)?, enabled).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Rules that never answer by one of their keywords.
#[utoipa::path(get, path = "/api/v1/rules/conflicts", tag = "rules", responses((status = 200, body = RuleConflicts)))]
pub(super) async fn conflicts(State(room): State<Room>, Staff(actor): Staff) -> Result<Json<RuleConflicts>, Failure> {
    let found = room.answers.conflicts(&actor).await?.into_iter().map(|conflict| {
        let (one, other, trigger) = (conflict.one, conflict.other, conflict.trigger);
        let what =
            if trigger.is_empty() { "读者关注时".to_owned() } else { format!("读者说“{trigger}”时") };
        let told = format!("{what}，两条规则都会答：“{}”先答，“{}”永远轮不到。", one.1, other.1);
        let named = |(id, name): (kernel::Id<Rule>, String)| RuleName { id: id.uuid().to_string(), name };
        RuleConflict { one: named(one), other: named(other), trigger, told }
    });
    Ok(Json(RuleConflicts { items: found.collect() }))
}

/// What does not fit in a rule, before it is kept.
#[utoipa::path(post, path = "/api/v1/rules/check", tag = "rules", request_body = ReplyRuleDraft,
    responses((status = 200, body = FieldProblems)))]
pub(super) async fn check(Input(draft): Input<ReplyRuleDraft>) -> Json<FieldProblems> {
    let problems = Rule::from(draft).problems();
    Json(FieldProblems { problems: problems.into_iter().map(|(field, told)| FieldProblem { field, told }).collect() })
}

/// All rules as a file.
#[utoipa::path(get, path = "/api/v1/rules/export", tag = "rules", responses((status = 200, body = RuleFile)))]
pub(super) async fn export(
    State(room): State<Room>,
    Staff(actor): Staff,
) -> Result<([(axum::http::HeaderName, &'static str); 1], Json<RuleFile>), Failure> {
    let rules = room.answers.rules(&actor).await?;
    let drafts = rules.into_iter().map(|kept| ReplyRuleDraft { enabled: kept.enabled, ..kept.item.into() });
    let file = RuleFile { rules: drafts.collect(), mode: ImportMode::Add };
    Ok(([(CONTENT_DISPOSITION, "attachment; filename=\"rules.json\"")], Json(file)))
}

/// What was set at WeChat's own platform, to be looked through and then brought in.
#[utoipa::path(get, path = "/api/v1/rules/platform/{account}", tag = "rules", params(("account" = String, Path)),
    responses((status = 200, body = PlatformRules)))]
pub(super) async fn platform(
    State(room): State<Room>,
    Path(account): Path<String>,
) -> Result<Json<PlatformRules>, Failure> {
    let client = room.clients.get(&account).ok_or_else(|| Problem::new(Code::NotFound, "这个公众号"))?;
    let answer = client.autoreplies().await.map_err(|error| {
        tracing::warn!(account, %error, "the automatic replies of the platform could not be read");
        let why = "没有读到公众平台上的自动回复，请稍后再试；一直不行请系统管理员检查公众号连接";
        Problem::new(Code::Busy, "公众平台自动回复").because(why)
    })?;
    let Platform { rules, left } = Platform::of(&answer);
    let left = left.into_iter().map(|(name, told)| RefusedRule { name, told }).collect();
    let rules = rules.into_iter().map(ReplyRuleDraft::from).collect();
    Ok(Json(PlatformRules { in_use: answer.is_autoreply_open == 1, rules, left }))
}

/// Brings rules in from a file.
#[utoipa::path(post, path = "/api/v1/rules/import", tag = "rules", request_body = RuleFile,
    responses((status = 200, body = RulesImported)))]
pub(super) async fn import(
    State(room): State<Room>,
    Staff(actor): Staff,
    Input(RuleFile { rules, mode }): Input<RuleFile>,
) -> Result<Json<RulesImported>, Failure> {
    if rules.len() > MOST_IMPORTED {
        let why = format!("一次最多导入 {MOST_IMPORTED} 条规则，请分成几个文件");
        return Err(Problem::new(Code::BadRequest, "规则文件").because(why).into());
    }
    let rules: Vec<(Rule, bool)> = rules.into_iter().map(ReplyRuleDraft::written).collect();
    let imported = room.answers.import_rules(&actor, &rules, mode == ImportMode::Replace).await?;
    let refused = imported.refused.into_iter().map(|(name, told)| RefusedRule { name, told }).collect();
    Ok(Json(RulesImported { added: imported.added, replaced: imported.replaced, refused }))
}
