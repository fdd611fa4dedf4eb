//! What a service says in the chat: the dialogues, asked in the order the binary wires them.

use std::fmt;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::events::{Told, tell_all};
use kernel::jobs::{self, Order};
use kernel::{Ids, Timestamp, Tx, db};
use wechat::message::{Event, Kind, Message};
use wechat::reply::Reply;

use crate::jobs::{SayFurther, custom_content};
use crate::personal::Scrubbed;
use crate::{Account, Capability};

/// Who asks when something is tried: no openid looks like it.
pub(crate) const REHEARSING: &str = "-rehearsing-";

/// One message or event as the dialogues hear it.
#[derive(Debug)]
pub struct Heard<'a> {
    /// The account it came to.
    pub account: &'a Account,
    /// The message.
    pub message: &'a Message,
    /// When we received it.
    pub at: Timestamp,
    /// Its text without personal data, at most 4,096 characters; what may be stored and logged.
    pub scrubbed: &'a Scrubbed,
}

impl<'a> Heard<'a> {
    /// The text as it was typed or spoken, at most 4,096 characters. It may hold personal data: answer it, but store
    /// and log [`Heard::scrubbed`] only.
    pub fn text(&self) -> Option<&'a str> {
        self.message.searched_text()
    }

    /// Whether staff try out what would be said: then nothing may be counted or kept.
    pub fn is_rehearsed(&self) -> bool {
        self.message.from == REHEARSING
    }

    /// The event, if it is one.
    pub fn event(&self) -> Option<&'a Event> {
        match &self.message.kind {
            Kind::Event(event) => Some(event),
            _ => None,
        }
    }

    /// Who sent it: an openid of this account.
    pub fn openid(&self) -> &'a str {
        &self.message.from
    }
}

/// One voice of the house in the chat.
pub trait Dialogue: Send + Sync {
    /// A short name for logs and measurements.
    fn name(&self) -> &'static str;

    /// Answers, or leaves it to the next dialogue with `None`. It may be asked again for the same message: what must
    /// happen once goes into [`Spoken::deeds`].
    fn hear<'a>(&'a self, heard: &'a Heard<'a>) -> BoxFuture<'a, kernel::Result<Option<Spoken>>>;

    /// What removes everything this voice keeps about a follower who leaves; nothing as a rule.
    fn forget(&self, _account: &str, _openid: &str) -> Option<Deed> {
        None
    }
}

/// An answer and what is done when, and only when, it becomes durable.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// What goes back.
    pub reply: Reply,
    /// Done in the transaction that stores the answer; never for a repeated delivery.
    pub deeds: Vec<Deed>,
    /// Whether the question is about a person: then its text is not kept.
    pub confidential: bool,
}

impl From<Reply> for Spoken {
    fn from(reply: Reply) -> Self {
        Self { reply, deeds: Vec::new(), confidential: false }
    }
}

impl Spoken {
    /// The same answer with one more deed.
    #[must_use]
    pub fn with(mut self, deed: Deed) -> Self {
        self.deeds.push(deed);
        self
    }

    /// The same answer, followed by further messages where the account may send them: customer-service messages, in
    /// order, as many as the reader's window allows ([`crate::Windows`]).
    #[must_use]
    pub fn followed_by(self, replies: &[Reply], heard: &Heard<'_>, ids: &Ids) -> Self {
        let messages: Vec<_> = replies.iter().filter_map(custom_content).collect();
        if messages.is_empty() || !heard.account.allows(Capability::ServiceMessages) {
            return self;
        }
        let job = SayFurther { account: heard.account.name().to_owned(), openid: heard.openid().to_owned(), messages };
        let (at, ids) = (heard.at.plus_seconds(1), ids.clone());
        self.with(Deed::new(move |tx| {
            let (job, ids) = (job.clone(), ids.clone());
            async move { jobs::enqueue(tx, &ids, Order::at(at, job)).await }.boxed()
        }))
    }

    /// The same answer to a question whose text must not be kept.
    #[must_use]
    pub fn confidential(self) -> Self {
        Self { confidential: true, ..self }
    }
}

type Act = dyn for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, db::Result<()>> + Send + Sync;

/// Something done in the transaction of a delivery. A transaction that must be repeated does it again, so it holds
/// everything it needs.
#[derive(Clone)]
pub struct Deed(What);

#[derive(Clone)]
enum What {
    Act(Arc<Act>),
    /// Events are written together with those of the other deliveries in the transaction.
    Tell(Told),
}

impl Deed {
    /// A deed that runs statements.
    pub fn new<F>(act: F) -> Self
    where
        F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, db::Result<()>> + Send + Sync + 'static,
    {
        Self(What::Act(Arc::new(act)))
    }

    /// A deed that tells an event.
    pub fn tell(told: Told) -> Self {
        Self(What::Tell(told))
    }
}

/// Does deeds in their order, and tells all events at the end.
pub(crate) async fn act<'d>(tx: &mut Tx, deeds: impl Iterator<Item = &'d Deed>) -> db::Result<()> {
    let mut told = Vec::new();
    for deed in deeds {
        match &deed.0 {
            What::Act(act) => act(tx).await?,
            What::Tell(event) => told.push(event.clone()),
        }
    }
    tell_all(tx, &told).await
}

impl fmt::Debug for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deed")
    }
}
