//! Person lists of livelihood records: which columns name persons, and who they are in a row.

use super::table::Cells;
use crate::element::header_key;
use crate::plain::{dense, kept};
use crate::{ArchivalDate, Livelihood, PartialDate, Person, PersonRole};

/// The columns of a sheet that are about persons.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct People {
    columns: Vec<(usize, PersonRole, Fact)>,
    category: Option<Livelihood>,
}

/// What a column says of a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fact {
    Name,
    IdNumber,
    Born,
}

/// Whose column it is, by how its header begins.
const WHOSE: [(&str, PersonRole); 20] = [
    ("男方", PersonRole::Man),
    ("新郎", PersonRole::Man),
    ("丈夫", PersonRole::Man),
    ("女方", PersonRole::Woman),
    ("新娘", PersonRole::Woman),
    ("妻子", PersonRole::Woman),
    ("配偶", PersonRole::Spouse),
    ("父亲", PersonRole::Parent),
    ("母亲", PersonRole::Parent),
    ("家长", PersonRole::Parent),
    ("独生子女", PersonRole::Child),
    ("子女", PersonRole::Child),
    ("本人", PersonRole::Subject),
    ("学生", PersonRole::Subject),
    ("职工", PersonRole::Subject),
    ("知青", PersonRole::Subject),
    ("当事人", PersonRole::Subject),
    ("户主", PersonRole::Subject),
    ("承包方", PersonRole::Subject),
    ("", PersonRole::Subject),
];
const NAMES: [&str; 4] = ["姓名", "名字", "XM", "人员姓名"];
const ID_NUMBERS: [&str; 9] =
    ["身份证号", "身份证号码", "身份证", "身份证件号", "身份证件号码", "公民身份号码", "证件号码", "证件号", "SFZH"];
const BORN: [&str; 5] = ["出生日期", "出生年月", "出生年月日", "出生时间", "CSRQ"];
/// Headers of which one alone tells the category.
const TELLING: [(&str, Livelihood); 12] = [
    ("男方", Livelihood::Marriage),
    ("结婚", Livelihood::Marriage),
    ("招工", Livelihood::Recruitment),
    ("下乡", Livelihood::SentDownYouth),
    ("返城", Livelihood::SentDownYouth),
    ("入伍", Livelihood::Veterans),
    ("退伍", Livelihood::Veterans),
    ("独生子女", Livelihood::FamilyPlanning),
    ("毕业", Livelihood::Schooling),
    ("入学", Livelihood::Schooling),
    ("承包", Livelihood::LandContract),
    ("林权", Livelihood::ForestRights),
];

impl People {
    /// Finds the columns among the headers of a sheet. A name alone is no list of persons: every catalogue may have one.
    pub(super) fn read(texts: &[String], is_told: bool) -> Self {
        let keys: Vec<String> = texts.iter().map(|text| header_key(text)).collect();
        let mut columns: Vec<(usize, PersonRole, Fact)> = Vec::new();
        for (index, key) in keys.iter().enumerate() {
            if let Some((role, fact)) = meaning(key)
                && !columns.iter().any(|(_, one, other)| (*one, *other) == (role, fact) && role != PersonRole::Parent)
            {
                columns.push((index, role, fact));
            }
        }
        let count = |fact: Fact| columns.iter().filter(|(_, _, one)| *one == fact).count();
        let is_list = count(Fact::Name) > 1 || count(Fact::IdNumber) + count(Fact::Born) > 0 || is_told;
        if count(Fact::Name) == 0 || !is_list {
            return Self::default();
        }
        let telling = TELLING.iter().find(|(word, _)| keys.iter().any(|key| key.contains(word)));
        Self { columns, category: telling.map(|(_, category)| *category) }
    }

    /// Whether the sheet is a list of persons.
    pub(super) const fn is_list(&self) -> bool {
        !self.columns.is_empty()
    }

    /// Whether a column is about persons and nothing else.
    pub(super) fn holds(&self, column: usize) -> bool {
        self.columns.iter().any(|(one, ..)| *one == column)
    }

    /// The category, by the headers or by the name of the sheet.
    pub(super) fn category(&self, sheet: &str) -> Livelihood {
        let named = Livelihood::written(sheet).filter(|one| *one != Livelihood::Personal);
        named.or(self.category).unwrap_or(Livelihood::Personal)
    }

    /// The persons of a row.
    pub(super) fn of_row(&self, cells: &Cells) -> Vec<Person> {
        let mut persons: Vec<Person> = Vec::new();
        for (column, role, fact) in &self.columns {
            let name = kept(cells.get(*column));
            if *fact == Fact::Name && !name.is_empty() {
                persons.push(Person { name, role: *role, id_number: None, born: None });
            }
        }
        for (column, role, fact) in &self.columns {
            let Some(person) = persons.iter_mut().find(|person| person.role == *role) else { continue };
            let cell = kept(cells.get(*column));
            match fact {
                Fact::IdNumber if !cell.is_empty() => person.id_number = Some(id_number(&cell)),
                Fact::Born => person.born = born(&cell),
                Fact::IdNumber | Fact::Name => {}
            }
        }
        persons
    }
}

fn meaning(key: &str) -> Option<(PersonRole, Fact)> {
    WHOSE.into_iter().find_map(|(whose, role)| {
        let rest = key.strip_prefix(whose)?;
        let rest = rest.trim_start_matches(['的', '(']).trim_end_matches(')');
        let fact = match rest {
            "" if !whose.is_empty() => Fact::Name,
            rest if NAMES.contains(&rest) => Fact::Name,
            rest if ID_NUMBERS.contains(&rest) => Fact::IdNumber,
            rest if BORN.contains(&rest) => Fact::Born,
            _ => return None,
        };
        Some((role, fact))
    })
}

/// The number in 18 characters, so that it is found however it was written; what is no ID number as it stands.
fn id_number(cell: &str) -> String {
    let text = dense(cell).to_uppercase();
    let numbers = chinese::personal::id_numbers(&text);
    numbers.into_iter().next().map_or(text, |found| found.number)
}

fn born(cell: &str) -> Option<i32> {
    ArchivalDate::parse(cell).ok()?.begin().map(PartialDate::number)
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::row;
    use super::*;

    fn people(headers: &[&str]) -> People {
        People::read(&headers.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>(), false)
    }

    #[test]
    fn a_marriage_has_two_persons() {
        let found = people(&["档号", "男方姓名", "男方身份证号", "女方", "女方身份证号码", "女方出生日期", "登记日期"]);
        assert_eq!(found.category("Sheet1"), Livelihood::Marriage);
        let cells = row(2, &["X1", "张某", "11010519491231002x", "李某", "", "1951年3月", "1972"]).cells;
        let persons = found.of_row(&cells);
        assert_eq!(persons.len(), 2);
        assert_eq!((persons[0].role, persons[1].role), (PersonRole::Man, PersonRole::Woman));
        assert_eq!(persons[0].id_number.as_deref(), Some("11010519491231002X"));
        assert_eq!((persons[1].id_number.as_deref(), persons[1].born), (None, Some(19_510_300)));
    }

    #[test]
    fn a_name_alone_is_no_list_of_persons() {
        assert!(!people(&["档号", "题名", "姓名"]).is_list());
        assert!(people(&["档号", "姓名", "身份证号", "招工单位"]).is_list());
        assert!(!people(&["档号", "题名", "出生日期"]).is_list());
        assert_eq!(people(&["姓名", "身份证号", "招工单位"]).category("退伍名册"), Livelihood::Veterans);
        assert_eq!(people(&["姓名", "身份证号"]).category("Sheet1"), Livelihood::Personal);
    }

    #[test]
    fn the_old_fifteen_digits_are_found_under_eighteen() {
        assert_eq!(id_number(" 110105491231002 "), "11010519491231002X");
        assert_eq!(id_number("军字第1号"), "军字第1号");
    }
}
