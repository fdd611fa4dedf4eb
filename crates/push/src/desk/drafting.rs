//! Writing: drafts are begun, saved, looked through and put aside.

use account::Accounts;
use catalogue::Catalogue;
use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Ground, Id, Permission, Problem, Result, Timestamp, Tx};
use serde_json::{Value, json};

use crate::draft::{Approved, Body, Change, Draft, DraftState, Hand, KEPT_FOR, Kind, Version};
use crate::store::draft as store;
use crate::{Materials, Quality};

/// The desk of those who write what is sent to many, and of those who review it; cheap to clone.
#[derive(Clone, Debug)]
pub struct Drafting {
    pub(super) ground: Ground,
    pub(super) accounts: Accounts,
    pub(super) catalogue: Catalogue,
}

/// A draft with its newest version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Whole {
    /// The draft.
    pub draft: Draft,
    /// Its newest version.
    pub version: Version,
    /// Everybody who wrote a version, by name.
    pub authors: Vec<String>,
}

/// What is saved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Save {
    /// The account it is for.
    pub account: String,
    /// What it says.
    pub body: Body,
    /// How often the draft had been saved when the writer began from it.
    pub began_from: i64,
}

/// A version in a list: its number, who wrote it, its first and last save, and whether reviewers have seen it.
pub type Written = (i64, String, Timestamp, Timestamp, bool);

/// Which drafts are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// In this state; if nothing is said, all but those that were discarded.
    pub state: Option<DraftState>,
    /// For this account.
    pub account: Option<String>,
    /// With this in its title or in the name of who began or changed it.
    pub words: String,
    /// Quoting the record of this public id.
    pub record: Option<String>,
}

impl Drafting {
    /// The desk of a house.
    pub const fn new(ground: Ground, accounts: Accounts, catalogue: Catalogue) -> Self {
        Self { ground, accounts, catalogue }
    }

    /// The drafts that are wanted, those changed last first.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; the database's.
    pub async fn list(&self, actor: &Actor, wanted: &Wanted) -> Result<Vec<Draft>> {
        actor.must(Permission::WriteArticles)?;
        let mut tx = self.ground.db.read().await?;
        let quoting = match &wanted.record {
            Some(record) => Some(store::quoting(&mut tx, record).await?),
            None => None,
        };
        let words = wanted.words.trim().to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&words);
        let mut drafts = store::all(&mut tx).await?;
        drafts.retain(|draft| {
            wanted.state.map_or(draft.state != DraftState::Discarded, |state| draft.state == state)
                && wanted.account.as_ref().is_none_or(|account| draft.account == *account)
                && quoting.as_ref().is_none_or(|ids| ids.contains(&draft.id))
                && (words.is_empty()
                    || [&draft.title, &draft.created.by, &draft.changed.by].into_iter().any(|one| has(one)))
        });
        Ok(drafts)
    }

    /// How many drafts wait for somebody: to be reviewed, and to be mended.
    ///
    /// # Errors
    /// The database's.
    pub async fn waiting_for(&self, actor: &Actor) -> Result<(i64, i64)> {
        let (in_review, returned) = store::waiting(&mut self.ground.db.read().await?, actor.name()).await?;
        let may = |permission, count| if actor.may(permission) { count } else { 0 };
        Ok((may(Permission::ApprovePushes, in_review), may(Permission::WriteArticles, returned)))
    }

    /// A draft with its newest version.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::NotFound`]; the database's.
    pub async fn one(&self, actor: &Actor, id: Id<Draft>) -> Result<Whole> {
        actor.must(Permission::WriteArticles)?;
        whole(&mut self.ground.db.read().await?, id).await
    }

    /// The versions of a draft, the newest first.
    ///
    /// # Errors
    /// As [`Drafting::one`].
    pub async fn versions(&self, actor: &Actor, id: Id<Draft>) -> Result<Vec<Written>> {
        actor.must(Permission::WriteArticles)?;
        let mut tx = self.ground.db.read().await?;
        found(&mut tx, id).await?;
        Ok(store::versions(&mut tx, id).await?)
    }

    /// A version of a draft.
    ///
    /// # Errors
    /// As [`Drafting::one`].
    pub async fn version(&self, actor: &Actor, id: Id<Draft>, number: i64) -> Result<Version> {
        actor.must(Permission::WriteArticles)?;
        version(&mut self.ground.db.read().await?, id, number).await
    }

    /// What a later version says, told against an earlier one.
    ///
    /// # Errors
    /// As [`Drafting::one`].
    pub async fn compared(&self, actor: &Actor, id: Id<Draft>, (from, to): (i64, i64)) -> Result<Vec<Change>> {
        actor.must(Permission::WriteArticles)?;
        let mut tx = self.ground.db.read().await?;
        let (earlier, later) = (version(&mut tx, id, from).await?, version(&mut tx, id, to).await?);
        drop(tx);
        let compared = tokio::task::spawn_blocking(move || earlier.body.compared(&later.body));
        compared.await.map_err(kernel::Error::internal)
    }

    /// Begins a draft for an account.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::BadRequest`] for an account the house has not; the database's.
    pub async fn create(&self, actor: &Actor, account: &str, kind: Kind) -> Result<Id<Draft>> {
        self.begin_with(actor, account, kind.empty(), json!({ "kind": kind.name() })).await
    }

    /// Begins a draft that says what another one says now.
    ///
    /// # Errors
    /// As [`Drafting::one`].
    pub async fn copy(&self, actor: &Actor, id: Id<Draft>) -> Result<Id<Draft>> {
        let Whole { draft, version, .. } = self.one(actor, id).await?;
        let detail =
            json!({ "kind": draft.kind.name(), "copied_from": id.uuid().to_string(), "version": version.number });
        self.begin_with(actor, &draft.account, version.body, detail).await
    }

    async fn begin_with(&self, actor: &Actor, account: &str, body: Body, detail: Value) -> Result<Id<Draft>> {
        self.must_have(account)?;
        let now = self.ground.clock.now();
        let hand = Hand { by: actor.name().to_owned(), at: now };
        let draft = Draft {
            id: self.ground.ids.make(),
            account: account.to_owned(),
            kind: body.kind(),
            title: body.title(),
            state: DraftState::Writing,
            version: 1,
            saves: 1,
            created: hand.clone(),
            changed: hand.clone(),
            moved: hand,
            reason: None,
        };
        let mut tx = self.begin(actor, (Permission::WriteArticles, "push.draft-begin"), draft.id, detail).await?;
        store::insert(&mut tx, &draft).await?;
        put_version(&mut tx, &draft, body, now).await?;
        tx.commit().await?;
        Ok(draft.id)
    }

    /// Saves what somebody wrote; the draft as it is kept now. Another person, and the same one after ten minutes, makes
    /// another version of it, which is what the audit log tells.
    ///
    /// # Errors
    /// [`Code::Conflict`] if it was saved since the writer began from it, with who and when; [`Code::NotYet`] if it may not
    /// be changed; [`Code::BadRequest`] for what cannot be kept; as [`Drafting::one`].
    pub async fn save(&self, actor: &Actor, id: Id<Draft>, save: Save) -> Result<Draft> {
        self.must_have(&save.account)?;
        save.body.must_fit()?;
        actor.must(Permission::WriteArticles)?;
        let now = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let Whole { mut draft, version, .. } = whole(&mut tx, id).await?;
        draft.state.must_be_written()?;
        draft.must_stand_at(save.began_from)?;
        if draft.kind != save.body.kind() {
            return Err(Problem::new(Code::BadRequest, "这篇推文").because("种类不能更改，请另建一篇").into());
        }
        let is_same = version.is_open_to(actor.name(), now);
        draft.version += i64::from(!is_same);
        draft.saves += 1;
        draft.account = save.account;
        draft.title = save.body.title();
        draft.changed = Hand { by: actor.name().to_owned(), at: now };
        if !is_same {
            let detail = json!({ "version": draft.version });
            note(&mut tx, (actor, now), "push.draft-save", id, detail).await?;
        }
        store::saved(&mut tx, &draft).await?;
        put_version(&mut tx, &draft, save.body, if is_same { version.began_at } else { now }).await?;
        tx.commit().await?;
        Ok(draft)
    }

    /// Puts a draft aside: it can be taken back for 30 days. What was put aside longer ago is removed.
    ///
    /// # Errors
    /// [`Code::NotYet`] if it is in review or approved; as [`Drafting::one`].
    pub async fn discard(&self, actor: &Actor, id: Id<Draft>) -> Result<()> {
        let mut tx = self.begin(actor, (Permission::WriteArticles, "push.draft-discard"), id, json!({})).await?;
        let draft = found(&mut tx, id).await?;
        let state = draft.state.discarded()?;
        Quality::forget(&mut tx, &origin(id)).await?;
        for id in store::remove_discarded(&mut tx, self.ground.clock.now().plus_seconds(-KEPT_FOR)).await? {
            Materials::used_in(&mut tx, (id, ""), &[]).await?;
        }
        self.put_state(&mut tx, actor, draft, (state, None)).await?;
        Ok(tx.commit().await?)
    }

    /// Takes back a draft that was put aside.
    ///
    /// # Errors
    /// [`Code::NotYet`] if it was not, or longer than 30 days ago; as [`Drafting::one`].
    pub async fn restore(&self, actor: &Actor, id: Id<Draft>) -> Result<()> {
        let mut tx = self.begin(actor, (Permission::WriteArticles, "push.draft-restore"), id, json!({})).await?;
        let draft = found(&mut tx, id).await?;
        let state = draft.state.restored(draft.moved.at, self.ground.clock.now())?;
        let version = version(&mut tx, id, draft.version).await?;
        Quality::keep(&mut tx, &origin(id), &version.body.told(), draft.changed.at).await?;
        self.put_state(&mut tx, actor, draft, (state, None)).await?;
        Ok(tx.commit().await?)
    }

    /// What was approved of a draft, for the ledger to make a plan of.
    ///
    /// # Errors
    /// [`Code::NotYet`] unless it stands approved; [`Code::NotFound`]; the database's.
    pub async fn approved(&self, id: Id<Draft>) -> Result<Approved> {
        let mut tx = self.ground.db.read().await?;
        let Whole { draft, version, authors } = whole(&mut tx, id).await?;
        if draft.state != DraftState::Approved {
            return Err(Problem::new(Code::NotYet, "这篇推文").because("还没有批准").into());
        }
        Ok(Approved {
            id,
            account: draft.account,
            version: version.number,
            digest: version.digest,
            authors,
            approver: draft.moved.by,
            body: version.body,
        })
    }

    fn must_have(&self, account: &str) -> Result<()> {
        if self.accounts.get(account).is_some() {
            return Ok(());
        }
        Err(Problem::new(Code::BadRequest, "公众号").because("本馆没有这个公众号，请另选一个").into())
    }

    /// Begins a unit in which somebody does something to a draft, with the line that tells of it.
    pub(super) async fn begin(
        &self,
        actor: &Actor,
        (permission, action): (Permission, &str),
        id: Id<Draft>,
        detail: Value,
    ) -> Result<Tx> {
        actor.must(permission)?;
        let mut tx = self.ground.db.begin().await?;
        note(&mut tx, (actor, self.ground.clock.now()), action, id, detail).await?;
        Ok(tx)
    }

    pub(super) async fn put_state(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        draft: Draft,
        (state, reason): (DraftState, Option<String>),
    ) -> Result<()> {
        let moved = Hand { by: actor.name().to_owned(), at: self.ground.clock.now() };
        Ok(store::moved(tx, &Draft { state, moved, reason, ..draft }).await?)
    }
}

impl Draft {
    /// Goes on only if nobody saved it since.
    pub(super) fn must_stand_at(&self, saves: i64) -> std::result::Result<(), Problem> {
        if self.saves == saves {
            return Ok(());
        }
        let Hand { by, at } = &self.changed;
        let why = format!("{by} 在 {} 保存过，您是从那之前的内容开始写的；您写的还在本页", at.local_text());
        Err(Problem::new(Code::Conflict, "这篇推文").because(why))
    }
}

async fn note(
    tx: &mut Tx,
    (actor, now): (&Actor, Timestamp),
    action: &str,
    id: Id<Draft>,
    detail: Value,
) -> Result<()> {
    let object = format!("draft/{}", id.uuid());
    let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Done, detail };
    audit::privileged(tx, now, &line).await
}

/// Under what the text of a draft is kept to compare others with.
fn origin(id: Id<Draft>) -> String {
    format!("draft/{}", id.uuid())
}

async fn put_version(tx: &mut Tx, draft: &Draft, body: Body, began_at: Timestamp) -> Result<()> {
    store::put_records(tx, draft.id, &body).await?;
    Materials::used_in(tx, (draft.id, &draft.title), &body.materials()).await?;
    Quality::keep(tx, &origin(draft.id), &body.told(), draft.changed.at).await?;
    let version = Version {
        number: draft.version,
        digest: body.digest(),
        body,
        author: draft.changed.by.clone(),
        began_at,
        saved_at: draft.changed.at,
        sealed: false,
    };
    Ok(store::put_version(tx, draft.id, &version).await?)
}

pub(super) async fn found(tx: &mut Tx, id: Id<Draft>) -> Result<Draft> {
    Ok(store::find(tx, id).await?.ok_or_else(|| Problem::new(Code::NotFound, "这篇推文"))?)
}

async fn version(tx: &mut Tx, id: Id<Draft>, number: i64) -> Result<Version> {
    Ok(store::version(tx, id, number).await?.ok_or_else(|| Problem::new(Code::NotFound, "这一版"))?)
}

pub(super) async fn whole(tx: &mut Tx, id: Id<Draft>) -> Result<Whole> {
    let draft = found(tx, id).await?;
    let version = version(tx, id, draft.version).await?;
    let authors = store::authors(tx, id).await?;
    Ok(Whole { draft, version, authors })
}
