//! Forgetting who unfollows.

use account::{Deed, Dialogue, Heard, Spoken};
use futures::FutureExt;
use futures::future::BoxFuture;

use crate::store;

/// Says nothing in the chat; when a follower leaves, it breaks the tie between openid and person and ends the person's
/// sessions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Readers;

impl Dialogue for Readers {
    fn name(&self) -> &'static str {
        "readers"
    }

    fn hear<'a>(&'a self, _: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        std::future::ready(Ok(None)).boxed()
    }

    fn forget(&self, account: &str, openid: &str) -> Option<Deed> {
        let (account, openid) = (account.to_owned(), openid.to_owned());
        Some(Deed::new(move |tx| {
            let (account, openid) = (account.clone(), openid.clone());
            async move { store::forget_reader(tx, &account, &openid).await }.boxed()
        }))
    }
}
