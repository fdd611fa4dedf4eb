//! Settings: a TOML file and environment variables, read against a schema that the services declare as data.
//!
//! Every error is found in one reading and named with its key and line; a key that is not known is refused, so that a
//! slip of the pen does not silently leave a default in force. Secrets never show in `Debug` or in a description.

mod complaint;
mod environment;
mod file;
mod render;
mod schema;
mod value;

pub use complaint::{Complaint, Complaints, Place};
pub use render::{ShownField, ShownSection};
pub use schema::{Field, Kind, Need, Schema, Section};
pub use secrecy::{ExposeSecret, SecretString};

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use file::{place, put};

/// The settings in force.
#[derive(Clone)]
pub struct Settings {
    schema: Schema,
    values: Table,
}

/// The file that was read: its name for messages, and its text.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its text; empty if there is no file.
    pub text: &'a str,
}

impl Settings {
    /// Reads a file and the environment's variables, which win over the file.
    ///
    /// # Errors
    /// Everything that is wrong, with its line or variable.
    pub fn read(
        schema: &Schema,
        file: File<'_>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Complaints> {
        let mut reader = file::Reader::new(schema, file.text);
        reader.read();
        let file::Reader { mut values, mut complaints, mut meant, broken, .. } = reader;
        complaints.extend(environment::overlay(schema, &mut values, variables, &mut meant));
        let mut missing = Vec::new();
        for section in schema.sections() {
            complete(section, &mut values, &mut missing);
        }
        // What is missing is only sure where the file could be read.
        missing.retain(|(name, _)| !broken && !meant.iter().any(|meant| stands_in(name, meant)));
        complaints.extend(missing.into_iter().map(|(_, complaint)| complaint));
        if complaints.is_empty() {
            Ok(Self { schema: schema.clone(), values })
        } else {
            Err(Complaints::new(file.name, complaints))
        }
    }

    /// A section as the type that its service reads it into.
    ///
    /// # Errors
    /// If the type does not fit the schema: a fault of ours, which the service's own test finds.
    pub fn section<T: DeserializeOwned>(&self, name: &str) -> crate::Result<T> {
        let empty = Table::new();
        let table = name.split('.').try_fold(&self.values, |table, part| table.get(part)?.as_table()).unwrap_or(&empty);
        // The error's text may quote a value, so it is not kept.
        Value::Table(table.clone())
            .try_into()
            .map_err(|_| crate::Error::internal(format!("section {name} does not fit the type that reads it")))
    }

    /// The names under a table of named sections: the accounts of `accounts.*`, in the order of the file.
    pub fn names(&self, table: &str) -> Vec<String> {
        let found = table.split('.').try_fold(&self.values, |table, part| table.get(part)?.as_table());
        found.into_iter().flatten().filter(|(_, value)| value.is_table()).map(|(name, _)| name.clone()).collect()
    }

    /// The settings in force as TOML with `[REDACTED]` for every secret.
    pub fn redacted(&self) -> String {
        render::redacted(&self.schema, &self.values)
    }

    /// The settings in force for people: section by section with what each means, secrets left out.
    pub fn shown(&self) -> Vec<ShownSection> {
        render::shown(&self.schema, &self.values)
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.redacted())
    }
}

/// A commented sample file of all settings, in Chinese.
pub fn sample(schema: &Schema) -> String {
    render::sample(schema)
}

/// Whether `name` is the setting `meant`, or one in the section `meant`.
fn stands_in(name: &str, meant: &str) -> bool {
    name.strip_prefix(meant).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Fills in defaults and tells what is required and not there, by name.
fn complete(section: &Section, values: &mut Table, missing: &mut Vec<(String, Complaint)>) {
    let parts: Vec<&str> = section.parts().collect();
    let tables: Vec<String> = match parts.split_last() {
        Some((&"*", parents)) => {
            let found = parents.iter().try_fold(&*values, |table, part| table.get(*part)?.as_table());
            let names = found.into_iter().flatten().map(|(name, _)| name.as_str());
            names.map(|name| [parents, &[name]].concat().join(".")).collect()
        }
        _ => vec![section.name.to_owned()],
    };
    for table in tables {
        for field in section.fields {
            let at: Vec<&str> = table.split('.').chain([field.key]).collect();
            let parents = at.split_last().map(|(_, parents)| parents).unwrap_or_default();
            let there = place(values, parents).is_some_and(|table| table.contains_key(field.key));
            match field.need {
                Need::Default(default) if !there => match value::from_text(field, default) {
                    Ok(value) => put(values, &at, value),
                    Err(wrong) => {
                        let name = at.join(".");
                        let text = format!("{name} {wrong}");
                        missing.push((name, Complaint { place: Place::Missing, text }));
                    }
                },
                Need::Required if !there => {
                    let name = at.join(".");
                    let text = format!("缺少设置 {name}（{}）", field.doc);
                    missing.push((name, Complaint { place: Place::Missing, text }));
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
