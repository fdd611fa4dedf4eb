//! The vectors of wordings.

use std::collections::{HashMap, HashSet};

use kernel::{Id, Timestamp, Tx, db};

use crate::faq::Faq;
use crate::meaning::Vector;

/// The vectors a model made, by the digests of the wordings.
pub(crate) async fn all(tx: &mut Tx, model: &str) -> db::Result<HashMap<String, Vector>> {
    let query = tx.sql("SELECT wording, vector FROM faq_vector WHERE model = $1");
    let rows = query.bind(model.to_owned()).all::<(String, Vec<u8>)>().await?;
    let read = |(wording, bytes): (String, Vec<u8>)| {
        let vector = Vector::from_bytes(&bytes);
        Ok((wording.clone(), vector.ok_or_else(|| db::Error::bad_cell("faq_vector", "vector", &wording))?))
    };
    rows.into_iter().map(read).collect()
}

/// Which wordings of which questions have a vector of a model.
pub(crate) async fn made(tx: &mut Tx, model: &str) -> db::Result<HashSet<(Id<Faq>, String)>> {
    let query = tx.sql("SELECT faq, wording FROM faq_vector WHERE model = $1");
    Ok(query.bind(model.to_owned()).all().await?.into_iter().collect())
}

/// Keeps the vector of a wording in place of the one before; a question that is gone meanwhile keeps none.
pub(crate) async fn put(
    tx: &mut Tx,
    (faq, wording): (Id<Faq>, &str),
    (model, vector): (&str, &Vector),
    at: Timestamp,
) -> db::Result<()> {
    tx.sql(
        "INSERT INTO faq_vector (faq, wording, model, vector, made_at) \
         SELECT id, $2, $3, $4, $5 FROM faq WHERE id = $1 \
         ON CONFLICT (faq, wording) DO UPDATE SET model = excluded.model, vector = excluded.vector, \
         made_at = excluded.made_at",
    )
    .bind(faq)
    .bind(wording.to_owned())
    .bind(model.to_owned())
    .bind(vector.bytes())
    .bind(at)
    .run()
    .await
    .map(drop)
}

/// Removes the vectors of wordings that are no more, and those of other models.
pub(crate) async fn keep_only(tx: &mut Tx, model: &str, wordings: &HashSet<(Id<Faq>, String)>) -> db::Result<()> {
    tx.sql("DELETE FROM faq_vector WHERE model <> $1").bind(model.to_owned()).run().await?;
    for (faq, wording) in made(tx, model).await?.difference(wordings) {
        let query = tx.sql("DELETE FROM faq_vector WHERE faq = $1 AND wording = $2");
        query.bind(*faq).bind(wording.clone()).run().await?;
    }
    Ok(())
}

/// What tells that vectors of a model were made or removed: how many there are, and when the last one was made.
pub(crate) async fn version(tx: &mut Tx, model: &str) -> db::Result<(i64, Option<Timestamp>)> {
    tx.sql("SELECT count(*), max(made_at) FROM faq_vector WHERE model = $1").bind(model.to_owned()).one().await
}
