use kernel::testing::{both, ground};
use kernel::{Db, Role, Timestamp};
use wechat::wire::statistics::{ArticleTotalDay, FollowerMoves, ReadingCounts};

use super::*;
use crate::article::{Block, RecordQuotation, Run};
use crate::store::plan::{self, Row};
use crate::store::reading;

fn article(title: &str, text: &str, record: Option<&str>) -> Article {
    let runs = vec![Run { text: text.to_owned(), ..Run::default() }];
    let quoted = record.map(|id| Block::Record(RecordQuotation { id: id.to_owned(), ..RecordQuotation::default() }));
    let blocks = [Some(Block::Text { runs }), quoted].into_iter().flatten().collect();
    Article { title: title.to_owned(), blocks, ..Article::default() }
}

/// A house in which a plan of these articles was approved.
async fn house(db: Db, articles: Vec<Article>) -> (Ground, Id<Plan>, PastArticles) {
    let (ground, _) = ground(db);
    let row = Row::approved(&ground);
    let past = PastArticles::new(ground.clone());
    let mut tx = ground.db.begin().await.unwrap();
    assert!(plan::insert(&mut tx, &row).await.unwrap());
    past.keep(&mut tx, row.id, "demo", articles).await.unwrap();
    tx.commit().await.unwrap();
    (ground, row.id, past)
}

async fn send(ground: &Ground, plan: Id<Plan>, msg_data_id: Option<i64>) {
    let mut tx = ground.db.begin().await.unwrap();
    sent_article::sent(&mut tx, (plan, "demo"), msg_data_id, ground.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

fn titles(found: &(Vec<SentArticle>, u64)) -> Vec<&str> {
    found.0.iter().map(|one| one.article.title.as_str()).collect()
}

#[tokio::test]
async fn what_was_not_sent_is_seen_by_nobody_and_what_was_is_found() {
    both(async |db| {
        let articles = vec![article("水庫往事", "一九五八年修", Some("r1")), article("100%_查档", "到馆", None)];
        let (ground, plan, past) = house(db, articles).await;
        assert_eq!(past.list("", 1, 20).await.unwrap().1, 0);
        assert_eq!(past.of_record("r1").await.unwrap(), []);
        send(&ground, plan, None).await;
        assert_eq!(titles(&past.list("", 1, 20).await.unwrap()), ["水庫往事", "100%_查档"]);
        assert_eq!(titles(&past.list("水库　修", 1, 20).await.unwrap()), ["水庫往事"]);
        assert_eq!(titles(&past.list("%_", 1, 20).await.unwrap()), ["100%_查档"]);
        assert_eq!(past.list("水库 到馆", 1, 20).await.unwrap().1, 0);
        assert_eq!(titles(&past.list("", 2, 1).await.unwrap()), ["100%_查档"]);
        let quoting = past.of_record("r1").await.unwrap();
        assert_eq!(quoting[0].1, "水庫往事");
        assert!(past.one(&quoting[0].0).await.is_err(), "it quotes what is not in the catalogue");
    })
    .await;
}

#[tokio::test]
async fn an_article_is_taken_off_the_site_by_who_may_and_comes_back() {
    both(async |db| {
        let (ground, plan, past) = house(db, vec![article("题", "文", None)]).await;
        send(&ground, plan, None).await;
        let id = past.list("", 1, 1).await.unwrap().0.remove(0).id;
        let (editor, director) =
            (Actor::new("editor", vec![Role::Editor]), Actor::new("director", vec![Role::Director]));
        assert!(past.show(&editor, &id, false).await.is_err());
        past.show(&director, &id, false).await.unwrap();
        assert_eq!(past.list("", 1, 20).await.unwrap().1, 0);
        assert!(past.one(&id).await.is_err());
        past.show(&director, &id, true).await.unwrap();
        assert!(past.one(&id).await.is_ok());
        assert!(past.show(&director, "no such article", false).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn counts_that_grow_are_told_as_they_stood_last() {
    both(async |db| {
        let (ground, plan, _) = house(db, vec![article("甲", "文", None), article("乙", "文", None)]).await;
        send(&ground, plan, Some(7)).await;
        send(&ground, plan, None).await;
        send(&ground, plan, Some(8)).await;
        let day = ground.clock.now().day();
        let counted = |readers| ArticleTotalDay {
            target_user: 100,
            counts: ReadingCounts { int_page_read_user: readers, share_count: 1, ..ReadingCounts::default() },
            ..ArticleTotalDay::default()
        };
        let mut tx = ground.db.begin().await.unwrap();
        for (days, readers) in [(1, 10), (2, 30), (2, 31)] {
            reading::keep(&mut tx, ("demo", 7, 1), day.plus(days), &counted(readers)).await.unwrap();
        }
        reading::keep(&mut tx, ("demo", 8, 1), day.plus(2), &counted(100)).await.unwrap();
        reading::keep(&mut tx, ("other", 7, 2), day.plus(1), &counted(99)).await.unwrap();
        let left = |count| FollowerMoves { cancel_user: count, ..FollowerMoves::default() };
        reading::keep_moves(&mut tx, "demo", day, &[left(2), left(3)]).await.unwrap();
        let told = reading::since(&mut tx, "demo", Timestamp::from_seconds(0)).await.unwrap();
        let brief: Vec<_> = told.iter().map(|one| (one.title.as_str(), one.readers, one.went)).collect();
        assert_eq!(brief, [("甲", Some(131), Some(5)), ("乙", None, Some(5))]);
        let growth = reading::of_article(&mut tx, &told[0].id).await.unwrap();
        assert_eq!(growth, [(day.plus(1).to_string(), 10, 1), (day.plus(2).to_string(), 131, 2)]);
    })
    .await;
}
