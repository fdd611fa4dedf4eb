//! Some of the followers of an account, by what is known of them.

use kernel::{Day, Tx, db};
use serde::{Deserialize, Serialize};

use crate::store::follower::{self, Takes};

/// Conditions on followers who take pushes by list; one that is not said lets everybody through. Who is not known to have
/// followed on a day meets no condition on that day.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Segment {
    /// They followed on this day or later.
    pub followed_from: Option<Day>,
    /// They followed on this day or earlier.
    pub followed_to: Option<Day>,
    /// They were last heard of on this day or later.
    pub seen_from: Option<Day>,
    /// They were last heard of on this day or earlier.
    pub seen_to: Option<Day>,
    /// They last came by the code of this scene.
    pub scene: Option<String>,
}

impl Segment {
    /// How many followers of an account meet it.
    ///
    /// # Errors
    /// The database's.
    pub async fn count(&self, tx: &mut Tx, account: &str) -> db::Result<i64> {
        follower::count_of(tx, account, (self, Takes::Pushes)).await
    }

    /// How many followers of an account would meet it, had they not switched pushes by list off.
    ///
    /// # Errors
    /// The database's.
    pub async fn off(&self, tx: &mut Tx, account: &str) -> db::Result<i64> {
        follower::count_of(tx, account, (self, Takes::None)).await
    }

    /// The openids of those that meet it, in their order, behind one of them; at most `most`.
    ///
    /// # Errors
    /// The database's.
    pub async fn openids(&self, tx: &mut Tx, account: &str, behind: &str, most: i64) -> db::Result<Vec<String>> {
        follower::openids_of(tx, account, self, (behind, most)).await
    }
}
