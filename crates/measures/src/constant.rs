//! The constant answer: the same web framework, nothing done; a process of its own.

use std::net::SocketAddr;
use std::process::Command;

use crate::Outcome;

/// The word by which this program is asked to be the server.
pub const WORD: &str = "constant";

/// Serves the constant answer for good: `measures constant PORT`.
pub async fn serve() -> Outcome<()> {
    let port = std::env::args().nth(2).ok_or("usage: measures constant PORT")?;
    let address = SocketAddr::from(([127, 0, 0, 1], port.parse()?));
    let body = format!("<xml><Encrypt>{}</Encrypt></xml>", "A".repeat(380));
    let app = axum::Router::new().route("/wechat/demo", axum::routing::post(async move |_: axum::body::Bytes| body));
    axum::serve(tokio::net::TcpListener::bind(address).await?, app).await?;
    Ok(())
}

/// How this program is started to be the server.
pub fn command(port: u16) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(WORD).arg(port.to_string());
    Ok(command)
}
