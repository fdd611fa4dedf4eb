//! A server to compare with, in a process of its own.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;

/// A server in a child process, ended when dropped.
#[derive(Debug)]
pub struct Peer {
    child: Child,
    /// `host:port`.
    pub address: String,
}

impl Peer {
    /// Starts a server that is told its port and waits until it listens.
    pub fn start(command: impl FnOnce(u16) -> Outcome<Command>) -> Outcome<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut command = command(port)?;
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let child = child.map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
        let peer = Self { child, address: format!("127.0.0.1:{port}") };
        let deadline = Instant::now() + Duration::from_mins(1);
        while TcpStream::connect(&peer.address).is_err() {
            if Instant::now() > deadline {
                return Err(format!("{} did not start", command.get_program().to_string_lossy()).into());
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
        Ok(peer)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Its own children end with it on SIGTERM; SIGKILL would leave those behind.
        if let Ok(id) = i32::try_from(self.child.id()) {
            let _gone = nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGTERM);
        }
        drop(self.child.wait());
    }
}
