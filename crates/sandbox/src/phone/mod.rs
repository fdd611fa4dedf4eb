//! The phone at `/`: a page that looks and works like the chat with an official account, and a panel beside it.

mod article;
pub(crate) mod pages;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;

use crate::{Sandbox, control};

/// The page, its style and script, the media in it, and what it talks to.
pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/", get(async || Html(include_str!("phone.html"))))
        .route("/_phone/phone.css", get(async || style(include_str!("phone.css"))))
        .route("/_phone/panel.css", get(async || style(include_str!("panel.css"))))
        .route("/_phone/base.js", get(async || script(include_str!("base.js"))))
        .route("/_phone/bubbles.js", get(async || script(include_str!("bubbles.js"))))
        .route("/_phone/sheets.js", get(async || script(include_str!("sheets.js"))))
        .route("/_phone/phone.js", get(async || script(include_str!("phone.js"))))
        .route("/_phone/panel.js", get(async || script(include_str!("panel.js"))))
        .route("/_phone/article.css", get(async || style(include_str!("article.css"))))
        .route("/_phone/article.js", get(async || script(include_str!("article.js"))))
        .route("/s/{id}", get(article::show))
        .route("/_media/{id}", get(medium))
        .nest("/_phone", control::phone_router())
}

fn style(text: &'static str) -> Response {
    typed("text/css; charset=utf-8", text)
}

fn script(text: &'static str) -> Response {
    typed("text/javascript; charset=utf-8", text)
}

fn typed(content_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

/// The bytes of a medium, for the phone and for whoever received its `PicUrl`.
async fn medium(State(sandbox): State<Sandbox>, Path(id): Path<String>) -> Response {
    let content_type = sandbox.look(|world, now| {
        let mut media = world.accounts.values().filter_map(|account| account.media.get(&id));
        media.find(|medium| medium.is_alive(now)).map(|medium| medium.content_type.clone())
    });
    match content_type.and_then(|content_type| Some((content_type, sandbox.inner.media.get(&id)?))) {
        Some((content_type, bytes)) => ([(header::CONTENT_TYPE, content_type)], bytes.to_vec()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Live;

    #[tokio::test]
    async fn the_page_is_marked_and_everything_it_names_is_there() {
        let live = Live::service().await;
        let http = &live.sandbox.inner.http;
        let page = http.get(&live.base).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("模拟环境"));
        let named: Vec<&str> = page.split(['"', '\'']).filter(|word| word.starts_with("/_phone/")).collect();
        assert!(named.len() >= 6, "{named:?}");
        for path in named {
            let answer = http.get(format!("{}{path}", live.base)).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{path}");
            assert!(!answer.bytes().await.unwrap().is_empty());
        }
    }

    #[tokio::test]
    async fn a_picture_sent_from_the_phone_can_be_fetched() {
        let live = Live::service().await;
        let openid = live.follower().await;
        live.send(&openid, "image", "data:image/png;base64,iVBORw==").await;
        let chat = live.get(&format!("/_phone/a/followers/{openid}/chat")).await;
        let url = chat.as_array().unwrap().last().unwrap()["url"].as_str().unwrap().to_owned();
        let picture = live.sandbox.inner.http.get(url).send().await.unwrap();
        assert_eq!(picture.headers()["content-type"], "image/png");
        assert_eq!(&*picture.bytes().await.unwrap(), b"\x89PNG");
        for wrong in ["data:image/png;base64,§", "data:text/html;base64,iVBORw==", "rubbish"] {
            assert!(live.send(&openid, "image", wrong).await["error"].is_string(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn what_the_phone_sent_is_given_out_for_three_days_and_then_is_an_error() {
        let live = Live::service().await;
        let openid = live.follower().await;
        for (kind, content) in [
            ("image", "data:image/jpeg;base64,/9j/"),
            ("voice", "data:audio/mpeg;base64,SUQz"),
            ("voice", "data:audio/amr;base64,IyFBTVIK"),
            ("video", ""),
        ] {
            assert!(live.send(&openid, kind, content).await["error"].is_null(), "{kind}");
        }
        let large = format!("data:image/png;base64,{}", "AAAA".repeat(3 << 20));
        assert!(live.send(&openid, "image", &large).await["error"].is_null(), "9 MB");
        assert!(live.send(&openid, "voice", "data:image/png;base64,iVBORw==").await["error"].is_string());
        let chat = live.get(&format!("/_phone/a/followers/{openid}/chat")).await;
        let ids: Vec<String> =
            chat.as_array().unwrap().iter().filter_map(|one| one["media_id"].as_str()).map(str::to_owned).collect();
        let path = async |id: &str| format!("/cgi-bin/media/get?access_token={}&media_id={id}", live.token("a").await);
        let mut given = Vec::new();
        for id in &ids {
            let answer = live.sandbox.inner.http.get(format!("{}{}", live.base, path(id).await)).send().await.unwrap();
            let content_type = answer.headers()["content-type"].to_str().unwrap().to_owned();
            given.push((content_type, answer.bytes().await.unwrap()));
        }
        let kinds: Vec<&str> = given.iter().map(|(content_type, _)| content_type.as_str()).collect();
        let json = "application/json; encoding=utf-8";
        assert_eq!(kinds, ["image/jpeg", "audio/mpeg", "audio/amr", json, "image/png"]);
        assert_eq!(&*given[2].1, b"#!AMR\n");
        let link =
            serde_json::from_slice::<serde_json::Value>(&given[3].1).unwrap()["video_url"].as_str().unwrap().to_owned();
        let film = live.sandbox.inner.http.get(link).send().await.unwrap();
        assert_eq!(film.headers()["content-type"], "video/mp4");
        live.advance(3 * 86_400).await;
        for id in &ids {
            assert_eq!(live.get(&path(id).await).await["errcode"], 40007);
        }
    }

    #[tokio::test]
    async fn word_of_changes_comes_as_a_stream() {
        let live = Live::service().await;
        let mut stream = live.sandbox.inner.http.get(format!("{}/_phone/events", live.base)).send().await.unwrap();
        assert_eq!(stream.headers()["content-type"], "text/event-stream");
        let first = stream.chunk().await.unwrap().unwrap();
        live.advance(1).await;
        let second = stream.chunk().await.unwrap().unwrap();
        assert_ne!(first, second);
    }
}
