use kernel::testing::{both, sqlite};
use serde_json::json;

use super::*;
use crate::Openness;
use crate::record::tests::item;

#[tokio::test]
async fn the_gap_list_is_looked_through_and_dealt_with() {
    both(|db| async move {
        let desk = Desk::with(db, &[item("X001-001-001", "水库图")]).await;
        let catalogue = desk.house.catalogue();
        let asked = crate::Asked::typed("潮汐电站", 20);
        catalogue.miss(&asked, &catalogue.ask(&asked).await.unwrap());
        catalogue.write_gaps(desk.house.ground.clock.now()).await.unwrap();
        let gaps = desk.get(&archivist(), "/api/v1/gaps").await.json();
        assert_eq!((&gaps["items"][0]["text"], &gaps["items"][0]["times"]), (&json!("潮汐电站"), &json!(1)));
        let path = format!("/api/v1/gaps/{}/close", gaps["items"][0]["number"]);
        assert_eq!(desk.post(&director(), &path, json!({"note": "未收藏"})).await.status, 403);
        assert_eq!(desk.post(&archivist(), &path, json!({"note": ""})).await.status, 400);
        assert_eq!(desk.post(&archivist(), &path, json!({"note": "未收藏"})).await.status, 204);
        assert_eq!(desk.get(&archivist(), "/api/v1/gaps").await.json()["items"], json!([]));
        assert_eq!(desk.get(&archivist(), "/api/v1/gaps?all=true").await.json()["items"][0]["closed_by"], "小张");
    })
    .await;
}

#[tokio::test]
async fn an_export_is_written_down_and_leaves_out_what_is_asked() {
    let (_folder, db) = sqlite().await;
    let mut closed = item("X001-001-002", "秘闻");
    closed.statuses.openness = Openness::Controlled;
    let desk = Desk::with(db, &[item("X001-001-001", "水库图"), closed]).await;
    let export = async |wanted: Value| {
        let begun = desk.post(&archivist(), "/api/v1/exports", wanted).await.json();
        let work = format!("/api/v1/works/{}", begun["id"].as_str().unwrap());
        let told = desk.get(&archivist(), &format!("{work}/progress")).await;
        assert!(String::from_utf8(told.bytes).unwrap().contains("progress"));
        let ended = desk.get(&archivist(), &work).await.json();
        (format!("/api/v1/exports/{}", begun["id"].as_str().unwrap()), ended)
    };
    let (whole, ended) = export(json!({"format": "csv", "fonds": "X001"})).await;
    let result = &ended["result"];
    assert_eq!((&ended["done"], &result["records"], &result["file"]), (&json!(2), &json!(2), &json!("目录-X001.csv")));
    let file = desk.get(&archivist(), &format!("{whole}/file")).await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(json!(file.bytes.len()), result["bytes"]);
    let text = String::from_utf8(file.bytes).unwrap();
    assert!(text.contains("水库图") && text.contains("秘闻"), "{text}");
    let last = desk.get(&archivist(), "/api/v1/exports").await.json();
    assert_eq!(last["work"]["id"], ended["id"], "who comes back finds it");
    let other = Actor::new("小王", vec![Role::Archivist]);
    assert_eq!(desk.get(&other, &format!("{whole}/file")).await.status, 404, "it is one's own");
    assert_eq!(desk.get(&other, "/api/v1/exports").await.json()["work"], Value::Null);

    let (open, _) = export(json!({"format": "ead3", "open_only": true})).await;
    let text = String::from_utf8(desk.get(&archivist(), &format!("{open}/file")).await.bytes).unwrap();
    assert!(text.contains("水库图") && !text.contains("秘闻"), "{text}");
    assert_eq!(desk.get(&archivist(), &format!("{whole}/file")).await.status, 404, "the next took its place");
    assert_eq!(desk.send(&archivist(), Method::DELETE, &open, None).await.status, 204);
    assert_eq!(desk.get(&archivist(), &format!("{open}/file")).await.status, 404);
    let (_, unknown) = export(json!({"format": "csv", "fonds": "X9"})).await;
    assert_eq!((&unknown["state"], &unknown["problem"]["code"]), (&json!("refused"), &json!("bad-request")));
    let (old, _) = export(json!({"format": "dc"})).await;
    desk.house.hand.advance(3601);
    assert_eq!(desk.get(&archivist(), &format!("{old}/file")).await.status, 404, "after an hour it is gone");
    assert_eq!(desk.post(&archivist(), "/api/v1/exports", json!({"format": "doc"})).await.status, 400);
    assert_eq!(desk.post(&director(), "/api/v1/exports", json!({"format": "csv"})).await.status, 403);
    assert!(desk.audit().await.iter().all(|(actor, action, _)| actor == "小张" && action == "catalogue.export"));
}

#[tokio::test]
async fn headings_and_authorities_are_taken_in_and_changed() {
    let (_folder, db) = sqlite().await;
    let desk = Desk::with(db, &[item("X001-001-001", "水库图")]).await;
    let kept =
        desk.upload(&archivist(), "/api/v1/subjects/import", "专题.txt", "经济\n  水利\n党务\n".as_bytes()).await;
    assert_eq!((kept.status, &kept.json()["added"]), (200, &json!(3)));
    let listed = desk.get(&archivist(), "/api/v1/subjects").await.json();
    let items = listed["items"].as_array().unwrap();
    let code = |path: &str| items.iter().find(|one| one["path"] == path).unwrap()["code"].as_str().unwrap().to_owned();
    let water = code("经济/水利");
    let assigned = format!("档号,专题\nX001-001-001,{water}\nX9-9,{water}\n");
    let assigned = desk.upload(&archivist(), "/api/v1/subjects/assign", "归类.csv", assigned.as_bytes()).await;
    assert_eq!((&assigned.json()["done"], assigned.json()["refused"].as_array().unwrap().len()), (&json!(1), 1));
    let put = async |path: String, body: Value| desk.send(&archivist(), Method::PUT, &path, Some(body)).await;
    let parent = json!({"under": code("党务")});
    assert_eq!(put(format!("/api/v1/subjects/{water}/parent"), parent).await.status, 204);
    assert_eq!(put(format!("/api/v1/subjects/{water}/name"), json!({"name": "水务"})).await.status, 204);
    let listed = desk.get(&archivist(), "/api/v1/subjects").await.json();
    assert!(listed["items"].as_array().unwrap().iter().any(|one| one["path"] == "党务/水务" && one["records"] == 1));
    let id = desk.id("X001-001-001");
    let (under, place) =
        (format!("/api/v1/subjects/{water}/records"), format!("/api/v1/subjects/{water}/records/{id}"));
    assert_eq!(desk.get(&archivist(), &under).await.json()["items"][0]["id"], id);
    assert_eq!(desk.get(&archivist(), &format!("/api/v1/subjects/{water}")).await.json()["path"], "党务/水务");
    let delete = async |path: &str| desk.send(&archivist(), Method::DELETE, path, None).await;
    let taken = delete(&place).await;
    assert_eq!((taken.status, taken.json()), (200, json!({"written": false})));
    assert_eq!(desk.get(&archivist(), &under).await.json()["total"], 0);
    assert_eq!(delete(&place).await.status, 409, "it stands there no more");
    assert_eq!(delete(&place.replace(&id, &desk.id("X9-9"))).await.status, 404);
    assert_eq!(desk.send(&director(), Method::PUT, &place, None).await.status, 403);
    assert_eq!(desk.send(&archivist(), Method::PUT, &place, None).await.status, 204, "it is put back");
    let find = async |code: &str| {
        let found = desk.post(&archivist(), "/api/v1/records/find", json!({"subject": code})).await;
        (found.status, found.json())
    };
    for code in [code("党务"), water.clone()] {
        let (_, found) = find(&code).await;
        assert_eq!(found["total"], 1, "{found}");
        assert!(found["subject"].as_str().unwrap().starts_with("党务"));
        let facet = found["facets"].as_array().unwrap().iter().find(|one| one["name"] == "subject").unwrap().clone();
        assert_eq!(facet["values"], json!([{"value": water, "label": "水务", "count": 1}]));
    }
    assert_eq!(find(&code("经济")).await.1["total"], 0);
    assert_eq!(find("999").await.0, 404);
    let audit = desk.audit().await;
    let told = |action: &str| audit.iter().filter(|(_, one, object)| one == action && object.ends_with(&water)).count();
    assert_eq!((told("catalogue.take-out-of-heading"), told("catalogue.assign-headings")), (1, 1));
    let remove = |code: &str| format!("/api/v1/subjects/{code}");
    assert_eq!(desk.send(&archivist(), Method::DELETE, &remove(&water), None).await.status, 409);
    assert_eq!(desk.send(&archivist(), Method::DELETE, &remove(&code("经济")), None).await.status, 204);

    let list = "类型,名称,起止时间,旧名\n机构,县水利局,1950-,县水利科\n";
    let kept = desk.upload(&archivist(), "/api/v1/authorities/import", "规范档.csv", list.as_bytes()).await;
    assert_eq!((kept.status, &kept.json()["added"]), (200, &json!(1)), "{}", String::from_utf8_lossy(&kept.bytes));
    let listed = desk.get(&archivist(), "/api/v1/authorities?kind=body").await.json();
    assert_eq!((&listed["items"][0]["name"], &listed["total"]), (&json!("县水利局"), &json!(1)));
    let named = desk.post(&archivist(), "/api/v1/authorities/named", json!({"name": "县水利科"})).await.json();
    assert_eq!(named["items"][0]["names"][0]["relation"], "earlier");
    for path in ["/api/v1/subjects", "/api/v1/authorities"] {
        assert_eq!(desk.get(&director(), path).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn originals_are_listed_for_who_may_search_and_changed_by_who_keeps() {
    let (_folder, db) = sqlite().await;
    let desk = Desk::with(db, &[item("X001-001-001", "水库图")]).await;
    let path = format!("/api/v1/records/{}/originals", desk.id("X001-001-001"));
    assert_eq!(desk.get(&director(), &path).await.json(), json!({"items": [], "checks": []}));
    assert_eq!(desk.get(&editor(), &path).await.status, 403);
    let refused = desk.upload(&archivist(), &path, "（机密）图.jpg", b"x").await.json();
    assert_eq!(refused["fate"], "refused");
    assert_eq!(desk.get(&archivist(), &path).await.json()["checks"].as_array().unwrap().len(), 1);
    assert_eq!(desk.send(&archivist(), Method::DELETE, &format!("{path}/1"), None).await.status, 404);
    assert_eq!(desk.send(&archivist(), Method::POST, &format!("{path}/1/release"), None).await.status, 403);
    assert_eq!(desk.upload(&director(), &path, "图.jpg", b"x").await.status, 403);
}
