//! Members of staff: their accounts.

use kernel::{Actor, Id, Role, Timestamp};
use unicode_normalization::UnicodeNormalization as _;

/// The longest name of an account, in characters.
const LONGEST: usize = 40;

/// Whether an account may act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StaffState {
    /// It may.
    Active,
    /// It was switched off; what it did stays under its name.
    Disabled,
}

impl StaffState {
    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Active => "可用",
            Self::Disabled => "已停用",
        }
    }

    /// The state of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Active, Self::Disabled].into_iter().find(|state| state.name() == name)
    }
}

/// The name of an account: as it was given, and the key that decides whether two are the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffName {
    written: String,
    key: String,
}

/// Why a text is not the name of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("账号名应为 1 至 {LONGEST} 个汉字、字母、数字或 . _ -")]
pub struct NameProblem;

impl StaffName {
    /// Reads a name. Names are the same when they differ in width or letter case only.
    ///
    /// # Errors
    /// If it is empty, too long, or holds anything but letters, digits, dots, dashes and underscores.
    pub fn parse(text: &str) -> Result<Self, NameProblem> {
        let written = text.trim().to_owned();
        let key: String = written.nfkc().flat_map(char::to_lowercase).collect();
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
        match key.chars().count() {
            1..=LONGEST if key.chars().all(fits) => Ok(Self { written, key }),
            _ => Err(NameProblem),
        }
    }

    /// As it was given.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// What decides whether two names are the same.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// A member of staff.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Staff {
    /// The id of the account.
    pub id: Id<Self>,
    /// Its name.
    pub name: String,
    /// What it does, in the order of [`Role::ALL`].
    pub roles: Vec<Role>,
    /// Whether it may act.
    pub state: StaffState,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Staff {
    /// The account as the services know it.
    pub fn actor(&self) -> Actor {
        Actor::new(&self.name, self.roles.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_are_the_same() {
        let key = |text: &str| StaffName::parse(text).map(|name| name.key().to_owned());
        assert_eq!(key("ＷangLi").unwrap(), key(" wangli ").unwrap());
        assert_eq!(StaffName::parse("王莉").unwrap().written(), "王莉");
        for text in ["", " ", "a b", "a/b", "甲\n乙", "a:b", &"长".repeat(41)] {
            assert_eq!(key(text), Err(NameProblem), "{text}");
        }
    }

    #[test]
    fn stored_words_are_read_back() {
        for state in [StaffState::Active, StaffState::Disabled] {
            assert_eq!(StaffState::named(state.name()), Some(state));
        }
    }
}
