//! What accounts of WeChat have of our materials.

use kernel::{Timestamp, Tx, db};

/// How an account has a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    /// For articles: by an address (`uploadimg`).
    Article,
    /// As permanent material: by an id (`add_material`).
    Permanent,
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Permanent => "permanent",
        }
    }
}

/// What WeChat gave for a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Given {
    pub(crate) address: String,
    pub(crate) media_id: String,
}

/// What an account gave for the file with these digests.
pub(crate) async fn find(tx: &mut Tx, (account, digests): (&str, &str), way: Way) -> db::Result<Option<Given>> {
    let query =
        tx.sql("SELECT address, media_id FROM material_at_wechat WHERE account = $1 AND digest = $2 AND way = $3");
    let row: Option<(String, String)> =
        query.bind(account.to_owned()).bind(digests.to_owned()).bind(way.name()).optional().await?;
    Ok(row.map(|(address, media_id)| Given { address, media_id }))
}

/// Keeps what an account gave for a file.
pub(crate) async fn keep(
    tx: &mut Tx,
    (account, digests): (&str, &str),
    way: Way,
    given: &Given,
    now: Timestamp,
) -> db::Result<()> {
    tx.sql(
        "INSERT INTO material_at_wechat (account, digest, way, address, media_id, kept_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account, digest, way) DO UPDATE SET \
         address = excluded.address, media_id = excluded.media_id, kept_at = excluded.kept_at",
    )
    .bind(account.to_owned())
    .bind(digests.to_owned())
    .bind(way.name())
    .bind(given.address.clone())
    .bind(given.media_id.clone())
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// Forgets what an account gave for a file: it is no longer there.
pub(crate) async fn forget(tx: &mut Tx, (account, digests): (&str, &str), way: Way) -> db::Result<()> {
    tx.sql("DELETE FROM material_at_wechat WHERE account = $1 AND digest = $2 AND way = $3")
        .bind(account.to_owned())
        .bind(digests.to_owned())
        .bind(way.name())
        .run()
        .await
        .map(drop)
}

/// The permanent material of an account: the id and the digests of the file.
pub(crate) async fn permanent(tx: &mut Tx, account: &str) -> db::Result<Vec<(String, String)>> {
    tx.sql("SELECT media_id, digest FROM material_at_wechat WHERE account = $1 AND way = 'permanent'")
        .bind(account.to_owned())
        .all()
        .await
}
