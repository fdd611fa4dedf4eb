//! Rows of authority records.

use std::collections::HashMap;

use kernel::{Id, Timestamp, Tx, db};

use super::record::Page;
use crate::PublicId;
use crate::authority::{Authority, AuthorityColumn, AuthorityKind, NameRelation, OtherName, name_key};

/// The name of the ids of authority records.
#[derive(Debug)]
pub(crate) enum Row {}

/// An authority record that has landed.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) id: Id<Row>,
    pub(crate) public_id: PublicId,
    pub(crate) authority: Authority,
}

type Columns = (Id<Row>, String, String, String, String, String);

const SELECT: &str = "SELECT a.id, a.public_id, a.kind, a.name, a.dates, a.history FROM authority a \
    WHERE a.institution_code = $1";

fn known((id, public_id, kind, name, dates, history): Columns) -> db::Result<Known> {
    let bad = |column: &str, value: &str| db::Error::bad_cell("authority", column, &value);
    let kind = AuthorityKind::named(&kind).ok_or_else(|| bad("kind", &kind))?;
    let public_id = PublicId::parse(&public_id).ok_or_else(|| bad("public_id", &public_id))?;
    Ok(Known { id, public_id, authority: Authority { kind, name, dates, history, names: Vec::new() } })
}

/// Fills in the other names of records.
async fn named(tx: &mut Tx, rows: Vec<Columns>) -> db::Result<Vec<Known>> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let mut one = known(row)?;
        let query = tx.sql("SELECT relation, name, period FROM authority_name WHERE authority = $1 ORDER BY position");
        for (relation, name, period) in query.bind(one.id).all::<(String, String, String)>().await? {
            let relation = NameRelation::named(&relation)
                .ok_or_else(|| db::Error::bad_cell("authority_name", "relation", &relation))?;
            one.authority.names.push(OtherName { relation, name, period });
        }
        all.push(one);
    }
    Ok(all)
}

/// The record of a name, if there is one.
pub(crate) async fn of_name(
    tx: &mut Tx,
    institution: &str,
    kind: AuthorityKind,
    name: &str,
) -> db::Result<Option<Known>> {
    let text = format!("{SELECT} AND a.kind = $2 AND a.name_key = $3");
    let query = tx.sql_assembled(text).bind(institution.to_owned()).bind(kind.name()).bind(name_key(name));
    let row: Vec<Columns> = query.all().await?;
    Ok(named(tx, row).await?.pop())
}

/// The record of a public id.
pub(crate) async fn of_public_id(tx: &mut Tx, institution: &str, id: &PublicId) -> db::Result<Option<Known>> {
    let text = format!("{SELECT} AND a.public_id = $2");
    let query = tx.sql_assembled(text).bind(institution.to_owned()).bind(id.as_str().to_owned());
    let row: Vec<Columns> = query.all().await?;
    Ok(named(tx, row).await?.pop())
}

/// The records that have a name, or know it as the name of what came before or after; at most `most`.
pub(crate) async fn about(tx: &mut Tx, institution: &str, name: &str, most: i64) -> db::Result<Vec<Known>> {
    let text = format!(
        "{SELECT} AND (a.name_key = $2 OR a.id IN (SELECT n.authority FROM authority_name n WHERE n.name_key = $2)) \
         ORDER BY a.kind, a.name_key LIMIT $3"
    );
    let query = tx.sql_assembled(text).bind(institution.to_owned()).bind(name_key(name)).bind(most);
    let rows: Vec<Columns> = query.all().await?;
    named(tx, rows).await
}

/// The order by a column, descending or not: those that are equal stand by kind and name, those without dates last either
/// way.
fn order((column, is_descending): (AuthorityColumn, bool)) -> String {
    let way = if is_descending { "DESC" } else { "ASC" };
    match column {
        AuthorityColumn::Kind => format!("a.kind {way}, a.name_key"),
        AuthorityColumn::Name => format!("a.name_key {way}, a.kind"),
        AuthorityColumn::Dates => {
            format!("CASE WHEN a.dates = '' THEN 1 ELSE 0 END, a.dates {way}, a.kind, a.name_key")
        }
    }
}

/// How many records there are of a kind, or in all.
pub(crate) async fn count(tx: &mut Tx, institution: &str, kind: Option<AuthorityKind>) -> db::Result<i64> {
    let query = tx
        .sql("SELECT count(*) FROM authority a WHERE a.institution_code = $1 AND ($2 IS NULL OR a.kind = $2)")
        .bind(institution.to_owned())
        .bind(kind.map(AuthorityKind::name));
    Ok(query.one::<(i64,)>().await?.0)
}

/// The records of a kind, or of all, in an order.
pub(crate) async fn list(
    tx: &mut Tx,
    institution: &str,
    kind: Option<AuthorityKind>,
    (by, page): ((AuthorityColumn, bool), Page),
) -> db::Result<Vec<Known>> {
    let order = order(by);
    let text = format!("{SELECT} AND ($2 IS NULL OR a.kind = $2) ORDER BY {order} LIMIT $3 OFFSET $4");
    let query = tx.sql_assembled(text).bind(institution.to_owned()).bind(kind.map(|kind| kind.name().to_owned()));
    let rows: Vec<Columns> = query.bind(page.take).bind(page.skip).all().await?;
    named(tx, rows).await
}

/// Writes a record under its name: a new one, or what a known one says now.
pub(crate) async fn put(
    tx: &mut Tx,
    institution: &str,
    (id, public_id): (Id<Row>, &PublicId),
    one: &Authority,
    now: Timestamp,
) -> db::Result<()> {
    tx.sql(
        "INSERT INTO authority (id, public_id, institution_code, kind, name, name_key, dates, history, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (institution_code, kind, name_key) DO UPDATE SET \
         name = excluded.name, dates = excluded.dates, history = excluded.history, changed_at = excluded.changed_at",
    )
    .bind(id)
    .bind(public_id.as_str().to_owned())
    .bind(institution.to_owned())
    .bind(one.kind.name())
    .bind(one.name.clone())
    .bind(name_key(&one.name))
    .bind(one.dates.clone())
    .bind(one.history.clone())
    .bind(now)
    .run()
    .await?;
    tx.sql("DELETE FROM authority_name WHERE authority = $1").bind(id).run().await?;
    for (position, other) in (0_i64..).zip(&one.names) {
        tx.sql(
            "INSERT INTO authority_name (authority, position, relation, name, name_key, period) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id)
        .bind(position)
        .bind(other.relation.name())
        .bind(other.name.clone())
        .bind(name_key(&other.name))
        .bind(other.period.clone())
        .run()
        .await?;
    }
    Ok(())
}

/// When an authority record of a place was last changed.
pub(crate) async fn places_changed(tx: &mut Tx, institution: &str) -> db::Result<Option<Timestamp>> {
    let query = tx.sql(
        "SELECT changed_at FROM authority WHERE institution_code = $1 AND kind = 'place' \
         ORDER BY changed_at DESC LIMIT 1",
    );
    Ok(query.bind(institution.to_owned()).optional::<(Timestamp,)>().await?.map(|(changed,)| changed))
}

/// When an authority record was last changed.
pub(crate) async fn changed(tx: &mut Tx, institution: &str) -> db::Result<Option<Timestamp>> {
    let query = tx.sql("SELECT max(changed_at) FROM authority WHERE institution_code = $1");
    Ok(query.bind(institution.to_owned()).one::<(Option<Timestamp>,)>().await?.0)
}

/// All names of all authority records, their own and others, with the kind of what bears them.
pub(crate) async fn all_names(tx: &mut Tx, institution: &str) -> db::Result<Vec<(AuthorityKind, String)>> {
    let query = tx.sql(
        "SELECT a.kind, a.name FROM authority a WHERE a.institution_code = $1 UNION \
         SELECT a.kind, n.name FROM authority a JOIN authority_name n ON n.authority = a.id \
         WHERE a.institution_code = $1",
    );
    let rows: Vec<(String, String)> = query.bind(institution.to_owned()).all().await?;
    let kind = |kind: &str| AuthorityKind::named(kind).ok_or_else(|| db::Error::bad_cell("authority", "kind", &kind));
    rows.into_iter().map(|(written, name)| Ok((kind(&written)?, name))).collect()
}

/// The names of each place, its own first.
pub(crate) async fn places(tx: &mut Tx, institution: &str) -> db::Result<Vec<Vec<String>>> {
    let query = tx.sql(
        "SELECT a.id, a.name, n.name FROM authority a JOIN authority_name n ON n.authority = a.id \
         WHERE a.institution_code = $1 AND a.kind = 'place' ORDER BY a.name_key, n.position",
    );
    let rows: Vec<(Id<Row>, String, String)> = query.bind(institution.to_owned()).all().await?;
    let mut order = Vec::new();
    let mut groups: HashMap<Id<Row>, Vec<String>> = HashMap::new();
    for (id, name, other) in rows {
        let group = groups.entry(id).or_insert_with(|| {
            order.push(id);
            vec![name]
        });
        group.push(other);
    }
    Ok(order.into_iter().filter_map(|id| groups.remove(&id)).collect())
}
