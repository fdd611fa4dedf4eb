//! Frequent questions.

use kernel::{Id, Timestamp, Tx, db};
use sqlx::types::Json;

use crate::faq::Faq;

/// Adds a question unless one of the same wording is there; `true` if it was added.
pub(crate) async fn add(tx: &mut Tx, id: Id<Faq>, faq: &Faq, now: Timestamp) -> db::Result<bool> {
    let added = tx
        .sql(
            "INSERT INTO faq (id, category, question, variants, answer, enabled, changed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (question) DO NOTHING",
        )
        .bind(id)
        .bind(faq.category.clone())
        .bind(faq.question.clone())
        .bind(Json(faq.variants.clone()))
        .bind(faq.answer.clone())
        .bind(true)
        .bind(now)
        .run()
        .await?;
    Ok(added == 1)
}

/// All questions in force, by category and question.
pub(crate) async fn enabled(tx: &mut Tx) -> db::Result<Vec<Faq>> {
    type Row = (String, String, Json<Vec<String>>, String);
    let rows = tx
        .sql("SELECT category, question, variants, answer FROM faq WHERE enabled ORDER BY category, question")
        .all::<Row>()
        .await?;
    let faq = |(category, question, Json(variants), answer)| Faq { category, question, variants, answer };
    Ok(rows.into_iter().map(faq).collect())
}
