//! The catalogue of an archives: what is described, who may see it, how it comes in and goes out, how it is asked.
//!
//! A description ([`Record`]) carries the elements of DA/T 18-2022 and four statuses that [`access`] turns into what a
//! viewer may see. Their digital files are [`originals`]. [`ReferenceCode`] and [`ArchivalDate`] keep what catalogues write and what it means.

pub mod access;
pub mod console;
pub mod desk;
pub mod export;
#[doc(hidden)]
pub mod fuzzing;
pub mod import;
pub mod oai;
pub mod originals;
pub mod public_api;
pub mod reference_code;
pub mod review;
pub mod site;

mod ask;
mod authority;
mod category;
mod classification;
mod date;
mod element;
mod fonds;
mod gap;
mod index;
mod level;
mod livelihood;
#[cfg(test)]
mod non_interference;
mod openness;
mod person;
mod plain;
mod public_id;
mod record;
mod store;
mod subject;
#[cfg(test)]
mod testing;
mod uploads;
mod values;

pub use ask::{
    Answer, Asked, Catalogue, Child, Context, Entry, Facet, FacetValue, Fields, Filters, Found, FoundRecord, Harvest,
    Harvested, Item, Likeness, Likes, MAX_SIZE, OfYears, Opening, Order, Place, Related, Remembered, Said, SavedRecord,
    Shown, StaffCatalogue, Suggestion, Topic, Understood, UnderstoodKind, names_hidden, shown_to_everyone,
};
pub use authority::{
    Authorities, Authority, AuthorityColumn, AuthorityKind, Kept, Listed, NameRelation, NamedPlace, OtherName,
    PlaceNames, ShownAuthority,
};
pub use classification::{Classification, Marking, is_marked, marking};
pub use date::{ArchivalDate, DateProblem, PartialDate};
pub use element::{Duty, Element};
pub use fonds::Fonds;
pub use gap::{Gap, Gaps};
pub use index::{Follower, Held, Indexes, OpenIndex, Pace, StaffIndex, counts, newest_change, strangers};
pub use level::Level;
pub use livelihood::Livelihood;
pub use openness::{Disclosure, Openness, Restriction};
pub use person::{Person, PersonRole};
pub use public_id::PublicId;
pub use record::{Description, Record};
pub use reference_code::ReferenceCode;
pub use subject::{Assignments, HeadingPage, ShownHeading, Subjects, Told};
