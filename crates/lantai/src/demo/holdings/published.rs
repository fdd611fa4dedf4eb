//! Real published documents of a province and the State Council: facts only, each with its source.

use super::register::{MARK, Register};
use super::row::Row;

const CODE: &str = "G001";
const TITLE: &str = "政府公开文件汇集";

/// title, `document_number`, creator, date, source.
const DOCUMENTS: &str = include_str!("published.csv");

/// Writes the fonds of published documents.
pub(super) fn write(register: &mut Register) {
    register.fonds((CODE, TITLE), "临溪县档案馆", (2022, 2023));
    let base =
        Row { fonds: CODE.to_owned(), fonds_title: TITLE.to_owned(), category: "文书".to_owned(), ..Row::default() };
    register.series(&format!("{CODE}-WS"), "省级与国家公开文件题录", &base);
    for (document, number) in documents().zip(1_u32..) {
        let [title, document_number, creator, date, source] = document;
        register.rows.push(Row {
            reference_code: format!("{CODE}-WS·{}·Y-{number:04}", date.get(..4).unwrap_or("0000")),
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
        });
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
