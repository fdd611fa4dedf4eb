//! The rows of the ledger.

pub(crate) mod call;
pub(crate) mod end;
pub(crate) mod epoch;
pub(crate) mod list;
pub(crate) mod plan;
pub(crate) mod quota;
pub(crate) mod text;
