//! Calls as WeChat's interface takes them.

use account::Clients;
use futures::FutureExt;
use futures::future::BoxFuture;
use wechat::client::{self, Error, MassSend, MassStatus, Submitted};
use wechat::wire::draft::ArticlePage;
use wechat::wire::mass::{MassContent, MassMedia, MassVideo};
use wechat::wire::publish::{PublishState, PublishTicket};

use crate::{Audience, Content, Outgoing, Post, Posted};

/// Publications on a page of WeChat's list at most.
const PAGE: i64 = 20;
const NO_ACCOUNT: Error = Error::Argument("这个公众号已不在设置里");

/// The clients of the accounts, by which calls go out.
#[derive(Clone, Debug)]
pub struct Mailbox(pub Clients);

impl Post for Mailbox {
    fn submit<'a>(&'a self, call: &'a Outgoing) -> BoxFuture<'a, Result<Submitted, Error>> {
        async move {
            let client = self.0.get(&call.account).ok_or(NO_ACCOUNT)?;
            client.send_mass(&mass_send(call)?).await
        }
        .boxed()
    }

    fn ended<'a>(&'a self, account: &'a str, msg_id: &'a str) -> BoxFuture<'a, Result<MassStatus, Error>> {
        async move { self.0.get(account).ok_or(NO_ACCOUNT)?.mass_status(msg_id).await }.boxed()
    }

    fn publish<'a>(&'a self, account: &'a str, media_id: &'a str) -> BoxFuture<'a, Posted<PublishTicket>> {
        async move { self.0.get(account).ok_or(NO_ACCOUNT)?.publish(media_id).await }.boxed()
    }

    fn publication<'a>(&'a self, account: &'a str, publish_id: &'a str) -> BoxFuture<'a, Posted<PublishState>> {
        async move { self.0.get(account).ok_or(NO_ACCOUNT)?.publish_state(publish_id).await }.boxed()
    }

    fn publications<'a>(&'a self, account: &'a str, behind: i64) -> BoxFuture<'a, Posted<ArticlePage>> {
        async move { self.0.get(account).ok_or(NO_ACCOUNT)?.publications(behind, PAGE, false).await }.boxed()
    }

    fn new_tag<'a>(&'a self, account: &'a str, name: &'a str) -> BoxFuture<'a, Posted<i64>> {
        async move {
            let tag = self.0.get(account).ok_or(NO_ACCOUNT)?.create_tag(name).await?;
            tag.id.ok_or_else(|| Error::Answer("a tag without a number".to_owned()))
        }
        .boxed()
    }

    fn give_tag<'a>(&'a self, account: &'a str, tag: i64, openids: &'a [String]) -> BoxFuture<'a, Posted<()>> {
        async move { self.0.get(account).ok_or(NO_ACCOUNT)?.tag(tag, openids).await }.boxed()
    }

    fn drop_tag<'a>(&'a self, account: &'a str, tag: i64) -> BoxFuture<'a, Posted<()>> {
        async move { self.0.get(account).ok_or(NO_ACCOUNT)?.delete_tag(tag).await }.boxed()
    }
}

/// What the interface calls a content.
pub(crate) fn mass_content(content: &Content) -> MassContent {
    match content {
        Content::Text { text } => MassContent::text(text),
        Content::Articles { media_id, .. } => MassContent::articles(media_id),
        Content::Image { media_id } => MassContent::images(std::slice::from_ref(media_id)),
        Content::Voice { media_id } => MassContent::Voice { voice: MassMedia { media_id: media_id.clone() } },
        Content::Video { media_id } => {
            MassContent::MpVideo { mpvideo: MassVideo { media_id: media_id.clone(), ..MassVideo::default() } }
        }
    }
}

fn mass_send(call: &Outgoing) -> Result<MassSend, Error> {
    let audience = match &call.audience {
        Audience::Everyone => client::Audience::Everybody,
        Audience::Tag(tag) => client::Audience::Tagged(*tag),
        Audience::List(openids) => client::Audience::Listed(openids.clone()),
        Audience::Roll(_) | Audience::Part(..) => return Err(Error::Argument("名单没有取出来")),
    };
    let content = mass_content(&call.content);
    let ignore_reprint = matches!(call.content, Content::Articles { ignore_reprint: true, .. });
    Ok(MassSend { audience, content, client_id: call.client_id.clone(), ignore_reprint })
}
