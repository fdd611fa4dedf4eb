//! What is asked of single fields, on the advanced page and in the public interface.

use search::{Code, Part};

use super::query::Narrowing;
use crate::index::{BY, DOCUMENT_NUMBER, NUMBER, REFERENCE_CODE, TITLE};

/// What must, or must not, stand in the fields of a record. Every sign is literal; empty texts ask for nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fields {
    /// Words that stand together as they are, in one field.
    pub phrase: String,
    /// Words of which none may stand anywhere.
    pub without: String,
    /// Words of the 题名.
    pub title: String,
    /// The 文号 in any spelling, or words of it.
    pub document_number: String,
    /// Words of the 责任者.
    pub creator: String,
    /// The 档号 or its beginning.
    pub reference_code: String,
}

impl Fields {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.texts().iter().all(|text| text.trim().is_empty())
    }

    /// Whatever was typed, to be looked through for personal numbers.
    pub(super) fn texts(&self) -> [&str; 6] {
        [&self.phrase, &self.without, &self.title, &self.document_number, &self.creator, &self.reference_code]
            .map(String::as_str)
    }

    /// Lays down what is asked for.
    pub(super) fn narrow(&self, narrowing: &mut Narrowing) {
        let phrase = chinese::normalise(&self.phrase);
        if !phrase.is_empty() {
            narrowing.parts.push(Part::literal(phrase));
        }
        let mut of_field = |field: usize, text: &str| {
            let parts = chinese::parts(text).into_iter();
            narrowing.parts.extend(parts.map(|text| Part { field: Some(field), ..Part::literal(text) }));
        };
        of_field(TITLE, &self.title);
        of_field(BY, &self.creator);
        match chinese::document_number::key(self.document_number.trim()) {
            Some(value) => narrowing.under.push(Code { field: DOCUMENT_NUMBER, value, prefix: false }),
            None => of_field(NUMBER, &self.document_number),
        }
        let value = chinese::reference_code::key(&self.reference_code);
        if !value.is_empty() {
            narrowing.under.push(Code { field: REFERENCE_CODE, value, prefix: true });
        }
        narrowing.without.extend(chinese::parts(&self.without).into_iter().map(Part::literal));
    }
}
