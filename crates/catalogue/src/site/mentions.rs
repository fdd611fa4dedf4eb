//! Where other services of the hall speak of a record: a page of theirs that quotes it leads to it, and it leads back.

use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::Result;

use crate::PublicId;

/// A page that speaks of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mention {
    /// Where it is.
    pub href: String,
    /// What it is called.
    pub text: String,
}

/// A service that speaks of records. It is asked of open records alone.
pub trait Mentions: Send + Sync + std::fmt::Debug {
    /// Its pages that speak of a record, the newest first; a few.
    fn of<'a>(&'a self, record: &'a PublicId) -> BoxFuture<'a, Result<Vec<Mention>>>;
}

/// Nobody speaks of any record.
impl Mentions for () {
    fn of<'a>(&'a self, _: &'a PublicId) -> BoxFuture<'a, Result<Vec<Mention>>> {
        async { Ok(Vec::new()) }.boxed()
    }
}
