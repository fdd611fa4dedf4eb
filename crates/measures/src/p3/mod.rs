//! P3: an encrypted text in, a rule's answer encrypted out, de-duplicated and stored — beside a constant answer of the
//! same web framework, the best public Node SDK and wechatpy, all under the same load in interleaved rounds.
//!
//! What counts is the server's own CPU time per request, read from the operating system, because the load tool shares
//! the machine's cores.

mod peers;

use std::collections::BTreeMap;
use std::iter::repeat_n;
use std::time::Instant;

use measures::load::{Target, is_sealed};
use measures::statistics::{Spread, count};
use measures::{Outcome, processor};
use peers::{Peers, Server};

const ROUNDS: usize = 3;
const CONNECTIONS: usize = 32;

/// What one round measured.
struct Round {
    /// Requests answered a second.
    per_second: f64,
    /// Milliseconds to an answer.
    times: Spread,
    /// CPU time of the server and its children in microseconds, per request.
    cpu: f64,
}

pub(crate) fn run() -> Outcome<()> {
    let peers = Peers::start()?;
    let mut measured: BTreeMap<&str, Vec<Round>> = BTreeMap::new();
    for number in 0..ROUNDS {
        for server in peers.all() {
            measured.entry(server.name).or_default().push(round(&peers, server, number)?);
        }
    }
    report(peers.all(), &measured);
    Ok(())
}

fn round(peers: &Peers, server: &Server, number: usize) -> Outcome<Round> {
    let texts = repeat_n("开放时间", server.requests);
    let requests = peers.account.requests((&server.address, "/wechat/demo"), number * 10_000_000, texts)?;
    let (cpu, begun) = (processor::of_family(server.process), Instant::now());
    let times = Target { address: &server.address, connections: CONNECTIONS }.closed(&requests, &is_sealed)?;
    let answered = count(times.count());
    let cpu = processor::of_family(server.process).saturating_sub(cpu).as_secs_f64() * 1e6 / answered;
    Ok(Round { per_second: answered / begun.elapsed().as_secs_f64(), times, cpu })
}

fn report(servers: &[Server], measured: &BTreeMap<&str, Vec<Round>>) {
    let median =
        |name: &str, of: fn(&Round) -> f64| Spread::new(measured.get(name).into_iter().flatten().map(of)).median();
    let constant = median("constant", |round| round.cpu);
    println!("\n{:<12}{:>12}{:>12}{:>12}{:>16}{:>10}", "P3", "req/s", "p50 ms", "p99 ms", "CPU us/request", "vs const");
    for server in servers {
        let cpu = median(server.name, |round| round.cpu);
        println!(
            "{:<12}{:>12.0}{:>12.2}{:>12.2}{:>16.1}{:>9.2}x",
            server.name,
            median(server.name, |round| round.per_second),
            median(server.name, |round| round.times.at(500)),
            median(server.name, |round| round.times.at(990)),
            cpu,
            cpu / constant,
        );
    }
    let rate = |name: &str| median(name, |round| round.per_second);
    println!(
        "\nP3 CPU against the constant answer: {:.2}x (goal <= 3x)",
        median("lantai", |round| round.cpu) / constant
    );
    println!("P3 requests/s against the Node SDK: {:.1}x (goal >= 4x)", rate("lantai") / rate("co-wechat"));
    println!("P3 requests/s against wechatpy: {:.1}x (goal >= 10x)", rate("lantai") / rate("wechatpy"));
}
