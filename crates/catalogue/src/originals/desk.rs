//! What staff do with originals: attach, order, label, withhold, release, take away.

use std::fs::File;
use std::io::Read as _;

use bytes::Bytes;
use kernel::audit::{self, Line, Outcome};
use kernel::cage::Cage;
use kernel::{Actor, Blobs, Code, Error, Ground, Permission, Problem, Result, Scanned, Scanner, Tx, blobs};
use serde_json::{Value, json};

use super::caged::Orders;
use super::finding::{Fate, Finding, Property, Report, Verdict};
use super::intake::{self, Examined};
use super::naming::{clean, extension};
use super::{Kind, Listed};
use crate::store::original::{self, Kept, Of, Page};
use crate::store::{change, record};
use crate::{PublicId, Record, is_marked, reference_code};

/// The desk of originals.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The house.
    pub ground: Ground,
    /// The institution's code (档案馆代码).
    pub institution: String,
    /// Where files are kept.
    pub blobs: Blobs,
    /// How the child that examines files is started.
    pub cage: Cage,
    /// The virus scanner.
    pub scanner: Scanner,
}

/// A file to be attached.
#[derive(Debug)]
pub struct Given {
    /// 档号
    pub code: String,
    /// The file's name.
    pub name: String,
    /// The file.
    pub file: File,
    /// What readers see as its name, if anything.
    pub label: Option<String>,
}

/// A change to one original of a record, or to its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Moves it to this place, from 1.
    Place(usize),
    /// Gives it a label, or takes it away.
    Label(Option<String>),
    /// Does not show it although the record is published.
    Withhold,
    /// Shows it as its record is shown.
    Release,
    /// Takes it away.
    Remove,
}

impl Change {
    const fn permission(&self) -> Permission {
        match self {
            Self::Release => Permission::Publish,
            _ => Permission::KeepCatalogue,
        }
    }

    const fn action(&self) -> &'static str {
        match self {
            Self::Place(_) => "originals.place",
            Self::Label(_) => "originals.label",
            Self::Withhold => "originals.withhold",
            Self::Release => "originals.release",
            Self::Remove => "originals.remove",
        }
    }
}

/// What is looked for by a scanner, in the report.
const VIRUSES: &str = "病毒";

/// What was found about viruses. A picture is drawn anew, so nothing of its file reaches readers; what readers get as it
/// is waits for somebody to look where no scanner does.
fn of_scan(scanned: &Scanned, kind: Kind) -> Finding {
    let (verdict, found) = match scanned {
        Scanned::Unscanned if !kind.is_picture() => {
            (Verdict::Suspect, "服务器上没有病毒扫描程序，公布前请先用杀毒软件检查")
        }
        Scanned::Unscanned => (Verdict::Passed, "服务器上没有病毒扫描程序；图像经重新绘制，读者得不到原来的文件"),
        Scanned::Clean | Scanned::Found(_) => (Verdict::Passed, "扫描程序没有发现问题"),
    };
    Finding::new(Property::Security, VIRUSES, verdict, found)
}

impl Desk {
    /// Whether a record of this code is there.
    ///
    /// # Errors
    /// [`Code::NotFound`] if there is none.
    pub async fn must_have(&self, code: &str) -> Result<()> {
        self.record(&mut self.ground.db.read().await?, code).await.map(drop)
    }

    /// Examines a file and attaches it to its record. What is wrong with the file is no error: the report says it, and
    /// is kept. The same file at the same record changes nothing.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without the permission; [`Code::NotFound`] without the record; faults of the machine.
    pub async fn add(&self, actor: &Actor, mut given: Given) -> Result<Report> {
        actor.must(Permission::KeepCatalogue)?;
        let record = self.record(&mut self.ground.db.read().await?, &given.code).await?;
        let mut report = Report {
            file_name: clean(&given.name),
            reference_code: record.description.code.written().to_owned(),
            fate: Fate::Refused,
            kind: None,
            pages: 0,
            digest: None,
            findings: Vec::new(),
        };
        if is_marked(&given.name) {
            "（文件名标有密级）".clone_into(&mut report.file_name);
            let why = "文件名标有国家秘密密级，涉密档案不得进入本系统，请移走";
            report.findings.push(Finding::new(Property::Security, "密级", Verdict::Failed, why));
            return self.refuse(actor, &record, report).await;
        }
        let content = match read(&mut given.file)? {
            Ok(content) => content,
            Err(why) => {
                report.findings.push(Finding::new(Property::Usability, "大小", Verdict::Failed, why));
                return self.refuse(actor, &record, report).await;
            }
        };
        let digest = blobs::Digest::of(&content);
        report.digest = Some(digest.to_string());
        let found = format!("SHA-256 与 SM3：{digest}");
        report.findings.push(Finding::new(Property::Authenticity, "摘要", Verdict::Passed, found));
        let there = original::of_code(&mut self.ground.db.read().await?, of(&record)).await?;
        if let Some(known) = there.iter().find(|one| one.digest == digest) {
            (report.fate, report.kind, report.pages) = (Fate::Unchanged, Some(known.kind), known.pages.len());
            return Ok(report);
        }
        let scanned = self.scanner.scan(&mut given.file).await?;
        if let Scanned::Found(name) = &scanned {
            let why = format!("扫描程序报告：{name}；没有接收，请联系系统管理员");
            report.findings.push(Finding::new(Property::Security, VIRUSES, Verdict::Failed, why));
            return self.refuse(actor, &record, report).await;
        }
        let orders = Orders {
            extension: extension(&given.name),
            mark: format!("{} {}", record.institution, record.description.code.written()),
        };
        let examined = intake::examine(&self.cage, &self.blobs, &content, &orders).await?;
        report.findings.extend(examined.findings.iter().cloned());
        (report.kind, report.pages) = (examined.kind, examined.pages.len());
        let Some(kind) = examined.kind.filter(|_| report.verdict(None) != Verdict::Failed) else {
            self.sweep(examined.pages.iter().map(|page| page.2)).await?;
            return self.refuse(actor, &record, report).await;
        };
        report.findings.push(of_scan(&scanned, kind));
        self.attach(actor, &record, (kind, examined, content), (report, given.label)).await
    }

    async fn attach(
        &self,
        actor: &Actor,
        record: &Record,
        (kind, examined, content): (Kind, Examined, Bytes),
        (mut report, label): (Report, Option<String>),
    ) -> Result<Report> {
        let bytes = u64::try_from(content.len()).unwrap_or(u64::MAX);
        let digest = self.blobs.put(content).await?;
        let key = record.description.code.key();
        let named = |text: &str| PublicId::of(&self.ground.secrets, &record.institution, text);
        let pages = (1..).zip(&examined.pages).map(|(number, (width, height, copy))| Page {
            public_id: named(&format!("{key}\n{digest}\n{number}")),
            width: *width,
            height: *height,
            copy: *copy,
        });
        let mut kept = Kept {
            id: self.ground.ids.make(),
            public_id: named(&format!("{key}\n{digest}")),
            institution: record.institution.clone(),
            code_key: key.to_owned(),
            position: 0,
            label,
            file_name: report.file_name.clone(),
            kind,
            digest,
            bytes,
            // What somebody has to look at first is not shown before they have.
            withheld: report.verdict(None) == Verdict::Suspect,
            pages: pages.collect(),
        };
        report.fate = Fate::Added;
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let detail = json!({"file": kept.file_name, "digest": digest.to_string(), "withheld": kept.withheld});
        self.log(&mut tx, (actor, "originals.add"), record, (Outcome::Done, detail)).await?;
        let there = original::of_code(&mut tx, of(record)).await?;
        kept.position = i64::try_from(there.len()).unwrap_or(i64::MAX).saturating_add(1);
        original::insert(&mut tx, &kept, actor.name(), now).await?;
        original::note(&mut tx, self.ground.ids.make(), of(record), &report, (actor.name(), now)).await?;
        change::log(&mut tx, &mut vec![record.number]).await?;
        tx.commit().await?;
        Ok(report)
    }

    async fn refuse(&self, actor: &Actor, record: &Record, report: Report) -> Result<Report> {
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let detail = json!({"file": report.file_name, "digest": report.digest});
        self.log(&mut tx, (actor, "originals.add"), record, (Outcome::Refused, detail)).await?;
        original::note(&mut tx, self.ground.ids.make(), of(record), &report, (actor.name(), now)).await?;
        tx.commit().await?;
        Ok(report)
    }

    /// The originals of a record in their order.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the record.
    pub async fn list(&self, code: &str) -> Result<Vec<Listed>> {
        let mut tx = self.ground.db.read().await?;
        let record = self.record(&mut tx, code).await?;
        let kept = original::of_code(&mut tx, of(&record)).await?;
        Ok(kept.iter().map(|one| Listed::of(one, &record)).collect())
    }

    /// What was found in the files of a record, latest first: file name and findings.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the record.
    pub async fn checks(&self, code: &str) -> Result<Vec<(String, Vec<Finding>)>> {
        let mut tx = self.ground.db.read().await?;
        let record = self.record(&mut tx, code).await?;
        Ok(original::notes(&mut tx, of(&record)).await?)
    }

    /// Changes one original of a record by its place, or all of them.
    ///
    /// # Errors
    /// [`Code::Forbidden`] without the permission; [`Code::NotFound`] without the record or the original.
    pub async fn change(&self, actor: &Actor, code: &str, place: Option<usize>, change: &Change) -> Result<()> {
        actor.must(change.permission())?;
        let mut tx = self.ground.db.begin().await?;
        let record = self.record(&mut tx, code).await?;
        let detail = json!({"number": place, "change": format!("{change:?}")});
        self.log(&mut tx, (actor, change.action()), &record, (Outcome::Done, detail)).await?;
        let mut kept = original::of_code(&mut tx, of(&record)).await?;
        let meant = |one: &Kept| place.is_none_or(|place| usize::try_from(one.position) == Ok(place));
        if !kept.iter().any(meant) {
            let about =
                place.map_or_else(|| format!("档号 {code}"), |place| format!("档号 {code} 的第 {place} 件原件"));
            return Err(Problem::new(Code::NotFound, about).because("没有挂接这件原件，请到原件清单里核对序号").into());
        }
        let mut gone = Vec::new();
        match change {
            Change::Place(to) => move_to(&mut kept, meant, *to),
            Change::Label(label) => {
                kept.iter_mut().filter(|one| meant(one)).for_each(|one| one.label.clone_from(label));
            }
            Change::Withhold => kept.iter_mut().filter(|one| meant(one)).for_each(|one| one.withheld = true),
            Change::Release => kept.iter_mut().filter(|one| meant(one)).for_each(|one| one.withheld = false),
            Change::Remove => {
                gone = kept.iter().filter(|one| meant(one)).cloned().collect();
                kept.retain(|one| !meant(one));
            }
        }
        for one in &gone {
            original::remove(&mut tx, one.id).await?;
        }
        for (position, one) in (1..).zip(&mut kept) {
            one.position = position;
            original::change(&mut tx, one).await?;
        }
        change::log(&mut tx, &mut vec![record.number]).await?;
        tx.commit().await?;
        let mut digests: Vec<blobs::Digest> = Vec::new();
        for one in &gone {
            digests.extend(one.pages.iter().map(|page| page.copy));
            digests.push(one.digest);
        }
        self.sweep(digests.into_iter()).await
    }

    /// Removes files that nothing needs any more.
    async fn sweep(&self, digests: impl Iterator<Item = blobs::Digest>) -> Result<()> {
        for digest in digests {
            let used = original::is_used(&mut self.ground.db.read().await?, &digest).await?;
            if !used {
                self.blobs.remove(&digest).await?;
            }
        }
        Ok(())
    }

    async fn record(&self, tx: &mut Tx, code: &str) -> Result<Record> {
        let found = record::of_code(tx, &self.institution, &reference_code::key(code)).await?;
        let absent =
            || Problem::new(Code::NotFound, format!("档号 {code}")).because("目录里没有这个档号，请先导入目录");
        Ok(found.ok_or_else(absent)?)
    }

    /// Writes the line of an act about a record: who and what, how it came out and what else matters.
    async fn log(
        &self,
        tx: &mut Tx,
        (actor, action): (&Actor, &str),
        record: &Record,
        (outcome, detail): (Outcome, Value),
    ) -> Result<()> {
        let object = format!("record/{}", record.public_id);
        let line = Line { actor: actor.name(), action, object: &object, outcome, detail };
        audit::privileged(tx, self.ground.clock.now(), &line).await
    }
}

fn of(record: &Record) -> Of<'_> {
    Of { institution: &record.institution, code_key: record.description.code.key() }
}

fn move_to(kept: &mut Vec<Kept>, meant: impl Fn(&Kept) -> bool, to: usize) {
    if let Some(from) = kept.iter().position(meant) {
        let one = kept.remove(from);
        kept.insert(to.saturating_sub(1).min(kept.len()), one);
    }
}

/// The whole file, or why it is not read.
fn read(file: &mut File) -> Result<std::result::Result<Bytes, String>> {
    let most = Kind::ALL.into_iter().map(Kind::most_bytes).max().unwrap_or(0);
    let length = file.metadata().map_err(Error::internal)?.len();
    if length == 0 {
        return Ok(Err("文件是空的".to_owned()));
    }
    if length > most {
        return Ok(Err(format!("文件有 {} MB，超过 {} MB", length >> 20, most >> 20)));
    }
    let mut content = Vec::new();
    file.take(most).read_to_end(&mut content).map_err(Error::internal)?;
    Ok(Ok(content.into()))
}
