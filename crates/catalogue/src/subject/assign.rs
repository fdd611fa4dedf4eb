//! Putting records under headings, by a list or one by one, and taking them out.

use std::fs::File;

use kernel::audit::{self, Line, Outcome};
use kernel::cage::Cage;
use kernel::{Actor, Code, Permission, Problem, Result, Tx};
use serde_json::json;

use super::desk::missing;
use super::{Heading, Subjects};
use crate::import::list;
use crate::store::subject::{self, Assigned, Source};
use crate::store::{change, record};
use crate::{Element, PublicId, Record};

/// Lines written in one transaction.
const CHUNK: usize = 500;

/// What became of a list of assignments.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Assignments {
    /// Lines that were taken.
    pub done: u64,
    /// Lines that were not, each with the reason.
    pub refused: Vec<String>,
}

/// A line: its number, the reference code, the headings.
type Row<'a> = (u32, &'a str, &'a str);

impl Subjects {
    /// Puts records under headings, by a table of 档号 and 专题 (codes or paths, several parted by `；`).
    ///
    /// # Errors
    /// As [`Subjects::import`]; lines that name what is not there are told of, not refused as a whole.
    pub async fn assign(&self, actor: &Actor, (cage, file, name): (&Cage, File, &str)) -> Result<Assignments> {
        actor.must(Permission::KeepDirectory)?;
        let lines = list::lines(cage, file, name).await?;
        let header = lines.first();
        let code = header.and_then(|line| line.column(&["档号", "reference_code"]));
        let headings = header.and_then(|line| line.column(&["专题", "专题代码", "代码", "subject_headings"]));
        if code.is_none() || headings.is_none() {
            let why = "要有“档号”和“专题”两列";
            return Err(Problem::new(Code::FileRefused, format!("文件 {name}")).because(why).into());
        }
        let mut done = Assignments::default();
        for chunk in lines.get(1..).unwrap_or_default().chunks(CHUNK) {
            let rows: Vec<Row<'_>> =
                chunk.iter().map(|line| (line.number, line.cell(code), line.cell(headings))).collect();
            self.assign_chunk(actor, &rows, &mut done).await?;
        }
        Ok(done)
    }

    async fn assign_chunk(&self, actor: &Actor, rows: &[Row<'_>], done: &mut Assignments) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        let tree = subject::tree(&mut tx, &self.institution).await?;
        let keys: Vec<String> = rows.iter().map(|(_, code, _)| crate::reference_code::key(code)).collect();
        let asked: Vec<&str> = keys.iter().map(String::as_str).collect();
        let landed = record::landed(&mut tx, &self.institution, &asked).await?;
        let mut assigned = Vec::new();
        for ((line, code, headings), key) in rows.iter().zip(&keys) {
            let Some(record) = landed.get(key) else {
                done.refused.push(format!("第 {line} 行：目录里没有档号 {code}"));
                continue;
            };
            let values = crate::values::values(Element::SubjectHeadings, headings);
            if let Some(unknown) = values.iter().find(|value| tree.find(value).is_none()) {
                done.refused.push(format!("第 {line} 行：专题目录里没有“{unknown}”"));
                continue;
            }
            done.done += 1;
            assigned.extend(values.iter().filter_map(|value| tree.find(value)).map(|heading| Assigned {
                record: record.number,
                written_key: super::key(&heading.code),
                heading: Some(heading.id),
            }));
        }
        if !assigned.is_empty() {
            let detail = json!({ "assignments": assigned.len() });
            let (action, object) = ("catalogue.assign-headings", "subjects");
            let line = Line { actor: actor.name(), action, object, outcome: Outcome::Done, detail };
            audit::privileged(&mut tx, self.ground.clock.now(), &line).await?;
            subject::assign(&mut tx, &assigned, Source::Assignment).await?;
            // The readers' counts follow the indexes.
            change::log(&mut tx, &mut assigned.iter().map(|one| one.record).collect()).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Puts a record under a heading, such as one that was taken out by mistake. What stands there stays.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::Conflict`] for a heading that is not there, [`Code::NotFound`] for such a record; the
    /// database's.
    pub async fn put_under(&self, actor: &Actor, written: &str, id: &PublicId) -> Result<()> {
        let (mut tx, heading, record) = self.both(actor, written, id).await?;
        let assigned =
            Assigned { record: record.number, written_key: super::key(&heading.code), heading: Some(heading.id) };
        subject::assign(&mut tx, &[assigned], Source::Assignment).await?;
        self.placed(tx, actor, "catalogue.assign-headings", (&heading, &record)).await
    }

    /// Takes a record from under a heading. Whether its own row writes the heading: then the next import that changes the
    /// record puts it there again.
    ///
    /// # Errors
    /// As [`Subjects::put_under`]; [`Code::Conflict`] too for a record that does not stand there.
    pub async fn take_out(&self, actor: &Actor, written: &str, id: &PublicId) -> Result<bool> {
        let (mut tx, heading, record) = self.both(actor, written, id).await?;
        let Some(source) = subject::take_out(&mut tx, record.number, heading.id).await? else {
            let about = format!("档号 {}", record.description.code.written());
            let why = format!("不在专题“{}”里，可能刚刚已被移出", heading.name);
            return Err(Problem::new(Code::Conflict, about).because(why).into());
        };
        self.placed(tx, actor, "catalogue.take-out-of-heading", (&heading, &record)).await?;
        Ok(source == Source::Import)
    }

    /// A heading and a record, to be changed together.
    async fn both(&self, actor: &Actor, written: &str, id: &PublicId) -> Result<(Tx, Heading, Record)> {
        actor.must(Permission::KeepDirectory)?;
        let mut tx = self.ground.db.begin().await?;
        let tree = subject::tree(&mut tx, &self.institution).await?;
        let heading = tree.find(written).cloned().ok_or_else(|| missing(written))?;
        let record = record::of_public_id(&mut tx, id).await?;
        let record = record.ok_or_else(|| Problem::new(Code::NotFound, "这条目录"))?;
        Ok((tx, heading, record))
    }

    /// Writes down that a record came under a heading or left it, and ends the unit.
    async fn placed(
        &self,
        mut tx: Tx,
        actor: &Actor,
        action: &str,
        (heading, record): (&Heading, &Record),
    ) -> Result<()> {
        let object = format!("subject/{}", heading.code);
        let detail = json!({ "reference_code": record.description.code.written() });
        let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Done, detail };
        audit::privileged(&mut tx, self.ground.clock.now(), &line).await?;
        change::log(&mut tx, &mut vec![record.number]).await?;
        Ok(tx.commit().await?)
    }
}
