//! What harvesters are told: the records that everybody may see, and of those that were once seen that they are gone.

use kernel::{Timestamp, Tx, db};

use super::record::public;
use crate::PublicId;

/// A record as it stands in the list of harvesters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Listed {
    pub(crate) number: i64,
    pub(crate) id: PublicId,
    /// The id of its fonds.
    pub(crate) fonds: PublicId,
    /// Since when it is so.
    pub(crate) at: Timestamp,
    /// Whether everybody may see it now.
    pub(crate) is_public: bool,
}

/// Which part of the list, oldest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Span {
    /// The moment after which it begins, and the record of that moment that comes before; without one, all do.
    pub(crate) after: (Timestamp, Option<PublicId>),
    /// The last moment that belongs to it.
    pub(crate) until: Timestamp,
    /// The id of the fonds it is about.
    pub(crate) fonds: Option<PublicId>,
}

type Row = (i64, String, String, Timestamp, i64);

fn listed((number, id, fonds, at, is_public): Row) -> db::Result<Listed> {
    let parse = |id: &str| PublicId::parse(id).ok_or_else(|| db::Error::bad_cell("record", "public_id", &id));
    Ok(Listed { number, id: parse(&id)?, fonds: parse(&fonds)?, at, is_public: is_public != 0 })
}

/// The list of one of the two tables: of records that are there, and of those that were taken away.
fn select(table: &str) -> String {
    let public = if table == "record" { public("r") } else { "1 = 0".to_owned() };
    format!(
        "SELECT r.number, r.public_id, f.public_id, r.harvest_at, CAST(CASE WHEN {public} THEN 1 ELSE 0 END AS BIGINT) \
         FROM {table} r JOIN fonds f ON f.number = r.fonds_number WHERE r.harvest_at IS NOT NULL AND r.institution_code = $1"
    )
}

const TABLES: [&str; 2] = ["record", "record_gone"];

/// A part of the list, at most `most` of it.
pub(crate) async fn span(tx: &mut Tx, institution: &str, span: &Span, most: i64) -> db::Result<Vec<Listed>> {
    let mut found: Vec<Listed> = Vec::new();
    for table in TABLES {
        let text = format!(
            "{} AND (r.harvest_at, r.number) > ($2, coalesce((SELECT a.number FROM record a WHERE a.public_id = $3), \
             (SELECT g.number FROM record_gone g WHERE g.public_id = $3), {})) \
             AND r.harvest_at <= $4 AND ($5 IS NULL OR f.public_id = $5) ORDER BY r.harvest_at, r.number LIMIT $6",
            select(table),
            i64::MAX
        );
        let text_of = |id: &Option<PublicId>| id.as_ref().map(|id| id.as_str().to_owned());
        let query = tx.sql_assembled(text).bind(institution.to_owned()).bind(span.after.0).bind(text_of(&span.after.1));
        let query = query.bind(span.until).bind(text_of(&span.fonds)).bind(most);
        for row in query.all::<Row>().await? {
            found.push(listed(row)?);
        }
    }
    found.sort_by_key(|one| (one.at, one.number));
    found.truncate(usize::try_from(most).unwrap_or(0));
    Ok(found)
}

/// The place of one record in the list; `None` for what is not there and for what was never to be seen.
pub(crate) async fn one(tx: &mut Tx, institution: &str, id: &PublicId) -> db::Result<Option<Listed>> {
    let mut found = None;
    for table in TABLES {
        let text = format!("{} AND r.public_id = $2", select(table));
        let query = tx.sql_assembled(text).bind(institution.to_owned()).bind(id.as_str().to_owned());
        found = found.or(query.optional::<Row>().await?);
    }
    found.map(listed).transpose()
}

/// The moment of the first entry.
pub(crate) async fn earliest(tx: &mut Tx, institution: &str) -> db::Result<Option<Timestamp>> {
    let mut first: Option<Timestamp> = None;
    for table in TABLES {
        let query = tx.sql_assembled(format!(
            "SELECT harvest_at FROM {table} WHERE harvest_at IS NOT NULL AND institution_code = $1 \
             ORDER BY harvest_at, number LIMIT 1"
        ));
        let row: Option<(Timestamp,)> = query.bind(institution.to_owned()).optional().await?;
        first = first.into_iter().chain(row.map(|(at,)| at)).min();
    }
    Ok(first)
}
