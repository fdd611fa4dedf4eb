//! Finding the header of a sheet, and what its columns mean.

use super::mapping::Mapping;
use super::people::People;
use super::table::Cells;
use crate::Element;
use crate::element::header_key;
use crate::plain::kept;

/// What the columns of a sheet mean.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Header {
    /// The line of the header.
    pub(super) line: u32,
    /// The element of each column; the first column wins if two mean the same.
    pub(super) columns: Vec<(usize, Element)>,
    /// The texts of the header from left to right.
    pub(super) texts: Vec<String>,
    /// The column of the identity key.
    pub(super) identity: Option<usize>,
    /// Whether the sheet lists volumes rather than items (案卷题名).
    pub(super) of_volumes: bool,
    /// The columns of the first and the last date, where no column holds both.
    pub(super) span: Option<(usize, usize)>,
    /// The columns of a list of persons.
    pub(super) people: People,
}

/// What columns are called that hold the first date, or the last, of a volume.
const FIRST: [&str; 10] =
    ["起始年度", "起始日期", "起始时间", "起始年月", "起始年", "开始日期", "开始时间", "开始年度", "QSND", "QSRQ"];
const LAST: [&str; 14] = [
    "终止年度",
    "终止日期",
    "终止时间",
    "终止年月",
    "终止年",
    "截止日期",
    "截止时间",
    "截止年度",
    "结束日期",
    "结束时间",
    "结束年度",
    "ZZND",
    "ZZRQ",
    "JZRQ",
];

impl Header {
    /// Reads a row as a header; `None` if it cannot be one: it must have a title, a second element, and everything
    /// the mapping names.
    pub(super) fn read(line: u32, cells: &Cells, mapping: &Mapping) -> Option<Self> {
        let texts: Vec<String> = cells.iter().map(kept).collect();
        let keys: Vec<String> = texts.iter().map(|text| header_key(text)).collect();
        let find = |header: &str| {
            let wanted = kept(header);
            texts
                .iter()
                .position(|text| *text == wanted)
                .or_else(|| keys.iter().position(|key| *key == header_key(header)))
        };
        let mut columns: Vec<(usize, Element)> = Vec::new();
        for (element, header) in &mapping.columns {
            columns.push((find(header)?, *element));
        }
        let mut identity = None;
        if let Some(key) = &mapping.identity {
            let of_element = || columns.iter().find(|(_, element)| element.name() == key).map(|(column, _)| *column);
            identity = Some(find(key).or_else(of_element)?);
        }
        // Exact names of the standard come before synonyms: 题名 beside 案卷题名 is the title.
        for exact in [true, false] {
            for (index, text) in texts.iter().enumerate() {
                let Some(element) = Element::of_header(text) else { continue };
                let known = columns.iter().any(|(column, one)| *one == element || *column == index);
                if !known
                    && !mapping.gives(element)
                    && (!exact || keys.get(index).is_some_and(|key| key == element.label()))
                {
                    columns.push((index, element));
                }
            }
        }
        let is_told =
            mapping.gives(Element::Livelihood) || columns.iter().any(|(_, element)| *element == Element::Livelihood);
        let people = People::read(&texts, is_told);
        // Numbers and births of persons are kept with them alone.
        columns.retain(|(column, element)| !people.holds(*column) || *element == Element::Persons);
        let has_title = columns.iter().any(|(_, element)| *element == Element::Title) || mapping.gives(Element::Title);
        let enough = columns.len() >= 2 || !mapping.columns.is_empty() || people.is_list();
        let of_volumes = columns.iter().any(|(column, element)| {
            *element == Element::Title && keys.get(*column).is_some_and(|key| key.starts_with("案卷"))
        });
        let dated = columns.iter().any(|(_, element)| *element == Element::Date) || mapping.gives(Element::Date);
        let end = |names: &[&str]| keys.iter().position(|key| names.contains(&key.as_str()));
        let span = end(&FIRST).zip(end(&LAST)).filter(|_| !dated);
        let is_header = (has_title || people.is_list()) && enough;
        is_header.then_some(Self { line, columns, texts, identity, of_volumes, span, people })
    }

    /// What the columns of the first and the last date say together; nothing if there are none, or they are empty.
    pub(super) fn spanned(&self, cells: &Cells) -> Option<String> {
        let (first, last) = self.span?;
        match (kept(cells.get(first)), kept(cells.get(last))) {
            (first, last) if first.is_empty() && last.is_empty() => None,
            (first, last) if last.is_empty() || first == last => Some(first),
            (first, last) if first.is_empty() => Some(last),
            (first, last) => Some(format!("{first}-{last}")),
        }
    }

    /// Whether the sheet has dates.
    pub(super) fn is_dated(&self) -> bool {
        self.span.is_some() || self.column(Element::Date).is_some()
    }

    /// The column of an element.
    pub(super) fn column(&self, element: Element) -> Option<usize> {
        self.columns.iter().find(|(_, one)| *one == element).map(|(column, _)| *column)
    }

    /// The header's text over an element, or the element's own name where the sheet has no such column.
    pub(super) fn text(&self, element: Element) -> String {
        let text = self.column(element).and_then(|column| self.texts.get(column));
        text.cloned().unwrap_or_else(|| element.label().to_owned())
    }

    /// The headers that mean nothing to us.
    pub(super) fn strangers(&self) -> Vec<&str> {
        let spans = |index: usize| self.span.is_some_and(|(first, last)| index == first || index == last);
        let known = |index: usize| {
            spans(index) || self.identity == Some(index) || self.columns.iter().any(|(column, _)| *column == index)
        };
        let texts = self.texts.iter().enumerate().filter(|(index, text)| !text.is_empty() && !known(*index));
        texts.map(|(_, text)| text.as_str()).collect()
    }

    /// Whether a row is this header once more, as at the top of every printed page.
    pub(super) fn is_repeated(&self, cells: &Cells) -> bool {
        self.texts.iter().enumerate().all(|(index, text)| kept(cells.get(index)) == *text)
    }
}

/// The headers a mapping names that no line of a sheet has, for the sentence that refuses it.
pub(super) fn missing(mapping: &Mapping, lines: &[Vec<String>]) -> Vec<String> {
    let wanted = mapping.columns.iter().map(|(_, header)| header).chain(&mapping.identity);
    let seen = |header: &str| lines.iter().flatten().any(|text| header_key(text) == header_key(header));
    wanted.filter(|header| !seen(header)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::row;
    use super::*;

    fn header(texts: &[&str], mapping: &str) -> Option<Header> {
        Header::read(3, &row(3, texts).cells, &Mapping::parse(mapping).unwrap())
    }

    #[test]
    fn synonyms_and_marks_are_understood() {
        let found = header(&["序号", "档 号！", "文号", "题名!", "url", ""], "").unwrap();
        assert_eq!(found.column(Element::ReferenceCode), Some(1));
        assert_eq!(found.column(Element::DocumentNumber), Some(2));
        assert_eq!(found.column(Element::Title), Some(3));
        assert_eq!(found.strangers(), ["url"]);
        assert!(!found.of_volumes);
        assert!(header(&["档号", "案卷题名"], "").unwrap().of_volumes);
        assert_eq!(header(&["某某县档案馆目录"], ""), None);
        assert_eq!(header(&["题名"], ""), None);
    }

    #[test]
    fn two_columns_may_hold_one_date() {
        let found = header(&["案卷题名", "全宗号", "起始年度", "终止年度"], "").unwrap();
        let spanned = |first: &str, last: &str| found.spanned(&row(9, &["卷", "X1", first, last]).cells);
        assert_eq!(spanned("1958", "1962").as_deref(), Some("1958-1962"));
        assert_eq!(spanned("1958", "1958").as_deref(), Some("1958"));
        assert_eq!((spanned("", "1962").as_deref(), spanned("", "")), (Some("1962"), None));
        assert!(found.strangers().is_empty());
        assert_eq!(header(&["题名", "日期", "起始年度", "终止年度"], "").unwrap().span, None);
    }

    #[test]
    fn the_standard_name_wins_over_a_synonym() {
        let found = header(&["案卷题名", "档号", "题名"], "").unwrap();
        assert_eq!(found.column(Element::Title), Some(2));
        assert!(!found.of_volumes);
    }

    #[test]
    fn a_mapping_decides_and_must_be_met_whole() {
        let mapping = "[columns]\ntitle = \"headline\"\n[identity]\nkey = \"url\"\n";
        let found = header(&["url", "headline", "日期", "标题"], mapping).unwrap();
        assert_eq!(found.column(Element::Title), Some(1));
        assert_eq!(found.column(Element::Date), Some(2));
        assert_eq!(found.identity, Some(0));
        assert_eq!(header(&["link", "headline", "日期"], mapping), None);
        let lines = [vec!["link".to_owned(), "headline".to_owned()]];
        assert_eq!(missing(&Mapping::parse(mapping).unwrap(), &lines), ["url"]);
    }

    #[test]
    fn the_header_on_every_page_is_recognised() {
        let found = header(&["档号", "题名"], "").unwrap();
        assert!(found.is_repeated(&row(40, &["档号", "题名 "]).cells));
        assert!(!found.is_repeated(&row(40, &["档号", "甲"]).cells));
    }
}
