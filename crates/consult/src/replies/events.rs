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
        async move {
            let Some(event) = heard.event() else { return Ok(None) };
            let page = self.0.rulebook.page();
            let of = |kind, text: &str| page.rule_of_event(kind, text, heard.at);
            let rule = match event {
                Event::Subscribe(Some(scene)) | Event::Scan(scene) => {
                    of(TriggerKind::Scan, &scene.value).or_else(|| of(TriggerKind::Follow, ""))
                }
                Event::Subscribe(None) => of(TriggerKind::Follow, ""),
                Event::Click(key) => of(TriggerKind::Click, key),
                _ => None,
            };
            let Some(rule) = rule else { return Ok(None) };
            Ok(if self.0.may_answer(rule, heard).await? { self.0.spoken(rule, heard) } else { None })
        }
        .boxed()
    }
}
