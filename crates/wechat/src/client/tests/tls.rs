//! Certificates: WeChat's own name, valid now, vouched for; anything else is refused before a byte is sent.

use std::io::{Read as _, Write as _};
use std::thread::JoinHandle;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::*;

const AUTHORITY: &[u8] = include_bytes!("authority.pem");
const TRUSTED: &[u8] = include_bytes!("trusted.pem");

/// Waits for one connection; what was read from it, or nothing if the handshake failed.
fn serve(certificate: &[u8]) -> (u16, JoinHandle<Option<Vec<u8>>>) {
    let certificate = CertificateDer::from_pem_slice(certificate).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("localhost.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        let mut tls = rustls::Stream::new(&mut connection, &mut stream);
        let mut request = vec![0; 4096];
        let read = tls.read(&mut request).ok().filter(|read| *read > 0)?;
        request.truncate(read);
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\n{\"tags\":[]}";
        tls.write_all(answer).unwrap();
        Some(request)
    });
    (port, server)
}

/// A client that holds a token and, if it is given an authority, trusts that and nobody else.
async fn client(port: u16, authority: Option<&[u8]>) -> Client {
    let settings = settings(&format!("https://localhost:{port}"));
    let store = Arc::new(MemoryStore::default());
    let stored = Stored { value: "sesame-token".into(), expires_at: NOW + 7000 };
    store.put(&settings.app_id, Slot::AccessToken, &stored).await;
    let mut client = Client::new(settings.clone(), Arc::new(Manual::at(NOW)), store).unwrap();
    if let Some(authority) = authority {
        let authority = reqwest::Certificate::from_pem(authority).unwrap();
        client.http = transport::builder(&settings).unwrap().tls_certs_only([authority]).build().unwrap();
    }
    client
}

#[tokio::test]
async fn t13_a_certificate_that_is_right_is_taken() {
    let (port, server) = serve(TRUSTED);
    assert_eq!(client(port, Some(AUTHORITY)).await.tags().await, Ok(vec![]));
    assert!(server.join().unwrap().is_some_and(|request| request.starts_with(b"GET /cgi-bin/tags/get")));
}

#[tokio::test]
async fn t13_an_expired_an_early_and_a_foreign_certificate_are_refused_before_a_byte_is_sent() {
    for (name, certificate, authority) in [
        ("expired", &include_bytes!("expired.pem")[..], Some(AUTHORITY)),
        ("not valid yet", &include_bytes!("early.pem")[..], Some(AUTHORITY)),
        ("of another host", &include_bytes!("elsewhere.pem")[..], Some(AUTHORITY)),
        ("self-signed", &include_bytes!("localhost.pem")[..], Some(AUTHORITY)),
        ("self-signed, to the system's own authorities", &include_bytes!("localhost.pem")[..], None),
        ("of an authority the system does not know", TRUSTED, None),
    ] {
        let (port, server) = serve(certificate);
        let error = client(port, authority).await.tags().await.unwrap_err();
        assert!(matches!(error, Error::NotSent(_)), "{name}: {error:?}");
        assert_eq!(server.join().unwrap(), None, "{name}: something was sent");
    }
}
