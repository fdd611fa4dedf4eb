//! The door for reference codes and document numbers.

use std::error::Error;

use catalogue::ReferenceCode;
use catalogue::reference_code::{self, CodePattern};

use crate::{Body, kind};

/// A reference code (档号), its pattern, a document number (文号).
pub(crate) fn code() -> Result<Body, Box<dyn Error>> {
    Ok(Box::new(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        let key = chinese::reference_code::key(&text);
        assert_eq!(chinese::reference_code::key(&key), key, "the key of a key is itself");
        let stored = reference_code::key(&text);
        assert_eq!(reference_code::key(&stored), stored, "the key of a stored key is itself");
        if let Some(understood) = chinese::reference_code::understood(&text) {
            assert_eq!(understood, key, "what is understood is the key");
        }
        let number = document_number(&text);
        let pattern = CodePattern::parse(&text).is_some();
        match ReferenceCode::parse(&text) {
            Ok(code) => {
                written(&code);
                format!("{} levels, pattern {pattern}, number {number}", code.levels().count().min(9))
            }
            Err(problem) => format!("{}, pattern {pattern}, number {number}", kind(&problem)),
        }
    }))
}

fn written(code: &ReferenceCode) {
    let again = ReferenceCode::parse(code.written());
    assert_eq!(again.as_ref().map(ReferenceCode::key), Ok(code.key()), "what was taken is taken again");
    assert!(code.levels().count() >= 1 && !code.sort_key().is_empty(), "a code has a level and a place");
    assert!(!code.key().is_empty() && !code.fonds().is_empty(), "a code has a key and a fonds");
    let level = reference_code::level(code, &[]);
    if let Some(parent) = reference_code::parent(code, level) {
        assert!(parent.len() < code.key().len(), "what holds it is shorter");
    }
    let mut wider = reference_code::wider(code.key());
    let mut length = code.key().len();
    while let Some(key) = wider {
        assert!(key.len() < length, "a wider key is shorter");
        length = key.len();
        wider = reference_code::wider(key);
    }
}

fn document_number(text: &str) -> bool {
    let key = chinese::document_number::key(text);
    if let Some(key) = &key {
        assert_eq!(chinese::document_number::key(key).as_ref(), Some(key), "the key of a key is itself");
    }
    let normal = chinese::normalise(text);
    let mut end = 0;
    for (span, number) in chinese::document_number::find(&normal) {
        assert!(span.start >= end && normal.get(span.clone()).is_some(), "numbers lie between characters");
        let whole = normal.get(span.clone()).and_then(chinese::document_number::parse);
        assert_eq!(whole.as_ref(), Some(&number), "what is found is a number by itself");
        end = span.end;
    }
    key.is_some()
}
