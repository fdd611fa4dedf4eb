//! Real published documents of a province and the State Council: facts only, each with its source.

use std::collections::BTreeMap;

use super::register::{MARK, Register};
use super::row::Row;

const CODE: &str = "Y201";
const TITLE: &str = "政府公开文件汇集";

/// title, `document_number`, creator, date, source.
const DOCUMENTS: &str = include_str!("published.csv");

/// Writes the fonds of published documents: a volume for each body and year, the documents in it.
pub(super) fn write(register: &mut Register) {
    register.fonds((CODE, TITLE), "临溪县档案馆", (2022, 2023));
    let base =
        Row { fonds: CODE.to_owned(), fonds_title: TITLE.to_owned(), category: "专业".to_owned(), ..Row::default() };
    let mut volumes: BTreeMap<(&str, &str), Vec<[&str; 5]>> = BTreeMap::new();
    for document in documents() {
        let [_, _, creator, date, _] = document;
        volumes.entry((creator, date.get(..4).unwrap_or("0000"))).or_default().push(document);
    }
    for (((creator, year), documents), number) in volumes.into_iter().zip(1_u32..) {
        let code = format!("{CODE}-ZL·{year}-{number:03}");
        let title = format!("{creator}公开文件（{year}年）");
        register.rows.push(Row {
            reference_code: code.clone(),
            title: title.clone(),
            creator: creator.to_owned(),
            date: format!("{year}0000"),
            retention: "永久".to_owned(),
            openness: "开放".to_owned(),
            classification: "公开".to_owned(),
            level: "案卷级".to_owned(),
            note: MARK.to_owned(),
            ..base.clone()
        });
        let items = documents.into_iter().zip(1_u32..);
        register.rows.extend(items.map(|(document, item)| Row {
            reference_code: format!("{code}-{item:03}"),
            volume: code.clone(),
            ..described(document, &base)
        }));
    }
}

fn described([title, document_number, creator, date, source]: [&str; 5], base: &Row) -> Row {
    Row {
        title: title.to_owned(),
        document_number: document_number.to_owned(),
        creator: creator.to_owned(),
        date: date.to_owned(),
        retention: "永久".to_owned(),
        openness: "开放".to_owned(),
        classification: "公开".to_owned(),
        disclosure: "主动公开".to_owned(),
        level: "文件级".to_owned(),
        note: format!("{MARK}（真实公开文件的题录）；来源：{source}"),
        ..base.clone()
    }
}

/// The lines of the file; none of its cells holds a comma or a quote, which a test keeps true.
fn documents() -> impl Iterator<Item = [&'static str; 5]> {
    DOCUMENTS.lines().skip(1).filter_map(|line| {
        let mut cells = line.split(',');
        let document = [cells.next()?, cells.next()?, cells.next()?, cells.next()?, cells.next()?];
        cells.next().is_none().then_some(document)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_file_is_a_document() {
        assert_eq!(documents().count(), DOCUMENTS.lines().count() - 1);
        assert!(!DOCUMENTS.contains('"'));
        assert!(documents().any(|[title, number, ..]| {
            number == "粤府〔2023〕68号" && title == "广东省人民政府关于调整一批省级行政职权事项的决定"
        }));
    }
}
