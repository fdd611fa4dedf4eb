use kernel::testing::both;
use serde_json::json;

use super::*;
use crate::record::tests::item;
use crate::{Level, Openness};

fn holdings() -> Vec<Description> {
    let mut closed = item("X001-001-003", "移民安置的秘闻");
    closed.statuses.openness = Openness::Controlled;
    let mut volume = item("X001-002", "关闭的案卷");
    volume.level = Level::Volume;
    volume.statuses.openness = Openness::Deferred;
    let mut within = item("X001-002-001", "案卷里的水库图");
    within.parent_key = "X001-002".to_owned();
    let noted = {
        let mut one = item("X001-001-002", "水库批复");
        one.elements.insert("note".into(), "经手人11010519491231002X".into());
        one
    };
    vec![item("X001-001-001", "水库图"), noted, closed, volume, within]
}

#[tokio::test]
async fn what_staff_ask_is_answered_from_all_records_and_written_down() {
    both(|db| async move {
        let desk = Desk::with(db, &holdings()).await;
        let asked = json!({"q": "水库", "size": 2});
        let found = desk.post(&archivist(), "/api/v1/records/find", asked).await;
        assert_eq!(found.status, 200);
        let found = found.json();
        assert_eq!((&found["total"], &found["groups"][0]["likeness"]), (&json!(3), &json!("as-typed")));
        assert_eq!(found["groups"][0]["items"].as_array().unwrap().len(), 2);
        let closed =
            desk.post(&archivist(), "/api/v1/records/find", json!({"q": "移民", "openness": "controlled"})).await;
        assert_eq!(closed.json()["groups"][0]["items"][0]["is_public"], false);
        let listed = desk.get(&director(), "/api/v1/records?fonds=X001&sort=code").await.json();
        assert_eq!(listed["total"], 5);
        let facet = listed["facets"].as_array().unwrap().iter().find(|one| one["name"] == "openness").unwrap();
        assert_eq!((&facet["label"], facet["values"].as_array().unwrap().len()), (&json!("开放标识"), 3));
        assert!(desk.audit().await.iter().all(|(_, action, _)| action == "catalogue.find"));
        for (body, status) in [(json!({"q": "水库", "secret": 1}), 400), (json!({"sort": "best"}), 400)] {
            assert_eq!(desk.post(&archivist(), "/api/v1/records/find", body).await.status, status);
        }
        let number = desk.get(&archivist(), "/api/v1/records?q=11010519491231002X").await;
        assert_eq!(number.status, 400);
        assert!(!String::from_utf8(number.bytes).unwrap().contains("11010519491231002X"));
    })
    .await;
}

#[tokio::test]
async fn a_record_says_all_it_has_and_reading_a_closed_one_is_written_down() {
    both(|db| async move {
        let desk = Desk::with(db, &holdings()).await;
        let path = |code: &str| format!("/api/v1/records/{}", desk.id(code));
        let open = desk.get(&archivist(), &path("X001-001-002")).await.json();
        assert_eq!((&open["kind"], &open["access"]["everybody"]), (&json!("record"), &json!("description")));
        let note = open["elements"].as_array().unwrap().iter().find(|one| one["name"] == "note").unwrap();
        assert_eq!(note["value"], "经手人110***********002X");
        assert_eq!(desk.audit().await, [], "what everybody may see is read without a line");
        let closed = desk.get(&archivist(), &path("X001-001-003")).await.json();
        assert_eq!((&closed["openness_label"], &closed["is_public"]), (&json!("控制使用"), &json!(false)));
        let within = desk.get(&archivist(), &path("X001-002-001")).await.json();
        let way: Vec<&str> =
            within["path"].as_array().unwrap().iter().map(|one| one["reference_code"].as_str().unwrap()).collect();
        assert_eq!(way, ["X001", "X001-002"], "staff walk through what is closed");
        let line = ("小张".to_owned(), "catalogue.read".to_owned(), format!("record/{}", desk.id("X001-001-003")));
        assert_eq!(desk.audit().await, [line]);
        assert_eq!(desk.get(&archivist(), &path("X009-1")).await.status, 404);
        assert_eq!(desk.get(&archivist(), "/api/v1/records/none").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn the_hierarchy_is_walked_from_the_fonds() {
    both(|db| async move {
        let desk = Desk::with(db, &holdings()).await;
        let fonds = desk.get(&archivist(), "/api/v1/fonds").await.json();
        assert_eq!((&fonds["total"], &fonds["items"][0]["records"]), (&json!(1), &json!(5)));
        assert_eq!(fonds["items"][0]["open"], 3);
        let id = fonds["items"][0]["id"].as_str().unwrap();
        let whole = desk.get(&archivist(), &format!("/api/v1/records/{id}")).await.json();
        assert_eq!((&whole["kind"], &whole["children_total"]), (&json!("fonds"), &json!(4)));
        let below = desk.get(&archivist(), &format!("/api/v1/records/{id}/children?page=2&size=2")).await.json();
        assert_eq!((&below["total"], below["items"].as_array().unwrap().len()), (&json!(4), 2));
        let volume = &below["items"][1];
        assert_eq!((&volume["reference_code"], &volume["children"]), (&json!("X001-002"), &json!(1)));
        let inside = desk.get(&archivist(), &format!("/api/v1/records/{}/children", desk.id("X001-002"))).await.json();
        assert_eq!(inside["items"][0]["reference_code"], "X001-002-001");
    })
    .await;
}

#[tokio::test]
async fn who_may_not_search_sees_nothing() {
    both(|db| async move {
        let desk = Desk::with(db, &holdings()).await;
        let id = desk.id("X001-001-001");
        for path in [
            "/api/v1/records",
            "/api/v1/fonds",
            &format!("/api/v1/records/{id}"),
            &format!("/api/v1/records/{id}/children"),
            &format!("/api/v1/records/{id}/history"),
        ] {
            assert_eq!(desk.get(&editor(), path).await.status, 403, "{path}");
        }
        let history = desk.get(&director(), &format!("/api/v1/records/{id}/history")).await.json();
        assert_eq!((&history["reference_code"], &history["happened"]), (&json!("X001-001-001"), &json!([])));
    })
    .await;
}

#[tokio::test]
async fn every_operation_names_the_permission_it_needs() {
    let (_folder, db) = kernel::testing::sqlite().await;
    let desk = Desk::with(db, &[]).await;
    let (_, document) = routes(&desk.office).merge(long_routes(&desk.office)).split_for_parts();
    let document: Value = serde_json::from_str(&document.to_json().unwrap()).unwrap();
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation[web::api::NEEDS].is_string(), "{method} {path}");
            operations += 1;
        }
    }
    assert!(operations > 60, "{operations}");
    let imports = document["paths"]["/api/v1/imports"].as_object().unwrap();
    assert!(imports.contains_key("get") && imports.contains_key("post"));
}
