//! Doors of the callback of an Official Account: query and envelope, message, reply.

use std::error::Error;

use wechat::callback::{Callback, CallbackSettings, Mode, TOLERANCE_SECONDS};
use wechat::cipher::{AesKey, decrypt, encrypt};
use wechat::message::{Kind, Message};
use wechat::reply::Reply;
use wechat::{Query, signature};

use crate::{Body, kind};

const APP_ID: &str = "wx49f0ab532d5d035a";
const KEY: &str = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR";

/// A message in clear, XML or JSON.
pub(crate) fn message() -> Result<Body, Box<dyn Error>> {
    Ok(Box::new(|body| match Message::parse(body) {
        Ok(message) => {
            assert!(message.key(APP_ID).len() <= 191, "the key fits the inbox");
            let kind = kind(&message.kind);
            if matches!(message.kind, Kind::Text { .. }) {
                assert_eq!(Message::parse(message.to_xml().as_bytes()), Ok(message), "what was read is written so");
            }
            kind
        }
        Err(error) => kind(&error),
    }))
}

/// A query, and a body under it: as it is, in an envelope whose signature is right, and sealed by the holder of the key.
pub(crate) fn envelope() -> Result<Body, Box<dyn Error>> {
    let key = AesKey::parse(KEY)?;
    let callback = Callback::new(CallbackSettings {
        token: "token".into(),
        app_id: APP_ID.into(),
        mode: Mode::Secure,
        key: Some(AesKey::parse(KEY)?),
        previous_key: None,
        tolerance_seconds: TOLERANCE_SECONDS,
    })?;
    Ok(Box::new(move |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let asked = Query::parse(&text).map_or_else(|error| kind(&error), |query| kind(&query.nonce.is_some()));
        // There is no empty message (W16).
        let message = Some(bytes).filter(|bytes| !bytes.is_empty());
        if let Ok(sealed) = encrypt(&key, APP_ID, bytes, [7; 16]) {
            assert_eq!(decrypt(&key, APP_ID, &sealed).ok().as_deref(), message, "it comes out as it went in");
            assert!(decrypt(&key, "wx0000000000000000", &sealed).is_err(), "another account's does not");
        }
        format!("{asked}, {}", opened(&callback, &text, bytes))
    }))
}

fn opened(callback: &Callback, text: &str, bytes: &[u8]) -> String {
    let sum = signature(["token", "1", "2", text]);
    let query = format!("timestamp=1&nonce=2&encrypt_type=aes&msg_signature={sum}");
    let Ok(query) = Query::parse(&query) else {
        return "no query".to_owned();
    };
    let raw = kind(&callback.open(&query, bytes, 1).err());
    let body = format!("<xml><Encrypt><![CDATA[{text}]]></Encrypt></xml>");
    let sealed = callback.open(&query, body.as_bytes(), 1);
    format!("{raw}, {}", sealed.map_or_else(|error| kind(&error), |_| "opened".into()))
}

/// A reply in clear, and texts of any length cut to size.
pub(crate) fn reply() -> Result<Body, Box<dyn Error>> {
    let asked = Kind::Text { content: String::new(), menu_id: None };
    Ok(Box::new(move |bytes| {
        let text = String::from_utf8_lossy(bytes);
        for reply in [Reply::text(&text), Reply::text_with_more(&text, "https://a.example/q/1")] {
            assert_eq!(reply.check(&asked), Ok(()), "a text is cut to size");
        }
        Reply::parse(&text).map_or_else(|error| kind(&error), |reply| kind(&reply.reply))
    }))
}
