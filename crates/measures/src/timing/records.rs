//! L05, L06: a record that may not be seen, one that was taken out and one that never was take the same time.

use std::path::Path;
use std::time::Instant;

use acceptance::{Answer, Client, Demo};
use kernel::{Db, Random, db};
use tempfile::TempDir;

use super::Row;
use super::statistics::{kolmogorov_smirnov, median, welch};
use measures::Outcome;

/// Samples of each class.
const SAMPLES: usize = 5000;
/// Requests before anything is measured.
const WARM: usize = 500;
/// p below which two samples differ.
const SIGNIFICANT: f64 = 0.01;
/// Medians that are a millisecond apart differ whatever p is.
const APART: f64 = 1e-3;

pub(crate) async fn rows() -> Outcome<Vec<Row>> {
    let folder = TempDir::new()?;
    let data = folder.path().join("data");
    drop(Demo::start(&data).await);
    let [hidden, gone] = ids(&data).await?;
    let demo = Demo::start(&data).await;
    let never: String = gone.chars().rev().collect();
    let paths = [&hidden, &gone, &never].map(|id| format!("/records/{id}"));
    let [hidden, gone, never] = &paths;
    let mut answers = Vec::new();
    for path in &paths {
        let mut answer = demo.site.get(path, &[]).await;
        // The page leads back to where it was asked for.
        answer.body = answer.body.replace(path.trim_start_matches("/records/"), "");
        answers.push(answer);
    }
    if let [one, rest @ ..] = answers.as_slice()
        && (one.status != 404 || rest.iter().any(|other| different(one, other)))
    {
        return Err("the answers themselves differ".into());
    }
    let mut rows = Vec::new();
    for (what, pair) in [
        ("L06 a hidden record or one that never was", [hidden, never]),
        ("L06 a hidden record or one that was taken out", [hidden, gone]),
        ("L06 one that was taken out or never was", [gone, never]),
    ] {
        rows.push(Row::new(what, "KS p", false).measured(async || compared(&demo.site, pair).await).await?);
    }
    let front = "/".to_owned();
    let control = Row::new("L06 one that never was or the front page (control)", "KS p", true);
    rows.push(control.measured(async || compared(&demo.site, [never, &front]).await).await?);
    Ok(rows)
}

fn different(one: &Answer, other: &Answer) -> bool {
    one.status != other.status || one.headers != other.headers || one.body != other.body
}

/// A record that nobody may see, and one that is taken out here.
async fn ids(data: &Path) -> Outcome<[String; 2]> {
    let db = Db::open_sqlite(&data.join("lantai.db"), &db::Options::default()).await?;
    let mut tx = db.begin().await?;
    let closed = "SELECT public_id FROM record WHERE openness = 'controlled' ORDER BY public_id LIMIT 2";
    let closed: Vec<(String,)> = tx.sql(closed).all().await?;
    let [(hidden,), (gone,)] = closed.as_slice() else { return Err("the demo holds no closed records".into()) };
    tx.sql("DELETE FROM record WHERE public_id = $1").bind(gone.clone()).run().await?;
    tx.commit().await?;
    db.close().await;
    Ok([hidden.clone(), gone.clone()])
}

/// Asks for two pages in an order of chance and compares the times.
async fn compared(site: &Client, classes: [&String; 2]) -> Outcome<(f64, bool)> {
    let random = Random::seeded(6);
    let mut times = [Vec::with_capacity(SAMPLES), Vec::with_capacity(SAMPLES)];
    let mut asked = 0;
    while times.iter().any(|sample| sample.len() < SAMPLES) {
        let second = random.below(2) == 1;
        let ([one, two], [first_times, second_times]) = (classes, &mut times);
        let (path, sample) = if second { (two, second_times) } else { (one, first_times) };
        let begun = Instant::now();
        let answer = site.try_get(path).await?;
        let took = begun.elapsed().as_secs_f64();
        drop(answer);
        asked += 1;
        if asked > WARM {
            sample.push(took);
        }
    }
    let [one, two] = &times;
    let p = kolmogorov_smirnov(one, two);
    let apart = (median(one) - median(two)).abs();
    println!("medians {:.1} and {:.1} µs, t {:.2}, p {p:.4}", median(one) * 1e6, median(two) * 1e6, welch(one, two));
    Ok((p, p < SIGNIFICANT || apart >= APART))
}
