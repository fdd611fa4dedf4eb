//! The library of materials.

use utoipa_axum::router::OpenApiRouter;

use super::Office;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
}
