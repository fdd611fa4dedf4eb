//! Pushes that were made by hand in WeChat's own console: WeChat tells of their ends, and counts how they are read.

use kernel::{Day, Timestamp, Tx, db};

/// How many pushes an account made between two days, the second not among them, that did not go out from here.
///
/// Ends of sends under numbers that no call has, less the calls of which the number is not known; or articles in WeChat's
/// counts under keys that no plan has, less the plans of which the key is not known. The greater of the two: a text has no
/// article, and an end may not have been told.
pub(crate) async fn count(tx: &mut Tx, account: &str, (from, to): (Day, Day)) -> db::Result<i64> {
    let (ends,) = tx
        .sql(
            "SELECT count(*) - (SELECT count(*) FROM push_call c JOIN push_plan p ON p.id = c.plan WHERE p.account = $1 \
             AND p.scheduled_at >= $2 AND p.scheduled_at < $3 AND c.msg_id IS NULL \
             AND c.state IN ('submitting', 'unknown', 'accepted')) FROM push_end e \
             WHERE e.account = $1 AND e.told_at >= $2 AND e.told_at < $3 AND e.sent > 0 AND NOT EXISTS (SELECT 1 \
             FROM push_call c JOIN push_plan p ON p.id = c.plan WHERE p.account = e.account AND c.msg_id = e.msg_id)",
        )
        .bind(account.to_owned())
        .bind(from.begins())
        .bind(to.begins())
        .one::<(i64,)>()
        .await?;
    let (articles,) = tx
        .sql(
            "SELECT count(*) - (SELECT count(*) FROM push_plan p WHERE p.account = $1 \
             AND p.scheduled_at >= $4 AND p.scheduled_at < $5 AND EXISTS (SELECT 1 \
             FROM push_article a WHERE a.plan = p.id AND a.sent_at IS NOT NULL) AND NOT EXISTS (SELECT 1 \
             FROM push_article_key k WHERE k.plan = p.id)) FROM (SELECT n.msg_data_id FROM push_reading n \
             WHERE n.account = $1 AND NOT EXISTS (SELECT 1 FROM push_article_key k WHERE k.account = n.account \
             AND k.msg_data_id = n.msg_data_id) GROUP BY n.msg_data_id HAVING min(n.day) >= $2 AND min(n.day) < $3) AS others",
        )
        .bind(account.to_owned())
        .bind(from.to_string())
        .bind(to.to_string())
        .bind(from.begins())
        .bind(to.begins())
        .one::<(i64,)>()
        .await?;
    Ok(ends.max(articles).max(0))
}

/// When each account last made one, as far as WeChat told.
pub(crate) async fn last(tx: &mut Tx) -> db::Result<Vec<(String, Timestamp)>> {
    tx.sql(
        "SELECT e.account, max(e.told_at) FROM push_end e WHERE e.sent > 0 AND NOT EXISTS (SELECT 1 FROM push_call c \
         JOIN push_plan p ON p.id = c.plan WHERE p.account = e.account AND c.msg_id = e.msg_id) GROUP BY e.account",
    )
    .all()
    .await
}
