//! Taking in a file as it comes over the wire: into a file without a name outside the data folder, so that nothing of it is
//! left, whatever it holds.

use std::fs::File;
use std::io::Seek as _;

use axum::body::Body;
use futures::StreamExt as _;
use kernel::{Code, Error, Problem, Result};
use tokio::io::AsyncWriteExt as _;

/// A file that came over the wire.
#[derive(Debug)]
pub(crate) struct Spool {
    /// It stands at its beginning.
    pub(crate) file: File,
    /// Its length.
    pub(crate) bytes: u64,
}

impl Spool {
    /// Takes in a body of at most so many bytes.
    ///
    /// # Errors
    /// [`Code::TooLarge`] for a longer one, [`Code::BadRequest`] for one that breaks off or is empty;
    /// [`Code::FolderUnusable`] if the machine has no room.
    pub(crate) async fn take(body: Body, most: u64) -> Result<Self> {
        let full = |error: std::io::Error| {
            Problem::new(Code::FolderUnusable, "上传的文件").because(format!("本机的临时目录写不下（{error}）"))
        };
        let mut file = tokio::fs::File::from_std(tempfile::tempfile().map_err(full)?);
        let mut bytes = 0_u64;
        let mut coming = body.into_data_stream();
        while let Some(piece) = coming.next().await {
            let broken = |_| Problem::new(Code::BadRequest, "上传的文件").because("没有传完就断开了，请重新上传");
            let piece = piece.map_err(broken)?;
            bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
            if bytes > most {
                let why = format!("超过 {} MB，请分成几个文件", most >> 20);
                return Err(Problem::new(Code::TooLarge, "上传的文件").because(why).into());
            }
            file.write_all(&piece).await.map_err(full)?;
        }
        file.flush().await.map_err(full)?;
        if bytes == 0 {
            return Err(Problem::new(Code::BadRequest, "上传的文件").because("是空的").into());
        }
        let mut file = file.into_std().await;
        file.rewind().map_err(Error::internal)?;
        Ok(Self { file, bytes })
    }
}
