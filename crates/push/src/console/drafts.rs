//! Drafts: written, reviewed, approved.

use utoipa_axum::router::OpenApiRouter;

use super::Office;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
}
