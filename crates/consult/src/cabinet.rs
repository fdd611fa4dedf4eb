//! Where files that readers sent lie: sealed, in a store apart from that of originals.

use kernel::blobs::Digest;
use kernel::{Blobs, Code, Error, Ground, Id, Problem, Result, Timestamp};

use crate::file::SentFile;

/// The cabinet; cheap to clone.
///
/// A file is sealed under the house's keys and bound to its own id (a photograph may show an identity card). So the same
/// picture sent twice lies there twice, and one is removed without asking whether another needs it.
#[derive(Clone, Debug)]
pub struct Cabinet {
    ground: Ground,
    blobs: Blobs,
}

/// A file as it lies in the cabinet.
pub(crate) struct Sealed {
    pub(crate) digest: Digest,
    content: String,
}

impl Cabinet {
    /// A cabinet over a store that holds nothing else.
    pub const fn new(ground: Ground, blobs: Blobs) -> Self {
        Self { ground, blobs }
    }

    /// Seals a content, away from the threads that serve.
    pub(crate) async fn seal(&self, id: Id<SentFile>, content: Vec<u8>) -> Result<Sealed> {
        let ground = self.ground.clone();
        let sealed = tokio::task::spawn_blocking(move || {
            let content = ground.secrets.seal(&ground.random, &binding(id), &content)?;
            Ok(Sealed { digest: Digest::of(content.as_bytes()), content })
        });
        sealed.await.map_err(Error::internal)?
    }

    /// Lays a sealed file in.
    pub(crate) async fn put(&self, sealed: Sealed) -> Result<()> {
        self.blobs.put(sealed.content.into()).await.map(drop)
    }

    /// What a file holds.
    ///
    /// # Errors
    /// [`Code::NotFound`] if it is not there; [`Code::Damaged`] if it was altered.
    pub(crate) async fn open(&self, id: Id<SentFile>, digest: &Digest) -> Result<Vec<u8>> {
        let (sealed, ground) = (self.blobs.get(digest).await?, self.ground.clone());
        let opened = tokio::task::spawn_blocking(move || {
            let damaged = || Problem::new(Code::Damaged, "读者发来的文件");
            let sealed = std::str::from_utf8(&sealed).map_err(|_| damaged())?;
            Ok(ground.secrets.open_sealed(&binding(id), sealed)?.to_vec())
        });
        opened.await.map_err(Error::internal)?
    }

    /// Removes what is left of files whose writing was broken off before a moment, and returns how many there were.
    ///
    /// # Errors
    /// If the folder cannot be read, or something in it cannot be removed.
    pub async fn sweep(&self, before: Timestamp) -> Result<u64> {
        self.blobs.sweep(before).await
    }

    /// Removes a file; it may be gone already.
    pub(crate) async fn burn(&self, digest: &Digest) -> Result<()> {
        self.blobs.remove(digest).await
    }
}

fn binding(id: Id<SentFile>) -> String {
    format!("conversation_file.{}", id.uuid())
}
