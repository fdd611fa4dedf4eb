//! Asking over HTTP/1.1 with as little work of our own as can be: one connection, kept open where the server keeps it.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A connection to a server, opened when it is needed.
#[derive(Debug)]
pub struct Connection {
    address: String,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
    body: Vec<u8>,
}

/// An answer.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// HTTP status.
    pub status: u16,
    /// The body, taken out of its pieces.
    pub body: &'a [u8],
}

impl Connection {
    /// A connection to `host:port`.
    pub fn new(address: impl Into<String>) -> Self {
        Self { address: address.into(), stream: None, buffer: Vec::with_capacity(1 << 16), body: Vec::new() }
    }

    /// Sends a request that is ready to be written and reads its answer. Some servers close after each answer; a new
    /// connection is made for the next.
    pub fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        let mut stream = match self.stream.take() {
            Some(open) => open,
            None => connect(&self.address)?,
        };
        stream.write_all(request)?;
        let (status, stays) = self.read(&mut stream)?;
        self.stream = stays.then_some(stream);
        Ok(Answer { status, body: &self.body })
    }

    /// `GET` of a path with its query.
    pub fn get(&mut self, path: &str) -> Result<Answer<'_>> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        self.ask(request.as_bytes())
    }

    /// Reads an answer; its status and whether the connection stays open.
    fn read(&mut self, stream: &mut TcpStream) -> Result<(u16, bool)> {
        self.buffer.clear();
        let begins = loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            if !self.more(stream)? {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        };
        let head = String::from_utf8_lossy(self.buffer.get(..begins).unwrap_or_default()).to_ascii_lowercase();
        let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let closes = header("connection:").is_some_and(|value| value == "close");
        if header("transfer-encoding:").is_some_and(|value| value == "chunked") {
            while !self.takes_pieces(begins)? {
                if !self.more(stream)? {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
            }
            return Ok((status, !closes));
        }
        let length = header("content-length:").and_then(|value| value.parse::<usize>().ok());
        let whole = |so_far: usize| length.is_some_and(|length| so_far >= begins + length);
        let mut stays = !closes && length.is_some();
        while !whole(self.buffer.len()) {
            if !self.more(stream)? {
                stays = false;
                break;
            }
        }
        self.body.clear();
        self.body.extend_from_slice(self.buffer.get(begins..).unwrap_or_default());
        Ok((status, stays))
    }

    /// Puts the pieces of a body together, if all of them have come.
    fn takes_pieces(&mut self, begins: usize) -> Result<bool> {
        self.body.clear();
        let mut rest = self.buffer.get(begins..).unwrap_or_default();
        loop {
            let Some(end) = rest.windows(2).position(|window| window == b"\r\n") else { return Ok(false) };
            let line = String::from_utf8_lossy(rest.get(..end).unwrap_or_default());
            let size = usize::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16);
            let size = size.map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
            let Some(piece) = rest.get(end + 2..end + 2 + size) else { return Ok(false) };
            let Some(behind) = rest.get(end + 4 + size..) else { return Ok(false) };
            self.body.extend_from_slice(piece);
            if size == 0 {
                return Ok(true);
            }
            rest = behind;
        }
    }

    fn more(&mut self, stream: &mut TcpStream) -> Result<bool> {
        let mut chunk = [0; 1 << 14];
        let read = stream.read(&mut chunk)?;
        self.buffer.extend(chunk.iter().take(read));
        Ok(read > 0)
    }
}

/// A query out of names and values.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
    pairs.collect::<Vec<_>>().join("&")
}

fn connect(address: &str) -> Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}
