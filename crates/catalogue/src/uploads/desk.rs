//! What staff do with files that were sent.

use std::collections::BTreeMap;
use std::io::Seek as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use kernel::audit::{self, Line, Outcome};
use kernel::cage::Cage;
use kernel::{Actor, Code, Error, Ground, Permission, Problem, Result, Scanner, Timestamp};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};

use super::background::Progress;
use super::entry::{Entry, OrderGiven, State, Told};
use super::shelf::Shelf;
use super::spool::Spool;
use crate::import::{Approval, Format, Import, Mapping, WrittenMapping};
use crate::store::batch;
use crate::{ReferenceCode, is_marked};

/// The desk of files that were sent; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Uploads(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) ground: Ground,
    institution: String,
    cage: Cage,
    scanner: Scanner,
    pub(super) shelf: Shelf,
    /// What works in the background, or comes over the wire.
    pub(super) live: Mutex<BTreeMap<String, watch::Sender<Progress>>>,
    /// Held while what is known of a file is read and written again.
    pub(super) gate: tokio::sync::Mutex<()>,
    /// One import at a time: each may fill the memory that its cage is given.
    pub(super) turns: Semaphore,
}

/// How a file is to be imported.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Asked {
    /// The mapping.
    pub(crate) mapping: WrittenMapping,
    /// The fonds all rows belong to (全宗号).
    pub(crate) fonds: Option<String>,
    /// The format, if it was told.
    pub(crate) format: Format,
}

impl Uploads {
    /// The desk of an institution (档案馆代码) over its data folder.
    pub(crate) fn new(ground: &Ground, institution: &str, data: &Path, (cage, scanner): (Cage, Scanner)) -> Self {
        Self(Arc::new(Inner {
            ground: ground.clone(),
            institution: institution.to_owned(),
            cage,
            scanner,
            shelf: Shelf::new(ground.clone(), data),
            live: Mutex::default(),
            gate: tokio::sync::Mutex::default(),
            turns: Semaphore::new(1),
        }))
    }

    /// Takes a file in and looks into it. One that bears marks of state secrets never comes to the data folder.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::FileRefused`] for what is no table or bears such marks; faults of the machine.
    pub(crate) async fn receive(&self, actor: &Actor, name: &str, spool: Spool) -> Result<Entry> {
        actor.must(Permission::KeepCatalogue)?;
        let name = crate::originals::clean(name);
        if is_marked(&name) {
            let why = "文件名标有国家秘密密级，涉密目录不得进入本系统，请移走";
            return Err(Problem::new(Code::FileRefused, "上传的文件").because(why).into());
        }
        let Spool { mut file, bytes } = spool;
        let import = self.import(actor.name(), &name, (&Asked::default(), None))?;
        let peeked = import.peek(&self.0.ground, file.try_clone().map_err(Error::internal)?).await?;
        file.rewind().map_err(Error::internal)?;
        let now = self.now();
        let entry = Entry {
            id: self.0.ground.ids.make::<Entry>().uuid().to_string(),
            file_name: name,
            bytes,
            digest: peeked.digest,
            by: actor.into(),
            uploaded_at: now.micros(),
            changed_at: now.micros(),
            state: State::Uploaded,
            sheets: peeked.sheets,
            order: None,
            opens: None,
            trial: None,
            result: None,
            problem: None,
        };
        // Nobody takes it for a stray while it is put there.
        self.live().insert(entry.id.clone(), watch::Sender::default());
        let put = self.put(actor, &entry, file).await;
        self.live().remove(&entry.id);
        if put.is_err() {
            self.0.shelf.forget(&entry.id)?;
        }
        put.map(|()| entry)
    }

    async fn put(&self, actor: &Actor, entry: &Entry, file: std::fs::File) -> Result<()> {
        self.0.shelf.put(&entry.id, file).await?;
        self.note(actor, entry, "catalogue.upload", json!({"bytes": entry.bytes})).await?;
        self.0.shelf.know(&entry.id, entry)
    }

    /// All files, the newest first; those whose time is over are forgotten.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; faults of the machine.
    pub(crate) async fn list(&self, actor: &Actor) -> Result<Vec<Entry>> {
        actor.must(Permission::ApproveImport)?;
        self.tidy()?;
        let mut all: Vec<Entry> = self.0.shelf.all()?.into_iter().map(|entry| self.settled(entry)).collect();
        self.see_withdrawn(&mut all).await?;
        all.sort_by(|one, other| other.uploaded_at.cmp(&one.uploaded_at).then_with(|| other.id.cmp(&one.id)));
        Ok(all)
    }

    /// One file.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::NotFound`]; faults of the machine.
    pub(crate) async fn show(&self, actor: &Actor, id: &str) -> Result<Entry> {
        actor.must(Permission::ApproveImport)?;
        let mut entry = self.known(id)?;
        self.see_withdrawn(std::slice::from_mut(&mut entry)).await?;
        Ok(entry)
    }

    /// The files that wait for somebody's approval.
    ///
    /// # Errors
    /// As [`Uploads::list`].
    pub(crate) async fn mine(&self, actor: &Actor) -> Result<Vec<Entry>> {
        let mut all = self.list(actor).await?;
        all.retain(|entry| entry.waits_for(actor));
        Ok(all)
    }

    /// Tries an import in the background: nothing is written to the catalogue.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::NotFound`]; [`Code::Conflict`] while it works or waits; [`Code::BadRequest`] for a
    /// mapping or a fonds that cannot be used.
    pub(crate) async fn try_out(&self, actor: &Actor, id: &str, asked: Asked) -> Result<Entry> {
        actor.must(Permission::KeepCatalogue)?;
        let _gate = self.0.gate.lock().await;
        let mut entry = self.free(id, &[State::Uploaded, State::Tried, State::Refused, State::Failed])?;
        self.import(actor.name(), &entry.file_name, (&asked, None))?;
        entry.order = Some(self.order(actor, asked));
        (entry.state, entry.trial, entry.problem, entry.opens) = (State::Trying, None, None, None);
        self.change(&mut entry)?;
        self.start(&entry);
        Ok(entry)
    }

    /// Imports in the background. Where that would open records it waits for somebody else's approval instead.
    ///
    /// # Errors
    /// As [`Uploads::try_out`].
    pub(crate) async fn run(&self, actor: &Actor, id: &str, asked: Asked) -> Result<Entry> {
        actor.must(Permission::KeepCatalogue)?;
        let _gate = self.0.gate.lock().await;
        let before = [State::Uploaded, State::Tried, State::Refused, State::Failed, State::Interrupted];
        let mut entry = self.free(id, &before)?;
        self.import(actor.name(), &entry.file_name, (&asked, None))?;
        let mut order = self.order(actor, asked);
        // What was approved and then interrupted goes on as it was approved.
        if let Some(earlier) = entry.order.take().filter(|_| entry.state == State::Interrupted)
            && earlier.is_same(&order)
        {
            (order.approved_by, order.approved_at) = (earlier.approved_by, earlier.approved_at);
        }
        let detail = json!({"fonds": order.fonds, "columns": order.mapping.columns});
        entry.order = Some(order);
        self.note(actor, &entry, "catalogue.begin-import", detail).await?;
        (entry.state, entry.result, entry.problem) = (State::Running, None, None);
        self.change(&mut entry)?;
        self.start(&entry);
        Ok(entry)
    }

    /// Approves an import that opens records, which then runs.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::SecondPersonNeeded`] for whoever asked for it; [`Code::NotFound`];
    /// [`Code::Conflict`] if it does not wait.
    pub(crate) async fn approve(&self, actor: &Actor, id: &str) -> Result<Entry> {
        actor.must(Permission::ApproveImport)?;
        let _gate = self.0.gate.lock().await;
        let mut entry = self.free(id, &[State::WaitingApproval])?;
        let now = self.now();
        if let Some(order) = &mut entry.order {
            Approval::of(&order.by.actor(), actor)?;
            (order.approved_by, order.approved_at) = (Some(actor.into()), Some(now.micros()));
        }
        let opens = entry.opens.as_ref().map(|opens| opens.count);
        self.note(actor, &entry, "catalogue.approve-import", json!({"opens": opens})).await?;
        (entry.state, entry.problem) = (State::Running, None);
        self.change(&mut entry)?;
        self.start(&entry);
        Ok(entry)
    }

    /// Declines an import that waits for an approval.
    ///
    /// # Errors
    /// As [`Uploads::approve`]; [`Code::BadRequest`] without a reason.
    pub(crate) async fn decline(&self, actor: &Actor, id: &str, why: &str) -> Result<Entry> {
        actor.must(Permission::ApproveImport)?;
        if why.trim().is_empty() {
            return Err(Problem::new(Code::BadRequest, "退回").because("须写明理由").into());
        }
        let _gate = self.0.gate.lock().await;
        let mut entry = self.free(id, &[State::WaitingApproval])?;
        self.note(actor, &entry, "catalogue.decline-import", json!({"why": why})).await?;
        let told = Problem::new(Code::SecondPersonNeeded, format!("文件 {}", entry.file_name));
        let detail = format!("{} 没有同意这次导入：{why}", actor.name());
        (entry.state, entry.problem) = (State::Refused, Some(Told { detail, ..Told::from(&told) }));
        self.change(&mut entry)?;
        Ok(entry)
    }

    /// Forgets a file.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::NotFound`]; [`Code::Conflict`] while it works.
    pub(crate) async fn forget(&self, actor: &Actor, id: &str) -> Result<()> {
        actor.must(Permission::KeepCatalogue)?;
        let _gate = self.0.gate.lock().await;
        let entry = self.known(id)?;
        if entry.state.is_busy() {
            return Err(busy(&entry).into());
        }
        self.note(actor, &entry, "catalogue.forget-upload", json!({})).await?;
        self.0.shelf.forget(id)
    }

    /// Forgets the files whose time is over, and those that never came whole.
    ///
    /// # Errors
    /// Faults of the machine.
    pub(crate) fn tidy(&self) -> Result<()> {
        let now = self.now();
        for id in self.0.shelf.strays()? {
            if !self.live().contains_key(&id) {
                self.0.shelf.forget(&id)?;
            }
        }
        for entry in self.0.shelf.all()? {
            let entry = self.settled(entry);
            if !entry.state.is_busy() && entry.kept_until() < now {
                self.0.shelf.forget(&entry.id)?;
            }
        }
        Ok(())
    }
}

/// What the acts share.
impl Uploads {
    pub(super) fn now(&self) -> Timestamp {
        self.0.ground.clock.now()
    }

    pub(crate) fn live(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, watch::Sender<Progress>>> {
        self.0.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn order(&self, actor: &Actor, asked: Asked) -> OrderGiven {
        let Asked { mapping, fonds, format } = asked;
        let at = self.now().micros();
        OrderGiven { mapping, fonds, format, by: actor.into(), at, approved_by: None, approved_at: None }
    }

    /// The import that somebody asks for.
    pub(super) fn import(&self, actor: &str, name: &str, of: (&Asked, Option<Approval>)) -> Result<Import> {
        let (Asked { mapping, fonds, format }, approval) = of;
        let unusable = |why: String| Problem::new(Code::BadRequest, "对应关系").because(why);
        let mapping: Mapping = mapping.mapping().map_err(|problem| unusable(problem.to_string()))?;
        let code = |code: &String| {
            ReferenceCode::parse(code)
                .map_err(|_| Problem::new(Code::BadRequest, format!("全宗号 {code}")).because("不能用作全宗号"))
        };
        let fonds = fonds.as_ref().filter(|code| !code.trim().is_empty()).map(code).transpose()?;
        Ok(Import {
            institution: self.0.institution.clone(),
            cage: self.0.cage.clone(),
            file_name: name.to_owned(),
            format: *format,
            mapping,
            fonds,
            scanner: self.0.scanner.clone(),
            actor: actor.to_owned(),
            approval,
            dry_run: false,
        })
    }

    /// A file that must be there.
    pub(super) fn known(&self, id: &str) -> Result<Entry> {
        let absent = || Problem::new(Code::NotFound, "上传的文件").because("没有这个文件，可能已到期删除，请重新上传");
        Ok(self.settled(self.0.shelf.known(id)?.ok_or_else(absent)?))
    }

    /// What is known of a file, seen after a restart: nothing works on it.
    fn settled(&self, mut entry: Entry) -> Entry {
        if entry.state.is_busy() && !self.live().contains_key(&entry.id) {
            entry.state = if entry.state == State::Running { State::Interrupted } else { State::Uploaded };
        }
        entry
    }

    /// What was imported and then rolled back says so: the batch knows, by whatever way that was done.
    async fn see_withdrawn(&self, entries: &mut [Entry]) -> Result<()> {
        let batch = |entry: &Entry| entry.result.as_ref().and_then(|result| result.batch);
        let numbers: Vec<i64> = entries.iter().filter_map(batch).collect();
        if numbers.is_empty() {
            return Ok(());
        }
        let withdrawn = batch::withdrawn(&mut self.0.ground.db.read().await?, &numbers).await?;
        for entry in entries {
            match batch(entry).and_then(|number| withdrawn.get(&number)) {
                Some(batch::State::RolledBack) => entry.state = State::RolledBack,
                Some(_) => entry.state = State::RollingBack,
                None => {}
            }
        }
        Ok(())
    }

    /// A file that is in one of these states.
    fn free(&self, id: &str, states: &[State]) -> Result<Entry> {
        let entry = self.known(id)?;
        if states.contains(&entry.state) { Ok(entry) } else { Err(busy(&entry).into()) }
    }

    pub(super) fn change(&self, entry: &mut Entry) -> Result<()> {
        entry.changed_at = self.now().micros();
        self.0.shelf.know(&entry.id, entry)
    }

    async fn note(&self, actor: &Actor, entry: &Entry, action: &str, detail: Value) -> Result<()> {
        let object = format!("file/{}", entry.digest);
        let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Done, detail };
        audit::alone(&self.0.ground, &line).await
    }
}

fn busy(entry: &Entry) -> Problem {
    let why = format!("现在是“{}”，不能这样办理", entry.state.label());
    Problem::new(Code::Conflict, format!("文件 {}", entry.file_name)).because(why)
}
