//! The inbox of consultation with 100,000 conversations and 2,000,000 messages, asked over HTTP as the console asks it: lists
//! by state, and searches, beside reading all messages with `LIKE` in the same database.

use std::time::Instant;

use acceptance::{Demo, StaffClient, hire};
use kernel::db::{Db, Options};
use kernel::{Clock, Ground, Random, Secrets};
use measures::corpus::{Dice, Lexicon};
use measures::statistics::Spread;
use measures::{Outcome, settings};
use tempfile::TempDir;

/// Messages of a conversation.
const EACH: u32 = 20;
/// How often each list is asked for.
const TURNS: usize = 40;
/// Searches.
const SEARCHES: usize = 200;
/// Of them, as many are asked of the plain reading: it is slow.
const READ: usize = 10;

pub(crate) async fn run() -> Outcome<()> {
    let messages = settings::asked("LANTAI_BENCH_MESSAGES", 2_000_000);
    let folder = TempDir::new()?;
    {
        let mut demo = Demo::start(folder.path()).await;
        demo.server.stop();
    }
    hire(folder.path(), "测量", "editor");
    let db = Db::open_sqlite(&folder.path().join("lantai.db"), &Options::default()).await?;
    let random = Random::system();
    let ground = Ground::new(db.clone(), Clock::system(), random.clone(), Secrets::fresh(&random));
    let lexicon = Lexicon::default();
    let mut dice = Dice::new(20_261_129);
    let begun = Instant::now();
    let conversations = (0..messages / EACH).map(|_| (0..EACH).map(|_| text(&lexicon, &mut dice)).collect());
    consult::testing::fill(&ground, ("demo", "测量"), conversations).await?;
    println!(
        "\ninbox: {} conversations, {messages} messages, written in {:.0} s",
        messages / EACH,
        begun.elapsed().as_secs_f64()
    );
    let searches: Vec<String> =
        (0..SEARCHES).map(|number| text(&lexicon, &mut dice).chars().take(2 + number % 5).collect()).collect();

    let demo = Demo::start(folder.path()).await;
    let mut staff = StaffClient::sign_in(&demo, folder.path(), "archivist").await;
    println!("{:<28}{:>10}{:>10}{:>10}", "inbox", "p50 ms", "p95 ms", "p99 ms");
    let mut slowest = 0.0_f64;
    for state in ["waiting", "mine", "taken", "bot", "closed", "all"] {
        let path = format!("/api/v1/conversations?state={state}");
        let mut times = Vec::new();
        for turn in 0..=TURNS {
            let took = asked(&mut staff, &path).await?.0;
            // The first turn brings the files into memory.
            times.extend((turn > 0).then_some(took));
        }
        slowest = slowest.max(told(state, times));
    }
    let (mut times, mut found) = (Vec::new(), 0);
    for q in &searches {
        let path = search(q);
        let (took, total) = asked(&mut staff, &path).await?;
        times.push(took);
        found += usize::from(total > 0);
    }
    slowest = slowest.max(told("search", times));
    let mut read = Vec::new();
    for q in searches.iter().take(READ) {
        let begun = Instant::now();
        let mut tx = db.read().await?;
        let query =
            tx.sql("SELECT count(DISTINCT conversation) FROM conversation_message WHERE text LIKE '%' || $1 || '%'");
        let (_count,): (i64,) = query.bind(q.clone()).one().await?;
        read.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    told("reading all with LIKE", read);
    println!("inbox: the slowest p95 is {slowest:.1} ms (goal <= 100); {found} of {SEARCHES} searches found something");
    Ok(())
}

fn told(name: &str, times: Vec<f64>) -> f64 {
    let times = Spread::new(times);
    println!("{name:<28}{:>10.2}{:>10.2}{:>10.2}", times.at(500), times.at(950), times.at(990));
    times.at(950)
}

async fn asked(staff: &mut StaffClient, path: &str) -> Outcome<(f64, i64)> {
    let begun = Instant::now();
    let page = staff.get(path).await;
    let took = begun.elapsed().as_secs_f64() * 1e3;
    let total = page.get("total").and_then(serde_json::Value::as_i64).ok_or_else(|| format!("{path}: no total"))?;
    Ok((took, total))
}

fn search(q: &str) -> String {
    let q = percent_encoding::utf8_percent_encode(q, percent_encoding::NON_ALPHANUMERIC);
    format!("/api/v1/conversations?state=all&q={q}")
}

/// Something that a reader or staff may say: a piece of a title, of the length of a message.
fn text(lexicon: &Lexicon, dice: &mut Dice) -> String {
    let length = 6 + dice.below(16);
    let title = lexicon.row(dice).title;
    title.chars().skip(dice.below(8)).take(length).collect()
}
