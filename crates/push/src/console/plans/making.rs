//! From an approved draft to a plan: for whom, when, and the approval.

use account::Segment;
use axum::Json;
use axum::extract::{Request, State};
use kernel::{Actor, Code, Day, Id, Permission, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Inputs, Staff};

use super::plan_id;
use crate::console::Office;
use crate::console::materials::received;
use crate::console::word_file::rows;
use crate::desk::column;
use crate::draft::{self, Body};
use crate::{Audience, ContentHash, Draft, LeftOut, MOST_TAGGED, Roster, Sender, Whom};

/// The largest list, in bytes: as many followers as can be sent to in a day.
const LARGEST_LIST: usize = 32 << 20;

/// Which draft is to be planned.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedProspect {
    draft: String,
}

/// A tag of WeChat.
#[derive(Serialize, ToSchema)]
struct PlanTag {
    id: i64,
    name: String,
    count: i64,
}

/// A code by which followers came.
#[derive(Serialize, ToSchema)]
struct PlanScene {
    scene: String,
    name: String,
}

/// What a plan of a draft would be, and whom it can reach.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanProspect {
    title: String,
    kind_label: &'static str,
    version: i64,
    /// To be sent back with the approval.
    digest: String,
    authors: Vec<String>,
    account: String,
    /// Whether it may go to everybody and by tag.
    by_tag: bool,
    /// Whether it may go to a list of followers.
    by_list: bool,
    /// The most followers of a list, where they are reached by a tag of their own; none: as many as there are.
    #[schema(required)]
    most_listed: Option<i64>,
    /// Followers this house knows.
    known: i64,
    /// Those of them who switched pushes by list off.
    off: i64,
    tags: Vec<PlanTag>,
    /// Why there are no tags to choose from.
    #[schema(required)]
    tags_told: Option<String>,
    scenes: Vec<PlanScene>,
    /// Why whoever looks may not approve it.
    #[schema(required)]
    barred: Option<String>,
    /// The plan that there is of this version.
    #[schema(required)]
    plan: Option<String>,
    /// Whether another may take its place, since nothing of it went out.
    replaceable: bool,
}

/// What can be planned of a draft.
#[utoipa::path(get, path = "/api/v1/push/plans/prospect", tag = "push", params(WantedProspect),
    responses((status = 200, body = PlanProspect)))]
pub(super) async fn prospect(
    State(office): State<Office>,
    Staff(actor): Staff,
    Inputs(wanted): Inputs<WantedProspect>,
) -> Result<Json<PlanProspect>, Failure> {
    let approved = office.approved(&wanted.draft).await?;
    let sender = office.sender(&approved.account)?;
    let (tags, tags_told) = match office.tags(&sender).await {
        Ok(tags) => (tags, None),
        Err(problem) => (Vec::new(), Some(problem.sentence().to_owned())),
    };
    let mut tx = office.ground.db.read().await?;
    let off = Segment::default().off(&mut tx, &sender.account).await?;
    let known = Segment::default().count(&mut tx, &sender.account).await? + off;
    let scenes = account::scenes(&mut tx, &sender.account).await?;
    drop(tx);
    let plan = office.ledger.of_origin(&approved.origin()).await?;
    Ok(Json(PlanProspect {
        title: approved.body.title(),
        kind_label: approved.body.kind().label(),
        version: approved.version,
        barred: barred(&actor, &approved.authors),
        digest: approved.digest,
        authors: approved.authors,
        by_tag: sender.by_tag,
        by_list: sender.by_list,
        most_listed: (!sender.by_list).then_some(MOST_TAGGED),
        account: sender.account,
        known,
        off,
        tags,
        tags_told,
        scenes: scenes.into_iter().map(|(scene, name)| PlanScene { scene, name }).collect(),
        plan: plan.map(|(id, _)| id.uuid().to_string()),
        replaceable: plan.is_some_and(|(_, replaceable)| replaceable),
    }))
}

fn barred(actor: &Actor, authors: &[String]) -> Option<String> {
    let wrote = authors.iter().any(|author| author == actor.name());
    wrote.then(|| "您写过或改过这篇，须由没有动过笔的另一位同事批准群发".to_owned())
}

/// Conditions on followers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanConditions {
    account: String,
    #[schema(value_type = Option<String>, format = Date)]
    followed_from: Option<Day>,
    #[schema(value_type = Option<String>, format = Date)]
    followed_to: Option<Day>,
    #[schema(value_type = Option<String>, format = Date)]
    seen_from: Option<Day>,
    #[schema(value_type = Option<String>, format = Date)]
    seen_to: Option<Day>,
    scene: Option<String>,
}

/// Followers that were frozen.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanRoll {
    id: String,
    whom: String,
    people: i64,
    /// How many calls to WeChat it takes.
    calls: i64,
    /// The first of them, as staff call followers.
    sample: Vec<String>,
    /// Who on a list of staff is not among them.
    left_out: Vec<PlanLeftOut>,
}

/// Some of a list who are not sent to.
#[derive(Serialize, ToSchema)]
struct PlanLeftOut {
    /// Why, in words.
    why: &'static str,
    people: usize,
    /// The first of them.
    examples: Vec<String>,
}

impl From<Roster> for PlanRoll {
    fn from(roster: Roster) -> Self {
        let left_out = |LeftOut { why, people, examples }| PlanLeftOut { why, people, examples };
        Self {
            id: roster.id.uuid().to_string(),
            whom: roster.whom,
            people: roster.people,
            calls: roster.calls,
            sample: roster.sample,
            left_out: roster.left_out.into_iter().map(left_out).collect(),
        }
    }
}

/// Freezes who meets some conditions now.
#[utoipa::path(post, path = "/api/v1/push/plans/roll", tag = "push", request_body = PlanConditions,
    responses((status = 200, body = PlanRoll)))]
pub(super) async fn roll(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(wanted): Input<PlanConditions>,
) -> Result<Json<PlanRoll>, Failure> {
    let PlanConditions { account, followed_from, followed_to, seen_from, seen_to, scene } = wanted;
    let sender = office.sender(&account)?;
    let scenes = account::scenes(&mut office.ground.db.read().await?, &account).await?;
    let name = scenes.into_iter().find(|(known, _)| Some(known) == scene.as_ref()).map(|(_, name)| name);
    let segment = Segment { followed_from, followed_to, seen_from, seen_to, scene };
    let roster = office.ledger.freeze(&actor, &account, &segment, name.as_deref()).await?;
    Ok(Json(office.ready(&actor, &sender, roster).await?))
}

/// Openids that were pasted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanList {
    account: String,
    /// One a line, or parted by blanks and commas.
    openids: String,
}

/// Freezes the followers among openids that were pasted.
#[utoipa::path(post, path = "/api/v1/push/plans/list", tag = "push", request_body = PlanList,
    responses((status = 200, body = PlanRoll)))]
pub(super) async fn list(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(PlanList { account, openids }): Input<PlanList>,
) -> Result<Json<PlanRoll>, Failure> {
    let sender = office.sender(&account)?;
    let parting = |c: char| c.is_whitespace() || matches!(c, ',' | '，' | ';' | '；' | '、');
    let openids = openids.split(parting).filter(|one| !one.is_empty()).map(str::to_owned).collect();
    let roster = office.ledger.freeze_list(&actor, &account, ("粘贴的 openid", openids)).await?;
    Ok(Json(office.ready(&actor, &sender, roster).await?))
}

/// Whose list is brought.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedList {
    account: String,
}

/// Freezes the followers on a list in a table (XLSX, CSV), by its column “openid” or else its first. It is opened in the
/// cage. Its bytes are the body.
#[utoipa::path(post, path = "/api/v1/push/plans/list-file", tag = "push",
    params(WantedList, ("x-file-name" = String, Header, description = "percent-encoded")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = PlanRoll)))]
pub(super) async fn list_file(
    State(office): State<Office>,
    Staff(actor): Staff,
    Inputs(WantedList { account }): Inputs<WantedList>,
    request: Request,
) -> Result<Json<PlanRoll>, Failure> {
    actor.must(Permission::ApprovePushes)?;
    let sender = office.sender(&account)?;
    let most = |_: &str, _: &[u8]| Ok((LARGEST_LIST, format!("超过 {} MB，请分成几个文件", LARGEST_LIST >> 20)));
    let (name, bytes) = received(request, most).await?;
    let openids = column(rows(&office.reader, &name, bytes).await?);
    let roster = office.ledger.freeze_list(&actor, &account, (&name, openids)).await?;
    Ok(Json(office.ready(&actor, &sender, roster).await?))
}

/// Whom a plan is for.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum PlanAudience {
    /// Everybody who follows the account.
    Everyone,
    /// Who has a tag.
    Tag { tag: i64 },
    /// Who was frozen.
    Roll { roll: String },
}

/// What an approver saw, and for whom and when it is to go out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPlan {
    draft: String,
    digest: String,
    audience: PlanAudience,
    /// None: at once.
    scheduled_at: Option<String>,
    /// Whether the same may go out again within a day.
    #[serde(default)]
    again: bool,
    /// The plan of the same version of which nothing went out: this one takes its place.
    instead_of: Option<String>,
}

/// The id of a new plan.
#[derive(Serialize, ToSchema)]
pub(super) struct PlanId {
    id: String,
}

/// Approves a plan: from here on it goes out by itself.
#[utoipa::path(post, path = "/api/v1/push/plans", tag = "push", request_body = NewPlan,
    responses((status = 200, body = PlanId)))]
pub(super) async fn approve(
    State(office): State<Office>,
    Staff(actor): Staff,
    Input(wanted): Input<NewPlan>,
) -> Result<Json<PlanId>, Failure> {
    let approved = office.approved(&wanted.draft).await?;
    if approved.digest != wanted.digest {
        let why = "内容在您查看之后又改过，请重新查看再批准";
        return Err(Problem::new(Code::Conflict, "这篇推文").because(why).into());
    }
    approved.authors.iter().try_for_each(|author| actor.must_be_another_than(author))?;
    let sender = office.sender(&approved.account)?;
    let time = |text: &String| Timestamp::from_utc_text(text).ok_or_else(|| Problem::new(Code::BadRequest, "发送时间"));
    let scheduled_at = wanted.scheduled_at.as_ref().map(time).transpose()?;
    let (audience, whom) = office.audience(&sender, wanted.audience).await?;
    let instead_of = wanted.instead_of.as_deref().map(plan_id).transpose()?;
    let preparing = office.preparing();
    let what = (approved.digest.as_str(), &approved.body);
    let content = preparing.prepare(&sender.account, &approved.origin(), what).await?;
    let articles = match &approved.body {
        Body::Articles { articles } => articles.iter().map(|part| part.article.clone()).collect(),
        _ => Vec::new(),
    };
    let scheduled_at = match scheduled_at {
        Some(at) => at,
        None => office.ledger.now().await?,
    };
    let draft = Draft {
        origin: approved.origin(),
        articles,
        seen: ContentHash::of(&content),
        content,
        audience,
        whom,
        authors: approved.authors,
        scheduled_at,
        again: wanted.again,
        instead_of,
    };
    let id = office.ledger.approve(&actor, &sender, draft).await?;
    Ok(Json(PlanId { id: id.uuid().to_string() }))
}

impl Office {
    /// An account as it sends.
    pub(super) fn sender(&self, account: &str) -> Result<Sender, Problem> {
        let found = self.accounts.get(account);
        let found = found.ok_or_else(|| Problem::new(Code::NotFound, format!("公众号 {account}")))?;
        Ok(Sender::from(&**found))
    }

    /// A roll that can be sent to: where the account may not send by list, its followers have a tag of their own.
    async fn ready(&self, actor: &Actor, sender: &Sender, roster: Roster) -> kernel::Result<PlanRoll> {
        if !sender.by_list {
            self.ledger.tag_roll(actor, &sender.account, &roster).await?;
        }
        Ok(roster.into())
    }

    async fn approved(&self, draft: &str) -> kernel::Result<draft::Approved> {
        let id = Id::parse(draft).ok_or_else(|| Problem::new(Code::NotFound, "这篇推文"))?;
        self.drafting().approved(id).await
    }

    /// The tags that WeChat knows of an account.
    async fn tags(&self, sender: &Sender) -> Result<Vec<PlanTag>, Problem> {
        let client = self.clients.get(&sender.account).filter(|_| sender.by_tag);
        let Some(client) = client else { return Ok(Vec::new()) };
        let tags = client.tags().await.map_err(|error| crate::desk::refused("标签", &error))?;
        let tag = |tag: wechat::wire::user::Tag| {
            Some(PlanTag { id: tag.id?, name: tag.name.unwrap_or_default(), count: tag.count.unwrap_or_default() })
        };
        Ok(tags.into_iter().filter_map(tag).collect())
    }

    async fn audience(&self, sender: &Sender, wanted: PlanAudience) -> Result<(Audience, Whom), Problem> {
        let told = |told: String, people| Whom { told, people };
        Ok(match wanted {
            PlanAudience::Everyone => (Audience::Everyone, told("全部关注者".to_owned(), None)),
            PlanAudience::Tag { tag } => {
                let found = self.tags(sender).await?.into_iter().find(|known| known.id == tag);
                let found = found.ok_or_else(|| Problem::new(Code::NotFound, "这个标签"))?;
                (Audience::Tag(tag), told(format!("标签“{}”", found.name), Some(found.count)))
            }
            PlanAudience::Roll { roll } => {
                let roll = Id::parse(&roll).ok_or_else(|| Problem::new(Code::NotFound, "这份名单"))?;
                (Audience::Roll(roll), told(String::new(), None))
            }
        })
    }
}
