//! The commands, one file each.

pub(crate) mod audit;
pub(crate) mod cage;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod logbook;
pub(crate) mod reindex;
pub(crate) mod sandbox;
pub(crate) mod serve;
