//! The list as a reader's browser meets it.

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use calamine::Reader as _;
use http_body_util::BodyExt as _;
use kernel::testing::sqlite;
use tempfile::TempDir;
use tower::ServiceExt as _;
use web::{House as Institution, Shell};

use crate::record::tests::item;
use crate::testing::{House, INSTITUTION};
use crate::{Openness, PublicId};

/// A house with three open records, one of them with a title that a spreadsheet might calculate, and a closed one.
async fn hall(base: &str) -> (TempDir, House, Router) {
    let (folder, db) = sqlite().await;
    let mut letter = item("X001-001-001", "关于修建水库的请示");
    letter.document_number = Some("清水〔1986〕3号".to_owned());
    letter.creator = Some("县水利局".to_owned());
    let mut closed = item("X001-001-004", "移民秘闻");
    closed.statuses.openness = Openness::Controlled;
    let all = [letter, item("X001-001-002", "=1+1"), item("X001-001-003", "水库<图>"), closed];
    let house = House::with(db, &all).await;
    let profile: Institution = toml::from_str(include_str!("../../../../web/assets/sample-house.toml")).unwrap();
    let shell = Shell::new(profile, house.ground.clock.clone(), &[]).unwrap();
    let app = shell.dress(crate::site::router(house.catalogue(), shell.clone(), base, std::sync::Arc::new(())));
    (folder, house, app)
}

fn id(house: &House, code: &str) -> String {
    PublicId::of(&house.ground.secrets, INSTITUTION, code).to_string()
}

/// A browser: it sends the list it was given last.
struct Browser {
    app: Router,
    cookie: String,
}

impl Browser {
    async fn sent(&mut self, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        let (parts, body) = self.app.clone().oneshot(request).await.unwrap().into_parts();
        if let Some(set) = parts.headers.get(SET_COOKIE) {
            self.cookie = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        (parts.status, parts.headers, body.collect().await.unwrap().to_bytes().to_vec())
    }

    async fn page(&mut self, path: &str) -> String {
        let request = Request::get(path).header(COOKIE, &self.cookie).body(Body::empty()).unwrap();
        let (status, _, body) = self.sent(request).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        String::from_utf8(body).unwrap()
    }

    /// Where a form leads.
    async fn posted(&mut self, form: &[(&str, &str)]) -> String {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = Request::post("/list")
            .header(COOKIE, &self.cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap();
        let (status, headers, _) = self.sent(request).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        headers[LOCATION].to_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_reader_fills_a_list_and_takes_back_what_was_taken_out() {
    let (_folder, house, app) = hall("http://127.0.0.1").await;
    let mut reader = Browser { app, cookie: String::new() };
    let [one, two] = ["X001-001-001", "X001-001-003"].map(|code| id(&house, code));
    let search = "/search?q=%E6%B0%B4%E5%BA%93";
    let found = reader.page(search).await;
    assert!(found.contains(&format!("name=\"add\" value=\"{one}\"")) && !found.contains("href=\"/list\""), "{found}");
    assert!(found.contains(&format!("name=\"back\" value=\"{search}\"")), "{found}");
    assert_eq!(reader.posted(&[("back", search), ("add", &one)]).await, format!("{search}#{one}"));
    let record = format!("/records/{two}");
    assert!(reader.page(&record).await.contains(&format!("name=\"add\" value=\"{two}\"")));
    assert_eq!(reader.posted(&[("back", &record), ("add", &two)]).await, format!("{record}#{two}"));
    assert!(reader.page(&record).await.contains("清单（2）"));
    assert!(reader.page(search).await.contains(&format!("name=\"remove\" value=\"{one}\"")));

    let list = reader.page("/list").await;
    assert!(
        list.contains("关于修建水库的请示") && list.contains("水库&#60;图&#62;") && list.contains("共 2 条"),
        "{list}"
    );
    assert_eq!(reader.posted(&[("back", "/list?order=code"), ("remove", &one)]).await, "/list?order=code");
    let list = reader.page("/list").await;
    assert!(!list.contains("请示") && list.contains("已移出 1 条"), "{list}");
    assert_eq!(reader.posted(&[("undo", "1")]).await, "/list");
    let list = reader.page("/list").await;
    assert!(list.find("请示").unwrap() < list.find("水库&#60;图&#62;").unwrap(), "it is back where it was: {list}");
    assert!(!list.contains("已移出"));
    reader.posted(&[("clear", "1")]).await;
    let list = reader.page("/list").await;
    assert!(list.contains("已移出 2 条") && list.contains("/search") && !list.contains("清单（"), "{list}");
}

#[tokio::test]
async fn the_order_is_as_added_or_by_code() {
    let (_folder, house, app) = hall("http://127.0.0.1").await;
    let ids = ["X001-001-003", "X001-001-001"].map(|code| id(&house, code));
    let mut reader = Browser { app, cookie: format!("lantai-list={}", ids.join(".")) };
    let places = |html: &str| [html.find("X001-001-003").unwrap(), html.find("X001-001-001").unwrap()];
    assert!(places(&reader.page("/list").await).is_sorted());
    for path in ["/list", "/list/citations", "/list/request", "/list/records.csv"] {
        assert!(!places(&reader.page(&format!("{path}?order=code")).await).is_sorted(), "{path}");
    }
}

#[tokio::test]
async fn a03_forms_of_others_and_foreign_ways_back_are_refused() {
    let (_folder, house, app) = hall("https://archives.example").await;
    let mut reader = Browser { app, cookie: String::new() };
    let one = id(&house, "X001-001-001");
    for back in ["//evil", "https://evil", "/\\evil", "/\r\nSet-Cookie: a=b"] {
        assert_eq!(reader.posted(&[("back", back), ("add", &one)]).await, "/list", "{back}");
    }
    let request = Request::post("/list").header(HOST, "archives.example").header(ORIGIN, "https://evil");
    let (status, headers, _) = reader.sent(request.body(Body::from(format!("add={one}"))).unwrap()).await;
    assert!(status.is_client_error() && !headers.contains_key(SET_COOKIE), "{status}");
    let request = Request::post("/list").header(HOST, "archives.example").header(ORIGIN, "https://archives.example");
    let (status, headers, _) = reader.sent(request.body(Body::from(format!("add={one}"))).unwrap()).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(headers[SET_COOKIE].to_str().unwrap().ends_with("HttpOnly; SameSite=Lax; Secure"));
}

#[tokio::test]
async fn what_cannot_be_shown_is_counted_and_not_named() {
    let (_folder, house, app) = hall("http://127.0.0.1").await;
    let [open, closed, never] = ["X001-001-001", "X001-001-004", "X009-001-001"].map(|code| id(&house, code));
    let mut told = Vec::new();
    for other in [&closed, &never] {
        let mut reader = Browser { app: app.clone(), cookie: format!("lantai-list={open}.{other}") };
        let mut pages = String::new();
        for path in ["/list", "/list/citations", "/list/request", "/list/records.csv"] {
            pages.push_str(&reader.page(path).await);
            pages.push_str(&reader.page(&format!("{path}?id={other}")).await);
        }
        assert!(pages.contains("有 1 条现在不能显示") && !pages.contains("移民"), "{pages}");
        told.push(pages.replace(other.as_str(), ""));
        assert_eq!(reader.posted(&[("remove", other)]).await, "/list");
        assert!(!reader.page("/list").await.contains("不能显示"));
    }
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn a_list_that_is_full_says_so() {
    let (_folder, house, app) = hall("http://127.0.0.1").await;
    let full: Vec<String> = (0..100).map(|n| id(&house, &format!("X009-{n}"))).collect();
    let mut reader = Browser { app, cookie: format!("lantai-list={}", full.join(".")) };
    let one = id(&house, "X001-001-001");
    assert_eq!(reader.posted(&[("back", "/search"), ("add", &one)]).await, "/list?full=1");
    assert!(reader.page("/list?full=1").await.contains("清单最多放 100 条"));
    assert_eq!(reader.posted(&[("add", &full[7])]).await, "/list", "it is there already");
    reader.posted(&[("remove", &full[7])]).await;
    assert!(!reader.page("/list?full=1").await.contains("放不下"), "an address cannot say so of a list with room");
}

#[tokio::test]
async fn a_list_is_passed_on_and_taken_over() {
    let (_folder, house, app) = hall("https://archives.example").await;
    let [one, two] = ["X001-001-001", "X001-001-003"].map(|code| id(&house, code));
    let mut giver = Browser { app: app.clone(), cookie: format!("lantai-list={one}.{two}") };
    let address = format!("/list?id={one}&id={two}");
    assert!(giver.page("/list").await.contains(&address.replace('&', "&#38;")));
    assert!(giver.page(&address).await.contains("已在我的清单里"));
    let mut reader = Browser { app, cookie: format!("lantai-list={one}") };
    let passed = reader.page(&address).await;
    assert!(passed.contains("转发的清单") && passed.contains(&format!("name=\"add\" value=\"{two}\"")), "{passed}");
    assert!(passed.contains(&format!("https://archives.example{}", address.replace('&', "&#38;"))));
    assert!(!passed.contains("name=\"remove\""), "what others passed on is not the reader's to change");
    reader.posted(&[("add", &two)]).await;
    assert!(reader.page("/list").await.contains("共 2 条"));
}

#[tokio::test]
async fn a_list_is_cited_taken_along_and_asked_for() {
    let (_folder, house, app) = hall("http://127.0.0.1").await;
    let ids = ["X001-001-001", "X001-001-002"].map(|code| id(&house, code));
    let mut reader = Browser { app, cookie: format!("lantai-list={}", ids.join(".")) };
    let cited = "县水利局：《关于修建水库的请示》（清水〔1986〕3号），2001年2月3日，清源县档案馆藏，档号 ";
    assert!(reader.page("/list/citations").await.contains(cited));
    assert!(reader.page(&format!("/records/{}", ids[0])).await.contains(cited));

    let csv = reader.page("/list/records.csv").await;
    assert!(csv.starts_with("\u{feff}\"档号\",\"题名\"") && csv.contains("\"'=1+1\""), "{csv}");
    for internal in ["密级", "存放", "民生"] {
        assert!(!csv.contains(internal), "{internal} in {csv}");
    }
    let request = Request::get("/list/records.xlsx").header(COOKIE, &reader.cookie).body(Body::empty()).unwrap();
    let (status, _, file) = reader.sent(request).await;
    assert_eq!(status, StatusCode::OK);
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(file)).unwrap();
    let rows = book.worksheet_range("目录").unwrap();
    assert_eq!(rows.get_value((2, 1)), Some(&calamine::Data::String("=1+1".to_owned())));

    let slip = reader.page("/list/request").await;
    for text in [
        "查阅申请单",
        "X001-001-002",
        "姓名",
        "查阅目的",
        "0763-555-0123",
        "找工作人员：想到馆查阅 X001-001-001、X001-001-002",
    ] {
        assert!(slip.contains(text), "{text} in {slip}");
    }
    assert!(!slip.contains("<input"), "nothing personal is typed here");
}
