use std::time::Duration;

use kernel::testing::{both, sqlite};
use serde_json::json;

use super::*;
use crate::Openness;
use crate::record::tests::item;

const FILE: &str = "自编码,标题,日期,责任者,保管期限,开放标识,身份证\n\
    X001-001-001,水库图,19580301,县水利局,永久,开放,11010519491231002X\n\
    X001-001-002,水库批复,19580302,县水利局,永久,控制使用,\n\
    X001-001-003,,19580303,县水利局,永久,开放,\n";

fn mapping() -> Value {
    json!({"columns": {"reference_code": "自编码", "title": "标题"}})
}

fn second() -> Actor {
    Actor::new("小王", vec![Role::Archivist])
}

/// What has become of a file when nothing works on it any longer.
pub(super) async fn ended(desk: &Desk, id: &str) -> Value {
    for _ in 0..600 {
        let import = desk.get(&archivist(), &format!("/api/v1/imports/{id}")).await.json();
        if !["trying", "running"].contains(&import["state"].as_str().unwrap()) {
            return import;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it never ends");
}

async fn uploaded(desk: &Desk, content: &str) -> String {
    let import = desk.upload(&archivist(), "/api/v1/imports", "目录.csv", content.as_bytes()).await;
    assert_eq!(import.status, 200, "{}", String::from_utf8_lossy(&import.bytes));
    import.json()["id"].as_str().unwrap().to_owned()
}

fn actions(lines: &[(String, String, String)]) -> Vec<&str> {
    lines.iter().map(|(_, action, _)| action.as_str()).collect()
}

#[tokio::test]
async fn a_file_is_looked_into_tried_and_imported() {
    both(|db| async move {
        let desk = Desk::with(db, &[]).await;
        let import = desk.upload(&archivist(), "/api/v1/imports", "目录.csv", FILE.as_bytes()).await.json();
        let sheet = &import["sheets"][0];
        assert_eq!((&import["state"], &import["file_name"]), (&json!("uploaded"), &json!("目录.csv")));
        assert_eq!((&sheet["rows"], &sheet["header_line"]), (&json!(4), &json!(1)));
        assert_eq!(sheet["guess"]["columns"]["title"], "标题");
        assert_eq!(sheet["unknown"], json!(["自编码", "身份证"]));
        assert_eq!(sheet["samples"][0][6], "110***********002X");
        for file in desk.files() {
            let stored = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
            assert!(!stored.contains("11010519491231002X") && !stored.contains("水库"), "it lies sealed");
        }
        let id = import["id"].as_str().unwrap();

        let trial = json!({"mapping": mapping(), "fonds": "X001"});
        let trying = desk.post(&archivist(), &format!("/api/v1/imports/{id}/trial"), trial.clone()).await;
        assert_eq!((trying.status, &trying.json()["state"]), (200, &json!("trying")));
        let tried = ended(&desk, id).await;
        assert_eq!(tried["state"], "tried", "{tried}");
        let report = &tried["trial"];
        assert_eq!((&report["read"], &report["landed"], &report["refused"]), (&json!(3), &json!(2), &json!(1)));
        assert_eq!((&report["landed_open"], &report["opened"]), (&json!(1), &json!(0)));
        assert_eq!(report["rows"][1]["openness_label"], "控制使用");
        assert_eq!(desk.get(&archivist(), "/api/v1/batches").await.json()["total"], 0, "nothing was written");

        desk.post(&archivist(), &format!("/api/v1/imports/{id}/run"), trial).await;
        let done = ended(&desk, id).await;
        assert_eq!((&done["state"], &done["result"]["landed"]), (&json!("done"), &json!(2)), "{done}");
        let number = done["result"]["batch"].as_i64().unwrap();
        assert_eq!(desk.files().len(), 1, "the file is gone, what became of it stays for a day");
        let errors = desk.get(&archivist(), &format!("/api/v1/batches/{number}/problems?severity=error")).await.json();
        assert_eq!((&errors["total"], &errors["items"][0]["line"]), (&json!(1), &json!(4)));
        let ordered = async |sort: &str| {
            let path = format!("/api/v1/batches/{number}/problems?sort={sort}");
            let listed = desk.get(&archivist(), &path).await.json();
            let line = |one: &Value| one["line"].as_i64().unwrap();
            listed["items"].as_array().unwrap().iter().map(line).collect::<Vec<_>>()
        };
        let (by_place, back) = (ordered("place").await, ordered("-place").await);
        assert!(by_place.len() > 1 && by_place.is_sorted() && back.iter().rev().is_sorted(), "{by_place:?} {back:?}");
        let report = desk.get(&director(), &format!("/api/v1/batches/{number}/report")).await;
        assert!(
            report.bytes.starts_with(b"PK")
                && report.headers["content-disposition"].to_str().unwrap().contains("attachment")
        );
        let expected = ["catalogue.upload", "catalogue.begin-import", "catalogue.import"];
        assert_eq!(actions(&desk.audit().await), expected);

        let rolled = desk.post(&archivist(), &format!("/api/v1/batches/{number}/roll-back"), json!({})).await.json();
        assert_eq!((&rolled["state"], &rolled["result"]["removed"]), (&json!("done"), &json!(2)), "{rolled}");
        let batch = desk.get(&archivist(), &format!("/api/v1/batches/{number}")).await.json();
        assert_eq!((&batch["state"], &batch["roll_back"]), (&json!("rolled-back"), &Value::Null));
        let listed = desk.get(&archivist(), "/api/v1/imports?state=rolled-back").await.json();
        let told = &listed["items"][0];
        assert_eq!((&told["state_label"], &told["result"]["batch"]), (&json!("已撤回"), &json!(number)), "{listed}");
        assert_eq!(desk.get(&archivist(), "/api/v1/imports?state=done").await.json()["total"], 0);
        let again = desk.post(&archivist(), &format!("/api/v1/batches/{number}/roll-back"), json!({})).await.json();
        assert_eq!((&again["state"], &again["problem"]["code"]), (&json!("refused"), &json!("conflict")));
        desk.house.hand.advance(86_401);
        assert_eq!(desk.get(&archivist(), "/api/v1/imports").await.json()["total"], 0, "after a day it is forgotten");
        assert_eq!(desk.files().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_import_that_opens_records_waits_for_somebody_else() {
    both(|db| async move {
        let mut closed = item("X001-001-001", "水库图");
        closed.statuses.openness = Openness::Controlled;
        let desk = Desk::with(db, &[closed]).await;
        let id = uploaded(&desk, &FILE.replace("自编码", "档号")).await;
        desk.post(&archivist(), &format!("/api/v1/imports/{id}/run"), json!({})).await;
        let waiting = ended(&desk, &id).await;
        assert_eq!(
            (&waiting["state"], &waiting["opens"]["count"]),
            (&json!("waiting-approval"), &json!(1)),
            "{waiting}"
        );
        assert_eq!(waiting["opens"]["lines"][0]["line"], 2);
        assert_eq!(desk.house.record("X001-001-001").await.description.statuses.openness, Openness::Controlled);
        let listed = desk.get(&director(), "/api/v1/imports?state=waiting-approval").await.json();
        assert_eq!((&listed["total"], &listed["items"][0]["sheets"]), (&json!(1), &json!([])));

        let approve = format!("/api/v1/imports/{id}/approve");
        let own = desk.post(&archivist(), &approve, json!({})).await;
        assert_eq!((own.status, &own.json()["type"]), (403, &json!("urn:lantai:problem:second-person-needed")));
        assert_eq!(desk.post(&editor(), &approve, json!({})).await.status, 403);
        assert_eq!(desk.post(&archivist(), &format!("/api/v1/imports/{id}/run"), json!({})).await.status, 409);
        assert_eq!(desk.post(&second(), &approve, json!({})).await.status, 200);
        let done = ended(&desk, &id).await;
        assert_eq!((&done["state"], &done["order"]["approved_by"]), (&json!("done"), &json!("小王")), "{done}");
        assert_eq!(done["result"]["opened"], 1);
        assert_eq!(desk.house.record("X001-001-001").await.description.statuses.openness, Openness::Open);
        let lines = desk.audit().await;
        assert!(lines.iter().any(|(actor, action, _)| actor == "小王" && action == "catalogue.approve-import"));
        assert!(lines.iter().any(|(_, action, _)| action == "catalogue.open-by-import"));
    })
    .await;
}

#[tokio::test]
async fn what_was_declined_does_not_run_and_what_would_be_opened_again_waits_as_well() {
    let (_folder, db) = sqlite().await;
    let mut closed = item("X001-001-001", "水库图");
    closed.statuses.openness = Openness::Controlled;
    let desk = Desk::with(db, &[closed]).await;
    let id = uploaded(&desk, &FILE.replace("自编码", "档号")).await;
    desk.post(&archivist(), &format!("/api/v1/imports/{id}/run"), json!({})).await;
    ended(&desk, &id).await;
    let decline = format!("/api/v1/imports/{id}/decline");
    assert_eq!(desk.post(&director(), &decline, json!({"why": " "})).await.status, 400);
    let declined = desk.post(&director(), &decline, json!({"why": "还没有审核"})).await.json();
    assert_eq!(declined["state"], "refused");
    assert!(declined["told"].as_str().unwrap().contains("还没有审核"));
    assert_eq!(desk.send(&archivist(), Method::DELETE, &format!("/api/v1/imports/{id}"), None).await.status, 204);
    assert_eq!(desk.files().len(), 0);

    // An open record is closed by an import; taking that back opens it again.
    let open = "档号,题名,日期,开放标识\nX001-2-1,图,1958,开放\n";
    let id = uploaded(&desk, open).await;
    desk.post(&archivist(), &format!("/api/v1/imports/{id}/run"), json!({})).await;
    assert_eq!(ended(&desk, &id).await["state"], "done");
    let id = uploaded(&desk, &open.replace("1958,开放", "1958,控制")).await;
    desk.post(&archivist(), &format!("/api/v1/imports/{id}/run"), json!({})).await;
    let number = ended(&desk, &id).await["result"]["batch"].as_i64().unwrap();
    let path = format!("/api/v1/batches/{number}/roll-back");
    let refused = desk.post(&archivist(), &path, json!({})).await.json();
    assert_eq!(refused["problem"]["code"], "second-person-needed", "{refused}");
    let batch = desk.get(&director(), &format!("/api/v1/batches/{number}")).await.json();
    assert_eq!((&batch["roll_back"]["state"], &batch["roll_back"]["by"]), (&json!("waiting-approval"), &json!("小张")));
    assert_eq!(desk.post(&archivist(), &format!("{path}/approve"), json!({})).await.status, 403);
    let done = desk.post(&director(), &format!("{path}/approve"), json!({})).await.json();
    assert_eq!((&done["state"], &done["result"]["restored"]), (&json!("done"), &json!(1)), "{done}");
    assert_eq!(desk.house.record("X001-2-1").await.description.statuses.openness, Openness::Open);
}

#[tokio::test]
async fn u29_of_a_file_with_marks_nothing_is_kept() {
    let (_folder, db) = sqlite().await;
    let desk = Desk::with(db, &[]).await;
    for (name, content) in
        [("目录.csv", "档号,题名,密级\nX-1-1,甲,机密\n"), ("（机密）目录.csv", FILE), ("空.pdf", "%PDF-1.7")]
    {
        let refused = desk.upload(&archivist(), "/api/v1/imports", name, content.as_bytes()).await;
        assert_eq!(refused.status, 422, "{name}");
        assert!(!String::from_utf8(refused.bytes).unwrap().contains('甲'));
    }
    assert_eq!((desk.files().len(), actions(&desk.audit().await)), (0, vec!["catalogue.import"]));

    // A column that only the mapping calls 密级.
    let id = uploaded(&desk, "档号,题名,等级\nX-1-1,甲,机\n").await;
    let mapping = json!({"mapping": {"columns": {"classification": "等级"}}});
    desk.post(&archivist(), &format!("/api/v1/imports/{id}/trial"), mapping).await;
    let refused = ended(&desk, &id).await;
    assert_eq!((&refused["state"], &refused["sheets"]), (&json!("refused"), &json!([])), "{refused}");
    assert_eq!(desk.files().len(), 1, "only that it was refused is known");
}

#[tokio::test]
async fn what_a_restart_cut_off_is_told_and_goes_on() {
    let (_folder, db) = sqlite().await;
    let desk = Desk::with(db, &[]).await;
    let id = uploaded(&desk, &FILE.replace("自编码", "档号")).await;
    desk.post(&archivist(), &format!("/api/v1/imports/{id}/run"), json!({})).await;
    // The house stops while it runs; another office opens over the same folder.
    desk.house.ground.tasks.stop();
    for _ in 0..500 {
        if !desk.office.uploads.live().contains_key(&id) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let premises = desk.office.premises.as_ref().clone();
    let ground = kernel::Ground { tasks: kernel::Tasks::default(), ..premises.ground.clone() };
    let again = Desk { office: Office::new(Premises { ground, ..premises }), ..desk };
    let state = again.get(&archivist(), &format!("/api/v1/imports/{id}")).await.json()["state"].clone();
    assert!(state == "interrupted" || state == "done", "{state}");
    if state == "interrupted" {
        again.post(&archivist(), &format!("/api/v1/imports/{id}/run"), json!({})).await;
        assert_eq!(ended(&again, &id).await["state"], "done");
    }
    assert_eq!(again.get(&archivist(), "/api/v1/batches").await.json()["items"][0]["landed"], 2);
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let (_folder, db) = sqlite().await;
    let desk = Desk::with(db, &[]).await;
    assert_eq!(desk.upload(&director(), "/api/v1/imports", "目录.csv", FILE.as_bytes()).await.status, 403);
    assert_eq!(desk.upload(&archivist(), "/api/v1/imports", "", FILE.as_bytes()).await.status, 400);
    assert_eq!(desk.upload(&archivist(), "/api/v1/imports", "目录.csv", b"").await.status, 400);
    let long = crate::uploads::Spool::take(Body::from("123456"), 5).await.unwrap_err();
    assert!(matches!(long, kernel::Error::Problem(problem) if problem.code() == kernel::Code::TooLarge));
    let id = uploaded(&desk, FILE).await;
    let path = format!("/api/v1/imports/{id}/trial");
    for body in [
        json!({"approved_by": "小王"}),
        json!({"format": "doc"}),
        json!({"mapping": {"columns": {"headline": "标题"}}}),
        json!({"mapping": {"column": {}}}),
    ] {
        assert_eq!(desk.post(&archivist(), &path, body.clone()).await.status, 400, "{body}");
    }
    assert_eq!(desk.post(&archivist(), &path, json!({"mapping_name": "没有"})).await.status, 404);
    for id in ["none", "..%2F..%2Fkeys", "0"] {
        assert_eq!(desk.get(&archivist(), &format!("/api/v1/imports/{id}")).await.status, 404, "{id}");
    }
    assert_eq!(desk.post(&archivist(), &format!("/api/v1/imports/{id}/approve"), json!({})).await.status, 409);
}

#[tokio::test]
async fn mappings_are_kept_under_names() {
    let (_folder, db) = sqlite().await;
    let desk = Desk::with(db, &[]).await;
    let path = "/api/v1/mappings/%E5%8E%BF%E5%BF%97";
    assert_eq!(desk.send(&archivist(), Method::PUT, path, Some(mapping())).await.status, 204);
    let text = std::fs::read_to_string(desk.folder.path().join("mappings/县志.toml")).unwrap();
    assert!(crate::import::Mapping::parse(&text).is_ok(), "the command line takes it as well");
    let all = desk.get(&archivist(), "/api/v1/mappings").await.json();
    assert_eq!(
        (&all["items"][0]["name"], &all["items"][0]["mapping"]["columns"]),
        (&json!("县志"), &mapping()["columns"])
    );
    let id = uploaded(&desk, FILE).await;
    desk.post(&archivist(), &format!("/api/v1/imports/{id}/trial"), json!({"mapping_name": "县志"})).await;
    assert_eq!(ended(&desk, &id).await["trial"]["landed"], 2);
    let wrong = json!({"columns": {"headline": "标题"}});
    assert_eq!(desk.send(&archivist(), Method::PUT, path, Some(wrong)).await.status, 400);
    for name in ["..%2Fkeys", "a.b", "%2Fetc"] {
        let status =
            desk.send(&archivist(), Method::PUT, &format!("/api/v1/mappings/{name}"), Some(mapping())).await.status;
        assert!(status == 400 || status == 404, "{name}");
    }
    assert_eq!(desk.send(&archivist(), Method::DELETE, path, None).await.status, 204);
    assert_eq!(desk.get(&archivist(), "/api/v1/mappings").await.json()["items"], json!([]));
    let template = desk.get(&archivist(), "/api/v1/import-template").await;
    assert!(template.status == 200 && template.bytes.starts_with(b"PK"));
    let elements = desk.get(&archivist(), "/api/v1/imports/elements").await.json();
    assert_eq!(
        (&elements["items"][0]["name"], &elements["items"][0]["duty"]),
        (&json!("reference_code"), &json!("always"))
    );
}

#[tokio::test]
async fn how_far_it_has_come_is_told_as_it_goes() {
    let (_folder, db) = sqlite().await;
    let desk = Desk::with(db, &[]).await;
    let id = uploaded(&desk, &FILE.replace("自编码", "档号")).await;
    desk.post(&archivist(), &format!("/api/v1/imports/{id}/run"), json!({})).await;
    let told = desk.get(&archivist(), &format!("/api/v1/imports/{id}/progress")).await;
    assert_eq!(told.headers["content-type"], "text/event-stream");
    let text = String::from_utf8(told.bytes).unwrap();
    let last = text.lines().filter_map(|line| line.strip_prefix("data: ")).next_back().unwrap();
    let last: Value = serde_json::from_str(last).unwrap();
    assert_eq!((&last["id"], &last["state"]), (&json!(id), &json!("done")), "{text}");
    assert!(text.starts_with("event: progress\n"), "{text}");
}

#[test]
fn whoever_imports_may_see_what_waits() {
    for role in Role::ALL {
        let may = |permission| role.permissions().contains(&permission);
        assert!(!may(kernel::Permission::KeepCatalogue) || may(kernel::Permission::ApproveImport), "{role:?}");
    }
}
