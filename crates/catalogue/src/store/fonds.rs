//! Rows of fonds.

use kernel::{Timestamp, Tx, db};

use super::counter::{Counter, take};
use crate::reference_code::{CodePattern, ReferenceCode};
use crate::{Fonds, PublicId};

type Row = (i64, String, String, String, Option<String>, sqlx::types::Json<Vec<String>>);

fn fonds((number, public_id, code, key, title, patterns): Row) -> db::Result<Fonds> {
    let patterns = patterns.0.iter().filter_map(|text| CodePattern::parse(text)).collect();
    let public_id = PublicId::parse(&public_id).ok_or_else(|| db::Error::bad_cell("fonds", "public_id", &public_id))?;
    Ok(Fonds { number, public_id, code, key, title, patterns })
}

/// All fonds of an institution in archival order.
pub(crate) async fn all(tx: &mut Tx, institution: &str) -> db::Result<Vec<Fonds>> {
    let rows: Vec<Row> = tx
        .sql(
            "SELECT number, public_id, code, code_key, title, code_patterns FROM fonds WHERE institution_code = $1 \
             ORDER BY sort_key, code_key",
        )
        .bind(institution.to_owned())
        .all()
        .await?;
    rows.into_iter().map(fonds).collect()
}

/// A fonds that may have to be made.
#[derive(Debug)]
pub(crate) struct NewFonds<'a> {
    pub(crate) public_id: PublicId,
    pub(crate) code: &'a ReferenceCode,
    pub(crate) title: Option<&'a str>,
    pub(crate) patterns: &'a [String],
}

/// The fonds of a public id.
pub(crate) async fn of_public_id(tx: &mut Tx, id: &PublicId) -> db::Result<Option<Fonds>> {
    let row: Option<Row> = tx
        .sql("SELECT number, public_id, code, code_key, title, code_patterns FROM fonds WHERE public_id = $1")
        .bind(id.as_str().to_owned())
        .optional()
        .await?;
    row.map(fonds).transpose()
}

/// The fonds of a code, made if it is unknown. A title given now fills one that is missing, patterns given now replace
/// those that were known.
pub(crate) async fn ensure(tx: &mut Tx, institution: &str, new: &NewFonds<'_>, now: Timestamp) -> db::Result<Fonds> {
    let NewFonds { public_id, code, title, patterns } = new;
    let number = take(tx, Counter::Fonds, 1).await?;
    tx.sql(
        "INSERT INTO fonds (number, public_id, institution_code, code, code_key, sort_key, title, code_patterns, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (institution_code, code_key) DO UPDATE SET title = coalesce(fonds.title, excluded.title), \
         code_patterns = CASE WHEN $10 THEN excluded.code_patterns ELSE fonds.code_patterns END",
    )
    .bind(number)
    .bind(public_id.as_str().to_owned())
    .bind(institution.to_owned())
    .bind(code.written().to_owned())
    .bind(code.key().to_owned())
    .bind(code.sort_key())
    .bind(title.map(str::to_owned))
    .bind(sqlx::types::Json(patterns.to_vec()))
    .bind(now)
    .bind(!patterns.is_empty())
    .run()
    .await?;
    let row: Row = tx
        .sql(
            "SELECT number, public_id, code, code_key, title, code_patterns FROM fonds \
             WHERE institution_code = $1 AND code_key = $2",
        )
        .bind(institution.to_owned())
        .bind(code.key().to_owned())
        .one()
        .await?;
    fonds(row)
}
