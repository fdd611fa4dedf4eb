//! Where records stand: what holds them as readers walk the hierarchy, and counts of what is below them.
//!
//! A record's parent is what its code or its row says. Its holder is the parent where that is described and everybody
//! may see it, else what holds or would hold that, and at last the fonds: whatever is open is reached by browsing, and a closed
//! volume looks as if it were not there.

use std::collections::HashMap;

use kernel::{Tx, db};

use super::record::public;
use super::{change, groups, list};
use crate::access::in_public_index;
use crate::reference_code::wider;
use crate::{Description, Level, Record};

/// Keys looked up in one statement.
const KEYS: usize = 500;

/// How many records that everybody may see each of these codes holds; codes without any are left out.
pub(crate) async fn count_below(tx: &mut Tx, holder_keys: &[String]) -> db::Result<HashMap<String, i64>> {
    if holder_keys.is_empty() {
        return Ok(HashMap::new());
    }
    let text = format!(
        "SELECT r.holder_key, count(*) FROM record r WHERE r.holder_key IN ({}) AND {} GROUP BY r.holder_key",
        list(0, holder_keys.len()),
        public("r")
    );
    let query = holder_keys.iter().fold(tx.sql_assembled(text), |query, key| query.bind(key.clone()));
    Ok(query.all::<(String, i64)>().await?.into_iter().collect())
}

/// What is known about a possible holder.
#[derive(Clone, Debug)]
struct Standing {
    level: Level,
    is_public: bool,
    /// Its own holder, or among the rows being written its parent.
    above: String,
}

/// Gives rows that are about to be written their holders.
pub(crate) async fn seat(tx: &mut Tx, institution: &str, rows: &mut [Record]) -> db::Result<()> {
    let written: HashMap<String, Standing> = rows.iter().map(|row| (key_of(row).to_owned(), standing(row))).collect();
    let mut above: Vec<String> = Vec::new();
    for row in rows.iter() {
        let mut key = row.description.parent_key.clone();
        while !key.is_empty() && key != row.description.fonds_key && above.last() != Some(&key) {
            let next = wider(&key).unwrap_or_default().to_owned();
            above.push(std::mem::replace(&mut key, next));
        }
    }
    above.sort_unstable();
    above.dedup();
    let unwritten: Vec<&str> = above.iter().map(String::as_str).filter(|key| !written.contains_key(*key)).collect();
    let landed = landed(tx, institution, &unwritten).await?;
    for row in rows {
        row.holder_key = holder(row, &written, &landed);
    }
    Ok(())
}

fn key_of(row: &Record) -> &str {
    row.description.code.key()
}

fn standing(row: &Record) -> Standing {
    Standing {
        level: row.description.level,
        is_public: in_public_index(&row.description.statuses),
        above: row.description.parent_key.clone(),
    }
}

async fn landed(tx: &mut Tx, institution: &str, keys: &[&str]) -> db::Result<HashMap<String, Standing>> {
    let mut found = HashMap::new();
    for group in groups(keys, KEYS) {
        let text = format!(
            "SELECT r.code_key, r.level, r.holder_key, CAST(CASE WHEN {} THEN 1 ELSE 0 END AS BIGINT) \
             FROM record r WHERE r.institution_code = $1 AND r.code_key IN ({})",
            public("r"),
            list(1, group.len())
        );
        let query = tx.sql_assembled(text).bind(institution.to_owned());
        let query = group.iter().fold(query, |query, key| query.bind((*key).to_owned()));
        for (key, level, above, public) in query.all::<(String, String, String, i64)>().await? {
            found.insert(
                key,
                Standing { level: Level::named(&level).unwrap_or(Level::Item), is_public: public == 1, above },
            );
        }
    }
    Ok(found)
}

/// What stands above these keys, and above that, as far as it has landed: of each key the key of its parent.
pub(crate) async fn ways_up(
    tx: &mut Tx,
    institution: &str,
    mut keys: Vec<String>,
) -> db::Result<HashMap<String, String>> {
    let mut found: HashMap<String, String> = HashMap::new();
    while !keys.is_empty() {
        keys.sort_unstable();
        keys.dedup();
        let mut next = Vec::new();
        for group in groups(&keys, KEYS) {
            let text = format!(
                "SELECT r.code_key, r.parent_key FROM record r WHERE r.institution_code = $1 AND r.code_key IN ({})",
                list(1, group.len())
            );
            let query = tx.sql_assembled(text).bind(institution.to_owned());
            let query = group.iter().fold(query, |query, key| query.bind(key.clone()));
            next.extend(query.all::<(String, String)>().await?);
        }
        found.extend(next.iter().cloned());
        keys = next.into_iter().map(|(_, parent)| parent).filter(|key| !found.contains_key(key)).collect();
    }
    Ok(found)
}

fn holder(row: &Record, written: &HashMap<String, Standing>, landed: &HashMap<String, Standing>) -> String {
    let said = &row.description;
    if said.code.key() == said.fonds_key {
        return String::new();
    }
    let mut below = said.code.key().to_owned();
    let mut above = said.parent_key.clone();
    // Above an item stands only what its code begins with, and what is not described stands where its code says: so
    // the way up ends.
    while !above.is_empty() && above != said.fonds_key && above != below {
        let next = match (written.get(&above), landed.get(&above)) {
            (Some(one), _) | (None, Some(one)) if !may_hold(one, &above, (&below, said)) => break,
            (Some(one), _) | (None, Some(one)) if one.is_public => return above,
            (Some(one), _) => one.above.clone(),
            (None, Some(one)) => return one.above.clone(),
            (None, None) => wider(&above).unwrap_or_default().to_owned(),
        };
        below = std::mem::replace(&mut above, next);
    }
    said.fonds_key.clone()
}

/// An item holds only what continues its own code; a volume, besides, what says that it stands there; a series all that
/// is of its class.
fn may_hold(one: &Standing, above: &str, (below, said): (&str, &Description)) -> bool {
    let told = one.level != Level::Item && said.parent_key == above;
    above != below && (told || one.level == Level::Series || continues(below, above))
}

fn continues(below: &str, above: &str) -> bool {
    below.strip_prefix(above).is_some_and(|rest| rest.starts_with('-'))
}

/// Moves what stands below rows that were just written to where it is held now, and writes into the change log what
/// was moved: the indexes know what holds a record.
pub(crate) async fn settle(tx: &mut Tx, rows: &[Record]) -> db::Result<()> {
    let mut moved = Vec::new();
    let by_key: HashMap<&str, &Record> = rows.iter().map(|row| (key_of(row), row)).collect();
    let closed: Vec<&str> = rows.iter().filter(|row| !standing(row).is_public).map(key_of).collect();
    for key in among(tx, "SELECT DISTINCT holder_key FROM record WHERE holder_key", &closed).await? {
        let Some(row) = by_key.get(key.as_str()) else { continue };
        let query = tx.sql("UPDATE record SET holder_key = $1 WHERE holder_key = $2 RETURNING number");
        moved.extend(query.bind(row.holder_key.clone()).bind(key).all::<(i64,)>().await?);
    }
    for row in rows.iter().filter(|row| standing(row).is_public) {
        // What is not described between it and them does not keep them from it.
        for (from, to) in parted(row.description.level) {
            let query = tx.sql(
                "UPDATE record SET holder_key = $1 WHERE parent_key <> holder_key AND holder_key = $2 \
                 AND parent_key >= $3 AND parent_key < $4 RETURNING number",
            );
            let query = query.bind(key_of(row).to_owned()).bind(row.holder_key.clone());
            let query = query.bind(format!("{}{from}", key_of(row))).bind(format!("{}{to}", key_of(row)));
            moved.extend(query.all::<(i64,)>().await?);
        }
    }
    let all: Vec<&str> = by_key.keys().copied().collect();
    let lifted = "SELECT DISTINCT parent_key FROM record WHERE parent_key <> holder_key AND parent_key";
    for key in among(tx, lifted, &all).await? {
        let Some(row) = by_key.get(key.as_str()) else { continue };
        let one = standing(row);
        let to = if one.is_public { key.clone() } else { row.holder_key.clone() };
        moved.extend(gather(tx, (key, one.level == Level::Item), &to).await?);
    }
    let mut moved: Vec<i64> = moved.into_iter().map(|(number,)| number).collect();
    change::log(tx, &mut moved).await?;
    Ok(())
}

/// Moves what stood below records that were just taken away to where it is held without them.
pub(crate) async fn vacate(tx: &mut Tx, institution: &str, gone: &[Record]) -> db::Result<()> {
    let mut frontier: Vec<(String, Level)> =
        gone.iter().map(|row| (key_of(row).to_owned(), row.description.level)).collect();
    while !frontier.is_empty() {
        let numbers = beneath(tx, &frontier).await?;
        frontier.clear();
        for group in groups(&numbers, KEYS) {
            let before = super::record::of_numbers(tx, group).await?;
            let mut after = before.clone();
            seat(tx, institution, &mut after).await?;
            for (row, _) in after.iter().zip(&before).filter(|(after, before)| after.holder_key != before.holder_key) {
                let query = tx.sql("UPDATE record SET holder_key = $1 WHERE number = $2");
                query.bind(row.holder_key.clone()).bind(row.number).run().await?;
                // What a hidden one holds for its holder's sake moves with it.
                if !in_public_index(&row.description.statuses) {
                    frontier.push((key_of(row).to_owned(), row.description.level));
                }
            }
        }
    }
    Ok(())
}

/// The numbers of what these codes hold, and of what says that it stands below them and is held higher up.
async fn beneath(tx: &mut Tx, keys: &[(String, Level)]) -> db::Result<Vec<i64>> {
    let mut found: Vec<i64> = Vec::new();
    for question in ["holder_key", "parent_key <> holder_key AND parent_key"] {
        for group in groups(keys, KEYS) {
            let text = format!("SELECT number FROM record WHERE {question} IN ({})", list(0, group.len()));
            let query = group.iter().fold(tx.sql_assembled(text), |query, (key, _)| query.bind(key.clone()));
            found.extend(query.all::<(i64,)>().await?.into_iter().map(|(number,)| number));
        }
    }
    for (key, level) in keys {
        for (from, to) in parted(*level) {
            let query = tx.sql(
                "SELECT number FROM record WHERE parent_key <> holder_key AND parent_key >= $1 AND parent_key < $2",
            );
            let rows: Vec<(i64,)> = query.bind(format!("{key}{from}")).bind(format!("{key}{to}")).all().await?;
            found.extend(rows.into_iter().map(|(number,)| number));
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Between which signs after its code stands what is not described itself and parts a record from what is below.
const fn parted(level: Level) -> &'static [(char, char)] {
    match level {
        Level::Volume => &[('-', '.')],
        Level::Series => &[('-', '.'), ('·', '¸')],
        Level::Institution | Level::Fonds | Level::Item => &[],
    }
}

/// Those of the keys that a question beginning like this has an answer for.
async fn among(tx: &mut Tx, question: &str, keys: &[&str]) -> db::Result<Vec<String>> {
    let mut found = Vec::new();
    for group in groups(keys, KEYS) {
        let query = tx.sql_assembled(format!("{question} IN ({})", list(0, group.len())));
        let query = group.iter().fold(query, |query, key| query.bind((*key).to_owned()));
        found.extend(query.all::<(String,)>().await?.into_iter().map(|(key,)| key));
    }
    Ok(found)
}

/// What stands below the code $2 and is held by neither it nor $1; below an item ($3 is not 0) only what continues its
/// code: "." follows "-", so between $4 and $5 lie exactly those codes.
const BELOW: &str = "parent_key = $2 AND parent_key <> holder_key AND holder_key <> $1 AND code_key <> $2 \
    AND ($3 = 0 OR (code_key >= $4 AND code_key < $5))";

/// Lets a holder have what says it stands below a code, and below that as far as it cannot be seen. The numbers of what
/// was moved.
async fn gather(tx: &mut Tx, from: (String, bool), to: &str) -> db::Result<Vec<(i64,)>> {
    let mut frontier = vec![from];
    let mut numbers = Vec::new();
    while let Some((key, is_item)) = frontier.pop() {
        let moving = format!(
            "SELECT r.code_key, r.level, CAST(CASE WHEN {} THEN 1 ELSE 0 END AS BIGINT) FROM record r WHERE {BELOW}",
            public("r")
        );
        let moved: Vec<(String, String, i64)> = below(tx.sql_assembled(moving), (&key, is_item), to).all().await?;
        if moved.is_empty() {
            continue;
        }
        let moving = tx.sql_assembled(format!("UPDATE record SET holder_key = $1 WHERE {BELOW} RETURNING number"));
        numbers.extend(below(moving, (&key, is_item), to).all::<(i64,)>().await?);
        let hidden = moved.into_iter().filter(|(.., public)| *public == 0);
        frontier.extend(hidden.map(|(key, level, _)| (key, level == Level::Item.name())));
    }
    Ok(numbers)
}

/// The codes of the volumes that everybody may see and that these records are, or stand in; the others are left out.
pub(crate) async fn volumes(tx: &mut Tx, numbers: &[i64]) -> db::Result<HashMap<i64, String>> {
    let mut found = HashMap::new();
    for group in groups(numbers, KEYS) {
        let text = format!(
            "SELECT r.number, v.code_key FROM record r JOIN record v ON v.institution_code = r.institution_code \
             AND v.code_key = CASE WHEN r.level = 'volume' THEN r.code_key ELSE r.holder_key END \
             WHERE v.level = 'volume' AND {} AND r.number IN ({})",
            public("v"),
            list(0, group.len())
        );
        let query = group.iter().fold(tx.sql_assembled(text), |query, number| query.bind(*number));
        found.extend(query.all::<(i64, String)>().await?);
    }
    Ok(found)
}

/// The codes of what holds anything at or below a place, as readers walk the hierarchy; none if it holds nothing.
pub(crate) async fn holders_below(tx: &mut Tx, key: &str) -> db::Result<Vec<String>> {
    let text = format!(
        "WITH RECURSIVE holder (key) AS (SELECT DISTINCT b.holder_key FROM record b WHERE b.holder_key = $1 UNION \
         SELECT r.code_key FROM record r JOIN holder h ON r.holder_key = h.key \
         WHERE {} AND EXISTS (SELECT 1 FROM record c WHERE c.holder_key = r.code_key)) SELECT key FROM holder",
        public("r")
    );
    let rows: Vec<(String,)> = tx.sql_assembled(text).bind(key.to_owned()).all().await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// Fills in [`BELOW`].
fn below<'c>(query: db::Query<'c>, (key, is_item): (&str, bool), to: &str) -> db::Query<'c> {
    let query = query.bind(to.to_owned()).bind(key.to_owned()).bind(i64::from(is_item));
    query.bind(format!("{key}-")).bind(format!("{key}."))
}

/// A description and what it is below.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Placed {
    pub(crate) number: i64,
    /// The number of its fonds.
    pub(crate) fonds: i64,
    /// The number of what it belongs to, if that is described.
    pub(crate) parent: Option<i64>,
    /// Whether it describes its fonds.
    pub(crate) is_fonds: bool,
}

/// What descriptions [`placed`] tells of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reach {
    /// All: each belongs to what its code or its row says.
    Staff,
    /// Those that everybody may see: each belongs to what holds it on the readers' way.
    Everybody,
}

/// All descriptions of an institution, or of one fonds, with what they belong to, fonds by fonds in archival order: a
/// few dozen bytes for each.
pub(crate) async fn placed(
    tx: &mut Tx,
    institution: &str,
    fonds: Option<i64>,
    reach: Reach,
) -> db::Result<Vec<Placed>> {
    let (parent, open) = match reach {
        Reach::Staff => ("coalesce(p.number, h.number)", "1 = 1".to_owned()),
        Reach::Everybody => ("h.number", public("r")),
    };
    let text = format!(
        "SELECT r.number, r.fonds_number, {parent}, CAST(CASE WHEN r.code_key = f.code_key THEN 1 ELSE 0 END AS BIGINT) \
         FROM record r JOIN fonds f ON f.number = r.fonds_number \
         LEFT JOIN record p ON p.institution_code = r.institution_code AND p.code_key = r.parent_key \
         LEFT JOIN record h ON h.institution_code = r.institution_code AND h.code_key = r.holder_key \
         WHERE r.institution_code = $1 AND ($2 IS NULL OR r.fonds_number = $2) AND {open} \
         ORDER BY f.sort_key, f.number, r.sort_key, r.number"
    );
    let rows: Vec<(i64, i64, Option<i64>, i64)> =
        tx.sql_assembled(text).bind(institution.to_owned()).bind(fonds).all().await?;
    let placed = |(number, fonds, parent, is_fonds)| Placed { number, fonds, parent, is_fonds: is_fonds == 1 };
    Ok(rows.into_iter().map(placed).collect())
}
