//! What helps the editor of an article: what is hard to read, what was written before, what should not be published unseen.
//!
//! [`examine`] looks at an [`Article`](crate::article::Article) with the lists and weights of the house ([`ListPart`]) and
//! says of each finding where it stands ([`Place`]). Nothing here decides: an article is sent as its editors leave it.

mod address;
mod examine;
mod lists;
mod numbers;
mod report;
mod sheet;
pub(crate) mod table;

#[cfg(test)]
mod tests;

pub(crate) use address::{Address, addresses};
pub use examine::{Held, Other, alike, comparable, examine};
pub use lists::{ListName, ListPart, ListedWord, OwnTerm, Term, TermOrigin, WordLists};
pub(crate) use lists::{glossary, terms};
pub(crate) use numbers::{NUMBERS, WEIGHED, weights};
pub use report::{
    Alike, Counted, FindingShown, LinkShown, ListedShown, ParagraphShown, Passage, PersonalShown, QuotedShown, Report,
};
pub use sheet::{LineKind, Place, Sheet};
