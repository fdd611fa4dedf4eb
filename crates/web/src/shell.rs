//! The frame of every readers' page, and the headers of every answer.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use kernel::{Clock, Code, Problem, Timestamp};
use sha2::{Digest, Sha256};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::{Failure, House, HouseBook, Markup, OwnPath, SavedList, large_type, problem};

const STYLE: &str = include_str!("../assets/readers.css");
const SCRIPT: &str = include_str!("../assets/readers.js");
const ICON: &str = include_str!("../assets/seal.svg");

/// The frame of the readers' pages; cheap to clone.
#[derive(Clone, Debug)]
pub struct Shell(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    house: HouseBook,
    clock: Clock,
    style: String,
    policy: HeaderValue,
}

/// The item of the tab bar a page belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    /// 首页
    Home,
    /// 查档
    Search,
    /// 浏览
    Browse,
    /// 指南
    Guide,
    /// A page beside the bar.
    None,
}

/// A page before it is put into the frame.
#[derive(Clone, Debug)]
pub struct Page {
    /// What the browser's title bar says, without the house's name.
    pub title: String,
    /// Where it belongs in the tab bar.
    pub tab: Tab,
    /// Its content, with exactly one `h1`.
    pub main: Markup,
}

/// What the frame needs to know of the request.
#[derive(Clone, Debug)]
pub struct PageContext {
    large: bool,
    path: OwnPath,
    saved: SavedList,
}

impl PageContext {
    /// The same request as one for another page.
    #[must_use]
    pub fn at(self, path: OwnPath) -> Self {
        Self { path, ..self }
    }

    /// Whether the reader asked for large type.
    pub const fn large(&self) -> bool {
        self.large
    }

    /// The page itself, to come back to.
    pub const fn path(&self) -> &OwnPath {
        &self.path
    }

    /// What the reader put aside.
    pub const fn saved(&self) -> &SavedList {
        &self.saved
    }

    /// The address of the size switch that comes back here.
    fn switch(&self) -> String {
        let back = percent_encoding::utf8_percent_encode(self.path.as_str(), percent_encoding::NON_ALPHANUMERIC);
        format!("/large-type?on={}&back={back}", u8::from(!self.large))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PageContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        let asked = uri.path_and_query().and_then(|path| OwnPath::parse(path.as_str()));
        Ok(Self {
            large: large_type::is_on(&parts.headers),
            path: asked.unwrap_or_else(OwnPath::home),
            saved: SavedList::read(&parts.headers),
        })
    }
}

#[derive(askama::Template)]
#[template(path = "frame.html")]
struct Frame<'a> {
    house: &'a House,
    style: &'a str,
    script: &'a str,
    context: &'a PageContext,
    page: &'a Page,
    tabs: [TabLink; 4],
}

struct TabLink {
    tab: Tab,
    href: &'static str,
    name: &'static str,
    /// The strokes of its sign in a box of 24 by 24.
    strokes: &'static str,
}

const TABS: [TabLink; 4] = [
    TabLink { tab: Tab::Home, href: "/", name: "首页", strokes: "M4 11 12 4l8 7v9h-5v-6H9v6H4z" },
    TabLink {
        tab: Tab::Search,
        href: "/search",
        name: "查档",
        strokes: "M16 10.5a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0ZM14.5 14.5 20 20",
    },
    TabLink {
        tab: Tab::Browse,
        href: "/browse",
        name: "浏览",
        strokes: "M5 4h4v16H5zM10 4h4v16h-4zM15.5 5l3.5-.7L21.5 19l-3.5.7z",
    },
    TabLink { tab: Tab::Guide, href: "/guide", name: "指南", strokes: "M6 3h9l4 4v14H6zM9 11h7M9 15h7" },
];

impl Shell {
    /// The frame of a house. `framed_by` are the origins that may show our pages inside theirs (the sandbox's phone);
    /// one that is not an origin is refused.
    pub fn new(house: impl Into<HouseBook>, clock: Clock, framed_by: &[String]) -> Result<Self, Problem> {
        let house = house.into();
        let theme = house.now().theme.as_ref().map(|theme| theme.rules()).unwrap_or_default();
        let style = format!("{}{theme}", tightened(STYLE));
        let mut ancestors = String::from("'self'");
        for origin in framed_by {
            let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")).unwrap_or("");
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
            if host.is_empty() || !host.bytes().all(plain) {
                return Err(Problem::new(Code::BadSetting, "可嵌入本站的地址")
                    .because(format!("“{origin}”应写成 http://主机:端口")));
            }
            ancestors.push(' ');
            ancestors.push_str(origin);
        }
        let policy = format!(
            "default-src 'none'; style-src '{}'; script-src '{}'; img-src 'self'; media-src 'self'; \
             connect-src 'self'; form-action 'self'; frame-ancestors {ancestors}; base-uri 'none'",
            source_hash(&style),
            source_hash(SCRIPT)
        );
        let policy = HeaderValue::try_from(policy)
            .map_err(|_| Problem::new(Code::BadSetting, "可嵌入本站的地址").because("含有不能使用的字符"))?;
        Ok(Self(Arc::new(Inner { house, clock, style, policy })))
    }

    /// The house as it is now.
    pub fn house(&self) -> Arc<House> {
        self.0.house.now()
    }

    /// The present moment, for what depends on the hour.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Puts a page into the frame.
    pub fn page(&self, context: &PageContext, page: &Page) -> Response {
        let Inner { house, style, policy, .. } = &*self.0;
        let frame = Frame { house: &house.now(), style, script: SCRIPT, context, page, tabs: TABS };
        let html = match askama::Template::render(&frame) {
            Ok(html) => html,
            Err(error) => return Failure::from(kernel::Error::internal(error)).into_response(),
        };
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (CONTENT_SECURITY_POLICY, policy.clone()),
            (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
            (VARY, HeaderValue::from_static("cookie")),
        ];
        (StatusCode::OK, headers, html).into_response()
    }

    /// The routes of the readers' site with all that surrounds them: problem pages, the size switch, the icon, safe
    /// headers, compression. Apply it once, to the merged routes of all services; machine interfaces stay outside.
    pub fn dress(&self, routes: Router) -> Router {
        let fixed = |name: HeaderName, value: &'static str| {
            SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
        };
        routes
            .route("/large-type", get(large_type::switch))
            .route("/seal.svg", get(icon))
            .fallback(absent)
            .layer(from_fn_with_state(self.clone(), problem::pages))
            .layer(fixed(X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .layer(fixed(REFERRER_POLICY, "same-origin"))
            .layer(CompressionLayer::new().quality(CompressionLevel::Precise(6)))
    }
}

async fn absent() -> Failure {
    Problem::new(Code::NotFound, "这个页面").into()
}

async fn icon() -> impl IntoResponse {
    ([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "public, max-age=604800")], ICON)
}

/// The style sheet without its comments and indentation: it travels in every page.
fn tightened(style: &str) -> String {
    let mut text = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, after)) = rest.split_once("/*") {
        text.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text.lines().map(str::trim).collect()
}

/// A source expression of CSP level 3: `sha256-` and the digest in base64.
fn source_hash(text: &str) -> String {
    format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, COOKIE, LOCATION, SET_COOKIE};
    use axum::http::{HeaderMap, Method, Request};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    fn shell() -> Shell {
        let house: House = toml::from_str(include_str!("../assets/sample-house.toml")).unwrap();
        let (clock, _) = Clock::manual(Timestamp::from_seconds(1_790_000_000));
        Shell::new(house, clock, &["http://127.0.0.1:8081".to_owned()]).unwrap()
    }

    fn app() -> Router {
        let shell = shell();
        let page = |shell: Shell| {
            async move |context: PageContext| {
                shell.page(
                    &context,
                    &Page { title: "试".to_owned(), tab: Tab::Home, main: Markup::marked("正文<b>", &[]) },
                )
            }
        };
        let failing = async |problem: Problem| Failure::from(problem);
        let routes = Router::new()
            .route("/", get(page(shell.clone())))
            .route("/forbidden", get(move || failing(Problem::new(Code::NotFound, "这个页面"))))
            .route("/busy", get(move || failing(Problem::new(Code::Busy, "服务"))))
            .route("/broken", get(async || Failure::from(kernel::Error::internal("secret path /var/lib"))));
        shell.dress(routes)
    }

    async fn asked(method: Method, path: &str, headers: &[(HeaderName, &str)]) -> (StatusCode, HeaderMap, String) {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let response = app().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status, parts.headers, String::from_utf8_lossy(&body).into_owned())
    }

    async fn got(path: &str) -> (StatusCode, HeaderMap, String) {
        asked(Method::GET, path, &[]).await
    }

    #[tokio::test]
    async fn h12_the_policy_names_exactly_what_stands_in_the_page() {
        let (status, headers, html) = got("/").await;
        assert_eq!(status, StatusCode::OK);
        let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        let inlined =
            |tag: &str| html.split_once(&format!("<{tag}>")).unwrap().1.split_once("</").unwrap().0.to_owned();
        for tag in ["style", "script"] {
            assert!(policy.contains(&format!("{tag}-src '{}'", source_hash(&inlined(tag)))), "{policy}");
        }
        assert!(policy.contains("frame-ancestors 'self' http://127.0.0.1:8081;"), "{policy}");
        assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(policy.contains("connect-src 'self';"), "the search box asks for suggestions: {policy}");
        assert!(html.contains("正文&lt;b&gt;"));
        assert!(!html.contains("style="), "an inline style would be blocked");
        assert!(SCRIPT.len() < 1024, "the script is {} bytes", SCRIPT.len());
    }

    #[tokio::test]
    async fn a_page_is_compressed_and_head_has_no_body() {
        let (_, headers, _) = asked(Method::GET, "/", &[(ACCEPT_ENCODING, "gzip, br")]).await;
        assert_eq!(headers[CONTENT_ENCODING], "br");
        let (status, _, body) = asked(Method::HEAD, "/", &[]).await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, ""));
    }

    #[tokio::test]
    async fn large_type_is_rendered_from_the_cookie() {
        let (_, _, html) = got("/").await;
        assert!(html.contains("<html lang=\"zh-CN\">") && html.contains("大字"));
        let (_, _, html) = asked(Method::GET, "/", &[(COOKIE, "lantai-large=1")]).await;
        assert!(html.contains("<html lang=\"zh-CN\" data-size=\"large\">") && html.contains("退出大字"));
    }

    #[tokio::test]
    async fn the_frame_says_how_much_was_put_aside() {
        let (_, _, html) = got("/").await;
        assert!(!html.contains("/list"));
        let (_, _, html) = asked(Method::GET, "/", &[(COOKIE, "lantai-list=a.-b.c")]).await;
        assert!(html.contains("<a class=\"size\" href=\"/list\">清单（2）</a>"), "{html}");
    }

    #[tokio::test]
    async fn a03_the_size_switch_goes_back_to_our_pages_only() {
        let (status, headers, _) = got("/large-type?on=1&back=%2Fsearch%3Fq%3D%E5%A9%9A%26page%3D2").await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert_eq!(headers[LOCATION], "/search?q=%E5%A9%9A&page=2");
        assert!(headers[SET_COOKIE].to_str().unwrap().starts_with("lantai-large=1; Path=/"));
        for back in ["//evil", "/%5Cevil", "https:evil", "javascript:x", "%2F%09%2Fevil", "/%2509/evil", ""] {
            let (_, headers, _) = got(&format!("/large-type?on=0&back={back}")).await;
            assert_eq!(headers[LOCATION], "/", "{back}");
            assert!(headers[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
        }
    }

    #[tokio::test]
    async fn absent_and_forbidden_pages_are_the_same_but_for_their_address() {
        let (absent, absent_headers, absent_html) = got("/absentees").await;
        let (forbidden, forbidden_headers, forbidden_html) = got("/forbidden").await;
        assert_eq!((absent, forbidden), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert_eq!(absent_headers, forbidden_headers);
        assert_eq!(absent_html.replace("%2Fabsentees", ""), forbidden_html.replace("%2Fforbidden", ""));
        assert!(absent_html.contains("打电话问"), "a dead end leads on");
    }

    #[tokio::test]
    async fn a_fault_of_ours_gives_nothing_away() {
        let (status, _, html) = got("/broken").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(html.contains("服务暂时不可用") && html.contains("重试") && !html.contains("/var/lib"));
        let (status, headers, _) = got("/busy").await;
        assert_eq!((status, headers["retry-after"].to_str().unwrap()), (StatusCode::SERVICE_UNAVAILABLE, "5"));
        let (status, headers, body) =
            asked(Method::GET, "/broken", &[(axum::http::header::ACCEPT, "application/json")]).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(headers[CONTENT_TYPE].to_str().unwrap().starts_with("application/problem+json"));
        assert!(!body.contains("/var/lib"));
        let (status, headers, _) = got("/api/public/v1/nothing").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(headers[CONTENT_TYPE].to_str().unwrap().starts_with("application/problem+json"));
    }

    #[test]
    fn a_frame_that_is_no_origin_is_refused() {
        let house: House = toml::from_str(include_str!("../assets/sample-house.toml")).unwrap();
        let (clock, _) = Clock::manual(Timestamp::from_seconds(0));
        for wrong in ["*", "127.0.0.1:8081", "http://a; script-src *", "http://"] {
            assert!(Shell::new(house.clone(), clock.clone(), &[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }
}
