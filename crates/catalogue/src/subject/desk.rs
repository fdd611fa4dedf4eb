//! Keeping the directory: taking headings in, renaming, moving and removing them.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use kernel::audit::{self, Line, Outcome};
use kernel::cage::Cage;
use kernel::{Actor, Code, Error, Ground, Permission, Problem, Result, Tx};
use serde_json::{Value, json};

use super::file::{Above, Entry, MOST, indented, table};
use super::{Heading, Tree, key};
use crate::PublicId;
use crate::authority::Kept;
use crate::import::list;
use crate::store::subject;

/// The longest indented text, in bytes.
const LONGEST: u64 = 1024 * 1024;
/// What nobody knows is told of at most so often.
const TOLD: i64 = 20;

/// A heading as staff see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// Its id in addresses of the readers' site.
    pub id: PublicId,
    /// Its code.
    pub code: String,
    /// The names from the top down: `经济/农业`.
    pub path: String,
    /// Records right under it.
    pub records: i64,
}

/// The subject directory of an institution, as staff keep it.
#[derive(Clone, Debug)]
pub struct Subjects {
    pub(super) ground: Ground,
    pub(super) institution: String,
}

impl Subjects {
    /// That of an institution (档案馆代码).
    pub fn new(ground: Ground, institution: impl Into<String>) -> Self {
        Self { ground, institution: institution.into() }
    }

    /// Takes in a list of headings: an indented text (`.txt`), or a table of 代码, 上级 and 名称, read in the cage. What is
    /// known by its code, or by its name under the same parent, keeps its code; headings the list does not name stay.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for who may not keep the directory, [`Code::FileRefused`] for a list that cannot be read or
    /// names a parent that is not there; the database's.
    pub async fn import(&self, actor: &Actor, (cage, file, name): (&Cage, File, &str)) -> Result<Kept> {
        actor.must(Permission::KeepDirectory)?;
        let is_text = Path::new(name).extension().is_some_and(|kind| kind.eq_ignore_ascii_case("txt"));
        let entries = if is_text {
            indented(&text(file, name)?, name)?
        } else {
            table(&list::lines(cage, file, name).await?, name)?
        };
        let mut tx = self.ground.db.begin().await?;
        let known = subject::tree(&mut tx, &self.institution).await?;
        let headings = self.headings(&known, &entries, name)?;
        let mut kept = Kept::default();
        let mut changed = Vec::new();
        for heading in headings {
            match known.get(heading.id) {
                Some(before) if *before == heading => kept.unchanged += 1,
                Some(_) => {
                    kept.changed += 1;
                    changed.push(heading);
                }
                None => {
                    kept.added += 1;
                    changed.push(heading);
                }
            }
        }
        if !changed.is_empty() {
            let detail = json!({"added": kept.added, "changed": kept.changed});
            self.write(&mut tx, actor, &changed, ("catalogue.import-headings", "subjects", detail)).await?;
            tx.commit().await?;
        }
        Ok(kept)
    }

    /// The headings that a list asks for.
    fn headings(&self, known: &Tree, entries: &[Entry], file: &str) -> Result<Vec<Heading>> {
        let refused = |why: String| Error::from(Problem::new(Code::FileRefused, format!("文件 {file}")).because(why));
        let mut all = Tree::new(known.headings().to_vec());
        let mut headings: Vec<Heading> = Vec::with_capacity(entries.len());
        // In rounds: a table may name a child before its parent.
        let mut waiting: Vec<(usize, &Entry)> = entries.iter().enumerate().collect();
        let mut made: Vec<Option<Heading>> = vec![None; entries.len()];
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut later = Vec::new();
            for (at, entry) in waiting {
                let parent = match &entry.parent {
                    Above::Top => Some(None),
                    Above::Entry(above) => made.get(*above).cloned().flatten().map(|one| Some(one.id)),
                    // A parent that the list itself names has to come first.
                    Above::Code(code) if later_in(entries, &made, code) => None,
                    Above::Code(code) => all.find(code).map(|one| Some(one.id)),
                };
                let Some(parent) = parent else {
                    later.push((at, entry));
                    continue;
                };
                let heading = self.heading(&all, entry, parent);
                all.take_in(heading.clone());
                if let Some(place) = made.get_mut(at) {
                    *place = Some(heading);
                }
            }
            if later.len() == before {
                let line = later.first().map_or(0, |(_, entry)| entry.line);
                return Err(refused(format!("第 {line} 行的上级没有，或上级互相循环；请改正")));
            }
            waiting = later;
        }
        headings.extend(made.into_iter().flatten());
        if all.headings().len() > MOST {
            return Err(refused(format!("专题目录会超过 {MOST} 个类目")));
        }
        if let Some(one) = headings.iter().find(|one| all.is_circular(one)) {
            return Err(refused(format!("类目“{}”会移到自己的下级里；请改正", one.name)));
        }
        Ok(headings)
    }

    /// The heading of an entry: the known one with what the list says, or a new one at the end.
    fn heading(&self, all: &Tree, entry: &Entry, parent: Option<kernel::Id<subject::Row>>) -> Heading {
        let known = match &entry.code {
            Some(code) => all.headings().iter().find(|one| key(&one.code) == key(code)),
            None => all.below(parent).find(|one| key(&one.name) == key(&entry.name)),
        };
        if let Some(known) = known {
            let moved = known.parent != parent;
            let position = if moved { all.next_position(parent) } else { known.position };
            return Heading { name: entry.name.clone(), parent, position, ..known.clone() };
        }
        let code = entry.code.clone().unwrap_or_else(|| all.next_code(parent));
        // No reference code holds a line end, so no record has the same id.
        let public_id = PublicId::of(&self.ground.secrets, &self.institution, &format!("subject\n{}", key(&code)));
        let (id, position) = (self.ground.ids.make(), all.next_position(parent));
        Heading { id, public_id, code, name: entry.name.clone(), parent, position }
    }

    /// Gives a heading another name; what was written with the old path stays under it.
    ///
    /// # Errors
    /// As [`Subjects::import`]; [`Code::Conflict`] for a heading that is not there.
    pub async fn rename(&self, actor: &Actor, written: &str, name: &str) -> Result<()> {
        let name = crate::plain::kept(name);
        if name.is_empty() || name.contains(['/', '／', '；', ';', '|']) {
            let why = "名称不能为空，也不能有 / ；|";
            return Err(Problem::new(Code::BadRequest, format!("名称 {name}")).because(why).into());
        }
        let action = ("catalogue.rename-heading", json!({ "name": name }));
        self.change(actor, written, action, |_, heading| Ok(Heading { name: name.clone(), ..heading.clone() })).await
    }

    /// Puts a heading below another, or at the top.
    ///
    /// # Errors
    /// As [`Subjects::rename`]; [`Code::BadRequest`] if it would come below itself.
    pub async fn move_below(&self, actor: &Actor, written: &str, parent: Option<&str>) -> Result<()> {
        let action = ("catalogue.move-heading", json!({ "under": parent }));
        self.change(actor, written, action, |tree, heading| {
            let above = parent.map(|parent| tree.find(parent).ok_or_else(|| missing(parent))).transpose()?;
            if above.is_some_and(|above| tree.up(above).iter().any(|one| one.id == heading.id)) {
                let why = "不能移到自己或自己的下级里";
                return Err(Problem::new(Code::BadRequest, format!("类目 {}", heading.name)).because(why).into());
            }
            let parent = above.map(|above| above.id);
            Ok(Heading { parent, position: tree.next_position(parent), ..heading.clone() })
        })
        .await
    }

    async fn change(
        &self,
        actor: &Actor,
        written: &str,
        (action, detail): (&'static str, Value),
        changed: impl Fn(&Tree, &Heading) -> Result<Heading> + Send,
    ) -> Result<()> {
        actor.must(Permission::KeepDirectory)?;
        let mut tx = self.ground.db.begin().await?;
        let tree = subject::tree(&mut tx, &self.institution).await?;
        let heading = tree.find(written).ok_or_else(|| missing(written))?;
        let heading = changed(&tree, heading)?;
        let object = format!("subject/{}", heading.code);
        self.write(&mut tx, actor, &[heading], (action, &object, detail)).await?;
        Ok(tx.commit().await?)
    }

    /// Writes headings, and gives them what was written before they were known.
    async fn write(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        headings: &[Heading],
        (action, object, detail): (&'static str, &str, Value),
    ) -> Result<()> {
        let now = self.ground.clock.now();
        let line = Line { actor: actor.name(), action, object, outcome: Outcome::Done, detail };
        audit::privileged(tx, now, &line).await?;
        for heading in headings {
            subject::put(tx, &self.institution, heading, now).await?;
        }
        let tree = subject::tree(tx, &self.institution).await?;
        Ok(subject::settle(tx, &tree).await?)
    }

    /// Takes out a heading that holds nothing.
    ///
    /// # Errors
    /// As [`Subjects::rename`]; [`Code::Conflict`] if something is below it or under it.
    pub async fn remove(&self, actor: &Actor, written: &str) -> Result<()> {
        actor.must(Permission::KeepDirectory)?;
        let mut tx = self.ground.db.begin().await?;
        let tree = subject::tree(&mut tx, &self.institution).await?;
        let heading = tree.find(written).ok_or_else(|| missing(written))?;
        let (below, records) = (tree.below(Some(heading.id)).count(), subject::count(&mut tx, heading.id).await?);
        if below > 0 || records > 0 {
            let why = format!("下面还有 {below} 个类目、{records} 条目录，先移走再删除");
            return Err(Problem::new(Code::Conflict, format!("类目 {}", tree.path(heading))).because(why).into());
        }
        let (action, object, detail) = ("catalogue.remove-heading", format!("subject/{}", heading.code), json!({}));
        let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Done, detail };
        audit::privileged(&mut tx, self.ground.clock.now(), &line).await?;
        subject::remove(&mut tx, heading.id).await?;
        Ok(tx.commit().await?)
    }

    /// A heading by its code, its path or a name that it alone has.
    ///
    /// # Errors
    /// [`Code::NotFound`] for one that is not there; the database's.
    pub async fn one(&self, written: &str) -> Result<Told> {
        let mut tx = self.ground.db.read().await?;
        let tree = subject::tree(&mut tx, &self.institution).await?;
        let absent = || Problem::new(Code::NotFound, format!("类目 {written}")).because("专题目录里没有，可能已被删除");
        let heading = tree.find(written).ok_or_else(absent)?;
        let records = subject::count(&mut tx, heading.id).await?;
        Ok(Told { id: heading.public_id.clone(), code: heading.code.clone(), path: tree.path(heading), records })
    }

    /// All headings in their order, and what was written for headings nobody knows.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(&self) -> Result<(Vec<Told>, Vec<(String, i64)>)> {
        let mut tx = self.ground.db.read().await?;
        let tree = subject::tree(&mut tx, &self.institution).await?;
        let mut told = Vec::new();
        for heading in tree.in_order() {
            let records = subject::count(&mut tx, heading.id).await?;
            let id = heading.public_id.clone();
            told.push(Told { id, code: heading.code.clone(), path: tree.path(heading), records });
        }
        let loose = subject::loose(&mut tx, TOLD).await?;
        Ok((told, loose))
    }
}

pub(super) fn missing(written: &str) -> Error {
    let why = "专题目录里没有，可能已被改名、移动或删除";
    Problem::new(Code::Conflict, format!("类目 {written}")).because(why).into()
}

/// Whether the list itself names a code and its entry was not made yet.
fn later_in(entries: &[Entry], made: &[Option<Heading>], code: &str) -> bool {
    let wanted = key(code);
    let named = entries.iter().zip(made).find(|(entry, _)| entry.code.as_deref().map(key).as_deref() == Some(&wanted));
    named.is_some_and(|(_, made)| made.is_none())
}

/// A short text file in UTF-8 or GB18030.
fn text(file: File, name: &str) -> Result<String> {
    let refused =
        |why: &str| Error::from(Problem::new(Code::FileRefused, format!("文件 {name}")).because(why.to_owned()));
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|_| refused("不能读取"))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LONGEST {
        return Err(refused("超过 1 MB，请减少"));
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error.into_bytes(),
    };
    let (text, _, is_broken) = encoding_rs::GB18030.decode(&bytes);
    if is_broken { Err(refused("不是 UTF-8 或 GB18030 的文本")) } else { Ok(text.into_owned()) }
}
