//! Reading the file: every key is placed in the schema, or complained about with its line.

use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use super::complaint::{Complaint, Place};
use super::schema::Schema;
use super::value;

pub(super) struct Reader<'a> {
    pub(super) schema: &'a Schema,
    pub(super) text: &'a str,
    pub(super) values: Table,
    pub(super) complaints: Vec<Complaint>,
    /// Settings and sections that were probably meant by what is complained about: they do not count as missing too.
    pub(super) meant: Vec<String>,
    /// Whether the text is no TOML somewhere, so that nobody knows what is missing.
    pub(super) broken: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(schema: &'a Schema, text: &'a str) -> Self {
        Self { schema, text, values: Table::new(), complaints: Vec::new(), meant: Vec::new(), broken: false }
    }

    /// Reads the whole file. After a syntax error it reads on, so that one start shows all that is wrong.
    pub(super) fn read(&mut self) {
        let (document, errors) = DeTable::parse_recoverable(self.text);
        self.broken = !errors.is_empty();
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            self.complain(at, format!("TOML 写法有误（{}）", error.message()));
        }
        self.table(&[], document.get_ref());
    }

    fn table(&mut self, parents: &[&str], table: &DeTable<'_>) {
        for (key, value) in table {
            let mut parts = parents.to_vec();
            parts.push(key.get_ref().as_ref());
            let at = key.span().start;
            match value.get_ref() {
                DeValue::Table(inner) if self.schema.may_be_table(&parts) => {
                    self.named(&parts, at);
                    self.table(&parts, inner);
                    // A table that is written but empty still names an account: it must then be complete.
                    place(&mut self.values, &parts);
                }
                other => self.field(parents, &parts, at, other),
            }
        }
    }

    /// A name that the institution chose goes into addresses and environment variables.
    fn named(&mut self, parts: &[&str], at: usize) {
        let chosen = self.schema.section(parts).is_some_and(|section| section.parts().last() == Some("*"));
        let Some(name) = parts.last().filter(|_| chosen) else { return };
        if !is_name(name) {
            self.complain(at, format!("名称“{name}”只能用小写字母、数字和连字符，最长 32 个字符"));
        }
    }

    fn field(&mut self, parents: &[&str], parts: &[&str], at: usize, found: &DeValue<'_>) {
        let name = parts.join(".");
        if self.schema.may_be_table(parts) {
            return self.complain(at, format!("{name} 是一节设置，应写成 [{name}]"));
        }
        let key = parts.last().copied().unwrap_or_default();
        let Some(field) = self.schema.section(parents).and_then(|section| section.field(key)) else {
            let near = self.schema.nearest(parts);
            let hint = near.as_ref().map(|near| format!("，是否想写 {near}？")).unwrap_or_default();
            self.meant.extend(near);
            return self.complain(at, format!("没有名为 {name} 的设置{hint}"));
        };
        match value::from_file(field, found) {
            Ok(value) => put(&mut self.values, parts, value),
            Err(wrong) => {
                self.complain(at, format!("{name} {wrong}"));
                self.meant.push(name);
            }
        }
    }

    fn complain(&mut self, at: usize, text: String) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        self.complaints.push(Complaint { place: Place::Line(line), text });
    }
}

/// Whether a chosen name can stand in an address and, with `_` for the hyphen, in an environment variable.
pub(super) fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && !name.starts_with('-')
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Puts a value at its dotted place, making the tables on the way.
pub(super) fn put(values: &mut Table, parts: &[&str], value: Value) {
    let Some((key, parents)) = parts.split_last() else { return };
    if let Some(table) = place(values, parents) {
        table.insert((*key).to_owned(), value);
    }
}

/// The table at a dotted place, made if it is not there.
pub(super) fn place<'a>(values: &'a mut Table, parts: &[&str]) -> Option<&'a mut Table> {
    parts.iter().try_fold(values, |table, part| {
        table.entry((*part).to_owned()).or_insert_with(|| Value::Table(Table::new())).as_table_mut()
    })
}
