//! The versions of a draft, and what became of the words between two.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Failure;
use web::api::{Inputs, Staff};

use super::draft_id;
use crate::console::Office;
use crate::draft::{Body, Change, Compared, Piece};

/// A version in a list.
#[derive(Serialize, ToSchema)]
struct DraftVersionLine {
    number: i64,
    author: String,
    /// Its first save.
    began_at: String,
    /// Its last one.
    saved_at: String,
    /// Whether it was submitted for review.
    submitted: bool,
}

#[derive(Serialize, ToSchema)]
pub(in crate::console) struct DraftVersions {
    /// The newest first.
    items: Vec<DraftVersionLine>,
}

/// A version of a draft.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct DraftVersion {
    number: i64,
    author: String,
    saved_at: String,
    body: Body,
}

/// Two versions of a draft.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TwoVersions {
    /// The number of the earlier one.
    from: i64,
    /// The number of the later one.
    to: i64,
}

/// What became of words.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DraftFate {
    Kept,
    Removed,
    Added,
    Rewritten,
}

/// Words, and what became of them.
#[derive(Serialize, ToSchema)]
struct DraftWords {
    fate: DraftFate,
    text: String,
}

/// A part of a draft, and what became of it.
#[derive(Serialize, ToSchema)]
struct DraftChange {
    /// The place of its article, from 1; none for a push without articles.
    #[schema(required)]
    article: Option<usize>,
    /// What it is.
    label: &'static str,
    fate: DraftFate,
    /// Its words; of what was rewritten, those of both.
    words: Vec<DraftWords>,
}

#[derive(Serialize, ToSchema)]
pub(in crate::console) struct DraftChanges {
    /// In order.
    items: Vec<DraftChange>,
}

impl From<Change> for DraftChange {
    fn from(change: Change) -> Self {
        let whole = |fate, Piece { article, label, text }: Piece| {
            let words = vec![DraftWords { fate, text }];
            Self { article: article.map(|place| place + 1), label, fate, words }
        };
        match change {
            Change::Kept(piece) => whole(DraftFate::Kept, piece),
            Change::Removed(piece) => whole(DraftFate::Removed, piece),
            Change::Added(piece) => whole(DraftFate::Added, piece),
            Change::Rewritten(piece, parts) => {
                let words = parts.into_iter().map(|part| match part {
                    Compared::Kept(text) => DraftWords { fate: DraftFate::Kept, text },
                    Compared::Removed(text) => DraftWords { fate: DraftFate::Removed, text },
                    Compared::Added(text) => DraftWords { fate: DraftFate::Added, text },
                });
                let words = words.collect();
                Self { words, ..whole(DraftFate::Rewritten, piece) }
            }
        }
    }
}

/// The versions of a draft.
#[utoipa::path(get, path = "/api/v1/push/drafts/{id}/versions", tag = "push", params(("id" = String, Path)),
    responses((status = 200, body = DraftVersions)))]
pub(super) async fn list(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
) -> Result<Json<DraftVersions>, Failure> {
    let written = office.drafting().versions(&actor, draft_id(&text)?).await?;
    let line = |(number, author, began_at, saved_at, submitted): crate::Written| DraftVersionLine {
        number,
        author,
        began_at: began_at.utc_text(),
        saved_at: saved_at.utc_text(),
        submitted,
    };
    Ok(Json(DraftVersions { items: written.into_iter().map(line).collect() }))
}

/// A version of a draft.
#[utoipa::path(get, path = "/api/v1/push/drafts/{id}/versions/{number}", tag = "push",
    params(("id" = String, Path), ("number" = i64, Path)), responses((status = 200, body = DraftVersion)))]
pub(super) async fn one(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path((text, number)): Path<(String, i64)>,
) -> Result<Json<DraftVersion>, Failure> {
    let version = office.drafting().version(&actor, draft_id(&text)?, number).await?;
    let saved_at = version.saved_at.utc_text();
    Ok(Json(DraftVersion { number: version.number, author: version.author, saved_at, body: version.body }))
}

/// What a later version says, told against an earlier one.
#[utoipa::path(get, path = "/api/v1/push/drafts/{id}/changes", tag = "push", params(("id" = String, Path), TwoVersions),
    responses((status = 200, body = DraftChanges)))]
pub(super) async fn compare(
    State(office): State<Office>,
    Staff(actor): Staff,
    Path(text): Path<String>,
    Inputs(TwoVersions { from, to }): Inputs<TwoVersions>,
) -> Result<Json<DraftChanges>, Failure> {
    let changes = office.drafting().compared(&actor, draft_id(&text)?, (from, to)).await?;
    Ok(Json(DraftChanges { items: changes.into_iter().map(DraftChange::from).collect() }))
}
