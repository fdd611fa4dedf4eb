//! `/api/v1/lists/export`: a list of the console as a table to take along.
//!
//! The console gathers the rows as it shows them. Here they become a table of which no spreadsheet calculates anything
//! ([`kernel::formula`]) and in which no personal number stands in the clear, and the audit log says who took what along.

use axum::extract::State;
use axum::response::Response;
use kernel::audit::{self, Line, Outcome};
use kernel::{Code, Ground, Problem};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use web::Failure;
use web::api::{Input, Staff};

use crate::table;

/// The most bytes of a list.
pub(super) const MOST_BYTES: usize = 32 << 20;
/// The most rows of a list.
const MOST_ROWS: usize = 10_000;
/// The most columns.
const MOST_COLUMNS: usize = 40;
/// The most characters of its name.
const LONGEST_NAME: usize = 40;

/// A list as the console shows it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportedList {
    /// What it is called.
    name: String,
    /// The heads of its columns.
    head: Vec<String>,
    /// What stands in the cells; at most 10,000 rows.
    rows: Vec<Vec<String>>,
}

/// Makes a list into a table of comma-separated values that spreadsheets open, and notes it in the log.
#[utoipa::path(post, path = "/api/v1/lists/export", tag = "lists", request_body = ExportedList,
    responses((status = 200, body = String, content_type = "text/csv")))]
pub(super) async fn export(
    State(ground): State<Ground>,
    Staff(actor): Staff,
    Input(list): Input<ExportedList>,
) -> Result<Response, Failure> {
    fits(&list)?;
    let bytes = table(&list).map_err(kernel::Error::internal)?;
    let (object, detail) = (format!("list/{}", list.name), json!({ "lines": list.rows.len() }));
    let line = Line { actor: actor.name(), action: "list.export", object: &object, outcome: Outcome::Done, detail };
    audit::alone(&ground, &line).await?;
    Ok(web::download(bytes, web::CSV, "list.csv")?)
}

fn fits(list: &ExportedList) -> Result<(), Problem> {
    let refuse = |why: &str| Err(Problem::new(Code::BadRequest, "导出的清单").because(why.to_owned()));
    let name = &list.name;
    if name.trim().is_empty() || name.chars().count() > LONGEST_NAME || name.contains(char::is_control) {
        return refuse("清单的名称不对，请刷新页面后再导出");
    }
    if list.rows.len() > MOST_ROWS {
        return refuse("一次最多导出 10,000 条，请用筛选缩小范围后分几次导出");
    }
    let width = list.head.len();
    if width == 0 || width > MOST_COLUMNS || list.rows.iter().any(|row| row.len() != width) {
        return refuse("各行的列数不一样，请刷新页面后再导出");
    }
    Ok(())
}

fn table(list: &ExportedList) -> std::io::Result<Vec<u8>> {
    let lines = table::lines([&list.head].into_iter().chain(&list.rows))?;
    Ok([table::MARK, &lines].concat())
}

#[cfg(test)]
mod tests {
    use super::{ExportedList, fits, table};

    fn list(rows: &[&[&str]]) -> ExportedList {
        let row = |row: &&[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
        ExportedList { name: "常见问题".into(), head: vec!["问题".into()], rows: rows.iter().map(row).collect() }
    }

    fn written(cell: &str) -> String {
        String::from_utf8(table(&list(&[&[cell]])).unwrap()).unwrap()
    }

    /// The examples of `kernel::formula`.
    #[test]
    fn u13_no_cell_of_a_list_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "\0=1", "'=1"]
        {
            let cell = written(text).replacen("\u{feff}问题\n", "", 1);
            let cell = cell.trim_start_matches('"');
            assert!(cell.starts_with('\'') && !cell.contains('\0'), "{text:?} gives {cell:?}");
        }
        for text in ["关于=的通知", "'甲'", "1-2", "“引”"] {
            assert_eq!(written(text), format!("\u{feff}问题\n{text}\n"));
        }
    }

    #[test]
    fn a_list_that_does_not_fit_is_refused() {
        assert!(fits(&list(&[&["甲"], &["乙"]])).is_ok());
        assert!(fits(&list(&[&["甲", "乙"]])).is_err(), "a row is wider than the head");
        let many = vec![&["甲"][..]; 10_001];
        assert!(fits(&list(&many)).is_err());
        assert!(fits(&ExportedList { name: "问题\n".into(), ..list(&[]) }).is_err());
    }
}
