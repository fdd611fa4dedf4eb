//! The addresses of public originals: manifests and images for viewers of any make, files for players and readers.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, IF_RANGE, LOCATION, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use kernel::blobs;
use serde_json::Value;
use web::{ByteRange, Failure};

use super::gallery::absent;
use super::naming::clean;
use super::region::{Asked, Format};
use super::{Gallery, Kind, manifest};
use crate::PublicId;

/// Withdrawn is withdrawn within a minute, in every cache on the way.
const FRESH: (HeaderName, &str) = (CACHE_CONTROL, "public, max-age=60, must-revalidate");
const FOR_ALL: (HeaderName, &str) = (ACCESS_CONTROL_ALLOW_ORIGIN, "*");
const AS_SAID: (HeaderName, &str) = (X_CONTENT_TYPE_OPTIONS, "nosniff");

/// The routes; errors are `application/problem+json`, the same for what is absent and what is not public.
pub fn routes(gallery: Gallery) -> Router {
    Router::new()
        .route("/iiif/{id}/manifest.json", get(show_manifest))
        .route("/iiif/image/{id}", get(base))
        .route("/iiif/image/{id}/info.json", get(info))
        .route("/iiif/image/{id}/{region}/{size}/{rotation}/{file}", get(image))
        .route("/originals/{id}", get(file))
        .with_state(gallery)
}

async fn show_manifest(State(gallery): State<Gallery>, Path(id): Path<String>) -> Result<Response, Failure> {
    let id = PublicId::parse(&id).ok_or_else(absent)?;
    let shown = gallery.catalogue.record(&id).await?;
    if shown.originals.is_empty() {
        return Err(absent().into());
    }
    let said = manifest::manifest(&gallery.site, &gallery.house.now().name, &shown);
    Ok(json_ld("http://iiif.io/api/presentation/3/context.json", &said))
}

/// The bare address of an image leads to its facts (Image API 3.0 §2).
async fn base(State(gallery): State<Gallery>, Path(id): Path<String>) -> Result<Response, Failure> {
    let page = gallery.page(&id).await?;
    let to = format!("{}/iiif/image/{}/info.json", gallery.site, page.public_id);
    Ok((StatusCode::SEE_OTHER, [(LOCATION, to.as_str()), FOR_ALL, FRESH]).into_response())
}

async fn info(State(gallery): State<Gallery>, Path(id): Path<String>) -> Result<Response, Failure> {
    let page = gallery.page(&id).await?;
    let said = manifest::info(&gallery.site, &page.public_id, (page.width, page.height));
    Ok(json_ld("http://iiif.io/api/image/3/context.json", &said))
}

fn json_ld(profile: &str, said: &Value) -> Response {
    let kind = format!("application/ld+json;profile=\"{profile}\"");
    ([(CONTENT_TYPE, kind.as_str()), FOR_ALL, FRESH, AS_SAID], said.to_string()).into_response()
}

async fn image(
    State(gallery): State<Gallery>,
    Path((id, region, size, rotation, file)): Path<(String, String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    // What is no request is none for any image, so this tells nothing of one.
    let asked = Asked::parse(&region, &size, &rotation, &file)?;
    let page = gallery.page(&id).await?;
    let cut = asked.fit(page.width, page.height)?;
    let tag = tag(&page.copy);
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag.as_str()), FRESH, FOR_ALL]).into_response());
    }
    let kind = match asked.format {
        Format::Jpeg => "image/jpeg",
        Format::Png => "image/png",
    };
    let image = gallery.image(&page, asked, cut).await?;
    Ok(([(CONTENT_TYPE, kind), (ETAG, tag.as_str()), FRESH, FOR_ALL, AS_SAID], image).into_response())
}

async fn file(State(gallery): State<Gallery>, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    let (kept, record) = gallery.file(&id).await?;
    let tag = tag(&kept.digest);
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag.as_str()), FRESH]).into_response());
    }
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let range = text(RANGE).filter(|_| text(IF_RANGE).is_none_or(|known| known == tag));
    let (status, part, sized) = ByteRange::of(range, kept.bytes).given(kept.bytes);
    let stem = format!("{}-{}", record.description.code.written(), kept.position).replace(['/', '\\'], "-");
    let extension = kept.kind.extensions().first().copied().unwrap_or_default();
    // A document is saved, not opened here; sound and film play in the page.
    let named = web::disposition(kept.kind == Kind::Pdf, &format!("{}.{extension}", clean(&stem)));
    let content = gallery.blobs.stream(&kept.digest, part).await?;
    let headers = [
        (CONTENT_TYPE, kept.kind.media_type()),
        (CONTENT_DISPOSITION, named.as_str()),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (ETAG, tag.as_str()),
        FRESH,
        AS_SAID,
    ];
    Ok((status, sized, headers, Body::from_stream(content)).into_response())
}

/// The tag of a file: the same bytes under the same address.
fn tag(digest: &blobs::Digest) -> String {
    let digest = digest.to_string();
    format!("\"{}\"", digest.get(..24).unwrap_or(&digest))
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == tag || one == "*")
}
