//! Decisions outrank files: what was decided about a record and carried out stays, whatever a row says of it.

use std::collections::HashMap;

use kernel::{Tx, db};

use super::draft::Draft;
use super::report::{Problem, Severity};
use super::writer::Chunk;
use crate::store::decision;
use crate::store::record::Landed;
use crate::{Description, Element};

/// Gives rows of records about which was decided the openness and the publication that the records have; what there is
/// to say about those that said something else.
pub(super) async fn abide(
    tx: &mut Tx,
    chunk: &Chunk,
    (rows, drafts): (&mut [Description], &[&Draft]),
    landed: &HashMap<String, Landed>,
) -> db::Result<Vec<Problem>> {
    let known = |row: &Description| landed.get(row.code.key()).copied();
    let changed = |row: &Description| known(row).filter(|landed| landed.digest != row.digest());
    let numbers: Vec<i64> = rows.iter().filter_map(changed).map(|landed| landed.number).collect();
    let decided = decision::of_records(tx, &numbers).await?;
    let mut problems = Vec::new();
    for (row, draft) in rows.iter_mut().zip(drafts) {
        let Some(decided) = known(row).and_then(|landed| decided.get(&landed.number)) else { continue };
        let statuses = &mut row.statuses;
        if statuses.openness != decided.openness {
            let message = format!(
                "经开放审核已定为“{}”，文件写的“{}”没有采用；要改变请走开放审核",
                decided.openness.label(),
                statuses.openness.label()
            );
            problems.push(kept(chunk, draft, Element::Openness, message));
        }
        if statuses.published != decided.published {
            let message = "公布与否已由审批决定，文件写的没有采用；要改变请另行批准公布或撤回公布";
            problems.push(kept(chunk, draft, Element::Published, message.to_owned()));
        }
        (statuses.openness, statuses.published) = (decided.openness, decided.published);
    }
    Ok(problems)
}

fn kept(chunk: &Chunk, draft: &Draft, element: Element, message: String) -> Problem {
    Problem {
        severity: Severity::Warning,
        sheet: chunk.sheet.clone(),
        line: draft.line,
        column: Some(element.label().to_owned()),
        code: "decided-openness-kept".into(),
        message,
    }
}

#[cfg(test)]
mod tests;
