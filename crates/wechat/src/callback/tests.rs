use proptest::prelude::*;

use super::*;
use crate::cipher::tests::{APP_ID, key, seal_raw};
use crate::environment::manual::Manual;
use crate::message::Kind;
use crate::push::{AnswerError, Push, Pusher};
use crate::xml::XmlError;

const NOW: i64 = 1_700_000_000;
const TOKEN: &str = "QDG6eK";

fn other_key() -> AesKey {
    AesKey::parse("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C").unwrap()
}

fn settings(mode: Mode) -> CallbackSettings {
    CallbackSettings {
        token: TOKEN.into(),
        app_id: APP_ID.into(),
        mode,
        key: Some(key()),
        previous_key: None,
        tolerance_seconds: TOLERANCE_SECONDS,
    }
}

fn callback(mode: Mode) -> Callback {
    Callback::new(settings(mode)).unwrap()
}

fn message(content: &str) -> Message {
    Message {
        to: "gh_0123456789ab".into(),
        from: "oABCD-efgh_IJKL0123456789xyz".into(),
        created: NOW,
        id: Some("9007199254740993".into()),
        article: None,
        kind: Kind::Text { content: content.into(), menu_id: None },
    }
}

fn push(mode: Mode, message: &Message) -> Push {
    Pusher::sealed(TOKEN, APP_ID, mode, key()).push(message, &Manual::at(NOW)).unwrap()
}

fn open(callback: &Callback, push: &Push) -> Result<Opened, Refusal> {
    callback.open(&Query::parse(&push.query)?, push.body.as_bytes(), NOW)
}

/// The query with one parameter replaced, or taken away.
fn with(query: &str, name: &str, value: Option<&str>) -> String {
    let kept = query.split('&').filter(|part| !part.starts_with(&format!("{name}="))).map(str::to_owned);
    kept.chain(value.map(|value| format!("{name}={value}"))).collect::<Vec<_>>().join("&")
}

#[test]
fn every_mode_is_opened_and_answered() {
    for mode in [Mode::Plain, Mode::Compatible, Mode::Secure] {
        let pusher = Pusher::sealed(TOKEN, APP_ID, mode, key());
        let callback = callback(mode);
        let opened = open(&callback, &push(mode, &message("档案"))).unwrap();
        assert_eq!(opened.message, message("档案"));
        assert_eq!(opened.sealed == Sealed::Plain, mode == Mode::Plain);
        let environment = Manual::at(NOW + 1);
        let answer = callback.seal(&opened, &Reply::text("好的"), &environment).unwrap();
        let read = pusher.read_answer(std::str::from_utf8(&answer).unwrap()).unwrap().unwrap();
        assert_eq!((read.reply, read.created), (Reply::Text("好的".into()), NOW + 1));
        assert_eq!((read.to, read.from), (opened.message.from.clone(), opened.message.to.clone()));
        assert_eq!(callback.seal(&opened, &Reply::Nothing, &environment).unwrap(), b"success");
    }
}

#[test]
fn replies_beyond_the_limits_are_not_sealed() {
    let opened = Opened { message: message("1"), sealed: Sealed::Plain };
    let reply = Reply::Text("a".repeat(2049));
    assert_eq!(callback(Mode::Plain).seal(&opened, &reply, &Manual::at(NOW)), Err(ReplyError::TooLong(2049)));
}

#[test]
fn a_mode_that_encrypts_needs_a_key() {
    for mode in [Mode::Compatible, Mode::Secure] {
        assert!(Callback::new(CallbackSettings { key: None, ..settings(mode) }).is_err());
    }
    assert!(Callback::new(CallbackSettings { key: None, ..settings(Mode::Plain) }).is_ok());
}

#[test]
fn w01_wrong_msg_signature_is_refused_before_anything_else() {
    let mut sent = push(Mode::Secure, &message("1"));
    sent.query = with(&sent.query, "msg_signature", Some(&"0".repeat(40)));
    assert_eq!(open(&callback(Mode::Secure), &sent), Err(Refusal::Signature));
    sent.body = "<xml><Encrypt>not even base64</Encrypt></xml>".into();
    assert_eq!(open(&callback(Mode::Secure), &sent), Err(Refusal::Signature));
    assert_eq!(Refusal::Signature.status(), 403);
}

#[test]
fn w02_plain_signature_does_not_cover_the_body() {
    let sent = push(Mode::Secure, &message("1"));
    for value in [None, Some("")] {
        let sent = Push { query: with(&sent.query, "msg_signature", value), ..sent.clone() };
        assert_eq!(open(&callback(Mode::Secure), &sent), Err(Refusal::Signature));
    }
    let other = push(Mode::Secure, &message("2"));
    assert_eq!(open(&callback(Mode::Secure), &Push { body: other.body, ..sent }), Err(Refusal::Signature));
}

#[test]
fn w03_no_downgrade_to_plain() {
    let clear = push(Mode::Plain, &message("1"));
    for mode in [Mode::Secure, Mode::Compatible] {
        assert_eq!(open(&callback(mode), &clear), Err(Refusal::Downgrade));
        let both = push(Mode::Compatible, &message("1"));
        for value in [None, Some("raw"), Some("")] {
            let sent = Push { query: with(&both.query, "encrypt_type", value), ..both.clone() };
            assert_eq!(open(&callback(mode), &sent), Err(Refusal::Downgrade));
        }
        let sent = Push { query: with(&both.query, "encrypt_type", Some("des")), ..both };
        assert_eq!(open(&callback(mode), &sent), Err(Refusal::Query));
    }
}

#[test]
fn w04_only_what_was_encrypted_counts() {
    let mut sent = push(Mode::Compatible, &message("encrypted"));
    assert!(sent.body.contains("<![CDATA[encrypted]]>"));
    sent.body = sent.body.replace("<![CDATA[encrypted]]>", "<![CDATA[forged]]>").replace("oABCD", "oEVIL");
    assert_eq!(open(&callback(Mode::Compatible), &sent).unwrap().message, message("encrypted"));
}

#[test]
fn w06_w07_malformed_queries_are_refused() {
    let callback = callback(Mode::Plain);
    let sent = push(Mode::Plain, &message("1"));
    for (name, value) in [("timestamp", None), ("nonce", None), ("timestamp", Some("1e9")), ("timestamp", Some("-1"))] {
        let sent = Push { query: with(&sent.query, name, value), ..sent.clone() };
        assert_eq!(open(&callback, &sent), Err(Refusal::Query), "{name} {value:?}");
    }
    for timestamp in ["17000000001700000000", "1700000000.0", "", "１７００００００００"] {
        let sent = Push { query: with(&sent.query, "timestamp", Some(timestamp)), ..sent.clone() };
        assert_eq!(open(&callback, &sent).map_err(|refusal| refusal.status()), Err(400), "{timestamp}");
    }
    let twice = Push { query: format!("{}&nonce=1", sent.query), ..sent };
    assert_eq!(open(&callback, &twice), Err(Refusal::Query));
}

#[test]
fn w07_w08_old_and_future_requests_are_stale_but_still_known() {
    let callback = callback(Mode::Secure);
    let sent = push(Mode::Secure, &message("1"));
    let query = Query::parse(&sent.query).unwrap();
    for offset in [0, 600, -600] {
        assert!(callback.open(&query, sent.body.as_bytes(), NOW + offset).is_ok(), "{offset}");
    }
    for offset in [601, -601, 86_400, -86_400] {
        let refusal = callback.open(&query, sent.body.as_bytes(), NOW + offset).unwrap_err();
        assert_eq!(refusal.status(), 403);
        let Refusal::Stale(opened) = refusal else { panic!("{refusal:?}") };
        assert_eq!(opened.message.key(APP_ID), message("1").key(APP_ID));
    }
    let forged = with(&sent.query, "msg_signature", Some("0"));
    let refusal = callback.open(&Query::parse(&forged).unwrap(), sent.body.as_bytes(), NOW + 86_400);
    assert_eq!(refusal, Err(Refusal::Signature));
}

#[test]
fn w13_to_w18_broken_ciphers_are_answered_like_wrong_signatures() {
    for text in [seal_raw(&[7; 64]), "AAAA".to_owned(), "!".to_owned()] {
        let sum = signature([TOKEN, &NOW.to_string(), "n", &text]);
        let sent = Push {
            query: format!("timestamp={NOW}&nonce=n&encrypt_type=aes&msg_signature={sum}"),
            body: format!("<xml><Encrypt>{text}</Encrypt></xml>"),
        };
        let refusal = open(&callback(Mode::Secure), &sent).unwrap_err();
        assert!(matches!(refusal, Refusal::Cipher(_)), "{refusal:?}");
        assert_eq!(refusal.status(), Refusal::Signature.status());
    }
    let foreign = Pusher::sealed(TOKEN, "wx0000000000000000", Mode::Secure, key());
    let sent = foreign.push(&message("1"), &Manual::at(NOW)).unwrap();
    assert_eq!(open(&callback(Mode::Secure), &sent), Err(Refusal::Cipher(CipherError::AppId)));
}

#[test]
fn w19_previous_key_works_until_its_time() {
    let old = Pusher::sealed(TOKEN, APP_ID, Mode::Secure, other_key());
    let sent = old.push(&message("1"), &Manual::at(NOW)).unwrap();
    let rotated = |until| {
        let previous_key = Some(PreviousKey { key: other_key(), until });
        Callback::new(CallbackSettings { previous_key, ..settings(Mode::Secure) }).unwrap()
    };
    for until in [None, Some(NOW + 1)] {
        let opened = open(&rotated(until), &sent).unwrap();
        assert_eq!(opened.sealed, Sealed::Previous);
        let answer = rotated(until).seal(&opened, &Reply::text("好"), &Manual::at(NOW)).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        assert!(old.read_answer(&answer).unwrap().is_some());
        assert!(Pusher::sealed(TOKEN, APP_ID, Mode::Secure, key()).read_answer(&answer).is_err());
    }
    assert!(matches!(open(&rotated(Some(NOW)), &sent), Err(Refusal::Cipher(_))));
    assert!(matches!(open(&callback(Mode::Secure), &sent), Err(Refusal::Cipher(_))));
    assert_eq!(open(&rotated(None), &push(Mode::Secure, &message("1"))).unwrap().sealed, Sealed::Current);
}

#[test]
fn w21_to_w28_hostile_bodies_are_refused() {
    let callback = callback(Mode::Secure);
    let sent = push(Mode::Secure, &message("1"));
    let refused = |body: String| open(&callback, &Push { body, query: sent.query.clone() }).unwrap_err();
    let xml = |error| Refusal::Message(MessageError::Xml(error));
    assert_eq!(refused(format!("<!DOCTYPE x>{}", sent.body)), xml(XmlError::DocType));
    assert_eq!(refused("<a>".repeat(80_000)), xml(XmlError::TooDeep));
    assert_eq!(refused("a".repeat(MAX_BODY + 1)), Refusal::TooLarge);
    assert_eq!(Refusal::TooLarge.status(), 413);
    assert_eq!(refused("<xml></xml>".into()).status(), 403);
    let invalid = callback.open(&Query::parse(&sent.query).unwrap(), b"<xml>\xff</xml>", NOW);
    assert_eq!(invalid, Err(Refusal::Signature));
}

#[test]
fn json_envelope_is_opened() {
    let sent = push(Mode::Secure, &message("1"));
    let text = sent.body.split("<Encrypt><![CDATA[").nth(1).unwrap().split("]]>").next().unwrap();
    let body = serde_json::json!({"ToUserName": "gh_0123456789ab", "Encrypt": text}).to_string();
    assert_eq!(open(&callback(Mode::Secure), &Push { body, ..sent }).unwrap().message, message("1"));
}

#[test]
fn w38_echo_is_returned_only_with_a_right_signature() {
    let callback = callback(Mode::Secure);
    let query = Pusher::plain(TOKEN, APP_ID).verification("4375120948345356249", &Manual::at(NOW));
    assert_eq!(callback.verify_url(&Query::parse(&query).unwrap()).unwrap(), "4375120948345356249");
    let forged = with(&query, "signature", Some("f464b24fc39322e44b38aa78f5edd27bd1441696"));
    assert_eq!(callback.verify_url(&Query::parse(&forged).unwrap()), Err(Refusal::Signature));
    for missing in ["signature", "timestamp", "nonce", "echostr"] {
        let query = with(&query, missing, None);
        assert!(callback.verify_url(&Query::parse(&query).unwrap()).is_err(), "{missing}");
    }
    let script = with(&query, "echostr", Some("%3Cscript%3E"));
    assert_eq!(callback.verify_url(&Query::parse(&script).unwrap()).unwrap(), "<script>");
    for (length, answered) in [(256, true), (257, false), (3000, false)] {
        let query = with(&query, "echostr", Some(&"1".repeat(length)));
        assert_eq!(callback.verify_url(&Query::parse(&query).unwrap()).is_ok(), answered, "{length}");
    }
}

#[test]
fn emulator_refuses_unusable_answers() {
    let secure = Pusher::sealed(TOKEN, APP_ID, Mode::Secure, key());
    let clear = Reply::text("好").to_xml("o", "g", 1).unwrap();
    assert_eq!(secure.read_answer(&clear), Err(AnswerError::Clear));
    let compatible = Pusher::sealed(TOKEN, APP_ID, Mode::Compatible, key());
    assert!(compatible.read_answer(&clear).unwrap().is_some());
    for empty in ["", "success"] {
        assert_eq!(secure.read_answer(empty), Ok(None));
    }
    for bad in [" ", "{\"errcode\":0}", "<html>502</html>", "<xml></xml>", "Success"] {
        assert!(compatible.read_answer(bad).is_err(), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn opening_anything_never_panics(raw in "[ -~]{0,120}", body in prop::collection::vec(any::<u8>(), 0..200)) {
        for mode in [Mode::Plain, Mode::Secure] {
            if let Ok(query) = Query::parse(&raw) {
                prop_assert!(callback(mode).open(&query, &body, NOW).is_err());
                prop_assert!(callback(mode).verify_url(&query).is_err());
            }
            let text = String::from_utf8_lossy(&body).replace("]]>", "");
            let sum = signature([TOKEN, &NOW.to_string(), "n", &text]);
            let plain = signature([TOKEN, &NOW.to_string(), "n"]);
            let query = format!("timestamp={NOW}&nonce=n&encrypt_type=aes&msg_signature={sum}&signature={plain}");
            let sealed = format!("<xml><Encrypt><![CDATA[{text}]]></Encrypt></xml>");
            let query = Query::parse(&query).unwrap();
            prop_assert!(callback(mode).open(&query, sealed.as_bytes(), NOW).is_err());
        }
    }
}
