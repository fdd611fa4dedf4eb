//! The data folder: made private, found writable and local, and held by one server at a time.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::sys::statfs::{FUSE_SUPER_MAGIC, FsType, NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, statfs};

use crate::{Code, Problem};

/// The file whose lock a running server holds. It stays after the server ends; only the lock counts.
const LOCK: &str = "server.lock";

/// A data folder that can be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folder(PathBuf);

/// The right of one server to a data folder, until dropped or until the process ends, however it ends.
#[derive(Debug)]
#[must_use = "the folder is free again when this is dropped"]
pub struct ServerLock(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

impl Folder {
    /// Opens a data folder; one that is not there is made, readable for its owner only.
    ///
    /// # Errors
    /// [`Code::FolderUnusable`] if it cannot be made or written.
    pub fn open(path: &Path) -> Result<Self, Problem> {
        let unusable = |error: &io::Error| {
            Problem::new(Code::FolderUnusable, format!("数据目录 {}", path.display())).because(why(error))
        };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| unusable(&error))?;
        // Permission bits do not tell whether a file system is read-only: only writing does.
        tempfile::tempfile_in(path).map_err(|error| unusable(&error))?;
        Ok(Self(path.to_owned()))
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The path of a file or folder in it.
    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    /// Takes the folder for one server. Short commands of the same program do not take it: they may share the folder.
    ///
    /// # Errors
    /// [`Code::AlreadyRunning`] if another server holds it.
    pub fn lock_server(&self) -> Result<ServerLock, Problem> {
        let about = || format!("数据目录 {}", self.0.display());
        let unusable = |error: &io::Error| Problem::new(Code::FolderUnusable, about()).because(why(error));
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(self.join(LOCK))
            .map_err(|error| unusable(&error))?;
        match file.try_lock() {
            Ok(()) => Ok(ServerLock(file)),
            Err(TryLockError::WouldBlock) => Err(Problem::new(Code::AlreadyRunning, about())),
            Err(TryLockError::Error(error)) => Err(unusable(&error)),
        }
    }

    /// Refuses a folder on a network file system, where SQLite's write-ahead log and its locks do not hold
    /// (sqlite.org/wal.html, "All processes using a database must be on the same host computer").
    ///
    /// # Errors
    /// [`Code::NetworkFolder`].
    pub fn must_be_local(&self) -> Result<(), Problem> {
        let about = || format!("数据目录 {}", self.0.display());
        let found = statfs(&self.0)
            .map_err(|error| Problem::new(Code::FolderUnusable, about()).because(why(&io::Error::from(error))))?;
        match network(found.filesystem_type()) {
            None => Ok(()),
            Some(kind) => Err(Problem::new(Code::NetworkFolder, about()).because(format!("位于 {kind} 文件系统上"))),
        }
    }
}

/// The name of a network file system, by its magic number (statfs(2)).
fn network(found: FsType) -> Option<&'static str> {
    /// SMB2 and CIFS (`linux/magic.h`), which the constants of the C library leave out.
    const SMB2: u32 = 0xFE53_4D42;
    const CIFS: u32 = 0xFF53_4D42;
    // The type of the number differs between C libraries; its low 32 bits are the magic everywhere.
    let magic = found.0 & 0xFFFF_FFFF;
    match u32::try_from(magic) {
        _ if found == NFS_SUPER_MAGIC => Some("NFS"),
        _ if found == FUSE_SUPER_MAGIC => Some("FUSE"),
        _ if found == SMB_SUPER_MAGIC => Some("SMB"),
        Ok(SMB2 | CIFS) => Some("SMB"),
        _ => None,
    }
}

/// The reason in Chinese for the errors that an installer can mend; the system's own words for the rest.
fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "当前用户没有写权限".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "所在磁盘是只读的".to_owned(),
        io::ErrorKind::StorageFull => "磁盘空间已满".to_owned(),
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => "此路径上已有同名文件，不是目录".to_owned(),
        _ => format!("不能写入（{error}）"),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_new_folder_is_private() {
        let outer = tempfile::tempdir().unwrap();
        let folder = Folder::open(&outer.path().join("a/b")).unwrap();
        assert_eq!(std::fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn r05_a_second_server_is_refused_until_the_first_ends() {
        let outer = tempfile::tempdir().unwrap();
        let folder = Folder::open(outer.path()).unwrap();
        let first = folder.lock_server().unwrap();
        assert_eq!(folder.lock_server().unwrap_err().code(), Code::AlreadyRunning);
        drop(first);
        let _second = folder.lock_server().unwrap();
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("taken");
        std::fs::write(&path, "").unwrap();
        let problem = Folder::open(&path).unwrap_err();
        assert_eq!(problem.code(), Code::FolderUnusable);
        assert!(problem.to_string().contains("taken") && problem.to_string().contains("同名文件"), "{problem}");
    }

    #[test]
    fn r06_network_file_systems_are_known_and_local_ones_pass() {
        assert_eq!(network(NFS_SUPER_MAGIC), Some("NFS"));
        assert_eq!(network(FsType(0xFF53_4D42)), Some("SMB"));
        assert_eq!(network(FsType(0xFE53_4D42)), Some("SMB"));
        assert_eq!(network(FUSE_SUPER_MAGIC), Some("FUSE"));
        assert_eq!(network(nix::sys::statfs::EXT4_SUPER_MAGIC), None);
    }
}
