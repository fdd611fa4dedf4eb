//! The end of a lookup.

use std::sync::Arc;

use account::{Deed, Dialogue, Heard, Spoken};
use futures::FutureExt;
use futures::future::BoxFuture;

use crate::Lookups;

/// A voice whose answer ends the lookup of who is heard: whoever asks for something else has left it.
pub(super) struct Ends {
    pub(super) voice: Arc<dyn Dialogue>,
    pub(super) lookups: Lookups,
}

impl Dialogue for Ends {
    fn name(&self) -> &'static str {
        self.voice.name()
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        async move {
            let spoken = self.voice.hear(heard).await?;
            let ending = || Lookups::ending(heard.account.name(), heard.openid());
            Ok(spoken.map(|spoken| if self.lookups.is_guided(heard) { spoken.with(ending()) } else { spoken }))
        }
        .boxed()
    }

    fn forget(&self, account: &str, openid: &str) -> Option<Deed> {
        self.voice.forget(account, openid)
    }
}
