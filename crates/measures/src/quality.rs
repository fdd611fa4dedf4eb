//! Looking an article of 20,000 characters through beside 2,000 kept texts and 5,000 listed words, asked over HTTP as the
//! editor's page asks it; and finding what it shares with others by prints, beside comparing it with each of them.

use std::hint::black_box;
use std::time::Instant;

use acceptance::{Demo, StaffClient};
use axum::http::Method;
use chinese::similarity::{Comparable, LEAST, passages};
use kernel::db::{Db, Options};
use kernel::{Clock, Ground, Random, Secrets, Timestamp};
use measures::Outcome;
use measures::corpus::Dice;
use measures::statistics::Spread;
use push::Quality;
use push::article::{Article, Block, Run};
use serde_json::{Value, json};
use tempfile::TempDir;

const TEXTS: usize = 2_000;
/// Characters of a kept text, and of the one being written.
const PAST: usize = 2_000;
const PRESENT: usize = 20_000;
const LISTED: usize = 5_000;
const TURNS: usize = 40;
/// Comparing with each is slow.
const COMPARED: usize = 5;
/// Each so many texts share a paragraph with the one being written.
const SHARING: usize = 200;

pub(crate) async fn run() -> Outcome<()> {
    let mut dice = Dice::new(20_261_130);
    let paragraphs: Vec<&str> = include_str!("../../chinese/src/readability/judged.tsv")
        .lines()
        .filter_map(|line| Some(line.split_once('\t')?.1))
        .collect();
    // Halves of clauses taken together by chance: the words of the paragraphs, new texts.
    let clauses = paragraphs.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let halves: Vec<&str> = clauses
        .filter_map(|clause| clause.get(..clause.char_indices().nth(clause.chars().count() / 2)?.0))
        .filter(|half| (2..9).contains(&half.chars().count()))
        .collect();
    let mut past: Vec<String> = (0..TEXTS).map(|_| text(&mut dice, &halves)).collect();
    for (past, paragraph) in past.iter_mut().step_by(SHARING).zip(paragraphs.iter().step_by(12)) {
        past.push_str(paragraph);
    }
    let present: String = paragraphs.join("\n").repeat(3).chars().take(PRESENT).collect();

    let folder = TempDir::new()?;
    keep(&folder, &past).await?;
    let demo = Demo::start(folder.path()).await;
    let mut editor = StaffClient::sign_in(&demo, folder.path(), "editor").await;
    let listed: Vec<Value> = (0..LISTED)
        .map(|number| json!({ "word": format!("{}{number}", dice.pick(&halves)), "category": "" }))
        .collect();
    let words = json!({ "list": "words", "content": { "listed": listed, "allowed": [] } });
    let (status, said) =
        editor.send(Method::PUT, "/api/v1/push/words", Some(json!({ "part": words, "version": 0 }))).await;
    if status != 204 {
        return Err(format!("the words were refused: {said}").into());
    }
    let body = json!({ "article": serde_json::to_value(article(&present))? });
    let (mut times, mut alike) = (Vec::new(), 0);
    for turn in 0..=TURNS {
        let begun = Instant::now();
        let report = editor.post("/api/v1/push/quality", body.clone()).await;
        // The first turn loads the dictionary.
        times.extend((turn > 0).then(|| begun.elapsed().as_secs_f64() * 1e3));
        alike = report.get("alike").and_then(Value::as_array).map_or(0, Vec::len);
    }
    if alike == 0 {
        return Err("no text was found that shares a paragraph".into());
    }
    let ours = Spread::new(times);
    println!(
        "\nquality: {PRESENT} characters beside {TEXTS} texts and {LISTED} words; {alike} texts shown that share passages"
    );
    println!("{:<40}{:>10}{:>10}{:>10}", "quality", "p50 ms", "p95 ms", "p99 ms");
    println!("{:<40}{:>10.1}{:>10.1}{:>10.1}", "the whole panel, over HTTP", ours.at(500), ours.at(950), ours.at(990));
    let own = Comparable::new(&present, &[]);
    let each = Spread::new((0..COMPARED).map(|_| {
        let begun = Instant::now();
        black_box(past.iter().filter(|text| !passages(&own, &Comparable::new(text, &[]), LEAST).is_empty()).count());
        begun.elapsed().as_secs_f64() * 1e3
    }));
    println!("{:<40}{:>10.1}", "comparing with each text alone", each.median());
    println!(
        "quality: {:.1} ms at p95 (goal <= 100); comparing with each text takes {:.0} times as long as the whole panel",
        ours.at(950),
        each.median() / ours.median()
    );
    Ok(())
}

/// A house that keeps the texts.
async fn keep(folder: &TempDir, texts: &[String]) -> Outcome<()> {
    {
        let mut demo = Demo::start(folder.path()).await;
        demo.server.stop();
    }
    let db = Db::open_sqlite(&folder.path().join("lantai.db"), &Options::default()).await?;
    let random = Random::system();
    let ground = Ground::new(db, Clock::system(), random.clone(), Secrets::fresh(&random));
    let now: Timestamp = ground.clock.now();
    for (group, texts) in texts.chunks(100).enumerate() {
        let mut tx = ground.db.begin().await?;
        for (number, text) in texts.iter().enumerate() {
            Quality::keep(&mut tx, &format!("plan/{group}-{number}"), &article(text), now).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

fn text(dice: &mut Dice, pieces: &[&str]) -> String {
    let mut text = String::new();
    let mut characters = 0;
    while characters < PAST {
        let piece = dice.pick(pieces);
        characters += piece.chars().count() + 1;
        text.push_str(piece);
        text.push(if dice.chance(11) { '\n' } else { '，' });
    }
    text
}

fn article(text: &str) -> Article {
    let block = |line: &str| Block::Text { runs: vec![Run { text: line.to_owned(), ..Run::default() }] };
    Article { title: "题目".to_owned(), blocks: text.lines().map(block).collect(), ..Article::default() }
}
