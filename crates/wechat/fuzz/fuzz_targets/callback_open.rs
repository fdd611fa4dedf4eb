//! A signed body of any bytes, as base64 and as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wechat::callback::{Callback, CallbackSettings, Mode, TOLERANCE_SECONDS};
use wechat::cipher::AesKey;
use wechat::{Query, signature};

fuzz_target!(|body: &[u8]| {
    let key = AesKey::parse("kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR").unwrap();
    let settings = CallbackSettings {
        token: "token".into(),
        app_id: "wx49f0ab532d5d035a".into(),
        mode: Mode::Secure,
        key: Some(key),
        previous_key: None,
        tolerance_seconds: TOLERANCE_SECONDS,
    };
    let callback = Callback::new(settings).unwrap();
    let _ = callback.open(&Query::parse("timestamp=1&nonce=2&encrypt_type=aes&msg_signature=3").unwrap(), body, 1);
    if let Ok(text) = std::str::from_utf8(body) {
        let _ = Query::parse(text);
        let sum = signature(["token", "1", "2", text]);
        let query = format!("timestamp=1&nonce=2&encrypt_type=aes&msg_signature={sum}");
        let body = format!("<xml><Encrypt><![CDATA[{text}]]></Encrypt></xml>");
        let _ = callback.open(&Query::parse(&query).unwrap(), body.as_bytes(), 1);
    }
});
