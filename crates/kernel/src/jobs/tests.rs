use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

use super::*;
use crate::testing::{self, MONDAY_MORNING};
use crate::{Error, Ground};

#[derive(Serialize, Deserialize)]
struct Count {
    by: i64,
}
impl Job for Count {
    const KIND: &'static str = "test.count";
}

/// A kind of an older version.
#[derive(Serialize, Deserialize)]
struct Gone;
impl Job for Gone {
    const KIND: &'static str = "test.gone";
}

fn counter() -> (Worker, Arc<AtomicI64>) {
    let total = Arc::new(AtomicI64::new(0));
    let counted = Arc::clone(&total);
    let worker = Worker::default().on(move |job: Count, _| {
        let total = Arc::clone(&counted);
        async move {
            total.fetch_add(job.by, Ordering::Relaxed);
            Ok(Outcome::Done)
        }
    });
    (worker, total)
}

async fn order(ground: &Ground, orders: impl IntoIterator<Item = Order<Count>>) {
    let mut tx = ground.db.begin().await.unwrap();
    for order in orders {
        enqueue(&mut tx, &ground.ids, order).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn states(ground: &Ground) -> Vec<(String, i64)> {
    counts(&mut ground.db.read().await.unwrap()).await.unwrap()
}

fn done() -> Happened {
    Happened::Done(Count::KIND.to_owned())
}

#[tokio::test]
async fn a_job_runs_once_when_it_is_due() {
    testing::both(|db| async move {
        let (ground, hand) = testing::ground(db);
        let (worker, total) = counter();
        order(&ground, [Order::at(MONDAY_MORNING.plus_seconds(60), Count { by: 1 })]).await;
        assert_eq!(worker.run_one(&ground).await.unwrap(), Happened::Nothing);
        hand.advance(60);
        assert_eq!(worker.run_one(&ground).await.unwrap(), done());
        assert_eq!(worker.run_one(&ground).await.unwrap(), Happened::Nothing);
        assert_eq!(total.load(Ordering::Relaxed), 1);
        assert_eq!(states(&ground).await, [("done".to_owned(), 1)]);
    })
    .await;
}

#[tokio::test]
async fn a_job_of_a_unit_that_was_given_up_does_not_exist() {
    testing::both(|db| async move {
        let (ground, _) = testing::ground(db);
        let mut tx = ground.db.begin().await.unwrap();
        enqueue(&mut tx, &ground.ids, Order::at(MONDAY_MORNING, Count { by: 1 })).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(counter().0.run_one(&ground).await.unwrap(), Happened::Nothing);
    })
    .await;
}

#[tokio::test]
async fn one_job_waits_under_a_key_at_the_earlier_moment() {
    testing::both(|db| async move {
        let (ground, _) = testing::ground(db);
        let (worker, total) = counter();
        let at = |seconds, by| Order::at(MONDAY_MORNING.plus_seconds(seconds), Count { by }).once("key");
        order(&ground, [at(60, 1), at(0, 10), at(90, 100)]).await;
        assert_eq!(worker.run_one(&ground).await.unwrap(), done());
        // The first payload stays; once it ran, the key is free.
        assert_eq!(total.load(Ordering::Relaxed), 1);
        order(&ground, [at(0, 1000)]).await;
        assert_eq!(worker.run_one(&ground).await.unwrap(), done());
        assert_eq!(total.load(Ordering::Relaxed), 1001);
    })
    .await;
}

#[tokio::test]
async fn a_stale_fence_cannot_finish() {
    testing::both(|db| async move {
        let (ground, hand) = testing::ground(db);
        order(&ground, [Order::at(MONDAY_MORNING, Count { by: 1 })]).await;
        let claim = async |lease: i64| {
            let mut tx = ground.db.begin().await.unwrap();
            let now = ground.clock.now();
            let claim = store::claim(&mut tx, &[Count::KIND], now, now.plus_seconds(lease)).await.unwrap();
            tx.commit().await.unwrap();
            claim
        };
        let first = claim(60).await.unwrap();
        assert_eq!(claim(60).await, None);
        hand.advance(61);
        let second = claim(60).await.unwrap();
        assert_eq!((second.id, second.attempts), (first.id, 2));

        let mut tx = ground.db.begin().await.unwrap();
        let now = ground.clock.now();
        assert!(!first.holds(&mut tx).await.unwrap() && second.holds(&mut tx).await.unwrap());
        assert!(!store::finish(&mut tx, &first, now).await.unwrap());
        assert!(!store::again(&mut tx, &first, now, "late").await.unwrap());
        assert!(!store::fail(&mut tx, &first, now, "late").await.unwrap());
        assert!(!store::renew(&mut tx, &first, now).await.unwrap());
        assert!(store::renew(&mut tx, &second, now.plus_seconds(60)).await.unwrap());
        assert!(store::finish(&mut tx, &second, now).await.unwrap());
        assert!(!second.holds(&mut tx).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_failing_job_is_tried_again_later_and_later() {
    testing::both(|db| async move {
        let (ground, hand) = testing::ground(db);
        let worker = Worker::default().on(|_: Count, _| async { Err(Error::internal("no luck")) });
        order(&ground, [Order::at(MONDAY_MORNING, Count { by: 1 })]).await;
        for wait in [2, 4, 8] {
            let again = Happened::Again(Count::KIND.to_owned(), "no luck".to_owned());
            assert_eq!(worker.run_one(&ground).await.unwrap(), again);
            hand.advance(wait - 1);
            assert_eq!(worker.run_one(&ground).await.unwrap(), Happened::Nothing);
            hand.advance(1);
        }
    })
    .await;
}

#[tokio::test]
async fn r12_a_panic_is_a_failure_like_any_other() {
    testing::both(|db| async move {
        let (ground, _) = testing::ground(db);
        let worker = Worker::default().on(|job: Count, _| async move {
            assert!(job.by > 1, "planted");
            Ok(Outcome::Done)
        });
        order(&ground, [Order::at(MONDAY_MORNING, Count { by: 1 })]).await;
        let happened = worker.run_one(&ground).await.unwrap();
        assert_eq!(happened, Happened::Again(Count::KIND.to_owned(), "it panicked".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_job_that_kills_its_workers_is_given_up() {
    testing::both(|db| async move {
        let (ground, hand) = testing::ground(db);
        let (worker, total) = counter();
        order(&ground, [Order::at(MONDAY_MORNING, Count { by: 1 })]).await;
        for _ in 0..20 {
            let mut tx = ground.db.begin().await.unwrap();
            let now = ground.clock.now();
            assert!(store::claim(&mut tx, &[Count::KIND], now, now).await.unwrap().is_some());
            tx.commit().await.unwrap();
            hand.advance(1);
        }
        assert!(matches!(worker.run_one(&ground).await.unwrap(), Happened::GaveUp(..)));
        assert_eq!(total.load(Ordering::Relaxed), 0);
        assert_eq!(states(&ground).await, [("failed".to_owned(), 1)]);
    })
    .await;
}

#[tokio::test]
async fn a_retired_kind_is_swallowed_and_an_unknown_one_waits() {
    testing::both(|db| async move {
        let (ground, _) = testing::ground(db);
        let mut tx = ground.db.begin().await.unwrap();
        enqueue(&mut tx, &ground.ids, Order::at(MONDAY_MORNING, Gone)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(counter().0.run_one(&ground).await.unwrap(), Happened::Nothing);
        let worker = counter().0.retired(Gone::KIND);
        assert_eq!(worker.run_one(&ground).await.unwrap(), Happened::Done(Gone::KIND.to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_payload_that_does_not_fit_is_given_up() {
    testing::both(|db| async move {
        #[derive(Serialize, Deserialize)]
        struct Other(String);
        impl Job for Other {
            const KIND: &'static str = Count::KIND;
        }
        let (ground, _) = testing::ground(db);
        let mut tx = ground.db.begin().await.unwrap();
        enqueue(&mut tx, &ground.ids, Order::at(MONDAY_MORNING, Other("text".to_owned()))).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(counter().0.run_one(&ground).await.unwrap(), Happened::GaveUp(..)));
    })
    .await;
}

#[tokio::test]
async fn six_workers_claim_forty_jobs_once_each() {
    testing::both(|db| async move {
        let (ground, _) = testing::ground(db);
        let (worker, total) = counter();
        order(&ground, (0..40).map(|_| Order::at(MONDAY_MORNING, Count { by: 1 }))).await;
        let hands = (0..6).map(|_| async {
            let mut done = 0;
            while worker.run_one(&ground).await.unwrap() != Happened::Nothing {
                done += 1;
            }
            done
        });
        let done: i64 = futures::future::join_all(hands).await.into_iter().sum();
        assert_eq!((done, total.load(Ordering::Relaxed)), (40, 40));
    })
    .await;
}

#[tokio::test]
async fn done_jobs_are_forgotten_after_a_week() {
    testing::both(|db| async move {
        let (ground, hand) = testing::ground(db);
        let (worker, _) = counter();
        order(&ground, [Order::at(MONDAY_MORNING, Count { by: 1 })]).await;
        worker.run_one(&ground).await.unwrap();
        hand.advance(8 * 86_400);
        order(&ground, [Order::at(ground.clock.now(), Count { by: 1 })]).await;
        worker.run_one(&ground).await.unwrap();
        assert_eq!(states(&ground).await, [("done".to_owned(), 1)]);
    })
    .await;
}

#[tokio::test]
async fn the_loop_ends_when_the_house_stops() {
    let (_folder, db) = testing::sqlite().await;
    let (ground, _) = testing::ground(db);
    let (worker, total) = counter();
    order(&ground, [Order::at(MONDAY_MORNING, Count { by: 7 })]).await;
    Arc::new(worker).start(&ground);
    while total.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    ground.tasks.stop();
    ground.tasks.ended().await;
    assert_eq!(total.load(Ordering::Relaxed), 7);
}

#[tokio::test]
async fn a_job_that_was_given_up_is_told_first_and_runs_again_when_it_is_revived() {
    testing::both(|db| async move {
        let (ground, _) = testing::ground(db);
        let refusing = Worker::default().on(|_: Count, _| async { Ok(Outcome::GiveUp("对方拒收".to_owned())) });
        order(&ground, [Order::at(MONDAY_MORNING, Count { by: 1 })]).await;
        refusing.run_one(&ground).await.unwrap();
        order(&ground, [Order::at(MONDAY_MORNING.plus_seconds(-60), Count { by: 10 }).once("later")]).await;
        let list = async || kept(&mut ground.db.read().await.unwrap(), 10).await.unwrap();
        let told: Vec<_> = list().await.into_iter().map(|job| (job.state, job.attempts, job.last_error)).collect();
        let expected = [("failed".to_owned(), 1, Some("对方拒收".to_owned())), ("waiting".to_owned(), 0, None)];
        assert_eq!(told, expected);

        let jobs = list().await;
        let mut tx = ground.db.begin().await.unwrap();
        let now = ground.clock.now();
        assert_eq!(revive(&mut tx, jobs[0].id, now).await.unwrap().as_deref(), Some(Count::KIND));
        assert_eq!(revive(&mut tx, jobs[1].id, now).await.unwrap(), None, "one that waits is not given up");
        tx.commit().await.unwrap();
        let (worker, total) = counter();
        assert_eq!((worker.run_one(&ground).await.unwrap(), worker.run_one(&ground).await.unwrap()), (done(), done()));
        assert_eq!((total.load(Ordering::Relaxed), list().await.len()), (11, 0));
    })
    .await;
}
