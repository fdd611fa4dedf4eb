//! The control interface and what is kept on disk.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use serde_json::json;
use tower::ServiceExt as _;
use wechat::client::{Audience, ClientMessageId, MassSend, MediaKind};
use wechat::wire::draft::Article;
use wechat::wire::mass::MassContent;

use crate::testing::{Live, account, environment};
use crate::{Kind, Offset, Sandbox, SandboxSettings};

async fn status(sandbox: &Sandbox, peer: Option<&str>, path: &str) -> StatusCode {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    if let Some(peer) = peer {
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
    }
    sandbox.router().oneshot(request).await.unwrap().status()
}

#[tokio::test]
async fn the_control_interface_is_for_this_machine_only() {
    let live = Live::service().await;
    let path = "/_sandbox/clock";
    assert_eq!(status(&live.sandbox, Some("127.0.0.1:9"), path).await, StatusCode::OK);
    assert_eq!(status(&live.sandbox, Some("[::1]:9"), path).await, StatusCode::OK);
    assert_eq!(status(&live.sandbox, Some("[::ffff:127.0.0.1]:9"), path).await, StatusCode::OK);
    for peer in [Some("192.168.1.7:9"), Some("[2001:db8::1]:9"), None] {
        for path in [path, "/_sandbox/accounts", "/_sandbox/deliveries", "/_sandbox/faults"] {
            assert_eq!(status(&live.sandbox, peer, path).await, StatusCode::FORBIDDEN, "{peer:?} {path}");
        }
        assert_eq!(status(&live.sandbox, peer, "/_phone/accounts").await, StatusCode::OK, "the phone is for everybody");
    }
}

#[tokio::test]
async fn a_page_of_another_site_cannot_drive_it() {
    let live = Live::service().await;
    let url = format!("{}/_sandbox/faults", live.base);
    let request = live.sandbox.inner.http.post(url).header("origin", "https://example.org").body("{}");
    assert_eq!(request.send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn followers_come_talk_and_go() {
    let live = Live::service().await;
    let openid = live.follower().await;
    assert!(openid.len() == 28 && openid.starts_with('o'));
    assert_eq!(live.send(&openid, "text", "你好").await["result"], "unconnected");
    assert_eq!(live.chat(&openid).await.last().unwrap(), &("in".to_owned(), "text".to_owned(), "你好".to_owned()));
    live.send(&openid, "unsubscribe", "").await;
    assert!(live.send(&openid, "text", "你好").await["error"].as_str().unwrap().contains("关注"));
    let deliveries = live.get("/_sandbox/deliveries").await;
    let kinds: Vec<_> =
        deliveries.as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["subscribe", "text", "unsubscribe"]);
    assert!(live.control("/nobody/followers", &json!({})).await["error"].is_string());
    assert!(live.send(&openid, "dance", "").await["error"].is_string());
    let silent = live.control("/a/followers", &json!({"follow": false})).await;
    assert!(live.chat(silent["openid"].as_str().unwrap()).await.is_empty());
}

#[tokio::test]
async fn the_clock_moves_forward_and_back_to_the_real_time_only() {
    let live = Live::service().await;
    let before = live.get("/_sandbox/clock").await["now"].as_i64().unwrap();
    let after = live.control("/clock", &json!({"advance_seconds": 48 * 3600})).await["now"].as_i64().unwrap();
    assert_eq!(after - before, 48 * 3600);
    assert!(live.control("/clock", &json!({"advance_seconds": -48 * 3600 - 1})).await["error"].is_string());
    assert_eq!(live.control("/clock", &json!({"advance_seconds": -48 * 3600})).await["now"].as_i64(), Some(before));
    assert!(live.control("/faults", &json!({"name": "flood", "count": 1})).await["error"].is_string());
    let on = live.control("/faults", &json!({"name": "45009", "count": 3})).await;
    assert_eq!(on["on"], json!({"45009": 3}));
}

#[tokio::test]
async fn an_account_can_be_made_and_changed() {
    let live = Live::service().await;
    let made = live.control("/accounts", &json!({"name": "b", "kind": "subscription", "verified": true})).await;
    assert_eq!(made["encoding_aes_key"].as_str().unwrap().len(), 43);
    let changed = live.control("/accounts", &json!({"name": "b", "mode": "plain"})).await;
    assert_eq!(
        (&changed["app_id"], &changed["verified"], &changed["mode"]),
        (&made["app_id"], &json!(true), &json!("plain"))
    );
    assert!(live.control("/accounts", &json!({"name": "b/c"})).await["error"].is_string());
    assert!(live.control("/accounts", &json!({"name": "b", "kind": "club"})).await["error"].is_string());
    assert_eq!(live.control("/b/verify", &json!({})).await["ok"], json!(false));
}

#[tokio::test]
async fn a_menu_follows_the_settings_until_the_api_sets_another() {
    let live = Live::service().await;
    let menu = |name: &str| json!({"button": [{"type": "click", "name": name, "key": "K"}]});
    let shown = || {
        let name = live.sandbox.look(|world, _| world.accounts["a"].menus.default.clone());
        name.map(|buttons| buttons[0]["name"].as_str().unwrap().to_owned())
    };
    live.control("/accounts", &json!({"name": "a", "menu": menu("一")})).await;
    assert_eq!(shown().as_deref(), Some("一"));
    live.control("/accounts", &json!({"name": "a", "menu": menu("二")})).await;
    assert_eq!(shown().as_deref(), Some("二"));
    let token = live.token("a").await;
    live.post(&format!("/cgi-bin/menu/create?access_token={token}"), &menu("三")).await;
    live.control("/accounts", &json!({"name": "a", "menu": menu("四")})).await;
    assert_eq!(shown().as_deref(), Some("三"));
}

#[tokio::test]
async fn state_is_kept_and_numbers_go_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let open = |accounts| {
        let data = Some(folder.path().join("sandbox"));
        let settings = SandboxSettings { accounts, data, strict: true, answer_within: Duration::from_secs(5) };
        Sandbox::open(settings, environment(), Offset::default()).unwrap()
    };
    let first = open(vec![account("a", Kind::Service, true)]);
    let secret = first.accounts()[0].app_secret.clone();
    let sequence = first.change(|world, now| {
        let account = world.accounts.get_mut("a").unwrap();
        account.message_id(now);
        account.sequence
    });
    first.inner.clock.offset.advance(3600);
    first.close().await.unwrap();
    let second = open(Vec::new());
    assert_eq!(second.accounts().len(), 1);
    assert_eq!(second.accounts()[0].app_secret, secret);
    assert_eq!(second.look(|world, _| world.accounts["a"].sequence), sequence);
    assert_eq!(second.inner.clock.offset.micros(), 3_600_000_000);
    second.close().await.unwrap();
}

#[tokio::test]
async fn a_mass_send_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let open = |accounts| {
        let data = Some(folder.path().to_owned());
        let settings = SandboxSettings { accounts, data, strict: true, answer_within: Duration::from_secs(5) };
        Live::of(Sandbox::open(settings, environment(), Offset::default()).unwrap())
    };
    let first = open(vec![account("a", Kind::Subscription, true)]).await;
    let openid = first.follower().await;
    let cover = first.client().add_material(MediaKind::Image, "a.png", "image/png", b"\x89PNG").await.unwrap().media_id;
    let article =
        Article { title: "甲".into(), content: "<p>文</p>".into(), thumb_media_id: cover, ..Article::default() };
    let draft = first.client().add_draft(&[article]).await.unwrap();
    let send = MassSend {
        audience: Audience::Everybody,
        content: MassContent::articles(&draft),
        client_id: ClientMessageId::parse("p1").unwrap(),
        ignore_reprint: false,
    };
    let taken = first.client().send_mass(&send).await.unwrap();
    first.control("/faults", &json!({"name": "finish_twice", "after": 1, "path": "/x"})).await;
    first.sandbox.close().await.unwrap();
    let second = open(Vec::new()).await;
    assert_eq!(second.get("/_sandbox/faults").await["on"], json!({"finish_twice": 1}));
    second.advance(60).await;
    assert_eq!(second.chat(&openid).await.last().unwrap().1, "mpnews");
    let again = second.client().send_mass(&send).await.unwrap();
    assert_eq!((again.msg_id, again.repeated), (taken.msg_id, true));
    second.sandbox.close().await.unwrap();
    let third = open(Vec::new()).await;
    let url = third.get("/_sandbox/a/articles").await[0]["id"].as_str().unwrap().to_owned();
    let page = third.sandbox.inner.http.get(format!("{}/s/{url}", third.base)).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(third.get("/_sandbox/a/sends").await[0]["sent"], json!([openid]));
}

#[tokio::test]
async fn json_is_read_whatever_its_content_type_and_errors_are_json() {
    let live = Live::service().await;
    let (path, http) = (format!("{}/_sandbox/clock", live.base), &live.sandbox.inner.http);
    let plain = http.post(&path).header("content-type", "application/x-www-form-urlencoded");
    let moved = plain.body(r#"{"advance_seconds": 5}"#).send().await.unwrap();
    assert_eq!(moved.json::<serde_json::Value>().await.unwrap()["offset_seconds"], 5);
    for body in ["", "{", "{\"advance_seconds\": \"x\"}"] {
        let refused = http.post(&path).body(body).send().await.unwrap();
        assert_eq!(refused.status(), 400, "{body}");
        assert!(refused.json::<serde_json::Value>().await.unwrap()["error"].is_string(), "{body}");
    }
}

#[tokio::test]
async fn the_reading_can_be_changed() {
    let live = Live::start(vec![account("u", Kind::Service, false)], Duration::from_secs(5)).await;
    let menu_of = async || {
        let path = format!("/cgi-bin/menu/get?access_token={}", live.token("u").await);
        live.get(&path).await["errcode"].as_i64()
    };
    assert_eq!(live.get("/_sandbox/strictness").await, json!({"strict": true}));
    assert_eq!(menu_of().await, Some(48001), "the newer pages");
    assert_eq!(live.control("/strictness", &json!({"strict": false})).await, json!({"strict": false}));
    assert_eq!(menu_of().await, Some(46003), "the older matrix");
}
