//! What the measures have in common.
//!
//! The program measures one goal beside its baselines, in one run on one machine: `p1` to `p6` the goals of these names,
//! `judged` the ranking, `browse` a large fonds, `reindex` and `import-beside` what goes on beside long work, `large` ten
//! million rows, `timing` what the time of an answer tells. `make bench` and `make soak` run them all.

pub mod callback;
pub mod constant;
pub mod corpus;
pub mod engines;
pub mod house;
pub mod http;
pub mod load;
pub mod peer;
pub mod processor;
pub mod questions;
pub mod settings;
pub mod statistics;

/// What a measuring program comes to.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
