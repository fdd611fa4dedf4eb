//! Following the change log: what the database says is what is found, whatever is stopped when.

use kernel::Db;
use kernel::testing::{both, sqlite};
use search::{Query, Ranking, Writer, WriterOptions};

use super::shelf::folders;
use super::*;
use crate::access::{Statuses, in_public_index};
use crate::record::tests::item;
use crate::testing::House;
use crate::{Asked, Classification, Description, Disclosure, Livelihood, Openness, Restriction};

fn closed(code: &str, title: &str) -> Description {
    let mut one = item(code, title);
    one.statuses.openness = Openness::Controlled;
    one
}

fn code(n: usize) -> String {
    format!("X001-WS·2001·Y-{n:04}")
}

/// How many records everybody, and how many staff find.
async fn found(house: &House, typed: &str) -> (u64, u64) {
    // Relaxed answers are no finds.
    let answer = house.catalogue().ask(&Asked::typed(typed, 20)).await.unwrap();
    let public = if answer.relaxed.is_some() { 0 } else { answer.total };
    let parts = Query::typed(typed).parts;
    let staff = house.indexes.staff_side().reader().search(&Query { parts, ..Query::default() }).unwrap();
    (public, staff.total)
}

#[tokio::test]
async fn a_commit_is_seen_by_all_who_refresh_and_survives() {
    both(|db| async move {
        let house = House::on(db);
        let elsewhere = Indexes::open(house.data(), Ranking::default()).unwrap();
        house.land(&[item(&code(1), "水利工程"), closed(&code(2), "水利密谈"), item(&code(3), "小学入学")]).await;
        assert_eq!((house.indexes.sizes(), house.indexes.watermark()), ((0, 0), 0));
        house.follow().await;
        assert_eq!(house.indexes.sizes(), (2, 3));
        assert_eq!(counts(&house.ground.db).await.unwrap(), Held { all: 3, open: 2 });
        assert_eq!(found(&house, "水利").await, (1, 2));
        assert!(house.indexes.watermark() > 0);

        assert_eq!(elsewhere.sizes(), (0, 0));
        elsewhere.refresh().unwrap();
        let opened = Indexes::open(house.data(), Ranking::default()).unwrap();
        for other in [elsewhere, opened] {
            assert_eq!((other.sizes(), other.watermark()), (house.indexes.sizes(), house.indexes.watermark()));
        }
    })
    .await;
}

#[tokio::test]
async fn a_record_that_is_closed_or_taken_out_leaves_at_once() {
    let (_folder, db) = sqlite().await;
    let house =
        House::with(db, &[item(&code(1), "水利工程"), item(&code(2), "水利规划"), item(&code(3), "小学")]).await;
    assert_eq!(found(&house, "水利").await, (2, 2));
    house.land(&[closed(&code(1), "水利工程")]).await;
    house.follow().await;
    assert_eq!((found(&house, "水利").await, house.indexes.sizes()), ((1, 2), (2, 3)));
    house.remove(&code(2)).await;
    house.follow().await;
    assert_eq!((found(&house, "水利").await, house.indexes.sizes()), ((0, 1), (1, 2)));
    house.land(&[item(&code(1), "水利工程")]).await;
    house.follow().await;
    assert_eq!((found(&house, "水利").await, house.indexes.sizes()), ((1, 1), (2, 2)));
}

#[tokio::test]
async fn what_was_absorbed_and_not_committed_is_applied_again() {
    let (_folder, db) = sqlite().await;
    let house = House::with(db, &[item(&code(1), "水利工程")]).await;
    let before = house.indexes.watermark();
    house.land(&[item(&code(2), "水利规划")]).await;
    house.remove(&code(1)).await;
    let mut follower = house.follower();
    assert!(follower.absorb().await.unwrap());
    // As if killed here: the writers are gone, nothing was committed.
    drop(follower);
    house.indexes.refresh().unwrap();
    assert_eq!((house.indexes.sizes(), house.indexes.watermark()), ((1, 1), before));

    // As if killed between the commits of the two: the staff's is ahead, and says so.
    let (_, staff) = folders(house.indexes.folder(), 1);
    let mut writer = Writer::open(&staff, &layout(), WriterOptions::default()).unwrap();
    writer.commit(before + 2).unwrap();
    drop(writer);
    house.indexes.refresh().unwrap();
    assert_eq!(house.indexes.watermark(), before);
    house.follow().await;
    assert_eq!((house.indexes.sizes(), house.indexes.watermark()), ((1, 1), before + 2));
    assert_eq!((found(&house, "规划").await, found(&house, "工程").await), ((1, 1), (0, 0)));
}

#[tokio::test]
async fn what_an_import_hands_over_is_taken_as_it_is_unless_the_log_holds_more() {
    let (_folder, db) = sqlite().await;
    let house = House::with(db, &[item(&code(1), "水利工程")]).await;
    let before = house.indexes.watermark();
    let handed = async |n: usize, at: u64| {
        let mut record = house.record(&code(n)).await;
        record.description.title.push_str("在手");
        Written { entries: at..=at, records: vec![record] }
    };
    let mut follower = house.follower();
    house.land(&[closed(&code(2), "小学入学")]).await;
    follower.take_in(handed(2, before + 1).await).await.unwrap();
    assert_eq!(found(&house, "在手").await, (0, 0), "not before the commit");
    follower.commit().await.unwrap();
    assert_eq!((found(&house, "小学入学在手").await, house.indexes.watermark()), ((0, 1), before + 1));

    // Somebody else wrote in between: the log leads to both, and nothing is taken twice.
    house.land(&[item(&code(3), "婚姻登记")]).await;
    house.land(&[item(&code(4), "知青名册")]).await;
    for _ in 0..2 {
        follower.take_in(handed(4, before + 3).await).await.unwrap();
    }
    follower.commit().await.unwrap();
    assert_eq!((found(&house, "婚姻").await, found(&house, "知青").await), ((1, 1), (1, 1)));
    assert_eq!((found(&house, "在手").await, house.indexes.watermark()), ((0, 1), before + 3));
}

#[tokio::test]
async fn one_holds_the_indexes_until_it_lets_go() {
    let (_folder, db) = sqlite().await;
    let house = House::with(db, &[item(&code(1), "水利工程")]).await;
    let mut holder = house.follower();
    let take = || Follower::take(&house.ground, &house.indexes, Pace::Bulk).unwrap().is_some();
    assert!(!take());
    holder.rebuild().await.unwrap();
    assert!(!take(), "a rebuild does not let go");
    drop(holder);
    assert!(take());
}

async fn many(db: Db) -> House {
    let all: Vec<Description> = (1..=3000)
        .map(|n| if n % 3 == 0 { closed(&code(n), "水利密谈") } else { item(&code(n), &format!("水利工程{n}")) })
        .collect();
    House::with(db, &all).await
}

#[tokio::test]
async fn a_rebuild_stands_beside_and_is_swapped_in_while_readers_search() {
    let (_folder, db) = sqlite().await;
    let house = many(db).await;
    let elsewhere = Indexes::open(house.data(), Ranking::default()).unwrap();
    let (before, catalogue) = ((house.indexes.sizes(), house.indexes.watermark()), house.catalogue());
    assert_eq!(before.0, (2000, 3000));
    let mut follower = house.follower();
    // Behind the indexes' back: a rebuild goes by the database, not by the log.
    let mut tx = house.ground.db.begin().await.unwrap();
    tx.sql("UPDATE record SET title = '新的题名' WHERE number = 1").run().await.unwrap();
    tx.commit().await.unwrap();
    let rebuilding = std::sync::atomic::AtomicBool::new(true);
    let mut asked = 0;
    let ask = async {
        while rebuilding.load(std::sync::atomic::Ordering::Relaxed) {
            let answer = catalogue.ask(&Asked::typed("", 100)).await.unwrap();
            assert_eq!((answer.total, answer.items.len()), (2000, 100));
            asked += 1;
            tokio::task::yield_now().await;
        }
    };
    let rebuild = async {
        follower.rebuild().await.unwrap();
        rebuilding.store(false, std::sync::atomic::Ordering::Relaxed);
    };
    tokio::join!(ask, rebuild);
    assert!(asked > 0);
    assert_eq!((house.indexes.sizes(), house.indexes.watermark()), before);
    assert_eq!(found(&house, "新的题名").await, (1, 1));
    assert!(!house.data().join("index/g1").try_exists().unwrap());
    elsewhere.refresh().unwrap();
    assert_eq!((elsewhere.sizes(), elsewhere.watermark()), before);

    // It goes on following in the new place.
    house.land(&[item("X002-1-1", "后来的")]).await;
    follower.catch_up().await.unwrap();
    assert_eq!(found(&house, "后来的").await, (1, 1));
}

#[tokio::test]
async fn a_rebuild_that_fails_leaves_everything_as_it_was() {
    let (_folder, db) = sqlite().await;
    let house = House::with(db, &[item(&code(1), "水利工程")]).await;
    // The line that names the generation in use cannot be written.
    let obstacle = house.data().join("index/current.tmp");
    std::fs::create_dir(&obstacle).unwrap();
    let mut follower = house.follower();
    assert!(follower.rebuild().await.is_err());
    house.land(&[item(&code(2), "水利规划")]).await;
    follower.catch_up().await.unwrap();
    assert_eq!(found(&house, "水利").await, (2, 2));
    std::fs::remove_dir(&obstacle).unwrap();
    follower.rebuild().await.unwrap();
    assert_eq!(found(&house, "水利").await, (2, 2));
}

#[tokio::test]
async fn l14_the_open_index_the_sql_and_the_rule_say_the_same() {
    both(|db| async move {
        let mut all = Vec::new();
        for classification in [Classification::None, Classification::Internal] {
            for openness in Openness::ALL {
                for disclosure in Disclosure::ALL {
                    for restriction in Restriction::ALL {
                        for livelihood in [None, Some(Livelihood::Marriage)] {
                            let mut one = item(&code(all.len() + 1), "题名");
                            let published = all.len() % 2 == 0;
                            one.statuses =
                                Statuses { classification, openness, disclosure, published, restriction, livelihood };
                            all.push(one);
                        }
                    }
                }
            }
        }
        let open = u64::try_from(all.iter().filter(|one| in_public_index(&one.statuses)).count()).unwrap();
        let every = u64::try_from(all.len()).unwrap();
        let house = House::with(db, &all).await;
        assert_eq!(counts(&house.ground.db).await.unwrap(), Held { all: every, open });
        assert_eq!(house.indexes.sizes(), (open, every));
        let mut tx = house.ground.db.read().await.unwrap();
        let page = crate::store::record::Page { skip: 0, take: 1000 };
        let shown = crate::store::record::held(&mut tx, "X001", page).await.unwrap();
        assert!(shown.iter().all(|record| in_public_index(&record.description.statuses)));
        assert_eq!(u64::try_from(shown.len()).unwrap(), open);
    })
    .await;
}
