use kernel::testing::both;
use serde_json::json;

use super::*;
use crate::desk::tests::old;
use crate::record::tests::item;
use crate::{ArchivalDate, Openness};

/// What a list answers, by the cell of each row that tells it apart.
async fn cells(desk: &Desk, path: &str, cell: &str) -> Vec<String> {
    let listed = desk.get(&archivist(), path).await;
    assert_eq!(listed.status, 200, "{path}: {}", String::from_utf8_lossy(&listed.bytes));
    let listed = listed.json();
    listed["items"].as_array().unwrap().iter().map(|one| one[cell].as_str().unwrap().to_owned()).collect()
}

/// Four records of one fonds; two of a time, one without any.
fn holdings() -> Vec<Description> {
    let one = |code: &str, title: &str, date: &str, openness: Openness| {
        let mut one = item(code, title);
        one.date = ArchivalDate::parse(date).unwrap();
        one.statuses.openness = openness;
        one
    };
    vec![
        one("X001-001-001", "丁", "1986", Openness::Deferred),
        one("X001-001-002", "1", "1958", Openness::Open),
        one("X001-001-003", "3", "不详", Openness::Controlled),
        one("X001-001-004", "2", "1958", Openness::Open),
    ]
}

/// The last figure of each 档号.
fn places(codes: &[String]) -> String {
    codes.iter().map(|code| code.chars().last().unwrap()).collect()
}

#[tokio::test]
async fn records_below_a_place_and_under_a_heading_are_ordered_and_narrowed() {
    both(|db| async move {
        let desk = Desk::with(db, &holdings()).await;
        let fonds = desk.get(&archivist(), "/api/v1/fonds").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        desk.upload(&archivist(), "/api/v1/subjects/import", "专题.txt", "水利\n".as_bytes()).await;
        let heading = desk.get(&archivist(), "/api/v1/subjects").await.json()["items"][0]["code"].clone();
        let heading = heading.as_str().unwrap();
        let rows: Vec<String> = (1..=4).map(|n| format!("X001-001-00{n},{heading}")).collect();
        let sheet = format!("档号,专题\n{}\n", rows.join("\n"));
        let assigned = desk.upload(&archivist(), "/api/v1/subjects/assign", "归类.csv", sheet.as_bytes()).await.json();
        assert_eq!(assigned["done"], 4, "{assigned}");
        for list in [format!("/api/v1/records/{fonds}/children"), format!("/api/v1/subjects/{heading}/records")] {
            let ordered = async |query: &str| places(&cells(&desk, &format!("{list}?{query}"), "reference_code").await);
            assert_eq!(ordered("").await, "1234", "in archival order");
            assert_eq!(ordered("sort=-code").await, "4321");
            assert_eq!(ordered("sort=title").await, "2431");
            assert_eq!(ordered("sort=-title").await, "1342");
            assert_eq!(ordered("sort=date").await, "2413", "equal ones in archival order, undated ones last");
            assert_eq!(ordered("sort=-date").await, "1243", "here as well");
            assert_eq!(ordered("sort=openness").await, "2431");
            assert_eq!(ordered("sort=-openness").await, "1324");
            assert_eq!(ordered("sort=date&page=2&size=3").await, "3");
            assert_eq!(ordered("openness=open&sort=-code").await, "42");
            let open = desk.get(&archivist(), &format!("{list}?openness=open&size=1")).await.json();
            assert_eq!((&open["total"], open["items"].as_array().unwrap().len()), (&json!(2), 1));
            for query in ["sort=number", "openness=secret"] {
                assert_eq!(desk.get(&archivist(), &format!("{list}?{query}")).await.status, 400, "{query}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn records_of_a_review_are_ordered_and_narrowed_to_those_without_an_opinion() {
    both(|db| async move {
        let desk = Desk::with(db, &[old(1), old(2), old(3)]).await;
        let draft = json!({"title": "第一批", "chosen": {"of": "due"}});
        let drafted = desk.post(&archivist(), "/api/v1/review/batches", draft).await.json();
        let batch = format!("/api/v1/review/batches/{}", drafted["number"]);
        let each = json!({"step": "initial", "each": [
            {"reference_code": "X001-WS·1986·Y-0002", "said": {"verdict": "open"}}]});
        assert_eq!(desk.post(&archivist(), &format!("{batch}/opinions"), each).await.status, 200);
        let records = format!("{batch}/records");
        let ordered = async |query: &str| places(&cells(&desk, &format!("{records}?{query}"), "reference_code").await);
        assert_eq!(ordered("").await, "123");
        assert_eq!(ordered("sort=-code&size=2").await, "32");
        assert_eq!(ordered("without=initial").await, "13");
        assert_eq!(ordered("without=initial&sort=-code").await, "31");
        assert_eq!(ordered("without=second").await, "123");
        assert_eq!(ordered("openness=open").await, "");
        let left = desk.get(&archivist(), &format!("{records}?without=initial&size=1")).await.json();
        assert_eq!((&left["total"], left["items"].as_array().unwrap().len()), (&json!(2), 1));
        assert_eq!(desk.get(&archivist(), &format!("{records}?without=third")).await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn authority_records_are_ordered_and_counted() {
    both(|db| async move {
        let desk = Desk::with(db, &[]).await;
        let list = "类型,名称,起止时间\n机构,b,1958-\n人物,c,\n机构,a,1950-1957\n地名,d,1912\n";
        let kept = desk.upload(&archivist(), "/api/v1/authorities/import", "规范档.csv", list.as_bytes()).await;
        assert_eq!(kept.json()["added"], 4, "{}", String::from_utf8_lossy(&kept.bytes));
        let ordered = async |query: &str| cells(&desk, &format!("/api/v1/authorities?{query}"), "name").await.concat();
        assert_eq!(ordered("").await, "abcd", "by kind and name");
        assert_eq!(ordered("sort=-kind").await, "dcab");
        assert_eq!(ordered("sort=-name").await, "dcba");
        assert_eq!(ordered("sort=dates").await, "dabc", "those without dates last");
        assert_eq!(ordered("sort=-dates").await, "badc", "here as well");
        assert_eq!(ordered("sort=name&page=2&size=3").await, "d");
        let bodies = desk.get(&archivist(), "/api/v1/authorities?kind=body&size=1").await.json();
        assert_eq!((&bodies["total"], bodies["items"].as_array().unwrap().len()), (&json!(2), 1));
        assert_eq!(desk.get(&archivist(), "/api/v1/authorities?sort=history").await.status, 400);
    })
    .await;
}
