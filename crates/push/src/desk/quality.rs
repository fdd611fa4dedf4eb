//! Help for the editors of articles: their lists, the texts that others are compared with, and looking an article through.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use catalogue::{Catalogue, PublicId};
use chinese::readability::Lists;
use chinese::similarity::{Comparable, Print, Shelf};
use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Error, Ground, Permission, Problem, Result, Timestamp, Tx};
use serde_json::json;

use super::headlines;
use crate::article::{Article, Block};
use crate::outside::Outside;
use crate::quality::{
    Address, Held, LinkShown, ListName, ListPart, Other, OwnTerm, QuotedShown, Report, Sheet, Term, WordLists,
    addresses, alike, comparable, examine, glossary, table, terms, weights,
};
use crate::store::{list, text};

/// How often one looks whether lists or texts were changed, on whichever server.
const LOOK: Duration = Duration::from_secs(5);
/// Texts read at once.
const TOGETHER: i64 = 200;
/// A text that was committed late may bear an earlier moment than one that was seen, by so many seconds.
const LATE: i64 = 60;
/// The most characters of an article, and of a pasted text.
const MOST: usize = 100_000;
/// Other texts whose passages are told.
const TOLD: usize = 5;
/// Addresses that are opened at once.
const MOST_LINKS: usize = 30;

/// The desk that helps editors; cheap to clone.
#[derive(Clone, Debug)]
pub struct Quality {
    ground: Ground,
    catalogue: Catalogue,
    site: Arc<str>,
    pages: Arc<[&'static str]>,
    built_in: Arc<Lists>,
    page: Arc<RwLock<Arc<Page>>>,
    texts: Arc<Mutex<Texts>>,
}

/// The lists of one moment.
#[derive(Debug)]
struct Page {
    changes: i64,
    held: Held,
}

/// The prints of all texts, and how far they are known.
#[derive(Debug, Default)]
struct Texts {
    seen: (i64, Option<Timestamp>),
    shelf: Shelf<String>,
}

/// A version of a list. Number 0 is what the program comes with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListVersion {
    /// Counted from 1 within its list.
    pub number: i64,
    /// What it says.
    pub content: ListPart,
    /// When, and who.
    pub kept: Option<(Timestamp, String)>,
    /// The earlier version it brought back.
    pub taken_from: Option<i64>,
}

/// What became of a list that was brought in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImportedList {
    /// New entries.
    pub added: usize,
    /// Entries that say something else now.
    pub changed: usize,
    /// Lines that do not fit, with the reason.
    pub refused: Vec<String>,
}

impl From<list::Row> for ListVersion {
    fn from(row: list::Row) -> Self {
        let list::Row { number, content, changed_at, changed_by, taken_from } = row;
        Self { number, content, kept: Some((changed_at, changed_by)), taken_from }
    }
}

impl Quality {
    /// The desk of a house whose readers' site is at `site` (`scheme://host[:port]`), with the paths of its pages.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(ground: Ground, catalogue: Catalogue, site: &str, pages: &[&'static str]) -> Result<Self> {
        let built_in = Arc::new(Lists::built_in().map_err(Error::internal)?);
        let held = held(&catalogue, &built_in, &[])?;
        let page = Arc::new(RwLock::new(Arc::new(Page { changes: 0, held })));
        let (site, pages, texts) = (site.into(), pages.into(), Arc::default());
        let desk = Self { ground, catalogue, site, pages, built_in, page, texts };
        desk.refresh().await?;
        Ok(desk)
    }

    /// Looks whether lists or texts were changed, and takes them over.
    ///
    /// # Errors
    /// The database's; what is held stays in force.
    pub async fn refresh(&self) -> Result<()> {
        let mut tx = self.ground.db.read().await?;
        let changes = list::changes(&mut tx).await?;
        if self.page().changes != changes {
            let lists: Vec<ListPart> = list::in_force(&mut tx).await?.into_iter().map(|row| row.content).collect();
            let page = Page { changes, held: held(&self.catalogue, &self.built_in, &lists)? };
            *self.page.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(page);
        }
        let version = text::version(&mut tx).await?;
        let seen = self.texts().seen;
        if version != seen {
            self.read_texts(&mut tx, seen.1).await?;
            let origins = text::origins(&mut tx).await?;
            self.texts().only(&origins, version);
        }
        Ok(())
    }

    /// Puts the texts kept since a moment on the shelf.
    async fn read_texts(&self, tx: &mut Tx, since: Option<Timestamp>) -> Result<()> {
        let from = since.map_or_else(Timestamp::default, |since| since.plus_seconds(-LATE));
        let mut after = (from, String::new());
        loop {
            let others = text::since(tx, (after.0, &after.1), TOGETHER).await?;
            let Some(last) = others.last() else { return Ok(()) };
            after = (last.kept_at.unwrap_or(after.0), last.origin.clone());
            let prints = tokio::task::spawn_blocking(move || {
                let print = |other: Other| (other.origin, Comparable::new(&other.text, &[]).print());
                others.into_iter().map(print).collect::<Vec<(String, Print)>>()
            });
            for (origin, print) in prints.await.map_err(Error::internal)? {
                self.texts().shelf.put(&origin, &print);
            }
        }
    }

    /// Looks for changes every few seconds until the house stops.
    pub fn keep_fresh(&self) {
        let desk = self.clone();
        self.ground.tasks.every(LOOK, move || {
            let desk = desk.clone();
            async move {
                if let Err(error) = desk.refresh().await {
                    tracing::warn!(%error, "the editors' lists cannot be read; what is held stays in force");
                }
            }
        });
    }

    fn page(&self) -> Arc<Page> {
        Arc::clone(&self.page.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn texts(&self) -> std::sync::MutexGuard<'_, Texts> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks an article through. `draft` is the id of the draft it is the text of: it is not compared with itself. `pasted`
    /// is one more text to compare it with; may be empty.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::TooLarge`] for more than can be looked through; the database's.
    pub async fn check(&self, actor: &Actor, article: Article, draft: Option<&str>, pasted: String) -> Result<Report> {
        actor.must(Permission::WriteArticles)?;
        let sheet = Sheet::compared(&article);
        if sheet.text().chars().nth(MOST).is_some() || pasted.chars().nth(MOST).is_some() {
            let why = format!("文字超过 {MOST} 个字，请分成几篇再检查");
            return Err(Problem::new(Code::TooLarge, "这篇文字").because(why).into());
        }
        let links = addresses(&article, &self.site, &self.pages);
        let quoted: Vec<(usize, Option<PublicId>)> = quoted(&article);
        let asked: Vec<PublicId> = links
            .iter()
            .filter_map(|link| link.record())
            .chain(quoted.iter().filter_map(|(_, id)| id.as_ref()))
            .cloned()
            .collect();
        let open = self.open_records(&asked).await?;
        let page = self.page();
        let looked = tokio::task::spawn_blocking(move || {
            let report = examine(&article, &page.held);
            let present = comparable(&sheet);
            let print = present.print();
            (report, sheet, present, print)
        });
        let (mut report, sheet, present, print) = looked.await.map_err(Error::internal)?;
        let others = self.others(&print, draft, pasted).await?;
        let shared = tokio::task::spawn_blocking(move || alike(&sheet, &present, others));
        (report.alike, report.own_percent) = shared.await.map_err(Error::internal)?;
        report.alike.truncate(TOLD);
        report.links = links.into_iter().map(|link| link.shown(&open)).collect();
        let absent = quoted.into_iter().filter(|(_, id)| id.as_ref().is_none_or(|id| !open.contains(id)));
        report.quoted = absent.map(|(block, _)| QuotedShown { block, told: NOT_OPEN.to_owned() }).collect();
        Ok(report)
    }

    /// Opens the addresses of elsewhere that an article names, at the word of an editor and not by itself.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn open_links(&self, actor: &Actor, article: &Article, outside: &Outside) -> Result<Vec<LinkShown>> {
        actor.must(Permission::WriteArticles)?;
        let links = addresses(article, &self.site, &self.pages).into_iter().filter(Address::is_elsewhere);
        let links: Vec<Address> = links.take(MOST_LINKS).collect();
        let (action, object) = ("push.open-links", "article");
        let detail = json!({ "links": links.len() });
        let line = Line { actor: actor.name(), action, object, outcome: Outcome::Done, detail };
        audit::alone(&self.ground, &line).await?;
        let opened = links.into_iter().map(async |link| {
            let answer = outside.look(link.written()).await;
            link.opened(&answer)
        });
        Ok(futures::future::join_all(opened).await)
    }

    /// Those of the records that everybody may see.
    async fn open_records(&self, asked: &[PublicId]) -> Result<Vec<PublicId>> {
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.catalogue.saved(asked).await?.into_iter().map(|saved| saved.place.id).collect())
    }

    /// The texts that may share passages with a print, and a pasted one.
    async fn others(&self, print: &Print, draft: Option<&str>, pasted: String) -> Result<Vec<Other>> {
        let own = draft.map(|draft| format!("draft/{draft}"));
        let candidates = self.texts().shelf.candidates(print);
        let candidates = candidates.into_iter().filter(|one| own.as_ref() != Some(&one.id)).take(2 * TOLD);
        let mut others = Vec::new();
        if !pasted.trim().is_empty() {
            let (origin, title) = ("pasted".to_owned(), "贴上来对比的文字".to_owned());
            others.push(Other { origin, title, kept_at: None, text: pasted });
        }
        let mut tx = self.ground.db.read().await?;
        for candidate in candidates {
            others.extend(text::one(&mut tx, &candidate.id).await?);
        }
        Ok(others)
    }

    /// Keeps the text of an article to compare others with, in the unit that keeps the article. `origin` is `draft/{id}` for a
    /// draft, and anything else with a `/` for what was sent.
    ///
    /// # Errors
    /// The database's.
    pub async fn keep(tx: &mut Tx, origin: &str, article: &Article, now: Timestamp) -> Result<()> {
        let text = Sheet::compared(article).text().to_owned();
        Ok(text::put(tx, (origin, article.title.trim(), text), now).await?)
    }

    /// Lets the text of what is gone go, in the unit in which it goes.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget(tx: &mut Tx, origin: &str) -> Result<()> {
        Ok(text::remove(tx, origin).await?)
    }

    /// The terms of a list with those the program comes with.
    pub fn terms(&self, own: &[OwnTerm]) -> Vec<Term> {
        terms(&self.built_in.jargon, own)
    }

    /// The version in force of each list: number 0 where the house has none of its own.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn lists(&self, actor: &Actor) -> Result<Vec<ListVersion>> {
        actor.must(Permission::WriteArticles)?;
        let kept = list::in_force(&mut self.ground.db.read().await?).await?;
        let of = |name: ListName| kept.iter().find(|row| row.content.name() == name).cloned().map(ListVersion::from);
        Ok(ListName::ALL.into_iter().map(|name| of(name).unwrap_or_else(|| shipped(name))).collect())
    }

    /// The versions of a list that are kept, newest first, and at the end what the program comes with.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn versions(&self, actor: &Actor, name: ListName) -> Result<Vec<ListVersion>> {
        actor.must(Permission::WriteArticles)?;
        let rows = list::of_list(&mut self.ground.db.read().await?, name).await?;
        Ok(rows.into_iter().map(ListVersion::from).chain([shipped(name)]).collect())
    }

    /// Keeps a list anew. `read` is the number of the version that whoever changes it has read. It is in force at once on this
    /// server, and within seconds on the others.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::BadRequest`] for what does not fit, [`Code::Conflict`] if the list was changed meanwhile;
    /// the database's.
    pub async fn keep_list(&self, actor: &Actor, part: ListPart, read: i64) -> Result<()> {
        self.add(actor, (part, read), None).await
    }

    /// Brings an earlier version of a list back, as a version of its own.
    ///
    /// # Errors
    /// As [`Quality::keep_list`]; [`Code::NotFound`] if there is no such version.
    pub async fn take_back(&self, actor: &Actor, name: ListName, number: i64, read: i64) -> Result<()> {
        let found = self.versions(actor, name).await?.into_iter().find(|version| version.number == number);
        let found = found.ok_or_else(|| Problem::new(Code::NotFound, "这个版本"))?;
        self.add(actor, (found.content, read), Some(number)).await
    }

    /// Brings entries of a table in: terms (`术语`, `白话`, `解释`, `除外`) or listed words (`词`, `类别`; those under 白名单 are
    /// allowed). What is there by the same word says afterwards what the table says.
    ///
    /// # Errors
    /// As [`Quality::keep_list`]; [`Code::BadRequest`] for a list that is in no table.
    pub async fn import(&self, actor: &Actor, name: ListName, rows: &[Vec<String>]) -> Result<ImportedList> {
        let found = self.lists(actor).await?.into_iter().find(|version| version.content.name() == name);
        let version = found.unwrap_or_else(|| shipped(name));
        let (part, imported) = match version.content {
            ListPart::Glossary(own) => {
                let (own, imported) = table::terms(own, rows);
                (ListPart::Glossary(own), imported)
            }
            ListPart::Words(lists) => {
                let (lists, imported) = table::words(lists, rows);
                (ListPart::Words(lists), imported)
            }
            ListPart::Weights(_) | ListPart::Topics(_) | ListPart::Sources(_) | ListPart::Colours(_) => {
                return Err(Problem::new(Code::BadRequest, name.label()).because("这张表不能导入").into());
            }
        };
        if imported.added + imported.changed > 0 {
            self.add(actor, (part, version.number), None).await?;
        }
        Ok(imported)
    }

    async fn add(&self, actor: &Actor, (part, read): (ListPart, i64), taken_from: Option<i64>) -> Result<()> {
        actor.must(Permission::WriteArticles)?;
        let (name, content) = (part.name(), part.tidied());
        if let Some(why) = content.problem(&self.built_in.jargon) {
            return Err(Problem::new(Code::BadRequest, name.label()).because(why).into());
        }
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let object = format!("push-list/{}", name.name());
        let detail = json!({ "version": read + 1, "taken_from": taken_from });
        let action = "push.keep-list";
        let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Done, detail };
        audit::privileged(&mut tx, now, &line).await?;
        let changed_by = actor.name().to_owned();
        let version = list::Row { number: read + 1, content, changed_at: now, changed_by, taken_from };
        if name == ListName::Sources {
            headlines::order(&mut tx, &self.ground, now).await?;
        }
        if !list::add(&mut tx, &version).await? {
            let why = "别人刚刚改过；请读取最新的再改，您写的内容还在页面上";
            return Err(Problem::new(Code::Conflict, name.label()).because(why).into());
        }
        tx.commit().await?;
        self.refresh().await
    }
}

const NOT_OPEN: &str = "引用的档案现在没有开放，或已经不在目录里，这一块不能发出去。请删去，或换一件";

/// What the program comes with.
fn shipped(name: ListName) -> ListVersion {
    ListVersion { number: 0, content: name.empty(), kept: None, taken_from: None }
}

/// The records an article quotes, by their blocks; none for what is no id.
fn quoted(article: &Article) -> Vec<(usize, Option<PublicId>)> {
    let records = article.blocks.iter().enumerate().filter_map(|(at, block)| match block {
        Block::Record(record) => Some((at, PublicId::parse(&record.id))),
        _ => None,
    });
    records.collect()
}

/// The lists ready to be looked for.
fn held(catalogue: &Catalogue, built_in: &Lists, lists: &[ListPart]) -> Result<Held> {
    let (mut own, mut words, mut numbers) = (&Vec::new(), &WordLists::default(), &std::collections::BTreeMap::new());
    for list in lists {
        match list {
            ListPart::Glossary(terms) => own = terms,
            ListPart::Words(lists) => words = lists,
            ListPart::Weights(kept) => numbers = kept,
            ListPart::Topics(_) | ListPart::Sources(_) | ListPart::Colours(_) => {}
        }
    }
    let jargon = glossary(&built_in.jargon, own).map_err(Error::internal)?;
    Ok(Held {
        words: catalogue.words(),
        lists: Lists { jargon, ..built_in.clone() },
        weights: weights(numbers),
        listed: words.ready().map_err(Error::internal)?,
    })
}

impl Texts {
    /// Takes off the shelf what is gone; the shelf is then that of a version.
    fn only(&mut self, origins: &[String], version: (i64, Option<Timestamp>)) {
        if self.shelf.len() != origins.len() {
            for origin in self.shelf.ids().into_iter().filter(|id| !origins.contains(id)) {
                self.shelf.remove(&origin);
            }
        }
        self.seen = version;
    }
}

#[cfg(test)]
#[path = "quality_tests.rs"]
mod tests;
