//! What reviewers say about a draft.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Staff};

use super::{DraftHand, DraftId, draft_id, id};
use crate::console::Office;
use crate::draft::{Comment, Spot};

/// A comment.
#[derive(Serialize, ToSchema)]
struct DraftComment {
    id: String,
    /// The version it was made on.
    version: i64,
    /// The article it is about, from 0; none: the whole draft.
    #[schema(required)]
    article: Option<i64>,
    /// The block it is about, from 0; none: the whole article.
    #[schema(required)]
    block: Option<i64>,
    /// How that began when it was said.
    about: String,
    text: String,
    said: DraftHand,
    /// Who resolved it, and when; none if it is open.
    #[schema(required)]
    resolved: Option<DraftHand>,
}

#[derive(Serialize, ToSchema)]
pub(in crate::console) struct DraftComments {
    items: Vec<DraftComment>,
}

/// A comment as it is made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct NewDraftComment {
    text: String,
    #[serde(default)]
    #[schema(required)]
    article: Option<i64>,
    #[serde(default)]
    #[schema(required)]
    block: Option<i64>,
}

/// Whether a comment is resolved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct DraftCommentResolved {
    resolved: bool,
}

impl From<Comment> for DraftComment {
    fn from(comment: Comment) -> Self {
        Self {
            id: comment.id.uuid().to_string(),
            version: comment.version,
            article: comment.spot.article,
            block: comment.spot.block,
            about: comment.about,
            text: comment.text,
            said: comment.said.into(),
            resolved: comment.resolved.map(DraftHand::from),
        }
    }
}

/// The comments on a draft.
#[utoipa::path(get, path = "/api/v1/push/drafts/{id}/comments", tag = "push", params(("id" = String, Path)),
    responses((status = 200, body = DraftComments)))]
pub(super) async fn list(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<Json<DraftComments>, Failure> {
    let comments = office.drafting().comments(&actor, draft_id(&text)?).await?;
    Ok(Json(DraftComments { items: comments.into_iter().map(DraftComment::from).collect() }))
}

/// Says something about a draft.
#[utoipa::path(post, path = "/api/v1/push/drafts/{id}/comments", tag = "push", params(("id" = String, Path)),
    request_body = NewDraftComment, responses((status = 200, body = DraftId)))]
pub(super) async fn add(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(which): Path<String>,
    Input(NewDraftComment { text, article, block }): Input<NewDraftComment>,
) -> Result<Json<DraftId>, Failure> {
    let spot = Spot { article, block };
    let id = office.drafting().comment(&actor, draft_id(&which)?, (spot, &text)).await?;
    Ok(Json(DraftId { id: id.uuid().to_string() }))
}

/// Notes that a comment is resolved, or is not.
#[utoipa::path(put, path = "/api/v1/push/drafts/{id}/comments/{comment}/resolved", tag = "push",
    params(("id" = String, Path), ("comment" = String, Path)), request_body = DraftCommentResolved,
    responses((status = 204)))]
pub(super) async fn resolve(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path((text, comment)): Path<(String, String)>,
    Input(DraftCommentResolved { resolved }): Input<DraftCommentResolved>,
) -> Result<StatusCode, Failure> {
    let comment = id(&comment, "这条意见")?;
    office.drafting().resolve(&actor, draft_id(&text)?, (comment, resolved)).await?;
    Ok(StatusCode::NO_CONTENT)
}
