//! Follows, scans and menu keys.

use account::{Dialogue, Heard, Spoken};
use futures::FutureExt;
use futures::future::BoxFuture;
use wechat::message::Event;

use super::rules::Rules;
use crate::rule::TriggerKind;

/// Answers events by rules. A scan without a rule of its own is answered like a follow.
pub(super) struct Events(pub(super) Rules);

impl Dialogue for Events {
    fn name(&self) -> &'static str {
        "events"
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>> {
        let spoken = heard.event().and_then(|event| {
            let page = self.0.rulebook.page();
            let rule = match event {
                Event::Subscribe(Some(scene)) | Event::Scan(scene) => {
                    let rule = page.rules.of_event(TriggerKind::Scan, &scene.value);
                    rule.or_else(|| page.rules.of_event(TriggerKind::Follow, ""))
                }
                Event::Subscribe(None) => page.rules.of_event(TriggerKind::Follow, ""),
                Event::Click(key) => page.rules.of_event(TriggerKind::Click, key),
                _ => None,
            }?;
            self.0.spoken(rule, heard)
        });
        std::future::ready(Ok(spoken)).boxed()
    }
}
