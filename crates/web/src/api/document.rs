//! What is alike in the whole document of the staff API.

use serde::Serialize;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::{OpenApi, Ref, RefOr};
use utoipa::{PartialSchema as _, ToSchema};

/// Why something was not done (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
struct ProblemDetails {
    /// `urn:lantai:problem:…`
    r#type: String,
    /// What kind of problem it is, in words.
    title: String,
    status: u16,
    /// What happened to which thing, and what to do next, in a whole sentence.
    detail: String,
}

/// Gives every operation the answer for what cannot be done. Handlers of several services have the same names: operations
/// are known by method and path alone.
pub fn finish(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    components.schemas.insert("Problem".to_owned(), ProblemDetails::schema());
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let refused = ResponseBuilder::new().description("").content("application/problem+json", problem).build();
    for item in document.paths.paths.values_mut() {
        for operation in super::needs::operations(item) {
            operation.operation_id = None;
            operation.responses.responses.insert("default".to_owned(), RefOr::T(refused.clone()));
        }
    }
}
