//! Walking a fonds of 50,000 open records: the first page, one in the middle and the last, beside a small fonds of the
//! same house, asked in turns on one connection.

use std::time::{Duration, Instant};

use measures::house::House;
use measures::http::Connection;
use measures::statistics::Spread;
use measures::{Outcome, processor, settings};

/// Times each page is asked for.
const TURNS: usize = 100;

/// A page and what asking for it measured, in milliseconds.
struct Page {
    name: &'static str,
    path: String,
    times: Vec<f64>,
    cpu: Vec<f64>,
}

pub(crate) fn run() -> Outcome<()> {
    let house = tokio::runtime::Runtime::new()?.block_on(House::open(settings::rows()))?;
    let mut connection = Connection::new(house.address());
    let (large, small) = (first_fonds(&mut connection, "/browse")?, last_fonds(&mut connection)?);
    let last = last_page(&mut connection, &large)?;
    let page = |name, path| Page { name, path, times: Vec::new(), cpu: Vec::new() };
    let mut pages = [
        page("large fonds, first page", large.clone()),
        page("large fonds, middle page", format!("{large}?page={}", last / 2)),
        page("large fonds, last page", format!("{large}?page={last}")),
        page("small fonds", small),
    ];
    for turn in 0..=TURNS {
        for page in &mut pages {
            let before = processor::of_process(house.serving.server.id())?;
            let begun = Instant::now();
            let answer = connection.get(&page.path)?;
            let took = begun.elapsed().as_secs_f64() * 1e3;
            let lists = answer.status == 200 && answer.body.windows(9).any(|window| window == b"/records/");
            if !lists {
                return Err(format!("{} lists no records: {}", page.path, answer.status).into());
            }
            std::thread::park_timeout(Duration::from_micros(300));
            let cpu = processor::of_process(house.serving.server.id())?.saturating_sub(before);
            // The first turn brings the files into memory.
            if turn > 0 {
                page.times.push(took);
                page.cpu.push(cpu.as_secs_f64() * 1e3);
            }
        }
    }
    println!("\n{:<28}{:>10}{:>10}{:>10}{:>16}", "browse", "p50 ms", "p95 ms", "p99 ms", "CPU ms, median");
    let mut slowest = 0.0_f64;
    for Page { name, times, cpu, .. } in pages {
        let (times, cpu) = (Spread::new(times), Spread::new(cpu));
        println!(
            "{name:<28}{:>10.2}{:>10.2}{:>10.2}{:>16.2}",
            times.at(500),
            times.at(950),
            times.at(990),
            cpu.median()
        );
        slowest = slowest.max(times.at(500));
    }
    println!("\nbrowse, {last} pages: the slowest page takes {slowest:.2} ms at the median (goal <= 30)");
    Ok(())
}

/// The first fonds a list of them leads to.
fn first_fonds(connection: &mut Connection, list: &str) -> Outcome<String> {
    let fonds = links(&get(connection, list)?, "/browse/");
    fonds.into_iter().next().ok_or_else(|| format!("{list} leads to no fonds").into())
}

/// The last fonds of the last page of the list.
fn last_fonds(connection: &mut Connection) -> Outcome<String> {
    let last = last_page(connection, "/browse")?;
    let fonds = links(&get(connection, &format!("/browse?page={last}"))?, "/browse/");
    fonds.into_iter().last().ok_or_else(|| "the list of fonds ends without one".into())
}

/// The number of the last page of a list, as its first one tells it.
fn last_page(connection: &mut Connection, list: &str) -> Outcome<u32> {
    let body = get(connection, list)?;
    let told = body.split_once("，共 ").and_then(|(_, rest)| rest.split(' ').next());
    told.map_or(Ok(1), |pages| pages.parse().map_err(Into::into))
}

/// The addresses on a page that begin so, without what is asked there.
fn links(body: &str, prefix: &str) -> Vec<String> {
    let quoted = body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let below = quoted.filter(|href| href.len() > prefix.len() && href.starts_with(prefix));
    below.filter(|href| !href.trim_start_matches(prefix).contains(['/', '?'])).map(str::to_owned).collect()
}

fn get(connection: &mut Connection, path: &str) -> Outcome<String> {
    let answer = connection.get(path)?;
    if answer.status == 200 {
        Ok(String::from_utf8_lossy(answer.body).into_owned())
    } else {
        Err(format!("{path}: {}", answer.status).into())
    }
}
