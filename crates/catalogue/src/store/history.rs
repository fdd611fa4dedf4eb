//! What records said before: a version of a description is kept in the transaction that changes it.

use std::collections::{BTreeMap, HashMap, HashSet};

use kernel::{Timestamp, Tx, db};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use super::person::{self, Sealed};
use super::statuses::Words;
use super::{groups, list};
use crate::access::Statuses;
use crate::{ArchivalDate, Description, Level, Record, ReferenceCode};

/// Versions written with one statement.
const ROWS: usize = 500;

/// What changes a record that has landed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    /// An import that says something else.
    Import,
    /// A batch that is rolled back.
    Rollback,
    /// A decision on openness.
    Decision,
    /// An approval to show the original (公布), or its end.
    Publication,
    /// A hand.
    Edit,
}

/// Why a record is changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Why {
    pub(crate) cause: Cause,
    /// The batch or the decision that changes it.
    pub(crate) number: Option<i64>,
}

/// What a record said until it was changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Version {
    /// Counted from 1.
    pub(crate) number: i64,
    pub(crate) why: Why,
    /// Who changed it.
    pub(crate) actor: String,
    pub(crate) description: Description,
    /// The persons it was about; none if they were not kept yet when it was changed.
    pub(crate) persons: Option<Vec<Sealed>>,
    /// The batch that had written that.
    pub(crate) batch: Option<i64>,
    pub(crate) changed_at: Timestamp,
}

impl Cause {
    const ALL: [Self; 5] = [Self::Import, Self::Rollback, Self::Decision, Self::Publication, Self::Edit];

    /// The word in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Rollback => "rollback",
            Self::Decision => "decision",
            Self::Publication => "publication",
            Self::Edit => "edit",
        }
    }

    /// The words staff see.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Import => "导入",
            Self::Rollback => "撤回",
            Self::Decision => "开放审批",
            Self::Publication => "公布审批",
            Self::Edit => "修改",
        }
    }

    /// The cause of a stored word.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// Keeps what records say now as their next version, before they are changed: three statements for up to 500 of them.
/// The records are those of the table, each once.
pub(crate) async fn keep(tx: &mut Tx, records: &[Record], why: &Why, actor: &str, now: Timestamp) -> db::Result<()> {
    for group in groups(records, ROWS) {
        let known = known(tx, group).await?;
        let numbers: Vec<i64> = group.iter().map(|record| record.number).collect();
        let mut persons = person::sealed(tx, &numbers).await?;
        let text = format!(
            "INSERT INTO record_history (record_number, version, cause, cause_number, actor, description, batch_number, \
             changed_at) VALUES {}",
            db::values(tx, group.len(), 8)
        );
        let mut query = tx.sql_assembled(text);
        for record in group {
            let (version, batch) = known.get(&record.number).copied().unwrap_or((1, None));
            query = query
                .bind(record.number)
                .bind(version)
                .bind(why.cause.name())
                .bind(why.number)
                .bind(actor.to_owned())
                .bind(Json(Kept {
                    persons: Some(persons.remove(&record.number).unwrap_or_default()),
                    ..Kept::from(&record.description)
                }))
                .bind(batch)
                .bind(now);
        }
        query.run().await?;
    }
    Ok(())
}

/// The next version of each record, and the batch that wrote what it says now.
async fn known(tx: &mut Tx, records: &[Record]) -> db::Result<HashMap<i64, (i64, Option<i64>)>> {
    let text = format!(
        "SELECT r.number, coalesce((SELECT max(h.version) FROM record_history h WHERE h.record_number = r.number), 0) + 1, \
         r.batch_number FROM record r WHERE r.number IN ({})",
        list(0, records.len())
    );
    let query = records.iter().fold(tx.sql_assembled(text), |query, record| query.bind(record.number));
    let rows: Vec<(i64, i64, Option<i64>)> = query.all().await?;
    Ok(rows.into_iter().map(|(number, version, batch)| (number, (version, batch))).collect())
}

/// A row of the table.
type Row = (i64, i64, String, Option<i64>, String, Json<Kept>, Option<i64>, Timestamp);

const SELECT: &str = "SELECT h.record_number, h.version, h.cause, h.cause_number, h.actor, h.description, \
    h.batch_number, h.changed_at FROM record_history h ";

fn version((_, number, cause, cause_number, actor, description, batch, changed_at): Row) -> db::Result<Version> {
    let cause = Cause::named(&cause).ok_or_else(|| db::Error::bad_cell("record_history", "cause", &cause))?;
    let why = Why { cause, number: cause_number };
    let Json(mut kept) = description;
    let persons = kept.persons.take();
    Ok(Version { number, why, actor, description: kept.try_into()?, persons, batch, changed_at })
}

/// What a record said, the oldest version first.
pub(crate) async fn versions(tx: &mut Tx, number: i64) -> db::Result<Vec<Version>> {
    let text = format!("{SELECT} WHERE h.record_number = $1 ORDER BY h.version");
    let rows: Vec<Row> = tx.sql_assembled(text).bind(number).all().await?;
    rows.into_iter().map(version).collect()
}

/// What the records of an act said before it: those of these numbers that it changed. The records lead to it, not the
/// act, which may have changed a million: `coalesce` keeps the databases from going by the act.
pub(crate) async fn before(tx: &mut Tx, why: &Why, numbers: &[i64]) -> db::Result<HashMap<i64, Version>> {
    let mut found = HashMap::new();
    for group in groups(numbers, ROWS) {
        let text = format!(
            "{SELECT} WHERE h.record_number IN ({}) AND coalesce(h.cause, '') = $1 AND coalesce(h.cause_number, 0) = $2",
            list(2, group.len())
        );
        let query = tx.sql_assembled(text).bind(why.cause.name()).bind(why.number);
        let rows: Vec<Row> = group.iter().fold(query, |query, number| query.bind(*number)).all().await?;
        for row in rows {
            found.insert(row.0, version(row)?);
        }
    }
    Ok(found)
}

/// Of the records that an act changed and that not everybody may see now, what they said before: at most `most`, after
/// a number, by number.
pub(crate) async fn before_of_hidden(tx: &mut Tx, why: &Why, after: i64, most: i64) -> db::Result<Vec<(i64, Version)>> {
    let text = format!(
        "{SELECT} JOIN record r ON r.number = h.record_number WHERE h.cause = $1 AND h.cause_number = $2 \
         AND NOT {} AND h.record_number > $3 ORDER BY h.record_number LIMIT $4",
        super::record::public("r")
    );
    let query = tx.sql_assembled(text).bind(why.cause.name()).bind(why.number).bind(after).bind(most);
    query.all::<Row>().await?.into_iter().map(|row| Ok((row.0, version(row)?))).collect()
}

/// An act that changed what a batch had written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Later {
    pub(crate) why: Why,
    /// How many records it changed.
    pub(crate) records: i64,
    /// The code of one of them.
    pub(crate) example: Option<String>,
}

/// The condition under which a version was changed by an act that still holds: not by a rollback, and not by an import
/// that was rolled back itself.
const LATER: &str = "h.cause <> 'rollback' AND NOT (h.cause = 'import' AND EXISTS \
    (SELECT 1 FROM import_batch b WHERE b.number = h.cause_number AND b.state = 'rolled-back'))";

/// What has changed the records of a batch since.
pub(crate) async fn later(tx: &mut Tx, batch: i64) -> db::Result<Vec<Later>> {
    type Row = (String, Option<i64>, i64, Option<String>);
    let text = format!(
        "SELECT h.cause, h.cause_number, count(*), min(r.reference_code) FROM record_history h \
         LEFT JOIN record r ON r.number = h.record_number WHERE h.batch_number = $1 AND {LATER} \
         GROUP BY h.cause, h.cause_number ORDER BY h.cause, h.cause_number NULLS LAST"
    );
    let rows: Vec<Row> = tx.sql_assembled(text).bind(batch).all().await?;
    let later = |(cause, number, records, example): Row| {
        let cause = Cause::named(&cause).ok_or_else(|| db::Error::bad_cell("record_history", "cause", &cause))?;
        Ok(Later { why: Why { cause, number }, records, example })
    };
    rows.into_iter().map(later).collect()
}

/// Those of these records of a batch that were changed since; the records lead to it, as in [`before`].
pub(crate) async fn changed_since(tx: &mut Tx, batch: i64, numbers: &[i64]) -> db::Result<HashSet<i64>> {
    let mut found = HashSet::new();
    for group in groups(numbers, ROWS) {
        let text = format!(
            "SELECT h.record_number FROM record_history h WHERE h.record_number IN ({}) \
             AND coalesce(h.batch_number, 0) = $1 AND {LATER}",
            list(1, group.len())
        );
        let query = group.iter().fold(tx.sql_assembled(text).bind(batch), |query, number| query.bind(*number));
        found.extend(query.all::<(i64,)>().await?.into_iter().map(|(number,)| number));
    }
    Ok(found)
}

/// How many records an act took away, and how many it gave another description.
pub(crate) async fn toll(tx: &mut Tx, why: &Why) -> db::Result<(i64, i64)> {
    let query = tx.sql(
        "SELECT count(*) FILTER (WHERE r.number IS NULL), count(r.number) FROM record_history h \
         LEFT JOIN record r ON r.number = h.record_number WHERE h.cause = $1 AND h.cause_number = $2",
    );
    query.bind(why.cause.name()).bind(why.number).one().await
}

/// A description in the form in which it is kept: every element under the name of its column.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Kept {
    fonds_key: String,
    level: String,
    reference_code: String,
    parent_key: String,
    title: String,
    document_number: Option<String>,
    creator: Option<String>,
    date_written: String,
    date_from: Option<i32>,
    date_to: Option<i32>,
    date_conjectured: bool,
    document_type: Option<String>,
    retention: Option<String>,
    classification: String,
    openness: String,
    disclosure: String,
    published: bool,
    restriction: String,
    livelihood: Option<String>,
    elements: BTreeMap<String, String>,
    /// With their numbers sealed.
    #[serde(default)]
    persons: Option<Vec<Sealed>>,
}

impl From<&Description> for Kept {
    fn from(said: &Description) -> Self {
        // All of them, so that what a description learns to say is not forgotten here.
        let Description {
            fonds_key,
            level,
            code,
            parent_key,
            title,
            document_number,
            creator,
            date,
            document_type,
            retention,
            statuses,
            elements,
        } = said;
        let Statuses { classification, openness, disclosure, published, restriction, livelihood } = *statuses;
        Self {
            fonds_key: fonds_key.clone(),
            level: level.name().to_owned(),
            reference_code: code.written().to_owned(),
            parent_key: parent_key.clone(),
            title: title.clone(),
            document_number: document_number.clone(),
            creator: creator.clone(),
            date_written: date.written().to_owned(),
            date_from: date.begin().map(crate::PartialDate::number),
            date_to: date.end().map(crate::PartialDate::number),
            date_conjectured: date.is_conjectured(),
            document_type: document_type.clone(),
            retention: retention.clone(),
            classification: classification.name().to_owned(),
            openness: openness.name().to_owned(),
            disclosure: disclosure.name().to_owned(),
            published,
            restriction: restriction.name().to_owned(),
            livelihood: livelihood.map(|category| category.name().to_owned()),
            elements: elements.clone(),
            persons: None,
        }
    }
}

impl TryFrom<Kept> for Description {
    type Error = db::Error;

    fn try_from(kept: Kept) -> db::Result<Self> {
        let bad = |column: &str, value: &str| db::Error::bad_cell("record_history", column, &value);
        let statuses = Words {
            table: "record_history",
            classification: &kept.classification,
            openness: &kept.openness,
            disclosure: &kept.disclosure,
            published: kept.published,
            restriction: &kept.restriction,
            livelihood: kept.livelihood.as_deref(),
        };
        let statuses = statuses.read()?;
        let date = ArchivalDate::stored(kept.date_written, kept.date_from, kept.date_to, kept.date_conjectured);
        Ok(Self {
            fonds_key: kept.fonds_key,
            level: Level::named(&kept.level).ok_or_else(|| bad("level", &kept.level))?,
            code: ReferenceCode::parse(&kept.reference_code)
                .map_err(|_| bad("reference_code", &kept.reference_code))?,
            parent_key: kept.parent_key,
            title: kept.title,
            document_number: kept.document_number,
            creator: kept.creator,
            date,
            document_type: kept.document_type,
            retention: kept.retention,
            statuses,
            elements: kept.elements,
        })
    }
}

#[cfg(test)]
mod tests;
