//! Where the keys are kept.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::Key;
use crate::{Code, Problem, Random};

const HEAD: &str = "\
# 兰台密钥。请另行备份，与数据分开存放：丢失之后，已加密的个人信息无法恢复。
# 每行一把：编号 密钥（32 字节的 Base64）。新数据用最后一行加密；旧的各行仍用于读取，不可删除。
# 第一行还决定记录的公开编号，不可更换。
";

/// Where the key ring comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file, made on the first start; normally `keys` in the data folder.
    File(PathBuf),
    /// The same text, given by a setting.
    Given(SecretString),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "密钥文件 {}", path.display()),
            Self::Given(_) => f.write_str("设置中的密钥"),
        }
    }
}

impl Source {
    /// Makes a file with one new key, readable for its owner only. A file that is there stays as it is.
    pub(super) fn make_if_absent(&self, random: &Random) -> Result<(), Problem> {
        let Self::File(path) = self else { return Ok(()) };
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(file) => {
                let line = Zeroizing::new(format!("{HEAD}{}", line("k1", random).as_str()));
                store(file, path, &line).map_err(|error| self.unreadable(&error))
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    /// Adds a new key to the file: the first step of a rotation. The server uses it after its next start.
    ///
    /// # Errors
    /// If the keys are given by a setting, or the file cannot be read or written.
    pub fn add_key(&self, random: &Random) -> Result<(), Problem> {
        let Self::File(path) = self else {
            return Err(Problem::new(Code::KeyMissing, self.to_string()).because("不是文件，请在给出它的地方更换"));
        };
        let next = self.read()?.len() + 1;
        let file = OpenOptions::new().append(true).open(path).map_err(|error| self.unreadable(&error))?;
        store(file, path, &line(&format!("k{next}"), random)).map_err(|error| self.unreadable(&error))
    }

    /// The keys, oldest first.
    pub(super) fn read(&self) -> Result<Vec<Key>, Problem> {
        let text = match self {
            Self::File(path) => Zeroizing::new(std::fs::read_to_string(path).map_err(|error| self.unreadable(&error))?),
            Self::Given(text) => Zeroizing::new(text.expose_secret().to_owned()),
        };
        let wrong = |why: String| Problem::new(Code::KeyMissing, self.to_string()).because(why);
        let mut keys: Vec<Key> = Vec::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !is_blank(line)) {
            let key = parse(line).ok_or_else(|| wrong(format!("第 {} 行不是“编号 密钥”", number + 1)))?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(wrong(format!("编号 {} 出现了两次", key.id)));
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(wrong("里面没有密钥".to_owned())) } else { Ok(keys) }
    }

    fn unreadable(&self, error: &io::Error) -> Problem {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "文件不存在，而数据库里有用它加密的数据".to_owned(),
            io::ErrorKind::PermissionDenied => "当前用户没有读写权限".to_owned(),
            _ => format!("不能读写（{error}）"),
        };
        Problem::new(Code::KeyMissing, self.to_string()).because(why)
    }
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

fn parse(line: &str) -> Option<Key> {
    let (id, key) = line.trim().split_once(' ')?;
    let fits = (1..=16).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let bytes = Zeroizing::new(STANDARD.decode(key.trim()).ok().filter(|_| fits)?);
    Some(Key::derive(id, <&[u8; 32]>::try_from(bytes.as_slice()).ok()?))
}

fn line(id: &str, random: &Random) -> Zeroizing<String> {
    let master = Zeroizing::new(random.bytes::<32>());
    Zeroizing::new(format!("{id} {}\n", STANDARD.encode(master.as_slice())))
}

/// Written through to the disk, the folder's entry too: data sealed with a key that was lost is lost.
fn store(mut file: File, path: &Path, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}
