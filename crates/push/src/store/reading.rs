//! The rows of what WeChat counted.

use std::collections::BTreeMap;

use kernel::{Day, Timestamp, Tx, db};
use wechat::wire::statistics::{ALL_SOURCES, ArticleTotalDay, FollowerMoves, ReadingHour};

use super::{comment, visit};

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

/// What was read in each hour of a day, over all sources; a later answer counts.
pub(crate) async fn keep_hours(tx: &mut Tx, account: &str, day: Day, told: &[ReadingHour]) -> db::Result<()> {
    let mut hours: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for line in told.iter().filter(|line| (0..2400).contains(&line.ref_hour)) {
        let of_hour: Vec<_> = told.iter().filter(|other| other.ref_hour == line.ref_hour).collect();
        let whole = of_hour.iter().find(|other| other.user_source == ALL_SOURCES);
        let counts = whole.map_or_else(|| of_hour.iter().map(|one| one.counts).collect(), |one| vec![one.counts]);
        let sum = (
            counts.iter().map(|one| one.int_page_read_user).sum(),
            counts.iter().map(|one| one.int_page_read_count).sum(),
        );
        hours.insert(line.ref_hour / 100, sum);
    }
    for (hour, (readers, readings)) in hours {
        tx.sql(
            "INSERT INTO push_hour (account, day, hour, readers, readings) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (account, day, hour) DO UPDATE SET readers = excluded.readers, readings = excluded.readings",
        )
        .bind(account.to_owned())
        .bind(day.to_string())
        .bind(hour)
        .bind(readers)
        .bind(readings)
        .run()
        .await?;
    }
    Ok(())
}

/// Readings of each hour of the day since a day, and of how many days there are any.
pub(crate) async fn hours(tx: &mut Tx, account: &str, since: Day) -> db::Result<(Vec<(i64, i64)>, i64)> {
    let text = "SELECT hour, CAST(sum(readings) AS BIGINT) FROM push_hour WHERE account = $1 AND day >= $2 \
                GROUP BY hour ORDER BY hour";
    let hours = tx.sql(text).bind(account.to_owned()).bind(since.to_string()).all().await?;
    let text = "SELECT count(DISTINCT day) FROM push_hour WHERE account = $1 AND day >= $2";
    let (days,) = tx.sql(text).bind(account.to_owned()).bind(since.to_string()).one().await?;
    Ok((hours, days))
}

/// Notes when an account's counts were asked for, and why WeChat did not give them, if so.
pub(crate) async fn note_fetched(tx: &mut Tx, account: &str, at: Timestamp, told: Option<&str>) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_fetched (account, at, told) VALUES ($1, $2, $3) \
         ON CONFLICT (account) DO UPDATE SET at = excluded.at, told = excluded.told",
    )
    .bind(account.to_owned())
    .bind(at)
    .bind(told.map(str::to_owned))
    .run()
    .await?;
    Ok(())
}

/// When an account's counts were last asked for, and why WeChat did not give them, if so.
pub(crate) async fn fetched(tx: &mut Tx, account: &str) -> db::Result<Option<(Timestamp, Option<String>)>> {
    tx.sql("SELECT at, told FROM push_fetched WHERE account = $1").bind(account.to_owned()).optional().await
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
    /// Whom its plan was for in words.
    pub(crate) whom: String,
    pub(crate) tag: Option<String>,
    pub(crate) comments_open: Option<bool>,
    /// How often its links led to our own site; none of what went out before that was counted.
    pub(crate) visits: Option<i64>,
    pub(crate) comments: Option<i64>,
}

/// The articles that an account sent since a moment, the newest first, each with its last counts and with how many left
/// on its day.
pub(crate) async fn since(tx: &mut Tx, account: &str, since: Timestamp) -> db::Result<Vec<Told>> {
    let rows: Vec<Told> = tx
        .sql(
            "SELECT a.id, a.account, a.title, a.position, a.sent_at, a.hidden_at IS NOT NULL AS is_hidden, r.day, \
             r.targets, r.readers, r.readings, r.sharers, r.shares, r.keepers, CAST(NULL AS BIGINT) AS went, \
             p.whom, a.tag, a.comments_open, CAST(NULL AS BIGINT) AS visits, CAST(NULL AS BIGINT) AS comments \
             FROM push_article a JOIN push_plan p ON p.id = a.plan LEFT JOIN (SELECT k.plan, n.position, max(n.day) AS day, \
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
    let (visits, comments) = (visit::since(tx, account, since).await?, comment::since(tx, account, since).await?);
    let told = rows.into_iter().map(|row| Told {
        went: left(row.sent_at),
        visits: row.tag.as_ref().map(|tag| visits.get(tag).copied().unwrap_or_default()),
        comments: comments.get(&row.id).copied(),
        ..row
    });
    Ok(told.collect())
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
