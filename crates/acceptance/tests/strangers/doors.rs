//! The doors of the callback: query, envelope, message, reply.

use wechat::callback::{Callback, CallbackSettings, Mode, TOLERANCE_SECONDS};
use wechat::cipher::{AesKey, decrypt, encrypt};
use wechat::message::{Kind, Message};
use wechat::reply::Reply;
use wechat::{Query, signature};

use crate::drive::{cases, drive};
use crate::mutate::Words;

const APP_ID: &str = "wx49f0ab532d5d035a";
const KEY: &str = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR";

const XML: Words = &[
    "<xml>",
    "</xml>",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE xml [<!ENTITY a \"b\">]>",
    "&a;",
    "&lt;",
    "&#x1F600;",
    "&#0;",
    "<!--",
    "-->",
    "<?xml version=\"1.0\"?>",
    "<MsgType>",
    "text",
    "event",
    "voice",
    "image",
    "location",
    "<Event>",
    "subscribe",
    "unsubscribe",
    "SCAN",
    "CLICK",
    "VIEW",
    "MASSSENDJOBFINISH",
    "PUBLISHJOBFINISH",
    "<EventKey>",
    "qrscene_",
    "<MsgId>",
    "<CreateTime>",
    "<Content>",
    "<Encrypt>",
    "<ToUserName>",
    "<FromUserName>",
    "<Recognition>",
    "<Location_X>",
    "<Scale>",
    "<SendPicsInfo>",
    "<Count>",
    "<PicList>",
    "<item>",
    "</item>",
    "<a xmlns:b='c'>",
];
const MESSAGES: [&[u8]; 5] = [
    b"<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[oABCD-efgh_IJKL0123456789xyz]]>\
      </FromUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hall]]>\
      </Content><MsgId>24000000000000001</MsgId></xml>",
    b"<xml><ToUserName>gh_0123456789ab</ToUserName><FromUserName>oABCD-efgh_IJKL0123456789xyz</FromUserName>\
      <CreateTime>1700000000</CreateTime><MsgType>event</MsgType><Event>subscribe</Event><EventKey>qrscene_room</EventKey>\
      <Ticket>T</Ticket></xml>",
    b"<xml><ToUserName>gh_0123456789ab</ToUserName><FromUserName>oABCD-efgh_IJKL0123456789xyz</FromUserName>\
      <CreateTime>1700000000</CreateTime><MsgType>event</MsgType><Event>MASSSENDJOBFINISH</Event><MsgID>1</MsgID>\
      <Status>sendsuccess</Status><TotalCount>9</TotalCount><FilterCount>8</FilterCount><SentCount>7</SentCount>\
      <ErrorCount>1</ErrorCount></xml>",
    b"<xml><ToUserName>gh_0123456789ab</ToUserName><FromUserName>oABCD-efgh_IJKL0123456789xyz</FromUserName>\
      <CreateTime>1700000000</CreateTime><MsgType>location</MsgType><Location_X>23.1</Location_X>\
      <Location_Y>113.3</Location_Y><Scale>20</Scale><Label>L</Label><MsgId>24000000000000002</MsgId></xml>",
    br#"{"ToUserName":"gh_0123456789ab","FromUserName":"oABCD-efgh_IJKL0123456789xyz","CreateTime":1700000000,"MsgType":"event",
      "Event":"subscribe_msg_popup_event","List":{"TemplateId":"T","SubscribeStatusString":"accept","PopupScene":"0"}}"#,
];

/// The kind of an outcome: its debug text as far as it is a name.
fn kind(outcome: &impl std::fmt::Debug) -> String {
    let text = format!("{outcome:?}");
    text.split(|letter: char| !letter.is_ascii_alphanumeric()).take(2).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_message_in_clear() {
    drive("message", cases(), &MESSAGES, XML, |body| match Message::parse(body) {
        Ok(message) => {
            assert!(message.key(APP_ID).len() <= 191, "the key fits the inbox");
            let kind = kind(&message.kind);
            if matches!(message.kind, Kind::Text { .. }) {
                assert_eq!(Message::parse(message.to_xml().as_bytes()), Ok(message), "what was read is written so");
            }
            kind
        }
        Err(error) => kind(&error),
    });
}

#[test]
fn a_query() {
    let words: Words =
        &["signature=", "msg_signature=", "timestamp=", "nonce=", "openid=", "encrypt_type=aes", "echostr=", "[]"];
    let good: &[u8] =
        b"signature=75c5b5b2f0f2e4a7d1&timestamp=1700000000&nonce=42&openid=oABC&encrypt_type=aes&msg_signature=9";
    drive("query", cases(), &[good, b"echostr=17&nonce=1&timestamp=2&signature=3"], words, |bytes| match Query::parse(
        &String::from_utf8_lossy(bytes),
    ) {
        Ok(query) => format!("{} {}", query.timestamp.is_some(), query.nonce.is_some()),
        Err(error) => kind(&error),
    });
}

fn callback() -> Callback {
    Callback::new(CallbackSettings {
        token: "token".into(),
        app_id: APP_ID.into(),
        mode: Mode::Secure,
        key: Some(AesKey::parse(KEY).unwrap()),
        previous_key: None,
        tolerance_seconds: TOLERANCE_SECONDS,
    })
    .unwrap()
}

/// The signature is right, so that the sealed text itself is what is tried.
#[test]
fn an_envelope() {
    let (callback, key) = (callback(), AesKey::parse(KEY).unwrap());
    let sealed: Vec<String> = MESSAGES.iter().map(|clear| encrypt(&key, APP_ID, clear, [7; 16]).unwrap()).collect();
    let seeds: Vec<&[u8]> = sealed.iter().map(String::as_bytes).collect();
    drive("envelope", cases(), &seeds, XML, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let sum = signature(["token", "1", "2", &text]);
        let query = format!("timestamp=1&nonce=2&encrypt_type=aes&msg_signature={sum}");
        let body = format!("<xml><Encrypt><![CDATA[{text}]]></Encrypt></xml>");
        let query = Query::parse(&query).unwrap();
        let raw = kind(&callback.open(&query, bytes, 1).err());
        format!(
            "{raw}, {}",
            callback.open(&query, body.as_bytes(), 1).map_or_else(|error| kind(&error), |_| "opened".into())
        )
    });
}

/// What the key holder may have sealed: any bytes, which must come out as they went in.
#[test]
fn a_sealed_text() {
    let key = AesKey::parse(KEY).unwrap();
    drive("sealed", cases(), &MESSAGES, XML, |bytes| {
        let sealed = encrypt(&key, APP_ID, bytes, [7; 16]).unwrap();
        // There is no empty message (W16).
        let message = Some(bytes).filter(|bytes| !bytes.is_empty());
        assert_eq!(decrypt(&key, APP_ID, &sealed).ok().as_deref(), message);
        assert!(decrypt(&key, "wx0000000000000000", &sealed).is_err(), "another account's");
        kind(&callback_refusal(&callback(), &sealed))
    });
}

fn callback_refusal(callback: &Callback, sealed: &str) -> Option<wechat::callback::Refusal> {
    let sum = signature(["token", "1700000000", "2", sealed]);
    let query = format!("timestamp=1700000000&nonce=2&encrypt_type=aes&msg_signature={sum}");
    let body = format!("<xml><Encrypt>{sealed}</Encrypt></xml>");
    callback.open(&Query::parse(&query).unwrap(), body.as_bytes(), 1_700_000_000).err()
}

#[test]
fn a_reply() {
    let words: Words = &[
        "<Articles>",
        "<item>",
        "<Title>",
        "<Url>",
        "<MsgType>news</MsgType>",
        "<ArticleCount>",
        "https://a.example/",
    ];
    let replies = [
        Reply::text("开放时间：周一至周五").to_xml("oABC", "gh_1", 1).unwrap(),
        Reply::text_with_more(&"很长的答复。".repeat(400), "https://a.example/q/1").to_xml("oABC", "gh_1", 1).unwrap(),
    ];
    let seeds: Vec<&[u8]> = replies.iter().map(String::as_bytes).collect();
    let asked = Kind::Text { content: String::new(), menu_id: None };
    drive("reply", cases(), &seeds, words, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        for reply in [Reply::text(&text), Reply::text_with_more(&text, "https://a.example/q/1")] {
            assert_eq!(reply.check(&asked), Ok(()), "a text is cut to size");
        }
        Reply::parse(&text).map_or_else(|error| kind(&error), |reply| kind(&reply.reply))
    });
}
