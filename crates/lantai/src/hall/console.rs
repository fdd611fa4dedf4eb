//! `/console/`: the staff console's files, embedded.

use axum::Router;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use kernel::{Code, Problem, hex};
use rust_embed::RustEmbed;
use web::Failure;

/// The console as `build.rs` found it. Text files lie beside their compressed forms.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/console"]
struct Files;

/// The page all addresses of the console without a file of their own begin with.
const PAGE: &str = "index.html";
/// Files whose names hold a digest of their content.
const LASTING: &str = "assets/";
/// What the console may do in the browser: nothing but its own files and our API.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    media-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; frame-src 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

pub(super) fn routes() -> Router {
    Router::new()
        .route("/console", get(async || Redirect::permanent("/console/")))
        .route("/console/", get(async |headers: HeaderMap| file(PAGE, &headers)))
        .route("/console/{*path}", get(async |Path(path): Path<String>, headers: HeaderMap| file(&path, &headers)))
}

/// A file; what has no file ending is an address inside the console, and begins with its page.
fn file(path: &str, headers: &HeaderMap) -> Response {
    let is_page = !path.rsplit('/').next().unwrap_or_default().contains('.');
    let path = if is_page { PAGE } else { path };
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_accepted = |name: &str| accepted.split(',').any(|one| one.trim().split(';').next() == Some(name));
    let encodings = [("br", ".br"), ("gzip", ".gz")].into_iter().filter(|(name, _)| is_accepted(name));
    let plain = std::iter::once(("", ""));
    let found = encodings.chain(plain).find_map(|(name, ending)| Some((name, Files::get(&format!("{path}{ending}"))?)));
    let Some((encoding, found)) = found.filter(|_| !is_compressed(path)) else {
        return Failure::from(Problem::new(Code::NotFound, "这个文件")).into_response();
    };
    let digest: String = hex(&found.metadata.sha256_hash()).chars().take(32).collect();
    let tag = format!("\"{digest}\"");
    let age = if path.starts_with(LASTING) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut answer = HeaderMap::from_iter([
        (CACHE_CONTROL, HeaderValue::from_static(age)),
        (VARY, HeaderValue::from_name(ACCEPT_ENCODING)),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
        (CONTENT_TYPE, HeaderValue::from_static(kind(path))),
    ]);
    if !encoding.is_empty() {
        answer.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    let is_known = headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    if let Ok(tag) = HeaderValue::try_from(tag) {
        answer.insert(ETAG, tag);
    }
    if is_known {
        return (StatusCode::NOT_MODIFIED, answer).into_response();
    }
    (answer, found.data).into_response()
}

fn is_compressed(path: &str) -> bool {
    matches!(path.rsplit('.').next(), Some("br" | "gz"))
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" => "application/json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_inside_the_console_begin_with_its_page_under_a_strict_policy() {
        for path in ["", "staff", "records/abc/history"] {
            let response = file(path, &HeaderMap::new());
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(response.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
            let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_found_and_compressed_files_have_no_address() {
        for path in ["assets/none.js", "index.html.br", "../Cargo.toml", "..%2f"] {
            assert_eq!(file(path, &HeaderMap::new()).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[test]
    fn a_file_the_browser_has_is_not_sent_again() {
        let first = file(PAGE, &HeaderMap::new());
        let tag = first.headers()[ETAG].clone();
        let again = file(PAGE, &HeaderMap::from_iter([(IF_NONE_MATCH, tag)]));
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }
}
