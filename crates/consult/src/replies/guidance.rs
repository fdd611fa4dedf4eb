//! Questions about persons.

use account::{Dialogue, Heard, Spoken};
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::events::Answered;

use super::answered;
use crate::Wording;
use crate::guidance::personal;

/// Answers what is about a person with the way to the records, and lets nothing of it be kept.
pub(super) struct Guidance(pub(super) Wording);

impl Dialogue for Guidance {
    fn name(&self) -> &'static str {
        "guidance"
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        let spoken = personal(heard).map(|personal| {
            let reply = self.0.reply(&personal.guidance(), heard);
            answered(heard, reply, Answered::Guidance).confidential()
        });
        std::future::ready(Ok(spoken)).boxed()
    }
}
