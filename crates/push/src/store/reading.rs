//! The rows of what WeChat counted.

use kernel::{Day, Timestamp, Tx, db};
use wechat::wire::statistics::{ArticleTotalDay, FollowerMoves};

/// What WeChat counted of one article up to the end of a day; a later answer counts.
pub(crate) async fn keep(
    tx: &mut Tx,
    (account, msg_data_id, position): (&str, i64, i64),
    day: Day,
    told: &ArticleTotalDay,
) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_reading (account, msg_data_id, position, day, targets, readers, readings, sharers, shares, \
         keepers) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (account, msg_data_id, position, day) \
         DO UPDATE SET targets = excluded.targets, readers = excluded.readers, readings = excluded.readings, \
         sharers = excluded.sharers, shares = excluded.shares, keepers = excluded.keepers",
    )
    .bind(account.to_owned())
    .bind(msg_data_id)
    .bind(position)
    .bind(day.to_string())
    .bind(told.target_user)
    .bind(told.counts.int_page_read_user)
    .bind(told.counts.int_page_read_count)
    .bind(told.counts.share_user)
    .bind(told.counts.share_count)
    .bind(told.counts.add_to_fav_user)
    .run()
    .await?;
    Ok(())
}

/// Who came and went on a day, over all sources; a later answer counts.
pub(crate) async fn keep_moves(tx: &mut Tx, account: &str, day: Day, moves: &[FollowerMoves]) -> db::Result<()> {
    let sum = |of: fn(&FollowerMoves) -> i64| moves.iter().map(of).sum::<i64>();
    tx.sql(
        "INSERT INTO push_followers (account, day, came, went) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (account, day) DO UPDATE SET came = excluded.came, went = excluded.went",
    )
    .bind(account.to_owned())
    .bind(day.to_string())
    .bind(sum(|one| one.new_user))
    .bind(sum(|one| one.cancel_user))
    .run()
    .await?;
    Ok(())
}

/// An article that went out, with what WeChat counted of it last.
#[derive(Clone, PartialEq, Eq, Debug, sqlx::FromRow)]
pub(crate) struct Told {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) title: String,
    pub(crate) position: i64,
    pub(crate) sent_at: Timestamp,
    pub(crate) is_hidden: bool,
    pub(crate) day: Option<String>,
    pub(crate) targets: Option<i64>,
    pub(crate) readers: Option<i64>,
    pub(crate) readings: Option<i64>,
    pub(crate) sharers: Option<i64>,
    pub(crate) shares: Option<i64>,
    pub(crate) keepers: Option<i64>,
    pub(crate) went: Option<i64>,
}

/// The articles that an account sent since a moment, the newest first, each with its last counts and with how many left
/// on its day.
pub(crate) async fn since(tx: &mut Tx, account: &str, since: Timestamp) -> db::Result<Vec<Told>> {
    let rows: Vec<Told> = tx
        .sql(
            "SELECT a.id, a.account, a.title, a.position, a.sent_at, a.hidden_at IS NOT NULL AS is_hidden, r.day, \
             r.targets, r.readers, r.readings, r.sharers, r.shares, r.keepers, CAST(NULL AS BIGINT) AS went \
             FROM push_article a LEFT JOIN (SELECT k.plan, n.position, max(n.day) AS day, \
             CAST(sum(n.targets) AS BIGINT) AS targets, CAST(sum(n.readers) AS BIGINT) AS readers, \
             CAST(sum(n.readings) AS BIGINT) AS readings, CAST(sum(n.sharers) AS BIGINT) AS sharers, \
             CAST(sum(n.shares) AS BIGINT) AS shares, CAST(sum(n.keepers) AS BIGINT) AS keepers \
             FROM push_article_key k JOIN push_reading n ON n.account = k.account AND n.msg_data_id = k.msg_data_id \
             WHERE k.account = $1 AND n.day = (SELECT max(l.day) FROM push_reading l WHERE l.account = n.account \
             AND l.msg_data_id = n.msg_data_id AND l.position = n.position) GROUP BY k.plan, n.position) r \
             ON r.plan = a.plan AND r.position = a.position \
             WHERE a.account = $1 AND a.sent_at >= $2 ORDER BY a.sent_at DESC, a.position",
        )
        .bind(account.to_owned())
        .bind(since)
        .all()
        .await?;
    let moves: Vec<(String, i64)> = tx
        .sql("SELECT day, went FROM push_followers WHERE account = $1 AND day >= $2")
        .bind(account.to_owned())
        .bind(since.day().to_string())
        .all()
        .await?;
    let left = |at: Timestamp| moves.iter().find(|(day, _)| *day == at.day().to_string()).map(|(_, went)| *went);
    Ok(rows.into_iter().map(|row| Told { went: left(row.sent_at), ..row }).collect())
}

/// How the counts of one article grew, day by day: day, readers, shares.
pub(crate) async fn of_article(tx: &mut Tx, id: &str) -> db::Result<Vec<(String, i64, i64)>> {
    tx.sql(
        "SELECT r.day, CAST(sum(r.readers) AS BIGINT), CAST(sum(r.shares) AS BIGINT) FROM push_article a \
         JOIN push_article_key k ON k.plan = a.plan JOIN push_reading r ON r.account = k.account \
         AND r.msg_data_id = k.msg_data_id AND r.position = a.position WHERE a.id = $1 GROUP BY r.day ORDER BY r.day",
    )
    .bind(id.to_owned())
    .all()
    .await
}
