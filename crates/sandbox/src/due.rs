//! What ends by itself after a while: mass sends, publications and notices.

use std::time::Duration;

use tokio::sync::oneshot;
use wechat::message::{Event, Kind, Message};

use crate::Sandbox;
use crate::mass::{CONFIRM_WITHIN, State};
use crate::push::{Outgoing, logged};
use crate::random::Random;
use crate::world::World;

/// Whom the events of jobs come from: 公众号群发助手.
const SENDER: &str = "mphelper";
/// How often the clock is looked at while something is under way.
const LOOK: Duration = Duration::from_millis(200);

impl World {
    /// Ends everything that is due and enters the events that tell of it into the log.
    fn finish_due(&mut self, random: &Random, now: i64) -> Vec<Outgoing> {
        let (mut events, mut of_readers) = (Vec::new(), Vec::new());
        for (name, account) in &mut self.accounts {
            let of_jobs = account.finish_jobs(&mut self.faults, random, now);
            let all = of_jobs.into_iter().chain(account.finish_publications(&mut self.faults, random, now));
            events.extend(all.map(|event| (name.clone(), event)));
            let of_notices = account.finish_notices(&mut self.faults, now);
            of_readers.extend(of_notices.into_iter().map(|(openid, event)| (name.clone(), openid, event)));
        }
        let mut outgoing: Vec<Outgoing> =
            events.into_iter().filter_map(|(name, event)| self.told(&name, event, now)).collect();
        for (name, openid, event) in of_readers {
            outgoing.extend(self.told_of(&name, openid, event, now));
        }
        outgoing
    }

    /// An event of the account itself, entered into the log.
    pub(crate) fn told(&mut self, name: &str, event: Event, now: i64) -> Option<Outgoing> {
        self.told_of(name, SENDER.to_owned(), event, now)
    }

    fn told_of(&mut self, name: &str, from: String, event: Event, now: i64) -> Option<Outgoing> {
        let message = Message {
            to: self.accounts.get(name)?.settings.original_id.clone(),
            from,
            created: now,
            id: None,
            article: None,
            kind: Kind::Event(event),
        };
        Some(logged(self, name, message, now))
    }

    /// Makes everything that is under way due now.
    pub(crate) fn hurry(&mut self, now: i64) {
        for account in self.accounts.values_mut() {
            for job in account.jobs.iter_mut().filter(|job| job.state == State::Sending) {
                job.due = now;
            }
            for publication in account.publications.iter_mut().filter(|publication| publication.status == 1) {
                publication.due = now;
            }
            for notice in account.notices.iter_mut().filter(|notice| !notice.is_over) {
                notice.due = now;
            }
        }
    }

    /// When the next thing is due.
    fn next_due(&self) -> Option<i64> {
        let accounts = self.accounts.values();
        let dues = accounts.flat_map(|account| {
            let jobs = account.jobs.iter().filter_map(|job| match job.state {
                State::Sending => Some(job.due),
                State::Confirming => Some(job.at.saturating_add(CONFIRM_WITHIN)),
                State::Done | State::Failed | State::Deleted => None,
            });
            let running = account.publications.iter().filter(|publication| publication.status == 1);
            let notices = account.notices.iter().filter(|notice| !notice.is_over).map(|notice| notice.due);
            jobs.chain(running.map(|publication| publication.due)).chain(notices)
        });
        dues.min()
    }
}

impl Sandbox {
    /// Ends everything that is due; each receiver hears when one event was delivered.
    pub(crate) fn finish_due(&self) -> Vec<oneshot::Receiver<()>> {
        if !self.look(|world, now| world.next_due().is_some_and(|due| due <= now)) {
            return Vec::new();
        }
        let outgoing = self.change(|world, now| world.finish_due(&self.inner.random, now));
        outgoing.into_iter().map(|outgoing| self.deliver(outgoing)).collect()
    }

    /// Ends what becomes due as time passes.
    pub(crate) async fn keep_finishing(self) {
        let mut changes = self.changes();
        loop {
            drop(self.finish_due());
            let waits = self.look(|world, _| world.next_due().is_some());
            let passing = async {
                if !waits {
                    std::future::pending::<()>().await;
                }
                tokio::time::sleep(LOOK).await;
            };
            tokio::select! {
                () = self.inner.stop.cancelled() => return,
                heard = changes.changed() => if heard.is_err() { return },
                () = passing => {}
            }
        }
    }
}
