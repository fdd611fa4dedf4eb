//! The load: a fixed number of different messages over keep-alive connections, each answered before the next is sent.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use wechat::Environment;
use wechat::callback::Mode;
use wechat::cipher::AesKey;
use wechat::push::Pusher;

use crate::peers::{Account, Peer};

/// What one round measured.
pub(crate) struct Round {
    /// Requests answered a second.
    pub(crate) per_second: f64,
    /// Median time to an answer.
    pub(crate) p50_millis: f64,
    /// The 99th percentile.
    pub(crate) p99_millis: f64,
    /// CPU time of the server and its children, per request.
    pub(crate) cpu_micros: f64,
}

/// The host's time, and bytes that need not be secret.
struct Surroundings {
    now: AtomicI64,
    next: AtomicU64,
}

impl Environment for Surroundings {
    fn now(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let word = self.next.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            *byte = word.to_be_bytes().first().copied().unwrap_or(0);
        }
    }
}

/// The requests of one round, ready to be written: no message is sent twice.
pub(crate) fn requests(account: &Account, peer: &Peer, round: usize) -> Result<Vec<Vec<u8>>, String> {
    let key = AesKey::parse(&account.encoding_aes_key).map_err(|error| error.to_string())?;
    let pusher = Pusher::sealed(&account.token, &account.app_id, Mode::Secure, key);
    let surroundings = Surroundings { now: AtomicI64::new(account.now), next: AtomicU64::new(1) };
    (0..peer.requests)
        .map(|number| {
            let openid = format!("oLoad{:023}", number % 5000);
            let message = 7_000_000_000_000_000_usize + round * 10_000_000 + number;
            let clear = format!(
                "<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>\
                 <CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType>\
                 <Content><![CDATA[开放时间]]></Content><MsgId>{message}</MsgId></xml>",
                to = account.original_id,
                now = account.now,
            );
            let push = pusher
                .push_raw(&openid, &account.original_id, &clear, &surroundings)
                .map_err(|error| error.to_string())?;
            Ok(format!(
                "POST /wechat/demo?{} HTTP/1.1\r\nHost: {}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{}",
                push.query,
                peer.address,
                push.body.len(),
                push.body
            )
            .into_bytes())
        })
        .collect()
}

/// Sends all requests and waits for their answers. The connections take turns, so that messages go out in the order of
/// their numbers, as WeChat's do.
pub(crate) fn run(peer: &Peer, requests: &[Vec<u8>], connections: usize) -> Result<Round, String> {
    let cpu_before = cpu_seconds(peer.process);
    let begun = Instant::now();
    let times: Result<Vec<Vec<Duration>>, String> = std::thread::scope(|scope| {
        let of = |connection| requests.iter().skip(connection).step_by(connections);
        let workers: Vec<_> = (0..connections).map(|number| scope.spawn(move || converse(peer, of(number)))).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| Err("a load thread panicked".to_owned())))
            .collect()
    });
    let took = begun.elapsed().as_secs_f64();
    let mut times: Vec<Duration> = times?.into_iter().flatten().collect();
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    let answered = count(times.len());
    Ok(Round {
        per_second: answered / took,
        p50_millis: at(50),
        p99_millis: at(99),
        cpu_micros: (cpu_seconds(peer.process) - cpu_before) * 1e6 / answered,
    })
}

/// One connection's conversation. Some servers close after each answer; a new connection is made then.
fn converse<'r>(peer: &Peer, requests: impl Iterator<Item = &'r Vec<u8>>) -> Result<Vec<Duration>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", peer.name);
    let mut times = Vec::new();
    let mut stream: Option<TcpStream> = None;
    let mut buffer = Vec::with_capacity(4096);
    for request in requests {
        let begun = Instant::now();
        let mut open = match stream.take() {
            Some(open) => open,
            None => connect(&peer.address).map_err(failed)?,
        };
        open.write_all(request).map_err(failed)?;
        let stays = read_answer(&mut open, &mut buffer).map_err(failed)?;
        if !buffer.windows(9).any(|window| window == b"<Encrypt>") {
            return Err(format!("{} answered: {}", peer.name, String::from_utf8_lossy(&buffer)));
        }
        times.push(begun.elapsed());
        stream = stays.then_some(open);
    }
    Ok(times)
}

fn connect(address: &str) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    Ok(stream)
}

/// Reads one answer into the buffer; whether the connection stays open.
fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<bool> {
    buffer.clear();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk)?;
        buffer.extend(chunk.iter().take(read));
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(buffer.get(..end).unwrap_or_default()).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"))
                .and_then(|value| value.trim().parse::<usize>().ok());
            if length.is_some_and(|length| buffer.len() >= end + 4 + length) {
                return Ok(!head.contains("connection: close"));
            }
        }
        if read == 0 {
            return Ok(false);
        }
    }
}

/// CPU seconds used so far by a process and its children (proc(5), fields utime and stime).
fn cpu_seconds(process: u32) -> f64 {
    let own = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name: Vec<&str> = own.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let field = |number: usize| after_name.get(number).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    let ticks_per_second = 100.0;
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    let below: f64 = children.split_whitespace().filter_map(|child| child.parse().ok()).map(cpu_seconds).sum();
    (field(11) + field(12)) / ticks_per_second + below
}

/// A count as a number to calculate with; exact below 2³².
fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}
