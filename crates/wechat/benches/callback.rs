//! What one encrypted message costs: query, signature, decryption, reading, and an encrypted answer.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use wechat::callback::{Callback, CallbackSettings, Mode, TOLERANCE_SECONDS};
use wechat::cipher::AesKey;
use wechat::message::{Kind, Message};
use wechat::push::Pusher;
use wechat::reply::Reply;
use wechat::{Environment, Query};

const NOW: i64 = 1_700_000_000;
const TOKEN: &str = "QDG6eK";
const APP_ID: &str = "wx49f0ab532d5d035a";

struct Still;

impl Environment for Still {
    fn now(&self) -> i64 {
        NOW
    }

    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

fn message() -> Message {
    Message {
        to: "gh_0123456789ab".into(),
        from: "oABCD-efgh_IJKL0123456789xyz".into(),
        created: NOW,
        id: Some("9007199254740993".into()),
        article: None,
        kind: Kind::Text { content: "粤府〔2023〕68号".into(), menu_id: None },
    }
}

fn callback(criterion: &mut Criterion) {
    let Ok(key) = AesKey::parse("kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR") else { return };
    let Ok(push) = Pusher::sealed(TOKEN, APP_ID, Mode::Secure, key.clone()).push(&message(), &Still) else { return };
    let settings = CallbackSettings {
        token: TOKEN.into(),
        app_id: APP_ID.into(),
        mode: Mode::Secure,
        key: Some(key),
        previous_key: None,
        tolerance_seconds: TOLERANCE_SECONDS,
    };
    let Ok(callback) = Callback::new(settings) else { return };
    let reply = Reply::text("阅览室周一至周五九时至十七时开放，查阅请带身份证。");
    let open = || callback.open(&Query::parse(black_box(&push.query)).unwrap_or_default(), push.body.as_bytes(), NOW);
    let Ok(opened) = open() else { return };
    criterion.bench_function("open", |bencher| bencher.iter(|| black_box(open())));
    criterion.bench_function("seal", |bencher| bencher.iter(|| black_box(callback.seal(&opened, &reply, &Still))));
    criterion.bench_function("open and seal", |bencher| {
        bencher.iter(|| open().map(|opened| black_box(callback.seal(&opened, &reply, &Still))));
    });
}

criterion_group!(benches, callback);
criterion_main!(benches);
