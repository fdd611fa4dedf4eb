//! The child's side.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::fd::AsFd;

use rlimit::{Resource, setrlimit};

use super::{LONGEST_FRAME, Limits};

/// Locks the door from inside: from here on this process cannot go beyond the limits, nor, unless it is root, raise them
/// again. To be called before anything is read.
///
/// # Errors
/// If the system refuses a limit; the child must then end.
pub fn enter(limits: &Limits) -> io::Result<()> {
    let lower = |resource: Resource, most: u64| setrlimit(resource, most, most);
    lower(Resource::CORE, 0)?;
    lower(Resource::FSIZE, limits.file_size)?;
    lower(Resource::NOFILE, limits.open_files)?;
    // At the soft limit comes SIGXCPU, at the hard one SIGKILL: they differ so that the parent can tell what happened.
    setrlimit(Resource::CPU, limits.cpu_seconds, limits.cpu_seconds.saturating_add(1))?;
    lower(Resource::AS, limits.memory)
}

/// The untrusted file: standard input, which the parent opened; it can be sought in.
///
/// # Errors
/// If there is no standard input.
pub fn input() -> io::Result<File> {
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

/// The way out: frames of bytes, each after its length in four bytes (big-endian), in a large buffer.
#[derive(Debug)]
pub struct Frames<W: Write>(BufWriter<W>);

impl Frames<io::StdoutLock<'static>> {
    /// Frames on standard output. Nothing else may be printed there.
    pub fn stdout() -> Self {
        Self::new(io::stdout().lock())
    }
}

impl<W: Write> Frames<W> {
    /// Frames on any writer.
    pub fn new(out: W) -> Self {
        Self(BufWriter::with_capacity(256 * 1024, out))
    }

    /// Sends one frame; it may wait in the buffer.
    ///
    /// # Errors
    /// If the parent has gone, or the frame is longer than [`LONGEST_FRAME`].
    pub fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        let length = u32::try_from(frame.len()).ok().filter(|_| frame.len() <= LONGEST_FRAME);
        let length = length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the frame is too long"))?;
        self.0.write_all(&length.to_be_bytes())?;
        self.0.write_all(frame)
    }

    /// Sends what is left. Without it the last frames are lost: the buffer's own drop hides its errors.
    ///
    /// # Errors
    /// If the parent has gone.
    pub fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}
