//! The menus we publish: what WeChat is to have, what staff are drafting, what it had.

use kernel::{Timestamp, Tx, db};
use serde_json::Value;
use sqlx::types::Json;

/// Versions of a menu that are kept for each account.
pub(crate) const VERSIONS: i64 = 10;

/// The menu an account is to have.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Held {
    pub(crate) buttons: Value,
    /// `waiting`, `published` or `refused`.
    pub(crate) state: String,
    /// WeChat's code, if it refused it.
    pub(crate) errcode: Option<i64>,
    pub(crate) changed_at: Timestamp,
    pub(crate) published_at: Option<Timestamp>,
    /// The member of staff who ordered it; none: the house itself.
    pub(crate) ordered_by: Option<String>,
}

/// What staff wrote and have not published.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Draft {
    pub(crate) buttons: Value,
    pub(crate) changed_at: Timestamp,
    pub(crate) changed_by: String,
}

/// A menu that WeChat took.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Version {
    pub(crate) published_at: Timestamp,
    pub(crate) buttons: Value,
    pub(crate) ordered_by: Option<String>,
}

/// Notes the menu an account is to have, and who ordered it.
pub(crate) async fn put(
    tx: &mut Tx,
    account: &str,
    (buttons, ordered_by): (&Value, Option<&str>),
    now: Timestamp,
) -> db::Result<()> {
    tx.sql(
        "INSERT INTO menu (account, buttons, state, changed_at, ordered_by) VALUES ($1, $2, 'waiting', $3, $4) \
         ON CONFLICT (account) DO UPDATE SET buttons = excluded.buttons, state = excluded.state, errcode = NULL, \
         changed_at = excluded.changed_at, published_at = NULL, ordered_by = excluded.ordered_by",
    )
    .bind(account.to_owned())
    .bind(Json(buttons.clone()))
    .bind(now)
    .bind(ordered_by.map(str::to_owned))
    .run()
    .await?;
    Ok(())
}

/// The menu an account is to have.
pub(crate) async fn get(tx: &mut Tx, account: &str) -> db::Result<Option<Held>> {
    type Row = (Json<Value>, String, Option<i64>, Timestamp, Option<Timestamp>, Option<String>);
    let query =
        tx.sql("SELECT buttons, state, errcode, changed_at, published_at, ordered_by FROM menu WHERE account = $1");
    let row = query.bind(account.to_owned()).optional::<Row>().await?;
    Ok(row.map(|(Json(buttons), state, errcode, changed_at, published_at, ordered_by)| Held {
        buttons,
        state,
        errcode,
        changed_at,
        published_at,
        ordered_by,
    }))
}

/// Notes what WeChat said to the menu of a moment: published, or refused with this code. One that was changed meanwhile
/// goes on waiting.
pub(crate) async fn told(
    tx: &mut Tx,
    (account, changed_at): (&str, Timestamp),
    refused: Option<i64>,
    now: Timestamp,
) -> db::Result<()> {
    tx.sql("UPDATE menu SET state = $2, errcode = $3, published_at = $4 WHERE account = $1 AND changed_at = $5")
        .bind(account.to_owned())
        .bind(if refused.is_some() { "refused" } else { "published" })
        .bind(refused)
        .bind(refused.is_none().then_some(now))
        .bind(changed_at)
        .run()
        .await?;
    Ok(())
}

/// Notes that an account is to have the menu that WeChat has, in place of one it refused.
pub(crate) async fn go_back(tx: &mut Tx, account: &str, version: &Version, now: Timestamp) -> db::Result<()> {
    tx.sql(
        "UPDATE menu SET buttons = $2, state = 'published', errcode = NULL, changed_at = $3, published_at = $4, \
         ordered_by = $5 WHERE account = $1 AND state = 'refused'",
    )
    .bind(account.to_owned())
    .bind(Json(version.buttons.clone()))
    .bind(now)
    .bind(version.published_at)
    .bind(version.ordered_by.clone())
    .run()
    .await
    .map(drop)
}

/// Keeps a menu that WeChat took, and forgets the oldest beyond [`VERSIONS`].
pub(crate) async fn keep_version(tx: &mut Tx, account: &str, version: &Version) -> db::Result<()> {
    tx.sql(
        "INSERT INTO menu_version (account, published_at, buttons, ordered_by) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (account, published_at) DO UPDATE SET buttons = excluded.buttons, ordered_by = excluded.ordered_by",
    )
    .bind(account.to_owned())
    .bind(version.published_at)
    .bind(Json(version.buttons.clone()))
    .bind(version.ordered_by.clone())
    .run()
    .await?;
    tx.sql(
        "DELETE FROM menu_version WHERE account = $1 AND published_at NOT IN (SELECT published_at FROM menu_version \
         WHERE account = $1 ORDER BY published_at DESC LIMIT $2)",
    )
    .bind(account.to_owned())
    .bind(VERSIONS)
    .run()
    .await?;
    Ok(())
}

/// The menus WeChat took, the newest first.
pub(crate) async fn versions(tx: &mut Tx, account: &str) -> db::Result<Vec<Version>> {
    let query = tx.sql(
        "SELECT published_at, buttons, ordered_by FROM menu_version WHERE account = $1 \
         ORDER BY published_at DESC LIMIT $2",
    );
    let rows = query.bind(account.to_owned()).bind(VERSIONS).all::<(Timestamp, Json<Value>, Option<String>)>().await?;
    let version = |(published_at, Json(buttons), ordered_by)| Version { published_at, buttons, ordered_by };
    Ok(rows.into_iter().map(version).collect())
}

/// What staff are drafting.
pub(crate) async fn draft(tx: &mut Tx, account: &str) -> db::Result<Option<Draft>> {
    let query = tx.sql("SELECT buttons, changed_at, changed_by FROM menu_draft WHERE account = $1");
    let row = query.bind(account.to_owned()).optional::<(Json<Value>, Timestamp, String)>().await?;
    Ok(row.map(|(Json(buttons), changed_at, changed_by)| Draft { buttons, changed_at, changed_by }))
}

/// Keeps a draft in place of the one before.
pub(crate) async fn put_draft(tx: &mut Tx, account: &str, draft: &Draft) -> db::Result<()> {
    tx.sql(
        "INSERT INTO menu_draft (account, buttons, changed_at, changed_by) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (account) DO UPDATE SET buttons = excluded.buttons, changed_at = excluded.changed_at, \
         changed_by = excluded.changed_by",
    )
    .bind(account.to_owned())
    .bind(Json(draft.buttons.clone()))
    .bind(draft.changed_at)
    .bind(draft.changed_by.clone())
    .run()
    .await?;
    Ok(())
}

/// Removes the draft.
pub(crate) async fn remove_draft(tx: &mut Tx, account: &str) -> db::Result<()> {
    tx.sql("DELETE FROM menu_draft WHERE account = $1").bind(account.to_owned()).run().await.map(drop)
}
