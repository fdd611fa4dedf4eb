//! Whether this installation may push: a number that grows with every attempt stands in the database and in a file outside
//! it, and the two must agree.
//!
//! A database that was put back from a backup is behind its file; a folder that was put back, or copied without the file, has none;
//! a machine that was cloned has another name. In all of these what was sent since is not known, and pushing stands still
//! until a person says it may go on.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The file beside the database, and the name of the machine.
#[derive(Clone, Debug)]
pub struct Epoch {
    path: PathBuf,
    host: String,
}

/// What the file says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// The node, by a name given by chance.
    pub(crate) node: String,
    /// The machine it was written on.
    pub(crate) host: String,
    /// Attempts of this node.
    pub(crate) number: i64,
}

/// Why pushing stands still.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Frozen {
    /// There is no file here, but pushes were planned before.
    #[error("本机没有群发记录，数据可能是从备份恢复或复制来的")]
    NoFile,
    /// The file was written on another machine.
    #[error("群发记录来自另一台机器，数据可能是克隆来的")]
    OtherHost,
    /// The database does not know the node, or is behind its file.
    #[error("数据库比本机的群发记录旧，可能是从备份恢复的")]
    DatabaseBehind,
    /// The file is behind the database.
    #[error("本机的群发记录比数据库旧，文件可能是从备份恢复的")]
    FileBehind,
}

impl Epoch {
    /// The epoch kept in a file, on a machine of this name.
    pub fn new(path: PathBuf, host: impl Into<String>) -> Self {
        Self { path, host: host.into() }
    }

    /// What the file says; none if there is none, or nothing that can be read.
    ///
    /// # Errors
    /// If a file that is there cannot be read.
    pub(crate) fn read(&self) -> io::Result<Option<Mark>> {
        match fs::read(&self.path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes the file anew; durable when it returns.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn write(&self, node: &str, number: i64) -> io::Result<()> {
        let mark = Mark { node: node.to_owned(), host: self.host.clone(), number };
        let beside = self.path.with_extension("new");
        let mut file = fs::File::create(&beside)?;
        file.write_all(&serde_json::to_vec(&mark)?)?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        self.path.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
    }

    /// Whether the file and the number that the database has of its node agree. The file is written after the database:
    /// whoever was killed in between is one behind.
    pub(crate) fn judge(&self, mark: &Mark, number: Option<i64>) -> Result<(), Frozen> {
        if mark.host != self.host {
            return Err(Frozen::OtherHost);
        }
        match number {
            // Killed when it made its file: nothing was tried from it.
            None if mark.number == 0 => Ok(()),
            None => Err(Frozen::DatabaseBehind),
            Some(number) if number < mark.number => Err(Frozen::DatabaseBehind),
            Some(number) if number > mark.number + 1 => Err(Frozen::FileBehind),
            Some(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p05_p06_a_file_and_a_database_of_different_times_or_machines_do_not_agree() {
        let folder = tempfile::tempdir().unwrap();
        let epoch = Epoch::new(folder.path().join("push-epoch.json"), "hall-1");
        assert_eq!(epoch.read().unwrap(), None);
        epoch.write("n", 5).unwrap();
        let mark = epoch.read().unwrap().unwrap();
        assert_eq!(epoch.judge(&mark, Some(5)), Ok(()));
        assert_eq!(epoch.judge(&mark, Some(6)), Ok(()), "killed before the file was written");
        assert_eq!(epoch.judge(&mark, Some(7)), Err(Frozen::FileBehind));
        assert_eq!(epoch.judge(&mark, Some(4)), Err(Frozen::DatabaseBehind));
        assert_eq!(epoch.judge(&mark, None), Err(Frozen::DatabaseBehind));
        epoch.write("n", 0).unwrap();
        assert_eq!(epoch.judge(&epoch.read().unwrap().unwrap(), None), Ok(()), "killed before the first attempt");
        let elsewhere = Epoch::new(folder.path().join("push-epoch.json"), "hall-2");
        assert_eq!(elsewhere.judge(&mark, Some(5)), Err(Frozen::OtherHost));
        fs::write(folder.path().join("push-epoch.json"), "torn").unwrap();
        assert_eq!(epoch.read().unwrap(), None);
    }
}
