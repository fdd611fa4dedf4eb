//! The rows of what is known here about comments on articles: how many there are, and whether there may be any. What they
//! say stays with WeChat.

use std::collections::HashMap;

use kernel::{Timestamp, Tx, db};

/// An article that went out as WeChat's comments know it: its account, title and position, and WeChat's keys of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Commented {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) title: String,
    pub(crate) position: i64,
    pub(crate) comments_open: Option<bool>,
    pub(crate) keys: Vec<i64>,
}

/// The article of an id.
pub(crate) async fn find(tx: &mut Tx, id: &str) -> db::Result<Option<Commented>> {
    let text = "SELECT account, title, position, comments_open FROM push_article WHERE id = $1 AND sent_at IS NOT NULL";
    let found: Option<(String, String, i64, Option<bool>)> = tx.sql(text).bind(id.to_owned()).optional().await?;
    let Some((account, title, position, comments_open)) = found else { return Ok(None) };
    let text = "SELECT k.msg_data_id FROM push_article a JOIN push_article_key k ON k.plan = a.plan \
                AND k.account = a.account WHERE a.id = $1 ORDER BY k.msg_data_id";
    let keys: Vec<(i64,)> = tx.sql(text).bind(id.to_owned()).all().await?;
    let keys = keys.into_iter().map(|(key,)| key).collect();
    Ok(Some(Commented { id: id.to_owned(), account, title, position, comments_open, keys }))
}

/// What an account sent since a moment, by WeChat's keys and positions.
pub(crate) async fn keys_since(tx: &mut Tx, account: &str, since: Timestamp) -> db::Result<Vec<(i64, i64)>> {
    tx.sql(
        "SELECT k.msg_data_id, a.position FROM push_article a JOIN push_article_key k ON k.plan = a.plan \
         AND k.account = a.account WHERE a.account = $1 AND a.sent_at >= $2 ORDER BY k.msg_data_id, a.position",
    )
    .bind(account.to_owned())
    .bind(since)
    .all()
    .await
}

/// Notes how many comments an article has under one of its keys.
pub(crate) async fn keep_count(
    tx: &mut Tx,
    (account, msg_data_id, position): (&str, i64, i64),
    comments: i64,
    at: Timestamp,
) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_comment_count (account, msg_data_id, position, comments, counted_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account, msg_data_id, position) \
         DO UPDATE SET comments = excluded.comments, counted_at = excluded.counted_at",
    )
    .bind(account.to_owned())
    .bind(msg_data_id)
    .bind(position)
    .bind(comments)
    .bind(at)
    .run()
    .await?;
    Ok(())
}

/// How many comments the articles had that an account sent since a moment, by their ids; none of those never asked about.
pub(crate) async fn since(tx: &mut Tx, account: &str, since: Timestamp) -> db::Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> = tx
        .sql(
            "SELECT a.id, CAST(sum(c.comments) AS BIGINT) FROM push_article a JOIN push_article_key k \
             ON k.plan = a.plan AND k.account = a.account JOIN push_comment_count c ON c.account = k.account \
             AND c.msg_data_id = k.msg_data_id AND c.position = a.position \
             WHERE a.account = $1 AND a.sent_at >= $2 GROUP BY a.id",
        )
        .bind(account.to_owned())
        .bind(since)
        .all()
        .await?;
    Ok(rows.into_iter().collect())
}

/// Notes whether readers may comment on an article.
pub(crate) async fn set_open(tx: &mut Tx, id: &str, is_open: bool) -> db::Result<()> {
    let text = "UPDATE push_article SET comments_open = $2 WHERE id = $1";
    tx.sql(text).bind(id.to_owned()).bind(is_open).run().await.map(drop)
}
