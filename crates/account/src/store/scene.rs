//! Scene codes (QR codes that carry a scene).

use kernel::{Timestamp, Tx, db};

/// The code of a scene: ticket, address inside the code, and its end unless it is permanent.
pub(crate) type Row = (String, String, Option<Timestamp>);

/// The code made for a scene.
pub(crate) async fn get(tx: &mut Tx, account: &str, scene: &str) -> db::Result<Option<Row>> {
    tx.sql("SELECT ticket, url, expires_at FROM scene_code WHERE account = $1 AND scene = $2")
        .bind(account.to_owned())
        .bind(scene.to_owned())
        .optional()
        .await
}

/// Keeps a code in place of the one before.
pub(crate) async fn put(tx: &mut Tx, account: &str, scene: &str, (ticket, url, expires_at): Row) -> db::Result<()> {
    tx.sql(
        "INSERT INTO scene_code (account, scene, ticket, url, expires_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (account, scene) DO UPDATE SET ticket = excluded.ticket, url = excluded.url, \
         expires_at = excluded.expires_at",
    )
    .bind(account.to_owned())
    .bind(scene.to_owned())
    .bind(ticket)
    .bind(url)
    .bind(expires_at)
    .run()
    .await?;
    Ok(())
}
