//! WeChat as one that counts what each account sends, by a calendar and rules of its own: the ledger's are not asked. A
//! subscription account sends once a day, a service account four times a month, to everybody or a tag; what is sent by hand
//! counts with it, and a list does not. The days are those of Asia/Shanghai, and a send counts where it is taken.

use std::collections::HashMap;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::{Clock, Day, Timestamp};
use tokio::sync::Notify;
use wechat::client::{Error, MassStatus, Submitted};
use wechat::errcode::Errcode;

use crate::desk::tests::Fault;
use crate::desk::{Outgoing, Post, Posted};
use crate::{Audience, Content};

/// The names of service accounts begin with it.
pub(super) const SERVICE: &str = "service";
/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;
/// Seconds by which Shanghai is ahead of Greenwich.
const SHANGHAI: i64 = 8 * 3600;

/// Year, month and day; the day of a month as a whole is 0.
pub(super) type Stretch = (i64, i64, i64);

/// The civil date of a moment in Shanghai (the days of the Gregorian calendar counted from 1 March of the year 0).
pub(super) fn date(at: Timestamp) -> Stretch {
    let days = (at.seconds() + SHANGHAI).div_euclid(DAY) + 719_468;
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = days.div_euclid(146_097) * 400 + year_of_era + i64::from(month <= 2);
    (year, month, of_year - (153 * from_march + 2) / 5 + 1)
}

/// The midnight that ends the day of a moment.
pub(super) fn midnight(at: Timestamp) -> Timestamp {
    Timestamp::from_seconds(((at.seconds() + SHANGHAI).div_euclid(DAY) + 1) * DAY - SHANGHAI)
}

/// The midnight that ends its month.
pub(super) fn month_end(at: Timestamp) -> Timestamp {
    let mut end = midnight(at);
    while date(end).2 != 1 {
        end = end.plus_seconds(DAY);
    }
    end
}

/// How many sends of an account a stretch has room for.
pub(super) fn limit(account: &str) -> i64 {
    if account.starts_with(SERVICE) { 4 } else { 1 }
}

/// What an account sent in a stretch.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Count {
    /// By calls of keys that it had not seen.
    pub(super) own: i64,
    /// By hand, in its own console.
    pub(super) by_hand: i64,
}

/// Where WeChat may be one way or another.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Ways {
    /// It takes what is too many as well, and it is seen in the counts; else it refuses it, as the real one does.
    pub(super) takes_all: bool,
    /// Whoever repeats a call while nothing is left hears 45028 and not 45065.
    pub(super) full_first: bool,
    /// Seconds by which its clock is ahead of the ledger's: planted.
    pub(super) ahead: i64,
}

/// What became of a call at WeChat, whatever was answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Came {
    /// Nothing.
    ToNothing,
    /// It was taken, now or before.
    Taken,
    /// It was one too many.
    TooMany,
}

/// A send that was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Send {
    pub(super) account: String,
    pub(super) number: i64,
    pub(super) at: Timestamp,
    /// The plan that it is of; none: it was made by hand.
    pub(super) plan: Option<usize>,
}

#[derive(Default)]
struct Books {
    /// What befalls the next call.
    next: Option<Fault>,
    /// When each key was taken, and its number.
    taken: HashMap<String, (Timestamp, i64)>,
    /// When each key was last tried.
    tried: HashMap<String, Timestamp>,
    counts: HashMap<(String, Stretch), Count>,
    /// How often each plan was sent.
    times: HashMap<usize, i64>,
    last_number: i64,
    untold: Vec<Send>,
    /// The last call that was made.
    call: Option<(usize, Came)>,
}

/// WeChat.
pub(super) struct Counting {
    clock: Clock,
    ways: Ways,
    books: Mutex<Books>,
    /// Somebody waits for an answer that never comes.
    pub(super) hung: Notify,
}

impl Counting {
    pub(super) fn new(clock: Clock, ways: Ways) -> Self {
        Self { clock, ways, books: Mutex::default(), hung: Notify::new() }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The day or month in which a send of an account counts, by a moment of the ledger's clock.
    pub(super) fn stretch(&self, account: &str, at: Timestamp) -> Stretch {
        let (year, month, day) = date(at.plus_seconds(self.ways.ahead));
        (year, month, if account.starts_with(SERVICE) { 0 } else { day })
    }

    /// The day under which WeChat's counts have what was sent at a moment of the ledger's clock.
    pub(super) fn day(&self, at: Timestamp) -> Day {
        at.plus_seconds(self.ways.ahead).day()
    }

    pub(super) fn then(&self, fault: Fault) {
        self.books().next = Some(fault);
    }

    /// The plan of the call that was made since this was last asked, and what became of it.
    pub(super) fn call(&self) -> Option<(usize, Came)> {
        self.books().call.take()
    }

    pub(super) fn count(&self, account: &str, stretch: Stretch) -> Count {
        self.books().counts.get(&(account.to_owned(), stretch)).copied().unwrap_or_default()
    }

    /// How many days and months were used to their end, and how many sends went beyond it, those by hand aside.
    pub(super) fn full(&self) -> (i64, i64) {
        let books = self.books();
        let is_full = |(account, count): &(&str, &Count)| count.own + count.by_hand >= limit(account);
        let counts = || books.counts.iter().map(|((account, _), count)| (account.as_str(), count));
        let over = counts().map(|(account, count)| (count.own - limit(account)).max(0)).sum();
        (i64::try_from(counts().filter(is_full).count()).unwrap(), over)
    }

    /// How often a plan was sent.
    pub(super) fn times(&self, plan: usize) -> i64 {
        self.books().times.get(&plan).copied().unwrap_or_default()
    }

    /// One of the sends whose end nobody told yet.
    pub(super) fn untold(&self, which: usize) -> Option<Send> {
        let mut books = self.books();
        let which = which.checked_rem(books.untold.len())?;
        Some(books.untold.swap_remove(which))
    }

    /// Somebody sends by hand. `false`: nothing is left.
    pub(super) fn by_hand(&self, account: &str) -> bool {
        let (at, mut books) = (self.clock.now(), self.books());
        let count = books.counts.entry((account.to_owned(), self.stretch(account, at))).or_default();
        let is_left = count.own + count.by_hand < limit(account);
        if is_left {
            count.by_hand += 1;
            books.send(account, at, None);
        }
        is_left
    }

    fn heard(&self, call: &Outgoing) -> (Fault, Posted<Submitted>) {
        let (now, mut books) = (self.clock.now(), self.books());
        let refused = |code| Err(Error::Refused { code: Errcode(code), message: String::new() });
        let Content::Text { text } = &call.content else { unreachable!("the scripts send texts") };
        let plan = text.parse().unwrap();
        let fault = mem::take(&mut books.next).unwrap_or(Fault::None);
        let (came, answer) = match fault {
            Fault::Lost => (Came::ToNothing, Err(Error::NotSent("no connection".to_owned()))),
            Fault::BusyBefore | Fault::Hangs(false) => (Came::ToNothing, refused(-1)),
            Fault::Refused => (Came::ToNothing, refused(45028)),
            _ if books.is_too_fast(call, now) => (Came::ToNothing, refused(45066)),
            _ => {
                let (came, number, repeated) = self.take(&mut books, (call, plan), now);
                let msg_id = number.map(|number| number.to_string());
                let answer = Ok(Submitted { msg_id, msg_data_id: None, repeated });
                (came, if number.is_some() { answer } else { refused(45028) })
            }
        };
        books.call = Some((plan, came));
        let answer = match fault {
            Fault::Cut => Err(Error::Unknown("cut".to_owned())),
            Fault::BusyAfter => refused(-1),
            _ => answer,
        };
        (fault, answer)
    }

    /// What becomes of a call that arrives, its number if it is told, and whether it was had before.
    fn take(&self, books: &mut Books, (call, plan): (&Outgoing, usize), now: Timestamp) -> (Came, Option<i64>, bool) {
        let key = call.client_id.as_str().to_owned();
        let takes_share = matches!(call.audience, Audience::Everyone | Audience::Tag(_));
        let had = books.taken.get(&key).filter(|(at, _)| now.seconds_since(*at) < DAY).map(|(_, number)| *number);
        let count = books.counts.entry((call.account.clone(), self.stretch(&call.account, now))).or_default();
        let is_full = takes_share && count.own + count.by_hand >= limit(&call.account);
        if had.is_some() {
            return (Came::Taken, had.filter(|_| !(is_full && self.ways.full_first)), true);
        }
        if is_full && !self.ways.takes_all {
            return (Came::TooMany, None, false);
        }
        count.own += i64::from(takes_share);
        *books.times.entry(plan).or_default() += 1;
        let number = books.send(&call.account, now, Some(plan));
        books.taken.insert(key, (now, number));
        (if is_full { Came::TooMany } else { Came::Taken }, Some(number), false)
    }
}

impl Books {
    fn is_too_fast(&mut self, call: &Outgoing, now: Timestamp) -> bool {
        let before = self.tried.insert(call.client_id.as_str().to_owned(), now);
        before.is_some_and(|before| now.seconds_since(before) < 60)
    }

    fn send(&mut self, account: &str, at: Timestamp, plan: Option<usize>) -> i64 {
        self.last_number += 1;
        let number = self.last_number;
        self.untold.push(Send { account: account.to_owned(), number, at, plan });
        number
    }
}

impl Post for Counting {
    fn submit<'a>(&'a self, call: &'a Outgoing) -> BoxFuture<'a, Posted<Submitted>> {
        async move {
            match self.heard(call) {
                (Fault::Hangs(_), _) => {
                    self.hung.notify_one();
                    std::future::pending().await
                }
                (_, answer) => answer,
            }
        }
        .boxed()
    }

    fn ended<'a>(&'a self, _: &'a str, _: &'a str) -> BoxFuture<'a, Posted<MassStatus>> {
        std::future::ready(Ok(MassStatus::Sending)).boxed()
    }
}

#[test]
fn p11_the_calendar_of_the_counting_is_that_of_the_house() {
    for day in 0..40 * 366 {
        for second in [0, DAY - 1] {
            let at = Timestamp::from_seconds(day * DAY + second - SHANGHAI);
            let civil = at.day().civil();
            assert_eq!(date(at), (civil.year().into(), civil.month().into(), civil.day().into()));
            assert_eq!(midnight(at), at.day().plus(1).begins());
        }
    }
    let leap = Timestamp::from_utc_text("2028-02-28T16:00:00Z").unwrap();
    assert_eq!((date(leap), date(month_end(leap))), ((2028, 2, 29), (2028, 3, 1)));
}
