//! Merged cells: the value of the first cell of an area is the value of all its cells.

use calamine::Dimensions;

use super::table::{Cells, MOST_COLUMNS};

/// The merged areas of a sheet, and those that reach into the row at hand.
#[derive(Default)]
pub(super) struct Merged {
    /// The areas that have not begun, the lowest first.
    coming: Vec<Dimensions>,
    /// Those that have, with their value.
    open: Vec<(Dimensions, String)>,
    /// The widest row so far.
    widest: usize,
}

impl Merged {
    /// The areas of a sheet.
    pub(super) fn new(mut areas: Vec<Dimensions>) -> Self {
        areas.sort_unstable_by_key(|area| std::cmp::Reverse(area.start));
        Self { coming: areas, ..Self::default() }
    }

    /// Fills in the cells of a row; lines count from 1. A row that has nothing but one area, a heading between others,
    /// stays as it is.
    pub(super) fn fill(&mut self, line: u32, cells: &mut Cells) {
        let row = line.saturating_sub(1);
        self.widest = self.widest.max(cells.len());
        self.open.retain(|(area, _)| area.end.0 >= row);
        while let Some(area) = self.coming.pop_if(|area| area.start.0 <= row) {
            let value = if area.start.0 == row { cells.get(index(area.start.1)) } else { "" };
            if !value.trim().is_empty() {
                self.open.push((area, value.to_owned()));
            }
        }
        if self.open.is_empty() {
            return;
        }
        let mut texts: Vec<String> = cells.iter().map(str::to_owned).collect();
        for (area, value) in &self.open {
            let columns = index(area.start.1)..=index(area.end.1);
            let others = cells.iter().enumerate().any(|(at, text)| !columns.contains(&at) && !text.trim().is_empty());
            let widest = if others { self.widest.min(MOST_COLUMNS) } else { 0 };
            for at in columns.take_while(|at| *at < widest) {
                if texts.len() <= at {
                    texts.resize(at + 1, String::new());
                }
                if let Some(text) = texts.get_mut(at).filter(|text| text.trim().is_empty()) {
                    text.clone_from(value);
                }
            }
        }
        cells.clear();
        for text in &texts {
            cells.write(text);
            cells.end_cell();
        }
    }
}

fn index(column: u32) -> usize {
    usize::try_from(column).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::row;
    use super::*;

    /// A line and its cells.
    type Cells<'a> = (u32, &'a [&'a str]);

    /// First and last cell of an area: line and column.
    type Area = ((u32, u32), (u32, u32));

    fn filled(areas: &[Area], rows: &[Cells<'_>]) -> Vec<String> {
        let mut merged = Merged::new(areas.iter().map(|(start, end)| Dimensions::new(*start, *end)).collect());
        let fill = |(line, texts): &(u32, &[&str])| {
            let mut cells = row(*line, texts).cells;
            merged.fill(*line, &mut cells);
            cells.iter().collect::<Vec<_>>().join("|")
        };
        rows.iter().map(fill).collect()
    }

    #[test]
    fn a_value_belongs_to_the_whole_area() {
        let rows: [(u32, &[&str]); 4] =
            [(1, &["卷", "题名", "注"]), (2, &["7", "甲", "x"]), (3, &["", "乙"]), (5, &["8", "丙", "y"])];
        let seen = filled(&[((1, 0), (3, 0)), ((1, 2), (2, 2)), ((4, 1), (4, 9))], &rows);
        assert_eq!(seen, ["卷|题名|注", "7|甲|x", "7|乙|x", "8|丙|y"]);
    }

    #[test]
    fn an_area_wider_than_any_table_takes_no_longer() {
        let rows: [(u32, &[&str]); 2] = [(1, &["1", "甲", "x"]), (2, &["2", "乙", ""])];
        assert_eq!(filled(&[((0, 2), (1, u32::MAX))], &rows), ["1|甲|x", "2|乙|x"]);
    }

    #[test]
    fn a_heading_across_the_table_is_no_row() {
        let rows: [(u32, &[&str]); 3] = [(1, &["某馆目录"]), (2, &["档号", "题名"]), (3, &["第一卷"])];
        assert_eq!(filled(&[((0, 0), (0, 5)), ((2, 0), (2, 1))], &rows), ["某馆目录", "档号|题名", "第一卷"]);
    }
}
