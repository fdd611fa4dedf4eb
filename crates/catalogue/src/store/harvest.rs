//! What harvesters are told: the records that everybody may see, and of those that were once seen that they are gone.

use kernel::{Timestamp, Tx, db};

use super::record::public;
use crate::{Level, PublicId};

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

/// A record in the list of all addresses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Findable {
    pub(crate) id: PublicId,
    pub(crate) level: Level,
    /// Since when it says what it says.
    pub(crate) at: Option<Timestamp>,
}

/// The first and the last id that begin with these characters.
fn bounds(leading: &str) -> (String, String) {
    let filled = |with: &str| format!("{leading}{}", with.repeat(PublicId::LENGTH.saturating_sub(leading.len())));
    (filled("2"), filled("z"))
}

/// A range of the index on the ids. The institution is compared as an expression, so that no index on it is taken
/// instead.
fn range() -> String {
    format!(
        "SELECT r.public_id, r.level, r.harvest_at FROM record r WHERE r.public_id BETWEEN $1 AND $2 \
         AND r.institution_code || '' = $3 AND r.level <> 'fonds' AND {} ORDER BY r.public_id LIMIT $4",
        public("r")
    )
}

/// The records that everybody may see whose ids begin with these characters, by their ids, at most `most`; those that
/// describe a fonds are left out.
pub(crate) async fn findable(tx: &mut Tx, institution: &str, leading: &str, most: u32) -> db::Result<Vec<Findable>> {
    let (first, last) = bounds(leading);
    let query = tx.sql_assembled(range()).bind(first).bind(last).bind(institution.to_owned()).bind(i64::from(most));
    let rows: Vec<(String, String, Option<Timestamp>)> = query.all().await?;
    let findable = |(id, level, at): (String, String, Option<Timestamp>)| {
        let bad = |column: &str, value: &String| db::Error::bad_cell("record", column, value);
        let level = Level::named(&level).ok_or_else(|| bad("level", &level))?;
        Ok(Findable { id: PublicId::parse(&id).ok_or_else(|| bad("public_id", &id))?, level, at })
    };
    rows.into_iter().map(findable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_of_the_addresses_is_one_range_of_the_index_on_ids() {
        let (_folder, db) = kernel::testing::sqlite().await;
        let mut tx = db.read().await.unwrap();
        let query = tx.sql_assembled(format!("EXPLAIN QUERY PLAN {}", range()));
        let (first, last) = bounds("ab");
        assert_eq!((first.as_str(), last.as_str()), ("ab22222222222222", "abzzzzzzzzzzzzzz"));
        let query = query.bind(first).bind(last).bind("435999").bind(9_i64);
        let plan: Vec<(i64, i64, i64, String)> = query.all().await.unwrap();
        let steps: Vec<&str> = plan.iter().map(|(.., step)| step.as_str()).collect();
        assert!(matches!(steps[..], [one] if one.contains("(public_id>? AND public_id<?)")), "{steps:?}");
    }
}
