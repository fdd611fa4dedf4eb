//! Frequent questions.

use kernel::{Id, Timestamp, Tx, db};
use sqlx::types::Json;

use super::{Change, Kept};
use crate::faq::{Faq, FaqLink};
use crate::schedule::Schedule;

/// Adds a question unless one of the same wording is there; `true` if it was added.
pub(crate) async fn add(
    tx: &mut Tx,
    id: Id<Faq>,
    (faq, enabled): (&Faq, bool),
    change: &Change<'_>,
) -> db::Result<bool> {
    let added = tx
        .sql(
            "INSERT INTO faq (id, category, question, variants, answer, enabled, links, schedule, changed_at, changed_by) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (question) DO NOTHING",
        )
        .bind(id)
        .bind(faq.category.clone())
        .bind(faq.question.clone())
        .bind(Json(faq.variants.clone()))
        .bind(faq.answer.clone())
        .bind(enabled)
        .bind(Json(faq.links.clone()))
        .bind(Json(faq.schedule.clone()))
        .bind(change.at)
        .bind(change.by.to_owned())
        .run()
        .await?;
    Ok(added == 1)
}

/// Writes a question anew; `false` if it was changed since `read_at`, or is gone.
pub(crate) async fn replace(
    tx: &mut Tx,
    id: Id<Faq>,
    (faq, enabled): (&Faq, bool),
    read_at: Timestamp,
    change: &Change<'_>,
) -> db::Result<bool> {
    let replaced = tx
        .sql(
            "UPDATE faq SET category = $2, question = $3, variants = $4, answer = $5, links = $6, schedule = $7, \
             enabled = $8, changed_at = $9, changed_by = $10 WHERE id = $1 AND changed_at = $11",
        )
        .bind(id)
        .bind(faq.category.clone())
        .bind(faq.question.clone())
        .bind(Json(faq.variants.clone()))
        .bind(faq.answer.clone())
        .bind(Json(faq.links.clone()))
        .bind(Json(faq.schedule.clone()))
        .bind(enabled)
        .bind(change.at)
        .bind(change.by.to_owned())
        .bind(read_at)
        .run()
        .await?;
    Ok(replaced == 1)
}

/// Switches a question on or off; `false` if it is gone.
pub(crate) async fn enable(tx: &mut Tx, id: Id<Faq>, enabled: bool, change: &Change<'_>) -> db::Result<bool> {
    let query = tx.sql("UPDATE faq SET enabled = $2, changed_at = $3, changed_by = $4 WHERE id = $1");
    Ok(query.bind(id).bind(enabled).bind(change.at).bind(change.by.to_owned()).run().await? > 0)
}

/// Removes a question; `false` if it is gone.
pub(crate) async fn remove(tx: &mut Tx, id: Id<Faq>) -> db::Result<bool> {
    Ok(tx.sql("DELETE FROM faq WHERE id = $1").bind(id).run().await? > 0)
}

/// Adds to how often a question answered.
pub(crate) async fn count(tx: &mut Tx, question: &str, (hits, at): (i64, Timestamp)) -> db::Result<()> {
    let query = tx.sql("UPDATE faq SET hits = hits + $2, last_hit_at = $3 WHERE question = $1");
    query.bind(question.to_owned()).bind(hits).bind(at).run().await.map(drop)
}

/// All questions in force, by category and question.
pub(crate) async fn enabled(tx: &mut Tx) -> db::Result<Vec<Faq>> {
    Ok(all(tx).await?.into_iter().filter(|kept| kept.enabled).map(|kept| kept.item).collect())
}

/// All questions, by category and question.
pub(crate) async fn all(tx: &mut Tx) -> db::Result<Vec<Kept<Faq>>> {
    type Row = (
        Id<Faq>,
        String,
        String,
        Json<Vec<String>>,
        String,
        bool,
        Json<Vec<FaqLink>>,
        Json<Schedule>,
        Timestamp,
        String,
        i64,
        Option<Timestamp>,
    );
    let rows = tx
        .sql(
            "SELECT id, category, question, variants, answer, enabled, links, schedule, changed_at, changed_by, hits, \
             last_hit_at FROM faq ORDER BY category, question",
        )
        .all::<Row>()
        .await?;
    let kept = |row: Row| {
        let (id, category, question, variants, answer, enabled, links, schedule, changed_at, changed_by, hits, last) =
            row;
        let item = Faq { category, question, variants: variants.0, answer, links: links.0, schedule: schedule.0 };
        Kept { id, item, enabled, hits, last_hit_at: last, changed_at, changed_by }
    };
    Ok(rows.into_iter().map(kept).collect())
}
