use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::{Response, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::server::{Server, answer, json, refusal, token};
use super::*;
use crate::wire::custom::{CustomContent, CustomMessage, CustomText};

fn message() -> CustomMessage {
    let text = CustomText { content: "您的档案已备好".into() };
    CustomMessage { touser: "o1".into(), content: CustomContent::Text { text }, customservice: None }
}

#[tokio::test]
async fn t07_busy_reads_are_repeated_and_busy_sends_are_unknown() {
    let asked = AtomicUsize::new(0);
    let server =
        Server::with_token(
            move |_| {
                if asked.fetch_add(1, Ordering::SeqCst) < 2 { refusal(-1) } else { json("{\"tags\":[]}") }
            },
        )
        .await;
    assert_eq!(account(&server).client.tags().await, Ok(vec![]));
    assert_eq!(server.counts(), (1, 3));

    let server = Server::with_token(|_| refusal(-1)).await;
    let client = account(&server).client;
    assert_eq!(client.tags().await.unwrap_err().code(), Some(Errcode::BUSY));
    assert_eq!(server.counts(), (1, 3));
    let error = client.send_custom(&message()).await.unwrap_err();
    assert!(matches!(error, Error::Unknown(_)), "{error:?}");
    assert_eq!(error.class(), Class::Unknown);
    assert_eq!(server.counts(), (1, 4));
}

#[tokio::test]
async fn t08_a_used_up_quota_stops_the_call_until_midnight_in_shanghai() {
    let server =
        Server::with_token(|seen| if seen.path.contains("user/get") { refusal(45009) } else { json("{\"tags\":[]}") })
            .await;
    let account = account(&server);
    let followers = || account.client.followers("");
    assert_eq!(followers().await.unwrap_err().code(), Some(Errcode::DAILY_LIMIT));
    for _ in 0..20 {
        let Error::Paused { until, .. } = followers().await.unwrap_err() else { panic!() };
        // 2023-11-15 06:13:20 in Shanghai; midnight comes 63,999 + 1 seconds later.
        assert!((NOW + 64_000..NOW + 64_600).contains(&until), "{until}");
    }
    account.client.tags().await.unwrap();
    assert_eq!(server.counts(), (1, 2));
    account.environment.advance(63_999);
    assert!(matches!(followers().await.unwrap_err(), Error::Paused { .. }));
    account.environment.advance(601);
    assert_eq!(followers().await.unwrap_err().code(), Some(Errcode::DAILY_LIMIT));
}

#[tokio::test]
async fn t08_a_used_up_quota_of_tokens_is_not_asked_again() {
    let server = Server::scripted(|_| refusal(45009)).await;
    let client = account(&server).client;
    assert_eq!(client.tags().await.unwrap_err().code(), Some(Errcode::DAILY_LIMIT));
    for _ in 0..20 {
        assert!(matches!(client.tags().await.unwrap_err(), Error::Paused { .. }));
    }
    assert_eq!(server.counts(), (1, 0));
}

#[tokio::test]
async fn t10_missing_rights_are_not_repeated_and_raise_an_alarm() {
    for code in [48001, 48004, 50002, 40164] {
        let server = Server::with_token(move |_| refusal(code)).await;
        let (client, alarms) = watched(&server);
        let error = client.tags().await.unwrap_err();
        assert_eq!((error.code(), error.class()), (Some(Errcode(code)), Class::Stop));
        assert_eq!(server.counts(), (1, 1), "{code}");
        let path = "/cgi-bin/tags/get".to_owned();
        assert_eq!(*alarms.lock().unwrap(), [Alarm::Refused { path, code: Errcode(code) }]);
    }
    let server = Server::scripted(|_| refusal(40164)).await;
    let (client, alarms) = watched(&server);
    assert_eq!(client.tags().await.unwrap_err().class(), Class::Stop);
    assert_eq!(server.counts(), (1, 0));
    assert_eq!(alarms.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn t10_what_a_follower_or_a_busy_hour_causes_raises_no_alarm() {
    for code in [45015, 45047, 43004, -1, 45009] {
        let server = Server::with_token(move |_| refusal(code)).await;
        let (client, alarms) = watched(&server);
        client.send_custom(&message()).await.unwrap_err();
        assert!(alarms.lock().unwrap().is_empty(), "{code}");
    }
}

#[tokio::test]
async fn t12_answers_that_cannot_be_used() {
    for body in [
        "",
        "<html><body>502 Bad Gateway</body></html>",
        "{\"errcode\":0",
        "{\"errcode\":0,\"errcode\":45065}",
        "{\"errcode\":\"none\"}",
        "{\"errcode\":{}}",
        "{\"errcode\":null}",
        "{}",
        "[0,\"ok\"]",
        "0",
        "\"ok\"",
        "null",
    ] {
        let server = Server::with_token(move |_| answer("text/html", body)).await;
        let client = account(&server).client;
        let error = client.send_custom(&message()).await.unwrap_err();
        assert!(matches!(error, Error::Unknown(_)), "{body:?} {error:?}");
        let error = client.tags().await.unwrap_err();
        assert!(matches!(error, Error::Answer(_)), "{body:?} {error:?}");
        assert_eq!(server.counts(), (1, 2), "{body:?}");
    }
    for (body, code) in [("{\"errcode\":\"45015\"}", 45015), ("{\"errcode\":45047,\"errmsg\":\"\\u0001\"}", 45047)] {
        let server = Server::answering(body).await;
        assert_eq!(account(&server).client.send_custom(&message()).await.unwrap_err().code(), Some(Errcode(code)));
    }
    let server = Server::answering("\u{feff}{\"errcode\":\"0\",\"errmsg\":\"o\u{1}k\n\"}").await;
    assert_eq!(account(&server).client.send_custom(&message()).await, Ok(()));
}

#[tokio::test]
async fn t12_statuses_other_than_200_are_unclear() {
    for status in [StatusCode::BAD_GATEWAY, StatusCode::NOT_FOUND, StatusCode::NO_CONTENT] {
        let server = Server::with_token(move |_| {
            Response::builder().status(status).body(Body::from("{\"errcode\":0}")).unwrap()
        })
        .await;
        let client = account(&server).client;
        assert!(matches!(client.send_custom(&message()).await, Err(Error::Unknown(_))));
        assert!(matches!(client.tags().await, Err(Error::Answer(_))));
    }
}

#[tokio::test]
async fn t12_an_answer_without_end_is_cut() {
    let server = Server::with_token(|_| json(vec![b' '; 17 << 20])).await;
    assert!(matches!(account(&server).client.tags().await, Err(Error::TooLarge)));
}

/// A server that reads a request, sends `answer` and closes, or keeps the connection if there is none.
async fn raw(answer: Option<&'static [u8]>) -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut kept = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = [0; 4096];
            let read = stream.read(&mut buffer).await.unwrap();
            assert!(read > 0);
            match answer {
                Some(answer) => stream.write_all(answer).await.unwrap(),
                None => kept.push(stream),
            }
        }
    });
    (base, tasks)
}

/// A client whose token is known, so that the call itself meets the trouble.
async fn prepared(base: &str) -> Arc<Client> {
    let settings = ClientSettings { timeout: Duration::from_millis(200), ..settings(base) };
    let store = Arc::new(MemoryStore::default());
    let stored = Stored { value: "sesame-token".into(), expires_at: NOW + 7000 };
    store.put(&settings.app_id, Slot::AccessToken, &stored).await;
    Arc::new(Client::new(settings, Arc::new(Manual::at(NOW)), store).unwrap())
}

#[tokio::test]
async fn t14_without_a_connection_nothing_was_sent() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for base in [format!("http://{closed}"), "http://api.weixin.invalid".to_owned()] {
        let settings = ClientSettings {
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            ..settings(&base)
        };
        let store = Arc::new(MemoryStore::default());
        let stored = Stored { value: "sesame-token".into(), expires_at: NOW + 7000 };
        store.put(&settings.app_id, Slot::AccessToken, &stored).await;
        let client = Client::new(settings, Arc::new(Manual::at(NOW)), store).unwrap();
        let error = client.send_custom(&message()).await.unwrap_err();
        assert!(matches!(error, Error::NotSent(_)), "{base} {error:?}");
        assert_eq!(error.class(), Class::Retry);
    }
}

#[tokio::test]
async fn t14_once_sent_everything_is_possible() {
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"errcode\":0,";
    for answer in [None, Some(&b""[..]), Some(&b"HTTP/1.1 200"[..]), Some(&cut[..])] {
        let (base, _server) = raw(answer).await;
        let client = prepared(&base).await;
        let error = client.send_custom(&message()).await.unwrap_err();
        assert!(matches!(error, Error::Unknown(_)), "{answer:?} {error:?}");
        let error = client.tags().await.unwrap_err();
        assert!(matches!(error, Error::Answer(_)), "{answer:?} {error:?}");
    }
}

#[tokio::test]
async fn t15_redirects_are_not_followed() {
    let elsewhere = Server::answering("{\"tags\":[]}").await;
    for status in [301, 302, 307, 308] {
        let target = format!("{}/cgi-bin/tags/get", elsewhere.base);
        let server = Server::with_token(move |_| {
            Response::builder().status(status).header("Location", &target).body(Body::empty()).unwrap()
        })
        .await;
        assert!(matches!(account(&server).client.tags().await, Err(Error::Answer(_))));
    }
    assert_eq!(elsewhere.counts(), (0, 0));
}

#[tokio::test]
async fn t16_no_error_shows_the_token_or_the_secret() {
    let mut errors = Vec::new();
    for answer in [None, Some(&b""[..]), Some(&b"HTTP/1.1 200"[..]), Some(&b"HTTP/1.1 500 sesame\r\n\r\n"[..])] {
        let (base, _server) = raw(answer).await;
        let client = prepared(&base).await;
        errors.push(client.tags().await.unwrap_err());
        errors.push(client.send_custom(&message()).await.unwrap_err());
        errors.push(client.signed_in("code").await.unwrap_err());
    }
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    errors.push(prepared(&format!("http://{closed}")).await.tags().await.unwrap_err());
    errors.push(account_at(&format!("http://{closed}")).client.signed_in("code").await.unwrap_err());
    let echo = Server::scripted(|seen| {
        let errmsg = format!("bad secret in {}", seen.text());
        json(serde_json::json!({"errcode": 40125, "errmsg": errmsg}).to_string())
    })
    .await;
    errors.push(account(&echo).client.tags().await.unwrap_err());
    let broken =
        Server::scripted(|_| json("{\"access_token\":\"sesame-token\",\"expires_in\":\"sesame-token\"}")).await;
    errors.push(account(&broken).client.tags().await.unwrap_err());
    for error in errors {
        let text = format!("{error} {error:?}");
        assert!(!text.contains("sesame") && !text.contains(SECRET), "{text}");
    }
    let client = prepared("http://127.0.0.1:1").await;
    client.held(Slot::AccessToken, None).await.unwrap();
    let text = format!("{client:?} {:?}", Stored { value: "sesame".into(), expires_at: 1 });
    assert!(!text.contains("sesame") && !text.contains(SECRET), "{text}");
}

#[tokio::test]
async fn an_empty_token_is_no_token() {
    let server = Server::scripted(|_| token("", 7200)).await;
    assert!(matches!(account(&server).client.tags().await, Err(Error::Answer(_))));
}

#[test]
fn addresses_must_be_http() {
    for base in ["", "ftp://x", "api.weixin.qq.com"] {
        let made = Client::new(settings(base), Arc::new(Manual::at(NOW)), Arc::new(MemoryStore::default()));
        assert!(matches!(made, Err(Error::Argument(_))), "{base}");
    }
}
