//! Scene codes (QR codes that carry a scene), and what they brought.

use kernel::{Day, Timestamp, Tx, db};

/// A code that staff made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Code {
    pub(crate) scene: String,
    pub(crate) name: String,
    /// `desk`, `poster`, `exhibition` or `other`.
    pub(crate) purpose: String,
    /// WeChat's ticket.
    pub(crate) ticket: String,
    /// The address inside the code.
    pub(crate) url: String,
    /// Its end, unless it is permanent.
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) made_at: Timestamp,
    pub(crate) made_by: String,
    /// Since when it is not listed any longer.
    pub(crate) retired_at: Option<Timestamp>,
}

/// What a code brought on a day: scans by anybody, and follows among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Brought {
    pub(crate) scans: i64,
    pub(crate) follows: i64,
}

/// The codes that staff made for an account, the newest first.
pub(crate) async fn made(tx: &mut Tx, account: &str) -> db::Result<Vec<Code>> {
    type Row = (String, String, String, String, String, Option<Timestamp>, Timestamp, String, Option<Timestamp>);
    let query = tx.sql(
        "SELECT scene, name, purpose, ticket, url, expires_at, made_at, made_by, retired_at FROM scene_code \
         WHERE account = $1 AND name IS NOT NULL ORDER BY made_at DESC, scene",
    );
    let rows = query.bind(account.to_owned()).all::<Row>().await?;
    let code = |(scene, name, purpose, ticket, url, expires_at, made_at, made_by, retired_at)| Code {
        scene,
        name,
        purpose,
        ticket,
        url,
        expires_at,
        made_at,
        made_by,
        retired_at,
    };
    Ok(rows.into_iter().map(code).collect())
}

/// Keeps a code in place of the one before.
pub(crate) async fn put(tx: &mut Tx, account: &str, code: &Code) -> db::Result<()> {
    tx.sql(
        "INSERT INTO scene_code (account, scene, name, purpose, ticket, url, expires_at, made_at, made_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (account, scene) DO UPDATE SET name = excluded.name, \
         purpose = excluded.purpose, ticket = excluded.ticket, url = excluded.url, expires_at = excluded.expires_at, \
         made_at = excluded.made_at, made_by = excluded.made_by, retired_at = NULL",
    )
    .bind(account.to_owned())
    .bind(code.scene.clone())
    .bind(code.name.clone())
    .bind(code.purpose.clone())
    .bind(code.ticket.clone())
    .bind(code.url.clone())
    .bind(code.expires_at)
    .bind(code.made_at)
    .bind(code.made_by.clone())
    .run()
    .await?;
    Ok(())
}

/// Takes a code off the list, or puts it there again; `false` if it is not there.
pub(crate) async fn retire(tx: &mut Tx, (account, scene): (&str, &str), at: Option<Timestamp>) -> db::Result<bool> {
    let query = tx.sql("UPDATE scene_code SET retired_at = $3 WHERE account = $1 AND scene = $2 AND name IS NOT NULL");
    Ok(query.bind(account.to_owned()).bind(scene.to_owned()).bind(at).run().await? > 0)
}

/// Adds to what a code brought on a day.
pub(crate) async fn count(tx: &mut Tx, (account, scene): (&str, &str), day: Day, more: Brought) -> db::Result<()> {
    tx.sql(
        "INSERT INTO scene_day (account, scene, day, scans, follows) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (account, scene, day) DO UPDATE SET scans = scene_day.scans + excluded.scans, \
         follows = scene_day.follows + excluded.follows",
    )
    .bind(account.to_owned())
    .bind(scene.to_owned())
    .bind(day.to_string())
    .bind(more.scans)
    .bind(more.follows)
    .run()
    .await
    .map(drop)
}

/// What the codes of an account brought since a day: scene, day, and how much.
pub(crate) async fn days(tx: &mut Tx, account: &str, since: Day) -> db::Result<Vec<(String, String, Brought)>> {
    let query =
        tx.sql("SELECT scene, day, scans, follows FROM scene_day WHERE account = $1 AND day >= $2 ORDER BY scene, day");
    let rows = query.bind(account.to_owned()).bind(since.to_string()).all::<(String, String, i64, i64)>().await?;
    Ok(rows.into_iter().map(|(scene, day, scans, follows)| (scene, day, Brought { scans, follows })).collect())
}

/// What each code of an account brought in all.
pub(crate) async fn totals(tx: &mut Tx, account: &str) -> db::Result<Vec<(String, Brought)>> {
    let query = tx.sql(
        "SELECT scene, CAST(sum(scans) AS BIGINT), CAST(sum(follows) AS BIGINT) FROM scene_day WHERE account = $1 \
         GROUP BY scene ORDER BY scene",
    );
    let rows = query.bind(account.to_owned()).all::<(String, i64, i64)>().await?;
    Ok(rows.into_iter().map(|(scene, scans, follows)| (scene, Brought { scans, follows })).collect())
}
