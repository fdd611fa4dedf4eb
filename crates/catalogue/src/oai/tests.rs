//! The repository through its door.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use http_body_util::BodyExt as _;
use kernel::testing::{both, sqlite};
use tower::ServiceExt as _;

use super::{Repository, routes};
use crate::record::tests::item;
use crate::testing::House;
use crate::{Description, Openness};

fn door(house: &House) -> Router {
    let repository = Repository {
        site: "https://archives.example".into(),
        house: web::House {
            name: "清源县档案馆".into(),
            email: Some("office@archives.example".into()),
            ..web::House::default()
        }
        .into(),
        clock: house.ground.clock.clone(),
    };
    routes(house.catalogue(), repository)
}

async fn sent(door: &Router, request: Request<Body>) -> String {
    let response = door.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()[CONTENT_TYPE], "text/xml; charset=utf-8");
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

async fn ask(door: &Router, query: &str) -> String {
    sent(door, Request::get(format!("/oai?{query}")).body(Body::empty()).unwrap()).await
}

/// What stands between the tags of this name.
fn all<'t>(text: &'t str, tag: &str) -> Vec<&'t str> {
    let open = format!("<{tag}>");
    text.split(open.as_str()).skip(1).filter_map(|rest| rest.split('<').next()).collect()
}

/// Where the list goes on, if it does.
fn token(text: &str) -> Option<&str> {
    let rest = text.split("<resumptionToken").nth(1)?.split_once('>')?.1;
    rest.split('<').next().filter(|token| !token.is_empty())
}

/// Everything a list tells, page by page: the identifiers.
async fn walk(door: &Router, asked: &str) -> (Vec<String>, usize) {
    let mut text = ask(door, &format!("verb=ListIdentifiers&metadataPrefix=oai_dc{asked}")).await;
    let (mut found, mut pages) = (Vec::new(), 1);
    loop {
        found.extend(all(&text, "identifier").into_iter().map(str::to_owned));
        let Some(next) = token(&text) else { return (found, pages) };
        text = ask(door, &format!("verb=ListIdentifiers&resumptionToken={next}")).await;
        pages += 1;
    }
}

fn closed(code: &str, title: &str) -> Description {
    let mut one = item(code, title);
    one.statuses.openness = Openness::Controlled;
    one
}

#[tokio::test]
async fn the_repository_presents_itself() {
    let (_folder, db) = sqlite().await;
    let house = House::with(db, &[item("X001-WS·2001·Y-0001", "关于 A<B 的\u{b}通知")]).await;
    let door = door(&house);
    let text = ask(&door, "verb=Identify").await;
    assert_eq!(all(&text, "repositoryName"), ["清源县档案馆"]);
    assert_eq!(all(&text, "baseURL"), ["https://archives.example/oai"]);
    assert_eq!(all(&text, "earliestDatestamp"), ["2026-11-02T01:00:00Z"]);
    let text = ask(&door, "verb=ListMetadataFormats").await;
    assert_eq!(all(&text, "metadataPrefix"), ["oai_dc"]);
    let text = ask(&door, "verb=ListSets").await;
    assert_eq!((all(&text, "setSpec").len(), all(&text, "setName")), (1, vec!["X001"]));
    let form = "verb=ListRecords&metadataPrefix=oai_dc";
    let text = sent(&door, Request::post("/oai").body(Body::from(form)).unwrap()).await;
    assert!(text.contains("<dc:title>关于 A&#60;B 的通知</dc:title>"), "{text}");
    assert_eq!(all(&text, "dc:date"), ["2001-02-03"]);
    assert!(text.contains("<request verb=\"ListRecords\" metadataPrefix=\"oai_dc\">"), "{text}");
    let text = ask(&door, "verb=Wrong").await;
    assert!(text.contains("<request>https://archives.example/oai</request>\n<error code=\"badVerb\">"), "{text}");
}

#[tokio::test]
async fn a_long_list_is_told_once_each_over_pages_and_by_set() {
    both(|db| async move {
        let records: Vec<Description> =
            (0..230).map(|n| item(&format!("X00{}-WS·2001·Y-{n:04}", n % 2), "某件")).collect();
        let house = House::with(db, &records).await;
        let door = door(&house);
        let (mut found, pages) = walk(&door, "").await;
        found.sort_unstable();
        found.dedup();
        assert_eq!((found.len(), pages), (230, 3));
        let sets: Vec<String> =
            all(&ask(&door, "verb=ListSets").await, "setSpec").into_iter().map(str::to_owned).collect();
        let (of_one, pages) = walk(&door, &format!("&set={}", sets[1])).await;
        assert_eq!((of_one.len(), pages), (115, 2));
        assert_eq!(walk(&door, "&from=2026-11-02T01:00:01Z").await.0, Vec::<String>::new());
        assert_eq!(walk(&door, "&until=2026-11-02T01:00:00Z&from=2026-11-02T01:00:00Z").await.0.len(), 230);
        assert_eq!(walk(&door, "&until=2026-11-01").await.0, Vec::<String>::new());
        let unknown = ask(&door, "verb=ListRecords&metadataPrefix=oai_dc&set=aaaaaaaaaaaaaaaa").await;
        assert!(unknown.contains("noRecordsMatch"));
    })
    .await;
}

#[tokio::test]
async fn l12_closed_again_is_told_as_deleted_and_never_open_is_not_told() {
    both(|db| async move {
        let first = [item("X001-WS·2001·Y-0001", "先开放"), closed("X001-WS·2001·Y-0002", "从未开放")];
        let house = House::with(db, &first).await;
        let door = door(&house);
        let id = async |code: &str| house.record(code).await.public_id.to_string();
        let (seen, hidden) = (id("X001-WS·2001·Y-0001").await, id("X001-WS·2001·Y-0002").await);
        let get = async |id: &str| {
            let asked = format!("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:archives.example:{id}");
            let text = ask(&door, &asked).await;
            text.split_once("</request>").unwrap().1.to_owned()
        };
        assert!(get(&seen).await.contains("先开放"));
        assert_eq!(get(&hidden).await, get("aaaaaaaaaaaaaaaa").await, "what is closed is as if it were not there");

        house.hand.advance(60);
        house.land(&[closed("X001-WS·2001·Y-0001", "先开放"), closed("X001-WS·2001·Y-0002", "改过题名")]).await;
        house.follow().await;
        let gone = get(&seen).await;
        assert!(gone.contains("status=\"deleted\"") && !gone.contains("先开放"), "{gone}");
        assert_eq!(all(&gone, "datestamp"), ["2026-11-02T01:01:00Z"]);
        assert_eq!(walk(&door, "").await.0, [format!("oai:archives.example:{seen}")]);

        // What changes in it while it is closed is nobody's business.
        house.hand.advance(60);
        house.land(&[closed("X001-WS·2001·Y-0001", "改过题名")]).await;
        assert_eq!(get(&seen).await, gone);
        house.hand.advance(60);
        house.land(&[item("X001-WS·2001·Y-0001", "重新开放")]).await;
        house.follow().await;
        let again = get(&seen).await;
        assert!(again.contains("重新开放") && again.contains("2026-11-02T01:03:00Z"), "{again}");
    })
    .await;
}

#[tokio::test]
async fn l01_closed_records_change_no_byte_of_a_harvest() {
    let open: Vec<Description> = (0..150).map(|n| item(&format!("X001-WS·2001·Y-{n:04}"), "某件")).collect();
    let mut mixed: Vec<Description> = (0..90).map(|n| closed(&format!("X002-WS·2001·Y-{n:04}"), "密件")).collect();
    for (place, one) in open.iter().enumerate() {
        mixed.insert(place * 8 / 5, one.clone());
    }
    let mut told = Vec::new();
    for records in [open, mixed] {
        let (_folder, db) = sqlite().await;
        let house = House::with(db, &records).await;
        let door = door(&house);
        let mut pages = vec![ask(&door, "verb=Identify").await, ask(&door, "verb=ListSets").await];
        pages.push(ask(&door, "verb=ListRecords&metadataPrefix=oai_dc").await);
        let next = token(&pages[2]).unwrap().to_owned();
        pages.push(ask(&door, &format!("verb=ListRecords&resumptionToken={next}")).await);
        told.push(pages);
    }
    assert_eq!(told[0], told[1]);
}
