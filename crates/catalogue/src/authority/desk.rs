//! Keeping authority records: taking lists in, and looking them up.

use std::fs::File;

use kernel::audit::{self, Line, Outcome};
use kernel::cage::Cage;
use kernel::{Actor, Code, Ground, Permission, Problem, Result};
use serde_json::json;

use super::{Authority, AuthorityColumn, AuthorityKind, NameRelation, file, name_key};
use crate::import::list;
use crate::store::authority;
use crate::store::record::Page;
use crate::{PublicId, ShownAuthority};

/// Records written in one transaction.
const CHUNK: usize = 100;
/// Records that may bear one name.
const NAMESAKES: i64 = 20;

/// What became of a list.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Kept {
    /// New records.
    pub added: u64,
    /// Records that say something else now.
    pub changed: u64,
    /// Records that said the same before.
    pub unchanged: u64,
}

/// An authority record in a list of staff.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// What it is about.
    pub kind: AuthorityKind,
    /// Its name.
    pub name: String,
    /// 起止时间
    pub dates: String,
}

/// The authority records of an institution, as staff keep them.
#[derive(Clone, Debug)]
pub struct Authorities {
    ground: Ground,
    institution: String,
}

impl Authorities {
    /// Those of an institution (档案馆代码).
    pub fn new(ground: Ground, institution: impl Into<String>) -> Self {
        Self { ground, institution: institution.into() }
    }

    /// Takes in a list (XLSX or text), read in the cage; `kind` is for rows that say none. A record that is known by its
    /// name says afterwards what the list says.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for who may not keep the directory, [`Code::FileRefused`] for a list that cannot be read; the
    /// database's.
    pub async fn import(
        &self,
        actor: &Actor,
        (cage, file, name): (&Cage, File, &str),
        kind: Option<AuthorityKind>,
    ) -> Result<Kept> {
        actor.must(Permission::KeepDirectory)?;
        let all = file::read(&list::lines(cage, file, name).await?, kind, name)?;
        let mut kept = Kept::default();
        for chunk in all.chunks(CHUNK) {
            let done = self.write(actor, chunk).await?;
            kept.added += done.added;
            kept.changed += done.changed;
            kept.unchanged += done.unchanged;
        }
        Ok(kept)
    }

    async fn write(&self, actor: &Actor, chunk: &[Authority]) -> Result<Kept> {
        let now = self.ground.clock.now();
        let mut kept = Kept::default();
        let mut tx = self.ground.db.begin().await?;
        for one in chunk {
            let known = authority::of_name(&mut tx, &self.institution, one.kind, &one.name).await?;
            let (id, public_id) = match known {
                Some(known) if known.authority == *one => {
                    kept.unchanged += 1;
                    continue;
                }
                Some(known) => {
                    kept.changed += 1;
                    (known.id, known.public_id)
                }
                None => {
                    kept.added += 1;
                    (self.ground.ids.make(), self.public_id(one))
                }
            };
            authority::put(&mut tx, &self.institution, (id, &public_id), one, now).await?;
        }
        if kept.added + kept.changed > 0 {
            let detail = json!({"added": kept.added, "changed": kept.changed});
            let (action, object) = ("catalogue.keep-authorities", "authorities");
            let line = Line { actor: actor.name(), action, object, outcome: Outcome::Done, detail };
            audit::privileged(&mut tx, now, &line).await?;
        }
        tx.commit().await?;
        Ok(kept)
    }

    /// No reference code holds a line end, so no record has the same id.
    fn public_id(&self, one: &Authority) -> PublicId {
        let key = format!("authority\n{}\n{}", one.kind.name(), name_key(&one.name));
        PublicId::of(&self.ground.secrets, &self.institution, &key)
    }

    /// Some of the records in an order, and how many there are of the kind.
    ///
    /// # Errors
    /// The database's.
    pub async fn list(
        &self,
        kind: Option<AuthorityKind>,
        order: (AuthorityColumn, bool),
        (skip, take): (u32, u32),
    ) -> Result<(Vec<Listed>, i64)> {
        let mut tx = self.ground.db.read().await?;
        let total = authority::count(&mut tx, &self.institution, kind).await?;
        let page = Page { skip: i64::from(skip), take: i64::from(take) };
        let all = authority::list(&mut tx, &self.institution, kind, (order, page)).await?;
        let listed = |known: authority::Known| {
            let Authority { kind, name, dates, .. } = known.authority;
            Listed { kind, name, dates }
        };
        Ok((all.into_iter().map(listed).collect(), total))
    }

    /// The records that have a name or know it as another's.
    ///
    /// # Errors
    /// [`Code::PathMissing`] if there is none; the database's.
    pub async fn show(&self, name: &str) -> Result<Vec<Authority>> {
        let mut tx = self.ground.db.read().await?;
        let found = authority::about(&mut tx, &self.institution, name, NAMESAKES).await?;
        if found.is_empty() {
            let why = "规范档里没有这个名称，请到规范档清单里核对";
            return Err(Problem::new(Code::PathMissing, format!("名称 {name}")).because(why).into());
        }
        Ok(found.into_iter().map(|known| known.authority).collect())
    }
}

/// A name that came before or after another, with the way to its record.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Neighbour {
    /// How it belongs to the name that was asked for.
    pub relation: NameRelation,
    /// The name.
    pub name: String,
}

/// What is known of a name that a record bears.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The name as the record writes it.
    pub name: String,
    /// The id of its authority record; none if it has no record of its own.
    pub id: Option<PublicId>,
    /// What came before and after it, and its other names.
    pub neighbours: Vec<Neighbour>,
}

impl crate::Catalogue {
    /// An authority record that an open record names.
    ///
    /// # Errors
    /// [`Code::NotFound`] for what is not there and for what no open record names.
    pub async fn authority(&self, id: &PublicId) -> Result<ShownAuthority> {
        let found = authority::of_public_id(&mut self.db.read().await?, &self.institution, id).await?;
        // Asked for alike, so that what is not there costs what is not shown does.
        let records = self.naming(found.as_ref().map_or(id.as_str(), |known| &known.authority.name))?;
        let shown = found.filter(|_| records > 0);
        let known = shown.ok_or_else(|| Problem::new(Code::NotFound, "这个页面"))?;
        Ok(ShownAuthority { id: known.public_id, authority: known.authority, records })
    }

    /// What the authority records know of the names an open record bears; names nobody knows are left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn named(&self, names: &[&str]) -> Result<Vec<Named>> {
        let mut tx = self.db.read().await?;
        let mut all = Vec::new();
        for name in names {
            let found = authority::about(&mut tx, &self.institution, name, NAMESAKES).await?;
            if !found.is_empty() {
                all.push(named(name, &found));
            }
        }
        Ok(all)
    }
}

/// What these records know of a name.
fn named(name: &str, found: &[authority::Known]) -> Named {
    let key = name_key(name);
    let mut all = Named { name: name.to_owned(), id: None, neighbours: Vec::new() };
    for known in found {
        let one = &known.authority;
        if name_key(&one.name) == key {
            all.id.get_or_insert_with(|| known.public_id.clone());
            all.neighbours
                .extend(one.names.iter().map(|other| Neighbour { relation: other.relation, name: other.name.clone() }));
        }
        let called = one.names.iter().filter(|other| name_key(&other.name) == key);
        all.neighbours
            .extend(called.map(|other| Neighbour { relation: other.relation.turned(), name: one.name.clone() }));
    }
    all.neighbours.sort();
    all.neighbours.dedup();
    all
}
