//! Rows of the persons that descriptions are about.

use std::collections::HashMap;

use kernel::{Random, Secrets, Tx, db};
use serde::{Deserialize, Serialize};

use super::{groups, list};
use crate::{Person, PersonRole};

/// For what ID numbers are hashed.
pub(crate) const ID_NUMBER: &str = "id-number";

/// What is stored of a person, but for the sealed number: enough to see whether anything changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Known {
    name: String,
    role: String,
    id_lookup: Option<String>,
    born: Option<i64>,
}

impl Known {
    /// What would be stored of a person.
    pub(crate) fn of(secrets: &Secrets, person: &Person) -> db::Result<Self> {
        let lookup = person.id_number.as_deref().map(|number| secrets.lookup(ID_NUMBER, number)).transpose();
        Ok(Self {
            name: person.name.clone(),
            role: person.role.name().to_owned(),
            id_lookup: lookup.map_err(|_| unsealed())?,
            born: person.born.map(i64::from),
        })
    }
}

fn unsealed() -> db::Error {
    db::Error::bad_cell("record_person", "id_sealed", &"a key ring without keys")
}

/// The persons of some records, in their order.
pub(crate) async fn of_records(tx: &mut Tx, numbers: &[i64]) -> db::Result<HashMap<i64, Vec<Known>>> {
    let mut found: HashMap<i64, Vec<Known>> = HashMap::new();
    for group in groups(numbers, 500) {
        let text = format!(
            "SELECT record_number, name, role, id_lookup, born FROM record_person WHERE record_number IN ({}) \
             ORDER BY record_number, position",
            list(0, group.len())
        );
        let query = group.iter().fold(tx.sql_assembled(text), |query, number| query.bind(*number));
        for (number, name, role, id_lookup, born) in
            query.all::<(i64, String, String, Option<String>, Option<i64>)>().await?
        {
            found.entry(number).or_default().push(Known { name, role, id_lookup, born });
        }
    }
    Ok(found)
}

/// The names of the persons of some records, in their order.
pub(crate) async fn names(tx: &mut Tx, numbers: &[i64]) -> db::Result<HashMap<i64, Vec<String>>> {
    let known = of_records(tx, numbers).await?;
    let names = |persons: Vec<Known>| persons.into_iter().map(|person| person.name).collect();
    Ok(known.into_iter().map(|(number, persons)| (number, names(persons))).collect())
}

/// The numbers of the records that are about whoever has an ID number, by the keyed hashes of it.
pub(crate) async fn of_id_number(tx: &mut Tx, institution: &str, lookups: &[String]) -> db::Result<Vec<i64>> {
    if lookups.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT DISTINCT r.number FROM record_person p JOIN record r ON r.number = p.record_number \
         WHERE r.institution_code = $1 AND p.id_lookup IN ({}) ORDER BY r.number",
        list(1, lookups.len())
    );
    let query = tx.sql_assembled(text).bind(institution.to_owned());
    let query = lookups.iter().fold(query, |query, lookup| query.bind(lookup.clone()));
    Ok(query.all::<(i64,)>().await?.into_iter().map(|(number,)| number).collect())
}

/// A person as the row has them: the number stays sealed, for this record and this position.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Sealed {
    position: i64,
    name: String,
    role: String,
    id_number: Option<String>,
    id_lookup: Option<String>,
    born: Option<i64>,
}

/// The rows of the persons of some records, in their order.
pub(crate) async fn sealed(tx: &mut Tx, numbers: &[i64]) -> db::Result<HashMap<i64, Vec<Sealed>>> {
    type Row = (i64, i64, String, String, Option<String>, Option<String>, Option<i64>);
    let mut found: HashMap<i64, Vec<Sealed>> = HashMap::new();
    for group in groups(numbers, 500) {
        let text = format!(
            "SELECT record_number, position, name, role, id_sealed, id_lookup, born FROM record_person \
             WHERE record_number IN ({}) ORDER BY record_number, position",
            list(0, group.len())
        );
        let query = group.iter().fold(tx.sql_assembled(text), |query, number| query.bind(*number));
        for (number, position, name, role, id_sealed, id_lookup, born) in query.all::<Row>().await? {
            let person = Sealed { position, name, role, id_number: id_sealed, id_lookup, born };
            found.entry(number).or_default().push(person);
        }
    }
    Ok(found)
}

/// A person as staff see them: the number masked, of the birth the year alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Masked {
    pub(crate) name: String,
    pub(crate) role: Option<PersonRole>,
    pub(crate) id_number: Option<String>,
    pub(crate) born: Option<i64>,
}

/// The persons of a record with their numbers masked. A number whose key is gone is masked whole.
pub(crate) async fn masked(tx: &mut Tx, secrets: &Secrets, number: i64) -> db::Result<Vec<Masked>> {
    let persons = sealed(tx, &[number]).await?.remove(&number).unwrap_or_default();
    let masked = |person: Sealed| {
        let binding = format!("record_person/{number}/{}/id_sealed", person.position);
        let opened = person.id_number.map(|sealed| secrets.open_sealed(&binding, &sealed));
        let id_number = opened.map(|plain| match plain {
            Ok(plain) => hidden(&String::from_utf8_lossy(&plain)),
            Err(_) => "*".repeat(18),
        });
        Masked {
            name: person.name,
            role: PersonRole::named(&person.role),
            id_number,
            born: person.born.map(|born| born / 10_000).filter(|year| *year > 0),
        }
    };
    Ok(persons.into_iter().map(masked).collect())
}

/// A number of which three characters before and four behind are left; what is no ID number is hidden whole.
fn hidden(number: &str) -> String {
    chinese::personal::masked(number).unwrap_or_else(|| "*".repeat(number.chars().count()))
}

/// Gives a record the rows of persons back that it had.
pub(crate) async fn restore(tx: &mut Tx, number: i64, persons: Vec<Sealed>) -> db::Result<()> {
    tx.sql("DELETE FROM record_person WHERE record_number = $1").bind(number).run().await?;
    for Sealed { position, name, role, id_number, id_lookup, born } in persons {
        let query = tx.sql(
            "INSERT INTO record_person (record_number, position, name, role, id_sealed, id_lookup, born) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        );
        let query = query.bind(number).bind(position).bind(name).bind(role);
        query.bind(id_number).bind(id_lookup).bind(born).run().await?;
    }
    Ok(())
}

/// Puts these persons in the place of those a record had.
pub(crate) async fn replace(
    tx: &mut Tx,
    (secrets, random): (&Secrets, &Random),
    number: i64,
    persons: &[Person],
) -> db::Result<()> {
    tx.sql("DELETE FROM record_person WHERE record_number = $1").bind(number).run().await?;
    for (position, person) in (1_i64..).zip(persons) {
        let known = Known::of(secrets, person)?;
        let binding = format!("record_person/{number}/{position}/id_sealed");
        let seal = |plain: &str| secrets.seal(random, &binding, plain.as_bytes());
        let sealed = person.id_number.as_deref().map(seal).transpose().map_err(|_| unsealed())?;
        tx.sql(
            "INSERT INTO record_person (record_number, position, name, role, id_sealed, id_lookup, born) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(number)
        .bind(position)
        .bind(known.name)
        .bind(known.role)
        .bind(sealed)
        .bind(known.id_lookup)
        .bind(known.born)
        .run()
        .await?;
    }
    Ok(())
}
