use super::*;
use crate::db::Dialect;
use crate::testing::{self, MONDAY_MORNING};

fn change(landed: u64) -> RecordsChanged {
    RecordsChanged { batch: None, landed, updated: 0, closed: 0 }
}

fn landed(heard: &[Heard]) -> Vec<u64> {
    heard.iter().filter_map(Heard::read::<RecordsChanged>).map(|event| event.landed).collect()
}

#[tokio::test]
async fn each_listener_hears_everything_once_in_order() {
    testing::both(|db| async move {
        let mut tx = db.begin().await.unwrap();
        for number in 1..=3 {
            tell(&mut tx, MONDAY_MORNING, &change(number)).await.unwrap();
        }
        tx.commit().await.unwrap();
        for listener in ["insight", "audience"] {
            let mut tx = db.begin().await.unwrap();
            let heard = next(&mut tx, listener, 2).await.unwrap();
            assert_eq!(landed(&heard), [1, 2]);
            heard_up_to(&mut tx, listener, heard[1].position).await.unwrap();
            assert_eq!(landed(&next(&mut tx, listener, 2).await.unwrap()), [3]);
            tx.commit().await.unwrap();
        }
        let mut tx = db.begin().await.unwrap();
        assert_eq!(landed(&next(&mut tx, "insight", 9).await.unwrap()), [3]);
    })
    .await;
}

#[tokio::test]
async fn an_event_of_a_unit_that_was_given_up_did_not_happen() {
    testing::both(|db| async move {
        let mut tx = db.begin().await.unwrap();
        tell(&mut tx, MONDAY_MORNING, &change(1)).await.unwrap();
        tx.rollback().await.unwrap();
        assert!(next(&mut db.begin().await.unwrap(), "insight", 9).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_listener_that_fails_hears_the_same_again() {
    testing::both(|db| async move {
        let mut tx = db.begin().await.unwrap();
        tell(&mut tx, MONDAY_MORNING, &change(1)).await.unwrap();
        tx.commit().await.unwrap();
        for _ in 0..2 {
            let mut tx = db.begin().await.unwrap();
            let heard = next(&mut tx, "insight", 9).await.unwrap();
            assert_eq!(landed(&heard), [1]);
            heard_up_to(&mut tx, "insight", heard[0].position).await.unwrap();
            tx.rollback().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn an_event_that_commits_late_is_still_heard() {
    testing::both(|db| async move {
        if db.read().await.unwrap().dialect() == Dialect::Sqlite {
            // One writer at a time: nobody can commit late.
            return;
        }
        let mut late = db.begin().await.unwrap();
        tell(&mut late, MONDAY_MORNING, &change(1)).await.unwrap();
        let mut early = db.begin().await.unwrap();
        tell(&mut early, MONDAY_MORNING, &change(2)).await.unwrap();
        early.commit().await.unwrap();

        let mut tx = db.begin().await.unwrap();
        let heard = next(&mut tx, "insight", 9).await.unwrap();
        assert_eq!(landed(&heard), [2]);
        heard_up_to(&mut tx, "insight", heard[0].position).await.unwrap();
        tx.commit().await.unwrap();

        late.commit().await.unwrap();
        assert_eq!(landed(&next(&mut db.begin().await.unwrap(), "insight", 9).await.unwrap()), [1]);
    })
    .await;
}

#[tokio::test]
async fn other_kinds_and_versions_are_passed_over() {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Later(u8);
    impl Event for Later {
        const KIND: &'static str = RecordsChanged::KIND;
        const VERSION: i64 = 2;
    }
    testing::both(|db| async move {
        let mut tx = db.begin().await.unwrap();
        tell(&mut tx, MONDAY_MORNING, &Later(1)).await.unwrap();
        let question =
            QuestionHeard { account: "demo".to_owned(), text: "开放时间".to_owned(), answered: Answered::Faq };
        tell(&mut tx, MONDAY_MORNING, &question).await.unwrap();
        let heard = next(&mut tx, "insight", 9).await.unwrap();
        assert_eq!(heard.len(), 2);
        assert!(landed(&heard).is_empty());
        assert_eq!(heard[1].read::<QuestionHeard>(), Some(question.clone()));
        assert_eq!(heard[1].happened_at, MONDAY_MORNING);
    })
    .await;
}
