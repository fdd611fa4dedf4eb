//! A sandbox with an account that answers, to look at the phone: `cargo run -p sandbox --example echo [PORT]`.
#![expect(clippy::print_stdout, reason = "the address is what the reader needs")]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use sandbox::{Kind, Offset, Sandbox, SandboxAccount, SandboxSettings};
use serde_json::json;
use tokio::net::TcpListener;
use wechat::callback::{Callback, CallbackSettings, Mode};
use wechat::cipher::AesKey;
use wechat::message::{Event, Kind as Said};
use wechat::reply::{Article, Reply};
use wechat::{Environment, Query};

struct System;

impl Environment for System {
    #[expect(clippy::disallowed_methods, reason = "an example owns its clock")]
    fn now(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    }

    #[expect(clippy::disallowed_methods, reason = "an example owns its randomness")]
    fn fill(&self, bytes: &mut [u8]) {
        // Without randomness an example may as well stop.
        if getrandom::fill(bytes).is_err() {
            std::process::exit(1);
        }
    }
}

fn reply(said: &Said, site: &str) -> Reply {
    match said {
        Said::Event(Event::Subscribe(_)) => Reply::text(&format!(
            "您好，欢迎关注。\n可以直接输入要查的内容，例如“展览”。\n<a href=\"{site}/page\">开放时间与交通</a>"
        )),
        Said::Event(Event::Click(key)) => Reply::text(&format!("您点了菜单：{key}")),
        Said::Text { content, .. } if content.contains("展览") => Reply::News(vec![Article {
            title: "百年县域：馆藏老照片展".to_owned(),
            description: "从一九二六年的码头到今天的新城，一百二十张照片里的一座县城。".to_owned(),
            pic_url: format!("{site}/picture.svg"),
            url: format!("{site}/page"),
        }]),
        Said::Text { content, .. } if content.contains("出错") => Reply::Text("长".repeat(2000)),
        Said::Text { content, .. } => Reply::text(&format!("收到：{content}\n更多请看 {site}/page 。")),
        Said::Event(_) => Reply::Nothing,
        other => Reply::text(&format!("收到一条{}消息", other.name())),
    }
}

async fn page() -> Html<&'static str> {
    Html(
        "<!DOCTYPE html><html lang=zh-CN><meta name=viewport content='width=device-width'><title>开放时间</title>\
         <body style='font:17px/1.6 sans-serif;padding:20px'><h1>开放时间与交通</h1><p>周一至周五 9:00–17:00。</p>",
    )
}

async fn picture() -> Response {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 235 100'><rect width='235' height='100' fill='#c9b99a'/>\
               <path d='M0 80 50 40 90 70 150 30 235 75V100H0z' fill='#7a6a4c'/></svg>";
    ([("content-type", "image/svg+xml")], svg).into_response()
}

/// The callback of one account.
fn callback(account: SandboxAccount, address: &str) -> Result<Router, wechat::cipher::CipherError> {
    let callback = Arc::new(Callback::new(CallbackSettings {
        token: account.token,
        app_id: account.app_id,
        mode: Mode::Secure,
        key: Some(AesKey::parse(&account.encoding_aes_key)?),
        previous_key: None,
        tolerance_seconds: i64::MAX,
    })?);
    let address = address.to_owned();
    let check = Arc::clone(&callback);
    let verify = async move |RawQuery(query): RawQuery| {
        let query = query.unwrap_or_default();
        Query::parse(&query).ok().and_then(|query| check.verify_url(&query).ok()).unwrap_or_default()
    };
    let answer = async move |RawQuery(query): RawQuery, body: Bytes| {
        let query = query.unwrap_or_default();
        let opened = Query::parse(&query).ok().and_then(|query| callback.open(&query, &body, System.now()).ok());
        let Some(opened) = opened else { return StatusCode::FORBIDDEN.into_response() };
        let reply = reply(&opened.message.kind, &address);
        callback.seal(&opened, &reply, &System).map_or_else(|_| "出错".into_response(), IntoResponse::into_response)
    };
    Ok(Router::new().route(&format!("/wechat/{}", account.name), axum::routing::get(verify).post(answer)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "8081".to_owned());
    let site = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", site.local_addr()?);
    let view = |name: &str| json!({"type": "view", "name": name, "url": format!("{address}/page")});
    let click = |name: &str| json!({"type": "click", "name": name, "key": name});
    let menu = json!({"button": [
        {"name": "查档案", "sub_button": [view("查档案"), click("民生档案指南"), click("我的申请"), click("档案号说明")]},
        {"name": "来档案馆", "sub_button": [click("预约到馆"), view("开放时间与交通")]},
        click("我的"),
    ]});
    let account = |name: &str, nickname: &str, kind| SandboxAccount {
        name: name.to_owned(),
        nickname: nickname.to_owned(),
        kind,
        verified: true,
        callback_url: format!("{address}/wechat/{name}"),
        menu: Some(menu.clone()),
        ..SandboxAccount::default()
    };
    let accounts =
        vec![account("demo", "兰台县档案馆", Kind::Service), account("demo-sub", "兰台档案", Kind::Subscription)];
    let sandbox =
        Sandbox::open(SandboxSettings { accounts, ..SandboxSettings::default() }, Arc::new(System), Offset::default())?;
    let mut router =
        Router::new().route("/page", axum::routing::get(page)).route("/picture.svg", axum::routing::get(picture));
    for account in sandbox.accounts() {
        router = router.merge(callback(account, &address)?);
    }
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("http://{}", listener.local_addr()?);
    let serve_site = axum::serve(site, router);
    let serve = sandbox.serve(listener, std::future::pending());
    tokio::try_join!(async { serve_site.await }, serve)?;
    Ok(())
}
