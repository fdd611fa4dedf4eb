//! `/api/v1/conversations`: the inbox of consultation.

use account::{Interaction, OpenWindow};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Inputs, Size, Sort, Staff};

use super::files::MessageFile;
use super::{Desk, id};
use crate::conversation::{Channel, Delivery, Speaker};
use crate::desk::{Filter, View};
use crate::store::conversation::Column;
use crate::{Conversation as Held, Handling, Message as HeldMessage};

const CONVERSATION: &str = "这次咨询";

/// What staff call a reader.
#[derive(Serialize, ToSchema)]
struct ConversationReader {
    name: String,
    /// Tells readers of the same name apart.
    tag: String,
}

/// The window in which the reader can be written to.
#[derive(Serialize, ToSchema)]
struct ConversationWindow {
    open: bool,
    messages_left: i64,
    #[schema(required)]
    until: Option<String>,
    #[schema(required)]
    kind: Option<WindowKind>,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum WindowKind {
    Message,
    Act,
}

/// Where a conversation stands, seen by whoever looks.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ConversationState {
    Bot,
    Waiting,
    Mine,
    Taken,
    Closed,
}

/// A conversation.
#[derive(Serialize, ToSchema)]
pub(super) struct Conversation {
    id: String,
    account: String,
    reader: ConversationReader,
    state: ConversationState,
    #[schema(required)]
    assigned_to: Option<String>,
    last_text: String,
    last_at: String,
    unread: i64,
    window: ConversationWindow,
    #[schema(required)]
    due_at: Option<String>,
    overdue: bool,
    /// Whether nobody answered for so long that it was escalated.
    escalated: bool,
    channel: Channel,
    #[schema(required)]
    satisfaction: Option<i64>,
    #[schema(required)]
    topic: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct ConversationCounts {
    waiting: i64,
    mine: i64,
    taken: i64,
    bot: i64,
    closed: i64,
}

#[derive(Serialize, ToSchema)]
pub(super) struct ConversationPage {
    items: Vec<Conversation>,
    total: i64,
    counts: ConversationCounts,
}

/// Something that was said.
#[derive(Serialize, ToSchema)]
pub(super) struct ConversationMessage {
    id: String,
    at: String,
    from: Speaker,
    #[schema(required)]
    by: Option<String>,
    kind: String,
    text: String,
    #[schema(required)]
    url: Option<String>,
    #[schema(required)]
    state: Option<DeliveryState>,
    #[schema(required)]
    told: Option<String>,
    /// The key its writer gave it.
    #[schema(required)]
    key: Option<String>,
    /// Whether the reader wrote it on the site.
    from_site: bool,
    /// What the reader sent along.
    #[schema(required)]
    file: Option<MessageFile>,
}

/// How far a reply has come.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum DeliveryState {
    Waiting,
    Sent,
    Failed,
    Unknown,
}

#[derive(Serialize, ToSchema)]
struct PastConversation {
    id: String,
    at: String,
    #[schema(required)]
    topic: Option<String>,
    text: String,
}

#[derive(Serialize, ToSchema)]
struct ReaderScan {
    scene: String,
    at: String,
}

/// What is known of a reader.
#[derive(Serialize, ToSchema)]
struct ReaderCard {
    name: String,
    #[schema(required)]
    followed_at: Option<String>,
    #[schema(required)]
    scene: Option<String>,
    conversations: i64,
    past: Vec<PastConversation>,
    scans: Vec<ReaderScan>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct ConversationView {
    conversation: Conversation,
    messages: Vec<ConversationMessage>,
    #[schema(required)]
    earlier: Option<String>,
    reader: ReaderCard,
    /// Others who have it open.
    here: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct EarlierMessages {
    items: Vec<ConversationMessage>,
    #[schema(required)]
    earlier: Option<String>,
}

/// Which conversations are wanted.
#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedConversations {
    /// `waiting`, `mine`, `taken`, `bot`, `closed` or `all`.
    state: Option<String>,
    q: Option<String>,
    account: Option<String>,
    /// `waiting` (who waits longest first), `last`, with `-` before it for descending; `-last` if nothing is said, `waiting`
    /// where those who wait are asked for.
    #[param(value_type = Option<String>)]
    sort: Option<Sort>,
    page: Option<i64>,
    #[param(value_type = Option<i64>)]
    size: Option<Size>,
}

/// What the list can be ordered by.
const COLUMNS: [(&str, Column); 2] = [("waiting", Column::Waiting), ("last", Column::Last)];

#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Before {
    /// The message before which they are wanted.
    before: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Assignee {
    name: String,
}

/// A question that came by telephone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TelephoneQuestion {
    #[expect(dead_code, reason = "always the telephone, by now")]
    channel: Channel,
    name: String,
    /// Where to call back; kept in the first note.
    #[schema(required)]
    telephone: Option<String>,
    text: String,
    #[schema(required)]
    answer: Option<String>,
}

impl Desk {
    async fn shown(&self, actor: &str, held: Held) -> kernel::Result<Conversation> {
        self.shown_by(actor, held, &self.conversations.handling().await?).await
    }

    async fn shown_by(&self, actor: &str, held: Held, handling: &Handling) -> kernel::Result<Conversation> {
        let window = self.conversations.window(&held).await?;
        let due = self.conversations.due(&held, handling);
        Ok(shown(actor, held, window, due.map(|due| (due, self.clock.now()))))
    }
}

fn shown(actor: &str, held: Held, window: Option<OpenWindow>, due: Option<(Timestamp, Timestamp)>) -> Conversation {
    let state = match held.state {
        crate::State::Bot => ConversationState::Bot,
        crate::State::Waiting => ConversationState::Waiting,
        crate::State::Taken if held.assigned_to.as_deref() == Some(actor) => ConversationState::Mine,
        crate::State::Taken => ConversationState::Taken,
        crate::State::Closed => ConversationState::Closed,
    };
    let escalated = held.is_escalated();
    let tag = held.id.uuid().simple().to_string().chars().rev().take(4).collect();
    let kind = window.map(|window| match window.kind {
        Interaction::Message => WindowKind::Message,
        Interaction::Act => WindowKind::Act,
    });
    Conversation {
        id: held.id.uuid().to_string(),
        account: held.follower.map(|(account, _)| account).unwrap_or_default(),
        reader: ConversationReader { name: held.reader_name, tag },
        state,
        assigned_to: held.assigned_to,
        last_text: held.last_text,
        last_at: held.last_at.utc_text(),
        unread: held.unread,
        window: ConversationWindow {
            open: window.is_some(),
            messages_left: window.map_or(0, |window| window.left),
            until: window.map(|window| window.until.utc_text()),
            kind,
        },
        due_at: due.map(|(due, _)| due.utc_text()),
        overdue: due.is_some_and(|(due, now)| due < now),
        escalated,
        channel: held.channel,
        satisfaction: held.satisfaction,
        topic: held.topic,
    }
}

impl From<HeldMessage> for ConversationMessage {
    fn from(held: HeldMessage) -> Self {
        Self {
            id: held.id.uuid().to_string(),
            at: held.at.utc_text(),
            from: held.speaker,
            by: held.staff,
            kind: held.kind,
            text: held.text,
            url: held.url,
            state: held.delivery.map(|delivery| match delivery {
                Delivery::Waiting | Delivery::Sending => DeliveryState::Waiting,
                Delivery::Sent => DeliveryState::Sent,
                Delivery::Failed => DeliveryState::Failed,
                Delivery::Unknown => DeliveryState::Unknown,
            }),
            told: held.told,
            key: held.client_key,
            from_site: held.from_site,
            file: held.file.map(|file| MessageFile::of(file, held.at)),
        }
    }
}

/// Conversations, and how many there are of each kind.
#[utoipa::path(get, path = "/api/v1/conversations", tag = "conversations", params(WantedConversations),
    responses((status = 200, body = ConversationPage)))]
pub(super) async fn list(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Inputs(wanted): Inputs<WantedConversations>,
) -> Result<Json<ConversationPage>, Failure> {
    let filter = wanted.state.as_deref().and_then(Filter::named).unwrap_or(Filter::All);
    let size = wanted.size.unwrap_or_default().get();
    let from = (wanted.page.unwrap_or(1).max(1) - 1).saturating_mul(size);
    let account = wanted.account.filter(|account| !account.is_empty());
    let order = wanted.sort.map(|sort| sort.by(&COLUMNS)).transpose()?;
    let (held, total) = desk.conversations.list(&actor, &filter, (wanted.q, account), (order, (from, size))).await?;
    let [waiting, mine, taken, bot, closed] = desk.conversations.counts(&actor).await?;
    let windows = desk.conversations.windows(&held).await?;
    let (handling, now) = (desk.conversations.handling().await?, desk.clock.now());
    let item = |one: Held| {
        let (window, due) = (windows.get(&one.id).copied(), desk.conversations.due(&one, &handling));
        shown(actor.name(), one, window, due.map(|due| (due, now)))
    };
    let items = held.into_iter().map(item).collect();
    Ok(Json(ConversationPage { items, total, counts: ConversationCounts { waiting, mine, taken, bot, closed } }))
}

/// One conversation with its last messages.
#[utoipa::path(get, path = "/api/v1/conversations/{id}", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = ConversationView)))]
pub(super) async fn one(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<Json<ConversationView>, Failure> {
    let id = id(&text, CONVERSATION)?;
    let View { conversation, messages, earlier, window, past, scene, came } =
        desk.conversations.view(&actor, id).await?;
    let handling = desk.conversations.handling().await?;
    let due = desk.conversations.due(&conversation, &handling).map(|due| (due, desk.clock.now()));
    let first = messages.first().map(|message| message.id.uuid().to_string());
    let card = ReaderCard {
        name: conversation.reader_name.clone(),
        followed_at: came.followed_at.map(Timestamp::utc_text),
        scene,
        conversations: i64::try_from(past.len()).unwrap_or(0) + 1,
        past: past
            .into_iter()
            .map(|one| PastConversation {
                id: one.id.uuid().to_string(),
                at: one.opened_at.utc_text(),
                topic: one.topic,
                text: one.last_text,
            })
            .collect(),
        scans: came.scans.into_iter().map(|(at, scene)| ReaderScan { scene, at: at.utc_text() }).collect(),
    };
    Ok(Json(ConversationView {
        conversation: shown(actor.name(), conversation, window, due),
        messages: messages.into_iter().map(ConversationMessage::from).collect(),
        earlier: first.filter(|_| earlier),
        reader: card,
        here: desk.watchers.others(id, actor.name(), desk.clock.now()),
    }))
}

/// Messages before one.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/messages", tag = "conversations",
    params(("id" = String, Path), Before), responses((status = 200, body = EarlierMessages)))]
pub(super) async fn messages(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Inputs(Before { before }): Inputs<Before>,
) -> Result<Json<EarlierMessages>, Failure> {
    let (held, earlier) =
        desk.conversations.earlier(&actor, id(&text, CONVERSATION)?, id(&before, "这条消息")?).await?;
    let first = held.first().map(|message| message.id.uuid().to_string());
    let items = held.into_iter().map(ConversationMessage::from).collect();
    Ok(Json(EarlierMessages { items, earlier: first.filter(|_| earlier) }))
}

/// Takes a conversation.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/take", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = Conversation)))]
pub(super) async fn take(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<Json<Conversation>, Failure> {
    let held = desk.conversations.take(&actor, id(&text, CONVERSATION)?).await?;
    Ok(Json(desk.shown(actor.name(), held).await?))
}

/// Lets the account answer by itself again.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/hand-back", tag = "conversations",
    params(("id" = String, Path)), responses((status = 200, body = Conversation)))]
pub(super) async fn hand_back(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<Json<Conversation>, Failure> {
    let held = desk.conversations.hand_back(&actor, id(&text, CONVERSATION)?).await?;
    Ok(Json(desk.shown(actor.name(), held).await?))
}

/// Ends a conversation.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/close", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = Conversation)))]
pub(super) async fn close(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<Json<Conversation>, Failure> {
    let held = desk.conversations.close(&actor, id(&text, CONVERSATION)?).await?;
    Ok(Json(desk.shown(actor.name(), held).await?))
}

/// Goes on with a conversation that has ended.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/reopen", tag = "conversations", params(("id" = String, Path)),
    responses((status = 200, body = Conversation)))]
pub(super) async fn reopen(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<Json<Conversation>, Failure> {
    let held = desk.conversations.reopen(&actor, id(&text, CONVERSATION)?).await?;
    Ok(Json(desk.shown(actor.name(), held).await?))
}

/// Gives a conversation to somebody, or takes it over.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/assignee", tag = "conversations",
    params(("id" = String, Path)), request_body = Assignee, responses((status = 200, body = Conversation)))]
pub(super) async fn assign(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Input(Assignee { name }): Input<Assignee>,
) -> Result<Json<Conversation>, Failure> {
    let name = desk.answerer(&name).await?;
    let held = desk.conversations.assign(&actor, id(&text, CONVERSATION)?, &name).await?;
    Ok(Json(desk.shown(actor.name(), held).await?))
}

/// Writes a question down that came by telephone.
#[utoipa::path(post, path = "/api/v1/conversations", tag = "conversations", request_body = TelephoneQuestion,
    responses((status = 200, body = Conversation)))]
pub(super) async fn telephone(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Input(asked): Input<TelephoneQuestion>,
) -> Result<Json<Conversation>, Failure> {
    let answer = asked.answer.as_deref().filter(|answer| !answer.trim().is_empty());
    let held = desk.conversations.telephone(&actor, &asked.name, &asked.text, answer).await?;
    if let Some(number) = asked.telephone.as_deref().map(str::trim).filter(|number| !number.is_empty()) {
        let key = format!("telephone-{}", held.id.uuid());
        desk.conversations.note(&actor, held.id, &key, &format!("回电：{number}")).await?;
    }
    Ok(Json(desk.shown(actor.name(), held).await?))
}

/// Says that one has a conversation open, for a minute.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/present", tag = "conversations", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn present(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<StatusCode, Failure> {
    desk.watchers.note(id(&text, CONVERSATION)?, actor.name(), desk.clock.now());
    Ok(StatusCode::NO_CONTENT)
}
