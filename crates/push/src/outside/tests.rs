use std::net::SocketAddr;
use std::str::FromStr as _;

use reqwest::dns::{Name, Resolve as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

const SOON: Duration = Duration::from_millis(300);

/// A server of this machine that answers every connection with the same bytes and then keeps it open or not.
async fn server(answer: Vec<u8>, closes: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let tasks = kernel::Tasks::default();
    tasks.clone().start(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tasks.start(async move {
                let _asked = stream.read(&mut [0; 4096]).await;
                let _sent = stream.write_all(&answer).await;
                if !closes {
                    std::future::pending::<()>().await;
                }
            });
        }
    });
    address
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").as_bytes(), body].concat()
}

async fn fetched(answer: Vec<u8>) -> Result<Vec<u8>, Fault> {
    let address = server(answer, true).await;
    Outside::new(Reach::Loopback, PATIENCE).fetch(&format!("http://{address}/feed")).await
}

#[tokio::test]
async fn a_feed_is_fetched_and_a_page_looked_at() {
    let feed = answer("200 OK\r\nContent-Type: application/rss+xml; charset=utf-8", b"<rss/>");
    assert_eq!(fetched(feed).await.as_deref(), Ok(&b"<rss/>"[..]));
    let address = server(answer("404 Not Found", b""), true).await;
    let looked = Outside::new(Reach::Loopback, PATIENCE).look(&format!("http://{address}/gone")).await;
    assert_eq!(looked, Ok(Answer { status: 404, location: None }));
}

#[tokio::test]
async fn s03_a_name_is_looked_at_where_it_is_connected_to() {
    let name = || Name::from_str("localhost").unwrap();
    assert!(Names::new(Reach::Public).resolve(name()).await.is_err(), "the machine itself is not public");
    assert!(Names::new(Reach::Loopback).resolve(name()).await.is_ok());
    let found = ["10.0.0.1:0", "93.184.215.14:0", "[::ffff:169.254.169.254]:0"].map(|one| one.parse().unwrap());
    let open = Names::new(Reach::Public).open(found.into_iter());
    assert_eq!(open, ["93.184.215.14:0".parse::<SocketAddr>().unwrap()]);
}

#[tokio::test]
async fn s04_a_redirect_is_told_and_not_followed() {
    for to in ["http://127.0.0.1/inside", "file:///etc/passwd"] {
        let answer = answer(&format!("302 Found\r\nLocation: {to}"), b"");
        assert_eq!(fetched(answer.clone()).await, Err(Fault::Moved(to.to_owned())));
        let address = server(answer, true).await;
        let looked = Outside::new(Reach::Loopback, PATIENCE).look(&format!("http://{address}/")).await.unwrap();
        assert_eq!((looked.status, looked.location.as_deref()), (302, Some(to)));
    }
}

#[tokio::test]
async fn s07_an_answer_without_end_is_cut_and_a_packed_one_is_not_opened() {
    let large = answer("200 OK\r\nContent-Type: text/xml", &vec![b' '; MOST_BYTES + 1]);
    assert_eq!(fetched(large).await, Err(Fault::Large));
    let said = answer("200 OK\r\nContent-Type: text/xml\r\nContent-Length: 99999999999", b"<rss/>");
    assert_eq!(fetched(said).await, Err(Fault::Large));
    let packed = answer("200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip", b"\x1f\x8b");
    assert_eq!(fetched(packed).await, Err(Fault::Packed));
}

#[tokio::test]
async fn s08_a_page_is_no_feed() {
    for kind in ["text/html", "application/xhtml+xml", "image/png", "application/octet-stream"] {
        let page = answer(&format!("200 OK\r\nContent-Type: {kind}"), b"<html>");
        assert_eq!(fetched(page).await, Err(Fault::Strange), "{kind}");
    }
}

#[tokio::test]
async fn s07_s10_whatever_fails_is_told_alike_and_after_the_same_time() {
    let slow = server(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<".to_vec(), false).await;
    let broken = server(b"nothing of the web".to_vec(), true).await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let outside = Outside::new(Reach::Loopback, SOON);
    for address in [slow, broken, closed] {
        let began = Instant::now();
        assert_eq!(outside.fetch(&format!("http://{address}/")).await, Err(Fault::Unreached), "{address}");
        assert!(began.elapsed() >= SOON, "told early");
    }
    // A name that leads inside is told like one that leads nowhere.
    let inside = Outside::new(Reach::Public, SOON);
    for name in ["http://localhost.localdomain./", "http://no-such-name.invalid/"] {
        assert_eq!(inside.look(name).await, Err(Fault::Unreached), "{name}");
    }
}
