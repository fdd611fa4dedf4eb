//! Codes and links put together from columns: catalogues of volumes often write 全宗号, 目录号, 案卷号 and 件号 apart.

use std::collections::HashMap;

use super::draft::{Draft, DraftCode};
use super::header::Header;
use super::table::Cells;
use crate::Element;
use crate::plain::{dense, kept};

/// The code a row's parts come to: fonds, inventory, volume, item (DA/T 13-1994). None where the sheet does not number
/// volumes, or the row lacks a part that the others have.
pub(super) fn code(header: &Header, cells: &Cells, fonds: &str) -> Option<String> {
    let part = |element: Element| header.column(element).map(|column| kept(cells.get(column)));
    let (inventory, volume, item) = (part(Element::Inventory), part(Element::Volume), part(Element::Item));
    let volume = volume.filter(|_| header.column(Element::ReferenceCode).is_none())?;
    let mut code = fonds.to_owned();
    for part in [inventory, Some(volume)].into_iter().flatten() {
        if part.is_empty() {
            return None;
        }
        code = format!("{code}-{part}");
    }
    match item {
        None => Some(code),
        Some(item) if item.is_empty() => Some(code).filter(|_| header.of_volumes),
        Some(item) => Some(format!("{code}-{item}")),
    }
}

/// The volumes of a file by their fonds, inventory and number: what links items to them that do not name their 案卷档号.
#[derive(Default)]
pub(super) struct Volumes(HashMap<(String, String, String), String>);

impl Volumes {
    /// Remembers a volume, or tells an item which volume it stands in.
    pub(super) fn link(&mut self, header: &Header, cells: &Cells, draft: &mut Draft) {
        let part =
            |element: Element| header.column(element).map(|column| numbered(cells.get(column))).unwrap_or_default();
        let volume = part(Element::Volume);
        if volume.is_empty() {
            return;
        }
        let key = (draft.fonds.key().to_owned(), part(Element::Inventory), volume);
        if header.of_volumes {
            if let DraftCode::Written(code) = &draft.code {
                self.0.insert(key, code.written().to_owned());
            }
        } else if let Some(code) = self.0.get(&key) {
            draft.stands_in(code);
        }
    }
}

/// A number without the zeros it is filled up with.
fn numbered(cell: &str) -> String {
    let text = dense(cell);
    let plain = text.trim_start_matches('0');
    if plain.is_empty() { text } else { plain.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::mapping::Mapping;
    use super::super::table::tests::row;
    use super::*;

    fn composed(header: &[&str], cells: &[&str]) -> Option<String> {
        let header = Header::read(1, &row(1, header).cells, &Mapping::default()).unwrap();
        code(&header, &row(2, cells).cells, "X001")
    }

    #[test]
    fn parts_come_to_a_code() {
        let items = ["QZH", "MLH", "AJH", "JH", "TM"];
        assert_eq!(composed(&items, &["X001", "01", "0007", "3", "甲"]).as_deref(), Some("X001-01-0007-3"));
        assert_eq!(composed(&items, &["X001", "01", "0007", "", "甲"]), None);
        assert_eq!(composed(&items, &["X001", "", "0007", "3", "甲"]), None);
        let volumes = ["全宗号", "案卷号", "件号", "案卷题名"];
        assert_eq!(composed(&volumes, &["X001", "7", "", "卷"]).as_deref(), Some("X001-7"));
        assert_eq!(composed(&["件号", "年度", "题名"], &["1", "2001", "甲"]), None);
        assert_eq!(composed(&["档号", "案卷号", "题名"], &["", "7", "甲"]), None);
    }

    #[test]
    fn zeros_do_not_make_another_volume() {
        assert_eq!((numbered(" 0007"), numbered("0"), numbered("A07")), ("7".into(), "0".into(), "A07".into()));
    }
}
