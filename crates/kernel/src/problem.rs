//! What the asker is told when something cannot be done: one table from code to status, sentence and next step.

/// A kind of problem. The table below is exhaustive: a new code does not compile without its row.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Code {
    /// The address or the record is not there, or may not be seen: the two look the same.
    NotFound,
    /// A value that was sent does not fit.
    BadRequest,
    /// Signing in is needed first.
    SignInNeeded,
    /// A member of staff has to sign in first.
    StaffSignInNeeded,
    /// A name with a password, or a code, that does not let anybody in.
    SignInRefused,
    /// A member of staff is named who has no account.
    NoSuchStaff,
    /// Too many tries to come in have failed.
    LockedOut,
    /// The signed-in person may not do this.
    Forbidden,
    /// Who is signed in has to prove anew that it is them.
    ProofNeeded,
    /// A form was sent without its proof, or twice.
    FormExpired,
    /// Something else happened to the thing meanwhile.
    Conflict,
    /// What has to be done first was not done, or is another's to do.
    NotYet,
    /// What is to be taken back was changed by later acts, which would be lost.
    LaterChanges,
    /// What only two members of staff may do together.
    SecondPersonNeeded,
    /// The body is too large.
    TooLarge,
    /// A kind of file or content that is not taken.
    Unsupported,
    /// Too many requests.
    TooMany,
    /// More pages in a day than one visitor reads.
    EnoughToday,
    /// A file that was refused whole.
    FileRefused,
    /// A setting that does not fit.
    BadSetting,
    /// A file or folder that somebody named is not there.
    PathMissing,
    /// The data folder cannot be made or written.
    FolderUnusable,
    /// The data folder is on a network file system.
    NetworkFolder,
    /// Another server holds the data folder.
    AlreadyRunning,
    /// An address is taken by another program.
    PortTaken,
    /// The database was made by a newer version of the program.
    DatabaseNewer,
    /// The database cannot be reached, read or written.
    DatabaseUnusable,
    /// A key that the data need is missing, or differs.
    KeyMissing,
    /// A stored file no longer has its digest.
    Damaged,
    /// The audit log cannot be written, so nothing privileged is done.
    AuditUnavailable,
    /// The service is busy; trying again helps.
    Busy,
    /// A fault of ours.
    Internal,
}

/// One row of the table.
struct Row {
    code: &'static str,
    status: u16,
    title: &'static str,
    hint: &'static str,
}

const fn row(code: &'static str, status: u16, title: &'static str, hint: &'static str) -> Row {
    Row { code, status, title, hint }
}

impl Code {
    const fn row(self) -> Row {
        match self {
            Self::NotFound => row("not-found", 404, "没有找到", "请检查地址，或回到首页重新检索"),
            Self::BadRequest => row("bad-request", 400, "填写的内容不合要求", "请按提示修改后再提交"),
            Self::SignInNeeded => row("sign-in-needed", 401, "需要先登录", "请从公众号里重新打开此页"),
            Self::StaffSignInNeeded => row("staff-sign-in-needed", 401, "需要先登录", "请用工作人员账号登录"),
            Self::SignInRefused => {
                row("sign-in-refused", 401, "登录没有成功", "请核对后再试；忘记口令请联系安全管理员")
            }
            Self::NoSuchStaff => row("no-such-staff", 404, "没有这个账号", "请核对账号名，或刷新账号列表"),
            Self::LockedOut => row("locked-out", 429, "失败次数过多", "请半小时后再试"),
            Self::Forbidden => row("forbidden", 403, "没有权限", "如确需办理，请联系本馆工作人员"),
            Self::ProofNeeded => row("proof-needed", 403, "需要重新验证身份", "请再输入一次自己的口令"),
            Self::FormExpired => row("form-expired", 403, "页面已过期", "请返回上一页，刷新后再提交"),
            Self::Conflict => row("conflict", 409, "内容已被改动", "请刷新后再试"),
            Self::NotYet => row("not-yet", 409, "还不能办理", "请先办好所说的，再来办理"),
            Self::LaterChanges => row("later-changes", 409, "其后又有改动", "请先撤回后来的那些，再撤回这一批"),
            Self::SecondPersonNeeded => {
                row("second-person-needed", 403, "须两人办理", "请由有权复核的另一位工作人员核对后办理")
            }
            Self::TooLarge => row("too-large", 413, "内容太大", "请减少内容或分批提交"),
            Self::Unsupported => row("unsupported", 415, "不支持这种内容", "请换一种格式"),
            Self::TooMany => row("too-many", 429, "操作过于频繁", "请稍等一分钟再试"),
            Self::EnoughToday => {
                row("enough-today", 429, "今天翻看的页数已到上限", "请明天再来；急用或需要成批利用目录，请致电本馆")
            }
            Self::FileRefused => row("file-refused", 422, "文件未能导入", "请改好文件后重新上传"),
            Self::BadSetting => row("bad-setting", 500, "设置有误", "请按提示修改设置后重新启动"),
            Self::PathMissing => row("path-missing", 500, "没有这个文件或目录", "请检查路径后再试"),
            Self::FolderUnusable => row(
                "folder-unusable",
                500,
                "数据目录不能使用",
                "请检查目录的所有者、权限和磁盘，或用 --data 指定其他目录",
            ),
            Self::NetworkFolder => row(
                "network-folder",
                500,
                "数据目录在网络文件系统上",
                "请改用本机磁盘上的目录，或改用 PostgreSQL 数据库",
            ),
            Self::AlreadyRunning => {
                row("already-running", 500, "已有一个服务正在使用", "请先停止它，或用 --data 指定其他目录")
            }
            Self::PortTaken => row("port-taken", 500, "端口已被占用", "请停止占用它的程序，或换一个端口"),
            Self::DatabaseNewer => {
                row("database-newer", 500, "由更新版本的程序建立", "请安装不低于该版本的程序后再启动")
            }
            Self::DatabaseUnusable => {
                row("database-unusable", 500, "数据库不能使用", "请检查地址、权限和磁盘，确认数据库已经启动")
            }
            Self::KeyMissing => {
                row("key-missing", 500, "密钥缺失或不符", "请从备份中取回原来的密钥文件放回原处，不要另建密钥")
            }
            Self::Damaged => row("damaged", 500, "文件内容与登记的摘要不符", "请从备份中恢复此文件"),
            Self::AuditUnavailable => {
                row("audit-unavailable", 503, "审计日志写不进去，已停止办理", "请联系系统管理员检查数据库和磁盘空间")
            }
            Self::Busy => row("busy", 503, "服务繁忙", "请稍后再试"),
            Self::Internal => row("internal", 500, "服务暂时不可用", "请稍后再试，或致电本馆"),
        }
    }

    /// The name of the problem in machine-readable answers, in kebab-case.
    pub const fn name(self) -> &'static str {
        self.row().code
    }

    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        self.row().status
    }

    /// The short sentence, in Chinese.
    pub const fn title(self) -> &'static str {
        self.row().title
    }

    /// What to do next, in Chinese.
    pub const fn hint(self) -> &'static str {
        self.row().hint
    }
}

/// A problem as it is told: what kind, about which thing, and what to do next. It never carries internals.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    code: Code,
    about: String,
    detail: Option<String>,
}

impl Problem {
    /// A problem about a named thing ("文件 目录.xlsx").
    pub fn new(code: Code, about: impl Into<String>) -> Self {
        Self { code, about: about.into(), detail: None }
    }

    /// The same problem with a sentence that says exactly what is wrong; it replaces the table's sentence.
    #[must_use]
    pub fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Its kind.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The thing it is about.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// What happened, in one sentence without a full stop.
    pub fn sentence(&self) -> &str {
        self.detail.as_deref().unwrap_or(self.code.title())
    }

    /// What to do next.
    pub const fn hint(&self) -> &'static str {
        self.code.hint()
    }
}

impl std::error::Error for Problem {}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}：{}。{}。", self.about, self.sentence(), self.hint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_the_thing_and_the_next_step() {
        let problem = Problem::new(Code::FileRefused, "文件 目录.xlsx").because("第 3 行标有“秘密”");
        assert_eq!(problem.to_string(), "文件 目录.xlsx：第 3 行标有“秘密”。请改好文件后重新上传。");
    }
}
