//! Plans: the calendar, the quota, what was sent and how it ended.

use utoipa_axum::router::OpenApiRouter;

use super::Office;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
}
