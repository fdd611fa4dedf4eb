//! The SQL of this crate.

pub(crate) mod follower;
pub(crate) mod inbox;
pub(crate) mod late;
pub(crate) mod menu;
pub(crate) mod scene;
pub(crate) mod secret;
pub(crate) mod token;

/// Rows of one multi-row statement at most: there are as many texts of each, and each is prepared once.
pub(crate) const MOST_ROWS: usize = 64;
