//! The parent's side.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use futures::StreamExt;
use nix::sys::memfd::{MFdFlags, memfd_create};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::{Instant, timeout};
use tokio_util::bytes::BytesMut;
use tokio_util::codec::{FramedRead, LengthDelimitedCodec};

use super::{LONGEST_FRAME, Limits};

/// How much of the child's standard error is kept.
const KEPT_ERRORS: u64 = 4096;

/// How to start a caged child.
#[derive(Clone, Debug)]
pub struct Cage {
    /// The program: normally `std::env::current_exe()`.
    pub program: PathBuf,
    /// Its arguments, the hidden command first. The limits are added as the last one.
    pub arguments: Vec<OsString>,
    /// What it may use.
    pub limits: Limits,
}

/// A caged child at work. Dropped, it is killed.
#[derive(Debug)]
pub struct Running {
    child: Child,
    frames: FramedRead<ChildStdout, LengthDelimitedCodec>,
    errors: File,
    left: Duration,
    cut: bool,
}

/// How the child ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It ended well, and every frame arrived.
    Finished,
    /// It asked for more memory than it was given.
    OutOfMemory,
    /// It took longer than it was given.
    TimedOut,
    /// Anything else: a panic, a refused limit, a signal, a frame cut off.
    Crashed {
        /// Its exit code, if it had one.
        code: Option<i32>,
        /// The signal that ended it, if one did.
        signal: Option<i32>,
        /// The end of what it wrote on standard error, for the log only.
        errors: String,
    },
}

impl Cage {
    /// Starts the child with an open file as its standard input.
    ///
    /// # Errors
    /// If the program cannot be started.
    pub fn start(&self, input: File) -> io::Result<Running> {
        let errors = File::from(memfd_create(c"cage-errors", MFdFlags::MFD_CLOEXEC)?);
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .arg(self.limits.to_string())
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(input))
            .stdout(Stdio::piped())
            .stderr(Stdio::from(errors.try_clone()?))
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().ok_or_else(|| io::Error::other("the child has no standard output"))?;
        let codec = LengthDelimitedCodec::builder().max_frame_length(LONGEST_FRAME).new_codec();
        let frames = FramedRead::with_capacity(stdout, codec, 256 * 1024);
        Ok(Running { child, frames, errors, left: Duration::from_secs(self.limits.wait_seconds), cut: false })
    }
}

impl Running {
    /// The child's next frame; `None` when no more will come, and [`Running::outcome`] says why. The pipe holds 64 KiB
    /// and the reader 256 KiB: a child that is ahead of its parent waits.
    pub async fn next(&mut self) -> Option<BytesMut> {
        if self.cut {
            return None;
        }
        let began = Instant::now();
        let read = timeout(self.left, self.frames.next()).await;
        self.left = self.left.saturating_sub(began.elapsed());
        match read {
            Ok(Some(Ok(frame))) => Some(frame),
            Ok(None) => None,
            Ok(Some(Err(_))) => {
                self.cut = true;
                None
            }
            Err(_elapsed) => {
                self.left = Duration::ZERO;
                None
            }
        }
    }

    /// Waits for the child's end, throwing away frames nobody asked for, and says how it ended. A child that does not
    /// end in time is killed.
    ///
    /// # Errors
    /// If the system cannot say how the child ended.
    pub async fn outcome(mut self) -> io::Result<Outcome> {
        while self.next().await.is_some() {}
        let status = timeout(self.left, self.child.wait()).await;
        let Ok(status) = status else {
            self.child.kill().await?;
            return Ok(Outcome::TimedOut);
        };
        let errors = tail(&mut self.errors)?;
        Ok(judge(status?, self.cut, errors))
    }
}

/// An input that is in memory already, as a file that never touches a disk.
///
/// # Errors
/// If the system has no memory for it.
pub fn bytes(content: &[u8]) -> io::Result<File> {
    let mut file = File::from(memfd_create(c"cage-input", MFdFlags::MFD_CLOEXEC)?);
    file.write_all(content)?;
    file.rewind()?;
    Ok(file)
}

fn tail(errors: &mut File) -> io::Result<String> {
    let length = errors.metadata()?.len();
    errors.seek(SeekFrom::Start(length.saturating_sub(KEPT_ERRORS)))?;
    let mut kept = Vec::new();
    errors.take(KEPT_ERRORS).read_to_end(&mut kept)?;
    Ok(String::from_utf8_lossy(&kept).into_owned())
}

fn judge(status: ExitStatus, cut: bool, errors: String) -> Outcome {
    const SIGABRT: i32 = nix::libc::SIGABRT;
    const SIGKILL: i32 = nix::libc::SIGKILL;
    const SIGXCPU: i32 = nix::libc::SIGXCPU;
    match status.signal() {
        None if status.success() && !cut => Outcome::Finished,
        Some(SIGXCPU) => Outcome::TimedOut,
        // Rust's allocator reports and aborts; the system's own killer of last resort just kills.
        Some(SIGABRT) if errors.contains("memory allocation of") => Outcome::OutOfMemory,
        Some(SIGKILL) => Outcome::OutOfMemory,
        signal => Outcome::Crashed { code: status.code(), signal, errors },
    }
}
