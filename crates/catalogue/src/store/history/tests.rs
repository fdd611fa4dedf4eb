//! Versions of descriptions on both databases.

use kernel::testing::both;
use proptest::prelude::*;

use super::*;
use crate::record::tests::item;
use crate::testing::House;
use crate::{Classification, Disclosure, Livelihood, Openness, Restriction};

fn code(n: usize) -> String {
    format!("X001-WS·2001·Y-{n:04}")
}

async fn keep_now(house: &House, codes: &[String], why: Why, actor: &str) {
    let mut records = Vec::new();
    for code in codes {
        records.push(house.record(code).await);
    }
    let mut tx = house.ground.db.begin().await.unwrap();
    keep(&mut tx, &records, &why, actor, house.ground.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn versions_of(house: &House, code: &str) -> Vec<Version> {
    let number = house.record(code).await.number;
    versions(&mut house.ground.db.read().await.unwrap(), number).await.unwrap()
}

#[tokio::test]
async fn what_was_said_is_kept_version_by_version() {
    both(|db| async move {
        let house = House::on(db);
        let first = item(&code(1), "关于甲的通知");
        let mut second = first.clone();
        second.title = "关于甲的通报".to_owned();
        second.statuses.openness = Openness::Deferred;
        second.elements.insert("note".to_owned(), "换过封皮 🗂".to_owned());
        house.land(&[first.clone(), item(&code(2), "关于乙的通知")]).await;
        let import = Why { cause: Cause::Import, number: Some(7) };
        keep_now(&house, &[code(1)], import, "档案员").await;
        house.land(&[second.clone()]).await;
        let decision = Why { cause: Cause::Decision, number: None };
        keep_now(&house, &[code(2), code(1)], decision, "馆长").await;

        let kept = versions_of(&house, &code(1)).await;
        let brief: Vec<(i64, Why, &str)> = kept.iter().map(|one| (one.number, one.why, one.actor.as_str())).collect();
        assert_eq!(brief, [(1, import, "档案员"), (2, decision, "馆长")]);
        assert_eq!((&kept[0].description, &kept[1].description), (&first, &second));
        assert_eq!((kept[0].batch, kept[0].changed_at), (None, house.ground.clock.now()));
        assert_eq!(versions_of(&house, &code(2)).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn many_records_are_kept_with_few_statements() {
    both(|db| async move {
        let house = House::on(db);
        let all: Vec<Description> = (1..=1000).map(|n| item(&code(n), &format!("第{n}号"))).collect();
        house.land(&all).await;
        let mut tx = house.ground.db.begin().await.unwrap();
        let records = crate::store::record::between(&mut tx, 0, i64::MAX, 2000).await.unwrap();
        let before = house.ground.db.statements();
        let why = Why { cause: Cause::Rollback, number: Some(1) };
        keep(&mut tx, &records, &why, "档案员", house.ground.clock.now()).await.unwrap();
        assert_eq!(house.ground.db.statements() - before, 6);
        let last = versions(&mut tx, records[999].number).await.unwrap();
        assert_eq!((last.len(), &last[0].description), (1, &all[999]));
    })
    .await;
}

fn text() -> impl Strategy<Value = String> {
    "[\\PC]{1,12}"
}

prop_compose! {
    fn statuses()(
        classification in prop::sample::select(vec![Classification::None, Classification::Internal]),
        openness in prop::sample::select(Openness::ALL.to_vec()),
        disclosure in prop::sample::select(Disclosure::ALL.to_vec()),
        published in any::<bool>(),
        restriction in prop::sample::select(Restriction::ALL.to_vec()),
        livelihood in prop::option::of(prop::sample::select(Livelihood::ALL.to_vec())),
    ) -> Statuses {
        Statuses { classification, openness, disclosure, published, restriction, livelihood }
    }
}

prop_compose! {
    fn description()(
        title in text(),
        optional in prop::array::uniform4(prop::option::of(text())),
        date in prop::sample::select(vec!["", "解放初", "1958", "[1958]", "民国三十五年至三十七年", "19580305"]),
        statuses in statuses(),
        elements in prop::collection::btree_map(text(), text(), 0..4),
    ) -> Description {
        let [document_number, creator, document_type, retention] = optional;
        let date = ArchivalDate::parse(date).unwrap();
        let base = item("X001-WS·2001·Y-0001", &title);
        Description { document_number, creator, date, document_type, retention, statuses, elements, ..base }
    }
}

proptest! {
    #[test]
    fn nothing_is_lost_in_what_is_kept(said in description()) {
        let json = serde_json::to_string(&Kept::from(&said)).unwrap();
        let kept: Kept = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(Description::try_from(kept).unwrap(), said);
    }
}
