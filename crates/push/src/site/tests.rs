use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{LOCATION, USER_AGENT};
use kernel::testing::{ground, sqlite};
use tower::ServiceExt as _;

use super::*;
use crate::Tag;
use crate::article::{Picture, RecordQuotation, Recording, Run};

#[tokio::test]
async fn who_comes_from_an_article_is_counted_and_goes_on_to_the_plain_address() {
    let (_folder, db) = sqlite().await;
    let (ground, _) = ground(db);
    let visits = Visits::new(ground);
    let pages = Router::new().route("/records/{id}", get(async || "页").post(async || "收到"));
    let pages = counting(pages, visits.clone());
    let tag = Tag::of("draft/1", 1);
    let ask = async |method: Method, path: &str, agent: &str| {
        let path = path.replace("{}", tag.as_str());
        let request =
            Request::builder().method(method).uri(path).header(USER_AGENT, agent).body(Body::empty()).unwrap();
        let response = pages.clone().oneshot(request).await.unwrap();
        let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        (response.status(), header(LOCATION), header(CACHE_CONTROL))
    };
    let gone_on = (StatusCode::SEE_OTHER, Some("/records/x?page=2".to_owned()), Some("no-store".to_owned()));
    let asked = "/records/x?page=2&from={}";
    assert_eq!(ask(Method::GET, asked, "MicroMessenger/8.0").await, gone_on);
    assert_eq!(visits.counted(), 1);
    for (method, agent) in [(Method::GET, "Googlebot/2.1"), (Method::HEAD, "MicroMessenger/8.0")] {
        assert_eq!(ask(method, asked, agent).await, gone_on);
    }
    assert_eq!(visits.counted(), 1, "neither a machine nor a look at the headers is a visit");
    for path in ["/records/x", "/records/x?from=1958", "/records/x?from={}0"] {
        assert_eq!(ask(Method::GET, path, "MicroMessenger/8.0").await, (StatusCode::OK, None, None), "{path}");
    }
    assert_eq!(ask(Method::POST, asked, "MicroMessenger/8.0").await.0, StatusCode::OK);
    assert_eq!(ask(Method::GET, "//evil.example/?from={}", "MicroMessenger/8.0").await.1, None);
    assert_eq!(visits.counted(), 1);
}

#[test]
fn the_address_of_a_page_names_what_is_not_usual() {
    assert_eq!(address("", 1), "/articles");
    assert_eq!(address("", 3), "/articles?page=3");
    assert_eq!(address("水库 1958", 1), "/articles?q=%E6%B0%B4%E5%BA%93%201958");
}

#[test]
fn a_glimpse_is_the_summary_or_the_beginning() {
    let runs = vec![Run { text: "字".repeat(61), ..Run::default() }];
    let article = Article { blocks: vec![Block::Divider, Block::Text { runs }], ..Article::default() };
    assert_eq!(glimpse(&article), format!("{}…", "字".repeat(60)));
    assert_eq!(glimpse(&Article { digest: "摘要".to_owned(), ..article }), "摘要");
}

#[test]
fn a_picture_is_shown_from_the_library_and_from_nowhere_else() {
    let id = "01936d2c-0000-7000-8000-000000000000";
    assert_eq!(own_address("a", ("pictures", 2), &format!("material/{id}")), "/articles/a/pictures/2");
    for address in ["https://example.com/a.jpg", "material/x", "javascript:alert(1)", ""] {
        assert_eq!(own_address("a", ("recordings", 1), address), "", "{address}");
    }
}

#[test]
fn h01_what_an_editor_typed_stays_text() {
    let evil = "<script>alert(1)</script>\" onload=\"x".to_owned();
    let picture = Picture { address: evil.clone(), alternative: evil.clone(), caption: evil.clone() };
    let article = Article {
        title: evil.clone(),
        blocks: vec![
            Block::Heading { text: evil.clone() },
            Block::Picture(picture.clone()),
            Block::Video(Recording {
                address: evil.clone(),
                title: evil.clone(),
                transcript: evil.clone(),
                picture: Some(picture),
                ..Recording::default()
            }),
            Block::Quotation { text: evil.clone(), source: evil },
        ],
        ..Article::default()
    };
    let html = askama::Template::render(&One { article: &article, day: String::new() }).unwrap();
    assert!(!html.contains("<script") && !html.contains("\" onload"), "{html}");
}

#[test]
fn h06_h09_h11_links_and_templates_are_text_and_so_is_what_a_record_is_called() {
    let evil = "<img src=x onerror=alert(1)>{{7*7}}${7*7}";
    let record =
        RecordQuotation { title: evil.to_owned(), reference_code: evil.to_owned(), ..RecordQuotation::default() };
    let note = Some("https://evil.example/".to_owned());
    let runs = vec![Run { text: "这里".to_owned(), note, ..Run::default() }];
    let article = Article { blocks: vec![Block::Record(record), Block::Text { runs }], ..Article::default() };
    let html = askama::Template::render(&One { article: &article, day: String::new() }).unwrap();
    assert!(!html.contains("<img") && html.contains("{{7*7}}${7*7}"), "{html}");
    assert!(html.contains("https://evil.example/") && !html.contains("href=\"https://evil.example"), "{html}");
}

#[test]
fn a_film_is_played_with_its_words_beside_it() {
    let recording = |address: &str| Recording {
        address: address.to_owned(),
        title: "号子".to_owned(),
        transcript: "嗨哟".to_owned(),
        seconds: 95,
        ..Recording::default()
    };
    let blocks = vec![Block::Audio(recording("/articles/a/recordings/1")), Block::Video(recording(""))];
    let article = Article { blocks, ..Article::default() };
    let html = askama::Template::render(&One { article: &article, day: String::new() }).unwrap();
    assert!(html.contains("<audio controls preload=\"metadata\" src=\"/articles/a/recordings/1\""), "{html}");
    assert!(!html.contains("<video") && html.matches("嗨哟").count() == 2, "{html}");
}
