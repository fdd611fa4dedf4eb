//! W05: a wrong signature is refused in the same time wherever it is wrong.

use std::hint::black_box;
use std::time::Instant;

use kernel::Random;
use wechat::callback::{Callback, CallbackSettings, Mode, TOLERANCE_SECONDS};
use wechat::cipher::{AesKey, encrypt};
use wechat::{Query, signature};

use super::Row;
use super::statistics::{BOUND, welch};
use measures::Outcome;

const REQUESTS: usize = 100_000;
const APP_ID: &str = "wx49f0ab532d5d035a";
const KEY: &str = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR";

pub(crate) async fn rows() -> Outcome<Vec<Row>> {
    let key = AesKey::parse(KEY)?;
    let sealed = encrypt(&key, APP_ID, b"<xml></xml>", [7; 16])?;
    let body = format!("<xml><Encrypt>{sealed}</Encrypt></xml>");
    let sum = signature(["token", "1", "2", &sealed]);
    let wrong = [first_wrong(&sum), last_wrong(&sum)];
    let queries = wrong.clone().map(|sum| format!("timestamp=1&nonce=2&encrypt_type=aes&msg_signature={sum}"));
    let [first, last] = &queries;
    let queries = [Query::parse(first)?, Query::parse(last)?];
    let callback = Callback::new(CallbackSettings {
        token: "token".into(),
        app_id: APP_ID.into(),
        mode: Mode::Secure,
        key: Some(key),
        previous_key: None,
        tolerance_seconds: TOLERANCE_SECONDS,
    })?;
    let ours = Row::new("W05 signature wrong in its first or last place", "Welch's t", false);
    let ours = ours.measured(async || compared(&queries, |query| callback.open(query, body.as_bytes(), 1).is_err()));
    let naive = Row::new("W05 the same, compared letter by letter (control)", "Welch's t", true);
    let naive = naive.measured(async || {
        compared(&wrong, |claimed| {
            let expected = signature(["token", "1", "2", black_box(&sealed)]);
            !expected.bytes().zip(claimed.bytes()).all(|(expected, claimed)| black_box(expected) == black_box(claimed))
        })
    });
    Ok(vec![ours.await?, naive.await?])
}

/// Refuses requests of two classes in an order of chance and compares the times.
fn compared<R>(classes: &[R; 2], refuse: impl Fn(&R) -> bool) -> Outcome<(f64, bool)> {
    let random = Random::seeded(5);
    let mut times = [Vec::with_capacity(REQUESTS), Vec::with_capacity(REQUESTS)];
    for _ in 0..REQUESTS {
        let second = random.below(2) == 1;
        let [one, two] = classes;
        let request = black_box(if second { two } else { one });
        let begun = Instant::now();
        let refused = black_box(refuse(request));
        let took = begun.elapsed();
        if !refused {
            return Err("a wrong signature was taken".into());
        }
        let [one, two] = &mut times;
        if second { two } else { one }.push(took.as_secs_f64() * 1e9);
    }
    let [one, two] = &times;
    let t = welch(one, two);
    Ok((t, t.abs() > BOUND))
}

/// The sum with another first letter.
fn first_wrong(sum: &str) -> String {
    let other = if sum.starts_with('0') { '1' } else { '0' };
    sum.char_indices().map(|(at, letter)| if at == 0 { other } else { letter }).collect()
}

/// The sum with another last letter.
fn last_wrong(sum: &str) -> String {
    let other = if sum.ends_with('0') { '1' } else { '0' };
    sum.char_indices().map(|(at, letter)| if at + 1 == sum.len() { other } else { letter }).collect()
}
