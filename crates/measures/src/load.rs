//! The loads: requests over keep-alive connections, one after the other or at a rate.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::http::{Answer, Connection};
use crate::statistics::Spread;

/// Whom a load asks and over how many connections.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// `host:port`.
    pub address: &'a str,
    /// Connections at once.
    pub connections: usize,
}

/// Looks at an answer with the number of its request; what is wrong with it ends the load.
pub type Check<'a> = &'a (dyn Fn(usize, Answer<'_>) -> Result<(), String> + Sync);

impl Target<'_> {
    /// Sends all requests, each as soon as its connection has had its last answer. The connections take turns, so that
    /// messages go out in the order of their numbers. Milliseconds until each answer.
    pub fn closed(&self, requests: &[Vec<u8>], check: Check<'_>) -> Outcome<Spread> {
        self.converse(|number, connections| {
            let of_this_connection = requests.iter().enumerate().skip(number).step_by(connections);
            let mut connection = Connection::new(self.address);
            of_this_connection
                .map(|(number, request)| {
                    let begun = Instant::now();
                    let answer = connection.ask(request).map_err(|error| format!("{}: {error}", self.address))?;
                    check(number, answer)?;
                    Ok(begun.elapsed())
                })
                .collect()
        })
    }

    /// Sends so many requests a second, whether they are answered or not, for as long as `next` brings one; what was
    /// sent and how long after its due time each was answered, in milliseconds. A request waits where all connections
    /// are taken, and that time counts.
    pub fn open<'r>(
        &self,
        per_second: u32,
        next: &(dyn Fn(usize) -> Option<&'r Vec<u8>> + Sync),
        check: Check<'_>,
    ) -> Outcome<Spread> {
        let (taken, begun) = (AtomicUsize::new(0), Instant::now());
        self.converse(|_, _| {
            let mut connection = Connection::new(self.address);
            let mut times = Vec::new();
            loop {
                let number = taken.fetch_add(1, Ordering::Relaxed);
                let Some(request) = next(number) else { return Ok(times) };
                let due = Duration::from_secs(1) * u32::try_from(number).unwrap_or(u32::MAX) / per_second.max(1);
                while let Some(early) = due.checked_sub(begun.elapsed()).filter(|early| !early.is_zero()) {
                    std::thread::park_timeout(early);
                }
                let answer = connection.ask(request).map_err(|error| format!("{}: {error}", self.address))?;
                check(number, answer)?;
                times.push(begun.elapsed().saturating_sub(due));
            }
        })
    }

    /// Runs one conversation for each connection; the times of all.
    fn converse(&self, conversation: impl Fn(usize, usize) -> Result<Vec<Duration>, String> + Sync) -> Outcome<Spread> {
        let connections = self.connections.max(1);
        let conversation = &conversation;
        let times: Result<Vec<Vec<Duration>>, String> = std::thread::scope(|scope| {
            let workers: Vec<_> =
                (0..connections).map(|number| scope.spawn(move || conversation(number, connections))).collect();
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or_else(|_| Err("a load thread panicked".to_owned())))
                .collect()
        });
        Ok(Spread::new(times?.into_iter().flatten().map(|time| time.as_secs_f64() * 1e3)))
    }
}

/// An answer of a callback: sealed.
pub fn is_sealed(_: usize, answer: Answer<'_>) -> Result<(), String> {
    let sealed = answer.status == 200 && answer.body.windows(9).any(|window| window == b"<Encrypt>");
    if sealed { Ok(()) } else { Err(format!("{}: {}", answer.status, String::from_utf8_lossy(answer.body))) }
}
