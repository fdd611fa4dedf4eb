//! Members of staff as the services know them: who acts, and what they may do.

use crate::{Code, Problem, Result, Role};

/// Something only some members of staff may do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Permission {
    /// Search the descriptions of all records, closed ones and those about persons among them.
    SearchRecords,
    /// Import, roll back and export the catalogue.
    KeepCatalogue,
    /// Be the second person of an import that opens records.
    ApproveImport,
    /// Write opinions on openness: initial, second and joint.
    ReviewOpenness,
    /// Decide on openness, and close again.
    DecideOpenness,
    /// Approve that originals are shown (公布).
    Publish,
    /// Keep authority records and the subject directory.
    KeepDirectory,
    /// Answer readers: the inbox of consultation.
    AnswerReaders,
    /// Keep what the account says by itself: rules, frequent questions, canned replies, working days.
    KeepAnswers,
    /// Keep staff accounts.
    KeepAccounts,
    /// Read and verify the audit log.
    ReadAudit,
    /// Keep what readers are told about the house: profile, hours, calendar, notices, guide, texts.
    KeepHouse,
    /// Keep the official account: its connection, menu and QR codes.
    KeepOfficialAccount,
    /// See how the program runs: settings, jobs, backup.
    Operate,
    /// Be the second person of a list of persons that leaves the house.
    ApprovePersonalLists,
    /// Write what the account sends to many: materials, articles, whom they are for and when.
    WriteArticles,
    /// Be the second person of what is sent to many, and stop it.
    ApprovePushes,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::SearchRecords,
        Self::KeepCatalogue,
        Self::ApproveImport,
        Self::ReviewOpenness,
        Self::DecideOpenness,
        Self::Publish,
        Self::KeepDirectory,
        Self::AnswerReaders,
        Self::KeepAnswers,
        Self::KeepAccounts,
        Self::ReadAudit,
        Self::KeepHouse,
        Self::KeepOfficialAccount,
        Self::Operate,
        Self::ApprovePersonalLists,
        Self::WriteArticles,
        Self::ApprovePushes,
    ];

    /// Its name in machine-readable answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SearchRecords => "search-records",
            Self::KeepCatalogue => "keep-catalogue",
            Self::ApproveImport => "approve-import",
            Self::ReviewOpenness => "review-openness",
            Self::DecideOpenness => "decide-openness",
            Self::Publish => "publish",
            Self::KeepDirectory => "keep-directory",
            Self::AnswerReaders => "answer-readers",
            Self::KeepAnswers => "keep-answers",
            Self::KeepAccounts => "keep-accounts",
            Self::ReadAudit => "read-audit",
            Self::KeepHouse => "keep-house",
            Self::KeepOfficialAccount => "keep-official-account",
            Self::Operate => "operate",
            Self::ApprovePersonalLists => "approve-personal-lists",
            Self::WriteArticles => "write-articles",
            Self::ApprovePushes => "approve-pushes",
        }
    }

    /// The words staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::SearchRecords => "查阅全部目录",
            Self::KeepCatalogue => "导入和维护目录",
            Self::ApproveImport => "复核导入",
            Self::ReviewOpenness => "开放审核",
            Self::DecideOpenness => "开放终审",
            Self::Publish => "批准公布",
            Self::KeepDirectory => "维护规范档与专题目录",
            Self::AnswerReaders => "答复读者咨询",
            Self::KeepAnswers => "维护自动答复与常见问题",
            Self::KeepAccounts => "管理工作人员账号",
            Self::ReadAudit => "查阅审计日志",
            Self::KeepHouse => "维护本馆信息",
            Self::KeepOfficialAccount => "维护公众号",
            Self::Operate => "查看系统运行",
            Self::ApprovePersonalLists => "批准导出名单",
            Self::WriteArticles => "撰写推文",
            Self::ApprovePushes => "批准群发",
        }
    }
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Archivist,
        Self::Editor,
        Self::Director,
        Self::SystemAdministrator,
        Self::SecurityAdministrator,
        Self::Auditor,
    ];

    /// The word stored in the database and given on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Archivist => "archivist",
            Self::Editor => "editor",
            Self::Director => "director",
            Self::SystemAdministrator => "system-administrator",
            Self::SecurityAdministrator => "security-administrator",
            Self::Auditor => "auditor",
        }
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Archivist => "档案员",
            Self::Editor => "编辑",
            Self::Director => "馆长",
            Self::SystemAdministrator => "系统管理员",
            Self::SecurityAdministrator => "安全管理员",
            Self::Auditor => "审计管理员",
        }
    }

    /// Those of some roles that administer and must be separate (三员: 系统管理, 安全管理, 审计管理; GB/T 22239-2019 8.1.5).
    pub fn administrators(roles: &[Self]) -> Vec<Self> {
        let three = [Self::SystemAdministrator, Self::SecurityAdministrator, Self::Auditor];
        three.into_iter().filter(|role| roles.contains(role)).collect()
    }

    /// The role of a stored word or of the word staff see.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name || role.label() == name)
    }

    /// What the role may do. None of the three administrators touches records (GB/T 22239-2019 8.1.5).
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission::{
            AnswerReaders, ApproveImport, ApprovePersonalLists, ApprovePushes, DecideOpenness, KeepAccounts,
            KeepAnswers, KeepCatalogue, KeepDirectory, KeepHouse, KeepOfficialAccount, Operate, Publish, ReadAudit,
            ReviewOpenness, SearchRecords, WriteArticles,
        };
        match self {
            Self::Archivist => &[
                SearchRecords,
                KeepCatalogue,
                ApproveImport,
                ReviewOpenness,
                KeepDirectory,
                AnswerReaders,
                KeepAnswers,
                WriteArticles,
            ],
            Self::Director => &[
                SearchRecords,
                ApproveImport,
                ReviewOpenness,
                DecideOpenness,
                Publish,
                AnswerReaders,
                KeepAnswers,
                KeepHouse,
                KeepOfficialAccount,
                WriteArticles,
                ApprovePushes,
            ],
            Self::Editor => &[AnswerReaders, KeepAnswers, KeepHouse, KeepOfficialAccount, WriteArticles],
            Self::SecurityAdministrator => &[KeepAccounts, ApprovePersonalLists],
            Self::Auditor => &[ReadAudit],
            Self::SystemAdministrator => &[KeepOfficialAccount, Operate, ApprovePersonalLists],
        }
    }
}

/// A member of staff who acts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    name: String,
    roles: Vec<Role>,
}

impl Actor {
    /// A member of staff known to `identity` by this name and with these roles.
    pub fn new(name: impl Into<String>, roles: Vec<Role>) -> Self {
        Self { name: name.into(), roles }
    }

    /// The name of the account, as the audit log writes it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The roles of the account.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// Whether one of the roles has the permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.roles.iter().any(|role| role.permissions().contains(&permission))
    }

    /// Goes on only if one of the roles has the permission.
    ///
    /// # Errors
    /// [`Code::Forbidden`], naming the account and what it lacks.
    pub fn must(&self, permission: Permission) -> Result<()> {
        if self.may(permission) {
            return Ok(());
        }
        let why = format!("没有“{}”的权限", permission.label());
        Err(Problem::new(Code::Forbidden, format!("工作人员 {}", self.name)).because(why).into())
    }

    /// Goes on only if this is another account than the one that began what two do together.
    ///
    /// # Errors
    /// [`Code::SecondPersonNeeded`].
    pub fn must_be_another_than(&self, first: &str) -> Result<()> {
        if self.name != first {
            return Ok(());
        }
        let why = "经办人与复核人不能是同一个账号";
        Err(Problem::new(Code::SecondPersonNeeded, first).because(why).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_is_somebodys_and_no_administrator_touches_records() {
        let of = |role: Role| role.permissions();
        for permission in Permission::ALL {
            assert!(Role::ALL.iter().any(|role| of(*role).contains(&permission)), "{permission:?}");
        }
        for permission in [Permission::KeepCatalogue, Permission::DecideOpenness, Permission::Publish] {
            for role in [Role::SystemAdministrator, Role::SecurityAdministrator, Role::Auditor] {
                assert!(!of(role).contains(&permission), "{role:?} {permission:?}");
            }
        }
        assert!(Role::ALL.iter().all(|role| Role::named(role.name()) == Some(*role)));
    }

    #[test]
    fn who_lacks_a_permission_is_told_which() {
        let editor = Actor::new("小李", vec![Role::Editor]);
        let error = editor.must(Permission::Publish).unwrap_err();
        assert!(error.to_string().contains("小李") && error.to_string().contains("批准公布"), "{error}");
        assert!(Actor::new("馆长", vec![Role::Editor, Role::Director]).must(Permission::Publish).is_ok());
    }
}
