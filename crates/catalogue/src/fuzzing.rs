//! Doors for the fuzzers: rooms that strangers' bytes come into and that are nobody else's to call. Each says what
//! became of an input and whether what is promised of it held.

pub use crate::ask::trial::{Found, Holdings};
pub use crate::import::trial::{Trial, trial};
pub use crate::oai::request::understood as harvest;
pub use crate::originals::region::fits as image;
pub use crate::site::search::of_address as address;
