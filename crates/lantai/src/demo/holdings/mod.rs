//! Sample holdings of the invented county 临溪县, made the same way every time.
//!
//! Offices, towns, a school, a shop, photographs, a teacher's papers, livelihood forms about people who do not exist,
//! and a small fonds of real published documents. Every row says 演示数据 in its note. The rows go through the real
//! importer as CSV, so the demo shows what an archivist's own workbook would.

mod chance;
mod collections;
mod county;
mod directory;
mod fonds;
mod livelihood;
mod papers;
mod phrases;
mod published;
mod register;
mod row;
mod style;

use row::Row;

pub(crate) use directory::{authorities, subjects};
pub(crate) use row::to_csv;

/// The seed of the holdings; another one would make another archive of the same kind.
const SEED: u64 = 1949;

/// All rows: fonds, series, volumes and items, each after what it belongs to.
pub(crate) fn holdings() -> Vec<Row> {
    let mut register = register::Register::new(SEED);
    papers::write(&mut register);
    livelihood::write(&mut register);
    collections::write(&mut register);
    published::write(&mut register);
    publish(&mut register.rows);
    directory::classify(&mut register.rows);
    register.rows
}

/// How many documents are shown with their originals.
const SHOWN: usize = 3;

/// How many pages each of them has, as many as are drawn for it.
pub(crate) const PAGES: u64 = 2;

/// Approves that the originals of the first open documents are shown: about nobody, limited by nobody. Their
/// rows count the pages that are drawn.
fn publish(rows: &mut [Row]) {
    let fit = |row: &&mut Row| {
        row.level == "文件级"
            && row.openness == "开放"
            && [&row.livelihood, &row.restriction, &row.disclosure].iter().all(|cell| cell.is_empty())
    };
    for row in rows.iter_mut().filter(fit).take(SHOWN) {
        "是".clone_into(&mut row.published);
        row.pages = PAGES.to_string();
    }
}

/// The codes of the documents whose originals are shown.
pub(crate) fn shown_codes() -> Vec<String> {
    let shown = |row: Row| (!row.published.is_empty()).then_some(row.reference_code);
    holdings().into_iter().filter_map(shown).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn count_by(of: fn(&Row) -> &str) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for row in holdings() {
            *counts.entry(of(&row).to_owned()).or_default() += 1;
        }
        counts
    }

    #[test]
    fn the_holdings_are_the_same_every_time() {
        assert_eq!(to_csv(&holdings()), to_csv(&holdings()));
    }

    #[test]
    fn a_few_documents_are_shown_with_their_originals() {
        assert_eq!(shown_codes().len(), SHOWN);
        let (rows, pages) = (holdings(), PAGES.to_string());
        assert!(rows.iter().filter(|row| !row.published.is_empty()).all(|row| row.pages == pages));
    }

    #[test]
    fn there_are_fonds_series_volumes_and_items_enough() {
        let levels = count_by(|row| &row.level);
        assert!(holdings().len() >= 3000, "{levels:?}");
        assert!(levels["全宗级"] >= 12 && levels["类别级"] >= 30, "{levels:?}");
        assert!(levels["案卷级"] >= 200 && levels["文件级"] >= 2500, "{levels:?}");
        assert_eq!(levels.len(), 4);
        assert!(count_by(|row| &row.fonds).values().all(|rows| *rows >= 40));
    }

    #[test]
    fn every_status_of_openness_occurs_and_nothing_is_secret() {
        let openness = count_by(|row| &row.openness);
        for word in ["开放", "控制", "延期开放", "未审核", "待定"] {
            assert!(openness[word] >= 10, "{word}: {openness:?}");
        }
        assert_eq!(openness.len(), 5);
        let classes: BTreeSet<String> = count_by(|row| &row.classification).into_keys().collect();
        assert_eq!(classes, ["", "公开", "内部"].map(str::to_owned).into());
        assert!(holdings().iter().all(|row| row.classification != "内部" || row.openness != "开放"));
    }

    #[test]
    fn the_examples_readers_are_given_find_something() {
        // The greeting says 水利 1956, the home page 水利 1986年.
        let rows = holdings();
        for year in ["1956", "1986"] {
            let found = rows.iter().filter(|row| row.creator.contains("水利") && row.date.starts_with(year));
            assert!(found.filter(|row| row.openness == "开放" && row.level == "文件级").count() >= 3, "{year}");
        }
    }

    #[test]
    fn livelihood_rows_name_people_and_stay_marked() {
        let rows = holdings();
        let forms: Vec<&Row> = rows.iter().filter(|row| !row.livelihood.is_empty() && row.level == "文件级").collect();
        assert!(forms.len() >= 300, "{}", forms.len());
        assert!(forms.iter().all(|row| !row.persons.is_empty() && row.title.contains(&row.persons[..6])));
        assert!(rows.iter().all(|row| row.note.starts_with("演示数据")));
    }

    #[test]
    fn reference_codes_are_unique_and_lie_under_their_fonds_and_volume() {
        let rows = holdings();
        let codes: BTreeSet<&str> = rows.iter().map(|row| row.reference_code.as_str()).collect();
        assert_eq!(codes.len(), rows.len());
        for row in &rows {
            assert!(row.reference_code.starts_with(&row.fonds), "{}", row.reference_code);
            assert!(row.volume.is_empty() || codes.contains(row.volume.as_str()), "{}", row.volume);
            assert!(row.reference_code.starts_with(&row.volume), "{}", row.reference_code);
        }
        assert!(codes.contains("L003-001-012-005"));
        assert!(codes.iter().any(|code| code.starts_with("L012-WS·1986·")));
    }

    #[test]
    fn dates_are_days_of_the_years_1949_to_2023() {
        for row in holdings().iter().filter(|row| !row.date.is_empty()) {
            for part in row.date.split('-') {
                assert!(part.len() == 8, "{} {}", row.reference_code, row.date);
                let year: i16 = part[..4].parse().unwrap();
                let (month, day): (i8, i8) = (part[4..6].parse().unwrap(), part[6..].parse().unwrap());
                assert!((1949..=2023).contains(&year), "{}", row.date);
                let known = kernel::Day::from_civil(year, month.max(1), day.max(1));
                assert!(known.is_some() && (day == 0 || month > 0), "{}", row.date);
            }
        }
        let unknown = holdings().iter().filter(|row| row.date.ends_with("00")).count();
        assert!(unknown > 100, "{unknown}");
    }

    #[test]
    fn titles_are_short_and_hardly_repeat() {
        let rows = holdings();
        assert!(rows.iter().all(|row| (2..=120).contains(&row.title.chars().count())));
        let titles: BTreeSet<&str> = rows.iter().map(|row| row.title.as_str()).collect();
        assert!((rows.len() - titles.len()) * 100 < rows.len() * 5, "{} of {}", titles.len(), rows.len());
    }

    #[test]
    fn document_numbers_of_one_office_and_year_do_not_repeat() {
        let rows = holdings();
        let given: Vec<_> =
            rows.iter().filter(|row| !row.document_number.is_empty()).map(|row| &row.document_number).collect();
        assert_eq!(given.iter().collect::<BTreeSet<_>>().len(), given.len());
        assert!(given.len() > 1000, "{}", given.len());
    }

    #[test]
    fn the_csv_has_a_line_for_every_row() {
        let rows = holdings();
        assert_eq!(to_csv(&rows).lines().count(), rows.len() + 1);
    }
}
