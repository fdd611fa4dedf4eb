//! Lists in pages.

use std::cmp::Ordering;

use kernel::{Code, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One page of a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Listed<T: ToSchema> {
    /// What is on the page.
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: i64,
}

/// How many are on a page: 1 to 200, 50 if nothing is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(from = "i64")]
pub struct Size(i64);

impl Size {
    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl Default for Size {
    fn default() -> Self {
        Self(50)
    }
}

impl From<i64> for Size {
    fn from(asked: i64) -> Self {
        Self(asked.clamp(1, 200))
    }
}

/// By which column a list is ordered: its name, with `-` before it for descending.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(from = "String")]
pub struct Sort {
    column: String,
    is_descending: bool,
}

/// A column a list can be ordered by, and how two rows stand by it.
pub type SortColumn<T> = (&'static str, fn(&T, &T) -> Ordering);

impl Sort {
    /// Puts rows into the order; those that are equal by the column stay as they stood.
    ///
    /// # Errors
    /// As [`Sort::by`].
    pub fn order<T>(&self, rows: &mut [T], columns: &[SortColumn<T>]) -> Result<(), Problem> {
        let (compare, is_descending) = self.by(columns)?;
        rows.sort_by(|one, other| if is_descending { compare(other, one) } else { compare(one, other) });
        Ok(())
    }

    /// What stands for the column, and whether the order is descending.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for what is none of the columns.
    pub fn by<C: Copy>(&self, columns: &[(&'static str, C)]) -> Result<(C, bool), Problem> {
        let found = columns.iter().find(|(name, _)| *name == self.column);
        found.map(|(_, column)| (*column, self.is_descending)).ok_or_else(|| {
            let known: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
            let why = format!("不能按这一列排；可以按 {}", known.join("、"));
            Problem::new(Code::BadRequest, format!("排序 {}", self.column)).because(why)
        })
    }
}

impl From<String> for Sort {
    fn from(text: String) -> Self {
        match text.strip_prefix('-') {
            Some(column) => Self { column: column.to_owned(), is_descending: true },
            None => Self { column: text, is_descending: false },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Sort, SortColumn};

    #[test]
    fn rows_are_ordered_by_a_column_either_way_and_equal_ones_stay() {
        let columns: [SortColumn<(u8, char)>; 1] = [("size", |one, other| one.0.cmp(&other.0))];
        let ordered = |text: &str| {
            let mut rows = [(2, 'a'), (1, 'b'), (2, 'c')];
            Sort::from(text.to_owned()).order(&mut rows, &columns).map(|()| rows.map(|(_, name)| name))
        };
        assert_eq!(ordered("size"), Ok(['b', 'a', 'c']));
        assert_eq!(ordered("-size"), Ok(['a', 'c', 'b']));
        let refused = ordered("name").unwrap_err();
        assert!(refused.sentence().contains("size"), "{refused:?}");
    }
}
