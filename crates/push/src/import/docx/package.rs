//! The parts of a document: a ZIP package, each part unfolded within bounds.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;
use zip::result::ZipError;

/// The most parts.
const MOST_PARTS: usize = 5_000;
/// The most bytes of a part of XML, and of a picture.
const LONGEST_XML: u64 = 32 << 20;
const LARGEST_PICTURE: u64 = 10 << 20;
/// The most bytes of all that is unfolded.
const MOST_UNFOLDED: u64 = 128 << 20;

pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl<'a> Package<'a> {
    pub(super) fn open(content: &'a [u8]) -> Result<Self, &'static str> {
        let archive = ZipArchive::new(Cursor::new(content)).map_err(|_| "不是 Word 文档（.docx），或已损坏")?;
        if archive.len() > MOST_PARTS {
            return Err("文档里的部件太多");
        }
        Ok(Self { archive, left: MOST_UNFOLDED })
    }

    /// A part of XML; none if there is none of this name.
    pub(super) fn xml(&mut self, name: &str) -> Result<Option<String>, &'static str> {
        let Some(bytes) = self.part(name, LONGEST_XML)? else { return Ok(None) };
        String::from_utf8(bytes).map(Some).map_err(|_| "文档内部的文字编码不对")
    }

    /// A picture; none if there is none of this name, or it is too large.
    pub(super) fn picture(&mut self, name: &str) -> Option<Vec<u8>> {
        self.part(name, LARGEST_PICTURE).ok().flatten()
    }

    /// How much a part says of itself proves nothing: what really comes is counted.
    fn part(&mut self, name: &str, most: u64) -> Result<Option<Vec<u8>>, &'static str> {
        let part = match self.archive.by_name(name) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => return Err("文档有密码，请先去掉密码"),
            Err(_) => return Err("文档已损坏"),
        };
        let most = most.min(self.left);
        let mut bytes = Vec::new();
        part.take(most + 1).read_to_end(&mut bytes).map_err(|_| "文档已损坏")?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if length > most {
            return Err("文档解开以后太大");
        }
        self.left -= length;
        Ok(Some(bytes))
    }
}
