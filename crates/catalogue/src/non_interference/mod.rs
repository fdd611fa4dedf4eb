//! L01: what is not for everybody changes no byte of what everybody gets.
//!
//! Two houses hold the same open records; one of them holds others beside, which may not be seen. They came there in
//! one of three ways: closed from the beginning, opened and then closed again, or opened and then rolled back with their
//! batch. Requests made of the words, codes and addresses of both kinds go to all public routes of both houses, and the
//! answers are compared whole: status, headers and body.
//!
//! One thing may differ: a harvester is told that what it once could have is gone (OAI-PMH 2.0, 2.5.1), so of lists
//! for harvesters only the living entries are compared where something was once open.

mod corpora;
mod requests;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::COOKIE;
use http_body_util::BodyExt as _;
use kernel::cage::{Cage, Limits};
use kernel::testing::sqlite;
use kernel::{Actor, Role};
use tower::ServiceExt as _;
use web::{House as Institution, Shell};

use crate::desk::tests::{desk, open as carry_out};
use crate::desk::{Chosen, Draft};
use crate::import::RollBack;
use crate::oai::Repository;
use crate::testing::{House, INSTITUTION};
use crate::{Authorities, Description, Openness, Subjects};
use corpora::corpora;
use requests::Requests;

/// How many of the open records both houses opened by a batch of the review.
const OPENED: usize = 7;

/// How the others came to be where they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    Closed,
    OpenedThenClosed,
    RolledBack,
}

/// How many requests each way is tried with: `$LANTAI_REQUESTS` in the long run.
#[expect(clippy::disallowed_methods, reason = "the long run is asked for by the environment")]
fn count() -> usize {
    std::env::var("LANTAI_REQUESTS").ok().and_then(|number| number.parse().ok()).unwrap_or(500)
}

/// Every public route of the catalogue.
fn doors(house: &House) -> Router {
    let institution: Institution = toml::from_str(include_str!("../../../web/assets/sample-house.toml")).unwrap();
    let shell = Shell::new(institution.clone(), house.ground.clock.clone(), &[]).unwrap();
    let repository = Repository {
        site: "https://archives.example".into(),
        house: institution.clone().into(),
        clock: house.ground.clock.clone(),
    };
    shell
        .dress(crate::site::router(house.catalogue(), shell.clone(), &repository.site, std::sync::Arc::new(())))
        .merge(crate::public_api::routes(house.catalogue()))
        .merge(crate::oai::routes(house.catalogue(), repository))
}

#[derive(PartialEq, Eq, Debug)]
struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

async fn got(doors: &Router, path: &str, cookie: &str) -> Reply {
    let request = Request::get(path).header(COOKIE, cookie).body(Body::empty()).unwrap();
    let response = doors.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let header = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let mut headers: Vec<_> = response.headers().iter().map(header).collect();
    headers.sort_unstable();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Reply { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
}

/// The first lines in which two replies differ.
fn difference(want: &Reply, answer: &Reply) -> String {
    if (want.status, &want.headers) != (answer.status, &answer.headers) {
        return format!("{} {:?} and {} {:?}", want.status, want.headers, answer.status, answer.headers);
    }
    let lines = want.body.lines().zip(answer.body.lines());
    let pairs = lines.filter(|(one, other)| one != other).take(3);
    pairs.map(|(one, other)| format!("\n- {one:.300}\n+ {other:.300}")).collect::<Vec<_>>().concat()
}

/// Everything a harvester finds alive, page by page.
async fn living(doors: &Router, verb: &str) -> Vec<String> {
    let mut asked = format!("/oai?verb={verb}&metadataPrefix=oai_dc");
    let mut found = Vec::new();
    loop {
        let body = got(doors, &asked, "").await.body;
        // A living entry's header is followed by its record, or by the next header, but is never marked.
        let entries = body.split("<header").skip(1).filter(|entry| !entry.starts_with(" status=\"deleted\""));
        let whole = entries.filter_map(|entry| entry.split("</header>").next().map(str::to_owned));
        found.extend(whole);
        let token = body.split("<resumptionToken").nth(1).and_then(|rest| rest.split_once('>'));
        match token.and_then(|(_, rest)| rest.split('<').next()).filter(|token| !token.is_empty()) {
            Some(token) => asked = format!("/oai?verb={verb}&resumptionToken={token}"),
            None => return found,
        }
    }
}

/// Keeps the same authorities and the same subject directory in either house; records stand under its headings as far as
/// they are there.
async fn furnish(house: &House, open: &[Description], others: &[Description]) {
    let own = std::env::current_exe().unwrap();
    let program = own.parent().unwrap().parent().unwrap().join("examples/table_reader");
    let cage = Cage { program, arguments: Vec::new(), limits: Limits::default() };
    let file = |text: &str| kernel::cage::bytes(text.as_bytes()).unwrap();
    let actor = Actor::new("小张", vec![Role::Archivist]);
    let subjects = Subjects::new(house.ground.clone(), INSTITUTION);
    subjects.import(&actor, (&cage, file(corpora::SUBJECTS), "专题.txt")).await.unwrap();
    let lines = |records: &[Description], headings: &[&str]| -> String {
        let line =
            |(n, one): (usize, &Description)| format!("{},{}\n", one.code.written(), headings[n % headings.len()]);
        records.iter().enumerate().map(line).collect()
    };
    let rows = lines(open, &["经济/农业", "文化", "经济"]) + &lines(others, &["经济/农业", "移民", "经济/工业"]);
    subjects.assign(&actor, (&cage, file(&format!("档号,专题\n{rows}")), "归类.csv")).await.unwrap();
    let authorities = Authorities::new(house.ground.clone(), INSTITUTION);
    authorities.import(&actor, (&cage, file(corpora::AUTHORITIES), "规范档.csv"), None).await.unwrap();
    house.follow().await;
}

/// Opens records by a batch of the review, before they are as old as the law asks.
async fn open_by_batch(house: &House, records: &[Description]) {
    let unreviewed = |one: &Description| {
        let mut one = one.clone();
        one.statuses.openness = Openness::Unreviewed;
        one
    };
    house.land(&records.iter().map(unreviewed).collect::<Vec<Description>>()).await;
    let codes = records.iter().map(|one| one.code.written().to_owned()).collect();
    let draft = Draft { title: "第一批".into(), early: Some("已公开".into()), chosen: Chosen::Codes(codes) };
    let carried = carry_out(&desk(house), &draft).await;
    assert_eq!((carried.done, carried.refused.len()), (u64::try_from(records.len()).unwrap(), 0));
    house.follow().await;
}

/// Puts the others beside the open ones: before, between and after them, in commits of their own.
async fn mixed(open: &[Description], others: &[Description], way: Way) -> (tempfile::TempDir, House) {
    let (folder, db) = sqlite().await;
    let house = House::on(db);
    let opened: Vec<Description> = others.iter().cloned().map(as_open).collect();
    let landed = if way == Way::Closed { others } else { &opened };
    let batch = house.batch().await;
    for (n, group) in landed.chunks(6).enumerate() {
        house.land_with(group, Some(batch)).await;
        let more: Vec<Description> = open.iter().skip(n * 6).take(6).cloned().collect();
        house.land(&more).await;
        if n % 3 == 2 {
            house.follow().await;
        }
    }
    house.land(&open[others.len().min(open.len())..]).await;
    house.follow().await;
    furnish(&house, open, others).await;
    open_by_batch(&house, &open[..OPENED]).await;
    match way {
        Way::Closed => {}
        Way::OpenedThenClosed => {
            open_by_batch(&house, &opened).await;
            house.land(others).await;
        }
        Way::RolledBack => {
            let actor = Actor::new("小张", vec![Role::Archivist]);
            let rolling = RollBack { institution: INSTITUTION.to_owned(), batch, actor, approval: None };
            let done = rolling.run(&house.ground, &mut |_| ()).await.unwrap();
            assert_eq!(done.removed, u64::try_from(others.len()).unwrap());
        }
    }
    house.follow().await;
    (folder, house)
}

fn as_open(mut one: Description) -> Description {
    let statuses = &mut one.statuses;
    statuses.openness = Openness::Open;
    statuses.classification = crate::Classification::None;
    statuses.disclosure = crate::Disclosure::Unstated;
    statuses.restriction = crate::Restriction::None;
    statuses.livelihood = None;
    one
}

async fn nothing_changes(way: Way) {
    let (open, others) = corpora();
    let (_first, db) = sqlite().await;
    let alone = House::with(db, &open).await;
    furnish(&alone, &open, &others).await;
    open_by_batch(&alone, &open[..OPENED]).await;
    let (_second, beside) = mixed(&open, &others, way).await;
    let size = u64::try_from(open.len()).unwrap();
    assert_eq!((alone.catalogue().size(), beside.catalogue().size()), (size, size));
    let more = if way == Way::RolledBack { 0 } else { u64::try_from(others.len()).unwrap() };
    assert_eq!(beside.staff().size(), size + more);

    let (here, there) = (doors(&alone), doors(&beside));
    let lists_whole = way == Way::Closed;
    let living_ids: Vec<String> = open.iter().map(|one| Requests::id_of(&alone.ground.secrets, one)).collect();
    let mut found = 0;
    let mut requests = Requests::new(&open, &others, &alone.ground.secrets);
    let cookie = requests.cookie();
    for n in 0..count() {
        let path = requests.next(n);
        let (want, answer) = (got(&here, &path, &cookie).await, got(&there, &path, &cookie).await);
        found += usize::from(want.status == 200 && open.iter().any(|one| want.body.contains(&one.title)));
        let tells_gone = path.contains("verb=List")
            || (path.contains("verb=GetRecord") && !living_ids.iter().any(|id| path.ends_with(id)));
        assert!(answer == want || (tells_gone && !lists_whole), "{way:?} {path}: {}", difference(&want, &answer));
    }
    assert!(found * 4 > count(), "{way:?}: only {found} answers named an open record");
    for verb in ["ListIdentifiers", "ListRecords"] {
        let (want, told) = (living(&here, verb).await, living(&there, verb).await);
        assert!(want.len() == open.len() && told == want, "{way:?} {verb}: {} and {}", want.len(), told.len());
    }
}

#[tokio::test]
async fn l01_l02_closed_from_the_beginning() {
    nothing_changes(Way::Closed).await;
}

#[tokio::test]
async fn l01_l12_opened_and_closed_again() {
    nothing_changes(Way::OpenedThenClosed).await;
}

#[tokio::test]
async fn l01_l12_opened_and_rolled_back() {
    nothing_changes(Way::RolledBack).await;
}

/// The comparison sees what it is there for: one closed record put into the open index is told apart.
#[tokio::test]
async fn l01_a_leak_is_seen() {
    let (open, others) = corpora();
    let (_first, db) = sqlite().await;
    let alone = House::with(db, &open).await;
    furnish(&alone, &open, &others).await;
    open_by_batch(&alone, &open[..OPENED]).await;
    let (_second, beside) = mixed(&open, &others, Way::Closed).await;
    beside.land(&[as_open(others[0].clone())]).await;
    beside.follow().await;
    let (here, there) = (doors(&alone), doors(&beside));
    let mut requests = Requests::new(&open, &others, &alone.ground.secrets);
    let mut seen = 0;
    let cookie = requests.cookie();
    for n in 0..count() {
        let path = requests.next(n);
        seen += usize::from(got(&here, &path, &cookie).await != got(&there, &path, &cookie).await);
    }
    assert!(seen > count() / 20, "only {seen} answers gave the leak away");
}
