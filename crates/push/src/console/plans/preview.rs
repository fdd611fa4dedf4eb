//! A draft is shown to one follower, usually a member of staff, before it goes to many.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{Code, Id, Problem, hex};
use serde::{Deserialize, Serialize};
use sm3::{Digest as _, Sm3};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Inputs, Staff};
use wechat::client::PreviewReader;

use crate::console::Office;
use crate::desk::shown;
use crate::draft::origin;

/// For how long a follower who wrote to the account is offered, in seconds.
const LATELY: i64 = 30 * 60;
/// The most followers that are offered.
const OFFERED: i64 = 20;

/// Whose followers are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedReaders {
    account: String,
}

/// A follower who was heard of lately.
#[derive(Serialize, ToSchema)]
struct PreviewFollower {
    /// What the follower is known by here.
    key: String,
    /// As staff call followers.
    name: String,
    seen_at: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct PreviewFollowers {
    items: Vec<PreviewFollower>,
}

/// Followers who were heard of in the last half hour: whoever wants a preview says something to the account first.
#[utoipa::path(get, path = "/api/v1/push/plans/readers", tag = "push", params(WantedReaders),
    responses((status = 200, body = PreviewFollowers)))]
pub(super) async fn readers(
    State(office): State<Office>,
    Inputs(wanted): Inputs<WantedReaders>,
) -> Result<Json<PreviewFollowers>, Failure> {
    let items = office.seen_lately(&wanted.account).await?.into_iter().map(|(openid, at)| PreviewFollower {
        key: key(&openid),
        name: shown(&openid),
        seen_at: at.utc_text(),
    });
    Ok(Json(PreviewFollowers { items: items.collect() }))
}

/// Who is shown a preview.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum PreviewWanted {
    /// A follower who was heard of lately.
    Follower { key: String },
    /// A follower by the WeChat name (微信号).
    Name { name: String },
}

/// What is shown to whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanPreview {
    draft: String,
    reader: PreviewWanted,
}

/// Shows one follower the newest version of a draft as it would arrive.
#[utoipa::path(post, path = "/api/v1/push/plans/preview", tag = "push", request_body = PlanPreview,
    responses((status = 204)))]
pub(super) async fn show(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(wanted): Input<PlanPreview>,
) -> Result<StatusCode, Failure> {
    let id = Id::parse(&wanted.draft).ok_or_else(|| Problem::new(Code::NotFound, "这篇推文"))?;
    let whole = office.drafting().one(&actor, id).await?;
    let (account, version) = (&whole.draft.account, &whole.version);
    let reader = match wanted.reader {
        PreviewWanted::Name { name } if !name.trim().is_empty() => PreviewReader::WechatName(name.trim().to_owned()),
        PreviewWanted::Name { .. } => return Err(Problem::new(Code::BadRequest, "微信号").because("还没有填").into()),
        PreviewWanted::Follower { key: wanted } => PreviewReader::Openid(office.reader_heard(account, &wanted).await?),
    };
    let origin = origin(id, version.number);
    let what = (version.digest.as_str(), &version.body);
    let content = office.preparing().prepare(account, &origin, what).await?;
    office.ledger.preview(&actor, (&office.clients, account), &origin, (&reader, &content)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a follower is called in answers: an openid never leaves the house.
fn key(openid: &str) -> String {
    hex(&Sm3::digest(openid.as_bytes())).chars().take(16).collect()
}

impl Office {
    /// The openid of a follower who was heard of lately, by what answers call them.
    pub(in crate::console) async fn reader_heard(&self, account: &str, wanted: &str) -> kernel::Result<String> {
        let lately = self.seen_lately(account).await?;
        let found = lately.into_iter().map(|(openid, _)| openid).find(|openid| key(openid) == wanted);
        let gone = || Problem::new(Code::NotFound, "这位关注者").because("请他再给公众号发一句话，然后刷新");
        Ok(found.ok_or_else(gone)?)
    }

    async fn seen_lately(&self, account: &str) -> kernel::Result<Vec<(String, kernel::Timestamp)>> {
        let since = self.ground.clock.now().plus_seconds(-LATELY);
        Ok(account::seen_since(&mut self.ground.db.read().await?, account, since, OFFERED).await?)
    }
}
