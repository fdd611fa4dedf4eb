//! What is counted, kept and closed.

use kernel::testing::both;
use kernel::{Actor, Role};

use super::Gaps;
use crate::Asked;
use crate::record::tests::item;
use crate::testing::{House, INSTITUTION};

#[tokio::test]
async fn what_was_not_found_is_counted_without_persons_until_it_is_dealt_with() {
    both(|db| async move {
        let house = House::with(db, &[item("X001-1-1", "水库图")]).await;
        let catalogue = house.catalogue();
        let gaps = Gaps::new(house.ground.clone(), INSTITUTION);
        let asks = async |typed: &str| {
            let asked = Asked::typed(typed, 20);
            let answer = catalogue.ask(&asked).await.unwrap();
            catalogue.miss(&asked, &answer);
        };
        let listed = async |all: bool| {
            catalogue.write_gaps(house.ground.clock.now()).await.unwrap();
            let list = gaps.list(all, 10).await.unwrap();
            list.into_iter().map(|gap| (gap.text, gap.times, gap.is_open)).collect::<Vec<_>>()
        };
        for typed in ["花炮厂", "花炮厂", "花炮厂 改制", "水库", "王小明", "11010519491231002X", "（花炮厂）"]
        {
            asks(typed).await;
        }
        let is = |text: &str, times: u64, open: bool| (text.to_owned(), times, open);
        let first = listed(false).await;
        assert_eq!(first, [is("花炮厂", 2, true), is("(花炮厂)", 1, true), is("花炮厂 改制", 1, true)]);
        asks("花炮厂").await;
        assert_eq!(listed(false).await[0], is("花炮厂", 3, true));

        let archivist = Actor::new("小张", vec![Role::Archivist]);
        let number = gaps.list(false, 1).await.unwrap()[0].number;
        assert!(gaps.close(&archivist, number, " ").await.is_err(), "without a word of what was done");
        assert!(gaps.close(&Actor::new("小李", vec![Role::Editor]), number, "已著录").await.is_err());
        gaps.close(&archivist, number, "已著录").await.unwrap();
        assert!(gaps.close(&archivist, number, "已著录").await.is_err(), "it is closed");
        assert!(!listed(false).await.contains(&is("花炮厂", 3, true)));
        assert!(listed(true).await.contains(&is("花炮厂", 3, false)));
        asks("花炮厂").await;
        assert_eq!(listed(false).await[0], is("花炮厂", 4, true), "asked for again");
    })
    .await;
}

#[tokio::test]
async fn what_was_narrowed_or_found_is_no_gap() {
    let (_folder, db) = kernel::testing::sqlite().await;
    let house = House::with(db, &[item("X001-1-1", "水库图")]).await;
    let catalogue = house.catalogue();
    let mut narrowed = Asked::typed("花炮厂", 20);
    narrowed.filters.fonds = Some("X009".to_owned());
    for asked in [narrowed, Asked::typed("水库", 20), Asked { page: 2, ..Asked::typed("花炮厂", 20) }] {
        let answer = catalogue.ask(&asked).await.unwrap();
        catalogue.miss(&asked, &answer);
    }
    catalogue.write_gaps(house.ground.clock.now()).await.unwrap();
    assert!(Gaps::new(house.ground.clone(), INSTITUTION).list(true, 10).await.unwrap().is_empty());
}
