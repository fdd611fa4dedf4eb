//! `/api/v1/home`: today's work of whoever is signed in, and how the accounts do.

use account::{AccountKind, Accounts, Quotas};
use axum::Json;
use axum::extract::State;
use catalogue::console::Office;
use consult::ConversationsDesk;
use identity::PersonalLists;
use kernel::{Actor, Ground, Permission};
use push::Drafting;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::api::Staff;
use web::{Failure, HouseBook};

use super::Hall;

/// How long an alarm of an account is shown, in seconds.
const ALARM_SECONDS: i64 = 2 * 86_400;

#[derive(Clone)]
struct Parts {
    ground: Ground,
    accounts: Accounts,
    conversations: ConversationsDesk,
    catalogue: Office,
    personal_lists: PersonalLists,
    drafting: Drafting,
    house: HouseBook,
    quotas: Quotas,
    ledger: push::Ledger,
}

/// Something that waits.
#[derive(Serialize, ToSchema)]
struct HomeCount {
    name: &'static str,
    label: &'static str,
    /// None: not for this account to see.
    #[schema(required)]
    count: Option<i64>,
    /// The page of the console.
    path: &'static str,
}

/// An official account.
#[derive(Serialize, ToSchema)]
struct HomeAccount {
    name: String,
    kind_label: &'static str,
    healthy: bool,
    notes: Vec<String>,
    /// What is left of today's customer-service messages; none if it may send none, or WeChat did not tell.
    #[schema(required)]
    service_messages_left: Option<i64>,
}

/// The first page of the console.
#[derive(Serialize, ToSchema)]
struct Home {
    greeting_name: String,
    today: Vec<HomeCount>,
    accounts: Vec<HomeAccount>,
    notices: Vec<String>,
}

pub(super) fn routes(hall: &Hall) -> OpenApiRouter {
    let parts = Parts {
        ground: hall.ground.clone(),
        accounts: hall.accounts.clone(),
        conversations: hall.conversations.clone(),
        catalogue: hall.catalogue_office.clone(),
        personal_lists: hall.personal_lists.clone(),
        drafting: Drafting::new(hall.ground.clone(), hall.accounts.clone(), hall.catalogue.clone()),
        house: hall.house.book().clone(),
        quotas: Quotas::new(hall.ground.clone(), hall.accounts.clone(), hall.clients.clone()),
        ledger: hall.pushes.ledger.clone(),
    };
    OpenApiRouter::new().routes(routes!(show)).with_state(parts)
}

/// Today's work.
#[utoipa::path(get, path = "/api/v1/home", tag = "home", responses((status = 200, body = Home)))]
async fn show(State(parts): State<Parts>, Staff(actor): Staff) -> Result<Json<Home>, Failure> {
    let mut today = Vec::new();
    let count = |name, label, count, path| HomeCount { name, label, count: Some(count), path };
    if actor.may(Permission::AnswerReaders) {
        let [waiting, mine, _, bot, _] = parts.conversations.counts(&actor).await?;
        today.push(count("waiting", "等人答复的咨询", waiting, "/consult?state=waiting"));
        today.push(count("mine", "我正在办理的咨询", mine, "/consult?state=mine"));
        today.push(count("bot", "系统没答上的咨询", bot, "/consult?state=bot"));
    }
    for one in parts.catalogue.waiting_for(&actor).await? {
        today.push(count(one.name, one.label, one.count, one.path));
    }
    let (to_decide, to_fetch) = parts.personal_lists.waiting_for(&actor).await?;
    let lists = [
        count("personal-lists", "等我批准的名单导出", to_decide, "/personal-lists?state=mine"),
        count("approved-lists", "已批准、等我下载的名单", to_fetch, "/personal-lists?state=approved"),
    ];
    today.extend(lists.into_iter().filter(|one| one.count > Some(0)));
    let (to_approve, to_mend) = parts.drafting.waiting_for(&actor).await?;
    let drafts = [
        count("drafts-to-approve", "等我批准的推文", to_approve, "/push/drafts?state=in_review"),
        count("drafts-to-mend", "退回给我的推文", to_mend, "/push/drafts?state=returned"),
    ];
    today.extend(drafts.into_iter().filter(|one| one.count > Some(0)));
    let mut notices = Vec::new();
    if actor.may(Permission::AnswerReaders) && actor.may(Permission::KeepAnswers) {
        let escalated = parts.conversations.escalated().await?;
        if escalated > 0 {
            today.push(count("escalated", "超时升级的咨询", escalated, "/consult?state=waiting"));
            notices.push(format!("有 {escalated} 个咨询等得太久，还没有人答复，请到收件箱安排人办理。"));
        }
    }
    pushes(&parts, &actor, (&mut today, &mut notices)).await?;
    let now = parts.ground.clock.now();
    if actor.may(Permission::KeepHouse) {
        let missing = parts.house.now().hours.calendar.missing(now.day()).len();
        if missing > 0 {
            let missing = i64::try_from(missing).unwrap_or(i64::MAX);
            today.push(count("calendar", "没有录入节假日安排的年份", missing, "/house/hours"));
        }
    }
    let mut accounts = Vec::new();
    for account in parts.accounts.iter() {
        let alarm = account::last_alarm(&parts.ground.db, account.name()).await?;
        let alarm = alarm.filter(|(at, _)| now.seconds_since(*at) < ALARM_SECONDS);
        accounts.push(HomeAccount {
            name: account.name().to_owned(),
            kind_label: match account.settings.standing.kind {
                AccountKind::Subscription => "订阅号",
                AccountKind::Service => "服务号",
            },
            healthy: alarm.is_none(),
            service_messages_left: parts.quotas.service_messages(account.name()).await.map(|quota| quota.remain),
            notes: alarm.into_iter().map(|(at, told)| format!("{}：{told}", at.local_text())).collect(),
        });
    }
    Ok(Json(Home { greeting_name: actor.name().to_owned(), today, accounts, notices }))
}

/// What of pushes waits for a person.
async fn pushes(
    parts: &Parts,
    actor: &Actor,
    (today, notices): (&mut Vec<HomeCount>, &mut Vec<String>),
) -> kernel::Result<()> {
    let count = |name, label, count, path| HomeCount { name, label, count: Some(count), path };
    if actor.may(Permission::ApprovePushes) {
        let unknown = parts.ledger.unknown().await?;
        if unknown > 0 {
            today.push(count("unknown-pushes", "结果待核对的群发", unknown, "/push/plans?state=unknown"));
        }
        let unknown = parts.ledger.unknown_publications().await?;
        if unknown > 0 {
            today.push(count("unknown-publications", "结果待核对的发布", unknown, "/push/publications?state=unknown"));
        }
        if let Some(why) = parts.ledger.frozen().await? {
            today.push(count("frozen-pushes", "群发已停，等人恢复", 1, "/push/plans"));
            notices.push(format!("群发已停：{why}。核对公众平台上已经发出的内容之后，到“群发计划”里恢复。"));
        }
    }
    if actor.may(Permission::WriteArticles) {
        pushes_due(parts, today, notices).await?;
    }
    Ok(())
}

/// The accounts that were quiet for longer than they are to be. One that never sent anything is not reminded.
async fn pushes_due(parts: &Parts, today: &mut Vec<HomeCount>, notices: &mut Vec<String>) -> kernel::Result<()> {
    let quiet = parts.ledger.quiet(parts.accounts.iter().map(|account| &**account)).await?;
    let late: Vec<_> = quiet.into_iter().filter(|one| one.is_late && one.days.is_some()).collect();
    for one in &late {
        let days = one.days.unwrap_or_default();
        notices.push(format!("公众号 {} 已 {days} 天没有群发，目标是每 {} 天至少一次。", one.account, one.goal));
    }
    if !late.is_empty() {
        let count = i64::try_from(late.len()).unwrap_or(i64::MAX);
        today.push(HomeCount {
            name: "quiet-accounts",
            label: "该群发了的公众号",
            count: Some(count),
            path: "/push/plans",
        });
    }
    Ok(())
}
