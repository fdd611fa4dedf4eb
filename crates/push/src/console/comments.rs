//! `/api/v1/push/articles/{id}/comments`: what readers wrote below an article that went out.

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
use wechat::client::{CommentAct, CommentKind};

use super::Office;
use crate::{Comments, Remark, RemarkId};

/// Which comments are wanted.
#[derive(Deserialize, Clone, Copy, Default, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ArticleCommentKind {
    /// All of them.
    #[default]
    All,
    /// Those that are not public.
    Ordinary,
    /// Those that are.
    Elected,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AskedComments {
    #[serde(default)]
    #[param(inline)]
    kind: ArticleCommentKind,
    /// Where an earlier page ended.
    from: Option<String>,
}

/// The account's answer to a comment.
#[derive(Serialize, ToSchema)]
struct ArticleCommentReply {
    text: String,
    at: String,
}

#[derive(Serialize, ToSchema)]
struct ArticleComment {
    id: String,
    /// As staff call followers; nothing if WeChat does not tell.
    #[schema(required)]
    who: Option<String>,
    at: String,
    /// Without personal numbers.
    text: String,
    /// The kinds of personal numbers in it: with any it cannot be made public.
    holds: Vec<&'static str>,
    is_elected: bool,
    #[schema(required)]
    reply: Option<ArticleCommentReply>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct ArticleComments {
    title: String,
    items: Vec<ArticleComment>,
    /// Where the older ones go on.
    #[schema(required)]
    next: Option<String>,
    /// Whether readers may comment, as staff last decided here; nothing: as it was sent.
    #[schema(required)]
    is_open: Option<bool>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CommentsOpened {
    is_open: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CommentElected {
    is_elected: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CommentReplied {
    /// At most 300 characters.
    text: String,
}

pub(super) fn routes() -> OpenApiRouter<Office> {
    let answerers = |routes| needs(Permission::AnswerReaders, routes);
    OpenApiRouter::new()
        .routes(needs(Permission::WriteArticles, routes!(list)))
        .routes(needs(Permission::ApprovePushes, routes!(open)))
        .routes(answerers(routes!(remove)))
        .routes(answerers(routes!(elect)))
        .routes(answerers(routes!(reply, remove_reply)))
}

impl Office {
    fn comments(&self) -> Comments {
        Comments::new(self.ground.clone(), self.clients.clone())
    }
}

/// Comments of an article, the newest first, as WeChat has them now.
#[utoipa::path(get, path = "/api/v1/push/articles/{id}/comments", tag = "push",
    params(("id" = String, Path), AskedComments), responses((status = 200, body = ArticleComments)))]
async fn list(
    State(office): State<Office>,
    Path(id): Path<String>,
    Inputs(asked): Inputs<AskedComments>,
) -> Result<Json<ArticleComments>, Failure> {
    let kind = match asked.kind {
        ArticleCommentKind::All => CommentKind::All,
        ArticleCommentKind::Ordinary => CommentKind::Ordinary,
        ArticleCommentKind::Elected => CommentKind::Elected,
    };
    let page = office.comments().list(&id, kind, asked.from.as_deref()).await?;
    let items = page.items.into_iter().map(ArticleComment::from).collect();
    Ok(Json(ArticleComments { title: page.title, items, next: page.next, is_open: page.is_open }))
}

/// Lets readers comment on an article, or no longer.
#[utoipa::path(put, path = "/api/v1/push/articles/{id}/comments/open", tag = "push", params(("id" = String, Path)),
    request_body = CommentsOpened, responses((status = 204)))]
async fn open(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(id): Path<String>,
    Input(opened): Input<CommentsOpened>,
) -> Result<StatusCode, Failure> {
    office.comments().open(&actor, &id, opened.is_open).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a comment for good.
#[utoipa::path(delete, path = "/api/v1/push/articles/{id}/comments/{comment}", tag = "push",
    params(("id" = String, Path), ("comment" = String, Path)), responses((status = 204)))]
async fn remove(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path((id, comment)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    office.comments().act(&actor, &id, remark_id(&comment)?, CommentAct::Delete).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a comment public (精选), or takes that back.
#[utoipa::path(put, path = "/api/v1/push/articles/{id}/comments/{comment}/elected", tag = "push",
    params(("id" = String, Path), ("comment" = String, Path)), request_body = CommentElected,
    responses((status = 204)))]
async fn elect(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path((id, comment)): Path<(String, String)>,
    Input(elected): Input<CommentElected>,
) -> Result<StatusCode, Failure> {
    let act = if elected.is_elected { CommentAct::Elect } else { CommentAct::Unelect };
    office.comments().act(&actor, &id, remark_id(&comment)?, act).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replies to a comment.
#[utoipa::path(put, path = "/api/v1/push/articles/{id}/comments/{comment}/reply", tag = "push",
    params(("id" = String, Path), ("comment" = String, Path)), request_body = CommentReplied,
    responses((status = 204)))]
async fn reply(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path((id, comment)): Path<(String, String)>,
    Input(replied): Input<CommentReplied>,
) -> Result<StatusCode, Failure> {
    office.comments().reply(&actor, &id, remark_id(&comment)?, &replied.text).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes the reply to a comment.
#[utoipa::path(delete, path = "/api/v1/push/articles/{id}/comments/{comment}/reply", tag = "push",
    params(("id" = String, Path), ("comment" = String, Path)), responses((status = 204)))]
async fn remove_reply(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path((id, comment)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    office.comments().act(&actor, &id, remark_id(&comment)?, CommentAct::DeleteReply).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn remark_id(text: &str) -> Result<RemarkId, Problem> {
    RemarkId::parse(text).ok_or_else(|| Problem::new(Code::NotFound, "这条留言"))
}

impl From<Remark> for ArticleComment {
    fn from(remark: Remark) -> Self {
        let Remark { id, who, at, text, holds, is_elected, reply } = remark;
        let reply = reply.map(|(text, at)| ArticleCommentReply { text, at: at.utc_text() });
        Self { id: id.to_string(), who, at: at.utc_text(), text, holds, is_elected, reply }
    }
}
