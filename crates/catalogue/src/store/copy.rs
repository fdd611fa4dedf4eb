//! Copies of what records say or show that are outside the catalogue's reach.

use kernel::{Timestamp, Tx, db};

use super::{groups, list};

/// A copy outside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Copy {
    pub(crate) record: i64,
    /// `article`, `exhibition`, `link` or `harvest`.
    pub(crate) kind: String,
    /// Where it is, in words or as an address.
    pub(crate) place: String,
    pub(crate) since: Timestamp,
}

type Row = (i64, String, String, Timestamp);

/// Who gathers is not known: the door is kept, and told in words.
const HARVESTERS: &str = "来采集目录的其他平台，例如联合目录；请通知对方删除";

fn copy((record, kind, place, since): Row) -> Copy {
    let place = if kind == "harvest" { HARVESTERS.to_owned() } else { place };
    Copy { record, kind, place, since }
}

/// The copies of these records: those that services have reported, and what harvesters were told.
pub(crate) async fn of(tx: &mut Tx, records: &[i64]) -> db::Result<Vec<Copy>> {
    let mut found = Vec::new();
    for group in groups(records, 500) {
        let numbers = list(0, group.len());
        let reported = format!(
            "SELECT record_number, kind, place, since FROM outside_copy WHERE record_number IN ({numbers}) \
             ORDER BY record_number, kind, place"
        );
        let harvested = format!(
            "SELECT number, 'harvest', '/oai', harvest_at FROM record WHERE harvest_at IS NOT NULL \
             AND number IN ({numbers}) ORDER BY number"
        );
        for text in [reported, harvested] {
            let query = group.iter().fold(tx.sql_assembled(text), |query, number| query.bind(*number));
            found.extend(query.all::<Row>().await?.into_iter().map(copy));
        }
    }
    Ok(found)
}

/// Keeps the copies that were out when records were closed.
pub(crate) async fn keep(tx: &mut Tx, batch: i64, copies: &[Copy]) -> db::Result<()> {
    for group in groups(copies, 200) {
        let text = format!(
            "INSERT INTO closing_copy (batch_number, record_number, kind, place, since) VALUES {} \
             ON CONFLICT (batch_number, record_number, kind, place) DO NOTHING",
            db::values(tx, group.len(), 5)
        );
        let query = group.iter().fold(tx.sql_assembled(text), |query, copy| {
            let query = query.bind(batch).bind(copy.record).bind(copy.kind.clone());
            query.bind(copy.place.clone()).bind(copy.since)
        });
        query.run().await?;
    }
    Ok(())
}

/// The copies that were out when the records of a batch were closed.
pub(crate) async fn kept(tx: &mut Tx, batch: i64) -> db::Result<Vec<Copy>> {
    let query = tx.sql(
        "SELECT record_number, kind, place, since FROM closing_copy WHERE batch_number = $1 \
         ORDER BY record_number, kind, place",
    );
    Ok(query.bind(batch).all::<Row>().await?.into_iter().map(copy).collect())
}
