//! Reading environment variables: `LANTAI_SECTION__KEY`, and `…_FILE` for secrets.

use std::path::Path;

use toml::Table;

use super::complaint::{Complaint, Place};
use super::file::{is_name, put};
use super::schema::{Field, Schema, Section};
use super::value;

/// Every setting's variable begins so; one without the double underscore is not a setting.
const PREFIX: &str = "LANTAI_";

/// Puts the settings of the environment over those of the file, and tells in `meant` which it saw.
pub(super) fn overlay(
    schema: &Schema,
    values: &mut Table,
    variables: impl IntoIterator<Item = (String, String)>,
    meant: &mut Vec<String>,
) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (name, text) in variables {
        let Some(rest) = name.strip_prefix(PREFIX).filter(|rest| rest.contains("__")) else { continue };
        let lower = rest.to_ascii_lowercase();
        if let Err(wrong) = one(schema, values, (&lower, &text), meant) {
            complaints.push(Complaint { place: Place::Variable(name), text: wrong });
        }
    }
    complaints
}

fn one(schema: &Schema, values: &mut Table, (name, text): (&str, &str), meant: &mut Vec<String>) -> Result<(), String> {
    let parts: Vec<&str> = name.split("__").collect();
    let (key, parents) = parts.split_last().ok_or("没有对应的设置")?;
    let found = schema.sections().find_map(|section| field(section, parents, key));
    let Some((section, field, from_file)) = found else {
        return Err("没有对应的设置，请检查拼写".to_owned());
    };
    let named: Vec<String> = section
        .parts()
        .zip(parents)
        .map(|(own, part)| if own == "*" { part.replace('_', "-") } else { own.to_owned() })
        .collect();
    if let Some(bad) = named.iter().find(|part| !is_name(part)) {
        return Err(format!("名称“{bad}”只能用字母、数字和下划线"));
    }
    let place: Vec<&str> = named.iter().map(String::as_str).chain([field.key]).collect();
    // Whatever is wrong with it, it is not missing as well.
    meant.push(place.join("."));
    let text = if from_file { secret_file(text)? } else { text.to_owned() };
    put(values, &place, value::from_text(field, &text)?);
    Ok(())
}

/// The field a variable means, and whether its value is the path of a file.
fn field<'a>(section: &'a Section, parents: &[&str], key: &str) -> Option<(&'a Section, &'static Field, bool)> {
    let fits = |own: &str, part: &str| own == "*" || own.replace('-', "_") == part;
    if section.depth() != parents.len() || !section.parts().zip(parents).all(|(own, part)| fits(own, part)) {
        return None;
    }
    if let Some(field) = section.field(key) {
        return Some((section, field, false));
    }
    let field = section.field(key.strip_suffix("_file")?)?;
    field.secret.then_some((section, field, true))
}

/// A secret kept in a file by a container or a service manager; a line break at its end is not part of it.
fn secret_file(path: &str) -> Result<String, String> {
    let text = std::fs::read_to_string(Path::new(path)).map_err(|error| format!("读不到文件 {path}（{error}）"))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
