//! Files that lie sealed in the data folder: catalogues name persons and hold their ID numbers.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use kernel::{Code, Error, Ground, Problem, Result};

/// Bytes that are sealed together.
const PIECE: usize = 256 * 1024;

/// Writes everything a file holds, sealed piece by piece, one a line. Nothing is left of one that fails.
pub(super) fn write(ground: &Ground, name: &str, from: &mut impl Read, path: &Path) -> Result<()> {
    let written = pieces(ground, name, from, path);
    if written.is_err() {
        // The error says enough.
        let _left = std::fs::remove_file(path);
    }
    written
}

fn pieces(ground: &Ground, name: &str, from: &mut impl Read, path: &Path) -> Result<()> {
    let full = |error: std::io::Error| {
        Problem::new(Code::FolderUnusable, "待导入的文件").because(format!("不能写入数据目录（{error}）"))
    };
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).map_err(full)?;
    let mut piece = Vec::with_capacity(PIECE);
    for number in 0_u64.. {
        piece.clear();
        let limit = u64::try_from(PIECE).unwrap_or(u64::MAX);
        from.by_ref().take(limit).read_to_end(&mut piece).map_err(Error::internal)?;
        let sealed = ground.secrets.seal(&ground.random, &binding(name, number), &piece)?;
        file.write_all(sealed.as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(full)?;
        // The last piece is an empty or a short one: a file that was cut off is not taken for whole.
        if piece.len() < PIECE {
            break;
        }
    }
    Ok(file.sync_all().map_err(full)?)
}

/// What a sealed file holds, as a file without a name that stands at its beginning.
pub(super) fn open(ground: &Ground, name: &str, path: &Path) -> Result<File> {
    let mut plain = tempfile::tempfile().map_err(Error::internal)?;
    unseal(ground, name, path, |piece| plain.write_all(piece).map_err(Error::internal))?;
    plain.rewind().map_err(Error::internal)?;
    Ok(plain)
}

/// What a small sealed file holds.
pub(super) fn read(ground: &Ground, name: &str, path: &Path) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    unseal(ground, name, path, |piece| {
        all.extend_from_slice(piece);
        Ok(())
    })?;
    Ok(all)
}

fn unseal(ground: &Ground, name: &str, path: &Path, mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let broken = || Problem::new(Code::Damaged, "待导入的文件");
    let sealed = BufReader::new(File::open(path).map_err(Error::internal)?);
    let mut is_whole = false;
    for (number, line) in (0_u64..).zip(sealed.lines()) {
        let plain = ground.secrets.open_sealed(&binding(name, number), &line.map_err(|_| broken())?)?;
        is_whole = plain.len() < PIECE;
        each(&plain)?;
    }
    if is_whole { Ok(()) } else { Err(broken().into()) }
}

fn binding(name: &str, number: u64) -> String {
    format!("upload/{name}/{number}")
}

#[cfg(test)]
mod tests {
    use kernel::testing::{ground, sqlite};

    use super::*;

    #[tokio::test]
    async fn what_lies_in_the_folder_is_sealed_and_comes_back_whole() {
        let (folder, db) = sqlite().await;
        let (ground, _hand) = ground(db);
        let path = folder.path().join("sealed");
        for length in [0, 10, PIECE, PIECE + 1, 2 * PIECE] {
            let content: Vec<u8> = "身份证11010519491231002X\n".bytes().cycle().take(length).collect();
            write(&ground, "a", &mut content.as_slice(), &path).unwrap();
            let stored = std::fs::read(&path).unwrap();
            assert!(!stored.windows(9).any(|some| some == b"110105194"), "{length}");
            let mut back = Vec::new();
            open(&ground, "a", &path).unwrap().read_to_end(&mut back).unwrap();
            assert!(back == content && read(&ground, "a", &path).unwrap() == content, "{length}");
            assert!(open(&ground, "b", &path).is_err(), "it is bound to its name");
        }
        let stored = std::fs::read_to_string(&path).unwrap();
        let cut: Vec<&str> = stored.lines().take(1).collect();
        std::fs::write(&path, cut.join("\n")).unwrap();
        assert!(open(&ground, "a", &path).is_err(), "one that was cut off");
    }
}
