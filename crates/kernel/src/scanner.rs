//! The house's virus scanner: any program of the machine that reads a file from its standard input and ends like `ClamAV`'s
//! (0 clean, 1 found; its manual page clamdscan(1)). We scan nothing ourselves.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use crate::{Code, Error, Problem, Result};

/// The longest one file may take.
const LONGEST: Duration = Duration::from_mins(10);
/// The longest name of what was found that is repeated, in characters.
const LONGEST_NAME: usize = 80;

/// The scanner of a house, or none; cheap to clone.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Scanner(Vec<String>);

/// What a scanner says of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scanned {
    /// Nothing was found.
    Clean,
    /// Something was found; its name.
    Found(String),
    /// The house has no scanner.
    Unscanned,
}

impl Scanner {
    /// A program with its arguments; none if the list is empty.
    pub const fn new(command: Vec<String>) -> Self {
        Self(command)
    }

    /// Lets the scanner read a file from its beginning; afterwards the file stands at its beginning again.
    ///
    /// # Errors
    /// [`Code::BadSetting`] if the scanner cannot be started, takes too long or ends in another way than it should: a
    /// file that could not be scanned must not be taken for clean.
    pub async fn scan(&self, file: &mut File) -> Result<Scanned> {
        let Some((program, arguments)) = self.0.split_first() else { return Ok(Scanned::Unscanned) };
        let broken = |why: String| Problem::new(Code::BadSetting, format!("病毒扫描程序 {program}")).because(why);
        file.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
        let given = file.try_clone().map_err(Error::internal)?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::from(given)).stderr(Stdio::null()).kill_on_drop(true);
        let ended = timeout(LONGEST, command.output()).await.map_err(|_| broken("用时太长，已停止".to_owned()))?;
        let ended = ended.map_err(|error| broken(format!("不能启动（{error}）")))?;
        file.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
        match ended.status.code() {
            Some(0) => Ok(Scanned::Clean),
            Some(1) => Ok(Scanned::Found(name(&String::from_utf8_lossy(&ended.stdout)))),
            other => Err(broken(format!("没有正常结束（{other:?}），文件未检查，不能接收")).into()),
        }
    }
}

/// The name of what was found, out of a line like `stream: Win.Test.EICAR_HDB-1 FOUND`.
fn name(said: &str) -> String {
    let found = said.lines().find_map(|line| line.trim().strip_suffix("FOUND")).unwrap_or_default();
    let named = found.rsplit_once(": ").map_or(found, |(_, name)| name).trim();
    let named: String = named.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    if named.is_empty() { "未注明名称".to_owned() } else { named }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    fn shell(script: &str) -> Scanner {
        Scanner::new(["/bin/sh", "-c", script].map(str::to_owned).to_vec())
    }

    fn file(content: &str) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        file
    }

    #[tokio::test]
    async fn u24_what_the_scanner_says_is_believed_and_its_failure_is_not_taken_for_clean() {
        let careful = shell("if grep -q EICAR; then echo 'stream: Win.Test.EICAR_HDB-1 FOUND'; exit 1; fi");
        let mut clean = file("nothing to see");
        assert_eq!(careful.scan(&mut clean).await.unwrap(), Scanned::Clean);
        let mut text = String::new();
        clean.read_to_string(&mut text).unwrap();
        assert_eq!(text, "nothing to see", "the file stands at its beginning again");
        let found = careful.scan(&mut file("X5O!EICAR-STANDARD")).await.unwrap();
        assert_eq!(found, Scanned::Found("Win.Test.EICAR_HDB-1".into()));
        assert_eq!(Scanner::default().scan(&mut clean).await.unwrap(), Scanned::Unscanned);
        for broken in [shell("exit 2"), shell("kill -9 $$"), Scanner::new(vec!["/no/such/scanner".into()])] {
            let error = broken.scan(&mut clean).await.unwrap_err();
            assert!(error.to_string().contains("病毒扫描程序"), "{error}");
        }
    }
}
