//! Licences and duplicate versions of the packages we stand on, against `deny.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::Outcome;
use crate::run::{cargo, output, root};

/// Checks every locked package.
pub(crate) fn check() -> Outcome {
    let policy = fs::read_to_string(root().join("deny.toml")).map_err(|error| format!("deny.toml: {error}"))?;
    let policy: toml::Table = policy.parse().map_err(|error| format!("deny.toml: {error}"))?;
    let metadata = output(&mut cargo(&["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let packages = metadata.get("packages").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut faults = licence_faults(&packages, &strings(&policy, "licenses", "allow", None));
    faults.extend(version_faults(&packages, &strings(&policy, "bans", "skip", Some("crate"))));
    let banned = strings(&policy, "bans", "deny", Some("crate"));
    faults.extend(
        packages
            .iter()
            .filter(|package| banned.contains(text(package, "name")))
            .map(|package| format!("{} is not to be used, see deny.toml", text(package, "name"))),
    );
    println!("packages: {} locked, licences and versions checked", packages.len());
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn strings(policy: &toml::Table, section: &str, key: &str, field: Option<&str>) -> BTreeSet<String> {
    let list = policy.get(section).and_then(|table| table.get(key)).and_then(toml::Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|entry| match field {
            Some(field) => entry.get(field).or(Some(entry)).and_then(toml::Value::as_str),
            None => entry.as_str(),
        })
        .map(str::to_owned)
        .collect()
}

fn text<'v>(package: &'v Value, field: &str) -> &'v str {
    package.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// A licence expression is accepted if one of its alternatives consists of allowed licences only.
fn licence_faults(packages: &[Value], allowed: &BTreeSet<String>) -> Vec<String> {
    let accepted = |expression: &str| {
        let flat = expression.replace(['(', ')'], " ").replace('/', " OR ");
        flat.split(" OR ").any(|all| all.split(" AND ").all(|one| allowed.contains(one.trim())))
    };
    packages
        .iter()
        .filter(|package| !accepted(text(package, "license")))
        .map(|package| format!("{}: licence \"{}\" is not allowed", text(package, "name"), text(package, "license")))
        .collect()
}

fn version_faults(packages: &[Value], skipped: &BTreeSet<String>) -> Vec<String> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages {
        versions.entry(text(package, "name")).or_default().push(text(package, "version"));
    }
    let is_skipped =
        |name: &str, version: &str| skipped.contains(name) || skipped.contains(&format!("{name}@{version}"));
    versions
        .into_iter()
        .filter(|(name, all)| all.iter().filter(|version| !is_skipped(name, version)).count() > 1)
        .map(|(name, all)| {
            format!("{name} stands in versions {}; name the older in deny.toml with its reason", all.join(", "))
        })
        .collect()
}
