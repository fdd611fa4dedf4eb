//! Pushing to a scripted callback.

use std::time::Duration;

use serde_json::{Value, json};
use wechat::callback::{Callback, CallbackSettings, Mode as Sealing, PreviousKey};
use wechat::cipher::AesKey;
use wechat::message::{Event, Kind as Said};
use wechat::reply::{Article, Reply};
use wechat::{Environment as _, Query};

use super::FAULT_LINE;
use crate::testing::{Live, Script, Step, account, environment};
use crate::{Kind, Mode, SandboxAccount};

const PREVIOUS: &str = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR";

/// A sandbox whose account `a` pushes to a scripted callback, with a follower whose follow is behind us.
async fn connected(mode: Mode, answer_within: Duration) -> (Live, Script, String) {
    let previous_encoding_aes_key = Some(PREVIOUS.to_owned());
    let wanted = SandboxAccount { previous_encoding_aes_key, mode, ..account("a", Kind::Service, true) };
    let live = Live::start(vec![wanted], answer_within).await;
    let openid = live.follower().await;
    let script = Script::default();
    let url = script.listen(&live.sandbox).await;
    live.control("/accounts", &json!({"name": "a", "callback_url": url})).await;
    (live, script, openid)
}

/// The account's own side, to read what was pushed and to seal replies.
fn callback(live: &Live) -> Callback {
    let settings = live.sandbox.accounts().remove(0);
    let previous = PreviousKey { key: AesKey::parse(PREVIOUS).unwrap(), until: None };
    Callback::new(CallbackSettings {
        token: settings.token,
        app_id: settings.app_id,
        mode: match settings.mode {
            Mode::Plain => Sealing::Plain,
            Mode::Compatible => Sealing::Compatible,
            Mode::Secure => Sealing::Secure,
        },
        key: Some(AesKey::parse(&settings.encoding_aes_key).unwrap()),
        previous_key: Some(previous),
        tolerance_seconds: 600,
    })
    .unwrap()
}

fn opened(live: &Live, (query, body): &(String, String)) -> wechat::callback::Opened {
    let query = Query::parse(query).unwrap();
    callback(live).open(&query, body.as_bytes(), environment().now()).unwrap()
}

async fn last_delivery(live: &Live) -> Value {
    live.get("/_sandbox/deliveries").await.as_array().unwrap().last().unwrap().clone()
}

fn outcomes(delivery: &Value) -> Vec<&str> {
    delivery["attempts"].as_array().unwrap().iter().map(|attempt| attempt["outcome"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_is_pushed_opens_in_every_mode_and_the_reply_shows() {
    for mode in [Mode::Plain, Mode::Compatible, Mode::Secure] {
        let (live, script, openid) = connected(mode, Duration::from_secs(5)).await;
        live.send(&openid, "text", "开馆时间").await;
        let first = opened(&live, &script.seen()[0]);
        assert_eq!(first.message.kind, Said::Text { content: "开馆时间".to_owned(), menu_id: None });
        assert!(first.message.id.as_ref().unwrap().parse::<u64>().unwrap() > 1 << 53);
        // The script cannot know the openid beforehand, so the reply is sealed now and given to the next message.
        let sealed = callback(&live).seal(&first, &Reply::Text("九点".to_owned()), &*environment()).unwrap();
        script.then(Step::Say(200, String::from_utf8(sealed).unwrap()));
        let answer = live.send(&openid, "text", "再问").await;
        assert_eq!(answer["result"], "replied");
        assert_eq!(live.chat(&openid).await.last().unwrap().2, "九点");
        assert!(last_delivery(&live).await["reply"].as_str().unwrap().contains("九点"));
    }
}

#[tokio::test]
async fn a_news_card_is_readable_by_an_outside_tester() {
    let (live, script, openid) = connected(Mode::Secure, Duration::from_secs(5)).await;
    live.send(&openid, "text", "展览").await;
    let article =
        Article {
            title: "展".into(), description: "述".into(), pic_url: "http://p/".into(), url: "http://u/".into()
        };
    let first = opened(&live, &script.seen()[0]);
    let sealed = callback(&live).seal(&first, &Reply::News(vec![article]), &*environment()).unwrap();
    script.then(Step::Say(200, String::from_utf8(sealed).unwrap()));
    live.send(&openid, "text", "展览").await;
    let chat = live.get(&format!("/_sandbox/a/followers/{openid}/chat")).await;
    let card = chat.as_array().unwrap().last().unwrap();
    for (name, value) in [
        ("direction", "out"),
        ("type", "news"),
        ("title", "展"),
        ("description", "述"),
        ("url", "http://u/"),
        ("picurl", "http://p/"),
    ] {
        assert_eq!(card[name], value);
    }
}

#[tokio::test]
async fn silence_is_asked_three_times_and_then_the_fault_line_shows() {
    let (live, script, openid) = connected(Mode::Secure, Duration::from_millis(60)).await;
    for _ in 0..3 {
        script.then(Step::Hang);
    }
    let answer = live.send(&openid, "text", "在吗").await;
    assert_eq!(answer["result"], "failed");
    let ids: Vec<_> = script.seen().iter().map(|request| opened(&live, request).message.id).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| *id == ids[0] && id.is_some()), "the same MsgId each time");
    assert_eq!(outcomes(&last_delivery(&live).await), ["timeout", "timeout", "timeout"]);
    let last = live.chat(&openid).await.pop().unwrap();
    assert_eq!((last.0.as_str(), last.2.as_str()), ("system", FAULT_LINE));
}

#[tokio::test]
async fn a_server_that_is_down_is_asked_three_times_too() {
    let (live, _, openid) = connected(Mode::Secure, Duration::from_millis(60)).await;
    live.control("/accounts", &json!({"name": "a", "callback_url": "http://127.0.0.1:1/"})).await;
    live.send(&openid, "text", "在吗").await;
    assert_eq!(outcomes(&last_delivery(&live).await), ["refused", "refused", "refused"]);
}

#[tokio::test]
async fn an_unusable_answer_shows_the_fault_line_at_once() {
    let (live, script, openid) = connected(Mode::Secure, Duration::from_secs(5)).await;
    for body in ["{\"a\":1}", "<html></html>", " ", "<xml><MsgType><![CDATA[text]]></MsgType></xml>"] {
        script.then(Step::Say(200, body.to_owned()));
        let answer = live.send(&openid, "text", "在吗").await;
        assert_eq!(answer["result"], "bad", "{body}");
        assert_eq!(live.chat(&openid).await.pop().unwrap().2, FAULT_LINE);
    }
    for body in ["", "success"] {
        script.then(Step::Say(200, body.to_owned()));
        assert_eq!(live.send(&openid, "text", "在吗").await["result"], "accepted", "{body}");
        assert_eq!(live.chat(&openid).await.pop().unwrap().0, "in");
    }
}

#[tokio::test]
async fn a_lost_answer_and_a_repeat_bring_the_same_message_again() {
    for (fault, expected) in [("drop", ["dropped", "ok"]), ("repeat", ["ok", "repeat"]), ("delay", ["late", "ok"])] {
        let (live, script, openid) = connected(Mode::Secure, Duration::from_millis(400)).await;
        live.control("/faults", &json!({"name": fault, "count": 1})).await;
        live.send(&openid, "text", "在吗").await;
        let seen = script.seen();
        assert_eq!(seen.len(), 2, "{fault}");
        assert_eq!(opened(&live, &seen[0]).message, opened(&live, &seen[1]).message);
        assert_ne!(seen[0].0, seen[1].0, "a new signature each time");
        assert_eq!(outcomes(&last_delivery(&live).await), expected);
        assert!(live.chat(&openid).await.iter().all(|entry| entry.2 != FAULT_LINE));
        live.send(&openid, "text", "还在吗").await;
        assert_eq!(script.seen().len(), 3, "{fault} struck once");
    }
}

#[tokio::test]
async fn the_previous_key_the_compatible_body_and_json_can_be_switched_on() {
    use wechat::callback::Sealed;
    let (live, script, openid) = connected(Mode::Secure, Duration::from_secs(5)).await;
    live.control("/faults", &json!({"name": "old key", "count": 1})).await;
    live.send(&openid, "text", "旧钥").await;
    assert_eq!(opened(&live, &script.seen()[0]).sealed, Sealed::Previous);
    live.control("/faults", &json!({"name": "compatible"})).await;
    live.send(&openid, "text", "兼容").await;
    assert!(script.seen()[1].1.contains("<Content><![CDATA[兼容]]></Content>"));
    opened(&live, &script.seen()[1]);
    live.control("/faults", &json!({"name": "json_events"})).await;
    live.send(&openid, "text", "不是事件").await;
    live.send(&openid, "click", "K1").await;
    assert_eq!(opened(&live, &script.seen()[3]).message.kind, Said::Event(Event::Click("K1".to_owned())));
    live.control("/faults", &json!({"name": "bad_signature"})).await;
    live.send(&openid, "text", "假的").await;
    let (query, body) = &script.seen()[4];
    assert!(callback(&live).open(&Query::parse(query).unwrap(), body.as_bytes(), environment().now()).is_err());
}

#[tokio::test]
async fn a_reordered_message_comes_after_the_next_one() {
    let (live, script, openid) = connected(Mode::Secure, Duration::from_secs(5)).await;
    live.control("/faults", &json!({"name": "reorder"})).await;
    tokio::join!(live.send(&openid, "text", "一"), live.send(&openid, "text", "二"));
    let ids: Vec<_> = script.seen().iter().map(|request| opened(&live, request).message.id).collect();
    assert_eq!(ids.len(), 2);
    assert!(ids[0] > ids[1]);
}

#[tokio::test]
async fn every_deed_of_the_phone_is_the_event_of_the_reference() {
    let (live, script, openid) = connected(Mode::Secure, Duration::from_secs(5)).await;
    for (kind, content) in [
        ("image", ""),
        ("location", "28.2,112.9,长沙"),
        ("scan", "desk"),
        ("click", "K"),
        ("view", "http://a/"),
        ("shortvideo", ""),
        ("LOCATION", "28.2,112.9"),
        ("UNSUBSCRIBE", ""),
        ("scan", "desk"),
    ] {
        assert_eq!(live.send(&openid, kind, content).await["result"], "accepted", "{kind}");
    }
    let kinds: Vec<Said> = script.seen().iter().map(|request| opened(&live, request).message.kind).collect();
    assert!(matches!(&kinds[0], Said::Image { pic_url, .. } if pic_url.starts_with(&live.base)));
    assert!(matches!(&kinds[1], Said::Location(spot) if spot.label == "长沙"));
    assert!(matches!(&kinds[2], Said::Event(Event::Scan(scene)) if scene.value == "desk"));
    assert_eq!(kinds[3], Said::Event(Event::Click("K".to_owned())));
    assert!(matches!(&kinds[4], Said::Event(Event::View { url, .. }) if url == "http://a/"));
    assert!(matches!(&kinds[5], Said::ShortVideo { .. }));
    assert!(matches!(&kinds[6], Said::Event(Event::Location { latitude, .. }) if (latitude - 28.2).abs() < 1e-9));
    assert_eq!(kinds[7], Said::Event(Event::Unsubscribe));
    assert!(matches!(&kinds[8], Said::Event(Event::Subscribe(Some(scene))) if scene.value == "desk"));
    assert!(script.seen()[8].1.len() > 100);
    let spoken = json!({"type": "voice", "recognition": "开放时间"});
    live.control(&format!("/a/followers/{openid}/messages"), &spoken).await;
    let heard = opened(&live, script.seen().last().unwrap()).message.kind;
    assert!(
        matches!(heard, Said::Voice { recognition: Some(words), format, .. } if (&*words, &*format) == ("开放时间", "amr"))
    );
}
