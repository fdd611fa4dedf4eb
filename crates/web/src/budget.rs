//! How many pages of the catalogue a visitor reads in a day (L24): whoever wants the whole catalogue asks for it, or
//! harvests it at `/oai`.
//!
//! A follower who is known counts by the person, anybody else by the address (of IPv6 the /64 that a household has);
//! citizens behind one address of a carrier are many, so an address may read more (A24). Counts live in the memory of one
//! node and end with the day (Asia/Shanghai): nobody is written down.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use kernel::metrics::Counter;
use kernel::{Code, Day, Db, Ground, PersonId, Problem, Timestamp, house};

use crate::{Failure, Proxies, Sessions, sender_address};

/// Visitors who are counted at once. Whoever comes from ever new addresses fills no memory: where there are more, those
/// who have read least are forgotten until half of the room is free.
const MOST_VISITORS: usize = 100_000;

/// Where the last alarm is kept.
const ALARM: &str = "pages.alarm";

/// Pages a day; 0: as many as they like.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Deserialize)]
pub struct PageLimits {
    /// For a reader who is known.
    pub reader_pages: u32,
    /// For an address from which somebody reads who is not known.
    pub address_pages: u32,
    /// For all together: beyond it nobody is refused, but the house is told.
    pub all_pages: u64,
}

/// Who reads.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Visitor {
    Known(PersonId),
    Address(IpAddr),
}

/// The count of a day; cheap to clone.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    ground: Ground,
    limits: PageLimits,
    sessions: Sessions,
    proxies: Proxies,
    today: Mutex<Today>,
    refused: Counter,
    alarms: Counter,
}

/// What was read on a day.
#[derive(Default, Debug)]
struct Today {
    day: Option<Day>,
    all: u64,
    by: HashMap<Visitor, u32>,
}

/// What becomes of one page more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Turn {
    Read,
    /// It is read, and with it the house has given out as much as makes it wonder.
    Alarming,
    Refused,
}

impl Today {
    fn turn(&mut self, day: Day, visitor: Visitor, limits: PageLimits) -> Turn {
        if self.day != Some(day) {
            *self = Self { day: Some(day), ..Self::default() };
        }
        let most = match visitor {
            Visitor::Known(_) => limits.reader_pages,
            Visitor::Address(_) => limits.address_pages,
        };
        if self.by.len() >= MOST_VISITORS && !self.by.contains_key(&visitor) {
            self.make_room();
        }
        let read = self.by.entry(visitor).or_default();
        if most > 0 && *read >= most {
            return Turn::Refused;
        }
        *read += 1;
        self.all += 1;
        if limits.all_pages > 0 && self.all == limits.all_pages { Turn::Alarming } else { Turn::Read }
    }

    fn make_room(&mut self) {
        let mut least: u32 = 1;
        while self.by.len() > MOST_VISITORS / 2 {
            self.by.retain(|_, read| *read > least);
            least = least.saturating_mul(2);
        }
    }
}

impl Budget {
    /// A count that begins now.
    pub fn new(ground: &Ground, sessions: Sessions, proxies: Proxies, limits: PageLimits) -> Self {
        let metrics = &ground.metrics;
        let refused = metrics.counter(
            "lantai_pages_refused_total",
            "Pages refused to visitors who had read their number of the day.",
            &[],
        );
        let alarms = metrics.counter("lantai_pages_alarms_total", "Days on which all read more than is usual.", &[]);
        let (ground, today) = (ground.clone(), Mutex::default());
        Self(Arc::new(Inner { ground, limits, sessions, proxies, today, refused, alarms }))
    }

    /// Counts what is read of these pages.
    pub fn over(&self, pages: Router) -> Router {
        pages.layer(from_fn_with_state(self.clone(), counted))
    }

    /// Who sent a request. This machine itself is not counted: whoever sits at it needs no pages, and a proxy that does not
    /// say for whom it asks would count as one visitor.
    async fn visitor(&self, parts: &Parts) -> kernel::Result<Option<Visitor>> {
        let session = self.0.sessions.find(&parts.headers).await?;
        if let Some(person) = session.and_then(|session| session.person()) {
            return Ok(Some(Visitor::Known(person)));
        }
        let address = sender_address(parts, &self.0.proxies).filter(|address| !address.is_loopback());
        Ok(address.map(|address| Visitor::Address(household(address))))
    }

    async fn turn(&self, parts: &Parts) -> kernel::Result<Turn> {
        let Some(visitor) = self.visitor(parts).await? else { return Ok(Turn::Read) };
        let day = self.0.ground.clock.now().day();
        let mut today = self.0.today.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(today.turn(day, visitor, self.0.limits))
    }

    async fn alarm(&self) -> kernel::Result<()> {
        let pages = self.0.limits.all_pages;
        let sentence = format!("一天之内读者翻看目录超过 {pages} 页，可能有人成批抓取，请查看访问来源");
        self.0.alarms.increment();
        tracing::error!(pages, "{sentence}");
        Ok(house::raise_alarm(&self.0.ground, ALARM, &sentence).await?)
    }
}

/// The last day on which all together read more than is usual: when, and what to do.
///
/// # Errors
/// If the database does not answer.
pub async fn last_pages_alarm(db: &Db) -> kernel::Result<Option<(Timestamp, String)>> {
    Ok(house::last_alarm(db, ALARM).await?)
}

async fn counted(State(budget): State<Budget>, request: Request, next: Next) -> Response {
    // The body is put aside: it cannot be shared between threads while the database is asked.
    let (parts, body) = request.into_parts();
    match budget.turn(&parts).await {
        Ok(Turn::Read) => {}
        Ok(Turn::Alarming) => {
            if let Err(error) = budget.alarm().await {
                tracing::warn!(%error, "an alarm could not be kept");
            }
        }
        Ok(Turn::Refused) => {
            budget.0.refused.increment();
            return Failure::from(Problem::new(Code::EnoughToday, "馆藏目录")).into_response();
        }
        Err(error) => return Failure::from(error).into_response(),
    }
    next.run(Request::from_parts(parts, body)).await
}

/// The address as far as it tells households apart: of IPv6 the first 64 bits.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::ConnectInfo;
    use axum::http::header::COOKIE;
    use axum::routing::get;
    use kernel::ManualClock;
    use kernel::testing::{ground, sqlite};
    use std::net::SocketAddr;
    use tower::ServiceExt as _;

    use super::*;
    use crate::Strength;

    const LIMITS: PageLimits = PageLimits { reader_pages: 2, address_pages: 3, all_pages: 6 };

    struct Site {
        _folder: tempfile::TempDir,
        hand: ManualClock,
        ground: Ground,
        sessions: Sessions,
        pages: Router,
    }

    impl Site {
        async fn new() -> Self {
            let (folder, db) = sqlite().await;
            let (ground, hand) = ground(db);
            let sessions = Sessions::new(ground.clone(), false);
            let budget = Budget::new(&ground, sessions.clone(), Proxies::default(), LIMITS);
            let pages = budget.over(Router::new().route("/", get(async || "page")));
            Self { _folder: folder, hand, ground, sessions, pages }
        }

        async fn reads(&self, address: &str, cookie: &str) -> u16 {
            let mut request = Request::get("/").header(COOKIE, cookie).body(Body::empty()).unwrap();
            let address = SocketAddr::new(address.parse().unwrap(), 1);
            request.extensions_mut().insert(ConnectInfo(address));
            self.pages.clone().oneshot(request).await.unwrap().status().as_u16()
        }

        /// The cookie of somebody who is known.
        async fn known(&self) -> String {
            let person = Some(self.ground.ids.make());
            let session = self.sessions.start(person, Strength::Known).await.unwrap();
            let set = self.sessions.cookie(&session).unwrap();
            set.to_str().unwrap().split(';').next().unwrap().to_owned()
        }
    }

    #[tokio::test]
    async fn l24_a24_who_is_known_counts_by_the_person_and_others_by_the_address() {
        let site = Site::new().await;
        let (one, other) = (site.known().await, site.known().await);
        let mut answers = Vec::new();
        for (address, cookie) in [("203.0.113.9", &one), ("198.51.100.7", &one), ("192.0.2.1", &one)] {
            answers.push(site.reads(address, cookie).await);
        }
        assert_eq!(answers, [200, 200, 429], "by the person, wherever from");
        assert_eq!(site.reads("203.0.113.9", &other).await, 200, "somebody else at the same address");
        for want in [200, 200, 200, 429] {
            assert_eq!(site.reads("203.0.113.9", "").await, want, "by the address");
        }
        assert_eq!(site.reads("203.0.113.10", "").await, 200);
        site.hand.advance(86_400);
        assert_eq!(site.reads("203.0.113.9", "").await, 200, "a new day");
    }

    #[test]
    fn ever_new_addresses_fill_no_memory_and_who_has_read_much_is_remembered() {
        let (mut today, day) = (Today::default(), Day::from_civil(2026, 11, 2).unwrap());
        let address = |number: u32| Visitor::Address(Ipv6Addr::from_bits(u128::from(number) << 64).into());
        for _ in 0..LIMITS.address_pages {
            assert_ne!(today.turn(day, address(0), LIMITS), Turn::Refused);
        }
        let many = u32::try_from(MOST_VISITORS + MOST_VISITORS / 2).unwrap();
        for number in 1..many {
            today.turn(day, address(number), LIMITS);
            assert!(today.by.len() <= MOST_VISITORS);
        }
        assert_eq!(today.turn(day, address(0), LIMITS), Turn::Refused);
        assert!(today.by.len() > MOST_VISITORS / 4, "the others are counted");
    }

    #[tokio::test]
    async fn l24_the_house_is_told_once_when_all_read_more_than_is_usual() {
        let site = Site::new().await;
        assert_eq!(last_pages_alarm(&site.ground.db).await.unwrap(), None);
        for number in 1..=8 {
            assert_eq!(site.reads(&format!("203.0.113.{number}"), "").await, 200, "nobody is refused for it");
            let told = last_pages_alarm(&site.ground.db).await.unwrap();
            assert_eq!(told.is_some(), number >= 6);
        }
        let figures = site.ground.metrics.render();
        assert!(figures.contains("lantai_pages_alarms_total 1"), "{figures}");
    }

    #[tokio::test]
    async fn this_machine_is_not_counted_and_a_household_is_one() {
        let site = Site::new().await;
        for _ in 0..5 {
            assert_eq!(site.reads("127.0.0.1", "").await, 200);
        }
        for (suffix, want) in [("1", 200), ("2", 200), ("3", 200), ("4", 429)] {
            assert_eq!(site.reads(&format!("2001:db8::{suffix}"), "").await, want);
        }
        assert_eq!(site.reads("2001:db8:0:1::1", "").await, 200, "the next household");
    }
}
