//! Files by their digests, in the data folder or any S3 store.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload};
use sha2::{Digest as _, Sha256};
use sm3::Sm3;
use tokio_util::bytes::Bytes;

use crate::{Code, Error, Problem, Result, Timestamp, hex};

/// The digests of a file: SHA-256, by which it is stored, and SM3 (GB/T 32905-2016), by which it is also proved.
/// As text: 64 hexadecimal digits, a colon, 64 more.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Digest {
    sha256: [u8; 32],
    sm3: [u8; 32],
}

impl Digest {
    /// The digests of some content.
    pub fn of(content: &[u8]) -> Self {
        Self { sha256: Sha256::digest(content).into(), sm3: Sm3::digest(content).into() }
    }

    /// Reads digests from their text.
    pub fn parse(text: &str) -> Option<Self> {
        let (sha256, sm3) = text.split_once(':')?;
        Some(Self { sha256: unhex(sha256)?, sm3: unhex(sm3)? })
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", hex(&self.sha256), hex(&self.sm3))
    }
}

/// A store of files; cheap to clone. The same content is stored once.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    prefix: Key,
    /// Where the files lie, if that is a folder of this machine.
    folder: Option<PathBuf>,
}

impl Blobs {
    /// Files in a folder, which is made if it is not there. What was put is on the disk when [`Blobs::put`] returns.
    ///
    /// # Errors
    /// [`Code::FolderUnusable`] if the folder cannot be made or read.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        let unusable = |error: &dyn fmt::Display| {
            Problem::new(Code::FolderUnusable, format!("文件目录 {}", folder.display()))
                .because(format!("不能读写（{error}）"))
        };
        std::fs::create_dir_all(folder).map_err(|error| unusable(&error))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| unusable(&error))?.with_fsync(true);
        Ok(Self { store: Arc::new(store), prefix: Key::default(), folder: Some(folder.to_owned()) })
    }

    /// Files in the store of an address (`s3://bucket/prefix`), with the options of the `object_store` crate
    /// (`aws_access_key_id`, `aws_endpoint` …).
    ///
    /// # Errors
    /// [`Code::BadSetting`] if the address is none, or an option does not fit.
    pub fn at(address: &str, options: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let refused = |error: &dyn fmt::Display| {
            Problem::new(Code::BadSetting, "文件存储的地址").because(format!("不能使用（{error}）"))
        };
        // The HTTP client takes the process's choice of cryptography; if one was made before, it stays.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let url = url::Url::parse(address).map_err(|error| refused(&error))?;
        let (store, prefix) = object_store::parse_url_opts(&url, options).map_err(|error| refused(&error))?;
        Ok(Self { store: Arc::from(store), prefix, folder: None })
    }

    /// Stores content and returns its digests.
    ///
    /// # Errors
    /// If the store does not take it.
    pub async fn put(&self, content: Bytes) -> Result<Digest> {
        let digest = Digest::of(&content);
        self.store.put(&self.key(&digest), PutPayload::from_bytes(content)).await.map_err(Error::internal)?;
        Ok(digest)
    }

    /// The content with these digests, which are checked: a file that was altered is never given out.
    ///
    /// # Errors
    /// [`Code::NotFound`] if there is none; [`Code::Damaged`] if it no longer has its digests.
    pub async fn get(&self, digest: &Digest) -> Result<Bytes> {
        let content = match self.store.get(&self.key(digest)).await {
            Ok(found) => found.bytes().await.map_err(Error::internal)?,
            Err(object_store::Error::NotFound { .. }) => return Err(Problem::new(Code::NotFound, "文件").into()),
            Err(error) => return Err(Error::internal(error)),
        };
        if Digest::of(&content) == *digest {
            Ok(content)
        } else {
            Err(Problem::new(Code::Damaged, format!("文件 {}", self.key(digest))).into())
        }
    }

    /// A part of the content, from byte to byte, as a stream that keeps little of it in memory. A part cannot be checked
    /// against the digests: what is given out in parts was whole when it came in.
    ///
    /// # Errors
    /// [`Code::NotFound`] if there is none.
    pub async fn stream(&self, digest: &Digest, part: Range<u64>) -> Result<BoxStream<'static, Result<Bytes>>> {
        if part.is_empty() {
            return Ok(futures::stream::empty().boxed());
        }
        let options = GetOptions { range: Some(GetRange::Bounded(part)), ..GetOptions::default() };
        match self.store.get_opts(&self.key(digest), options).await {
            Ok(found) => Ok(found.into_stream().map_err(Error::internal).boxed()),
            Err(object_store::Error::NotFound { .. }) => Err(Problem::new(Code::NotFound, "文件").into()),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Removes the content with these digests; it may be gone already. The caller knows that nothing needs it.
    ///
    /// # Errors
    /// If the store refuses.
    pub async fn remove(&self, digest: &Digest) -> Result<()> {
        match self.store.delete(&self.key(digest)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Removes what is left of files whose writing was broken off before a moment (U26), and returns how many there were. A
    /// file is written under its name with `#` and a number, and bears its name only when it is whole, so a half-written
    /// one is never found. Stores elsewhere end broken uploads by a rule of their own.
    ///
    /// # Errors
    /// If the folder cannot be read, or something in it cannot be removed.
    pub async fn sweep(&self, before: Timestamp) -> Result<u64> {
        let Some(folder) = self.folder.clone() else { return Ok(0) };
        tokio::task::spawn_blocking(move || sweep(&folder, before)).await.map_err(Error::internal)?
    }

    /// `ab/cd/abcd…`: two levels of folders, so that none grows large.
    fn key(&self, digest: &Digest) -> Key {
        let name = hex(&digest.sha256);
        let part = |range: Range<usize>| name.get(range).unwrap_or_default().to_owned();
        let (outer, inner) = (part(0..2), part(2..4));
        [outer, inner, name].into_iter().fold(self.prefix.clone(), Key::join)
    }
}

fn sweep(folder: &Path, before: Timestamp) -> Result<u64> {
    let mut swept = 0;
    for entry in std::fs::read_dir(folder).map_err(Error::internal)? {
        let entry = entry.map_err(Error::internal)?;
        let known = entry.metadata().map_err(Error::internal)?;
        if known.is_dir() {
            swept += sweep(&entry.path(), before)?;
            continue;
        }
        let age = known.modified().map_err(Error::internal)?.duration_since(UNIX_EPOCH).unwrap_or_default();
        let is_old = i64::try_from(age.as_secs()).unwrap_or(i64::MAX) < before.seconds();
        if is_old && entry.file_name().to_string_lossy().contains('#') {
            std::fs::remove_file(entry.path()).map_err(Error::internal)?;
            swept += 1;
        }
    }
    Ok(swept)
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn blobs() -> (tempfile::TempDir, Blobs) {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(&folder.path().join("blobs")).unwrap();
        (folder, blobs)
    }

    #[tokio::test]
    async fn what_was_put_comes_back_until_it_is_removed() {
        let (_folder, blobs) = blobs();
        let digest = blobs.put(Bytes::from_static("馆藏".as_bytes())).await.unwrap();
        assert_eq!(blobs.get(&digest).await.unwrap(), "馆藏".as_bytes());
        assert_eq!(blobs.put(Bytes::from_static("馆藏".as_bytes())).await.unwrap(), digest);
        let part: Vec<Bytes> = blobs.stream(&digest, 3..6).await.unwrap().try_collect().await.unwrap();
        assert_eq!(part.concat(), "藏".as_bytes());
        blobs.remove(&digest).await.unwrap();
        blobs.remove(&digest).await.unwrap();
        assert!(blobs.stream(&digest, 0..1).await.is_err());
        assert_eq!(blobs.get(&digest).await.unwrap_err().shown().code(), Code::NotFound);
    }

    #[tokio::test]
    async fn r15_an_altered_file_is_never_given_out() {
        let (folder, blobs) = blobs();
        let digest = blobs.put(Bytes::from_static(b"abc")).await.unwrap();
        let path = folder.path().join("blobs").join(blobs.key(&digest).to_string());
        std::fs::write(path, "abd").unwrap();
        assert_eq!(blobs.get(&digest).await.unwrap_err().shown().code(), Code::Damaged);
    }

    #[tokio::test]
    async fn u26_what_was_not_written_to_its_end_is_never_found_and_goes_after_a_day() {
        let (folder, blobs) = blobs();
        let digest = blobs.put(Bytes::from_static(b"whole")).await.unwrap();
        let whole = folder.path().join("blobs").join(blobs.key(&digest).to_string());
        let lost = Digest::of(b"lost");
        let key = folder.path().join("blobs").join(blobs.key(&lost).to_string());
        std::fs::create_dir_all(key.parent().unwrap()).unwrap();
        let [old, young] = [1, 2].map(|number| key.with_file_name(format!("{}#{number}", hex(&lost.sha256))));
        let day = Duration::from_hours(24);
        let before = UNIX_EPOCH + Duration::from_hours(498_217);
        for (path, modified) in [(&old, before - day), (&young, before + day), (&whole, before - day)] {
            let file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
            file.set_modified(modified).unwrap();
        }
        assert!(blobs.get(&lost).await.is_err(), "half of a file is no file");
        assert_eq!(blobs.sweep(Timestamp::from_seconds(498_217 * 3600)).await.unwrap(), 1);
        assert_eq!([&old, &young, &whole].map(|path| path.try_exists().unwrap()), [false, true, true]);
        assert_eq!(blobs.get(&digest).await.unwrap(), b"whole".as_slice());
        let elsewhere = Blobs::at("memory:///", []).unwrap();
        assert_eq!(elsewhere.sweep(Timestamp::from_seconds(i64::MAX / 2)).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn u26_a_file_is_first_written_under_a_name_that_is_swept() {
        let (folder, blobs) = blobs();
        let mut upload = blobs.store.put_multipart(&Key::from("ab/cd/abcd")).await.unwrap();
        upload.put_part(PutPayload::from_static(b"half")).await.unwrap();
        let files = std::fs::read_dir(folder.path().join("blobs/ab/cd")).unwrap();
        let names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        assert!(names.len() == 1 && names.iter().all(|name| name.contains('#')), "{names:?}");
    }

    #[test]
    fn digests_survive_their_text() {
        let digest = Digest::of(b"abc");
        let text = digest.to_string();
        assert!(text.starts_with("ba7816bf") && text.contains(":66c7f0f4"), "{text}");
        assert_eq!(Digest::parse(&text), Some(digest));
        for wrong in ["", "ab:cd", &text[1..], &text.replace('b', "g")] {
            assert_eq!(Digest::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_address_names_its_store_and_a_wrong_one_is_refused() {
        let options = [("aws_region".to_owned(), "cn-south-1".to_owned())];
        let blobs = Blobs::at("s3://archive/files", options).unwrap();
        assert!(blobs.key(&Digest::of(b"abc")).to_string().starts_with("files/ba/78/ba7816bf"));
        assert_eq!(Blobs::at("nowhere", []).unwrap_err().shown().code(), Code::BadSetting);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_parser_fall(text in "[0-9a-fA-F:é]{0,140}") {
            if let Some(digest) = Digest::parse(&text) {
                proptest::prop_assert_eq!(digest.to_string(), text.to_lowercase());
            }
        }
    }
}
