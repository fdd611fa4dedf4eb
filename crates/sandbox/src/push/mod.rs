//! Pushing to the callback: sealed, within 5 s, three deliveries in all, and the fault line the follower would see.

mod answer;
mod incoming;
mod json;
#[cfg(test)]
mod tests;

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use tokio::sync::oneshot;
use tokio::time::Instant;
use wechat::callback::Mode as Sealing;
use wechat::cipher::AesKey;
use wechat::message::{Event, Kind, Message};
use wechat::push::{Push, Pusher};

use crate::Sandbox;
use crate::account::{Mode, SandboxAccount};
use crate::delivery::{Attempt, Delivery, Result as End};
use crate::fault::{Fault, Faults};
use crate::follower::Direction;
use crate::world::{Line, World};
pub(crate) use incoming::{Incoming, Refused, accept};

/// Deliveries in all: one and two repeats.
const DELIVERIES: u32 = 3;
/// What the follower sees when the account's server fails.
pub(crate) const FAULT_LINE: &str = "该公众号提供的服务出现故障，请稍后再试";
/// Characters of an answer kept in the log.
const LOGGED: usize = 4000;
/// The longest wait for the message behind which a reordered one is put.
const REORDER_WAIT: Duration = Duration::from_secs(2);

/// A message on its way to the callback of one account.
pub(crate) struct Outgoing {
    pub(crate) account: String,
    pub(crate) message: Message,
    pub(crate) delivery: u64,
}

/// The faults that strike one push.
struct Struck(Vec<Fault>);

impl Struck {
    fn draw(faults: &mut Faults, kind: &Kind) -> Self {
        const PUSH: [Fault; 9] = [
            Fault::Delay,
            Fault::Drop,
            Fault::Repeat,
            Fault::OldKey,
            Fault::Reorder,
            Fault::JsonEvents,
            Fault::CompatibleBody,
            Fault::BadSignature,
            Fault::Misnamed,
        ];
        let fits = |fault: &Fault| match fault {
            Fault::JsonEvents => matches!(kind, Kind::Event(_)),
            Fault::Misnamed => matches!(kind, Kind::Event(Event::Published(_))),
            _ => true,
        };
        Self(PUSH.into_iter().filter(fits).filter(|fault| faults.take(*fault)).collect())
    }

    fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }
}

/// What one connection came to.
enum Came {
    /// An answer in time: its status and body.
    Answer(u16, String),
    /// None.
    Nothing(&'static str),
}

/// Enters `message` into the log of deliveries.
pub(crate) fn logged(world: &mut World, account: &str, message: Message, now: i64) -> Outgoing {
    let kind = match &message.kind {
        Kind::Event(event) => event.name().to_owned(),
        kind => kind.name().to_owned(),
    };
    let delivery = world.log_delivery(Delivery {
        id: 0,
        account: account.to_owned(),
        openid: message.from.clone(),
        at: now,
        kind,
        msg_id: message.id.clone(),
        body: message.to_xml(),
        url: String::new(),
        sent: String::new(),
        faults: Vec::new(),
        attempts: Vec::new(),
        result: End::Pending,
        reply: None,
    });
    Outgoing { account: account.to_owned(), message, delivery }
}

impl Sandbox {
    /// Delivers in a task of its own; the receiver hears when it is over.
    pub(crate) fn deliver(&self, outgoing: Outgoing) -> oneshot::Receiver<()> {
        let (done, over) = oneshot::channel();
        let sandbox = self.clone();
        self.inner.tasks.spawn(async move {
            tokio::select! {
                () = sandbox.inner.stop.cancelled() => {}
                () = sandbox.deliver_all(&outgoing) => {}
            }
            // Nobody may be listening any more.
            let _ = done.send(());
        });
        over
    }

    async fn deliver_all(&self, outgoing: &Outgoing) {
        let drawn = self.change(|world, _| {
            let settings = world.accounts.get(&outgoing.account).map(|account| account.settings.clone())?;
            let connected = !settings.callback_url.is_empty();
            let struck =
                if connected { Struck::draw(&mut world.faults, &outgoing.message.kind) } else { Struck(Vec::new()) };
            let delivery = world.delivery_mut(outgoing.delivery)?;
            delivery.faults = struck.0.iter().map(|fault| fault.name()).collect();
            if !connected {
                delivery.result = End::Unconnected;
                return None;
            }
            Some((settings, struck))
        });
        let Some((settings, struck)) = drawn else { return };
        if struck.has(Fault::Reorder) {
            self.wait_for_the_next(outgoing.delivery).await;
        }
        for number in 1..=DELIVERIES {
            let begun = Instant::now();
            let came = self.attempt(outgoing, &settings, &struck, None).await;
            let lost = number == 1 && (struck.has(Fault::Drop) || struck.has(Fault::Delay));
            match came {
                Came::Answer(..) if lost => {
                    let late = struck.has(Fault::Delay);
                    self.change(|world, _| relabel(world, outgoing.delivery, if late { "late" } else { "dropped" }));
                    if late {
                        tokio::time::sleep_until(begun + self.inner.answer_within).await;
                    }
                }
                // A server that says it cannot is asked again, as one that does not answer (lenient).
                Came::Answer(status, _) if status >= 500 && !self.is_strict() => {
                    tokio::time::sleep_until(begun + self.inner.answer_within).await;
                }
                Came::Answer(status, body) => {
                    self.settle(outgoing, &settings, &struck, (status, &body));
                    if struck.has(Fault::Repeat) {
                        self.attempt(outgoing, &settings, &struck, Some("repeat")).await;
                    }
                    return;
                }
                Came::Nothing(_) => tokio::time::sleep_until(begun + self.inner.answer_within).await,
            }
        }
        self.change(|world, now| {
            world.fail(outgoing, End::Failed, now);
        });
    }

    /// Waits until a later push of the log is over, but not for long.
    async fn wait_for_the_next(&self, delivery: u64) {
        let mut changes = self.changes();
        let over = |world: &mut World, _| {
            let later = |other: &&Delivery| other.id > delivery && other.result != End::Pending;
            world.deliveries.iter().any(|other| later(&other))
        };
        let wait = async { while !self.look(over) && changes.changed().await.is_ok() {} };
        // Without a later message the push goes out after all.
        let _ = tokio::time::timeout(REORDER_WAIT, wait).await;
    }

    /// One connection; `label` overrides what the log calls a good one.
    async fn attempt(
        &self,
        outgoing: &Outgoing,
        settings: &SandboxAccount,
        struck: &Struck,
        label: Option<&str>,
    ) -> Came {
        let Some(push) = self.sealed(&outgoing.message, settings, struck) else {
            return Came::Nothing("key");
        };
        let separator = if settings.callback_url.contains('?') { '&' } else { '?' };
        let url = format!("{}{separator}{}", settings.callback_url, push.query);
        let at = self.inner.clock.now();
        let begun = Instant::now();
        let request = self.inner.http.post(&url).header(CONTENT_TYPE, "text/xml").body(push.body.clone());
        let answered = async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            Ok::<_, reqwest::Error>((status, response.text().await?))
        };
        let came = match tokio::time::timeout(self.inner.answer_within, answered).await {
            Ok(Ok((status, body))) => Came::Answer(status, body),
            Ok(Err(error)) if error.is_connect() => Came::Nothing("refused"),
            Ok(Err(_)) => Came::Nothing("cut"),
            Err(_) => Came::Nothing("timeout"),
        };
        let (status, outcome, answer) = match &came {
            Came::Answer(status, body) => (Some(*status), label.unwrap_or("ok"), body.chars().take(LOGGED).collect()),
            Came::Nothing(why) => (None, *why, String::new()),
        };
        let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let attempt = Attempt { at, took_ms, status, outcome: outcome.to_owned(), answer };
        self.change(|world, _| {
            if let Some(delivery) = world.delivery_mut(outgoing.delivery) {
                if delivery.attempts.is_empty() {
                    delivery.url = url;
                    delivery.sent = push.body;
                }
                delivery.attempts.push(attempt);
            }
        });
        came
    }

    /// The request for one connection; nothing if the account's key is no key.
    fn sealed(&self, message: &Message, settings: &SandboxAccount, struck: &Struck) -> Option<Push> {
        let pusher = pusher(settings, struck)?;
        let clear = message.to_xml();
        let clear =
            if struck.has(Fault::Misnamed) { clear.replace("PUBLISHJOBFINISH", "MASSSENDJOBFINISH") } else { clear };
        let clear = if struck.has(Fault::JsonEvents) { json::form(&clear)?.to_string() } else { clear };
        let mut push = pusher.push_raw(&message.from, &message.to, &clear, &self.inner.clock).ok()?;
        if struck.has(Fault::BadSignature) {
            push.query = push.query.replace("signature=", "signature=0");
        }
        Some(push)
    }

    /// Shows what the answer says, or the fault line.
    fn settle(&self, outgoing: &Outgoing, settings: &SandboxAccount, struck: &Struck, (status, body): (u16, &str)) {
        self.change(|world, now| {
            let heard = answer::hear(world, outgoing, (settings, pusher(settings, struck)), (status, body), now);
            match heard {
                Ok(None) => world.end(outgoing.delivery, End::Accepted, None),
                Ok(Some((line, clear))) => {
                    world.end(outgoing.delivery, End::Replied, Some(clear));
                    if let Some(account) = world.accounts.get_mut(&outgoing.account) {
                        account.note(&outgoing.message.from, Direction::Out, now, line);
                    }
                }
                Err(why) => {
                    relabel(world, outgoing.delivery, &why);
                    world.fail(outgoing, End::Bad, now);
                }
            }
        });
    }
}

/// What seals this push and reads its answer.
fn pusher(settings: &SandboxAccount, struck: &Struck) -> Option<Pusher> {
    let previous = settings.previous_encoding_aes_key.as_deref().filter(|_| struck.has(Fault::OldKey));
    let sealing = match settings.mode {
        _ if struck.has(Fault::CompatibleBody) => Sealing::Compatible,
        Mode::Plain => return Some(Pusher::plain(&settings.token, &settings.app_id)),
        Mode::Compatible => Sealing::Compatible,
        Mode::Secure => Sealing::Secure,
    };
    let key = AesKey::parse(previous.unwrap_or(&settings.encoding_aes_key)).ok()?;
    Some(Pusher::sealed(&settings.token, &settings.app_id, sealing, key))
}

fn relabel(world: &mut World, delivery: u64, outcome: &str) {
    if let Some(attempt) = world.delivery_mut(delivery).and_then(|delivery| delivery.attempts.last_mut()) {
        outcome.clone_into(&mut attempt.outcome);
    }
}

impl World {
    fn end(&mut self, delivery: u64, result: End, reply: Option<String>) {
        if let Some(delivery) = self.delivery_mut(delivery) {
            delivery.result = result;
            delivery.reply = reply;
        }
    }

    /// Ends a push with the fault line, which is shown for messages and clicks only: nobody waits for other events.
    fn fail(&mut self, outgoing: &Outgoing, result: End, now: i64) {
        self.end(outgoing.delivery, result, None);
        let waited_for = match &outgoing.message.kind {
            Kind::Event(event) => matches!(event, Event::Click(_) | Event::Subscribe(_) | Event::Scan(_)),
            _ => true,
        };
        if let Some(account) = self.accounts.get_mut(&outgoing.account).filter(|_| waited_for) {
            account.note(&outgoing.message.from, Direction::System, now, Line::new("fault", FAULT_LINE));
        }
    }
}
