//! The rows of sources and their headlines.

use std::collections::HashMap;

use kernel::{Timestamp, Tx, db};

use crate::headline::{Headline, Health};

type Columns = (String, Timestamp, Option<Timestamp>, Option<String>, i64);

/// How each source does that was ever fetched, by its address.
pub(crate) async fn health(tx: &mut Tx) -> db::Result<HashMap<String, Health>> {
    let rows: Vec<Columns> =
        tx.sql("SELECT address, tried_at, succeeded_at, fault, entries FROM push_source").all().await?;
    let health = |(address, tried_at, succeeded_at, fault, entries): Columns| {
        (address, Health { tried_at, succeeded_at, fault, entries })
    };
    Ok(rows.into_iter().map(health).collect())
}

/// What the sources brought, each in its order, with the source's address.
pub(crate) async fn all(tx: &mut Tx) -> db::Result<Vec<(String, Headline)>> {
    let rows: Vec<(String, String, String, Option<Timestamp>)> = tx
        .sql("SELECT source, title, address, published_at FROM push_headline ORDER BY source, position")
        .all()
        .await?;
    let headline = |(source, title, address, published_at)| (source, Headline { title, address, published_at });
    Ok(rows.into_iter().map(headline).collect())
}

/// Writes down what came of a source in the place of what came before.
pub(crate) async fn came(tx: &mut Tx, source: &str, headlines: &[Headline], now: Timestamp) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_source (address, tried_at, succeeded_at, fault, entries) VALUES ($1, $2, $2, NULL, $3) \
         ON CONFLICT (address) DO UPDATE SET tried_at = excluded.tried_at, succeeded_at = excluded.succeeded_at, \
         fault = NULL, entries = excluded.entries",
    )
    .bind(source.to_owned())
    .bind(now)
    .bind(i64::try_from(headlines.len()).unwrap_or(i64::MAX))
    .run()
    .await?;
    tx.sql("DELETE FROM push_headline WHERE source = $1").bind(source.to_owned()).run().await?;
    for (position, headline) in (1_i64..).zip(headlines) {
        tx.sql(
            "INSERT INTO push_headline (source, position, title, address, published_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(source.to_owned())
        .bind(position)
        .bind(headline.title.clone())
        .bind(headline.address.clone())
        .bind(headline.published_at)
        .run()
        .await?;
    }
    Ok(())
}

/// Writes down why nothing came of a source. What came before stays.
pub(crate) async fn failed(tx: &mut Tx, source: &str, fault: &str, now: Timestamp) -> db::Result<()> {
    tx.sql(
        "INSERT INTO push_source (address, tried_at, succeeded_at, fault, entries) VALUES ($1, $2, NULL, $3, 0) \
         ON CONFLICT (address) DO UPDATE SET tried_at = excluded.tried_at, fault = excluded.fault",
    )
    .bind(source.to_owned())
    .bind(now)
    .bind(fault.to_owned())
    .run()
    .await?;
    Ok(())
}

/// Lets a source and what it brought go.
pub(crate) async fn forget(tx: &mut Tx, source: &str) -> db::Result<()> {
    tx.sql("DELETE FROM push_source WHERE address = $1").bind(source.to_owned()).run().await?;
    Ok(())
}
