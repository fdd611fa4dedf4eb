//! `/api/v1/official-accounts` and their checks: which there are, and whether they are connected.

use axum::Json;
use axum::extract::{Path, State};
use kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::Failure;
use web::api::Staff;

use super::Room;
use crate::capability::Category;
use crate::desk::check::{CheckStep, Step, StepState, mode_label};
use crate::desk::secrets::Standing;
use crate::sources::SourceRule;
use crate::{AccountKind, Capability};

/// An official account as it runs. Its secrets never leave the server.
#[derive(Serialize, ToSchema)]
struct OfficialAccount {
    name: String,
    /// 服务号 or 订阅号.
    kind: &'static str,
    verified: bool,
    category: &'static str,
    publish_right: bool,
    original_id: String,
    app_id: String,
    mode: &'static str,
    /// The address to be written into WeChat's console.
    callback: String,
    /// How a callback from an address that WeChat does not publish is met.
    sources: &'static str,
    api_base: String,
    /// Whether a second key is accepted, while the key is being changed.
    key_is_changing: bool,
    app_secret: AccountSecret,
    /// Token and `EncodingAESKey`.
    callback_secrets: AccountSecret,
    /// Why it may have no menu; none if it may.
    #[schema(required)]
    no_menu: Option<&'static str>,
    /// Why it may have no scene codes; none if it may.
    #[schema(required)]
    no_codes: Option<&'static str>,
    /// What a person must look at, of the last day.
    #[schema(required)]
    alarm: Option<AccountAlarm>,
}

/// Where a secret comes from; never the secret.
#[derive(Serialize, ToSchema)]
struct AccountSecret {
    /// Whether it was set in the console; else it is the settings file's.
    of_console: bool,
    /// When it was last changed in the console; none: never.
    #[schema(required)]
    changed_at: Option<String>,
    #[schema(required)]
    changed_by: Option<String>,
    /// Until when the one before is accepted too.
    #[schema(required)]
    overlap_until: Option<String>,
}

impl From<Standing> for AccountSecret {
    fn from(standing: Standing) -> Self {
        let (changed_at, changed_by) = standing.changed.unzip();
        Self {
            of_console: standing.is_of_console,
            changed_at: changed_at.map(Timestamp::utc_text),
            changed_by,
            overlap_until: standing.overlap_until.map(Timestamp::utc_text),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct AccountAlarm {
    at: String,
    told: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct OfficialAccounts {
    items: Vec<OfficialAccount>,
}

#[derive(Serialize, ToSchema)]
struct CheckLine {
    state: StepState,
    told: String,
}

/// What a step of the check found.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountCheckStep {
    state: StepState,
    told: String,
    /// What to do next; empty if nothing.
    next: String,
    lines: Vec<CheckLine>,
}

impl From<Step> for AccountCheckStep {
    fn from(step: Step) -> Self {
        let lines = step.lines.into_iter().map(|(state, told)| CheckLine { state, told }).collect();
        Self { state: step.state, told: step.told, next: step.next, lines }
    }
}

/// The official accounts of the house, as they stand in its settings.
#[utoipa::path(get, path = "/api/v1/official-accounts", tag = "official-accounts",
    responses((status = 200, body = OfficialAccounts)))]
pub(super) async fn list(State(room): State<Room>) -> Result<Json<OfficialAccounts>, Failure> {
    let mut items = Vec::new();
    for account in room.desk.inbox().accounts().iter() {
        let settings = &account.settings;
        let standing = settings.standing;
        let alarm = room.desk.recent_alarm(account.name()).await?;
        let [app_secret, callback_secrets] = room.desk.secrets(account.name()).await?;
        items.push(OfficialAccount {
            name: account.name().to_owned(),
            kind: match standing.kind {
                AccountKind::Service => "服务号",
                AccountKind::Subscription => "订阅号",
            },
            verified: standing.verified,
            category: match standing.category {
                Category::Government => "政府及事业单位",
                Category::Media => "媒体",
                Category::Enterprise => "企业",
                Category::Organisation => "其他组织",
                Category::Personal => "个人",
            },
            publish_right: standing.publish_right,
            original_id: settings.original_id.clone(),
            app_id: settings.app_id.clone(),
            mode: mode_label(settings.mode),
            callback: room.desk.callback_address(account.name()),
            sources: match settings.callback_addresses {
                SourceRule::Watch => "只记录",
                SourceRule::Require => "拒收",
            },
            api_base: settings.api_base.clone(),
            key_is_changing: settings.previous_key.is_some() || callback_secrets.overlap_until.is_some(),
            app_secret: app_secret.into(),
            callback_secrets: callback_secrets.into(),
            no_menu: standing.lacks(Capability::Menu),
            no_codes: standing.lacks(Capability::SceneCodes),
            alarm: alarm.map(|(at, told)| AccountAlarm { at: at.utc_text(), told }),
        });
    }
    Ok(Json(OfficialAccounts { items }))
}

/// Begins a check: asks WeChat once for the account's token.
#[utoipa::path(post, path = "/api/v1/official-accounts/{name}/check", tag = "official-accounts",
    params(("name" = String, Path)), responses((status = 200, body = AccountCheckStep)))]
pub(super) async fn check(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path(name): Path<String>,
) -> Result<Json<AccountCheckStep>, Failure> {
    Ok(Json(room.desk.check(&actor, &name).await?.into()))
}

/// A further step of a check: `callback`, `mode`, `capabilities`, `addresses` or `reach`.
#[utoipa::path(get, path = "/api/v1/official-accounts/{name}/check/{step}", tag = "official-accounts",
    params(("name" = String, Path), ("step" = String, Path)), responses((status = 200, body = AccountCheckStep)))]
pub(super) async fn look(
    State(room): State<Room>,
    Staff(actor): Staff,
    Path((name, step)): Path<(String, String)>,
) -> Result<Json<AccountCheckStep>, Failure> {
    Ok(Json(room.desk.look(&actor, &name, CheckStep::parse(&step)?).await?.into()))
}
