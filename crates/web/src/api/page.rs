//! Lists in pages.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One page of a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Listed<T: ToSchema> {
    /// What is on the page.
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: i64,
}

/// How many are on a page: 1 to 200, 50 if nothing is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(from = "i64")]
pub struct Size(i64);

impl Size {
    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl Default for Size {
    fn default() -> Self {
        Self(50)
    }
}

impl From<i64> for Size {
    fn from(asked: i64) -> Self {
        Self(asked.clamp(1, 200))
    }
}
