use serde_json::json;

use super::*;
use crate::testing::{self, MONDAY_MORNING};
use crate::{Db, Random, Secrets, house};

fn keys() -> Secrets {
    Secrets::fresh(&Random::seeded(5))
}

/// Appends lines with the objects `record/1` … and seals them all.
async fn log(db: &Db, lines: i64) {
    let mut tx = db.begin().await.unwrap();
    for number in 1..=lines {
        let object = format!("record/{number}");
        let detail = json!({"z": 1, "reason": "期满", "a": [true, null]});
        let line = Line { actor: "张三", action: "record.open", object: &object, outcome: Outcome::Done, detail };
        append(&mut tx, MONDAY_MORNING.plus_seconds(number), &line).await.unwrap();
    }
    tx.commit().await.unwrap();
    while seal(db, &keys()).await.unwrap() > 0 {}
}

/// What an intruder who has the database does.
async fn tamper(db: &Db, statements: &[&'static str]) {
    let mut tx = db.begin().await.unwrap();
    for statement in statements {
        tx.sql(statement).run().await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn fault(db: &Db) -> Option<(i64, Wrong)> {
    verify(db, &keys()).await.unwrap().fault.map(|fault| (fault.sequence, fault.wrong))
}

const FREE_LINE_3: &str = "DELETE FROM audit_seal WHERE sequence = 3";

#[tokio::test]
async fn an_untouched_log_is_whole() {
    testing::both(|db| async move {
        assert!(verify(&db, &keys()).await.unwrap().is_whole());
        log(&db, 1200).await;
        let report = verify(&db, &keys()).await.unwrap();
        assert_eq!((report.sealed, report.pending, report.fault), (1200, 0, None));
        assert!(report.to_string().contains("已封存 1200 条"), "{report}");
        let again = verify(&db, &keys()).await.unwrap();
        assert_eq!(report, again);
    })
    .await;
}

#[tokio::test]
async fn lines_are_read_from_either_end_and_by_what_is_asked() {
    testing::both(|db| async move {
        log(&db, 12).await;
        let mut tx = db.read().await.unwrap();
        let first = read(&mut tx, &Filter::default(), 5).await.unwrap();
        assert_eq!(first.iter().map(|line| line.sequence).collect::<Vec<_>>(), [12, 11, 10, 9, 8]);
        let rest = Filter { beyond: Some(8), ..Filter::default() };
        assert_eq!(read(&mut tx, &rest, 50).await.unwrap().len(), 7);
        let oldest = Filter { oldest_first: true, beyond: Some(8), ..Filter::default() };
        let after = read(&mut tx, &oldest, 3).await.unwrap();
        assert_eq!(after.iter().map(|line| line.sequence).collect::<Vec<_>>(), [9, 10, 11]);
        let ones = Filter { object: Some("record/1".into()), ..Filter::default() };
        let found = read(&mut tx, &ones, 50).await.unwrap();
        assert_eq!(found.iter().map(|line| line.object.as_str()).collect::<Vec<_>>().len(), 4, "1, 10, 11, 12");
        let (from, until) = (MONDAY_MORNING.plus_seconds(3), MONDAY_MORNING.plus_seconds(5));
        let between = Filter { from: Some(from), until: Some(until), ..Filter::default() };
        assert_eq!(read(&mut tx, &between, 50).await.unwrap().len(), 2);
        let somebody = Filter { actor: Some("李四".into()), ..Filter::default() };
        assert!(read(&mut tx, &somebody, 50).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn new_lines_wait_without_being_a_fault() {
    testing::both(|db| async move {
        log(&db, 3).await;
        let mut tx = db.begin().await.unwrap();
        let line = Line { actor: "a", action: "b", object: "c", outcome: Outcome::Refused, detail: Value::Null };
        append(&mut tx, MONDAY_MORNING, &line).await.unwrap();
        tx.commit().await.unwrap();
        let report = verify(&db, &keys()).await.unwrap();
        assert_eq!((report.sealed, report.pending, report.fault), (3, 1, None));
    })
    .await;
}

#[tokio::test]
async fn d12_an_altered_line_is_found() {
    testing::both(|db| async move {
        log(&db, 5).await;
        tamper(&db, &["UPDATE audit SET object = 'record/9' WHERE sequence = 3"]).await;
        assert_eq!(fault(&db).await, Some((3, Wrong::Altered)));
        let text = verify(&db, &keys()).await.unwrap().to_string();
        assert!(text.contains("第 3 条内容或封存值被改动"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn d12_altered_details_moments_and_digests_are_found() {
    testing::both(|db| async move {
        log(&db, 3).await;
        tamper(&db, &["UPDATE audit SET detail = '{\"reason\": \"x\"}' WHERE sequence = 2"]).await;
        assert_eq!(fault(&db).await, Some((2, Wrong::Altered)));
        tamper(&db, &["UPDATE audit_seal SET digest = 'x' WHERE sequence = 1"]).await;
        assert_eq!(fault(&db).await, Some((1, Wrong::Altered)));
    })
    .await;
}

#[tokio::test]
async fn d12_a_removed_line_is_found() {
    testing::both(|db| async move {
        log(&db, 5).await;
        tamper(&db, &[FREE_LINE_3, "DELETE FROM audit WHERE sequence = 3"]).await;
        assert_eq!(fault(&db).await, Some((4, Wrong::RemovedBefore)));
    })
    .await;
}

#[tokio::test]
async fn d12_a_removed_end_is_found() {
    testing::both(|db| async move {
        log(&db, 5).await;
        tamper(&db, &["DELETE FROM audit_seal WHERE sequence > 3", "DELETE FROM audit WHERE sequence > 3"]).await;
        assert_eq!(fault(&db).await, Some((3, Wrong::Head)));
    })
    .await;
}

#[tokio::test]
async fn d12_a_removed_log_is_found() {
    testing::both(|db| async move {
        log(&db, 5).await;
        tamper(&db, &["DELETE FROM audit_seal", "DELETE FROM audit"]).await;
        assert_eq!(fault(&db).await, Some((0, Wrong::Head)));
    })
    .await;
}

#[tokio::test]
async fn d12_a_line_put_in_the_place_of_another_is_found() {
    testing::both(|db| async move {
        log(&db, 5).await;
        tamper(
            &db,
            &[
                FREE_LINE_3,
                "UPDATE audit_seal SET sequence = 3 WHERE sequence = 4",
                "UPDATE audit SET object = 'record/9' WHERE sequence = 3",
            ],
        )
        .await;
        assert_eq!(fault(&db).await.map(|(sequence, _)| sequence), Some(3));
    })
    .await;
}

#[tokio::test]
async fn d12_an_inserted_line_is_found_and_never_sealed() {
    testing::both(|db| async move {
        log(&db, 5).await;
        // A number below the sealed ones is free after a rollback in PostgreSQL; below the first on both.
        let mut tx = db.begin().await.unwrap();
        tx.sql(
            "INSERT INTO audit (sequence, happened_at, actor, action, object, outcome, detail) \
             VALUES (-1, $1, 'x', 'x', 'x', 'done', '{}')",
        )
        .bind(MONDAY_MORNING.plus_seconds(-3600))
        .run()
        .await
        .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(seal(&db, &keys()).await.unwrap(), 0);
        assert_eq!(fault(&db).await, Some((-1, Wrong::Inserted)));
    })
    .await;
}

#[tokio::test]
async fn d12_a_chain_made_anew_without_the_key_is_found() {
    testing::both(|db| async move {
        log(&db, 5).await;
        tamper(&db, &["DELETE FROM audit_seal", "UPDATE audit SET object = 'record/9' WHERE sequence = 3"]).await;
        let intruder = Secrets::fresh(&Random::seeded(6));
        while seal(&db, &intruder).await.unwrap() > 0 {}
        assert_eq!(fault(&db).await, Some((5, Wrong::Head)));
    })
    .await;
}

#[tokio::test]
async fn a_line_that_commits_late_is_sealed_late() {
    testing::both(|db| async move {
        log(&db, 2).await;
        let line = |object: &'static str| Line {
            actor: "a",
            action: "b",
            object,
            outcome: Outcome::Done,
            detail: Value::Null,
        };
        if db.dialect() == db::Dialect::Postgres {
            let mut late = db.begin().await.unwrap();
            append(&mut late, MONDAY_MORNING, &line("late")).await.unwrap();
            let mut gone = db.begin().await.unwrap();
            append(&mut gone, MONDAY_MORNING, &line("gone")).await.unwrap();
            gone.rollback().await.unwrap();
            log(&db, 2).await;
            late.commit().await.unwrap();
        }
        assert!(verify(&db, &keys()).await.unwrap().is_whole());
        seal(&db, &keys()).await.unwrap();
        let report = verify(&db, &keys()).await.unwrap();
        assert!(report.is_whole() && report.pending == 0, "{report}");
    })
    .await;
}

#[tokio::test]
async fn two_sealers_make_one_chain() {
    testing::both(|db| async move {
        let mut tx = db.begin().await.unwrap();
        for _ in 0..700 {
            let line = Line { actor: "a", action: "b", object: "c", outcome: Outcome::Done, detail: json!({}) };
            append(&mut tx, MONDAY_MORNING, &line).await.unwrap();
        }
        tx.commit().await.unwrap();
        let keys = keys();
        let sealed = futures::future::join_all((0..4).map(|_| seal(&db, &keys))).await;
        assert_eq!(sealed.into_iter().map(Result::unwrap).sum::<usize>(), 700);
        assert_eq!(verify(&db, &keys).await.unwrap().sealed, 700);
    })
    .await;
}

#[tokio::test]
async fn d13_without_its_line_a_privileged_act_is_refused() {
    testing::both(|db| async move {
        tamper(&db, &["DROP TABLE audit_seal", "DROP TABLE audit"]).await;
        let mut tx = db.begin().await.unwrap();
        let line = Line { actor: "a", action: "b", object: "c", outcome: Outcome::Done, detail: json!({}) };
        let refused = privileged(&mut tx, MONDAY_MORNING, &line).await.unwrap_err();
        assert_eq!(refused.shown().code(), Code::AuditUnavailable);
        drop(tx);
        assert_eq!(house::value(&mut db.read().await.unwrap(), "none").await.unwrap(), None);
    })
    .await;
}
