//! The typed client of `wechat` against the live sandbox: material, drafts, publications, mass sends, notices, statistics.

mod faults;
mod material;
mod notices;
mod sends;
mod statistics;

use std::time::Duration;

use serde_json::{Value, json};
use wechat::client::{Audience, Client, ClientMessageId, MassSend, MediaKind};
use wechat::message::{Event, Kind as Message};
use wechat::wire::draft::Article;
use wechat::wire::mass::MassContent;

use crate::testing::{Live, Script, account};
use crate::{Kind, Mode, Protection, SandboxAccount};

/// An account `a` with its client, and a callback that keeps what it is sent.
struct Desk {
    live: Live,
    client: Client,
    callback: Script,
}

impl Desk {
    async fn of(kind: Kind) -> Self {
        Self::with(SandboxAccount { publish_right: true, mode: Mode::Plain, ..account("a", kind, true) }).await
    }

    async fn with(settings: SandboxAccount) -> Self {
        let live = Live::start(vec![settings], Duration::from_secs(2)).await;
        let callback = Script::default();
        let url = callback.listen(&live.sandbox).await;
        live.sandbox.operate("a", |account| account.callback_url = url);
        let client = live.client();
        Self { live, client, callback }
    }

    async fn followers(&self, count: usize) -> Vec<String> {
        let mut openids = Vec::new();
        for _ in 0..count {
            openids.push(self.live.follower().await);
        }
        openids
    }

    async fn cover(&self) -> String {
        self.client.add_material(MediaKind::Image, "a.png", "image/png", b"\x89PNG").await.unwrap().media_id
    }

    async fn draft(&self, titles: &[&str]) -> String {
        let thumb_media_id = self.cover().await;
        let article = |title: &&str| Article {
            title: (*title).to_owned(),
            content: "<p>正文</p>".to_owned(),
            thumb_media_id: thumb_media_id.clone(),
            ..Article::default()
        };
        self.client.add_draft(&titles.iter().map(article).collect::<Vec<_>>()).await.unwrap()
    }

    async fn sends(&self) -> Vec<Value> {
        self.live.get("/_sandbox/a/sends").await.as_array().unwrap().clone()
    }

    async fn fault(&self, body: Value) {
        let answer = self.live.control("/faults", &body).await;
        assert!(answer["on"].is_object(), "{answer}");
    }

    /// Everything the callback heard of jobs and notices, once there are `count`.
    async fn heard(&self, count: usize) -> Vec<Event> {
        let mut changes = self.live.sandbox.changes();
        let all = async {
            loop {
                let events = self.events();
                if events.len() >= count {
                    return events;
                }
                changes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(10), all).await.expect("the events do not come")
    }

    fn events(&self) -> Vec<Event> {
        let of_job = |(_, body): (String, String)| {
            let Message::Event(event) = wechat::message::Message::parse(body.as_bytes()).unwrap().kind else {
                return None;
            };
            let of_notice = matches!(
                event,
                Event::TemplateSent { .. }
                    | Event::SubscribePopup(_)
                    | Event::SubscribeChange(_)
                    | Event::SubscribeSent(_)
            );
            (of_notice || matches!(event, Event::MassSent(_) | Event::Published(_))).then_some(event)
        };
        self.callback.seen().into_iter().filter_map(of_job).collect()
    }
}

fn named(name: &str) -> ClientMessageId {
    ClientMessageId::parse(name).unwrap()
}

fn text_to(audience: Audience, name: &str) -> MassSend {
    MassSend { audience, content: MassContent::text("今日开放"), client_id: named(name), ignore_reprint: false }
}

fn draft_to(audience: Audience, media_id: &str, name: &str) -> MassSend {
    MassSend { content: MassContent::articles(media_id), ..text_to(audience, name) }
}
