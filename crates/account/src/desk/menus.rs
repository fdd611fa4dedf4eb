//! Menus: drafted by staff, published by a job.

use kernel::jobs::{self, Order};
use kernel::{Actor, Code, Problem, Result, Timestamp, Tx, house};
use serde_json::{Value, json};
use wechat::wire::menu::Menu;

use super::Desk;
use crate::Capability;
use crate::jobs::PublishMenu;
use crate::menu::{self, MOST, MOST_BELOW, MenuKey};
use crate::store::menu::{self as store, Draft, Held, Version};

/// The lock under which menus are drafted and ordered.
const KEEPING: &str = "account.keeping-menus";

/// The menu of an account as staff keep it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Kept {
    /// The draft, or what the account is to have.
    pub(crate) menu: Menu,
    /// When that was last changed; none: there is neither.
    pub(crate) changed_at: Option<Timestamp>,
    pub(crate) draft: Option<Draft>,
    pub(crate) held: Option<Held>,
    /// What WeChat took, the newest first.
    pub(crate) versions: Vec<Version>,
}

impl Desk {
    /// Gives an account the menu the house opens with, by a job. One that staff ordered stays theirs; it is published
    /// anew, since the site may have moved.
    ///
    /// # Errors
    /// [`Code::Forbidden`] if the account may have no menu; the database's.
    pub async fn furnish_menu(&self, account: &str, menu: &Menu) -> Result<()> {
        self.able(account, Capability::Menu)?;
        let opening = written(menu)?;
        let mut tx = self.ground.db.begin().await?;
        house::hold(&mut tx, KEEPING).await?;
        let held = store::get(&mut tx, account).await?.filter(|held| held.ordered_by.is_some());
        let (buttons, ordered_by) = held.map_or((opening, None), |held| (held.buttons, held.ordered_by));
        self.order(&mut tx, account, (&buttons, ordered_by.as_deref())).await?;
        Ok(tx.commit().await?)
    }

    /// The menu of an account.
    ///
    /// # Errors
    /// [`Code::NotFound`] for an unknown account; [`Code::Forbidden`]; the database's.
    pub(crate) async fn menu(&self, actor: &Actor, account: &str) -> Result<Kept> {
        self.known(actor, account)?;
        self.kept(&mut self.ground.db.read().await?, account).await
    }

    /// Keeps a draft. What was read at `read_at` must still be there.
    ///
    /// # Errors
    /// As [`Desk::menu`]; [`Code::Conflict`] if somebody changed it meanwhile; [`Code::BadRequest`] for too many buttons.
    pub(crate) async fn draft_menu(
        &self,
        actor: &Actor,
        account: &str,
        menu: &Menu,
        read_at: Option<Timestamp>,
    ) -> Result<()> {
        self.known(actor, account)?;
        self.able(account, Capability::Menu)?;
        if menu.button.len() > MOST || menu.button.iter().any(|button| button.sub_button.len() > MOST_BELOW) {
            let why = format!("一级按钮最多 {MOST} 个，每个下面最多 {MOST_BELOW} 个");
            return Err(Problem::new(Code::BadRequest, "自定义菜单").because(why).into());
        }
        let mut tx = self.begin(actor, ("account.keep-menu", account), json!({ "act": "draft" })).await?;
        self.put_draft(&mut tx, actor, (account, written(menu)?), read_at).await?;
        Ok(tx.commit().await?)
    }

    /// Makes a menu that WeChat once had the draft.
    ///
    /// # Errors
    /// As [`Desk::draft_menu`]; [`Code::NotFound`] if it is not kept any longer.
    pub(crate) async fn restore_menu(
        &self,
        actor: &Actor,
        account: &str,
        version: Timestamp,
        read_at: Option<Timestamp>,
    ) -> Result<()> {
        self.known(actor, account)?;
        let detail = json!({ "act": "restore", "published_at": version.exact_text() });
        let mut tx = self.begin(actor, ("account.keep-menu", account), detail).await?;
        let found = store::versions(&mut tx, account).await?.into_iter().find(|one| one.published_at == version);
        let found = found.ok_or_else(|| Problem::new(Code::NotFound, "这个版本的菜单"))?;
        self.put_draft(&mut tx, actor, (account, found.buttons), read_at).await?;
        Ok(tx.commit().await?)
    }

    /// Orders the draft, or the menu that is held already, to be published.
    ///
    /// # Errors
    /// As [`Desk::draft_menu`]; [`Code::BadRequest`] if WeChat would not take it.
    pub(crate) async fn publish_menu(
        &self,
        actor: &Actor,
        account: &str,
        read_at: Option<Timestamp>,
        keys: &[MenuKey],
    ) -> Result<()> {
        self.known(actor, account)?;
        self.able(account, Capability::Menu)?;
        let mut tx = self.begin(actor, ("account.publish-menu", account), json!({})).await?;
        house::hold(&mut tx, KEEPING).await?;
        let kept = self.kept(&mut tx, account).await?;
        is_still(&kept, read_at)?;
        let fault = menu::faults(&kept.menu, self.site(), keys).into_iter().find(|fault| !fault.is_hint);
        if let Some(fault) = fault {
            return Err(Problem::new(Code::BadRequest, "自定义菜单").because(fault.told).into());
        }
        self.order(&mut tx, account, (&written(&kept.menu)?, Some(actor.name()))).await?;
        store::remove_draft(&mut tx, account).await?;
        Ok(tx.commit().await?)
    }

    async fn kept(&self, tx: &mut Tx, account: &str) -> Result<Kept> {
        let draft = store::draft(tx, account).await?;
        let held = store::get(tx, account).await?;
        let versions = store::versions(tx, account).await?;
        let from_draft = draft.as_ref().map(|draft| (&draft.buttons, draft.changed_at));
        let now = from_draft.or(held.as_ref().map(|held| (&held.buttons, held.changed_at)));
        let menu = now.map(|(buttons, _)| self.read(buttons)).transpose()?.unwrap_or_default();
        Ok(Kept { menu, changed_at: now.map(|(_, at)| at), draft, held, versions })
    }

    /// A stored menu, pages of ours by their path.
    pub(crate) fn read(&self, buttons: &Value) -> Result<Menu> {
        let menu = serde_json::from_value(buttons.clone()).map_err(kernel::Error::internal)?;
        Ok(menu::relative(menu, self.site()))
    }

    /// Keeps a draft under the lock. One that says what WeChat has is none, and takes the place of a menu it refused.
    async fn put_draft(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (account, buttons): (&str, Value),
        read_at: Option<Timestamp>,
    ) -> Result<()> {
        house::hold(tx, KEEPING).await?;
        let kept = self.kept(tx, account).await?;
        is_still(&kept, read_at)?;
        let changed_at = self.later_than(kept.changed_at);
        let waits = kept.held.as_ref().is_some_and(|held| held.state == "waiting");
        if let Some(newest) = kept.versions.first().filter(|_| !waits)
            && self.read(&newest.buttons)? == self.read(&buttons)?
        {
            store::go_back(tx, account, newest, changed_at).await?;
            return Ok(store::remove_draft(tx, account).await?);
        }
        let draft = Draft { buttons, changed_at, changed_by: actor.name().to_owned() };
        Ok(store::put_draft(tx, account, &draft).await?)
    }

    async fn order(&self, tx: &mut Tx, account: &str, (buttons, by): (&Value, Option<&str>)) -> Result<()> {
        let held = store::get(tx, account).await?.map(|held| held.changed_at);
        let drafted = store::draft(tx, account).await?.map(|draft| draft.changed_at);
        let at = self.later_than(held.max(drafted));
        store::put(tx, account, (buttons, by), at).await?;
        let job = PublishMenu { account: account.to_owned() };
        let now = self.ground.clock.now();
        Ok(jobs::enqueue(tx, &self.ground.ids, Order::at(now, job).once(account)).await?)
    }

    /// Now, but never the moment of the change before: who read that one must not be taken for who read this one.
    fn later_than(&self, before: Option<Timestamp>) -> Timestamp {
        let now = self.ground.clock.now();
        before.map_or(now, |before| now.max(before.plus_micros(1)))
    }
}

fn written(menu: &Menu) -> Result<Value> {
    serde_json::to_value(menu).map_err(kernel::Error::internal)
}

fn is_still(kept: &Kept, read_at: Option<Timestamp>) -> std::result::Result<(), Problem> {
    if kept.changed_at == read_at {
        return Ok(());
    }
    let why = "别人刚刚改过或发布了它；请刷新后再改，您改的内容还在页面上";
    Err(Problem::new(Code::Conflict, "自定义菜单").because(why))
}
