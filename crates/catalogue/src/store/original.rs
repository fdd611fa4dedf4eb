//! Rows of originals, of the public copies of their pages, and of what was found in them.

use std::collections::HashSet;

use kernel::{Id, Timestamp, Tx, blobs, db};
use sqlx::types::Json;

use super::{groups, list};
use crate::PublicId;
use crate::originals::{Finding, Kind, Report};

/// An original, as the type of its id.
#[derive(Debug)]
pub(crate) enum Original {}

/// The place of a code in an institution.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Of<'a> {
    pub(crate) institution: &'a str,
    pub(crate) code_key: &'a str,
}

/// A page and its public copy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Page {
    pub(crate) public_id: PublicId,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) copy: blobs::Digest,
}

/// An original as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Kept {
    pub(crate) id: Id<Original>,
    pub(crate) public_id: PublicId,
    pub(crate) institution: String,
    pub(crate) code_key: String,
    pub(crate) position: i64,
    pub(crate) label: Option<String>,
    pub(crate) file_name: String,
    pub(crate) kind: Kind,
    pub(crate) digest: blobs::Digest,
    pub(crate) bytes: u64,
    pub(crate) withheld: bool,
    pub(crate) pages: Vec<Page>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Id<Original>,
    public_id: String,
    institution_code: String,
    code_key: String,
    position: i64,
    label: Option<String>,
    file_name: String,
    kind: String,
    digest: String,
    bytes: i64,
    withheld: bool,
}

const SELECT: &str = "SELECT o.id, o.public_id, o.institution_code, o.code_key, o.position, o.label, o.file_name, o.kind, \
    o.digest, o.bytes, o.withheld FROM original o ";

impl TryFrom<Row> for Kept {
    type Error = db::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let bad = |column: &str, value: &str| db::Error::bad_cell("original", column, &value);
        Ok(Self {
            id: row.id,
            public_id: PublicId::parse(&row.public_id).ok_or_else(|| bad("public_id", &row.public_id))?,
            institution: row.institution_code,
            code_key: row.code_key,
            position: row.position,
            label: row.label,
            file_name: row.file_name,
            kind: Kind::named(&row.kind).ok_or_else(|| bad("kind", &row.kind))?,
            digest: blobs::Digest::parse(&row.digest).ok_or_else(|| bad("digest", &row.digest))?,
            bytes: u64::try_from(row.bytes).map_err(|_| bad("bytes", &row.bytes.to_string()))?,
            withheld: row.withheld,
            pages: Vec::new(),
        })
    }
}

/// Writes a new original with its pages.
pub(crate) async fn insert(tx: &mut Tx, kept: &Kept, actor: &str, now: Timestamp) -> db::Result<()> {
    tx.sql(
        "INSERT INTO original (id, public_id, institution_code, code_key, position, label, file_name, kind, digest, \
         bytes, withheld, added_by, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(kept.id)
    .bind(kept.public_id.as_str().to_owned())
    .bind(kept.institution.clone())
    .bind(kept.code_key.clone())
    .bind(kept.position)
    .bind(kept.label.clone())
    .bind(kept.file_name.clone())
    .bind(kept.kind.name())
    .bind(kept.digest.to_string())
    .bind(i64::try_from(kept.bytes).unwrap_or(i64::MAX))
    .bind(kept.withheld)
    .bind(actor.to_owned())
    .bind(now)
    .run()
    .await?;
    let pages: Vec<(i64, &Page)> = (1..).zip(&kept.pages).collect();
    for group in groups(&pages, 100) {
        let rows = db::values(tx, group.len(), 6);
        let text = format!(
            "INSERT INTO original_page (public_id, original_id, page, width, height, copy_digest) VALUES {rows}"
        );
        let query = group.iter().fold(tx.sql_assembled(text), |query, (number, page)| {
            let query = query.bind(page.public_id.as_str().to_owned()).bind(kept.id).bind(*number);
            query.bind(i64::from(page.width)).bind(i64::from(page.height)).bind(page.copy.to_string())
        });
        query.run().await?;
    }
    Ok(())
}

/// The originals of a code in their order, with their pages.
pub(crate) async fn of_code(tx: &mut Tx, of: Of<'_>) -> db::Result<Vec<Kept>> {
    let text = format!("{SELECT} WHERE o.institution_code = $1 AND o.code_key = $2 ORDER BY o.position, o.id");
    let query = tx.sql_assembled(text).bind(of.institution.to_owned()).bind(of.code_key.to_owned());
    let rows = query.all::<Row>().await?;
    let mut kept = rows.into_iter().map(Kept::try_from).collect::<db::Result<Vec<_>>>()?;
    let query = tx.sql(
        "SELECT p.original_id, p.public_id, p.width, p.height, p.copy_digest FROM original_page p \
         JOIN original o ON o.id = p.original_id WHERE o.institution_code = $1 AND o.code_key = $2 \
         ORDER BY p.original_id, p.page",
    );
    let query = query.bind(of.institution.to_owned()).bind(of.code_key.to_owned());
    for (original, id, width, height, copy) in query.all::<(Id<Original>, String, i64, i64, String)>().await? {
        let page = page(&id, width, height, &copy)?;
        if let Some(of_it) = kept.iter_mut().find(|one| one.id == original) {
            of_it.pages.push(page);
        }
    }
    Ok(kept)
}

fn page(id: &str, width: i64, height: i64, copy: &str) -> db::Result<Page> {
    let bad = |column: &str, value: &str| db::Error::bad_cell("original_page", column, &value);
    Ok(Page {
        public_id: PublicId::parse(id).ok_or_else(|| bad("public_id", id))?,
        width: u32::try_from(width).map_err(|_| bad("width", &width.to_string()))?,
        height: u32::try_from(height).map_err(|_| bad("height", &height.to_string()))?,
        copy: blobs::Digest::parse(copy).ok_or_else(|| bad("copy_digest", copy))?,
    })
}

/// The original of a public id, without its pages.
pub(crate) async fn of_public_id(tx: &mut Tx, id: &PublicId) -> db::Result<Option<Kept>> {
    let text = format!("{SELECT} WHERE o.public_id = $1");
    let row = tx.sql_assembled(text).bind(id.as_str().to_owned()).optional::<Row>().await?;
    row.map(Kept::try_from).transpose()
}

/// The original that has the page of a public id, with that page only.
pub(crate) async fn of_page(tx: &mut Tx, id: &PublicId) -> db::Result<Option<Kept>> {
    let text = format!("{SELECT} JOIN original_page p ON p.original_id = o.id WHERE p.public_id = $1");
    let row = tx.sql_assembled(text).bind(id.as_str().to_owned()).optional::<Row>().await?;
    let query = tx.sql("SELECT width, height, copy_digest FROM original_page WHERE public_id = $1");
    let found = query.bind(id.as_str().to_owned()).optional::<(i64, i64, String)>().await?;
    let (Some(row), Some((width, height, copy))) = (row, found) else { return Ok(None) };
    Ok(Some(Kept { pages: vec![page(id.as_str(), width, height, &copy)?], ..Kept::try_from(row)? }))
}

/// Takes an original and its pages away.
pub(crate) async fn remove(tx: &mut Tx, id: Id<Original>) -> db::Result<()> {
    tx.sql("DELETE FROM original_page WHERE original_id = $1").bind(id).run().await?;
    tx.sql("DELETE FROM original WHERE id = $1").bind(id).run().await?;
    Ok(())
}

/// Writes down what may change of an original: its place, its label, whether it is withheld.
pub(crate) async fn change(tx: &mut Tx, kept: &Kept) -> db::Result<()> {
    let query = tx.sql("UPDATE original SET position = $2, label = $3, withheld = $4 WHERE id = $1");
    query.bind(kept.id).bind(kept.position).bind(kept.label.clone()).bind(kept.withheld).run().await?;
    Ok(())
}

/// Whether any original or public copy still is the file of these digests.
pub(crate) async fn is_used(tx: &mut Tx, digest: &blobs::Digest) -> db::Result<bool> {
    let query = tx.sql(
        "SELECT (SELECT count(*) FROM original WHERE digest = $1) \
         + (SELECT count(*) FROM original_page WHERE copy_digest = $1)",
    );
    let (count,): (i64,) = query.bind(digest.to_string()).one().await?;
    Ok(count > 0)
}

/// Writes down what was found in a file.
pub(crate) async fn note(
    tx: &mut Tx,
    id: Id<Report>,
    of: Of<'_>,
    report: &Report,
    by: (&str, Timestamp),
) -> db::Result<()> {
    let query = tx.sql(
        "INSERT INTO original_check (id, institution_code, code_key, file_name, digest, verdict, findings, checked_by, \
         checked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    );
    let query = query.bind(id).bind(of.institution.to_owned()).bind(of.code_key.to_owned());
    let query = query.bind(report.file_name.clone()).bind(report.digest.clone()).bind(report.verdict(None).name());
    query.bind(Json(report.findings.clone())).bind(by.0.to_owned()).bind(by.1).run().await?;
    Ok(())
}

/// What was found in the files of a code, latest first, at most a hundred: file name and findings.
pub(crate) async fn notes(tx: &mut Tx, of: Of<'_>) -> db::Result<Vec<(String, Vec<Finding>)>> {
    let query = tx.sql(
        "SELECT file_name, findings FROM original_check WHERE institution_code = $1 AND code_key = $2 \
         ORDER BY checked_at DESC, id DESC LIMIT 100",
    );
    let query = query.bind(of.institution.to_owned()).bind(of.code_key.to_owned());
    let rows = query.all::<(String, Json<Vec<Finding>>)>().await?;
    Ok(rows.into_iter().map(|(name, findings)| (name, findings.0)).collect())
}

/// The condition under which the originals of a row are shown to everyone, as [`crate::access::shows_original`] decides;
/// a test holds the two together.
fn shown(row: &str) -> String {
    format!(
        "({} AND {row}.published AND {row}.restriction = 'none' AND {row}.disclosure IN ('unstated', 'active'))",
        super::record::public(row)
    )
}

/// Which of these records have an original that everybody may see.
pub(crate) async fn digitised(tx: &mut Tx, numbers: &[i64]) -> db::Result<HashSet<i64>> {
    let mut found = HashSet::new();
    for group in groups(numbers, 500) {
        let text = format!(
            "SELECT DISTINCT r.number FROM record r JOIN original o ON o.institution_code = r.institution_code \
             AND o.code_key = r.code_key WHERE r.number IN ({}) AND {} AND NOT o.withheld",
            list(0, group.len()),
            shown("r")
        );
        let query = group.iter().fold(tx.sql_assembled(text), |query, number| query.bind(*number));
        found.extend(query.all::<(i64,)>().await?.into_iter().map(|(number,)| number));
    }
    Ok(found)
}
