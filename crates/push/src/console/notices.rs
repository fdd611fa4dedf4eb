//! `/api/v1/push/notices`: the templates of notices, what each is used for, what readers allowed, and what was sent.

use std::collections::BTreeMap;

use account::notice::{Fact, Purpose};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{Code, Permission, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Failure;
use web::api::{Input, Inputs, Staff, needs};
use wechat::notice::fields;

use super::Office;
use crate::desk::samples;
use crate::notice::{Filled, Means, Source, Stage, filled};
use crate::store::notice::{Logged, Wanted};
use crate::{CountedTemplate, NoticeBoard};

/// Notices on a page of the log.
const SIZE: i64 = 20;

#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AskedAccount {
    /// The account; the first one if nothing is said.
    account: Option<String>,
}

/// A field of a template.
#[derive(Serialize, ToSchema)]
struct NoticeField {
    key: String,
    label: String,
    /// What it takes, in words.
    takes: &'static str,
}

/// What readers allowed of a template.
#[derive(Serialize, ToSchema)]
struct NoticeConsents {
    /// Readers who may be told now.
    allowing: i64,
    /// Readers who switched it off.
    off: i64,
    granted: i64,
    used: i64,
    refused: i64,
}

#[derive(Serialize, ToSchema)]
struct NoticeTemplateLine {
    id: String,
    means: Means,
    title: String,
    example: String,
    fields: Vec<NoticeField>,
    /// A consent is good for many notices.
    is_lasting: bool,
    /// WeChat lists it no longer.
    is_gone: bool,
    consents: NoticeConsents,
}

/// What can stand in a field.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
enum NoticeSource {
    /// Something that is known when the notice is made, by its name.
    Fact { fact: String },
    /// The same words in every notice.
    Words { words: String },
}

#[derive(Serialize, ToSchema)]
struct NoticeFact {
    fact: String,
    label: &'static str,
    sample: &'static str,
}

/// A line of a notice as readers see it.
#[derive(Serialize, ToSchema)]
struct NoticeShown {
    label: String,
    value: String,
}

#[derive(Serialize, ToSchema)]
struct NoticePurpose {
    purpose: String,
    label: &'static str,
    /// Whether a service tells it already.
    is_told: bool,
    facts: Vec<NoticeFact>,
    /// The template that is chosen; nothing: readers are not told.
    #[schema(required)]
    template: Option<String>,
    fields: BTreeMap<String, NoticeSource>,
    /// How it looks with samples; nothing without a template, or if the fields fit no longer.
    shown: Vec<NoticeShown>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct NoticeTemplatesView {
    account: String,
    accounts: Vec<String>,
    /// Why the account cannot send subscription notices and template messages; nothing if it can.
    #[schema(required)]
    lacks: Option<&'static str>,
    /// Why it cannot send one-time messages; nothing if it can.
    #[schema(required)]
    lacks_one_time: Option<&'static str>,
    templates: Vec<NoticeTemplateLine>,
    purposes: Vec<NoticePurpose>,
    #[schema(required)]
    fetched_at: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoticeAccount {
    account: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct FetchedTemplates {
    count: usize,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OneTimeTemplate {
    account: String,
    id: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChosenTemplate {
    account: String,
    /// Nothing: readers are told no longer.
    template: Option<String>,
    fields: BTreeMap<String, NoticeSource>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoticeTrial {
    account: String,
    purpose: String,
    /// A follower who was heard of lately.
    reader: String,
}

#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AskedLog {
    account: Option<String>,
    purpose: Option<String>,
    state: Option<Stage>,
    /// From 1.
    page: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct NoticeLine {
    purpose: &'static str,
    is_trial: bool,
    title: String,
    means: Means,
    state: Stage,
    #[schema(required)]
    told: Option<String>,
    made_at: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct NoticeLog {
    items: Vec<NoticeLine>,
    total: i64,
    page: i64,
    size: i64,
}

pub(super) fn routes() -> OpenApiRouter<Office> {
    let keepers = |routes| needs(Permission::KeepOfficialAccount, routes);
    OpenApiRouter::new()
        .routes(needs(Permission::WriteArticles, routes!(show)))
        .routes(needs(Permission::WriteArticles, routes!(log)))
        .routes(keepers(routes!(fetch)))
        .routes(keepers(routes!(keep_one_time)))
        .routes(keepers(routes!(choose)))
        .routes(keepers(routes!(try_out)))
}

/// The templates of an account, what each is used for, and what readers allowed.
#[utoipa::path(get, path = "/api/v1/push/notices", tag = "push", params(AskedAccount),
    responses((status = 200, body = NoticeTemplatesView)))]
async fn show(
    State(office): State<Office>,
    Inputs(asked): Inputs<AskedAccount>,
) -> Result<Json<NoticeTemplatesView>, Failure> {
    let name = office.account_named(asked.account)?;
    let accounts = office.accounts.iter().map(|account| account.name().to_owned()).collect();
    let standing = office.accounts.get(&name).map(|account| account.settings.standing);
    let lacks = |means: Means| standing.and_then(|standing| standing.lacks(means.capability()));
    let all = office.noticing.templates(&name).await?;
    let purposes = Purpose::ALL.into_iter().map(|purpose| told_by(purpose, &all)).collect();
    Ok(Json(NoticeTemplatesView {
        account: name,
        accounts,
        lacks: lacks(Means::Template),
        lacks_one_time: lacks(Means::OneTime),
        purposes,
        fetched_at: all.fetched_at.map(kernel::Timestamp::utc_text),
        templates: all.templates.into_iter().map(line).collect(),
    }))
}

/// Fetches the templates of an account from WeChat.
#[utoipa::path(post, path = "/api/v1/push/notices/fetch", tag = "push", request_body = NoticeAccount,
    responses((status = 200, body = FetchedTemplates)))]
async fn fetch(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(wanted): Input<NoticeAccount>,
) -> Result<Json<FetchedTemplates>, Failure> {
    let count = office.noticing.fetch(&actor, &wanted.account).await?;
    Ok(Json(FetchedTemplates { count }))
}

/// Writes down the template of one-time messages.
#[utoipa::path(put, path = "/api/v1/push/notices/one-time", tag = "push", request_body = OneTimeTemplate,
    responses((status = 204)))]
async fn keep_one_time(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(wanted): Input<OneTimeTemplate>,
) -> Result<StatusCode, Failure> {
    office.noticing.keep_one_time(&actor, &wanted.account, &wanted.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Chooses the template by which readers are told of something, and what stands in its fields.
#[utoipa::path(put, path = "/api/v1/push/notices/purposes/{purpose}", tag = "push", params(("purpose" = String, Path)),
    request_body = ChosenTemplate, responses((status = 204)))]
async fn choose(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(purpose): Path<String>,
    Input(chosen): Input<ChosenTemplate>,
) -> Result<StatusCode, Failure> {
    let purpose = named(&purpose)?;
    let ChosenTemplate { account, template, fields } = chosen;
    let fields = fields.into_iter().map(|(key, source)| Ok((key, source_of(source)?)));
    let fields = fields.collect::<Result<BTreeMap<_, _>, Problem>>()?;
    let chosen = template.map(|template| (template, fields));
    office.noticing.choose(&actor, (&account, purpose), chosen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends one follower who was heard of lately a notice with samples.
#[utoipa::path(post, path = "/api/v1/push/notices/trial", tag = "push", request_body = NoticeTrial,
    responses((status = 204)))]
async fn try_out(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(trial): Input<NoticeTrial>,
) -> Result<StatusCode, Failure> {
    let purpose = named(&trial.purpose)?;
    let openid = office.reader_heard(&trial.account, &trial.reader).await?;
    office.noticing.try_out(&actor, (&trial.account, &openid), purpose).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The notices of the last thirty days, the newest first; whom they were for is not told.
#[utoipa::path(get, path = "/api/v1/push/notices/log", tag = "push", params(AskedLog),
    responses((status = 200, body = NoticeLog)))]
async fn log(State(office): State<Office>, Inputs(asked): Inputs<AskedLog>) -> Result<Json<NoticeLog>, Failure> {
    let account = office.account_named(asked.account)?;
    let purpose = asked.purpose.as_deref().map(named).transpose()?;
    let page = asked.page.unwrap_or(1).max(1);
    let wanted = Wanted { purpose, stage: asked.state };
    let (items, total) = office.noticing.log(&account, &wanted, (page, SIZE)).await?;
    Ok(Json(NoticeLog { items: items.into_iter().map(NoticeLine::from).collect(), total, page, size: SIZE }))
}

fn named(purpose: &str) -> Result<Purpose, Problem> {
    Purpose::named(purpose).ok_or_else(|| Problem::new(Code::NotFound, "这种通知"))
}

fn line(counted: CountedTemplate) -> NoticeTemplateLine {
    let CountedTemplate { template, consents } = counted;
    let fields = fields(&template.content).into_iter();
    let fields = fields.map(|field| NoticeField { takes: field.kind.told(), key: field.key, label: field.label });
    NoticeTemplateLine {
        fields: fields.collect(),
        id: template.id,
        means: template.means,
        title: template.title,
        example: template.example,
        is_lasting: template.is_lasting,
        is_gone: template.gone_at.is_some(),
        consents: NoticeConsents {
            allowing: consents.allowing,
            off: consents.off,
            granted: consents.granted,
            used: consents.used,
            refused: consents.refused,
        },
    }
}

fn told_by(purpose: Purpose, all: &NoticeBoard) -> NoticePurpose {
    let used = all.uses.iter().find(|(of, _)| *of == purpose).map(|(_, used)| used);
    let facts = purpose.facts().iter();
    NoticePurpose {
        purpose: purpose.name().to_owned(),
        label: purpose.label(),
        is_told: purpose.is_told(),
        facts: facts
            .map(|fact| NoticeFact { fact: fact.name().to_owned(), label: fact.label(), sample: fact.sample(purpose) })
            .collect(),
        template: used.map(|(template, _)| template.clone()),
        fields: used.map(|(_, fields)| fields.iter().map(written).collect()).unwrap_or_default(),
        shown: used.map(|used| shown(purpose, used, all)).unwrap_or_default(),
    }
}

/// How a notice looks, with samples.
fn shown(purpose: Purpose, (id, sources): &(String, BTreeMap<String, Source>), all: &NoticeBoard) -> Vec<NoticeShown> {
    let Some(CountedTemplate { template, .. }) = all.templates.iter().find(|one| one.template.id == *id) else {
        return Vec::new();
    };
    match filled(template.means, &template.content, sources, (purpose, &samples(purpose))) {
        Ok(Filled::Fields(values)) => {
            let labels = fields(&template.content).into_iter().map(|field| field.label);
            labels.zip(values).map(|(label, (_, value))| NoticeShown { label, value }).collect()
        }
        Ok(Filled::Text(text)) => {
            let lines = text.lines().map(|line| line.split_once('：').unwrap_or(("", line)));
            lines.map(|(label, value)| NoticeShown { label: label.to_owned(), value: value.to_owned() }).collect()
        }
        Err(_) => Vec::new(),
    }
}

fn written((key, source): (&String, &Source)) -> (String, NoticeSource) {
    let source = match source {
        Source::Fact(fact) => NoticeSource::Fact { fact: fact.name().to_owned() },
        Source::Words(words) => NoticeSource::Words { words: words.clone() },
    };
    (key.clone(), source)
}

fn source_of(source: NoticeSource) -> Result<Source, Problem> {
    match source {
        NoticeSource::Fact { fact } => {
            Fact::named(&fact).map(Source::Fact).ok_or_else(|| Problem::new(Code::BadRequest, "字段的内容"))
        }
        NoticeSource::Words { words } => Ok(Source::Words(words.trim().to_owned())),
    }
}

impl From<Logged> for NoticeLine {
    fn from(logged: Logged) -> Self {
        let Logged { purpose, is_trial, title, means, stage, told, made_at } = logged;
        Self { purpose: purpose.label(), is_trial, title, means, state: stage, told, made_at: made_at.utc_text() }
    }
}
