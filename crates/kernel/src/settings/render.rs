//! Showing settings: the commented sample, and what is in force with the secrets left out.

use std::fmt::Write;

use toml::{Table, Value};

use super::schema::{Kind, Need, Schema, Section};
use super::value;

/// What stands where a secret would.
pub(super) const REDACTED: &str = "[REDACTED]";

/// The sample file: every section and key with its meaning, defaults written out but switched off.
pub(super) fn sample(schema: &Schema) -> String {
    let mut text = String::from(
        "# 兰台设置样例。行首的 # 表示未启用，去掉后生效；所写的值即默认值。\n\
         # 每一项也可以用环境变量给出：LANTAI_节名__键名，连字符写作下划线；\n\
         # 标有（密）的项还可以写进文件，用 LANTAI_节名__键名_FILE 指出文件路径。\n",
    );
    for section in schema.sections() {
        sample_section(&mut text, section);
    }
    text
}

fn sample_section(text: &mut String, section: &Section) {
    let chosen = section.name.contains('*');
    let off = if chosen { "# " } else { "" };
    let name = section.name.replace('*', "demo");
    for line in section.doc.lines() {
        push(text, &format!("\n# {line}"));
    }
    push(text, &format!("\n{off}[{name}]"));
    for field in section.fields {
        let secret = if field.secret { "（密）" } else { "" };
        let choice = match field.kind {
            Kind::Choice(words) => format!("：{}", words.join("、")),
            _ => String::new(),
        };
        push(text, &format!("\n# {}{secret}{choice}", field.doc.replace('\n', "\n# ")));
        let line = match field.need {
            Need::Default(default) => {
                let value = value::from_text(field, default).unwrap_or_else(|_| Value::String(default.to_owned()));
                format!("\n# {} = {value}", field.key)
            }
            Need::Optional => format!("\n# {} = {}", field.key, blank(field.kind)),
            Need::Required => format!("\n{off}{} = {}", field.key, blank(field.kind)),
        };
        push(text, &line);
    }
    text.push('\n');
}

const fn blank(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer { .. } | Kind::Number => "0",
        Kind::Flag => "false",
        Kind::List => "[]",
        Kind::Text | Kind::Code { .. } | Kind::Choice(_) | Kind::Path | Kind::Address | Kind::Url => "\"\"",
    }
}

fn push(text: &mut String, more: &str) {
    text.push_str(more);
}

/// The settings in force as TOML, secrets replaced.
pub(super) fn redacted(schema: &Schema, values: &Table) -> String {
    let mut text = String::new();
    tables(schema, &[], values, &mut text);
    text
}

fn tables(schema: &Schema, parts: &[&str], table: &Table, text: &mut String) {
    let (inner, own): (Vec<_>, Vec<_>) = table.iter().partition(|(_, value)| value.is_table());
    let section = schema.section(parts);
    if !own.is_empty() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "[{}]", parts.join("."));
        for (key, value) in own {
            let secret = section.and_then(|section| section.field(key)).is_none_or(|field| field.secret);
            let shown = if secret { Value::String(REDACTED.to_owned()) } else { value.clone() };
            let _ = writeln!(text, "{key} = {shown}");
        }
        text.push('\n');
    }
    for (key, value) in inner {
        if let Value::Table(table) = value {
            let deeper: Vec<&str> = parts.iter().copied().chain([key.as_str()]).collect();
            tables(schema, &deeper, table, text);
        }
    }
}

/// A section as people are shown it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownSection {
    /// Its dotted name, with the names that the institution chose.
    pub name: String,
    /// What it is about.
    pub doc: &'static str,
    /// Its settings, in the order of the sample.
    pub fields: Vec<ShownField>,
}

/// A setting as people are shown it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownField {
    /// Its key.
    pub key: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Whether it is a secret.
    pub secret: bool,
    /// What it is; of a secret only that it is set, as an empty text.
    pub value: Option<String>,
}

/// A table on the way to a section: the names that lead to it, and the table if anything is set there.
type Way<'t> = (Vec<String>, Option<&'t Table>);

/// The settings in force, in the order of the sample.
pub(super) fn shown(schema: &Schema, values: &Table) -> Vec<ShownSection> {
    let mut all = Vec::new();
    for section in schema.sections() {
        let start: Vec<Way<'_>> = vec![(Vec::new(), Some(values))];
        let found = section
            .name
            .split('.')
            .fold(start, |ways, part| ways.into_iter().flat_map(|way| further(part, way)).collect());
        all.extend(found.into_iter().map(|(names, table)| shown_section(section, &names, table)));
    }
    all
}

/// The ways on by one part of a section's name: one, or for `*` one for each name that was chosen.
fn further<'t>(part: &str, (names, table): Way<'t>) -> Vec<Way<'t>> {
    let with = |name: &str| names.iter().cloned().chain([name.to_owned()]).collect::<Vec<_>>();
    if part == "*" {
        let chosen = table.into_iter().flatten().filter_map(|(name, value)| Some((name, value.as_table()?)));
        return chosen.map(|(name, inner)| (with(name), Some(inner))).collect();
    }
    vec![(with(part), table.and_then(|table| table.get(part)?.as_table()))]
}

fn shown_section(section: &Section, names: &[String], table: Option<&Table>) -> ShownSection {
    let field = |field: &super::schema::Field| {
        let value = table.and_then(|table| table.get(field.key));
        let told = |value: &Value| if field.secret { String::new() } else { plain(value) };
        ShownField { key: field.key, doc: field.doc, secret: field.secret, value: value.map(told) }
    };
    ShownSection { name: names.join("."), doc: section.doc, fields: section.fields.iter().map(field).collect() }
}

/// A value without the signs of a settings file.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join("；"),
        Value::Boolean(true) => "是".to_owned(),
        Value::Boolean(false) => "否".to_owned(),
        other => other.to_string(),
    }
}
