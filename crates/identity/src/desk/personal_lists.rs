//! Lists of persons on their way out of the house: asked for, decided on, fetched.

use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt as _};
use kernel::audit::{self, Line, Outcome};
use kernel::{Actor, Code, Ground, Id, Permission, Problem, Result, Role, Timestamp, Tx};
use serde_json::{Value, json};

use super::StaffAccounts;
use super::staff::StaffOverview;
use crate::personal_list::{
    Filters, LONGEST_TEXT, Looked, MOST_ROWS, PersonalList, PersonalListRequest, PersonalListSource, Rows, Standing,
    State, absent,
};
use crate::staff::StaffState;
use crate::store::personal_list::{self as store, Wanted, Whose};
use crate::table::veiled;

/// The desk of lists of persons; cheap to clone.
#[derive(Clone, Debug)]
pub struct PersonalLists {
    ground: Ground,
    accounts: StaffAccounts,
    sources: Vec<Arc<dyn PersonalListSource>>,
}

/// What a request would be for, before it is made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Prospect {
    pub(crate) looked: Looked,
    pub(crate) columns: &'static [&'static str],
    /// How many others may decide on it.
    pub(crate) deciders: usize,
}

/// Which requests are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Listed {
    /// Only those that wait for whoever asks.
    pub(crate) mine: bool,
    pub(crate) list: Option<PersonalList>,
    pub(crate) standing: Option<Standing>,
}

/// A file that is fetched: made row by row from what was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Fetch {
    pub(crate) request: PersonalListRequest,
    /// When it is fetched.
    pub(crate) at: Timestamp,
    actor: Actor,
    source: Arc<dyn PersonalListSource>,
}

impl PersonalLists {
    /// The desk of a house over its accounts, whose list is one of those, and other lists of persons.
    pub fn new(ground: Ground, accounts: StaffAccounts, others: Vec<Arc<dyn PersonalListSource>>) -> Self {
        let own: Arc<dyn PersonalListSource> = Arc::new(accounts.clone());
        Self { ground, accounts, sources: std::iter::once(own).chain(others).collect() }
    }

    /// What a list would hold, and who could let it out.
    ///
    /// # Errors
    /// [`Code::Forbidden`] if one may not see the list; [`Code::BadRequest`] for filters it does not have.
    pub(crate) async fn prospect(&self, actor: &Actor, list: PersonalList, filters: &Filters) -> Result<Prospect> {
        actor.must(list.permission())?;
        let source = self.source(list)?;
        let looked = source.look(actor, filters).await?;
        let is_decider = |staff: &crate::Staff| {
            let is_other = staff.state == StaffState::Active && staff.name != actor.name();
            is_other && list.is_decided_by(&staff.actor(), self.accounts.separation)
        };
        let deciders = self.accounts.all().await?.iter().filter(|staff| is_decider(staff)).count();
        Ok(Prospect { looked, columns: source.columns(), deciders })
    }

    /// Asks for a list, which then waits for somebody else's decision. Its filters stay as they are now.
    ///
    /// # Errors
    /// As [`PersonalLists::prospect`]; [`Code::BadRequest`] without a purpose, and for a list that is empty or too long.
    pub(crate) async fn ask(
        &self,
        actor: &Actor,
        (list, filters): (PersonalList, Filters),
        purpose: &str,
    ) -> Result<Id<PersonalListRequest>> {
        let purpose = written(purpose, "用途")?;
        let looked = self.prospect(actor, list, &filters).await?.looked;
        let refuse = |why: &str| Err(Problem::new(Code::BadRequest, list.label()).because(why).into());
        match looked.rows {
            0 => return refuse("没有符合条件的人，没有可以导出的"),
            rows if rows > MOST_ROWS => return refuse("一次最多导出 10,000 条，请先用筛选缩小范围"),
            _ => {}
        }
        let (id, at) = (self.ground.ids.make(), self.ground.clock.now());
        let (told, rows, by) = (veiled(&looked.told), looked.rows, actor.name().to_owned());
        let new = PersonalListRequest { id, list, filters, told, rows, purpose, by, at, state: State::Waiting };
        let mut tx = self.ground.db.begin().await?;
        self.note(&mut tx, (actor, "personal-list.ask"), &new, json!({ "purpose": new.purpose })).await?;
        store::add(&mut tx, &new).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// One's own requests and those of others that one decides on, in an order, and how many there are in all.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for what is no order; the database's.
    pub(crate) async fn list(
        &self,
        actor: &Actor,
        wanted: Listed,
        sort: Option<&str>,
        page: (i64, i64),
    ) -> Result<(Vec<PersonalListRequest>, i64)> {
        let no_order = || Problem::new(Code::BadRequest, "排序").because("不能按这一列排");
        let order = store::order(sort.unwrap_or("-asked_at")).ok_or_else(no_order)?;
        let Listed { mine, list, standing } = wanted;
        let standing = if mine { Some(Standing::Waiting) } else { standing };
        let wanted = Wanted { list, ..self.wanted(actor, if mine { Whose::Others } else { Whose::Seen }, standing) };
        let mut tx = self.ground.db.read().await?;
        Ok((store::list(&mut tx, &wanted, order, page).await?, store::count(&mut tx, &wanted).await?))
    }

    /// The moment by which requests stand.
    pub(crate) fn now(&self) -> Timestamp {
        self.ground.clock.now()
    }

    /// Whether somebody may decide on a request now.
    pub(crate) fn is_for(&self, actor: &Actor, request: &PersonalListRequest) -> bool {
        let is_open = request.standing(self.ground.clock.now()) == Standing::Waiting;
        is_open && request.by != actor.name() && request.list.is_decided_by(actor, self.accounts.separation)
    }

    /// Lets whoever asked fetch the file.
    ///
    /// # Errors
    /// [`Code::Forbidden`]; [`Code::SecondPersonNeeded`] for whoever asked; [`Code::NotFound`]; [`Code::Conflict`] if it
    /// does not wait any more.
    pub(crate) async fn approve(&self, actor: &Actor, id: Id<PersonalListRequest>) -> Result<()> {
        let mut tx = self.ground.db.begin().await?;
        let before = self.to_decide(&mut tx, actor, id).await?;
        let after = before.clone().approve(actor, self.ground.clock.now())?;
        self.note(&mut tx, (actor, "personal-list.approve"), &after, json!({ "asked_by": after.by })).await?;
        step(&mut tx, &before, &after).await?;
        Ok(tx.commit().await?)
    }

    /// Refuses a request for a reason.
    ///
    /// # Errors
    /// As [`PersonalLists::approve`]; [`Code::BadRequest`] without a reason.
    pub(crate) async fn refuse(&self, actor: &Actor, id: Id<PersonalListRequest>, reason: &str) -> Result<()> {
        let reason = written(reason, "理由")?;
        let mut tx = self.ground.db.begin().await?;
        let before = self.to_decide(&mut tx, actor, id).await?;
        let detail = json!({ "asked_by": before.by, "why": reason });
        let after = before.clone().refuse(actor, self.ground.clock.now(), reason)?;
        self.note(&mut tx, (actor, "personal-list.refuse"), &after, detail).await?;
        step(&mut tx, &before, &after).await?;
        Ok(tx.commit().await?)
    }

    /// Fetches the file of one's own request, which counts at once.
    ///
    /// # Errors
    /// [`Code::NotFound`] for others; [`Code::Forbidden`] if one may not see the list any more; [`Code::NotYet`] before it
    /// is approved; [`Code::Conflict`] after its time or the third time.
    pub(crate) async fn fetch(&self, actor: &Actor, id: Id<PersonalListRequest>) -> Result<Fetch> {
        let at = self.ground.clock.now();
        let mut tx = self.ground.db.begin().await?;
        let before = self.known(&mut tx, actor, id).await?;
        let after = before.clone().fetch(actor, at)?;
        actor.must(after.list.permission())?;
        let detail = json!({ "left": after.fetches_left(at) });
        self.note(&mut tx, (actor, "personal-list.fetch"), &after, detail).await?;
        step(&mut tx, &before, &after).await?;
        tx.commit().await?;
        let source = self.source(after.list)?;
        Ok(Fetch { request: after, at, actor: actor.clone(), source })
    }

    /// How many requests wait for somebody's decision, and how many of their own were approved and not fetched yet.
    ///
    /// # Errors
    /// The database's.
    pub async fn waiting_for(&self, actor: &Actor) -> Result<(i64, i64)> {
        let mut tx = self.ground.db.read().await?;
        let to_decide = self.wanted(actor, Whose::Others, Some(Standing::Waiting));
        let to_fetch = self.wanted(actor, Whose::Own, Some(Standing::Approved));
        Ok((store::count(&mut tx, &to_decide).await?, store::count(&mut tx, &to_fetch).await?))
    }

    fn wanted(&self, actor: &Actor, whose: Whose, standing: Option<Standing>) -> Wanted {
        let decides = |list: &PersonalList| list.is_decided_by(actor, self.accounts.separation);
        let decides = PersonalList::ALL.into_iter().filter(decides).collect();
        let now = self.ground.clock.now();
        Wanted { name: actor.name().to_owned(), decides, whose, list: None, standing, now }
    }

    fn source(&self, list: PersonalList) -> Result<Arc<dyn PersonalListSource>> {
        let source = self.sources.iter().find(|source| source.list() == list).cloned();
        source.ok_or_else(|| Problem::new(Code::NotFound, list.label()).into())
    }

    /// A request that somebody may see.
    async fn known(&self, tx: &mut Tx, actor: &Actor, id: Id<PersonalListRequest>) -> Result<PersonalListRequest> {
        let is_seen = |request: &PersonalListRequest| {
            request.by == actor.name() || request.list.is_decided_by(actor, self.accounts.separation)
        };
        Ok(store::one(tx, id).await?.filter(is_seen).ok_or_else(absent)?)
    }

    /// A request that somebody wants to decide on; one's own is refused as such.
    async fn to_decide(&self, tx: &mut Tx, actor: &Actor, id: Id<PersonalListRequest>) -> Result<PersonalListRequest> {
        actor.must(Permission::ApprovePersonalLists)?;
        self.known(tx, actor, id).await
    }

    async fn note(
        &self,
        tx: &mut Tx,
        (actor, action): (&Actor, &str),
        request: &PersonalListRequest,
        more: Value,
    ) -> Result<()> {
        let object = format!("personal-list/{}", request.list.label());
        let mut detail = json!({ "request": request.id.uuid().to_string(), "rows": request.rows });
        if let (Some(detail), Value::Object(more)) = (detail.as_object_mut(), more) {
            detail.extend(more);
        }
        let line = Line { actor: actor.name(), action, object: &object, outcome: Outcome::Done, detail };
        audit::privileged(tx, self.ground.clock.now(), &line).await
    }
}

impl Fetch {
    /// The heads of the columns.
    pub(crate) fn columns(&self) -> &'static [&'static str] {
        self.source.columns()
    }

    /// The rows after a mark.
    pub(crate) async fn rows(&self, after: Option<String>) -> Result<Rows> {
        self.source.rows(&self.actor, (&self.request.filters, self.request.at), after).await
    }
}

impl PersonalListSource for StaffAccounts {
    fn list(&self) -> PersonalList {
        PersonalList::Staff
    }

    fn columns(&self) -> &'static [&'static str] {
        &["账号", "角色", "状态", "动态码", "上次登录", "建立时间"]
    }

    fn look<'a>(&'a self, actor: &'a Actor, filters: &'a Filters) -> BoxFuture<'a, Result<Looked>> {
        async move {
            let found = self.fitting(actor, filters).await?;
            let told = |(name, value): (&String, &String)| match name.as_str() {
                "name" => format!("账号含“{value}”"),
                "role" => format!("角色为{}", Role::named(value).map_or("没有的角色", Role::label)),
                _ => format!("状态为{}", state_label(value)),
            };
            let told: Vec<String> = filters.iter().filter(|(_, value)| !value.is_empty()).map(told).collect();
            Ok(Looked { rows: i64::try_from(found.len()).unwrap_or(i64::MAX), told: told.join("，") })
        }
        .boxed()
    }

    fn rows<'a>(
        &'a self,
        actor: &'a Actor,
        (filters, until): (&'a Filters, Timestamp),
        _: Option<String>,
    ) -> BoxFuture<'a, Result<Rows>> {
        async move {
            let found = self.fitting(actor, filters).await?;
            let cells = found.into_iter().filter(|entry| entry.staff.created_at <= until).map(cells);
            Ok(Rows { cells: cells.collect(), last: None })
        }
        .boxed()
    }
}

impl StaffAccounts {
    /// The accounts that filters leave, by name: a house has some dozens of them.
    async fn fitting(&self, actor: &Actor, filters: &Filters) -> Result<Vec<StaffOverview>> {
        actor.must(PersonalList::Staff.permission())?;
        if let Some(other) = filters.keys().find(|name| !["name", "role", "state"].contains(&name.as_str())) {
            return Err(Problem::new(Code::BadRequest, format!("筛选 {other}")).because("没有这一种筛选").into());
        }
        let given = |name: &str| filters.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
        let (name, role, state) = (given("name").map(str::to_lowercase), given("role"), given("state"));
        let fits = |entry: &StaffOverview| {
            name.as_ref().is_none_or(|part| entry.staff.name.to_lowercase().contains(part))
                && role.is_none_or(|role| entry.staff.roles.iter().any(|held| held.name() == role))
                && state.is_none_or(|state| match state {
                    "locked" => entry.locked,
                    state => entry.staff.state.name() == state,
                })
        };
        Ok(self.overview().await?.into_iter().filter(fits).collect())
    }
}

fn cells(entry: StaffOverview) -> Vec<String> {
    let roles: Vec<&str> = entry.staff.roles.iter().map(|role| role.label()).collect();
    let state = match entry.staff.state {
        StaffState::Active if entry.locked => state_label("locked"),
        state => state.label(),
    };
    vec![
        entry.staff.name,
        roles.join("、"),
        state.to_owned(),
        if entry.second_factor { "已设置" } else { "未设置" }.to_owned(),
        entry.last_sign_in.map_or_else(|| "从未登录".to_owned(), Timestamp::local_text),
        entry.staff.created_at.local_text(),
    ]
}

/// What staff call a state that the list can be narrowed by.
fn state_label(name: &str) -> &'static str {
    StaffState::named(name).map_or("已锁定", StaffState::label)
}

/// A text that has to be written, without personal numbers in the clear.
fn written(text: &str, what: &str) -> Result<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let refuse = |why: &str| Err(Problem::new(Code::BadRequest, what).because(why).into());
    match text.chars().count() {
        0 => refuse("须写明"),
        count if count > LONGEST_TEXT => refuse("最多 200 个字"),
        _ if text.contains(char::is_control) => refuse("含有看不见的字符，请删去"),
        _ => Ok(veiled(&text)),
    }
}

/// Writes that a request went on; refused if somebody else was faster.
async fn step(tx: &mut Tx, before: &PersonalListRequest, after: &PersonalListRequest) -> Result<()> {
    if store::step(tx, &before.state, after).await? {
        return Ok(());
    }
    Err(Problem::new(Code::Conflict, after.about()).because("刚有别人办理过").into())
}

#[cfg(test)]
#[path = "personal_lists_tests.rs"]
mod tests;
