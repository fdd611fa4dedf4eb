//! The menus we publish.

use kernel::{Timestamp, Tx, db};
use serde_json::Value;
use sqlx::types::Json;

/// Notes the menu an account is to have.
pub(crate) async fn put(tx: &mut Tx, account: &str, buttons: &Value, now: Timestamp) -> db::Result<()> {
    tx.sql(
        "INSERT INTO menu (account, buttons, state, changed_at) VALUES ($1, $2, 'waiting', $3) \
         ON CONFLICT (account) DO UPDATE SET buttons = excluded.buttons, state = excluded.state, errcode = NULL, \
         changed_at = excluded.changed_at, published_at = NULL",
    )
    .bind(account.to_owned())
    .bind(Json(buttons.clone()))
    .bind(now)
    .run()
    .await?;
    Ok(())
}

/// The menu an account is to have, and whether WeChat has it.
pub(crate) async fn get(tx: &mut Tx, account: &str) -> db::Result<Option<(Value, String)>> {
    let row = tx
        .sql("SELECT buttons, state FROM menu WHERE account = $1")
        .bind(account.to_owned())
        .optional::<(Json<Value>, String)>()
        .await?;
    Ok(row.map(|(Json(buttons), state)| (buttons, state)))
}

/// Notes what WeChat said to the menu: published, or refused with this code.
pub(crate) async fn told(tx: &mut Tx, account: &str, refused: Option<i64>, now: Timestamp) -> db::Result<()> {
    tx.sql("UPDATE menu SET state = $2, errcode = $3, published_at = $4 WHERE account = $1")
        .bind(account.to_owned())
        .bind(if refused.is_some() { "refused" } else { "published" })
        .bind(refused)
        .bind(refused.is_none().then_some(now))
        .run()
        .await?;
    Ok(())
}
