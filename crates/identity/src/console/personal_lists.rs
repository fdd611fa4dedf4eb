//! `/api/v1/personal-lists`: lists of persons leave the house with two members of staff only.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use futures::stream;
use kernel::{Actor, Code, Error, Id, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Inputs, Size, Staff};

use crate::PersonalLists;
use crate::desk::{Fetch, Listed};
use crate::personal_list::{Filters, PersonalList, PersonalListRequest, Standing, State as Come};
use crate::table;

/// A list of persons and what narrows it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonalListWanted {
    /// `conversations` or `staff`.
    list: String,
    /// The filters of the list's page, by the names its address has for them.
    filters: Filters,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonalListAsked {
    /// `conversations` or `staff`.
    list: String,
    /// The filters of the list's page, by the names its address has for them.
    filters: Filters,
    /// What for, in at most 200 characters.
    purpose: String,
}

/// What a request would be for.
#[derive(Serialize, ToSchema)]
pub(super) struct PersonalListProspect {
    rows: i64,
    /// The filters in words; empty without any.
    told: String,
    columns: Vec<&'static str>,
    /// How many others may approve it.
    approvers: usize,
}

#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedRequests {
    /// `waiting`, `approved`, `refused`, `fetched` or `expired`; `mine` for those that wait for whoever asks.
    state: Option<String>,
    /// `conversations` or `staff`.
    list: Option<String>,
    /// `asked_at` or `asked_by`, with `-` before it for descending.
    sort: Option<String>,
    page: Option<i64>,
    #[param(value_type = Option<i64>)]
    size: Option<Size>,
}

/// A request.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonalListRequest)]
pub(super) struct RequestShown {
    id: String,
    list: &'static str,
    list_label: &'static str,
    /// The filters in words; empty without any.
    told: String,
    rows: i64,
    purpose: String,
    asked_by: String,
    asked_at: String,
    state: &'static str,
    state_label: &'static str,
    /// Until when it waits, or its file may be fetched.
    #[schema(required)]
    until: Option<String>,
    #[schema(required)]
    decided_by: Option<String>,
    #[schema(required)]
    decided_at: Option<String>,
    /// Why it was refused.
    #[schema(required)]
    reason: Option<String>,
    #[schema(required)]
    fetched_at: Option<String>,
    /// How often whoever asked for this list may still fetch it; 0 for others.
    fetches_left: i64,
    /// Whether whoever looks may decide on it now.
    decidable: bool,
}

#[derive(Serialize, ToSchema)]
pub(super) struct PersonalListRequests {
    items: Vec<RequestShown>,
    total: i64,
}

#[derive(Serialize, ToSchema)]
pub(super) struct NewRequest {
    id: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RefusedFor {
    /// Why, in at most 200 characters.
    why: String,
}

impl RequestShown {
    fn of(request: PersonalListRequest, decidable: bool, (actor, now): (&Actor, Timestamp)) -> Self {
        let standing = request.standing(now);
        let until = request.until().filter(|_| standing != Standing::Expired);
        let fetches_left = if request.by == actor.name() { request.fetches_left(now) } else { 0 };
        let (decision, reason, fetched_at) = match request.state {
            Come::Waiting => (None, None, None),
            Come::Approved(decision) => (Some(decision), None, None),
            Come::Refused(decision, reason) => (Some(decision), Some(reason), None),
            Come::Fetched(decision, _, at) => (Some(decision), None, Some(at)),
        };
        let (decided_by, decided_at) = decision.map(|decision| (decision.by, decision.at.utc_text())).unzip();
        Self {
            id: request.id.uuid().to_string(),
            list: request.list.name(),
            list_label: request.list.label(),
            told: request.told,
            rows: request.rows,
            purpose: request.purpose,
            asked_by: request.by,
            asked_at: request.at.utc_text(),
            state: standing.name(),
            state_label: standing.label(),
            until: until.map(Timestamp::utc_text),
            decided_by,
            decided_at,
            reason,
            fetched_at: fetched_at.map(Timestamp::utc_text),
            fetches_left,
            decidable,
        }
    }
}

/// One's own requests, and those of others that one may decide on.
#[utoipa::path(get, path = "/api/v1/personal-lists", tag = "personal-lists", params(WantedRequests),
    responses((status = 200, body = PersonalListRequests)))]
pub(super) async fn list(
    State(desk): State<PersonalLists>,
    Staff(actor): Staff,
    Inputs(wanted): Inputs<WantedRequests>,
) -> Result<Json<PersonalListRequests>, Failure> {
    let (state, list) = (wanted.state.filter(|word| !word.is_empty()), wanted.list.filter(|word| !word.is_empty()));
    let mine = state.as_deref() == Some("mine");
    let standing = state.filter(|_| !mine).map(|word| {
        Standing::named(&word).ok_or_else(|| Problem::new(Code::BadRequest, "状态").because("没有这一种状态"))
    });
    let listed = Listed { mine, list: list.map(|word| named(&word)).transpose()?, standing: standing.transpose()? };
    let size = wanted.size.unwrap_or_default().get();
    let from = (wanted.page.unwrap_or(1).max(1) - 1).saturating_mul(size);
    let (found, total) = desk.list(&actor, listed, wanted.sort.as_deref(), (from, size)).await?;
    let now = desk.now();
    let shown = |request| {
        let is_decidable = desk.is_for(&actor, &request);
        RequestShown::of(request, is_decidable, (&actor, now))
    };
    Ok(Json(PersonalListRequests { items: found.into_iter().map(shown).collect(), total }))
}

/// What a list would hold, before it is asked for.
#[utoipa::path(post, path = "/api/v1/personal-lists/look", tag = "personal-lists", request_body = PersonalListWanted,
    responses((status = 200, body = PersonalListProspect)))]
pub(super) async fn look(
    State(desk): State<PersonalLists>,
    Staff(actor): Staff,
    Input(PersonalListWanted { list, filters }): Input<PersonalListWanted>,
) -> Result<Json<PersonalListProspect>, Failure> {
    let prospect = desk.prospect(&actor, named(&list)?, &filters).await?;
    Ok(Json(PersonalListProspect {
        rows: prospect.looked.rows,
        told: prospect.looked.told,
        columns: prospect.columns.to_vec(),
        approvers: prospect.deciders,
    }))
}

/// Asks for a list; another member of staff decides.
#[utoipa::path(post, path = "/api/v1/personal-lists", tag = "personal-lists", request_body = PersonalListAsked,
    responses((status = 200, body = NewRequest)))]
pub(super) async fn ask(
    State(desk): State<PersonalLists>,
    Staff(actor): Staff,
    Input(PersonalListAsked { list, filters, purpose }): Input<PersonalListAsked>,
) -> Result<Json<NewRequest>, Failure> {
    let id = desk.ask(&actor, (named(&list)?, filters), &purpose).await?;
    Ok(Json(NewRequest { id: id.uuid().to_string() }))
}

/// Approves a request of somebody else.
#[utoipa::path(post, path = "/api/v1/personal-lists/{id}/approve", tag = "personal-lists",
    params(("id" = String, Path)), responses((status = 204)))]
pub(super) async fn approve(
    State(desk): State<PersonalLists>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<StatusCode, Failure> {
    desk.approve(&actor, id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses a request of somebody else.
#[utoipa::path(post, path = "/api/v1/personal-lists/{id}/refuse", tag = "personal-lists",
    params(("id" = String, Path)), request_body = RefusedFor, responses((status = 204)))]
pub(super) async fn refuse(
    State(desk): State<PersonalLists>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Input(RefusedFor { why }): Input<RefusedFor>,
) -> Result<StatusCode, Failure> {
    desk.refuse(&actor, id(&text)?, &why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Fetches the file of one's own request, which counts. It is made while it is sent, and kept nowhere.
#[utoipa::path(post, path = "/api/v1/personal-lists/{id}/fetch", tag = "personal-lists",
    params(("id" = String, Path)), responses((status = 200, body = String, content_type = "text/csv")))]
pub(super) async fn fetch(
    State(desk): State<PersonalLists>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let fetch = desk.fetch(&actor, id(&text)?).await?;
    let head = [vec![fetch.told()], fetch.columns().iter().map(|&head| head.to_owned()).collect()];
    let head = table::lines(&head).map_err(Error::internal)?;
    let begun = Some([table::MARK, &head].concat());
    let parts = stream::try_unfold((fetch, begun, Some(None)), |(fetch, begun, after)| async move {
        if let Some(head) = begun {
            return Ok::<_, std::io::Error>(Some((head, (fetch, None, after))));
        }
        let Some(mark) = after else { return Ok(None) };
        let rows = fetch.rows(mark).await.map_err(std::io::Error::other)?;
        Ok(Some((table::lines(&rows.cells)?, (fetch, None, rows.last.map(Some)))))
    });
    Ok(web::download(Body::from_stream(parts), web::CSV, "list.csv")?)
}

impl Fetch {
    /// The first line of the file: whose it is, what for, and who let it out; times are those of Asia/Shanghai.
    fn told(&self) -> String {
        let request = &self.request;
        let filters = if request.told.is_empty() { "全部" } else { &request.told };
        let decided = match &request.state {
            Come::Approved(decision) | Come::Refused(decision, _) | Come::Fetched(decision, ..) => {
                format!("{}，{}", decision.by, decision.at.local_text())
            }
            Come::Waiting => String::new(),
        };
        format!(
            "{}（{filters}）；用途：{}；申请：{}，{}；批准：{decided}；下载：{}（北京时间）；含个人信息，只用于上述用途，用毕销毁",
            request.list.label(),
            request.purpose,
            request.by,
            request.at.local_text(),
            self.at.local_text(),
        )
    }
}

fn named(list: &str) -> Result<PersonalList, Problem> {
    PersonalList::named(list).ok_or_else(|| Problem::new(Code::BadRequest, "名单").because("没有这一种名单"))
}

/// The id in an address; one that is none is nobody's.
fn id(text: &str) -> Result<Id<PersonalListRequest>, Problem> {
    Id::parse(text).ok_or_else(crate::personal_list::absent)
}
