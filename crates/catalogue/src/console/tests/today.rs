//! What waits on the first page, and that the page behind each count shows as many.

use kernel::testing::both;
use serde_json::json;

use super::*;
use crate::Openness;
use crate::console::Waiting;
use crate::desk::tests::old;
use crate::record::tests::item;

fn second() -> Actor {
    Actor::new("小王", vec![Role::Archivist])
}

/// What waits for somebody, each with what the page behind it shows.
async fn waits(desk: &Desk, actor: &Actor) -> Vec<(&'static str, i64)> {
    let mut counts = Vec::new();
    for Waiting { name, count, .. } in desk.office.waiting_for(actor).await.unwrap() {
        let path = match name {
            "due" => "/api/v1/review/due",
            "reviews" => "/api/v1/review/batches?stage=mine",
            "imports" => "/api/v1/imports?state=mine",
            "roll-backs" => "/api/v1/batches?state=mine",
            _ => "/api/v1/gaps?new=true",
        };
        let page = desk.get(actor, path).await.json();
        let shown = if name == "due" {
            let items = page["items"].as_array().unwrap().iter();
            let one = |item: &Value, name: &str| item[name].as_i64().unwrap();
            items.map(|item| one(item, "by_age") + one(item, "by_date") - one(item, "under_review")).sum()
        } else {
            i64::try_from(page["items"].as_array().unwrap().len()).unwrap()
        };
        assert_eq!(shown, count, "{name}: {page}");
        counts.push((name, count));
    }
    counts.retain(|(_, count)| *count > 0);
    counts
}

async fn post(desk: &Desk, actor: &Actor, path: &str, body: Value) {
    let answered = desk.post(actor, path, body).await;
    assert!(answered.status < 300, "{path}: {}", answered.json());
}

#[tokio::test]
async fn a_review_waits_for_whoever_may_take_its_next_step() {
    both(|db| async move {
        let desk = Desk::with(db, &[old(1), old(2), old(3), item("X001-WS·2020·Y-0009", "新近的")]).await;
        assert_eq!(waits(&desk, &editor()).await, []);
        assert_eq!(waits(&desk, &archivist()).await, [("due", 3)]);
        let two = json!({"title": "第一批", "chosen":
            {"of": "codes", "codes": ["X001-WS·1986·Y-0001", "X001-WS·1986·Y-0002"]}});
        post(&desk, &archivist(), "/api/v1/review/batches", two).await;
        assert_eq!(waits(&desk, &director()).await, [("due", 1), ("reviews", 1)]);
        let batch = "/api/v1/review/batches/1";
        let said = |step: &str, verdict: Value| json!({"step": step, "all": verdict});
        let open = json!({"verdict": "open"});
        let defer = json!({"verdict": "defer", "reason": "rights"});
        post(&desk, &archivist(), &format!("{batch}/opinions"), said("initial", defer.clone())).await;
        assert_eq!(waits(&desk, &archivist()).await, [("due", 1)], "the second opinion is another's");
        assert_eq!(waits(&desk, &second()).await, [("due", 1), ("reviews", 1)]);
        post(&desk, &second(), &format!("{batch}/opinions"), said("second", defer)).await;
        let alone = json!({"to": {"kind": "alone", "why": "原单位已撤销"}});
        post(&desk, &archivist(), &format!("{batch}/send"), alone).await;
        assert_eq!(waits(&desk, &second()).await, [("due", 1)], "who gave an opinion does not decide");
        assert_eq!(waits(&desk, &director()).await, [("due", 1), ("reviews", 1)]);
        let decision = json!({"document_number": "临档〔2026〕1号", "review_on": "2031-01-02",
            "authority": {"body": "省档案局", "number": "〔2026〕9号"},
            "differing": [{"reference_code": "X001-WS·1986·Y-0001", "said": open}]});
        post(&desk, &director(), &format!("{batch}/decision"), decision).await;
        assert_eq!(waits(&desk, &archivist()).await, [("due", 1)], "carrying out is the director's");
        post(&desk, &director(), &format!("{batch}/carry-out"), json!({})).await;
        assert_eq!(waits(&desk, &director()).await, [("due", 1)], "one is open, one is due again in 2031");
        desk.house.hand.advance(5 * 366 * 86_400);
        assert_eq!(waits(&desk, &director()).await, [("due", 2)]);
    })
    .await;
}

#[tokio::test]
async fn what_needs_a_second_person_waits_for_another_than_who_asked() {
    both(|db| async move {
        let mut closed = item("X001-001-001", "水库图");
        closed.statuses.openness = Openness::Controlled;
        let desk = Desk::with(db, &[closed]).await;
        let file = "档号,题名,日期,开放标识\nX001-001-001,水库图,1958,开放\n";
        let sent = desk.upload(&archivist(), "/api/v1/imports", "目录.csv", file.as_bytes()).await.json();
        let id = sent["id"].as_str().unwrap();
        post(&desk, &archivist(), &format!("/api/v1/imports/{id}/run"), json!({})).await;
        assert_eq!(imports::ended(&desk, id).await["state"], "waiting-approval");
        let number = desk.house.batch().await;
        desk.office.uploads.ask_roll_back(&second(), number, "会使 1 条重新开放".to_owned()).unwrap();
        let due = ("due", 1);
        assert_eq!(waits(&desk, &archivist()).await, [due, ("roll-backs", 1)]);
        assert_eq!(waits(&desk, &second()).await, [due, ("imports", 1)]);
        assert_eq!(waits(&desk, &director()).await, [due, ("imports", 1), ("roll-backs", 1)]);
        desk.office.uploads.end_roll_back_asked(number).unwrap();
        assert_eq!(waits(&desk, &archivist()).await, [due]);
    })
    .await;
}

#[tokio::test]
async fn what_readers_miss_is_new_for_seven_days() {
    both(|db| async move {
        let desk = Desk::with(db, &[item("X001-WS·2020·Y-0001", "水库图")]).await;
        let catalogue = desk.house.catalogue();
        let misses = async |text: &str| {
            let asked = crate::Asked::typed(text, 20);
            catalogue.miss(&asked, &catalogue.ask(&asked).await.unwrap());
            catalogue.write_gaps(desk.house.ground.clock.now()).await.unwrap();
        };
        misses("潮汐电站").await;
        assert_eq!(waits(&desk, &archivist()).await, [("gaps", 1)]);
        assert_eq!(waits(&desk, &director()).await, [], "the list is the archivists'");
        desk.house.hand.advance(6 * 86_400);
        misses("花炮厂").await;
        assert_eq!(waits(&desk, &archivist()).await, [("gaps", 2)]);
        desk.house.hand.advance(2 * 86_400);
        misses("潮汐电站").await;
        assert_eq!(waits(&desk, &archivist()).await, [("gaps", 1)], "what is asked again is not new");
    })
    .await;
}
