//! Numbers for codes made from templates: each given once to the identity of a row and kept.

use std::collections::{HashMap, HashSet};

use kernel::{Tx, db};

use super::template::Template;
use crate::ReferenceCode;
use crate::store::code::{self, Given};
use crate::store::record;

/// A row that needs a code.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    pub(super) identity: &'a str,
    pub(super) pattern: &'a Template,
    pub(super) row: i64,
}

/// The codes found for some rows.
#[derive(Debug, Default)]
pub(super) struct Numbered {
    /// The code of each identity. One that is missing has a template without a number, and its code is taken.
    pub(super) codes: HashMap<String, ReferenceCode>,
    /// Those that were given now.
    pub(super) new: Vec<Given>,
}

/// Finds the codes of rows: the one given before, else the one with the row's own number, else the one with the next
/// number nobody in the fonds has had. So a row inserted above others takes a new number and changes none of theirs.
pub(super) async fn number(tx: &mut Tx, institution: &str, fonds: i64, rows: &[Wanted<'_>]) -> db::Result<Numbered> {
    let identities: Vec<String> = rows.iter().map(|row| row.identity.to_owned()).collect();
    let known = code::of_identities(tx, fonds, &identities).await?;
    let mut numbered = Numbered::default();
    for (identity, text) in known {
        let code =
            ReferenceCode::parse(&text).map_err(|_| db::Error::bad_cell("generated_code", "reference_code", &text))?;
        numbered.codes.insert(identity, code);
    }
    let mut open: Vec<(&Wanted<'_>, i64)> =
        rows.iter().filter(|row| !numbered.codes.contains_key(row.identity)).map(|row| (row, row.row)).collect();
    if open.is_empty() {
        return Ok(numbered);
    }
    let highest = rows.iter().map(|row| row.row).max().unwrap_or(0);
    let mut next = code::highest_row(tx, fonds).await?.max(highest) + 1;
    let mut used: HashSet<String> = HashSet::new();
    while !open.is_empty() {
        let taken = taken(tx, institution, fonds, &open).await?;
        let mut again = Vec::new();
        for (row, number) in open {
            let text = row.pattern.text(number);
            let code = ReferenceCode::parse(&text).ok().filter(|code| !taken.contains(code.key()));
            match code.filter(|code| !used.contains(code.key())) {
                Some(code) => {
                    used.insert(code.key().to_owned());
                    numbered.new.push(Given { identity: row.identity.to_owned(), code: text, row: number });
                    numbered.codes.insert(row.identity.to_owned(), code);
                }
                None if row.pattern.counts_rows() => {
                    again.push((row, next));
                    next += 1;
                }
                None => {}
            }
        }
        open = again;
    }
    Ok(numbered)
}

/// The keys among the codes these rows would get that something else has already.
async fn taken(tx: &mut Tx, institution: &str, fonds: i64, open: &[(&Wanted<'_>, i64)]) -> db::Result<HashSet<String>> {
    let texts: Vec<String> = open.iter().map(|(row, number)| row.pattern.text(*number)).collect();
    let given = code::taken(tx, fonds, &texts).await?;
    let keys: Vec<String> = texts.iter().map(|text| crate::reference_code::key(text)).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let landed = record::landed(tx, institution, &keys).await?;
    Ok(given.iter().map(|text| crate::reference_code::key(text)).chain(landed.into_keys()).collect())
}
