//! The parent's half of taking a file in: the scanner looks at it, the caged child opens it.

use bytes::Bytes;
use kernel::cage::{Cage, Outcome, bytes as as_file};
use kernel::{Code, Error, Problem, Result, Scanned, Scanner};

use super::caged::{Facts, Said};
use super::{MaterialKind, MediaType, Orders};
use crate::headline::Headline;
use crate::import::Imported;

/// The most bytes of all pictures of a document.
const MOST_OF_DOCUMENT: usize = 64 << 20;

/// Who opens strangers' files; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Examiner {
    /// How the child is started.
    pub(crate) cage: Cage,
    /// The virus scanner, if the house has one.
    pub(crate) scanner: Scanner,
}

/// A material that may be kept.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) kind: MaterialKind,
    pub(crate) media_type: MediaType,
    pub(crate) content: Bytes,
    pub(crate) small: Option<Bytes>,
    pub(crate) size: Option<(u32, u32)>,
    pub(crate) milliseconds: Option<u64>,
}

impl Examiner {
    /// Examines a file that is to become a material.
    ///
    /// # Errors
    /// [`Code::FileRefused`] with the reason; [`Code::BadSetting`] if the scanner fails.
    pub(crate) async fn examine(&self, name: &str, content: Bytes) -> Result<Taken> {
        let (said, pieces) = self.open(name, &content, Orders::Material).await?;
        let Said::Examined(Facts { media_type, size, milliseconds }) = said else { return Err(refused(name, STRANGE)) };
        let kind = MaterialKind::of(media_type);
        let mut pieces = pieces.into_iter();
        let (content, small) = match kind {
            MaterialKind::Image => (pieces.next().ok_or_else(|| refused(name, STRANGE))?, pieces.next()),
            _ => (content, None),
        };
        let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
        kind.check(length, milliseconds).map_err(|why| refused(name, &why))?;
        Ok(Taken { kind, media_type, content, small, size, milliseconds })
    }

    /// Reads a Word document: its blocks, and its pictures in the order in which the blocks name them.
    ///
    /// # Errors
    /// As [`Examiner::examine`].
    pub(crate) async fn read(&self, name: &str, content: &Bytes) -> Result<(Imported, Vec<Bytes>)> {
        match self.open(name, content, Orders::Document).await? {
            (Said::Read(read), pictures) => Ok((read, pictures)),
            _ => Err(refused(name, STRANGE)),
        }
    }

    /// Reads a feed.
    ///
    /// # Errors
    /// As [`Examiner::examine`].
    pub(crate) async fn headlines(&self, name: &str, content: &Bytes) -> Result<Vec<Headline>> {
        match self.open(name, content, Orders::Feed).await? {
            (Said::Told(headlines), _) => Ok(headlines),
            _ => Err(refused(name, STRANGE)),
        }
    }

    async fn open(&self, name: &str, content: &Bytes, orders: Orders) -> Result<(Said, Vec<Bytes>)> {
        let mut file = as_file(content).map_err(Error::internal)?;
        if let Scanned::Found(virus) = self.scanner.scan(&mut file).await? {
            return Err(refused(name, &format!("病毒扫描发现 {virus}，没有保存，请检查来源")));
        }
        let mut cage = self.cage.clone();
        cage.arguments.push(serde_json::to_string(&orders).map_err(Error::internal)?.into());
        let mut running = cage.start(file).map_err(Error::internal)?;
        let mut said = None;
        let (mut pieces, mut length) = (Vec::new(), 0);
        while let Some(frame) = running.next().await {
            if said.is_none() {
                said = Some(serde_json::from_slice::<Said>(&frame).map_err(Error::internal)?);
                continue;
            }
            length += frame.len();
            if length > MOST_OF_DOCUMENT {
                return Err(refused(name, "里面的图片太多太大，请分成几个文件"));
            }
            pieces.push(frame.freeze());
        }
        let why = match running.outcome().await.map_err(Error::internal)? {
            Outcome::Finished => match said {
                Some(Said::Refused(why)) => return Err(refused(name, &why)),
                Some(said) => return Ok((said, pieces)),
                None => STRANGE,
            },
            Outcome::OutOfMemory => "打开它需要的内存太多，已停止，请缩小以后再传",
            Outcome::TimedOut => "打开它用的时间太长，已停止，请缩小以后再传",
            Outcome::Crashed { code, signal, errors } => {
                tracing::warn!(code, signal, errors, "the child that opens materials broke down");
                STRANGE
            }
        };
        Err(refused(name, why))
    }
}

const STRANGE: &str = "不能打开，文件可能已损坏，请重新传来";

/// What is said of a file that is not taken.
pub(crate) fn refused(name: &str, why: &str) -> Error {
    Problem::new(Code::FileRefused, format!("文件“{name}”")).because(why).into()
}
