//! The endpoint against a stand-in on loopback that knows a few words, and one that is up to no good.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use futures::StreamExt;
use kernel::testing::{ground, sqlite};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::*;

/// Words that mean the same, one list for each direction.
const SENSES: [&[&str]; 4] = [
    &["结婚", "婚姻", "领证", "两口子"],
    &["收费", "要钱", "花钱", "价格"],
    &["代查", "委托", "别人", "替我", "帮忙"],
    &["丢", "弄没", "找不到"],
];

/// Where the stand-in places a text: how often each sense is in it, and a little of something else.
fn place(text: &str) -> Vec<f32> {
    let count = |words: &[&str]| words.iter().map(|word| text.matches(word).count()).sum::<usize>();
    let mut place: Vec<f32> = SENSES.iter().map(|words| if count(words) > 0 { 3.0 } else { 0.0 }).collect();
    // Texts without any of them differ as well.
    let mut letters = [0.01_f32; 16];
    for letter in text.chars().map(u32::from) {
        letters[usize::try_from(letter).unwrap() % 16] += if letter / 16 % 2 == 0 { 0.2 } else { -0.2 };
    }
    place.extend(letters);
    place
}

/// What a stand-in does with a request.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Manner {
    Good,
    Backwards,
    Status(u16),
    Redirect,
    Silent,
    Endless,
    Text(&'static str),
}

fn answer(manner: Manner, headers: &HeaderMap, asked: &Value) -> Response<Body> {
    let json = |value: Value| Response::new(Body::from(value.to_string()));
    let status = |status: u16| {
        let mut response = Response::new(Body::from(r#"{"error":{"message":"foreign text"}}"#));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        response
    };
    let texts: Vec<&str> = asked["input"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    let one =
        |(index, text): (usize, &&str)| json!({ "object": "embedding", "index": index, "embedding": place(text) });
    let mut data: Vec<Value> = texts.iter().enumerate().map(one).collect();
    match manner {
        Manner::Good if headers.get("authorization").is_none_or(|key| key != "Bearer k-1") => status(401),
        Manner::Good => json(json!({ "object": "list", "model": asked["model"], "data": data })),
        Manner::Backwards => {
            data.reverse();
            json(json!({ "data": data }))
        }
        Manner::Status(code) => status(code),
        Manner::Redirect => {
            let mut response = status(307);
            response.headers_mut().insert("location", "/v1/elsewhere".parse().unwrap());
            response
        }
        Manner::Silent | Manner::Endless => {
            let blank = Bytes::from(vec![b' '; 65_536]);
            let piece = move || std::future::ready(Ok::<_, std::io::Error>(blank.clone()));
            let endless = futures::stream::repeat_with(piece).then(|piece| piece);
            let silent = futures::stream::pending::<std::io::Result<Bytes>>();
            let body = if manner == Manner::Silent { Body::from_stream(silent) } else { Body::from_stream(endless) };
            Response::new(body)
        }
        Manner::Text(text) => Response::new(Body::from(text)),
    }
}

/// A stand-in on loopback, until the tasks of the ground are stopped; its address up to `/v1`.
pub(crate) async fn stand_in(ground: &Ground, manner: Manner) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let good =
        post(|headers: HeaderMap, Json(asked): Json<Value>| async move { answer(Manner::Good, &headers, &asked) });
    let routes = Router::new()
        .route(
            "/v1/embeddings",
            post(move |headers: HeaderMap, Json(asked): Json<Value>| async move { answer(manner, &headers, &asked) }),
        )
        .route("/v1/elsewhere", good);
    ground.tasks.start(async move { axum::serve(listener, routes).await.unwrap() });
    format!("http://{address}/v1")
}

fn settings(url: &str) -> Embedding {
    Embedding {
        embedding_url: Some(url.to_owned()),
        embedding_model: Some("tiny-zh".into()),
        embedding_key: Some("k-1".to_owned().into()),
    }
}

/// The endpoint of a stand-in that has a second to answer.
pub(crate) fn endpoint(ground: &Ground, url: &str) -> Endpoint {
    Endpoint::waiting(ground, &settings(url), Duration::from_secs(1)).unwrap().unwrap()
}

fn texts() -> Vec<String> {
    ["婚姻登记档案怎么查", "查档收费吗"].map(str::to_owned).to_vec()
}

#[tokio::test]
async fn vectors_come_in_the_order_of_the_texts() {
    let (_folder, db) = sqlite().await;
    let (ground, _) = ground(db);
    let wanted: Vec<Vector> = texts().iter().map(|text| Vector::of(&place(text)).unwrap()).collect();
    for manner in [Manner::Good, Manner::Backwards] {
        let found = endpoint(&ground, &stand_in(&ground, manner).await).embed(&texts()).await;
        assert_eq!(found.as_ref(), Ok(&wanted), "{manner:?}");
    }
    assert_eq!(account::last_alarm_of_all(&ground.db).await.unwrap(), None);
}

#[tokio::test]
async fn w42_whatever_else_comes_back_is_refused_and_nothing_of_it_repeated() {
    let (_folder, db) = sqlite().await;
    let (ground, _) = ground(db);
    let strange = [
        "",
        "<html>",
        "[]",
        r#"{"data":[]}"#,
        r#"{"data":[{"index":0,"embedding":[1,0]}]}"#,
        r#"{"data":[{"index":0,"embedding":[1,0]},{"index":0,"embedding":[1,0]}]}"#,
        r#"{"data":[{"index":0,"embedding":[1,0]},{"index":1,"embedding":[1]}]}"#,
        r#"{"data":[{"index":0,"embedding":[0,0]},{"index":1,"embedding":[1,0]}]}"#,
        r#"{"data":[{"index":0,"embedding":[]},{"index":1,"embedding":[]}]}"#,
        r#"{"data":[{"index":0,"embedding":[1e39,1]},{"index":1,"embedding":[1,0]}]}"#,
        r#"{"data":[{"index":0,"embedding":"AAAA"},{"index":1,"embedding":"AAAA"}]}"#,
    ];
    let strange = strange.map(|text| (Manner::Text(text), Trouble::Strange));
    let others = [
        (Manner::Status(401), Trouble::Refused(401)),
        (Manner::Status(404), Trouble::Refused(404)),
        (Manner::Status(500), Trouble::Refused(500)),
        (Manner::Redirect, Trouble::Refused(307)),
        (Manner::Silent, Trouble::Slow),
        (Manner::Endless, Trouble::Large),
    ];
    for (manner, trouble) in strange.into_iter().chain(others) {
        let found = endpoint(&ground, &stand_in(&ground, manner).await).embed(&texts()).await;
        assert_eq!(found, Err(trouble), "{manner:?}");
        let (_, told) = account::last_alarm_of_all(&ground.db).await.unwrap().unwrap();
        assert!(told.contains("读者照常得到答复") && !told.contains("foreign"), "{told}");
    }
    let nobody = endpoint(&ground, "http://127.0.0.1:1/v1").embed(&texts()).await;
    assert_eq!(nobody, Err(Trouble::Unreachable));
}

#[tokio::test]
async fn one_alarm_is_raised_until_it_works_again() {
    let (_folder, db) = sqlite().await;
    let (ground, hand) = ground(db);
    let endpoint = endpoint(&ground, "http://127.0.0.1:1/v1");
    assert!(endpoint.embed(&texts()).await.is_err());
    let (raised, told) = account::last_alarm_of_all(&ground.db).await.unwrap().unwrap();
    assert!(told.contains("连不上") && told.contains("consult.embedding_url"), "{told}");
    hand.advance(60);
    assert!(endpoint.embed(&texts()).await.is_err());
    assert_eq!(account::last_alarm_of_all(&ground.db).await.unwrap().unwrap().0, raised, "said once");
}

#[tokio::test]
async fn half_a_setting_is_named_and_no_key_is_shown() {
    let (_folder, db) = sqlite().await;
    let (ground, _) = ground(db);
    assert!(Endpoint::new(&ground, &Embedding::default()).unwrap().is_none());
    let whole = settings("https://vectors.example/v1/");
    let shown = format!("{:?} {whole:?}", Endpoint::new(&ground, &whole).unwrap().unwrap());
    assert!(shown.contains("tiny-zh") && !shown.contains("k-1"), "{shown}");
    for (half, named) in [
        (Embedding { embedding_model: None, ..whole.clone() }, "consult.embedding_model"),
        (Embedding { embedding_url: None, ..whole }, "consult.embedding_url"),
    ] {
        let problem = Endpoint::new(&ground, &half).unwrap_err();
        assert!(problem.to_string().contains(named), "{problem}");
    }
}
