//! Whom a description is about: persons of livelihood records, with what their identity is told by.

use std::fmt;

/// A person named in a description.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Person {
    /// The name as it is written.
    pub name: String,
    /// In what capacity the record is about them.
    pub role: PersonRole,
    /// The ID number in 18 characters, or as it is written if it is none; never shown, logged or kept in the open.
    pub id_number: Option<String>,
    /// The date of birth, eight digits with 00 for what is not known.
    pub born: Option<i32>,
}

/// In what capacity a record is about a person.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PersonRole {
    /// 本人
    Subject,
    /// 男方
    Man,
    /// 女方
    Woman,
    /// 配偶
    Spouse,
    /// 父亲, 母亲, 家长
    Parent,
    /// 子女
    Child,
}

impl PersonRole {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Subject, Self::Man, Self::Woman, Self::Spouse, Self::Parent, Self::Child];

    /// The word stored in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Man => "man",
            Self::Woman => "woman",
            Self::Spouse => "spouse",
            Self::Parent => "parent",
            Self::Child => "child",
        }
    }

    /// The word staff see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Subject => "本人",
            Self::Man => "男方",
            Self::Woman => "女方",
            Self::Spouse => "配偶",
            Self::Parent => "父母或家长",
            Self::Child => "子女",
        }
    }

    /// The role of a stored word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

impl fmt::Debug for Person {
    /// Without anything that tells who it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("role", &self.role).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_words_are_read_back_and_nothing_is_logged() {
        assert!(PersonRole::ALL.iter().all(|one| PersonRole::named(one.name()) == Some(*one)));
        let person = Person {
            name: "张某".to_owned(),
            role: PersonRole::Subject,
            id_number: Some("11010519491231002X".to_owned()),
            born: Some(19_491_231),
        };
        let said = format!("{person:?}");
        assert!(!said.contains("张某") && !said.contains("1949"), "{said}");
    }
}
