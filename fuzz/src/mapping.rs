//! The door for mappings: a mapping file and a table that is imported with it.

use std::error::Error;

use catalogue::import::{Format, Mapping};

use crate::Body;
use crate::importers::{told, tried};

/// Where the mapping ends and the table begins.
const BETWEEN: &str = "\n---\n";

/// A mapping file, a line of three hyphens, and a table.
pub(crate) fn mapping() -> Result<Body, Box<dyn Error>> {
    Ok(Box::new(|content| {
        let text = String::from_utf8_lossy(content);
        let (mapping, table) = text.split_once(BETWEEN).unwrap_or(("", &text));
        match Mapping::parse(mapping) {
            Ok(mapping) => told(&tried(table.as_bytes(), Format::Csv, &mapping)),
            Err(problem) => {
                assert!(!problem.to_string().is_empty(), "a refusal says why");
                "no mapping".to_owned()
            }
        }
    }))
}
