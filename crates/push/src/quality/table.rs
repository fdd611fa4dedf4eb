//! Lists out of tables that staff filled in.

use std::collections::HashMap;

use super::{ListedWord, OwnTerm, WordLists};
use crate::ImportedList;

/// The category under which allowed words stand in a table.
const ALLOWED: &str = "白名单";

/// Where columns are, and whether the first row names them.
struct Columns<const N: usize> {
    at: [Option<usize>; N],
    has_header: bool,
}

impl<const N: usize> Columns<N> {
    /// By the names in the first row; without any of them, from the left.
    fn of(rows: &[Vec<String>], names: [&[&str]; N]) -> Self {
        let header = rows.first().map(Vec::as_slice).unwrap_or_default();
        let find = |names: &[&str]| header.iter().position(|cell| names.contains(&cell.trim().to_lowercase().as_str()));
        let at = names.map(find);
        if at.first().is_some_and(Option::is_some) {
            return Self { at, has_header: true };
        }
        let mut next = 0;
        let from_left = [(); N].map(|()| {
            next += 1;
            Some(next - 1)
        });
        Self { at: from_left, has_header: false }
    }

    /// The rows behind the header with their line in the file, from 1.
    fn rows<'r>(&self, rows: &'r [Vec<String>]) -> impl Iterator<Item = (usize, &'r [String])> {
        rows.iter().map(Vec::as_slice).zip(1..).skip(usize::from(self.has_header)).map(|(row, line)| (line, row))
    }

    fn cell(&self, row: &[String], column: usize) -> String {
        let at = self.at.get(column).copied().flatten();
        at.and_then(|at| row.get(at)).map(|cell| cell.trim().to_owned()).unwrap_or_default()
    }
}

/// The house's terms with those of a table: `术语`, `白话`, `解释`, `除外` (parted by 、).
pub(crate) fn terms(mut own: Vec<OwnTerm>, rows: &[Vec<String>]) -> (Vec<OwnTerm>, ImportedList) {
    let names: [&[&str]; 4] = [&["术语", "term"], &["白话", "plain"], &["解释", "explanation"], &["除外", "except"]];
    let columns = Columns::of(rows, names);
    let mut places: HashMap<String, usize> = own.iter().enumerate().map(|(at, one)| (one.term.clone(), at)).collect();
    let mut imported = ImportedList::default();
    for (line, row) in columns.rows(rows) {
        let [term, plain, explanation, except] = [0, 1, 2, 3].map(|column| columns.cell(row, column));
        let except = except.split('、').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let one = OwnTerm { term, plain, explanation, except, hidden: false };
        if let Some(why) = one.problem() {
            imported.refused.push(format!("第 {line} 行没有导入：{why}"));
            continue;
        }
        if let Some(known) = places.get(&one.term).and_then(|at| own.get_mut(*at)) {
            imported.changed += usize::from(*known != one);
            *known = one;
        } else {
            places.insert(one.term.clone(), own.len());
            own.push(one);
            imported.added += 1;
        }
    }
    (own, imported)
}

/// The house's words with those of a table: `词`, `类别`; those under 白名单 are allowed. A column alone needs no header.
pub(crate) fn words(mut lists: WordLists, rows: &[Vec<String>]) -> (WordLists, ImportedList) {
    let names: [&[&str]; 2] = [&["词", "敏感词", "词语", "word"], &["类别", "分类", "category"]];
    let columns = Columns::of(rows, names);
    let mut places: HashMap<String, usize> =
        lists.listed.iter().enumerate().map(|(at, one)| (one.word.clone(), at)).collect();
    let mut imported = ImportedList::default();
    for (line, row) in columns.rows(rows) {
        let (word, category) = (columns.cell(row, 0), columns.cell(row, 1));
        if word.is_empty() {
            continue;
        }
        if word.chars().all(|c| !c.is_alphanumeric()) {
            imported.refused.push(format!("第 {line} 行没有导入：“{word}”里没有字"));
        } else if category == ALLOWED {
            if !lists.allowed.contains(&word) {
                lists.allowed.push(word);
                imported.added += 1;
            }
        } else if let Some(known) = places.get(&word).and_then(|at| lists.listed.get_mut(*at)) {
            imported.changed += usize::from(known.category != category);
            known.category = category;
        } else {
            places.insert(word.clone(), lists.listed.len());
            lists.listed.push(ListedWord { word, category });
            imported.added += 1;
        }
    }
    (lists, imported)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    #[test]
    fn words_come_with_or_without_a_header() {
        let plain = rows(&[&["黄片"], &["办证"], &["黄片"], &["——"]]);
        let (lists, imported) = words(WordLists::default(), &plain);
        assert_eq!(lists.listed.iter().map(|one| one.word.as_str()).collect::<Vec<_>>(), ["黄片", "办证"]);
        assert_eq!((imported.added, imported.changed), (2, 0));
        assert_eq!(imported.refused, ["第 4 行没有导入：“——”里没有字"]);
        let table = rows(&[&["类别", "词"], &["广告", "办证"], &["白名单", "三黄片"], &["辱骂", "混蛋"]]);
        let (lists, imported) = words(lists, &table);
        assert_eq!((imported.added, imported.changed), (2, 1));
        assert_eq!(lists.allowed, ["三黄片"]);
        assert_eq!(lists.listed.iter().map(|one| one.category.as_str()).collect::<Vec<_>>(), ["", "广告", "辱骂"]);
    }

    #[test]
    fn terms_come_from_a_table_and_bad_lines_are_told() {
        let table = rows(&[
            &["术语", "白话", "解释", "除外"],
            &["全宗", "一家单位的档案", "一个单位的全部档案。", "全宗教、 全宗派"],
            &["宗", "", "太短。", ""],
            &["查档单", "登记单", "", ""],
        ]);
        let (own, imported) = terms(Vec::new(), &table);
        assert_eq!((own.len(), imported.added, imported.changed), (1, 1, 0));
        assert_eq!(own[0].except, ["全宗教", "全宗派"]);
        assert_eq!(
            imported.refused,
            ["第 3 行没有导入：术语“宗”太短，至少要两个字", "第 4 行没有导入：术语“查档单”没有解释，请补上一句话"]
        );
        let again = terms(own, &table).1;
        assert_eq!((again.added, again.changed), (0, 0));
    }
}
