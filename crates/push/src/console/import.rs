//! `/api/v1/push/import` and `/api/v1/push/export`: texts that come from outside, and articles that go there.

use axum::Json;
use axum::extract::{Request, State};
use kernel::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Failure;
use web::api::{Input, Staff, needs};

use super::Office;
use super::materials::received;
use crate::article::Block;
use crate::import::{Kind, LARGEST_DOCUMENT, LONGEST, to_markdown};

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(needs(Permission::WriteArticles, routes!(export)))
}

pub(super) fn long_routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new().routes(needs(Permission::WriteArticles, routes!(import)))
}

/// What a text from outside became.
#[derive(Serialize, ToSchema)]
pub(super) struct TextImported {
    /// Blocks of an article.
    blocks: Vec<Block>,
    /// What of it they do not hold, a sentence each.
    left_out: Vec<String>,
}

/// Reads a text from outside: a Word document (.docx), HTML or Markdown, told by its content. Its bytes are the body.
#[utoipa::path(post, path = "/api/v1/push/import", tag = "materials",
    params(("x-file-name" = String, Header, description = "percent-encoded")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = TextImported)))]
pub(super) async fn import(
    State(office): State<Office>,
    Staff(actor): Staff,
    request: Request,
) -> Result<Json<TextImported>, Failure> {
    let most = |_: &str, head: &[u8]| {
        let most = if Kind::of_content(head) == Kind::Document { LARGEST_DOCUMENT } else { LONGEST };
        Ok((most, format!("超过 {} MB，请分成几个文件", most >> 20)))
    };
    let (name, content) = received(request, most).await?;
    let read = office.materials.import(&actor, &name, content).await?;
    Ok(Json(TextImported { blocks: read.blocks, left_out: read.left_out.told() }))
}

/// Blocks that are to be written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TextWanted {
    /// Blocks of an article.
    blocks: Vec<Block>,
}

/// A text.
#[derive(Serialize, ToSchema)]
pub(super) struct TextExported {
    /// Markdown, which is read back as the same blocks.
    text: String,
}

/// Writes blocks as Markdown.
#[utoipa::path(post, path = "/api/v1/push/export", tag = "materials", request_body = TextWanted,
    responses((status = 200, body = TextExported)))]
pub(super) async fn export(Input(TextWanted { blocks }): Input<TextWanted>) -> Json<TextExported> {
    Json(TextExported { text: to_markdown(&blocks) })
}
