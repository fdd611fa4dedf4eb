//! Rows of the subject directory.

use std::collections::HashMap;

use kernel::{Id, Timestamp, Tx, db};

use super::groups;
use super::record::{Page, public};
use crate::subject::{Heading, Tree};
use crate::{PublicId, Record};

/// The name of the ids of headings.
#[derive(Debug)]
pub(crate) enum Row {}

/// Who put a record under a heading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    /// Its own row in an import.
    Import,
    /// A list of assignments.
    Assignment,
}

impl Source {
    const fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Assignment => "assignment",
        }
    }
}

/// A record under what was written for a heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Assigned {
    pub(crate) record: i64,
    pub(crate) written_key: String,
    pub(crate) heading: Option<Id<Row>>,
}

/// All headings of an institution.
pub(crate) async fn tree(tx: &mut Tx, institution: &str) -> db::Result<Tree> {
    type Columns = (Id<Row>, String, String, String, Option<Id<Row>>, i64);
    let rows: Vec<Columns> = tx
        .sql(
            "SELECT id, public_id, code, name, parent, position FROM subject_heading WHERE institution_code = $1 \
             ORDER BY position, code_key",
        )
        .bind(institution.to_owned())
        .all()
        .await?;
    let heading = |(id, public_id, code, name, parent, position): Columns| {
        let public_id = PublicId::parse(&public_id)
            .ok_or_else(|| db::Error::bad_cell("subject_heading", "public_id", &public_id))?;
        Ok(Heading { id, public_id, code, name, parent, position })
    };
    Ok(Tree::new(rows.into_iter().map(heading).collect::<db::Result<Vec<Heading>>>()?))
}

/// How many headings there are, and when one was last changed.
pub(crate) async fn state(tx: &mut Tx, institution: &str) -> db::Result<(i64, Option<Timestamp>)> {
    let query = tx.sql("SELECT count(*), max(changed_at) FROM subject_heading WHERE institution_code = $1");
    query.bind(institution.to_owned()).one().await
}

/// Whether a heading has a name of this key.
pub(crate) async fn is_called(tx: &mut Tx, institution: &str, name_key: &str) -> db::Result<bool> {
    let query = tx.sql("SELECT count(*) FROM subject_heading WHERE institution_code = $1 AND name_key = $2");
    let (count,): (i64,) = query.bind(institution.to_owned()).bind(name_key.to_owned()).one().await?;
    Ok(count > 0)
}

/// Writes a heading: a new one, or what a known one says now.
pub(crate) async fn put(tx: &mut Tx, institution: &str, heading: &Heading, now: Timestamp) -> db::Result<()> {
    tx.sql(
        "INSERT INTO subject_heading (id, public_id, institution_code, code, code_key, name, name_key, parent, position, \
         changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (institution_code, code_key) \
         DO UPDATE SET name = excluded.name, name_key = excluded.name_key, parent = excluded.parent, \
         position = excluded.position, changed_at = excluded.changed_at",
    )
    .bind(heading.id)
    .bind(heading.public_id.as_str().to_owned())
    .bind(institution.to_owned())
    .bind(heading.code.clone())
    .bind(crate::subject::key(&heading.code))
    .bind(heading.name.clone())
    .bind(crate::subject::key(&heading.name))
    .bind(heading.parent)
    .bind(heading.position)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

/// Takes a heading out.
pub(crate) async fn remove(tx: &mut Tx, id: Id<Row>) -> db::Result<()> {
    tx.sql("DELETE FROM subject_heading WHERE id = $1").bind(id).run().await?;
    Ok(())
}

/// Puts records under headings; what is known stays as it is.
pub(crate) async fn assign(tx: &mut Tx, all: &[Assigned], source: Source) -> db::Result<()> {
    for group in groups(all, 200) {
        let text = format!(
            "INSERT INTO record_heading (record_number, written_key, heading, source) VALUES {} \
             ON CONFLICT (record_number, written_key) DO NOTHING",
            db::values(tx, group.len(), 4)
        );
        let query = group.iter().fold(tx.sql_assembled(text), |query, one| {
            query.bind(one.record).bind(one.written_key.clone()).bind(one.heading).bind(source.name())
        });
        query.run().await?;
    }
    Ok(())
}

/// Takes a record from under a heading; whether it stood there, and whether its own row put it there.
pub(crate) async fn take_out(tx: &mut Tx, record: i64, heading: Id<Row>) -> db::Result<Option<Source>> {
    let query = tx.sql("DELETE FROM record_heading WHERE record_number = $1 AND heading = $2 RETURNING source");
    let sources: Vec<(String,)> = query.bind(record).bind(heading).all().await?;
    let is_own = sources.iter().any(|(source,)| source == Source::Import.name());
    Ok((!sources.is_empty()).then_some(if is_own { Source::Import } else { Source::Assignment }))
}

/// Follows records that were just written: they stand under what their own rows say, and under what was assigned to
/// them. `known` are the numbers of those that had landed before.
pub(crate) async fn follow(tx: &mut Tx, institution: &str, rows: &[Record], known: &[i64]) -> db::Result<()> {
    for group in groups(known, 500) {
        let text = format!(
            "DELETE FROM record_heading WHERE source = 'import' AND record_number IN ({})",
            super::list(0, group.len())
        );
        group.iter().fold(tx.sql_assembled(text), |query, number| query.bind(*number)).run().await?;
    }
    let written = |row: &Record| -> Vec<(i64, String)> {
        let cell = row.description.element(crate::Element::SubjectHeadings).unwrap_or_default();
        let values = crate::values::values(crate::Element::SubjectHeadings, cell);
        values.into_iter().map(|value| (row.number, crate::subject::key(value))).collect()
    };
    let written: Vec<(i64, String)> = rows.iter().flat_map(written).collect();
    if written.is_empty() {
        return Ok(());
    }
    let tree = tree(tx, institution).await?;
    let assigned = |(record, written_key): (i64, String)| {
        let heading = tree.find(&written_key).map(|heading| heading.id);
        Assigned { record, written_key, heading }
    };
    let assigned: Vec<Assigned> = written.into_iter().map(assigned).collect();
    assign(tx, &assigned, Source::Import).await
}

/// The public ids of the headings that some records stand under.
pub(crate) async fn of_records(tx: &mut Tx, numbers: &[i64]) -> db::Result<HashMap<i64, Vec<String>>> {
    let mut found: HashMap<i64, Vec<String>> = HashMap::new();
    let has_any: Option<(i64,)> = tx.sql("SELECT record_number FROM record_heading LIMIT 1").optional().await?;
    if has_any.is_none() {
        return Ok(found);
    }
    for group in groups(numbers, 500) {
        let text = format!(
            "SELECT DISTINCT h.record_number, s.public_id FROM record_heading h JOIN subject_heading s ON s.id = h.heading \
             WHERE h.record_number IN ({}) ORDER BY h.record_number, s.public_id",
            super::list(0, group.len())
        );
        let query = group.iter().fold(tx.sql_assembled(text), |query, number| query.bind(*number));
        for (number, heading) in query.all::<(i64, String)>().await? {
            found.entry(number).or_default().push(heading);
        }
    }
    Ok(found)
}

/// What was written for headings that nobody knows, with the number of records, most frequent first; at most `most`.
pub(crate) async fn loose(tx: &mut Tx, most: i64) -> db::Result<Vec<(String, i64)>> {
    let query = tx.sql(
        "SELECT written_key, count(*) FROM record_heading WHERE heading IS NULL GROUP BY written_key \
         ORDER BY count(*) DESC, written_key LIMIT $1",
    );
    query.bind(most).all().await
}

/// Gives what was written before its heading was known to the heading, and writes into the change log which records
/// stand under one now.
pub(crate) async fn settle(tx: &mut Tx, tree: &Tree) -> db::Result<()> {
    let mut settled: Vec<i64> = Vec::new();
    let rows: Vec<(String,)> =
        tx.sql("SELECT DISTINCT written_key FROM record_heading WHERE heading IS NULL").all().await?;
    for (key,) in rows {
        if let Some(heading) = tree.find(&key) {
            let query = tx.sql(
                "UPDATE record_heading SET heading = $1 WHERE heading IS NULL AND written_key = $2 RETURNING record_number",
            );
            let records: Vec<(i64,)> = query.bind(heading.id).bind(key).all().await?;
            settled.extend(records.into_iter().map(|(number,)| number));
        }
    }
    super::change::log(tx, &mut settled).await?;
    Ok(())
}

/// How many records stand under a heading itself.
pub(crate) async fn count(tx: &mut Tx, id: Id<Row>) -> db::Result<i64> {
    let query = tx.sql("SELECT count(DISTINCT record_number) FROM record_heading WHERE heading = $1");
    let (count,): (i64,) = query.bind(id).one().await?;
    Ok(count)
}

/// Each record that everybody may see with a heading it stands under.
pub(crate) async fn open_pairs(tx: &mut Tx, institution: &str) -> db::Result<HashMap<i64, Vec<Id<Row>>>> {
    let text = format!(
        "SELECT h.record_number, h.heading FROM record_heading h JOIN record r ON r.number = h.record_number \
         WHERE h.heading IS NOT NULL AND r.institution_code = $1 AND {}",
        public("r")
    );
    let rows: Vec<(i64, Id<Row>)> = tx.sql_assembled(text).bind(institution.to_owned()).all().await?;
    let mut pairs: HashMap<i64, Vec<Id<Row>>> = HashMap::new();
    for (record, heading) in rows {
        pairs.entry(record).or_default().push(heading);
    }
    Ok(pairs)
}

/// The numbers of the records under a heading itself that everybody may see, in archival order, and how many there are.
pub(crate) async fn open_under(tx: &mut Tx, id: Id<Row>, page: Page) -> db::Result<(Vec<i64>, i64)> {
    let from = format!(
        "FROM record r WHERE r.number IN (SELECT h.record_number FROM record_heading h WHERE h.heading = $1) AND {}",
        public("r")
    );
    let text = format!("SELECT r.number {from} ORDER BY r.sort_key, r.number LIMIT $2 OFFSET $3");
    let query = tx.sql_assembled(text).bind(id).bind(page.take).bind(page.skip);
    let numbers: Vec<(i64,)> = query.all().await?;
    let (total,): (i64,) = tx.sql_assembled(format!("SELECT count(*) {from}")).bind(id).one().await?;
    Ok((numbers.into_iter().map(|(number,)| number).collect(), total))
}
