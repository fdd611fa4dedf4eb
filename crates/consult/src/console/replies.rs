//! `/api/v1/conversations/{id}/replies` and what helps to write them.

use std::convert::Infallible;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use catalogue::{Asked, PublicId};
use futures::Stream;
use kernel::{Code, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Inputs, Staff};

use super::conversations::ConversationMessage;
use super::pages::SitePage;
use super::{Desk, NewId, id};
use crate::Faq;
use crate::desk::{Canned, Reply};
use crate::switchboard::Change;

const CONVERSATION: &str = "这次咨询";
/// Records that are offered to be attached.
const OFFERED: u32 = 20;

/// A reply as it is written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReply {
    /// A key of the writer's: sent again under the same key, it is written once.
    key: String,
    text: String,
    /// The public id of a record whose page is given.
    #[serde(default)]
    #[schema(required)]
    record: Option<String>,
    /// A frequent question whose answer is given.
    #[serde(default)]
    #[schema(required)]
    faq: Option<String>,
    /// A page of the readers' site that is given, as it was listed.
    #[serde(default)]
    #[schema(required)]
    page: Option<SitePage>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNote {
    key: String,
    text: String,
}

/// A frequent question made out of a conversation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MadeFaq {
    question: String,
    category: String,
    answer: String,
    #[serde(default)]
    variants: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct FaqId {
    faq: String,
}

#[derive(Serialize, ToSchema)]
struct Answerer {
    name: String,
    open: i64,
    /// Until when they are on duty; none if they are not.
    #[schema(required)]
    on_duty_until: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct AnswererList {
    items: Vec<Answerer>,
}

#[derive(Serialize, ToSchema)]
struct AttachableRecord {
    id: String,
    title: String,
    code: String,
    dates: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct AttachableRecords {
    items: Vec<AttachableRecord>,
}

#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AskedRecords {
    q: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct CannedReply {
    id: String,
    title: String,
    text: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct CannedReplies {
    items: Vec<CannedReply>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CannedDraft {
    title: String,
    text: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct FilledText {
    text: String,
}

#[derive(Deserialize, Default, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ForConversation {
    #[expect(dead_code, reason = "the texts say the same to every reader")]
    conversation: Option<String>,
}

/// Writes a reply.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/replies", tag = "conversations",
    params(("id" = String, Path)), request_body = NewReply, responses((status = 200, body = ConversationMessage)))]
pub(super) async fn reply(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Input(new): Input<NewReply>,
) -> Result<Json<ConversationMessage>, Failure> {
    if new.key.is_empty() || new.key.len() > 64 {
        return Err(Problem::new(Code::BadRequest, "答复的编号").into());
    }
    let id = id(&text, CONVERSATION)?;
    let (mut text, mut kind) = (new.text.trim().to_owned(), "text");
    if let Some(record) = &new.record {
        kind = "record";
        text = joined(&text, &desk.record_text(record).await?);
    }
    if let Some(faq) = &new.faq {
        kind = "faq";
        text = joined(&text, &desk.faq_text(faq).await?);
    }
    if let Some(page) = &new.page {
        kind = "link";
        text = joined(&text, &desk.page_text(page).await?);
    }
    let said = desk.conversations.reply(&actor, id, &Reply { key: new.key, text, kind }).await?;
    Ok(Json(said.into()))
}

fn joined(one: &str, other: &str) -> String {
    if one.is_empty() { other.to_owned() } else { format!("{one}\n{other}") }
}

impl Desk {
    /// A record as it is named in a reply. Only what everybody may see can be found here.
    async fn record_text(&self, public_id: &str) -> Result<String, Failure> {
        let absent = || Problem::new(Code::NotFound, "这条档案");
        let id = PublicId::parse(public_id).ok_or_else(absent)?;
        let found = self.catalogue.saved(&[id]).await?.into_iter().next().ok_or_else(absent)?;
        Ok(format!("《{}》\n{}/records/{public_id}", found.place.title, self.site))
    }

    async fn faq_text(&self, faq: &str) -> Result<String, Failure> {
        let wanted = id(faq, "这个问题")?;
        let found = self.answers.faqs().await?.into_iter().find(|kept| kept.id == wanted);
        let found = found.ok_or_else(|| Problem::new(Code::NotFound, "这个问题"))?;
        Ok(self.filled(&found.item.answer))
    }

    /// A text with its places filled in, its links as plain addresses: staff see what the reader gets.
    fn filled(&self, text: &str) -> String {
        self.conversations.wording.plain_text(text, &self.site, self.clock.now())
    }

    /// Who may answer readers, by name.
    pub(super) async fn answerer(&self, name: &str) -> Result<String, Failure> {
        let all = self.answerers().await?;
        let known = all.into_iter().find(|known| known == name);
        let why = "没有这个账号，或者它没有答复读者的权限";
        Ok(known.ok_or_else(|| Problem::new(Code::BadRequest, format!("账号 {name}")).because(why))?)
    }

    async fn answerers(&self) -> kernel::Result<Vec<String>> {
        self.conversations.answerers().await
    }
}

/// Sends a reply again.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/replies/{message}/retry", tag = "conversations",
    params(("id" = String, Path), ("message" = String, Path)), responses((status = 200, body = ConversationMessage)))]
pub(super) async fn retry(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path((text, message)): Path<(String, String)>,
) -> Result<Json<ConversationMessage>, Failure> {
    let said = desk.conversations.retry(&actor, id(&text, CONVERSATION)?, id(&message, "这条答复")?).await?;
    Ok(Json(said.into()))
}

/// Writes a note that only staff see.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/notes", tag = "conversations", params(("id" = String, Path)),
    request_body = NewNote, responses((status = 200, body = ConversationMessage)))]
pub(super) async fn note(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Input(NewNote { key, text: noted }): Input<NewNote>,
) -> Result<Json<ConversationMessage>, Failure> {
    let said = desk.conversations.note(&actor, id(&text, CONVERSATION)?, &key, &noted).await?;
    Ok(Json(said.into()))
}

/// Makes a frequent question out of what was asked and answered.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/faq", tag = "conversations", params(("id" = String, Path)),
    request_body = MadeFaq, responses((status = 200, body = FaqId)))]
pub(super) async fn make_faq(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Input(made): Input<MadeFaq>,
) -> Result<Json<FaqId>, Failure> {
    desk.conversations.view(&actor, id(&text, CONVERSATION)?).await?;
    let category = Some(made.category.trim().to_owned()).filter(|category| !category.is_empty());
    let faq = Faq {
        category: category.unwrap_or_else(|| "其他".to_owned()),
        question: made.question.trim().to_owned(),
        variants: made.variants,
        answer: made.answer.trim().to_owned(),
        ..Faq::default()
    };
    let id = desk.answers.add_faq(&actor, &faq, true).await?;
    Ok(Json(FaqId { faq: id.uuid().to_string() }))
}

/// Who may answer readers, and how many conversations each has.
#[utoipa::path(get, path = "/api/v1/consultation/staff", tag = "conversations",
    responses((status = 200, body = AnswererList)))]
pub(super) async fn staff(State(desk): State<Desk>) -> Result<Json<AnswererList>, Failure> {
    let held = desk.conversations.held().await?;
    let open = |name: &str| held.iter().find(|(held, _)| held == name).map_or(0, |(_, open)| *open);
    let on_duty = desk.conversations.on_duty().await?;
    let until = |name: &str| on_duty.iter().find(|one| one.name == name).map(|one| one.until.utc_text());
    let shown = |name: String| Answerer { open: open(&name), on_duty_until: until(&name), name };
    Ok(Json(AnswererList { items: desk.answerers().await?.into_iter().map(shown).collect() }))
}

/// Open records to be given to a reader.
#[utoipa::path(get, path = "/api/v1/consultation/records", tag = "conversations", params(AskedRecords),
    responses((status = 200, body = AttachableRecords)))]
pub(super) async fn records(
    State(desk): State<Desk>,
    Inputs(AskedRecords { q }): Inputs<AskedRecords>,
) -> Result<Json<AttachableRecords>, Failure> {
    let answer = desk.catalogue.find(&Asked::typed(q.as_deref().unwrap_or_default(), OFFERED)).await?;
    let items = answer.items.into_iter().map(|item| AttachableRecord {
        id: item.url.rsplit('/').next().unwrap_or_default().to_owned(),
        title: item.title,
        code: item.reference_code,
        dates: item.dates.as_deref().map(web::date_text).unwrap_or_default(),
    });
    Ok(Json(AttachableRecords { items: items.collect() }))
}

/// Canned replies.
#[utoipa::path(get, path = "/api/v1/canned", tag = "conversations", responses((status = 200, body = CannedReplies)))]
pub(super) async fn canned(State(desk): State<Desk>) -> Result<Json<CannedReplies>, Failure> {
    let shown = |Canned { id, title, text }| CannedReply { id: id.uuid().to_string(), title, text };
    Ok(Json(CannedReplies { items: desk.conversations.canned().await?.into_iter().map(shown).collect() }))
}

/// Adds a canned reply.
#[utoipa::path(post, path = "/api/v1/canned", tag = "conversations", request_body = CannedDraft,
    responses((status = 200, body = NewId)))]
pub(super) async fn add_canned(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Input(CannedDraft { title, text }): Input<CannedDraft>,
) -> Result<Json<NewId>, Failure> {
    let id = desk.conversations.put_canned(&actor, None, &title, &text).await?;
    Ok(Json(NewId { id: id.uuid().to_string() }))
}

/// Writes a canned reply anew.
#[utoipa::path(put, path = "/api/v1/canned/{id}", tag = "conversations", params(("id" = String, Path)),
    request_body = CannedDraft, responses((status = 204)))]
pub(super) async fn put_canned(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path(which): Path<String>,
    Input(CannedDraft { title, text }): Input<CannedDraft>,
) -> Result<StatusCode, Failure> {
    desk.conversations.put_canned(&actor, Some(id(&which, "这条快捷答复")?), &title, &text).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a canned reply.
#[utoipa::path(delete, path = "/api/v1/canned/{id}", tag = "conversations", params(("id" = String, Path)),
    responses((status = 204)))]
pub(super) async fn remove_canned(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path(which): Path<String>,
) -> Result<StatusCode, Failure> {
    desk.conversations.remove_canned(&actor, id(&which, "这条快捷答复")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A canned reply with its places filled in.
#[utoipa::path(get, path = "/api/v1/canned/{id}/filled", tag = "conversations",
    params(("id" = String, Path), ForConversation), responses((status = 200, body = FilledText)))]
pub(super) async fn filled(
    State(desk): State<Desk>,
    Path(which): Path<String>,
    Inputs(_): Inputs<ForConversation>,
) -> Result<Json<FilledText>, Failure> {
    let wanted = id(&which, "这条快捷答复")?;
    let found = desk.conversations.canned().await?.into_iter().find(|canned| canned.id == wanted);
    let found = found.ok_or_else(|| Problem::new(Code::NotFound, "这条快捷答复"))?;
    Ok(Json(FilledText { text: desk.filled(&found.text) }))
}

/// What changes, as it changes: server-sent events `change` with the id of a conversation, and whether it was escalated by
/// that.
#[utoipa::path(get, path = "/api/v1/conversations/stream", tag = "conversations",
    responses((status = 200, body = String, content_type = "text/event-stream")))]
pub(super) async fn stream(State(desk): State<Desk>) -> Sse<impl Stream<Item = Result<Event, Infallible>> + Send> {
    let changes = desk.conversations.switchboard.watch();
    let events = futures::stream::unfold((changes, desk.tasks), async |(mut changes, tasks)| {
        let told = tokio::select! {
            () = tasks.stopping() => return None,
            told = changes.recv() => told,
        };
        let data = match told {
            Ok(Change { id, escalated }) => json!({ "id": id.uuid().to_string(), "escalated": escalated }),
            // Whoever fell behind reads everything anew.
            Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => json!({ "id": null, "escalated": false }),
            Err(tokio::sync::broadcast::error::RecvError::Closed) => return None,
        };
        let event = Event::default().event("change").data(data.to_string());
        Some((Ok(event), (changes, tasks)))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
