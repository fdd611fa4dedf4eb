//! Rows of records.

use std::collections::HashMap;

use kernel::{Timestamp, Tx, db};
use sqlx::types::Json;

use super::statuses::Words;
use super::{groups, list, padded};
use crate::access::in_public_index;
use crate::{ArchivalDate, Description, Level, Livelihood, PublicId, Record, ReferenceCode};

/// What is known about a code that has landed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Landed {
    pub(crate) number: i64,
    pub(crate) digest: i64,
    /// Whether everybody may see it.
    pub(crate) is_public: bool,
}

/// Rows per statement when writing: 200 × 30 placeholders stay below the limit of both databases.
const ROWS: usize = 200;
const COLUMNS: usize = 30;

const COLUMN_NAMES: &str = "number, public_id, institution_code, fonds_number, level, reference_code, code_key, \
    parent_key, holder_key, sort_key, title, document_number, creator, date_written, date_from, date_to, date_conjectured, \
    document_type, retention, classification, openness, disclosure, published, restriction, livelihood, elements, \
    digest, batch_number, changed_at, harvest_at";

/// A record that lands under a code that is known keeps its number and its ids.
const ON_CONFLICT: &str = " ON CONFLICT (institution_code, code_key) DO UPDATE SET \
    fonds_number = excluded.fonds_number, level = excluded.level, reference_code = excluded.reference_code, \
    parent_key = excluded.parent_key, holder_key = excluded.holder_key, sort_key = excluded.sort_key, title = excluded.title, \
    document_number = excluded.document_number, creator = excluded.creator, date_written = excluded.date_written, \
    date_from = excluded.date_from, date_to = excluded.date_to, date_conjectured = excluded.date_conjectured, \
    document_type = excluded.document_type, retention = excluded.retention, \
    classification = excluded.classification, openness = excluded.openness, disclosure = excluded.disclosure, \
    published = excluded.published, restriction = excluded.restriction, livelihood = excluded.livelihood, \
    elements = excluded.elements, digest = excluded.digest, batch_number = excluded.batch_number, \
    changed_at = excluded.changed_at, harvest_at = ";

/// Which of these codes have landed in an institution.
pub(crate) async fn landed(tx: &mut Tx, institution: &str, keys: &[&str]) -> db::Result<HashMap<String, Landed>> {
    let mut found = HashMap::new();
    for group in groups(keys, 500) {
        let text = format!(
            "SELECT r.code_key, r.number, r.digest, CAST(CASE WHEN {} THEN 1 ELSE 0 END AS BIGINT) FROM record r \
             WHERE r.institution_code = $1 AND r.code_key IN ({})",
            public("r"),
            list(1, group.len())
        );
        let query = tx.sql_assembled(text).bind(institution.to_owned());
        let query = group.iter().fold(query, |query, key| query.bind((*key).to_owned()));
        let rows: Vec<(String, i64, i64, i64)> = query.all().await?;
        let landed = |number, digest, public| Landed { number, digest, is_public: public == 1 };
        found.extend(rows.into_iter().map(|(key, number, digest, public)| (key, landed(number, digest, public))));
    }
    Ok(found)
}

/// Writes records: new ones, and new descriptions of those whose code has landed.
pub(crate) async fn put(tx: &mut Tx, records: &[Record], batch: Option<i64>, now: Timestamp) -> db::Result<()> {
    let harvest = format!(
        "CASE WHEN {} OR {} THEN excluded.changed_at ELSE record.harvest_at END",
        public("excluded"),
        public("record")
    );
    for group in groups(records, ROWS) {
        let rows = db::values(tx, group.len(), COLUMNS);
        let text = format!("INSERT INTO record ({COLUMN_NAMES}) VALUES {rows}{ON_CONFLICT}{harvest}");
        let query = group.iter().fold(tx.sql_assembled(text), |query, record| bind(query, record, batch, now));
        query.run().await?;
    }
    Ok(())
}

/// Writes the openness and the publication of records that have landed, and nothing else of them. Each is the record of
/// the table with other statuses.
pub(crate) async fn restate(tx: &mut Tx, records: &[Record], now: Timestamp) -> db::Result<()> {
    let text = format!(
        "UPDATE record SET openness = $2, published = $3, holder_key = $4, digest = $5, changed_at = $6, \
         harvest_at = CASE WHEN $7 OR {} THEN $6 ELSE harvest_at END WHERE number = $1",
        public("record")
    );
    for record in records {
        let statuses = &record.description.statuses;
        let query = tx.sql_assembled(text.clone()).bind(record.number).bind(statuses.openness.name());
        let query = query.bind(statuses.published).bind(record.holder_key.clone()).bind(record.description.digest());
        query.bind(now).bind(in_public_index(statuses)).run().await?;
    }
    Ok(())
}

fn bind<'c>(query: db::Query<'c>, record: &Record, batch: Option<i64>, now: Timestamp) -> db::Query<'c> {
    let Description { level, code, parent_key, title, document_number, creator, date, .. } = &record.description;
    let Description { document_type, retention, statuses, elements, .. } = &record.description;
    query
        .bind(record.number)
        .bind(record.public_id.as_str().to_owned())
        .bind(record.institution.clone())
        .bind(record.fonds_number)
        .bind(level.name())
        .bind(code.written().to_owned())
        .bind(code.key().to_owned())
        .bind(parent_key.clone())
        .bind(record.holder_key.clone())
        .bind(code.sort_key())
        .bind(title.clone())
        .bind(document_number.clone())
        .bind(creator.clone())
        .bind(date.written().to_owned())
        .bind(date.begin().map(|date| i64::from(date.number())))
        .bind(date.end().map(|date| i64::from(date.number())))
        .bind(date.is_conjectured())
        .bind(document_type.clone())
        .bind(retention.clone())
        .bind(statuses.classification.name())
        .bind(statuses.openness.name())
        .bind(statuses.disclosure.name())
        .bind(statuses.published)
        .bind(statuses.restriction.name())
        .bind(statuses.livelihood.map(Livelihood::name))
        .bind(Json(elements.clone()))
        .bind(record.description.digest())
        .bind(batch)
        .bind(now)
        .bind(in_public_index(statuses).then_some(now))
}

/// A row of the table, before it becomes a record.
#[derive(sqlx::FromRow)]
struct Row {
    number: i64,
    public_id: String,
    institution_code: String,
    fonds_number: i64,
    fonds_key: String,
    level: String,
    reference_code: String,
    parent_key: String,
    holder_key: String,
    title: String,
    document_number: Option<String>,
    creator: Option<String>,
    date_written: String,
    date_from: Option<i64>,
    date_to: Option<i64>,
    date_conjectured: bool,
    document_type: Option<String>,
    retention: Option<String>,
    classification: String,
    openness: String,
    disclosure: String,
    published: bool,
    restriction: String,
    livelihood: Option<String>,
    elements: Json<std::collections::BTreeMap<String, String>>,
}

/// The columns of [`Row`] from a record and its fonds.
const SELECT: &str = "SELECT r.number, r.public_id, r.institution_code, r.fonds_number, \
    f.code_key AS fonds_key, r.level, r.reference_code, r.parent_key, r.holder_key, r.title, r.document_number, r.creator, \
    r.date_written, r.date_from, r.date_to, r.date_conjectured, r.document_type, r.retention, r.classification, \
    r.openness, r.disclosure, r.published, r.restriction, r.livelihood, r.elements \
    FROM record r JOIN fonds f ON f.number = r.fonds_number ";

impl TryFrom<Row> for Record {
    type Error = db::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let bad = |column: &str, value: &str| db::Error::bad_cell("record", column, &value);
        let day = |number: Option<i64>| number.and_then(|number| i32::try_from(number).ok());
        let statuses = Words {
            table: "record",
            classification: &row.classification,
            openness: &row.openness,
            disclosure: &row.disclosure,
            published: row.published,
            restriction: &row.restriction,
            livelihood: row.livelihood.as_deref(),
        };
        let statuses = statuses.read()?;
        Ok(Self {
            number: row.number,
            public_id: PublicId::parse(&row.public_id).ok_or_else(|| bad("public_id", &row.public_id))?,
            institution: row.institution_code,
            fonds_number: row.fonds_number,
            holder_key: row.holder_key,
            description: Description {
                fonds_key: row.fonds_key,
                level: Level::named(&row.level).ok_or_else(|| bad("level", &row.level))?,
                code: ReferenceCode::parse(&row.reference_code)
                    .map_err(|_| bad("reference_code", &row.reference_code))?,
                parent_key: row.parent_key,
                title: row.title,
                document_number: row.document_number,
                creator: row.creator,
                date: ArchivalDate::stored(
                    row.date_written,
                    day(row.date_from),
                    day(row.date_to),
                    row.date_conjectured,
                ),
                document_type: row.document_type,
                retention: row.retention,
                statuses,
                elements: row.elements.0,
            },
        })
    }
}

fn records(rows: Vec<Row>) -> db::Result<Vec<Record>> {
    rows.into_iter().map(Record::try_from).collect()
}

/// The records numbered `first` to `last`, both included, at most `most`, by number.
pub(crate) async fn between(tx: &mut Tx, first: i64, last: i64, most: i64) -> db::Result<Vec<Record>> {
    let text = format!("{SELECT} WHERE r.number BETWEEN $1 AND $2 ORDER BY r.number LIMIT $3");
    records(tx.sql_assembled(text).bind(first).bind(last).bind(most).all().await?)
}

/// The records of these numbers, in their order; numbers without a record are left out.
pub(crate) async fn of_numbers(tx: &mut Tx, numbers: &[i64]) -> db::Result<Vec<Record>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let asked = padded(numbers);
    let text = format!("{SELECT} WHERE r.number IN {}", db::values(tx, 1, asked.len()));
    let query = asked.into_iter().fold(tx.sql_assembled(text), |query, number| query.bind(*number));
    let found = records(query.all().await?)?;
    let mut by_number: HashMap<i64, Record> = found.into_iter().map(|record| (record.number, record)).collect();
    Ok(numbers.iter().filter_map(|number| by_number.remove(number)).collect())
}

/// The record of a public id. A row is read and made out whatever is asked for: one that is not there takes the time of
/// one that may not be seen.
pub(crate) async fn of_public_id(tx: &mut Tx, id: &PublicId) -> db::Result<Option<Record>> {
    let text = format!(
        "{SELECT} WHERE r.number = coalesce((SELECT a.number FROM record a WHERE a.public_id = $1), \
         (SELECT min(b.number) FROM record b))"
    );
    let row: Option<Row> = tx.sql_assembled(text).bind(id.as_str().to_owned()).optional().await?;
    let record = row.map(Record::try_from).transpose()?;
    Ok(record.filter(|record| record.public_id == *id))
}

/// The records of public ids, by their ids. A row is read and made out for every id whatever is asked for: one that is
/// not there takes the time of one that may not be seen.
pub(crate) async fn of_public_ids(tx: &mut Tx, ids: &[PublicId]) -> db::Result<HashMap<PublicId, Record>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let asked = padded(ids);
    let text = format!(
        "WITH given (id) AS (VALUES {}), asked (number) AS (SELECT coalesce((SELECT a.number FROM record a \
         WHERE a.public_id = given.id), (SELECT min(b.number) FROM record b)) FROM given) \
         {SELECT} JOIN asked ON asked.number = r.number",
        db::values(tx, asked.len(), 1)
    );
    let query = asked.into_iter().fold(tx.sql_assembled(text), |query, id| query.bind(id.as_str().to_owned()));
    let found = records(query.all().await?)?;
    Ok(found.into_iter().map(|record| (record.public_id.clone(), record)).collect())
}

/// Codes, without their dots, and titles of at least `least` characters, of records that not everybody may see and that a
/// text holds: the text as it was written, for titles; and as keys of codes are, without dots, for codes. At most `most`.
pub(crate) async fn hidden_in(
    tx: &mut Tx,
    (text, key): (&str, &str),
    least: i64,
    most: i64,
) -> db::Result<Vec<(String, String)>> {
    // What is left when a title is taken out is another text only if it was there. Neither database need know a pattern.
    let statement = format!(
        "SELECT replace(r.code_key, '·', ''), r.title FROM record r WHERE NOT {} AND \
         ((length(r.title) >= $3 AND replace($1, r.title, '') <> $1) \
         OR (length(r.code_key) >= $3 AND replace($2, replace(r.code_key, '·', ''), '') <> $2)) LIMIT $4",
        public("r")
    );
    let query = tx.sql_assembled(statement).bind(text.to_owned()).bind(key.to_owned());
    query.bind(least).bind(most).all().await
}

/// The record of a code.
pub(crate) async fn of_code(tx: &mut Tx, institution: &str, key: &str) -> db::Result<Option<Record>> {
    let text = format!("{SELECT} WHERE r.institution_code = $1 AND r.code_key = $2");
    let query = tx.sql_assembled(text).bind(institution.to_owned()).bind(key.to_owned());
    let row: Option<Row> = query.optional().await?;
    row.map(Record::try_from).transpose()
}

/// Whether an institution has a record that not everybody may see.
pub(crate) async fn any_hidden(tx: &mut Tx, institution: &str) -> db::Result<bool> {
    let text = format!("SELECT r.number FROM record r WHERE r.institution_code = $1 AND NOT {} LIMIT 1", public("r"));
    let hidden: Option<(i64,)> = tx.sql_assembled(text).bind(institution.to_owned()).optional().await?;
    Ok(hidden.is_some())
}

/// Part of a list in archival order: how many to skip and how many to take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    pub(crate) skip: i64,
    pub(crate) take: i64,
}

/// The condition under which the record of a row is open to everyone, as [`in_public_index`] decides; a test holds the two
/// together.
pub(crate) fn public(row: &str) -> String {
    format!(
        "({row}.openness = 'open' AND {row}.classification = 'none' AND {row}.livelihood IS NULL \
         AND {row}.restriction <> 'closed' AND {row}.disclosure <> 'withheld')"
    )
}

/// The records that everybody may see and that a code holds.
pub(crate) async fn held(tx: &mut Tx, holder_key: &str, page: Page) -> db::Result<Vec<Record>> {
    // The rows of the page alone are read; what is skipped is passed over in the index.
    let text = format!(
        "{SELECT} WHERE r.number IN (SELECT p.number FROM record p WHERE p.holder_key = $1 AND {} \
         ORDER BY p.sort_key, p.number LIMIT $2 OFFSET $3) ORDER BY r.sort_key, r.number",
        public("p")
    );
    let query = tx.sql_assembled(text).bind(holder_key.to_owned()).bind(page.take).bind(page.skip);
    records(query.all().await?)
}

/// The records that everybody may see next to a record in archival order: at most `most` before it, then itself and at
/// most `most` after it.
pub(crate) async fn beside(tx: &mut Tx, record: &Record, most: i64) -> db::Result<Vec<Record>> {
    let of_one_holder = format!("{SELECT} WHERE r.holder_key = $1 AND {} AND (r.sort_key, r.number)", public("r"));
    let before = format!("{of_one_holder} < ($2, $3) ORDER BY r.sort_key DESC, r.number DESC LIMIT $4");
    let from = format!("{of_one_holder} >= ($2, $3) ORDER BY r.sort_key, r.number LIMIT $4");
    let mut found = Vec::new();
    for (text, most) in [(before, most), (from, most + 1)] {
        let query = tx.sql_assembled(text).bind(record.holder_key.clone()).bind(record.description.code.sort_key());
        found.reverse();
        found.extend(records(query.bind(record.number).bind(most).all().await?)?);
    }
    Ok(found)
}

/// How many records a code holds that everybody may see.
pub(crate) async fn count_held(tx: &mut Tx, holder_key: &str) -> db::Result<i64> {
    let text = format!("SELECT count(*) FROM record r WHERE r.holder_key = $1 AND {}", public("r"));
    let (count,): (i64,) = tx.sql_assembled(text).bind(holder_key.to_owned()).one().await?;
    Ok(count)
}

/// The numbers of all records of an institution, or of one fonds, in archival order: eight bytes for each, so that an
/// export of a million needs no index of its own.
pub(crate) async fn in_order(tx: &mut Tx, institution: &str, fonds: Option<i64>) -> db::Result<Vec<i64>> {
    let query = tx.sql(
        "SELECT number FROM record WHERE institution_code = $1 AND ($2 IS NULL OR fonds_number = $2) \
         ORDER BY sort_key, number",
    );
    let rows: Vec<(i64,)> = query.bind(institution.to_owned()).bind(fonds).all().await?;
    Ok(rows.into_iter().map(|(number,)| number).collect())
}
