//! `/api/v1/conversations/{id}/messages/{message}/file`: what a reader sent.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse as _, Response};
use kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::Failure;
use web::api::Staff;

use super::{Desk, id};
use crate::file::{FileKind, FileState, MediaType, SentFile};

/// A file beside a message.
#[derive(Serialize, ToSchema)]
pub(super) struct MessageFile {
    kind: FileKind,
    state: FileState,
    state_label: String,
    /// Why it is refused or gone, and what to do.
    #[schema(required)]
    told: Option<String>,
    /// By its own bytes: `image/jpeg`, `image/png`, `image/gif`, `audio/amr`, `audio/mpeg` or `video/mp4`.
    #[schema(required)]
    media_type: Option<&'static str>,
    #[schema(required)]
    bytes: Option<i64>,
    /// The name to save it under.
    #[schema(required)]
    name: Option<String>,
}

impl MessageFile {
    pub(super) fn of(file: SentFile, sent_at: Timestamp) -> Self {
        Self {
            name: file.file_name(sent_at).filter(|_| file.state == FileState::Kept),
            kind: file.kind,
            state: file.state,
            state_label: file.state.label().to_owned(),
            told: file.told,
            media_type: file.media_type.map(MediaType::name),
            bytes: file.bytes,
        }
    }
}

/// The file of a message, as the reader sent it. Each opening is written into the audit log.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/messages/{message}/file", tag = "conversations",
    params(("id" = String, Path), ("message" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream")))]
pub(super) async fn open(
    State(desk): State<Desk>,
    Staff(actor): Staff,
    Path((conversation, message)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (of, message) = (id(&conversation, "这次咨询")?, id(&message, "这条消息")?);
    let opened = desk.files.open(&actor, of, message).await?;
    // The type is derived from the bytes, and nothing in them acts: neither a script nor a page inside another.
    let headers = [
        (CONTENT_TYPE, opened.media_type.name().to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (CONTENT_DISPOSITION, web::disposition(false, &opened.name)),
    ];
    Ok((headers, opened.content).into_response())
}
