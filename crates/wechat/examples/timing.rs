//! Whether the time a refusal takes tells anything (W05, W14): a signature that is wrong at its first character, at its
//! last one, or everywhere, over a genuine cipher and over one whose padding is broken. `make soak` runs it; it fails if
//! the medians are apart by more than a fiftieth.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use wechat::callback::{Callback, CallbackSettings, Mode, TOLERANCE_SECONDS};
use wechat::cipher::{AesKey, CipherError};
use wechat::push::Pusher;
use wechat::{Environment, Query};

const NOW: i64 = 1_700_000_000;
const TOKEN: &str = "QDG6eK";
const APP_ID: &str = "wx49f0ab532d5d035a";
const ORIGINAL_ID: &str = "gh_0123456789ab";
const OPENID: &str = "oABCD-efgh_IJKL0123456789xyz";
const KEY: &str = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR";

/// Requests of each kind.
const ROUNDS: usize = 100_000;
/// Medians may be apart by one part in so many.
const TOLERATED: u128 = 50;

struct Still;

impl Environment for Still {
    fn now(&self) -> i64 {
        NOW
    }

    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// A kind of request: its name, query and body.
type Forgery = (&'static str, String, String);

fn main() -> ExitCode {
    match measure() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("the time of a refusal tells where it differs");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<bool, CipherError> {
    let settings = CallbackSettings {
        token: TOKEN.to_owned(),
        app_id: APP_ID.to_owned(),
        mode: Mode::Secure,
        key: Some(AesKey::parse(KEY)?),
        previous_key: None,
        tolerance_seconds: TOLERANCE_SECONDS,
    };
    let callback = Callback::new(settings)?;
    let forgeries = forgeries()?;
    let mut taken: Vec<Vec<u128>> = vec![Vec::with_capacity(ROUNDS); forgeries.len()];
    // In turns, so that whatever else the machine does falls on all alike.
    for _ in 0..ROUNDS {
        for ((_, query, body), taken) in forgeries.iter().zip(&mut taken) {
            let began = Instant::now();
            let refused = Query::parse(query).is_ok_and(|query| callback.open(&query, body.as_bytes(), NOW).is_err());
            taken.push(began.elapsed().as_nanos());
            black_box(refused);
        }
    }
    let medians: Vec<u128> = taken.iter_mut().map(|taken| median(taken)).collect();
    for ((name, ..), median) in forgeries.iter().zip(&medians) {
        println!("{name:<48}{median:>8} ns");
    }
    let (least, most) = (medians.iter().min().copied(), medians.iter().max().copied());
    let (least, most) = (least.unwrap_or_default(), most.unwrap_or_default());
    Ok((most - least) * TOLERATED <= most)
}

fn forgeries() -> Result<Vec<Forgery>, CipherError> {
    let pusher = |key| Pusher::sealed(TOKEN, APP_ID, Mode::Secure, key);
    let clear = "<xml><ToUserName>gh_0123456789ab</ToUserName></xml>";
    let genuine = pusher(AesKey::parse(KEY)?).push_raw(OPENID, ORIGINAL_ID, clear, &Still)?;
    // Sealed with another key, the padding is noise.
    let other = AesKey::parse("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")?;
    let broken = pusher(other).push_raw(OPENID, ORIGINAL_ID, clear, &Still)?;
    let forged = |query: &str, change: fn(usize) -> bool| {
        let mark = "msg_signature=";
        let at = query.find(mark).map_or(0, |at| at + mark.len());
        let swap = |(place, letter): (usize, char)| match place.checked_sub(at) {
            Some(place) if place < 40 && change(place) => {
                if letter == '0' {
                    '1'
                } else {
                    '0'
                }
            }
            _ => letter,
        };
        query.char_indices().map(swap).collect::<String>()
    };
    Ok(vec![
        ("wrong at the first character", forged(&genuine.query, |place| place == 0), genuine.body.clone()),
        ("wrong at the last character", forged(&genuine.query, |place| place == 39), genuine.body.clone()),
        ("wrong everywhere", forged(&genuine.query, |_| true), genuine.body),
        ("wrong at the first character, broken padding", forged(&broken.query, |place| place == 0), broken.body),
    ])
}

fn median(taken: &mut [u128]) -> u128 {
    taken.sort_unstable();
    taken.get(taken.len() / 2).copied().unwrap_or_default()
}
