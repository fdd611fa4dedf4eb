//! What WeChat tells of notices: what readers allowed, and how each ended; heard in the unit in which the delivery is stored,
//! so that none is lost and none counts twice.

use account::{Deed, Dialogue, Heard, Spoken};
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::{Result, Timestamp, Tx, db};
use wechat::message::{Event, SubscribeChoice, SubscribeSent};
use wechat::reply::Reply;

use crate::notice::{Means, is_block};
use crate::store::notice as store;
use crate::store::notice_consent as consents;
use crate::store::notice_template as templates;

/// Hears what readers allow and how notices end; says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Consenting;

/// What was told.
#[derive(Clone)]
enum Told {
    /// A reader answered a pop-up.
    Answered(Vec<SubscribeChoice>),
    /// A reader switched templates off or on.
    Switched(Vec<SubscribeChoice>),
    /// A template message ended: number and status.
    Template(String, String),
    /// Subscription notices ended.
    Subscription(Vec<SubscribeSent>),
}

impl Dialogue for Consenting {
    fn name(&self) -> &'static str {
        "notices"
    }

    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, Result<Option<Spoken>>> {
        let told = match heard.event() {
            _ if heard.is_rehearsed() => None,
            Some(Event::SubscribePopup(list)) => Some(Told::Answered(list.clone())),
            Some(Event::SubscribeChange(list)) => Some(Told::Switched(list.clone())),
            Some(Event::SubscribeSent(list)) => Some(Told::Subscription(list.clone())),
            Some(Event::TemplateSent { msg_id, status }) => Some(Told::Template(msg_id.clone(), status.clone())),
            _ => None,
        };
        let spoken = told.map(|told| Spoken::from(Reply::Nothing).with(noted(heard, told)));
        std::future::ready(Ok(spoken)).boxed()
    }

    fn forget(&self, account: &str, openid: &str) -> Option<Deed> {
        let (account, openid) = (account.to_owned(), openid.to_owned());
        Some(Deed::new(move |tx| {
            let (account, openid) = (account.clone(), openid.clone());
            async move { consents::forget(tx, &account, &openid).await }.boxed()
        }))
    }
}

fn noted(heard: &Heard<'_>, told: Told) -> Deed {
    let (account, openid, at) = (heard.account.name().to_owned(), heard.openid().to_owned(), heard.at);
    Deed::new(move |tx| {
        let (account, openid, told) = (account.clone(), openid.clone(), told.clone());
        async move { take_in(tx, (&account, &openid), told, at).await }.boxed()
    })
}

async fn take_in(tx: &mut Tx, reader: (&str, &str), told: Told, at: Timestamp) -> db::Result<()> {
    let (account, openid) = reader;
    match told {
        Told::Answered(choices) => {
            for choice in choices {
                let template = templates::one(tx, account, &choice.template_id).await?;
                let is_lasting = template.is_some_and(|template| template.is_lasting);
                let key = (account, openid, choice.template_id.as_str());
                consents::change(tx, key, at, |consent| consent.answered(choice.accepted, is_lasting)).await?;
            }
        }
        Told::Switched(choices) => {
            for choice in choices {
                let key = (account, openid, choice.template_id.as_str());
                consents::change(tx, key, at, |consent| consent.switched(!choice.accepted)).await?;
            }
        }
        Told::Template(msg_id, status) => end(tx, reader, (Means::Template, None), (&msg_id, &status), at).await?,
        Told::Subscription(sent) => {
            for SubscribeSent { template_id, msg_id, error_code, error_status } in sent {
                let status = if error_code == 0 { "success".to_owned() } else { error_status };
                let of = (Means::Subscription, Some(template_id.as_str()));
                end(tx, reader, of, (&msg_id, &status), at).await?;
            }
        }
    }
    Ok(())
}

/// Ends the notice that an end is of, if this house sent it; a reader who takes none is told nothing more.
async fn end(
    tx: &mut Tx,
    (account, openid): (&str, &str),
    of: (Means, Option<&str>),
    (msg_id, status): (&str, &str),
    at: Timestamp,
) -> db::Result<()> {
    let Some(mut row) = store::of_end(tx, (account, openid), of, msg_id).await? else { return Ok(()) };
    row.msg_id = Some(msg_id.to_owned());
    row.state = row.state.ended(status);
    if is_block(status) {
        consents::change(tx, (account, openid, &row.template), at, |consent| consent.switched(true)).await?;
    }
    store::put(tx, &row).await
}
