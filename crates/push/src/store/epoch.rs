//! The attempts of each node.

use kernel::{Tx, db};

/// The number of a node, if it is known.
pub(crate) async fn number(tx: &mut Tx, node: &str) -> db::Result<Option<i64>> {
    let row = tx.sql("SELECT number FROM push_epoch WHERE node = $1").bind(node.to_owned()).optional::<(i64,)>();
    Ok(row.await?.map(|(number,)| number))
}

/// Whether any node ever pushed from this database.
pub(crate) async fn is_new(tx: &mut Tx) -> db::Result<bool> {
    Ok(tx.sql("SELECT count(*) FROM push_epoch").one::<(i64,)>().await? == (0,))
}

/// Gives a node its number.
pub(crate) async fn set(tx: &mut Tx, node: &str, number: i64) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_epoch (node, number) VALUES ($1, $2) ON CONFLICT (node) DO UPDATE SET number = excluded.number",
    )
    .bind(node.to_owned())
    .bind(number)
    .run()
    .await?;
    Ok(())
}
