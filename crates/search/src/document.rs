//! A record as it is handed to the index.

use std::borrow::Cow;

/// One record. Every field but the key may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document<'a> {
    /// The caller's own number of the record; what [`crate::Hit`] gives back. At most one record has it.
    pub key: u64,
    /// Place of the text field in the layout, and the text as written: the index normalises it.
    pub texts: Vec<(usize, Cow<'a, str>)>,
    /// Place of the code field in the layout, and the canonical code.
    pub codes: Vec<(usize, Cow<'a, str>)>,
    /// Place of the facet in the layout, and a value.
    pub facets: Vec<(usize, Cow<'a, str>)>,
    /// First and last year, if the record is dated.
    pub years: Option<(i16, i16)>,
    /// Standing among records that match alike: lower comes first (0 for a fonds, 10 for a series, 20 for an item …).
    pub prior: u8,
    /// Sort key that ends every order: bytes compared as they are, such as the reference code with padded numbers. Up
    /// to 65,535 bytes count.
    pub order: Cow<'a, [u8]>,
}
