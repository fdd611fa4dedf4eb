//! The rows of visits.

use std::collections::HashMap;

use kernel::{Day, Timestamp, Tx, db};

use crate::visit::Tag;

/// Adds visits of a day, if an article that was sent has this tag.
pub(crate) async fn add(tx: &mut Tx, tag: &Tag, day: Day, visits: i64) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_visit (tag, day, visits) SELECT a.tag, $2, $3 FROM push_article a \
         WHERE a.tag = $1 AND a.sent_at IS NOT NULL LIMIT 1 \
         ON CONFLICT (tag, day) DO UPDATE SET visits = push_visit.visits + excluded.visits",
    )
    .bind(tag.as_str().to_owned())
    .bind(day.to_string())
    .bind(visits)
    .run()
    .await?;
    Ok(())
}

/// How often the articles an account sent since a moment led to our own site, by their tags.
pub(crate) async fn since(tx: &mut Tx, account: &str, since: Timestamp) -> db::Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> = tx
        .sql(
            "SELECT tag, CAST(sum(visits) AS BIGINT) FROM push_visit WHERE tag IN \
             (SELECT a.tag FROM push_article a WHERE a.account = $1 AND a.sent_at >= $2) GROUP BY tag",
        )
        .bind(account.to_owned())
        .bind(since)
        .all()
        .await?;
    Ok(rows.into_iter().collect())
}

/// How often one article led to our own site, day by day.
pub(crate) async fn of_article(tx: &mut Tx, id: &str) -> db::Result<Vec<(String, i64)>> {
    let text = "SELECT v.day, v.visits FROM push_article a JOIN push_visit v ON v.tag = a.tag WHERE a.id = $1 \
                ORDER BY v.day";
    tx.sql(text).bind(id.to_owned()).all().await
}
