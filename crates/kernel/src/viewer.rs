//! Who is asking: the words every service uses to speak about people and what they may do.

use crate::{Id, Timestamp};

/// A natural person known to the house. It has no fields: only its id is passed about.
#[derive(Debug)]
pub enum Person {}

/// The id of a person.
pub type PersonId = Id<Person>;

/// What a member of staff does. Permissions are derived from roles, and one account may hold several.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// 档案员: imports, reviews openness, answers.
    Archivist,
    /// 编辑: writes articles and sends them.
    Editor,
    /// 馆长: sees where the account stands, approves.
    Director,
    /// 系统管理员: settings and operation (GB/T 22239-2019 8.1.5.1).
    SystemAdministrator,
    /// 安全管理员: accounts, permissions, security notices (GB/T 22239-2019 8.1.5.3).
    SecurityAdministrator,
    /// 审计管理员: reads and verifies the audit log (GB/T 22239-2019 8.1.5.2).
    Auditor,
}

/// Who is looking at a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Viewer {
    /// Anybody, signed in or not identified at all.
    Public,
    /// A reader known by an account of ours, not verified.
    Reader(PersonId),
    /// A reader whose identity was verified.
    Verified(PersonId),
    /// Somebody verified who acts for another person.
    Agent {
        /// The person who acts.
        agent: PersonId,
        /// The person acted for.
        principal: PersonId,
    },
    /// A member of staff.
    Staff(Vec<Role>),
}

/// Permission for one person to see one record for one purpose until a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant<R> {
    /// To whom it was given.
    pub person: PersonId,
    /// The record.
    pub record: Id<R>,
    /// What for, in the words of the decision.
    pub purpose: String,
    /// The moment it ends.
    pub until: Timestamp,
}
