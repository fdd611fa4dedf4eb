//! P3: an encrypted text in, a rule's answer encrypted out, de-duplicated and stored — beside a constant answer of the
//! same web framework, the best public Node SDK and wechatpy, all under the same load in interleaved rounds.
//!
//! What counts is the server's own CPU time per request, read from the operating system, because the load tool shares
//! the machine's cores.

mod load;
mod peers;

use std::collections::BTreeMap;

use load::Round;
use peers::{Peer, Peers};

const ROUNDS: usize = 3;
const CONNECTIONS: usize = 32;

fn main() -> Result<(), String> {
    if std::env::args().nth(1).as_deref() == Some("constant") {
        return peers::serve_constant();
    }
    let peers = Peers::start()?;
    let mut measured: BTreeMap<&str, Vec<Round>> = BTreeMap::new();
    for round in 0..ROUNDS {
        for peer in peers.all() {
            let requests = load::requests(&peers.account, peer, round)?;
            measured.entry(peer.name).or_default().push(load::run(peer, &requests, CONNECTIONS)?);
        }
    }
    report(peers.all(), &measured);
    Ok(())
}

fn report(peers: &[Peer], measured: &BTreeMap<&str, Vec<Round>>) {
    let median = |name: &str, of: fn(&Round) -> f64| {
        let mut values: Vec<f64> = measured.get(name).into_iter().flatten().map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let constant = median("constant", |round| round.cpu_micros);
    println!("\n{:<12}{:>12}{:>12}{:>12}{:>16}{:>10}", "P3", "req/s", "p50 ms", "p99 ms", "CPU us/request", "vs const");
    for peer in peers {
        let cpu = median(peer.name, |round| round.cpu_micros);
        println!(
            "{:<12}{:>12.0}{:>12.2}{:>12.2}{:>16.1}{:>9.2}x",
            peer.name,
            median(peer.name, |round| round.per_second),
            median(peer.name, |round| round.p50_millis),
            median(peer.name, |round| round.p99_millis),
            cpu,
            cpu / constant,
        );
    }
    let rate = |name: &str| median(name, |round| round.per_second);
    println!(
        "\nP3 CPU against the constant answer: {:.2}x (goal <= 3x)",
        median("lantai", |round| round.cpu_micros) / constant
    );
    println!("P3 requests/s against the Node SDK: {:.1}x (goal >= 4x)", rate("lantai") / rate("co-wechat"));
    println!("P3 requests/s against wechatpy: {:.1}x (goal >= 10x)", rate("lantai") / rate("wechatpy"));
}
