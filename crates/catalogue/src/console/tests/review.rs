use kernel::testing::{both, sqlite};
use serde_json::json;

use super::*;
use crate::Asked;
use crate::desk::tests::old;

fn second() -> Actor {
    Actor::new("小王", vec![Role::Archivist])
}

async fn drafted(desk: &Desk) -> String {
    let draft = json!({"title": "第一批", "chosen": {"of": "due"}});
    let drafted = desk.post(&archivist(), "/api/v1/review/batches", draft).await.json();
    format!("/api/v1/review/batches/{}", drafted["number"])
}

async fn seen(desk: &Desk) -> u64 {
    let answer = desk.house.catalogue().ask(&Asked::typed("清江水利", 20)).await.unwrap();
    if answer.relaxed.is_some() { 0 } else { answer.total }
}

#[tokio::test]
async fn a_batch_goes_from_the_due_list_to_what_everybody_sees_and_is_closed_again() {
    both(|db| async move {
        let desk = Desk::with(db, &[old(1), old(2)]).await;
        let due = desk.get(&archivist(), "/api/v1/review/due").await.json();
        assert_eq!((&due["items"][0]["fonds"], &due["items"][0]["by_age"]), (&json!("X001"), &json!(2)));
        let batch = drafted(&desk).await;
        let opinions = format!("{batch}/opinions");
        let all = |step: &str, verdict: &str| json!({"step": step, "all": {"verdict": verdict}});
        let given = desk.post(&archivist(), &opinions, all("initial", "open")).await;
        assert_eq!((given.status, &given.json()["given"]), (200, &json!(2)));
        let same = desk.post(&archivist(), &opinions, all("second", "open")).await;
        assert_eq!(same.status, 409);
        assert!(same.json()["detail"].as_str().unwrap().contains("复审须由另一人"));
        let each = json!({"step": "second", "each": [
            {"reference_code": "X001-WS·1986·Y-0001", "said": {"verdict": "open"}},
            {"reference_code": "X001-WS·1986·Y-0002", "said": {"verdict": "defer", "reason": "rights"}}]});
        assert_eq!(desk.post(&second(), &opinions, each).await.status, 200);
        let alone = json!({"to": {"kind": "alone", "why": "原单位已撤销"}});
        assert_eq!(desk.post(&archivist(), &format!("{batch}/send"), alone).await.status, 204);
        let records = desk.get(&archivist(), &format!("{batch}/records")).await.json();
        assert_eq!(records["items"][0]["id"], desk.id("X001-WS·1986·Y-0001"));
        let head = desk.get(&director(), &batch).await.json();
        assert_eq!((head["id"].as_str().unwrap().len(), &head["work"]), (16, &Value::Null));
        assert_eq!((&head["stage"], &head["next"]), (&json!("joint"), &json!(["decide", "withdraw"])));
        assert_eq!(head["opinions"], json!({"initial": 2, "second": 2, "joint": 0, "final": 0}));
        let decision = |differing: Value| {
            json!({"document_number": "临档〔2026〕1号", "review_on": "2031-01-02",
            "authority": {"body": "省档案局", "number": "〔2026〕9号"}, "differing": differing})
        };
        let decide = format!("{batch}/decision");
        assert_eq!(desk.post(&archivist(), &decide, decision(json!([]))).await.status, 403);
        assert_eq!(desk.post(&director(), &decide, decision(json!([]))).await.status, 409, "the opinions differ");
        let differing =
            json!([{"reference_code": "X001-WS·1986·Y-0002", "said": {"verdict": "defer", "reason": "rights"}}]);
        assert_eq!(desk.post(&director(), &decide, decision(differing)).await.status, 204);
        assert_eq!(seen(&desk).await, 0);
        let carried = desk.post(&director(), &format!("{batch}/carry-out"), json!({})).await.json();
        assert_eq!((&carried["state"], &carried["result"]["done"]), (&json!("done"), &json!(2)), "{carried}");
        assert_eq!(seen(&desk).await, 1, "when the work is done, the index is as well");
        let id = carried["id"].as_str().unwrap();
        assert_eq!(desk.get(&director(), &format!("/api/v1/works/{id}")).await.json()["state"], "done");
        let told = desk.get(&director(), &format!("/api/v1/works/{id}/progress")).await;
        assert!(String::from_utf8(told.bytes).unwrap().contains("\"state\":\"done\""));

        let records = desk.get(&archivist(), &format!("{batch}/records?size=1&page=2")).await.json();
        assert_eq!((&records["total"], &records["items"][0]["openness_label"]), (&json!(2), &json!("延期开放")));
        assert_eq!(records["items"][0]["opinions"][2]["review_on"], "2031-01-02");
        let opened = desk.get(&archivist(), &format!("{batch}/opened")).await.json();
        assert_eq!((&opened["total"], &opened["items"][0]["title"]), (&json!(1), &json!("清江水利工程第1号")));
        let notice = json!({"text": "现予开放。"});
        assert_eq!(desk.send(&director(), Method::PUT, &format!("{batch}/notice"), Some(notice)).await.status, 204);
        assert_eq!(desk.get(&archivist(), &batch).await.json()["notice"], "现予开放。");

        let published = json!({"codes": ["X001-WS·1986·Y-0001"], "document_number": "临档〔2026〕2号"});
        let done = desk.post(&director(), "/api/v1/review/publish", published).await.json();
        assert_eq!((&done["state"], &done["result"]["done"]), (&json!("done"), &json!(1)));
        let closing = json!({"codes": ["X001-WS·1986·Y-0001", "X9-9"], "reason": "发现涉及个人信息"});
        assert_eq!(desk.post(&archivist(), "/api/v1/review/close", closing.clone()).await.status, 403);
        let closed = desk.post(&director(), "/api/v1/review/close", closing).await.json();
        assert_eq!(
            (&closed["result"]["done"], &closed["result"]["refused"][0]["reference_code"]),
            (&json!(1), &json!("X9-9"))
        );
        assert_eq!(seen(&desk).await, 0);
        let listed = desk.get(&director(), "/api/v1/review/batches?stage=carried-out").await.json();
        assert_eq!((&listed["total"], &listed["items"][0]["kind"]), (&json!(3), &json!("closing")));
    })
    .await;
}

#[tokio::test]
async fn a_sheet_is_given_out_and_read_back() {
    let (_folder, db) = sqlite().await;
    let desk = Desk::with(db, &[old(1), old(2)]).await;
    let batch = drafted(&desk).await;
    let sheet = desk.get(&archivist(), &format!("{batch}/sheet?format=csv")).await;
    let text = String::from_utf8(sheet.bytes).unwrap();
    assert!(text.contains("初审意见") && text.contains("清江水利工程第2号"), "{text}");
    let filled = "档号,初审意见,初审理由\nX001-WS·1986·Y-0001,开放,\nX001-WS·1986·Y-0002,控制,法律法规限制\n";
    let path = format!("{batch}/opinions/sheet?step=initial");
    let given = desk.upload(&archivist(), &path, "审核表.csv", filled.as_bytes()).await;
    assert_eq!((given.status, &given.json()["given"]), (200, &json!(2)));
    let wrong =
        desk.upload(&archivist(), &path, "审核表.csv", "档号,初审意见\nX001-WS·1986·Y-0001,大概\n".as_bytes()).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.json()["detail"].as_str().unwrap().contains("第 2 行"));
    assert!(desk.get(&archivist(), &format!("{batch}/sheet")).await.bytes.starts_with(b"PK"));
    assert_eq!(desk.get(&archivist(), &format!("{batch}/sheet?format=doc")).await.status, 400);
}

#[tokio::test]
async fn what_does_not_fit_is_told_and_nothing_happens() {
    let (_folder, db) = sqlite().await;
    let desk = Desk::with(db, &[old(1)]).await;
    for (body, status) in [
        (json!({"title": "", "chosen": {"of": "due"}}), 400),
        (json!({"title": "甲", "chosen": {"of": "all"}}), 400),
        (json!({"title": "甲", "chosen": {"of": "due", "more": 1}}), 400),
        (json!({"title": "甲", "early": " ", "chosen": {"of": "due"}}), 400),
        (json!({"title": "甲", "chosen": {"of": "fonds", "fonds": "X9"}}), 400),
    ] {
        assert_eq!(desk.post(&archivist(), "/api/v1/review/batches", body.clone()).await.status, status, "{body}");
    }
    let batch = drafted(&desk).await;
    for body in [
        json!({"step": "initial"}),
        json!({"step": "third", "all": {"verdict": "open"}}),
        json!({"step": "initial", "all": {"verdict": "yes"}}),
        json!({"step": "initial", "all": {"verdict": "defer", "reason": "no"}}),
        json!({"step": "initial", "all": {"verdict": "defer", "review_on": "soon"}}),
        json!({"step": "initial", "all": {"verdict": "open", "by": "馆长"}}),
    ] {
        assert_eq!(desk.post(&archivist(), &format!("{batch}/opinions"), body.clone()).await.status, 400, "{body}");
    }
    let reasonless = json!({"step": "initial", "all": {"verdict": "control"}});
    assert_eq!(desk.post(&archivist(), &format!("{batch}/opinions"), reasonless).await.status, 409);
    assert_eq!(desk.get(&editor(), "/api/v1/review/due").await.status, 403);
    let refused = desk.post(&director(), &format!("{batch}/carry-out"), json!({})).await.json();
    assert_eq!((&refused["state"], &refused["problem"]["code"]), (&json!("refused"), &json!("not-yet")));
    let empty = json!({"codes": [" "], "reason": "甲"});
    assert_eq!(desk.post(&director(), "/api/v1/review/close", empty).await.status, 400);
    let withdrawn = desk.post(&archivist(), &format!("{batch}/withdraw"), json!({"text": "重新选取"})).await;
    assert_eq!(withdrawn.status, 204);
    assert_eq!(desk.get(&archivist(), &batch).await.json()["next"], json!([]));
}

#[tokio::test]
async fn the_rest_leaves_what_was_said_and_all_is_said_anew_only_when_asked_for() {
    both(|db| async move {
        let desk = Desk::with(db, &[old(1), old(2), old(3)]).await;
        let opinions = format!("{}/opinions", drafted(&desk).await);
        let says = async |actor: &Actor, body: Value| desk.post(actor, &opinions, body).await.json()["given"].clone();
        let verdicts = async |step: usize| {
            let records = desk.get(&archivist(), &opinions.replace("/opinions", "/records")).await.json();
            let items = records["items"].as_array().unwrap().clone();
            items.iter().map(|one| one["opinions"][step]["verdict"].clone()).collect::<Vec<_>>()
        };
        let defer = json!({"verdict": "defer", "reason": "rights"});
        let one =
            json!({"step": "initial", "each": [{"reference_code": "X001-WS·1986·Y-0002", "said": defer.clone()}]});
        assert_eq!(says(&archivist(), one).await, 1);
        assert_eq!(says(&archivist(), json!({"step": "initial", "all": defer.clone()})).await, 3);
        let again = json!({"step": "second", "each": [{"reference_code": "X001-WS·1986·Y-0002", "said": defer}]});
        assert_eq!(says(&second(), again).await, 1);
        assert_eq!(says(&second(), json!({"step": "second", "rest": {"verdict": "open"}})).await, 2);
        assert_eq!(verdicts(0).await, ["defer", "defer", "defer"], "all were said anew");
        assert_eq!(verdicts(1).await, ["open", "defer", "open"], "what was said stays");
        let two = json!({"step": "second", "rest": {"verdict": "open"}, "all": {"verdict": "open"}});
        assert_eq!(desk.post(&second(), &opinions, two).await.status, 400);
    })
    .await;
}
