//! A million followers: who meets the conditions is resolved, frozen and planned, in how long and with how much memory.
//! `LANTAI_BENCH_FOLLOWERS` sets how many.

use std::sync::Arc;
use std::time::{Duration, Instant};

use account::{AccountKind, Segment};
use futures::FutureExt;
use futures::future::BoxFuture;
use kernel::secrets::{Cipher, Source};
use kernel::{Actor, Clock, Db, Ground, Random, Role, Secrets, Tx, db};
use measures::{Outcome, processor, settings};
use push::{Audience, Content, ContentHash, Draft, Epoch, Guard, Ledger, Outgoing, Post, Sender, Whom};
use tempfile::TempDir;
use wechat::client::{Error, MassStatus, Submitted};

/// Followers written by one statement.
const AT_ONCE: u32 = 5_000;
/// The goal.
const GOAL: Duration = Duration::from_secs(5);

/// Nobody is called.
struct Nobody;

impl Post for Nobody {
    fn submit<'a>(&'a self, _: &'a Outgoing) -> BoxFuture<'a, Result<Submitted, Error>> {
        std::future::ready(Err(Error::NotSent("nobody".to_owned()))).boxed()
    }

    fn ended<'a>(&'a self, _: &'a str, _: &'a str) -> BoxFuture<'a, Result<MassStatus, Error>> {
        std::future::ready(Ok(MassStatus::Sending)).boxed()
    }
}

impl Guard for Nobody {
    fn withholds<'t>(&'t self, _: &'t mut Tx, _: &'t Content) -> BoxFuture<'t, kernel::Result<Option<String>>> {
        std::future::ready(Ok(None)).boxed()
    }
}

pub(crate) async fn run() -> Outcome<()> {
    let followers = settings::asked("LANTAI_BENCH_FOLLOWERS", 1_000_000);
    let folder = TempDir::new()?;
    let (clock, random) = (Clock::system(), Random::system());
    let db =
        Db::open(&format!("sqlite:{}", folder.path().join("lantai.db").display()), &db::Options::default()).await?;
    let source = Source::File(folder.path().join("keys"));
    let secrets = Secrets::open(&source, Cipher::Sm4Gcm, &random, &db).await?;
    let ground = Ground::new(db, clock, random, secrets);
    follow(&ground, followers).await?;
    let epoch = Epoch::new(folder.path().join("push-epoch.json"), "measure");
    let ledger = Ledger::new(ground.clone(), epoch, Arc::new(Nobody), Arc::new(Nobody));
    let director = Actor::new("director", vec![Role::Director]);
    let before = processor::peak_megabytes(std::process::id()).unwrap_or_default();
    let begun = Instant::now();
    let roster = ledger.freeze(&director, "demo", &Segment::default(), None).await?;
    let froze = begun.elapsed();
    let content = Content::Text { text: "通知".to_owned() };
    let draft = Draft {
        articles: Vec::new(),
        origin: "measure/1".to_owned(),
        seen: ContentHash::of(&content),
        content,
        audience: Audience::Roll(roster.id),
        whom: Whom { told: String::new(), people: None },
        authors: vec!["editor".to_owned()],
        scheduled_at: ground.clock.now().plus_seconds(3600),
        again: false,
        instead_of: None,
    };
    let sender = Sender { account: "demo".to_owned(), kind: AccountKind::Service, by_tag: true, by_list: true };
    ledger.approve(&director, &sender, draft).await?;
    let took = begun.elapsed();
    let grown = processor::peak_megabytes(std::process::id()).unwrap_or_default().saturating_sub(before);
    println!(
        "\nroll: {} followers resolved and frozen in {:.2} s, planned as {} calls after {:.2} s (goal <= {} s); {grown} MB more \
         at the peak",
        roster.people,
        froze.as_secs_f64(),
        roster.calls,
        took.as_secs_f64(),
        GOAL.as_secs(),
    );
    if roster.people != i64::from(followers) {
        return Err("not everybody is in the roll".into());
    }
    if took > GOAL { Err("the goal was missed".into()) } else { Ok(()) }
}

/// Writes followers who followed and were heard of at moments of the last year.
async fn follow(ground: &Ground, followers: u32) -> Outcome<()> {
    let now = ground.clock.now();
    for first in (0..followers).step_by(usize::try_from(AT_ONCE)?) {
        let mut tx = ground.db.begin().await?;
        for number in first..followers.min(first + AT_ONCE) {
            let at = now.plus_seconds(-i64::from(number % 31_536_000));
            tx.sql("INSERT INTO follower (account, openid, followed_at, last_seen_at) VALUES ('demo', $1, $2, $2)")
                .bind(format!("oMeasure_{number:019}"))
                .bind(at)
                .run()
                .await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
